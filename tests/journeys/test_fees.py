"""A biller sets a fee and what a missed visit costs, and charges it. In a real browser, wide and narrow."""

import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.models import Charge, FeeSchedule
from claims.demo.check import Story, prepare
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions import actions as sessions
from tests.journeys.judge import QUICK, REST, judge
from tests.journeys.people import sign_in

WIDE_AND_NARROW = [QUICK, REST[0]]


@pytest.fixture
def story(stack: Stack) -> Iterator[Story]:
    """A practice of its own; a client of Aetna did not come today."""
    found = prepare(f"fees-{time.monotonic_ns() % 10**8}", stack.url)
    with tenant(found.there.practice, found.there.owner):
        sessions.move(by=found.there.owner, session=found.sessions[1], state="missed")
    yield found


@pytest.mark.long
@pytest.mark.parametrize("look", [WIDE_AND_NARROW], indirect=True, ids=["wide-and-narrow"])
def test_a_fee_is_set_and_a_missed_visit_charged(look: Page, story: Story) -> None:
    practice, client = story.there.practice, story.sessions[1].client_id
    sign_in(look, "biller", practice.slug)
    look.goto(f"{story.base}/fees/")
    judge(look, "fees")
    tomorrow = practice.today() + timedelta(days=1)
    look.get_by_role("link", name="New fee").click()
    form = look.get_by_role("dialog")
    form.get_by_label("Service").select_option("97530")
    form.get_by_label("Dollars a unit").fill("71.50")
    form.get_by_label("From").fill(tomorrow.isoformat())
    form.get_by_role("button", name="Save").click()
    expect(look.get_by_role("row").filter(has_text="97530")).to_contain_text("$71.50 from")
    look.get_by_role("link", name="Change the fee: Missed visit").click()
    look.get_by_role("dialog").get_by_label("Amount").fill("50")
    look.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(look.locator(".price-rows")).to_contain_text("$50.00")

    look.goto(f"{story.base}/clients/{client}/?tab=billing")
    look.get_by_role("link", name="Charge a fee").click()
    form.get_by_label("Fee", exact=True).select_option(label="Missed visit")
    form.get_by_label("Amount").fill("50")
    form.get_by_label("Visit").select_option(index=1)
    judge(look, "fees-charge")
    form.get_by_role("button", name="Charge the fee").click()
    expect(look.locator("#fees-list")).to_contain_text("$50.00")
    judge(look, "fees-chart")
    with tenant(practice):
        charge = Charge.objects.get(kind="fee")
        assert (charge.amount, charge.client_id, charge.served_on) == (Decimal("50.00"), client, practice.today())
        assert FeeSchedule.objects.get(code="97530", starts_on=tomorrow).fee == Decimal("71.50")
