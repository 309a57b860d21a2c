"""Heart. Which coverage of a client shields her from being billed on a day (`clients.never_billed` says why it does).

Medicare alone shields nobody from a fee for a missed visit, as long as everybody is charged the same (Medicare Claims
Processing Manual ch. 1 §30.3.13).
"""

from collections.abc import Collection, Iterable
from datetime import date

from clients.coverage import WORKERS_COMP, Covered, Visit, concerns, in_force
from clients.never_billed import may_never_be_billed


def shielding(
    coverages: Iterable[Covered], day: date, visit: Visit | None = None, *, qmb: Collection[int] = ()
) -> Covered | None:
    """The coverage for which a client may not be billed on a day, None when she may be. `qmb`: ids of coverages.

    Workers' compensation shields the cases it pays for; without a `visit`, whatever case it is for.
    """
    for coverage in coverages:
        if may_never_be_billed(coverage.kind, qmb=coverage.id in qmb) and in_force(coverage, day):
            if visit is None or coverage.kind != WORKERS_COMP or concerns(coverage, visit):
                return coverage
    return None
