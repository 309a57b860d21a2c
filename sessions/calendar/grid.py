"""Heart. Where a visit stands on the grid of a day: its first quarter of an hour, how many, and beside whom."""

from collections.abc import Sequence
from dataclasses import dataclass

SLOT = 15  # minutes
LANES = 4  # beside one another; what is more stands over the last
TRACKS = 12  # columns of a day: three fourths, two halves and a whole fit


@dataclass(frozen=True)
class Span:
    """Minutes of the local day, the end not included. It may end on the next midnight (1440)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 1440:
            raise ValueError(f"{self.start} to {self.end} is no part of a day")


@dataclass(frozen=True)
class Place:
    """`row` counts from 1 at `first_hour`, `rows` are quarters of an hour; `column` counts from 1 of TRACKS."""

    row: int
    rows: int
    column: int
    columns: int


def hours(spans: Sequence[Span], usual: tuple[int, int] = (8, 18)) -> tuple[int, int]:
    """The first hour shown and the one after the last: the usual ones, and all that anything stands in."""
    first = min([usual[0], *(span.start // 60 for span in spans)])
    last = max([usual[1], *(-(-span.end // 60) for span in spans)])
    return first, last


def places(spans: Sequence[Span], first_hour: int) -> list[Place]:
    """A place for each span, in their order. What overlaps stands side by side, and each chain is as wide as the day."""
    order = sorted(range(len(spans)), key=lambda i: (_slots(spans[i]), -spans[i].end, i))
    found: dict[int, Place] = {}
    chain: list[tuple[int, int]] = []  # (index, lane) of spans that reach into one another
    ends: list[int] = []  # of each lane, in slots
    for index in order:
        start, end = _slots(spans[index])
        if ends and start >= max(ends):
            found |= _settled(chain, len(ends), spans, first_hour)
            chain, ends = [], []
        lane = next((n for n, until in enumerate(ends) if until <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        ends[lane] = end
        chain.append((index, lane))
    found |= _settled(chain, len(ends), spans, first_hour)
    return [found[index] for index in range(len(spans))]


def _slots(span: Span) -> tuple[int, int]:
    """From which slot of the day to which: what begins or ends within one fills it."""
    return span.start // SLOT, -(-span.end // SLOT)


def _settled(chain: list[tuple[int, int]], lanes: int, spans: Sequence[Span], first_hour: int) -> dict[int, Place]:
    wide = TRACKS // min(lanes, LANES) if lanes else TRACKS
    found = {}
    for index, lane in chain:
        start, end = _slots(spans[index])
        column = min(lane, LANES - 1) * wide + 1
        found[index] = Place(start - first_hour * 60 // SLOT + 1, end - start, column, wide)
    return found
