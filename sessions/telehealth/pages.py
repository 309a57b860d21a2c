"""What pages say of telehealth: beside a session, and what may be chosen."""

from typing import Any

from django.urls import reverse

from sessions.models import Session
from sessions.telehealth.actions import UNDECIDED
from sessions.telehealth.links import AT_HOME, ELSEWHERE, WORDS

IN_PERSON = "in-person"  # in an address, where nothing can stand for the empty word
LABELS = {AT_HOME: "Telehealth, client at home", ELSEWHERE: "Telehealth, client elsewhere", "": "In person"}


def fact(session: Session) -> list[dict[str, str]]:
    """A fact of the session's page, for one that is not in person."""
    place = session.place_of_service
    return [{"value": "Telehealth", "label": f"{WORDS[place]}, POS {place}"}] if place else []


def choices(session: Session, args: list[Any]) -> list[dict[str, str]]:
    """Buttons for what the session is not, while it may still be changed."""
    if session.state not in UNDECIDED:
        return []
    return [
        {"label": label, "url": reverse("sessions:set_telehealth", args=[*args, place or IN_PERSON])}
        for place, label in LABELS.items()
        if place != session.place_of_service
    ]
