"""The hearts of an import: a file becomes rows or says why not; a cell becomes a value or says the fix."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clients.imports import cells, columns, days, files, sameness
from clients.imports.cells import read_row
from clients.imports.columns import Kind, matched
from clients.imports.days import Written
from clients.imports.files import Record, Unreadable, read_file

HEAD = "First name,Last name,Born,Sex"


def read(text: str) -> files.Table:
    return read_file(text.encode())


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_file_as_spreadsheets_write_it(encoding: str, delimiter: str) -> None:
    table = read_file(f"{HEAD}\r\nZoë,Müller,2/3/1955,F\r\n".replace(",", delimiter).encode(encoding))
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    assert table.heads == ("First name", "Last name", "Born", "Sex")
    assert table.records == (Record(2, ("Zoë", "Müller", "2/3/1955", "F")),)


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    table = read(f'{HEAD}\n"Ann\nMarie","O""Hara",x,F\n\n,,,\nBob,Roe,x,M\r\nCal,Poe,x,M')
    assert [record.line for record in table.records] == [2, 6, 7]
    assert table.records[0].cells[:2] == ("Ann\nMarie", 'O"Hara')


def test_commas_in_names_of_columns_do_not_count() -> None:
    assert read('"Name, first";"Name, last";x\n1;2;3').delimiter == ";"


@pytest.mark.parametrize("line", ["sep={}", "SEP={} ", '"sep={}"', "\ufeffsep={}", "\nsep={}"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "^"])
def test_a_first_line_for_excel_says_what_divides_the_cells(line: str, sign: str) -> None:
    table = read(line.format(sign) + f"\r\n{HEAD}\r\nAnn,Roe,a;b|c,F\r\n".replace(",", sign))
    assert (table.delimiter, table.heads) == (sign, ("First name", "Last name", "Born", "Sex"))
    first = 4 if line.startswith("\n") else 3
    assert [(record.line, record.cells[0]) for record in table.records] == [(first, "Ann")]


def test_a_column_may_be_called_sep() -> None:
    assert read("sep=x;b\n1;2").heads == ("sep=x", "b")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "no column names"),
        (b"sep=;\n", "no column names"),
        (b"sep=;\na;b\n", "there are no rows"),
        (b"\xef\xbb\xbf", "no column names"),
        (b" \n \n", "no column names"),
        (b'a"b,"c"d\n1,2', "no column names"),
        (HEAD.encode(), "there are no rows"),
        (b"PK\x03\x04" + bytes(40), "save it as CSV UTF-8"),
        (b"%PDF-1.7", "save it as CSV UTF-8"),
        (b"a,b\n1,2\n3,\0", "Line 3 holds signs that are no text"),
        (b"a,b\n\x81,2", "Line 2 holds signs that are no text"),
        (b"\xff\xfea", "Line 1 holds signs that are no text"),
        (b'a,b\n1,2\n3,"4\n5,6', "Line 3: a quotation mark opens a cell and none closes it"),
        (b",".join([b"x"] * 101) + b"\n1", "101 columns; send at most 100"),
        (b"a,b\n" + b"1,2\n" * 20_001, "more than 20,000 rows"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_file(body)


def test_a_quotation_mark_inside_a_cell_spoils_its_row_alone() -> None:
    table = read(f'{HEAD}\n"Ann"Marie,Roe,x,F\nBob,Roe,x,M')
    assert [bool(record.trouble) for record in table.records] == [True, False]
    row = read_row(table.records[0], matched(table.heads), Written())
    assert row.wrong[""].startswith("A quotation mark stands inside a cell")


# --- columns ---------------------------------------------------------------------------------


def test_columns_by_plain_words_and_as_others_call_them() -> None:
    found = matched(
        ["Patient ID", "Client First Name", "last_name", "Date of Birth", "Gender", "Zip Code", "Cell Phone",
         "Primary Insurance", "Primary Insurance Policy Number", "Effective Date", "Insured DOB", "Favorite color",
         "Guarantor Phone", "ICD-10 Codes", "What to mend", "", "Line"]
    )  # fmt: skip
    assert list(found.places) == [
        "reference", "first_name", "last_name", "birth_on", "sex", "zip", "phone", "payer", "member_id", "starts_on",
        "subscriber_birth_on", "guarantor_phone", "diagnoses",
    ]  # fmt: skip
    assert found.unused == ("Favorite color",)
    assert (found.head("sex"), found.head("email"), found.head("")) == ("Gender", "Email", "")


def test_no_word_means_two_columns() -> None:
    for field in columns.FIELDS:
        assert columns.KNOWN[columns.folded(field.label)] == field.name
        for word in field.words:
            assert columns.KNOWN[columns.PREFIXES[field.part][0] + word] == field.name, word


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [
        ("Walter,Nakamura", "no column for First name and Last name and Born and Sex"),
        ("Name,Born", "no column for Sex"),
        ("First name,Last name,DOB,Birthday,Sex", "“DOB” and “Birthday” are both taken for Born"),
    ],
)
def test_columns_that_are_missing_or_twice_there(heads: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        matched(heads.split(","))


# --- cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2/3/1955", "02-03-1955", "1955-02-03", "19550203", "1955-02-03 00:00:00", "1955-02-03T00:00:00.000Z", "2.3.1955"]
)  # fmt: skip
def test_days(text: str) -> None:
    assert days.read_day(text, Written()) == date(1955, 2, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("02/30/1955", "no day of the calendar"), ("30/02/1955", "no day"), ("13/13/1955", "no day"), ("1955-13-02", "no day"),
        ("2/3/55", "four digits"), ("20123", "is no date"), ("02/03/0055", "The year 55 cannot be meant"),
        ("02/03/9999", "The year 9999 cannot"), ("٢/3/1955", "is no date"),
    ],
)  # fmt: skip
def test_what_is_no_day(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        days.read_day(text, Written())


BOTH = Written(months=5, days=2, month_line=3, day_line=1_041)


@pytest.mark.parametrize(
    ("how", "text", "value"),
    [
        (Written(), "03/04/2015", date(2015, 3, 4)),
        (Written(), "13/04/2015", date(2015, 4, 13)),
        (Written(months=1), "3.4.2015", date(2015, 3, 4)),
        (Written(days=1), "03/04/2015", date(2015, 4, 3)),
        (Written(days=1), "3.4.2015", date(2015, 4, 3)),
        (Written(days=1), "13-04-2015", date(2015, 4, 13)),
        (Written(days=1), "04/13/2015", date(2015, 4, 13)),
        (Written(days=1), "2015-03-04", date(2015, 3, 4)),
        (BOTH, "2015/03/04", date(2015, 3, 4)),
        (BOTH, "20150304", date(2015, 3, 4)),
        (BOTH, "4/4/2015", date(2015, 4, 4)),
        (BOTH, "04/13/2015", date(2015, 4, 13)),
        (Written(months=2, days=5), "13/04/2015", date(2015, 4, 13)),
    ],
)
def test_a_day_as_its_file_writes_days(how: Written, text: str, value: date) -> None:
    assert days.read_day(text, how) == value


@pytest.mark.parametrize(
    ("how", "text", "sentence"),
    [
        (BOTH, "03/04/2015", "“03/04/2015” can be March 4 or April 3: line 3 has the month first and line 1,041 the day; write 2015-03-04 or 2015-04-03"),
        (BOTH, "13/04/2015", "“13/04/2015” has the day before the month, and others of this file have the month first; write 2015-04-13"),
        (Written(months=2, days=5), "04/13/2015", "“04/13/2015” has the month before the day, and others of this file have the day first; write 2015-04-13"),
        (Written(days=1), "30/02/1955", "“30/02/1955” is no day of the calendar; write year-month-day, as 1955-02-03"),
    ],
)  # fmt: skip
def test_a_day_that_its_file_leaves_open(how: Written, text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as error:
        days.read_day(text, how)
    assert str(error.value) == sentence


def test_how_a_file_writes_its_days() -> None:
    cells_ = (
        ("13/02/2015", "03/04/2015"), ("2015-02-13", "20150213"), ("03/04/2015", " 13.2.2015 00:00"), (), ("02-13-2015",),
        ("13/13/2015", "13/02/15"), ("soon 31/12/1955", "2/13/2015\n"), ("13/02/20155", "113/02/2015"),
    )  # fmt: skip
    records = [Record(line, cells, "") for line, cells in enumerate(cells_, start=2)]
    assert days.written(records, [0, 1]) == Written(months=2, days=3, month_line=6, day_line=2)
    assert days.written(records[1:], [0]) == Written(months=1, days=1, month_line=6, day_line=8)
    assert days.written(records, []) == Written()
    assert days.places(matched(["Born", "Sex", "Name", "Effective Date"])) == [0, 3]


def test_a_day_in_a_file_of_some_of_the_rows() -> None:
    said = {how: [days.spelled(text, how) for text in ("03/04/2015", "13/04/2015", "4.4.2015", "soon", "")] for how in
            (Written(), Written(months=1), Written(days=1), BOTH)}  # fmt: skip
    rest = ["13/04/2015", "4.4.2015", "soon", ""]
    assert list(said.values()) == [
        ["03/04/2015", *rest], ["03/04/2015", *rest], ["2015-04-03", *rest], ["2015-03-04 or 2015-04-03", *rest],
    ]  # fmt: skip
    with pytest.raises(ValueError, match="“2015-03-04 or 2015-0” is no date"):
        days.read_day("2015-03-04 or 2015-04-03", Written())


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), max_size=30), st.sampled_from("/-."), st.booleans())
def test_a_file_that_writes_one_way_is_read_so_or_with_the_month_first(born: list[date], sign: str, day: bool) -> None:
    order = f"%d{sign}%m{sign}%Y" if day else f"%m{sign}%d{sign}%Y"
    records = [Record(line, (each.strftime(order),)) for line, each in enumerate(born, start=2)]
    how = days.written(records, [0])
    read_as = [days.read_day(record.cells[0], how) for record in records]
    if not day or any(each.day > 12 for each in born):
        assert read_as == born
    else:
        assert read_as == [date(each.year, each.day, each.month) for each in born]


def test_amounts() -> None:
    assert [cells.read_dollars(text) for text in ("$1,020.5", "30", "0.00")] == [
        Decimal("1020.50"),
        Decimal("30.00"),
        None,
    ]
    for text in ("free", "1.234", "-5", "NaN", "Infinity", "10000000", "1e999999999"):
        with pytest.raises(ValueError, match="no amount in dollars"):
            cells.read_dollars(text)


def test_words_and_codes() -> None:
    assert cells.read_codes("m5450, R27.8;I69354 | Z51") == ("M54.50", "R27.8", "I69.354", "Z51")
    readers = cells.READERS
    assert [readers[Kind.SEX](text) for text in ("Female", "m", "X")] == ["F", "M", "U"]
    assert [readers[Kind.RELATION](text) for text in ("Self", "Son", "G8", "wife")] == ["18", "19", "G8", "01"]
    assert [readers[Kind.RANK](text) for text in ("Secondary", "1")] == [2, 1]
    assert readers[Kind.DISCIPLINE]("Occupational Therapy") == "OT"
    with pytest.raises(ValueError, match="“boss” is not understood; write self, spouse, child or other"):
        readers[Kind.RELATION]("boss")


def row_of(heads: str, *line: str) -> cells.Row:
    return read_row(Record(2, line), matched(heads.split(",")), Written())


def test_a_row() -> None:
    row = row_of(HEAD + ",Phone", "  Ann \n Marie", "Roe", "2/3/1955", "f", "'+1 630 555 0142")
    assert row.values == {
        "first_name": "Ann Marie", "last_name": "Roe", "birth_on": date(1955, 2, 3), "sex": "F", "phone": "+1 630 555 0142",
    }  # fmt: skip
    assert row.wrong == {}
    assert row_of(HEAD, "'t Hooft", "'s-Gravesande", "x", "F").values["last_name"] == "'s-Gravesande"
    assert row_of(HEAD, "Ann").wrong == {"": "This row has 1 cells and the first line 4; make them as many"}
    odd = row_of(HEAD, "A" * 36, "Ro\x07e", "soon", "?")
    assert list(odd.wrong) == ["first_name", "last_name", "birth_on", "sex"] and odd.values == {}


@pytest.mark.parametrize(
    ("full", "values", "sentence"),
    [
        ("Roe, Ann", {"first_name": "Ann", "last_name": "Roe"}, ""),
        ("Ann Roe", {}, "Write the name as Last, First"),
        ("Roe,", {}, "Write the name as Last, First"),
        (", Ann", {}, "Write the name as Last, First"),
        ("Roe, " + "A" * 36, {}, "36 characters; First name takes 35"),
        ("A" * 61 + ", B", {}, "61 characters; Last name takes 60"),
    ],
)
def test_a_whole_name(full: str, values: dict[str, str], sentence: str) -> None:
    row = row_of("Name,Born,Sex", full, "", "")
    assert row.values == values and sentence in row.wrong.get("full_name", "")
    both = row_of("Name,First name,Last name,Born,Sex", "ignored", "Ann", "Roe", "", "")
    assert both.values == {"first_name": "Ann", "last_name": "Roe"}


# --- the same ----------------------------------------------------------------------------------


def test_who_is_the_same() -> None:
    ann = {"first_name": "Ann", "last_name": "O'Hara", "birth_on": date(1955, 2, 3)}
    assert sameness.keys(ann) == (("name", "ann", "ohara", "1955-02-03"),)
    assert sameness.keys(ann | {"reference": "P7"})[0] == ("number", "p7")
    same = {"birth_on": date(1955, 2, 3), "last_name": "O'HARA", "first_name": "Ann"}
    assert sameness.fingerprint(ann) == sameness.fingerprint(same) != sameness.fingerprint(ann | {"sex": "F"})
    there = {"city": "Aurora", "phone": "6305550142", "zip": ""}
    assert sameness.differing({"city": "aurora", "phone": "6305550142", "zip": ""}, there, sameness.PERSON) == []
    assert sameness.differing({"city": "Elgin", "zip": "60506"}, there, sameness.PERSON) == ["city", "zip"]
    assert sameness.differing({"street": "1 A St"}, {}, sameness.PERSON) == ["street"]


# --- anything ----------------------------------------------------------------------------------

PLAIN = st.text(st.sampled_from('ab,;"\n\r\t| 1\0é'), max_size=60)


@given(st.one_of(st.binary(max_size=300), PLAIN.map(str.encode), PLAIN.map(lambda text: (HEAD + "\n" + text).encode())))
@example(b'"')
@example(b"\xfe\xff\xd8\x00")
def test_any_file_is_rows_or_a_sentence(body: bytes) -> None:
    try:
        table = read_file(body)
        found = matched(table.heads)
    except Unreadable as why:
        assert str(why)
        return
    lines = [record.line for record in table.records]
    assert lines == sorted(set(lines)) and lines[0] > 1
    for record in table.records:
        row = read_row(record, found, Written())
        assert set(row.wrong) | set(row.values) <= {*columns.BY_NAME, ""}
        assert all(row.wrong.values())


@given(st.lists(st.text(max_size=70), min_size=len(columns.FIELDS) - 1, max_size=len(columns.FIELDS) - 1))
def test_any_cells_are_values_or_sentences(line: list[str]) -> None:
    heads = [field.label for field in columns.FIELDS if field.name != "full_name"]
    row = read_row(Record(2, tuple(line)), matched(heads), Written())
    assert all(row.wrong.values()) and not set(row.wrong) & set(row.values)
    assert len(sameness.fingerprint(row.values)) == 32
