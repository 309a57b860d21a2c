"""The time of a clinician or a room: what is in the way, and taking it up. The database refuses what slips through."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During
from django.db.models import F

from practice import clock
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Clinician, Membership
from practice.permissions import Permission
from sessions.lifecycle import GONE
from sessions.models import Appointment, Booking, Room, Session

OVER = "Tick this to book two at once"
GIVEN_AWAY = "The time was given to somebody else; book a new session."
ROOM_GIVEN_AWAY = "The room was given to somebody else; take the visit out of it, or book a new session."
type Taker = Clinician | Room


def kind_of(who: Taker) -> str:
    """The field of a booking that holds it."""
    return "room" if isinstance(who, Room) else "clinician"


def takers(clinician: Clinician, *rooms: Room | None) -> list[Taker]:
    """The clinician and then rooms, each once, in the order in which they are held."""
    found: list[Taker] = [clinician]
    return found + sorted({room for room in rooms if room}, key=lambda room: room.pk)


def hold(who: Taker) -> None:
    """Until the transaction ends nobody else takes up this time. A clinician's is held before a room's, and both before
    the rows of bookings.
    """
    _hold(kind_of(who), who.pk)


def _hold(kind: str, pk: int) -> None:
    one_at_a_time(f"time of {kind} {pk}")


def in_the_way(who: Taker, asked: Sequence[During], besides: Collection[int] = ()) -> dict[int, str]:
    """By place in `asked` what goes on then: “with somebody else”, “away: Vacation” or of a room “taken”. One query.

    `besides` are appointments that do not count, for they are the ones that move.
    """
    if not asked:
        return {}
    span = During(min(each.lower for each in asked), max(each.upper for each in asked))
    rows = Booking.objects.filter(**{kind_of(who): who}, released=False, during__overlap=span)
    busy = "taken" if isinstance(who, Room) else "with somebody else"
    taken = [
        (during, f"away: {away}" if away else busy)
        for during, away, appointment in rows.values_list("during", "away", "appointment")
        if appointment is None or appointment not in besides
    ]
    found = {}
    for n, each in enumerate(asked):
        for during, what in taken:
            if each.lower < during.upper and during.lower < each.upper:
                found[n] = what
                break
    return found


def refusal(by: Membership, sentence: str, who: Taker | None = None) -> BadInput:
    """The sentence at the time, or at the room; who may book two at once is asked whether she means it."""
    offer = {"over": OVER} if by.may(Permission.DOUBLE_BOOK) else {}
    return BadInput({"room" if isinstance(who, Room) else "starts_at": sentence, **offer})


def marked(by: Membership, over: bool) -> bool:
    """Whether two at once are meant, by one who may."""
    return over and by.may(Permission.DOUBLE_BOOK)


def take_up(*, by: Membership, appointment: Appointment, who: Taker, over: bool = False) -> Booking:
    """A clinician's time, or a room's, for an appointment. Raises BadInput where something is in the way and is not
    booked `over`.
    """
    hold(who)
    found = in_the_way(who, [appointment.during])
    if found and not marked(by, over):
        raise refusal(by, f"{who.name} is {found[0]} at that time", who)
    return put(
        Booking(
            appointment=appointment,
            **{kind_of(who): who},
            during=appointment.during,
            overlap_allowed_by=by if found else None,
        ),
        who,
    )


def put(booking: Booking, who: Taker) -> Booking:
    """Write a booking."""
    with in_one_place(who):
        booking.save()
    return booking


@contextmanager
def in_one_place(who: Taker) -> Iterator[None]:
    """For writes of bookings: the database has the last word, and it is told as all else that is in the way."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "clinician_in_one_place" in str(error):
            raise BadInput(starts_at=f"{who.name} is with somebody else at that time") from None
        if "room_for_one_at_a_time" in str(error):
            raise BadInput(room=f"{who.name} is taken at that time") from None
        raise


def give_back(session: Session) -> None:
    """A client is out: the time is free again once nobody of her appointment is left."""
    rows = _locked(session)
    if not Session.objects.filter(appointment=session.appointment_id).exclude(state__in=GONE).exists():
        _change(rows, released=True)


def take_again(session: Session) -> None:
    """A client is put back: her appointment has its time and its room. Raises Conflict where one was given away."""
    rows = [row for row in _locked(session) if row.released]
    for row in rows:
        who, gone = _taker(row)
        hold(who)
        if in_the_way(who, [row.during]):  # a visit that was booked over another stands in the way too
            raise Conflict(gone)
        try:
            with transaction.atomic():
                _change([row], released=False)
        except IntegrityError:
            raise Conflict(gone) from None


def _change(rows: Iterable[Booking], *, released: bool) -> None:
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(released=released, changed_at=clock.now())


def _taker(row: Booking) -> tuple[Taker, str]:
    if row.room is not None:
        return row.room, ROOM_GIVEN_AWAY
    assert row.clinician is not None  # the database's word
    return row.clinician, GIVEN_AWAY


def _locked(session: Session) -> list[Booking]:
    """Its appointment's bookings, held, the clinician's first: two who take out the last two clients do so one after
    the other.
    """
    _hold("clinician", session.clinician_id)
    rows = Booking.objects.filter(appointment=session.appointment_id)
    rows = rows.select_related("clinician__member__user", "room").select_for_update(of=("self",))
    return list(rows.order_by(F("room").asc(nulls_first=True), "pk"))
