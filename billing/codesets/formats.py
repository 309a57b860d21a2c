"""Heart. The published files of coding edits, row by row, in the layouts in which CMS publishes them.

- pairs (NCCI PTP, practitioner): tab-delimited text in cp1252. A copyright line, "Column1/Column2 Edits" and a
  heading of several lines, then column 1, column 2, `*` when it existed before 1996, effective and deletion date
  as YYYYMMDD (`*`: none), modifier indicator 0, 1 or 9, rationale. A data row is known by the date in its fourth
  field.
- limits (MUE, practitioner): CSV. A copyright notice, often one quoted field of several lines, then the header
  and rows like `97110,6,"3 Date of Service Edit: Clinical",…`. It has no dates: the quarter is the file's.
- add-ons (AOC): tab-delimited text with a header. Dates are YYYYDDD, the day of the year. Primary code "CCCCC"
  stands for whatever the contractor accepts.

Every parser takes the lines of one file with their ends on and yields rows; BadFile tells the line and what to do.
A last line without its end is a file that was cut off.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from billing.codesets.rows import AddOnRow, BadFile, LimitRow, PairRow

MOST_HEADING = 60  # lines before the first row
CODE = re.compile(r"[A-Z0-9]{5}")
BOM = b"\xef\xbb\xbf"
_EIGHT = re.compile(r"\d{8}", re.ASCII)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "is a zip file or an .xlsx workbook under another name"),
    (b"\xd0\xcf\x11\xe0", "is an .xls workbook"),
    (b"%PDF", "is a PDF"),
    (b"\xff\xfe", "is saved as Unicode text (UTF-16)"),
    (b"\xfe\xff", "is saved as Unicode text (UTF-16)"),
)
TAKE_TEXT = "Take the .txt file of the download as it is."
TAKE_CSV = "Take the .csv file of the download as it is."
ACCEPT = "Accept the license on CMS's page and save the file that follows."


def text_lines(name: str, lines: Iterable[bytes], take: str) -> Iterator[str]:
    """Lines as text with their ends on; raises BadFile for another format and for a cut end."""
    number = 0
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(BOM)
            _same_format(name, line, take)
        if b"\x00" in line:
            raise BadFile(name, "is no text file", take, number)
        if not line.endswith(b"\n"):
            raise BadFile(name, "is cut off in the middle of a line", line=number)
        try:
            yield line.decode("cp1252")
        except UnicodeDecodeError:
            raise BadFile(name, "has a sign that is not in CMS's character set", take, number) from None
    if not number:
        raise BadFile(name, "is empty")


def _same_format(name: str, first: bytes, take: str) -> None:
    for start, what in _OTHER_FORMATS:
        if first.startswith(start):
            raise BadFile(name, what, take)
    if first.lstrip().startswith(b"<"):
        raise BadFile(name, "is a web page", ACCEPT)


# --- pairs ----------------------------------------------------------------------------------------


def pair_rows(name: str, lines: Iterable[bytes]) -> Iterator[PairRow]:
    """Rows of one part of the practitioner PTP file."""
    if "ccioph" in name.lower() or "hospital" in name.lower():
        raise BadFile(name, "holds the hospital's edits", "Take the practitioner file: its name begins with ccipra.")
    heading: list[str] | None = []
    number = 0
    for number, text in enumerate(text_lines(name, lines, TAKE_TEXT), start=1):
        fields = text.rstrip("\r\n").split("\t")
        if heading is not None:
            if len(fields) < 4 or not _EIGHT.fullmatch(fields[3].strip()):
                heading.append(text)
                if number > MOST_HEADING:
                    break
                continue
            _pair_heading(name, heading)
            heading = None
        elif not text.strip():
            continue
        yield _pair(name, number, fields)
    if heading is not None:
        _pair_heading(name, heading)
        raise BadFile(name, "has a heading and no rows")


def _pair_heading(name: str, heading: list[str]) -> None:
    said = "".join("".join(heading).lower().split())
    if "medicaid" in said:
        raise BadFile(name, "holds the edits of Medicaid", "Take the file of Medicare NCCI, practitioner services.")
    if "column1" not in said or "column2" not in said:
        raise BadFile(name, "has no heading “Column 1, Column 2”; it is no file of pair edits", TAKE_TEXT)
    if not any("\t" in line for line in heading):
        raise BadFile(name, "is not tab-delimited", TAKE_TEXT)


def _pair(name: str, number: int, fields: list[str]) -> PairRow:
    if len(fields) < 6:
        raise BadFile(name, f"a row has {len(fields)} of 7 columns", line=number)
    column1, column2 = fields[0].strip(), fields[1].strip()
    for code in (column1, column2):
        if not CODE.fullmatch(code):
            raise BadFile(name, f"“{code[:20]}” is no code", line=number)
    indicator = fields[5].strip()
    if indicator not in ("0", "1", "9"):
        raise BadFile(name, f"modifier indicator “{indicator[:20]}” is none of 0, 1, 9", line=number)
    effective_on = _date(name, number, "effective date", fields[3], _day)
    if effective_on is None:
        raise BadFile(name, "the effective date is missing", line=number)
    return PairRow(
        number, column1, column2, effective_on, _date(name, number, "deletion date", fields[4], _day), int(indicator)
    )


# --- limits ---------------------------------------------------------------------------------------


def limit_rows(name: str, lines: Iterable[bytes]) -> Iterator[LimitRow]:
    """Rows of the practitioner MUE file."""
    reader = csv.reader(text_lines(name, lines, TAKE_CSV), strict=True)
    columns: tuple[int, ...] | None = None
    rows = 0
    try:
        for fields in reader:
            if columns is None:
                columns = _limit_columns(name, reader.line_num, fields)
                if columns is None and reader.line_num > MOST_HEADING:
                    break
            elif any(field.strip() for field in fields):
                rows += 1
                yield _limit(name, reader.line_num, fields, columns)
    except csv.Error:
        raise BadFile(name, "is cut off, or its quotes do not close", line=reader.line_num) from None
    if columns is None:
        raise BadFile(name, "has no header “HCPCS/CPT Code, Practitioner Services MUE Values, …”", TAKE_CSV)
    if not rows:
        raise BadFile(name, "has a header and no rows")


def _limit_columns(name: str, number: int, fields: list[str]) -> tuple[int, ...] | None:
    """Where code, value and indicator stand, when `fields` is the header."""
    said = [_squeezed(field) for field in fields]
    if not said[:1] or not said[0].startswith("hcpcs/cptcode"):
        return None
    values = [place for place, word in enumerate(said) if word.endswith("muevalues")]
    indicators = [place for place, word in enumerate(said) if word.endswith("mueadjudicationindicator")]
    if not values or not indicators:
        raise BadFile(
            name, "has no columns “MUE Values” and “MUE Adjudication Indicator”",
            "Take the practitioner file of Medicare NCCI; Medicaid's has no indicator.", number,
        )  # fmt: skip
    if not said[values[0]].startswith("practitioner"):
        raise BadFile(
            name, f"holds “{' '.join(fields[values[0]].split())[:60]}”",
            "Take the file of practitioner services.", number,
        )  # fmt: skip
    return 0, values[0], indicators[0]


def _limit(name: str, number: int, fields: list[str], columns: tuple[int, ...]) -> LimitRow:
    if len(fields) <= max(columns):
        raise BadFile(name, f"a row has {len(fields)} columns", line=number)
    code, most, indicator = (fields[place].strip() for place in columns)
    if not CODE.fullmatch(code):
        raise BadFile(name, f"“{code[:20]}” is no code", line=number)
    if not re.fullmatch(r"\d{1,7}", most, re.ASCII):
        raise BadFile(name, f"“{most[:20]}” is no number of units", line=number)
    if indicator[:1] not in ("1", "2", "3") or indicator[1:2].isdigit():
        raise BadFile(name, f"adjudication indicator “{indicator[:40]}” begins with none of 1, 2, 3", line=number)
    return LimitRow(number, code, int(most), int(indicator[0]))


# --- add-ons --------------------------------------------------------------------------------------

_ADD_ON_COLUMNS = (
    "aocedittype",
    "addoncode",
    "aocdeldt",
    "primarycode",
    "primarycodedeldt",
    "aocediteffdt",
    "aoceditdeldt",
)


def add_on_rows(name: str, lines: Iterable[bytes]) -> Iterator[AddOnRow]:
    """Rows of the add-on file in its text form."""
    columns: tuple[int, ...] | None = None
    rows = 0
    for number, text in enumerate(text_lines(name, lines, TAKE_TEXT), start=1):
        fields = [field.strip().strip('"') for field in text.rstrip("\r\n").split("\t")]
        if columns is None:
            columns = _add_on_columns(fields)
            if columns is None and number > MOST_HEADING:
                break
        elif any(fields):
            rows += 1
            yield _add_on(name, number, fields, columns)
    if columns is None:
        raise BadFile(name, "has no header “AOC_Edit_Type, Add-On_Code, …” with tabs between", TAKE_TEXT)
    if not rows:
        raise BadFile(name, "has a header and no rows")


def _add_on_columns(fields: list[str]) -> tuple[int, ...] | None:
    """Where each column stands, when `fields` is the header; some years write “Julian” into the names of dates."""
    said = [_squeezed(field).replace("-", "").replace("_", "").replace("julian", "") for field in fields]
    if not set(_ADD_ON_COLUMNS) <= set(said):
        return None
    return tuple(said.index(column) for column in _ADD_ON_COLUMNS)


def _add_on(name: str, number: int, fields: list[str], columns: tuple[int, ...]) -> AddOnRow:
    fields = fields + [""] * (max(columns) + 1 - len(fields))
    kind, add_on, gone, parent, parent_gone, effective, ended = (fields[place] for place in columns)
    for code in (add_on, parent):
        if not CODE.fullmatch(code):
            raise BadFile(name, f"“{code[:20]}” is no code", line=number)
    if kind not in ("1", "2", "3"):
        raise BadFile(name, f"edit type “{kind[:20]}” is none of 1, 2, 3", line=number)
    effective_on = _date(name, number, "effective date", effective, _day_of_year)
    if effective_on is None:
        raise BadFile(name, "the effective date is missing", line=number)
    ends = [_date(name, number, "deletion date", text, _day_of_year) for text in (gone, parent_gone, ended)]
    return AddOnRow(number, add_on, parent, effective_on, min((end for end in ends if end), default=None), int(kind))


# --- dates ----------------------------------------------------------------------------------------


def _date(name: str, number: int, what: str, text: str, read: Callable[[str], date | None]) -> date | None:
    try:
        return read(text.strip())
    except ValueError:
        raise BadFile(name, f"the {what} “{text.strip()[:20]}” is no date", line=number) from None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """YYYYMMDD; `*` and nothing are no date. Raises ValueError."""
    if text in ("", "*"):
        return None
    if not _EIGHT.fullmatch(text):
        raise ValueError(text)
    return _plausible(date(int(text[:4]), int(text[4:6]), int(text[6:])))


@lru_cache(maxsize=4096)
def _day_of_year(text: str) -> date | None:
    """YYYYDDD; nothing, zeros, nines and `*` are no date. Raises ValueError."""
    if text.strip("0*") == "" or text.startswith("9999"):
        return None
    if not re.fullmatch(r"\d{7}", text, re.ASCII):
        raise ValueError(text)
    day = date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)
    if day.year != int(text[:4]):
        raise ValueError(text)
    return _plausible(day)


def _plausible(day: date) -> date:
    if not 1960 <= day.year < 2100:
        raise ValueError(str(day))
    return day


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())
