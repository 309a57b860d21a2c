"""Doors to what sessions put into a client's chart."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clients.models import Client
from practice import audit
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions import chart_pages
from sessions.models import Note
from sessions.writing import cosigning

NOTES = 10


def _client(request: Any, pk: int, section: str) -> Client:
    """Whose chart it is; that she was looked at is kept."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section=section)
    return client


@require_safe
@allows(Permission.READ_NOTE, shows="notes")
def notes(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's signed notes, newest first, each with its addenda."""
    client = _client(request, pk, "notes")
    rows = Note.objects.filter(session__client__in=client.ids).select_related(
        "session__case", "session__location", "session__clinician__supervisor__member__user"
    )
    rows = rows.prefetch_related(*cosigning.needs()).order_by("-session__starts_at", "-id")
    page = Paginator(rows, NOTES).get_page(request.GET.get("page"))
    shown = [chart_pages.note(row, slug) for row in page.object_list]
    return render(request, "sessions/notes.html", {"notes": shown, "page": page_context(request, page)})


@require_safe
@allows(Permission.SEE_CLIENTS, shows="facts")
def client_facts(request: Any, slug: str, pk: int) -> HttpResponse:
    """What stands beside the name in the chart."""
    found = chart_pages.facts(_client(request, pk, "facts"), request.practice.today())
    return render(request, "components/facts.html", {"facts": found})
