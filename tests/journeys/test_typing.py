"""What happens to typing when something is wrong: the words say what to do, and nothing is lost."""

import pytest
from playwright.sync_api import Page, expect

from claims.demo import cast
from claims.demo.check import next_code
from clients.models import Case
from practice.tenancy import tenant
from sessions.models import NoteDraft, PsychotherapyNote, ServiceLine
from tests.journeys.judge import QUICK, judge, put_on

BAD = [("-5", "cannot be negative"), ("abc", "not a number of minutes"), ("1441", "1,440")]


def test_minutes_that_are_none_say_so_and_keep_the_note(panel: Page) -> None:
    box = panel.locator("[data-minutes]").first
    panel.get_by_label("Subjective").fill("Typed before the mistake.")
    for text, why in BAD:
        box.fill(text)
        expect(panel.locator(".unit-box")).to_contain_text(why)
        expect(box).to_have_value(text)
    panel.get_by_label("Objective").fill("And after it.")
    expect(panel.locator("[id^=minutes-1-error]")).to_contain_text("1,440", timeout=6000)
    with tenant(panel.practice):  # type: ignore[attr-defined]
        draft = NoteDraft.objects.get()
        assert (draft.subjective, draft.objective) == ("Typed before the mistake.", "And after it.")
        assert draft.lines[0]["minutes"] is None
    panel.locator("[data-sign]").click()
    expect(panel.locator("#panel")).to_contain_text("1,440")
    expect(panel.get_by_label("Objective")).to_have_value("And after it.")
    with tenant(panel.practice):  # type: ignore[attr-defined]
        assert not ServiceLine.objects.exists()


@pytest.mark.long
def test_a_megabyte_is_not_cut_off_unseen(panel: Page) -> None:
    """What was pasted stays, the page says how long it is, and is saved when it is shorter."""
    box = panel.get_by_label("Objective")
    panel.get_by_label("Plan").fill("Typed before.")
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    box.fill("All of it. " * 95_326)
    expect(panel.locator("[data-save-line]")).to_contain_text("Objective has 1,048,586 characters", timeout=10000)
    assert box.evaluate("box => box.value.length") == 1_048_586
    box.fill("Shorter.")
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    with tenant(panel.practice):  # type: ignore[attr-defined]
        draft = NoteDraft.objects.get()
        assert (draft.objective, draft.plan) == ("Shorter.", "Typed before.")


@pytest.mark.parametrize(("code", "why"), [("99999", "not a service code"), ("92507", "not a code of this discipline")])
def test_a_code_that_cannot_be_says_so(panel: Page, code: str, why: str) -> None:
    panel.get_by_label("Subjective").fill("Still here.")
    panel.get_by_label("Other code").fill(code)
    panel.get_by_label("Other code").press("Tab")
    expect(panel.locator("#panel")).to_contain_text(why)
    expect(panel.get_by_label("Subjective")).to_have_value("Still here.")


def test_a_code_twice_says_so(panel: Page) -> None:
    label = panel.locator("[data-minutes]").first.get_attribute("aria-label") or ""
    panel.get_by_label("Other code").fill(label.split()[-1])
    panel.get_by_label("Other code").press("Tab")
    expect(panel.locator("#panel")).to_contain_text("on the list already")


def test_a_psychotherapy_note_is_saved_beside_the_draft(panel: Page) -> None:
    """Two forms on one page: each is saved by itself, neither is lost on the way to another page."""
    with tenant(panel.practice):  # type: ignore[attr-defined]
        Case.objects.filter(pk=panel.session.case_id).update(discipline="MH")  # type: ignore[attr-defined]
    panel.reload()
    other = panel.context.new_page()
    other.goto(panel.url)
    for window in (other, panel):
        put_on(window, QUICK)
        window.looks = [QUICK]  # type: ignore[attr-defined]
        window.locator("summary", has_text="Psychotherapy note").click()
    mine, saved = panel.locator("#psychotherapy-text"), panel.locator("#psychotherapy-saved")
    mine.fill("She fears the stairs.")
    panel.get_by_label("Plan").fill("Both are safe.")
    expect(saved).to_contain_text("Saved", timeout=6000)
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    saved.scroll_into_view_if_needed()
    judge(panel, "psychotherapy-saved")
    other.locator("#psychotherapy-text").fill("From the other window.")
    other.locator("form.apart").get_by_role("button", name="Save").click()
    told = other.locator("#psychotherapy-conflict")
    expect(told).to_contain_text("changed in another window")
    expect(told).to_contain_text("She fears the stairs.")
    told.scroll_into_view_if_needed()
    judge(other, "psychotherapy-conflict")
    other.get_by_role("button", name="Keep what I typed").click()
    expect(other.locator("#psychotherapy-saved")).to_contain_text("Saved", timeout=6000)
    other.locator("#psychotherapy-text").fill("Typed on the way out.")
    other.locator("#client-name a").click()
    other.wait_for_url("**/clients/**")
    with tenant(panel.practice, panel.session.clinician.member_id):  # type: ignore[attr-defined]
        assert PsychotherapyNote.objects.get().text == "Typed on the way out."
        assert NoteDraft.objects.get().plan == "Both are safe."


def test_an_ended_sign_in_is_mended_over_the_page(panel: Page) -> None:
    """Both steps in the dialog; then the save that waited goes out by itself."""
    panel.context.clear_cookies(name="caseload")
    panel.get_by_label("Plan").fill("Typed after the sign-in ended.")
    dialog = panel.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=6000)
    expect(panel.get_by_label("Plan")).to_have_value("Typed after the sign-in ended.")
    dialog.get_by_label("Password").fill("not this one")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("do not match")
    dialog.get_by_label("Password").fill(cast.PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    dialog.get_by_label("Code").fill("000000")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("does not fit")
    maya = next(p for p in cast.TEAM if p.key == "maya")
    dialog.get_by_label("Code").fill(next_code(maya.email))
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(panel.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    with tenant(panel.practice):  # type: ignore[attr-defined]
        assert NoteDraft.objects.get().plan == "Typed after the sign-in ended."
