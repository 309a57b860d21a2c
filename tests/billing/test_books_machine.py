"""Whatever people and payers do in whatever order: the books balance after every step.

Visits, amendments, payers' answers and takebacks, two guarantors, plans learnt late, invoices and credit notes,
payments and bounced checks, refunds, write-offs and keys used again are drawn at random, by the verbs that pages call.
Deferred triggers are asked after each step as at a commit.
"""

from collections import Counter
from contextlib import ExitStack, suppress
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from billing import actions, books, ledger
from billing.actions.invoicing import uninvoiced
from billing.actions.paying import release_overpaid
from billing.ledger import Adjudication, Movement, Party
from billing.letters.actions.voiding import void_invoice
from billing.letters.models import CreditNote
from billing.models import Charge, Entry, Invoice, InvoiceLine, OpenItem, Payment, Posting
from billing.owing import NOT_RESPONSIBILITY, Owing
from billing.payments import actions as payments
from billing.payments.held import credit_of
from billing.payments.models import Refund, TakenBack
from billing.write_offs import actions as write_offs
from billing.write_offs.models import WriteOff
from clients import actions as clients
from clients.models import Contact
from practice.findings import BadInput, Conflict
from practice.money import ZERO, split
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing.families import child, parent

CENT = D("0.01")
CODES = ("97530", "97110", "97140")
cents = st.integers(1, 40_000).map(lambda n: D(n) / 100)
picks = st.integers(0, 10_000)


class Books(RuleBasedStateMachine):
    """A child with two plans and two parents, and everything that happens to her bill."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.steps = 0
        self.last: Movement | None = None
        self.signed: list = []

    @initialize(copay=st.sampled_from([None, "30.00"]), visits=st.integers(1, 3))
    def begin(self, copay: str | None, visits: int) -> None:
        self.stack.enter_context(_rolled_back())
        self.here = here = self.stack.enter_context(world.practice())
        self.mother, self.father = parent(here, "Andrea"), parent(here, "Marcel")
        self.case = child(here, "Zuri", self.mother, self.father)
        self.plans = [
            here.cover(self.case.client, here.aetna, copay=copay),
            here.cover(self.case.client, here.aetna, rank=2, member_id="W999999999", ends_on=None),
        ]
        for days in range(visits):
            self.visit([53, 15], days)

    def teardown(self) -> None:
        self.stack.close()

    def _key(self) -> str:
        self.steps += 1
        return f"step{self.steps}"

    def _person(self, mother: bool) -> Contact:
        return self.mother if mother else self.father

    # --- what happens -------------------------------------------------------------------------------

    @rule(minutes=st.lists(st.integers(8, 60), min_size=1, max_size=3), days=st.integers(0, 20))
    def visit(self, minutes: list[int], days: int) -> None:
        lines = list(zip(CODES, minutes, strict=False))
        self.signed.append(self.here.signed(self.case, *lines, day=world.TODAY - timedelta(days=days)))
        actions.post_charges()

    @precondition(lambda self: self.signed)
    @rule(pick=picks, minutes=st.integers(0, 60))
    def amend(self, pick: int, minutes: int) -> None:
        session = self.signed[pick % len(self.signed)]
        with suppress(BadInput):  # nothing changes
            sessions.amend(
                by=self.here.alice, session=session, corrections=[Typed("97530", minutes)], reason="misread"
            )  # fmt: skip
        actions.post_charges()

    @precondition(lambda self: _with_payers())
    @rule(pick=picks, parts=st.lists(st.integers(0, 9), min_size=4, max_size=4))
    def payer_answers(self, pick: int, parts: list[int]) -> None:
        """Paid, given up, deductible and coinsurance in these proportions, of what is open with the payer."""
        item = _one(_with_payers(), pick)
        charge, open_ = item.charge, item.balance
        if not sum(parts) or charge.reversed_by_id or charge.day.coverage_id != item.coverage_id:
            return
        paid, given_up, *shares = split(open_, parts)
        owing = Owing({charge.client_id}, {charge.served_on})
        told = zip(("deductible", "coinsurance"), shares, strict=True)
        moved = owing.of(charge, charge.client.guarantor_id, told, on_top=True)
        decision = Adjudication(
            charge.pk, Party.coverage(charge.day.coverage_id), paid, (("contractual", given_up),),
            tuple((reason, Party.contact(person), amount) for reason, person, amount in moved),
        )  # fmt: skip
        movement = ledger.adjudicate(key=self._key(), on=world.TODAY, decision=decision)
        if movement:
            actions.post([movement], by=self.here.bob)
            self.last = movement

    @precondition(lambda self: _answers())
    @rule(pick=picks)
    def payer_takes_back(self, pick: int) -> None:
        """An answer that stands is reversed; what people had paid for it is their credit."""
        answer = _one(_answers(), pick)
        key = self._key()
        actions.reverse(postings=[answer.pk], key=key, on=world.TODAY, by=self.here.bob)
        charges = set(answer.entries.exclude(charge=None).values_list("charge", flat=True))
        release_overpaid(charges=charges, key=key, on=world.TODAY)

    @rule(amount=cents, mother=st.booleans())
    def pay(self, amount: D, mother: bool) -> None:
        actions.take_payment(
            by=self.here.sam, contact=self._person(mother), amount=amount, method="cash",
            received_on=world.TODAY, key=self._key(),
        )  # fmt: skip

    @rule(percent=st.integers(0, 99), amount=st.booleans())
    def share(self, percent: int, amount: bool) -> None:
        """60 percent from today's visits on, 20 dollars of each, or the mother alone again."""
        kind = "whole" if not percent else "amount" if amount else "percent"
        clients.share_between(
            by=self.here.bob, client=self.case.client, rule=kind, starts_on=world.TODAY - timedelta(days=10),
            first=self.mother, other=self.father, percent=D(percent), amount=D(percent),
        )  # fmt: skip

    @rule(onto=st.sampled_from([0, 1, None]))
    def move_to_another_plan(self, onto: int | None) -> None:
        stands = Charge.objects.filter(reversed_by=None).values_list("day__coverage", flat=True).first()
        source = next((plan for plan in self.plans if plan.pk == stands), None)
        plan = None if onto is None else self.plans[onto]
        if plan != source and Charge.objects.filter(reversed_by=None, day__coverage=source).exists():
            first = world.TODAY - timedelta(days=30)
            if not Charge.objects.filter(day__coverage=plan).exists():
                actions.move_coverage(
                    by=self.here.bob, client=self.case.client, source=source, target=plan, first=first, last=world.TODAY
                )  # fmt: skip

    @precondition(lambda self: uninvoiced().exists())
    @rule()
    def invoice(self) -> None:
        actions.make_invoices(by=self.here.bob, contacts=[self.mother.pk, self.father.pk])

    @precondition(lambda self: _live_invoices())
    @rule(pick=picks)
    def void(self, pick: int) -> None:
        """With a credit note; the same form sent again makes no other."""
        said = {"invoice": _one(_live_invoices(), pick), "reason": "wrong address", "key": self._key()}
        first, again = (void_invoice(by=self.here.bob, **said) for _ in range(2))
        assert first == again

    @precondition(lambda self: _with_credit())
    @rule(part=st.integers(1, 100), mother=st.booleans())
    def refund(self, part: int, mother: bool) -> None:
        """So many percent of the credit that is free, twice by one key; a cent more than all of it is refused."""
        who = self._person(mother)
        free = credit_of(who.pk).free
        given = {"by": self.here.bob, "contact": who, "method": "cash", "key": self._key()}
        with pytest.raises(BadInput, match="at most"), transaction.atomic():
            payments.refund(amount=free + CENT, **given)
        if amount := (free * part / 100).quantize(CENT):
            assert payments.refund(amount=amount, **given) == payments.refund(amount=amount, **given)
            assert credit_of(who.pk).free == free - amount

    @precondition(lambda self: _may_apply())
    @rule(pick=picks)
    def apply_credit(self, pick: int) -> None:
        """Twice by one key; it pays something, and not more than there is."""
        who = _one(_may_apply(), pick).contact
        free, key = credit_of(who.pk).free, self._key()
        first, again = (payments.apply_credit(by=self.here.bob, contact=who, key=key) for _ in range(2))
        assert 0 < first == again <= free

    @precondition(lambda self: _payments())
    @rule(pick=picks)
    def a_check_bounces(self, pick: int) -> None:
        with suppress(Conflict), transaction.atomic():  # its money was given back to the person
            payments.take_back(by=self.here.bob, payment=_one(_payments(), pick), reason="bounced")

    @precondition(lambda self: _with_people())
    @rule(pick=picks, part=st.integers(1, 100))
    def write_off(self, pick: int, part: int) -> None:
        """So many percent of what a person owes of a charge; above the biller's limit the owner approves."""
        debt = _one(_with_people(), pick)
        amount = (debt.balance * part / 100).quantize(CENT)
        with suppress(BadInput), transaction.atomic():  # nothing, or more than is not asked for already
            row = write_offs.write_off(
                by=self.here.bob, charge=debt.charge, party=Party.contact(debt.contact_id), kind="bad debt",
                amount=amount, reason="no answer", key=self._key(),
            )  # fmt: skip
            if row.waits:
                write_offs.decide(by=self.here.olivia, write_off=row, approved=part % 3 != 0)

    @precondition(lambda self: _written_off())
    @rule(pick=picks)
    def a_write_off_is_taken_back(self, pick: int) -> None:
        write_offs.take_back(by=self.here.olivia, write_off=_one(_written_off(), pick), reason="she pays")

    @precondition(lambda self: self.last)
    @rule()
    def the_last_key_again(self) -> None:
        assert self.last is not None
        before = Entry.objects.count()
        first, again = (actions.post([self.last], by=self.here.bob) for _ in range(2))
        assert first == again and Entry.objects.count() == before
        other = tuple(ledger.Line(x.account, x.reason, x.amount * 2, x.charge, x.party) for x in self.last.lines)
        with pytest.raises(actions.KeyReused), transaction.atomic():
            actions.post([Movement(self.last.kind, self.last.key, self.last.posted_on, other)], by=None)
        assert Entry.objects.count() == before

    # --- what always holds --------------------------------------------------------------------------

    @invariant()
    def the_books_verify(self) -> None:
        if not hasattr(self, "here"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert books.wrong() == []

    @invariant()
    def nobody_paid_more_than_became_hers(self) -> None:
        if not hasattr(self, "here"):
            return
        assert not OpenItem.objects.filter(account="receivable", contact__isnull=False, balance__lt=0).exists()
        assert not OpenItem.objects.filter(account="credit", balance__gt=0).exists()

    @invariant()
    def shares_sum_to_what_was_left_to_people(self) -> None:
        """Of each charge: what became people's is what payers do not hold, pay or give up any more."""
        if not hasattr(self, "here"):
            return
        rows = Entry.objects.filter(account="receivable", charge__reversed_by=None)
        sums = dict(rows.values_list("charge").annotate(Sum("amount")))
        people = rows.filter(contact__isnull=False).exclude(reason__in=NOT_RESPONSIBILITY)
        settled = rows.filter(reason__in=NOT_RESPONSIBILITY)
        payers = rows.filter(coverage__isnull=False).exclude(reason__in=NOT_RESPONSIBILITY)
        by = [dict(each.values_list("charge").annotate(Sum("amount"))) for each in (people, payers, settled)]
        for charge in Charge.objects.filter(reversed_by=None):
            hers, theirs, done = (found.get(charge.pk, ZERO) for found in by)
            assert hers + theirs == charge.amount and hers + theirs + done == sums[charge.pk]

    @invariant()
    def an_entry_is_on_one_live_invoice(self) -> None:
        if not hasattr(self, "here"):
            return
        lines = list(InvoiceLine.objects.filter(invoice__credit_notes=None).values_list("entry", flat=True))
        assert len(lines) == len(set(lines))
        assert Invoice.objects.count() == len(set(Invoice.objects.values_list("number", flat=True)))


def _one(rows: QuerySet[Any], pick: int) -> Any:
    return rows.order_by("id")[pick % rows.count()]


def _with_payers() -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(coverage__isnull=False, balance__gt=0).select_related(
        "charge__day", "charge__client"
    )


def _with_people() -> QuerySet[OpenItem]:
    """What people may be asked for: what is left on a charge that was taken back is the payer's to take back too."""
    rows = OpenItem.objects.filter(account="receivable", contact__isnull=False, balance__gt=0)
    return rows.filter(charge__reversed_by=None).select_related("charge")


def _with_credit() -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(account="credit", balance__lt=0)


def _may_apply() -> QuerySet[OpenItem]:
    return _with_credit().filter(contact__in=_with_people().values("contact"))


def _written_off() -> QuerySet[WriteOff]:
    return WriteOff.objects.filter(decisions__approved=True, decisions__posting__reversals=None)


def _answers() -> QuerySet[Posting]:
    """What payers said and did not take back. What an answer left to people of a day that moved is its own again:
    claims.actions.posting takes no more than is there.
    """
    moved = Entry.objects.filter(posting__key__startswith="moved:").values("charge")
    return Posting.objects.filter(kind="remittance", reversals=None, reverses=None).exclude(entries__charge__in=moved)


def _live_invoices() -> QuerySet[Invoice]:
    return Invoice.objects.filter(credit_notes=None)


def _payments() -> QuerySet[Payment]:
    return Payment.objects.filter(taken_back=None)


def _rolled_back() -> ExitStack:
    """A savepoint whose end undoes everything."""
    stack = ExitStack()
    stack.enter_context(transaction.atomic())
    stack.callback(transaction.set_rollback, True)
    return stack


@pytest.mark.django_db
def test_each_of_these_comes_to_something(request: pytest.FixtureRequest) -> None:
    """One way through all that may happen, so that what is drawn at random has something to draw from."""
    books_ = Books()
    request.addfinalizer(books_.teardown)
    books_.begin(copay=None, visits=2)
    for step in (
        lambda: books_.payer_answers(pick=0, parts=[4, 2, 2, 2]),
        lambda: books_.share(percent=40, amount=False),
        lambda: books_.payer_answers(pick=0, parts=[4, 2, 4, 0]),
        books_.invoice,
        lambda: books_.void(pick=0),
        lambda: books_.write_off(pick=0, part=50),
        lambda: books_.write_off(pick=1, part=100),
        lambda: books_.a_write_off_is_taken_back(pick=0),
        lambda: books_.pay(amount=D("300.00"), mother=True),
        lambda: books_.a_check_bounces(pick=0),
        lambda: books_.pay(amount=D("300.00"), mother=True),
        lambda: books_.refund(part=10, mother=True),
        lambda: books_.payer_takes_back(pick=0),
        lambda: books_.pay(amount=D("80.00"), mother=True),
        lambda: books_.visit(minutes=[53], days=3),
        lambda: books_.payer_answers(pick=0, parts=[0, 0, 4, 4]),
        lambda: books_.apply_credit(pick=0),
        lambda: books_.amend(pick=0, minutes=23),
        books_.the_last_key_again,
        lambda: books_.move_to_another_plan(onto=1),
    ):
        step()
        books_.the_books_verify()
        books_.nobody_paid_more_than_became_hers()
        books_.shares_sum_to_what_was_left_to_people()
        books_.an_entry_is_on_one_live_invoice()
    kinds = Counter(Posting.objects.values_list("kind", flat=True))
    assert {"charge", "remittance", "transfer", "payment", "application", "adjustment", "refund", "reversal"} <= set(
        kinds
    )
    assert (CreditNote.objects.count(), Refund.objects.count(), TakenBack.objects.count()) == (1, 1, 1), kinds
    assert WriteOff.objects.filter(decisions__posting__reversals__isnull=False).exists()


@pytest.mark.django_db
def test_the_books_balance_after_every_step() -> None:
    run_state_machine_as_test(Books, settings=_settings(4, 12))


@pytest.mark.long
@pytest.mark.django_db
def test_the_books_balance_after_many_more_steps() -> None:
    run_state_machine_as_test(Books, settings=_settings(25, 30))


def _settings(examples: int, steps: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    phases = [
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ]  # what fails is told as it was drawn: shrinking takes minutes
    return settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=slow, phases=phases)
