"""Doors of groups: a new one, its page, who came, what is typed, the signatures."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice import audit
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.navigation import first_page
from practice.permissions import Permission, allows
from practice.templatetags.house import at_time, plural
from practice.templatetags.house import day as short_day
from sessions import limits
from sessions.calendar.views import _asked
from sessions.groups import actions, booking, pages
from sessions.groups.forms import AddClientForm, GroupForm, MoveGroupForm, Posted, typed
from sessions.models import Appointment, Session
from sessions.views import after_signing

MOST_SENTENCES = 6
MOST_FOUND = 60  # characters of a name that is looked for


def _appointment(request: Any, pk: int) -> Appointment:
    return get_object_or_404(actions.groups_of(request.member).select_related("series", "location"), pk=pk)


# --- a new one --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@allows(Permission.BOOK_SESSION, listing="clients to book")
def new_group(request: Any, slug: str) -> HttpResponse:
    """A new group, once or repeated. `narrow`: other clients to tick, with what stands on the page."""
    find = request.POST.get("find", "")[:MOST_FOUND]
    if "narrow" in request.POST:
        form = GroupForm(member=request.member, find=find, initial=typed(GroupForm, request.POST))
        return render(request, "sessions/group_book.html", _new(request, form))
    form = GroupForm(request.POST or None, member=request.member, find=find, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            booked = booking.book_group(
                by=request.member, cases=data["cases"], asked=form.series(), held=data["held"], skip=data["skip"],
                over=data["over"],
            )  # fmt: skip
        except BadInput as bad:
            form.refuse(bad)
        else:
            _say_booked(request, booked, data["cases"])
            return redirect("sessions:group", slug, booked[0].pk)
    return render(request, "sessions/group_book.html", _new(request, form), status=422 if form.errors else 200)


def _new(request: Any, form: GroupForm) -> dict[str, Any]:
    return {"form": form, "cancel_url": reverse(first_page(request.member), args=[request.practice.slug])}


def _say_booked(request: Any, booked: list[Appointment], cases: list[Any]) -> None:
    if len(booked) > 1:
        last = booked[-1].during.lower.astimezone(booked[-1].zone)
        messages.success(
            request, f"{plural(len(booked), 'group session')} booked, the last on {short_day(last.date())}."
        )
    days = [each.during.lower.astimezone(each.zone).date() for each in booked]
    told = [
        f"Booked. {case.client.name}: {breach.sentence}" for case in cases for breach in limits.warnings_for(case, days)
    ]
    for sentence in told[:MOST_SENTENCES]:
        messages.warning(request, sentence)
    if len(told) > MOST_SENTENCES:
        messages.warning(request, f"{plural(len(told) - MOST_SENTENCES, 'more warning')}: see each client’s limits.")


# --- its page ---------------------------------------------------------------------------------------


@require_safe
@allows(Permission.SEE_CALENDAR, shows="group")
def group(request: Any, slug: str, pk: int) -> HttpResponse:
    """Who is in it and who came, and for its clinician what is written."""
    return _page(request, pages.Group.of(_appointment(request, pk)))


def _page(
    request: Any, found: pages.Group, posted: Posted | None = None, status: int = 200, **told: Any
) -> HttpResponse:
    context = pages.page(request, found, posted, **told)
    fragment = request.htmx and not request.htmx.boosted
    return render(request, f"sessions/group{'_panel' if fragment else ''}.html", context, status=status)


def _save(request: Any, found: pages.Group) -> Posted:
    """Keep what stands on the page. Raises BadInput, Conflict; what was typed is in the answer all the same."""
    posted = Posted(request.POST, found.sessions)
    found.draft = actions.save_group(
        by=request.member, appointment=found.appointment, shared=posted.parts, lines=posted.lines, own=posted.own,
        version=posted.version,
    )  # fmt: skip
    posted.version = found.draft.version
    return posted


@require_POST
@allows(Permission.WRITE_NOTE)
def save_group(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what is being typed. An autosave gets fragments back, a plain submit the page."""
    found = pages.Group.of(_appointment(request, pk))
    try:
        posted = _save(request, found)
    except (Conflict, BadInput) as refused:
        return _refused(request, found, refused)
    if request.htmx:
        return render(request, "sessions/group_saved.html", pages.saved(found, posted, {}))
    return redirect("sessions:group", slug, pk) if not posted.problems else _page(request, found, posted, 422)


def _refused(
    request: Any, found: pages.Group, refused: Conflict | BadInput, *, whole_page: bool = False
) -> HttpResponse:
    posted = Posted(request.POST, found.sessions)
    if isinstance(refused, Conflict):
        if request.htmx and not whole_page:
            context = pages.page(request, found, posted, conflict=str(refused))["conflict"]
            return render(request, "sessions/conflict.html", context, status=409)
        return _page(request, found, posted, 409, conflict=str(refused))
    if request.htmx and not whole_page:
        return render(request, "sessions/group_saved.html", pages.saved(found, posted, refused.errors), status=422)
    errors = list(dict.fromkeys(refused.errors.values()))
    return _page(request, found, posted, 422, errors=errors)


@require_POST
@allows(Permission.WRITE_NOTE)
def change_group_rows(request: Any, slug: str, pk: int) -> HttpResponse:
    """Add a code for all or take one away, and save; the panel comes back with what stood on it."""
    found = pages.Group.of(_appointment(request, pk))
    try:
        posted = _save(request, found)
    except (Conflict, BadInput) as refused:
        return _refused(request, found, refused, whole_page=True)
    return _page(request, found, posted)


@require_POST
@allows(Permission.BOOK_SESSION)
def attendance(request: Any, slug: str, pk: int) -> HttpResponse:
    """One client present, missed or canceled, or everybody present; what was typed is saved with it."""
    appointment = _appointment(request, pk)
    told, status = "", 200
    try:
        _mark(request, appointment)
    except Conflict as conflict:
        told, status = str(conflict), 409
    except BadInput as bad:
        told, status = bad.errors["state"], 422
    found = pages.Group.of(appointment)
    posted = None
    if "version" in request.POST and request.member.may(Permission.WRITE_NOTE):
        try:
            posted = _save(request, found)
        except (Conflict, BadInput) as refused:
            return _refused(request, found, refused, whole_page=True)
    if told or request.htmx:
        return _page(request, found, posted, status, errors=[told] if told else [])
    return redirect("sessions:group", slug, pk)


def _mark(request: Any, appointment: Appointment) -> None:
    if request.POST.get("all"):
        actions.mark_all_present(by=request.member, appointment=appointment)
        return
    number, _, state = request.POST.get("mark", "").partition(":")
    session = get_object_or_404(actions.sessions_of(appointment), pk=whole(number) or 0)
    actions.mark(by=request.member, session=session, state=state)


@require_POST
@allows(Permission.SIGN_NOTE)
def sign_group(request: Any, slug: str, pk: int) -> HttpResponse:
    """Save what stands on the page, and sign a note for everybody who came."""
    appointment = _appointment(request, pk)
    found = pages.Group.of(appointment)
    try:
        posted = _save(request, found)
        if posted.problems:
            raise BadInput(dict(zip(posted.problems, posted.problems, strict=True)))
        notes = actions.sign_group(by=request.member, appointment=appointment, names_checked=posted.names_checked)
    except (Conflict, BadInput) as refused:
        return _refused(request, found, refused, whole_page=True)
    messages.success(request, f"{plural(len(notes), 'note')} signed.")
    return redirect(after_signing(request, found.first))


# --- who is in it, and when -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@allows(Permission.BOOK_SESSION, listing="clients to book")
def add_to_group(request: Any, slug: str, pk: int) -> HttpResponse:
    """One more client."""
    appointment = _appointment(request, pk)
    form = AddClientForm(request.POST or None, member=request.member, session=booking.any_of(appointment))
    if request.method == "POST" and form.is_valid():
        case = form.cleaned_data["case"]
        try:
            added = booking.add_client(
                by=request.member,
                appointment=appointment,
                case=case,
                following=bool(form.cleaned_data.get("following")),
            )
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field if field in form.fields else None, text)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            for breach in limits.warnings_for(case, [row.served_on for row in added]):
                messages.warning(request, f"Added. {breach.sentence}")
            return redirect("sessions:group", slug, pk)
    return _form(request, appointment, form, "Add a client", "Add client", "add_to_group")


@require_http_methods(["GET", "POST"])
@allows(Permission.BOOK_SESSION, shows="group")
def move_group(request: Any, slug: str, pk: int) -> HttpResponse:
    """Another time for everybody; from the form, or from a group that was dragged."""
    appointment = _appointment(request, pk)
    form = MoveGroupForm(request.POST or None, session=booking.any_of(appointment))
    if request.method == "POST" and form.is_valid():
        try:
            moved = booking.move_group(by=request.member, appointment=appointment, **form.move())
        except BadInput as bad:
            form.refuse(bad)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            return _moved(request, appointment, moved)
    return _form(request, appointment, form, "Move the group", "Move group", "move_group")


def _moved(request: Any, appointment: Appointment, moved: list[Session]) -> HttpResponse:
    first = moved[0]
    when = f"{short_day(first.served_on)}, {at_time(first.starts_at, first.location.zone)}"
    messages.success(request, f"Moved: {f'{len(moved)} times from {when} on' if len(moved) > 1 else when}.")
    back = request.POST.get("back", "")
    if back.startswith("?") and len(back) < 200:
        return redirect(reverse("sessions:calendar", args=[request.practice.slug]) + back)
    return redirect("sessions:group", request.practice.slug, appointment.pk)


def _form(request: Any, appointment: Appointment, form: Any, title: str, button: str, view: str) -> HttpResponse:
    found = pages.Group.of(appointment)
    audit.seen(appointment, client_id=[row.client_id for row in found.sessions], section="group")
    args = [request.practice.slug, appointment.pk]
    context = {
        "form": form,
        "title": title,
        "button": button,
        "action": reverse(f"sessions:{view}", args=args),
        "back_url": reverse("sessions:group", args=args),
        "cancel_url": reverse("sessions:cancel_group", args=args) if view == "move_group" and found.waiting else "",
        "series": appointment.series_id is not None,
    }
    return render(request, "sessions/group_form.html", context, status=422 if form.errors else 200)


@require_POST
@allows(Permission.BOOK_SESSION)
def cancel_group(request: Any, slug: str, pk: int) -> HttpResponse:
    """Cancel it for everybody who is only planned; with `following` those of its series after it too."""
    appointment = _appointment(request, pk)
    try:
        count = booking.cancel_group(
            by=request.member, appointment=appointment, following=bool(request.POST.get("following"))
        )
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, f"{plural(count, 'session')} canceled. Put one back where it was a slip.")
    return redirect("sessions:group", slug, pk)
