"""Published files: what their rows say, and every way in which a file is not one."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.codesets import files
from billing.codesets.files import Digest, parts_of
from billing.codesets.formats import add_on_rows, limit_rows, pair_rows
from billing.codesets.quarters import Quarter, quarter_in
from billing.codesets.rows import AddOnRow, BadFile, LimitRow, PairRow, Row, ThresholdRow, add
from billing.codesets.thresholds import threshold_rows
from tests.billing.codesets import published

NAME = "ccipra-v323r0-f1.txt"


def lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def pairs(content: bytes, name: str = NAME) -> list[PairRow]:
    return list(pair_rows(name, lines(content)))


def limits(content: bytes) -> list[LimitRow]:
    return list(limit_rows("mue.csv", lines(content)))


def add_ons(content: bytes) -> list[AddOnRow]:
    return list(add_on_rows("aoc.txt", lines(content)))


def thresholds(content: bytes) -> list[ThresholdRow]:
    return list(threshold_rows("kx.csv", lines(content)))


def refusal(read: Callable[[bytes], object], content: bytes) -> str:
    with pytest.raises(BadFile) as bad:
        read(content)
    return str(bad.value)


# --- what rows say --------------------------------------------------------------------------------


def test_pairs_are_read_below_a_heading_of_any_height() -> None:
    assert pairs(published.pair_file()) == [
        PairRow(7, "97150", "97530", date(2020, 1, 1), None, 1),
        PairRow(8, "97140", "97124", date(1996, 1, 1), None, 0),
        PairRow(9, "97530", "97116", date(2020, 1, 1), date(2020, 9, 30), 1),
        PairRow(10, "97530", "97116", date(2020, 10, 1), date(2020, 10, 1), 9),
        PairRow(11, "97530", "11111", date(2020, 1, 1), None, 1),
    ]
    short = published.pair_file(heading=published.PAIR_HEADING[2:3])
    assert [row.line for row in pairs(short)] == [2, 3, 4, 5, 6]
    assert pairs(b"\xef\xbb\xbf" + short + b"\r\n")[0].column1 == "97150"  # a mark at the start, an empty line after


def test_limits_are_read_below_a_notice_of_several_lines() -> None:
    assert limits(published.limit_file()) == [
        LimitRow(5, "97110", 6, 3),
        LimitRow(6, "97129", 1, 2),
        LimitRow(7, "29130", 3, 1),
        LimitRow(8, "0001U", 1, 2),
    ]
    turned = published.limit_file(
        ["97110,CMS Policy,3 Date of Service Edit: Clinical,6", ",,,"],
        "HCPCS/CPT Code,MUE Rationale,MUE Adjudication Indicator,Practitioner Services MUE Values\r\n",
    )
    assert limits(turned) == [LimitRow(4, "97110", 6, 3)]


def test_add_ons_have_days_of_the_year_and_end_with_whichever_ends_first() -> None:
    assert add_ons(published.add_on_file()) == [
        AddOnRow(3, "97130", "97129", date(2020, 1, 1), None, 1),
        AddOnRow(4, "97546", "97545", date(2013, 4, 1), date(2025, 12, 31), 1),
        AddOnRow(5, "92618", "CCCCC", date(2012, 1, 1), None, 2),
        AddOnRow(6, "90785", "90791", date(2013, 1, 1), None, 3),
        AddOnRow(7, "11111", "22222", date(2013, 1, 1), None, 1),
    ]
    julian = tuple(line.replace("DT", "DT_Julian") for line in published.ADD_ON_HEADING)
    ended = ["1\t97130\t2024366\t97129\t2023365\t2020001\t2026001", "", "2\t92618\t0\tCCCCC\t9999365\t2012001"]
    assert add_ons(published.add_on_file(ended, julian)) == [
        AddOnRow(3, "97130", "97129", date(2020, 1, 1), date(2023, 12, 31), 1),
        AddOnRow(5, "92618", "CCCCC", date(2012, 1, 1), None, 2),
    ]


def test_thresholds_are_a_csv_of_ones_own() -> None:
    content = b"year,bucket,amount,review\r\n2027,OT,2550,3000\r\n\r\n2027,PT+SLP,2550.50,3000.00\r\n"
    assert thresholds(content) == [
        ThresholdRow(2, 2027, "OT", Decimal("2550.00"), Decimal("3000.00")),
        ThresholdRow(4, 2027, "PT+SLP", Decimal("2550.50"), Decimal("3000.00")),
    ]


# --- what is no such file -------------------------------------------------------------------------

GOOD, BAD = "97150\t97530\t\t20200101\t*\t1\tx", "CMS again."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("97150\t97530\t\t20201332\t*\t1\tx", "line 8: the effective date “20201332” is no date"),
        ("97150\t97530\t\t20230229\t*\t1\tx", "line 8: the effective date “20230229” is no date"),
        ("97150\t97530\t\t01011996\t*\t1\tx", "line 8: the effective date “01011996” is no date"),
        ("97150\t97530\t\t\t*\t1\tx", "line 8: the effective date is missing"),
        ("97150\t97530\t\t20200101\tnever\t1\tx", "line 8: the deletion date “never” is no date"),
        ("97150\t97530\t\t20200101\t*\t2\tx", "line 8: modifier indicator “2” is none of 0, 1, 9"),
        ("9715\t97530\t\t20200101\t*\t1\tx", "line 8: “9715” is no code"),
        ("97150\t97530a\t\t20200101\t*\t1\tx", "line 8: “97530a” is no code"),
        ("97150\t97530\t\t20200101", "line 8: a row has 4 of 7 columns"),
    ],
)
def test_a_pair_that_cannot_be_names_its_line(row: str, said: str) -> None:
    told = refusal(pairs, published.pair_file([GOOD, row]))
    assert told == f"{NAME}, {said}. Download it from {BAD}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 and so on\n", "a zip file or an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0 and so on\n", "is an .xls workbook"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\r\n<html>\n", "has no heading"),
        (b"<!DOCTYPE html>\n", "is a web page. Accept the license"),
        ("Column 1\tColumn 2\r\n".encode("utf-16"), "saved as Unicode text (UTF-16)"),
        (b"Column 1\tColumn 2\r\n\x00\x00\x00\r\n", "line 2: is no text file"),
        (b"Column 1\tColumn 2\r\n\x81\r\n", "line 2: has a sign that is not in CMS's character set"),
        (published.pair_file([]), "has a heading and no rows"),
        (published.pair_file(heading=["CPT only copyright"]), "has no heading “Column 1, Column 2”"),
        (published.pair_file(heading=["Medicaid NCCI", *published.PAIR_HEADING]), "holds the edits of Medicaid"),
        (b"Column 1,Column 2,*,Effective\r\n97150,97530,,20200101,*,1,x\r\n", "is not tab-delimited. Take the .txt"),
        (b"Column 1\tColumn 2\r\n" + b"97150\t97530\r\n" * 100, "has a heading and no rows"),
        (published.limit_file(), "has no heading “Column 1, Column 2”"),
    ],
)
def test_another_file_is_no_file_of_pairs(content: bytes, said: str) -> None:
    assert said in refusal(pairs, content)


@pytest.mark.parametrize("name", ["ccioph-v323r0-f1.txt", "2026q4-hospital-ptp-edits.txt"])
def test_the_hospitals_pairs_are_refused(name: str) -> None:
    told = refusal(lambda content: pairs(content, name), published.pair_file())
    assert told == f"{name}: holds the hospital's edits. Take the practitioner file: its name begins with ccipra."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('97110,x,"3 Date of Service Edit"', "line 5: “x” is no number of units"),
        ('97110,,"3 Date of Service Edit"', "line 5: “” is no number of units"),
        ("97110,-1,3", "line 5: “-1” is no number of units"),
        ("97110,6,4 Weekly", "line 5: adjudication indicator “4 Weekly” begins with none of 1, 2, 3"),
        ("97110,6,31 Days", "line 5: adjudication indicator “31 Days” begins with none of 1, 2, 3"),
        ("97110,6", "line 5: a row has 2 columns"),
        ("9711,6,3", "line 5: “9711” is no code"),
        ('97110,6,"3 Date', "is cut off, or its quotes do not close"),
    ],
)
def test_a_limit_that_cannot_be_names_its_line(row: str, said: str) -> None:
    assert said in refusal(limits, published.limit_file([row]))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator\r\n",
         "line 3: holds “Outpatient Hospital Services MUE Values”. Take the file of practitioner services."),
        ("HCPCS/CPT Code,DME Supplier Services MUE Values,MUE Adjudication Indicator\r\n", "DME Supplier"),
        ("HCPCS/CPT Code,Practitioner Services MUE Values\r\n", "line 3: has no columns"),
        ("Code,Units,Indicator\r\n", "has no header “HCPCS/CPT Code"),
        ("\r\n" * 80, "has no header “HCPCS/CPT Code"),
    ],
)  # fmt: skip
def test_another_file_is_no_file_of_limits(header: str, said: str) -> None:
    assert said in refusal(limits, published.limit_file(header=header))


def test_limits_without_rows_are_refused() -> None:
    assert "has a header and no rows" in refusal(limits, published.limit_file([]))
    assert "has no header" in refusal(limits, published.pair_file())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1\t97130\t\t97129\t\t2020367\t\t", "line 3: the effective date “2020367” is no date"),
        ("1\t97130\t\t97129\t\t20200101\t\t", "line 3: the effective date “20200101” is no date"),
        ("1\t97130\t\t97129\t\t1020001\t\t", "line 3: the effective date “1020001” is no date"),
        ("1\t97130\t\t97129\t\t\t\t", "line 3: the effective date is missing"),
        ("1\t97130\tsoon\t97129\t\t2020001\t\t", "line 3: the deletion date “soon” is no date"),
        ("4\t97130\t\t97129\t\t2020001\t\t", "line 3: edit type “4” is none of 1, 2, 3"),
        ("1\t97130\t\t9712\t\t2020001\t\t", "line 3: “9712” is no code"),
        ("1", "line 3: “” is no code"),
    ],
)
def test_an_add_on_that_cannot_be_names_its_line(row: str, said: str) -> None:
    assert said in refusal(add_ons, published.add_on_file([row]))


def test_another_file_is_no_file_of_add_ons() -> None:
    assert "has no header “AOC_Edit_Type" in refusal(add_ons, published.pair_file())
    assert "has no header “AOC_Edit_Type" in refusal(add_ons, b"\r\n" * 80)
    assert "has a header and no rows" in refusal(add_ons, published.add_on_file([]))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2027,OT,2550", "line 2: a row has 3 of 4 columns. Write a row like 2026,OT,2480,3000."),
        ("1997,OT,2550,3000", "line 2: “1997” is no year"),
        ("2027,SLP,2550,3000", "line 2: bucket “SLP” is none of OT, PT+SLP"),
        ("2027,OT,much,3000", "line 2: “much” is no amount"),
        ("2027,OT,NaN,3000", "line 2: “NaN” is no amount in dollars and cents"),
        ("2027,OT,0,3000", "line 2: “0” is no amount in dollars and cents"),
        ("2027,OT,2550,3000.005", "line 2: “3000.005” is no amount in dollars and cents"),
    ],
)
def test_a_threshold_that_cannot_be_names_its_line(row: str, said: str) -> None:
    assert said in refusal(thresholds, f"year,bucket,amount,review\r\n{row}\r\n".encode())


def test_another_file_is_no_file_of_thresholds() -> None:
    assert "does not begin with “year,bucket,amount,review”" in refusal(thresholds, published.limit_file())
    assert "has a header and no rows" in refusal(thresholds, b"year,bucket,amount,review\n")


# --- cut files --------------------------------------------------------------------------------------


@given(st.data())
def test_any_beginning_of_a_file_is_refused_or_whole_to_its_last_line(data: st.DataObject) -> None:
    read, content = data.draw(
        st.sampled_from(
            (
                (pairs, published.pair_file()),
                (limits, published.limit_file()),
                (add_ons, published.add_on_file()),
            )
        )
    )
    whole: list[Row] = list(read(content))
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    try:
        rows: list[Row] = list(read(cut))
    except BadFile as bad:
        assert bad.name in str(bad)
        return
    assert cut.endswith(b"\n") and rows == whole[: len(rows)] and rows
    assert len(rows) == len([row for row in whole if row.line <= cut.count(b"\n")])


@pytest.mark.parametrize("off", [1, 2, 5, 40])
def test_a_last_line_without_its_end_is_a_cut_file(off: int) -> None:
    told = refusal(pairs, published.pair_file()[:-off])
    assert told == f"{NAME}, line 11: is cut off in the middle of a line. Download it from CMS again."


# --- rows that contradict -----------------------------------------------------------------------------


def test_rows_of_one_key_must_say_one_thing() -> None:
    day = date(2020, 1, 1)
    found: dict[tuple[object, ...], PairRow] = {}
    first = PairRow(7, "97150", "97530", day, None, 1)
    taken_back = PairRow(8, "97150", "97530", day, day, 9)
    for row in (taken_back, first, taken_back, PairRow(9, "97150", "97530", day, None, 1)):
        add(found, row, NAME)
    assert found == {("97150", "97530", day): first}
    with pytest.raises(BadFile) as bad:
        add(found, PairRow(10, "97150", "97530", day, None, 0), NAME)
    assert str(bad.value).startswith(f"{NAME}, line 10: 97150 97530 2020-01-01 is there twice and says two things.")


# --- quarters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("ccipra-v320r0-f1.xlsx", Quarter(2026, 1)),
        ("ccipra-v323r0-f4.TXT", Quarter(2026, 4)),
        ("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", Quarter(2026, 4)),
        ("practitionerservicesmuetable-effective-07-01-2026.zip", Quarter(2026, 3)),
        ("AOC_V2025Q4_01-MCR.txt", Quarter(2025, 4)),
        ("medicare-ncci-2026q2-practitioner-ptp-edits.zip", Quarter(2026, 2)),
        ("medicare-ncci-2026-q3-practitioner-services-mue-table.zip", Quarter(2026, 3)),
        ("medicaid-ncci-q2-2026-edits.zip", Quarter(2026, 2)),
        ("edits.txt", None),
    ],
)
def test_names_tell_their_quarter(name: str, quarter: Quarter | None) -> None:
    assert quarter_in(name) == quarter


def test_a_quarter_has_its_days() -> None:
    assert [(q.starts_on, q.ends_on) for q in (Quarter(2024, 1), Quarter.of("2026Q4"))] == [
        (date(2024, 1, 1), date(2024, 3, 31)),
        (date(2026, 10, 1), date(2026, 12, 31)),
    ]
    for day in (date(2026, 10, 1), date(2026, 12, 31)):
        assert Quarter.with_day(day) == Quarter.of("2026 q4") and Quarter.with_day(day).label == "2026Q4"
    with pytest.raises(ValueError, match="“2026” is no quarter; write it as 2026Q4"):
        Quarter.of("2026")


# --- files on disk ----------------------------------------------------------------------------------


def content_of(path: Path) -> bytes:
    return b"".join(line for part in parts_of([path], ".txt") for line in part.lines())


def test_a_zip_and_its_files_are_the_same_release(tmp_path: Path) -> None:
    members = {"f1.txt": published.pair_file(), "f2.TXT": published.pair_file(published.PAIRS[:1])}
    for name, content in members.items():
        (tmp_path / name).write_bytes(content)
    zipped = published.packed(tmp_path / "all.zip", {**members, "f1.xlsx": b"PK"})
    digests = []
    for given_paths in ([zipped], [tmp_path / "f2.TXT", tmp_path / "f1.txt"]):
        digest = Digest()
        read = sum(len(list(digest.of(part.lines()))) for part in parts_of(given_paths, ".txt"))
        digests.append((read, digest.hex))
    assert digests[0] == digests[1] and digests[0][0] == 11 + 7


def test_what_is_no_text_on_disk_is_refused(tmp_path: Path) -> None:
    workbook = published.packed(tmp_path / "edits.dat", {"[Content_Types].xml": b"<x/>"})
    (tmp_path / "edits.xlsx").write_bytes(b"anything")
    whole = published.packed(tmp_path / "whole.zip", {"f1.txt": published.pair_file() * 50})
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:200])
    broken = bytearray(whole.read_bytes())
    broken[60] ^= 0xFF
    (tmp_path / "crc.zip").write_bytes(bytes(broken))
    (tmp_path / "long.txt").write_bytes(b"x" * (files.LONGEST_LINE + 1) + b"\n")
    only = published.packed(tmp_path / "only.zip", {"f1.xlsx": b"PK"})
    empty = published.packed(tmp_path / "empty.zip", {})
    for path, said in (
        (workbook, "edits.dat: is an .xlsx workbook. Take the .txt file of the same download."),
        (tmp_path / "edits.xlsx", "edits.xlsx: is an .xlsx workbook."),
        (tmp_path / "cut.zip", "cut.zip: the zip is cut off or damaged."),
        (tmp_path / "crc.zip", "crc.zip: the zip is damaged at f1.txt."),
        (tmp_path / "long.txt", "long.txt, line 1: is longer"),
        (only, "only.zip: the zip holds f1.xlsx and no .txt file."),
        (empty, "empty.zip: the zip holds nothing and no .txt file."),
        (tmp_path / "missing.txt", "missing.txt: is not there."),
    ):
        with pytest.raises(BadFile) as bad:
            content_of(path)
        assert str(bad.value).startswith(said.replace("is longer", "a line is longer"))


def test_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f1.txt").write_bytes(published.pair_file())
    bomb = published.packed(tmp_path / "bomb.zip", {"f1.txt": b"0\r\n" * 100_000})
    monkeypatch.setattr(files, "MOST_BYTES", 250)
    monkeypatch.setattr(files, "MOST_PARTS", 1)
    for path in (tmp_path / "f1.txt", bomb):
        with pytest.raises(BadFile, match=r"f1\.txt, line \d+: is larger than 250 bytes"):
            content_of(path)
    with pytest.raises(BadFile, match="is one of more than 1 files"):
        parts_of([tmp_path / "f1.txt", bomb], ".txt")
    monkeypatch.setattr(files, "MOST_PARTS", 9)
    with pytest.raises(BadFile, match="f1.txt: was given twice"):
        parts_of([tmp_path / "f1.txt", bomb], ".txt")


# --- amounts --------------------------------------------------------------------------------------


@pytest.mark.long
def test_half_a_million_rows_are_read_in_little_memory(capsys: pytest.CaptureFixture[str]) -> None:
    def made() -> Iterator[bytes]:
        yield from lines(published.pair_file([]))
        for number in range(500_000):
            yield b"%05d\t%05d\t\t%d0101\t*\t1\tStandards of medical practice\r\n" % (
                number // 700, number % 99_999, 1996 + number % 30,
            )  # fmt: skip

    tracemalloc.start()
    read = sum(1 for _ in zip(pair_rows(NAME, made()), range(50_000), strict=False))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == 50_000 and most < 4_000_000
    started = time.perf_counter()
    read = sum(1 for _ in pair_rows(NAME, made()))
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n{read:,} rows in {seconds:.2f} s: {read / seconds:,.0f} rows a second, {most / 1e6:.2f} MB at most")
    assert read == 500_000 and seconds < 60
