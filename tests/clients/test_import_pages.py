"""The doors of an import: what each says before, while and after, and the file of rows to mend."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Web

from clients.imports import actions
from clients.imports.models import ClientImport, ImportState, Outcome
from clients.models import Client
from practice import clock, work
from practice.models import AuditEvent, Job
from practice.tenancy import tenant
from tests import world
from tests.clients.import_files import HEADS, bad, good, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        pass
    with clock.at(world.NOON):
        yield here


@pytest.fixture
def bob(here: world.World) -> Web:
    web = Web()
    web.force_login(here.bob.user)
    return web


def drain(here: world.World) -> None:
    work.drain(among=Job.objects.filter(practice=here.practice, kind__in=(actions.CHECK, actions.RUN)))


def sent(bob: Web, text: str, name: str = "clients.csv") -> str:
    """Send a file; the address of its page."""
    answer = bob.post("/p/alder/clients/imports/", {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302
    return answer["Location"]


def test_from_the_file_to_the_clients(here: world.World, bob: Web) -> None:
    assert "No files yet" in bob.get("/p/alder/clients/imports/").text
    url = sent(bob, written([good(1), bad(2, "phone"), good(3)]))
    page = bob.get(url).text
    assert "Checking each row" in page and "every 2s" in page and "Rows to mend" not in page
    assert "Checking each row" in bob.get(f"{url}progress/", headers={"HX-Request": "true"}).text
    drain(here)
    assert bob.get(f"{url}progress/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = bob.get(url).text
    assert "This was a trial: nothing is put in yet." in page and "Import 2 rows" in page
    assert "2 clients, 2 coverages" in page and "June2 Ortiz2" in page and "555-0142" in page
    assert "A phone number has 10 digits" in page
    bob.post(f"{url}start/")
    assert "0 of 2 rows put in" in bob.get(f"{url}progress/", headers={"HX-Request": "true"}).text
    drain(here)
    page = bob.get(url).text
    assert "Put in: 2 clients, 2 coverages." in page and "Import 2 rows" not in page and "June2 Ortiz2" in page
    assert "2 clients, 2 coverages" in bob.get("/p/alder/clients/imports/").text
    assert "June1 Ortiz1" in bob.get("/p/alder/clients/").text
    again = bob.post(f"{url}start/")
    assert again.status_code == 409 and "This file is done; look at it again." in again.text


def test_the_rows_to_mend_as_a_file_that_is_mended_and_sent(here: world.World, bob: Web) -> None:
    evil = {"Last Name": "=1+1", "Phone": "+1 630 555 0142"}
    rows = [good(1), bad(2, "state") | evil, bad(3, "no such day")]
    url = sent(bob, written(rows))
    drain(here)
    answer = bob.get(f"{url}mend/")
    assert answer["Content-Disposition"] == 'attachment; filename="rows-to-mend.csv"'
    text = answer.content.decode("utf-8-sig")
    heads, second, third = csv.reader(StringIO(text))
    assert heads == [*HEADS, "Line", "What to mend"]
    assert (second[2], second[9], third[-2]) == ("'=1+1", "'+1 630 555 0142", "4")
    assert second[-1] == "State: ILLINOISE is no state; write its two letters, such as IL"
    mended = text.replace("Illinoise", "IL")
    other = sent(bob, mended)
    drain(here)
    bob.post(f"{other}start/")
    drain(here)
    with tenant(here.practice):
        source = ClientImport.objects.latest("pk")
        assert actions.counts(source) == {"ready": 0, "made": 1, "there": 0, "bad": 1}
        client = Client.objects.get()
        assert (client.last_name, client.phone, client.state) == ("=1+1", "6305550142", "IL")
        assert AuditEvent.objects.filter(verb="export import").count() == 1
    row = csv.reader(StringIO(bob.get(f"{other}mend/").content.decode("utf-8-sig")))
    assert next(row) == heads


def test_dates_with_the_day_first_are_announced_and_stay_so_in_the_rows_to_mend(here: world.World, bob: Web) -> None:
    """The rows to mend are sent without the row that says how the file writes dates."""
    other = bob.get(sent(bob, written([good(9, DOB="03/04/2015")]))).text
    rows = [good(1, DOB="13/02/2015"), bad(2, "phone") | {"DOB": "03/04/2015"}, bad(3, "phone") | {"DOB": "14.04.2015"}]
    url = sent(bob, written(rows))
    drain(here)
    page = bob.get(url).text
    said = "Dates are read with the day before the month, as line 2 writes them."
    assert said in page and "If that line is a slip" in page and said not in other
    text = bob.get(f"{url}mend/").content.decode("utf-8-sig")
    assert [row["DOB"] for row in csv.DictReader(StringIO(text))] == ["2015-04-03", "14.04.2015"]
    bob.post(f"{url}start/")
    drain(here)
    page = bob.get(url).text
    assert said in page and "If that line is a slip" not in page
    mended = sent(bob, text.replace("555-0142", "6305550142"))
    drain(here)
    bob.post(f"{mended}start/")
    drain(here)
    with tenant(here.practice):
        born = Client.objects.order_by("number").values_list("birth_on", flat=True)
        assert [str(each) for each in born] == ["2015-02-13", "2015-04-03", "2015-04-14"]


def test_dates_of_both_kinds_are_left_open_in_the_rows_to_mend(here: world.World, bob: Web) -> None:
    rows = [good(1, DOB="02/13/2015"), good(2, DOB="03/04/2015"), good(3, DOB="14/04/2015")]
    url = sent(bob, written(rows))
    drain(here)
    page = bob.get(url).text
    assert "Line 2 has the month first, line 4 the day." in page and "Dates that can be either are left to you." in page
    text = bob.get(f"{url}mend/").content.decode("utf-8-sig")
    assert [row["DOB"] for row in csv.DictReader(StringIO(text))] == ["2015-03-04 or 2015-04-03", "14/04/2015"]
    unmended = sent(bob, text)
    drain(here)
    assert "“2015-03-04 or 2015-0” is no date" in bob.get(unmended).text


def test_the_rows_to_mend_of_a_file_that_was_not_read_are_none(here: world.World, bob: Web) -> None:
    url = sent(bob, "Walter,Nakamura\n1,2\n")
    drain(here)
    assert bob.get(f"{url}mend/").content.decode("utf-8-sig").splitlines() == ["Line,What to mend"]


def test_rows_with_too_many_and_too_few_cells(here: world.World, bob: Web) -> None:
    text = 'First name,Last name,Born,Sex\nAnn,Roe,02/03/1955\nBob,Roe,02/03/1955,M,IL,60506\nCal"a,Roe,"x"y,F\n'
    url = sent(bob, text)
    drain(here)
    page = bob.get(url).text
    assert "This row has 3 cells and the first line 4" in page and "This row has 6 cells" in page
    assert "Bob Roe" in page and "Whole row" in page and "A quotation mark stands inside a cell" in page
    assert "Every row" not in page and "Import" in page and "Import 0" not in page
    rows = list(csv.reader(StringIO(bob.get(f"{url}mend/").content.decode("utf-8-sig"))))
    assert [row[3] for row in rows] == ["Sex", "", "M, IL, 60506", ""]


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"x" * 10_000_001, "The file is larger than 10 MB"),
        ("", b"", "Choose a file"),
    ],
)
def test_what_is_not_taken(here: world.World, bob: Web, name: str, body: bytes, sentence: str) -> None:
    data: Any = {"file": SimpleUploadedFile(name, body)} if name else {}
    answer = bob.post("/p/alder/clients/imports/", data)
    assert answer.status_code == 422 and sentence in answer.text
    with tenant(here.practice):
        assert not ClientImport.objects.exists()


def test_a_file_that_is_too_large_is_not_read_to_its_end(here: world.World, bob: Web, settings: Any) -> None:
    settings.UPLOAD_BYTES = 1_000
    answer = bob.post("/p/alder/clients/imports/", {"file": SimpleUploadedFile("a.csv", b"x" * 200_000)})
    assert answer.status_code == 422 and "A file is larger than" in answer.text


def test_a_file_that_cannot_be_read_says_where(here: world.World, bob: Web) -> None:
    url = sent(bob, 'First name,Last name,Born,Sex\nAnn,"Roe,02/03/1955,F\n', "../<b>.csv")
    drain(here)
    page = bob.get(url).text
    assert "Line 2: a quotation mark opens a cell and none closes it" in page
    assert "Rows to mend" not in page and "<b>" not in page.split("</h1>")[0].split("<h1>")[1]
    assert bob.post(f"{url}start/").status_code == 409


def test_a_script_in_a_bad_row_is_shown_and_not_run(here: world.World, bob: Web) -> None:
    url = sent(bob, written([bad(1, "phone") | {"First Name": "<script>alert(1)</script>", "Phone": "<img src=x>"}]))
    drain(here)
    page = bob.get(url).text
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page and "<img src=x>" not in page


def test_many_bad_rows_are_paged_with_constant_queries(
    here: world.World, bob: Web, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    url = sent(bob, written([bad(number, "phone") for number in range(60)]))
    drain(here)
    with django_assert_max_num_queries(30) as asked:
        page = bob.get(url).text
    assert "1–50 of 60" in page
    with django_assert_num_queries(len(asked)):
        assert "51–60 of 60" in bob.get(f"{url}?page=2").text


def test_work_that_stopped_says_so(here: world.World, bob: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sent(bob, written([good(1)]))
    monkeypatch.setattr(actions, "load", lambda rows: 1 / 0)
    drain(here)
    assert "It stopped and is tried again by itself; no row is half put in." in bob.get(url).text


def test_an_empty_file_with_all_columns(here: world.World, bob: Web) -> None:
    heads = bob.get("/p/alder/clients/imports/columns/").content.decode("utf-8-sig").strip().split(",")
    assert heads[:4] == ["Number", "First name", "Last name", "Born"] and len(heads) == 38
    url = sent(bob, ",".join(heads) + "\n7,Ann,Roe,02/03/1955,F" + "," * 33)
    drain(here)
    assert "Import 1 row" in bob.get(url).text


def test_who_may_not_is_told_and_the_list_leads_there(here: world.World, bob: Web) -> None:
    assert "/p/alder/clients/imports/" in bob.get("/p/alder/clients/").text
    for member in (here.sam, here.alice):
        web = Web()
        web.force_login(member.user)
        assert "/p/alder/clients/imports/" not in web.get("/p/alder/clients/").text
        assert "Your role may not import clients" in web.get("/p/alder/clients/imports/").text


def test_the_same_by_the_api(here: world.World, bob: Web) -> None:
    def post(address: str, key: str, **data: Any) -> Any:
        return bob.post(f"/api/v1/p/alder/client-imports/{address}", headers={"Idempotency-Key": key}, **data)

    def upload() -> Any:
        return {"data": {"file": SimpleUploadedFile("a.csv", written([good(1), bad(2, "phone")]).encode())}}

    made = post("", "key-of-file", **upload())
    assert made.status_code == 201 and made.json()["state"] == ImportState.CHECKING
    assert post("", "key-of-file", **upload()).json() == made.json()
    pk = made.json()["id"]
    drain(here)
    got = bob.get(f"/api/v1/p/alder/client-imports/{pk}/").json()
    assert (got["state"], got["rows"]) == ("checked", {"ready": 1, "made": 0, "there": 0, "bad": 1})
    rows = bob.get(f"/api/v1/p/alder/client-imports/{pk}/rows/?outcome=bad").json()
    sentence = "A phone number has 10 digits, the area code first"
    assert rows["results"] == [
        {"line": 3, "outcome": "bad", "problems": [{"column": "Phone", "sentence": sentence}], "client": None}
    ]
    assert bob.get(f"/api/v1/p/alder/client-imports/{pk}/rows/?outcome=odd").status_code == 400
    started = post(f"{pk}/start/", "key-of-start", content_type="application/json")
    assert started.json()["state"] == "importing"
    drain(here)
    assert bob.get(f"/api/v1/p/alder/client-imports/{pk}/").json()["made"] == {"clients": 1, "coverages": 1, "cases": 0}
    assert bob.get("/api/v1/p/alder/client-imports/").json()["count"] == 1
    with tenant(here.practice):
        assert Client.objects.get().imported_from.get().outcome == Outcome.MADE
