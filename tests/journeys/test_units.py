"""What only the clinician can say of her minutes: times, her assistant's part, a tie, separate services."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from billing.models import Charge
from claims.demo.check import Story, prepare
from claims.models import ClaimLine
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions.models import ServiceLine
from tests.journeys.judge import judge
from tests.journeys.people import sign_in, until

CODES = ("97110", "97140", "97530", "97150")


@pytest.fixture
def story(stack: Stack) -> Iterator[Story]:
    """A practice of its own with two sessions of Maya's today, the first of a client of Medicare."""
    yield prepare(f"units-{time.monotonic_ns() % 10**8}", stack.url)


def log(page: Page, story: Story) -> None:
    """Maya's first session, with a tie, an assistant's part and a group."""
    sign_in(page, "maya", story.there.practice.slug)
    for code in CODES:
        if page.get_by_label(f"Minutes of {code}").count() == 0:
            page.get_by_label("Other code").fill(code)
            page.get_by_label("Other code").press("Tab")
            expect(page.get_by_label(f"Minutes of {code}")).to_be_focused()  # else the next code is typed there
        expect(page.get_by_label(f"Minutes of {code}")).to_be_visible()
        expect(page.locator(".htmx-request")).to_have_count(0)  # else the next code is typed into a panel that goes
    for label in page.locator("[data-minutes]").evaluate_all("inputs => inputs.map(i => i.ariaLabel)"):
        if label.split()[-1] not in CODES:
            page.get_by_role("button", name=f"Take {label.split()[-1]} away").click()
            expect(page.get_by_label(label)).to_have_count(0)
    for code, text in zip(CODES, ("20", "20", "9:02-9:17+15", "10"), strict=True):
        page.get_by_label(f"Minutes of {code}").fill(text)
    expect(page.locator("#units-total")).to_have_text("6")


def test_what_she_says_is_charged_and_claimed(page: Page, story: Story) -> None:
    log(page, story)
    expect(page.locator("#modifiers-3")).to_have_text("GO CO×1")
    expect(page.locator("#units-1")).to_have_text("2")
    page.get_by_role("button", name="97110 1 unit, 97140 2 units").click()
    expect(page.locator("#units-1")).to_have_text("1")
    expect(page.locator(".unit-reasons")).to_contain_text("you chose")
    for code in CODES[:3]:
        page.get_by_role("button", name=f"{code}: They were separate").click()
        expect(page.locator(".unit-asks")).to_contain_text(f"{code} was given in separate minutes.")
    expect(page.locator("#modifiers-2")).to_have_text("GO 59")
    for part in ("Subjective", "Objective", "Assessment", "Plan"):
        page.get_by_label(part).fill("As planned.")
    page.get_by_label("Plan").press("Control+Enter")
    expect(page.locator("[data-agenda] .badge", has_text="Signed")).to_have_count(1)
    with tenant(story.there.practice):
        assert ServiceLine.objects.get(code="97530").times == "09:02–09:17 + 15"
        until(lambda: ClaimLine.objects.count() == 5, "claim of five lines")
        charged = Charge.objects.filter(reversed_by=None).order_by("code", "assisted")
        assert list(charged.values_list("code", "units", "assisted")) == [
            ("97110", 1, False), ("97140", 2, False), ("97150", 1, False), ("97530", 1, False), ("97530", 1, True),
        ]  # fmt: skip
        lines = ClaimLine.objects.order_by("code", "charge__assisted").values_list("code", "modifiers")
        assert list(lines) == [
            ("97110", ["GO", "59"]), ("97140", ["GO", "59"]), ("97150", ["GO"]),
            ("97530", ["GO", "59"]), ("97530", ["GO", "CO", "59"]),
        ]  # fmt: skip


@pytest.mark.long
def test_the_box_with_everything_in_it(look: Page, story: Story) -> None:
    log(look, story)
    judge(look, "units-everything")
