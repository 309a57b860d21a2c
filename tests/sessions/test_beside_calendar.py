"""A session beside the calendar: for who may read it, and after each verb one is back where one was."""

import pytest
from django.urls import reverse

from sessions.models import Session, SessionState
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
MINUTES = {"code": ["97530"], "minutes": ["38"]}


def _calendar(here: world.World, opened: Session | None = None) -> str:
    asked = f"?view=day&on={world.TODAY}&clinician=" + (f"&open={opened.pk}" if opened else "")
    return reverse("sessions:calendar", args=[here.slug]) + asked


def test_it_opens_for_who_may_read_it() -> None:
    with world.practice() as here:
        session = here.booked(here.client(last="Quillfeather"))
        for member, reads in ((here.alice, True), (here.olivia, True), (here.sam, False), (here.pt.member, False)):
            answer = signed_in(member).get(_calendar(here, session))
            assert answer.status_code == 200
            assert ('id="client-name"' in answer.text) is reads, member
        for other in ("0", "999999", "x"):
            answer = signed_in(here.alice).get(_calendar(here) + f"&open={other}")
            assert answer.status_code == 200 and 'id="client-name"' not in answer.text


def test_the_signature_opens_the_next_of_that_day() -> None:
    with world.practice() as here:
        first, second = here.booked(here.client()), here.booked(here.client())
        web = signed_in(here.alice)
        for session, following in ((first, second), (second, None)):
            answer = web.post(
                reverse("sessions:sign", args=[here.slug, session.pk]),
                {**world.NOTE, **MINUTES},
                headers={"referer": "http://testserver" + _calendar(here, session)},
            )
            assert answer["Location"] == _calendar(here, following)
        assert set(Session.objects.values_list("state", flat=True)) == {SessionState.SIGNED}


@pytest.mark.parametrize("referer", ["", "http://elsewhere.example{}", "http://testserver/p/birch/calendar/"])
def test_who_came_from_elsewhere_is_in_the_day(referer: str) -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        answer = signed_in(here.alice).post(
            reverse("sessions:move", args=[here.slug, session.pk, "arrived"]),
            headers={"referer": referer.format(_calendar(here, session))},
        )
        assert answer["Location"] == reverse("sessions:session", args=[here.slug, session.pk])
