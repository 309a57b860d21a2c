"""Who pays for the visits of some clients: from rows to the coverage heart, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from clients.coverage import Payers, Visit, payers
from clients.merged import by_client, charts_of
from clients.models import Coverage
from sessions.models import Session, SessionState

# A visit counts from booking. One that is only held is not counted here: it is paid for when it is given.
COUNTED = (SessionState.SCHEDULED, SessionState.ARRIVED, SessionState.SIGNED)


class Paying:
    """The coverages of clients, and their visits where one of these pays for so many only.

    What stands on any chart of a person is hers on all of them.
    """

    def __init__(self, clients: Collection[int]) -> None:
        homes = charts_of(clients)
        rows = Coverage.objects.filter(client__in=homes).select_related("payer").order_by("id")
        self.coverages: dict[int, list[Coverage]] = by_client(rows, homes)
        limited = [client for client, rows in self.coverages.items() if any(row.visit_limit for row in rows)]
        self._visits = _visits_of(limited) if limited else {}

    def of(self, client: int, visit: Visit) -> Payers:
        """Who pays for a visit of a client, her other visits counted where that matters."""
        return self.each(client, {visit})[visit]

    def each(self, client: int, visits: Iterable[Visit]) -> dict[Visit, Payers]:
        """As `of`, for several."""
        facts = [coverage.facts for coverage in self.coverages[client]]
        return payers(facts, self._visits.get(client, set()) | set(visits))

    def same_plan(self, client: int, coverage: int) -> set[int]:
        """The rows of a coverage's plan on all charts of a client."""
        plans = {row.pk: row.plan for row in self.coverages[client]}
        return {pk for pk, plan in plans.items() if plan == plans.get(coverage)} | {coverage}

    def first(self, client: int, visit: Visit) -> Coverage | None:
        """The coverage that pays first; None is self-pay."""
        first = self.of(client, visit).first
        return next((row for row in self.coverages[client] if first and row.pk == first.id), None)


def _visits_of(clients: Collection[int]) -> dict[int, set[Visit]]:
    found: dict[int, set[Visit]] = defaultdict(set)
    homes = charts_of(clients)
    rows = Session.objects.filter(client__in=homes, state__in=COUNTED)
    fields = ("client", "served_on", "case__discipline", "case", "case__cause", "case__habilitative")
    for chart, *visit in rows.values_list(*fields).distinct():
        for client in homes[chart]:
            found[client].add(Visit(*visit))
    return found


def payers_of(session: Session) -> Payers:
    """Who pays for the day of a session."""
    return Paying({session.client_id}).of(session.client_id, session.case.visit(session.served_on))


def pays_first(session: Session) -> Coverage | None:
    """The coverage that pays first for the day of a session; None is self-pay."""
    return Paying({session.client_id}).first(session.client_id, session.case.visit(session.served_on))
