"""A person comes in and goes out by the front door."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from claims.demo import cast
from practice import clock
from practice.embedded.stack import Stack
from practice.models import SignIn
from tests.journeys.people import come_in


@pytest.fixture(scope="session")
def logins(stack: Stack) -> dict[str, tuple[str, str, str]]:
    """Email, password and code by role, as `./run` prints them."""
    lines = stack.manage("demo", "--logins").log.read_text().splitlines()
    found = {words[0]: words[1:] for words in (line.split() for line in lines) if len(words) == 4}
    return {role: (email, password, code) for role, (email, password, code) in found.items()}


def sign_in(page: Any, email: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _choose_practice(page: Any) -> None:
    """Other journeys have given her other practices too."""
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    if "/p/" not in page.url:
        page.locator(f'a[href*="/p/{cast.SLUG}/"]').click()
    page.wait_for_url(f"**/p/{cast.SLUG}/**")


def test_each_role_comes_in(page: Any, logins: dict[str, tuple[str, str, str]]) -> None:
    """The first with the code as it was printed; by the last it may be older than it holds."""
    assert set(logins) == {"therapist", "biller", "owner", "scheduler"}
    for n, (email, password, code) in enumerate(logins.values()):
        page.context.clear_cookies()
        page.goto("/sign-in/")
        come_in(page, email, password, code if n == 0 else "")
        _choose_practice(page)
        assert page.get_by_role("heading", level=1).count() == 1


def test_a_wrong_password_keeps_the_email(page: Any, logins: dict[str, tuple[str, str, str]]) -> None:
    email, *_ = logins["therapist"]
    sign_in(page, email, "not this one")
    assert "do not match" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Email").input_value() == email


def test_a_passkey_is_added_and_opens_the_door(page: Any) -> None:
    """Chromium's own pretended security key; the page is Jo's, who prints nothing else."""
    jo = next(p for p in cast.TEAM if p.key == "desk")
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    page.goto("/sign-in/")
    come_in(page, jo.email, cast.PASSWORD)
    page.goto("/sign-in/set-up/passkey/")
    page.get_by_label("Name of this passkey").fill("Front desk key")
    page.get_by_label("Your password now").fill(cast.PASSWORD)
    page.get_by_role("button", name="Add this passkey").click()
    page.wait_for_url("**/my-sign-in/")
    assert "Front desk key" in page.get_by_role("main").inner_text()
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(jo.email)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Use a passkey").click()
    _choose_practice(page)
    SignIn.objects.filter(user__email=jo.email).update(active_at=clock.now() - timedelta(minutes=16))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    lock = page.get_by_role("dialog", name="Locked")
    lock.get_by_role("button", name="Use a passkey").click()
    expect(lock).to_be_hidden()
    for address in ("/my-sign-in/", "/sign-in/set-up/app/", "/sign-in/set-up/passkey/", "/my-sign-in/password/"):
        page.goto(address)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_door_is_open_to_everybody(page: Any, width: int, scheme: Any) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto("/sign-in/")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
