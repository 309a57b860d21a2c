"""Who looked at what: every page of a client's data leaves its row, as often as it should, refusals too."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Web
from django.urls import resolve
from django.views.decorators.http import require_POST, require_safe

from practice import audit, checks, clock, pdf
from practice.checks import every_page_says_what_it_shows
from practice.models import AuditEvent
from practice.permissions import NOBODY, Permission, allows
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.practice import lived_in
from tests.practice.permission_matrix import API, COLUMNS, PAGES

pytestmark = pytest.mark.django_db


def readable() -> list[tuple[str, str]]:
    """(column, address) of everything that somebody may read: by the owner, else by the first who may."""
    found = []
    for table, base in ((PAGES, "/p/alder/"), (API, "/api/v1/p/alder/")):
        for method, address, *answers in (line.split() for line in table.splitlines() if line):
            if method == "GET" and "200" in answers:
                found.append((COLUMNS[answers.index("200")], base + address))
    return found


READABLE = readable()


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[world.World, lived_in.Ids, dict[str, Web]]]:
    with django_db_blocker.unblock(), clock.at(world.NOON), lived_in.undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "render", lambda template, context: b"%PDF")
        with world.practice() as here:
            ids = lived_in.settle_in(here)
            members = (here.olivia, here.bob, here.sam, here.alice, here.pt.member)
            people = {}
            for name, member in zip(COLUMNS, members, strict=True):
                people[name] = Web()
                people[name].force_login(member.user)
            yield here, ids, people


def since(last: int) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(pk__gt=last).order_by("pk"))


def newest() -> int:
    return AuditEvent.objects.latest("pk").pk


# --- nothing is shown unseen ------------------------------------------------------------------


@pytest.mark.parametrize(("column", "address"), READABLE, ids=[address for _, address in READABLE])
def test_what_is_read_leaves_the_row_it_declares(house: Any, column: str, address: str) -> None:
    here, ids, people = house
    url = address.format(**ids)
    view = resolve(url.split("?")[0]).func
    declared = getattr(view, "cls", view)
    with lived_in.undone():
        before = newest()
        assert people[column].get(url).status_code == 200
        rows = since(before)
        who = {"owner": here.olivia, "therapist": here.alice}[column]
        assert all(row.member_id == who.pk and row.kind in ("view", "export") for row in rows)
        if declared.shows:
            verbs = (f"view {declared.shows}", f"export {declared.shows}")
            seen = [row.client_id for row in rows if row.verb in verbs]
            assert seen and len(set(seen)) == len(seen)  # each client shown, once
            assert (None in seen) == (
                declared.shows in ("import", "invoice run")
            )  # of many, some of whom have no chart
        elif declared.listing:
            assert f"view list of {declared.listing}" in {row.verb for row in rows}
        else:
            assert declared.shows == NOBODY and not rows


def test_a_page_that_does_not_say_what_it_shows_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    assert every_page_says_what_it_shows(None) == []
    forgotten = require_safe(allows(Permission.SEE_CLIENTS)(lambda request, slug: HttpResponse("Walter")))
    careless = allows(Permission.SEE_CLIENTS)(lambda request, slug: HttpResponse("Walter"))
    writes = require_POST(careless)
    views = [("p/<slug:slug>/new/", forgotten), ("p/<slug:slug>/any/", careless), ("p/<slug:slug>/do/", writes)]
    monkeypatch.setattr(checks, "practice_views", lambda: views)
    found = every_page_says_what_it_shows(None)
    assert [error.msg.split()[0] for error in found] == ["p/<slug:slug>/new/", "p/<slug:slug>/any/"]
    assert {error.id for error in found} == {"practice.E002"}


def test_a_page_that_promised_a_row_and_wrote_none_fails(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids, people = house
    monkeypatch.setattr(audit, "seen", lambda *args, **kwargs: None)
    with lived_in.undone(), pytest.raises(RuntimeError, match="told nobody"):
        people["owner"].get(f"/p/alder/clients/{ids['client']}/")


def test_the_same_look_counts_once_in_a_quarter_of_an_hour(house: Any) -> None:
    here, ids, people = house
    chart, ledger = f"/p/alder/clients/{ids['client']}/", f"/p/alder/clients/{ids['client']}/ledger/"
    other = f"/p/alder/clients/{ids['senior']}/"
    with lived_in.undone():
        before = newest()
        for web in (people["owner"], people["biller"]):
            for url in (chart, chart, ledger, other, chart):
                web.get(url)
        people["owner"].get("/api/v1" + chart)
        assert len(since(before)) == 6  # two people, two charts and a ledger
        with clock.at(world.NOON + timedelta(minutes=15)):
            people["owner"].force_login(here.olivia.user)  # the page is locked by now
            people["owner"].get(chart)
        assert len(since(before)) == 7
        assert {row.verb for row in since(before)} == {"view chart", "view ledger"}


def test_a_paper_about_two_clients_leaves_a_row_for_each(house: Any) -> None:
    here, ids, _ = house
    both = [ids["client"], ids["senior"]]
    with lived_in.undone():
        before = newest()
        audit.seen(here.practice, client_id=[*both, both[0]], section="remittance")
        assert sorted(row.client_id for row in since(before)) == sorted(both)


def test_a_list_keeps_which_filters_were_on_and_no_name(house: Any) -> None:
    _, _, people = house
    with lived_in.undone():
        before = newest()
        people["owner"].get("/p/alder/claims/?client=Nakamura&tab=paid&payer=")
        people["owner"].get("/p/alder/find/?q=Nakamura")
        people["owner"].get("/p/alder/invoices/?tab=a%00b")
        claims, found, odd = since(before)
        assert odd.detail == {"filters": {"tab": "ab"}}
        assert claims.verb == "view list of claims" and claims.detail == {"filters": {"client": True, "tab": "paid"}}
        assert found.detail == {"filters": {"q": True}}


def test_a_draft_counts_once_an_hour_not_per_save(house: Any) -> None:
    here, ids, _ = house
    session = sessions.Session.objects.get(pk=ids["session"])

    def save(minutes: int) -> int:
        sessions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97530", minutes)])
        return len([row for row in since(before) if row.verb == "write draft"])

    with lived_in.undone():
        before = newest()
        with clock.at(world.NOON + timedelta(minutes=61)):
            assert [save(20 + i) for i in range(3)] == [1, 1, 1]
        with clock.at(world.NOON + timedelta(minutes=122)):
            assert save(30) == 2


# --- who was refused --------------------------------------------------------------------------


def test_a_refusal_outlives_the_request_that_is_taken_back(house: Any) -> None:
    _, ids, people = house
    urls = [
        f"/p/alder/clients/{ids['client']}/",
        "/api/v1/p/alder/clients/999999/",
        "/p/alder/claims/",
        "/p/alder/nothing/here/",
        f"/p/alder/clients/{10**30}/",
    ]
    with lived_in.undone():
        before = newest()
        assert [people["colleague"].get(url).status_code for url in [*urls, urls[0]]] == [404, 404, 403, 404, 404, 404]
        rows = since(before)
        assert [(row.verb, row.kind, row.target_id, row.detail["status"]) for row in rows] == [
            ("refused", "refused", ids["client"], 404),
            ("refused", "refused", 999999, 404),
            ("refused", "refused", None, 403),
            ("refused", "refused", None, 404),
            ("refused", "refused", None, 404),
        ]
        assert rows[0].detail["address"] == "p/<slug:slug>/clients/<int:pk>/"


# --- what the database says itself ---------------------------------------------------------------


def test_when_a_row_was_written_and_its_kind_cannot_be_chosen(house: Any) -> None:
    here, _, _ = house
    with lived_in.undone():
        made = AuditEvent.objects.create(
            at=world.NOON, verb="view chart", written_at=world.NOON, kind="change", target="x"
        )
        made.refresh_from_db()
        assert made.at == world.NOON and made.kind == "view"
        assert made.written_at != world.NOON
    kinds = {
        "sign": "change", "sign notice": "change", "sign in": "sign-in", "sign-in failed": "sign-in", "unlock": "sign-in",
        "export audit": "export", "open in emergency": "emergency", "emergency not found": "emergency",
        "end emergency": "emergency", "refused": "refused", "verify audit": "check", "view list of claims": "view",
        "set fee": "change",
    }  # fmt: skip
    with lived_in.undone():
        for verb in kinds:
            audit.record(verb, here.practice)
        assert dict(AuditEvent.objects.filter(verb__in=kinds).values_list("verb", "kind")) == kinds
