"""ICD-10-CM by date: what is shipped, what the owner imports, and who may ask what of it."""

import csv
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clients import actions
from clients.diagnoses import Found, Verdict
from clients.icd10 import SHIPPED, CodeList, list_of, look_up, look_up_each, shipped
from clients.icd10.importing import label_of, load_release
from clients.icd10.models import Icd10Code, Icd10Release
from clients.models import Case
from clients.order_file import BadOrderFile
from practice.findings import BadInput
from tests import databases, world
from tests.clients import icd10_files
from tests.clients.icd10_files import LINES

SAMPLE = Path(__file__).parents[3] / "shared/rules/icd10_sample.csv"
JUNE = date(2026, 6, 15)
FY27 = {"starts_on": date(2026, 10, 1), "ends_on": date(2027, 9, 30)}
type Owner = Callable[[], AbstractContextManager[None]]


# --- the release that is shipped ----------------------------------------------------------------------


@pytest.mark.django_db
def test_the_shipped_release_knows_headers_and_leaves() -> None:
    found = look_up(["G35", "G20", "M54.5", "R63.3", "S52.501", "I69.354", "S52.501D", "F82", "ZZZ", "m5450"], JUNE)
    assert found["G35"] == Found(
        "G35", Verdict.NOT_LEAF, "Multiple sclerosis", ("G35.A", "G35.B0", "G35.B1", "G35.B2", "G35.C0", "G35.C1")
    )
    assert found["G20"].instead == ("G20.A1", "G20.A2", "G20.B1", "G20.B2", "G20.C")
    assert found["M54.5"].instead == ("M54.50", "M54.51", "M54.59")
    assert found["R63.3"].instead == ("R63.30", "R63.31", "R63.32", "R63.39")
    assert found["S52.501"].instead == tuple(f"S52.501{end}" for end in "ABCDEF")
    billable = {code for code, each in found.items() if each.verdict == Verdict.BILLABLE}
    assert billable == {"I69.354", "S52.501D", "F82", "m5450"}
    assert found["ZZZ"] == Found("ZZZ", Verdict.UNKNOWN)
    assert found["F82"].label == "Specific developmental disorder of motor function"
    assert found["S52.501D"].label == (
        "Unspecified fracture of the lower end of right radius, subsequent encounter for closed fracture with"
        " routine healing"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "nearest"),
    [
        (date(2026, 3, 31), "FY2026 April"),
        (date(2026, 4, 1), ""),
        (date(2026, 9, 30), ""),
        (date(2026, 10, 1), "FY2026 April"),
    ],
)
def test_the_shipped_release_covers_its_days_both_included(day: date, nearest: str) -> None:
    said = "Parkinson's disease without dyskinesia, without mention of fluctuations"
    found = look_up(["G20.A1", "G20", "XYZ"], day)
    assert found["G20.A1"] == Found("G20.A1", Verdict.BILLABLE, said, nearest=nearest)
    assert [(each.wrong, each.refused) for each in found.values()] == [(False, False)] + [(True, not nearest)] * 2
    assert look_up([], day) == {}


def test_the_nearest_list_is_the_last_before_a_day_else_the_first_after() -> None:
    on = lambda year, month: date(year, month, 1)  # noqa: E731
    old, new = CodeList(1, "old", on(2020, 1), on(2020, 3)), CodeList(2, "new", on(2027, 1), on(2027, 3))
    both = (new, SHIPPED, old)
    asked = (on(2019, 1), on(2020, 2), on(2020, 4), on(2026, 6), on(2026, 12), on(2027, 2), on(2030, 1))
    assert [list_of(day, both) for day in asked] == [old, old, old, SHIPPED, SHIPPED, new, new]


def test_the_shipped_release_is_whole() -> None:
    below = {code[:n] for code in shipped.codes() for n in range(3, len(code))}
    assert len(shipped.codes()) == 98_186
    assert sum(code not in below for code in shipped.codes()) == 74_719
    assert all(shipped.label(code) for code in shipped.codes())


@pytest.mark.django_db
@pytest.mark.skipif(not SAMPLE.exists(), reason="the shared sample is not at hand")
def test_the_shipped_release_agrees_with_the_sample() -> None:
    with SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = look_up([row["code"] for row in rows], JUNE)
    leaves = {row["code"] for row in rows if row["billable_leaf"] == "True"}
    assert len(rows) == 132 and len(leaves) > 100
    assert {code for code, each in found.items() if each.verdict == Verdict.BILLABLE} == leaves
    assert {code for code, each in found.items() if each.refused} == {row["code"] for row in rows} - leaves
    assert all(each.label for each in found.values())


def test_starting_the_house_reads_no_code_list() -> None:
    """The package's module takes 182 MB; it is never imported, and the lists are read when first asked for."""
    asked = (
        "import django; django.setup(); import practice.urls, claims.tasks, sys; from clients.icd10 import shipped;"
        "print('simple_icd_10_cm' in sys.modules, shipped.codes.cache_info().currsize, len(shipped.codes()),"
        " shipped._tabular.cache_info().currsize, 'simple_icd_10_cm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, env=_environment())
    assert done.stdout.split() == ["False", "0", "98186", "0", "False"], done.stderr


def _environment() -> dict[str, str]:
    import os

    needed = {"SECRET_KEY": "for tests only", "DATABASE_URL": "postgresql://nobody@localhost/nothing"}
    return os.environ | needed | {"DJANGO_SETTINGS_MODULE": "practice.settings"}


# --- imported by the owner -----------------------------------------------------------------------


@pytest.fixture
def owner_log_in(transactional_db: None, house_databases: databases.Databases) -> Owner:
    """For some lines, the process is logged in as the database's owner."""

    return lambda: databases.as_owner(house_databases)


def held() -> list[tuple[str, str, str, int, int]]:
    return [
        (release.label, str(release.starts_on), str(release.ends_on), release.rows, release.codes.count())
        for release in Icd10Release.objects.order_by("starts_on")
    ]


def test_an_imported_release_answers_for_its_days(owner_log_in: Owner, tmp_path: Path) -> None:
    with owner_log_in():
        loaded = load_release(icd10_files.write(tmp_path), **FY27, least=8)
    assert (loaded.done, held()) == ("loaded", [("FY2027", "2026-10-01", "2027-09-30", 11, 11)])
    for day in FY27.values():
        found = look_up(["G20", "G20.A", "M54.5", "M54.50", "QA0.0101", "F82"], day)
        assert found["G20"] == Found("G20", Verdict.NOT_LEAF, "Parkinson's disease", ("G20.A1", "G20.A2", "G20.C"))
        assert found["G20.A"].instead == ("G20.A1", "G20.A2")
        assert found["M54.5"].instead == ("M54.50", "M54.51", "M54.59")
        assert found["M54.50"] == Found("M54.50", Verdict.BILLABLE, "Low back pain, unspecified")
        assert found["QA0.0101"].verdict == Verdict.BILLABLE
        assert found["F82"].verdict == Verdict.UNKNOWN
    assert look_up(["F82"], date(2026, 9, 30))["F82"].verdict == Verdict.BILLABLE
    assert look_up(["F82"], date(2027, 10, 1))["F82"] == Found("F82", Verdict.UNKNOWN, nearest="FY2027")
    assert look_up(["G20"], date(2027, 10, 1))["G20"].instead == ("G20.A1", "G20.A2", "G20.C")


def test_an_imported_release_comes_before_the_shipped_one(owner_log_in: Owner, tmp_path: Path) -> None:
    with owner_log_in():
        load_release(icd10_files.write(tmp_path), starts_on=JUNE, ends_on=JUNE, least=1)
    assert look_up(["F82"], JUNE)["F82"].verdict == Verdict.UNKNOWN
    asked = look_up_each([("F82", JUNE), ("F82", date(2026, 6, 16)), ("F82", date(2025, 6, 16))])
    assert [each.verdict for each in asked.values()] == [Verdict.UNKNOWN, Verdict.BILLABLE, Verdict.BILLABLE]


def test_at_most_six_leaves_are_named(owner_log_in: Owner, tmp_path: Path) -> None:
    lines = (("A00", 0, "x", "y"), *((f"A00{end}", 1, "x", "y") for end in "123456789"))
    with owner_log_in():
        load_release(icd10_files.write(tmp_path, lines), **FY27, least=1)
    assert look_up(["A00"], FY27["ends_on"])["A00"].instead == tuple(f"A00.{end}" for end in "123456")


def test_however_many_codes_three_queries(owner_log_in: Owner, tmp_path: Path) -> None:
    with owner_log_in():
        load_release(icd10_files.write(tmp_path), **FY27, least=1)
    for codes in (["G20"], ["G20", "M54.5", "G20.A", "G20.A1", "F82"] + [f"A{n}" for n in range(10, 60)]):
        with CaptureQueriesContext(connection) as queries:
            look_up_each((code, day) for code in codes for day in (*FY27.values(), JUNE))
        assert len(queries) == 3


def test_the_same_file_again_changes_nothing(owner_log_in: Owner, tmp_path: Path) -> None:
    path = icd10_files.write(tmp_path)
    with owner_log_in():
        first = load_release(path, **FY27, least=1).release
        ids = list(Icd10Code.objects.order_by("id").values_list("id", flat=True))
        again = load_release(path, **FY27, least=1)
    assert (again.done, again.release.pk, again.release.loaded_at) == ("unchanged", first.pk, first.loaded_at)
    assert list(Icd10Code.objects.order_by("id").values_list("id", flat=True)) == ids


def test_a_corrected_file_replaces_the_release_whole(owner_log_in: Owner, tmp_path: Path) -> None:
    with owner_log_in():
        load_release(icd10_files.write(tmp_path), **FY27, label="Ours", least=1)
        loaded = load_release(icd10_files.write(tmp_path, LINES[5:9]), **FY27, least=1)
    assert loaded.done == "replaced"
    assert held() == [("Ours", "2026-10-01", "2027-09-30", 4, 4)]
    assert look_up(["G20"], FY27["starts_on"])["G20"].verdict == Verdict.UNKNOWN


def test_days_of_another_release_are_refused_until_they_are_free(owner_log_in: Owner, tmp_path: Path) -> None:
    october = icd10_files.write(tmp_path, name="icd10cm_order_2027.txt")
    april = icd10_files.write(tmp_path, LINES[5:9], name="icd10cm_order_2027_april.txt")
    spring = {"starts_on": date(2027, 4, 1), "ends_on": date(2027, 9, 30)}
    with owner_log_in():
        load_release(october, **FY27, least=1)
        with pytest.raises(BadInput, match="FY2027 holds for 2026-10-01 to 2027-09-30. .* import the file of FY2027"):
            load_release(april, **spring, least=1)
        assert held() == [("FY2027", "2026-10-01", "2027-09-30", 11, 11)]
        moved = load_release(october, starts_on=date(2026, 10, 1), ends_on=date(2027, 3, 31), least=1)
        assert (moved.done, moved.release.codes.count()) == ("moved", 11)
        load_release(april, **spring, least=1)
    assert held() == [
        ("FY2027", "2026-10-01", "2027-03-31", 11, 11),
        ("FY2027 April", "2027-04-01", "2027-09-30", 4, 4),
    ]
    assert look_up(["G20"], date(2027, 3, 31))["G20"].verdict == Verdict.NOT_LEAF
    assert look_up(["G20"], date(2027, 4, 1))["G20"].verdict == Verdict.UNKNOWN


def test_the_database_refuses_two_releases_for_a_day(owner_log_in: Owner) -> None:
    fields = {"rows": 0, "sha256": ""}
    with owner_log_in():
        Icd10Release.objects.create(label="a", **FY27, **fields)
        end = FY27["ends_on"]
        with pytest.raises(DatabaseError, match="one_icd10_release_a_day"):
            Icd10Release.objects.create(label="b", starts_on=end, ends_on=date(2028, 9, 30), **fields)
        Icd10Release.objects.create(label="b", starts_on=date(2027, 10, 1), ends_on=date(2028, 9, 30), **fields)


@pytest.mark.parametrize(
    ("start", "label"),
    [((2026, 10, 1), "FY2027"), ((2027, 4, 1), "FY2027 April"), ((2026, 12, 1), "FY2027 December")],
)
def test_a_release_is_called_by_its_fiscal_year(start: tuple[int, int, int], label: str) -> None:
    assert label_of(date(*start)) == label


# --- what is not taken -----------------------------------------------------------------------------


def test_a_bad_file_leaves_everything_as_it_was(owner_log_in: Owner, tmp_path: Path) -> None:
    cut = tmp_path / "icd10cm_order_2027.txt"
    with owner_log_in():
        for body in (icd10_files.text()[:-1], icd10_files.text()[:400], b"", icd10_files.text(LINES[:2])):
            cut.write_bytes(body)
            with pytest.raises(BadOrderFile):
                load_release(cut, **FY27, least=1)
            assert held() == []
        load_release(icd10_files.write(tmp_path, name="good.txt"), **FY27, least=1)
        cut.write_bytes(icd10_files.text()[:-1])
        with pytest.raises(BadOrderFile, match="Line 11: the file is cut"):
            load_release(cut, **FY27, least=1)
    assert held() == [("FY2027", "2026-10-01", "2027-09-30", 11, 11)]


def test_a_file_with_too_few_codes_was_cut_between_two_lines(owner_log_in: Owner, tmp_path: Path) -> None:
    with owner_log_in(), pytest.raises(BadOrderFile, match="it has 8 billable codes, .* more than 69,000"):
        load_release(icd10_files.write(tmp_path), **FY27)
    assert held() == []


def test_days_the_wrong_way_round_and_a_label_twice(owner_log_in: Owner, tmp_path: Path) -> None:
    path = icd10_files.write(tmp_path)
    with owner_log_in():
        with pytest.raises(BadInput, match="The last day is before the first"):
            load_release(path, starts_on=FY27["ends_on"], ends_on=FY27["starts_on"], least=1)
        load_release(path, **FY27, label="Ours", least=1)
        with pytest.raises(BadInput, match="Another release is called Ours"):
            load_release(path, starts_on=JUNE, ends_on=JUNE, label="Ours", least=1)
    assert len(held()) == 1


def test_the_zip_of_the_year_is_opened(owner_log_in: Owner, tmp_path: Path) -> None:
    names = ("icd10cm_codes_2027.txt", "a/icd10cm_order_2027.txt", "icd10cm_order_addenda_2027.txt", "read.pdf")
    with owner_log_in():
        loaded = load_release(icd10_files.pack(tmp_path, *names), **FY27, least=1)
        plain = load_release(icd10_files.write(tmp_path), **FY27, least=1)
    assert (loaded.done, loaded.release.rows, plain.done) == ("loaded", 11, "unchanged")


def _broken(folder: Path) -> Path:
    path = icd10_files.pack(folder, "icd10cm_order_2027.txt")
    body = bytearray(path.read_bytes())
    body[60] ^= 0xFF
    path.write_bytes(body)
    return path


def _too_large(folder: Path) -> Path:
    return icd10_files.pack(folder, "icd10cm_order_2027.txt", body=b"0" * (64 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: icd10_files.pack(folder, "icd10cm_codes_2027.txt"), "should hold one .*; it holds none"),
        (
            lambda folder: icd10_files.pack(folder, "icd10cm_order_2026.txt", "icd10cm_order_2027.txt"),
            "it holds icd10cm_order_2026.txt, icd10cm_order_2027.txt",
        ),
        (_broken, "cannot be read .*; download it again"),
        (_too_large, "holds more than 67,108,864 bytes"),
        (lambda folder: folder / "nowhere.txt", "nowhere.txt cannot be read: No such file"),
        (lambda folder: folder, "cannot be read: Is a directory"),
    ],
)
def test_what_cannot_be_opened_is_named(
    make: Callable[[Path], Path], words: str, owner_log_in: Owner, tmp_path: Path
) -> None:
    with owner_log_in(), pytest.raises(BadOrderFile, match=words):
        load_release(make(tmp_path), **FY27, least=1)
    assert held() == []


def test_a_zip_cut_anywhere_loads_nothing(owner_log_in: Owner, tmp_path: Path) -> None:
    path = icd10_files.pack(tmp_path, "icd10cm_order_2027.txt")
    body = path.read_bytes()
    with owner_log_in():
        for at in range(0, len(body), 23):
            path.write_bytes(body[:at])
            with pytest.raises(BadOrderFile):
                load_release(path, **FY27, least=1)
    assert held() == []


# --- the command and the roles ---------------------------------------------------------------------


def command(path: Path, *more: str) -> str:
    out = StringIO()
    call_command("import_icd10", str(path), "--from", "2026-10-01", "--to", "2027-09-30", *more, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did(owner_log_in: Owner, tmp_path: Path) -> None:
    path = icd10_files.write(tmp_path)
    with owner_log_in():
        said = command(path, "--least", "1")
        assert said.startswith("FY2027 is loaded: 11 codes for 2026-10-01 to 2027-09-30, in ")
        assert command(path, "--least", "1").startswith("Nothing to do: FY2027 is this very file, loaded ")
        with pytest.raises(CommandError, match="billable codes, and a year's list .*69,000. Nothing was loaded"):
            command(icd10_files.write(tmp_path, LINES[5:9]))
        with pytest.raises(CommandError, match="“soon” is no date; write it as 2026-10-01"):
            call_command("import_icd10", str(path), "--from", "soon", "--to", "2027-09-30")


@pytest.mark.django_db
def test_the_apps_role_is_refused_with_a_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="may only read code lists. Load them as the owner of the database"):
        command(icd10_files.write(tmp_path), "--least", "1")
    assert held() == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["clients_icd10release", "clients_icd10code"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "INSERT INTO {} DEFAULT VALUES"])
def test_the_apps_role_may_only_read(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_whole_year_loads(owner_log_in: Owner, tmp_path: Path) -> None:
    """As many codes as CMS has, made from the shipped list."""
    codes = shipped.codes()
    followed = [*codes[1:], ""]
    lines = tuple(
        (code, int(not after.startswith(code)), "x" * 60, "y" * 70) for code, after in zip(codes, followed, strict=True)
    )
    path = icd10_files.write(tmp_path, lines)
    with zipfile.ZipFile(tmp_path / "year.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(path, path.name)
    with owner_log_in():
        said = command(tmp_path / "year.zip")
    assert said.startswith("FY2027 is loaded: 98,186 codes")
    assert float(said.split()[-2]) < 60
    assert Icd10Code.objects.filter(billable=True).count() == 74_719
    assert look_up(["S52.501"], FY27["starts_on"])["S52.501"].instead == tuple(f"S52.501{end}" for end in "ABCDEF")


# --- where a diagnosis is entered -------------------------------------------------------------------


def opened(here: world.World, codes: list[str], on: date, **fields: Any) -> Case:
    client: Any = here.client().client
    return actions.open_case(
        by=here.olivia, client=client, discipline="OT", complaint="x", opened_on=on, diagnoses=codes, **fields
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["F82", "G20"], "G20 is not a whole ICD-10-CM code; use G20.A1, G20.A2, G20.B1, G20.B2 or G20.C"),
        (["M54.5"], "use M54.50, M54.51 or M54.59"),
        (["F82.9"], "F82.9 is not an ICD-10-CM code of that day"),
        (["stroke"], "STROKE is not an ICD-10-CM code; write it as M54.50"),
    ],
)
def test_a_case_opens_with_whole_codes_of_its_day(codes: list[str], words: str) -> None:
    with world.practice() as here:
        with pytest.raises(BadInput, match=words) as refused:
            opened(here, codes, JUNE)
        assert list(refused.value.errors) == ["diagnoses"]
        assert Case.objects.filter(complaint="x").count() == 0


@pytest.mark.django_db
def test_where_no_release_covers_the_day_doubtful_codes_are_kept_by_saying_so() -> None:
    with world.practice() as here:
        with pytest.raises(BadInput) as refused:
            opened(here, [" g20 ", "F82.9"], date(2026, 3, 31))
        assert sorted(refused.value.errors) == ["diagnoses", "keep_codes"]
        case = opened(here, [" g20 ", "F82.9"], date(2026, 3, 31), keep_codes=True)
        assert [diagnosis.code for diagnosis in case.diagnoses.all()] == ["G20", "F82.9"]
