"""The therapist's jobs of the budget table, each as somebody does it who knows the page."""

import time

from playwright.sync_api import Page, expect

from billing import books
from billing.models import Charge
from claims.demo.check import prepare
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions.models import ServiceLine
from tests.journeys.budget import Hand
from tests.journeys.people import sign_in, until

UNITS_WITHIN = 400  # ms after the last key
PAGE_WITHIN = 1000


def test_a_session_is_logged_signed_and_amended(page: Page, stack: Stack) -> None:
    story = prepare(f"budget-{time.monotonic_ns() % 10**9}", stack.url)
    practice, first = story.there.practice, story.sessions[0]
    sign_in(page, "maya", practice.slug)
    expect(page.locator("#units-total")).to_have_text("0")
    planned = page.locator("[data-minutes]")
    expect(planned).to_have_count(2)

    hand = Hand(page, "Log minutes for two planned codes")
    hand.click(planned.first)
    hand.type("33")
    hand.press("Enter")
    hand.type("7")
    hand.sees("#units-total", "3")
    hand.spent(clicks=1, keys=6, seconds=8, answer=UNITS_WITHIN)

    hand = Hand(page, "Add one more code with minutes")
    hand.click(page.locator("[data-adds]").first)
    expect(planned.nth(2)).to_be_focused()
    hand.type("15")
    hand.sees("#units-total", "4")
    hand.spent(clicks=1, keys=3, seconds=5, answer=UNITS_WITHIN)

    for part in ("Subjective", "Objective", "Assessment", "Plan"):
        page.get_by_label(part, exact=True).fill("As it was.")
    hand = Hand(page, "Sign the note, go to the next")
    hand.press("Control+Enter")
    hand.reads(page.locator("#client-name", has_text=story.sessions[1].client.name))
    hand.spent(clicks=1, keys=2, seconds=3, answer=PAGE_WITHIN)

    page.goto(f"/p/{practice.slug}/sessions/{first.pk}/")
    hand = Hand(page, "Amend the minutes of a signed session")
    hand.click(page.locator("summary", has_text="Amend minutes"))
    hand.click(page.locator("[name=minutes][id^=amend-]").first)
    hand.press("Control+a")
    hand.type("38")
    hand.press("Tab")
    hand.press("Tab")
    hand.press("Tab")
    expect(page.get_by_label("Reason")).to_be_focused()
    hand.type("Clock read wrong")
    hand.press("Enter")
    hand.reads(page.get_by_role("heading", name="Amendments"))
    hand.spent(clicks=2, keys=None, seconds=None, answer=PAGE_WITHIN)
    with tenant(practice):
        versions = ServiceLine.objects.filter(session=first, position=1).values_list("version", "minutes", "reason")
        assert list(versions) == [(1, 33, ""), (2, 38, "Clock read wrong")]
        code = first.lines.values_list("code", flat=True)[0]
        charges = Charge.objects.filter(code=code).order_by("id").values_list("units", flat=True)
        until(lambda: list(charges.all()) == [2, 3], "charge that is posted anew")
        assert books.wrong() == []
