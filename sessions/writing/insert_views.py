"""Doors of what may be put into a note: earlier notes beside the page, templates and phrases to choose from."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from practice import audit
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.models import Membership
from practice.permissions import NOBODY, Permission, allows
from sessions.minutes import PARTS
from sessions.models import Note, NoteDraft, Session
from sessions.note_kinds import Kind
from sessions.on_page import OnPage, panel_again, refused_again
from sessions.writing import copies, inserting, keeping, pages
from sessions.writing.kinds import SHEETS


def _session(request: Any, pk: int) -> Session:
    rows = Session.objects.visible_to(request.member)
    return get_object_or_404(rows.select_related("client", "case", "clinician__member__user", "location"), pk=pk)


@require_safe
@allows(Permission.READ_NOTE, shows="earlier notes")
def earlier(request: Any, slug: str, pk: int) -> HttpResponse:
    """The last signed notes of the case, to look at beside the page and to copy from."""
    found = _session(request, pk)
    audit.seen(found, client_id=found.client_id, section="earlier notes")
    hers = found.open and found.clinician.member_id == request.member.pk
    context = {
        "notes": [pages.earlier_note(note) for note in copies.earlier(found, request.member)],
        "insert_url": reverse("sessions:insert", args=[slug, pk]) if hers else "",
        "back_url": reverse("sessions:session", args=[slug, pk]),
    }
    return render(request, "sessions/earlier.html", context)


@require_safe
@allows(Permission.WRITE_NOTE, shows=NOBODY)
def insertable(request: Any, slug: str, pk: int) -> HttpResponse:
    """The templates for the kind of note that is being written, and the phrases: hers and the shared ones."""
    found = _session(request, pk)
    draft = NoteDraft.objects.filter(session=found).only("kind").first()
    asked = request.GET.get("kind", "")
    kind = Kind(asked) if asked in set(Kind) else Kind(draft.kind) if draft else Kind.DAILY
    context = {
        "templates": [
            {"id": row.pk, "name": row.name} for row in keeping.templates_of(request.member).filter(kind=kind)
        ],
        "kind": SHEETS[kind].title.lower(),
        "phrases": [{"shortcut": row.shortcut, "text": row.text} for row in keeping.phrases_of(request.member)],
        "insert_url": reverse("sessions:insert", args=[slug, pk]),
        "templates_url": reverse("sessions:templates", args=[slug]),
        "phrases_url": reverse("sessions:phrases", args=[slug]),
    }
    return render(request, "sessions/insertable.html", context)


@require_POST
@allows(Permission.WRITE_NOTE)
def insert(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what stands on the page, put in what was pressed, and show the page."""
    found = _session(request, pk)
    typed = OnPage(request, found) if "version" in request.POST else None
    try:
        version = typed.save().version if typed else None
        draft = _put(request, found, version)
    except (Conflict, BadInput) as refused:
        return refused_again(request, found, typed, refused)
    if not request.htmx:
        return redirect("sessions:session", slug, pk)
    if typed:
        typed.parts = draft.parts
    return panel_again(request, found, typed, [])


def _put(request: Any, session: Session, version: int | None) -> NoteDraft:
    """`copy` is NOTE or NOTE:PART, `template` an id."""
    by: Membership = request.member
    note, _, part = request.POST.get("copy", "").partition(":")
    if note:
        source = get_object_or_404(Note, pk=whole(note) or 0, session__case_id=session.case_id)
        if part and part not in PARTS:
            raise Http404
        parts = [part] if part else PARTS
        return inserting.copy_from(by=by, session=session, source=source, parts=parts, version=version)
    template = get_object_or_404(keeping.templates_of(by), pk=whole(request.POST.get("template", "")) or 0)
    return inserting.use_template(by=by, session=session, template=template, version=version)
