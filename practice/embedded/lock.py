"""Is the lock whole? Run by `./run` before it installs: a lock that was cut off still reads as a lock."""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2]
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)


def missing() -> list[str]:
    """Packages that pyproject.toml asks for and the lock lacks."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for some in project["optional-dependencies"].values() for one in some)]
    locked = set(map(_plain, NAME.findall((PROJECT / "requirements.lock").read_text(encoding="utf-8"))))
    return [name for name in (_plain(NAME.findall(one)[0]) for one in wanted) if name not in locked]


def _plain(name: str) -> str:
    return re.sub(r"[._-]+", "-", name).lower()


if __name__ == "__main__":
    lost = missing()
    if lost:
        sys.exit(f"requirements.lock cannot be parsed whole: it lacks {', '.join(lost)}")
