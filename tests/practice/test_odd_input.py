"""What people and files send by accident: kept, or told in a sentence; never a page that says that something broke."""

from collections.abc import Iterator

import pytest

from billing.models import Invoice, Payment
from claims import actions as claims
from claims.models import RemittanceClaim
from practice.identifiers import whole
from sessions.models import NoteDraft, Session
from tests import world
from tests.claims.remittances import clp, remittance, svc
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
KEY = "8b0e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("007", 7), ("", None), ("²", None), ("-1", None), ("1" * 19, None), ("x", None)]
)
def test_a_whole_number_is_one_that_a_column_can_hold(text: str, number: int | None) -> None:
    assert whole(text) == number


def test_a_note_is_kept_without_the_character_that_cannot_be(here: world.World) -> None:
    session = here.booked(here.client())
    typed = {"subjective": "Slept\0 well.", "version": "²", "code": "97110", "minutes": "²"}
    signed_in(here.alice).post(f"/p/alder/sessions/{session.pk}/draft/", typed)
    assert NoteDraft.objects.get().subjective == "Slept well."


def test_a_session_in_the_year_1_is_a_mistyped_one(here: world.World) -> None:
    slot = {"case": here.client().pk, "clinician": here.ot.pk, "location": here.location.pk}
    when = {"date": "0001-01-01", "time": "09:00", "length": "45"}
    answer = signed_in(here.alice).post("/p/alder/sessions/book/", slot | when)
    assert answer.status_code == 422 and "Check the year" in answer.text and not Session.objects.exists()


def test_a_payment_form_sent_again_with_another_amount_takes_nothing_more(here: world.World) -> None:
    """The way back in the browser shows the form with its old key."""
    case = here.client()
    here.signed(case, ("97110", 30))
    here.answer_bells()
    web, base = signed_in(here.bob), "/p/alder/invoices/"
    web.post(f"{base}make/", {"contact": [case.client.guarantor_id]})
    address = f"{base}{Invoice.objects.get().pk}/payment/"
    form = {"amount": "20.00", "method": "cash", "received_on": "2026-06-15", "key": KEY}
    assert [web.post(address, form).status_code for _ in range(2)] == [302, 302]
    changed = web.post(address, form | {"amount": "30.00"})
    assert changed.status_code == 422 and "took a payment before" in changed.text
    assert Payment.objects.count() == 1


def test_the_desk_is_told_why_a_payment_was_refused_and_sees_no_invoice(here: world.World) -> None:
    case = here.client()
    here.signed(case, ("97110", 30))
    here.answer_bells()
    signed_in(here.bob).post("/p/alder/invoices/make/", {"contact": [case.client.guarantor_id]})
    form = {"amount": "a lot", "method": "cash", "received_on": "2026-06-15", "key": KEY}
    answer = signed_in(here.sam).post(f"/p/alder/invoices/{Invoice.objects.get().pk}/payment/", form, follow=True)
    assert answer.redirect_chain == [("/p/alder/calendar/", 302)] and "is not an amount of money" in answer.text


def test_a_payer_that_names_a_claim_in_odd_digits_is_read(here: world.World) -> None:
    """Nothing of it is ours; the money waits, and the worker goes on."""
    claims_told = clp("²²", svc("97110", "50", "40", "CO*45*10"), charge="50", paid="40")
    claims.store_inbound(partner=here.partner(), name="odd.835", body=remittance(claims_told, paid="40"))
    here.answer_bells()
    assert RemittanceClaim.objects.get().claim is None
