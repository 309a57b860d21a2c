"""Visits that repeat: the same wall time on each side of a change of clocks, in every zone the house knows."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.calendar.recurrence import MOST, MOST_WEEKS, Pattern, days, moment, moved

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix")
patterns = st.builds(Pattern, st.frozensets(st.integers(0, 6), min_size=1), st.integers(1, MOST_WEEKS))
some_day = st.dates(date(2024, 1, 1), date(2031, 12, 31))
working = st.times(time(5), time(22)).map(lambda at: at.replace(second=0, microsecond=0))


def pattern(*weekdays: int, weeks: int = 1) -> Pattern:
    return Pattern(frozenset(weekdays), weeks)


def test_days_of_a_pattern() -> None:
    monday = date(2026, 11, 30)
    assert days(monday, pattern(0), 3) == [date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)]
    assert days(monday, pattern(0, 2), 4) == [date(2026, 11, 30), *(date(2026, 12, d) for d in (2, 7, 9))]
    assert days(date(2026, 12, 2), pattern(0, 2), 3) == [date(2026, 12, d) for d in (2, 7, 9)]
    assert days(date(2026, 12, 2), pattern(0, 2, weeks=2), 4) == [date(2026, 12, d) for d in (2, 14, 16, 28)]
    assert days(date(2026, 12, 3), pattern(0), 2) == [date(2026, 12, 3), date(2026, 12, 7)]  # the first is as it is
    assert days(monday, pattern(4), 1) == [monday]


@pytest.mark.parametrize(("weekdays", "weeks"), [((), 1), ((7,), 1), ((0,), 0), ((0,), MOST_WEEKS + 1)])
def test_what_is_no_pattern(weekdays: tuple[int, ...], weeks: int) -> None:
    with pytest.raises(ValueError, match="at least one day|repeats every 1 to 8"):
        Pattern(frozenset(weekdays), weeks)


@pytest.mark.parametrize("visits", [0, -1, MOST + 1])
def test_a_series_has_some_visits(visits: int) -> None:
    with pytest.raises(ValueError, match="1 to 60 visits"):
        days(date(2026, 1, 1), pattern(0), visits)


def test_words() -> None:
    assert pattern(0).words == "Every Monday"
    assert pattern(2, 0, 4).words == "Every Monday, Wednesday and Friday"
    assert pattern(5, weeks=2).words == "Every 2 weeks on Saturday"
    assert pattern(6, 0).later(1) == pattern(0, 1) == pattern(6, 0).later(-6)


@given(first=some_day, asked=patterns, visits=st.integers(1, MOST))
def test_days_are_in_order_and_of_the_pattern(first: date, asked: Pattern, visits: int) -> None:
    found = days(first, asked, visits)
    assert len(found) == visits and found[0] == first
    assert found == sorted(set(found))
    monday = first - timedelta(days=first.weekday())
    for day in found[1:]:
        assert day.weekday() in asked.weekdays
        assert ((day - monday).days // 7) % asked.every_weeks == 0
    between = {first + timedelta(days=n) for n in range((found[-1] - first).days + 1)}
    left_out = [
        day for day in between - set(found)
        if day.weekday() in asked.weekdays and ((day - monday).days // 7) % asked.every_weeks == 0
    ]  # fmt: skip
    assert left_out == []


@pytest.mark.parametrize("zone", ZONES)
@given(first=some_day, asked=patterns, visits=st.integers(1, MOST), at=working)
def test_the_clock_on_the_wall_says_the_same(zone: str, first: date, asked: Pattern, visits: int, at: time) -> None:
    for day in days(first, asked, visits):
        when = moment(day, at, ZoneInfo(zone))
        local = when.astimezone(ZoneInfo(zone))
        assert when.tzinfo is UTC and (local.date(), local.time()) == (day, at)


@pytest.mark.parametrize("zone", ZONES)
@given(first=some_day, visits=st.integers(1, MOST), at=working, later=st.integers(-400, 400), to=working)
def test_moved_as_many_days_to_one_time(zone: str, first: date, visits: int, at: time, later: int, to: time) -> None:
    here = ZoneInfo(zone)
    before = days(first, pattern(first.weekday()), visits)
    after = moved([moment(day, at, here) for day in before], here, later, to, here)
    local = [each.astimezone(here) for each in after]
    assert [each.date() for each in local] == [day + timedelta(days=later) for day in before]
    assert {each.time() for each in local} == {to}


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [("America/New_York", -240, -300), ("America/Chicago", -300, -360), ("America/Denver", -360, -420),
     ("America/Los_Angeles", -420, -480), ("America/Phoenix", -420, -420)],
)  # fmt: skip
def test_both_changes_of_clocks_of_2027(zone: str, spring: int, autumn: int) -> None:
    """March 14 and November 7: nine o'clock is an hour of UTC apart, but in Arizona."""
    here = ZoneInfo(zone)
    summer = [moment(day, time(9), here) for day in days(date(2027, 3, 8), pattern(0), 3)]
    winter = [moment(day, time(9), here) for day in days(date(2027, 11, 1), pattern(0), 3)]

    def offset(when: datetime, minutes: int) -> bool:
        return datetime.combine(when.date(), time(9)) - when.replace(tzinfo=None) == timedelta(minutes=minutes)

    assert offset(summer[0], autumn) and offset(summer[1], spring) and offset(summer[2], spring)
    assert offset(winter[0], spring) and offset(winter[1], autumn) and offset(winter[2], autumn)


def test_times_that_are_not_there_and_times_that_come_twice() -> None:
    here = ZoneInfo("America/Chicago")
    gap = moment(date(2027, 3, 14), time(2, 30), here)
    assert gap.astimezone(here).time() == time(3, 30)
    twice = moment(date(2027, 11, 7), time(1, 30, fold=1), here)
    assert twice == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
