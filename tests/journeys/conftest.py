"""Journeys: real browser, real web server, worker, beat and sandbox payer, on a database of their own.

The test process may look into that database too, as the app's role: `with tenant(practice): …`.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Page

from claims.demo.check import prepare
from practice.embedded.stack import Stack
from tests import databases
from tests.journeys.budget import SPENT
from tests.journeys.judge import LOOKS, put_on
from tests.journeys.people import sign_in
from tests.stacks import whole_stack

# Playwright's loop runs in this thread, which Django would take for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Called for the tests of this folder."""
    item.add_marker(pytest.mark.journey)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey is walked in the order it is written; pytest would group its tests by browser."""
    here = Path(__file__).parent
    journeys = [item for item in items if item.path.is_relative_to(here)]
    others = [item for item in items if not item.path.is_relative_to(here)]
    items[:] = others + sorted(journeys, key=lambda item: (item.path, item.location[1] or 0))


@pytest.fixture(autouse=True)
def spent(record_property: Any) -> Iterator[None]:
    """What a journey's jobs took goes with its report, from xdist's workers too."""
    yield
    for row in SPENT:
        record_property("spent", row)
    SPENT.clear()


@pytest.fixture(scope="session")
def stack(house_databases: databases.Databases) -> Iterator[Stack]:
    """A whole Caseload with the invented practice. `stack.url`, `stack.manage(…)`, `stack.children["worker"]`.

    A few weeks of its past are enough here, and made while the first journeys are walked.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with whole_stack(house_databases, f"journeys_{worker}", demo=False) as stack:
        stack.manage("demo", "--days", "10")
        yield stack


@pytest.fixture(autouse=True)
def stack_database(stack: Stack, django_db_blocker: Any) -> Iterator[None]:
    """Django in this process reads what the stack reads."""
    before = connections.settings["default"].copy()
    with django_db_blocker.unblock():
        databases.use(stack.env["DATABASE_URL"])
        yield
        connections.close_all()
        connections.settings["default"].update(before)


@pytest.fixture(scope="session")
def base_url(stack: Stack) -> str:
    """So that `page.goto("/sign-in/")` works."""
    return stack.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's chromium, which talks to nobody by itself. As root it has no sandbox."""
    program = shutil.which("chromium") or pytest.skip("no chromium: apt-get install chromium")
    unboxed = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {**browser_type_launch_args, "executable_path": program, "args": [*QUIET, *unboxed]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "en-US"}


@pytest.fixture
def page(page: Any, stack: Stack) -> Iterator[Any]:
    """A page on which no script failed, nothing broke the content policy and no other host was asked."""
    wrong: list[str] = []

    def asked(request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and f"{address.scheme}://{address.netloc}" != stack.url:
            wrong.append(f"asked another host: {request.url}")

    def said(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            wrong.append(message.text)

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(f"script failed: {error}"))
    yield page
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def panel(page: Page, stack: Stack) -> Page:
    """Maya's second session of a fresh practice, open; `panel.practice`, `panel.session`."""
    story = prepare(f"typing-{time.monotonic_ns() % 10**9}", stack.url)
    sign_in(page, "maya", story.there.practice.slug)
    page.goto(f"/p/{story.there.practice.slug}/sessions/{story.sessions[1].pk}/")
    page.practice, page.session = story.there.practice, story.sessions[1]  # type: ignore[attr-defined]
    return page


@pytest.fixture(params=LOOKS)
def look(request: Any, browser: Any, base_url: str) -> Iterator[Any]:
    """A page that is judged at some widths and colours; it stands at the first."""
    context = browser.new_context(base_url=base_url, reduced_motion="reduce")
    page = context.new_page()
    page.looks = request.param
    put_on(page, page.looks[0])
    yield page
    context.close()
