"""Invoices from the list to the letters: who can be invoiced, what waits and why, everybody in one press."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.models import Invoice, OpenItem
from claims.demo.check import Story, prepare
from practice.embedded.stack import Stack
from practice.models import Clinician, Location
from practice.tenancy import tenant
from tests.billing.invoicing.owing import AMOUNT, people
from tests.journeys.judge import judge
from tests.journeys.people import sign_in


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own, in which 130 people owe, and one holds credit that covers it."""
    found = prepare(f"invoices-{time.monotonic_ns() % 10**8}", stack.url)
    practice = found.there.practice
    with tenant(practice, found.there.owner):
        place: Any = SimpleNamespace(ot=Clinician.objects.earliest("pk"), location=Location.objects.earliest("pk"))
        ids = people(place, 130, lines=2)
        OpenItem.objects.create(account="credit", contact_id=ids[-1], balance=-2 * AMOUNT, since_on=practice.today())
    return found


@pytest.mark.long
def test_everybody_is_invoiced_in_one_press(look: Page, story: Story) -> None:
    practice = story.there.practice
    sign_in(look, "biller", practice.slug)
    look.goto(f"/p/{practice.slug}/invoices/")
    expect(look.get_by_text("129 people can be invoiced now")).to_be_visible()
    judge(look, "invoices-ready")
    look.get_by_role("link", name="Not yet").click()
    expect(look.get_by_role("row").filter(has_text="Credit of $116.00 covers it")).to_be_visible()
    judge(look, "invoices-not-yet")
    look.get_by_role("link", name="To invoice").click()
    look.get_by_role("button", name="Invoice all 129").click()
    expect(look.get_by_role("heading", name="Invoices of", exact=False)).to_be_visible()
    expect(look.get_by_text("of 129 people").first).to_be_visible()
    expect(look.get_by_role("link", name="Left out 0")).to_be_visible(timeout=30_000)
    judge(look, "invoices-run-done")
    with tenant(practice):
        assert Invoice.objects.count() == 129
    look.get_by_role("link", name="Runs").click()
    expect(look.get_by_role("row").filter(has_text="129")).to_be_visible()
    judge(look, "invoices-runs")
