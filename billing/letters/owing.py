"""What people owe, from rows to the heart: charge by charge, in a constant number of queries however many people."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from billing.aging import Aged, bucket
from billing.ledger import Account
from billing.letters.frozen import receiver, sender
from billing.letters.shares import Moved, Share, Whose, share_of, total
from billing.models import Charge, ChargeKind, Entry, OpenItem, Statement
from billing.never_billed import never_asked
from billing.owing import NOT_RESPONSIBILITY
from billing.payments.held import kept_for_visits
from clients.models import Contact
from practice.money import ZERO
from sessions.codes import CODES

# In the order of the sentence: charged, allowed, paid by insurance, hers, paid by her.
AMOUNTS = (
    "charged", "plan_discount", "allowed", "insurance_paid", "insurance_owes", "others", "share", "given_up", "paid",
    "owed",
)  # fmt: skip


@dataclass(frozen=True)
class Owed:
    """A charge of which one person owes something. `payer` is who was asked first; empty for self-pay."""

    charge: Charge
    payer: str
    share: Share


def open_of(contacts: Collection[int] | None = None) -> QuerySet[OpenItem]:
    """What people owe of charges that count and that they may be asked for; of everybody when `contacts` is None."""
    items = OpenItem.objects.filter(account=Account.RECEIVABLE.value, balance__gt=0, contact__isnull=False)
    asked = Entry.objects.filter(
        account=Account.RECEIVABLE.value, charge=OuterRef("charge"), contact=OuterRef("contact")
    ).exclude(reason__in=NOT_RESPONSIBILITY)
    items = items.filter(Exists(asked.exclude(never_asked())), charge__reversed_by=None)
    return items if contacts is None else items.filter(contact__in=contacts)


def owed_by(contacts: Collection[int]) -> dict[int, list[Owed]]:
    """The open charges of people, oldest visit first, by contact."""
    items = open_of(contacts).select_related(
        "charge__client", "charge__clinician__member__user", "charge__day__coverage__payer"
    )
    rows = list(items.order_by("charge__served_on", "charge_id"))
    entries: dict[int, list[Entry]] = defaultdict(list)
    charges = {item.charge_id for item in rows}
    for entry in Entry.objects.filter(account=Account.RECEIVABLE.value, charge__in=charges).order_by("id"):
        entries[entry.charge_id or 0].append(entry)
    found: dict[int, list[Owed]] = defaultdict(list)
    for item in rows:
        charge, person = item.charge, item.contact_id
        assert charge is not None and person is not None
        moved = (Moved(_whose(entry, person), entry.reason, entry.amount) for entry in entries[charge.pk])
        share = share_of(moved, fee=charge.kind == ChargeKind.FEE)
        found[person].append(Owed(charge, _payer(charge), share))
    return found


def _whose(entry: Entry, person: int) -> Whose:
    if entry.contact_id is None:
        return Whose.PAYER
    return Whose.HERS if entry.contact_id == person else Whose.OTHER


def _payer(charge: Charge) -> str:
    coverage = charge.day.coverage if charge.day else None
    return coverage.payer.name if coverage and charge.claimable else ""


def credits_of(contacts: Collection[int]) -> dict[int, Decimal]:
    """Dollars of people that pay nothing yet and wait for no visit, by contact: what they may use or have back."""
    held = OpenItem.objects.filter(account=Account.CREDIT.value, contact__in=contacts, balance__lt=0)
    free = {contact: -balance for contact, balance in held.values_list("contact", "balance")}
    for row in kept_for_visits(free) if free else ():
        free[row.contact_id] -= row.left
    return {contact: amount for contact, amount in free.items() if amount > 0}


def statements_sent(contact: int, since: date | None = None) -> int:
    """How many statements a person was sent; from a day on, where it is given."""
    return statements_by([contact], since).get(contact, 0)


def statements_by(contacts: Iterable[int], since: date | None = None) -> dict[int, int]:
    """The same for many people, in one query; who was sent none is left out."""
    rows = Statement.objects.filter(contact__in=list(contacts))
    rows = rows.filter(stated_on__gte=since) if since else rows
    return dict(rows.values_list("contact").annotate(Count("id")))


def people_owing() -> QuerySet[Any, Any]:
    """{contact, owed} of everybody who owes something, most first."""
    return open_of().values("contact").annotate(owed=Sum("balance")).order_by("-owed", "contact")


def printed(contact: Contact, owed: list[Owed], credit: Decimal, today: date, head: dict[str, Any]) -> dict[str, Any]:
    """What a statement says, ready to be frozen; `head` is `sender()`, asked once for many."""
    clients: dict[int, list[Owed]] = defaultdict(list)
    for row in owed:
        clients[row.charge.client_id].append(row)
    aged = Aged()
    for row in owed:
        aged = aged.plus(bucket((today - row.charge.served_on).days), row.share.owed)
    whole = total(row.share for row in owed)
    return {
        "practice": head,
        "to": receiver(contact),
        "clients": [
            {
                "name": rows[0].charge.client.name,
                "chart": rows[0].charge.client.number,
                "lines": [_line(row) for row in rows],
                "owed": total(row.share for row in rows).owed,
            }
            for rows in clients.values()
        ],
        "totals": _amounts(whole),
        "reasons": _reasons(owed),
        "aging": list(aged.buckets),
        "credit": credit,
        "self_pay": any("Self-pay" in dict(row.share.reasons) for row in owed),
    }


def _line(row: Owed) -> dict[str, Any]:
    charge, known, fee = row.charge, CODES.get(row.charge.code), row.charge.kind == ChargeKind.FEE
    return {
        "date": charge.served_on,
        "code": "" if fee else charge.code,
        "label": charge.label if fee else known.label if known else "Service",
        "units": charge.units,
        "clinician": str(charge.clinician or ""),
        "insured": bool(row.payer),
        "why": row.share.why,
        **_amounts(row.share),
    }


def _amounts(share: Share) -> dict[str, Decimal]:
    return {name: getattr(share, name) for name in AMOUNTS}


def _reasons(owed: list[Owed]) -> list[dict[str, Any]]:
    """Who left what to her, and why: [{payer, reasons [[word, dollars]]}]."""
    payers: dict[str, list[Share]] = defaultdict(list)
    for row in owed:
        payers[row.payer].append(row.share)
    return [{"payer": payer, "reasons": list(total(shares).reasons)} for payer, shares in payers.items()]


def preview(contact: Contact, today: date) -> dict[str, Any] | None:
    """What a statement of today would say; None when she owes nothing."""
    owed = owed_by([contact.pk]).get(contact.pk)
    if not owed:
        return None
    return printed(contact, owed, credits_of([contact.pk]).get(contact.pk, ZERO), today, sender())
