"""The idle lock comes over a note that is being written, is opened, and nothing typed is lost."""

import time
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from claims.demo import cast
from claims.demo.check import prepare
from practice import clock
from practice.embedded.stack import Stack
from practice.models import SignIn
from practice.tenancy import tenant
from sessions.models import NoteDraft
from tests.journeys.judge import judge
from tests.journeys.people import sign_in

PIN = "290471"


def wait_idle(page: Page, minutes: int) -> None:
    """As if nobody had touched it for so long: the time written down is moved back, nobody sleeps."""
    SignIn.objects.filter(user__email=_email()).update(active_at=clock.now() - timedelta(minutes=minutes))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the page looks again


def _email() -> str:
    return next(p.email for p in cast.TEAM if p.key == "maya")


def _second_factor(page: Page) -> None:
    """As the front door writes it after an authenticator's code."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "caseload")
    session: Any = SessionStore(key)
    session["second_factor_at"] = clock.now().timestamp()
    session.save()


def test_the_lock_comes_over_the_page(look: Page, stack: Stack) -> None:
    story = prepare(f"lock-{time.monotonic_ns() % 10**9}", stack.url)
    practice = story.there.practice
    sign_in(look, "maya", practice.slug)
    _second_factor(look)
    look.goto("/me/pin/")
    look.get_by_label("New PIN").fill(PIN)
    look.get_by_label("Your password").fill(cast.PASSWORD)
    judge(look, "pin")
    look.get_by_role("button", name="Set PIN").click()
    expect(look.get_by_text("PIN set.")).to_be_visible()
    look.goto("/me/sign-ins/")
    expect(look.get_by_text("This one")).to_be_visible()
    judge(look, "sign-ins")

    look.goto(f"/p/{practice.slug}/sessions/{story.sessions[1].pk}/")
    look.get_by_label("Subjective").fill("Typed before the lock.")
    expect(look.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    wait_idle(look, 14)
    expect(look.get_by_text("This page locks in")).to_be_visible()
    judge(look, "lock-warning")
    with look.expect_response("**/lock/stay/"):  # it says when she was last there, and must not come after what we say
        look.get_by_role("button", name="Stay signed in").click()
    expect(look.get_by_text("This page locks in")).to_be_hidden()
    expect(look.locator("#lock")).to_be_hidden()

    SignIn.objects.filter(user__email=_email()).update(active_at=clock.now() - timedelta(minutes=16))
    look.get_by_label("Plan").fill("Typed while it was locked.")
    lock = look.locator("#lock")
    expect(lock).to_be_visible(timeout=6000)
    backdrop = lock.evaluate("dialog => getComputedStyle(dialog, '::backdrop').backgroundColor")
    assert backdrop.startswith("rgb("), backdrop  # rgba would let the page shine through
    look.keyboard.press("Escape")
    look.keyboard.press("Escape")
    expect(lock).to_be_visible()
    judge(look, "lock")
    with tenant(practice):
        assert NoteDraft.objects.get().plan == ""
    lock.get_by_label("PIN").fill(PIN)
    expect(lock).to_be_hidden()
    expect(look.get_by_label("Plan")).to_have_value("Typed while it was locked.")
    expect(look.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    with tenant(practice):
        draft = NoteDraft.objects.get()
        assert (draft.subjective, draft.plan) == ("Typed before the lock.", "Typed while it was locked.")


def test_another_tab_opens_it_with_the_password(page: Page, stack: Stack) -> None:
    story = prepare(f"tabs-{time.monotonic_ns() % 10**9}", stack.url)
    sign_in(page, "maya", story.there.practice.slug)
    other = page.context.new_page()
    other.goto(page.url)
    SignIn.objects.filter(user__email=_email()).update(active_at=clock.now() - timedelta(minutes=16))
    wait_idle(page, 16)
    wait_idle(other, 16)
    for tab in (page, other):
        expect(tab.locator("#lock")).to_be_visible()
    other.get_by_label("Password of").fill("wrong")
    other.get_by_role("button", name="Open", exact=True).click()
    expect(other.locator("#lock-error")).to_contain_text("That is not your password.")
    other.get_by_label("Password of").fill(cast.PASSWORD)
    other.get_by_role("button", name="Open", exact=True).click()
    for tab in (other, page):
        expect(tab.locator("#lock")).to_be_hidden()
