"""One benchmark is a race: what the product does against the least that could be done with the same input.

Both sides run in turns in one process, so a busy machine slows both; the median of the ratios,
turn by turn, is what can be compared between machines and between versions.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

type Side = Callable[[], object]


@dataclass(frozen=True)
class Asked:
    """How long to run: `rounds` of each side, `size` of the input."""

    rounds: int
    size: int


def asked(doc: str | None, *, rounds: int, size: int, unit: str) -> Asked:
    """What the command line asks for; the usual figures otherwise."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds, help=f"runs of each side (usually {rounds})")
    parser.add_argument("--size", type=int, default=size, help=f"{unit} a run (usually {size:,})")
    found = parser.parse_args()
    return Asked(max(found.rounds, 2), max(found.size, 1))


def race(name: str, *, product: Side, limit: Side, rounds: int, of: tuple[int, str] | None = None) -> float:
    """Run both sides in turns, print medians and ratio, give the ratio. `of`: how many of what a turn makes."""
    sides: tuple[tuple[Side, list[float]], ...] = ((product, []), (limit, []))
    for side, _ in sides:
        side()  # the first run pays for imports, plans and caches
    for turn in range(rounds):
        for side, times in sides if turn % 2 else reversed(sides):
            times.append(_timed(side))
    ours, least = (times for _, times in sides)
    low, ratio, high = quantiles([a / b for a, b in zip(ours, least, strict=True)], n=4)
    say(f"{name}: product {_shown(median(ours))}, limit {_shown(median(least))}, ratio {ratio:.2f}")
    if of:
        count, unit = of
        rates = f"{count / median(ours):,.1f} {unit}/s, limit {count / median(least):,.1f} {unit}/s"
        say(f"  product {rates}: {1 / ratio:.2f} of it")
    say(f"  median of {rounds} turns; half of the ratios lie in {low:.2f}–{high:.2f}")
    return ratio


def _timed(side: Side) -> float:
    gc.collect()  # what the other side left is not our time
    begun = time.perf_counter()
    side()
    return time.perf_counter() - begun


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def open_house() -> None:
    """Make Django ready. Whatever imports a model comes after it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    import django

    django.setup()


def settle_database() -> None:
    """Count rows as the server would by itself within a minute; until then its cached plans are for empty tables."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
