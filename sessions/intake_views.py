"""Door to a new client with coverage, authorization and first visit, on one page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clients.models import Client
from clients.twins import Twin
from practice.findings import BadInput
from practice.identifiers import whole
from practice.permissions import NOBODY, Permission, allows
from sessions import odd_times
from sessions.intake import Known, Taken, take_in
from sessions.intake_forms import IntakeForm


@require_http_methods(["GET", "POST"])
@allows(Permission.ADD_CLIENTS, shows=NOBODY)
def new_client(request: Any, slug: str) -> HttpResponse:
    """The page; when all of it is right, the client's chart. A chart that may be hers is shown before a second one."""
    posted = request.method == "POST"
    form = IntakeForm(request.POST if posted else None, member=request.member, today=request.practice.today())
    known: dict[str, Any] | None = None
    if posted and form.is_valid():
        past = whole(request.POST.get("anyway", "")) or 0
        try:
            taken = take_in(by=request.member, zone=request.practice.zone, asked=form.asked(), past=past)
        except Known as found:
            known = _known(request, found)
        except BadInput as bad:
            form.refuse(bad)
        else:
            return _after(request, taken)
    context = {
        "form": form,
        "known": known,
        "list_url": reverse("clients:list", args=[slug]),
        "search_url": reverse("clients:diagnoses", args=[slug]),
    }
    status = 409 if known else 422 if form.errors else 200
    return render(request, "sessions/intake.html", context, status=status)


def _known(request: Any, found: Known) -> dict[str, Any]:
    """The charts that may be hers, as far as the person may know of them."""
    found.tell()
    charts = {twin.client: _chart(twin, request.practice.slug) for twin in found.twins}
    made = charts.pop(found.made, {"name": found.made.name, "number": found.made.number}) if found.made else None
    return {"made": made, "charts": [*charts.values()], "hidden": found.hidden, "count": found.count}


def _chart(twin: Twin, slug: str) -> dict[str, Any]:
    return {
        "name": twin.client.name,
        "number": twin.client.number,
        "birth_on": twin.client.birth_on,
        "active": twin.client.active,
        "why": ", ".join(twin.likeness.reasons),
        "url": reverse("clients:client", args=[slug, twin.client.pk]),
    }


def _after(request: Any, taken: Taken) -> HttpResponse:
    """To the chart, or back to the list for who does not treat her and so may not open it."""
    client = taken.client
    for sentence in odd_times.of_session(taken.session) if taken.session else []:
        messages.warning(request, f"The first visit is booked. {sentence}")
    if Client.objects.visible_to(request.member).filter(pk=client.pk).exists():
        return redirect("clients:client", request.practice.slug, client.pk)
    messages.success(request, f"Chart {client.number} was made. Who treats the client finds it on her caseload.")
    return redirect("clients:list", request.practice.slug)
