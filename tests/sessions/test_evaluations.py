"""The level of an evaluation: every boundary, the sentences, and what holds whatever is answered."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.evaluation_questions import LEVELS, OT, PT, SHEETS, Level
from sessions.evaluations import (
    MOST_MORE,
    WORDS,
    Answers,
    level_code,
    problems,
    propose,
    read,
    replan,
    say_missing,
    too_high,
    too_low,
    unsupported,
)

HIGH_OT = Answers("OT", more=5, history="extensive", options="many", comorbidities="yes", modification="much")
HIGH_PT = Answers("PT", more=4, history="many", presentation="unstable", decision="high", measured="yes")


def test_everything_high_is_high() -> None:
    assert propose(HIGH_OT).code == "97167"
    assert propose(HIGH_OT).reasons[0] == "All parts reach high: 97167."
    assert propose(HIGH_PT) == replace(propose(HIGH_PT), code="97163", level=Level.HIGH, missing=())
    assert propose(HIGH_PT).reasons == ("All parts reach high: 97163.",)


@pytest.mark.parametrize(
    ("count", "code"),
    [(1, "97165"), (2, "97165"), (3, "97166"), (4, "97166"), (5, "97167"), (6, "97167"), (12, "97167")],
)
def test_deficits_reach_levels(count: int, code: str) -> None:
    assert propose(replace(HIGH_OT, more=count)).code == code


@pytest.mark.parametrize(
    ("count", "code"), [(1, "97161"), (2, "97161"), (3, "97162"), (4, "97163"), (5, "97163"), (12, "97163")]
)
def test_examined_elements_reach_levels(count: int, code: str) -> None:
    assert propose(replace(HIGH_PT, more=count)).code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"history": "brief"}, "97165"),
        ({"history": "expanded"}, "97166"),
        ({"options": "few"}, "97165"),
        ({"options": "several"}, "97166"),
        ({"comorbidities": "no"}, "97166"),
        ({"modification": "none"}, "97165"),
        ({"modification": "some"}, "97166"),
    ],
)
def test_one_lower_part_lowers_ot(change: dict[str, str], code: str) -> None:
    assert propose(replace(HIGH_OT, **change)).code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"history": "none"}, "97161"),
        ({"history": "few"}, "97162"),
        ({"presentation": "stable"}, "97161"),
        ({"presentation": "evolving"}, "97162"),
        ({"decision": "low"}, "97161"),
        ({"decision": "moderate"}, "97162"),
        ({"measured": "no"}, ""),
    ],
)
def test_one_lower_part_lowers_pt(change: dict[str, str], code: str) -> None:
    assert propose(replace(HIGH_PT, **change)).code == code


def test_the_reason_is_told_as_a_therapist_would() -> None:
    found = propose(replace(HIGH_OT, history="brief"))
    assert found.reasons == (
        "Five performance deficits reach high; the history is brief, so the level is low: 97165.",
        "All parts must reach a level.",
        "Five performance deficits count as moderate or high; the other parts decide.",
    )
    assert found.lowest_component == "history"
    assert [(part.label, part.level) for part in found.parts] == [
        ("History", Level.LOW),
        ("Deficits", Level.HIGH),
        ("Decisions", Level.HIGH),
    ]


def test_two_parts_that_limit_are_both_named() -> None:
    found = propose(replace(HIGH_OT, more=1, modification="none", options="few"))
    assert found.reasons[0] == (
        "The history is extensive, which reaches high; one performance deficit reaches low, and few ways to treat"
        " were weighed and the assessment needed no change or help, so the level is low: 97165."
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (3, "Three performance deficits count as low or moderate; the other parts decide."),
        (5, "Five performance deficits count as moderate or high; the other parts decide."),
    ],
)
def test_a_count_of_two_levels_says_so(count: int, told: str) -> None:
    assert propose(replace(HIGH_OT, more=count)).reasons[-1] == told
    assert propose(replace(HIGH_OT, more=count, history="brief")).code == "97165"
    assert not [r for r in propose(replace(HIGH_PT, more=count)).reasons if "count as" in r]


def test_three_deficits_follow_the_other_parts() -> None:
    three = replace(HIGH_OT, more=3)
    assert (propose(three).code, propose(replace(three, history="brief")).code) == ("97166", "97165")


def test_what_is_ticked_and_what_is_added_count_together() -> None:
    assert replace(HIGH_OT, found=frozenset({"strength", "memory"}), more=3).count == 5


def test_nothing_answered_proposes_nothing() -> None:
    empty = propose(Answers("OT"))
    assert (empty.code, empty.level, empty.reasons, empty.lowest_component, empty.parts) == ("", Level.NONE, (), "", ())
    assert empty.missing == ("history", "deficits", "ways to treat", "other conditions", "changed tasks")
    assert not Answers("OT").any and Answers("OT", more=1).any
    assert propose(Answers("PT")).missing[1:3] == ("what you examined", "presentation")


def test_what_is_known_already_limits() -> None:
    found = propose(Answers("OT", history="expanded"))
    assert (found.code, found.level) == ("", Level.NONE)
    assert found.reasons == ("No more than moderate so far: the history is expanded.",)
    assert propose(Answers("OT", history="extensive")).reasons == ()


def test_no_level_without_an_instrument() -> None:
    found = propose(replace(HIGH_PT, measured="no"))
    assert found.reasons == (
        "No level is reached: no instrument or measured outcome stands behind the decisions. Every level asks for it.",
    )
    assert too_high("97161", replace(HIGH_PT, measured="no")) == (
        "97161 is not supported, nor is any other level: no instrument or measured outcome stands behind the decisions."
    )


def test_a_code_above_the_answers_is_told() -> None:
    brief = replace(HIGH_OT, history="brief")
    assert unsupported("97167", brief) == ("The answers support 97165 (low); 97167 is high, and the history is brief.")
    assert unsupported("97166", Answers("OT", history="brief")) == (
        "The answers so far support no more than 97165 (low); 97166 is moderate, and the history is brief."
    )


def test_a_code_below_the_answers_is_told_softly() -> None:
    assert unsupported("97165", HIGH_OT) == (
        "The answers reach high, so 97167 is supported too; 97165 is the lower level."
    )
    assert too_low("97167", HIGH_OT) == "" and too_low("97165", Answers("OT", history="extensive")) == ""


@pytest.mark.parametrize(
    ("code", "answers"),
    [
        ("97167", HIGH_OT),
        ("97168", HIGH_OT),
        ("97163", HIGH_OT),
        ("97110", HIGH_OT),
        ("97167", Answers("OT")),
        ("97167", Answers("OT", history="extensive")),
    ],
)
def test_nothing_is_said_where_nothing_is_wrong(code: str, answers: Answers) -> None:
    assert unsupported(code, answers) == ""


DAY = date(2026, 6, 15)


def test_a_reevaluation_wants_a_plan_of_that_day_or_later() -> None:
    assert replan("97168", DAY, [date(2026, 5, 16)]) == (
        "97168 wants an updated plan of care. The newest starts May 16; add one that starts Jun 15 or later."
    )
    assert replan("97164", DAY, []) == (
        "97164 wants an updated plan of care. There is none; add one that starts Jun 15 or later."
    )
    assert replan("97168", DAY, [date(2026, 5, 16), DAY]) == ""
    assert replan("97168", DAY, [date(2026, 6, 16)]) == ""
    assert replan("97166", DAY, []) == ""


def test_the_code_of_the_day_is_found() -> None:
    assert level_code(["97110", "97168", "97166"]) == "97166"
    assert level_code(["97110", "97164"]) == "97164"
    assert level_code(["97110", "92610"]) == "" == level_code([])


def test_what_is_missing_is_said_in_a_sentence() -> None:
    assert say_missing([]) == ""
    assert say_missing(["decisions"]) == "Still to answer: decisions."
    assert say_missing(["a", "b", "other things"]) == "Still to answer: a, b and other things."


@pytest.mark.parametrize(
    ("answers", "field", "why"),
    [
        (Answers("OT", history="long"), "history", "choose one of brief, expanded, extensive"),
        (Answers("OT", presentation="stable"), "presentation", "not asked in OT"),
        (Answers("PT", options="few"), "options", "not asked in PT"),
        (Answers("OT", found=frozenset({"walking"})), "found", "“walking” is not on the list"),
        (Answers("OT", more=-1), "more", "from 0 to 12"),
        (Answers("OT", more=MOST_MORE + 1), "more", "from 0 to 12"),
    ],
)
def test_answers_that_cannot_be_are_told_by_field(answers: Answers, field: str, why: str) -> None:
    found = problems(answers)
    assert list(found) == [field] and why in found[field]


def test_the_sheets_hold_together() -> None:
    assert problems(HIGH_OT) == problems(HIGH_PT) == {}
    assert list(LEVELS) == ["97165", "97166", "97167", "97161", "97162", "97163"]
    assert (OT.minutes, PT.minutes) == ((30, 45, 60), (20, 30, 45))
    for sheet in SHEETS.values():
        assert {q.name for q in sheet.questions} <= set(WORDS)
        assert {q.part for q in sheet.questions} | {"tally"} == {name for name, _ in sheet.parts}


# --- whatever is answered --------------------------------------------------------------------


@st.composite
def answered(draw: st.DrawFn) -> Answers:
    discipline = draw(st.sampled_from(sorted(SHEETS)))
    sheet = SHEETS[discipline]
    words = {q.name: draw(st.sampled_from(["", *(c.value for c in q.choices)])) for q in sheet.questions}
    found = draw(st.frozensets(st.sampled_from(sorted(sheet.tally.keys))))
    return Answers(discipline, found, draw(st.integers(0, MOST_MORE)), **words)


@given(answered())
def test_a_proposal_is_never_above_a_part(answers: Answers) -> None:
    found = propose(answers)
    assert all(found.level <= part.level for part in found.parts)
    for question in answers.sheet.questions:
        choice = answers.to(question)
        assert choice is None or found.level <= choice.reaches
    if found.code:
        assert LEVELS[found.code] == found.level and not found.missing
        assert found.level == min(part.level for part in found.parts)
        assert found.code in " ".join(found.reasons)
    assert bool(found.code) == (not found.missing and all(part.level for part in found.parts))


@given(answered())
def test_one_deficit_more_never_lowers(answers: Answers) -> None:
    before, after = propose(answers), propose(replace(answers, more=answers.more + 1))
    assert after.level >= before.level


@given(answered())
def test_what_is_proposed_is_supported_and_what_is_above_is_not(answers: Answers) -> None:
    found = propose(answers)
    for code in answers.sheet.codes if found.code else ():
        assert bool(too_high(code, answers)) == (LEVELS[code] > found.level)
        assert bool(too_low(code, answers)) == (LEVELS[code] < found.level)


@given(answered())
def test_answers_are_read_back_as_they_were_kept(answers: Answers) -> None:
    assert read(answers.discipline, answers.kept) == answers
    assert len(unsupported("97167", answers) or unsupported("97163", answers)) <= 600
    assert problems(answers) == {} and answers.any == bool(answers.kept)
