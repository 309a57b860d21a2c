"""Every figure of the reports is the ledger's, to the cent; ages turn on the right day."""

from datetime import date, timedelta
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing import books, ledger, reports
from billing.actions import make_invoices, post, reverse, take_payment
from billing.aging import LABELS, Open, age, bucket
from billing.ledger import Party
from billing.models import Charge, Invoice, OpenItem, Posting
from billing.papers import paper
from claims.reports import open_items, who_owes
from practice import clock
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

DAY = timedelta(days=1)
# The last day of a bucket and the first of the next.
EDGES = [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (120, 3), (121, 4), (5000, 4), (-1, 0)]


@pytest.mark.parametrize(("days", "expected"), EDGES)
def test_a_bucket_ends_on_its_day(days: int, expected: int) -> None:
    assert bucket(days) == expected
    aged = age([Open("Medicare", world.TODAY - days * DAY, D("10.01"))], world.TODAY)
    assert aged["Medicare"].buckets == tuple(D("10.01") if n == expected else D("0.00") for n in range(5))


def test_open_money_is_added_up_by_who_owes() -> None:
    items = [
        Open("Aetna", world.TODAY - 31 * DAY, D("0.10")),
        Open("Aetna", world.TODAY - 31 * DAY, D("0.20")),
        Open("Aetna", world.TODAY - 121 * DAY, D("-5.00")),
        Open("Clients", world.TODAY - 91 * DAY, D("7.00")),
    ]
    aged = age(items, world.TODAY)
    assert list(aged) == ["Aetna", "Clients"]
    assert (aged["Aetna"].buckets[1], aged["Aetna"].total, aged["Aetna"].old) == (D("0.30"), D("-4.70"), D("-5.00"))
    assert (aged["Clients"].total, aged["Clients"].old) == (D("7.00"), D("7.00"))
    assert len(LABELS) == 5


@pytest.mark.django_db
def test_the_database_draws_the_same_edges() -> None:
    """Receivables age in SQL; the heart says what an age is."""
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        for n, days in enumerate((0, 30, 31, 60, 61, 90, 91, 120, 121)):
            here.signed(case, ("97110", 15), day=world.TODAY - days * DAY) if n == 0 else _backdated(here, case, days)
        for moved in (0, 1, 29, 30, 31, 365):
            as_of = world.TODAY + moved * DAY
            for item in open_items(as_of).select_related("charge"):
                assert item.bucket == bucket((as_of - item.charge.served_on).days)


def _backdated(here: world.World, case: object, days: int) -> None:
    """A charge of long ago, without the session."""
    charge = Charge.objects.create(
        kind="fee", client=case.client, served_on=world.TODAY - days * DAY, code="97110", clinician=here.ot,  # type: ignore[attr-defined]
        location=here.location, units=1, minutes=15, amount=D("58.00"),
    )  # fmt: skip
    owed_by = Party.coverage(case.client.coverages.get().pk)  # type: ignore[attr-defined]
    movement = ledger.charge(
        key=f"charge:{charge.pk}", on=charge.served_on, charge=charge.pk, owed=[(owed_by, charge.amount)], income="fee"
    )  # fmt: skip
    post([movement], by=None)


@pytest.mark.django_db
def test_who_owes_what_for_how_long() -> None:
    with world.practice() as here:
        covered, own = here.client(payer=here.medicare), here.client(first="Rosa")
        for days in (30, 31, 121):
            _backdated(here, covered, days)
        here.signed(own, ("97140", 15))
        here.answer_bells()
        medicare, people = who_owes(world.TODAY)
        assert (medicare.name, medicare.payer_id) == ("Medicare", here.medicare.pk)
        assert medicare.aged.buckets == (D("58.00"), D("58.00"), D("0.00"), D("0.00"), D("58.00"))
        assert (people.payer_id, people.aged.total) == (None, D("60.00"))


@pytest.mark.django_db
def test_receivable_at_the_end_of_a_day() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        for days in (40, 20):
            _backdated(here, case, days)
        expected = {41: "0.00", 40: "58.00", 21: "58.00", 20: "116.00", 0: "116.00"}
        assert {d: str(reports.receivable_on(world.TODAY - d * DAY)) for d in expected} == expected


@pytest.mark.django_db
def test_an_invoice_is_open_then_overdue_then_paid() -> None:
    with world.practice() as here:
        case = here.client()
        here.signed(case, ("97110", 15))
        here.answer_bells()
        [invoice] = make_invoices(by=here.bob, contacts=[case.client.guarantor_id])

        def states(today: date) -> dict[str, list[int]]:
            return {
                state: [row.number for row in reports.invoices_by_state(state, today, reports.open_invoices())]
                for state in ("open", "overdue", "paid")
            }

        assert states(world.TODAY) == {"open": [2001], "overdue": [], "paid": []}
        assert states(invoice.due_on) == {"open": [2001], "overdue": [], "paid": []}
        assert states(invoice.due_on + DAY) == {"open": [], "overdue": [2001], "paid": []}
        pay = {"by": here.sam, "contact": case.client.guarantor, "method": "cash", "received_on": world.TODAY}
        take_payment(amount=D("57.99"), key="a", **pay)
        assert reports.open_invoices() == {invoice.pk: D("0.01")}
        assert states(invoice.due_on + DAY)["overdue"] == [2001]
        take_payment(amount=D("0.01"), key="b", **pay)
        assert states(invoice.due_on + DAY) == {"open": [], "overdue": [], "paid": [2001]}


@pytest.mark.django_db
def test_a_clients_ledger_runs_to_what_is_owed() -> None:
    with world.practice() as here:
        case = here.client()
        here.signed(case, ("97110", 33), ("97140", 22))
        here.answer_bells()
        take_payment(
            by=here.sam, contact=case.client.guarantor, amount=D("50.00"), method="cash", received_on=world.TODAY, key="k"
        )  # fmt: skip
        rows = list(reports.client_ledger(case.client))
        assert rows[0].running == sum(row.amount for row in rows) == D("126.00")  # 2 × 58 and 60, less 50
        charge = Charge.objects.order_by("served_on", "id").first()
        assert charge is not None and [p.kind for p in reports.charge_history(charge)] == ["charge", "application"]
        assert reports.standing_of(case.client) == (D("126.00"), D("0.00"), D("0.00"))


class Worlds(TestCase):
    """A practice in which anything happened in any order: all reports say what the entries say."""

    @settings(max_examples=15)
    @given(st.integers(0, 2**32), st.integers(1, 14))
    def test_reports_are_the_ledger(self, seed: int, steps: int) -> None:
        rng = Random(seed)
        with world.practice() as here:
            cases = [here.client(payer=here.medicare), here.client(payer=here.aetna, copay="30.00"), here.client()]
            with clock.at(world.NOON):
                for step in range(steps):
                    _something(here, rng, cases, step)
            self._agree()

    def _agree(self) -> None:
        assert books.wrong() == []
        totals = reports.account_totals()
        receivable = totals.get("receivable", D("0.00"))
        assert sum(totals.values(), D("0.00")) == 0
        assert sum((d.aged.total for d in who_owes(world.TODAY)), D("0.00")) == receivable
        assert reports.receivable_on(world.TODAY) == receivable
        assert sum((item.balance for item in open_items(world.TODAY)), D("0.00")) == receivable
        people = OpenItem.objects.filter(account="receivable", contact__isnull=False, balance__gt=0)
        open_ = reports.open_invoices()
        persons = set(Invoice.objects.values_list("contact", flat=True))
        assert open_ == {k: v for person in persons for k, v in reports.open_invoices([person]).items()}
        on_letters = open_.values()
        assert all(amount > 0 for amount in on_letters)
        assert sum(on_letters, D("0.00")) <= sum((item.balance for item in people), D("0.00"))
        assert all(row.amount > 0 for row in reports.to_invoice())


def _something(here: world.World, rng: Random, cases: list, step: int) -> None:
    """One thing that may happen in a practice, by the dice."""
    case, amount = rng.choice(cases), D(rng.randint(1, 20_000)) / 100
    match rng.randrange(6):
        case 0 | 1:
            here.signed(case, ("97110", rng.randint(1, 60)), ("97140", rng.randint(1, 40)), day=_day(rng))
            here.answer_bells()
        case 2:
            make_invoices(by=here.bob, contacts=[row.contact_id for row in reports.to_invoice()])
        case 3:
            take_payment(
                by=here.sam, contact=case.client.guarantor, amount=amount, method="check", received_on=_day(rng),
                key=f"pay {step}",
            )  # fmt: skip
        case 4:
            signed = rng.choice(list(case.client.sessions.filter(state="signed")) or [None])
            if signed:
                correction = Typed("97110", 61 + step)
                sessions.amend(by=here.alice, session=signed, corrections=[correction], reason="misread")
                here.answer_bells()
        case _:
            last = Posting.objects.filter(kind="application", reversals=None).order_by("-id").first()
            if last:
                reverse(postings=[last.pk], key="undo", on=world.TODAY, by=here.bob)


def _day(rng: Random) -> date:
    return world.TODAY - rng.randrange(0, 29) * DAY


@pytest.mark.django_db
def test_invoices_of_one_person_share_a_charge_newest_first() -> None:
    """A copay letter, then a letter of the same charge: a part payment settles the older one first."""
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        here.signed(case, ("97530", 45))
        here.answer_bells()
        who = [case.client.guarantor_id]
        [first] = make_invoices(by=here.bob, contacts=who)
        charge, payer = Charge.objects.get(), Party.coverage(case.client.coverages.get().pk)
        move = ledger.transfer(
            key="t", on=world.TODAY, charge=charge.pk, source=payer, targets=[(Party.contact(who[0]), D("20.00"))],
            reason="deductible",
        )  # fmt: skip
        post([move], by=None)
        [second] = make_invoices(by=here.bob, contacts=who)
        assert reports.open_invoices() == {first.pk: D("30.00"), second.pk: D("20.00")}
        take_payment(
            by=here.sam, contact=case.client.guarantor, amount=D("35.00"), method="cash", received_on=world.TODAY, key="k"
        )  # fmt: skip
        assert reports.open_invoices() == {second.pk: D("15.00")}
        assert Invoice.objects.count() == 2
        for invoice, paid, open_ in ((first, "-30.00", []), (second, "-5.00", [D("15.00")])):
            told = paper(invoice, world.TODAY)
            assert [row["amount"] for row in told["payments"]] == [D(paid)]
            assert [row["amount"] for row in (told["open"] or {"legend": []})["legend"]] == open_


@pytest.mark.django_db
def test_a_share_taken_back_and_corrected_stands_on_one_letter() -> None:
    """40 was asked for and paid, taken back, and became 60: the second letter has both lines, and 20 is open of it."""
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        here.signed(case, ("97530", 45))
        here.answer_bells()
        person = case.client.guarantor
        charge, payer = Charge.objects.get(), Party.coverage(case.client.coverages.get().pk)

        def left(amount: str) -> Posting:
            move = ledger.transfer(
                key=f"left {amount}", on=world.TODAY, charge=charge.pk, source=payer,
                targets=[(Party.contact(person.pk), D(amount))], reason="deductible",
            )  # fmt: skip
            return Posting.objects.get(pk=post([move], by=None)[move.key])

        def agree() -> None:
            open_ = OpenItem.objects.filter(account="receivable", contact=person, charge__invoice_lines__voided=False)
            assert sum(reports.open_invoices().values()) == sum(row.balance for row in open_.distinct())

        first_share = left("40.00")
        [first] = make_invoices(by=here.bob, contacts=[person.pk])
        agree()
        take_payment(by=here.sam, contact=person, amount=D("40.00"), method="cash", received_on=world.TODAY, key="k")
        reverse(postings=[first_share.pk], key="undo", on=world.TODAY, by=here.bob)
        left("60.00")
        [second] = make_invoices(by=here.bob, contacts=[person.pk])
        assert [row.owed for row in second.lines.order_by("id")] == [D("-40.00"), D("60.00")]
        assert reports.open_invoices() == {second.pk: D("20.00")}
        agree()
        letter = paper(second, world.TODAY)
        assert (letter["owed"], letter["payments"]) == (D("20.00"), [])
        take_payment(by=here.sam, contact=person, amount=D("5.00"), method="cash", received_on=world.TODAY, key="l")
        assert reports.open_invoices() == {second.pk: D("15.00")}
        agree()
