"""A clinician's time: what is in the way, and taking it up. The database refuses what slips through."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During

from practice.findings import BadInput
from practice.locks import one_at_a_time
from practice.models import Clinician, Membership
from practice.permissions import Permission
from sessions.models import Appointment, Booking

OVER = "Tick this to book two at once"


def hold(clinician: Clinician) -> None:
    """Until the transaction ends nobody else takes up her time."""
    one_at_a_time(f"time of clinician {clinician.pk}")


def in_the_way(clinician: Clinician, asked: Sequence[During], besides: Collection[int] = ()) -> dict[int, str]:
    """By place in `asked` what she does then: “with somebody else” or “away: Vacation”. One query.

    `besides` are appointments that do not count, for they are the ones that move.
    """
    if not asked:
        return {}
    span = During(min(each.lower for each in asked), max(each.upper for each in asked))
    rows = Booking.objects.filter(clinician=clinician, released=False, during__overlap=span)
    taken = [
        (during, f"away: {away}" if away else "with somebody else")
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


def refusal(by: Membership, sentence: str) -> BadInput:
    """The sentence at the time; who may book two at once is asked whether she means it."""
    offer = {"over": OVER} if by.may(Permission.DOUBLE_BOOK) else {}
    return BadInput({"starts_at": sentence, **offer})


def marked(by: Membership, over: bool) -> bool:
    """Whether two at once are meant, by one who may."""
    return over and by.may(Permission.DOUBLE_BOOK)


def take_up(*, by: Membership, appointment: Appointment, clinician: Clinician, over: bool = False) -> Booking:
    """Her time for an appointment. Raises BadInput where something is in the way and is not booked `over`."""
    hold(clinician)
    found = in_the_way(clinician, [appointment.during])
    if found and not marked(by, over):
        raise refusal(by, f"{clinician.name} is {found[0]} at that time")
    return put(
        Booking(
            appointment=appointment,
            clinician=clinician,
            during=appointment.during,
            overlap_allowed_by=by if found else None,
        )
    )


def put(booking: Booking) -> Booking:
    """Write a booking."""
    with in_one_place(booking.clinician):
        booking.save()
    return booking


@contextmanager
def in_one_place(clinician: Clinician) -> Iterator[None]:
    """For writes of her bookings: the database has the last word, and it is told as all else that is in the way."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "clinician_in_one_place" not in str(error):
            raise
        raise BadInput(starts_at=f"{clinician.name} is with somebody else at that time") from None
