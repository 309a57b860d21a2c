"""The front desk checks a client in and takes her copay in two clicks; the biller sees it held for the visit."""

import time

import pytest
from playwright.sync_api import Page, expect

from billing.models import HeldForVisit
from claims.demo.check import prepare
from practice.embedded.stack import Stack
from practice.models import Clinician
from practice.tenancy import tenant
from tests.journeys.budget import Hand
from tests.journeys.judge import judge, put_on
from tests.journeys.people import sign_in
from tests.journeys.test_calendar import address

WIDE, NARROW = (1440, 900, "light"), (390, 844, "dark")


@pytest.mark.long
def test_two_clicks_take_the_copay_and_the_credits_show_it_held(page: Page, stack: Stack) -> None:
    story = prepare(f"desk-{time.monotonic_ns() % 10**9}", stack.url)
    house, visit = story.there.practice, story.sessions[1]
    with tenant(house):
        maya = Clinician.objects.get(pk=story.there.clinicians["maya"].pk)
    page.looks = [WIDE, NARROW]  # type: ignore[attr-defined]
    put_on(page, WIDE)
    sign_in(page, "desk", house.slug)
    page.goto(address(house, maya, house.today(), "day"))
    hand = Hand(page, "Check in and take the copay")
    hand.click(page.locator(".event").filter(has_text=visit.client.name))
    take = page.get_by_role("dialog").get_by_role("button", name="Take")
    hand.reads(take)
    expect(page.get_by_role("dialog")).to_contain_text("Copay of the plan")
    judge(page, "check-in")
    hand.click(take)
    hand.reads(page.get_by_text("is taken:"))
    hand.spent(clicks=2, keys=0, seconds=6, answer=300)
    with tenant(house):
        held = HeldForVisit.objects.get()
        visit.refresh_from_db()
    assert (held.client_id, held.served_on, visit.state) == (visit.client_id, visit.served_on, "arrived")
    page.context.clear_cookies()
    sign_in(page, "biller", house.slug)
    page.get_by_role("link", name="Credits").click()
    expect(page.get_by_role("row").filter(has_text="Held for a visit")).to_have_count(1)
    judge(page, "credits")
