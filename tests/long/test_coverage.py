"""Every branch of every heart is walked by some quick test, and all but a few of the actions'."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
PROJECT = Path(__file__).parents[2]
LONGEST = 1800  # seconds for the quick suite, measured and alone
WHERE = ("practice", "clients", "sessions", "billing", "claims")
FOLDERS = [f"tests/{name}" for name in WHERE]
# Sweeps over every page and table, which say nothing of a rule: a heart has tests of its own.
SWEEPS = [
    f"--ignore=tests/{where}/test_{name}.py"
    for where, names in {
        "practice": ("every_url", "schema", "query_counts", "odd_input", "audit", "walls", "append_only"),
        "sessions": ("group_doors", "evaluation_doors"),
        "billing": ("pages", "verify_books"),
        "claims": ("demo",),
    }.items()
    for name in names
]
MYPY = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["mypy"]
HEARTS = next(entry["module"] for entry in MYPY["overrides"] if entry.get("disallow_untyped_defs"))
# Places in actions that no quick test reaches, lines and branches together: fewer is better.
ACTIONS_MAY_MISS = 80


def is_heart(module: str) -> bool:
    """As the type checker knows them; the sandbox payer's own program is a door."""
    return not module.endswith(".__main__") and any(fnmatch(module, pattern) for pattern in HEARTS)


def is_measured(module: str) -> bool:
    return is_heart(module) or "actions" in module.split(".")


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.fixture(scope="module")
def missed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What was not walked, by module: "12" a line, "12→15" a branch."""
    folder = tmp_path_factory.mktemp("coverage")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CASELOAD_TEST"))}
    env |= {"COVERAGE_FILE": str(folder / "data"), "HYPOTHESIS_PROFILE": "same"}
    paths = [str(path.relative_to(PROJECT)) for where in WHERE for path in (PROJECT / where).rglob("*.py")]
    measured = [path for path in paths if is_measured(module_of(path))]  # the rest runs at its usual pace
    settings = folder / "coveragerc"  # patch: the two workers of the run are measured too
    include = "".join(f"\n    {path}" for path in measured)
    settings.write_text(f"[run]\nbranch = true\nparallel = true\npatch = subprocess\ninclude ={include}\n")
    coverage, rc = [sys.executable, "-m", "coverage"], f"--rcfile={settings}"
    tests = ["-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-m", "not long and not journey"]
    tests += ["--dist", "loadfile", *SWEEPS, *FOLDERS]
    done = subprocess.run(
        [*coverage, "run", rc, *tests],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    told = folder / "told.json"
    subprocess.run([*coverage, "combine", "-q", rc], cwd=PROJECT, env=env, check=True)
    subprocess.run([*coverage, "json", "-q", rc, "-o", told], cwd=PROJECT, env=env, check=True)
    files = json.loads(told.read_text())["files"]
    return {
        module_of(path): list(_missed(files[path])) if path in files else ["is never imported"] for path in measured
    }


def _missed(facts: dict) -> Iterator[str]:
    yield from (str(line) for line in facts["missing_lines"])
    yield from (f"{start}→{end}" for start, end in facts["missing_branches"])


def test_every_branch_of_a_heart_is_walked(missed: dict[str, list[str]]) -> None:
    found = {module for module in missed if is_heart(module)}
    assert len(found) > 30
    assert {module: missed[module] for module in sorted(found) if missed[module]} == {}


def test_the_actions_are_walked(missed: dict[str, list[str]]) -> None:
    found = {module: where for module, where in missed.items() if "actions" in module.split(".")}
    assert len(found) > 8
    left = {module: where for module, where in sorted(found.items()) if where}
    assert sum(len(where) for where in left.values()) <= ACTIONS_MAY_MISS, left
