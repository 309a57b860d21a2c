"""The API of groups and rooms: the same verbs as on the pages."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client as Web

from clients import actions as clients
from clients.models import Case
from sessions.groups.composing import Own
from sessions.minutes import Typed
from sessions.models import Booking, GroupDraft, Note, Session
from sessions.rooms.actions import room_of, save_room
from tests import world
from tests.sessions.test_groups import NAMES, rows

pytestmark = pytest.mark.django_db
_keys = count()


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def cases(here: world.World) -> list[Case]:
    return [here.client(payer=here.aetna, first=first, last=last) for first, last in NAMES]


class Api:
    """Calls in a person's name."""

    def __init__(self, web: Web, here: world.World, who: Any) -> None:
        self.web, self.base = web, f"/api/v1/p/{here.slug}/"
        web.force_login(who.user)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Idempotency-Key": f"call number {next(_keys)}"}
        return self.web.generic(
            method,
            self.base + path,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )


def asked(here: world.World, cases: list[Case], **changes: Any) -> dict[str, Any]:
    return {
        "cases": [case.pk for case in cases], "clinician": here.ot.pk, "location": here.location.pk,
        "first_on": "2026-06-15", "at": "09:00", "minutes": 45, "weekdays": [0], "visits": 1, **changes,
    }  # fmt: skip


def test_a_group_from_booking_to_signature(web: Web, here: world.World, cases: list[Case]) -> None:
    api = Api(web, here, here.alice)
    [pk] = api("POST", "groups/", asked(here, cases)).json()["groups"]
    group = api("GET", f"groups/{pk}/").json()
    assert [row["client"] for row in group["clients"]][:2] == ["Ana Arroyo", "Ben Bell"] and group["draft"] is None
    first, second = (row["id"] for row in group["clients"][:2])
    marks = {"marks": [{"session": second, "state": "missed"}], "all_present": True}
    marked = api("PUT", f"groups/{pk}/attendance/", marks).json()
    assert [row["state"] for row in marked["clients"]] == ["arrived", "missed", *["arrived"] * 4]
    lines = [{"code": "97150", "minutes": 45}]
    own = [{"session": first, "words": "Led.", "lines": [{"code": "97150", "minutes": 30}]}]
    saved = api("PUT", f"groups/{pk}/draft/", {**world.NOTE, "lines": lines, "own": own}).json()
    assert saved["draft"]["version"] == 1 and saved["clients"][0]["words"] == "Led."
    assert GroupDraft.objects.get().own_of(first) == Own("Led.", (Typed("97150", 30),))
    stale = api("PUT", f"groups/{pk}/draft/", {"lines": lines, "own": []})
    assert stale.status_code == 409
    named = {**world.NOTE, "plan": "Ben goes on.", "lines": lines, "version": 1}
    api("PUT", f"groups/{pk}/draft/", named)
    refused = api("POST", f"groups/{pk}/sign/", {})
    assert refused.status_code == 400 and "Ben stands where others" in refused.content.decode()
    api("PUT", f"groups/{pk}/draft/", {**world.NOTE, "lines": lines, "version": 2})
    signed = api("POST", f"groups/{pk}/sign/", {}).json()
    assert [row["state"] for row in signed["clients"]] == ["signed", "missed", *["signed"] * 4]
    assert Note.objects.count() == 5


def test_what_cannot_be_done(web: Web, here: world.World, cases: list[Case]) -> None:
    api = Api(web, here, here.alice)
    [pk] = api("POST", "groups/", asked(here, cases[:3])).json()["groups"]
    strange = {"marks": [{"session": 1, "state": "missed"}]}
    assert "not of this group" in api("PUT", f"groups/{pk}/attendance/", strange).content.decode()
    refused = api("POST", f"groups/{pk}/sign/", {})
    assert refused.status_code == 400 and "Nobody is marked present" in refused.content.decode()
    twice = api("POST", "groups/", asked(here, [cases[0], cases[0]], first_on="2026-06-22"))
    assert twice.status_code == 400 and "chosen twice" in twice.content.decode()
    assert Api(web, here, here.sam)("PUT", f"groups/{pk}/draft/", {"lines": []}).status_code == 403
    assert Api(web, here, here.pt.member)("GET", f"groups/{pk}/").status_code == 404
    desk = Api(web, here, here.sam)("GET", f"groups/{pk}/").json()
    assert desk["draft"] is None and desk["clients"][0]["words"] is None


def test_who_is_in_it_and_when(web: Web, here: world.World, cases: list[Case]) -> None:
    clients.add_authorization(
        by=here.olivia, case=cases[0], coverage=cases[0].client.coverages.get(), number="A1", allowed=1,
        starts_on=world.TODAY, ends_on=world.TODAY,
    )  # fmt: skip
    api = Api(web, here, here.sam)
    gym = save_room(by=here.olivia, location=here.location, name="Gym", places=6)
    booked = api("POST", "groups/", asked(here, cases[:4], visits=2, room=gym.pk, telehealth="02")).json()
    assert [row["case"] for row in booked["limits"]] == [cases[0].pk]
    pk, _ = booked["groups"]
    added = api("POST", f"groups/{pk}/clients/", {"case": cases[4].pk, "following": True}).json()
    assert len(added["sessions"]) == 2
    moved = {"starts_at": "2026-06-16T10:00:00-05:00", "minutes": 60, "following": True}
    assert api("POST", f"groups/{pk}/reschedule/", moved).json()["starts_at"].startswith("2026-06-16")
    found = rows(Session.objects.filter(appointment=pk)[0].appointment)
    assert {row.place for row in found if row.client_id != cases[4].client_id} == {"02"}
    assert room_of(found[0].appointment) == gym
    api("POST", f"groups/{pk}/reschedule/", moved | {"room": None})
    assert not Booking.objects.filter(room=gym).exists()
    calendar = api("GET", "calendar/?from=2026-06-16&to=2026-06-16").json()["results"]
    assert {row["group"] for row in calendar} == {pk} and len(calendar) == 5
    assert api("POST", f"groups/{pk}/cancel/", {"following": True}).json() == {"canceled": 10}


def test_rooms_and_links(web: Web, here: world.World) -> None:
    api = Api(web, here, here.olivia)
    made = api("POST", "rooms/", {"location": here.location.pk, "name": "Gym", "places": 6})
    assert made.status_code == 201
    room = made.json()["id"]
    changed = {"location": here.location.pk, "name": "Gym", "places": 8, "closed": True}
    assert api("PUT", f"rooms/{room}/", changed).json()["closed"] is True
    assert [row["places"] for row in api("GET", "rooms/").json()["results"]] == [8]
    link = {"clinician": here.ot.pk, "url": "https://meet.example.com/alice"}
    assert api("PUT", "meeting-links/", link).json() == link
    assert api("GET", "meeting-links/").json()["results"] == [link]
    bad = api("PUT", "meeting-links/", {"clinician": None, "url": "http://meet.example.com"})
    assert bad.status_code == 400 and "https://" in bad.content.decode()
