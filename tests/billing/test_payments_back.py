"""Credit applied and given back, payments taken back, plans: once, bounded, and the books close after each."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from billing import books
from billing.actions import ForVisit, take_payment
from billing.models import Entry, HeldUse, OpenItem, Payment, PaymentPlan, Posting, Refund, TakenBack
from billing.payments import actions
from billing.payments.credits import (
    Proposed,
    allocation,
    keep_below,
    people_with_credit,
    plan_of,
    proposed,
    to_do,
)
from billing.payments.held import credit_of
from billing.payments.receipts import clients_of, payment_paper
from clients.models import Case, Contact
from practice import clock
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from practice.tenancy import tenant
from sessions import actions as sessions
from tests import world
from tests.billing.families import at_once, parent

pytestmark = pytest.mark.django_db


def pay(here: world.World, contact: Contact, amount: str, key: str = "k", **more: Any) -> Payment:
    facts = {"method": "check", "received_on": world.TODAY, "reference": "12"} | more
    return take_payment(by=here.sam, contact=contact, amount=D(amount), key=key, **facts)


def owing(here: world.World, *days_ago: int) -> Case:
    """A person who pays herself, with one unit of 58.00 on each of some days."""
    case = here.client()
    for days in days_ago:
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=days))
    here.answer_bells()
    return case


def open_(contact: int) -> list[D]:
    items = OpenItem.objects.filter(account="receivable", contact=contact).order_by("charge__served_on", "charge")
    return [item.balance for item in items]


def give(here: world.World, contact: Contact, amount: str, method: str = "cash", key: str = "r", **more: Any) -> Refund:
    return actions.refund(by=here.bob, contact=contact, amount=D(amount), method=method, key=key, **more)


@pytest.mark.parametrize(
    ("method", "line"),
    [("cash", ("in_transit", "till")), ("card", ("in_transit", "card processor")), ("check", ("bank", "refund"))],
)
def test_a_refund_leaves_where_it_is_taken_from(method: str, line: tuple[str, str]) -> None:
    with world.practice() as here:
        contact = owing(here, 0).client.guarantor
        pay(here, contact, "100.00")
        row = give(here, contact, "40.00", method, reference=" 1047 ")
        entries = row.posting.entries.order_by("id").values_list("account", "reason", "amount")
        assert list(entries) == [("credit", "client", D("40.00")), (*line, D("-40.00"))]
        assert (row.reference, row.refunded_on, credit_of(contact.pk).free) == ("1047", world.TODAY, D("2.00"))
        assert AuditEvent.objects.get(verb="give back").target_id == row.pk
        assert books.wrong() == []


@pytest.mark.parametrize(
    ("amount", "method", "reference", "field"),
    [
        ("42.01", "cash", "", "amount"), ("0.00", "cash", "", "amount"), ("-1.00", "cash", "", "amount"),
        ("1.00", "barter", "", "method"), ("1.00", "card", " ", "reference"), ("1.00", "check", "", "reference"),
    ],
)  # fmt: skip
def test_a_refund_that_cannot_be_is_told_at_its_field(amount: str, method: str, reference: str, field: str) -> None:
    with world.practice() as here:
        contact = owing(here, 0).client.guarantor
        pay(here, contact, "100.00")
        before = Posting.objects.count()
        with pytest.raises(BadInput) as refused:
            give(here, contact, amount, method, reference=reference)
        assert list(refused.value.errors) == [field]
        assert (Posting.objects.count(), Refund.objects.count()) == (before, 0)


def test_money_held_for_a_visit_is_not_given_back_nor_applied() -> None:
    with world.practice() as here:
        case = owing(here, 3)
        contact = case.client.guarantor
        here.booked(case)
        pay(here, contact, "30.00", visit=ForVisit(case.client_id, world.TODAY, D("30.00")))
        with pytest.raises(BadInput, match=r"at most \$0.00"):
            give(here, contact, "30.00")
        with pytest.raises(Conflict, match="held for a visit"):
            actions.apply_credit(by=here.sam, contact=contact, key="c")
        assert open_(contact.pk) == [D("58.00")]


def test_a_key_gives_back_once_and_with_other_content_is_refused() -> None:
    with world.practice() as here:
        contact = owing(here).client.guarantor
        pay(here, contact, "100.00")
        first = give(here, contact, "60.00")
        assert give(here, contact, "60.00") == first
        for amount, method in (("61.00", "cash"), ("60.00", "card")):
            with pytest.raises(Conflict, match="used before"):
                give(here, contact, amount, method, reference="7")
        assert credit_of(contact.pk).whole == D("40.00")


@pytest.mark.django_db(transaction=True)
def test_eight_give_back_at_once_never_more_than_there_is() -> None:
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.olivia):
            contact = here.client().client.guarantor
            pay(here, contact, "100.00")
        answers = at_once(here, 8, lambda n: give(here, contact, "30.00", key=f"form {n}").pk)
        assert sum(isinstance(answer, int) for answer in answers) == 3
        with tenant(here.practice, here.bob):
            assert credit_of(contact.pk).whole == D("10.00") and books.wrong() == []


def test_credit_pays_the_oldest_first_once_a_key() -> None:
    with world.practice() as here:
        case = here.client()
        contact = case.client.guarantor
        pay(here, contact, "70.00")
        for days in (3, 40):
            here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=days))
        here.answer_bells()
        assert actions.apply_credit(by=here.sam, contact=contact, key="c") == D("70.00")
        assert open_(contact.pk) == [D("0.00"), D("46.00")]
        assert actions.apply_credit(by=here.sam, contact=contact, key="c") == D("70.00")
        with pytest.raises(Conflict, match="used before"):
            actions.apply_credit(by=here.sam, contact=parent(here, "Andrea"), key="c")
        pay(here, contact, "50.00", key="more")
        with pytest.raises(Conflict, match="owes nothing"):
            actions.apply_credit(by=here.sam, contact=contact, key="d")
        assert books.wrong() == []


def test_what_was_left_of_a_visit_is_used_once() -> None:
    """Free money of a settled visit that was given back does not pay a later correction out of other money."""
    with world.practice() as here:
        case = here.client()
        contact = case.client.guarantor
        pay(here, contact, "70.00", visit=ForVisit(case.client_id, world.TODAY, D("70.00")))
        here.signed(case, ("97110", 15))
        here.answer_bells()
        give(here, contact, "10.00")
        uses = list(HeldUse.objects.order_by("id").values_list("amount", flat=True))
        assert uses == [D("58.00"), D("10.00")] and credit_of(contact.pk).free == D("2.00")


def test_what_is_left_is_given_back_from_the_oldest_visit_on() -> None:
    with world.practice() as here:
        case = here.client()
        contact, client = case.client.guarantor, case.client_id
        for key, days, amount in (("a", 0, "58.00"), ("b", 0, "20.00"), ("c", 1, "10.00")):
            visit = ForVisit(client, world.TODAY - timedelta(days=days), D(amount))
            pay(here, contact, amount, key=key, visit=visit)
        here.signed(case, ("97110", 15))
        here.answer_bells()
        give(here, contact, "5.00")
        uses = HeldUse.objects.order_by("id").values_list("held__payment__posting__key", "amount")
        assert list(uses) == [("payment:a", D("58.00")), ("payment:c", D("5.00"))]
        assert credit_of(contact.pk).free == D("25.00")


def test_a_payment_that_paid_nothing_yet_is_taken_back() -> None:
    with world.practice() as here:
        contact = here.client().client.guarantor
        actions.take_back(by=here.bob, payment=pay(here, contact, "20.00"), reason="a slip")
        assert credit_of(contact.pk).whole == 0 and books.wrong() == []


# --- taken back --------------------------------------------------------------------------------------


def test_a_bounced_check_is_owed_again_once() -> None:
    with world.practice() as here:
        contact = owing(here, 3, 40).client.guarantor
        payment = pay(here, contact, "70.00")
        assert open_(contact.pk) == [D("0.00"), D("46.00")]
        row = actions.take_back(by=here.bob, payment=payment, reason="  bounced ")
        assert open_(contact.pk) == [D("58.00"), D("58.00")]
        assert (row.reason, row.posting.reverses_id) == ("bounced", payment.posting_id)
        before = Posting.objects.count()
        assert actions.take_back(by=here.bob, payment=payment, reason="again") == row
        assert Posting.objects.count() == before and TakenBack.objects.count() == 1
        transit = Entry.objects.filter(account="in_transit").values_list("amount", flat=True)
        assert sum(transit) == 0 and credit_of(contact.pk).whole == 0
        assert "bounced" in payment_paper(payment)["note"]
        assert books.wrong() == []


def test_it_takes_back_what_it_paid_and_leaves_other_credit() -> None:
    with world.practice() as here:
        case = owing(here, 3)
        contact = case.client.guarantor
        bounced = pay(here, contact, "58.00")
        pay(here, contact, "50.00", key="other")
        actions.take_back(by=here.bob, payment=bounced, reason="bounced")
        assert (open_(contact.pk), credit_of(contact.pk).free) == ([D("58.00")], D("50.00"))


def test_money_for_a_visit_is_taken_back_used_or_not() -> None:
    with world.practice() as here:
        case = here.client()
        contact = case.client.guarantor
        session = here.booked(case)
        payment = pay(here, contact, "80.00", visit=ForVisit(case.client_id, world.TODAY, D("70.00")))
        here.sign(session, ("97110", 15))
        here.answer_bells()
        assert (open_(contact.pk), credit_of(contact.pk).free) == ([D("0.00")], D("22.00"))
        actions.take_back(by=here.bob, payment=payment, reason="bounced")
        assert (open_(contact.pk), credit_of(contact.pk).whole) == ([D("58.00")], D("0.00"))
        assert sum(HeldUse.objects.values_list("amount", flat=True)) == D("70.00")
        pay(here, contact, "58.00", key="again")
        session.refresh_from_db()
        sessions.amend(by=here.alice, session=session, corrections=[world.Typed("97110", 0)], reason="not given")
        here.answer_bells()
        assert credit_of(contact.pk).free == D("58.00") and books.wrong() == []


def test_credit_that_paid_otherwise_meanwhile_comes_back_from_the_newest() -> None:
    with world.practice() as here:
        case = owing(here, 40)
        contact = case.client.guarantor
        first = pay(here, contact, "100.00")  # 58 pay, 42 stay credit
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=3))
        here.answer_bells()
        actions.apply_credit(by=here.sam, contact=contact, key="c")
        assert open_(contact.pk) == [D("0.00"), D("16.00")]
        actions.take_back(by=here.bob, payment=first, reason="a slip")
        assert open_(contact.pk) == [D("58.00"), D("58.00")] and books.wrong() == []


def test_what_was_given_back_cannot_be_taken_back() -> None:
    with world.practice() as here:
        contact = owing(here).client.guarantor
        payment = pay(here, contact, "100.00")
        give(here, contact, "60.00")
        before = Posting.objects.count()
        with pytest.raises(Conflict, match="given back"):
            actions.take_back(by=here.bob, payment=payment, reason="bounced")
        for reason in (" ", "x" * 201):
            with pytest.raises(BadInput):
                actions.take_back(by=here.bob, payment=payment, reason=reason)
        assert Posting.objects.count() == before and not TakenBack.objects.exists()


# --- lists, the rule, plans --------------------------------------------------------------------------


def test_the_rule_says_what_is_proposed() -> None:
    small = D("5.00")
    told = [(D(0), D(9), small), (D(3), D(9), small), (D("4.99"), D(0), small), (D(5), D(0), small)]
    kinds = [Proposed.NOTHING, Proposed.APPLY, Proposed.STAY, Proposed.REFUND]
    assert [proposed(*each) for each in told] == kinds


def test_the_list_counts_what_wants_a_person() -> None:
    with world.practice() as here:
        contacts = [here.client(first=name).client.guarantor for name in ("Ann", "Bea", "Cay")]
        for contact, amount in zip(contacts, ("4.99", "80.00", "20.00"), strict=True):
            pay(here, contact, amount, key=amount)
        assert keep_below() == D("5.00") and to_do() == 2
        rows = [(str(row.contact)[:3], row.free, row.held, row.owes) for row in people_with_credit()]
        assert rows == [
            ("Bea", D("80.00"), D(0), D(0)), ("Cay", D("20.00"), D(0), D(0)), ("Ann", D("4.99"), D(0), D(0)),
        ]  # fmt: skip
        for keep in ("25", "0"):
            actions.set_credit_rule(by=here.olivia, keep_below=D(keep))
            assert (keep_below(), to_do()) == (D(keep), 1 if keep == "25" else 3)
        for keep in ("-1", "1000.01"):
            with pytest.raises(BadInput):
                actions.set_credit_rule(by=here.olivia, keep_below=D(keep))


def test_the_preview_says_what_the_payment_does() -> None:
    with world.practice() as here:
        contact = owing(here, 1, 40).client.guarantor
        found = allocation(contact.pk, D("70.00"))
        assert ([paid for _, paid in found.rows], found.over, found.owed) == (
            [D("58.00"), D("12.00")], D("0.00"), D("116.00"),
        )  # fmt: skip
        payment = pay(here, contact, "70.00")
        assert [row["amount"] for row in payment_paper(payment)["rows"]] == [D("58.00"), D("12.00")]
        assert allocation(contact.pk, D("50.00")).over == D("4.00")


def test_a_receipt_closes_with_its_amount() -> None:
    with world.practice() as here:
        case = owing(here, 9)
        visit = ForVisit(case.client_id, world.TODAY, D("30.00"))
        payment = pay(here, case.client.guarantor, "100.00", visit=visit)
        paper = payment_paper(payment)
        assert [(row["text"], row["amount"]) for row in paper["rows"]] == [
            ("Exercises 97110" if paper["rows"][0]["text"].startswith("Ex") else paper["rows"][0]["text"], D("58.00")),
            ("For the visit, held until it is charged", D("30.00")),
            ("Kept as your credit", D("12.00")),
        ]
        assert (paper["method"], clients_of(payment)) == ("Check, 12", [case.client_id])
        here.signed(case, ("97110", 15))
        here.answer_bells()
        assert payment_paper(payment)["rows"][1]["text"] == "The visit"


def test_a_plan_takes_the_place_of_another_and_ends() -> None:
    with world.practice() as here:
        contact = owing(here, 9).client.guarantor
        assert plan_of(contact) is None
        plan = {"by": here.bob, "contact": contact, "total": D("250"), "first_on": world.TODAY}
        actions.make_plan(monthly=D("50"), **plan)
        actions.make_plan(monthly=D("100"), **plan)
        found = plan_of(contact.pk)
        assert found and [due.amount for due in found.dues] == [D("100"), D("100"), D("50")] and found.due == D("100")
        assert PaymentPlan.objects.filter(ended_on=None).count() == 1
        actions.end_plan(by=here.bob, contact=contact)
        assert plan_of(contact) is None
        with pytest.raises(Conflict, match="no payment plan"):
            actions.end_plan(by=here.bob, contact=contact)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"monthly": D(0)}, "monthly"), ({"monthly": D(300)}, "monthly"), ({"monthly": D(1)}, "monthly"),
        ({"first_on": world.TODAY - timedelta(days=1)}, "first_on"), ({"total": D(10**11)}, "total"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_told_at_its_field(fields: dict[str, Any], field: str) -> None:
    with world.practice() as here:
        contact = here.client().client.guarantor
        given = {"total": D(250), "monthly": D(50), "first_on": world.TODAY, **fields}
        with pytest.raises(BadInput) as refused:
            actions.make_plan(by=here.bob, contact=contact, **given)
        assert list(refused.value.errors) == [field] and not PaymentPlan.objects.exists()
