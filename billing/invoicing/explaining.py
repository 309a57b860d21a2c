"""From rows of the list of what waits to their reasons: names, codes, claims and credits, asked once a page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.actions.charging import unpriced
from billing.invoicing import never, why_not
from billing.invoicing.ready import clients_of, people
from billing.invoicing.told import ClaimWord, claims_of
from billing.invoicing.waiting import SESSIONS, Place, Row
from billing.invoicing.why_not import Facts, Reason
from billing.models import OpenItem
from clients.models import Client, Contact
from sessions.models import ServiceLine, Session


@dataclass(frozen=True)
class Told:
    """A row with its reason. Ids lead to what mends it, where there is such a page."""

    reason: Reason
    text: str
    who: str
    since: date
    amount: Decimal | None
    client: int | None = None
    session: int | None = None
    charge: int | None = None
    claim: ClaimWord | None = None


def explain(rows: Sequence[Row]) -> list[Told]:
    """The rows, told, in their order; a constant number of statements."""
    told = _of_sessions([row for row in rows if row.place in SESSIONS])
    told |= _of_items([row for row in rows if row.place not in (*SESSIONS, Place.PERSON)])
    told |= _of_people([row for row in rows if row.place is Place.PERSON])
    return [told[row] for row in rows if row in told]


def _told(row: Row, facts: Facts, who: str, **ids: object) -> Told:
    reason = why_not.why(facts) or Reason.NOTHING
    return Told(reason, why_not.sentence(reason, facts), who, row.since, row.amount, **ids)  # type: ignore[arg-type]


def _of_sessions(rows: Sequence[Row]) -> dict[Row, Told]:
    sessions = Session.objects.select_related("client", "case").in_bulk([row.ref for row in rows])
    codes = _without_fee(sessions[row.ref] for row in rows if row.place is Place.NO_FEE and row.ref in sessions)
    found = {}
    for row in rows:
        if session := sessions.get(row.ref):
            day = session.client_id, session.served_on, session.case.discipline
            facts = Facts(
                signed=row.place is not Place.UNSIGNED,
                charged=False,
                lacks_coverage=row.place is Place.NO_COVERAGE,
                codes=tuple(codes.get(day, ())) if row.place is Place.NO_FEE else (),
            )
            found[row] = _told(row, facts, session.client.name, client=session.client_id, session=session.pk)
    return found


def _without_fee(sessions: Iterable[Session]) -> dict[tuple[int, date, str], list[str]]:
    """Codes without a fee by day: the whole of a day waits for one of them."""
    wanted = list(sessions)
    if not wanted:
        return {}
    lines = unpriced(ServiceLine.objects).filter(
        session__client__in={session.client_id for session in wanted},
        session__served_on__in={session.served_on for session in wanted},
    )
    found: dict[tuple[int, date, str], list[str]] = defaultdict(list)
    columns = ("session__client", "session__served_on", "session__case__discipline", "code")
    for client, day, discipline, code in lines.order_by("code").values_list(*columns).distinct():
        found[client, day, discipline].append(code)
    return found


def _of_items(rows: Sequence[Row]) -> dict[Row, Told]:
    known = OpenItem.objects.select_related("charge__client", "coverage__payer", "contact")
    items = known.in_bulk([row.ref for row in rows])
    claims = claims_of({item.charge_id for item in items.values() if item.coverage_id and item.charge_id})
    rules = never.because(items[row.ref] for row in rows if row.place is Place.NEVER and row.ref in items)
    guaranteed = _guaranteed([item.contact_id for item in items.values() if item.charge is None and item.contact_id])
    found = {}
    for row in rows:
        if item := items.get(row.ref):
            claim = claims.get(item.charge_id or 0) if item.coverage_id else None
            facts = Facts(
                payer=item.coverage.payer.short_name if item.coverage else "",
                since=item.since_on,
                claim=claim.state if claim else "",
                never=rules.get(row.ref, ""),
                credit=-item.balance if row.place is Place.CREDIT else Decimal(0),
                astray=row.place is Place.ASTRAY,
            )
            who = item.charge.client.name if item.charge and item.coverage_id else str(item.contact)
            client = item.charge.client_id if item.charge else guaranteed.get(item.contact_id or 0)
            found[row] = _told(row, facts, who, client=client, charge=item.charge_id, claim=claim)
    return found


def _of_people(rows: Sequence[Row]) -> dict[Row, Told]:
    ids = [row.ref for row in rows]
    if not ids:
        return {}
    names, clients, guaranteed = Contact.objects.in_bulk(ids), clients_of(ids), _guaranteed(ids)
    facts = {each["contact"]: Facts(net=each["net"], credit=each["credit"]) for each in people(ids)}
    found = {}
    for row in rows:
        if row.ref in facts:
            others = ", ".join(clients[row.ref])
            name = str(names[row.ref])
            who = name if others in ("", name) else f"{name} for {others}"
            found[row] = _told(row, facts[row.ref], who, client=guaranteed.get(row.ref))
    return found


def _guaranteed(contacts: Sequence[int]) -> dict[int, int]:
    """A client for whom each person pays: her ledger is where credit is put to use."""
    if not contacts:
        return {}
    return dict(Client.objects.filter(guarantor__in=contacts).order_by("-pk").values_list("guarantor", "pk"))
