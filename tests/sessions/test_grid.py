"""Where visits stand on the grid of a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.calendar.grid import LANES, TRACKS, Place, Span, hours, places

spans = st.integers(0, 1439).flatmap(lambda a: st.builds(Span, st.just(a), st.integers(a + 1, 1440)))


def nine(minutes: int, late: int = 0) -> Span:
    return Span(540 + late, 540 + late + minutes)


def test_places() -> None:
    assert places([nine(45)], 8) == [Place(5, 3, 1, 12)]
    assert places([nine(45), nine(45, 45)], 8) == [Place(5, 3, 1, 12), Place(8, 3, 1, 12)]
    assert places([nine(60), nine(30, 30), nine(30, 60)], 8) == [
        Place(5, 4, 1, 6),
        Place(7, 2, 7, 6),
        Place(9, 2, 1, 12),
    ]
    assert places([nine(10, 5), nine(5, 20)], 9) == [Place(1, 1, 1, 12), Place(2, 1, 1, 12)]
    assert [place.column for place in places([nine(60)] * 6, 9)] == [1, 4, 7, 10, 10, 10]
    assert places([], 8) == []


def test_hours() -> None:
    assert hours([]) == (8, 18)
    assert hours([Span(400, 445), Span(1081, 1440)]) == (6, 24)
    assert hours([Span(600, 1080)]) == (8, 18)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (6, 5), (0, 1441)])
def test_no_part_of_a_day(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is no part of a day"):
        Span(start, end)


@given(st.lists(spans, max_size=12))
def test_nothing_hides_another_while_there_is_room(found: list[Span]) -> None:
    first, last = hours(found)
    placed = places(found, first)
    cells: dict[tuple[int, int], int] = {}
    for index, place in enumerate(placed):
        assert place.row >= 1 and place.rows >= 1 and place.row + place.rows - 1 <= (last - first) * 4
        assert place.column + place.columns - 1 <= TRACKS
        for row in range(place.row, place.row + place.rows):
            for column in range(place.column, place.column + place.columns):
                if (row, column) in cells:  # only where more than LANES stand at once
                    assert place.column == (LANES - 1) * TRACKS // LANES + 1
                cells[row, column] = index
