"""Letters about a child whose mother pays: estimate, statement and superbill made, an invoice voided and made anew.

Each screen is judged by axe, wide and narrow.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from billing import actions as billing
from billing import books
from billing.models import Charge, Invoice
from claims.demo import cast
from claims.demo.check import Story, prepare
from claims.demo.found import add_client
from claims.demo.plan import clients
from clients.models import Case
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import PARTS, Typed
from tests.journeys.judge import QUICK, REST, judge
from tests.journeys.people import sign_in, until

SHARED: dict[str, tuple[Story, Case]] = {}


@pytest.fixture(scope="module")
def slug() -> str:
    return f"letters-{time.monotonic_ns() % 10**8}"


@pytest.fixture
def story(slug: str, stack: Stack) -> Iterator[tuple[Story, Case]]:
    """A practice, and a child without insurance whose visit of today is signed, charged and invoiced."""
    if slug not in SHARED:
        found = prepare(slug, stack.url)
        SHARED[slug] = found, _visited(found)
    yield SHARED[slug]


def _visited(story: Story) -> Case:
    there = story.there
    with tenant(there.practice, there.owner):
        today = there.practice.today()
        planned = next(p for p in clients() if p.payer is None and p.clinician == "maya")
        case = add_client(there, planned, today)
        starts = datetime.combine(today, datetime.min.time(), tzinfo=ZoneInfo(cast.ZONE)) + timedelta(hours=15)
        session = sessions.book(
            by=there.owner, case=case, clinician=there.clinicians["maya"], location=there.locations[0],
            starts_at=starts, length=timedelta(minutes=45),
        )  # fmt: skip
        maya, lines = there.clinicians["maya"].member, [Typed(code, minutes) for code, minutes in planned.reason.codes]
        sessions.save_draft(by=maya, session=session, parts=dict.fromkeys(PARTS, "As planned."), lines=lines)
        sessions.sign(by=maya, session=session)

    def charged() -> bool:
        with tenant(there.practice):
            return Charge.objects.filter(client=case.client_id).exists()

    until(charged, "charge of the visit")
    with tenant(there.practice, there.owner):
        billing.make_invoices(by=there.owner, contacts=[case.client.guarantor_id])
    return case


@pytest.mark.long
@pytest.mark.parametrize("look", [[QUICK, REST[0]]], indirect=True, ids=["narrow-and-wide"])
def test_letters_from_the_chart_to_the_books(look: Page, story: tuple[Story, Case]) -> None:
    found, case = story
    page, base = look, found.base
    sign_in(page, "biller", found.there.practice.slug)
    page.goto(f"{base}/clients/{case.client_id}/?tab=billing")
    expect(page.locator("#superbills")).to_contain_text("New superbill")
    expect(page.locator("#estimates")).to_contain_text("No estimates")
    judge(page, "letters-chart")

    page.get_by_role("link", name="New estimate").click()
    expect(page.get_by_label("How often")).to_have_value("once a week")
    judge(page, "estimate-new")
    page.get_by_role("button", name="Give the estimate").click()
    expect(page.get_by_role("heading", name="Good faith estimate 1001")).to_be_visible()

    page.goto(f"{base}/clients/{case.client_id}/superbills/new/")
    judge(page, "superbill-new")
    page.get_by_role("button", name="Make the superbill").click()
    expect(page.get_by_role("heading", name="Superbill 1001").first).to_be_visible()
    judge(page, "superbill")
    with page.expect_download() as told:
        page.get_by_role("link", name="PDF").click()
    assert told.value.suggested_filename == "superbill-1001.pdf"

    page.goto(f"{base}/statements/")
    judge(page, "statements")
    page.get_by_role("link", name=str(case.client.guarantor)).click()
    page.get_by_role("button", name="Make the statement").click()
    expect(page.get_by_role("heading", name="Statement 1001").first).to_be_visible()
    judge(page, "statement")

    with tenant(found.there.practice):
        invoice = Invoice.objects.get()
    page.goto(f"{base}/invoices/{invoice.pk}/")
    page.get_by_role("link", name="Void").click()
    expect(page.get_by_role("dialog")).to_contain_text("Void this invoice")
    judge(page, "invoice-void-dialog")
    page.get_by_role("dialog").get_by_label("Why").fill("Wrong address")
    page.get_by_role("button", name="Void the invoice").click()
    expect(page.get_by_text("Void, credit note 1001 of")).to_be_visible()
    judge(page, "invoice-void")
    with tenant(found.there.practice, found.there.owner):
        [again] = billing.make_invoices(by=found.there.owner, contacts=[invoice.contact_id])
        assert (again.number, again.total) == (invoice.number + 1, invoice.total)
        assert books.wrong() == []
