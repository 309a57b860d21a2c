"""What the calendar shows: from rows to the context of its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from practice import clock
from practice.models import Clinician
from practice.permissions import Permission
from practice.templatetags.house import at_time, plural
from practice.templatetags.house import day as short_day
from sessions import limits
from sessions.badges import BADGES
from sessions.calendar import grid
from sessions.calendar.forms import RescheduleForm, Window
from sessions.calendar.grid import Place, Span
from sessions.calendar.links import Links
from sessions.calendar.rows import Cell, Event, events, off, working
from sessions.groups.chips import group_chip, group_url
from sessions.lifecycle import GONE, PLANNED
from sessions.models import Booking, Session, SessionState
from sessions.pages import fee_url, moves, time_range
from sessions.pages import panel as session_panel
from sessions.rooms.actions import where
from sessions.telehealth import pages as telehealth
from sessions.telehealth.actions import link_for


def calendar(request: Any, window: Window, opened: Session | None = None) -> dict[str, Any]:
    """Context of sessions/calendar.html: a grid of some columns, or of many clinicians' week a table; beside it the
    session that is open.
    """
    slug, days = request.practice.slug, window.days
    found = events(request.member, window.shown, days, window.location, request.practice.zone, window.room)
    many = window.view == "week" and window.clinician is None
    count = sum(bool(e.session and e.session.state not in GONE) for row in found.values() for e in row)
    links = Links(slug, window, request.member.may(Permission.READ_NOTE))
    panel = session_panel(request, opened) if opened else None
    return {
        "panel": panel,
        **(panel or {}),
        "close_url": window.query(),
        "title": _title(window),
        "summary": f"{plural(count, 'session')}." if count else "Nothing is booked.",
        "slice": _window(window, request.practice.today()),
        "book_url": reverse("sessions:book", args=[slug]) if request.member.may(Permission.BOOK_SESSION) else "",
        "time_off_url": reverse("sessions:time_off", args=[slug]),
        "feed_url": reverse("sessions:my_feed", args=[slug]),
        "table": _table(window, found, links) if many else None,
        "grid": None if many else _grid(request, window, found, links),
    }


def _title(window: Window) -> str:
    first, last = window.days[0], window.days[-1]
    if first == last:
        return f"{first:%A}, {short_day(first)}"
    return f"{short_day(first)} – {last.day if last.month == first.month else short_day(last)}"


def _window(window: Window, today: date) -> dict[str, Any]:
    """Where one is, and the ways from here."""
    step = timedelta(days=1 if window.view == "day" else 7)
    return {
        "before": window.query(on=window.on - step),
        "after": window.query(on=window.on + step),
        "today": window.query(on=today) if today not in window.days else "",
        "on": window.on,
        "view": window.view,
        "segments": [
            {"label": label, "url": window.query(view=view), "current": window.view == view}
            for view, label in (("day", "Day"), ("week", "Week"))
        ],
        "clinicians": [
            {"id": row.pk, "name": row.name, "chosen": row == window.clinician} for row in window.clinicians
        ],
        "locations": [{"id": row.pk, "name": row.name, "chosen": row == window.location} for row in window.locations],
        "rooms": [{"id": row.pk, "name": row.name, "chosen": row == window.room} for row in window.rooms],
    }


# --- the grid ---------------------------------------------------------------------------------------


def _grid(request: Any, window: Window, found: Mapping[Cell, Sequence[Event]], links: Links) -> dict[str, Any]:
    """Columns of days, or of clinicians on one day."""
    cells = [(clinician, day) for clinician in window.shown for day in window.days]
    hours = working(window.shown, window.days, window.location)
    spans = [event.span for cell in cells for event in found.get((cell[0].pk, cell[1]), ()) if event.session]
    first, last = grid.hours([*spans, *(span for each in hours.values() for span in each)])
    today, now = request.practice.today(), clock.now().astimezone(ZoneInfo(request.practice.zone))
    columns = []
    for clinician, day in cells:
        column = _column(clinician, day, found.get((clinician.pk, day), ()), (first, last), links)
        at = hours.get((clinician.pk, day))
        column["off"] = [_row(span, first) for span in off(at, first, last)] if at is not None else []
        column["today"] = day == today
        column["now"] = (
            (now.hour * 60 + now.minute) // grid.SLOT - first * 4 + 1
            if day == today and first <= now.hour < last
            else 0
        )
        column["name"] = clinician.name if window.view == "day" else f"{day:%a} {day.day}"
        columns.append(column)
    return {
        "columns": columns,
        "hours": [{"row": n * 4 + 1, "name": _hour(first + n)} for n in range(last - first)],
        "rows": (last - first) * 4,
        "first": first,
    }  # fmt: skip


def _hour(hour: int) -> str:
    return f"{hour % 12 or 12} {'AM' if hour % 24 < 12 else 'PM'}"


def _row(span: Span, first: int) -> dict[str, int]:
    place = grid.places([span], first)[0]
    return {"row": place.row, "rows": place.rows}


def _column(
    clinician: Clinician, day: date, found: Sequence[Event], hours: tuple[int, int], links: Links
) -> dict[str, Any]:
    shown = [(event, _within(event.span, hours)) for event in found]
    kept = [(event, span) for event, span in shown if span]
    where = grid.places([span for _, span in kept if span], hours[0])
    return {
        "clinician": clinician.pk,
        "day": day,
        "events": [_event(event, place, links) for (event, _), place in zip(kept, where, strict=True)],
    }


def _within(span: Span, hours: tuple[int, int]) -> Span | None:
    """The part of time off that is shown; visits always are."""
    start, end = max(span.start, hours[0] * 60), min(span.end, hours[1] * 60)
    return Span(start, end) if start < end else None


def _event(event: Event, place: Place, links: Links) -> dict[str, Any]:
    """A part of a day and where it stands in the grid."""
    return asdict(place) | _chip(event, links)


def _chip(event: Event, links: Links) -> dict[str, Any]:
    if event.session is None:
        return {"name": event.away, "kind": "away", "time": ""}
    if not event.hers:
        return {"name": "Busy", "kind": "busy", "time": _time(event.session)}
    return group_chip(event.group, links.slug) if event.group else _session(event.session, links)


def _session(session: Session, links: Links) -> dict[str, Any]:
    state = SessionState(session.state)
    word, _, icon = BADGES[state]
    return {
        "name": session.client.name,
        "time": _time(session),
        "kind": state.value,
        "word": word,
        "icon": icon,
        "minutes": session.minutes_booked,
        "location": session.location_id,
        "url": links.url(session),
        "panel_url": links.panel(session),
        "current": links.window.open == session.pk,
        "move_url": links.to("reschedule", session) if state in PLANNED and not session.appointment.group else "",
    }


def _time(session: Session) -> str:
    return at_time(session.starts_at, session.location.zone)


# --- many clinicians' week --------------------------------------------------------------------------


def _table(window: Window, found: Mapping[Cell, Sequence[Event]], links: Links) -> dict[str, Any]:
    """A row for each clinician, a cell for each day."""
    return {
        "days": [{"name": f"{day:%a} {day.day}", "url": window.query(view="day", on=day)} for day in window.days],
        "rows": [
            {
                "name": clinician.name,
                "url": window.query(clinician=clinician.pk),
                "cells": [
                    {"day": f"{day:%a} {day.day}", "events": [_chip(e, links) for e in found.get((clinician.pk, day), ())]}
                    for day in window.days
                ],
            }
            for clinician in window.shown
        ],
    }  # fmt: skip


# --- one visit --------------------------------------------------------------------------------------


def booking(request: Any, session: Session, form: RescheduleForm, *, opened: bool = False) -> dict[str, Any]:
    """Context of sessions/booking.html: when, where and who; what may be done with it."""
    slug, member = request.practice.slug, request.member
    args, state = [slug, session.pk], SessionState(session.state)
    word, kind, icon = BADGES[state]
    books = member.may(Permission.BOOK_SESSION)
    series = session.appointment.series
    planned = state in PLANNED
    return {
        "name": session.client.name,
        "client_url": reverse("clients:client", args=[slug, session.client_id]),
        "when": f"{session.served_on:%A}, {short_day(session.served_on)}, {time_range(session)}",
        "where": where(session),
        "about": session.case.complaint,
        "telehealth": telehealth.LABELS[session.place_of_service] if session.place_of_service else "",
        "meeting_url": link_for(session),
        "repeats": series.pattern.words if series else "",
        "badge": {"word": word, "kind": kind, "icon": icon},
        "limits": limits.of_session(session)[1] if planned else [],
        "note_url": reverse("sessions:session", args=args) if member.may(Permission.READ_NOTE) else "",
        "check_in_url": _check_in_url(request, session),
        "moves": moves(session, args) if books and state != SessionState.SIGNED else [],
        "fee_url": fee_url(request, session),
        "open": opened,
        "group_url": group_url(request, session),
        "form": form if books and planned and not session.appointment.group else None,
        "move_url": reverse("sessions:reschedule", args=args),
        "cancel_url": reverse("sessions:cancel_following", args=args) if books and planned and series else "",
        "back_url": reverse("sessions:calendar", args=[slug])
        + f"?view=day&on={session.served_on}&clinician={session.clinician_id}",
    }


def _check_in_url(request: Any, session: Session) -> str:
    """Where money for the visit is taken; "" where there is none to take, or not yet."""
    if session.state in GONE or session.served_on > request.practice.today():
        return ""
    if not request.member.may(Permission.TAKE_PAYMENT):
        return ""
    return reverse("billing:check_in", args=[request.practice.slug, session.pk])


def time_off(request: Any, form: Any, rows: Sequence[Booking]) -> dict[str, Any]:
    """Context of sessions/time_off.html: what is to come, and a form for more."""
    slug, zone = request.practice.slug, ZoneInfo(request.practice.zone)
    return {
        "form": form,
        "back_url": reverse("sessions:calendar", args=[slug]),
        "rows": [
            {
                "who": row.clinician.name if row.clinician else "",
                "why": row.away,
                "when": _stretch(row, zone),
                "end_url": reverse("sessions:end_time_off", args=[slug, row.pk]),
            }
            for row in rows
        ],
    }


def _stretch(row: Booking, zone: ZoneInfo) -> str:
    """ "Dec 21 – Dec 25", with times where it is not whole days."""
    start, end = row.during.lower.astimezone(zone), row.during.upper.astimezone(zone)
    whole = (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0)
    if whole:
        first, last = start.date(), end.date() - timedelta(days=1)
        return short_day(first) if first == last else f"{short_day(first)} – {short_day(last)}"
    words = [f"{short_day(each.date())}, {at_time(each, str(zone))}" for each in (start, end)]
    return " – ".join(words)
