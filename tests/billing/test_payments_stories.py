"""Stories 1 and 2 of a billing office, through its screens: who owes, credit, money in transit, to the cent."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import test
from django.db.models import Sum
from django.urls import reverse

from billing import books
from billing.actions import set_rate
from billing.models import Entry, OpenItem, Payment, Refund
from claims import actions as claiming
from claims.models import Claim
from clients import actions as clients
from clients.models import Case
from practice import clock, work
from practice.models import Job, Membership
from sessions.models import Session
from tests import world
from tests.claims.remittances import clp, remittance, svc

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(answer: Any) -> str:
    """What a page says, its marks left out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def fields(answer: Any) -> dict[str, str]:
    """What a form sends as it is: its boxes that are ticked, its texts, its choices."""
    html, found = answer.content.decode(), dict[str, str]()
    for tag in re.findall(r"<input [^>]*>", html):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in given and (given.get("type") != "checkbox" or " checked" in tag):
            found[given["name"]] = given.get("value", "on" if given.get("type") == "checkbox" else "")
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="(\w+)" selected', options) or re.search(r'value="(\w+)"', options)
        assert chosen
        found[name] = chosen[1]
    return found


class House:
    """A practice with its people at their screens, and a payer that answers by 835."""

    def __init__(self, here: world.World, web: test.Client) -> None:
        self.here, self.web, self.partner, self.files = here, web, here.partner(), 0

    def get(self, by: Membership, name: str, *args: int, query: str = "", **more: Any) -> Any:
        self.web.force_login(by.user)
        return self.web.get(reverse(name, args=[self.here.slug, *args]) + query, **more)

    def post(self, by: Membership, name: str, *args: int, data: dict[str, Any]) -> Any:
        self.web.force_login(by.user)
        return self.web.post(reverse(name, args=[self.here.slug, *args]), data)

    def sign(self, session: Session) -> None:
        """Alice types 45 minutes of 97530 and signs."""
        data = {"code": ["97530"], "minutes": ["45"], "version": "0", **world.NOTE}
        assert self.post(self.here.alice, "sessions:sign", session.pk, data=data).status_code in (200, 302)
        self.here.answer_bells()

    def answered(self, paid: str, *cas: str, share: str = "") -> None:
        """The newest claim is sent, and the payer answers its line of 198.00."""
        claim = Claim.objects.latest("pk")
        claiming.submit(by=self.here.bob, claims=[claim.pk], undo=0)
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
        self.files += 1
        line = svc("97530", "198", paid, *cas, control=claim.lines.get().control, units=3)
        body = remittance(
            clp(claim.control, line, charge="198", paid=paid, share=share, icn=f"ICN{self.files}"),
            paid=paid, trace=f"T{self.files}", control=self.files,
        )  # fmt: skip
        claiming.store_inbound(partner=self.partner, name=f"{self.files}.835", body=body)
        self.here.answer_bells()

    def books(self) -> dict[str, D]:
        """The balance of each account."""
        return dict(Entry.objects.values_list("account").annotate(Sum("amount")))


@pytest.fixture
def house(web: test.Client) -> Iterator[House]:
    with world.practice() as here:
        yield House(here, web)


def owed(case: Case, day: date | None = None) -> D:
    items = OpenItem.objects.filter(account="receivable", contact=case.client.guarantor_id)
    if day:
        items = items.filter(charge__served_on=day)
    return items.aggregate(sum=Sum("balance", default=D("0.00")))["sum"]


def credit(case: Case) -> D:
    items = OpenItem.objects.filter(account="credit", contact=case.client.guarantor_id)
    return -items.aggregate(sum=Sum("balance", default=D("0.00")))["sum"]


def test_story_1_the_copay_is_taken_before_the_note_and_pays_this_visit(house: House) -> None:
    """Old balance 84.00. Copay 30.00 taken at 9:00, note signed at 12:00. 835: CO-45 72, PR-3 30, paid 96."""
    here = house.here
    case = here.client(payer=here.aetna, copay="30.00")
    house.sign(here.booked(case, day=world.TODAY - timedelta(days=30)))
    house.answered("0", "CO*45*114", "PR*1*84")
    assert (owed(case), house.books().get("in_transit", D(0))) == (D("84.00"), D(0))
    session = here.booked(case)
    with clock.at(datetime(2026, 6, 15, 9, tzinfo=ZoneInfo(world.ZONE))):
        day = house.get(here.sam, "sessions:calendar", query=f"?view=day&on={world.TODAY}")
        assert reverse("sessions:booking", args=[here.slug, session.pk]) in day.content.decode()
        card = house.get(here.sam, "sessions:booking", session.pk, headers=HTMX)
        assert reverse("billing:check_in", args=[here.slug, session.pk]) in card.content.decode()
        form = house.get(here.sam, "billing:check_in", session.pk, headers=HTMX)
        assert "For this visit: $30.00 Copay of the plan." in text(form)
        assert "From before: $84.00 $84.00 is owed from before." in text(form)
        sent = fields(form)
        assert (sent["for_visit"], sent["for_balance"], "take_balance" in sent) == ("30.00", "84.00", False)
        done = house.post(here.sam, "billing:check_in", session.pk, data=sent)
        assert done.status_code == 302
        assert "$30.00 is taken: $30.00 for the visit of Jun 15." in text(house.web.get(done.url))
    assert (owed(case), credit(case)) == (D("84.00"), D("30.00"))
    session.refresh_from_db()
    house.sign(session)
    assert (owed(case, world.TODAY), owed(case), credit(case)) == (D("0.00"), D("84.00"), D("0.00"))
    house.answered("96", "CO*45*72", "PR*3*30", share="30")
    assert (owed(case, world.TODAY), owed(case), credit(case)) == (D("0.00"), D("84.00"), D("0.00"))
    assert house.books()["in_transit"] == D("126.00")
    assert OpenItem.objects.filter(coverage__isnull=False).exclude(balance=0).count() == 0
    receipt = house.get(here.sam, "billing:receipt", Payment.objects.get().pk)
    assert "Received from Walter Nakamura" in text(receipt) and "The visit for Walter Nakamura $30.00" in text(receipt)
    assert "Nobody has credit" in text(house.get(here.bob, "billing:credits"))
    assert books.wrong() == []


def test_story_2_the_estimate_is_too_much_and_a_refund_is_proposed(house: House) -> None:
    """January: estimate 126.00 collected. 835: PR-1 48.00, PR-2 15.60, paid 62.40."""
    here = house.here
    case = here.client(payer=here.aetna)
    set_rate(by=here.bob, payer=here.aetna, code="97530", rate=D("42.00"), starts_on=world.TODAY)
    house.sign(here.booked(case, day=world.TODAY - timedelta(days=30)))
    house.answered("126", "CO*45*72")
    clients.record_benefit(
        by=here.bob, coverage=case.client.coverages.get(), disciplines=["OT"], starts_on=world.TODAY,
        verified_how="phone", deductible=D(500), deductible_met=D(0), coinsurance=D(20),
    )  # fmt: skip
    session = here.booked(case)
    form = house.get(here.sam, "billing:check_in", session.pk)
    assert "For this visit: $126.00 Estimate" in text(form)
    assert "Deductible open: estimate at the contract rate: 97530 ×3 at $42.00." in text(form)
    before = house.books()["in_transit"]
    assert house.post(here.sam, "billing:check_in", session.pk, data=fields(form)).status_code == 302
    session.refresh_from_db()
    house.sign(session)
    assert (owed(case), credit(case)) == (D("0.00"), D("126.00"))  # an estimate is never posted as owed
    shown = text(house.get(here.bob, "billing:credits"))
    assert "$126.00 for Walter Nakamura, Jun 15 $126.00 $0.00 $0.00 Held for a visit" in shown
    assert house.get(here.bob, "billing:credit_count").content == b""
    house.answered("62.40", "CO*45*72", "PR*1*48**2*15.60", share="63.60")
    assert (owed(case), credit(case)) == (D("0.00"), D("62.40"))
    shown = text(house.get(here.bob, "billing:credits"))
    assert "Walter Nakamura Nothing $62.40 $0.00 $62.40 Refund proposed" in shown
    assert house.get(here.bob, "billing:credit_count").content == b"1"
    assert not Refund.objects.exists()  # nothing goes out by itself
    assert house.books()["in_transit"] - before == D("188.40")  # 126.00 in the till, 62.40 announced
    _give_back(house, case)


def _give_back(house: House, case: Case) -> None:
    """Bob writes a check of the practice's own."""
    contact, bob = case.client.guarantor_id, house.here.bob
    form = house.get(bob, "billing:refund", contact)
    sent = fields(form)
    assert (sent["amount"], sent["method"]) == ("62.40", "check")
    refused = house.post(bob, "billing:refund", contact, data=sent)
    assert refused.status_code == 422 and "Enter the number of the check" in text(refused)
    done = house.post(bob, "billing:refund", contact, data={**sent, "reference": "1047"})
    assert (done.status_code, credit(case), house.books()["bank"]) == (302, D("0.00"), D("-62.40"))
    again = house.post(bob, "billing:refund", contact, data={**sent, "reference": "1047"})
    assert (again.status_code, Refund.objects.count()) == (302, 1)
    receipt = house.get(bob, "billing:refund_receipt", Refund.objects.get().pk)
    assert "Given back to Walter Nakamura" in text(receipt) and "Check of ours, 1047" in text(receipt)
    assert "Nobody has credit" in text(house.get(bob, "billing:credits"))
    assert books.wrong() == []
