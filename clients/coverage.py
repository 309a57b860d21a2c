"""Heart. Which coverage pays first on a date of service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Covered:
    """A coverage as far as its order goes. `rank` 1 pays first; dates are inclusive, `ends_on` None is open."""

    id: int
    rank: int
    starts_on: date
    ends_on: date | None


def in_force(coverage: Covered, day: date) -> bool:
    return coverage.starts_on <= day and (coverage.ends_on is None or day <= coverage.ends_on)


def in_order(coverages: Iterable[Covered], day: date) -> list[Covered]:
    """Those in force on `day`, first payer first. Of two with one rank the newer plan comes first."""
    return sorted((c for c in coverages if in_force(c, day)), key=lambda c: (c.rank, -c.starts_on.toordinal(), c.id))


def first_on(coverages: Iterable[Covered], day: date) -> Covered | None:
    """The coverage that pays first on `day`; None is self-pay."""
    return next(iter(in_order(coverages, day)), None)


def after(coverages: Iterable[Covered], day: date, coverage_id: int) -> Covered | None:
    """The coverage that pays next after `coverage_id` on `day`; None is the client."""
    order = in_order(coverages, day)
    ids = [c.id for c in order]
    if coverage_id not in ids:
        return None
    return next(iter(order[ids.index(coverage_id) + 1 :]), None)
