"""Every address × every role: own client, a colleague's client, another practice, and nobody at all.

The expected answers stand in `permission_matrix.py`. An address or a method without a row fails here.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Web
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from clients.documents import content
from practice import clock, pdf
from practice.checks import methods
from practice.permissions import ROLES
from practice.tenancy import tenant
from sessions.models import Addendum, Evaluation, Note, ServiceLine, Session, SessionState
from tests import world
from tests.practice import lived_in, permission_matrix
from tests.practice.permission_matrix import API, API_BODIES, BODIES, COLUMNS, OUTSIDE, PAGES, QUIET

OURS, THEIRS = "Quillfeather", "Zyzzyva"  # surnames that may be read in the practice alder, and only in birch
NOTE, PRIVATE = world.NOTE["objective"], world.PRIVATE
HIDDEN = {  # words that must never reach a role
    "owner": (PRIVATE,), "biller": (NOTE, PRIVATE), "desk": (NOTE, PRIVATE), "colleague": (NOTE, PRIVATE, OURS),
}  # fmt: skip
THING = re.compile(r"\{(\w+)\}")
KEPT = {"alder.practice_auditevent"}  # that somebody was refused stays, and nothing else of it
TAB = re.compile(r"[?&](tab=\w+)")
LINK = re.compile(r'(?:href|hx-get)="((?:/(?!static/)|\?)[^"#]*)"')


@dataclass(frozen=True)
class Row:
    """A method of an address, with the body that a write sends and the answer to each column."""

    method: str
    address: str
    api: bool
    answers: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.method} {'api ' if self.api else ''}{self.address}"

    @property
    def body(self) -> dict[str, Any]:
        if self.method == "DELETE":  # its address says it all; a body there is another method's
            return {}
        return (API_BODIES if self.api else BODIES).get(self.address, {})

    def url(self, slug: str, ids: lived_in.Ids) -> str:
        if self.address.startswith("/"):
            return self.address
        return f"/{'api/v1/' if self.api else ''}p/{slug}/{self.address.format(**ids)}"


def read(table: str, *, api: bool) -> list[Row]:
    lines = (line.split() for line in table.strip().splitlines() if line)
    return [Row(method, address, api, tuple(map(int, answers))) for method, address, *answers in lines]


ROWS = [*read(PAGES, api=False), *read(API, api=True)]
OPEN = read(OUTSIDE, api=False)
WRITES = [row for row in ROWS if row.method != "GET"]
NAMED = [row for row in ROWS if THING.search(row.address.split("?")[0])]
every_row = pytest.mark.parametrize("row", ROWS, ids=str)


def api_later(rows: list[Row]) -> list[Any]:
    """Pages in the quick run, the API's rows in the long one: both call the same verbs by the same permissions."""
    return [pytest.param(row, marks=[pytest.mark.long] if row.api else []) for row in rows]


every_write = pytest.mark.parametrize("row", WRITES, ids=str)


@dataclass
class Houses:
    """Two practices that know nothing of each other, and people at their browsers."""

    ours: world.World
    theirs: world.World
    ids: lived_in.Ids
    their_ids: lived_in.Ids
    people: dict[str, Web]
    stranger: Web
    before: dict[str, Any] = field(default_factory=dict)

    def state(self, tables: Collection[str] | None = None) -> dict[str, Any]:
        """Fingerprints of both practices."""
        return {
            f"{house.slug}.{table}": hashed
            for house in (self.ours, self.theirs)
            for table, hashed in lived_in.fingerprint(house.practice, tables).items()
        }

    @contextmanager
    def watched(self) -> Iterator[set[str]]:
        """The tables that what happens inside changed; then it is taken back."""
        changed: set[str] = set()
        with lived_in.undone(), lived_in.writes() as statements:
            yield changed
            if statements:  # else nothing can have changed, and comparing is slow
                changed |= lived_in.changes(self.before, self.state(lived_in.named(statements)))


@pytest.fixture(scope="module")
def houses(django_db_setup: None, django_db_blocker: Any) -> Iterator[Houses]:
    """Built once; every test takes back what it did."""
    with django_db_blocker.unblock(), clock.at(world.NOON), lived_in.undone():
        with world.practice("alder") as ours:
            ids = lived_in.settle_in(ours, OURS)
        with world.practice("birch") as theirs:
            their_ids = lived_in.settle_in(theirs, THEIRS)
        members = (ours.olivia, ours.bob, ours.sam, ours.alice, ours.pt.member)
        people = {name: signed_in(member) for name, member in zip(COLUMNS, members, strict=True)}
        both = Houses(ours, theirs, ids, their_ids, people, signed_in(theirs.olivia))
        both.before = both.state()
        yield both


@pytest.fixture(autouse=True)
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may have the PDF or the picture is asked here, not how it looks."""
    monkeypatch.setattr(content, "preview", lambda body, kind: b"PNG")
    monkeypatch.setattr(pdf, "render", lambda template, context: b"%PDF")


def signed_in(member: Any, *, csrf: bool = False) -> Web:
    web = Web(enforce_csrf_checks=csrf)
    web.force_login(member.user)
    return web


def ask(web: Web, row: Row, url: str, ids: lived_in.Ids, **headers: str) -> HttpResponse:
    """Send what the row says; nothing of another practice may ever stand in the answer."""
    sent: dict[str, Any] = {"data": lived_in.filled(row.body, ids)} if row.method != "GET" else {}
    if row.api and row.method != "GET":
        sent |= {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
        if not any(hasattr(value, "read") for value in row.body.values()):  # else as a form with files
            sent |= {"content_type": "application/json"}
    answer = getattr(web, row.method.lower())(url, **sent, headers=headers)
    assert THEIRS not in answer.text
    return answer


# --- the table is whole ----------------------------------------------------------------------


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def test_every_role_has_a_column() -> None:
    names = {"desk": "scheduler", "colleague": "therapist"}
    assert {names.get(column, column) for column in COLUMNS} == set(ROLES)
    assert all(len(row.answers) == len(COLUMNS) for row in ROWS)


def test_every_address_and_every_method_has_a_row(houses: Houses) -> None:
    """Function views tell their methods when they are asked for one that nobody has."""
    urls: dict[str, list[Row]] = defaultdict(list)
    for row in ROWS + OPEN:
        urls[resolve(row.url("alder", houses.ids).split("?")[0]).route].append(row)
    missing = []
    for address, view in walk(get_resolver().url_patterns):
        if address not in urls:
            missing.append(f"{address}: write its rows")
            continue
        allowed = methods(view)
        if not hasattr(view, "cls"):
            answer = houses.people["owner"].generic("PURGE", urls[address][0].url("alder", houses.ids))
            assert answer.status_code == 405, address
            allowed = [name for name in answer["Allow"].split(", ") if name not in ("HEAD", "OPTIONS")]
        for method in set(allowed) - {row.method for row in urls[address]}:
            missing.append(f"{address}: write a row for {method}")
    assert not missing, f"{permission_matrix.__name__} lacks rows:\n" + "\n".join(missing)


def test_no_row_is_written_twice() -> None:
    names = [str(row) for row in ROWS]
    assert len(names) == len(set(names))


# --- inside the practice ---------------------------------------------------------------------


def edges(row: Row) -> dict[str, int]:
    """Of the columns with one answer the last, who may the least; the long run asks the others."""
    return {column: answer for answer, column in dict(zip(row.answers, COLUMNS, strict=True)).items()}


@pytest.mark.parametrize("row", api_later(ROWS), ids=str)
def test_roles_get_what_the_table_says(row: Row, houses: Houses) -> None:
    asked = dict(zip(COLUMNS, row.answers, strict=True)) if row.api else edges(row)
    assert not (wrong := told_wrongly(houses, row, asked)), f"{row}\n" + "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("row", [row for row in ROWS if not row.api], ids=str)
def test_the_other_roles_do_too(row: Row, houses: Houses) -> None:
    asked = {column: answer for column, answer in zip(COLUMNS, row.answers, strict=True) if column not in edges(row)}
    assert not (wrong := told_wrongly(houses, row, asked)), f"{row}\n" + "\n".join(wrong)


def told_wrongly(houses: Houses, row: Row, asked: dict[str, int]) -> list[str]:
    wrong = []
    for column, expected in asked.items():
        web = houses.people[column]
        with houses.watched() as changed:
            answer = ask(web, row, row.url("alder", houses.ids), houses.ids)
            if answer.status_code == 302 and web.get(answer["Location"]).status_code != 200:
                wrong.append(f"{column}: is sent to {answer['Location']}, which she may not open")
        if answer.status_code != expected:
            wrong.append(f"{column}: {answer.status_code}, not {expected}")
        if expected in (403, 404) and not changed >= KEPT:
            wrong.append(f"{column}: no row tells that she was refused")
        if expected >= 400 and changed - KEPT:
            wrong.append(f"{column}: was refused, and yet changed {sorted(changed)}")
        if expected < 400 and row.method != "GET" and row.address not in QUIET and not changed:
            wrong.append(f"{column}: nothing happened, so this row proves nothing")
        wrong += [f"{column}: reads {word}" for word in HIDDEN.get(column, ()) if word in answer.text]
    return wrong


@pytest.mark.long
@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET"], ids=str)
def test_head_is_answered_as_get_is(row: Row, houses: Houses) -> None:
    """Or not at all, on pages with a form."""
    reader = COLUMNS[row.answers.index(200)]
    with lived_in.undone():
        answer = houses.people[reader].head(row.url("alder", houses.ids))
    assert answer.status_code == (200 if row.api or "HEAD" in answer.get("Allow", "HEAD") else 405)


@pytest.mark.long
@every_write
def test_a_write_without_the_token_of_its_page_is_refused(row: Row, houses: Houses) -> None:
    web = signed_in(houses.ours.olivia, csrf=True)
    with houses.watched() as changed:
        assert ask(web, row, row.url("alder", houses.ids), houses.ids).status_code == 403
    assert not changed - KEPT


@pytest.mark.parametrize("column", COLUMNS[:-1])
def test_no_page_links_to_a_page_that_refuses_her(column: str, houses: Houses) -> None:
    """From her first page on, one page of each kind, and each of its tabs."""
    web, seen, looked, refused = houses.people[column], set(), set(), []
    waiting = [("/", "/")]
    with lived_in.undone():
        while waiting:
            source, url = waiting.pop()
            route, tab = resolve(urlsplit(url).path).route, TAB.findall(url)
            if (route, *tab) in looked:
                continue
            looked.add((route, *tab))
            seen.add(route)
            answer = web.get(url, follow=True)
            if answer.status_code != 200:
                refused.append(f"{url} on {source}: {answer.status_code}")
            waiting += [
                (url, urljoin(url, unescape(link))) for link in LINK.findall(answer.text if _is_text(answer) else "")
            ]
    assert not refused
    assert {"p/<slug:slug>/clients/<int:pk>/", "p/<slug:slug>/clients/<int:pk>/visits/"} <= seen


def _is_text(answer: HttpResponse) -> bool:
    """A file of a chart is no page."""
    return answer["Content-Type"].startswith("text/")


def _signed(houses: Houses) -> list[Any]:
    """Every word and minute that is signed."""
    with tenant(houses.ours.practice):
        return [list(model.objects.order_by("pk").values()) for model in (Note, ServiceLine, Evaluation, Addendum)]


@pytest.mark.parametrize("row", [row for row in WRITES if row.address.startswith("sessions/{")], ids=str)
def test_no_door_changes_what_is_signed(row: Row, houses: Houses) -> None:
    """Whatever is asked of a signed session: what was signed stays as it is, and only more may stand beside it."""
    before = _signed(houses)
    assert before[0] and before[1]
    [thing] = THING.findall(row.address)[:1]
    for column in COLUMNS:
        with lived_in.undone():
            ask(houses.people[column], row, row.url("alder", houses.ids | {thing: houses.ids["signed"]}), houses.ids)
            with tenant(houses.ours.practice):
                assert Session.objects.get(pk=houses.ids["signed"]).state == SessionState.SIGNED
            for kept, now in zip(before, _signed(houses), strict=True):
                assert [each for each in now if each in kept] == kept, column


# --- another practice ------------------------------------------------------------------------


@pytest.mark.parametrize("row", api_later(NAMED), ids=str)
def test_a_thing_of_another_practice_does_not_exist(row: Row, houses: Houses) -> None:
    """For the owner, who may everything, and for the therapist; with a body that is in order."""
    for column in ("owner", "therapist"):
        refused = column == "therapist" and row.answers[COLUMNS.index(column)] == 403
        with houses.watched() as changed:
            answer = ask(houses.people[column], row, row.url("alder", houses.their_ids), houses.ids)
            assert answer.status_code == (403 if refused else 404), column
        assert changed == KEPT, column


@pytest.mark.parametrize("row", api_later([row for row in WRITES if THING.search(str(row.body))]), ids=str)
def test_a_body_cannot_reach_into_another_practice(row: Row, houses: Houses) -> None:
    """Our address, their ids in the body: neither practice changes, but for the key of an answered write."""
    for column in ("owner", "therapist"):
        with houses.watched() as changed:
            ask(houses.people[column], row, row.url("alder", houses.ids), houses.their_ids | {"version": 1})
        changed -= {"alder.practice_idempotencykey", *KEPT}
        if "{version}" in str(row.body):  # names no other thing: a plain save of her own
            changed = {table for table in changed if table.startswith("birch.")}
        assert not changed, column


@pytest.mark.long
@every_row
def test_who_is_no_member_finds_nothing(row: Row, houses: Houses) -> None:
    with houses.watched() as changed:
        answer = ask(houses.stranger, row, row.url("alder", houses.ids), houses.ids)
        assert answer.status_code == 404 and OURS not in answer.text
    assert not changed


# --- nobody ----------------------------------------------------------------------------------


@pytest.mark.long
@every_row
def test_who_has_not_signed_in_is_sent_to_do_so(row: Row, houses: Houses) -> None:
    url = row.url("alder", houses.ids)
    page, fragment = ask(Web(), row, url, houses.ids), ask(Web(), row, url, houses.ids, **{"HX-Request": "true"})
    assert (page.status_code, fragment.status_code) == ((401, 401) if row.api else (302, 401))
    assert row.api or page["Location"].startswith("/sign-in/?next=/p/alder/")
    assert OURS not in page.text + fragment.text


@pytest.mark.parametrize("row", OPEN, ids=str)
def test_what_stands_outside_a_practice(row: Row, houses: Houses) -> None:
    for web, expected in zip((Web(), signed_in(houses.ours.bob)), row.answers, strict=True):
        with transaction.atomic():
            answer = ask(web, row, row.address, houses.ids)
        assert answer.status_code == expected and OURS not in answer.text
