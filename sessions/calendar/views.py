"""Doors of the calendar: the week, one visit, a new one, another time, time off."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.navigation import first_page
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import at_time, plural
from practice.templatetags.house import day as short_day
from sessions import actions as sessions
from sessions import limits, odd_times
from sessions.calendar import actions, hints, pages
from sessions.calendar.forms import RescheduleForm, TimeOffForm, VisitForm, Window
from sessions.models import Session, SessionQuerySet
from sessions.views import after

PAGE = 20


@require_safe
@allows(Permission.SEE_CALENDAR, listing="the calendar")
def calendar(request: Any, slug: str) -> HttpResponse:
    """A day or a week, of one clinician or of all."""
    found = Window(request.GET, request.practice.today(), request.member)
    opened = None
    if found.open and request.member.may(Permission.READ_NOTE):
        opened = _sessions(request).filter(pk=found.open).first()
    return render(request, "sessions/calendar.html", pages.calendar(request, found, opened))


def _sessions(request: Any) -> SessionQuerySet:
    return Session.objects.visible_to(request.member).select_related(
        "client", "case", "clinician__member__user", "location", "appointment__series"
    )


def _session(request: Any, pk: int) -> Session:
    return get_object_or_404(_sessions(request), pk=pk)


@require_safe
@allows(Permission.SEE_CALENDAR, shows="booking")
def booking(request: Any, slug: str, pk: int) -> HttpResponse:
    """One visit: when and where, what may be done, and its form for another time."""
    found = _session(request, pk)
    audit.seen(found, client_id=found.client_id, section="booking")
    return render(
        request,
        "sessions/booking.html",
        pages.booking(request, found, RescheduleForm(session=found), opened="another" in request.GET),
    )


@require_POST
@allows(Permission.BOOK_SESSION)
def reschedule(request: Any, slug: str, pk: int) -> HttpResponse:
    """Another time; from the form, or from a visit that was dragged."""
    found = _session(request, pk)
    form = RescheduleForm(request.POST, session=found)
    if form.is_valid():
        try:
            moved = actions.reschedule(by=request.member, session=found, **form.move())
        except BadInput as bad:
            form.refuse(bad)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            if found.appointment.group:  # its card has no form to say it
                messages.error(request, str(conflict))
        else:
            return _to_calendar(request, moved)
    found = _session(request, pk)
    return render(request, "sessions/booking.html", pages.booking(request, found, form, opened=True), status=422)


def _to_calendar(request: Any, moved: list[Session]) -> HttpResponse:
    first = moved[0]
    when = f"{short_day(first.served_on)}, {at_time(first.starts_at, first.location.zone)}"
    what = f"{plural(len(moved), 'visit')} from {when} on" if len(moved) > 1 else when
    messages.success(request, f"Moved: {what}.")
    _warn(request, "Moved.", first, [each.starts_at for each in moved], [each.served_on for each in moved])
    return redirect(_calendar_url(request, first))


def _calendar_url(request: Any, session: Session) -> str:
    """The view she came from, else the visit's week."""
    back = request.POST.get("back", "")
    base = reverse("sessions:calendar", args=[request.practice.slug])
    if back.startswith("?") and len(back) < 200:
        return base + back
    return f"{base}?view=week&on={session.served_on}&clinician={session.clinician_id}"


def _warn(request: Any, done: str, first: Session, starts: list[Any], days: list[Any]) -> None:
    """What the visits break, and which lie outside working hours; they stand."""
    outside = hints.outside_hours(first.clinician, first.location, starts, first.ends_at - first.starts_at)
    told = [hints.hours_sentence(first.clinician, outside)] if outside else []
    for sentence in [
        *told,
        *odd_times.of_session(first),
        *(breach.sentence for breach in limits.warnings_for(first.case, days)),
    ]:
        messages.warning(request, f"{done} {sentence}")


@require_POST
@allows(Permission.BOOK_SESSION)
def cancel_following(request: Any, slug: str, pk: int) -> HttpResponse:
    """Cancel a visit and those of its series after it."""
    found = _session(request, pk)
    try:
        count = actions.cancel_following(by=request.member, session=found)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, f"{plural(count, 'visit')} canceled.")
    return redirect(_calendar_url(request, found))


@require_http_methods(["GET", "POST"])
@allows(Permission.BOOK_SESSION, listing="clients to book")
def book(request: Any, slug: str) -> HttpResponse:
    """A new session, or a series of them."""
    form = VisitForm(request.POST or None, member=request.member, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        try:
            booked = _book(request, form)
        except BadInput as bad:
            form.refuse(bad)
        else:
            _warn(
                request, "Booked.", booked[0], [each.starts_at for each in booked], [each.served_on for each in booked]
            )
            if len(booked) > 1:
                last = short_day(booked[-1].served_on)
                messages.success(request, f"{plural(len(booked), 'visit')} booked, the last on {last}.")
            return after(request, booked[0])
    context = {
        "form": form,
        "limits_url": reverse("sessions:book_limits", args=[slug]),
        "group_url": f"{reverse('sessions:new_group', args=[slug])}?{request.GET.urlencode()}",
        "cancel_url": reverse(first_page(request.member), args=[slug]),
    }
    return render(request, "sessions/book.html", context, status=422 if form.errors else 200)


def _asked(request: Any) -> dict[str, Any]:
    """What an address says of the visit: whose, or a place in the calendar."""
    given = {name: request.GET[name] for name in ("date", "time") if request.GET.get(name)}
    clinician = whole(request.GET.get("clinician", ""))
    more = {"clinician": clinician} if clinician else {}
    return {"date": request.practice.today(), "client": whole(request.GET.get("client", "")), **given, **more}


def _book(request: Any, form: VisitForm) -> list[Session]:
    data = form.cleaned_data
    if form.repeats:
        return actions.book_series(
            by=request.member, asked=form.series(), held=data["held"], skip=data["skip"], over=data["over"]
        )
    return [sessions.book(by=request.member, **form.booking(), over=data["over"])]


# --- time off ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@allows(Permission.BOOK_SESSION, shows=NOBODY)
def time_off(request: Any, slug: str) -> HttpResponse:
    """Time off that is to come, and a form for more."""
    form = TimeOffForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_time_off(by=request.member, **form.time_off(ZoneInfo(request.practice.zone)))
        except BadInput as bad:
            form.refuse(bad)
        else:
            messages.success(request, "Kept. Nothing is booked in that time.")
            return redirect("sessions:time_off", slug)
    rows = actions.time_off_of(request.member).filter(during__endswith__gt=clock.now())
    page = Paginator(rows.order_by("during", "id"), PAGE).get_page(request.GET.get("page"))
    context = pages.time_off(request, form, list(page.object_list)) | {"page": page_context(request, page)}
    return render(request, "sessions/time_off.html", context, status=422 if form.errors else 200)


@require_POST
@allows(Permission.BOOK_SESSION)
def end_time_off(request: Any, slug: str, pk: int) -> HttpResponse:
    """The time is free again."""
    actions.end_time_off(by=request.member, booking=get_object_or_404(actions.time_off_of(request.member), pk=pk))
    messages.success(request, "The time is free again.")
    return redirect("sessions:time_off", slug)
