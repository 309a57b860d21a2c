"""Heart. What codes of a day earned, and the most that a payer pays of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from billing import unit_words
from sessions.codes import CODES, DISCIPLINES, may_become


@dataclass(frozen=True)
class Caps:
    """The most units a payer pays: of a code a day, of timed codes a discipline and day, of all a day."""

    codes: Mapping[str, int] = field(default_factory=dict)
    discipline: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, caps: Mapping[str, Any], discipline: str = "OT") -> "Caps":
        """From data: the most units by code, "day" and "discipline" (or the discipline's own name).

        Codes may stand in a mapping of their own, "codes". Raises ValueError for what is none of these.
        """
        if not isinstance(caps.get("codes") or {}, Mapping):
            raise ValueError("caps: codes is a mapping of service codes to units")
        flat = {name: most for name, most in caps.items() if name != "codes"} | dict(caps.get("codes") or {})
        for name, most in flat.items():
            if name not in (*CODES, *DISCIPLINES, "discipline", "day"):
                raise ValueError(f"caps: “{name}” is no service code, nor “discipline” or “day”")
            if type(most) is not int or most < 0:
                raise ValueError(f"caps: {name} takes a whole number of units, 0 or more")
        codes = {code: most for code, most in flat.items() if code in CODES}
        return cls(codes, flat.get(discipline, flat.get("discipline")), flat.get("day"))


@dataclass(frozen=True)
class CodeUnits:
    """What one code earns. `whole` blocks of 15 and minutes `left` are of the code's own minutes.

    `assisted` of the units carry the assistant's modifier. `stretch` names the minutes it was earned with.
    """

    code: str
    minutes: int
    units: int
    timed: bool
    whole: int = 0
    left: int = 0
    assisted: int = 0
    stretch: str = ""


NO_CAPS = Caps()


def capped(lines: tuple[CodeUnits, ...], caps: Caps) -> tuple[tuple[CodeUnits, ...], list[str]]:
    """What the payer pays at most: the last units given are dropped first, assisted ones before clean ones."""
    units = [min(line.units, caps.codes.get(line.code, line.units)) for line in lines]
    told = [unit_words.capped(line.code, new) for line, new in zip(lines, units, strict=True) if new < line.units]
    for most, counts in ((caps.discipline, lambda line: line.timed), (caps.day, lambda line: True)):
        over = 0 if most is None else sum(u for u, line in zip(units, lines, strict=True) if counts(line)) - most
        if over > 0:
            told.append(unit_words.capped("", most or 0))
        for n in reversed(range(len(lines))):
            if over > 0 and counts(lines[n]):
                drop = min(over, units[n])
                units[n], over = units[n] - drop, over - drop
    found = tuple(line if new == line.units else with_units(line, new) for line, new in zip(lines, units, strict=True))
    return found, told


def with_units(line: CodeUnits, units: int) -> CodeUnits:
    """A line that keeps `units` of its own: those with the assistant's modifier go first."""
    clean = line.units - line.assisted
    return replace(line, units=units, assisted=max(units - clean, 0))


def room(lines: tuple[CodeUnits, ...], caps: Caps) -> frozenset[str]:
    """The stretches of which the payer would pay one more timed unit."""
    earned: dict[str, int] = defaultdict(int)
    for line in lines:
        earned[line.code] += line.units
    total = sum(earned.values())
    timed = sum(line.units for line in lines if line.timed)
    if (caps.discipline is not None and timed >= caps.discipline) or (caps.day is not None and total >= caps.day):
        return frozenset()
    return frozenset(
        line.stretch
        for line in lines
        if any(code not in caps.codes or earned[code] < caps.codes[code] for code in may_become(line.stretch))
    )
