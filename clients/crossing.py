"""Heart. Two coverages that would pay in one place: the same order, the same case, a discipline and a day in common;
and one card that would pay twice for a visit, in whatever order its two rows stand.

One that pays for a number of visits stands before the others of its order, and workers' compensation or auto medical
coverage beside them (`clients.coverage`), so neither takes a health plan's place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clients.coverage import reaches


@dataclass(frozen=True)
class Place:
    """Where a coverage stands among those of a client. Dates are inclusive; `case` None serves all cases,
    no `disciplines` serve all, `ends_on` None is open. `limited`: to a number of visits; `own`: the plan type of
    one that serves injuries alone, else empty. `cause` is that of its case; `card` the same for two rows of one card.
    """

    id: int
    rank: int
    case: int | None
    disciplines: frozenset[str]
    starts_on: date
    ends_on: date | None
    limited: bool = False
    own: str = ""
    cause: str = ""
    card: str = ""

    def crosses(self, other: "Place") -> bool:
        return self._lane == other._lane and self._shares(other) and self._meets(other)

    def repeats(self, other: "Place") -> bool:
        """Whether both are one card, and serve a visit in common."""
        one_card = self.card != "" and self.card == other.card
        return one_card and self._treats(other) and self._shares(other) and self._meets(other)

    @property
    def _lane(self) -> tuple[int, int | None, bool, str]:
        return self.rank, self.case, self.limited, self.own

    def _treats(self, other: "Place") -> bool:
        """Whether they have a case in common: one that is tied to a case may exclude what a general one is for."""
        if self.case == other.case:
            return True
        tied, general = (self, other) if other.case is None else (other, self)
        return general.case is None and reaches(general.own, tied.cause)

    def _shares(self, other: "Place") -> bool:
        return not self.disciplines or not other.disciplines or bool(self.disciplines & other.disciplines)

    def _meets(self, other: "Place") -> bool:
        first, last = sorted((self, other), key=lambda place: place.starts_on)
        return first.ends_on is None or last.starts_on <= first.ends_on


def crossed(place: Place, others: Iterable[Place]) -> Place | None:
    """The first of the others that stands in the same place; a coverage does not cross itself."""
    return next((other for other in others if other.id != place.id and place.crosses(other)), None)


def repeated(place: Place, others: Iterable[Place]) -> Place | None:
    """The first of the others that is the same card and would pay for the same visit; none repeats itself."""
    return next((other for other in others if other.id != place.id and place.repeats(other)), None)
