"""CMS's order file: read as it is, and refused with the line and the reason when it is anything else or cut."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.diagnoses import Found, Verdict, bare, dotted, problem
from clients.order_file import BadOrderFile, OrderLine, read
from tests.clients.icd10_files import LINES, text


def parsed(body: bytes) -> list[OrderLine]:
    return list(read(io.BytesIO(body)))


def refused(body: bytes) -> str:
    with pytest.raises(BadOrderFile) as error:
        parsed(body)
    return str(error.value)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_whole_file_is_read(end: str) -> None:
    rows = parsed(text(end=end))
    assert len(rows) == 11
    assert rows[0] == OrderLine("G20", False, "Parkinson's disease", "Parkinson's disease")
    assert rows[9] == OrderLine(
        "QA00101", True, "An invented short text", "An invented long text, longer than the short one"
    )
    assert [row.code for row in rows if row.billable] == [code for code, billable, *_ in LINES if billable]


def test_a_short_description_may_fill_its_columns() -> None:
    [row] = parsed(text((("F82", 1, "x" * 60, "y" * 400),)))
    assert (row.short, row.long) == ("x" * 60, "y" * 400)


ONE = text(LINES[2:3])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\x14\x00", "Line 1: it is a zip that is cut off"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<ICD10CM.tabular>", "Line 1: it is XML, the tabular list"),
        (b"%PDF-1.7\n", "Line 1: it is a PDF"),
        ("00001 A00".encode("utf-16"), "Line 1: it is UTF-16"),
        (b"A000    Cholera due to Vibrio cholerae\n", "Line 1: it is the codes file, which lacks the headers"),
        (b"Add:    00012 A0104\n", "Line 1: it is an addenda file"),
        (b"code,description\n", "Line 1: it is not CMS's order file. Give icd10cm_order_….txt"),
        (ONE + b"\n", "Line 2: it does not begin with an order number"),
        (ONE + b"\x1a", "Line 2: it does not begin with an order number"),
        (ONE + b"00002 " + b"x" * 2000 + b"\n", "Line 2: it has more than 1000 bytes"),
        (ONE[:-1], "Line 1: the file is cut: its last line has no line end"),
        (ONE[:76] + b"\n", "Line 1: the line is cut: a description is missing"),
        (ONE[:77] + b"\n", "Line 1: the line is cut: a description is missing"),
        (ONE[:12] + b"\n", "Line 1: columns 7 to 15 hold no code with 0 or 1"),
        (ONE.replace(b"G20A1   1", b"G20.A1  1"), "Line 1: columns 7 to 15"),
        (ONE.replace(b"G20A1   1", b"G20A1   2"), "Line 1: columns 7 to 15"),
        (ONE.replace(b"G20A1   1 ", b"G20A1   1x"), "Line 1: columns 7 to 15"),
        (ONE[:76] + b"x" + ONE[77:], "Line 1: the line is cut: a description is missing, or not in columns 17 and 78"),
        (ONE.replace(b"Parkinson's w", b"Parkinson\xb4s w"), "Line 1: byte 26 is no letter; the file is damaged"),
        (ONE.replace(b"Parkinson's w", b"Parkinson\0s w"), "Line 1: it holds a character that cannot be printed"),
        (text((("F82", 1, "x", "y" * 401),)), "Line 1: the long description has more than 400 characters"),
        (text(LINES[:1]), "Line 1: the file is cut: the header G20 has no code below it"),
        (text((LINES[0], LINES[5])), "Line 1: the header G20 has no code below it; lines are missing"),
        (text((LINES[4], ("G20C1", 1, "x", "y"))), "Line 2: G20C1 stands below G20C, which is marked billable"),
        (text((LINES[2], LINES[3], LINES[2])), "Line 3: G20A1 stands in line 1 already"),
        (text()[: len(text(LINES[:2]))] + text()[len(text(LINES[:3])) :],
         "Line 3: its order number is 00004 and should be 00003; lines are missing or doubled"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_line_and_reason(body: bytes, words: str) -> None:
    assert words in refused(body)


@given(st.integers(1, len(text()) - 1))
def test_a_file_cut_inside_a_line_or_below_a_header_is_never_taken(at: int) -> None:
    cut = text()[:at]
    whole_lines, inside = cut.count(b"\n"), not cut.endswith(b"\n")
    if inside:
        assert refused(cut).startswith(f"Line {whole_lines + 1}: ")
    elif not LINES[whole_lines - 1][1]:
        assert refused(cut).startswith(f"Line {whole_lines}: the file is cut")
    else:  # a cut between two lines shows only by the number of codes, which the import looks at
        assert len(parsed(cut)) == whole_lines


@given(st.integers(0, len(LINES) - 2), st.integers(1, 3))
def test_missing_lines_are_noticed_wherever_they_are(at: int, count: int) -> None:
    lines = text().splitlines(keepends=True)
    left = lines[:at] + lines[at + count :]
    if len(left) > at:
        assert refused(b"".join(left)).startswith(f"Line {at + 1}: its order number is {at + count + 1:05}")


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    try:
        parsed(body)
    except BadOrderFile as bad:
        assert str(bad)


def test_codes_are_written_with_and_without_the_dot() -> None:
    assert [dotted(code) for code in ("F82", "M5450", "S52501D")] == ["F82", "M54.50", "S52.501D"]
    assert bare(" m54.50 ") == "M5450"


def test_a_problem_names_the_fix() -> None:
    header = Found("M54.5", Verdict.NOT_LEAF, instead=("M54.50", "M54.51", "M54.59"))
    assert problem(header) == "M54.5 is not a whole ICD-10-CM code; use M54.50, M54.51 or M54.59"
    only = Found("X1", Verdict.NOT_LEAF, instead=("X1.0",))
    assert problem(only) == "X1 is not a whole ICD-10-CM code; use X1.0"
    assert problem(Found("Z99.X", Verdict.UNKNOWN)).startswith("Z99.X is not an ICD-10-CM code of that day; ")
    assert problem(Found("F82", Verdict.BILLABLE)) == ""
    assert header.refused and header.wrong and not Found("F82", Verdict.BILLABLE).wrong
    old = Found("XYZ", Verdict.UNKNOWN, nearest="FY2026 April")
    assert problem(old) == "XYZ is not in the list FY2026 April, the nearest there is; look the code up and correct it"
    assert old.wrong and not old.refused
