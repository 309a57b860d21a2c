"""Telehealth from the booking to the claim: the session's own place of service wins, and is fixed with the signature."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Web
from django.urls import reverse

from billing.models import Charge
from claims.actions import submit, write_interchange
from claims.models import Claim, ClaimLine
from practice.findings import BadInput, Conflict
from sessions import actions as sessions
from sessions.models import MeetingLink, Session
from sessions.telehealth.actions import link_for, save_links, set_place
from sessions.telehealth.links import link_problem
from tests import world

pytestmark = pytest.mark.django_db
HERE = ZoneInfo(world.ZONE)
ROOM = "https://meet.example.com/alder"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        practice.partner()
        yield practice


def segments(claims: list[Claim], here: world.World) -> list[list[str]]:
    """The file in which claims go, by segment and element."""
    interchange = submit(by=here.bob, claims=[claim.pk for claim in claims], undo=0)
    body = write_interchange(interchange).body
    assert body is not None
    return [segment.strip().split("*") for segment in bytes(body).decode().split("~")]


def test_place_10_goes_to_the_claim(here: world.World) -> None:
    session = here.booked(here.client(payer=here.aetna))
    set_place(by=here.sam, session=session, place="10")
    here.sign(session, ("97530", 30))
    here.answer_bells()
    claim = Claim.objects.get()
    assert (Charge.objects.get().place, claim.place, session.location.place_of_service) == ("10", "10", "11")
    found = segments([claim], here)
    [clm] = [segment for segment in found if segment[0] == "CLM"]
    [line] = [segment for segment in found if segment[0] == "SV1"]
    assert clm[5] == "10:B:1"
    assert line[5] in ("", "10")  # SV105 says it only where it differs from the claim's


def test_two_places_of_one_day_are_two_lines(here: world.World) -> None:
    """Of 15 + 15 minutes of one code each place has its own unit, on a claim of its own."""
    case = here.client(payer=here.aetna)
    for place in ("", "10", "02"):
        session = here.booked(case)
        set_place(by=here.sam, session=session, place=place)
        here.sign(session, ("97530", 15))
    here.answer_bells()
    lines = ClaimLine.objects.filter(live=True).select_related("claim__location").order_by("claim__number")
    assert sorted((line.claim.place, line.code, line.units) for line in lines) == [
        ("02", "97530", 1), ("10", "97530", 1), ("11", "97530", 1),
    ]  # fmt: skip
    found = segments([line.claim for line in lines], here)
    assert sorted(segment[5] for segment in found if segment[0] == "CLM") == ["02:B:1", "10:B:1", "11:B:1"]
    here.answer_bells()
    assert Charge.objects.count() == 3  # looked at again nothing changes


def test_a_payer_that_asks_gets_95(here: world.World) -> None:
    here.aetna.needs_telehealth_modifier = True
    here.aetna.save(update_fields=["needs_telehealth_modifier"])
    case = here.client(payer=here.aetna)
    for place in ("", "10"):
        session = here.booked(case)
        set_place(by=here.sam, session=session, place=place)
        here.sign(session, ("97530", 15))
    here.answer_bells()
    lines = ClaimLine.objects.filter(live=True).select_related("claim__location")
    assert {line.claim.place: line.modifiers for line in lines} == {"11": [], "10": ["95"]}


def test_the_signature_fixes_it(here: world.World) -> None:
    session = here.booked(here.client())
    with pytest.raises(BadInput, match="place of service 10"):
        set_place(by=here.sam, session=session, place="11")
    set_place(by=here.sam, session=session, place="02")
    here.sign(session, ("97530", 30))
    with pytest.raises(Conflict, match="fixed with the signature"):
        set_place(by=here.sam, session=session, place="")
    assert Session.objects.get().place == "02"
    with pytest.raises(IntegrityError, match="session_place_known"), transaction.atomic():
        Session.objects.update(place_of_service="11")


def test_it_is_chosen_at_booking(here: world.World) -> None:
    asked: dict[str, Any] = {
        "by": here.sam, "case": here.client(), "clinician": here.ot, "location": here.location,
        "starts_at": datetime.combine(world.TODAY, time(9), tzinfo=HERE), "length": timedelta(minutes=30),
    }  # fmt: skip
    with pytest.raises(BadInput, match="place of service 10"):
        sessions.book(**asked, telehealth="12")
    assert sessions.book(**asked, telehealth="10").place == "10"


# --- the link ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (ROOM, ""),
        ("https://meet.example.com:443/a?b=c", ""),
        ("http://meet.example.com/a", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("https://me:secret@meet.example.com/", "Check the link"),
        ("https://localhost/a", "Check the link"),
        ("https://meet.example.com:8443/", "Check the link"),
        ("https://meet.example.com/a b", "Check the link"),
        ("https://[::1", "cannot be read"),
        ("https://meet.example.com:99999/", "cannot be read"),
        ("https://meet.example.com/" + "a" * 300, "at most 300"),
    ],
)
def test_what_a_meeting_link_is(url: str, problem: str) -> None:
    assert problem in link_problem(url) and bool(problem) == bool(link_problem(url))


def test_a_clinicians_own_link_stands_before_the_practices(here: world.World) -> None:
    session = here.booked(here.client())
    save_links(by=here.olivia, links={None: ROOM})
    assert link_for(session) == ""  # in person
    set_place(by=here.sam, session=session, place="10")
    assert link_for(session) == ROOM
    save_links(by=here.olivia, links={here.ot.pk: "https://video.example.com/alice", None: ROOM})
    assert link_for(session) == "https://video.example.com/alice"
    save_links(by=here.olivia, links={here.ot.pk: " ", None: ""})
    assert link_for(session) == ""
    with pytest.raises(BadInput) as refused:
        save_links(by=here.olivia, links={here.ot.pk: "http://a.example.com", None: "x"})
    assert list(refused.value.errors) == [f"link.{here.ot.pk}", "link"]
    for odd in ({"clinician": here.ot, "url": ""}, {"clinician": here.pt, "url": "http://a.example.com"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MeetingLink.objects.create(**odd)


# --- the doors --------------------------------------------------------------------------------------


def test_the_pages_of_telehealth(web: Web, here: world.World) -> None:
    session = here.booked(here.client())
    links = reverse("sessions:meeting_links", args=[here.slug])
    web.force_login(here.olivia.user)
    assert "Alice Atherton’s own link" in web.get(links).content.decode()
    typed = {"link": ROOM, f"link.{here.ot.pk}": "http://no.example.com"}
    refused = web.post(links, typed)
    assert refused.status_code == 422 and "begins with https://" in refused.content.decode()
    assert web.post(links, {"link": ROOM}).status_code == 302
    web.force_login(here.alice.user)
    page = reverse("sessions:session", args=[here.slug, session.pk])
    assert ROOM not in web.get(page).content.decode()

    def to(place: str) -> str:
        return reverse("sessions:set_telehealth", args=[here.slug, session.pk, place])

    shown = web.post(to("10"), follow=True).content.decode()
    assert ROOM in shown and "client at home, POS 10" in shown and "In person" in shown
    dialog = web.get(reverse("sessions:booking", args=[here.slug, session.pk])).content.decode()
    assert ROOM in dialog and "Telehealth, client at home" in dialog
    assert web.post(to("11")).status_code == 404
    here.sign(Session.objects.get(pk=session.pk), ("97530", 30))
    late = web.post(to("in-person"), follow=True).content.decode()
    assert "fixed with the signature" in late


def test_booking_by_form_and_by_api(web: Web, here: world.World) -> None:
    web.force_login(here.sam.user)
    slot = {"case": here.client().pk, "clinician": here.ot.pk, "location": here.location.pk}
    when = {"date": "2026-06-16", "time": "09:00", "length": "45", "telehealth": "02"}
    web.post(reverse("sessions:book", args=[here.slug]), slot | when)
    assert Session.objects.get().place == "02"
    api = f"/api/v1/p/{here.slug}/sessions/"
    told = slot | {"starts_at": "2026-06-17T09:00:00-05:00", "minutes": 45, "telehealth": "10"}
    key = {"Idempotency-Key": "a key of its own"}
    assert web.post(api, told, "application/json", headers=key).json()["telehealth"] == "10"
