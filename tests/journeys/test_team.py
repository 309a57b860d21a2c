"""An owner invites somebody, who follows the letter's link and comes in; and the owner's pages as people see them."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.demo.check import Story, prepare
from clients.enrollments.actions import enter_enrollment
from clients.models import Payer
from practice.embedded.stack import Stack
from practice.models import Clinician, Practice
from practice.tenancy import tenant
from tests.journeys.judge import judge, put_on
from tests.journeys.people import sign_in, until

pytestmark = pytest.mark.long  # a story of its own; the quick run has the main ones

PASSWORD = "three quiet mornings by the lake"


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own."""
    return prepare(f"team-{time.monotonic_ns() % 10**8}", stack.url)


def letter_link(stack: Stack, slug: str) -> str:
    """The link in the letter, as the worker wrote it to its log."""
    log = stack.children["worker"].log
    pattern = re.compile(rf"/invitation/{slug}/[0-9a-f]{{64}}/")
    until(lambda: pattern.search(log.read_text()), "letter")
    found = pattern.search(log.read_text())
    assert found is not None
    return found[0]


def test_somebody_is_invited_and_comes_in(look: Page, browser: Browser, stack: Stack, story: Story) -> None:
    slug, email = story.there.practice.slug, f"nina@{story.there.practice.slug}.example"
    with tenant(story.there.practice):
        _enroll()
    sign_in(look, "owner", slug)
    look.goto(f"/p/{slug}/team/")
    look.get_by_role("link", name="Invite someone").click()
    judge(look, "invite")
    look.get_by_role("textbox", name="Email").fill(email)
    look.get_by_label("Therapist").check()
    look.get_by_label("Billing").check()
    look.get_by_role("button", name="Send invitation").click()
    expect(look.get_by_role("status").first).to_contain_text(f"A letter is on its way to {email}")
    expect(look.get_by_text("Invited", exact=True)).to_be_visible()
    judge(look, "team")
    _accept(browser, look, letter_link(stack, slug), stack.url)
    look.goto(f"/p/{slug}/team/")
    expect(look.get_by_role("link", name="Nina Novak")).to_be_visible()
    look.get_by_role("link", name="Nina Novak").click()
    judge(look, "person")
    _settings(look, story.there.practice)


def _enroll() -> None:
    therapist, payers = Clinician.objects.filter(assistant=False)[0], Payer.objects.order_by("id")[:3]
    for payer, state in zip(payers, ("enrolled", "pending", "not"), strict=False):
        enter_enrollment(
            by=therapist.member, clinician=therapist, payer=payer, state=state, starts_on=therapist.practice.today()
        )


def _accept(browser: Browser, look: Page, link: str, url: str) -> None:
    """In a browser of her own, which knows nobody."""
    context = browser.new_context(base_url=url, reduced_motion="reduce")
    page = context.new_page()
    page.looks = look.looks  # type: ignore[attr-defined]
    put_on(page, page.looks[0])  # type: ignore[attr-defined]
    page.goto(link)
    expect(page.get_by_text("Therapist, Billing")).to_be_visible()
    judge(page, "invitation")
    page.get_by_label("First name").fill("Nina")
    page.get_by_label("Last name").fill("Novak")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_label("First name")).to_have_value("Nina")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are on the team")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(link.split("/")[2].join(("nina@", ".example")))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: not address.endswith("/sign-in/?next=/"))
    context.close()


def _settings(look: Page, practice: Practice) -> None:
    with tenant(practice):
        clinician = Clinician.objects.filter(assistant=False)[0].pk
    for name, path in (
        ("settings", ""),
        ("locations", "locations/"),
        ("clinicians", "clinicians/"),
        ("clinician", f"clinicians/{clinician}/"),
        ("enrollments", "enrollments/"),
    ):
        look.goto(f"/p/{practice.slug}/settings/{path}")
        judge(look, name)
    look.locator("a.cell").first.click()
    expect(look.get_by_role("dialog")).to_be_visible()
    judge(look, "enrollment-cell")
