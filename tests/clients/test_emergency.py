"""Break-glass: a reason, an hour, to read only, told to the owner; and nobody learns who exists."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client as Web

from clients import emergency_actions
from clients.emergency import EmergencyAccess, EmergencyEnd
from clients.models import Client
from practice import clock
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from practice.tenancy import tenant
from sessions.models import Session
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db

REASON = "Fell in the waiting room"
AT = "/p/alder/clients/emergency/"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def ida(here: world.World) -> Client:
    """On Alice's caseload, with a signed session; Peter does not know her."""
    case = here.client(first="Ida", last="Quillfeather", payer=here.aetna)
    here.signed(case, ("97530", 30))
    return case.client


def ask(web: Web, client: Client, **changed: Any) -> HttpResponse:
    typed = {"number": client.number, "birth_on": client.birth_on, "reason": REASON} | changed
    return web.post(AT, typed)


def test_she_reads_it_for_an_hour_and_it_ends_by_itself(here: world.World, ida: Client) -> None:
    web, chart = signed_in(here.pt.member), f"/p/alder/clients/{ida.pk}/"
    session = f"/p/alder/sessions/{Session.objects.get(client=ida).pk}/"
    assert [web.get(url).status_code for url in (chart, session)] == [404, 404]
    assert ask(web, ida)["Location"] == chart
    page = web.get(chart).text
    assert "Opened in emergency until 1:00 PM:" in page and f"{REASON} (Peter Porter)" in page and "End now" in page
    assert [web.get(url).status_code for url in (session, f"{chart}visits/", f"/api/v1{chart}")] == [200, 200, 200]
    with clock.at(world.NOON + timedelta(minutes=59)):
        web = signed_in(here.pt.member)  # the page is locked by now
        assert web.get(chart).status_code == 200
    for minutes in (60, 61):
        with clock.at(world.NOON + timedelta(minutes=minutes)):
            assert [web.get(url).status_code for url in (chart, session, f"/api/v1{chart}")] == [404, 404, 404]
            assert "Quillfeather" not in web.get("/p/alder/clients/").text
    told = AuditEvent.objects.filter(client_id=ida.pk, member=here.pt.member).order_by("pk")
    assert [row.verb for row in told][:2] == ["open in emergency", "view chart"]
    assert told[0].detail == {"reason": REASON} and told[0].kind == "emergency"


def test_it_is_to_read_only(here: world.World, ida: Client) -> None:
    web = signed_in(here.pt.member)
    ask(web, ida)
    case, session = ida.cases.get(), here.booked(ida.cases.get())
    before = AuditEvent.objects.filter(kind="change").count()
    slot = {"case": case.pk, "clinician": here.pt.pk, "location": here.location.pk}
    typed = {"code": ["97530"], "minutes": ["25"], **world.NOTE}
    assert web.get(f"/p/alder/sessions/{session.pk}/").status_code == 200
    for action in ("draft", "sign", "rows", "move/cancelled"):
        assert web.post(f"/p/alder/sessions/{session.pk}/{action}/", typed).status_code == 404
    book = slot | {"date": "2026-06-16", "time": "20:00", "length": "45"}
    assert web.post("/p/alder/sessions/book/", book).status_code == 422
    assert web.post(f"/p/alder/clients/{ida.pk}/notices/new/", {}).status_code == 404
    assert AuditEvent.objects.filter(kind="change").count() == before


@pytest.mark.parametrize("reason", ["", "urgent", "    a  b  c     ", "x" * 201])
def test_without_a_reason_it_stays_shut(here: world.World, ida: Client, reason: str) -> None:
    web = signed_in(here.pt.member)
    assert ask(web, ida, reason=reason).status_code == 422
    assert not EmergencyAccess.objects.exists() and web.get(f"/p/alder/clients/{ida.pk}/").status_code == 404


def test_nobody_learns_who_exists(here: world.World, ida: Client) -> None:
    """A wrong birthday of a chart that is there, and a chart that is not: the same answer, and an end to trying."""
    web = signed_in(here.pt.member)
    wrong = [{"birth_on": "1955-02-04"}, {"number": 999999}, {"birth_on": "1955-02-02"}, {"number": 1}, {"number": 2}]
    pages = [ask(web, ida, **each) for each in wrong]
    assert {page.status_code for page in pages} == {422}
    assert all("No chart has this number together with this birthday" in page.text for page in pages)
    assert not any("Quillfeather" in page.text for page in pages)
    assert AuditEvent.objects.filter(verb="emergency not found", member=here.pt.member, detail={}).count() == 5
    assert "not found within an hour" in ask(web, ida).text and not EmergencyAccess.objects.exists()
    with clock.at(world.NOON + timedelta(minutes=60)):
        assert ask(signed_in(here.pt.member), ida).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_wait_for_each_other() -> None:
    """The fifth miss is not committed yet, and the sixth try waits until it is: its savepoint ended, its lock did not."""
    with world.practice() as house:
        ida, peter = house.client(first="Ida").client, house.pt.member
    with clock.at(world.NOON), tenant(house.practice, peter):
        for number in (1, 2, 3, 4):
            miss(house, number)
    started, over, outcome = threading.Event(), threading.Event(), []

    def sixth() -> None:
        try:
            with clock.at(world.NOON), tenant(house.practice, peter):
                started.set()
                emergency_actions.open_chart(by=peter, number=ida.number, birth_on=ida.birth_on, reason=REASON)
                outcome.append("opened")
        except Conflict as closed:
            outcome.append(str(closed))
        finally:
            connection.close()
            over.set()

    other = threading.Thread(target=sixth)
    with clock.at(world.NOON), tenant(house.practice, peter):
        miss(house, 5)
        other.start()
        assert started.wait(10) and not over.wait(0.3), "the sixth must wait for the fifth"
    other.join(10)
    assert outcome == ["Five charts were not found within an hour. Ask the owner, or wait."]
    with tenant(house.practice):
        assert not EmergencyAccess.objects.exists()


def miss(house: world.World, number: int) -> None:
    with pytest.raises(BadInput, match="No chart has this number"):
        emergency_actions.open_chart(by=house.pt.member, number=number, birth_on=date(1955, 2, 4), reason=REASON)


def test_another_practice_is_never_opened() -> None:
    with world.practice("birch") as there:
        hers = there.client(first="Ida").client
    with world.practice() as here:
        web = signed_in(here.pt.member)
        assert ask(web, hers).status_code == 422
        typed = {"number": hers.number, "birth_on": hers.birth_on, "reason": REASON}
        assert web.post(AT.replace("alder", "birch"), typed).status_code == 404
    with tenant(there.practice):
        assert not EmergencyAccess.objects.exists()


def test_it_is_ended_by_her_or_the_owner_and_by_nobody_else(here: world.World, ida: Client) -> None:
    peter, alice, owner = (signed_in(who) for who in (here.pt.member, here.alice, here.olivia))
    ask(peter, ida)
    url = f"/p/alder/clients/emergency/{ida.emergencies.get().pk}/end/"
    assert "End now" not in alice.get(f"/p/alder/clients/{ida.pk}/").text
    assert alice.post(url).status_code == 404 and signed_in(here.bob).post(url).status_code == 403
    assert peter.get(f"/p/alder/clients/{ida.pk}/").status_code == 200
    assert [peter.post(url).status_code, owner.post(url).status_code] == [302, 302]
    assert peter.get(f"/p/alder/clients/{ida.pk}/").status_code == 404
    assert EmergencyEnd.objects.get().by == here.pt.member
    assert AuditEvent.objects.filter(verb="end emergency").count() == 1


def test_the_api_opens_counts_tries_and_ends(here: world.World, ida: Client) -> None:
    peter, keys = signed_in(here.pt.member), count(10_000_000)

    def call(path: str, **body: Any) -> Any:
        headers = {"Idempotency-Key": str(next(keys))}
        return peter.post(f"/api/v1/p/alder/{path}", body, "application/json", headers=headers)

    asked = {"number": ida.number, "birth_on": str(ida.birth_on), "reason": REASON}
    missed = [call("clients/emergency/", **asked | {"number": number}) for number in (1, 2, 3, 4)]
    assert {answer.status_code for answer in missed} == {400} and list(missed[0].json()) == ["number"]
    assert AuditEvent.objects.filter(verb="emergency not found", member=here.pt.member).count() == 4
    opened = call("clients/emergency/", **asked).json()
    access = EmergencyAccess.objects.get()
    assert (opened["client"], opened["emergency"]) == (ida.pk, access.pk) and opened["until"].startswith(
        "2026-06-15T18"
    )
    assert peter.get(f"/api/v1/p/alder/clients/{ida.pk}/").status_code == 200
    assert call(f"emergencies/{access.pk}/end/").json() == {"client": ida.pk, "emergency": None, "until": None}
    assert peter.get(f"/api/v1/p/alder/clients/{ida.pk}/").status_code == 404
    call("clients/emergency/", **asked | {"number": 5})
    assert "within an hour" in call("clients/emergency/", **asked).json()["detail"]


def test_the_owner_is_told(here: world.World, ida: Client) -> None:
    peter, owner = signed_in(here.pt.member), signed_in(here.olivia)
    assert owner.get("/p/alder/audit/count/").text == ""
    ask(peter, ida)
    assert owner.get("/p/alder/audit/count/").text == "1"
    page = owner.get("/p/alder/audit/").text
    assert f"Ida Quillfeather</a>: {REASON}" in page and "open until 1:00 PM" in page and "End now" in page
    owner.post(f"/p/alder/clients/emergency/{ida.emergencies.get().pk}/end/")
    assert "ended by Olivia Owner" in owner.get("/p/alder/audit/").text
    with clock.at(world.NOON + timedelta(days=1)):
        assert owner.get("/p/alder/audit/count/").text == ""
    with clock.at(world.NOON + timedelta(days=15)):
        assert "Opened in an emergency" not in owner.get("/p/alder/audit/").text


def test_who_may_open_it_anyway_opens_no_emergency(here: world.World, ida: Client) -> None:
    for member in (here.alice, here.olivia):
        assert ask(signed_in(member), ida).status_code == 302
    assert not EmergencyAccess.objects.exists()
    assert [signed_in(who).get(AT).status_code for who in (here.bob, here.sam)] == [403, 403]
    assert "emergency/" in signed_in(here.pt.member).get("/p/alder/clients/").text
    assert "emergency/" not in signed_in(here.olivia).get("/p/alder/clients/").text


def test_no_access_lasts_longer_and_no_worker_uses_one(here: world.World, ida: Client) -> None:
    peter = here.pt.member
    with pytest.raises(IntegrityError, match="emergency_lasts_an_hour_at_most"), transaction.atomic():
        EmergencyAccess.objects.create(
            client=ida, member=peter, reason=REASON, opened_at=world.NOON, until=world.NOON + timedelta(minutes=61)
        )
    with pytest.raises(BadInput):
        emergency_actions.open_chart(by=peter, number=ida.number, birth_on=ida.birth_on, reason="too short")
    emergency_actions.open_chart(by=peter, number=ida.number, birth_on=ida.birth_on, reason=REASON)
    assert not Client.objects.visible_to(peter).filter(pk=ida.pk).exists()
    with tenant(here.practice, peter, reading=True):
        assert Client.objects.visible_to(peter).filter(pk=ida.pk).count() == 1
    access = ida.emergencies.get()
    with clock.at(world.NOON + timedelta(hours=2)):
        emergency_actions.end(by=peter, access=access)
    assert not EmergencyEnd.objects.exists()
