"""Diagnoses found by code and by words, in the list of a day; headers say what to use instead."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest

from clients.diagnoses import Verdict
from clients.icd10 import shipped
from clients.icd10.search import MOST, labels, search
from tests import world

JUNE, NOVEMBER = date(2026, 6, 15), date(2026, 11, 25)


@pytest.mark.django_db
def test_the_beginning_of_a_code_finds_headers_and_leaves_in_order() -> None:
    answer = search("m54.5", JUNE)
    assert answer.of_the_day and [each.code for each in answer.found] == ["M54.5", "M54.50", "M54.51", "M54.59"]
    header, *leaves = answer.found
    assert header.verdict == Verdict.NOT_LEAF and header.instead == ("M54.50", "M54.51", "M54.59")
    assert {each.verdict for each in leaves} == {Verdict.BILLABLE}
    assert len(search("M5", JUNE).found) == MOST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("vertebrogenic low", "M54.51"),
        ("LOW vertebrogenic", "M54.51"),
        ("spastic hemiplegic cerebral", "G80.2"),
        ("developmental motor function", "F82"),
    ],
)
def test_words_are_found_by_their_beginnings_leaves_first(words: str, first: str) -> None:
    found = search(words, JUNE).found
    assert found[0].code == first and found[0].verdict == Verdict.BILLABLE
    kinds = [each.verdict for each in found]
    assert kinds == sorted(kinds)  # billable comes before not_leaf


@pytest.mark.django_db
@pytest.mark.parametrize("nothing", ["", "m", "zzzz qqqq", "back zzzz", "%", "‽ ‽", "\\", "' 1=1 --", "a & b | !c"])
def test_what_fits_nothing_finds_nothing(nothing: str) -> None:
    assert search(nothing, JUNE).found == ()


@pytest.mark.django_db
def test_a_day_without_a_list_takes_the_nearest_and_says_so() -> None:
    answer = search("F82", NOVEMBER)
    assert (answer.of_the_day, answer.release, answer.found[0].code) == (False, "FY2026 April", "F82")
    assert labels(["F82", "Q99999"], NOVEMBER) == {
        "F82": "Specific developmental disorder of motor function", "Q99999": "",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_search_takes_less_than_a_tenth_of_a_second() -> None:
    shipped.with_words(["warm"], 1)
    took = []
    for text in ("low back pain", "M54", "fracture lower radius", "hemiplegia left", "stroke"):
        start = time.process_time()
        search(text, JUNE)
        took.append(time.process_time() - start)
    assert max(took) < 0.1


@pytest.mark.django_db(transaction=True)
def test_an_imported_list_is_asked_by_words_and_by_code(owner: psycopg.Connection) -> None:
    with release_of(owner):
        assert [each.code for each in search("PARKINSON'S first", NOVEMBER).found] == ["G20.A1"]
        assert [each.code for each in search("low back", NOVEMBER).found] == ["M54.59", "M54.50", "M54.51", "M54.5"]
        assert [each.code for each in search("g20.a", NOVEMBER).found] == ["G20.A", "G20.A1", "G20.A2"]
        assert search("M54.5", NOVEMBER).found[0].instead == ("M54.50", "M54.51", "M54.59")
        assert search("low back", NOVEMBER).of_the_day and not search("nothing fits", NOVEMBER).found
        assert labels(["M54.59"], NOVEMBER) == {"M54.59": "Other low back pain"}
        after = search("low back", date(2028, 1, 1))
        assert (after.of_the_day, after.release, len(after.found)) == (False, "FY2027", 4)


@contextmanager
def release_of(owner: psycopg.Connection) -> Iterator[None]:
    from tests.clients.icd10_files import LINES

    [release] = owner.execute(
        "INSERT INTO clients_icd10release (label, starts_on, ends_on, rows, sha256, loaded_at)"
        " VALUES ('FY2027', '2026-10-01', '2027-09-30', %s, '', now()) RETURNING id", [len(LINES)],
    ).fetchone() or (0,)  # fmt: skip
    for code, billable, short, long in LINES:
        owner.execute(
            "INSERT INTO clients_icd10code (release_id, code, billable, short, long) VALUES (%s, %s, %s, %s, %s)",
            [release, code, bool(billable), short, long],
        )
    yield


@pytest.mark.django_db
def test_the_list_under_a_box_can_be_chosen_from(web: Any) -> None:
    with world.practice() as here:
        web.force_login(here.alice.user)
        ask = lambda **query: web.get("/p/alder/clients/diagnoses/", query).text  # noqa: E731
        found = ask(diagnoses="m54.5", opened_on="2026-06-15")
        assert 'data-value="M54.50"' in found and "From the list" not in found
        header = found.split("</li>")[0]
        assert 'aria-disabled="true"' in header and "Use M54.50, M54.51, M54.59" in header
        assert "From the list FY2026 April: that of Nov 25" in ask(q="F82", opened_on="2026-11-25")
        assert "No code fits" in ask(q="zzzz") and "Go on typing" in ask(q="z")
        answer = web.get("/api/v1/p/alder/diagnoses/", {"q": "M54.5", "on": "2026-06-15"}).json()
        assert answer["found"][0] == {
            "code": "M54.5", "label": "Low back pain", "billable": False, "instead": ["M54.50", "M54.51", "M54.59"],
        }  # fmt: skip
        assert web.get("/api/v1/p/alder/diagnoses/", {"q": "M54", "on": "yesterday"}).status_code == 400
