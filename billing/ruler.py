"""Heart. Geometry of the unit ruler: a bar filled by code, a mark each 15 minutes, a tick at each unit. Pixels."""

from dataclasses import dataclass

from billing.increments import BLOCK, table_units, threshold
from billing.units import Counted, Rule
from sessions.codes import CODES

WIDTH, HEIGHT = 300, 58
SHORTEST = 60  # minutes the bar shows at least


@dataclass(frozen=True)
class Fill:
    """Minutes of one code along the bar; `nth` is its row on the page, 1 first."""

    x: float
    width: float
    nth: int


@dataclass(frozen=True)
class Tick:
    """Where a unit is reached."""

    x: float
    units: int
    minutes: int
    reached: bool


@dataclass(frozen=True)
class Ruler:
    fills: tuple[Fill, ...]
    blocks: tuple[float, ...]
    ticks: tuple[Tick, ...]


def ruler(counted: Counted) -> Ruler:
    """The ruler of an answer: its 15-minute codes. Where each counts alone past its middle, each has ticks of its own."""
    timed = [
        (nth, line)
        for nth, line in enumerate(counted.lines, start=1)
        if line.minutes and CODES[line.stretch or line.code].pooled
    ]
    total = sum(line.minutes for _, line in timed)
    longest = max(SHORTEST, -(-(total + 1) // BLOCK) * BLOCK)
    scale = WIDTH / longest
    fills, ticks, start = [], [], 0
    for nth, line in timed:
        fills.append(Fill(round(start * scale, 1), round(line.minutes * scale, 1), nth))
        if counted.rule in (Rule.MIDPOINT, Rule.NEAREST_QUARTER):
            ticks += _ticks(start, line.minutes, scale, table_units(line.minutes))
        start += line.minutes
    if counted.rule is Rule.CMS:
        most = table_units(longest - 1)
        ticks = _ticks(0, total, scale, most)
    blocks = tuple(round(m * scale, 1) for m in range(BLOCK, total, BLOCK))
    return Ruler(tuple(fills), blocks, tuple(_thinned(ticks)))


def _ticks(start: int, minutes: int, scale: float, most: int) -> list[Tick]:
    thresholds = ((units, threshold(units)) for units in range(1, most + 1))
    return [Tick(round((start + at) * scale, 1), units, at, at <= minutes) for units, at in thresholds]


def _thinned(ticks: list[Tick]) -> list[Tick]:
    """Long sessions: so many ticks that their words would touch keep only some of them."""
    step = -(-len(ticks) // 5)
    return [tick for tick in ticks if (tick.units - 1) % step == 0 or tick is ticks[-1]] if step > 1 else ticks
