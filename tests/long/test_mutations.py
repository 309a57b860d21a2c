"""The hearts of money under mutation: faults put into them, one at a time, are noticed by their own tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.long.mutants import mutants

pytestmark = pytest.mark.long
PROJECT = Path(__file__).parents[2]
LONGEST = 600  # seconds for one heart, on a machine that has much else to do

# Heart, its tests, how many mutants are tried, and how many of them may live. Of units some change
# nothing that can be seen: a search that begins too early or ends too late, a bound that is never met.
HEARTS = [
    ("claims.posting_rules", ["tests/claims/test_hearts.py"], 40, 0),
    ("billing.ledger", ["tests/billing/test_ledger.py"], 60, 0),
    (
        "billing.units",
        ["tests/billing/test_units.py", "tests/billing/test_unit_cases.py", "tests/billing/test_answers.py"],
        100,
        7,
    ),
]


@pytest.mark.parametrize(("module", "tests", "tried", "may_live"), HEARTS, ids=[heart[0] for heart in HEARTS])
def test_faults_are_noticed(module: str, tests: list[str], tried: int, may_live: int) -> None:
    command = [sys.executable, "-m", "tests.long.mutants", module, str(tried), *tests]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["tried"] == min(tried, found["there are"]) > 0
    assert len(found["survived"]) <= may_live, "\n".join(found["survived"])


def test_mutants_are_small_real_faults() -> None:
    source = (
        'MOST = 3\n\n\ndef more(a, b: int = 0):\n    """Docstring."""\n    return a + b if a < b and not b else -1\n'
    )
    told = [mutant.told for mutant in mutants(source)]
    assert told == [
        "line 1: 3 → 4",
        "line 4: 0 → 1",
        "line 6: a + b if a < b and (not b) else -1 → a + b if not (a < b and (not b)) else -1",
        "line 6: a < b and (not b) → a < b or not b",
        "line 6: a < b → a <= b",
        "line 6: a < b → a > b",
        "line 6: a + b → a - b",
        "line 6: -1 → +1",
        "line 6: 1 → 2",
    ]
