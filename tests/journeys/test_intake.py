"""A new client with coverage, authorization and first visit: one page, at most twelve clicks, everything else typed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from claims.demo import cast
from clients.models import Client
from practice.embedded.stack import Stack
from practice.models import Practice
from practice.tenancy import tenant
from tests.journeys.budget import Hand
from tests.journeys.judge import judge
from tests.journeys.people import sign_in


@pytest.fixture
def practice(stack: Stack) -> Practice:
    return Practice.objects.get(slug=cast.SLUG)


def test_one_page_within_the_click_budget(page: Page, practice: Practice) -> None:
    sign_in(page, "owner", practice.slug)
    hand = Hand(page, "New client with coverage, authorization and first visit")
    hand.click(page.get_by_role("link", name="Clients", exact=True).first)
    hand.click(page.get_by_role("link", name="New client", exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_have_text("New client")
    hand.into(page.get_by_role("textbox", name="First name", exact=True).first)
    hand.fill("Nora", "Quist", "03151958")
    tomorrow = practice.today() + timedelta(days=1)
    _section(hand, "Insurance", "Aetna", "W123456781", "44821")
    _section(hand, "Treatment", "", "", "Stroke, right hand", "R27.8", "I69.351")
    _section(hand, "Authorization", "A9981", "12", "", f"{tomorrow:%m%d%Y}", f"{tomorrow + timedelta(days=90):%m%d%Y}")
    _section(hand, "First visit", "", f"{tomorrow:%m%d%Y}", "0710AM")
    hand.click(page.get_by_role("button", name="Add client", exact=True).first)
    hand.reads(page.get_by_role("heading", level=1, name="Nora Quist"))
    hand.spent(clicks=12, keys=None, seconds=90, answer=1000)
    with tenant(practice):
        made = Client.objects.get(last_name="Quist")
        assert made.coverages.get().member_id == "W123456781"
        assert made.cases.get().authorizations.get().allowed == 12
        assert made.sessions.get().served_on == tomorrow


def _section(hand: Hand, title: str, *texts: str) -> None:
    """One click into the first field of a section, then typing."""
    panel = hand.page.get_by_role("region", name=title)
    hand.into(panel.locator("input:visible, select:visible").first)
    hand.fill(*texts)


def test_a_chart_like_hers_is_shown_before_a_second_one(page: Page, practice: Practice) -> None:
    """Her chart is named with a way to it; Enter asks again, and only its own button makes a second one."""
    sign_in(page, "owner", practice.slug)
    page.goto(reverse("sessions:new_client", args=[practice.slug]))
    _fill(page, "Nora", "Quist", "1958-03-15")
    page.get_by_label("Diagnosis 1", exact=True).fill("R27")
    page.get_by_role("option", name="R27.8 Other").click()  # found while it is typed
    page.get_by_role("button", name="Add client").click()
    warning = page.get_by_role("alert").filter(has_text="a moment ago. Nothing was saved a second time")
    expect(warning.get_by_role("link", name="Nora Quist")).to_be_visible()
    expect(page.get_by_label("Treated for")).to_have_value("Hand")
    with page.expect_response(lambda answer: answer.request.method == "POST") as asked:
        page.get_by_label("Treated for").press("Enter")
    assert asked.value.status == 409
    warning.get_by_role("button", name="Create anyway").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nora Quist")
    with tenant(practice):
        assert Client.objects.filter(last_name="Quist").count() == 2


def test_a_double_click_sends_the_page_once(page: Page, practice: Practice) -> None:
    sign_in(page, "owner", practice.slug)
    page.goto(reverse("sessions:new_client", args=[practice.slug]))
    _fill(page, "Dora", "Dubble", "1961-08-20")
    page.get_by_label("Diagnosis 1", exact=True).fill("R27.8")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Add client").dblclick(delay=80)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dora Dubble")
    assert [url.rpartition("/p/")[2] for url in sent] == [f"{practice.slug}/clients/new/"]


def _fill(page: Page, first: str, last: str, born: str) -> None:
    """The least that a chart needs, but a diagnosis."""
    who = page.get_by_role("region", name="Client", exact=True)
    who.get_by_label("First name").fill(first)
    who.get_by_label("Last name").fill(last)
    who.get_by_label("Born").fill(born)
    page.get_by_label("Treated for").fill("Hand")


@pytest.mark.long
def test_the_page_looks_right(look: Page, practice: Practice) -> None:
    """Empty, with what is wrong, and with a chart that may be hers, which somebody else made."""
    sign_in(look, "biller", practice.slug)
    look.goto(reverse("sessions:new_client", args=[practice.slug]))
    judge(look, "intake")
    look.get_by_label("Member ID").fill("W12")
    look.get_by_role("button", name="Add client").click()
    expect(look.get_by_role("alert").first).to_contain_text("another look")
    judge(look, "intake-wrong")
    with tenant(practice):
        known = Client.objects.order_by("id")[0]
    look.get_by_label("Member ID").fill("")
    _fill(look, known.first_name, known.last_name, f"{known.birth_on}")
    look.get_by_label("Diagnosis 1", exact=True).fill("R27")
    expect(look.get_by_role("option", name="R27.8 Other")).to_be_visible()
    judge(look, "intake-search")
    look.get_by_label("Diagnosis 1", exact=True).fill("R27.8")
    look.get_by_role("button", name="Add client").click()
    expect(look.get_by_role("alert").first).to_contain_text("may be a client you have")
    judge(look, "intake-known")
