"""Who may never be asked for money: charging, remittances, the ledger and the database each refuse."""

from collections.abc import Iterator
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, connection, transaction

from billing import actions, books, ledger, never_billed
from billing.actions.invoicing import uninvoiced
from billing.ledger import Party
from billing.models import Charge, Entry, Invoice, InvoiceLine, OpenItem, Posting
from billing.payments import actions as payments
from billing.payments import asking
from billing.payments.credits import owed_by, people_with_credit
from billing.payments.held import credit_of
from claims.models import Decision
from clients import actions as clients
from clients.models import Coverage, PlanType
from practice.findings import BadInput, Conflict
from practice.money import ZERO
from tests import world
from tests.claims.remittances import remittance
from tests.claims.test_remittances import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def charged(here: world.World, plan_type: str = "", *, qmb: bool = False, copay: str | None = None) -> Charge:
    """One charge of 198.00 on a plan of this type."""
    payer = here.medicare if qmb else here.aetna
    if plan_type:
        payer.plan_type = plan_type
        payer.save(update_fields=["plan_type"])
    case = here.client(payer=payer, copay=copay)
    if qmb:
        clients.edit_coverage(by=here.bob, coverage=case.client.coverages.get(), qmb=True)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    return Charge.objects.get()


def moved(charge: Charge, reason: str, amount: str = "20.00") -> ledger.Movement:
    plan, person = Party.coverage(charge.day.coverage_id), Party.contact(charge.client.guarantor_id)
    return ledger.transfer(
        key=f"t:{reason}", on=world.TODAY, charge=charge.pk, source=plan, targets=[(person, D(amount))], reason=reason
    )


def people_owe() -> D:
    return sum((item.balance for item in OpenItem.objects.filter(contact__isnull=False)), ZERO)


@pytest.mark.parametrize(
    ("plan_type", "qmb", "copay_owed"),
    [("medicaid", False, "3.00"), ("workers_comp", False, "0.00"), ("", True, "0.00"), ("commercial", False, "3.00")],
)
def test_charging_asks_for_a_copay_where_the_plan_allows_it(
    here: world.World, plan_type: str, qmb: bool, copay_owed: str
) -> None:
    if plan_type == PlanType.WORKERS_COMP:
        here.aetna.plan_type = plan_type
        here.aetna.save(update_fields=["plan_type"])
        case = here.client()
        row = here.cover(case.client, here.aetna, copay="3.00")
        Coverage.objects.filter(pk=row.pk).update(case=case)
        here.signed(case, ("97530", 45))
        here.answer_bells()
        assert OpenItem.objects.get(coverage=row).balance == D("198.00")
    else:
        charged(here, plan_type, qmb=qmb, copay="3.00")
    assert people_owe() == D(copay_owed)
    assert uninvoiced().count() == (D(copay_owed) > 0)
    assert books.wrong() == []


@pytest.mark.parametrize(("plan_type", "qmb"), [("medicaid", False), ("workers_comp", False), ("medicare", True)])
@pytest.mark.parametrize("reason", ["coinsurance", "copay"])
def test_the_ledger_refuses(here: world.World, plan_type: str, qmb: bool, reason: str) -> None:
    charge = charged(here)
    coverage = charge.day.coverage
    Coverage.objects.filter(pk=coverage.pk).update(qmb=qmb)
    type(coverage.payer).objects.filter(pk=coverage.payer_id).update(plan_type=plan_type)
    before = Posting.objects.count()
    if (plan_type, reason) == ("medicaid", "copay"):
        actions.post([moved(charge, reason)], by=here.bob)
        assert people_owe() == D("20.00")
        return
    with pytest.raises(BadInput, match="may not be billed for this: "):
        actions.post([moved(charge, reason)], by=here.bob)
    assert Posting.objects.count() == before and people_owe() == ZERO


@pytest.mark.parametrize("reason", ["coinsurance", "copay"])
def test_the_database_refuses_who_does_not_ask_the_ledger(
    here: world.World, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    charge = charged(here, qmb=True)
    monkeypatch.setattr(never_billed, "refuse", lambda movements: None)
    with pytest.raises(DatabaseError, match="nobody may be billed for charge"), transaction.atomic():
        actions.post([moved(charge, reason)], by=here.bob)
    assert people_owe() == ZERO


def test_an_invoice_is_refused_when_the_plan_turns_out_to_forbid_it(here: world.World) -> None:
    charge = charged(here)
    actions.post([moved(charge, "coinsurance")], by=here.bob)
    [entry] = uninvoiced()
    clients.edit_coverage(by=here.bob, coverage=charge.day.coverage, qmb=True)
    assert not uninvoiced().exists()
    assert actions.make_invoices(by=here.bob, contacts=[charge.client.guarantor_id]) == []
    invoice = Invoice.objects.create(
        number=1, contact=charge.client.guarantor, invoiced_on=world.TODAY, due_on=world.TODAY, total=entry.amount
    )
    line = InvoiceLine(
        invoice=invoice, entry=entry, charge=charge, charged=charge.amount, insurance_paid=ZERO, plan_discount=ZERO,
        owed=entry.amount,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="may not be invoiced"), transaction.atomic():
        line.save()


def test_what_was_owed_before_may_be_paid_and_given_back(here: world.World) -> None:
    """The plan turns out to forbid it later: settling entries still go both ways."""
    charge = charged(here)
    actions.post([moved(charge, "coinsurance")], by=here.bob)
    clients.edit_coverage(by=here.bob, coverage=charge.day.coverage, qmb=True)
    who = Party.contact(charge.client.guarantor_id)
    paid = ledger.receive(key="r", on=world.TODAY, amount=D("20.00"), holder=who, into="till")
    for n, amount in enumerate(("20.00", "-20.00")):
        shares = [(charge.pk, D(amount))]
        actions.post([paid, ledger.apply(key=f"a{n}", on=world.TODAY, holder=who, shares=shares)], by=here.bob)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert books.wrong() == []


def test_money_pays_no_debt_that_turns_out_to_be_forbidden(here: world.World) -> None:
    """Neither proposed nor paid: what she brings is her credit, to be given back."""
    charge = charged(here)
    person = charge.client.guarantor
    actions.post([moved(charge, "coinsurance")], by=here.bob)
    assert owed_by(person.pk).get().balance == D("20.00")
    clients.edit_coverage(by=here.bob, coverage=charge.day.coverage, qmb=True)
    session = here.booked(charge.day.case)
    assert not owed_by(person.pk).exists() and asking.proposal(session).balance == 0
    paid = {"contact": person, "amount": D("20.00"), "method": "cash", "received_on": world.TODAY, "key": "k"}
    actions.take_payment(by=here.sam, **paid)
    assert credit_of(person.pk).free == D("20.00") and people_owe() == ZERO  # 20.00 open, 20.00 held
    with pytest.raises(Conflict, match="owes nothing that her credit could pay"):
        payments.apply_credit(by=here.bob, contact=person, key="a")
    assert people_with_credit().get().owes == ZERO and books.wrong() == []


def test_a_share_nobody_may_be_asked_for_waits_with_the_payer(here: world.World) -> None:
    story = Story(here, copay=None)
    here.aetna.plan_type = PlanType.MEDICAID
    here.aetna.save(update_fields=["plan_type"])
    line = story.line("100", "CO*45*72", "PR*2*23", "PR*3*3")
    story.answer(remittance(story.claimed(line, "100"), paid="100"))
    assert story.owed() == {"payer": D("23.00"), "client": D("3.00")}
    assert story.claim.decision == Decision.PART_DENIED
    assert set(Entry.objects.filter(contact__isnull=False).values_list("reason", "amount")) == {("copay", D("3.00"))}
    assert books.wrong() == []
