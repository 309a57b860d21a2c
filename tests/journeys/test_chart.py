"""The biller opens a chart, adds a coverage and an authorization where she sees them, and finds a diagnosis by words."""

import pytest
from playwright.sync_api import Page, expect

from claims.demo import cast
from clients.models import Authorization, Case, Coverage
from practice.models import Practice
from practice.tenancy import tenant
from tests.journeys.judge import judge
from tests.journeys.people import sign_in

pytestmark = pytest.mark.long  # a story of its own; the quick run has the main ones


def test_a_coverage_and_an_authorization_are_added_on_the_chart(look: Page) -> None:
    practice = Practice.objects.get(slug=cast.SLUG)
    with tenant(practice):
        cases = Case.objects.filter(authorizations__isnull=False, closed_on=None).distinct().order_by("pk")
        case = cases[len(look.looks) == 1]  # type: ignore[attr-defined]  # each look writes on a chart of its own
    sign_in(look, "biller", practice.slug)
    look.goto(f"/p/{practice.slug}/clients/{case.client_id}/")
    judge(look, "chart")
    _add_coverage(look)
    _add_authorization(look, case)
    _find_a_diagnosis(look)
    look.get_by_role("navigation", name="Chart").get_by_role("link", name="Billing").click()
    expect(look.get_by_role("link", name="Billing")).to_have_attribute("aria-current", "page")
    judge(look, "chart-billing")
    with tenant(practice):
        assert Coverage.objects.get(client=case.client_id, rank=2).member_id == "W123456789"
        assert Authorization.objects.get(case=case, number="A-99").allowed == 12


def _add_coverage(look: Page) -> None:
    look.get_by_role("link", name="Add coverage").click()
    dialog = look.get_by_role("dialog")
    dialog.get_by_label("Payer", exact=True).select_option(label="Aetna")
    dialog.get_by_label("Member ID").fill("w123 456-789")
    dialog.get_by_label("First day").fill("2026-01-01")
    judge(look, "chart-add-coverage")
    dialog.get_by_role("button", name="Add coverage").click()
    expect(look.get_by_text("W123456789")).to_be_visible()


def _add_authorization(look: Page, case: Case) -> None:
    look.get_by_role("link", name="Add authorization").first.click()
    dialog = look.get_by_role("dialog")
    dialog.get_by_label("Authorization number").fill("a-99")
    dialog.get_by_label("How many").fill("0")
    dialog.get_by_label("From").fill("2026-11-01")
    dialog.get_by_label("To", exact=True).fill("2026-12-31")
    dialog.get_by_role("button", name="Save").click()
    expect(look.get_by_text("An authorization allows at least one visit or unit")).to_be_visible()
    assert look.get_by_label("Authorization number").input_value() == "a-99"  # nothing typed is lost
    judge(look, "chart-authorization-wrong")
    look.get_by_label("How many").fill("12")
    look.get_by_role("button", name="Save").click()
    expect(look.get_by_text("A-99", exact=True)).to_be_visible()


def _find_a_diagnosis(look: Page) -> None:
    look.get_by_role("link", name="Diagnoses:").first.click()
    dialog = look.get_by_role("dialog")
    box = dialog.get_by_role("combobox").nth(3)
    box.press_sequentially("vertebrogenic low", delay=25)  # htmx takes hold of the box after it is shown
    expect(dialog.get_by_role("option").first).to_be_visible()
    judge(look, "chart-diagnoses")
    box.press("Escape")  # closes the list and not the dialog
    expect(dialog.get_by_role("option")).to_have_count(0)
    box.press_sequentially(" ba")
    expect(dialog.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("M54.51")
    dialog.get_by_role("link", name="Not now").click()
