"""Doors to clinicians and their working hours."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice import form_pages
from practice.models import Clinician
from practice.permissions import NOBODY, Permission, allows
from practice.setup import clinicians as verbs
from practice.setup import hours
from practice.setup.forms import ClinicianForm, HoursForm
from practice.setup.models import Weekday, WorkingHours
from practice.setup.tabs import tabs
from practice.templatetags.house import day

FIELDS = (
    "discipline", "level", "credentials", "npi", "taxonomy", "supervisor", "licence_number", "licence_state",
    "licence_until",
)  # fmt: skip
SOON = 60  # days before a license runs out


@require_safe
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def clinicians(request: Any, slug: str) -> HttpResponse:
    """Who treats here."""
    today = request.practice.today()
    found = Clinician.objects.select_related("member__user", "supervisor__member__user")
    rows = [
        {
            "name": row.name,
            "url": reverse("setup:clinician", args=[slug, row.pk]),
            "credentials": row.credentials,
            "treats": f"{row.discipline}, {row.level}",
            "npi": row.npi,
            "supervisor": row.supervisor.name if row.supervisor else "",
            "licence": f"{row.licence_state} {row.licence_number}".strip(),
            "state": licence(row.licence_until, today),
        }
        for row in found.order_by("discipline", "member__user__last_name", "pk")
    ]
    return render(request, "setup/clinicians.html", {"tabs": tabs(request, "clinicians"), "rows": rows})


def licence(until: date | None, today: date) -> dict[str, str]:
    """How long a license holds, as a badge."""
    if until is None:
        return {"word": "No date", "kind": "mute", "icon": ""}
    if until < today:
        return {"word": f"Ran out {day(until)}", "kind": "bad", "icon": "exclamation-triangle"}
    soon = (until - today).days <= SOON
    return {
        "word": f"Until {day(until)}",
        "kind": "warn" if soon else "ok",
        "icon": "clock" if soon else "check-circle",
    }


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def new_clinician(request: Any, slug: str) -> HttpResponse:
    """A member of the team who treats from now on."""
    form = ClinicianForm(form_pages.typed(request), clinician=None, practice=request.practice)
    if request.method == "POST" and form_pages.done(
        form, lambda typed: verbs.save_clinician(by=request.member, **typed)
    ):
        messages.success(request, f"{form.cleaned_data['member'].user.name} can be booked from now on.")
        return redirect("setup:clinicians", slug)
    return form_pages.answer(request, "setup/form.html", form, _context(slug, "New clinician", "Add clinician"))


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def clinician(request: Any, slug: str, pk: int) -> HttpResponse:
    """One clinician, and when she works."""
    found = _found(pk)
    initial = {field: getattr(found, field) for field in FIELDS}
    form = ClinicianForm(form_pages.typed(request), initial=initial, clinician=found, practice=request.practice)
    if request.method == "POST" and form_pages.done(
        form, lambda typed: verbs.save_clinician(by=request.member, member=found.member, clinician=found, **typed)
    ):
        messages.success(request, f"{found.name} is saved.")
        return redirect("setup:clinicians", slug)
    return _page(request, slug, _found(pk), form, HoursForm(initial={"from_on": request.practice.today()}))


@require_POST
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def add_hours(request: Any, slug: str, pk: int) -> HttpResponse:
    """The same hours on some weekdays."""
    found = _found(pk)
    form = HoursForm(request.POST)
    if form_pages.done(form, lambda typed: hours.add_hours(by=request.member, clinician=found, **typed)):
        return redirect("setup:clinician", slug, pk)
    initial = {field: getattr(found, field) for field in FIELDS}
    return _page(request, slug, found, ClinicianForm(initial=initial, clinician=found, practice=request.practice), form)


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def change_hours(request: Any, slug: str, pk: int) -> HttpResponse:
    """Other hours, or a last day for these."""
    found = get_object_or_404(WorkingHours.objects.select_related("clinician__member__user"), pk=pk)
    initial = {field: getattr(found, field) for field in ("location", "starts", "ends", "from_on", "until_on")}
    form = HoursForm(form_pages.typed(request), initial=initial, changing=True)
    if request.method == "POST" and form_pages.done(
        form, lambda typed: hours.change_hours(by=request.member, hours=found, **typed)
    ):
        return redirect("setup:clinician", slug, found.clinician_id)
    context = _context(slug, f"{found.clinician.name}, {Weekday(found.weekday).label}", "Save hours")
    context["cancel_url"] = reverse("setup:clinician", args=[slug, found.clinician_id])
    return form_pages.answer(request, "setup/form.html", form, context)


@require_POST
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def remove_hours(request: Any, slug: str, pk: int) -> HttpResponse:
    """Hours entered by mistake."""
    found = get_object_or_404(WorkingHours, pk=pk)
    hours.remove_hours(by=request.member, hours=found)
    return redirect("setup:clinician", slug, found.clinician_id)


def _found(pk: int) -> Clinician:
    return get_object_or_404(Clinician.objects.select_related("member__user"), pk=pk)


def _context(slug: str, title: str, submit: str) -> dict[str, Any]:
    url = reverse("setup:clinicians", args=[slug])
    settings = {"label": "Settings", "url": reverse("setup:profile", args=[slug])}
    crumbs = [settings, {"label": "Clinicians", "url": url}]
    return {"title": title, "submit": submit, "crumbs": crumbs, "cancel_url": url}


def _page(request: Any, slug: str, found: Clinician, form: ClinicianForm, hours_form: HoursForm) -> HttpResponse:
    rows = WorkingHours.objects.filter(clinician=found).select_related("location")
    context = _context(slug, found.name, "Save clinician") | {
        "form": form,
        "credentials": found.credentials,
        "hours": list(_hours(rows.order_by("weekday", "from_on", "starts"), slug, request.practice.today())),
        "hours_form": hours_form,
        "hours_url": reverse("setup:add_hours", args=[slug, found.pk]),
    }
    wrong = form.errors or hours_form.errors
    return render(request, "setup/clinician.html", context, status=422 if wrong else 200)


def _hours(rows: Iterable[WorkingHours], slug: str, today: date) -> Any:
    for row in rows:
        over = row.until_on is not None and row.until_on < today
        yield {
            "day": Weekday(row.weekday).label,
            "time": f"{_clock(row.starts)} – {_clock(row.ends)}",
            "place": row.location.name,
            "when": _days(row, today),
            "over": over,
            "url": reverse("setup:hours", args=[slug, row.pk]),
            "remove_url": reverse("setup:remove_hours", args=[slug, row.pk]),
        }


def _clock(at: Any) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def _days(row: WorkingHours, today: date) -> str:
    starts = "" if row.from_on <= today else f"from {day(row.from_on)}"
    ends = f"until {day(row.until_on)}" if row.until_on else ""
    return f"{starts} {ends}".strip() or "ongoing"
