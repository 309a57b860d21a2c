"""Every job of a therapist's day with the keyboard alone: what is reached by Tab shows that it is, and is in the window."""

import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from claims.demo.check import Story, prepare
from practice import actions as house
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions.models import Note, Session, SessionState
from sessions.plans.models import PlanOfCare
from tests.journeys.people import sign_in
from tests.journeys.test_plans import new_case, visit

pytestmark = pytest.mark.long
MOST_TABS = 250  # through a whole page
PARTS = ("Subjective", "Objective", "Assessment", "Plan")

# Of the element that has the focus: whether a ring shows it, and whether its middle is in the window.
SHOWN = """here => {
  const box = here.getBoundingClientRect(), y = (box.top + box.bottom) / 2;
  return [getComputedStyle(here).outlineStyle !== 'none', y >= 0 && y <= innerHeight];
}"""


@dataclass
class Keys:
    """Somebody without a mouse."""

    page: Page

    def to(self, target: Locator) -> None:
        """By Tab."""
        target.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if target.evaluate("here => here === document.activeElement"):
                ring, inside = target.evaluate(SHOWN)
                assert ring, f"nothing shows the focus on {target}"
                assert inside, f"{target} has the focus outside the window"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.to(target)
        self.page.keyboard.press(key)

    def write(self, target: Locator, text: str) -> None:
        self.to(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def pause(self) -> None:
        """Until nothing is under way."""
        expect(self.page.locator(".htmx-request, .htmx-settling, .htmx-swapping")).to_have_count(0)


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own, in which Eleanor supervises Maya."""
    story = prepare(f"keys-{time.monotonic_ns() % 10**8}", stack.url)
    with tenant(story.there.practice, story.there.owner):
        above = house.add_clinician(
            by=story.there.owner, member=story.there.owner, discipline="OT", credentials="OTR/L", npi="1770000127"
        )
        maya = story.there.clinicians["maya"]
        maya.supervisor = above
        maya.save(update_fields=["supervisor"])
    return story


def test_a_day_is_logged_signed_amended_and_cosigned(page: Page, story: Story) -> None:
    keys, slug, first = Keys(page), story.there.practice.slug, story.sessions[0]
    sign_in(page, "maya", slug)
    expect(page.locator("#client-name")).to_contain_text(first.client.name)
    minutes = page.locator("[data-minutes]")
    keys.write(minutes.first, "33")
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    expect(page.locator("#units-total")).to_have_text("3")
    keys.press(page.locator("[data-adds]").first)
    expect(minutes.nth(2)).to_be_focused()
    page.keyboard.type("15")
    expect(page.locator("#units-total")).to_have_text("4")
    for part in PARTS:
        keys.write(page.get_by_label(part, exact=True), "As it was.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#client-name")).to_contain_text(story.sessions[1].client.name)
    page.goto(f"/p/{slug}/sessions/{first.pk}/")
    keys.press(page.locator("summary", has_text="Amend minutes"))
    keys.write(page.locator("#amend-1"), "38")
    keys.write(page.get_by_label("Reason"), "Clock read wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Amendments")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, "owner", slug)
    page.goto(f"/p/{slug}/today/")
    keys.press(page.locator(".side a", has_text="To co-sign"))
    page.wait_for_url("**/notes/to-co-sign/")
    keys.press(page.locator("tbody tr").get_by_role("link", name=first.client.name))
    keys.press(page.get_by_role("button", name="Co-sign"))
    expect(page.get_by_role("button", name="Co-sign")).to_have_count(0)
    with tenant(story.there.practice):
        assert Note.objects.get(session=first).cosignatures.count() == 1


def test_the_calendar_opens_moves_and_signs(page: Page, story: Story) -> None:
    keys, slug, (first, second) = Keys(page), story.there.practice.slug, story.sessions[:2]
    sign_in(page, "maya", slug)
    page.goto(f"/p/{slug}/calendar/")
    keys.press(page.locator("a.event", has_text=first.client.name))
    panel = page.locator("#panel")
    expect(panel.locator("#client-name")).to_contain_text(first.client.name)
    expect(panel).to_be_focused()
    keys.write(panel.locator("[data-minutes]").first, "38")
    for part in PARTS:
        keys.write(panel.get_by_label(part, exact=True), "As it was.")
    page.keyboard.press("Control+Enter")
    expect(panel.locator("#client-name")).to_contain_text(second.client.name)
    keys.press(panel.get_by_role("link", name="Another time"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Date")).to_be_visible()
    day = story.there.practice.today() + timedelta(days=1)
    keys.to(dialog.get_by_label("Date"))
    page.keyboard.type(f"{day:%m%d%Y}")
    keys.press(dialog.get_by_role("button", name="Move visit"))
    expect(page.get_by_text("Moved:")).to_be_visible()
    with tenant(story.there.practice):
        second.refresh_from_db()
        assert second.served_on == day and Session.objects.get(pk=first.pk).state == SessionState.SIGNED


def test_a_group_is_booked_and_signed(page: Page, story: Story) -> None:
    keys, slug = Keys(page), story.there.practice.slug
    sign_in(page, "maya", slug)
    page.goto(f"/p/{slug}/groups/new/")
    boxes = page.locator('input[name="cases"]')
    for n in range(2):
        keys.press(boxes.nth(n), "Space")
    keys.to(page.get_by_label("Clinician"))
    page.keyboard.type("Maya")
    keys.to(page.get_by_label("Location"))
    page.keyboard.press("ArrowDown")
    keys.to(page.get_by_label("Date"))
    page.keyboard.type(f"{story.there.practice.today() - timedelta(days=1):%m%d%Y}")
    keys.to(page.get_by_label("Time", exact=True))
    page.keyboard.type("0700AM")
    keys.press(page.get_by_role("button", name="Book group"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Group · 2 clients")
    keys.press(page.get_by_role("button", name="All present"))
    expect(page.locator(".attendance .section-head span")).to_contain_text("2 present")
    keys.pause()
    for part in PARTS:
        keys.write(page.get_by_label(part, exact=True), "All took part.")
    keys.write(page.locator(".member").first.get_by_placeholder("Own line"), "One cue.")
    page.keyboard.press("Tab")
    expect(page.locator("#save-line")).to_contain_text("Draft saved")
    keys.press(page.get_by_role("button", name="Sign 2 notes"))
    expect(page.get_by_text("2 notes signed.")).to_be_visible()


def test_from_the_evaluation_to_the_plan_and_the_report(page: Page, story: Story) -> None:
    keys, today = Keys(page), story.there.practice.today()
    with tenant(story.there.practice, story.there.owner):
        case = new_case(story)
        evaluation = visit(story, case, today - timedelta(days=8), ("97166",), "evaluation")
        now = visit(story, case, today, at=12)
    sign_in(page, "maya", story.there.practice.slug)
    page.goto(f"{story.base}/sessions/{evaluation.pk}/")
    keys.press(page.get_by_role("link", name="Make the plan of care"))
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("How often")).to_have_value("2×/week")
    keys.write(dialog.get_by_label("The client will"), "open jars without help")
    for text in ("Grip, left hand", "lb", "20", "45"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text("was made from this evaluation")).to_be_visible()
    with tenant(story.there.practice):
        assert PlanOfCare.objects.get(case=case).source_id == evaluation.pk
    page.goto(f"{story.base}/clients/{case.client_id}/?tab=plan")
    keys.press(page.get_by_role("link", name="Send for signature").first)
    keys.press(page.get_by_role("button", name="Record as sent"))
    expect(page.get_by_role("link", name="Send again")).to_be_visible()
    page.goto(f"{story.base}/sessions/{now.pk}/")
    keys.press(page.locator(".goals-fold summary"))
    keys.write(page.get_by_label("Grip, left hand"), "39")
    page.keyboard.press("Enter")
    expect(page.locator("#session-goals")).to_contain_text("1 figure kept with this session.")
    keys.press(page.get_by_role("button", name="Progress report"))
    expect(page.get_by_label("Progress towards each goal")).to_be_visible()
