"""From rows to what the rules of write-offs ask: what is owed and waits, whose limit, whose hardship, totals by kind."""

from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from billing.ledger import Account, Party, Side
from billing.models import Charge, Entry, HardshipRecord, OpenItem, WriteOff, WriteOffLimit
from billing.write_offs import rules
from practice.models import Membership, Practice
from practice.money import ZERO
from practice.permissions import ROLES, Permission


def open_items(charge: Charge) -> QuerySet[OpenItem]:
    """Who owes something of a charge, people first."""
    rows = OpenItem.objects.filter(account=Account.RECEIVABLE.value, charge=charge, balance__gt=0)
    return rows.select_related("coverage__payer", "contact").order_by(F("coverage").asc(nulls_first=True), "id")


def columns(party: Party) -> dict[str, int | None]:
    """A party as the columns of a write-off and of an open item."""
    if party.side is Side.COVERAGE:
        return {"coverage_id": party.id, "contact_id": None}
    return {"coverage_id": None, "contact_id": party.id}


def hold(charge: int, party: Party) -> Decimal:
    """What a party owes of a charge, held: whoever else gives it up, pays it or decides on it comes before or after."""
    rows = OpenItem.objects.select_for_update(of=("self",)).filter(account=Account.RECEIVABLE.value, charge=charge)
    found = rows.filter(**columns(party)).first()
    return found.balance if found else ZERO


def waiting_of(charge: Charge, party: Party) -> Decimal:
    """What of a debt waits for approval."""
    return _sum(WriteOff.objects.waiting().filter(charge=charge, **columns(party)))


def given_before(by: Membership, charge: Charge) -> Decimal:
    """What a person gave up of a charge without another's approval, by hand, and did not take back."""
    alone = WriteOff.objects.filter(charge=charge, by=by, waits=False, run=None)
    return _sum(alone.filter(decisions__posting__reversals=None))


def _sum(rows: QuerySet[WriteOff]) -> Decimal:
    return rows.aggregate(sum=Sum("amount", default=ZERO))["sum"]


def limit_of(member: Membership) -> Decimal | None:
    """What she may write off of a charge alone; None: whatever is owed."""
    said = WriteOffLimit.objects.filter(member=member).order_by("-id").first()
    return rules.limit_of(member.roles, said.amount if said else None)


def may_write_off(practice: Practice) -> QuerySet[Membership]:
    """Who may write off, by name, each with `said`: the limit that was set for her, if one was."""
    roles = [role for role, verbs in ROLES.items() if Permission.WRITE_OFF in verbs]
    said = WriteOffLimit.objects.filter(member=OuterRef("pk")).order_by("-id").values("amount")[:1]
    rows = Membership.objects.filter(practice=practice, active=True, roles__overlap=roles)
    return rows.select_related("user").annotate(said=Subquery(said)).order_by("user__last_name", "id")


def was_said(member: Membership) -> bool:
    """Whether somebody set the limit of a person; she comes from `may_write_off()`."""
    return member.said is not None  # type: ignore[attr-defined]


def said_or_by_role(member: Membership) -> Decimal | None:
    """The limit of a person that comes from `may_write_off()`."""
    return rules.limit_of(member.roles, member.said)  # type: ignore[attr-defined]


def insured(charge: Charge) -> bool:
    """Whether a plan ever owed the charge."""
    return Entry.objects.filter(charge=charge, account=Account.RECEIVABLE.value, coverage__isnull=False).exists()


def in_need(charge: Charge, contact: int | None, on: date) -> bool:
    """Whether a hardship record is in force: of the client, or of another one whose guarantor is who owes."""
    hers = Q(client__in=charge.client.ids)
    if contact:
        hers |= Q(client__guarantor=contact)
    return rules.in_need([row.facts for row in HardshipRecord.objects.filter(hers).order_by("id")], on)


def totals(start: date, end: date) -> dict[str, Decimal]:
    """Dollars given up between two days, inclusive, by kind; whoever gave them up, less what was taken back."""
    entries = Entry.objects.filter(account=Account.ADJUSTMENT.value, posting__posted_on__range=(start, end))
    found = entries.values_list("reason").annotate(sum=Sum("amount")).order_by("reason")
    return {kind: amount for kind, amount in found if amount}
