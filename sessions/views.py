"""Doors of the therapist's day: the agenda, the open session, its draft and its signature."""

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
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions import actions, addenda, evaluation_pages, forms, note_paper, pages, places
from sessions.models import Note, Session, SessionState
from sessions.on_page import OnPage, agenda_of, every_session, mine, panel_again, refused_again

VISITS = 20


@require_safe
@allows(Permission.SEE_OWN_DAY, listing="the day")
def today(request: Any, slug: str) -> HttpResponse:
    """The day, open at the session in progress, else the next one to log."""
    agenda = agenda_of(request)
    return render(request, "sessions/today.html", pages.day(request, agenda, pages.to_open(agenda, clock.now())))


@require_safe
@allows(Permission.READ_NOTE, shows="session")
def session(request: Any, slug: str, pk: int) -> HttpResponse:
    """One session: the panel alone for htmx, else the day around it."""
    found = mine(request, pk)
    if request.htmx and not request.htmx.boosted:
        return render(request, "sessions/panel.html", pages.panel(request, found))
    agenda = agenda_of(request)
    return render(request, "sessions/today.html", pages.day(request, agenda, found))


@require_POST
@allows(Permission.WRITE_NOTE)
def save_draft(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what is being typed. An autosave gets fragments back, a plain submit the page."""
    found = mine(request, pk)
    typed = OnPage(request, found)
    try:
        draft = typed.save()
    except (Conflict, BadInput) as refused:
        if not request.htmx:
            return refused_again(request, found, typed, refused)
        if isinstance(refused, Conflict):
            return render(request, "sessions/conflict.html", typed.beside(refused), status=409)
        return render(request, "sessions/saved.html", typed.answer(None, refused), status=422)
    if request.htmx:
        return render(request, "sessions/saved.html", typed.answer(draft))
    return redirect(places.of_session(request, found))


@require_POST
@allows(Permission.WRITE_NOTE)
def change_rows(request: Any, slug: str, pk: int) -> HttpResponse:
    """Add a code or take one away, and save; the panel comes back with what stood on it."""
    found = mine(request, pk)
    typed = OnPage(request, found, forms.changed_rows)
    try:
        typed.save()
    except (Conflict, BadInput) as refused:
        return refused_again(request, found, typed, refused)
    return panel_again(request, found, typed, [])


@require_POST
@allows(Permission.READ_NOTE)
def evaluation_level(request: Any, slug: str, pk: int) -> HttpResponse:
    """The level that the answers reach now. Computes, saves nothing."""
    found = mine(request, pk)
    code = forms.text(request.POST, "evaluation")
    answers = forms.read_answers(request.POST, found.case.discipline)
    return render(request, "sessions/level.html", evaluation_pages.live(request, found, code, answers))


@require_POST
@allows(Permission.SIGN_NOTE)
def sign(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what stands on the page, sign it, and open the next session."""
    found = mine(request, pk)
    typed = OnPage(request, found)
    try:
        if typed.wrong:
            raise BadInput(dict(zip(typed.wrong, typed.wrong, strict=True)))
        typed.save()
        actions.sign(by=request.member, session=found)
    except (Conflict, BadInput) as refused:
        return refused_again(request, found, typed, refused)
    url = after_signing(request, found)
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def after_signing(request: Any, signed: Session) -> str:
    """Where the next one of the day is logged: a group on its page, else where the one before was."""
    day = signed.served_on if places.beside_calendar(request) else None
    following = pages.next_open(agenda_of(request, day), signed)
    if following and following.appointment.group:
        return pages.page_of(following, request.practice.slug)
    return places.of_session(request, following) if following else places.of_none(request)


@require_POST
@allows(Permission.SIGN_NOTE)
def amend(request: Any, slug: str, pk: int) -> HttpResponse:
    """Correct the minutes of a signed session."""
    found = mine(request, pk)
    typed = OnPage(request, found)
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
        return panel_again(request, found, typed, list(dict.fromkeys(bad.errors.values())), status=422)
    except Conflict as conflict:
        return panel_again(request, found, typed, [str(conflict)], status=409)
    return redirect(places.of_session(request, found))


@require_POST
@allows(Permission.SIGN_NOTE)
def add_addendum(request: Any, slug: str, pk: int) -> HttpResponse:
    """Sign further words to a signed note."""
    found, text = mine(request, pk), forms.text(request.POST, "text")
    try:
        addenda.add_addendum(by=request.member, session=found, text=text)
    except BadInput as bad:
        return panel_again(
            request, found, None, [], status=422, adding={"text": text, "errors": [*bad.errors.values()]}
        )
    except Conflict as conflict:
        return panel_again(request, found, None, [str(conflict)], status=409)
    return redirect(places.of_session(request, found))


@require_safe
@allows(Permission.READ_NOTE, shows="signed note")
def note_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """A signed note as a PDF, for the client, a payer or another practice; before the signature there is none."""
    session = mine(request, pk)
    note = get_object_or_404(Note, session=session)
    note.session = session
    audit.seen(note, client_id=session.client_id, section="signed note")
    return pdf.download("sessions/note_pdf.html", {"paper": note_paper.paper(note)}, f"note-{session.pk}.pdf")


@require_POST
@allows(Permission.BOOK_SESSION)
def move(request: Any, slug: str, pk: int, state: str) -> HttpResponse:
    """Confirm, check in, cancel, mark missed or put back."""
    found = mine(request, pk)
    if state not in SessionState.values:
        raise Http404
    try:
        actions.move(by=request.member, session=found, state=state)
    except Conflict as conflict:
        if request.member.may(Permission.READ_NOTE):
            return panel_again(request, found, None, [str(conflict)], status=409)
        messages.error(request, str(conflict))
    return after(request, found)


def after(request: Any, found: Session) -> HttpResponse:
    """To the session, or to the chart for who books but reads no notes."""
    if request.member.may(Permission.READ_NOTE):
        return redirect(places.of_session(request, found))
    return redirect("clients:client", request.practice.slug, found.client_id)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="visits")
def visits(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's visits, newest first, for her chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="visits")
    rows = every_session().filter(client__in=client.ids).order_by("-starts_at", "-id")
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
