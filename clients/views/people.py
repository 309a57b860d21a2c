"""Doors to the client herself and to the people around her."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients import actions, endings
from clients.form_pages import Asked, ask
from clients.forms import ClientForm, HouseForm, PersonForm, ReasonForm
from clients.models import Client
from clients.views.finding import chart_url, client_of, person_of
from practice.permissions import Permission, allows

PAGE = ["GET", "HEAD", "POST"]


def _asked(request: Any, client: Client, title: str, submit: str, lead: str = "") -> Asked:
    return Asked(title, f"{client.name}. {lead}".strip(), submit, chart_url(request, client.pk))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="about")
def edit_client(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change name, birthday, sex, address."""
    client = client_of(request, pk)
    form = ClientForm(request.POST or None, row=client)
    asked = _asked(request, client, "Edit client", "Save client", f"Chart {client.number}.")
    return ask(request, form, asked, lambda **values: actions.edit_client(by=request.member, client=client, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="about")
def deactivate(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take a client out of the lists, with a reason."""
    client = client_of(request, pk)
    lead = f"The chart stays, and its number finds it. {endings.visits(client)}"
    asked = _asked(request, client, "Make inactive", "Make inactive", lead)
    return ask(
        request, ReasonForm(request.POST or None), asked,
        lambda **values: actions.deactivate_client(by=request.member, client=client, **values),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="about")
def reactivate(request: Any, slug: str, pk: int) -> HttpResponse:
    """Put a client back into the lists."""
    client = client_of(request, pk)
    asked = _asked(request, client, "Make active again", "Make active", "She is in the lists again.")
    return ask(
        request, HouseForm(request.POST if request.method == "POST" else None), asked,
        lambda **_: actions.reactivate_client(by=request.member, client=client),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="about")
def add_person(request: Any, slug: str, pk: int) -> HttpResponse:
    """A new contact or guardian."""
    client = client_of(request, pk)
    where = {name: getattr(client, name) for name in ("street", "city", "state", "zip")}
    form = PersonForm(request.POST or None, initial=where)
    asked = _asked(request, client, "Add person", "Add person")
    return ask(request, form, asked, lambda **values: actions.add_person(by=request.member, client=client, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="people")
def edit_person(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change a contact: who she is, what she may see, whether she pays."""
    link = person_of(request, pk)
    form = PersonForm(request.POST or None, row=link)
    asked = _asked(request, link.client, "Edit person", "Save person")
    return ask(request, form, asked, lambda **values: actions.edit_person(by=request.member, link=link, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows="people")
def end_person(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take a contact off the chart."""
    link = person_of(request, pk)
    lead = f"{link.contact} ({link.relation}) is told and shown nothing of this chart any more."
    asked = _asked(request, link.client, "Take person off the chart", "Take off", lead)
    return ask(
        request, HouseForm(request.POST if request.method == "POST" else None), asked,
        lambda **_: actions.end_person(by=request.member, link=link),
    )  # fmt: skip
