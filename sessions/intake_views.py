"""Door: a new client with coverage, authorization and first visit, on one page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clients.models import Client
from practice.findings import BadInput
from practice.permissions import NOBODY, Permission, allows
from sessions.intake import take_in
from sessions.intake_forms import IntakeForm


@require_http_methods(["GET", "POST"])
@allows(Permission.ADD_CLIENTS, shows=NOBODY)
def new_client(request: Any, slug: str) -> HttpResponse:
    """The page; when all of it is right, the client's chart."""
    form = IntakeForm(request.POST or None, member=request.member, today=request.practice.today())
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_in(by=request.member, zone=request.practice.zone, asked=form.asked())
        except BadInput as bad:
            form.add_errors(bad.errors)
        else:
            return _after(request, taken.client)
    context = {"form": form, "list_url": reverse("clients:list", args=[slug])}
    return render(request, "sessions/intake.html", context, status=422 if form.errors else 200)


def _after(request: Any, client: Client) -> HttpResponse:
    """To the chart, or back to the list for who does not treat her and so may not open it."""
    if Client.objects.visible_to(request.member).filter(pk=client.pk).exists():
        return redirect("clients:client", request.practice.slug, client.pk)
    messages.success(request, f"Chart {client.number} was made. Who treats the client finds it on her caseload.")
    return redirect("clients:list", request.practice.slug)
