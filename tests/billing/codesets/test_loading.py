"""Loading releases: whole or not at all, once, by the owner; and what is looked up then."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from billing.codesets import loading, lookup, starter
from billing.codesets.edits import Limit, Pair
from billing.codesets.models import AddOnParent, CodeSetRelease, EditPair, TherapyThreshold, UnitLimit
from tests import databases
from tests.billing.codesets import published

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = (AddOnParent, CodeSetRelease, EditPair, TherapyThreshold, UnitLimit)
Q3, Q4 = date(2026, 9, 30), date(2026, 10, 1)
FREE = "97530\t97112\t\t20261001\t*\t1\tNew"


@pytest.fixture
def as_owner(house_databases: databases.Databases) -> Iterator[None]:
    """Logged in as `./run manage import_…` is."""
    with databases.as_owner(house_databases):
        yield


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("import_ncci", *(str(argument) for argument in arguments), stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def refused(*arguments: object) -> str:
    before = stored()
    with pytest.raises(CommandError) as bad:
        run(*arguments)
    assert stored() == before
    return str(bad.value)


def stored() -> dict[str, list[tuple[Any, ...]]]:
    return {model.__name__: sorted(model.objects.values_list(), key=str) for model in TABLES}


def pairs(folder: Path, quarter: str, *rows: str, name: str = "") -> Path:
    version = f"v{int(quarter[:4]) - 1994}{int(quarter[-1]) - 1}"
    path = folder / (name or f"ccipra-{version}r0-f1.txt")
    path.write_bytes(published.pair_file(rows or published.PAIRS))
    return path


# --- pairs ----------------------------------------------------------------------------------------


def test_pairs_of_codes_we_know_are_kept(as_owner: None, tmp_path: Path) -> None:
    assert run("ptp", pairs(tmp_path, "2026Q4")) == ("Pairs (NCCI PTP) 2026Q4: 4 of 5 rows kept; 4 added, 0 changed.")
    release = CodeSetRelease.objects.get()
    assert (release.kind, release.label, release.starts_on, release.ends_on, release.rows) == (
        "ptp", "2026Q4", date(2026, 10, 1), date(2026, 12, 31), 4,
    )  # fmt: skip
    assert len(release.sha256) == 64
    codes = {"97150", "97530", "97140", "97124", "97116"}
    edits = lookup.edits_on(Q4, codes)
    assert edits.pairs == (Pair("97140", "97124", False), Pair("97150", "97530", True))
    assert (edits.source, edits.limits_source, edits.covered) == (
        "NCCI 2026 Q4", "our starter table of NCCI 2024 Q3", False,
    )  # fmt: skip
    assert edits.caution == "The edits of 2024Q3 are used: import the quarter's file."
    assert Pair("97530", "97116", True) in lookup.edits_on(date(2020, 9, 30), codes).pairs  # files hold the past


def test_again_changes_nothing_and_says_so(as_owner: None, tmp_path: Path) -> None:
    path = pairs(tmp_path, "2026Q4")
    run("ptp", path)
    before = stored()
    said = "Pairs (NCCI PTP) 2026Q4: nothing changed, this release is loaded already."
    assert run("ptp", path) == said
    zipped = published.packed(tmp_path / "2026q4.zip", {path.name: path.read_bytes(), "x.xlsx": b""})
    assert run("ptp", zipped) == said
    assert stored() == before


def test_a_newer_quarter_adds_ends_and_lets_go(as_owner: None, tmp_path: Path) -> None:
    run("ptp", pairs(tmp_path, "2026Q3"))
    newer = (
        "97150\t97530\t\t20200101\t20260930\t1\tended",  # ended
        "97530\t97116\t\t20201001\t20201001\t9\t",
        FREE,
    )  # the row of 97140 vanished while in force, that of 97116 of 2020 after its end
    assert run("ptp", pairs(tmp_path, "2026Q4", *newer)) == (
        "Pairs (NCCI PTP) 2026Q4: 3 of 3 rows kept; 1 added, 1 changed, 1 ended because the file no longer has them."
    )
    rows = {(row.column1, row.column2, row.effective_on.year): row.deleted_on for row in EditPair.objects.all()}
    assert rows == {
        ("97150", "97530", 2020): Q3,
        ("97140", "97124", 1996): Q3,
        ("97530", "97116", 2020): rows["97530", "97116", 2020],
        ("97530", "97112", 2026): None,
    }
    assert EditPair.objects.count() == 5
    codes = {"97150", "97530", "97140", "97124", "97112"}
    assert lookup.edits_on(Q3, codes).pairs == (Pair("97140", "97124", False), Pair("97150", "97530", True))
    assert lookup.edits_on(Q4, codes).pairs == (Pair("97530", "97112", True),)
    assert lookup.edits_on(date(2027, 1, 1), codes).covered is False
    # a republished quarter: what began within it and is gone never was
    without = newer[:2]
    assert run("ptp", pairs(tmp_path, "2026Q4", *without)).endswith(
        "0 added, 0 changed, 1 taken out because the file no longer has them."
    )
    assert CodeSetRelease.objects.count() == 3
    told = refused("ptp", pairs(tmp_path, "2026Q3"))
    assert told == "2026Q4 is loaded, and its files hold 2026Q3 too: nothing to do. Nothing was loaded."


def test_parts_belong_together(as_owner: None, tmp_path: Path) -> None:
    first = pairs(tmp_path, "2026Q4", *published.PAIRS[:2])
    third = pairs(tmp_path, "2026Q4", *published.PAIRS[2:], name="ccipra-v323r0-f3.txt")
    assert refused("ptp", third, first).startswith("Part f2 is missing: give all parts of the quarter in one call.")
    second = pairs(tmp_path, "2026Q4", *published.PAIRS[2:], name="ccipra-v323r0-f2.txt")
    assert "speak of 2026Q3 and 2026Q4" in refused("ptp", first, second, "--quarter", "2026Q3")
    assert "The names of the files do not tell" in refused("ptp", pairs(tmp_path, "2026Q4", name="edits.txt"))
    unknown = pairs(tmp_path, "2026Q4", published.PAIRS[-1], name="2026q4.txt")
    assert "None of the rows" in refused("ptp", unknown)
    assert run("ptp", first, second).startswith("Pairs (NCCI PTP) 2026Q4: 4 of 5 rows kept")


def test_files_that_hold_little_are_doubted(as_owner: None, tmp_path: Path) -> None:
    few = loading.load_pairs([pairs(tmp_path, "2026Q3")])
    assert few.caution == (
        f"Only 2 of {len(starter.PAIRS)} pairs that therapists meet are in these files: was a part left out?"
    )
    rows = [f"{pair.column1}\t{pair.column2}\t\t20200101\t*\t{pair.indicator}\t" for pair in starter.PAIRS]
    many = loading.load_pairs([pairs(tmp_path, "2026Q4", *rows)])
    assert (many.caution, many.kept) == ("", len(starter.PAIRS))


def test_a_bad_file_leaves_everything_as_it_was(as_owner: None, tmp_path: Path) -> None:
    run("ptp", pairs(tmp_path, "2026Q3"))
    good = pairs(tmp_path, "2026Q4", FREE)
    cut = pairs(tmp_path, "2026Q4", *published.PAIRS, name="ccipra-v323r0-f2.txt")
    for off in (1, 3, 30, 400):
        cut.write_bytes(published.pair_file()[:-off])
        assert "Nothing was loaded." in refused("ptp", good, cut)
    twice = "97150\t97530\t\t20200101\t*\t0\t"
    cut.write_bytes(published.pair_file([*published.PAIRS, twice]))
    assert "line 12: 97150 97530 2020-01-01 is there twice and says two things" in refused("ptp", good, cut)


@pytest.mark.parametrize("step", ["_let_go", "_record"])
def test_a_death_in_the_middle_leaves_everything_as_it_was(
    as_owner: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run("ptp", pairs(tmp_path, "2026Q3"))
    before = stored()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, step, die)
    with pytest.raises(KeyboardInterrupt):
        run("ptp", pairs(tmp_path, "2026Q4", FREE))
    assert stored() == before
    monkeypatch.undo()


# --- limits, add-ons, thresholds ----------------------------------------------------------------------


def test_limits_are_a_quarters(as_owner: None, tmp_path: Path) -> None:
    path = tmp_path / "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"
    path.write_bytes(published.limit_file())
    assert run("mue", path) == "Unit limits (NCCI MUE) 2026Q4: 3 of 4 rows kept; 3 added, 0 changed."
    assert run("mue", path).endswith("nothing changed, this release is loaded already.")
    older = tmp_path / "mue.csv"
    older.write_bytes(published.limit_file(['97110,4,"3 Date of Service Edit: Clinical","Clinical: Data"']))
    assert run("mue", older, "--quarter", "2026Q2").endswith("1 added, 0 changed.")
    assert "speak of 2026Q3 and 2026Q4" in refused("mue", path, "--quarter", "2026Q3")

    def known(on: date) -> tuple[Limit | None, str]:
        edits = lookup.edits_on(on, {"97110"})
        return edits.limits.get("97110"), edits.limits_source

    assert known(date(2026, 10, 1)) == known(date(2027, 3, 1)) == (Limit("97110", 6, 3), "NCCI 2026 Q4")
    assert known(date(2026, 8, 1)) == (Limit("97110", 4, 3), "NCCI 2026 Q2")
    assert known(date(2026, 3, 31)) == (Limit("97110", 6, 3), "our starter table of NCCI 2024 Q3")
    path.write_bytes(published.limit_file(['97110,7,"3 Date"', '29130,3,"1 Line Edit"']))
    assert run("mue", path).endswith("0 added, 1 changed, 1 taken out because the file no longer has them.")
    assert set(lookup.edits_on(Q4, {"97110", "97129"}).limits) == {"97110"}
    path.write_bytes(published.limit_file(published.LIMITS[-1:]))
    assert "None of the rows is about codes that the house knows" in refused("mue", path)


def test_add_ons_come_with_their_parents(as_owner: None, tmp_path: Path) -> None:
    path = tmp_path / "AOC_V2026Q4-MCR.txt"
    path.write_bytes(published.add_on_file())
    assert run("add-ons", path) == "Add-on codes (NCCI) 2026Q4: 4 of 5 rows kept; 4 added, 0 changed."
    assert run("add-ons", path).endswith("nothing changed, this release is loaded already.")
    edits = lookup.edits_on(Q4, {"97130", "97546", "92618", "90785", "97110"})
    assert edits.parents == {"97130": {"97129"}, "92618": set(), "90785": {"90791"}}
    assert edits.open_lists == {"92618", "90785"} and edits.parents_source == "NCCI 2026 Q4"
    assert lookup.edits_on(date(2025, 12, 31), {"97546"}).parents == {"97546": {"97545"}}


def test_a_whole_quarter_covers_its_days(as_owner: None, tmp_path: Path) -> None:
    (tmp_path / "mue.csv").write_bytes(published.limit_file())
    run("ptp", pairs(tmp_path, "2026Q4"))
    run("mue", tmp_path / "mue.csv", "--quarter", "2026Q4")
    edits = lookup.edits_on(Q4, {"97150", "97530"})
    assert (edits.covered, edits.caution, edits.source) == (True, "", "NCCI 2026 Q4")
    late = lookup.edits_on(date(2027, 1, 1), {"97150", "97530"})
    assert (late.covered, late.pairs) == (False, edits.pairs)
    assert late.caution == "The edits of 2026Q4 are used: import the quarter's file."


def test_thresholds_go_before_those_in_code(as_owner: None, tmp_path: Path) -> None:
    assert lookup.threshold(2018, "OT") == Decimal("2010.00") and lookup.threshold(2026, "PT+SLP") == Decimal("2480.00")
    assert lookup.threshold(2027, "OT") is None and lookup.threshold(2026, "MH") is None
    path = tmp_path / "kx.csv"
    path.write_text("year,bucket,amount,review\n2026,OT,2500,3000\n2027,OT,2550,3000\n")
    assert run("kx", path) == "Therapy thresholds 2026–2027: 2 of 2 rows kept; 2 added, 0 changed."
    assert run("kx", path).endswith("nothing changed, this release is loaded already.")
    assert lookup.threshold(2026, "OT") == Decimal("2500.00") and lookup.threshold(2027, "OT") == Decimal("2550.00")
    assert lookup.threshold(2026, "PT+SLP") == Decimal("2480.00")
    path.write_text("year,bucket,amount,review\n2027,OT,2560,3000\n")
    assert run("kx", path) == "Therapy thresholds 2027: 1 of 1 rows kept; 0 added, 1 changed."
    assert "by year" in refused("kx", path, "--quarter", "2026Q4")


# --- the starter, many days, who may ----------------------------------------------------------------


def test_without_a_release_the_starter_answers_and_says_so() -> None:
    edits = lookup.edits_on(date(2024, 9, 30), {"97150", "97530", "97130"})
    assert edits.pairs == (Pair("97150", "97530", True),) and edits.parents == {"97130": {"97129"}}
    assert (edits.covered, edits.source) == (True, "our starter table of NCCI 2024 Q3")
    for outside in (date(2024, 6, 30), date(2024, 10, 1)):
        assert lookup.edits_on(outside, {"97150"}).caution == (
            "The edits of 2024Q3 are used: import the quarter's file."
        )


def test_many_days_cost_what_one_costs(as_owner: None, tmp_path: Path, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        lookup.edits_for({date(2026, 10, day): {"97150", "97530"} for day in range(1, 29)})
    run("ptp", pairs(tmp_path, "2026Q4"))
    (tmp_path / "mue.csv").write_bytes(published.limit_file())
    (tmp_path / "aoc.txt").write_bytes(published.add_on_file())
    run("mue", tmp_path / "mue.csv", "--quarter", "2026Q4")
    run("add-ons", tmp_path / "aoc.txt", "--quarter", "2026Q4")
    with django_assert_num_queries(4):
        found = lookup.edits_for({date(2026, 10, day): {"97150", "97530", "97130"} for day in range(1, 29)})
    assert len(found) == 28 and all(edits.pairs == (Pair("97150", "97530", True),) for edits in found.values())


def test_the_app_may_read_and_no_more(tmp_path: Path) -> None:
    told = refused("ptp", pairs(tmp_path, "2026Q4"))
    assert told.startswith("This log-in may only read coding edits; the owner of the database loads them.")
    with connection.cursor() as cursor:
        for model in TABLES:
            table = model._meta.db_table
            for verb in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"INSERT INTO {table} DEFAULT VALUES"):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    cursor.execute(verb)


def test_other_troubles_of_the_database_are_not_hidden(
    as_owner: None, tmp_path: Path, owner: psycopg.Connection
) -> None:
    owner.execute("ALTER TABLE billing_editpair RENAME TO elsewhere")
    with pytest.raises(DatabaseError, match="does not exist"):
        run("ptp", pairs(tmp_path, "2026Q4"))
