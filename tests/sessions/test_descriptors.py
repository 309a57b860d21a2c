"""A practice's own licensed code descriptions. All texts here are invented."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

import manage
from practice.findings import BadInput
from practice.models import AuditEvent
from practice.tenancy import tenant
from sessions.descriptor_file import Described, DescriptorFile, read
from sessions.descriptors import Report, labels, load_descriptors
from sessions.models import CodeDescriptor
from tests import world

# --- the file --------------------------------------------------------------------------------------

TWO = (Described("97110", "Our exercise", ""), Described("97530", "Our activities", ""))


@pytest.mark.parametrize(
    "body",
    [
        b"97110,Our exercise\n97530,Our activities\n",
        b"97110,Our exercise\r\n97530,Our activities",
        b"\n97110;Our exercise\n\n97530;Our activities\n\n",
        b"97110\tOur exercise\n97530\tOur activities\n",
        b"\xef\xbb\xbfCode,Description\n97110, Our exercise \n 97530 ,Our activities\n",
        b'CPT Code,Price,Short Description\n97110,5,"Our exercise"\n97530,6,Our\xc2\xa0activities\n',
        b"short\tcode\nOur exercise\t97110\nOur activities\t97530\n",
    ],
)
def test_every_shape_says_the_same(body: bytes) -> None:
    assert read(body) == DescriptorFile(("short",), TWO)


def test_longer_texts_are_long_and_three_columns_are_both() -> None:
    text = "x" * 29
    assert read(f"97110,Short\n97530,{text}".encode()) == DescriptorFile(
        ("long",), (Described("97110", "", "Short"), Described("97530", "", text))
    )
    assert read(b'g0283,Ours,"Ours, at length"') == DescriptorFile(
        ("short", "long"), (Described("G0283", "Ours", "Ours, at length"),)
    )
    assert read(b"code,medium\n97110,Short").kinds == ("long",)
    assert read(b'97110\tOur "best" exercise').rows == (Described("97110", 'Our "best" exercise', ""),)
    assert read(b"97110,Our; exercise; and; more").rows[0].short == "Our; exercise; and; more"


LONG = "x" * 2001


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (b"", ("The file is empty",)),
        (b"\n \n", ("The file is empty",)),
        (b"code,short\n", ("The file has column names and no codes",)),
        (b"PK\x03\x04", ("The file is a spreadsheet or a zip; save it as CSV (UTF-8)",)),
        (b"97110,a\n97530,\xe9", ("Line 2: it is not UTF-8 text; save the file as CSV (UTF-8)",)),
        (b"code,price\n97110,5", ("Line 1: name a column code, and one description",)),
        (b'97110,"a', ("Line 1: unexpected end of data",)),
        (b"x" * 2_000_001, ("The file has more than 2,000,000 bytes; give the list of codes alone",)),
        (b"97110,a\n" * 20_001, ("The file has more than 20,000 rows; give the codes you use",)),
        (
            b"97110,a\n9753,b\n97530\n97535,\n97110,c\n97140,d,e",
            (
                "Line 2: “9753” is not a service code of five characters",
                "Line 3: it has 1 column and should have 2; put a text with commas between quotes",
                "Line 4: 97535 has no description",
                "Line 5: 97110 stands in line 1 already",
                "Line 6: it has 3 columns and should have 2; put a text with commas between quotes",
            ),
        ),
        (
            f'code,short,long\n97110,{"x" * 29},"a\nb"\n97530,b,{LONG}'.encode(),
            (
                "Line 2: the short description of 97110 has 29 characters; 28 fit",
                "Line 2: the long description of 97110 holds a line break or a sign that cannot be printed",
                "Line 4: the long description of 97530 has 2001 characters; 2,000 fit",
            ),
        ),
    ],
)  # fmt: skip
def test_each_bad_row_is_named(body: bytes, problems: tuple[str, ...]) -> None:
    assert read(body).problems == problems


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="97110,;\t\n\r\"'aé\0", max_size=60).map(str.encode)))
def test_no_file_raises_and_what_is_taken_fits(body: bytes) -> None:
    found = read(body)
    if not found.problems:
        assert found.rows and found.kinds
        assert len({row.code for row in found.rows}) == len(found.rows)
        assert all(len(row.code) == 5 and (row.short or row.long) and len(row.short) <= 28 for row in found.rows)


# --- loading it ------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def load(here: world.World, body: bytes, **options: Any) -> Report:
    return load_descriptors(by=here.olivia, body=body, **options)


def own() -> list[tuple[str, str, str]]:
    return list(CodeDescriptor.objects.order_by("code").values_list("code", "short", "long"))


def test_a_file_is_the_whole_list_of_its_kind() -> None:
    with world.practice() as here:
        assert load(here, b"97110,A\n97530,B") == Report(False, ("short",), 2, 2, 0, 0, ())
        assert load(here, b"code,long\n97110,A at length\n97140,C at length") == Report(
            False, ("long",), 2, 1, 1, 0, ()
        )
        assert own() == [("97110", "A", "A at length"), ("97140", "", "C at length"), ("97530", "B", "")]
        assert load(here, b"97110,A\n97535,D") == Report(False, ("short",), 2, 1, 0, 1, ())
        assert own() == [("97110", "A", "A at length"), ("97140", "", "C at length"), ("97535", "D", "")]
        assert load(here, b"97110,AA\n97535,D") == Report(False, ("short",), 2, 0, 1, 0, ())
        kept = AuditEvent.objects.filter(verb="load code descriptors").order_by("id")
        assert [row.detail for row in kept][-1] == {"added": 0, "changed": 1, "removed": 0}
        assert kept.count() == 4 and {row.member_id for row in kept} == {here.olivia.pk}


def test_the_same_file_again_changes_nothing() -> None:
    with world.practice() as here:
        load(here, b"97110,A")
        before = list(CodeDescriptor.objects.values())
        assert load(here, b"97110,A") == Report(False, ("short",), 1, 0, 0, 0, ())
        assert list(CodeDescriptor.objects.values()) == before
        assert AuditEvent.objects.filter(verb="load code descriptors").count() == 1


def test_a_trial_changes_nothing_and_names_each_bad_row() -> None:
    with world.practice() as here:
        load(here, b"97110,A")
        assert load(here, b"97110,B\n97530,C", dry_run=True) == Report(True, ("short",), 2, 1, 1, 0, ())
        trial = load(here, b"97110,B\nx,C\ny,D", dry_run=True)
        assert (trial.added, trial.problems) == (
            0,
            tuple(f"Line {n}: “{c}” is not a service code of five characters" for n, c in ((2, "X"), (3, "Y"))),
        )
        assert own() == [("97110", "A", "")]


def test_one_bad_row_keeps_all_out() -> None:
    with world.practice() as here:
        load(here, b"97110,A")
        with pytest.raises(BadInput, match="Line 2: .*; and 4 more. Nothing was loaded") as refused:
            load(here, b"97530,B\n" + b"x,C\n" * 24)
        assert list(refused.value.errors) == ["text"]
        assert own() == [("97110", "A", "")]


def test_only_an_owner_loads() -> None:
    with world.practice() as here:
        for member in (here.alice, here.bob, here.sam):
            with pytest.raises(PermissionDenied, match="may not load code lists"):
                load_descriptors(by=member, body=b"97110,A")
        assert own() == []


def test_another_practice_sees_and_loses_nothing() -> None:
    with world.practice("alder") as here:
        load(here, b"97110,Of Alder\n97530,Of Alder")
    with world.practice("birch") as there:
        assert own() == [] and labels(["97110"]) == {"97110": "Therapeutic exercise"}
        load(there, b"97110,Of Birch")
    with tenant(here.practice):
        assert own() == [("97110", "Of Alder", ""), ("97530", "Of Alder", "")]


def test_a_whole_code_set_loads() -> None:
    with world.practice() as here:
        body = "".join(f"{n:05}\tInvented words {n}\n" for n in range(10_000, 21_000)).encode()
        with CaptureQueriesContext(connection) as queries:
            assert load(here, body).added == 11_000
        assert len(queries) < 20
        assert CodeDescriptor.objects.count() == 11_000


# --- where people read it ---------------------------------------------------------------------------


def test_labels_are_the_practices_own_else_ours_in_one_query() -> None:
    with world.practice() as here:
        load(here, b"97110,Our exercise\n99999,Of no therapy")
        with CaptureQueriesContext(connection) as queries:
            called = labels(["97110", "97530", "99999", "00000"])
        assert len(queries) == 1
        assert called == {"97110": "Our exercise", "97530": "Therapeutic activities", "99999": "Of no therapy"}
        load(here, b"code,long\n97530,Our activities at length")
        assert labels(["97530"]) == {"97530": "Our activities at length"}


def test_the_session_speaks_the_practices_words() -> None:
    with world.practice() as here:
        load(here, b"97110,Our exercise\n97535,Our self-care\n97165,Our evaluation")
        session = here.booked(here.client(payer=here.medicare))
        web = Web()
        web.force_login(here.alice.user)
        page = web.get(f"/p/{here.slug}/sessions/{session.pk}/").content.decode()
        assert "Our exercise" in page and "Therapeutic exercise" not in page  # planned row
        assert "<b>97535</b> Our self-care" in page  # quick code
        assert '<option value="97165">Our evaluation</option>' in page  # every code
        assert '<option value="97140">Manual therapy</option>' in page
        here.sign(session, ("97110", 30))
        signed = web.get(f"/p/{here.slug}/sessions/{session.pk}/").content.decode()
        assert "Our exercise" in signed and "Therapeutic exercise" not in signed


# --- the command and the API ------------------------------------------------------------------------


def test_the_command_loads_for_one_practice(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(b"97110,A\n97530,B")
    with world.practice() as here:
        out, said = StringIO(), StringIO()
        call_command("import_descriptors", here.slug, str(path), "--dry-run", stdout=out)
        assert out.getvalue() == "alder: 2 codes with short descriptions; would be added 2, changed 0, removed 0\n"
        assert own() == []
        call_command("import_descriptors", here.slug, str(path), stdout=said)
        assert said.getvalue() == "alder: 2 codes with short descriptions; added 2, changed 0, removed 0\n"
        assert own() == [("97110", "A", ""), ("97530", "B", "")]
        path.write_bytes(b"97110,A\nx,B")
        with pytest.raises(CommandError, match="Line 2: “X” is not a service code"):
            call_command("import_descriptors", here.slug, str(path))
        told = StringIO()
        with pytest.raises(CommandError, match="1 bad row; nothing"):
            call_command("import_descriptors", here.slug, str(path), "--dry-run", stderr=told)
        assert told.getvalue() == "Line 2: “X” is not a service code of five characters\n"
        for slug, file, words in (("nobody", path, "no practice “nobody”"), (here.slug, tmp_path, "cannot be read")):
            with pytest.raises(CommandError, match=words):
                call_command("import_descriptors", slug, str(file))
        assert len(own()) == 2


def test_only_shared_lists_are_loaded_by_the_databases_owner() -> None:
    assert manage.needs_owner(["manage.py", "import_icd10"])
    assert not manage.needs_owner(["manage.py", "import_descriptors", "alder"])


def test_the_api_tries_loads_and_lists() -> None:
    with world.practice() as here:
        web = Web()
        web.force_login(here.olivia.user)
        address = f"/api/v1/p/{here.slug}/code-descriptors/"

        def post(key: str, **body: Any) -> Any:
            return web.post(
                address, body, content_type="application/json", headers={"Idempotency-Key": f"a-key-{key}-of-ours"}
            )

        assert post("a", text="97110,A\n", dry_run=True).json() == {
            "dry_run": True, "kinds": ["short"], "rows": 1, "added": 1, "changed": 0, "removed": 0, "problems": [],
        }  # fmt: skip
        assert own() == []
        refused = post("b", text="97110,A\nx,B")
        assert refused.status_code == 400
        assert refused.json() == {"text": ["Line 2: “X” is not a service code of five characters. Nothing was loaded."]}
        assert len(post("c", text="x,B\n" * 150, dry_run=True).json()["problems"]) == 100
        assert post("d", text="97110,A\n").json()["added"] == 1
        assert [(row["code"], row["short"]) for row in web.get(address).json()["results"]] == [("97110", "A")]
