"""An advance notice from the chart to the money: filled, read on a tablet, signed, and followed into the ledger.

Every step takes a page of the same practice; the looks of each screen are judged by axe at two widths, light and dark.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from billing import books
from billing.models import AdvanceNotice, Charge, NoticeSignature, OpenItem
from claims.demo import cast
from claims.demo.check import Story, prepare
from claims.models import Claim
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions import actions as sessions
from tests.journeys.judge import QUICK, REST, judge
from tests.journeys.people import sign_in, until

pytestmark = pytest.mark.long  # a story of its own; the quick run has the main ones

SHARED: dict[str, Story] = {}


@pytest.fixture(scope="module")
def slug() -> str:
    return f"notice-{time.monotonic_ns() % 10**8}"


@pytest.fixture
def story(slug: str, stack: Stack) -> Iterator[Story]:
    """A practice with a client of Medicare, booked with Maya today."""
    if slug not in SHARED:
        SHARED[slug] = prepare(slug, stack.url)
    yield SHARED[slug]


def chart(story: Story) -> str:
    return f"{story.base}/clients/{story.sessions[0].client_id}/"


def codes_of(story: Story) -> list[str]:
    with tenant(story.there.practice):
        return sorted({code for plan in story.sessions[0].case.plans.all() for code in plan.codes})


def test_1_every_screen_is_fit_to_be_read(look: Page, story: Story) -> None:
    """Empty, with an error, to be signed, in the list."""
    sign_in(look, "maya", story.there.practice.slug)
    look.goto(f"{chart(story)}?tab=billing")
    expect(look.locator("#notices")).to_contain_text("New notice")
    judge(look, "notice-chart")
    look.get_by_role("link", name="New notice").click()
    expect(look.get_by_role("heading", name="New advance notice")).to_be_visible()
    judge(look, "notice-new")
    look.get_by_label("Reason, as the client reads it").fill("")
    look.get_by_label("Estimated cost of a visit").fill("")
    look.get_by_role("button", name="Fill the notice").click()
    expect(look.get_by_text("Say what a visit will cost")).to_be_visible()
    judge(look, "notice-new-error")
    look.get_by_label("Reason, as the client reads it").fill("Medicare does not pay for this for your condition.")
    look.get_by_label("Estimated cost of a visit").fill("240")
    look.get_by_role("button", name="Fill the notice").click()
    expect(look.get_by_role("heading", name="Advance notice", exact=True)).to_be_visible()
    judge(look, "notice-sign")
    look.get_by_role("button", name="Sign this notice").click()
    expect(look.get_by_text("Choose one of the three options").first).to_be_visible()
    judge(look, "notice-sign-error")
    look.get_by_role("link", name="Withdraw").click()
    expect(look.get_by_role("dialog")).to_be_visible()
    judge(look, "notice-withdraw")
    look.get_by_role("dialog").get_by_label("Why").fill("only looked at")
    look.get_by_role("button", name="Withdraw the notice").click()
    expect(look.get_by_text("The notice is withdrawn.")).to_be_visible()
    judge(look, "notice-ended")


def test_2_the_therapist_fills_it_by_keyboard(page: Page, story: Story) -> None:
    sign_in(page, "maya", story.there.practice.slug)
    page.goto(f"{chart(story)}notices/new/")
    first, second = codes_of(story)
    boxes = page.locator("#notice-codes input:checked")
    assert boxes.evaluate_all("all => all.map(box => box.value)") == [first, second]
    proposed = Decimal(page.get_by_label("Estimated cost of a visit").input_value())
    page.locator(f"#notice-codes input[value='{second}']").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Estimated cost of a visit")).not_to_have_value(f"{proposed:.2f}")
    fee = Decimal(page.get_by_label("Estimated cost of a visit").input_value())
    assert 0 < fee < proposed
    page.get_by_label("Estimated cost of a visit").press("Enter")
    expect(page.get_by_role("heading", name="Advance notice", exact=True)).to_be_visible()
    with tenant(story.there.practice):
        notice = AdvanceNotice.objects.latest("id")
    assert (notice.codes, notice.cost) == ([first], fee)


def test_3_the_client_signs_on_the_tablet(page: Page, story: Story) -> None:
    with tenant(story.there.practice):
        notice = AdvanceNotice.objects.latest("id")
    sign_in(page, "maya", story.there.practice.slug)
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(f"{story.base}/notices/{notice.pk}/")
    page.get_by_label("OPTION 2.").check()
    page.get_by_label("Your full name").fill("Somebody Who Signs")
    pad = page.locator(".notice-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 30, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="Clear the drawing")).to_be_visible()
    page.get_by_role("button", name="Sign this notice").click()
    expect(page.get_by_text("The notice is signed.")).to_be_visible()
    expect(page.get_by_role("img", name="Chosen", exact=True)).to_have_count(1)
    with tenant(story.there.practice):
        signature = NoticeSignature.objects.get(notice=notice)
    assert (signature.option, signature.signer) == (2, "Somebody Who Signs")
    assert signature.strokes.startswith("M") and signature.strokes.count("L") >= 4
    with page.expect_download() as told:
        page.get_by_role("link", name="PDF").click()
    assert told.value.suggested_filename == f"advance-notice-{notice.pk}.pdf"


def test_4_the_session_tells_and_the_money_follows(page: Page, story: Story) -> None:
    first, second = codes_of(story)
    session = story.sessions[0]
    sign_in(page, "maya", story.there.practice.slug)
    page.goto(f"{story.base}/sessions/{session.pk}/")
    page.get_by_label(f"Minutes of {first}").fill("30")
    page.get_by_label(f"Minutes of {second}").fill("15")
    expect(page.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    page.reload()
    expect(page.locator(".facts").first).to_contain_text(f"{first} · ABN signed")
    expect(page.locator(".facts").first).to_contain_text("option 2: the client pays, no claim")
    for part in ("Subjective", "Objective", "Assessment", "Plan"):
        page.get_by_label(part).fill("As planned.")
    page.get_by_label("Plan").press("Control+Enter")

    def charged() -> bool:
        with tenant(story.there.practice):
            return Charge.objects.count() == 2 and Claim.objects.exists()

    until(charged, "charge of both codes")
    with tenant(story.there.practice):
        claim = Claim.objects.get()
        assert [line.code for line in claim.lines.all()] == [second]
        owed = OpenItem.objects.exclude(balance=0)
        assert {item.charge.code: item.contact_id is not None for item in owed} == {first: True, second: False}
        assert books.wrong() == []


@pytest.mark.parametrize("look", [[QUICK, *REST]], indirect=True, ids=["every-look"])
def test_5_the_signed_notice_and_the_session_look_right(look: Page, story: Story) -> None:
    with tenant(story.there.practice):
        notice = AdvanceNotice.objects.latest("id")
    sign_in(look, "maya", story.there.practice.slug)
    look.goto(f"{story.base}/notices/{notice.pk}/")
    judge(look, "notice-signed")
    look.goto(f"{chart(story)}?tab=billing")
    expect(look.locator("#notices")).to_contain_text("Option 2")
    judge(look, "notice-chart-signed")


def test_6_a_service_that_was_declined_is_told_before_signing(page: Page, story: Story) -> None:
    """Option 3, on another day: while the code is typed."""
    first, second = codes_of(story)
    there = story.there
    with tenant(there.practice, there.owner):
        case = story.sessions[0].case
        tomorrow = there.practice.today() + timedelta(days=1)
        start = datetime.combine(tomorrow, datetime.min.time(), tzinfo=ZoneInfo(cast.ZONE)) + timedelta(hours=9)
        later = sessions.book(
            by=there.owner, case=case, clinician=there.clinicians["maya"], location=there.locations[0],
            starts_at=start, length=timedelta(minutes=45),
        )  # fmt: skip
    sign_in(page, "maya", there.practice.slug)
    page.goto(f"{chart(story)}notices/new/")
    page.locator(f"#notice-codes input[value='{first}']").uncheck()
    page.get_by_label("First service on").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Fill the notice").click()
    page.get_by_label("OPTION 3.").check()
    page.get_by_label("Your full name").fill("Somebody Who Signs")
    page.get_by_role("button", name="Sign this notice").click()
    expect(page.get_by_text("Option 3: the client does not want it.")).to_be_visible()
    page.goto(f"{story.base}/sessions/{later.pk}/")
    expect(page.locator("body")).to_contain_text(f"Declined on the advance notice: {second}")
