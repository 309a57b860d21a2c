"""A session moves only as drawn, whatever is tried; and its date of service is the day on the wall of its place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice.findings import BadInput, Conflict
from sessions import actions
from sessions.lifecycle import State, from_states, may_move
from sessions.minutes import Typed
from sessions.models import Session, SessionEvent, SessionState
from tests import world
from tests.practice.lived_in import undone

# The drawing in sessions/lifecycle.py, once more and by hand.
DRAWN = {
    ("held", "scheduled"), ("held", "cancelled"),
    ("scheduled", "arrived"), ("scheduled", "signed"), ("scheduled", "cancelled"), ("scheduled", "missed"),
    ("arrived", "scheduled"), ("arrived", "signed"), ("arrived", "cancelled"), ("arrived", "missed"),
    ("cancelled", "scheduled"), ("missed", "scheduled"),
}  # fmt: skip
ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix"]

YEAR = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db
several = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def here() -> object:
    with world.practice() as there:
        yield there


def test_the_heart_is_the_drawing() -> None:
    assert {(old.value, new.value) for old in State for new in State if may_move(old, new)} == DRAWN
    assert {(old, new.value) for new in State for old in from_states(new)} == DRAWN


@several
@given(held=st.booleans(), tried=st.lists(st.sampled_from(SessionState.values), max_size=8))
def test_a_session_moves_only_as_drawn(here: world.World, held: bool, tried: list[str]) -> None:
    with undone():
        session = actions.book(
            by=here.sam, case=here.client(), clinician=here.ot, location=here.location,
            starts_at=world.NOON - timedelta(hours=3), length=timedelta(minutes=45), held=held,
        )  # fmt: skip
        walked = [session.state]
        for state in tried:
            try:
                moved(here, session, state)
            except Conflict:
                assert (walked[-1], state) not in DRAWN
            else:
                assert (walked[-1], state) in DRAWN
                walked.append(state)
            session.refresh_from_db()
            assert session.state == walked[-1]
        assert list(SessionEvent.objects.order_by("id").values_list("state", flat=True)) == walked[1:]


def moved(here: world.World, session: Session, state: str) -> None:
    if state != SessionState.SIGNED:
        actions.move(by=here.sam, session=session, state=state)
        return
    actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97530", 38)])
    actions.sign(by=here.alice, session=session)


@several
@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 2 * 365 * 24 * 60),
    minutes=st.integers(5, 240),
)
def test_the_date_of_service_is_the_local_one(here: world.World, zone: str, minute: int, minutes: int) -> None:
    with undone():
        here.location.zone = zone
        starts_at = YEAR + timedelta(minutes=minute)
        local, last = (
            (starts_at + timedelta(minutes=after)).astimezone(ZoneInfo(zone)).date() for after in (0, minutes - 1)
        )
        asked = {"location": here.location, "starts_at": starts_at, "length": timedelta(minutes=minutes)}
        try:
            session = actions.book(by=here.sam, case=here.client(), clinician=here.ot, **asked)  # type: ignore[arg-type]
        except BadInput as refused:
            assert local != last and list(refused.errors) == ["length"]
        else:
            assert session.served_on == local == last
