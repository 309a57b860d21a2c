"""Rooms hold one appointment at a time, and whatever is booked, moved, canceled and put back, nobody is in two places."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Web
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Case
from practice import actions as house
from practice.findings import BadInput, Conflict
from practice.models import Location
from practice.permissions import Permission
from sessions import actions as sessions
from sessions.calendar import hints
from sessions.calendar.actions import Asked, book_series, reschedule
from sessions.calendar.recurrence import Pattern
from sessions.groups import booking
from sessions.groups.actions import mark, sessions_of
from sessions.models import Appointment, Booking, Room, Session
from sessions.rooms.actions import room_of, save_room
from tests import world
from tests.practice.lived_in import undone

pytestmark = pytest.mark.django_db
HERE = ZoneInfo(world.ZONE)
NINE, TEN = time(9), time(10)
HOUR = timedelta(minutes=60)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def gym(here: world.World) -> Room:
    return save_room(by=here.olivia, location=here.location, name="Gym", places=6)


def second(here: world.World) -> Location:
    return house.add_location(
        by=here.olivia, name="Second", street="2 Alder St", city="Aurora", state="IL", zip="605064117", zone=world.ZONE
    )


def at(when: time, days: int = 0) -> datetime:
    return datetime.combine(world.TODAY + timedelta(days=days), when, tzinfo=HERE)


def book(here: world.World, case: Case, room: Room | None, when: time = NINE, **changes: Any) -> Session:
    asked = {"by": here.sam, "case": case, "clinician": here.ot, "location": here.location, "starts_at": at(when)}
    return sessions.book(**asked | {"length": HOUR, "room": room} | changes)


def series(here: world.World, case: Case, room: Room | None, **changes: Any) -> Asked:
    return Asked(
        case, here.ot, here.location, world.TODAY, NINE, HOUR, Pattern(frozenset({0})), changes.pop("visits", 3), room,
        **changes,
    )  # fmt: skip


# --- one at a time ----------------------------------------------------------------------------------


def test_a_room_is_taken_once(here: world.World, gym: Room) -> None:
    first = book(here, here.client(), gym)
    other = here.client(first="Pat", discipline="PT")
    taken = {"clinician": here.pt, "starts_at": at(time(9, 30))}
    for by, fields in ((here.alice, ["room"]), (here.sam, ["room", "over"])):
        with pytest.raises(BadInput, match="Gym is taken at that time") as refused:
            book(here, other, gym, by=by, **taken)
        assert list(refused.value.errors) == fields
    assert Session.objects.count() == 1
    marked = book(here, other, gym, over=True, **taken)
    assert [row.overlap_allowed_by for row in Booking.objects.filter(room=gym).order_by("pk")] == [None, here.sam]
    assert (room_of(first.appointment), room_of(marked.appointment)) == (gym, gym)
    assert room_of(book(here, other, None, TEN, clinician=here.pt, starts_at=at(time(12))).appointment) is None


def test_the_database_refuses_a_room_twice(here: world.World, gym: Room) -> None:
    first = book(here, here.client(), gym)
    second = book(here, here.client(first="Una"), None, TEN)
    during = Booking.objects.get(appointment=first.appointment, room=gym).during
    with pytest.raises(IntegrityError, match="room_for_one_at_a_time"), transaction.atomic():
        Booking.objects.create(appointment=second.appointment, room=gym, during=during)
    for takes in ({}, {"room": gym, "clinician": here.ot}):
        with pytest.raises(IntegrityError, match="booking_takes_one_thing"), transaction.atomic():
            Booking.objects.create(appointment=second.appointment, during=during, **takes)
    with pytest.raises(IntegrityError, match="booking_is_for_something"), transaction.atomic():
        Booking.objects.create(room=gym, during=during)
    with pytest.raises(IntegrityError, match="one_room_of_a_name"), transaction.atomic():
        Room.objects.create(location=here.location, name="Gym")
    with pytest.raises(IntegrityError, match="room_places_between"), transaction.atomic():
        Room.objects.create(location=here.location, name="Cell", places=0)


def test_what_slips_through_is_told_the_same_way(here: world.World, gym: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    book(here, here.client(), gym)
    monkeypatch.setattr("sessions.calendar.taking.in_the_way", lambda *given: {})
    with pytest.raises(BadInput, match="Gym is taken at that time"):
        book(here, here.client(first="Pat", discipline="PT"), gym, clinician=here.pt)
    canceled = book(here, here.client(first="Una"), gym, TEN)
    sessions.move(by=here.sam, session=canceled, state="cancelled")
    book(here, here.client(first="Pia", discipline="PT"), gym, TEN, clinician=here.pt)
    with pytest.raises(Conflict, match="The room was given to somebody else"):
        sessions.move(by=here.sam, session=canceled, state="scheduled")


def test_a_room_is_of_its_location_and_open(here: world.World, gym: Room) -> None:
    far = save_room(by=here.olivia, location=second(here), name="Gym", places=1)
    with pytest.raises(BadInput, match="Gym is not at Alder Street"):
        book(here, here.client(), far)
    save_room(by=here.olivia, location=here.location, name="Gym", places=6, closed=True, room=gym)
    gym.refresh_from_db()
    with pytest.raises(BadInput, match="Gym is closed"):
        book(here, here.client(), gym)


def test_a_series_names_the_days_its_room_is_taken(here: world.World, gym: Room) -> None:
    other = here.client(first="Pat", discipline="PT")
    book(here, other, gym, clinician=here.pt, starts_at=at(NINE, 7))
    asked = series(here, here.client(), gym)
    found = hints.preview(asked)
    assert list(found.full.values()) == ["taken"] and "Gym is taken on Jun 22." in hints.said(asked, found)
    with pytest.raises(BadInput) as refused:
        book_series(by=here.sam, asked=asked)
    assert refused.value.errors["room"] == "Gym is taken on Jun 22" and "skip" in refused.value.errors
    assert [row.served_on.day for row in book_series(by=here.sam, asked=asked, skip=True)] == [15, 29]


def test_a_moved_visit_keeps_its_room(here: world.World, gym: Room) -> None:
    booked = book_series(by=here.sam, asked=series(here, here.client(), gym))
    room_2 = save_room(by=here.olivia, location=here.location, name="Room 2", places=1)
    moved = {"by": here.sam, "session": booked[0], "length": HOUR}
    reschedule(**moved, starts_at=at(TEN), following=True)
    assert [room_of(row.appointment) for row in booked] == [gym] * 3
    reschedule(**moved, starts_at=at(TEN), room=room_2)
    assert [room_of(row.appointment) for row in booked] == [room_2, gym, gym]
    reschedule(**moved, starts_at=at(TEN), room=None, following=True)
    assert Booking.objects.filter(room__isnull=False).count() == 0
    reschedule(**moved, starts_at=at(NINE), room=gym, following=True)
    assert [room_of(row.appointment) for row in booked] == [gym] * 3
    reschedule(**moved, starts_at=at(NINE), location=second(here), following=True)
    assert Booking.objects.filter(room__isnull=False).count() == 0
    other = here.client(first="Pat", discipline="PT")
    book(here, other, gym, clinician=here.pt, starts_at=at(time(13)))
    with pytest.raises(BadInput, match="Gym is taken on Jun 15") as refused:
        reschedule(**moved, starts_at=at(time(13)), location=here.location, room=gym)
    assert list(refused.value.errors) == ["room", "over"]
    with pytest.raises(BadInput, match="Gym is not at Second"):
        reschedule(**moved, starts_at=at(time(13)), room=gym)


def test_a_visit_that_is_dragged_keeps_its_room(web: Web, here: world.World, gym: Room) -> None:
    """A drag speaks of no room; a form whose room nobody changed leaves each visit of a series its own."""
    first, later, *_ = book_series(by=here.sam, asked=series(here, here.client(), gym))
    web.force_login(here.sam.user)
    dragged = {"date": f"{world.TODAY}", "time": "10:00", "length": "60", "clinician": here.ot.pk,
               "location": here.location.pk}  # fmt: skip
    url = reverse("sessions:reschedule", args=[here.slug, first.pk])
    assert web.post(url, dragged).status_code == 302
    assert room_of(Appointment.objects.get(pk=first.appointment_id)) == gym
    book(here, here.client(first="Zoe"), None, time(12))
    refused = web.post(url, dragged | {"time": "12:00"})
    assert refused.status_code == 422 and f'value="{gym.pk}" selected' in refused.content.decode()
    reschedule(by=here.sam, session=later, starts_at=later.starts_at, length=HOUR, room=None)
    assert web.post(url, dragged | {"time": "11:00", "following": "yes", "room": gym.pk}).status_code == 302
    assert room_of(Appointment.objects.get(pk=later.appointment_id)) is None
    save_room(by=here.olivia, room=gym, location=here.location, name="Gym", places=6, closed=True)
    assert web.post(url, dragged | {"time": "10:00"}).status_code == 302
    assert room_of(Appointment.objects.get(pk=first.appointment_id)) == gym
    assert web.post(url, dragged | {"time": "10:00", "room": ""}).status_code == 302
    assert room_of(Appointment.objects.get(pk=first.appointment_id)) is None


def test_what_a_room_is_called(here: world.World, gym: Room) -> None:
    for changes, field in (
        ({"name": " "}, "name"),
        ({"name": "gym"}, "name"),
        ({"places": 0}, "places"),
        ({"places": 100}, "places"),
    ):
        with pytest.raises(BadInput) as refused:
            save_room(by=here.olivia, **{"location": here.location, "name": "Pool", "places": 2} | changes)
        assert list(refused.value.errors) == [field]
    with pytest.raises(BadInput, match="stays at its location"):
        save_room(by=here.olivia, location=second(here), name="Gym", places=1, room=gym)


# --- the doors --------------------------------------------------------------------------------------


def test_the_pages_of_rooms(web: Web, here: world.World) -> None:
    web.force_login(here.olivia.user)
    listed, new = (reverse(f"sessions:{name}", args=[here.slug]) for name in ("rooms", "new_room"))
    assert "No rooms yet" in web.get(listed).content.decode()
    asked = {"name": "Gym", "location": here.location.pk, "places": "6"}
    assert "Gym can be booked from now on." in web.post(new, asked, follow=True).content.decode()
    twice = web.post(new, asked)
    assert twice.status_code == 422 and "has a room of that name already" in twice.content.decode()
    room = Room.objects.get()
    url = reverse("sessions:room", args=[here.slug, room.pk])
    assert 'value="Gym"' in web.get(url).content.decode()
    assert web.post(url, {"name": "Gym", "places": "0"}).status_code == 422
    web.post(new, asked | {"name": "Pool"})
    assert "name already" in web.post(url, {"name": "Pool", "places": "6"}).content.decode()
    assert web.post(url, {"name": "Gym", "places": "6", "closed": "on"}).status_code == 302
    assert Room.objects.get(pk=room.pk).closed and not here.alice.may(Permission.MANAGE_PRACTICE)


def test_booking_offers_the_rooms(web: Web, here: world.World) -> None:
    web.force_login(here.sam.user)
    book_url = reverse("sessions:book", args=[here.slug])
    assert "No room" not in web.get(book_url).content.decode()
    gym = save_room(by=here.olivia, location=here.location, name="Gym", places=6)
    save_room(by=here.olivia, location=second(here), name="Pool", places=6)
    page = web.get(book_url).content.decode()
    assert "No room" in page and "Gym, Alder Street" in page and "Pool, Second" in page
    slot = {"location": here.location.pk, "room": gym.pk, "date": "2026-06-16", "time": "09:00", "length": "60"}
    case = here.client()
    web.post(book_url, slot | {"case": case.pk, "clinician": here.ot.pk})
    session = Session.objects.get()
    assert room_of(session.appointment) == gym
    dialog = web.get(reverse("sessions:booking", args=[here.slug, session.pk])).content.decode()
    assert "Alice Atherton, Alder Street, Gym" in dialog
    other = here.client(first="Pat", discipline="PT")
    taken = web.post(book_url, slot | {"case": other.pk, "clinician": here.pt.pk})
    assert taken.status_code == 422 and "Gym is taken at that time" in taken.content.decode()
    save_room(by=here.olivia, location=here.location, name="Gym", places=6, closed=True, room=gym)
    stays = web.get(reverse("sessions:booking", args=[here.slug, session.pk])).content.decode()
    assert "selected>Gym" in stays
    out = slot | {"clinician": here.ot.pk, "room": ""}
    assert web.post(reverse("sessions:reschedule", args=[here.slug, session.pk]), out).status_code == 302
    assert room_of(session.appointment) is None


def test_the_calendar_of_one_room(web: Web, here: world.World, gym: Room) -> None:
    web.force_login(here.sam.user)
    book(here, here.client(first="Una"), gym)
    book(here, here.client(first="Eve"), None, TEN)
    url = reverse("sessions:calendar", args=[here.slug]) + f"?view=day&on={world.TODAY}&clinician="
    page = web.get(f"{url}&room={gym.pk}").content.decode()
    assert "Una Nakamura" in page and "Eve Nakamura" not in page and f"&amp;room={gym.pk}" in page
    assert "Eve Nakamura" in web.get(url).content.decode()
    api = f"/api/v1/p/{here.slug}/calendar/?from={world.TODAY}&room={gym.pk}"
    assert [row["client"] for row in web.get(api).json()["results"]] == ["Una Nakamura"]


# --- whatever is done -------------------------------------------------------------------------------

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["group", "visit", "out", "back", "move", "cancel", "add"]),
        st.integers(0, 5),
        st.integers(0, 3),  # quarter hours after nine
        st.booleans(),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


@given(deeds=DEEDS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_and_no_room_is_in_two_places(deeds: list[tuple[str, int, int, bool]]) -> None:
    with undone(), world.practice() as here:
        _do_all(here, deeds)


def _do_all(here: world.World, deeds: list[tuple[str, int, int, bool]]) -> None:
    gym = save_room(by=here.olivia, location=here.location, name="Gym", places=6)
    cases = [here.client(first=f"Kim{n}") for n in range(4)]
    for deed in deeds:
        try:
            with transaction.atomic():
                _do(here, cases, gym, *deed)
        except (BadInput, Conflict):
            pass
        _holds()


def _do(here: world.World, cases: list[Case], gym: Room, deed: str, which: int, quarter: int, roomy: bool) -> None:
    starts_at, room = at(time(9, 15 * quarter)), gym if roomy else None
    rows = list(Session.objects.order_by("pk").select_related("appointment"))
    session = rows[which % len(rows)] if rows else None
    if deed == "group":
        asked = Asked(
            cases[0], here.ot, here.location, world.TODAY, starts_at.time(), HOUR, Pattern(frozenset({0})), 1, room
        )
        booking.book_group(by=here.alice, cases=cases[:3], asked=asked)
    elif deed == "visit":
        book(here, cases[which % 4], room, by=here.alice, starts_at=starts_at)
    elif session is None:
        return
    elif deed in ("out", "back"):
        state = "scheduled" if deed == "back" else "missed" if roomy else "cancelled"
        sessions.move(by=here.alice, session=session, state=state)
    elif deed == "move":
        reschedule(by=here.alice, session=session, starts_at=starts_at, length=HOUR, room=room)
    elif session.appointment.group and deed == "cancel":
        booking.cancel_group(by=here.alice, appointment=session.appointment)
    elif session.appointment.group:
        booking.add_client(by=here.alice, appointment=session.appointment, case=cases[3])


def _holds() -> None:
    taken = list(Booking.objects.filter(released=False))
    for one, other in combinations(taken, 2):
        same = (one.clinician_id, one.room_id) == (other.clinician_id, other.room_id)
        assert not same or one.during.upper <= other.during.lower or other.during.upper <= one.during.lower
    for appointment in Appointment.objects.prefetch_related("sessions", "bookings"):
        left = any(row.state not in ("cancelled", "missed") for row in appointment.sessions.all())
        bookings = list(appointment.bookings.all())
        assert {row.released for row in bookings} == {not left}
        assert {row.during for row in bookings} == {appointment.during}
        assert sum(row.clinician_id is not None for row in bookings) == 1
        assert {row.starts_at for row in appointment.sessions.all()} == {appointment.during.lower}


def test_a_mark_takes_and_gives_back(here: world.World, gym: Room) -> None:
    cases = [here.client(first=f"Kim{n}") for n in range(2)]
    asked = series(here, cases[0], gym, visits=1)
    [group] = booking.book_group(by=here.sam, cases=cases, asked=asked)
    for session in sessions_of(group):
        mark(by=here.alice, session=session, state="missed")
    assert list(Booking.objects.values_list("released", flat=True)) == [True, True]
    mark(by=here.alice, session=sessions_of(group)[0], state="arrived")
    assert list(Booking.objects.values_list("released", flat=True)) == [False, False]
