"""Who walks through the house in the journeys, and how they sign in."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from claims.demo import cast

FIRST = {"maya": "today/", "biller": "claims/", "owner": "receivables/"}


def sign_in(page: Page, key: str, slug: str) -> None:
    """As one of the cast, at her first page in a practice."""
    email = next(p.email for p in cast.TEAM if p.key == key)
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"/p/{slug}/{FIRST[key]}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def until(true: Callable[[], Any], what: str, seconds: float = 60) -> None:
    """Wait for the workers."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, f"after {seconds} s there is still no {what}"
        time.sleep(0.2)


def figures(text: str) -> list[str]:
    """The amounts of money in a text."""
    return re.findall(r"−?\$[\d,]+(?:\.\d\d)?", text)
