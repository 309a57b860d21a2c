"""The audit page: what it finds, in which order, in which words; its file and its twin."""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client as Web
from hypothesis import given
from hypothesis import strategies as st

from clients import audit_list, audit_views
from practice import actions as house
from practice import audit, audit_seals, audit_words, clock, exports
from practice.models import AuditEvent
from tests import world
from tests.front_door import signed_in
from tests.practice import lived_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[world.World]:
    with django_db_blocker.unblock(), clock.at(world.NOON), lived_in.undone(), world.practice() as here:
        one, two = here.client(payer=here.aetna).client, here.client(first="Ada", last="Byrne").client
        for who, client, hours in ((here.bob, one, 1), (here.alice, two, 2), (here.alice, one, 26)):
            with clock.at(world.NOON + timedelta(hours=hours)):
                assert signed_in(who).get(f"/p/alder/clients/{client.pk}/").status_code == 200
        yield here


@pytest.fixture(autouse=True)
def undone(here: world.World) -> Iterator[None]:
    with lived_in.undone():
        yield


def sentences(here: world.World, **query: Any) -> list[str]:
    answer = signed_in(here.olivia).get("/api/v1/p/alder/audit/", query)
    assert answer.status_code == 200
    found = [row["sentence"] for row in answer.json()["results"]]
    return [sentence for sentence in found if not sentence.endswith("viewed the list of audit rows")]  # her own look


VIEWS = [
    "Alice Atherton viewed the chart of Walter Nakamura",
    "Alice Atherton viewed the chart of Ada Byrne",
    "Bob Biller viewed the chart of Walter Nakamura",
]


def test_it_is_found_by_person_client_kind_and_period(here: world.World) -> None:
    assert sentences(here, kind="view") == VIEWS
    assert sentences(here, kind="view", person=here.bob.pk) == VIEWS[2:]
    assert sentences(here, kind="view", client="1001") == [VIEWS[0], VIEWS[2]]
    assert sentences(here, kind="view", client="byr") == [VIEWS[1]]
    assert sentences(here, kind="view", client="nobody") == []
    assert sentences(here, kind="view", start="2026-06-16") == VIEWS[:1]
    assert sentences(here, kind="view", end="2026-06-15") == VIEWS[1:]
    assert sentences(here, kind="sign-in") == []
    # What cannot be read is left out.
    assert sentences(here, kind="view", start="soon", end="9999-12-31", person="x", sort="; DROP") == VIEWS


def test_every_column_sorts_both_ways(here: world.World) -> None:
    web = signed_in(here.olivia)
    for name, label in audit_list.HEADS:
        for sort, said in ((name, "ascending"), (f"-{name}", "descending")):
            page = web.get("/p/alder/audit/", {"sort": sort, "kind": "view"}).text
            assert re.findall(r'aria-sort="(\w+)"><a href="[^"]+">([\w ]+)<', page) == [(said, label)]
    by = {sort: sentences(here, kind="view", sort=sort) for sort in ("at", "person", "-person", "client", "-client")}
    assert by["at"] == VIEWS[::-1]
    assert [s[:3] for s in by["person"]] == ["Ali", "Ali", "Bob"] and by["-person"] == by["person"][::-1]
    assert [s[-5:] for s in by["client"]] == ["Byrne", "amura", "amura"] and by["-client"] == by["client"][::-1]


def test_a_press_on_a_head_turns_the_order_round(here: world.World) -> None:
    def links(sort: str) -> list[str]:
        found = audit_list.heads(audit_list.Wanted(sort=sort), Web().get("/").wsgi_request.GET)
        return [head["url"].removeprefix("?sort=") for head in found]

    assert links("-at") == ["at", "person", "what", "client"]
    assert links("at") == ["-at", "person", "what", "client"]
    assert links("person") == ["-at", "-person", "what", "client"]
    assert links("-person") == ["-at", "person", "what", "client"]


def test_the_chart_leads_to_who_opened_it(here: world.World) -> None:
    client = AuditEvent.objects.filter(kind="view").earliest("pk").client_id
    owner, therapist = (signed_in(who).get(f"/p/alder/clients/{client}/").text for who in (here.olivia, here.alice))
    assert 'href="/p/alder/audit/?client=1001"' in owner and "Who opened this chart" not in therapist
    page = signed_in(here.olivia).get("/p/alder/audit/?client=1001").text
    assert "viewed the chart of" in page and "Ada Byrne" not in page and "Strength" not in page


def test_a_row_that_was_written_late_says_so(here: world.World) -> None:
    """The clock of these tests stands still in June; the database's does not."""
    assert "written " in signed_in(here.olivia).get("/p/alder/audit/").text


def test_it_says_how_far_it_is_sealed_and_what_is_broken(here: world.World) -> None:
    web = signed_in(here.olivia)
    assert "Nothing is sealed yet" in web.get("/p/alder/audit/").text
    audit_seals.seal(AuditEvent.objects.latest("pk").pk)
    assert "It is checked every night." in web.get("/p/alder/audit/").text
    audit.record("verify audit", here.practice, rows=41, seals=1, wrong=[])
    assert "Checked Jun 15, 12:00 PM: 41 rows, unbroken." in web.get("/p/alder/audit/").text
    audit.record("verify audit", here.practice, rows=41, seals=1, wrong=["row 7 was changed"])
    page = web.get("/p/alder/audit/").text
    assert "41 rows, does not verify" in page and "row 7 was changed." in page


def test_only_so_many_are_listed(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_list, "MOST", 2)
    monkeypatch.setattr(exports, "MOST", 2)
    assert sentences(here, kind="view") == VIEWS[:2] and sentences(here, kind="view", sort="person") == [*VIEWS[1::-1]]
    assert "choose a period" in signed_in(here.olivia).get("/p/alder/audit/?kind=view").text


# --- the file ----------------------------------------------------------------------------------


def test_the_export_holds_what_is_shown_and_is_kept_itself(here: world.World) -> None:
    house.add_location(by=here.olivia, name="=1+1", zone="UTC")
    answer = signed_in(here.olivia).get("/p/alder/audit/export/?kind=view&sort=at")
    assert answer["Content-Disposition"] == f'attachment; filename="audit-{date(2026, 6, 15).isoformat()}.csv"'
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Client"] for row in rows] == ["Walter Nakamura", "Ada Byrne", "Walter Nakamura"]
    assert (rows[0]["When (UTC)"], rows[0]["Chart"]) == ("2026-06-15T18:00:00+00:00", "1001")
    kept = AuditEvent.objects.get(kind="export")
    assert (kept.verb, kept.detail, kept.member) == ("export audit", {"rows": 3}, here.olivia)
    assert tuple(rows[0]) == audit_views.COLUMNS


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20), min_size=1))
def test_no_cell_begins_like_a_formula_and_none_is_lost(cells: list[str]) -> None:
    text = exports.csv_text(["a"] * len(cells), [cells])
    _, read = csv.reader(StringIO(text, newline=""))
    for given_, got in zip(cells, read, strict=True):
        assert got.removeprefix("'") == given_.removeprefix("'") and not got.startswith(exports.FORMULA)


def test_a_file_follows_rfc_4180() -> None:
    rows = [["Doe, Ann", 'says "hi"', None, -3, "=SUM(A1)", "-3", "a\nb", "\t=1"]]
    assert exports.csv_text(list("abcdefgh"), rows) == (
        'a,b,c,d,e,f,g,h\r\n"Doe, Ann","says ""hi""",,-3,\'=SUM(A1),\'-3,"a\nb",\'\t=1\r\n'
    )


# --- the words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("view ledger", "viewed the ledger of"),
        ("view list of claims", "viewed the list of claims of"),
        ("sign", "signed a note for"),
        ("sign notice", "signed notice for"),
        ("take payment", "took payment for"),
        ("prepare notice", "prepared notice for"),
        ("add client", "added the client"),
        ("write draft", "wrote in the note of"),
        ("open in emergency", "opened the chart in an emergency of"),
        ("record outside therapy", "recorded outside therapy for"),
    ],
)
def test_a_verb_in_words(verb: str, told: str) -> None:
    assert audit_words.words(verb, about_somebody=True) == told
    assert audit_words.words(verb, about_somebody=False) == told.removesuffix(" of").removesuffix(" for")


def test_a_refusal_and_facts_in_words() -> None:
    assert audit_words.words("refused", about_somebody=False, detail={"status": 403}).startswith("was refused")
    assert audit_words.words("refused", about_somebody=False).startswith("asked for what is not hers")
    told = audit_words.facts({"codes": ["97110", "97140"], "note": "slept badly", "reason": "x" * 200, "status": ""})
    assert told == f"reason: {'x' * 80}; codes: 97110, 97140"
    assert audit_words.facts({"filters": {"q": True, "tab": "paid"}}) == "searched by q; tab: paid"
