"""Minutes as typed, and the moves of a session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import minutes
from sessions.codes import CODES, for_discipline
from sessions.minutes import Typed


@pytest.mark.parametrize(
    ("text", "expected"), [("33", 33), (" 7 ", 7), ("0", 0), ("1440", 1440), ("", None), ("  ", None)]
)
def test_minutes_are_read(text: str, expected: int | None) -> None:
    assert minutes.parse("97110", text) == Typed("97110", expected)


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
        minutes.parse("97110", text)


def test_a_modifier_that_no_clinician_sets_says_which_she_may() -> None:
    [told] = minutes.problems([Typed("97110", 15, modifiers=("GO",))], "OT").values()
    assert told.startswith("97110: a clinician sets ") and told.endswith(" only")


@pytest.mark.parametrize(
    ("text", "own", "assistant", "times"),
    [
        ("20+13", 20, 13, ""),
        (" 20 + 13 ", 20, 13, ""),
        ("0+8", 0, 8, ""),
        ("9:02-9:35", 33, 0, "09:02–09:35"),
        ("9:02 – 9:35, 9:50–9:57", 40, 0, "09:02–09:35, 09:50–09:57"),
        ("902-935", 33, 0, "09:02–09:35"),
        ("9:02am-9:35am", 33, 0, "09:02–09:35"),
        ("12:50-1:05", 15, 0, "12:50–13:05"),
        ("11:50am–12:10pm", 20, 0, "11:50–12:10"),
        ("1:00 pm - 1:30", 30, 0, "13:00–13:30"),
        ("13:00-13:30", 30, 0, "13:00–13:30"),
        ("9:02–9:22 + 9:22–9:35", 20, 13, "09:02–09:22 + 09:22–09:35"),
        ("20 + 9:22-9:35", 20, 13, "20 + 09:22–09:35"),
        ("9:02-9:22+13", 20, 13, "09:02–09:22 + 13"),
    ],
)
def test_times_and_an_assistants_minutes_are_read(text: str, own: int, assistant: int, times: str) -> None:
    typed = minutes.parse("97110", text)
    assert typed == Typed("97110", own, assistant, times)
    assert minutes.parse("97110", typed.text) == typed
    assert typed.total == own + assistant


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9:02", "write them as 9:02–9:35"),
        ("9-10", "write them as 9:02–9:35"),
        ("9:02-9:75", "holds no time of day"),
        ("25:00-25:30", "holds no time of day"),
        ("14:00pm-14:30pm", "holds no time of day"),
        ("9:35-9:02", "stops before it starts"),
        ("9:35-9:02am", "stops before it starts"),
        ("14:00-13:00", "stops before it starts"),
        ("11:30pm-12:00", "stops before it starts"),
        ("23:50-12:10", "stops before it starts"),
        ("9:02-9:02", "stops before it starts"),
        ("1:00-14:00", "stops before it starts"),
        ("9:02-9:35, 9:30-9:40", "09:02–09:35 and 09:30–09:40 overlap"),
        (",".join(f"{h}:00-{h}:10" for h in range(1, 8)), "at most 6 stretches"),
        ("20+", "missing beside the \\+"),
        ("+20", "missing beside the \\+"),
        ("20+x", "not a number"),
        ("1000+1000", "1,440"),
    ],
)
def test_what_are_no_times_says_so(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        minutes.parse("97110", text)


@given(st.lists(st.integers(0, 1439), min_size=2, max_size=8, unique=True))
def test_what_is_kept_is_read_back(moments: list[int]) -> None:
    pairs = list(zip(*[iter(sorted(moments))] * 2, strict=False))
    shown = ", ".join(f"{a // 60}:{a % 60:02d}–{b // 60:02d}:{b % 60:02d}" for a, b in pairs if b - a <= 720)
    typed = minutes.parse("97110", shown)
    assert typed.total == sum(b - a for a, b in pairs if b - a <= 720)
    assert minutes.parse("97110", typed.text) == typed


def test_two_services_do_not_share_minutes() -> None:
    rows = [
        minutes.parse(code, text)
        for code, text in (
            ("97110", "9:00-9:30"),
            ("97140", "9:25-9:40"),
            ("97010", "9:00-9:15"),  # a pack lies on meanwhile
            ("97530", "9:40-9:50 + 9:28-9:35"),
            ("97535", "9:50-10:00"),
        )
    ]
    found = minutes.problems(rows, "OT")
    assert set(found) == {1, 3}
    assert found[1] == "09:25–09:40 runs while 97110 does (09:00–09:30); the same minutes count once"
    assert "97110 does" in found[3] or "97140 does" in found[3]


@given(st.text(max_size=12))
def test_parse_reads_or_refuses(text: str) -> None:
    try:
        found = minutes.parse("97110", text)
    except ValueError as error:
        assert str(error)
    else:
        assert 0 <= found.total <= 1440
        assert minutes.parse("97110", found.text) == found


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


def test_codes_belong_to_disciplines() -> None:
    speech = [c.code for c in for_discipline("SLP")]
    assert {"92507", "92508", "92523", "92526", "92610"} < set(speech) and speech == sorted(speech)
    assert not {"97110", "97165", "90834"} & set(speech)
    assert {c.minutes for c in CODES.values() if c.timed} == {15, 20, 30, 60, 120}
    assert not CODES["97150"].timed and not CODES["97165"].timed
