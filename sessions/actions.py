"""Verbs about sessions: book, move, save a draft, sign, amend.

Billing is not called. It pulls what is signed; here its bell is rung by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clients.actions import assign
from clients.models import Case, Client
from practice import audit, clock, work
from practice.findings import BadInput, Conflict
from practice.models import Clinician, Location, Membership
from sessions import levels, lifecycle, minutes
from sessions.assisting import require_billable, whose
from sessions.calendar.taking import give_back, take_again, take_up, takers
from sessions.codes import CODES
from sessions.evaluations import Answers
from sessions.lines import current_lines
from sessions.minutes import PARTS, Typed
from sessions.models import (
    Appointment,
    Note,
    NoteDraft,
    Room,
    Series,
    ServiceLine,
    Session,
    SessionEvent,
    SessionState,
)
from sessions.note_kinds import Kind
from sessions.rooms.actions import require_room
from sessions.telehealth.actions import require_place
from sessions.writing import copies, cosigning, kinds

LONGEST = timedelta(hours=12)


@transaction.atomic
def book(
    *,
    by: Membership,
    case: Case,
    clinician: Clinician,
    location: Location,
    starts_at: datetime,
    length: timedelta,
    held: bool = False,
    series: Series | None = None,
    over: bool = False,
    room: Room | None = None,
    telehealth: str = "",
) -> Session:
    """An appointment for one client. The date of service is the local date of the location.

    One that is only `held` (a waitlist offer, an unconfirmed series) takes the clinician's time and counts against
    the limits; it is confirmed before it is logged. `over`: two at once, where `by` may.
    """
    require_slot(case, clinician, location, starts_at, length)
    require_room(room, location)
    require_place(telehealth)
    starts_at = starts_at.astimezone(UTC)  # adding to a local time would lose or win an hour when clocks change
    during = DateTimeTZRange(starts_at, starts_at + length, "[)")
    appointment = Appointment.objects.create(location=location, during=during, series=series)
    for who in takers(clinician, room):
        take_up(by=by, appointment=appointment, who=who, over=over)
    return seat(by=by, appointments=[appointment], case=case, clinician=clinician, held=held, telehealth=telehealth)[0]


@transaction.atomic
def seat(
    *,
    by: Membership,
    appointments: Sequence[Appointment],
    case: Case,
    clinician: Clinician,
    held: bool = False,
    telehealth: str = "",
) -> list[Session]:
    """A session of one client at each of these appointments, whose time the clinician has taken up."""
    # An old chart's case goes on; new work stands on the chart that lives.
    home = Client.objects.get(pk=case.client_id).survivor
    if not home.active:
        raise BadInput(case=f"{home.name} is inactive; reactivate the client first")
    if case.closed_on:
        raise BadInput(case=f"This case of {home.name} was closed; choose another, or reopen it first")
    booked = Session.objects.bulk_create(
        Session(
            appointment=appointment,
            client=home,
            case=case,
            clinician=clinician,
            location=appointment.location,
            starts_at=appointment.during.lower,
            ends_at=appointment.during.upper,
            served_on=appointment.during.lower.astimezone(ZoneInfo(appointment.location.zone)).date(),
            state=SessionState.HELD if held else SessionState.SCHEDULED,
            place_of_service=telehealth,
        )
        for appointment in appointments
    )
    audit.record_many("hold" if held else "book", booked)
    assign(by=by, client=home, clinician=clinician)  # whoever shall treat her may open her chart
    return booked


def require_slot(case: Case, clinician: Clinician, location: Location, starts_at: datetime, length: timedelta) -> None:
    """Raises BadInput for a time at which no session can be."""
    if not timedelta(minutes=5) <= length <= LONGEST:
        raise BadInput(length="A session lasts from 5 minutes to 12 hours")
    if starts_at.year not in clock.YEARS:
        raise BadInput(starts_at="Check the year of the session")
    if clinician.discipline != case.discipline:
        raise BadInput(clinician=f"{clinician.name} does not give what this case is for")
    zone, ends_at = ZoneInfo(location.zone), starts_at.astimezone(UTC) + length
    served_on = starts_at.astimezone(zone).date()
    if (ends_at - timedelta(microseconds=1)).astimezone(zone).date() != served_on:
        raise BadInput(length="A session ends on the day it starts")
    if location.closed_on and served_on >= location.closed_on:
        raise BadInput(location=f"{location.name} is closed from {location.closed_on:%Y-%m-%d} on")


@transaction.atomic
def move(*, by: Membership, session: Session, state: str) -> Session:
    """Confirm, check in, cancel, mark missed, or put back. Signing is `sign`."""
    if state == SessionState.SIGNED or not lifecycle.may_move(session.state, state):
        raise Conflict(f"A session that is {session.get_state_display().lower()} cannot become {state}.")
    _move(session, state, by)
    if state in lifecycle.GONE:
        give_back(session)
    else:
        take_again(session)
    audit.record(state, session, client_id=session.client_id)
    return session


def _move(session: Session, state: str, by: Membership) -> None:
    """Compare and set, with an event row: two people cannot move one session two ways."""
    changed = Session.objects.filter(pk=session.pk, state__in=lifecycle.from_states(state)).update(
        state=state, state_changed_at=clock.now()
    )
    if not changed:
        raise Conflict("Somebody else changed this session; open it again.")
    session.state = state
    SessionEvent.objects.create(session=session, state=state, by=by)


@transaction.atomic
def save_draft(
    *,
    by: Membership,
    session: Session,
    parts: Mapping[str, str],
    lines: Sequence[Typed],
    assistant: Clinician | None = None,
    version: int | None = None,
    evaluation: Answers | None = None,
    kind: Kind | None = None,
) -> NoteDraft:
    """Keep what is being typed. `version` is the save the page stands on, 0 before the first; a newer one is a
    Conflict. None overwrites whatever there is. Answers about an evaluation stay as they were when None are given.

    Codes that cannot be kept are refused by field (`line.0`); text is kept as it is. `assistant`: whose the assistant
    minutes are, where the practice has several. A `kind` that is left out stays, or follows the codes (`kinds.kept`).
    """
    session = _lock(session)
    _require_open(session)
    _require_hers(session, by)
    errors = {f"line.{index}": text for index, text in minutes.problems(lines, session.case.discipline).items()}
    errors |= kinds.too_long(parts)
    errors |= levels.refused(evaluation, session.case.discipline)
    if errors:
        raise BadInput(errors)
    draft = NoteDraft.objects.filter(session=session).first()
    helper = whose(session, lines, assistant)
    kept = [line.kept for line in lines]
    written = {name: parts.get(name, "") for name in PARTS}
    answered = levels.kept(evaluation, draft)
    form = _kind(kind, draft, lines)
    if draft is not None and version is not None and version != draft.version:
        before = (draft.parts, draft.lines, draft.assistant, draft.evaluation, draft.kind)
        if before == (written, kept, helper, answered, form):
            return draft  # the same, sent twice
        raise Conflict("This note was changed in another window. Both texts are kept until you choose.")
    draft = draft or NoteDraft(session=session, version=0)
    for name, text in written.items():
        setattr(draft, name, text)
    draft.lines, draft.assistant, draft.evaluation, draft.kind = kept, helper, answered, form
    draft.saved_at, draft.saved_by, draft.version = clock.now(), by, draft.version + 1
    draft.save()
    audit.once("write draft", session, [session.client_id], within=audit.SAME_DRAFT)
    return draft


def _kind(chosen: Kind | None, draft: NoteDraft | None, lines: Sequence[Typed]) -> Kind:
    before = (Kind(draft.kind), draft.typed) if draft else (None, [])
    return kinds.kept(chosen, before[0], (line.code for line in before[1]), (line.code for line in lines))


@transaction.atomic
def sign(*, by: Membership, session: Session) -> Note:
    """The draft becomes a signed note and its minutes facts. Billing takes them from there."""
    session = _lock(session)
    _require_open(session)
    _require_hers(session, by)
    if session.served_on > clock.today(session.location.zone):
        raise Conflict("This session is on a later day; it is signed when it was given.")
    draft = NoteDraft.objects.filter(session=session).first()
    parts, lines = (draft.parts, draft.typed) if draft else ({}, [])
    kind = Kind(draft.kind) if draft else Kind.DAILY
    missing = kinds.missing_to_sign(kind, parts, lines)
    if missing:
        raise BadInput(dict.fromkeys(missing, kinds.say_missing(kind, missing)))
    given = [line for line in lines if line.total]
    helper = whose(session, given, draft.assistant if draft else None)
    require_billable(session, given)
    note = Note.objects.create(
        session=session,
        signed_by=by,
        signature=str(session.clinician),
        timed_minutes=sum(line.total for line in given if CODES[line.code].timed),
        total_minutes=sum(line.total for line in given),
        kind=kind,
        **parts,
    )
    ServiceLine.objects.bulk_create(
        _line(session, line, position, helper, by) for position, line in enumerate(given, start=1)
    )
    levels.sign(session, draft, [line.code for line in given], by)
    NoteDraft.objects.filter(session=session).delete()
    _move(session, SessionState.SIGNED, by)
    cosigning.ask(note=note, clinician=session.clinician)
    copies.record_signed(note, session)
    audit.record("sign", note, client_id=session.client_id)
    work.ring("billing.post_charges")
    return note


def _line(
    session: Session,
    line: Typed,
    position: int,
    assistant: Clinician | None,
    by: Membership,
    *,
    version: int = 1,
    reason: str = "",
) -> ServiceLine:
    return ServiceLine(
        session=session,
        position=position,
        version=version,
        code=line.code,
        minutes=line.minutes or 0,
        assistant_minutes=line.assistant_minutes,
        times=line.times,
        modifiers=list(line.modifiers),
        clinician=session.clinician,
        assistant=assistant if line.assistant_minutes else None,
        reason=reason,
        by=by,
    )


@transaction.atomic
def amend(
    *,
    by: Membership,
    session: Session,
    corrections: Sequence[Typed],
    reason: str,
    assistant: Clinician | None = None,
) -> list[ServiceLine]:
    """Correct the minutes of a signed session by new versions of its lines; the signed ones stay.

    A correction holds all minutes of its code: 0 takes the line back, a new code adds one.
    """
    session = _lock(session)
    if session.state != SessionState.SIGNED:
        raise Conflict("Only a signed session is amended; this one can still be edited.")
    _require_hers(session, by)
    if not reason.strip():
        raise BadInput(reason="Say why the minutes change; the reason stays with the note")
    errors = {f"line.{i}": text for i, text in minutes.problems(corrections, session.case.discipline).items()}
    if errors:
        raise BadInput(errors)
    newest = {line.code: line for line in current_lines(session)}
    changed = [c for c in corrections if c.code not in newest or newest[c.code].typed != c]
    if not changed:
        raise BadInput(reason="Nothing changes; correct a number of minutes first")
    before = next((line.assistant for line in newest.values() if line.assistant), None)
    helper = whose(session, changed, assistant or before)
    require_billable(
        session, list(({code: line.typed for code, line in newest.items()} | {c.code: c for c in changed}).values())
    )
    positions = count(max((line.position for line in newest.values()), default=0) + 1)
    rows = [_new_version(session, c, newest.get(c.code), positions, helper, reason, by) for c in changed]
    ServiceLine.objects.bulk_create(rows)
    audit.record("amend", session, client_id=session.client_id, codes=[row.code for row in rows])
    work.ring("billing.post_charges")
    return rows


def _new_version(
    session: Session,
    correction: Typed,
    old: ServiceLine | None,
    free_positions: Iterator[int],
    assistant: Clinician | None,
    reason: str,
    by: Membership,
) -> ServiceLine:
    position, version = (old.position, old.version + 1) if old else (next(free_positions), 1)
    return _line(session, correction, position, assistant, by, version=version, reason=reason.strip()[:200])


def _lock(session: Session) -> Session:
    """The session as it is now, held until the end of the transaction."""
    rows = Session.objects.select_for_update(of=("self",)).select_related(
        "case", "clinician__member__user", "clinician__supervisor", "location"
    )
    return rows.get(pk=session.pk)


def _require_open(session: Session) -> None:
    if session.state == SessionState.SIGNED:
        raise Conflict("This session is signed. Amend it to correct minutes.")
    if session.state == SessionState.HELD:
        raise Conflict("This time is only held; confirm it first.")
    if not session.open:
        raise Conflict(f"This session is {session.get_state_display().lower()}; put it back first.")


def _require_hers(session: Session, by: Membership) -> None:
    if session.clinician.member_id != by.pk:
        raise PermissionDenied("Only the clinician of a session writes and signs its note.")
