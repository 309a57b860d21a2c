"""Doors to cases: open, change, close, and the diagnoses with their search."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients import actions
from clients.diagnoses import Verdict
from clients.form_pages import Asked, ask
from clients.forms import CaseForm, DayForm, DiagnosesForm, HouseForm
from clients.icd10.search import search
from clients.models import Case
from clients.views.finding import case_of, chart_url, client_of
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import day

PAGE = ["GET", "HEAD", "POST"]


def _asked(request: Any, case: Case, title: str, submit: str, lead: str = "") -> Asked:
    about = f"{case.client.name}, {case.complaint}. {lead}".strip()
    return Asked(title, about, submit, chart_url(request, case.client_id), _search(request))


def _search(request: Any) -> dict[str, Any]:
    return {"search_url": reverse("clients:diagnoses", args=[request.practice.slug])}


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="about")
def open_case(request: Any, slug: str, pk: int) -> HttpResponse:
    """A further episode of care."""
    client = client_of(request, pk)
    form = CaseForm(request.POST or None, initial={"opened_on": request.practice.today()})
    asked = Asked("Open case", client.name, "Open case", chart_url(request, client.pk), _search(request))
    return ask(request, form, asked, lambda **values: actions.open_case(by=request.member, client=client, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="case")
def edit_case(request: Any, slug: str, pk: int) -> HttpResponse:
    """Cause, accident, onset, referral."""
    case = case_of(request, pk)
    form = CaseForm(request.POST or None, row=case)
    asked = _asked(request, case, "Edit case", "Save case")
    return ask(request, form, asked, lambda **values: actions.edit_case(by=request.member, case=case, **values))


@require_http_methods(PAGE)
@allows(Permission.SET_DIAGNOSES, shows="case")
def set_diagnoses(request: Any, slug: str, pk: int) -> HttpResponse:
    """The diagnoses of a case in order."""
    case = case_of(request, pk)
    form = DiagnosesForm(request.POST or None, row=case)
    asked = _asked(request, case, "Diagnoses", "Save diagnoses", "Claims that wait are checked again.")
    return ask(request, form, asked, lambda **values: actions.set_diagnoses(by=request.member, case=case, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="case")
def close_case(request: Any, slug: str, pk: int) -> HttpResponse:
    """The last day of an episode of care."""
    case = case_of(request, pk)
    form = DayForm(
        request.POST or None, name="closed_on", label="Last day", initial={"closed_on": request.practice.today()}
    )
    asked = _asked(request, case, "Close case", "Close case", "Nothing more is booked for it; it can be opened again.")
    return ask(
        request, form, asked, lambda closed_on: actions.close_case(by=request.member, case=case, closed_on=closed_on)
    )


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="case")
def reopen_case(request: Any, slug: str, pk: int) -> HttpResponse:
    """The episode goes on."""
    case = case_of(request, pk)
    asked = _asked(request, case, "Open case again", "Open again")
    return ask(
        request,
        HouseForm(request.POST if request.method == "POST" else None),
        asked,
        lambda **_: actions.reopen_case(by=request.member, case=case),
    )


@require_safe
@allows(Permission.SET_DIAGNOSES, shows=NOBODY)
def diagnoses(request: Any, slug: str) -> HttpResponse:
    """Codes that fit what is being typed, for the day of the form, else for today.

    `text` and `day` name the parameters that hold them; `q` is what a person writes in the address herself.
    """
    text = request.GET.get("q") or request.GET.get(request.GET.get("text", "diagnoses"), "")
    on = _day(request.GET.get(request.GET.get("day", "opened_on"), "")) or request.practice.today()
    answer = search(text.replace("\0", ""), on)
    context = {
        "list_id": request.htmx.target or "codes",
        "found": [
            {
                "code": each.code,
                "label": each.label,
                "whole": each.verdict == Verdict.BILLABLE,
                "instead": ", ".join(each.instead),
            }
            for each in answer.found
        ],
        "note": "" if answer.of_the_day else f"From the list {answer.release}: that of {day(on)} is not loaded.",
        "none": "No code fits. Try the beginning of a code, or other words."
        if len(text.strip()) > 1
        else "Go on typing.",
    }
    return render(request, "clients/diagnosis_options.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
