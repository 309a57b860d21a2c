"""A logged session becomes money: the six steps of the story, each by who does it, in a real browser.

Every step takes `page`, also where it needs none: pytest groups tests by their browser, and they stand in order.
"""

import re
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from billing import books, reports
from claims.demo.check import Story, prepare
from claims.models import Claim, Interchange
from claims.x12 import second_opinion
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions.models import Note, NoteDraft
from tests.journeys.people import figures, sign_in, until

SHARED: dict[str, Story] = {}


@pytest.fixture(scope="module")
def slug() -> str:
    return f"story-{time.monotonic_ns() % 10**8}"


@pytest.fixture
def story(slug: str, stack: Stack) -> Iterator[Story]:
    """One practice for the whole story; the tests of this module are its steps, in order."""
    if slug not in SHARED:
        SHARED[slug] = prepare(slug, stack.url)
    yield SHARED[slug]


def test_1_the_therapist_logs_and_signs(page: Page, story: Story) -> None:
    sign_in(page, "maya", story.there.practice.slug)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    _add(page, "97110")
    _add(page, "97140")
    _keep_only(page, ["97110", "97140"])
    page.get_by_label("Minutes of 97110").fill("33")
    page.get_by_label("Minutes of 97140").fill("7")
    expect(page.locator("#units-total")).to_have_text("3")
    assert page.locator(".unit-splits li").all_inner_texts() == ["97110\n2", "97140\n1"]
    expect(page.locator(".unit-reasons")).to_contain_text("33 + 7 = 40 timed minutes. 38–52 minutes is 3 units.")
    expect(page.locator(".unit-reasons")).to_contain_text(
        "The last unit goes to 97140: 7 min, more than the 3 left on 97110."
    )
    expect(page.locator("#modifiers-1")).to_have_text("GO")
    for part, text in (("Subjective", "Slept well."), ("Objective", "Grip 14 kg."), ("Plan", "Continue.")):
        page.get_by_label(part).fill(text)
    expect(page.locator("#missing")).to_have_text("Add an assessment to sign")
    expect(page.get_by_text("Draft saved")).to_be_visible(timeout=6000)
    with tenant(story.there.practice):
        assert NoteDraft.objects.get(session=story.sessions[0]).objective == "Grip 14 kg."
    page.get_by_label("Assessment").fill("Gains carry over.")
    page.get_by_label("Assessment").press("Control+Enter")
    expect(page.locator("[data-agenda] .badge", has_text="Signed")).to_have_count(1)
    with tenant(story.there.practice):
        assert Note.objects.get(session=story.sessions[0]).assessment == "Gains carry over."


def _add(page: Page, code: str) -> None:
    if page.get_by_label(f"Minutes of {code}").count() == 0:
        page.get_by_label("Other code").fill(code)
        page.get_by_label("Other code").press("Tab")
    expect(page.get_by_label(f"Minutes of {code}")).to_be_visible()


def _keep_only(page: Page, codes: list[str]) -> None:
    for label in page.locator("[data-minutes]").evaluate_all("inputs => inputs.map(i => i.ariaLabel)"):
        code = label.split()[-1]
        if code not in codes:
            page.get_by_role("button", name=f"Take {code} away").click()
            expect(page.get_by_label(f"Minutes of {code}")).to_have_count(0)


def test_1b_units_come_within_400_ms_of_the_last_key(page: Page, story: Story) -> None:
    sign_in(page, "maya", story.there.practice.slug)
    second = page.locator("[data-agenda] a").nth(1)  # opens by itself: the first is signed
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.locator("#client-name")).to_have_text(second.locator(".who").inner_text())
    first = page.locator("[data-minutes]").first
    expect(page.locator("#units-total")).to_have_text("0")
    took = []
    for minutes in ("23", "38", "53", "8", "68"):
        first.fill("")
        expect(page.locator("#units-total")).to_have_text("0")
        took.append(page.evaluate(WATCH, [first.get_attribute("id"), minutes]))
    assert sorted(took)[len(took) // 2] <= 400, took


# Types into a box and waits until the total says something else; milliseconds since the last key.
WATCH = """([id, minutes]) => new Promise(done => {
  const box = document.getElementById(id), before = document.getElementById("units-total").textContent;
  box.value = minutes;
  const typed = performance.now();
  box.dispatchEvent(new Event("input", {bubbles: true}));
  const look = () => {
    const total = document.getElementById("units-total");
    if (total && total.textContent !== before) done(Math.round(performance.now() - typed));
    else if (performance.now() - typed > 3000) done(3000);
    else requestAnimationFrame(look);
  };
  look();
})"""


def test_2_billing_posts_who_owes(page: Page, story: Story) -> None:
    with tenant(story.there.practice):
        until(lambda: Claim.objects.exists(), "claim")
        assert reports.account_totals() == {"income": Decimal("-176.00"), "receivable": Decimal("176.00")}
        assert books.wrong() == []


def test_3_the_biller_submits_in_one_press(page: Page, story: Story) -> None:
    sign_in(page, "biller", story.there.practice.slug)
    expect(page.get_by_role("heading", name="Claims")).to_be_visible()
    row = page.locator("[data-row]").first
    expect(row).to_contain_text("97110×2")
    expect(row).to_contain_text("Clean")
    page.get_by_role("button", name="Submit 1 claim").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Submit 1 claim?")
    dialog.get_by_role("button", name="Submit 1 claim").click()
    expect(page.get_by_text(re.compile(r"1 claim queued; they go out at|1 claim queued"))).to_be_visible()


def test_4_one_valid_file_is_stored_and_answered(page: Page, story: Story) -> None:
    with tenant(story.there.practice):
        until(lambda: Claim.objects.filter(decision="paid").exists(), "decision", 90)
        sent = Interchange.objects.get(direction="out")
        text = bytes(sent.body or b"").decode()
        assert "*005010X222A1~" in text and text.count("CLM*") == 1
        assert second_opinion.check_837p(text) == []
        kinds = {bytes(i.body or b"").split(b"ST*")[1][:3] for i in Interchange.objects.filter(direction="in")}
        assert kinds == {b"999", b"277", b"835"}


def test_5_the_answers_move_the_claim_and_the_client_owes(page: Page, story: Story) -> None:
    sign_in(page, "biller", story.there.practice.slug)
    page.goto(f"/p/{story.there.practice.slug}/claims/?tab=paid")
    page.locator("[data-row] a").first.click()
    history = page.locator(".history").last
    for step in ("Made from the day", "Submitted", "Handed to the clearinghouse", "(999)", "(277CA)", "Decided: paid"):
        expect(history).to_contain_text(step)
    page.get_by_role("link", name="Invoices").first.click()
    page.get_by_role("button", name="Make 1 invoice").click()
    page.locator("[data-row] a").first.click()
    paper = page.get_by_role("article")
    expect(paper).to_contain_text("You owe")
    expect(paper).to_contain_text("counts toward your yearly deductible")
    with page.expect_download() as pdf:
        page.get_by_role("link", name="PDF").click()
    assert pdf.value.suggested_filename.startswith("invoice-")
    with tenant(story.there.practice):
        (owed,) = reports.open_invoices().values()
    assert f"${owed}" in figures(paper.inner_text())


def test_6_the_owner_sees_who_owes_and_the_totals_are_the_ledgers(page: Page, story: Story) -> None:
    sign_in(page, "owner", story.there.practice.slug)
    expect(page.get_by_role("heading", name="Receivables", exact=True)).to_be_visible()
    with tenant(story.there.practice):
        owed = reports.account_totals()["receivable"]
        assert books.wrong() == []
    expect(page.locator(".metrics")).to_contain_text(f"${owed:,.0f}")
    page.get_by_role("group", name="Who owes, by age").first.get_by_role(
        "link", name=re.compile("^Clients,")
    ).first.click()
    expect(page.get_by_role("heading", name=re.compile("^Clients"))).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text(f"${owed:,.2f}")
    page.locator("[data-row] a").first.click()
    expect(page.get_by_role("heading", name=re.compile("97110|97140"))).to_be_visible()
    expect(page.get_by_text("Every posting")).to_be_visible()


def test_7_nobody_sees_what_is_not_hers(browser: Browser, page: Page, story: Story, stack: Stack) -> None:
    sign_in(page, "maya", story.there.practice.slug)
    base = f"/p/{story.there.practice.slug}"
    for path in ("/claims/", "/receivables/", "/invoices/", "/remittances/"):
        assert page.goto(base + path).status == 403
    for path in ("/sessions/999999/", "/clients/999999/", "/claims/999999/"):
        assert page.goto(base + path).status in (403, 404)
    assert page.goto("/p/nobody/today/").status == 404
