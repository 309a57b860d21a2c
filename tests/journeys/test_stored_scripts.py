"""A script stored in every text field of a practice, and every page opened on it: it stays text.

No dialog, no report of the content policy, no script that failed, no page that broke.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.models import CharField, TextField
from playwright.sync_api import Error, Page, expect
from psycopg import sql

from practice.embedded.stack import Stack
from practice.tenancy import TenantModel
from tests import databases, world
from tests.practice import lived_in
from tests.practice.permission_matrix import COLUMNS, PAGES

pytestmark = [pytest.mark.long]
SCRIPTS = ('"><img src=x onerror=alert(1)>', "<svg onload=alert(1)>", "'><script>alert(1)</script>")
# What the house itself reads: with other words in it nothing would be found, so no person can write it.
OURS = {"zone", "key", "fingerprint", "content", "sha256", "content_type", "code", "state", "verb", "target", "codes"}
Made = tuple[world.World, lived_in.Ids]


@pytest.fixture(scope="module")
def made(stack: Stack, django_db_blocker: Any) -> Iterator[Made]:
    """A practice with one thing of every kind, and a script wherever a person may have written."""
    before = connections.settings["default"].copy()
    with django_db_blocker.unblock():
        databases.use(stack.env["DATABASE_URL"])
        with world.practice("mallory") as here:
            ids = lived_in.settle_in(here)
        with psycopg.connect(stack.env["DATABASE_OWNER_URL"], autocommit=True) as owner:
            assert _poison(owner, here.practice.pk) > 60
        connections.close_all()
        connections.settings["default"].update(before)
    yield here, ids


def _poison(owner: psycopg.Connection, practice: int) -> int:
    """Write scripts into every text column that has no fixed words; how many columns took one."""
    people = "SELECT user_id FROM practice_membership WHERE practice_id = %s"
    owner.execute(f"UPDATE practice_user SET last_name = %s WHERE id IN ({people})", [SCRIPTS[1], practice])
    taken = 0
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        table = sql.Identifier(model._meta.db_table)
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        for number, field in enumerate(model._meta.local_fields):
            script = _script(field, number)
            if not script:
                continue
            statement = sql.SQL("UPDATE {} SET {} = %s WHERE practice_id = %s AND {} <> ''").format(
                table, sql.Identifier(field.column), sql.Identifier(field.column)
            )
            try:
                with owner.transaction():
                    taken += owner.execute(statement, [script, practice]).rowcount > 0
            except psycopg.errors.IntegrityError:  # a constraint keeps such words out
                continue
        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
    return taken


def _script(field: Any, number: int) -> str:
    if field.choices or field.name in OURS or field.unique or not isinstance(field, CharField | TextField):
        return ""
    fitting = [script for script in SCRIPTS if len(script) <= (field.max_length or 1000)]
    return fitting[number % len(fitting)] if fitting else "<b>"[: field.max_length or 3]


def _readable(column: str) -> list[str]:
    rows = (line.split() for line in PAGES.splitlines() if line)
    return [
        address
        for method, address, *answers in rows
        if method == "GET"
        and answers[COLUMNS.index(column)] == "200"
        and "/pdf/" not in address
        and not address.endswith(".pdf")
    ]


def test_the_judge_sees_a_script_that_runs(page: Page) -> None:
    """Without the house around it the same text does open a dialog."""
    assert _dialogs(page, lambda: page.set_content(f"<p>{SCRIPTS[0]}</p>")) == 1


@pytest.mark.parametrize("who", ["owner", "therapist", "desk"])
def test_what_people_write_stays_text(page: Page, made: Made, stack: Stack, web: Any, who: str) -> None:
    here, ids = made
    member = {"owner": here.olivia, "therapist": here.alice, "desk": here.sam}[who]
    web.force_login(member.user)
    cookie = web.cookies["caseload"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": stack.url}])
    seen = 0

    def walk() -> None:
        nonlocal seen
        for address in _readable(who):
            try:
                answer = page.goto(f"/p/{here.slug}/{address.format(**ids)}")
            except Error as file:
                assert "Download is starting" in str(file), address  # no page: nothing of it is run
                continue
            assert answer is not None and answer.status < 500, f"{answer and answer.status} {address}"
            expect(page.locator(".htmx-request")).to_have_count(0)  # what the page asks for after itself
            page.wait_for_timeout(60)  # a picture that is not there fails a moment later
            seen += any(script in page.locator("body").inner_text() for script in SCRIPTS)

    assert _dialogs(page, walk) == 0
    assert seen >= 3, "the scripts were not on the pages: nothing was proved"


def _dialogs(page: Page, act: Any) -> int:
    """How many dialogs open while `act` runs."""
    opened = []

    def close(dialog: Any) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    act()
    page.wait_for_timeout(300)
    return len(opened)
