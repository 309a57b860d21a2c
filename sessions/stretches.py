"""Heart. Start–stop stretches of a session: “9:02–9:35, 9:50–9:57” as typed, and what they sum to.

Psychotherapy and some payers want the times in the note; others take a number of minutes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HALF_DAY, LAST = 720, 1439  # minutes; a session ends on its day
LONGEST_PAST_NOON = 360  # minutes; longer, and the two were typed the wrong way round
MOST = 6  # stretches in one box
_TIME = r"(\d{1,2})[:.]?(\d{2})\s*([ap]m?)?"
_STRETCH = re.compile(rf"{_TIME}\s*[-–—−]\s*{_TIME}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, order=True)
class Stretch:
    """From a minute of the day to another, the stop not included."""

    start: int
    stop: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.stop)}"

    def overlaps(self, other: "Stretch") -> bool:
        return self.start < other.stop and other.start < self.stop


def looks_like(text: str) -> bool:
    """Whether this is meant as times and not as a number of minutes."""
    return ":" in text or bool(re.search(r"\d\s*([ap]m?)?\s*[-–—−]\s*\d", text, re.IGNORECASE | re.ASCII))


def parse(text: str) -> list[Stretch]:
    """Stretches separated by commas; raises ValueError with a sentence for the field.

    “12:50–1:05” ends a quarter past the hour it began in: a stop that lies before its start is taken twelve
    hours later.
    """
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) > MOST:
        raise ValueError(f"A row has at most {MOST} stretches of time")
    found = [_one(part) for part in parts]
    for before, after in zip(sorted(found), sorted(found)[1:], strict=False):
        if before.overlaps(after):
            raise ValueError(f"{before} and {after} overlap")
    return found


def _one(text: str) -> Stretch:
    met = _STRETCH.fullmatch(text)
    if not met:
        raise ValueError(f"“{text[:20]}” is not a start and a stop; write them as 9:02–9:35")
    first, second = met.groups()[:3], met.groups()[3:]
    start, stop = _minute(text, *first), _minute(text, *second)
    if not second[2] and 0 < stop + HALF_DAY - start <= LONGEST_PAST_NOON and stop < start:
        stop += HALF_DAY
    if not start < stop <= min(start + HALF_DAY, LAST):
        raise ValueError(f"“{text[:20]}” stops before it starts")
    return Stretch(start, stop)


def _minute(text: str, hour: str, minute: str, half: str | None) -> int:
    hours, minutes = int(hour), int(minute)
    if minutes > 59 or hours > 23 or (half and not 1 <= hours <= 12):
        raise ValueError(f"“{text[:20]}” holds no time of day")
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    return 60 * hours + minutes


def minutes(found: Sequence[Stretch]) -> int:
    return sum(one.stop - one.start for one in found)


def show(found: Sequence[Stretch]) -> str:
    """In one spelling, which `parse` reads back: “09:02–09:35, 09:50–09:57”."""
    return ", ".join(map(str, found))


def every(times: str) -> list[Stretch]:
    """The stretches of a kept spelling, the clinician's and the assistant's."""
    return [one for part in times.split("+") if "–" in part for one in parse(part)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
