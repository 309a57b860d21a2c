"""A file goes into a chart, is refused with words, taken out and put back; a card is seen beside its coverage."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.demo.check import Story, prepare
from clients.documents.models import Document
from clients.models import Coverage
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from tests.journeys.judge import judge
from tests.journeys.people import sign_in
from tests.world import PDF, picture


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own."""
    return prepare(f"files-{time.monotonic_ns() % 10**8}", stack.url)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Files of a person: an order, a card, and what only calls itself a PDF."""
    (tmp_path / "order.pdf").write_bytes(PDF)
    (tmp_path / "card.png").write_bytes(picture(size=(856, 540)).read())
    (tmp_path / "wrong.pdf").write_bytes(b"MZ" + bytes(100))
    with (tmp_path / "film.pdf").open("wb") as film:
        film.truncate(10**9)
    return tmp_path


def _covered(story: Story) -> int:
    with tenant(story.there.practice):
        return Coverage.objects.order_by("pk").values_list("client_id", flat=True)[0]


def test_files_and_a_card(look: Page, story: Story, desk: Path) -> None:
    slug = story.there.practice.slug
    sign_in(look, "owner", slug)
    look.goto(f"/p/{slug}/clients/{_covered(story)}/?tab=files")
    files = look.locator("#files-list")
    files.get_by_label("Files").set_input_files([desk / "order.pdf", desk / "wrong.pdf"])
    expect(files).to_contain_text("wrong.pdf")
    files.get_by_role("button", name="Add files").click()
    expect(files).to_contain_text("“wrong.pdf”: This is a file of type")
    judge(look, "files-refused")
    files.get_by_label("Files").set_input_files(desk / "film.pdf")
    files.get_by_role("button", name="Add files").click()
    expect(files).to_contain_text("“film.pdf” is larger than 20 MB.")
    files.get_by_label("Files").set_input_files(desk / "order.pdf")
    files.get_by_role("button", name="Add files").click()
    expect(files.get_by_role("link", name="order.pdf")).to_be_visible()
    with look.expect_download() as saved:
        files.get_by_role("link", name="order.pdf").click()
    assert saved.value.path().read_bytes() == PDF and saved.value.suggested_filename == "order.pdf"
    card = look.locator(".cards").first
    card.get_by_text("Add picture").first.click()
    card.get_by_label("Add the front of").set_input_files(desk / "card.png")
    card.get_by_role("button", name="Save picture").first.click()
    seen = look.locator(".cards").first.get_by_role("img")
    expect(seen).to_be_visible()
    expect(seen).to_have_js_property("naturalWidth", 480)
    judge(look, "files-and-card")
    files.get_by_role("button", name="Remove order.pdf").click()
    expect(files).to_contain_text("order.pdf is removed.")
    judge(look, "files-removed")
    files.get_by_role("button", name="Undo").click()
    expect(files.get_by_role("link", name="order.pdf")).to_be_visible()
    with tenant(story.there.practice):
        assert Document.objects.kept().count() == 2


def test_without_javascript_a_file_goes_in_and_a_gigabyte_does_not(
    browser: Browser, base_url: str, story: Story, desk: Path
) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    slug = story.there.practice.slug
    sign_in(page, "owner", slug)
    page.goto(f"/p/{slug}/clients/{_covered(story)}/files/")
    page.get_by_label("Files").set_input_files(desk / "film.pdf")
    page.get_by_role("button", name="Add files").click()
    expect(page.get_by_text("This is more than 10 files of 20 MB; nothing was kept")).to_be_visible()
    page.get_by_label("Files").set_input_files(desk / "order.pdf")
    page.get_by_role("button", name="Add files").click()
    expect(page.get_by_role("link", name="order.pdf")).to_be_visible()
    context.close()
