"""Minutes as typed, and the moves of a session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import lifecycle, minutes
from sessions.codes import CODES, for_discipline
from sessions.lifecycle import MOVES, State
from sessions.minutes import Typed


@pytest.mark.parametrize(
    ("text", "expected"), [("33", 33), (" 7 ", 7), ("0", 0), ("1440", 1440), ("", None), ("  ", None)]
)
def test_minutes_are_read(text: str, expected: int | None) -> None:
    assert minutes.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-5", "cannot be negative"),
        ("−5", "cannot be negative"),
        ("abc", "not a number"),
        ("1.5", "not a number"),
        ("1441", "1,440"),
        ("99999999999999999999", "1,440"),
        ("٣", "not a number"),
        ("1e3", "not a number"),
    ],
)
def test_what_is_no_number_of_minutes_says_so(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        minutes.parse(text)


@given(st.text(max_size=12))
def test_parse_reads_or_refuses(text: str) -> None:
    try:
        found = minutes.parse(text)
    except ValueError as error:
        assert str(error)
    else:
        assert found is None or 0 <= found <= 1440


def test_problems_are_found_by_row() -> None:
    rows = [Typed("97110", 5), Typed("97110", 5), Typed("nope", 1), Typed("92507", 1), Typed("97140", None)]
    assert set(minutes.problems(rows, "OT")) == {1, 2, 3}
    many = [Typed(code, 1) for code in list(CODES)[:13]]
    assert minutes.MOST_LINES in minutes.problems(many, "OT")


def test_what_is_missing_is_said_shortly() -> None:
    assert minutes.say_missing([]) == ""
    assert minutes.say_missing(["assessment"]) == "Add an assessment to sign"
    assert minutes.say_missing(["minutes", "plan"]) == "Add minutes and a plan to sign"
    assert minutes.say_missing(["objective", "assessment", "plan"]) == "Add 3 parts of the note to sign"
    assert minutes.say_missing(["minutes", "assessment", "plan"]) == "Add minutes and 2 parts of the note to sign"


def test_a_session_moves_as_drawn() -> None:
    for old in State:
        for new in State:
            assert lifecycle.may_move(old, new) == (new in MOVES[old])
            assert (old.value in lifecycle.from_states(new)) == (new in MOVES[old])
    assert MOVES[State.SIGNED] == frozenset()


def test_codes_belong_to_disciplines() -> None:
    speech = [c.code for c in for_discipline("SLP")]
    assert {"92507", "92508", "92523", "92526", "92610"} < set(speech) and speech == sorted(speech)
    assert not {"97110", "97165", "90834"} & set(speech)
    assert {c.minutes for c in CODES.values() if c.timed} == {15, 20, 30, 60, 120}
    assert not CODES["97150"].timed and not CODES["97165"].timed
