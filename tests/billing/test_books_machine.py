"""Whatever people and payers do in whatever order: the books balance after every step.

Visits, amendments, payers' answers and takebacks, two guarantors, plans learnt late, invoices, payments and keys used
again are drawn at random, by the verbs that pages call. Deferred triggers are asked after each step as at a commit.
"""

from contextlib import ExitStack, suppress
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection, transaction
from django.db.models import Sum
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
from billing.actions.paying import release_overpaid
from billing.ledger import Adjudication, Movement, Party
from billing.models import Charge, Entry, Invoice, InvoiceLine, OpenItem, Posting
from billing.owing import NOT_RESPONSIBILITY, Owing
from clients import actions as clients
from practice.findings import BadInput
from practice.money import ZERO, split
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing.families import child, parent

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

    @initialize(copay=st.sampled_from([None, "30.00"]))
    def begin(self, copay: str | None) -> None:
        self.stack.enter_context(_rolled_back())
        self.here = here = self.stack.enter_context(world.practice())
        self.mother, self.father = parent(here, "Andrea"), parent(here, "Marcel")
        self.case = child(here, "Zuri", self.mother, self.father)
        self.plans = [
            here.cover(self.case.client, here.aetna, copay=copay),
            here.cover(self.case.client, here.aetna, rank=2, member_id="W999999999", ends_on=None),
        ]

    def teardown(self) -> None:
        self.stack.close()

    def _key(self) -> str:
        self.steps += 1
        return f"step{self.steps}"

    def _charge(self, pick: int) -> Charge | None:
        live = list(Charge.objects.filter(reversed_by=None).select_related("day__coverage", "client").order_by("id"))
        return live[pick % len(live)] if live else None

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

    @rule(pick=picks, parts=st.lists(st.integers(0, 9), min_size=4, max_size=4))
    def payer_answers(self, pick: int, parts: list[int]) -> None:
        """Paid, given up, deductible and coinsurance in these proportions, of what is open with the payer."""
        charge = self._charge(pick)
        if charge is None or charge.day.coverage is None or not sum(parts):
            return
        open_ = OpenItem.objects.filter(charge=charge, coverage=charge.day.coverage).aggregate(sum=Sum("balance"))[
            "sum"
        ]
        if not open_ or open_ <= 0:
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

    @rule(pick=picks)
    def payer_takes_back(self, pick: int) -> None:
        """The newest answer that stands is reversed; what people had paid for it is their credit."""
        answers = Posting.objects.filter(kind="remittance", reversals=None, reverses=None).order_by("id")
        # What it left to people of a day that moved is its own again: claims.actions.posting takes no more than is there.
        moved = Entry.objects.filter(posting__key__startswith="moved:").values("charge")
        answers = answers.exclude(entries__charge__in=moved)
        if not answers:
            return
        answer = answers[pick % len(answers)]
        key = self._key()
        actions.reverse(postings=[answer.pk], key=key, on=world.TODAY, by=self.here.bob)
        charges = set(answer.entries.exclude(charge=None).values_list("charge", flat=True))
        release_overpaid(charges=charges, key=key, on=world.TODAY)

    @rule(amount=cents, first=st.booleans())
    def pay(self, amount: D, first: bool) -> None:
        actions.take_payment(
            by=self.here.sam, contact=self.mother if first else self.father, amount=amount, method="cash",
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

    @rule()
    def invoice(self) -> None:
        actions.make_invoices(by=self.here.bob, contacts=[self.mother.pk, self.father.pk])

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
        lines = list(InvoiceLine.objects.values_list("entry", flat=True))
        assert len(lines) == len(set(lines))
        assert Invoice.objects.count() == len(set(Invoice.objects.values_list("number", flat=True)))


def _rolled_back() -> ExitStack:
    """A savepoint whose end undoes everything."""
    stack = ExitStack()
    stack.enter_context(transaction.atomic())
    stack.callback(transaction.set_rollback, True)
    return stack


@pytest.mark.django_db
def test_the_books_balance_after_every_step() -> None:
    run_state_machine_as_test(Books, settings=_settings(4, 12))


@pytest.mark.long
@pytest.mark.django_db
def test_the_books_balance_after_many_more_steps() -> None:
    run_state_machine_as_test(Books, settings=_settings(15, 25))


def _settings(examples: int, steps: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    phases = [
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ]  # what fails is told as it was drawn: shrinking takes minutes
    return settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=slow, phases=phases)
