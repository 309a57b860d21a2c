"""Who walks through the house in the journeys, and how they sign in."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from claims.demo import cast
from claims.demo.check import next_code

FIRST = {"maya": "today/", "desk": "calendar/", "biller": "claims/", "owner": "receivables/"}


_signed_in: dict[tuple[str, str], list[Any]] = {}  # the cookies of who came in by the door, by house and person


def sign_in(page: Page, key: str, slug: str) -> None:
    """As one of the cast, at her first page in a practice.

    Through the door the first time; then with the same sign-in for as long as it holds, as people do: a code
    counts once, and half a minute for the next is long.
    """
    email = next(p.email for p in cast.TEAM if p.key == key)
    page.goto("/sign-in/")
    house = urlsplit(page.url).netloc
    page.context.add_cookies(_signed_in.get((house, key), []))
    page.goto(f"/p/{slug}/{FIRST[key]}")
    if "/sign-in/" in page.url:
        come_in(page, email, cast.PASSWORD)
        _signed_in[house, key] = page.context.cookies()
        page.goto(f"/p/{slug}/{FIRST[key]}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def come_in(page: Page, email: str, password: str, code: str = "") -> None:
    """Both steps of the door, from its first page."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(code or next_code(email))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def until(true: Callable[[], Any], what: str, seconds: float = 60) -> None:
    """Wait for the workers."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, f"after {seconds} s there is still no {what}"
        time.sleep(0.2)


def figures(text: str) -> list[str]:
    """The amounts of money in a text."""
    return re.findall(r"−?\$[\d,]+(?:\.\d\d)?", text)
