"""Verbs about when: visits that repeat, other times, time off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During
from django.db.models import QuerySet

from clients.actions import assign
from clients.models import Case
from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from practice.templatetags.house import day as short_day
from sessions import actions
from sessions.calendar import recurrence, taking
from sessions.calendar.recurrence import Pattern
from sessions.lifecycle import GONE, PLANNED
from sessions.models import Appointment, Booking, GroupDraft, NoteDraft, Room, Series, Session, SessionState
from sessions.rooms.actions import KEEP, Keep, kept_rooms, require_room

LONGEST_AWAY = timedelta(days=366)


@dataclass(frozen=True)
class Asked:
    """A series as it is asked for: the first day, the time on the clock of the place, how long, how often, how many."""

    case: Case
    clinician: Clinician
    location: Location
    first_on: date
    at: time
    length: timedelta
    pattern: Pattern
    visits: int
    room: Room | None = None
    telehealth: str = ""

    @property
    def days(self) -> list[date]:
        """The local days. Raises BadInput."""
        try:
            return recurrence.days(self.first_on, self.pattern, self.visits)
        except (ValueError, OverflowError) as wrong:
            raise BadInput(visits=str(wrong)) from None

    def moment(self, day: date) -> datetime:
        return recurrence.moment(day, self.at, ZoneInfo(self.location.zone))

    def during(self, day: date) -> During:
        starts_at = self.moment(day)
        return During(starts_at, starts_at + self.length)

    def in_the_way(self, who: taking.Taker | None = None) -> dict[date, str]:
        """By day what the clinician does then, or what goes on in the room."""
        days = self.days
        found = taking.in_the_way(who or self.clinician, [self.during(day) for day in days])
        return {days[n]: what for n, what in found.items()}


@transaction.atomic
def book_series(
    *, by: Membership, asked: Asked, held: bool = False, skip: bool = False, over: bool = False
) -> list[Session]:
    """A session on each day of a series, all or none; with `skip` none on days on which the clinician is taken.

    Raises BadInput: `starts_at` names the days that are taken, `over` and `skip` what may be done about them.
    """
    days = free_days(by=by, asked=asked, skip=skip, over=over)
    series = Series.objects.create(
        case=asked.case, weekdays=sorted(asked.pattern.weekdays), every_weeks=asked.pattern.every_weeks, by=by
    )
    booked = [
        actions.book(
            by=by,
            case=asked.case,
            clinician=asked.clinician,
            location=asked.location,
            starts_at=asked.moment(day),
            length=asked.length,
            held=held,
            series=series,
            over=over,
            room=asked.room,
            telehealth=asked.telehealth,
        )
        for day in days
    ]
    audit.record("book series", series, client_id=asked.case.client_id, visits=len(booked))
    return booked


def free_days(*, by: Membership, asked: Asked, skip: bool, over: bool) -> list[date]:
    """The days of a series on which it can be booked; the time of clinician and room is held until the transaction
    ends. Raises BadInput.
    """
    taken = {}
    for who in taking.takers(asked.clinician, asked.room):
        taking.hold(who)
        taken[who] = asked.in_the_way(who)
    busy = {day for days in taken.values() for day in days}
    days = asked.days
    if skip:
        days = [day for day in days if day not in busy]
        if not days:
            raise BadInput(
                starts_at=f"{asked.clinician.name} is taken on every day of this series; choose another time"
            )
    elif busy and not taking.marked(by, over):
        several = {"skip": "Tick this to leave these days out"} if len(days) > 1 else {}
        raise BadInput(_refused(by, taken) | several)
    return days


def _refused(by: Membership, taken: Mapping[taking.Taker, Mapping[date, str]]) -> dict[str, str]:
    """Sentences by field: who is taken, and on which days."""
    errors: dict[str, str] = {}
    for who, days in taken.items():
        if days:
            errors |= taking.refusal(by, f"{who.name} is {said_taken(days)}", who).errors
    return errors


def said_taken(taken: Mapping[date, str]) -> str:
    """ "with somebody else on Dec 7 and Jan 4, away: Vacation on Dec 14"; six days at most are named."""
    by_what: dict[str, list[date]] = {}
    for day in sorted(taken):
        by_what.setdefault(taken[day], []).append(day)
    return ", ".join(f"{what} on {listed(days)}" for what, days in by_what.items())


def listed(days: Sequence[date]) -> str:
    """ "Dec 7, Dec 14 and Jan 4"; six at most are named."""
    names = [short_day(day) for day in days[:6]]
    if len(days) > 6:
        return f"{', '.join(names)} and {len(days) - 6} more days"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@transaction.atomic
def reschedule(
    *,
    by: Membership,
    session: Session,
    starts_at: datetime,
    length: timedelta,
    clinician: Clinician | None = None,
    location: Location | None = None,
    following: bool = False,
    over: bool = False,
    room: Room | Keep | None = KEEP,
) -> list[Session]:
    """Another time, clinician or place for a visit that is booked or held; everybody of its group moves along. The
    room is kept unless another is given, or none; at another location there is none.

    `following`: those of its series after it too, as many days later (or earlier), at the same time on the wall.
    Raises BadInput by field, Conflict where the visit is no longer only booked.
    """
    found = _movable(session, following)
    first = found[0]
    _require_own_group(by, first)
    clinician, location = clinician or first.clinician, location or first.location
    zone, new_zone = ZoneInfo(first.location.zone), ZoneInfo(location.zone)
    actions.require_slot(first.case, clinician, location, starts_at, length)
    if not isinstance(room, Keep):
        require_room(room, location)
    starts_at = starts_at.astimezone(UTC)  # adding to a local time would lose or win an hour when clocks change
    local = starts_at.astimezone(new_zone)
    days = (local.date() - first.starts_at.astimezone(zone).date()).days
    starts = [starts_at, *recurrence.moved((s.starts_at for s in found[1:]), zone, days, local.time(), new_zone)]
    for each in starts[1:]:
        actions.require_slot(first.case, clinician, location, each, length)
    to = Destination(
        [During(each, each + length) for each in starts], clinician, location, kept_rooms(found, location, room)
    )
    _move_all(by, found, to, over)
    if following and days % 7 and (series := first.appointment.series):
        series.weekdays = sorted(series.pattern.later(days).weekdays)
        series.save(update_fields=["weekdays"])
    return found


def _require_own_group(by: Membership, session: Session) -> None:
    """Who sees one client of a colleague's group does not move the others."""
    hers = by.may(Permission.SEE_EVERY_CLIENT) or session.clinician.member_id == by.pk
    if session.appointment.group and not hers:
        raise Conflict(f"This is a group of {session.clinician.name}, who moves it, or the front desk.")


def _movable(session: Session, following: bool, *, same_case: bool = False) -> list[Session]:
    """The session as it is now, and with `following` those of its series after it, in order of time; locked. Of a
    group one session for each time.
    """
    rows = Session.objects.select_for_update(of=("self",)).select_related(
        "appointment__series", "case", "clinician__member__user", "location"
    )
    first = rows.get(pk=session.pk)
    if first.state not in PLANNED:
        raise Conflict(f"This session is {first.get_state_display().lower()}; only one that is booked can be moved.")
    series = first.appointment.series_id
    if not series or not following:
        return [first]
    later = rows.filter(appointment__series=series, starts_at__gt=first.starts_at, state__in=PLANNED)
    if same_case:
        later = later.filter(case=first.case_id)
    by_time = {each.appointment_id: each for each in later.order_by("-starts_at", "-id")}
    return [first, *reversed(by_time.values())]


@dataclass(frozen=True)
class Destination:
    """Where visits go: for each, in order, its time and its room."""

    during: Sequence[During]
    clinician: Clinician
    location: Location
    rooms: Sequence[Room | None]

    def taken(self, who: taking.Taker, besides: Sequence[int]) -> dict[int, str]:
        """By place in the order whether a clinician or a room is taken."""
        places = [n for n, room in enumerate(self.rooms) if who in (room, self.clinician)]
        found = taking.in_the_way(who, [self.during[n] for n in places], besides)
        return {places[n]: what for n, what in found.items()}

    def by_day(self, taken: Mapping[int, str]) -> dict[date, str]:
        zone = ZoneInfo(self.location.zone)
        return {self.during[n].lower.astimezone(zone).date(): what for n, what in taken.items()}


def _move_all(by: Membership, found: Sequence[Session], to: Destination, over: bool) -> None:
    """All of `found` to their new times. Their old ones are let go first: a series may move into its own."""
    takers = taking.takers(to.clinician, *to.rooms)
    for who in takers:
        taking.hold(who)
    appointments = [session.appointment_id for session in found]
    taken = {who: to.taken(who, appointments) for who in takers}
    if any(taken.values()) and not taking.marked(by, over):
        raise BadInput(_refused(by, {who: to.by_day(places) for who, places in taken.items()}))
    Booking.objects.filter(appointment__in=appointments).update(released=True)
    for n, session in enumerate(found):
        _move_one(by, session, to, n)
        for who in taking.takers(to.clinician, to.rooms[n]):
            _retake(session.appointment_id, to.during[n], who, by if n in taken[who] else None)
        if to.rooms[n] is None:
            Booking.objects.filter(appointment=session.appointment_id, room__isnull=False).delete()


def _retake(appointment: int, during: During, who: taking.Taker, allowed_by: Membership | None) -> None:
    """The time of a clinician or a room, for an appointment that has another one or none yet."""
    kind = taking.kind_of(who)
    rows = Booking.objects.filter(appointment=appointment, **{f"{kind}__isnull": False})
    changed = {"during": during, kind: who, "overlap_allowed_by": allowed_by, "changed_at": clock.now()}
    with taking.in_one_place(who):
        if not rows.update(released=False, **changed):
            Booking.objects.create(appointment_id=appointment, **changed)


def _move_one(by: Membership, session: Session, to: Destination, n: int) -> None:
    during, clinician, location = to.during[n], to.clinician, to.location
    group = list(Session.objects.filter(appointment=session.appointment_id).select_related("client"))
    _require_planned(session, group, clinician)
    before = {"at": session.starts_at.isoformat(), "clinician": session.clinician_id, "location": session.location_id}
    session.starts_at, session.ends_at = during.lower, during.upper
    session.served_on = during.lower.astimezone(ZoneInfo(location.zone)).date()
    session.clinician, session.location = clinician, location
    Session.objects.filter(appointment=session.appointment_id).update(
        starts_at=session.starts_at, ends_at=session.ends_at, served_on=session.served_on, clinician=clinician,
        location=location,
    )  # fmt: skip
    Appointment.objects.filter(pk=session.appointment_id).update(during=during, location=location)
    audit.record_many("reschedule", group, before=before, to=session.starts_at.isoformat())
    for each in group:
        if each.state not in GONE:
            assign(by=by, client=each.client.survivor, clinician=clinician)


def _require_planned(session: Session, group: Sequence[Session], clinician: Clinician) -> None:
    """Nobody of a group came already, and no note was begun that would change hands."""
    begun = next((each for each in group if each.state not in (*PLANNED, *GONE)), None)
    if begun:
        raise Conflict(f"{begun.client.name} is {begun.get_state_display().lower()}; this group is not moved any more.")
    if clinician.pk == session.clinician_id:
        return
    drafts = NoteDraft.objects.filter(session__in=group).exists()
    if drafts or GroupDraft.objects.filter(appointment=session.appointment_id).exists():
        raise BadInput(clinician=f"{session.clinician.name} has begun the note of this session; it stays hers")


@transaction.atomic
def cancel_following(*, by: Membership, session: Session) -> int:
    """Cancel a visit and those of its series after it, in a group for its client alone; how many. What was given or cancelled stays as it is."""
    found = _movable(session, following=True, same_case=True)
    for each in found:
        actions.move(by=by, session=each, state=SessionState.CANCELLED)
    return len(found)


# --- time off ---------------------------------------------------------------------------------------


@transaction.atomic
def take_time_off(*, by: Membership, clinician: Clinician, starts_at: datetime, ends_at: datetime, why: str) -> Booking:
    """Time in which nothing is booked for a clinician. Raises BadInput; visits in the way are named, not moved."""
    _require_own(by, clinician)
    errors: dict[str, str] = {}
    if not why.strip():
        errors["why"] = "Say what for, such as Vacation; the calendar shows it"
    if starts_at.year not in clock.YEARS or ends_at.year not in (*clock.YEARS, clock.YEARS.stop):
        raise BadInput(errors | {"starts_at": "Check the year"})
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)  # on the wall 3:15 may come before 2:30
    if ends_at <= starts_at:
        errors["ends_at"] = "It ends before it begins; check both"
    elif ends_at - starts_at > LONGEST_AWAY:
        errors["ends_at"] = "Time off lasts a year at most; check the year"
    if errors:
        raise BadInput(errors)
    taking.hold(clinician)
    during = During(starts_at, ends_at)
    _require_nobody(clinician, during)
    away = taking.put(Booking(clinician=clinician, during=during, away=why.strip()[:60]), clinician)
    audit.record("take time off", away, clinician=clinician.pk)
    return away


def _require_nobody(clinician: Clinician, during: During) -> None:
    booked = Booking.objects.filter(clinician=clinician, released=False, during__overlap=during)
    found = [when for (when,) in booked.order_by("during").values_list("during")]
    if not found:
        return
    zone = ZoneInfo(clinician.practice.zone)
    days = list(dict.fromkeys(when.lower.astimezone(zone).date() for when in found))
    raise BadInput(starts_at=f"{clinician.name} is taken on {listed(days)}; move or cancel what stands there first")


@transaction.atomic
def end_time_off(*, by: Membership, booking: Booking) -> Booking:
    """The time is free again."""
    if booking.clinician is None or booking.appointment_id is not None:
        raise Conflict("This is a visit, not time off; cancel it in the calendar.")
    _require_own(by, booking.clinician)
    booking.released, booking.changed_at = True, clock.now()
    booking.save(update_fields=["released", "changed_at"])
    audit.record("end time off", booking, clinician=booking.clinician_id)
    return booking


def time_off_of(member: Membership) -> QuerySet[Booking]:
    """Time off that stands: a therapist's own, everybody's for who sees every client."""
    rows = Booking.objects.filter(appointment=None, released=False).select_related("clinician__member__user")
    return rows if member.may(Permission.SEE_EVERY_CLIENT) else rows.filter(clinician__member=member)


def _require_own(by: Membership, clinician: Clinician) -> None:
    """A therapist her own, who sees every client everybody's."""
    if clinician.member_id != by.pk and not by.may(Permission.SEE_EVERY_CLIENT):
        raise PermissionDenied("Only she herself or the front desk enters a clinician's time off.")
