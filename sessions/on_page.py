"""The page of a session: who may see it, what stands on it, and the page again after a door has refused."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.models import Clinician
from sessions import actions, conflicts, forms, pages
from sessions.models import Note, NoteDraft, Session, SessionQuerySet
from sessions.note_kinds import Kind
from sessions.writing.kinds import SHEETS
from sessions.writing.pages import hints, read_kind


def every_session() -> SessionQuerySet:
    return Session.objects.all().select_related("client", "case", "clinician__member__user", "location", "appointment")


def mine(request: Any, pk: int) -> Session:
    return get_object_or_404(every_session().visible_to(request.member), pk=pk)


def agenda_of(request: Any, day: date | None = None) -> list[Session]:
    """A day's sessions, today's as a rule, of a clinician; of everybody for who treats nobody herself."""
    rows = every_session().visible_to(request.member).filter(served_on=day or request.practice.today())
    own = rows.filter(clinician__member=request.member)
    return list((own if request.member.clinician_rows.exists() else rows).order_by("starts_at", "id"))


class OnPage:
    """What stands on the page of a session: rows and text, as typed and as they can be kept."""

    def __init__(self, request: Any, session: Session, read: Callable = forms.read_rows) -> None:
        self.request, self.session = request, session
        self.rows = forms.with_problems(read(request.POST), session.case.discipline)
        self.parts = forms.read_parts(request.POST)
        self.answers = forms.read_answers(request.POST, session.case.discipline)
        self.assistant = Clinician.objects.filter(pk=whole(request.POST.get("assistant", "")) or 0).first()
        self.version = whole(request.POST.get("version", "")) or 0
        self.kind = read_kind(request.POST)

    @property
    def wrong(self) -> list[str]:
        return [f"{row.code}: {row.error}" for row in self.rows if row.error]

    def save(self) -> NoteDraft:
        return actions.save_draft(
            by=self.request.member,
            session=self.session,
            parts=self.parts,
            lines=forms.keepable(self.rows, self.session.case.discipline),
            assistant=self.assistant,
            version=self.version,
            evaluation=self.answers,
            kind=self.kind,
        )

    def beside(self, refused: Conflict) -> dict[str, Any]:
        return conflicts.conflict(self.request, self.session, refused, self.rows, self.parts)

    def unkept(self) -> list[dict[str, str]]:
        """{title, text} of what was typed and is not in what was kept of the session, to be copied from the page."""
        kept = (
            Note.objects.filter(session=self.session).first() or NoteDraft.objects.filter(session=self.session).first()
        )
        there = set(kept.parts.values()) if kept else set()
        titles = {name: part.title for name, part in SHEETS[self.kind or Kind.DAILY].parts.items()}
        found = [
            (titles[name], text)
            for name, text in self.parts.items()
            if name in titles and text.replace("\r\n", "\n") not in there
        ]
        if found or not kept:
            found.append(("Minutes", ", ".join(f"{row.code} {row.text}" for row in self.rows if row.text)))
        return [{"title": title, "text": text} for title, text in found if text.strip()]

    def answer(self, draft: NoteDraft | None, refused: BadInput | None = None) -> dict[str, Any]:
        errors = list(dict.fromkeys(refused.errors.values())) if refused else []
        told = pages.saved(self.session, self.rows, self.parts, draft, self.version, errors)
        return told | {"writing": hints(self.request, self.session, told["kind"], self.parts, self.rows)}


def refused_again(request: Any, found: Session, typed: OnPage | None, refused: Conflict | BadInput) -> HttpResponse:
    """The page again, with everything that was typed and what to do about it."""
    if isinstance(refused, BadInput):
        return panel_again(request, found, typed, list(dict.fromkeys(refused.errors.values())), status=422)
    found.refresh_from_db(fields=["state"])
    if not found.open:  # signed or cancelled meanwhile: the facts, and beside them what was typed and is not among them
        return panel_again(request, found, None, [str(refused)], status=409, unkept=typed.unkept() if typed else [])
    return panel_again(request, found, typed, [], status=409, conflict=typed.beside(refused) if typed else None)


def panel_again(
    request: Any,
    found: Session,
    typed: OnPage | None,
    errors: list[str],
    status: int = 200,
    conflict: dict[str, Any] | None = None,
    adding: dict[str, Any] | None = None,
    returning: dict[str, Any] | None = None,
    unkept: Sequence[dict[str, str]] = (),
) -> HttpResponse:
    """The page of a session, with what was typed and why it was refused."""
    standing = (typed.rows, typed.parts) if typed else None
    context = pages.panel(request, found, typed=standing, answers=typed.answers if typed else None, errors=errors)
    context |= {"conflict": conflict, "unkept": unkept}
    if adding:
        context["adding"] |= adding
    if returning and context["writing"]["cosigning"]:
        context["writing"]["cosigning"]["returning"] = returning
    if request.htmx:
        return render(request, "sessions/panel.html", context, status=status)
    return render(request, "sessions/today.html", pages.day(request, agenda_of(request), found, context), status=status)
