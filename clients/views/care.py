"""Doors to the care team: who treats a client and so may open her chart."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients import actions
from clients.form_pages import Asked, ask
from clients.forms import CareForm, HouseForm
from clients.views.finding import chart_url, client_of, team_of
from practice.permissions import Permission, allows

PAGE = ["GET", "HEAD", "POST"]


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="about")
def assign(request: Any, slug: str, pk: int) -> HttpResponse:
    """One more clinician: a colleague who covers, or who takes over."""
    client = client_of(request, pk)
    form = CareForm(request.POST or None, client=client)
    lead = f"{client.name}. She may open the chart from now on."
    asked = Asked("Add to the care team", lead, "Add clinician", chart_url(request, client.pk))
    return ask(request, form, asked, lambda **values: actions.assign(by=request.member, client=client, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="care team")
def unassign(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take a clinician off."""
    row = team_of(request, pk)
    lead = f"{row.client.name}. {row.clinician.name} keeps what she signed, and does not open this chart any more."
    asked = Asked("Take off the care team", lead, "Take off", chart_url(request, row.client_id))
    return ask(
        request, HouseForm(request.POST if request.method == "POST" else None), asked,
        lambda **_: actions.unassign(by=request.member, row=row),
    )  # fmt: skip
