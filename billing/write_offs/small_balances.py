"""Which small balances the practice's rule gives up today, from rows fetched in a constant number of statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from billing.ledger import Account
from billing.letters.owing import statements_by
from billing.models import Invoice, InvoiceLine, OpenItem, SmallBalanceRule, WriteOff
from billing.write_offs.rules import Debt, is_small
from practice.money import ZERO

STATEMENT_AGE = timedelta(days=30)
# Contacts and today → how many statements each was sent; who was sent none may be missing.
type StatementsOf = Callable[[Collection[int], date], Mapping[int, int]]


def rule_now() -> SmallBalanceRule | None:
    """The practice's rule; None where no small balance is ever given up."""
    return SmallBalanceRule.objects.order_by("-id").first()


def letters_sent(contacts: Collection[int], today: date) -> dict[int, int]:
    """Statements that people were sent, and invoices that they had for at least thirty days, by contact."""
    old = Invoice.objects.live().filter(contact__in=contacts, invoiced_on__lte=today - STATEMENT_AGE)
    invoices = dict(old.values_list("contact").annotate(Count("id")))
    statements = statements_by(contacts)
    return {contact: invoices.get(contact, 0) + statements.get(contact, 0) for contact in contacts}


def small_debts(rule: SmallBalanceRule, today: date, *, statements_of: StatementsOf = letters_sent) -> list[OpenItem]:
    """The debts of people that the rule gives up, each with its charge, client and person; by person, oldest first."""
    in_all = _owing_little(rule.amount)
    items = list(
        _receivable()
        .filter(contact__in=in_all, balance__gt=0)
        .select_related("charge__client", "contact")
        .order_by("contact__last_name", "contact__first_name", "contact", "charge__served_on", "id")
    )
    credit, statements, facts = _credit(in_all), statements_of(in_all, today), _Facts(items)
    return [
        item
        for item in items
        if is_small(rule.facts, facts.of(item, in_all, credit.get(item.contact_id or 0, ZERO), statements))
    ]


def _receivable() -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(account=Account.RECEIVABLE.value)


def _owing_little(amount: Decimal) -> dict[int, Decimal]:
    """What people owe in all, by contact, where it is something and at most `amount`."""
    sums = _receivable().filter(contact__isnull=False).exclude(balance=0).values_list("contact")
    return dict(sums.annotate(sum=Sum("balance")).filter(sum__gt=0, sum__lte=amount).order_by("contact"))


def _credit(contacts: Collection[int]) -> dict[int, Decimal]:
    held = OpenItem.objects.filter(account=Account.CREDIT.value, contact__in=contacts).values_list("contact")
    return {contact: -balance for contact, balance in held.annotate(Sum("balance"))}


class _Facts:
    """What stands around some debts: billed, with a payer, asked to be given up."""

    def __init__(self, items: list[OpenItem]) -> None:
        charges = [item.charge_id for item in items]
        lines = InvoiceLine.objects.filter(charge__in=charges, voided=False)
        self._billed = set(lines.values_list("charge", "invoice__contact"))
        payers = _receivable().filter(charge__in=charges, coverage__isnull=False).exclude(balance=0)
        self._with_payer = set(payers.values_list("charge", flat=True))
        asked: dict[int, set[int | None]] = defaultdict(set)
        for charge, contact in WriteOff.objects.waiting().filter(charge__in=charges).values_list("charge", "contact"):
            asked[charge].add(contact)
        self._asked = asked

    def of(self, item: OpenItem, in_all: Mapping[int, Decimal], credit: Decimal, statements: Mapping[int, int]) -> Debt:
        charge, contact = item.charge_id or 0, item.contact_id or 0
        return Debt(
            amount=item.balance,
            in_all=in_all[contact],
            credit=credit,
            statements=statements.get(contact, 0),
            billed=(charge, contact) in self._billed,
            with_payer=charge in self._with_payer,
            asked=contact in self._asked[charge],
        )
