"""Two people at one session, and bookings that cannot be: who comes second is told, nothing is overwritten."""

from datetime import timedelta

import pytest

from practice.findings import BadInput, Conflict
from sessions import actions
from sessions.minutes import Typed
from sessions.models import Booking, Session, SessionEvent, SessionState
from tests import world

pytestmark = pytest.mark.django_db


def test_two_people_cannot_move_one_session_two_ways() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        older_page = Session.objects.get(pk=session.pk)
        actions.move(by=here.sam, session=session, state=SessionState.CANCELLED)
        with pytest.raises(Conflict, match="Somebody else changed this session"):
            actions.move(by=here.alice, session=older_page, state=SessionState.ARRIVED)
        assert Session.objects.get().state == SessionState.CANCELLED
        assert SessionEvent.objects.count() == 1


@pytest.mark.parametrize("year", [1999, 2199])
def test_a_mistyped_year_is_told(year: int) -> None:
    with world.practice() as here:
        with pytest.raises(BadInput) as refused:
            actions.book(
                by=here.sam, case=here.client(), clinician=here.ot, location=here.location,
                starts_at=world.NOON.replace(year=year), length=timedelta(minutes=45),
            )  # fmt: skip
        assert list(refused.value.errors) == ["starts_at"]
        assert not Session.objects.exists() and not Booking.objects.exists()


def test_a_clinician_of_another_discipline_is_refused() -> None:
    with world.practice() as here:
        with pytest.raises(BadInput) as refused:
            here.booked(here.client(discipline="OT"), clinician=here.pt)
        assert list(refused.value.errors) == ["clinician"]
        assert not Session.objects.exists()


def test_a_session_is_signed_when_it_was_given() -> None:
    with world.practice() as here:
        tomorrow = here.booked(here.client(), day=world.TODAY + timedelta(days=1))
        with pytest.raises(Conflict, match="later day"):
            here.sign(tomorrow, ("97110", 33))
        tomorrow.refresh_from_db()
        assert tomorrow.state == SessionState.SCHEDULED


def test_the_same_text_sent_twice_is_no_conflict() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        lines = [Typed("97110", 30)]
        first = actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=lines, version=0)
        again = actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=lines, version=0)
        assert (again.pk, again.version) == (first.pk, first.version)
