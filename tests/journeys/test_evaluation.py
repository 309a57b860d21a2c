"""A therapist answers what an evaluation was made of, sees the level with its reason, takes it and signs.

In a real browser at two widths, light and dark, without an accessibility violation.
"""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.demo.check import Story, prepare
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions.models import Evaluation, NoteDraft
from tests.journeys.judge import judge
from tests.journeys.people import sign_in


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own, with today's sessions of Maya."""
    return prepare(f"level-{time.monotonic_ns() % 10**8}", stack.url)


def test_the_level_is_proposed_taken_and_signed(look: Page, story: Story) -> None:
    sign_in(look, "maya", story.there.practice.slug)
    look.get_by_label("Other code").fill("97167")
    look.get_by_label("Other code").press("Enter")
    box = look.locator("#level-box")
    expect(box).to_contain_text(
        "Still to answer: history, deficits, ways to treat, other conditions and changed tasks."
    )
    expect(look.get_by_label("Minutes of 97167")).to_be_focused()
    look.locator("#evaluation-title").evaluate("title => title.scrollIntoView()")
    judge(look, "evaluation-open")
    look.get_by_label("Minutes of 97167").fill("45")
    for deficit in ("Strength", "Memory", "Coping"):
        look.get_by_label(deficit, exact=True).check()
    look.get_by_label("Not listed", exact=True).select_option("2")
    look.get_by_label("Brief, this problem").check()
    expect(box).to_contain_text("No more than low so far: the history is brief.")
    _decide(look)
    expect(box).to_contain_text(
        "Five performance deficits reach high; the history is brief, so the level is low: 97165."
    )
    expect(box).to_contain_text("The answers support 97165 (low); 97167 is high, and the history is brief.")
    look.get_by_label("Brief, this problem").focus()
    look.keyboard.press("ArrowDown")  # the keyboard goes through the choices
    expect(box).to_contain_text("the history is expanded, so the level is moderate: 97166.")
    look.locator("#level-box").scroll_into_view_if_needed()
    judge(look, "evaluation-above")
    expect(look.get_by_text("Draft saved")).to_be_visible(timeout=8000)
    with tenant(story.there.practice):
        assert NoteDraft.objects.get().evaluation["history"] == "expanded"
    look.get_by_role("button", name="Use 97166").click()
    expect(look.get_by_label("Minutes of 97166")).to_have_value("45")
    expect(box).to_be_focused()
    expect(look.get_by_role("button", name="Use 97166")).to_have_count(0)
    box.scroll_into_view_if_needed()
    judge(look, "evaluation-fits")
    look.get_by_label("Extensive, everything").check()
    expect(box).to_contain_text("97167 is supported too; 97166 is the lower level.")
    look.get_by_label("Brief, this problem").check()
    expect(look.get_by_role("button", name="Use 97165")).to_be_visible()
    for part in ("History", "Findings", "Assessment", "Goals and plan"):
        look.get_by_label(part, exact=True).fill("Seen.")
    address = look.url
    look.get_by_role("button", name="Sign and next").click()
    look.wait_for_url(lambda url: url != address)
    with tenant(story.there.practice):
        signed = Evaluation.objects.get()
        assert (signed.code, signed.supports, signed.answers["more"]) == ("97166", "97165", 2)
        look.goto(f"/p/{story.there.practice.slug}/sessions/{signed.session_id}/")
    expect(box).to_contain_text("At the signature: The answers support 97165 (low); 97166 is moderate")
    expect(look.locator("input[name=found]")).to_have_count(0)
    box.scroll_into_view_if_needed()
    judge(look, "evaluation-signed")


def _decide(page: Page) -> None:
    for question, answer in (
        ("Ways to treat that you weighed", "Many"),
        ("Other conditions that limit what the client does", "Yes"),
        ("Tasks changed, or help given, to get through the assessment", "A great deal"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def test_without_javascript_the_form_saves_and_answers(browser: Browser, base_url: str, story: Story) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "maya", story.there.practice.slug)
    page.get_by_label("Other code").fill("97165")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Strength", exact=True).check()
    page.get_by_label("Brief, this problem").check()
    page.locator("noscript").get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Strength", exact=True)).to_be_checked()
    expect(page.locator("#level-box")).to_contain_text("No more than low so far")
    context.close()
