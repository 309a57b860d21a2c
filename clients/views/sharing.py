"""Doors to who owes a client's share."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients import actions
from clients.form_pages import Asked, ask
from clients.forms.sharing import SharingForm
from clients.views.finding import chart_url, client_of
from practice.permissions import Permission, allows

LEAD = "Each gets invoices and statements of a part of the client’s share, and sees nothing of the other’s."


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.EDIT_COVERAGE, shows="about")
def share_between(request: Any, slug: str, pk: int) -> HttpResponse:
    """Split the client's share between two people, or give it to one again."""
    client = client_of(request, pk)
    form = SharingForm(request.POST or None, client=client, today=request.practice.today())
    asked = Asked("Split the client’s share", f"{client.name}. {LEAD}", "Save", chart_url(request, client.pk))
    return ask(request, form, asked, lambda **values: actions.share_between(by=request.member, client=client, **values))
