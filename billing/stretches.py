"""Heart. What was entered for a day, checked and summed into the stretches of minutes that earn units together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sessions.codes import CODES, ServiceCode, missing_parent, stretch_of

MOST_MINUTES = 1440


class BadMinutes(ValueError):
    """Minutes or a code that cannot be counted; the message names the code and the fix."""


@dataclass(frozen=True)
class Minutes:
    """Minutes of one code, whole and not negative: the therapist's, together-time included, and beside them
    those that an assistant gave alone."""

    code: str
    minutes: int
    assistant: int = 0


@dataclass(frozen=True)
class Stretch:
    """Minutes that earn units together: of one code, of a code and its add-on, or of a range of codes."""

    code: str
    entered: tuple[str, ...]
    therapist: int
    assistant: int

    @property
    def minutes(self) -> int:
        return self.therapist + self.assistant

    @property
    def facts(self) -> ServiceCode:
        return CODES[self.code]


def gather(entered: Sequence[Minutes], on: date | None = None, *, strict: bool = True) -> list[Stretch]:
    """The stretches of a day in the order entered; the same code entered twice is summed first.

    What was signed is counted as it stands (`strict` False). Otherwise it raises BadMinutes for a code that is unknown or not valid on the day, an add-on without its parent, minutes
    outside 0–1,440, and an evaluation that an assistant gave alone.
    """
    codes: dict[str, dict[str, None]] = {}
    sums: dict[str, list[int]] = {}
    for line in entered:
        if strict:
            _check(line, on)
        stretch = stretch_of(line.code)
        codes.setdefault(stretch, {})[line.code] = None
        held = sums.setdefault(stretch, [0, 0])
        held[0] += line.minutes
        held[1] += line.assistant
    found = [Stretch(code, tuple(codes[code]), *held) for code, held in sums.items()]
    if strict:
        _check_day(found)
    return found


def _check_day(found: Sequence[Stretch]) -> None:
    there = {code for one in found for code in one.entered}
    for code in sorted(there):
        if told := missing_parent(code, there):
            raise BadMinutes(told)
    for one in found:
        if one.minutes > MOST_MINUTES:
            raise BadMinutes(f"{one.code}: a day has 1,440 minutes; these are {one.minutes:,}")
        if one.facts.evaluation and one.assistant and not one.therapist:
            raise BadMinutes(f"{one.code}: an assistant does not evaluate; enter the therapist's minutes")


def _check(line: Minutes, on: date | None) -> None:
    facts = CODES.get(line.code)
    if facts is None:
        raise BadMinutes(f"{line.code} is not a service code this practice knows")
    if on is not None and on < facts.starts_on:
        raise BadMinutes(f"{line.code} is not valid on {on:%Y-%m-%d}; it begins in {facts.starts_on.year}")
    if not (0 <= line.minutes <= MOST_MINUTES and 0 <= line.assistant <= MOST_MINUTES):
        raise BadMinutes(f"{line.code}: minutes go from 0 to 1,440")
