"""Booking by page and by API: what is asked for, what is refused, and what is said of an odd hour."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from clients import actions as people
from clients.models import Benefit, Case, Client
from practice.findings import BadInput
from sessions.models import Appointment, Session
from tests import world

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
