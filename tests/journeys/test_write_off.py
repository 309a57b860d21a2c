"""A biller asks to write off what a client does not pay; it is owed until the owner approves. With the pages around it."""

import time
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing import actions as billing
from billing import books, ledger
from billing.ledger import Party
from billing.models import Charge, OpenItem
from claims.demo.check import NOTE, Story, prepare
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests.journeys.judge import QUICK, REST, judge
from tests.journeys.people import sign_in

pytestmark = pytest.mark.long  # a story of its own; the quick run has the main ones

SHARE = Decimal("63.60")


@pytest.fixture
def story(stack: Stack) -> Story:
    return prepare(f"off-{time.monotonic_ns() % 10**8}", stack.url)


def left_to_her(story: Story) -> Charge:
    """A charge of which Medicare left the client 63.60."""
    there, session = story.there, story.sessions[0]
    with tenant(there.practice, there.owner):
        maya = there.members["maya"]
        sessions.save_draft(by=maya, session=session, parts=NOTE, lines=[Typed("97530", 38)])
        sessions.sign(by=maya, session=session)
        billing.post_charges()
        charge = Charge.objects.select_related("day", "client").get()
        assert charge.day is not None and charge.day.coverage_id is not None
        share = ledger.transfer(
            key="share", on=there.practice.today(), charge=charge.pk, reason="coinsurance",
            source=Party.coverage(charge.day.coverage_id), targets=[(Party.contact(charge.client.guarantor_id), SHARE)],
        )  # fmt: skip
        billing.post([share], by=None)
    return charge


def owed(story: Story, charge: Charge) -> Decimal:
    with tenant(story.there.practice):
        assert books.wrong() == []
        return OpenItem.objects.get(charge=charge, contact__isnull=False).balance


@pytest.mark.parametrize("look", [[QUICK, REST[0]]], indirect=True, ids=["both-widths"])
def test_it_is_owed_until_the_owner_approves(look: Page, story: Story) -> None:
    charge, slug = left_to_her(story), story.there.practice.slug
    sign_in(look, "biller", slug)
    look.goto(f"{story.base}/charges/{charge.pk}/")
    look.get_by_role("link", name="Write off").click()
    dialog = look.get_by_role("dialog")
    expect(dialog.get_by_label("Amount")).to_have_value("63.60")
    dialog.get_by_role("combobox", name="Kind").select_option("courtesy")
    dialog.get_by_label("Reason").fill("No answer to three letters")
    dialog.get_by_role("button", name="Write off").click()
    expect(look.get_by_text("Record the client's hardship first")).to_be_visible()
    judge(look, "write-off-refused")
    look.get_by_role("combobox", name="Kind").select_option("bad debt")
    look.get_by_role("button", name="Write off").click()
    expect(look.get_by_text("$63.60 waits for another person's approval.")).to_be_visible()
    judge(look, "write-off-charge")
    look.get_by_role("link", name="Bad debt, $63.60").click()
    expect(look.get_by_text("You asked for it; another person approves.")).to_be_visible()
    expect(look.get_by_role("button", name="Approve")).to_have_count(0)
    assert owed(story, charge) == SHARE
    look.context.clear_cookies()
    sign_in(look, "owner", slug)
    look.goto(f"{story.base}/write-offs/")
    judge(look, "write-offs")
    look.get_by_role("table", name="Write-offs").get_by_role("link").click()
    look.get_by_label("Remark").fill("Let it go")
    judge(look, "write-off-decide")
    look.get_by_role("button", name="Approve").click()
    expect(look.get_by_text("$63.60 is written off.")).to_be_visible()
    expect(look.get_by_text("Nothing waits")).to_be_visible()
    assert owed(story, charge) == 0
    for address, heading in (
        ("write-offs/?tab=kinds", "Write-offs"),
        ("write-offs/limits/", "Write-off limits"),
        ("write-offs/small-balances/", "Small balances"),
        (f"clients/{charge.client_id}/hardships/new/", "Record hardship"),
    ):
        look.goto(f"{story.base}/{address}")
        expect(look.get_by_role("heading", level=1, name=heading)).to_be_visible()
        judge(look, heading.lower().replace(" ", "-") + ("-by-kind" if "?" in address else ""))
