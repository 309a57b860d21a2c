"""Invoices: to the guarantor, everything once, nothing that is settled, numbered without a gap."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction

from billing import books, reports
from billing.actions import make_invoices, take_payment
from billing.models import Entry, Invoice, InvoiceLine, Posting
from billing.papers import paper
from claims import actions as claims
from claims.models import Claim
from practice import clock, work
from practice.models import AuditEvent, Job
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing import debts
from tests.billing.families import at_once, child, parent
from tests.claims.remittances import clp, remittance, svc


def ready() -> list[int]:
    return [row.contact_id for row in reports.to_invoice()]


def told(invoice: Invoice) -> list[tuple[str, str, D]]:
    """Whose service, which code, how much."""
    rows = invoice.lines.order_by("charge__served_on", "id").select_related("charge__client")
    return [(row.charge.client.first_name, row.charge.code, row.owed) for row in rows]


@pytest.mark.django_db
def test_each_childs_guarantor_gets_her_own() -> None:
    with world.practice() as here:
        mother, father = parent(here, "Andrea"), parent(here, "Marcel")
        milo, ivy, nia = child(here, "Milo", mother, father), child(here, "Ivy", father, mother), None
        nia = child(here, "Nia", mother, father)
        for case, minutes in ((milo, 38), (ivy, 15), (nia, 23)):
            here.signed(case, ("97530", minutes))
        here.answer_bells()
        postings = Posting.objects.count()
        made = {invoice.contact_id: invoice for invoice in make_invoices(by=here.bob, contacts=ready())}
        assert set(made) == {mother.pk, father.pk}
        assert told(made[mother.pk]) == [("Milo", "97530", D("198.00")), ("Nia", "97530", D("132.00"))]
        assert told(made[father.pk]) == [("Ivy", "97530", D("66.00"))]
        assert (made[mother.pk].total, made[father.pk].total) == (D("330.00"), D("66.00"))
        assert sorted(i.number for i in made.values()) == [2001, 2002]
        assert {i.due_on for i in made.values()} == {world.TODAY + timedelta(days=21)}
        assert {i.made_by for i in made.values()} == {here.bob}
        assert AuditEvent.objects.filter(verb="make invoice").count() == 2
        assert Posting.objects.count() == postings  # an invoice is a letter, it moves no money
        assert reports.open_invoices() == {made[mother.pk].pk: D("330.00"), made[father.pk].pk: D("66.00")}
        assert books.wrong() == []


@pytest.mark.django_db
def test_nothing_is_invoiced_twice() -> None:
    with world.practice() as here:
        case = here.client()
        here.signed(case, ("97110", 33), ("97140", 22))
        here.answer_bells()
        who = [case.client.guarantor_id]
        [first] = make_invoices(by=here.bob, contacts=who * 3)
        assert make_invoices(by=here.bob, contacts=who) == [] and ready() == []
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=1))
        here.answer_bells()
        [second] = make_invoices(by=here.bob, contacts=who)
        assert (first.number, second.number) == (2001, 2002)
        assert told(second) == [("Walter", "97110", D("58.00"))]
        entries = list(InvoiceLine.objects.values_list("entry", flat=True))
        assert len(entries) == len(set(entries)) == 3
        assert sum(row.total for row in Invoice.objects.all()) == reports.account_totals()["receivable"]


@pytest.mark.django_db
def test_the_database_refuses_an_entry_on_two_invoices() -> None:
    with world.practice() as here:
        case = here.client()
        here.signed(case, ("97110", 33))
        here.answer_bells()
        [invoice] = make_invoices(by=here.bob, contacts=ready())
        line = invoice.lines.get()
        with pytest.raises(DatabaseError, match="entry_on_one_invoice"), transaction.atomic():
            InvoiceLine.objects.create(
                invoice=invoice,
                entry=line.entry,
                charge=line.charge,
                charged=1,
                insurance_paid=0,
                plan_discount=0,
                owed=1,
            )


@pytest.mark.django_db
def test_an_empty_list_makes_nothing_and_uses_no_number() -> None:
    with world.practice() as here:
        case = here.client()
        stranger = parent(here, "Nobody")
        assert make_invoices(by=here.bob, contacts=[]) == []
        assert make_invoices(by=here.bob, contacts=[stranger.pk, 10**12]) == []
        assert not Invoice.objects.exists() and not AuditEvent.objects.filter(verb="make invoice").exists()
        here.signed(case, ("97110", 33))
        here.answer_bells()
        [invoice] = make_invoices(by=here.bob, contacts=[stranger.pk, case.client.guarantor_id])
        assert invoice.number == 2001


@pytest.mark.django_db
def test_only_what_is_the_persons_is_invoiced() -> None:
    """Of a covered visit the fixed copay, at once; what the payer leaves her, after it decided."""
    with world.practice() as here:
        partner = here.partner()
        case = here.client(payer=here.aetna, copay="30.00")
        here.signed(case, ("97530", 45))
        here.answer_bells()
        who = [case.client.guarantor_id]
        [copay] = make_invoices(by=here.bob, contacts=who)
        assert told(copay) == [("Walter", "97530", D("30.00"))]
        claim = Claim.objects.get()
        claims.submit(by=here.bob, claims=[claim.pk], undo=0)
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
        control = claim.lines.get().control
        line = svc("97530", "198", "96", "CO*45*52", "PR*3*30", "PR*1*20", control=control, units=3)
        body = remittance(clp(claim.control, line, charge="198", paid="96"), paid="96")
        claims.store_inbound(partner=partner, name="a.835", body=body)
        here.answer_bells()
        [rest] = make_invoices(by=here.bob, contacts=who)
        assert told(rest) == [("Walter", "97530", D("20.00"))]
        line = rest.lines.get()
        assert (line.charged, line.insurance_paid, line.plan_discount) == (D("198.00"), D("96.00"), D("52.00"))
        assert reports.open_invoices() == {copay.pk: D("30.00"), rest.pk: D("20.00")}
        assert books.wrong() == []


@pytest.mark.django_db
def test_what_was_paid_before_is_not_invoiced() -> None:
    with world.practice() as here:
        case = here.client()
        contact = case.client.guarantor
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=1))
        here.signed(case, ("97140", 15))
        here.answer_bells()
        take_payment(
            by=here.sam, contact=contact, amount=D("58.00"), method="cash", received_on=world.TODAY, key="early"
        )
        [invoice] = make_invoices(by=here.bob, contacts=ready())
        assert told(invoice) == [("Walter", "97140", D("60.00"))]


@pytest.mark.django_db
def test_a_corrected_visit_is_invoiced_at_what_it_is_now() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.signed(case, ("97110", 45))
        here.answer_bells()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
        here.answer_bells()
        [invoice] = make_invoices(by=here.bob, contacts=ready())
        assert told(invoice) == [("Walter", "97110", D("116.00"))]
        assert Entry.objects.filter(reason="charge").count() == 3  # the first, its reversal, the new one


@pytest.mark.django_db
def test_a_correction_after_the_invoice_is_a_second_letter() -> None:
    """The first letter stays as it was sent; nothing is open of what was taken back."""
    with world.practice() as here:
        case = here.client()
        session = here.signed(case, ("97110", 45))
        here.answer_bells()
        [first] = make_invoices(by=here.bob, contacts=ready())
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
        here.answer_bells()
        [second] = make_invoices(by=here.bob, contacts=ready())
        assert (first.total, second.total) == (D("174.00"), D("116.00"))
        assert reports.open_invoices() == {second.pk: D("116.00")}
        assert books.wrong() == []


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_make_one_invoice() -> None:
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.olivia):
            case = here.client()
            here.signed(case, ("97110", 33), ("97140", 22))
        here.answer_bells()
        who = case.client.guarantor_id
        answers = at_once(here, 8, lambda n: [i.number for i in make_invoices(by=here.bob, contacts=[who])])
        assert sorted(answers) == [[]] * 7 + [[2001]]
        with tenant(here.practice, here.bob):
            assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 2)
            assert AuditEvent.objects.filter(verb="make invoice").count() == 1
            assert books.wrong() == []


@pytest.mark.django_db(transaction=True)
def test_overlapping_lists_at_once_leave_no_gap_and_no_deadlock() -> None:
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.olivia):
            cases = [here.client(first=first) for first in ("Ada", "Bea", "Cleo", "Dora")]
            for case in cases:
                here.signed(case, ("97110", 33))
        here.answer_bells()
        people = [case.client.guarantor_id for case in cases]
        turned = lambda n: people[n % 4 :] + people[: n % 4]  # noqa: E731
        answers = at_once(here, 8, lambda n: make_invoices(by=here.bob, contacts=turned(n)[:3]))
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        with tenant(here.practice, here.bob):
            numbers = sorted(Invoice.objects.values_list("number", flat=True))
            assert numbers == [2001, 2002, 2003, 2004]
            assert set(Invoice.objects.values_list("contact", flat=True)) == set(people)


@pytest.mark.django_db
def test_oldest_service_comes_first_on_the_page() -> None:
    with world.practice() as here:
        days: dict[str, date] = {"Ada": world.TODAY, "Bea": world.TODAY - timedelta(days=9)}
        cases = {first: here.client(first=first) for first in days}
        for first, day in days.items():
            here.signed(cases[first], ("97110", 15), day=day)
        here.answer_bells()
        rows = reports.to_invoice()
        assert [(row.name, row.oldest, row.amount, row.lines) for row in rows] == [
            ("Bea Nakamura", days["Bea"], D("58.00"), 1),
            ("Ada Nakamura", days["Ada"], D("58.00"), 1),
        ]


@pytest.mark.django_db
def test_what_a_person_was_forgiven_is_no_discount_of_a_plan() -> None:
    """Her own write-off stands on the letter by its name; the plan's discount is the plan's alone."""
    with world.practice() as here:
        covered, own = debts.share(here), debts.self_paid(here, first="Rosa")
        debts.given_up(here, covered, "3.60", key="a")
        debts.given_up(here, own, "18.00", key="b")
        made = {invoice.contact_id: invoice for invoice in make_invoices(by=here.bob, contacts=ready())}
        left, rosa = made[covered.client.guarantor_id], made[own.client.guarantor_id]
        line = left.lines.get()
        assert (line.plan_discount, line.insurance_paid, line.owed) == (D("72.00"), D("62.40"), D("63.60"))
        assert rosa.lines.get().plan_discount == 0
        for invoice, owed, amount in ((left, "60.00", "-3.60"), (rosa, "40.00", "-18.00")):
            told = paper(invoice, world.TODAY)
            assert told["owed"] == D(owed)
            assert told["payments"] == [{"text": "Given up", "amount": D(amount)}]
        debts.given_up(here, own, "40.00", key="c", by=here.olivia)
        assert paper(rosa, world.TODAY)["closed"] == "Nothing is owed: it was given up."
        take_payment(
            by=here.sam, contact=left.contact, amount=D("60.00"), method="cash", received_on=world.TODAY, key="k"
        )  # fmt: skip
        told = paper(left, world.TODAY)
        assert (told["closed"], len(told["payments"])) == ("Nothing more is owed. Thank you.", 2)
