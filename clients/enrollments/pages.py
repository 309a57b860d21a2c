"""Doors to enrollments: a grid of clinicians and payers, and one cell of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.enrollments import actions
from clients.enrollments.forms import EnrollmentForm
from clients.enrollments.lookup import rules_of
from clients.enrollments.models import Enrollment, EnrollmentState
from clients.models import Payer
from clients.rendering import Enrolled, PayerRule, standing_on
from practice import form_pages
from practice.identifiers import whole
from practice.models import Clinician
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.setup.tabs import tabs
from practice.templatetags.house import day

PAGE = 25  # clinicians
PAYERS = 12  # columns; more are chosen by the filter
BADGES = {
    EnrollmentState.ENROLLED: {"word": "Enrolled", "kind": "ok", "icon": "check-circle"},
    EnrollmentState.PENDING: {"word": "Pending", "kind": "warn", "icon": "clock"},
    EnrollmentState.NOT: {"word": "Not enrolled", "kind": "bad", "icon": "no-symbol"},
}
NOTHING = {"word": "Not entered", "kind": "mute", "icon": ""}


@require_safe
@allows(Permission.EDIT_ENROLLMENTS, shows=NOBODY)
def grid(request: Any, slug: str) -> HttpResponse:
    """Who may bill whom today."""
    every = list(Payer.objects.order_by("short_name", "pk"))
    chosen = whole(request.GET.get("payer", ""))
    payers = [payer for payer in every if payer.pk == chosen] or every[:PAYERS]
    rules, today = rules_of(payers), request.practice.today()
    clinicians = Clinician.objects.select_related("member__user", "supervisor__member__user")
    page = Paginator(clinicians.order_by("discipline", "member__user__last_name", "pk"), PAGE)
    shown = page.get_page(request.GET.get("page"))
    context = {
        "tabs": tabs(request, "enrollments"),
        "payers": [
            {
                "name": payer.short_name,
                "known": bool(rules[payer.pk].known),
                "supervisors": payer.supervisor_renders,
                "switch_url": reverse("enrollments:supervisors", args=[slug, payer.pk]),
            }
            for payer in payers
        ],
        "choices": every if len(every) > PAYERS or chosen else [],
        "chosen": chosen,
        "rows": [_row(one, payers, rules, slug, today) for one in shown.object_list],
        "page": page_context(request, shown),
    }
    return render(request, "setup/enrollments.html", context)


def _row(one: Clinician, payers: list[Payer], rules: dict[int, PayerRule], slug: str, today: date) -> dict[str, Any]:
    return {
        "name": one.name,
        "credentials": one.credentials,
        "under": one.supervisor.name if one.supervisor and one.level != "therapist" else "",
        "cells": [_cell(one, payer, rules[payer.pk], slug, today) for payer in payers],
    }


def _cell(one: Clinician, payer: Payer, rule: PayerRule, slug: str, today: date) -> dict[str, Any]:
    """What is shown is today's word; where there is none, the next one that comes."""
    row = standing_on(one.pk, rule.known, today)
    later = [known for known in rule.known if known.clinician == one.pk and known.starts_on > today]
    following = min(later, key=lambda known: known.starts_on, default=None)
    return {
        "payer": payer.short_name,
        "label": f"{one.name}, {payer.short_name}",
        "badge": BADGES[EnrollmentState(row.standing.value)] if row else NOTHING,
        "note": _note(row, following),
        "number": row.number if row else "",
        "url": reverse("enrollments:cell", args=[slug, one.pk, payer.pk]),
    }


def _note(row: Enrolled | None, following: Enrolled | None) -> str:
    if following:
        return f"{EnrollmentState(following.standing.value).label.lower()} from {day(following.starts_on)}"
    if row is None:
        return ""
    return f"until {day(row.ends_on)}" if row.ends_on else f"since {day(row.starts_on)}"


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_ENROLLMENTS, shows=NOBODY)
def cell(request: Any, slug: str, clinician: int, payer: int) -> HttpResponse:
    """A clinician's periods with a payer, and a new one."""
    who = get_object_or_404(Clinician.objects.select_related("member__user"), pk=clinician)
    whom = get_object_or_404(Payer, pk=payer)
    form = EnrollmentForm(
        form_pages.typed(request), initial={"state": "enrolled", "starts_on": request.practice.today()}
    )
    if request.method == "POST" and form_pages.done(
        form, lambda typed: actions.enter_enrollment(by=request.member, clinician=who, payer=whom, **typed)
    ):
        messages.success(request, "Saved. Claims that wait are being checked again.")
        return redirect("enrollments:grid", slug)
    periods = Enrollment.objects.filter(clinician=who, payer=whom).order_by("-starts_on")
    context = _context(slug, who, whom) | {
        "submit": "Enter period",
        "periods": [
            {
                "badge": BADGES[EnrollmentState(row.state)],
                "days": f"{day(row.starts_on)} – {day(row.ends_on)}" if row.ends_on else f"since {day(row.starts_on)}",
                "number": row.number,
                "url": reverse("enrollments:period", args=[slug, row.pk]),
                "remove_url": reverse("enrollments:remove", args=[slug, row.pk]),
            }
            for row in periods
        ],
    }
    return form_pages.answer(request, "setup/enrollment.html", form, context)


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_ENROLLMENTS, shows=NOBODY)
def period(request: Any, slug: str, pk: int) -> HttpResponse:
    """Correct one period."""
    rows = Enrollment.objects.select_related("clinician__member__user", "payer")
    found = get_object_or_404(rows, pk=pk)
    initial = {field: getattr(found, field) for field in ("state", "starts_on", "ends_on", "number")}
    form = EnrollmentForm(form_pages.typed(request), initial=initial)
    if request.method == "POST" and form_pages.done(
        form, lambda typed: actions.change_enrollment(by=request.member, enrollment=found, **typed)
    ):
        return redirect("enrollments:cell", slug, found.clinician_id, found.payer_id)
    context = _context(slug, found.clinician, found.payer) | {"submit": "Save period"}
    context["cancel_url"] = reverse("enrollments:cell", args=[slug, found.clinician_id, found.payer_id])
    return form_pages.answer(request, "setup/enrollment.html", form, context)


@require_POST
@allows(Permission.EDIT_ENROLLMENTS, shows=NOBODY)
def remove(request: Any, slug: str, pk: int) -> HttpResponse:
    """A period entered by mistake."""
    found = get_object_or_404(Enrollment, pk=pk)
    actions.remove_enrollment(by=request.member, enrollment=found)
    return redirect("enrollments:cell", slug, found.clinician_id, found.payer_id)


@require_POST
@allows(Permission.EDIT_ENROLLMENTS, shows=NOBODY)
def supervisors(request: Any, slug: str, pk: int) -> HttpResponse:
    """Whether a payer takes work under the supervisor's name: the other way round from now on."""
    payer = get_object_or_404(Payer, pk=pk)
    actions.let_supervisors_render(by=request.member, payer=payer, allowed=request.POST.get("allowed") == "yes")
    return redirect("enrollments:grid", slug)


def _context(slug: str, who: Clinician, whom: Payer) -> dict[str, Any]:
    url = reverse("enrollments:grid", args=[slug])
    return {
        "title": f"{who.name} with {whom.short_name}",
        "crumbs": [{"label": "Enrollment", "url": url}],
        "cancel_url": url,
    }
