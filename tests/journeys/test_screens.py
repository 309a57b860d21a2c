"""Every page as people see it: no accessibility violation, no sideways scroll, at two widths, light and dark.

With SHOTS=folder the pictures are kept: `SHOTS=/tmp/shots ./run test -m journey -k screens`.
"""

import pytest
from django.db.models import Count
from playwright.sync_api import Page, expect

from billing import books
from billing.models import (
    Charge,
    CreditNote,
    Entry,
    GoodFaithEstimate,
    HeldForVisit,
    Invoice,
    PaymentPlan,
    SlidingFee,
    Statement,
    Superbill,
    WriteOff,
)
from claims.demo import cast
from claims.models import Claim, Remittance
from clients.models import Client, GuarantorShare
from practice.embedded.stack import Stack
from practice.models import Job, JobState, Practice
from practice.tenancy import tenant
from sessions.models import Session, SessionState
from tests.journeys.judge import judge
from tests.journeys.people import sign_in, until

NARROWER = (320, 360, 768, 1024, 1280, 1920)


@pytest.fixture
def practice(stack: Stack) -> Practice:
    """The invented practice, its past complete."""
    until(lambda: Job.objects.get(kind="demo.history").state == JobState.DONE, "end of the past", 240)
    return Practice.objects.get(slug=cast.SLUG)


@pytest.mark.long
def test_each_story_of_money_has_its_client(practice: Practice) -> None:
    """After the past: what is shared, waits, is owed, void, held and proposed stands on its list."""
    with tenant(practice):
        assert GuarantorShare.objects.count() == 2 and Statement.objects.count() == 3
        for model in (SlidingFee, CreditNote, GoodFaithEstimate, PaymentPlan, Superbill, HeldForVisit):
            assert model.objects.count() == 1, model
        [waits] = WriteOff.objects.all()
        assert waits.waits and not waits.decisions.exists()
        assert Client.objects.values("guarantor").annotate(n=Count("id")).filter(n=2).count() == 1
        less = Charge.objects.filter(client=SlidingFee.objects.get().client, reversed_by=None)
        assert Entry.objects.filter(reason="discount", account="receivable").count() == less.count()
        assert books.wrong() == []


@pytest.mark.long
def test_the_main_screens(look: Page, practice: Practice) -> None:
    """Today while minutes are typed, the biller's Claims with its confirmation, the owner's Receivables."""
    sign_in(look, "maya", practice.slug)
    minutes = look.locator("[data-minutes]")
    minutes.nth(0).fill("33")
    if minutes.count() > 1:
        minutes.nth(1).fill("7")
    expect(look.locator("#units-total")).not_to_have_text("0")
    judge(look, "today-typed")
    _change_to(look, "biller", practice)
    judge(look, "claims")
    look.locator("[data-submits]").click()
    expect(look.get_by_role("dialog")).to_be_visible()
    judge(look, "claims-confirm")
    _change_to(look, "owner", practice)
    judge(look, "receivables")


@pytest.mark.long
def test_a_chart_opened_in_an_emergency_and_the_audit(look: Page, practice: Practice) -> None:
    """The therapist gives her reason and reads; the owner sees it at once, and ends it."""
    with tenant(practice):
        other = Client.objects.exclude(care_team__clinician__member__user__first_name="Maya").earliest("pk")
    sign_in(look, "maya", practice.slug)
    look.goto(f"/p/{practice.slug}/clients/")
    look.get_by_role("link", name="Open in an emergency").click()
    look.get_by_label("Chart number").fill(str(other.number))
    look.get_by_label("Birthday").fill(other.birth_on.isoformat())
    look.get_by_role("button", name="Open the chart").click()
    expect(look.get_by_text("This field is required")).to_be_visible()
    judge(look, "emergency")
    look.get_by_label("Why you must read it now").fill("Fell in the waiting room")
    look.get_by_role("button", name="Open the chart").click()
    expect(look.get_by_text("Opened in emergency until")).to_be_visible()
    judge(look, "emergency-chart")
    _change_to(look, "owner", practice)
    look.goto(f"/p/{practice.slug}/audit/?client={other.number}")
    expect(look.get_by_role("table")).to_contain_text("opened the chart in an emergency of")
    look.goto(f"/p/{practice.slug}/audit/?client={other.number}&sort=person")  # cards on a phone have no head to press
    expect(look.locator('th[aria-sort="ascending"]')).to_contain_text("Who")
    judge(look, "audit")
    look.get_by_role("button", name="End now").first.click()
    expect(look.get_by_text("ended by")).not_to_have_count(0)


@pytest.mark.long
def test_every_other_screen(look: Page, practice: Practice) -> None:
    with tenant(practice):
        others = _others()
    for who, pages in others.items():
        _change_to(look, who, practice)
        for name, path in pages:
            look.goto(f"/p/{practice.slug}/{path}")
            judge(look, name)


def _change_to(page: Page, who: str, practice: Practice) -> None:
    page.context.clear_cookies()
    sign_in(page, who, practice.slug)


def _others() -> dict[str, list[tuple[str, str]]]:
    """(name, path) of the pages each role sees beside her first, inside the practice."""
    signed = Session.objects.filter(clinician__member__user__first_name="Maya", state=SessionState.SIGNED)[0]
    paid, blocked = Claim.objects.filter(decision="paid")[0], Claim.objects.filter(worst="will_fail")[0]
    remitted, invoice, charge = Remittance.objects.all()[0], Invoice.objects.all()[0], Charge.objects.all()[0]
    return {
        "maya": [
            ("today", "today/"),
            ("today-signed", f"sessions/{signed.pk}/"),
            ("book", "sessions/book/"),
            ("clients", "clients/"),
            ("client", f"clients/{signed.client_id}/"),
            ("find", "find/?q=a"),
            ("forbidden", "claims/"),
            ("not-found", "sessions/999999999/"),
        ],
        "biller": [
            ("claims-paid", "claims/?tab=paid"),
            ("claims-none", "claims/?client=nobody"),
            ("claim", f"claims/{paid.pk}/"),
            ("claim-blocked", f"claims/{blocked.pk}/"),
            ("fix", f"clients/coverages/{blocked.coverage_id}/member-id/"),
            ("remittances", "remittances/"),
            ("remittance", f"remittances/{remitted.pk}/"),
            ("invoices", "invoices/"),
            ("invoices-open", "invoices/?tab=open"),
            ("invoice", f"invoices/{invoice.pk}/"),
        ],
        "owner": [
            ("receivables-payers", "receivables/?who=payers&age=all"),
            ("receivables-charges", "receivables/charges/?age=0"),
            ("charge", f"charges/{charge.pk}/"),
        ],
    }


@pytest.mark.long
def test_nothing_scrolls_sideways(page: Page, practice: Practice) -> None:
    for who, paths in (
        ("maya", ("today/",)),
        ("biller", ("claims/", "invoices/?tab=open")),
        ("owner", ("receivables/", "clients/")),
    ):
        page.context.clear_cookies()
        sign_in(page, who, practice.slug)
        for width in NARROWER:
            page.set_viewport_size({"width": width, "height": 900})
            for path in paths:
                page.goto(f"/p/{practice.slug}/{path}")
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{path} at {width}"


def test_no_name_in_a_title_or_address(page: Page, practice: Practice) -> None:
    sign_in(page, "owner", practice.slug)
    with tenant(practice):
        names = {word for pair in Claim.objects.values_list("client__last_name", "client__first_name") for word in pair}
    for path in ("today/", "claims/", "clients/", "receivables/"):
        page.goto(f"/p/{practice.slug}/{path}")
        links = page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href') || '')")
        shown = " ".join([page.title(), page.url, *links])
        assert not [name for name in names if f"{name}/" in shown or f"={name}" in shown or name in page.title()]
