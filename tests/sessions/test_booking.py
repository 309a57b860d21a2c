"""Booking by page and by API: what is asked for, what is refused, and what is said of an odd hour."""

from collections.abc import Iterator
from datetime import date, time
from itertools import count
from typing import Any

import pytest

from clients import actions as people
from clients.models import Benefit, Case, Client
from practice.findings import BadInput
from practice.setup.hours import add_hours
from sessions.models import Appointment, Session
from tests import world
from tests.sessions.test_intake import PAGE

pytestmark = pytest.mark.django_db
API = "/api/v1/p/alder/"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as found:
        yield found


@pytest.fixture
def call(here: world.World, web: Any) -> Any:
    """Posts to the API as the owner."""
    web.force_login(here.olivia.user)
    keys = count(10_000_000)

    def post(address: str, body: dict[str, Any]) -> Any:
        return web.post(API + address, body, "application/json", headers={"Idempotency-Key": str(next(keys))})

    return post


# --- moments of the API ------------------------------------------------------------------------------


NAIVE = ["2026-06-16T15:00:00", "2026-06-16T15:00", "2026-06-16 15:00:00", "2026-06-16"]


@pytest.mark.parametrize("moment", NAIVE)
def test_a_moment_without_its_offset_is_refused(here: world.World, call: Any, moment: str) -> None:
    case = here.client(payer=here.aetna)
    visit = {"location": here.location.pk, "starts_at": moment, "minutes": 45}
    sentence = "does not say its offset from UTC. Write it with its offset, such as 2026-06-16T09:00:00-05:00, or Z"
    booked = call("sessions/", visit | {"case": case.pk, "clinician": here.ot.pk})
    assert (booked.status_code, booked.json()) == (400, {"starts_at": [f"“starts_at” {sentence}"]})
    who = {"first_name": "June", "last_name": "Ortiz", "birth_on": "1960-04-02", "sex": "F"}
    why = {"complaint": "Stroke", "diagnoses": ["R27.8"], "cause": "illness"}
    taken = call("clients/intake/", {"clinician": here.ot.pk, "client": who, "case": why, "visit": visit})
    assert (taken.status_code, taken.json()) == (400, {"visit.starts_at": [f"“starts_at” {sentence}"]})
    benefit = {"disciplines": ["OT"], "starts_on": "2026-01-01", "verified_how": "phone", "verified_at": moment}
    told = call(f"coverages/{case.client.coverages.get().pk}/benefits/", benefit)
    assert (told.status_code, told.json()) == (400, {"verified_at": [f"“verified_at” {sentence}"]})
    assert not Session.objects.exists() and not Benefit.objects.exists() and Client.objects.count() == 1


@pytest.mark.parametrize("moment", ["2026-06-16T09:00:00-05:00", "2026-06-16T14:00:00Z", "2026-06-16T14:00:00+00:00"])
def test_a_moment_with_its_offset_is_that_moment(here: world.World, call: Any, moment: str) -> None:
    slot = {"case": here.client().pk, "clinician": here.ot.pk, "location": here.location.pk, "minutes": 45}
    assert call("sessions/", slot | {"starts_at": moment}).json()["starts_at"][:16] == "2026-06-16T14:00"


# --- clients who are inactive -------------------------------------------------------------------------


def inactive(here: world.World, first: str = "Ines") -> Case:
    """An open case of a client who was made inactive."""
    case = here.client(first=first)
    people.deactivate_client(by=here.olivia, client=case.client, reason="moved away")
    return case


def offered(web: Any, **query: Any) -> list[int]:
    """The cases that the page offers."""
    form = web.get("/p/alder/sessions/book/", query).context["form"]
    return [int(str(value)) for value, _ in form.fields["case"].choices if value]


def test_the_verb_refuses_a_client_who_is_inactive(here: world.World) -> None:
    case = inactive(here)
    with pytest.raises(BadInput) as refused:
        here.booked(case)
    assert refused.value.errors == {"case": "Ines Nakamura is inactive; reactivate the client first"}
    assert not Appointment.objects.exists()
    people.reactivate_client(by=here.olivia, client=case.client)
    assert here.booked(case).client == case.client


def test_the_page_offers_no_client_who_is_inactive(here: world.World, web: Any) -> None:
    active, gone = here.client(), inactive(here)
    web.force_login(here.sam.user)
    assert offered(web) == offered(web, client=gone.client_id) == [active.pk]
    slot = {"clinician": here.ot.pk, "location": here.location.pk, "date": "2026-06-16", "time": "09:00", "length": 45}
    refused = web.post("/p/alder/sessions/book/", slot | {"case": gone.pk})  # from a page that was open before
    assert refused.status_code == 422 and "or its client is inactive: choose another" in refused.text
    assert not Session.objects.exists()
    link = f"/p/alder/sessions/book/?client={gone.client_id}"
    assert link not in web.get(f"/p/alder/clients/{gone.client_id}/visits/").text
    people.reactivate_client(by=here.olivia, client=gone.client)
    assert link in web.get(f"/p/alder/clients/{gone.client_id}/visits/").text


def test_of_merged_charts_the_one_that_lives_counts(here: world.World, web: Any) -> None:
    """Both ways: an old chart that was inactive goes on with an active one, and an active one ended with the other."""
    goes_on, ended, home, left = inactive(here), here.client(), here.client(), here.client()
    people.merge_clients(by=here.olivia, duplicate=goes_on.client, into=home.client)
    people.merge_clients(by=here.olivia, duplicate=ended.client, into=left.client)
    people.deactivate_client(by=here.olivia, client=left.client, reason="moved away")
    web.force_login(here.sam.user)
    assert set(offered(web)) == {goes_on.pk, home.pk}
    assert here.booked(goes_on).client == home.client
    with pytest.raises(BadInput, match="is inactive; reactivate the client first"):
        here.booked(ended)


def test_the_api_books_no_client_who_is_inactive(here: world.World, call: Any) -> None:
    case = inactive(here)
    slot = {"clinician": here.ot.pk, "location": here.location.pk, "starts_at": "2026-06-16T14:00:00Z", "minutes": 45}
    told = call("sessions/", slot | {"case": case.pk})
    assert (told.status_code, list(told.json())) == (400, ["case"])
    assert "is inactive; reactivate the client first" in told.json()["case"][0]
    assert not Session.objects.exists()


# --- an hour that is unlikely ---------------------------------------------------------------------------

ODD = [
    ("2026-04-15", "09:00", ["Apr 15 is 61 days ago; check the date."]),
    ("2025-06-16", "09:00", ["Jun 16, 2025 is 364 days ago; check the date."]),
    ("2026-06-21", "09:00", ["Jun 21 is a Sunday; check the date."]),
    ("2026-06-16", "05:59", ["5:59 AM is outside 6 AM to 9 PM; check the time."]),
    ("2026-06-16", "21:00", ["9:00 PM is outside 6 AM to 9 PM; check the time."]),
    ("2026-06-21", "00:30", ["Jun 21 is a Sunday; check the date.", "12:30 AM is outside 6 AM to 9 PM; check the time."]),
]  # fmt: skip
USUAL = [("2026-04-16", "09:00"), ("2026-06-17", "06:00"), ("2026-06-17", "20:59"), ("2026-06-20", "09:00")]


def told(web: Any, clinician: Any, day: str, at: str) -> list[str]:
    """What the booking page says while it is filled in."""
    asked = {"clinician": clinician, "date": day, "time": at}
    return web.get("/p/alder/sessions/book/limits/", asked).context["limits"]


def test_an_unlikely_hour_is_said_before_it_is_booked(here: world.World, web: Any) -> None:
    web.force_login(here.sam.user)
    assert "date,time," in web.get("/p/alder/sessions/book/").text
    for day, at, sentences in ODD:
        assert told(web, here.ot.pk, day, at) == sentences, (day, at)
    for day, at in [*USUAL, ("2026-06-21", ""), ("", "05:00"), ("2026-06-21", "soon"), ("2026-06-21", "\0")]:
        assert told(web, here.ot.pk, day, at) == [], (day, at)
    assert told(web, "x", "2026-06-21", "09:00") == told(web, 2**62, "2026-06-21", "09:00") == ODD[2][2]


def test_what_stands_in_the_working_hours_is_not_unlikely(here: world.World, web: Any) -> None:
    web.force_login(here.sam.user)
    add_hours(
        by=here.olivia, clinician=here.ot, location=here.location, weekdays=[6], starts=time(5), ends=time(12),
        from_on=date(2026, 6, 21), until_on=date(2026, 6, 28),
    )  # fmt: skip
    asked = [("2026-06-21", "05:00"), ("2026-06-28", "11:59"), ("2026-06-28", "12:00"), ("2026-06-14", "09:00")]
    asked += [("2026-07-05", "09:00"), ("2026-06-22", "05:00")]
    assert [len(told(web, here.ot.pk, *slot)) for slot in asked] == [0, 0, 1, 1, 1, 1]
    assert len(told(web, here.pt.pk, "2026-06-21", "09:00")) == 1


def test_an_unlikely_hour_is_said_after_it_is_booked(here: world.World, web: Any) -> None:
    web.force_login(here.sam.user)
    slot = {"case": here.client().pk, "clinician": here.ot.pk, "location": here.location.pk, "length": 45}
    for day, at, sentences in ODD:
        after = web.post("/p/alder/sessions/book/", slot | {"date": day, "time": at}, follow=True).text
        assert all(f"Booked. {sentence}" in after for sentence in sentences), (day, at)
    for day, at in USUAL:
        after = web.post("/p/alder/sessions/book/", slot | {"date": day, "time": at}, follow=True).text
        assert "Booked." not in after, (day, at)
    assert Session.objects.count() == len(ODD) + len(USUAL)


def test_an_unlikely_first_visit_is_said_after_it_is_booked(here: world.World, web: Any) -> None:
    web.force_login(here.sam.user)
    chosen = {"coverage-payer": here.aetna.pk, "case-clinician": here.ot.pk, "visit-location": here.location.pk}
    sunday = {"visit-date": "2026-06-21", "visit-time": "21:30"}
    after = web.post("/p/alder/clients/new/", PAGE | chosen | sunday, follow=True).text
    assert "The first visit is booked. Jun 21 is a Sunday; check the date." in after
    assert "The first visit is booked. 9:30 PM is outside 6 AM to 9 PM; check the time." in after
