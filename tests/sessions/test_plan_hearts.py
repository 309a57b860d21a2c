"""The rules of plans of care: certification, report clock, progress of a goal."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.plans import measuring, report_clock
from sessions.plans.certification import LASTS, Facts, State, days, said, standing
from sessions.plans.measuring import Line, Measured
from sessions.plans.report_clock import Count, Treated, count

JUN = date(2026, 6, 1)  # the evaluation
END = date(2026, 8, 20)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def day(n: int) -> date:
    return JUN + timedelta(days=n)


def facts(**known: Any) -> Facts:
    return Facts(**{"starts_on": JUN, "ends_on": END, "first_on": JUN, **known})


# --- certification ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "on", "state", "left"),
    [
        ({}, JUN, State.NOT_SENT, 30),
        ({}, day(30), State.NOT_SENT, 0),
        ({}, day(31), State.OVERDUE, -1),
        ({"sent_on": day(2)}, day(10), State.WAITING, 20),
        ({"sent_on": day(2)}, day(31), State.OVERDUE, -1),
        ({"sent_on": day(2), "returned_on": day(5)}, day(10), State.NOT_SENT, 20),
        ({"verbal_on": day(1), "sent_on": day(2), "returned_on": day(5)}, day(6), State.NOT_SENT, 9),
        ({"order_on": day(-5), "sent_on": day(2), "returned_on": day(5)}, day(6), State.NOT_SENT, 24),
        ({"sent_on": day(2), "signed_on": day(8)}, day(10), State.CERTIFIED, None),
        ({"signed_on": day(40)}, day(41), State.CERTIFIED, None),
        ({"verbal_on": day(20)}, day(33), State.WAITING, 1),  # 14 days from the order, past the 30
        ({"verbal_on": day(20)}, day(35), State.OVERDUE, -1),
        ({"verbal_on": day(31)}, day(32), State.OVERDUE, -2),  # an order by word of mouth after the 30 days is none
        ({"order_on": day(-5)}, day(10), State.NOT_SENT, 20),
        ({"order_on": day(-5), "sent_on": day(30)}, day(60), State.ON_ORDER, None),
        ({"order_on": day(-5), "sent_on": day(31)}, day(31), State.OVERDUE, -1),
        ({"order_on": day(-5), "sent_on": day(3), "initial": False, "before": day(10)}, day(3), State.WAITING, 7),
        ({"order_on": day(-5), "sent_on": day(3), "order_from": None}, day(3), State.WAITING, 27),
        ({"order_on": day(-5), "sent_on": day(3), "order_from": day(1)}, day(3), State.WAITING, 27),
        ({"initial": False, "before": day(10)}, day(11), State.OVERDUE, -1),
        ({"initial": False}, day(11), State.NOT_SENT, 19),
        ({"needed": False}, day(60), State.NOT_NEEDED, None),
        ({"needed": False, "sent_on": day(2)}, day(60), State.WAITING, None),
        ({"needed": False, "signed_on": day(2)}, day(60), State.CERTIFIED, None),
        ({"first_on": None, "starts_on": day(4)}, day(4), State.NOT_SENT, 30),
    ],
)
def test_where_a_certification_stands(known: dict[str, Any], on: date, state: State, left: int | None) -> None:
    found = standing(facts(**known), on)
    assert (found.state, found.days_left) == (state, left)
    assert found.sentence.endswith(".") and found.reason.endswith(".") and "no date" not in found.sentence
    assert found.certified == (state in (State.CERTIFIED, State.ON_ORDER))


def test_before_2025_an_order_does_not_stand_for_the_signature() -> None:
    old = Facts(date(2024, 12, 31), date(2025, 3, 1), date(2024, 12, 31), sent_on=date(2025, 1, 2), order_on=JUN)
    assert standing(old, date(2025, 1, 5)).state == State.WAITING
    new = Facts(date(2025, 1, 1), date(2025, 3, 1), date(2025, 1, 1), sent_on=date(2025, 1, 2), order_on=JUN)
    assert standing(new, date(2025, 1, 5)).state == State.ON_ORDER


@pytest.mark.parametrize(
    ("known", "on", "sentence"),
    [
        ({}, day(1), "Not sent yet: get it signed by Jul 1, 2026."),
        ({"order_on": JUN}, day(1), "Not sent yet: send it by Jul 1, 2026."),
        ({"sent_on": day(1)}, day(2), "Sent Jun 2, 2026, waiting for the signature by Jul 1, 2026."),
        ({"verbal_on": day(1)}, day(2), "Ordered by word of mouth Jun 2, 2026, waiting for the signature by Jun 16, 2026."),
        ({"sent_on": JUN, "returned_on": day(3)}, day(4), "Came back unsigned Jun 4, 2026: send it again, signed by Jul 1, 2026."),
        ({"sent_on": JUN}, day(32), "The signature was due Jul 1, 2026, 2 days ago."),
        ({}, day(31), "Not sent, and the signature was due Jul 1, 2026, 1 day ago."),
        ({"signed_on": day(3)}, day(4), "Signed Jun 4, 2026, holds until Aug 20, 2026."),
        ({"needed": False, "sent_on": JUN}, day(4), "Sent Jun 1, 2026, waiting for the signature."),
    ],
)  # fmt: skip
def test_what_is_said_of_it(known: dict[str, Any], on: date, sentence: str) -> None:
    assert standing(facts(**known), on).sentence == sentence


def test_the_reasons() -> None:
    def why(on: date = JUN, **known: Any) -> str:
        return standing(facts(**known), on).reason

    assert why() == "Medicare wants the dated signature within 30 days of the first treatment, Jun 1, 2026."
    assert "of the start of the plan, Jun 1" in why(first_on=None)
    assert why(order_on=JUN).endswith(
        "With the order of Jun 1, 2026 on file it is enough to send the plan in that time."
    )
    assert "the plan was sent after the 30 days" in why(day(32), order_on=JUN, sent_on=day(31))
    assert why(verbal_on=day(1)).startswith("Ordered by word of mouth Jun 2, 2026: the signature follows within 14")
    assert why(initial=False, before=day(10)).endswith("ends, Jun 11, 2026. An order does not do.")
    assert why(signed_on=day(33)).startswith("Dated 3 days late: keep the reason of the delay with it.")
    assert why(signed_on=day(3)) == "Aug 20, 2026 is the end of the plan, within 90 days of the first treatment."
    longer = why(signed_on=day(3), ends_on=day(120))
    assert longer == "Aug 29, 2026 is the 90th day from the first treatment on Jun 1, 2026; the plan itself is longer."
    assert "start of the plan" in why(signed_on=day(3), first_on=None)


def test_a_recertification_is_said_two_weeks_ahead_until_there_is_a_plan_after_it() -> None:
    signed = facts(signed_on=day(2), ends_on=day(89))
    assert standing(signed, day(74)).recertify_on is None and standing(signed, day(74)).recertify == ""
    soon = standing(signed, day(75))
    assert soon.recertify_on == day(89)
    assert soon.recertify == "The certification ends Aug 29, 2026, in 14 days: recertify to go on."
    assert "today" in standing(signed, day(89)).recertify and "in 1 day:" in standing(signed, day(88)).recertify
    assert "ended Aug 29, 2026, 1 day ago" in standing(signed, day(90)).recertify
    followed = facts(signed_on=day(2), ends_on=day(89), followed_on=day(80))
    assert standing(followed, day(95)).recertify_on is None
    assert standing(facts(signed_on=day(2), needed=False), day(95)).recertify_on is None


@given(first=DAYS, length=st.integers(0, 200), signed=st.integers(0, 60), on=DAYS)
def test_it_never_holds_longer_than_the_plan_or_90_days(first: date, length: int, signed: int, on: date) -> None:
    known = Facts(first, first + timedelta(days=length), first, signed_on=first + timedelta(days=signed))
    until = standing(known, on).until
    assert until is not None and until <= known.ends_on and (until - first) < LASTS
    assert until == known.ends_on or (until - first).days == 89


def test_days_in_words() -> None:
    assert (days(1), days(2), said(None), said(JUN)) == ("1 day", "2 days", "(no date)", "Jun 1, 2026")


# --- the clock of progress reports --------------------------------------------------------------------


def every(n: int, *reports: int) -> list[Treated]:
    """n treatment days in a row; those at some places with a report."""
    return [Treated(day(i), i in reports) for i in range(n)]


@pytest.mark.parametrize(
    ("treated", "number", "state"),
    [
        ([], 0, "ok"),
        (every(1), 1, "ok"),
        (every(1, 0), 1, "ok"),  # an evaluation on the first day is the first day of the period
        (every(7), 7, "ok"),
        (every(8), 8, "soon"),
        (every(9), 9, "soon"),
        (every(10), 10, "due"),
        (every(12), 12, "overdue"),
        (every(10, 9), 0, "ok"),  # written at the tenth
        (every(10, 5), 4, "ok"),  # written early: the next treatment day is the first
        (every(12, 11), 0, "ok"),  # written late
        ([*every(3), *every(3)], 3, "ok"),  # two sessions on a day are one treatment day
        ([*every(3), Treated(day(2), report=True)], 0, "ok"),
    ],
)
def test_the_count(treated: list[Treated], number: int, state: str) -> None:
    found = count(treated)
    assert (found.number, found.state, found.left) == (number, state, 10 - number)
    assert (found.since is None) == (number == 0)


def test_a_visit_counts_itself_and_not_what_is_later() -> None:
    assert count(every(9), day(9)) == Count(10, JUN)
    assert count(every(9), day(4)) == Count(5, JUN)
    assert count(every(9, 8), day(8)) == Count(9, JUN)  # its own report is not known yet
    assert count(every(9, 4), day(9)).number == 5


def test_what_the_count_says() -> None:
    assert Count(8).sentence == "Progress report due at treatment day 10: in 2 visits"
    assert Count(9).sentence == "Progress report due at treatment day 10: in 1 visit"
    assert Count(10).sentence == "Progress report due at this visit, the 10th treatment day"
    assert Count(11).sentence == "Progress report overdue by 1 visit"
    assert Count(13).sentence == "Progress report overdue by 3 visits"


def test_the_planned_days_at_which_one_is_due() -> None:
    ahead = [day(20 + i) for i in range(20)]
    due = report_clock.due_on(every(4), ahead)
    assert {when: found.number for when, found in due.items()} == {day(25): 10, day(35): 10}
    assert list(report_clock.due_on(every(12), ahead)) == [day(20), day(30)]  # late: at the next visit
    assert report_clock.due_on(every(12), ahead)[day(20)].number == 13
    assert report_clock.due_on([], [JUN, JUN]) == {}
    assert report_clock.due_on(every(9), [day(3)]) == {}  # a day that was treated is not planned


@given(st.lists(st.tuples(DAYS, st.booleans()), max_size=40))
def test_no_period_is_longer_than_the_days_treated(found: list[tuple[date, bool]]) -> None:
    treated = [Treated(*each) for each in found]
    counted = count(treated)
    assert 0 <= counted.number <= len({each.on for each in treated})
    assert count(list(reversed(treated))) == counted


@given(st.sets(DAYS, max_size=60), st.sets(DAYS, max_size=60))
def test_among_any_ten_planned_days_one_is_due(treated: set[date], planned: set[date]) -> None:
    due = report_clock.due_on([Treated(each) for each in treated], planned)
    new = sorted(planned - treated)
    assert len(due) >= len(new) // 10
    assert set(due) <= set(new)


# --- goals --------------------------------------------------------------------------------------------

UP = Line(D(10), D(20), JUN, END)
DOWN = Line(D(60), D(30), JUN, END)


@pytest.mark.parametrize(
    ("line", "value", "share", "met"),
    [
        (UP, "10", 0, False), (UP, "15", 50, False), (UP, "19.99", 99, False), (UP, "20", 100, True),
        (UP, "25", 100, True), (UP, "3", 0, False), (DOWN, "60", 0, False), (DOWN, "45", 50, False),
        (DOWN, "30", 100, True), (DOWN, "31", 96, False), (DOWN, "70", 0, False),
    ],
)  # fmt: skip
def test_how_far_a_goal_is(line: Line, value: str, share: int, met: bool) -> None:
    assert (line.share(D(value)), line.met(D(value))) == (share, met)


def test_progress_is_drawn_from_the_baseline_to_the_target() -> None:
    drawn = measuring.draw(UP, [Measured(day(40), D(15)), Measured(day(20), D(12))])
    assert [x for x, _ in drawn.points] == sorted(x for x, _ in drawn.points)
    assert drawn.points[0] == drawn.way[0] and drawn.way[1][1] == drawn.target_y
    assert drawn.points[0][1] > drawn.points[1][1] > drawn.points[2][1] > drawn.target_y  # up on the page
    assert drawn.path.count(",") == 3
    assert (drawn.first_day, drawn.last_day) == ("Jun 1", "Aug 20")
    assert drawn.points[0][0] == 8 and drawn.way[1][0] == drawn.end_x < drawn.words_x < drawn.width
    assert drawn.base_words_y - drawn.target_words_y == drawn.base_y - drawn.target_y and drawn.days_y < drawn.height


@given(
    st.decimals("-99999", "99999", places=2), st.decimals("-99999", "99999", places=2),
    st.lists(st.tuples(DAYS, st.decimals("-99999", "99999", places=2)), max_size=8),
)  # fmt: skip
def test_a_drawing_stays_inside(baseline: D, target: D, values: list[tuple[date, D]]) -> None:
    if baseline == target:
        return
    line = Line(baseline, target, JUN, END)
    drawn = measuring.draw(line, [Measured(*each) for each in values])
    for x, y in (*drawn.points, *drawn.way):
        assert 0 <= x <= drawn.width and 0 <= y <= drawn.height
    for _, value in values:
        assert 0 <= line.share(value) <= 100


def test_numbers_are_short() -> None:
    shown = [measuring.number(D(text)) for text in ("14.00", "3.50", "-2.25", "100", "0.00")]
    assert shown == ["14", "3.5", "−2.25", "100", "0"]
