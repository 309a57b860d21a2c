"""A file of clients from another system: sent, tried, its bad rows seen and taken away, the good ones put in."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from claims.demo.check import Story, prepare
from clients.models import Client
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from tests.clients.import_files import bad, good, written
from tests.journeys.judge import judge
from tests.journeys.people import sign_in


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own."""
    return prepare(f"import-{time.monotonic_ns() % 10**8}", stack.url)


@pytest.mark.long
def test_a_file_of_clients(look: Page, story: Story, tmp_path: Path) -> None:
    slug = story.there.practice.slug
    plain = {"Insurance": "", "Policy Number": "", "Priority": "", "Effective Date": "", "Copay": ""}
    plain["Relationship to Subscriber"] = ""
    rows = [good(number, **plain) for number in range(300)]
    rows += [bad(number, kind) | plain for number, kind in ((301, "phone"), (302, "no such day"), (303, "state"))]
    rows[301]["Last Name"] = '<img src=x onerror="alert(1)">'
    (tmp_path / "clients.csv").write_text(written(rows))
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\0\0")
    sign_in(look, "owner", slug)
    look.goto(f"/p/{slug}/clients/")
    look.get_by_role("link", name="Import", exact=True).click()
    judge(look, "import-empty")
    look.get_by_role("button", name="Check the file").click()
    expect(look.get_by_text("Choose a file")).to_be_visible()
    judge(look, "import-nothing-chosen")
    look.locator("input[type=file]").set_input_files(tmp_path / "photo.csv")
    look.get_by_role("button", name="Check the file").click()
    expect(look.get_by_text("holds signs that are no text")).to_be_visible(timeout=30_000)
    judge(look, "import-unreadable")
    look.get_by_role("link", name="Send another file").click()
    look.locator("input[type=file]").set_input_files(tmp_path / "clients.csv")
    look.get_by_role("button", name="Check the file").click()
    expect(look.get_by_text("This was a trial: nothing is put in yet.")).to_be_visible(timeout=30_000)
    expect(look.get_by_role("row").filter(has_text="June302")).to_contain_text("is no day of the calendar")
    judge(look, "import-tried")
    with look.expect_download() as saved:
        look.get_by_role("link", name="Download these rows").click()
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 4
    look.get_by_role("button", name="Import 300 rows").click()
    expect(look.get_by_text("Put in: 300 clients.")).to_be_visible(timeout=60_000)
    judge(look, "import-done")
    look.get_by_role("link", name="See the clients").click()
    expect(look.get_by_role("heading", name="Clients", exact=True)).to_be_visible()
    with tenant(story.there.practice):
        assert Client.objects.filter(first_name__startswith="June").count() == 300
