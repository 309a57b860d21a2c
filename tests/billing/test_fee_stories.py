"""Stories 11 and 17 of the money stories, through the screens and to the cent; and therapy that is never self-pay."""

import re
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client as Web

from billing import books, reports
from billing.models import Charge, ClientFee, Posting, SlidingFee
from claims.models import Claim
from clients import actions as clients
from clients.coverage import Covered, Visit, payers
from clients.models import Case, Client, Coverage
from practice.findings import BadInput
from sessions import actions as sessions
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


class Screens:
    """What one person sees and sends."""

    def __init__(self, here: world.World, member: Any) -> None:
        self.base, self.web = f"/p/{here.slug}/", Web()
        self.web.force_login(member.user)

    def read(self, address: str) -> str:
        """The words of a page, each run of spaces as one."""
        answer = self.web.get(self.base + address)
        assert answer.status_code == 200, address
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

    def find(self, address: str, link: str) -> str:
        """The address of a link by its words."""
        page = self.web.get(self.base + address).content.decode()
        found = re.search(rf'href="{self.base}([^"]+)"[^>]*>{link}<', page)
        assert found, link
        return found[1].replace("&amp;", "&")

    def send(self, address: str, status: int = 302, **body: Any) -> str:
        answer = self.web.post(self.base + address, body)
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode()


def medicaid(here: world.World, client: Client) -> Coverage:
    payer = clients.add_payer(
        by=here.olivia, name="State Medicaid", short_name="Medicaid", payer_id="SKIL0", plan_type="medicaid",
        unit_rule="cms", filing_days=180,
    )  # fmt: skip
    return here.cover(client, payer, member_id="123456789")


def missed(here: world.World, desk: Screens, case: Case) -> str:
    """The address that charges a fee for a visit which the desk has marked as missed, from its card."""
    session = here.booked(case)
    desk.send(f"sessions/{session.pk}/move/missed/")
    return desk.find(f"sessions/{session.pk}/booking/", "Charge a fee")


def test_story_11(here: world.World) -> None:
    """No-show fee 50.00: the person owes 50, on no claim; the same for a Medicaid client is refused."""
    biller, desk = Screens(here, here.bob), Screens(here, here.sam)
    biller.send("fees/without-visit/?kind=no+show", kind="no show", amount="50.00")
    case = here.client(payer=here.aetna, copay="30.00")
    url = missed(here, desk, case)
    page = desk.web.get(desk.base + url).content.decode()
    assert 'value="50.00"' in page and "Nakamura" in page
    visit = re.search(r'<option value="(\d+)" selected>', page[page.index('name="session"') :])
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert visit and key
    told = {"kind": "no show", "amount": "50.00", "session": visit[1], "on": "2026-06-15", "key": key[1]}
    for _ in range(2):  # pressed twice it is charged once
        desk.send(url, **told)
    assert "charged another fee before" in desk.send(url, status=422, **told | {"amount": "60.00"})
    assert "already" in desk.send(url, status=422, **told | {"key": uuid.uuid4()})
    here.answer_bells()
    charge = Charge.objects.get()
    assert reports.standing_of(case.client) == (D("50.00"), D(0), D(0)) and not Claim.objects.exists()
    for address in (f"clients/{case.client_id}/ledger/", f"clients/{case.client_id}/fees/"):
        assert "Missed visit" in biller.read(address) and "$50.00" in biller.read(address)
    told_of_it = biller.read(f"charges/{charge.pk}/")
    assert "Missed visit, Jun 15 A fee for Walter Nakamura" in told_of_it and "Income (fee)" in told_of_it
    biller.send("invoices/make/", contact=[case.client.guarantor_id])
    [invoice] = case.client.guarantor.invoices.all()
    letter = biller.read(f"invoices/{invoice.pk}/")
    assert "Missed visit" in letter and "You owe $50.00" in letter and "NOSHW" not in letter
    assert "This is $50.00 in fees that no insurance pays." in letter
    assert "Missed visit" in biller.read("receivables/charges/")
    assert biller.web.get(f"/api/v1/p/{here.slug}/charges/{charge.pk}/").json()["amount"] == "50.00"

    poor = here.client(first="Pia", last="Poor")
    medicaid(here, poor.client)
    url = missed(here, desk, poor)
    visit_of_hers = re.search(r"session=(\d+)", url)
    assert visit_of_hers
    before = (Charge.objects.count(), Posting.objects.count(), ClientFee.objects.count())
    refused = desk.send(url, status=422, **told | {"session": visit_of_hers[1], "key": uuid.uuid4()})
    assert "Pia Poor has Medicaid and may not be billed" in refused and 'value="50.00"' in refused
    assert (Charge.objects.count(), Posting.objects.count(), ClientFee.objects.count()) == before
    assert "No fee may be charged." in desk.read(f"clients/{poor.client_id}/fees/")
    assert reports.standing_of(poor.client) == (D(0), D(0), D(0)) and books.wrong() == []

    back = desk.find(f"clients/{case.client_id}/fees/", "Take back")
    desk.send(back, reason="She was in hospital")
    assert reports.standing_of(case.client) == (D(0), D(0), D(0)) and reports.open_invoices() == {}
    assert "Taken back" in desk.read(f"clients/{case.client_id}/fees/") and books.wrong() == []


def test_story_17(here: world.World) -> None:
    """Sliding fee 60 %: charge 198.00, adjustment 118.80, client 79.20."""
    biller, case = Screens(here, here.bob), here.client()
    base = f"clients/{case.client_id}/"
    assert "No sliding fee" in biller.read(f"{base}sliding-fees/")
    told = {
        "percent": 60, "yearly_income": "21000", "household_size": 2, "proof": "two pay stubs",
        "valid_from": "2026-06-15", "valid_until": "2026-12-31",
    }  # fmt: skip
    lead = biller.read(f"{base}sliding-fees/new/")
    assert "poverty line is $15,960 for one person, $5,680 more for each other" in lead
    assert "income is asked again" in biller.send(
        f"{base}sliding-fees/new/", status=422, **told | {"valid_until": "2028-01-01"}
    )
    assert not SlidingFee.objects.exists()
    biller.send(f"{base}sliding-fees/new/", **told)
    shown = biller.read(f"{base}sliding-fees/")
    assert "60 % off" in shown and "$21,000.00 a year for 2, 98 % of the poverty line. two pay stubs" in shown
    assert "Today 60 % of the usual fee is not asked for." in shown

    here.signed(case, ("97530", 45))
    here.answer_bells()
    ledger = biller.read(f"{base}ledger/")
    assert "97530×3, charge Walter Nakamura $198.00 $198.00" in ledger
    assert "97530×3, discount Walter Nakamura −$118.80 $79.20" in ledger
    assert "Adjustment (sliding fee) $118.80" in biller.read(f"charges/{Charge.objects.get().pk}/")
    assert reports.account_totals() == {"receivable": D("79.20"), "income": D("-198.00"), "adjustment": D("118.80")}
    biller.send("invoices/make/", contact=[case.client.guarantor_id])
    [invoice] = case.client.guarantor.invoices.all()
    letter = biller.read(f"invoices/{invoice.pk}/")
    assert "You owe $79.20" in letter and "3 $198.00 $0.00 $118.80 $79.20" in letter
    assert "Your sliding fee takes $118.80 off; you never pay that." in letter

    biller.send(f"{base}sliding-fees/end/", last_on="2026-06-15", reason="works again")
    assert "Ended" in biller.read(f"{base}sliding-fees/") and "End it" not in biller.read(f"{base}sliding-fees/")
    assert books.wrong() == []


def test_by_api(here: world.World) -> None:
    """The same by API: a fee with its visit, a discount and its end."""
    case, other = here.client(), here.client()
    session = sessions.move(by=here.sam, session=here.booked(case), state="missed")
    web, base = Screens(here, here.bob).web, f"/api/v1/p/{here.slug}/"

    def post(address: str, key: str, **body: Any) -> Any:
        headers = {"Idempotency-Key": key}
        return web.post(base + address, body, content_type="application/json", headers=headers)

    assert post("house-fees/", "key 0001", kind="no show", amount="50.00").json() == {
        "kind": "no show", "amount": "50.00",
    }  # fmt: skip
    assert web.get(f"{base}house-fees/").json()["results"][1] == {"kind": "late cancel", "amount": None}
    told = {"kind": "no show", "amount": "50.00", "on": "2026-06-15", "session": session.pk}
    made = post(f"clients/{case.client_id}/fees/", "key 0002", **told)
    assert made.status_code == 201 and made.json()["session"] == session.pk and made.json()["taken_back"] is False
    wrong = post(f"clients/{other.client_id}/fees/", "key 0003", **told)
    assert wrong.status_code == 400 and list(wrong.json()) == ["session"] and ClientFee.objects.count() == 1
    back = post(f"client-fees/{made.json()['id']}/take-back/", "key 0004", reason="was in hospital")
    assert back.status_code == 200 and back.json()["taken_back"] is True
    medicaid(here, other.client)
    refused = post(f"clients/{other.client_id}/fees/", "key 0005", **told | {"session": None})
    assert refused.status_code == 409 and "Medicaid" in refused.json()["detail"]
    assert web.get(f"{base}clients/{case.client_id}/fees/").json()["count"] == 1
    discount = post(
        f"clients/{case.client_id}/sliding-fees/", "key 0006", percent=60, yearly_income="21000.00", household_size=2,
        proof="pay stub", valid_from="2026-06-15", valid_until="2026-12-31",
    )  # fmt: skip
    assert discount.status_code == 201 and discount.json()["percent"] == 60
    ended = post(f"clients/{case.client_id}/sliding-fees/end/", "key 0007", last_on="2026-06-15", reason="works again")
    assert ended.json()["valid_from"] == "2026-06-16"
    assert web.get(f"{base}clients/{case.client_id}/sliding-fees/").json()["count"] == 2


# --- Medicare is never self-pay --------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "field"),
    [({"visit_limit": 3}, "visit_limit"), ({"disciplines": ["OT"]}, "disciplines"), ({"case": True}, "case")],
)
def test_no_limit_is_entered_for_medicare(here: world.World, limits: dict[str, Any], field: str) -> None:
    case = here.client()
    given = limits | ({"case": case} if "case" in limits else {})
    with pytest.raises(BadInput) as refused:
        here.cover(case.client, here.medicare, **given)
    assert list(refused.value.errors) == [field] and not Coverage.objects.exists()
    here.cover(case.client, here.medicare, disciplines=["OT", "PT", "SLP"])


def test_a_limit_on_an_old_row_makes_no_visit_self_pay(here: world.World) -> None:
    case = here.client(payer=here.medicare)
    Coverage.objects.update(visit_limit=1, disciplines=["PT"])
    for day in (world.TODAY - timedelta(days=1), world.TODAY):
        here.signed(case, ("97530", 45), day=day)
    here.answer_bells()
    assert {charge.day.coverage_id for charge in Charge.objects.select_related("day")} == {
        case.client.coverages.get().pk
    }
    assert reports.standing_of(case.client) == (D(0), D("396.00"), D(0))


@pytest.mark.parametrize(
    ("visit", "pays"),
    [
        (Visit(date(2026, 6, 15), "OT", 1), True),
        (Visit(date(2026, 6, 15), "OT", 1, "auto"), True),
        (Visit(date(2026, 6, 15), "OT", 1, "work"), False),
        (Visit(date(2026, 6, 15), "MH", 1), False),
        (Visit(date(2025, 6, 15), "OT", 1), False),
    ],
)
def test_which_visits_medicare_always_pays_for(visit: Visit, pays: bool) -> None:
    limited = Covered(
        1, 1, date(2026, 1, 1), None, "Medicare", "medicare", case=7, disciplines=frozenset({"PT"}), visit_limit=1
    )
    assert (payers([limited], [visit])[visit].first is not None) is pays


def test_a_booking_is_told(here: world.World) -> None:
    desk = Screens(here, here.sam)
    medicare, old, injured = here.client(payer=here.medicare), here.client(), here.client(payer=here.aetna)
    url = "sessions/book/limits/?date=2026-06-16&case="
    told = desk.read(f"{url}{medicare.pk}")
    assert "Medicare: covered therapy cannot be self-pay." in told
    assert desk.find(f"{url}{medicare.pk}", "Advance notice") == f"clients/{medicare.client_id}/notices/new/"
    assert "No plan is on file, and she is 65 or older." in desk.read(f"{url}{old.pk}")
    assert desk.find(f"{url}{old.pk}", "Add coverage") == f"clients/{old.client_id}/coverages/add/"
    Client.objects.filter(pk=old.client_id).update(birth_on=date(1990, 1, 1))
    assert "65 or older" not in desk.read(f"{url}{old.pk}")
    assert "Medicare" not in desk.read(f"{url}{injured.pk}")
    Case.objects.filter(pk=medicare.pk).update(cause="work")
    assert "self-pay" not in desk.read(f"{url}{medicare.pk}")
