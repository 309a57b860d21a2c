"""Which open amounts no person may be asked for, and which her money may pay."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing import never_billed as rules
from billing.ledger import Account
from billing.models import Entry, OpenItem
from billing.owing import NOT_RESPONSIBILITY
from clients.never_billed import COPAYS


def never_billed() -> Q:
    """Open items of people that must not be invoiced, as a condition on `OpenItem`.

    They came to be hers before the plan was known to forbid it. A copay that Medicaid sets itself may be asked for.
    """
    hers = Entry.objects.filter(
        account=Account.RECEIVABLE.value, charge=OuterRef("charge"), contact=OuterRef("contact"), amount__gt=0
    ).exclude(reason__in=(*NOT_RESPONSIBILITY, *COPAYS))
    return Q(Exists(rules.strict_plans())) | Q(Exists(rules.medicaid_plans())) & Q(Exists(hers))


def payable(items: QuerySet[OpenItem]) -> QuerySet[OpenItem]:
    """Of open items of people those that money is asked for and pays. What is left on a charge that was taken back is
    the payer's to take back too; what nobody may be asked for waits, and money for it is her credit.
    """
    return items.filter(balance__gt=0, charge__reversed_by=None).exclude(never_billed())


def because(items: Iterable[OpenItem]) -> dict[int, str]:
    """Which rule forbids it, in a few words, by open item."""
    found = list(items)
    words = rules.reasons_of({item.charge_id or 0 for item in found}) if found else {}
    return {item.pk: words.get(item.charge_id or 0, "the plan forbids it") for item in found}
