"""Doors of the therapist's day: the agenda, the open session, its draft and its signature."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clients.models import Client
from practice import audit, clock, pdf
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.models import Clinician
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions import actions, addenda, evaluation_pages, forms, note_paper, pages
from sessions.models import Note, NoteDraft, Session, SessionQuerySet, SessionState

VISITS = 20


def _sessions() -> SessionQuerySet:
    return Session.objects.all().select_related("client", "case", "clinician__member__user", "location")


def _mine(request: Any, pk: int) -> Session:
    return get_object_or_404(_sessions().visible_to(request.member), pk=pk)


def _agenda(request: Any) -> list[Session]:
    """Today's sessions of a clinician; of everybody for who treats nobody herself."""
    rows = _sessions().visible_to(request.member).filter(served_on=request.practice.today())
    own = rows.filter(clinician__member=request.member)
    return list((own if request.member.clinician_rows.exists() else rows).order_by("starts_at", "id"))


@require_safe
@allows(Permission.SEE_OWN_DAY, listing="the day")
def today(request: Any, slug: str) -> HttpResponse:
    """The day, open at the session in progress, else the next one to log."""
    agenda = _agenda(request)
    return render(request, "sessions/today.html", pages.day(request, agenda, pages.to_open(agenda, clock.now())))


@require_safe
@allows(Permission.READ_NOTE, shows="session")
def session(request: Any, slug: str, pk: int) -> HttpResponse:
    """One session: the panel alone for htmx, else the day around it."""
    found = _mine(request, pk)
    if request.htmx and not request.htmx.boosted:
        return render(request, "sessions/panel.html", pages.panel(request, found))
    agenda = _agenda(request)
    return render(request, "sessions/today.html", pages.day(request, agenda, found))


@require_POST
@allows(Permission.WRITE_NOTE)
def save_draft(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what is being typed. An autosave gets fragments back, a plain submit the page."""
    found = _mine(request, pk)
    typed = _Typed(request, found)
    try:
        draft = typed.save()
    except (Conflict, BadInput) as refused:
        if not request.htmx:
            return _refused(request, found, typed, refused)
        if isinstance(refused, Conflict):
            return render(request, "sessions/conflict.html", pages.conflict(request, found, refused), status=409)
        return render(request, "sessions/saved.html", typed.answer(None, refused), status=422)
    if request.htmx:
        return render(request, "sessions/saved.html", typed.answer(draft))
    return redirect("sessions:session", slug, pk)


@require_POST
@allows(Permission.WRITE_NOTE)
def change_rows(request: Any, slug: str, pk: int) -> HttpResponse:
    """Add a code or take one away, and save; the panel comes back with what stood on it."""
    found = _mine(request, pk)
    typed = _Typed(request, found, forms.changed_rows)
    try:
        typed.save()
    except (Conflict, BadInput) as refused:
        return _refused(request, found, typed, refused)
    return _panel(request, found, typed, [])


@require_POST
@allows(Permission.READ_NOTE)
def evaluation_level(request: Any, slug: str, pk: int) -> HttpResponse:
    """The level that the answers reach now. Computes, saves nothing."""
    found = _mine(request, pk)
    code = forms.text(request.POST, "evaluation")
    answers = forms.read_answers(request.POST, found.case.discipline)
    return render(request, "sessions/level.html", evaluation_pages.live(request, found, code, answers))


class _Typed:
    """What stands on the page of a session: rows and text, as typed and as they can be kept."""

    def __init__(self, request: Any, session: Session, read: Callable = forms.read_rows) -> None:
        self.request, self.session = request, session
        self.rows = forms.with_problems(read(request.POST), session.case.discipline)
        self.parts = forms.read_parts(request.POST)
        self.answers = forms.read_answers(request.POST, session.case.discipline)
        self.assistant = Clinician.objects.filter(pk=whole(request.POST.get("assistant", "")) or 0).first()
        self.version = whole(request.POST.get("version", "")) or 0

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
        )

    def answer(self, draft: NoteDraft | None, refused: BadInput | None = None) -> dict[str, Any]:
        errors = list(dict.fromkeys(refused.errors.values())) if refused else []
        return pages.saved(self.session, self.rows, self.parts, draft, self.version, errors)


def _refused(request: Any, found: Session, typed: _Typed, refused: Conflict | BadInput) -> HttpResponse:
    """The page again, with everything that was typed and what to do about it."""
    if isinstance(refused, BadInput):
        return _panel(request, found, typed, list(dict.fromkeys(refused.errors.values())), status=422)
    found.refresh_from_db(fields=["state"])
    if not found.open:  # signed or cancelled meanwhile: the facts, and why what was typed is not among them
        return _panel(request, found, None, [str(refused)], status=409)
    return _panel(request, found, typed, [], status=409, conflict=pages.conflict(request, found, refused))


def _panel(
    request: Any,
    found: Session,
    typed: _Typed | None,
    errors: list[str],
    status: int = 200,
    conflict: dict[str, Any] | None = None,
    adding: dict[str, Any] | None = None,
) -> HttpResponse:
    standing = (typed.rows, typed.parts) if typed else None
    context = pages.panel(request, found, typed=standing, answers=typed.answers if typed else None, errors=errors)
    context["conflict"] = conflict
    if adding:
        context["adding"] |= adding
    if request.htmx:
        return render(request, "sessions/panel.html", context, status=status)
    return render(request, "sessions/today.html", pages.day(request, _agenda(request), found, context), status=status)


@require_POST
@allows(Permission.SIGN_NOTE)
def sign(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what stands on the page, sign it, and open the next session."""
    found = _mine(request, pk)
    typed = _Typed(request, found)
    try:
        if typed.wrong:
            raise BadInput(dict(zip(typed.wrong, typed.wrong, strict=True)))
        typed.save()
        actions.sign(by=request.member, session=found)
    except (Conflict, BadInput) as refused:
        return _refused(request, found, typed, refused)
    following = pages.next_open(_agenda(request), found)
    url = (
        reverse("sessions:session", args=[slug, following.pk]) if following else reverse("sessions:today", args=[slug])
    )
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@require_POST
@allows(Permission.SIGN_NOTE)
def amend(request: Any, slug: str, pk: int) -> HttpResponse:
    """Correct the minutes of a signed session."""
    found = _mine(request, pk)
    typed = _Typed(request, found)
    wrong = [
        *typed.wrong,
        *(f"{row.code}: enter minutes" for row in typed.rows if row.typed.minutes is None and not row.error),
    ]
    try:
        if wrong:
            raise BadInput(dict(zip(wrong, wrong, strict=True)))
        actions.amend(
            by=request.member,
            session=found,
            corrections=forms.typed(typed.rows),
            reason=forms.text(request.POST, "reason"),
            assistant=typed.assistant,
        )
    except BadInput as bad:
        return _panel(request, found, typed, list(dict.fromkeys(bad.errors.values())), status=422)
    except Conflict as conflict:
        return _panel(request, found, typed, [str(conflict)], status=409)
    return redirect("sessions:session", slug, pk)


@require_POST
@allows(Permission.SIGN_NOTE)
def add_addendum(request: Any, slug: str, pk: int) -> HttpResponse:
    """Sign further words to a signed note."""
    found, text = _mine(request, pk), forms.text(request.POST, "text")
    try:
        addenda.add_addendum(by=request.member, session=found, text=text)
    except BadInput as bad:
        return _panel(request, found, None, [], status=422, adding={"text": text, "errors": [*bad.errors.values()]})
    except Conflict as conflict:
        return _panel(request, found, None, [str(conflict)], status=409)
    return redirect("sessions:session", slug, pk)


@require_safe
@allows(Permission.READ_NOTE, shows="signed note")
def note_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """A signed note as a PDF, for the client, a payer or another practice; before the signature there is none."""
    session = _mine(request, pk)
    note = get_object_or_404(Note, session=session)
    note.session = session
    audit.seen(note, client_id=session.client_id, section="signed note")
    return pdf.download("sessions/note_pdf.html", {"paper": note_paper.paper(note)}, f"note-{session.pk}.pdf")


@require_POST
@allows(Permission.BOOK_SESSION)
def move(request: Any, slug: str, pk: int, state: str) -> HttpResponse:
    """Confirm, check in, cancel, mark missed or put back."""
    found = _mine(request, pk)
    if state not in SessionState.values:
        raise Http404
    try:
        actions.move(by=request.member, session=found, state=state)
    except Conflict as conflict:
        if request.member.may(Permission.READ_NOTE):
            return _panel(request, found, None, [str(conflict)], status=409)
        messages.error(request, str(conflict))
    return after(request, found)


def after(request: Any, found: Session) -> HttpResponse:
    """To the session, or to the chart for who books but reads no notes."""
    if request.member.may(Permission.READ_NOTE):
        return redirect("sessions:session", request.practice.slug, found.pk)
    return redirect("clients:client", request.practice.slug, found.client_id)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="visits")
def visits(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's visits, newest first, for her chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="visits")
    rows = _sessions().filter(client__in=client.ids).order_by("-starts_at", "-id")
    page = Paginator(rows, VISITS).get_page(request.GET.get("page"))
    may_read = request.member.may(Permission.READ_NOTE)
    shown = [pages.visit(row, slug if may_read else "") for row in page.object_list]
    book_url = reverse("sessions:book", args=[slug]) + f"?client={client.pk}"
    context = {
        "visits": shown,
        "page": page_context(request, page),
        "book_url": book_url if client.survivor.active and request.member.may(Permission.BOOK_SESSION) else "",
    }
    return render(request, "sessions/visits.html", context)
