"""Every benchmark runs and tells its ratio. How quick it was is for a person to judge, on a quiet machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from practice.embedded.__main__ import BENCHES
from tests.databases import Databases

pytestmark = pytest.mark.long
PROJECT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in BENCHES.glob("*.py") if not path.stem.startswith("_"))
RATIO = re.compile(r"product [\d.]+ m?s, limit [\d.]+ m?s, ratio ([\d.]+)")


@pytest.mark.parametrize("name", NAMES)
def test_a_small_pass(name: str, house_databases: Databases, tmp_path: Path) -> None:
    database = house_databases.clone(f"bench_{name}")
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    env |= {
        "DATABASE_URL": house_databases.url(database),
        "DATABASE_OWNER_URL": house_databases.url(database, owner=True),
        "DJANGO_SETTINGS_MODULE": "practice.settings",
        "SECRET_KEY": "for tests only",
        "CASELOAD_DATA": str(tmp_path),
    }
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--rounds", "2", "--size", "3"]
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120, check=False)
    if "apt-get install" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    ratios = RATIO.findall(done.stdout)
    assert ratios and all(float(ratio) > 0 for ratio in ratios), done.stdout


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["./run", "bench", *argv], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_without_a_name_it_tells_what_there_is() -> None:
    done = run()
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[-len(NAMES) :]] == NAMES
    assert all(len(line.split()) > 5 for line in done.stdout.splitlines()[-len(NAMES) :])


def test_an_unknown_name_is_told_in_one_line() -> None:
    done = run("nothing")
    assert done.returncode == 1
    assert done.stderr == f"There is no benchmark “nothing”; there are: {', '.join(NAMES)}.\n"


@pytest.mark.parametrize("name", ["units", "import"])
def test_a_named_one_runs_beside_a_whole_stack(name: str) -> None:
    """With its worker, which must find nothing of the benchmark's to do."""
    done = run(name, "--rounds", "2", "--size", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert RATIO.search(done.stdout)
