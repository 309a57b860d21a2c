"""A person comes in and goes out by the front door."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from claims.demo import cast
from practice.embedded.stack import Stack


@pytest.fixture(scope="session")
def logins(stack: Stack) -> dict[str, tuple[str, str]]:
    """Email and password by role, as `./run` prints them."""
    lines = stack.manage("demo", "--logins").log.read_text().splitlines()
    return {words[0]: (words[1], words[2]) for words in (line.split() for line in lines) if len(words) == 3}


def sign_in(page: Any, email: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_each_role_comes_in(page: Any, logins: dict[str, tuple[str, str]]) -> None:
    assert set(logins) == {"therapist", "biller", "owner", "scheduler"}
    for email, password in logins.values():
        page.context.clear_cookies()
        sign_in(page, email, password)
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        if "/p/" not in page.url:  # other journeys have given her other practices too
            page.locator(f'a[href*="/p/{cast.SLUG}/"]').click()
        page.wait_for_url(f"**/p/{cast.SLUG}/**")
        assert page.get_by_role("heading", level=1).count() == 1


def test_a_wrong_password_keeps_the_email(page: Any, logins: dict[str, tuple[str, str]]) -> None:
    email, _ = logins["therapist"]
    sign_in(page, email, "not this one")
    assert "do not match" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Email").input_value() == email


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_door_is_open_to_everybody(page: Any, width: int, scheme: Any) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto("/sign-in/")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
