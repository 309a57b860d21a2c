"""Heart. Geometry of the receivables chart: where each bar and figure goes, in pixels. Drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ROW, BAR, GAP = 40, 24, 2  # pixels


@dataclass(frozen=True)
class Layout:
    """Widths of a drawing: the whole, the labels on the left, the totals on the right, a character."""

    width: int
    labels: int
    totals: int
    character: float


WIDE = Layout(810, 88, 66, 7.6)
NARROW = Layout(328, 84, 60, 7.2)


@dataclass(frozen=True)
class Segment:
    """One age of one debtor. `text` is empty when it does not fit inside."""

    x: float
    width: float
    bucket: int
    amount: Decimal
    text: str


@dataclass(frozen=True)
class Bar:
    """A debtor's row: `y` is the top of the bar, `end` where the total is written."""

    name: str
    y: int
    segments: tuple[Segment, ...]
    total: Decimal
    end: float


def bars(rows: Sequence[tuple[str, Sequence[Decimal]]], layout: Layout) -> tuple[list[Bar], int]:
    """Bars for (name, amount by bucket) and the height of the drawing. Credits draw nothing."""
    most = max((sum(max(a, Decimal(0)) for a in amounts) for _, amounts in rows), default=Decimal(0))
    room = layout.width - layout.labels - layout.totals
    scale = room / float(most) if most > 0 else 0.0
    drawn = []
    for index, (name, amounts) in enumerate(rows):
        x, segments = float(layout.labels), []
        for bucket, amount in enumerate(amounts):
            if amount > 0:
                width = max(float(amount) * scale, 4.0)
                segments.append(
                    Segment(round(x, 1), round(width - GAP, 1), bucket, amount, _inside(amount, width, layout))
                )
                x += width
        drawn.append(
            Bar(name, index * ROW + (ROW - BAR) // 2, tuple(segments), sum(amounts, Decimal(0)), round(x + 8, 1))
        )
    return drawn, len(rows) * ROW


def _inside(amount: Decimal, width: float, layout: Layout) -> str:
    text = f"${amount:,.0f}"
    return text if len(text) * layout.character + 12 <= width else ""
