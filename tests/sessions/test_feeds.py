"""Calendar feeds: read by who has the secret and by nobody else, as RFC 5545 wants them, and without names."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client as Web
from django.urls import reverse
from icalendar import Calendar

from practice import clock, door, log_words
from practice.findings import BadInput
from practice.link_doors import Door, DoorKind, find_door
from practice.models import Membership, SignInAttempt
from practice.sign_in_tables import Outcome, Step
from sessions import actions as sessions
from sessions.calendar.actions import reschedule, take_time_off
from sessions.feeds import actions
from sessions.feeds.calendar_file import AHEAD, BACK, Entry, calendar_file
from sessions.models import FeedRule
from tests import world
from tests.sessions.test_groups import group

pytestmark = pytest.mark.django_db
HERE = ZoneInfo(world.ZONE)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def secret(here: world.World) -> str:
    return actions.make_feed(by=here.alice, clinician=here.ot)


def events(web: Web, secret: str) -> list[Any]:
    answer = web.get(reverse("feed", args=[secret]))
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_what_it_says(web: Web, here: world.World, secret: str) -> None:
    session = here.booked(here.client(first="Walter", last="Nakamura"), at=time(9))
    held = here.booked(here.client(first="Una"), day=world.TODAY + world.WEEK)
    sessions.move(by=here.sam, session=held, state="cancelled")
    group(here, [here.client(first="Ana"), here.client(first="Ben")], at=time(20))
    noon = datetime.combine(world.TODAY + timedelta(days=2), time(12), tzinfo=HERE)
    take_time_off(by=here.alice, clinician=here.ot, starts_at=noon, ends_at=noon + timedelta(hours=2), why="Dentist")
    answer = web.get(reverse("feed", args=[secret]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8" and answer["Cache-Control"] == "no-store"
    assert not any(word in answer.content.decode() for word in ("Walter", "Nakamura", "Una", "Dentist", here.slug))
    found = events(web, secret)
    assert [(str(event["summary"]), str(event["status"])) for event in found] == [
        ("Session", "CONFIRMED"), ("Group of 2", "CONFIRMED"), ("Away", "CONFIRMED"), ("Session", "CANCELLED"),
    ]  # fmt: skip
    first = found[0]
    assert first["dtstart"].dt == session.starts_at and first["dtstart"].to_ical().endswith(b"Z")
    assert first["dtend"].dt - first["dtstart"].dt == timedelta(minutes=45)


def test_a_moved_visit_stays_the_same_event(web: Web, here: world.World, secret: str) -> None:
    session = here.booked(here.client(), at=time(9))
    before = events(web, secret)[0]
    with clock.at(world.NOON + timedelta(minutes=5)):
        later = session.starts_at + timedelta(hours=3)
        reschedule(by=here.sam, session=session, starts_at=later, length=timedelta(minutes=45))
        [after] = events(web, secret)
    assert (after["uid"], after["dtstart"].dt) == (before["uid"], later)
    assert after["last-modified"].dt - before["last-modified"].dt == timedelta(minutes=5)


def test_a_time_that_is_only_held(web: Web, here: world.World, secret: str) -> None:
    at = datetime.combine(world.TODAY, time(9), tzinfo=HERE)
    sessions.book(
        by=here.sam, case=here.client(), clinician=here.ot, location=here.location, starts_at=at,
        length=timedelta(minutes=45), held=True,
    )  # fmt: skip
    assert [str(event["status"]) for event in events(web, secret)] == ["TENTATIVE"]


def test_how_far_it_reaches(web: Web, here: world.World, secret: str) -> None:
    case = here.client()
    for days in (-BACK.days - 2, -BACK.days + 1, AHEAD.days - 1, AHEAD.days + 2):
        here.booked(case, day=world.TODAY + timedelta(days=days), at=time(9))
    here.booked(here.client(first="Pat", discipline="PT"), clinician=here.pt)
    assert len(events(web, secret)) == 2


def test_initials_where_the_owner_allows_it(web: Web, here: world.World, secret: str) -> None:
    here.booked(here.client(first="Walter", last="Nakamura"))
    actions.set_words(by=here.olivia, words="initials")
    assert [str(event["summary"]) for event in events(web, secret)] == ["Session W. N."]
    with pytest.raises(BadInput):
        actions.set_words(by=here.olivia, words="names")
    with pytest.raises(IntegrityError, match="one_feed_rule"), transaction.atomic():
        FeedRule.objects.create()


def test_the_file_as_it_must_be() -> None:
    words = (
        "Sitzung; mit, Umlauten: ÄÖÜ\\ und\neiner zweiten Zeile, die viel zu lang ist für eine Zeile dieser Datei äöü"
    )
    at = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    body = calendar_file([Entry("u1", at, at + timedelta(hours=1), words, "CONFIRMED", at)])
    lines = body.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in b"".join(lines)
    assert all(len(line) <= 75 for line in lines)
    assert b"DTSTART:20261101T063000Z" in lines
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert (str(event["summary"]), str(event["uid"])) == (words, "u1")


# --- the secret -------------------------------------------------------------------------------------


def test_only_a_hash_is_kept(here: world.World, secret: str) -> None:
    row = Door.objects.get()
    assert secret not in str(Door.objects.values().get()) and len(row.digest) == 64 and len(secret) >= 43
    assert find_door(DoorKind.FEED, secret) == row
    with pytest.raises(PermissionDenied):
        actions.make_feed(by=here.olivia, clinician=here.ot)
    with pytest.raises(IntegrityError, match="one_door_to_a_thing"), transaction.atomic():
        Door.objects.create(practice=here.practice, kind="feed", target=here.ot.pk, digest="x")


def test_a_secret_that_opens_nothing(web: Web, here: world.World, secret: str) -> None:
    newer = actions.make_feed(by=here.alice, clinician=here.ot)
    assert web.get(reverse("feed", args=[secret])).status_code == 404  # replaced
    assert web.get(reverse("feed", args=[newer])).status_code == 200
    assert actions.revoke_feed(by=here.alice, clinician=here.ot) and not actions.revoke_feed(
        by=here.alice, clinician=here.ot
    )
    assert web.get(reverse("feed", args=[newer])).status_code == 404
    third = actions.make_feed(by=here.alice, clinician=here.ot)
    Membership.objects.filter(pk=here.alice.pk).update(active=False)
    assert web.get(reverse("feed", args=[third])).status_code == 404  # she left
    Membership.objects.filter(pk=here.alice.pk).update(active=True)
    type(here.practice).objects.filter(pk=here.practice.pk).update(active=False)
    assert web.get(reverse("feed", args=[third])).status_code == 404  # the practice is closed
    assert web.post(reverse("feed", args=[third])).status_code == 405


def test_who_guesses_is_shut_out_of_feeds_alone(web: Web, here: world.World, secret: str) -> None:
    for n in range(30):
        assert web.get(f"/feeds/guess-{n}.ics", REMOTE_ADDR="203.0.113.9").status_code == 404
    closed = web.get(reverse("feed", args=[secret]), REMOTE_ADDR="203.0.113.9")
    assert closed.status_code == 429 and 0 < int(closed["Retry-After"]) <= 900
    assert web.get(reverse("feed", args=[secret]), REMOTE_ADDR="203.0.113.10").status_code == 200
    tries = SignInAttempt.objects.filter(step=Step.FEED, outcome=Outcome.FAILED)
    assert tries.count() == 30 and "guess" not in str(list(tries.values()))
    assert door.closed_until(door.Caller("nobody", "203.0.113.9", "")) is None  # her sign-in is open
    with clock.at(world.NOON + timedelta(minutes=16)):
        assert web.get(reverse("feed", args=[secret]), REMOTE_ADDR="203.0.113.9").status_code == 200


def test_no_secret_in_a_log() -> None:
    keep = log_words.WithoutSecrets()
    for args in (("/feeds/abcdefghijklmnop.ics",), ({"path": "/invitation/alder/abcdefghijklmnop/"},), ()):
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "GET /sign-in/reset/MQ/abcdefghijklmnop/", args, None)
        assert keep.filter(record)
        assert "abcdefgh" not in f"{record.msg} {record.args}"


# --- the page ---------------------------------------------------------------------------------------


def test_the_page(web: Web, here: world.World) -> None:
    page, make, revoke, words = (
        reverse(f"sessions:{name}", args=[here.slug]) for name in ("my_feed", "make_feed", "revoke_feed", "feed_words")
    )
    web.force_login(here.alice.user)
    assert "You have none" in web.get(page).content.decode()
    shown = web.post(make).content.decode()
    address = shown.split('readonly value="')[1].split('"')[0]
    assert address.startswith("http://testserver/feeds/") and here.slug not in address
    assert web.get(address).status_code == 200
    again = web.get(page).content.decode()
    assert address not in again and "Make a new address" in again and "No client: “Session”" in again
    assert "does not open any more" in web.post(revoke, follow=True).content.decode()
    assert web.post(revoke).status_code == 302
    assert web.get(address).status_code == 404
    assert web.post(words, {"words": "initials"}).status_code == 403
    web.force_login(here.olivia.user)
    assert "What the practice’s feeds say" in web.get(page).content.decode()
    assert web.post(words, {"words": "initials"}).status_code == 302 and actions.words() == "initials"
    assert "nothing of clients" in web.post(words, {"words": "all"}, follow=True).content.decode()
    assert web.post(make).status_code == 404
    web.force_login(here.sam.user)
    assert "Feeds are for who treats" in web.get(page).content.decode()


def test_the_api(web: Web, here: world.World, secret: str) -> None:
    url, key = f"/api/v1/p/{here.slug}/calendar-feed/", {"Idempotency-Key": "a key of its own"}
    web.force_login(here.alice.user)
    answer = web.get(url).json()
    assert answer["words"] == "none" and answer["made_at"] and secret not in str(answer)
    assert web.delete(url, headers=key).json()["made_at"] is None
    web.force_login(here.olivia.user)
    assert web.delete(url, headers={"Idempotency-Key": "another of them"}).status_code == 404
    told = web.put(
        f"{url}words/", {"words": "initials"}, "application/json", headers={"Idempotency-Key": "a third one"}
    )
    assert told.json() == {"made_at": None, "words": "initials"}
