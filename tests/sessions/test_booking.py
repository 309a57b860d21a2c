"""Booking by page and by API: what is asked for, what is refused, and what is said of an odd hour."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from clients.models import Benefit, Client
from sessions.models import Session
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
