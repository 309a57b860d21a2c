"""Nothing typed is lost: each thing that goes wrong does so in the middle of typing."""

import time
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from claims.demo import cast
from claims.demo.check import next_code
from practice.embedded.children import wait_until
from practice.embedded.stack import READY_WITHIN, Stack
from practice.tenancy import tenant
from sessions.models import NoteDraft
from tests.journeys.judge import LOOKS, judge, put_on
from tests.journeys.people import until

# htmx keeps the address of the page in the tab; no other name may come, and no text.
STORES = """async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await indexedDB.databases(),
  ...await caches.keys(), ...await navigator.serviceWorker.getRegistrations()]"""


def kept(panel: Any) -> NoteDraft | None:
    """The draft as the database has it."""
    with tenant(panel.practice):
        return NoteDraft.objects.filter(session=panel.session).first()


def in_the_middle(panel: Page, text: str) -> None:
    """Key by key into the plan; the last key was a moment ago."""
    panel.get_by_label("Plan", exact=True).press_sequentially(text, delay=5)


def test_the_laptop_sleeps_and_the_sign_in_ends_meanwhile(panel: Page) -> None:
    in_the_middle(panel, "Typed as the lid closed.")
    lid = panel.context.new_cdp_session(panel)
    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    key = next(cookie["value"] for cookie in panel.context.cookies() if cookie["name"] == "caseload")
    SessionStore(key).delete()
    time.sleep(3)  # longer than the save waits: a page that sleeps does nothing
    assert kept(panel) is None
    lid.send("Page.setWebLifecycleState", {"state": "active"})
    dialog = panel.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=8000)
    expect(panel.get_by_label("Plan", exact=True)).to_have_value("Typed as the lid closed.")
    maya = next(person for person in cast.TEAM if person.key == "maya")
    dialog.get_by_label("Password").fill(cast.PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    dialog.get_by_label("Code").fill(next_code(maya.email))
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    draft = kept(panel)
    assert draft is not None and draft.plan == "Typed as the lid closed."


def test_the_network_drops(panel: Page) -> None:
    panel.context.set_offline(True)
    in_the_middle(panel, "Typed in the elevator.")
    expect(panel.locator("#save-line .offline")).to_be_visible(timeout=6000)
    in_the_middle(panel, " And on.")
    asked = []
    panel.once("dialog", lambda question: (asked.append(question.type), question.dismiss()))
    panel.close(run_before_unload=True)
    until(lambda: panel.wait_for_timeout(50) or asked, "question before the tab closes", 5)
    assert asked == ["beforeunload"] and not panel.is_closed()
    expect(panel.get_by_label("Plan", exact=True)).to_have_value("Typed in the elevator. And on.")
    panel.context.set_offline(False)
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    draft = kept(panel)
    assert draft is not None and draft.plan == "Typed in the elevator. And on."
    assert set(panel.evaluate(STORES)) <= {"htmx-current-path-for-history"}  # nothing of a client stays on the device


def test_the_server_restarts(panel: Page, stack: Stack) -> None:
    web = stack.children["web"]
    in_the_middle(panel, "Typed while the server ")
    web.kill()
    try:
        in_the_middle(panel, "was away.")
        expect(panel.locator("#save-line .offline")).to_be_visible(timeout=6000)
        assert kept(panel) is None
    finally:
        web.start()
        wait_until(stack.healthy, web, within=READY_WITHIN)
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=30_000)  # by itself
    draft = kept(panel)
    assert draft is not None and draft.plan == "Typed while the server was away."


@pytest.mark.parametrize("looks", LOOKS)
def test_two_tabs_are_shown_side_by_side(panel: Page, looks: list[Any]) -> None:
    other = panel.context.new_page()
    other.goto(panel.url)
    other.get_by_label("Subjective").fill("Slept well, less pain at night.")
    other.get_by_label("Plan", exact=True).fill("Twice a week.\nGrip next.")
    expect(other.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    panel.get_by_label("Subjective").fill("Slept badly, less pain at night.")
    in_the_middle(panel, "Once a week.")
    told = panel.locator("#conflict")
    expect(told).to_contain_text("changed in another window", timeout=6000)
    expect(told.locator("mark")).to_have_text(["badly,", "well,", "Once", "Twice", "\nGrip next."])
    for look in looks:
        put_on(panel, look)
        panel.looks = [look]  # type: ignore[attr-defined]
        told.scroll_into_view_if_needed()
        judge(panel, "two-tabs")
    told.get_by_role("button", name="Take this text of Plan").click()
    expect(panel.get_by_label("Plan", exact=True)).to_have_value("Twice a week.\nGrip next.")
    expect(told.get_by_role("button", name="Take this text of Subjective")).to_be_focused()
    panel.keyboard.press("Shift+Tab")
    expect(told.get_by_role("button", name="Keep what I typed")).to_be_focused()
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    expect(told).to_be_empty()
    draft = kept(panel)
    assert draft is not None
    assert (draft.subjective, draft.plan) == ("Slept badly, less pain at night.", "Twice a week.\nGrip next.")


def test_a_note_that_was_signed_in_the_other_tab(panel: Page) -> None:
    other = panel.context.new_page()
    other.goto(panel.url)
    for part in ("Subjective", "Objective", "Assessment"):
        other.get_by_label(part).fill("As it was.")
    other.get_by_label("Plan", exact=True).fill("Go on.")
    other.locator("[data-minutes]").first.fill("30")
    other.locator("[data-sign]").click()
    expect(other.locator("[data-agenda] .badge", has_text="Signed")).to_have_count(1)
    in_the_middle(panel, "Typed too late.")
    told = panel.locator("#conflict")
    expect(told).to_contain_text("This session is signed", timeout=6000)
    expect(told).to_contain_text("Go on.")
    expect(told.get_by_role("button")).to_have_count(0)
    expect(panel.get_by_label("Plan", exact=True)).to_have_value("Typed too late.")
