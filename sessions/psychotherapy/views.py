"""The door of a psychotherapy note: its author reads and writes it; for everybody else there is none."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from practice import audit
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.permissions import Permission, allows
from sessions import forms
from sessions.models import Session
from sessions.psychotherapy import actions, pages


# The permission is everybody's, so that no answer tells a role apart: the sessions she may keep one of decide.
@require_http_methods(["GET", "POST"])
@allows(Permission.SEE_CLIENTS, shows="psychotherapy note")
def psychotherapy_note(request: Any, slug: str, pk: int) -> HttpResponse:
    """The form; an autosave gets fragments back, a plain submit the page."""
    found = get_object_or_404(actions.kept_by(request.member).select_related("client", "location"), pk=pk)
    if request.method == "POST":
        return _save(request, found)
    audit.seen(found, client_id=found.client_id, section="psychotherapy note")
    return render(request, "sessions/psychotherapy_note.html", pages.context(request, found))


def _save(request: Any, found: Session) -> HttpResponse:
    text, version = forms.text(request.POST, "text").replace("\r\n", "\n"), whole(request.POST.get("version", "")) or 0
    try:
        actions.write(by=request.member, session=found, text=text, version=version)
    except Conflict as conflict:
        shown = pages.context(request, found, text, version, conflict=str(conflict))
        page = "conflict" if request.htmx else "note"
        return render(request, f"sessions/psychotherapy_{page}.html", shown, status=409)
    except BadInput as bad:
        shown = pages.context(request, found, text, version, errors=list(bad.errors.values()))
        page = "saved" if request.htmx else "note"
        return render(request, f"sessions/psychotherapy_{page}.html", shown, status=422)
    if request.htmx:
        return render(request, "sessions/psychotherapy_saved.html", pages.context(request, found))
    return redirect("sessions:psychotherapy_note", request.practice.slug, found.pk)
