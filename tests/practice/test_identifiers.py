"""Check digits."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.identifiers import npi_problem, with_check_digit

SHARED = Path(__file__).parents[3] / "shared/rules/npi_vectors.json"


@pytest.mark.parametrize(
    ("npi", "problem"),
    [
        ("1234567893", ""),
        ("2000000002", ""),
        ("1234567894", "wrong digit"),
        ("1324567893", "wrong digit"),
        ("3000000000", "starts with 1 or 2"),
        ("123456789", "10 digits"),
        ("123456789X", "10 digits"),
        ("١٢٣٤٥٦٧٨٩٠", "10 digits"),
        ("", "10 digits"),
    ],
)
def test_npi(npi: str, problem: str) -> None:
    found = npi_problem(npi)
    assert problem in found if problem else found == ""


@given(st.integers(1, 10**9), st.integers(0, 9))
def test_one_wrong_digit_is_seen(number: int, place: int) -> None:
    control = with_check_digit(number)
    assert int(control[:-1]) == number
    place %= len(control)
    wrong = control[:place] + str((int(control[place]) + 1) % 10) + control[place + 1 :]
    assert with_check_digit(int(wrong[:-1] or 0)) != wrong


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vectors are not at hand")
def test_the_shared_vectors() -> None:
    for vector in json.loads(SHARED.read_text()):
        assert (npi_problem(vector["npi"]) == "") == vector["valid"], vector
