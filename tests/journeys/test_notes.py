"""A progress report from a template, a phrase and a copied part; signed, given back, answered, co-signed, amended.

Maya writes; Eleanor, her supervisor, signs below. In a real browser, at two widths, light and dark.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.demo.check import NOTE, Story, prepare
from practice import actions as house
from practice import clock
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions import actions
from sessions.minutes import Typed
from sessions.models import Note, NoteDraft
from sessions.note_kinds import Kind
from sessions.writing.keeping import keep_phrase, keep_template
from sessions.writing.models import CopiedText
from tests.journeys.budget import Hand
from tests.journeys.judge import judge, put_on
from tests.journeys.people import sign_in

GOALS = "Goal 1, dressing: was mod A, now min A.\nGoal 2, meal: was dependent, now set-up."
TOL = "Tolerated the session well, without pain."


@pytest.fixture
def story(stack: Stack) -> Iterator[Story]:
    """Maya works under Eleanor; her first client was seen a week ago, and a template and a phrase are kept."""
    story = prepare(f"notes-{time.monotonic_ns() % 10**8}", stack.url)
    there = story.there
    maya, eleanor = there.clinicians["maya"], there.members["owner"]
    with tenant(there.practice, eleanor):
        above = house.add_clinician(
            by=eleanor, member=eleanor, discipline="OT", credentials="OTD, OTR/L", npi="1770000127"
        )
        maya.supervisor = above
        maya.save(update_fields=["supervisor"])
        first = story.sessions[0]
        before = actions.book(
            by=eleanor,
            case=first.case,
            clinician=maya,
            location=first.location,
            starts_at=first.starts_at - timedelta(days=7),
            length=timedelta(minutes=45),
        )
    with tenant(there.practice, maya.member):
        with clock.at(first.starts_at - timedelta(days=6)):
            actions.save_draft(by=maya.member, session=before, parts=NOTE, lines=[Typed("97110", 30)])
            actions.sign(by=maya.member, session=before)
        keep_template(by=maya.member, name="Stroke, goal by goal", kind=Kind.PROGRESS, parts={"objective": GOALS})
        keep_template(by=maya.member, name="Reaching a plateau", kind=Kind.PROGRESS, parts={"assessment": "No gains"})
        keep_phrase(by=maya.member, shortcut=".tol", text=TOL)
        keep_phrase(by=maya.member, shortcut=".skill", text="Skilled cueing and grading of the task are needed.")
    yield story


def test_a_progress_report_is_written_and_cosigned(look: Page, browser: Browser, base_url: str, story: Story) -> None:
    slug, session = story.there.practice.slug, story.sessions[0]
    sign_in(look, "maya", slug)
    look.goto(f"/p/{slug}/sessions/{session.pk}/")
    _write(look)
    with tenant(story.there.practice):
        note = Note.objects.get(session=session)
        assert (note.kind, note.objective, note.plan) == ("progress", GOALS, NOTE["plan"])
        assert note.subjective == f"{TOL} Dressed alone."
        assert CopiedText.objects.get().part == "plan"
    look.goto(f"/p/{slug}/sessions/{session.pk}/")
    expect(look.locator(".foot")).to_contain_text("Waits for co-signature by Eleanor Voss, OTD, OTR/L")
    other = browser.new_context(base_url=base_url)
    _return(other.new_page(), slug, look)
    look.goto(f"/p/{slug}/notes/to-co-sign/")
    expect(look.get_by_role("heading", name="Returned to you")).to_be_visible()
    judge(look, "notes-returned")
    look.get_by_role("link", name=session.client.name).click()
    look.locator("summary", has_text="Add an addendum").click()
    look.get_by_label("Addendum").fill("She walked 40 m with a cane.")
    look.get_by_role("button", name="Sign the addendum").click()
    expect(look.locator(".addenda")).to_contain_text("40 m with a cane")
    _cosign(other.pages[0], slug)
    other.close()
    look.reload()
    expect(look.locator(".foot")).to_contain_text("Co-signed by Eleanor Voss, OTD, OTR/L")
    _amend(look)
    look.locator(".foot").scroll_into_view_if_needed()
    judge(look, "notes-signed")
    with tenant(story.there.practice):
        assert Note.objects.get(session=session).cosignatures.get().signature == "Eleanor Voss, OTD, OTR/L"


def _write(page: Page) -> None:
    """The report, from what is kept and from last week's note."""
    hand = Hand(page, "Write a progress report")
    hand.click(page.get_by_role("button", name="Progress report"))
    expect(page.get_by_label("Progress towards each goal")).to_be_visible()
    page.locator("#note-title").evaluate("title => title.scrollIntoView()")
    judge(page, "notes-progress")
    expect(page.locator("#phrases [data-shortcut]")).to_have_count(2)
    hand.click(page.get_by_role("button", name="Templates"))
    judge(page, "notes-templates")
    hand.click(page.get_by_role("button", name="Stroke, goal by goal"))
    expect(page.get_by_label("Progress towards each goal")).to_have_value(GOALS)
    hand.click(page.get_by_role("button", name="Copy from"))
    expect(page.locator("#earlier-notes article")).to_have_count(1)
    judge(page, "notes-earlier")
    hand.click(page.get_by_role("button", name="Copy Plan"))
    expect(page.get_by_label("Changes to the plan")).to_have_value(NOTE["plan"])
    expect(page.locator("#copied-plan")).to_contain_text("change what is no longer so")
    expect(page.locator("#earlier")).to_be_visible()  # stays open for the next part
    hand.click(page.get_by_role("button", name="Close the earlier notes"))
    expect(page.locator("#phrases [data-shortcut]")).to_have_count(2)
    hand.click(page.get_by_label("Client’s report"))
    hand.type(".tol Dressed alone.")
    expect(page.get_by_label("Client’s report")).to_have_value(f"{TOL} Dressed alone.")
    hand.click(page.get_by_label("Why skilled care goes on"))
    hand.type("Gains carry over.")
    hand.click(page.get_by_role("button", name="Phrases"))
    judge(page, "notes-phrases")
    hand.click(page.get_by_role("button", name=".skill"))
    expect(page.get_by_label("Why skilled care goes on")).to_have_value(
        "Gains carry over. Skilled cueing and grading of the task are needed."
    )
    hand.click(page.locator("[data-minutes]").first)
    hand.type("38")
    expect(page.locator("#copied-warning")).to_contain_text("“Changes to the plan” still reads as on")
    expect(page.locator("#missing")).to_have_text("", timeout=6000)
    page.locator(".foot").scroll_into_view_if_needed()
    judge(page, "notes-ready")
    address = page.url
    hand.press("Control+Enter")
    page.wait_for_url(lambda url: url != address)
    hand.spent(clicks=12, keys=None, seconds=None, answer=1000)


def _return(page: Page, slug: str, maya: Page) -> None:
    """Eleanor wants a word more."""
    page.looks = maya.looks  # type: ignore[attr-defined]
    put_on(page, maya.looks[0])  # type: ignore[attr-defined]
    sign_in(page, "owner", slug)
    page.goto(f"/p/{slug}/notes/to-co-sign/")
    expect(page.locator("tbody tr")).to_have_count(2)
    judge(page, "notes-to-cosign")
    page.locator("tbody tr", has_text="Progress report").get_by_role("link").click()
    expect(page.get_by_role("button", name="Co-sign and next")).to_be_visible()
    page.locator("summary", has_text="Return with a remark").click()
    page.get_by_label("What is to be added").fill("Say how far she walked, and with what.")
    page.locator(".foot").scroll_into_view_if_needed()
    judge(page, "notes-cosign")
    page.get_by_role("button", name="Return the note").click()
    page.wait_for_url("**/sessions/**")  # the next that waits


def _cosign(page: Page, slug: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/p/{slug}/today/")
    count = page.locator(".side a", has_text="To co-sign").locator(".count")
    expect(count).to_have_text("2")
    hand = Hand(page, "Co-sign a note")
    hand.click(page.locator(".side a", has_text="To co-sign"))
    hand.reads(page.locator("tbody tr", has_text="Answered by an addendum"))
    hand.click(page.locator("tbody tr", has_text="Progress report").get_by_role("link"))
    address = page.url
    hand.click(page.get_by_role("button", name="Co-sign and next"))
    page.wait_for_url(lambda url: url != address)
    hand.reads(page.get_by_role("button", name="Co-sign and next"))
    hand.spent(clicks=3, keys=0, seconds=10, answer=1000)


def _amend(page: Page) -> None:
    page.locator("summary", has_text="Amend minutes").click()
    page.locator("#amend-1").fill("30")
    page.get_by_label("Reason").fill("Misread the clock.")
    page.get_by_role("button", name="Amend the session").click()
    expect(page.get_by_role("heading", name="Amendments")).to_be_visible()


def test_a_phrase_is_taken_back_by_one_key_and_kept_by_the_save(page: Page, story: Story) -> None:
    slug, session = story.there.practice.slug, story.sessions[0]
    sign_in(page, "maya", slug)
    page.goto(f"/p/{slug}/sessions/{session.pk}/")
    expect(page.locator("#phrases [data-shortcut]")).to_have_count(2)
    box = page.get_by_label("Subjective")
    box.click()
    page.keyboard.type("Today .tol")
    page.keyboard.press("Tab")
    expect(box).to_have_value(f"Today {TOL}")
    expect(box).to_be_focused()
    page.keyboard.press("Control+z")
    expect(box).to_have_value("Today .tol")
    page.keyboard.type(" x.tol .nothing .tol ")  # not again, nor within a word, nor where nobody keeps one
    said = f"Today .tol x.tol .nothing {TOL} "
    expect(box).to_have_value(said)
    expect(page.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    with tenant(story.there.practice):
        assert NoteDraft.objects.get().subjective == said


@pytest.mark.long
def test_kept_things_are_kept_by_keyboard_and_look_well(look: Page, story: Story) -> None:
    slug = story.there.practice.slug
    sign_in(look, "maya", slug)
    look.goto(f"/p/{slug}/notes/phrases/")
    judge(look, "notes-kept-phrases")
    look.get_by_role("link", name="New phrase").focus()
    look.keyboard.press("Enter")
    look.get_by_label("Shortcut", exact=True).fill("cga")
    look.get_by_label("Phrase", exact=True).fill("Contact guard assist.")
    look.get_by_role("button", name="Keep it").click()
    expect(look.locator("main")).to_contain_text("A shortcut is a dot, then")
    judge(look, "notes-phrase-refused")
    look.get_by_label("Shortcut", exact=True).fill(".cga")
    look.get_by_role("button", name="Keep it").click()
    expect(look.locator("tbody")).to_contain_text("Contact guard assist.")
    look.get_by_role("link", name="Templates", exact=True).click()
    judge(look, "notes-kept-templates")
    look.get_by_role("link", name="Stroke, goal by goal").click()
    judge(look, "notes-template")
    look.get_by_label("Kind of note").select_option("discharge")
    expect(look.get_by_label("Goals at discharge")).to_have_value(GOALS)
    look.get_by_role("button", name="Keep it").click()
    expect(look.locator("tbody")).to_contain_text("Discharge summary")


def test_without_javascript_a_note_is_written_too(browser: Browser, base_url: str, story: Story) -> None:
    context: Any = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    slug, session = story.there.practice.slug, story.sessions[0]
    sign_in(page, "maya", slug)
    page.goto(f"/p/{slug}/sessions/{session.pk}/")
    page.get_by_label("Subjective").fill("Typed first.")
    page.get_by_role("button", name="Discharge").click()
    expect(page.get_by_label("Client’s report")).to_have_value("Typed first.")
    page.goto(f"/p/{slug}/sessions/{session.pk}/earlier/")
    page.get_by_role("button", name="Copy Plan").click()
    expect(page.get_by_label("What is next")).to_have_value(NOTE["plan"])
    context.close()
