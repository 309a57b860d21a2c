"""A new client sent twice at once: one chart, and who comes second is told what the first one made."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web

from clients.models import Client, Contact
from practice import clock
from practice.tenancy import tenant
from sessions.models import Session
from tests import world
from tests.sessions.test_intake import BODY, LATER, PAGE

PLACE, API = "/p/alder/clients/new/", "/api/v1/p/alder/clients/intake/"
NO_VISIT = {name.replace("__", "-"): "" for name in LATER}
ALONE = {"guarantor-first_name": "", "guarantor-last_name": "", "coverage-payer": "", "coverage-member_id": "",
         "authorization-number": "", "authorization-allowed": "", **NO_VISIT}  # fmt: skip
SAID = "a moment ago.</b> Nothing was saved a second time, and all you typed is still here."
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here() -> Iterator[world.World]:
    """A practice whose rows everybody can see: what happens in it is committed."""
    with world.practice() as found:
        pass
    with clock.at(world.NOON):
        yield found


def at_once(*sends: Callable[[], Any]) -> list[Any]:
    """The answers to what is sent at the same moment, by status."""
    start = Barrier(len(sends))

    def run(send: Callable[[], Any]) -> Any:
        try:
            with clock.at(world.NOON):
                start.wait(timeout=30)
                return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        ends = [pool.submit(run, send) for send in sends]
        return sorted((end.result(timeout=60) for end in ends), key=lambda answer: answer.status_code)


def signed_in(user: Any) -> Web:
    web = Web()
    web.force_login(user)
    return web


def page(here: world.World, user: Any, **changed: str) -> Callable[[], Any]:
    """Sends the page, filled in, in a browser of its own."""
    chosen = {"coverage-payer": here.aetna.pk, "case-clinician": here.ot.pk, "visit-location": here.location.pk}
    web, fields = signed_in(user), PAGE | chosen | changed
    return lambda: web.post(PLACE, fields)


@pytest.mark.parametrize("changed", [{}, NO_VISIT, ALONE], ids=["visit", "no visit", "self-pay"])
def test_two_tabs_make_one_chart(here: world.World, changed: dict[str, str]) -> None:
    """Before, the second one made a chart too, or was told that her therapist was with somebody else: with her."""
    first, second = at_once(*(page(here, here.sam.user, **changed) for _ in range(2)))
    assert (first.status_code, second.status_code) == (302, 409)
    with tenant(here.practice):
        made = Client.objects.get()
        assert Session.objects.count() == (not changed)
        assert Contact.objects.count() == 1
    assert first.url == f"/p/alder/clients/{made.pk}/"
    assert f'You added <a href="{first.url}">June Ortiz</a> as chart {made.number} {SAID}' in second.text
    assert 'value="Handwriting"' in second.text and "another look" not in second.text
    assert "same name and birth date" not in second.text  # the one chart is named once


def test_going_past_a_chart_makes_one_more_not_two(here: world.World) -> None:
    assert page(here, here.olivia.user)().status_code == 302
    past = {"anyway": "1", **NO_VISIT}
    first, second = at_once(*(page(here, here.sam.user, **past) for _ in range(2)))
    assert (first.status_code, second.status_code) == (302, 409)
    with tenant(here.practice):
        older, newer = Client.objects.order_by("number")
    assert f'You added <a href="{first.url}">June Ortiz</a> as chart {newer.number} {SAID}' in second.text
    assert f"chart {older.number}, born Apr 2, 2019: same name and birth date" in second.text
    assert 'name="anyway" value="2"' in second.text


def test_two_calls_of_the_api_make_one_chart(here: world.World) -> None:
    body = BODY | {"clinician": here.ot.pk}

    def call(key: str) -> Callable[[], Any]:
        web = signed_in(here.sam.user)
        return lambda: web.post(API, body, "application/json", headers={"Idempotency-Key": key})

    first, second = at_once(call("tab one of two"), call("tab two of two"))
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["detail"] == (
        f"You added June Ortiz as chart {first.json()['number']} a moment ago, and nothing was saved a second time. "
        "Open that chart, or create another one anyway."
    )


def test_what_a_colleague_or_she_herself_added_earlier_is_a_chart_she_has(here: world.World) -> None:
    assert page(here, here.olivia.user, **NO_VISIT)().status_code == 302
    told = page(here, here.sam.user, **NO_VISIT)()
    assert "This may be a client you have." in told.text and "a moment ago" not in told.text
    assert "a moment ago" in page(here, here.olivia.user, **NO_VISIT)().text
    with clock.at(world.NOON + timedelta(minutes=11)):
        assert "This may be a client you have." in page(here, here.olivia.user, **NO_VISIT)().text


def test_of_twins_each_gets_a_chart(here: world.World) -> None:
    """June was added a moment ago, and Juno is somebody else: it is not said that he was added."""
    assert page(here, here.sam.user, **NO_VISIT)().status_code == 302
    told = page(here, here.sam.user, **NO_VISIT, **{"client-first_name": "Juno"})()
    assert told.status_code == 409 and "This may be a client you have." in told.text


def test_who_may_not_open_the_chart_she_added_is_told_its_number(here: world.World) -> None:
    other = {"case-clinician": str(here.pt.pk), **NO_VISIT, "authorization-number": "", "authorization-allowed": ""}
    assert page(here, here.alice.user, **other)().url == "/p/alder/clients/"
    told = page(here, here.alice.user, **other)()
    with tenant(here.practice):
        made = Client.objects.get()
    assert f"You added June Ortiz as chart {made.number} {SAID}" in told.text
    assert f"/clients/{made.pk}/" not in told.text and "outside your caseload" not in told.text
