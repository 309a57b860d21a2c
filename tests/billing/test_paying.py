"""Money from people: taken once, applied oldest first, the rest kept as their credit, balanced to the cent."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing import books, reports
from billing.actions import make_invoices, set_fee, take_payment
from billing.forms import PaymentForm
from billing.models import Charge, Entry, OpenItem, Payment, Posting
from clients.models import Case, Contact
from practice import clock, money
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing.families import at_once, child, parent


def pay(here: world.World, contact: Contact, amount: str, key: str = "k", **more: Any) -> Payment:
    facts = {"method": "cash", "received_on": world.TODAY} | more
    return take_payment(by=here.sam, contact=contact, amount=D(amount), key=key, **facts)


def owing(here: world.World, *days_ago: int) -> Case:
    """A person who pays herself, with one unit of 58.00 on each of some days."""
    case = here.client()
    for days in days_ago:
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=days))
    here.answer_bells()
    return case


def owed_by_day() -> list[D]:
    """What is owed of each charge, oldest service first."""
    items = OpenItem.objects.filter(account="receivable").order_by("charge__served_on", "charge")
    return [item.balance for item in items]


def credit() -> D:
    return -sum((item.balance for item in OpenItem.objects.filter(account="credit")), D("0.00"))


def nothing_happened(before: tuple[int, int]) -> bool:
    return (Posting.objects.count(), Payment.objects.count()) == before


@pytest.mark.django_db
def test_a_payment_is_two_postings_that_balance() -> None:
    with world.practice() as here:
        case = owing(here, 0)
        payment = pay(here, case.client.guarantor, "58.00", reference="  no. 12  ")
        postings = Posting.objects.filter(key__in=["payment:k", "apply:k"]).order_by("id")
        entries = [[(e.account, e.reason, e.amount) for e in posting.entries.order_by("id")] for posting in postings]
        assert entries == [
            [("in_transit", "till", D("58.00")), ("credit", "client", D("-58.00"))],
            [("credit", "client", D("58.00")), ("receivable", "applied", D("-58.00"))],
        ]
        assert {posting.posted_on for posting in postings} == {world.TODAY}
        assert (payment.reference, payment.posting.key, payment.posting.by) == ("no. 12", "payment:k", here.sam)
        assert (owed_by_day(), credit()) == ([D("0.00")], D("0.00"))
        audit = AuditEvent.objects.get(verb="take payment")
        assert audit.target_id == payment.pk
        assert books.wrong() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "source"), [("cash", "till"), ("check", "till"), ("card", "card processor")])
def test_it_is_in_transit_until_it_reaches_the_bank(method: str, source: str) -> None:
    with world.practice() as here:
        case = owing(here, 0)
        pay(here, case.client.guarantor, "10.00", method=method)
        assert reports.collected(world.TODAY, world.TODAY) == {source: D("10.00")}


@pytest.mark.django_db
def test_the_oldest_service_is_paid_first() -> None:
    with world.practice() as here:
        contact = owing(here, 1, 40, 20).client.guarantor
        pay(here, contact, "70.00", key="a")
        assert owed_by_day() == [D("0.00"), D("46.00"), D("58.00")]
        pay(here, contact, "46.01", key="b")
        assert owed_by_day() == [D("0.00"), D("0.00"), D("57.99")]
        assert books.wrong() == []


@pytest.mark.django_db
def test_too_much_stays_the_persons_credit() -> None:
    with world.practice() as here:
        case = owing(here, 0)
        pay(here, case.client.guarantor, "100.00")
        assert (owed_by_day(), credit()) == ([D("0.00")], D("42.00"))
        assert reports.standing_of(case.client) == (D("0.00"), D("0.00"), D("42.00"))
        assert books.wrong() == []


@pytest.mark.django_db
def test_money_of_who_owes_nothing_is_all_credit() -> None:
    with world.practice() as here:
        contact = here.client().client.guarantor
        pay(here, contact, "0.01")
        assert (owed_by_day(), credit()) == ([], D("0.01"))
        assert not Posting.objects.filter(key="apply:k").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "owed", "held"), [(30, "0.00", "58.00"), (60, "58.00", "0.00"), (0, "0.00", "174.00")]
)
def test_money_follows_a_visit_that_is_corrected(minutes: int, owed: str, held: str) -> None:
    """Paid in full, then corrected: the payment pays what the visit is now, and the rest is hers."""
    with world.practice() as here:
        case = here.client()
        session = here.signed(case, ("97110", 45))
        here.answer_bells()
        pay(here, case.client.guarantor, "174.00")
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", minutes)], reason="misread")
        here.answer_bells()
        assert (sum(owed_by_day(), D("0.00")), credit()) == (D(owed), D(held))
        assert all(balance >= 0 for balance in owed_by_day())
        assert books.wrong() == []


@pytest.mark.django_db
@pytest.mark.parametrize("fee", ["0.00", "-1.00"])
def test_a_fee_of_nothing_is_refused(fee: str) -> None:
    with world.practice() as here:
        with pytest.raises(BadInput) as refused:
            set_fee(by=here.olivia, code="97112", fee=D(fee), starts_on=world.TODAY)
        assert list(refused.value.errors) == ["fee"]


@pytest.mark.django_db
def test_it_pays_the_persons_own_share_only() -> None:
    """Two guardians, two children: what one pays leaves the other's share as it was; payers' shares too."""
    with world.practice() as here:
        mother, father = parent(here, "Andrea"), parent(here, "Marcel")
        milo, ivy = child(here, "Milo", mother, father), child(here, "Ivy", father, mother)
        for case in (milo, ivy, here.client(payer=here.medicare)):
            here.signed(case, ("97530", 15))
        here.answer_bells()
        pay(here, mother, "500.00")
        owed = {item.contact_id: item.balance for item in OpenItem.objects.filter(account="receivable")}
        assert owed == {mother.pk: D("0.00"), father.pk: D("66.00"), None: D("66.00")}
        assert credit() == D("434.00")


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["0.00", "-0.01", "-58.00", "25000.01", "9999999999.99"])
def test_an_impossible_amount_is_refused_by_field(amount: str) -> None:
    with world.practice() as here:
        case = owing(here, 0)
        before = Posting.objects.count(), 0
        with pytest.raises(BadInput) as refused:
            pay(here, case.client.guarantor, amount)
        assert list(refused.value.errors) == ["amount"]
        assert nothing_happened(before) and owed_by_day() == [D("58.00")]


@pytest.mark.django_db
def test_the_largest_amount_is_taken() -> None:
    with world.practice() as here:
        case = owing(here, 0)
        assert pay(here, case.client.guarantor, "25000.00").amount == D("25000.00")
        assert credit() == D("24942.00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"method": "barter"}, "method"),
        ({"received_on": world.TODAY + timedelta(days=1)}, "received_on"),
        ({"received_on": world.TODAY - timedelta(days=400)}, "received_on"),
    ],
)
def test_a_wrong_way_or_day_is_refused_by_field(facts: dict[str, Any], field: str) -> None:
    with world.practice() as here:
        case = owing(here, 0)
        before = Posting.objects.count(), 0
        with pytest.raises(BadInput) as refused:
            pay(here, case.client.guarantor, "5.00", **facts)
        assert list(refused.value.errors) == [field]
        assert nothing_happened(before)


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "12.345", "€50", "50 EUR", "5,00", "63,60", "1,00,000", "1e3", "1_000", "0x10", "NaN", "Infinity",
     "--5", "$$5", "5-", "1.2.3", ",", ".", "-", "٥", "1" * 17],
)  # fmt: skip
def test_what_is_no_amount_is_told_at_the_amount(typed: str) -> None:
    data = {
        "amount": typed,
        "method": "cash",
        "received_on": "2026-06-15",
        "key": "6a40ec80-0000-4000-8000-000000000000",
    }
    form = PaymentForm(data, today=world.TODAY)
    assert not form.is_valid() and list(form.errors) == ["amount"]


@pytest.mark.parametrize(
    ("typed", "amount"), [("$1,184", "1184.00"), (" 58.5 ", "58.50"), (".5", "0.50"), ("12,345.60", "12345.60"), ("7.", "7")]
)  # fmt: skip
def test_amounts_may_be_typed_as_people_write_them(typed: str, amount: str) -> None:
    data = {
        "amount": typed,
        "method": "cash",
        "received_on": "2026-06-15",
        "key": "6a40ec80-0000-4000-8000-000000000000",
    }
    form = PaymentForm(data, today=world.TODAY)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == D(amount)


def test_money_is_never_a_float_nor_a_word() -> None:
    with pytest.raises(TypeError, match="never a float"):
        money.dollars(0.1)  # type: ignore[arg-type]
    for wrong in ("abc", "NaN", "-Infinity", "0.001", "99999999999"):
        with pytest.raises(ValueError, match="."):
            money.dollars(wrong)


@pytest.mark.django_db
def test_a_key_takes_money_once() -> None:
    with world.practice() as here:
        contact = owing(here, 0).client.guarantor
        first = pay(here, contact, "20.00")
        before = Posting.objects.count(), 1
        assert pay(here, contact, "20.00") == first
        assert nothing_happened(before) and owed_by_day() == [D("38.00")]
        with pytest.raises(Conflict, match="another amount"):
            pay(here, contact, "21.00")
        with pytest.raises(Conflict):
            pay(here, parent(here, "Andrea"), "20.00")
        assert nothing_happened(before)
        pay(here, contact, "20.00", key="another form")
        assert owed_by_day() == [D("18.00")]


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_take_one_payment() -> None:
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.olivia):
            case = here.client()
            here.signed(case, ("97110", 33))
        here.answer_bells()
        contact = case.client.guarantor
        answers = at_once(here, 8, lambda n: pay(here, contact, "58.00").pk)
        assert len(set(answers)) == 1 and isinstance(answers[0], int)
        with tenant(here.practice, here.bob):
            assert Payment.objects.count() == 1
            assert AuditEvent.objects.filter(verb="take payment").count() == 1
            assert owed_by_day() == [D("58.00")]
            assert books.wrong() == []


@pytest.mark.django_db(transaction=True)
def test_eight_payments_at_once_never_pay_more_than_is_owed() -> None:
    """Eight different forms for one person: whoever comes second sees what the first has left."""
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.olivia):
            case = here.client()
            here.signed(case, ("97110", 33))
        here.answer_bells()
        contact = case.client.guarantor
        answers = at_once(here, 8, lambda n: pay(here, contact, "20.00", key=f"form {n}").pk)
        assert len(set(answers)) == 8
        with tenant(here.practice, here.bob):
            assert (owed_by_day(), credit()) == ([D("0.00")], D("44.00"))
            assert books.wrong() == []


class Payments(TestCase):
    """Whatever is paid in whatever parts, before or after the letter: no cent appears or is lost."""

    @settings(max_examples=25)
    @given(
        st.lists(st.integers(15, 130), min_size=1, max_size=4),
        st.lists(st.integers(1, 40_000), max_size=5),
        st.booleans(),
    )
    def test_no_cent_is_lost(self, minutes: list[int], cents: list[int], invoice_first: bool) -> None:
        with world.practice() as here:
            case = here.client()
            for n, each in enumerate(minutes):
                here.signed(case, ("97110", each), day=world.TODAY - timedelta(days=n))
            here.answer_bells()
            contact = case.client.guarantor
            if invoice_first:
                make_invoices(by=here.bob, contacts=[contact.pk])
            for n, each in enumerate(cents):
                pay(here, contact, str(D(each) / 100), key=str(n))
            self._holds(minutes, sum((D(c) / 100 for c in cents), D("0.00")), invoice_first)

    def _holds(self, minutes: list[int], paid: D, invoiced: bool) -> None:
        charged = sum(Charge.objects.values_list("amount", flat=True))
        owed = owed_by_day()
        assert charged == sum((each + 7) // 15 for each in minutes) * 58
        assert sum(owed) == max(D(0), charged - paid)
        assert credit() == max(D(0), paid - charged)
        assert all(balance >= 0 for balance in owed)
        started = [n for n, (balance, charge) in enumerate(zip(owed, Charge.objects.order_by("served_on"), strict=True))
                   if balance < charge.amount]  # fmt: skip
        assert all(owed[n] == 0 for n in started[:-1])  # at most the newest that was begun is paid in part
        assert sum(Entry.objects.values_list("amount", flat=True)) == 0
        if invoiced:
            assert sum(reports.open_invoices().values()) == sum(owed)
        assert books.wrong() == []
