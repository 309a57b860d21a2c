"""Money that comes for an invoice pays that invoice, before what is older."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from billing import actions as billing
from billing import reports
from billing.models import Invoice
from claims.lists import result
from claims.models import Claim, Delivery
from practice.findings import Conflict
from sessions import actions as sessions
from sessions.minutes import Typed, problems
from tests import world

pytestmark = pytest.mark.django_db


def test_the_invoice_first_then_the_oldest() -> None:
    with world.practice() as here:
        case = here.client()
        contact = case.client.guarantor
        here.signed(case, ("97110", 30), day=world.TODAY - timedelta(days=9))
        here.answer_bells()
        [old] = billing.make_invoices(by=here.bob, contacts=[contact.pk])
        here.signed(case, ("97140", 15))
        here.answer_bells()
        [new] = billing.make_invoices(by=here.bob, contacts=[contact.pk])
        paid = {"by": here.sam, "contact": contact, "method": "cash", "received_on": world.TODAY}
        billing.take_payment(amount=D("60.00"), key="one", invoice=new, **paid)
        assert reports.open_invoices() == {old.pk: D("116.00")}
        billing.take_payment(amount=D("120.00"), key="two", invoice=new, **paid)
        assert reports.open_invoices() == {} and reports.credit_of(contact.pk) == D("4.00")


def test_what_was_taken_back_is_not_invoiced() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.signed(case, ("97110", 30))
        here.answer_bells()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 0)], reason="no show")
        here.answer_bells()
        assert billing.make_invoices(by=here.bob, contacts=[case.client.guarantor_id]) == []
        assert not Invoice.objects.exists()


def test_a_withdrawn_claim_has_a_badge() -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.medicare), ("97110", 30))
        here.answer_bells()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 0)], reason="no show")
        here.answer_bells()
        claim = Claim.objects.get(delivery=Delivery.WITHDRAWN)
        assert result(claim)["word"] == "Withdrawn"
        assert all(result(Claim(delivery=delivery))["word"] for delivery in Delivery)


def test_a_claim_page_of_a_withdrawn_claim(web: object) -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.medicare), ("97110", 30))
        here.answer_bells()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 0)], reason="no show")
        here.answer_bells()
        claim, slug, bob = Claim.objects.get(), here.slug, here.bob.user
    web.force_login(bob)  # type: ignore[attr-defined]
    for address in (f"claims/{claim.pk}/", f"find/?q={claim.number}"):
        assert web.get(f"/p/{slug}/{address}").status_code == 200  # type: ignore[attr-defined]


def test_a_file_taken_back_twice_is_told_so() -> None:
    from claims import actions as claims

    with world.practice() as here:
        here.partner()
        here.signed(here.client(payer=here.medicare), ("97110", 30))
        here.answer_bells()
        sent = claims.submit(by=here.bob, claims=[Claim.objects.get().pk])
        claims.take_back(by=here.bob, interchange=sent)
        with pytest.raises(Conflict, match="taken back already"):
            claims.take_back(by=here.bob, interchange=sent)


def test_a_day_has_so_many_minutes_together() -> None:
    told = problems([Typed("97110", 1000), Typed("97140", 1001)], "OT")
    assert told == {1: "A day has 1,440 minutes; together these are 2,001"}
