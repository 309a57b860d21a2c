"""Heart. How far a goal is on its way from the baseline to the target."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TOP, BOTTOM, LEFT, RIGHT = 10, 26, 8, 64  # pixels around the drawing


@dataclass(frozen=True)
class Measured:
    on: date
    value: Decimal


@dataclass(frozen=True)
class Line:
    """A goal: from a value to a value, between two days."""

    baseline: Decimal
    target: Decimal
    from_on: date
    due_on: date

    def share(self, value: Decimal) -> int:
        """Percent of the way, 0 to 100; a goal may go down as well as up."""
        way = (value - self.baseline) / (self.target - self.baseline)
        return int(min(max(way, Decimal(0)), Decimal(1)) * 100)

    def met(self, value: Decimal) -> bool:
        up = self.target > self.baseline
        return value >= self.target if up else value <= self.target


@dataclass(frozen=True)
class Drawing:
    """A drawing of progress in pixels: the measured line, its points, and the straight way to the target."""

    width: int
    height: int
    points: tuple[tuple[float, float], ...]
    way: tuple[tuple[float, float], tuple[float, float]]
    target_y: float
    base_y: float
    first_day: str
    last_day: str

    @property
    def path(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)

    @property
    def end_x(self) -> int:
        """Where the last day lies."""
        return self.width - RIGHT

    @property
    def words_x(self) -> int:
        """Where the figures at the right begin."""
        return self.end_x + 8

    @property
    def target_words_y(self) -> float:
        return self.target_y + 4

    @property
    def base_words_y(self) -> float:
        return self.base_y + 4

    @property
    def days_y(self) -> int:
        return self.height - 4


def draw(line: Line, measures: list[Measured], width: int = 320, height: int = 116) -> Drawing:
    """Where the measures of a goal lie, the baseline first. A value may pass the target or fall behind the baseline."""
    seen = [Measured(line.from_on, line.baseline), *sorted(measures, key=lambda one: one.on)]
    values = [line.target, *(one.value for one in seen)]
    low, high = min(values), max(values)
    first = min(one.on for one in seen)
    last = max(line.due_on, *(one.on for one in seen))
    span = max((last - first).days, 1)
    room = Decimal(height - TOP - BOTTOM)

    def x(day: date) -> float:
        return round(LEFT + (width - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(value: Decimal) -> float:
        return round(float(TOP + room * (high - value) / (high - low)), 1)

    return Drawing(
        width,
        height,
        tuple((x(one.on), y(one.value)) for one in seen),
        ((x(line.from_on), y(line.baseline)), (x(line.due_on), y(line.target))),
        y(line.target),
        y(line.baseline),
        f"{first:%b} {first.day}",
        f"{last:%b} {last.day}",
    )


def number(value: Decimal) -> str:
    """14, 3.5, −2.25: without zeros at the end."""
    shown = f"{value.normalize():f}"
    return shown.replace("-", "−")
