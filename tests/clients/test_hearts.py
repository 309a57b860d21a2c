"""Which coverage pays, and which authorization a visit stands on."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.authorizations import Leave, allot, why_none
from clients.coverage import Covered, after, first_on, in_force, in_order

DAY = date(2026, 6, 15)
dates = st.integers(0, 60).map(lambda n: DAY + timedelta(days=n - 30))
coverages = st.lists(
    st.builds(
        Covered,
        id=st.integers(1, 10_000),
        rank=st.integers(1, 3),
        starts_on=dates,
        ends_on=st.one_of(st.none(), dates),
    ),
    max_size=6,
    unique_by=lambda c: c.id,
)
leaves = st.lists(
    st.builds(
        Leave, id=st.integers(1, 99), number=st.just("A"), visits=st.integers(1, 5), starts_on=dates, ends_on=dates
    ),
    max_size=4,
    unique_by=lambda leave: leave.id,
)


@given(coverages, dates)
def test_the_first_payer_is_in_force_and_of_the_lowest_rank(found: list[Covered], day: date) -> None:
    first = first_on(found, day)
    standing = [c for c in found if in_force(c, day)]
    assert (first is None) == (not standing)
    if first:
        assert first in standing and first.rank == min(c.rank for c in standing)


@given(coverages, dates)
def test_each_payer_is_followed_by_the_next(found: list[Covered], day: date) -> None:
    order = in_order(found, day)
    for here, there in zip(order, [*order[1:], None], strict=False):
        assert after(found, day, here.id) == there
    assert after(found, day, 0) is None


def test_a_new_plan_replaces_the_old_one() -> None:
    old = Covered(1, 1, date(2025, 1, 1), None)
    new = Covered(2, 1, date(2026, 1, 1), None)
    second = Covered(3, 2, date(2025, 1, 1), None)
    assert in_order([old, second, new], DAY) == [new, old, second]
    assert first_on([old], date(2024, 12, 31)) is None


@given(leaves, st.lists(dates, max_size=20))
def test_no_authorization_is_overdrawn(found: list[Leave], visits: list[date]) -> None:
    allotted = allot(found, visits)
    assert set(allotted.by_day) == set(visits)
    by_id = {leave.id: leave for leave in found}
    for day, leave_id in allotted.by_day.items():
        if leave_id is None:
            full = [x for x in found if x.covers(day) and allotted.left(x) > 0]
            assert all(any(d > day for d, i in allotted.by_day.items() if i == x.id) for x in full) or not full
        else:
            assert by_id[leave_id].covers(day)
    assert all(allotted.left(leave) >= 0 for leave in found)


def test_one_entered_late_is_allotted_to_past_visits() -> None:
    visits = [DAY + timedelta(days=n) for n in range(3)]
    first = Leave(1, "A1", 2, DAY, DAY + timedelta(days=30))
    assert allot([first], visits).by_day[visits[2]] is None
    late = Leave(2, "A2", 2, DAY, DAY + timedelta(days=5))
    both = allot([first, late], visits)
    assert list(both.by_day.values()) == [2, 2, 1] and both.left(first) == 1


def test_why_there_is_none() -> None:
    used = Leave(1, "A1", 12, DAY - timedelta(days=60), DAY)
    assert why_none([used], DAY) == "Authorization A1 allowed 12 visits and they are used."
    assert why_none([used], DAY + timedelta(days=3)) == "Authorization A1 ran out on Jun 15."
    assert why_none([], DAY) == "No authorization is on file."
