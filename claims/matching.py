"""Heart. Which of our lines a remittance line speaks of.

By the line control number we sent (REF*6R); else by code and charge among the lines of the claim that
nothing else matched, when exactly one fits. Anything less sure is a person's to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Ours:
    """A line we sent."""

    id: int
    control: str
    code: str
    charge: Decimal


@dataclass(frozen=True)
class Theirs:
    """A line that came back."""

    control: str
    code: str
    charge: Decimal


def match(ours: Sequence[Ours], theirs: Sequence[Theirs]) -> list[int | None]:
    """For each of `theirs` the id of our line, or None."""
    by_control = {line.control: line.id for line in ours}
    found = [by_control.get(line.control) for line in theirs]
    taken = {id for id in found if id is not None}
    for index, line in enumerate(theirs):
        if found[index] is None:
            fitting = [o.id for o in ours if o.id not in taken and (o.code, o.charge) == (line.code, line.charge)]
            if len(fitting) == 1:
                found[index] = fitting[0]
                taken.add(fitting[0])
    return found
