"""Doors of a client's limits: what would break if a session were booked, and what is left."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import DateField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clients.models import Case, Client
from practice import audit
from practice.identifiers import whole
from practice.permissions import Permission, allows
from sessions import limits


@require_safe
@allows(Permission.BOOK_SESSION, listing="limits to book within")
def book_limits(request: Any, slug: str) -> HttpResponse:
    """What a session of `case` on `date` would break; nothing while these are not both chosen."""
    pk = whole(request.GET.get("case", ""))
    try:
        day = DateField(required=False).clean(request.GET.get("date", "")[:40].replace("\0", ""))
    except ValidationError:
        day = None
    found = []
    if pk and day:
        case = get_object_or_404(Case, pk=pk, client__in=Client.objects.visible_to(request.member))
        found = limits.warnings_for(case, [day], held="held" in request.GET)
    return render(request, "sessions/book_limits.html", {"limits": [breach.sentence for breach in found]})


@require_safe
@allows(Permission.SEE_CLIENTS, shows="limits")
def client_limits(request: Any, slug: str, pk: int) -> HttpResponse:
    """What the limits of a client's open cases have left, and what will break, for her chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="limits")
    return render(request, "sessions/limits.html", {"cases": limits.shown(client)})
