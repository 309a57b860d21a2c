"""A new client on one page: everything, or nothing and a sentence at each field that is wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clients.models import Authorization, Case, Client, Contact, Coverage
from sessions.intake import Intake, take_in
from sessions.models import Session
from tests import world

PAGE = {
    "client-first_name": "June", "client-last_name": "Ortiz", "client-birth_on": "2019-04-02", "client-sex": "F",
    "client-phone": "(630) 555-0188", "client-street": "9 Elm St", "client-city": "Aurora", "client-state": "il",
    "client-zip": "60506-0001",
    "guarantor-relation": "mother", "guarantor-first_name": "Rosa", "guarantor-last_name": "Ortiz",
    "guarantor-email": "rosa@mail.example", "guarantor-birth_on": "1988-07-01", "guarantor-sex": "F",
    "coverage-member_id": "w123456780", "coverage-relation": "19", "coverage-starts_on": "2026-01-01",
    "coverage-copay": "30",
    "case-complaint": "Handwriting", "case-diagnoses": "R27.8, F82", "case-cause": "illness",
    "authorization-number": "A55", "authorization-allowed": "12", "authorization-starts_on": "2026-06-15",
    "authorization-ends_on": "2026-09-15",
    "visit-date": "2026-06-16", "visit-time": "09:00", "visit-length": "45",
}  # fmt: skip
pytestmark = pytest.mark.django_db
TABLES = (Client, Contact, Coverage, Case, Authorization, Session)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as found:
        yield found


@pytest.fixture
def send(here: world.World, web: Any) -> Any:
    """Posts the page with some fields changed, as the front desk."""
    web.force_login(here.sam.user)
    chosen = {"coverage-payer": here.aetna.pk, "case-clinician": here.ot.pk, "visit-location": here.location.pk}

    def post(**changed: Any) -> Any:
        fields = {name.replace("__", "-"): value for name, value in changed.items()}
        return web.post(f"/p/{here.slug}/clients/new/", PAGE | chosen | fields)

    return post


def test_all_of_it_in_one_go(here: world.World, send: Any) -> None:
    answer = send()
    child = Client.objects.get(last_name="Ortiz")
    assert answer.status_code == 302 and answer.url.endswith(f"/clients/{child.pk}/")
    assert (child.phone, child.state, child.zip) == ("6305550188", "IL", "605060001")
    assert (child.guarantor.first_name, child.guarantor.street) == ("Rosa", "9 Elm St")
    link = child.contact_links.get()
    assert (link.relation, link.guardian) == ("mother", True)
    coverage = child.coverages.get()
    assert (coverage.member_id, coverage.subscriber, coverage.subscriber_birth_on) == (
        "W123456780", child.guarantor, date(1988, 7, 1),
    )  # fmt: skip
    case = child.cases.get()
    assert (case.discipline, [d.code for d in case.diagnoses.all()]) == ("OT", ["R27.8", "F82"])
    assert case.authorizations.get().allowed == 12
    session = child.sessions.get()
    assert (session.case, session.clinician, session.served_on) == (case, here.ot, date(2026, 6, 16))
    assert Client.objects.visible_to(here.alice).filter(pk=child.pk).exists()  # she treats her


def test_a_client_who_pays_herself_needs_no_more(here: world.World, send: Any) -> None:
    left_out = {name.replace("-", "__"): "" for name in PAGE if name.split("-")[0] in ("guarantor", "authorization")}
    answer = send(**left_out, coverage__payer="", coverage__member_id="", visit__date="")
    assert answer.status_code == 302
    alone = Client.objects.get(last_name="Ortiz")
    assert (alone.coverages.count(), alone.sessions.count()) == (0, 0)
    assert (str(alone.guarantor), alone.contact_links.get().relation) == ("June Ortiz", "self")


WRONG = [
    ({"client__birth_on": "2031-01-01"}, "client", "birth_on", "in the future"),
    ({"client__birth_on": ""}, "client", "birth_on", "Fill this in"),
    ({"client__phone": "555-0188"}, "client", "phone", "10 digits"),
    ({"client__zip": "6050"}, "client", "zip", "5 or 9 digits"),
    ({"client__state": "Il."}, "client", "state", "two letters"),
    ({"client__state": "QQ"}, "client", "state", "two letters"),
    ({"coverage__payer": ""}, "coverage", "payer", "Fill this in"),
    ({"guarantor__first_name": "", "guarantor__last_name": ""}, "coverage", "relation", "who the subscriber is"),
    ({"case__diagnoses": "M54.5"}, "case", "diagnoses", "M54.50"),
    ({"case__diagnoses": ""}, "case", "diagnoses", "Fill this in"),
    ({"authorization__allowed": "0"}, "authorization", "allowed", "at least one"),
    ({"authorization__ends_on": "2026-01-01"}, "authorization", "ends_on", "before the first"),
    ({"visit__length": "2"}, "visit", "length", "5"),
]


@pytest.mark.parametrize(("changed", "section", "field", "words"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    send: Any, changed: dict[str, str], section: str, field: str, words: str
) -> None:
    before = [table.objects.count() for table in TABLES]
    answer = send(**changed)
    assert answer.status_code == 422
    assert words in " ".join(getattr(answer.context["form"], section).errors[field])
    assert [table.objects.count() for table in TABLES] == before
    assert b'value="Handwriting"' in answer.content  # what was typed is still there


def test_all_that_is_wrong_is_said_at_once(send: Any) -> None:
    answer = send(case__diagnoses="M54.5", guarantor__first_name="", guarantor__last_name="")
    form = answer.context["form"]
    assert (list(form.case.errors), list(form.coverage.errors)) == (["diagnoses"], ["relation"])
    assert "2 fields need another look" in answer.content.decode()


def test_a_taken_hour_is_said_at_the_time(here: world.World, send: Any) -> None:
    assert send().status_code == 302
    answer = send(client__first_name="Ada", authorization__number="", authorization__allowed="")
    assert "somebody else at that time" in " ".join(answer.context["form"].visit.errors["time"])
    assert not Client.objects.filter(first_name="Ada").exists()


def test_a_case_is_open_on_its_first_visit_whatever_zone_the_hour_was_sent_in(here: world.World) -> None:
    """Half past one at night in Greenwich is still the evening before in Aurora."""
    asked = Intake(
        clinician=here.ot,
        client={"first_name": "June", "last_name": "Ortiz", "birth_on": date(1960, 4, 2), "sex": "F"},
        case={"complaint": "Stroke", "diagnoses": ["R27.8"]},
        visit={
            "location": here.location,
            "starts_at": datetime(2026, 6, 10, 1, 30, tzinfo=UTC),
            "length": timedelta(minutes=45),
        },
    )
    taken = take_in(by=here.sam, zone=world.ZONE, asked=asked)
    assert taken.session is not None
    assert taken.case.opened_on == taken.session.served_on == date(2026, 6, 9)


def test_who_may_not_book_is_not_asked(here: world.World, web: Any) -> None:
    web.force_login(here.bob.user)
    assert b"First visit" not in web.get(f"/p/{here.slug}/clients/new/").content
