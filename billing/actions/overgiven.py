"""What was given up of a debt that turned out smaller comes back, before it looks like money somebody paid."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from billing.actions.posting import reverse
from billing.ledger import Account
from billing.models import Entry, OpenItem

type Debt = tuple[int | None, int | None, int | None]  # charge, coverage, contact


def reverse_overgiven(*, charges: Iterable[int], key: str, on: date) -> None:
    """Reverse write-offs of debts that are less than nothing now, the newest first, until they are not.

    A payer that takes its answer back takes the person's share with it, and one that pays after all pays what was
    given up. What is owed after that is decided anew.
    """
    less = OpenItem.objects.select_for_update(of=("self",)).filter(
        account=Account.RECEIVABLE.value, charge__in=list(charges), balance__lt=0
    )
    balances = {(item.charge_id, item.coverage_id, item.contact_id): item.balance for item in less.order_by("id")}
    if not balances:
        return
    given, chosen = _given_up(balances), []
    for debt, balance in balances.items():
        for entry in given[debt]:
            if balance >= 0:
                break
            chosen.append(entry.posting_id)
            balance -= entry.amount
    reverse(postings=chosen, key=f"{key}:given", on=on, by=None, memo="less was owed than given up")


def _given_up(debts: Iterable[Debt]) -> dict[Debt, list[Entry]]:
    """The entries by which write-offs that stand lowered debts, newest first."""
    rows = Entry.objects.filter(
        account=Account.RECEIVABLE.value, charge__in=[charge for charge, _, _ in debts], posting__kind="adjustment"
    )
    found: dict[Debt, list[Entry]] = defaultdict(list)
    for entry in rows.filter(posting__reverses=None, posting__reversals=None).order_by("-id"):
        found[entry.charge_id, entry.coverage_id, entry.contact_id].append(entry)
    return found
