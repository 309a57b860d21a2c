"""A claim's diagnoses are held to the ICD-10-CM release of its day of service; where that is not loaded there is doubt."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Web

from claims import actions
from claims.models import Claim
from clients.models import Diagnosis
from practice import clock
from tests import world

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo(world.ZONE))


def waiting(here: world.World, code: str, day: date = world.TODAY) -> Claim:
    """A claim of a day whose first diagnosis is `code`."""
    case = here.client(payer=here.medicare)
    Diagnosis.objects.filter(case=case, position=1).update(code=code)
    here.signed(case, ("97110", 33), day=day)
    here.answer_bells()
    return Claim.objects.get()


@pytest.mark.parametrize(
    ("code", "message"),
    [("G20", "G20 is not a whole ICD-10-CM code."), ("F82.9", "F82.9 is not an ICD-10-CM code of that day.")],
)
def test_a_refused_code_stops_the_claim(code: str, message: str) -> None:
    with world.practice() as here:
        claim = waiting(here, code)
        assert claim.worst == "will_fail"
        assert [(found["rule"], found["message"]) for found in claim.findings] == [("diagnosis_valid", message)]


def test_the_day_of_service_counts_and_not_today() -> None:
    with world.practice() as here:
        claim = waiting(here, "G20")
        with clock.at(NOVEMBER):  # when no release is loaded
            [claim] = actions.check_claims([claim])
        assert claim.worst == "will_fail"
        assert [found["rule"] for found in claim.findings] == ["diagnosis_valid"]


def test_a_day_without_a_release_gives_a_doubt_and_the_page_says_so() -> None:
    with world.practice(at=NOVEMBER) as here:
        claim = waiting(here, "G20", NOVEMBER.date() - timedelta(days=1))
        [doubt] = [found for found in claim.findings if found["rule"] == "diagnosis_valid"]
        assert doubt["severity"] == "may_be_denied"
        assert doubt["message"] == "G20 is not a whole ICD-10-CM code in the list FY2026 April, the nearest there is."
        web = Web()
        web.force_login(here.bob.user)
        page = web.get(f"/p/{here.slug}/claims/{claim.pk}/").content.decode()
        assert "G20, R27.8" in page
        assert "Not checked: ICD-10-CM for Nov 24 is not loaded" in page


def test_the_page_of_a_day_with_a_release_shows_the_codes_alone() -> None:
    with world.practice() as here:
        claim = waiting(here, "G20.A1")
        web = Web()
        web.force_login(here.bob.user)
        page = web.get(f"/p/{here.slug}/claims/{claim.pk}/").content.decode()
        assert claim.findings == []
        assert "G20.A1, R27.8" in page and "Not checked" not in page
