"""Doors to who pays: coverages, benefits, authorizations."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients import actions, chart_parts, endings
from clients.form_pages import Asked, ask
from clients.forms import AuthorizationForm, BenefitForm, CoverageForm, DayForm, MemberIdForm, ReasonForm
from clients.models import Benefit, Coverage
from clients.views.finding import authorization_of, case_of, chart_url, client_of, coverage_of
from practice.permissions import Permission, allows
from practice.templatetags.house import day

PAGE = ["GET", "HEAD", "POST"]


def _asked(request: Any, coverage: Coverage, title: str, submit: str, lead: str = "", **more: Any) -> Asked:
    about = f"{coverage.client.name}, {coverage.payer.name}. {lead}".strip()
    return Asked(title, about, submit, chart_url(request, coverage.client_id), more)


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_COVERAGE, shows="coverage")
def member_id(request: Any, slug: str, pk: int) -> HttpResponse:
    """Correct the member ID of a coverage."""
    coverage = coverage_of(request, pk)
    form = MemberIdForm(request.POST or None, initial={"member_id": coverage.member_id})
    hint = coverage.payer.member_id_hint
    lead = f"{coverage.payer.short_name} IDs have {hint}." if hint else ""
    asked = _asked(request, coverage, "Check member ID", "Save", lead)
    return ask(
        request, form, asked,
        lambda member_id: actions.correct_member_id(by=request.member, coverage=coverage, member_id=member_id),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.EDIT_COVERAGE, shows="about")
def add_coverage(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's membership in a plan."""
    client, today = client_of(request, pk), request.practice.today()
    form = CoverageForm(request.POST or None, client=client, today=today)
    asked = Asked("Add coverage", client.name, "Add coverage", chart_url(request, client.pk))
    return ask(request, form, asked, lambda **values: actions.add_coverage(by=request.member, client=client, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_COVERAGE, shows="coverage")
def edit_coverage(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change a coverage."""
    coverage = coverage_of(request, pk)
    form = CoverageForm(request.POST or None, client=coverage.client, row=coverage)
    asked = _asked(request, coverage, "Edit coverage", "Save coverage")
    return ask(
        request, form, asked, lambda **values: actions.edit_coverage(by=request.member, coverage=coverage, **values)
    )


@require_http_methods(PAGE)
@allows(Permission.EDIT_COVERAGE, shows="coverage")
def end_coverage(request: Any, slug: str, pk: int) -> HttpResponse:
    """The last day of a coverage."""
    coverage = coverage_of(request, pk)
    initial = {"ends_on": coverage.ends_on or request.practice.today()}
    form = DayForm(request.POST or None, name="ends_on", label="Last day it pays", initial=initial)
    lead = f"Visits after that day go to the next plan. {endings.visits(coverage.client, coverage)}"
    asked = _asked(request, coverage, "End coverage", "End coverage", lead)
    return ask(
        request,
        form,
        asked,
        lambda ends_on: actions.end_coverage(by=request.member, coverage=coverage, ends_on=ends_on),
    )


@require_http_methods(PAGE)
@allows(Permission.RECORD_BENEFITS, shows="coverage")
def benefits(request: Any, slug: str, pk: int) -> HttpResponse:
    """Enter what the plan promised, as it was verified. What was said before stands below."""
    coverage = coverage_of(request, pk)
    rows = list(Benefit.objects.filter(coverage=coverage).select_related("verified_by__user").order_by("-verified_at"))
    form = BenefitForm(request.POST or None, last=rows[0] if rows else None, zone=request.practice.zone)
    history = [chart_parts.benefit(row, request.practice.zone) for row in rows[:20]]
    asked = _asked(
        request, coverage, "Benefits", "Save benefits", "The newest verified counts; nothing before is lost.",
        rows=history, rows_title="Verified before",
    )  # fmt: skip
    return ask(
        request, form, asked, lambda **values: actions.record_benefit(by=request.member, coverage=coverage, **values)
    )


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_COVERAGE, shows="case")
def authorization(request: Any, slug: str, pk: int) -> HttpResponse:
    """Enter a payer's leave to treat."""
    case = case_of(request, pk)
    form = AuthorizationForm(request.POST or None, case=case)
    asked = Asked(
        "Enter authorization", f"{case.client.name}. {case.complaint}", "Save", chart_url(request, case.client_id)
    )
    return ask(request, form, asked, lambda **values: actions.add_authorization(by=request.member, case=case, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_COVERAGE, shows="authorizations")
def withdraw_authorization(request: Any, slug: str, pk: int) -> HttpResponse:
    """Let an authorization count no longer."""
    found = authorization_of(request, pk)
    lead = f"{found.number}, {found.allowed} {found.get_counts_display().lower()} until {day(found.ends_on)}."
    asked = _asked(request, found.coverage, "Withdraw authorization", "Withdraw", lead)
    return ask(
        request, ReasonForm(request.POST or None), asked,
        lambda reason: actions.withdraw_authorization(by=request.member, authorization=found, reason=reason),
    )  # fmt: skip
