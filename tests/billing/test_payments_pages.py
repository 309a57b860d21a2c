"""The pages and the API of payments: what they show, what they refuse with a sentence, and that nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django import test
from django.urls import reverse

from billing import books
from billing.actions import take_payment
from billing.models import CreditRule, Payment, PaymentPlan, Refund, TakenBack
from billing.payments.credits import plan_of
from clients.models import Contact
from practice import pdf
from tests import world
from tests.billing.test_payments_stories import fields, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(web: test.Client) -> Iterator[world.World]:
    """Olivia at her screen."""
    with world.practice() as found:
        web.force_login(found.olivia.user)
        yield found


@pytest.fixture
def contact(here: world.World) -> Contact:
    """She owes 58.00 of each of two visits."""
    case = here.client()
    for days in (3, 40):
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=days))
    here.answer_bells()
    return case.client.guarantor


def url(here: world.World, name: str, *args: int, query: str = "") -> str:
    return reverse(f"billing:{name}", args=[here.slug, *args]) + query


def pay(here: world.World, contact: Contact, amount: str, key: str = "k") -> Payment:
    return take_payment(by=here.sam, contact=contact, amount=D(amount), method="cash", received_on=world.TODAY, key=key)


def test_a_payment_is_entered_with_what_it_will_pay(web: test.Client, here: world.World, contact: Contact) -> None:
    form = web.get(url(here, "new_payment", contact.pk))
    assert "$116.00 is owed in all." in text(form)
    shown = text(web.get(url(here, "payment_preview", contact.pk, query="?amount=70")))
    assert "May 6 97110 ×1 for Walter Nakamura $58.00 $58.00 $0.00" in shown
    assert "Jun 12 97110 ×1 for Walter Nakamura $58.00 $12.00 $46.00" in shown
    assert "$4.00 stays as credit." in text(web.get(url(here, "payment_preview", contact.pk, query="?amount=120")))
    for typed in ("abc", "-5", ""):
        answer = web.get(url(here, "payment_preview", contact.pk, query=f"?amount={typed}"))
        assert answer.status_code == 200 and "stays as credit" not in text(answer)
    refused = web.post(url(here, "new_payment", contact.pk), {**fields(form), "amount": "30000", "reference": "no. 9"})
    assert refused.status_code == 422 and "no. 9" in refused.content.decode() and not Payment.objects.exists()
    done = web.post(url(here, "new_payment", contact.pk), {**fields(form), "amount": "70", "method": "check"})
    payment = Payment.objects.get()
    assert done.url == url(here, "receipt", payment.pk)
    assert "Received from Walter Nakamura Amount $70.00 Check" in text(web.get(done.url))
    again = web.post(url(here, "new_payment", contact.pk), {**fields(form), "amount": "71", "method": "check"})
    assert again.status_code == 422 and Payment.objects.count() == 1


def test_a_payment_is_taken_back_from_its_persons_page(web: test.Client, here: world.World, contact: Contact) -> None:
    payment = pay(here, contact, "70.00")
    person = web.get(url(here, "person", contact.pk))
    assert url(here, "take_back", payment.pk) in person.content.decode()
    assert web.post(url(here, "take_back", payment.pk), {"reason": ""}).status_code == 422
    assert not TakenBack.objects.exists()
    assert web.post(url(here, "take_back", payment.pk), {"reason": "bounced"}).status_code == 302
    shown = text(web.get(url(here, "person", contact.pk)))
    assert "Owes $116.00" in shown and "Taken back bounced" in shown
    assert "Taken back on June 15, 2026: bounced." in text(web.get(url(here, "receipt", payment.pk)))
    assert books.wrong() == []


def test_credit_is_applied_from_the_list_once(web: test.Client, here: world.World) -> None:
    case = here.client()
    contact = case.client.guarantor
    pay(here, contact, "70.00")
    here.signed(case, ("97110", 15))
    here.answer_bells()
    assert "Pays what is owed" in text(web.get(url(here, "credits")))
    key = str(uuid4())
    for said in ("$58.00 of credit pays what was owed.", "$58.00 of credit pays what was owed."):
        done = web.post(url(here, "apply_credit", contact.pk), {"key": key})
        assert said in text(web.get(done.url))
    done = web.post(url(here, "apply_credit", contact.pk))
    assert "owes nothing that her credit could pay" in text(web.get(done.url))
    assert "$12.00 $0.00 $12.00 Refund proposed" in text(web.get(url(here, "credits")))


def test_the_rule_is_the_practices(web: test.Client, here: world.World, contact: Contact) -> None:
    assert web.post(url(here, "credit_rule"), {"keep_below": "x"}).status_code == 422
    assert not CreditRule.objects.exists()
    assert web.post(url(here, "credit_rule"), {"keep_below": "20"}).status_code == 302
    pay(here, here.client(first="Bea").client.guarantor, "12.00")
    assert "Small, may stay" in text(web.get(url(here, "credits")))


def test_a_plan_is_made_and_ended(web: test.Client, here: world.World, contact: Contact) -> None:
    form = web.get(url(here, "new_plan", contact.pk))
    sent = fields(form)
    assert sent["total"] == "116.00"
    assert web.post(url(here, "new_plan", contact.pk), {**sent, "monthly": "200"}).status_code == 422
    assert not PaymentPlan.objects.exists()
    assert web.post(url(here, "new_plan", contact.pk), {**sent, "monthly": "50"}).status_code == 302
    shown = text(web.get(url(here, "person", contact.pk)))
    assert "Due so far $50.00" in shown and "Jul 15 $50.00" in shown and "Aug 15 $16.00" in shown
    for said in ("The payment plan is ended.", "has no payment plan"):
        assert said in text(web.get(web.post(url(here, "end_plan", contact.pk)).url))
    assert plan_of(contact) is None


def test_the_check_in_refuses_with_a_sentence_and_keeps_what_was_typed(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client())
    sent = fields(web.get(url(here, "check_in", session.pk)))
    bad = web.post(url(here, "check_in", session.pk), {**sent, "for_visit": "12.345", "reference": "no. 9"})
    assert bad.status_code == 422 and "no. 9" in bad.content.decode() and "12.345" in text(bad)
    minus = web.post(url(here, "check_in", session.pk), {**sent, "for_visit": "-5"})
    assert minus.status_code == 422 and "An amount is nothing or more" in text(minus)
    assert not Payment.objects.exists()
    done = web.post(
        url(here, "check_in", session.pk), {**sent, "for_visit": "20", "take_balance": "on", "for_balance": "5"}
    )
    assert "$25.00 is taken: $20.00 for the visit of Jun 15 and $5.00 for the balance." in text(web.get(done.url))
    again = web.get(url(here, "check_in", session.pk))
    assert "$20.00 was taken for this visit: receipt" in text(again)
    none = web.post(url(here, "check_in", here.booked(here.client(first="Bea")).pk), {**sent, "take_visit": ""})
    assert "Bea Nakamura is checked in." in text(web.get(none.url))


def test_who_has_no_calendar_goes_to_her_first_page(web: test.Client, here: world.World) -> None:
    web.force_login(here.bob.user)
    session = here.booked(here.client())
    done = web.post(
        url(here, "check_in", session.pk), {**fields(web.get(url(here, "check_in", session.pk))), "for_visit": "9"}
    )
    session.refresh_from_db()
    assert (done.url, session.state) == (reverse("claims:list", args=[here.slug]), "scheduled")


def test_a_card_of_a_visit_to_come_or_gone_has_no_check_in(web: test.Client, here: world.World) -> None:
    web.force_login(here.sam.user)
    for day, shows in ((world.TODAY, True), (world.TODAY + timedelta(days=1), False)):
        session = here.booked(here.client(), day=day)
        card = web.get(reverse("sessions:booking", args=[here.slug, session.pk])).content.decode()
        assert (url(here, "check_in", session.pk) in card) is shows


@pytest.mark.long
def test_the_receipt_is_a_pdf(here: world.World, web: test.Client, contact: Contact) -> None:
    payment = pay(here, contact, "70.00")
    body = web.get(url(here, "receipt_pdf", payment.pk)).content
    assert body.startswith(b"%PDF")


def test_the_pdf_is_named_by_its_number(
    here: world.World, web: test.Client, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[dict[str, Any]] = []
    monkeypatch.setattr(pdf, "render", lambda template, context: drawn.append(context) or b"%PDF")
    payment = pay(here, contact, "70.00")
    answer = web.get(url(here, "receipt_pdf", payment.pk))
    assert f'filename="receipt-{payment.pk}.pdf"' in answer["Content-Disposition"]
    assert [row["amount"] for row in drawn[0]["paper"]["rows"]] == [D("58.00"), D("12.00")]


# --- the API ------------------------------------------------------------------------------------------


def call(web: test.Client, here: world.World, method: str, path: str, data: Any = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or uuid4().hex}
    send = getattr(web, method)
    address = f"/api/v1/p/{here.slug}/{path}"
    return send(address, **({"data": data, "content_type": "application/json", "headers": headers} if method != "get" else {}))  # fmt: skip


def test_all_of_it_by_api(web: test.Client, here: world.World) -> None:
    case = here.client(payer=here.aetna, copay="30.00")
    contact, session = case.client.guarantor_id, here.booked(case)
    found = call(web, here, "get", f"sessions/{session.pk}/check-in/").json()
    assert (found["today"], found["why"], found["balance"]) == ("30.00", ["Copay of the plan"], "0.00")
    body = {"for_visit": "50.00", "method": "cash"}
    for _ in range(2):
        done = call(web, here, "post", f"sessions/{session.pk}/check-in/", body, key="check-in-1")
        assert (done.status_code, done.json()["state"], done.json()["payment"]["amount"]) == (201, "arrived", "50.00")
    here.sign(session, ("97530", 45))
    here.answer_bells()
    money = call(web, here, "get", f"contacts/{contact}/money/").json()
    assert money == {"owes": "0.00", "credit": "20.00", "held": "20.00", "free": "0.00"}
    [row] = call(web, here, "get", "credits/").json()["results"]
    assert (row["free"], row["held"], row["proposed"]) == ("0.00", "20.00", "held for visits")
    refused = call(web, here, "post", f"contacts/{contact}/refunds/", {"amount": "20.00", "method": "cash"})
    assert (refused.status_code, list(refused.json())) == (400, ["amount"])
    assert call(web, here, "post", f"contacts/{contact}/apply-credit/").status_code == 409
    assert (Payment.objects.count(), Refund.objects.count()) == (1, 0)
    _pay_and_plan(web, here, contact)


def _pay_and_plan(web: test.Client, here: world.World, contact: int) -> None:
    given = call(web, here, "get", f"contacts/{contact}/allocation/?amount=7.00").json()
    assert given == {"rows": [], "over": "7.00", "owed": "0.00"}
    assert call(web, here, "get", f"contacts/{contact}/allocation/?amount=x").status_code == 400
    cash = {"amount": "7.00", "method": "cash", "received_on": "2026-06-15"}
    paid = call(web, here, "post", f"contacts/{contact}/payments/", cash).json()
    assert call(web, here, "get", f"contacts/{contact}/payments/").json()["count"] == 2
    receipt = call(web, here, "get", f"payments/{paid['id']}/").json()
    assert [row["text"] for row in receipt["rows"]] == ["Kept as your credit"]
    given = call(web, here, "post", f"contacts/{contact}/refunds/", {"amount": "2.00", "method": "cash"})
    assert given.status_code == 201
    assert call(web, here, "post", f"payments/{paid['id']}/take-back/", {"reason": "a slip"}).status_code == 200
    assert call(web, here, "get", f"contacts/{contact}/payment-plan/").status_code == 404
    plan = {"total": "58.00", "monthly": "29.00", "first_on": "2026-06-15"}
    made = call(web, here, "put", f"contacts/{contact}/payment-plan/", plan).json()
    assert (made["due"], [due["on"] for due in made["dues"]]) == ("29.00", ["2026-06-15", "2026-07-15"])
    assert call(web, here, "delete", f"contacts/{contact}/payment-plan/").status_code == 200
    assert call(web, here, "put", "credit-rule/", {"keep_below": "8.00"}).json() == {"keep_below": "8.00"}
    assert call(web, here, "get", "credit-rule/").json() == {"keep_below": "8.00"}
    assert books.wrong() == []
