"""Doors of a supervisor: the notes that wait for her, her signature below one, and one that is given back."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from practice.findings import BadInput, Conflict
from practice.lock.marks import polled
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from sessions import forms
from sessions.models import Note, Session
from sessions.on_page import panel_again
from sessions.writing import cosigning, pages

LIST = 20


def _signed(request: Any, pk: int) -> Session:
    rows = Session.objects.visible_to(request.member).select_related(
        "client", "case", "clinician__member__user", "clinician__supervisor__member__user", "location"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@allows(Permission.SIGN_NOTE, listing="notes to co-sign")
def to_cosign(request: Any, slug: str) -> HttpResponse:
    """The notes that wait for her, oldest first; those she gave back; and her own that came back."""
    rows = cosigning.to_cosign(request.member)
    page = Paginator(_shown(rows), LIST).get_page(request.GET.get("page"))
    given = _shown(cosigning.given_back(request.member))[:LIST]
    returned = _shown(cosigning.returned_to(request.member))[:LIST]
    context = {
        "notes": [pages.row(note, slug) for note in page.object_list],
        "given_back": [pages.row(note, slug) for note in given],
        "returned": [pages.row(note, slug) for note in returned],
        "page": page_context(request, page),
        "count": page.paginator.count,
    }
    return render(request, "sessions/to_cosign.html", context)


def _shown(rows: Any) -> Any:
    whose = ("session__client", "session__case", "session__location", "session__clinician__member__user")
    return rows.select_related(*whose, "session__clinician__supervisor__member__user").prefetch_related(
        *cosigning.needs()
    )


@polled
@require_safe
@allows(Permission.SIGN_NOTE, shows=NOBODY)
def cosign_count(request: Any, slug: str) -> HttpResponse:
    """The number beside "To co-sign": notes that wait for her, and her own that came back."""
    waiting = cosigning.to_cosign(request.member).count() + cosigning.returned_to(request.member).count()
    return HttpResponse(str(waiting or ""))


@require_POST
@allows(Permission.SIGN_NOTE)
def cosign(request: Any, slug: str, pk: int) -> HttpResponse:
    """Sign below the note, and open the next that waits."""
    found = _signed(request, pk)
    try:
        cosigning.cosign(by=request.member, session=found)
    except Conflict as conflict:
        return panel_again(request, found, None, [str(conflict)], status=409)
    return redirect(_next(request, slug))


@require_POST
@allows(Permission.SIGN_NOTE)
def return_note(request: Any, slug: str, pk: int) -> HttpResponse:
    """Give the note back with a remark, and open the next that waits."""
    found, remark = _signed(request, pk), forms.text(request.POST, "remark")
    try:
        cosigning.return_note(by=request.member, session=found, remark=remark)
    except BadInput as bad:
        typed = {"text": remark, "errors": list(bad.errors.values())}
        return panel_again(request, found, None, [], status=422, returning=typed)
    except Conflict as conflict:
        return panel_again(request, found, None, [str(conflict)], status=409)
    return redirect(_next(request, slug))


def _next(request: Any, slug: str) -> str:
    """The oldest note that waits for her; the list when none does."""
    following: Note | None = cosigning.to_cosign(request.member).first()
    if following is None:
        return reverse("sessions:to_cosign", args=[slug])
    return reverse("sessions:session", args=[slug, following.session_id])
