"""What the session pages show: from rows to the context of a template."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from practice import audit, clock
from practice.permissions import Permission
from practice.templatetags.house import at_time, plural
from practice.templatetags.house import day as short_day
from sessions import evaluation_pages, forms, limits, minutes, service_rows
from sessions.addenda import writer
from sessions.badges import BADGES
from sessions.descriptors import labels
from sessions.evaluations import Answers
from sessions.groups.actions import note_draft
from sessions.groups.chips import folded, group_row, group_url, page_of
from sessions.lifecycle import GONE, PLANNED
from sessions.models import Addendum, Note, NoteDraft, ServiceLine, Session, SessionState
from sessions.note_kinds import Kind
from sessions.paying import pays_first
from sessions.places import opens_chart
from sessions.plans import panel as plan_panel
from sessions.psychotherapy.pages import address as psychotherapy_address
from sessions.telehealth import pages as telehealth
from sessions.telehealth.actions import link_for
from sessions.writing import kinds
from sessions.writing import pages as writing


def to_open(agenda: list[Session], now: datetime) -> Session | None:
    """The session in progress; else the first that is over and not signed; else the next; else the first."""
    alone = [s for s in agenda if not s.appointment.group]  # a group has a page of its own
    arrived = [s for s in alone if s.state == SessionState.ARRIVED]
    waiting = [s for s in alone if s.state == SessionState.SCHEDULED]
    late = [s for s in waiting if s.ends_at <= now]
    return next(iter([*arrived, *late, *waiting, *alone]), None)


def next_open(agenda: list[Session], signed: Session) -> Session | None:
    """The next session of the day that still wants a signature."""
    left = [s for s in agenda if s.pk != signed.pk and s.open]
    later = [s for s in left if s.starts_at >= signed.starts_at]
    return next(iter([*later, *left]), None)


def day(
    request: Any, agenda: list[Session], opened: Session | None, panel_context: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Context of sessions/today.html."""
    today = request.practice.today()
    slug = request.practice.slug
    if opened and panel_context is None:
        panel_context = panel(request, opened)
    now = clock.now()
    upcoming = next((s.pk for s in agenda if s.state == SessionState.SCHEDULED and s.starts_at > now), None)
    return {
        "day_label": "Today",
        "summary": _summary(agenda),
        "unsigned": _unsigned(request, today),
        "agenda": [_row(s, slug, opened, upcoming) | group_row(s, agenda, slug) for s in folded(agenda)],
        "book_url": reverse("sessions:book", args=[slug]),
        "panel": panel_context,
        **(panel_context or {}),
    }


def _summary(agenda: list[Session]) -> str:
    if not agenda:
        return "No sessions today."
    signed = sum(s.state == SessionState.SIGNED for s in agenda)
    going = sum(s.state == SessionState.ARRIVED for s in agenda)
    left = sum(s.state == SessionState.SCHEDULED for s in agenda)
    counted = [
        f"{signed} signed" if signed else "",
        f"{going} in progress" if going else "",
        f"{left} to go" if left else "",
    ]
    told = ", ".join(words for words in counted if words)
    return f"{plural(len(agenda), 'session')}. {told}." if told else f"{plural(len(agenda), 'session')}."


def _unsigned(request: Any, today: date) -> dict[str, str] | None:
    """Earlier sessions that still want her signature."""
    late = Session.objects.filter(
        clinician__member=request.member,
        served_on__lt=today,
        state__in=(SessionState.SCHEDULED, SessionState.ARRIVED),
    ).order_by("served_on", "starts_at")
    first, count = late.select_related("appointment").first(), late.count()
    if first is None:
        return None
    verb = "still needs your signature" if count == 1 else "still need your signature"
    when = f"from {first.served_on:%A}" if (today - first.served_on).days < 7 else f"since {short_day(first.served_on)}"
    return {"text": f"{plural(count, 'note')} {when} {verb}", "url": page_of(first, request.practice.slug)}


def _row(session: Session, slug: str, opened: Session | None, upcoming: int | None) -> dict[str, Any]:
    word, kind, icon = BADGES[SessionState(session.state)]
    if session.pk == upcoming:
        word = "Next"
    local = session.starts_at.astimezone(ZoneInfo(session.location.zone))
    return {
        "url": reverse("sessions:session", args=[slug, session.pk]),
        "time": f"{local.hour % 12 or 12}:{local.minute:02d}",
        "minutes": session.minutes_booked,
        "name": session.client.name,
        "about": session.case.complaint,
        "badge": {"word": word, "kind": kind, "icon": icon},
        "current": bool(opened and opened.pk == session.pk),
        "struck": session.state in GONE,
    }


def panel(
    request: Any,
    session: Session,
    *,
    typed: tuple[list[forms.Row], dict[str, str]] | None = None,
    answers: Answers | None = None,
    errors: list[str] | None = None,
) -> dict[str, Any]:
    """Context of sessions/panel.html. `typed` are rows and text that stand on the page and may not be saved."""
    audit.seen(session, client_id=session.client_id, section="session")
    keyboard = "text" if request.POST.get("keyboard") == "text" else "numeric"
    args = [request.practice.slug, session.pk]
    note = Note.objects.filter(session=session).first()
    draft = None if note else NoteDraft.objects.filter(session=session).first() or note_draft(session)
    written = note or draft
    parts = written.parts if written else dict.fromkeys(minutes.PARTS, "")
    rows = service_rows.rows(session, draft, note)
    if typed:
        rows, parts = typed[0], parts if note else typed[1]
    kind = writing.kind_of(request, note or draft, rows)
    missing = kinds.missing_to_sign(kind, parts, forms.typed(rows))
    hers = session.clinician.member_id == request.member.pk
    return {
        **_head(request, session, rows, note, draft),
        "editable": session.open and hers,
        **service_rows.services(session, draft, rows, keyboard),
        "add_url": reverse("sessions:change_rows", args=args),
        "units_url": reverse("billing:units", args=args),
        "evaluation": evaluation_pages.section(request, session, [row.code for row in rows], draft, note, answers),
        "note": parts,
        "needed": set(missing),
        "save_url": reverse("sessions:save_draft", args=args),
        "version": draft.version or "" if draft else "",
        "save_line": f"Draft saved {at_time(draft.saved_at, session.location.zone)}" if draft else "Nothing typed yet",
        "missing": kinds.say_missing(kind, missing),
        "writing": writing.context(request, session, kind, parts, rows, note),
        "sign_url": reverse("sessions:sign", args=args),
        "errors": errors or [],
        "psychotherapy_url": psychotherapy_address(request, session),
        **_signed(request, session, note, args),
    }


def _signed(request: Any, session: Session, note: Note | None, args: list[Any]) -> dict[str, Any]:
    """What a signature adds to the panel: whose and when, what was changed and added since, and how to."""
    if note is None:
        return {
            "signature": "",
            "signed_at": "",
            "pdf_url": "",
            "amend_url": "",
            "amendments": [],
            "addenda": [],
            "adding": None,
        }
    hers = session.clinician.member_id == request.member.pk
    adds = writer(session, request.member) and request.member.may(Permission.SIGN_NOTE)
    return {
        "signature": note.signature,
        "signed_at": moment(note.signed_at, session.location.zone),
        "pdf_url": reverse("sessions:note_pdf", args=args),
        "amend_url": reverse("sessions:amend", args=args) if hers else "",
        "amendments": _amendments(session),
        "addenda": [addendum(row, session.location.zone) for row in note.addenda.all()],
        "adding": {"url": reverse("sessions:add_addendum", args=args), "text": "", "errors": []} if adds else None,
    }


def addendum(row: Addendum, zone: str) -> dict[str, str]:
    """Words added to a note, as pages and papers show them."""
    return {"text": row.text, "signature": row.signature, "signed_at": moment(row.signed_at, zone)}


def saved(
    session: Session,
    rows: list[forms.Row],
    parts: dict[str, str],
    draft: NoteDraft | None,
    version: int | None,
    errors: list[str],
) -> dict[str, Any]:
    """Context of sessions/saved.html: what the save line and the sign button say now."""
    kind = Kind(draft.kind) if draft else kinds.proposed(row.code for row in rows)
    missing = kinds.missing_to_sign(kind, parts, forms.typed(rows))
    called = labels(row.code for row in rows)
    return {
        "version": draft.version if draft else version or "",
        "save_line": f"Draft saved {at_time(draft.saved_at, session.location.zone)}" if draft else "Not saved",
        "missing": kinds.say_missing(kind, missing),
        "kind": kind,
        "needed": set(missing),
        "rows": [service_rows.shown(row, called) for row in rows],
        "errors": errors,
    }


def moment(at: datetime, zone: str) -> str:
    """Jun 15, 9:52 AM, in an IANA zone."""
    return f"{short_day(at.astimezone(ZoneInfo(zone)).date())}, {at_time(at, zone)}"


def visit(session: Session, slug: str) -> dict[str, Any]:
    """A row of a client's visits; without a slug it is no link."""
    word, kind, icon = BADGES[SessionState(session.state)]
    return {
        "url": reverse("sessions:session", args=[slug, session.pk]) if slug else "",
        "date": session.served_on,
        "time": at_time(session.starts_at, session.location.zone),
        "clinician": session.clinician.name,
        "state": {"word": word, "kind": kind, "icon": icon},
    }


def _client(request: Any, session: Session) -> dict[str, Any]:
    client = session.client
    first = pays_first(session)
    diagnosis = session.case.diagnoses.first()
    return {
        "name": client.name,
        "url": reverse("clients:client", args=[request.practice.slug, client.pk])
        if opens_chart(request.member, session)
        else "",
        "age": client.age_on(session.served_on),
        "payer": first.payer.name if first else "Self-pay",
        "complaint": session.case.complaint,
        "diagnosis": diagnosis.code if diagnosis else "",
    }


def time_range(session: Session) -> str:
    start, end = (at_time(moment, session.location.zone) for moment in (session.starts_at, session.ends_at))
    return f"{start.removesuffix(' AM').removesuffix(' PM') if start[-2:] == end[-2:] else start} – {end}"


def _amendments(session: Session) -> list[dict[str, Any]]:
    versions = ServiceLine.objects.filter(session=session).exclude(reason="").select_related("by__user").order_by("at")
    return [
        {
            "when": moment(line.at, session.location.zone),
            "by": line.by.user.name,
            "reason": line.reason,
            "text": f"{line.code}: {line.typed.text} min",
        }
        for line in versions
    ]


def _head(
    request: Any, session: Session, rows: list[forms.Row], note: Note | None, draft: NoteDraft | None
) -> dict[str, Any]:
    """Whose session it is and when, what is to be known of it, and what may be done with it."""
    args = [request.practice.slug, session.pk]
    planned = session.open or session.state == SessionState.HELD
    plan = plan_panel.context(request, session, [row.code for row in rows], note or draft)
    facts, broken = limits.of_session(session) if planned else ([], [])
    return {
        "client": _client(request, session),
        "group_url": group_url(request, session),
        "meeting_url": link_for(session),
        "facts": [*telehealth.fact(session), *plan.pop("plan_facts"), *facts],
        "limits": [*broken, *plan.pop("plan_due")],
        **plan,
        "facts_url": reverse("billing:session_facts", args=args),
        "time_range": time_range(session),
        "state": session.state,
        "moves": moves(session, args) if session.open or not note else [],
        "booking_url": reverse("sessions:booking", args=args) + "?another" if _movable(request, session) else "",
        "fee_url": fee_url(request, session),
    }


def fee_url(request: Any, session: Session) -> str:
    """Where a visit that was missed or canceled may be charged a fee; empty for others, and where she may not."""
    if session.state not in GONE or not request.member.may(Permission.CHARGE_FEES):
        return ""
    url = reverse("billing:new_client_fee", args=[request.practice.slug, session.client_id])
    return f"{url}?session={session.pk}"


def _movable(request: Any, session: Session) -> bool:
    planned = session.state in PLANNED
    return planned and request.member.may(Permission.BOOK_SESSION)


def moves(session: Session, args: list[Any]) -> list[dict[str, str]]:
    labels = {
        SessionState.HELD: {SessionState.SCHEDULED: "Confirm", SessionState.CANCELLED: "Cancel"},
        SessionState.SCHEDULED: {
            SessionState.ARRIVED: "Check in",
            SessionState.CANCELLED: "Cancel",
            SessionState.MISSED: "Missed",
        },
        SessionState.ARRIVED: {SessionState.SCHEDULED: "Undo check-in", SessionState.CANCELLED: "Cancel"},
        SessionState.CANCELLED: {SessionState.SCHEDULED: "Put back"},
        SessionState.MISSED: {SessionState.SCHEDULED: "Put back"},
    }
    offered = labels.get(SessionState(session.state), {})
    found = [{"label": label, "url": reverse("sessions:move", args=[*args, state])} for state, label in offered.items()]
    return found + telehealth.choices(session, args)
