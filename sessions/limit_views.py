"""Doors of a client's limits: what would break if a session were booked, or is unlikely, and what is left."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import DateField, Field, TimeField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clients.models import Case, Client
from practice import audit
from practice.findings import BadInput
from practice.identifiers import whole
from practice.models import Clinician
from practice.permissions import Permission, allows
from sessions import limits
from sessions.calendar import hints
from sessions.calendar.forms import VisitForm
from sessions.medicare_hints import hint, with_plans
from sessions.odd_times import odd_times


@require_safe
@allows(Permission.BOOK_SESSION, listing="limits to book within")
def book_limits(request: Any, slug: str) -> HttpResponse:
    """What is booked if the form is sent now, what that would break, and what is unlikely about it.

    While only case and date are chosen, or date and time, what these say.
    """
    pk = whole(request.GET.get("case", ""))
    day, at = _read(request, "date", DateField), _read(request, "time", TimeField)
    rows = with_plans(Case.objects.filter(client__in=Client.objects.visible_to(request.member)), day) if day else None
    case = get_object_or_404(rows, pk=pk) if pk and rows is not None else None
    medicare = hint(case, day, request) if case else None
    form = VisitForm(request.GET, member=request.member)
    if case and form.is_valid():
        return render(request, "sessions/book_limits.html", {**_previewed(form), "medicare": medicare})
    clinician = Clinician.objects.filter(pk=whole(request.GET.get("clinician", "")) or 0).first() if at else None
    odd = odd_times(clinician, day, at) if day and at else []
    found = limits.warnings_for(case, [day], held="held" in request.GET) if case and day else []
    context = {"limits": odd + [breach.sentence for breach in found], "days": [], "medicare": medicare}
    return render(request, "sessions/book_limits.html", context)


def _previewed(form: VisitForm) -> dict[str, Any]:
    asked = form.series()
    try:
        found = hints.preview(asked, held=form.cleaned_data["held"])
    except BadInput as bad:
        return {"limits": list(bad.errors.values()), "days": []}
    return {"limits": hints.said(asked, found), "days": found.days if len(found.days) > 1 else []}


def _read(request: Any, name: str, kind: type[Field]) -> Any:
    """What was chosen; None for what is empty or cannot be read."""
    try:
        return kind(required=False).clean(request.GET.get(name, "")[:40].replace("\0", ""))
    except ValidationError:
        return None


@require_safe
@allows(Permission.SEE_CLIENTS, shows="limits")
def client_limits(request: Any, slug: str, pk: int) -> HttpResponse:
    """What the limits of a client's open cases have left, and what will break, for her chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="limits")
    return render(request, "sessions/limits.html", {"cases": limits.shown(client)})
