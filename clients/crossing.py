"""Heart. Two coverages that would pay in one place: the same order, the same case, a discipline and a day in common.

One that pays for a number of visits stands before the others of its order, and workers' compensation or auto medical
coverage beside them (`clients.coverage`), so neither takes a health plan's place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Place:
    """Where a coverage stands among those of a client. Dates are inclusive; `case` None serves all cases,
    no `disciplines` serve all, `ends_on` None is open. `limited`: to a number of visits; `own`: the plan type of
    one that serves injuries alone, else empty.
    """

    id: int
    rank: int
    case: int | None
    disciplines: frozenset[str]
    starts_on: date
    ends_on: date | None
    limited: bool = False
    own: str = ""

    def crosses(self, other: "Place") -> bool:
        return self._lane == other._lane and self._shares(other) and self._meets(other)

    @property
    def _lane(self) -> tuple[int, int | None, bool, str]:
        return self.rank, self.case, self.limited, self.own

    def _shares(self, other: "Place") -> bool:
        return not self.disciplines or not other.disciplines or bool(self.disciplines & other.disciplines)

    def _meets(self, other: "Place") -> bool:
        first, last = sorted((self, other), key=lambda place: place.starts_on)
        return first.ends_on is None or last.starts_on <= first.ends_on


def crossed(place: Place, others: Iterable[Place]) -> Place | None:
    """The first of the others that stands in the same place; a coverage does not cross itself."""
    return next((other for other in others if other.id != place.id and place.crosses(other)), None)
