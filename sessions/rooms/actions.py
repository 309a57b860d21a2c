"""Verbs about rooms: keep one, and put an appointment into one."""

from collections.abc import Sequence
from enum import Enum

from django.db import transaction

from practice import audit
from practice.findings import BadInput
from practice.models import Location, Membership
from sessions.models import Appointment, Booking, Room, Session


class Keep(Enum):
    """Leave the room as it is."""

    ROOM = "room"


KEEP = Keep.ROOM


@transaction.atomic
def save_room(
    *, by: Membership, location: Location, name: str, places: int, closed: bool = False, room: Room | None = None
) -> Room:
    """A new room, or another word on an old one, which stays at its location. Raises BadInput."""
    name = " ".join(name.split())[:40]
    errors: dict[str, str] = {}
    if not name:
        errors["name"] = "Give the room a name, such as Gym"
    elif Room.objects.filter(location=location, name__iexact=name).exclude(pk=room.pk if room else 0).exists():
        errors["name"] = f"{location.name} has a room of that name already"
    if not 1 <= places <= 99:
        errors["places"] = "A room holds from 1 to 99 clients"
    if room and room.location_id != location.pk:
        errors["location"] = "A room stays at its location; close this one and add another"
    if errors:
        raise BadInput(errors)
    room = room or Room(location=location)
    room.name, room.places, room.closed = name, places, closed
    room.save()
    audit.record("save room", room, places=places, closed=closed)
    return room


def room_of(appointment: Appointment) -> Room | None:
    """The room an appointment is in, or was in before it was canceled."""
    taken = Booking.objects.filter(appointment=appointment, room__isnull=False).select_related("room").first()
    return taken.room if taken else None


def require_room(room: Room | None, location: Location) -> None:
    """Raises BadInput for a room that cannot be booked there."""
    if room and room.location_id != location.pk:
        raise BadInput(room=f"{room.name} is not at {location.name}; choose a room of that location")
    if room and room.closed:
        raise BadInput(room=f"{room.name} is closed; choose another room")


def kept_rooms(sessions: Sequence[Session], location: Location, room: Room | Keep | None) -> list[Room | None]:
    """For each of these visits the room it will be in at a location."""
    if not isinstance(room, Keep):
        return [room for _ in sessions]
    rows = Booking.objects.filter(appointment__in=[each.appointment_id for each in sessions], room__location=location)
    there = {row.appointment_id: row.room for row in rows.select_related("room")}
    return [there.get(each.appointment_id) for each in sessions]


def where(session: Session) -> str:
    """ "Alice Atherton, Alder Street, Gym"."""
    room = room_of(session.appointment)
    return ", ".join([session.clinician.name, session.location.name, *([room.name] if room else [])])
