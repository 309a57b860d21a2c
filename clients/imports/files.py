"""Heart. A CSV file as its rows: the signs it is written in, what divides its cells, the line each row begins on.

RFC 4180 as spreadsheets write it: a cell in quotation marks may hold line breaks, so a row is named by its first line.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 100
DELIMITERS = (",", ";", "\t", "|")
SAID = re.compile(r'\s*(?P<mark>"?)sep=(?P<sign>[^\w\s"]|\t)(?P=mark)[ \t]*[\r\n]', re.IGNORECASE)  # a line for Excel
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
OTHERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # Excel's two formats, and a print of them


class Unreadable(ValueError):
    """The file as a whole cannot be read; the sentence says where, and the fix."""


@dataclass(frozen=True)
class Record:
    """A row: the line it begins on, from 1, and its cells; or `trouble`, why its cells cannot be told apart."""

    line: int
    cells: tuple[str, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Table:
    """What a file holds. `encoding` is Python's name of it."""

    encoding: str
    delimiter: str
    heads: tuple[str, ...]
    records: tuple[Record, ...]


def read_file(body: bytes) -> Table:
    """The rows of a file; empty ones are left out. Raises Unreadable."""
    text, encoding = decoded(body)
    said = SAID.match(text)
    delimiter = said["sign"] if said else _delimiter(text)
    records = _records(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    if said:
        next(records)  # of the rows it is none, of the lines it is the first
    first = next(records, None)
    if first is None or first.trouble:
        raise Unreadable("The first line has no column names; write them there, such as First name, Last name, Born")
    if len(first.cells) > MOST_COLUMNS:
        raise Unreadable(f"The file has {len(first.cells):,} columns; send at most {MOST_COLUMNS}")
    rows: list[Record] = []
    for record in records:
        if len(rows) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows; send it in parts")
        rows.append(record)
    if not rows:
        raise Unreadable("Below the column names there are no rows; put one on each line")
    return Table(encoding, delimiter, tuple(head.strip() for head in first.cells), tuple(rows))


def decoded(body: bytes) -> tuple[str, str]:
    """The text, and how it was written: by its mark, else UTF-8, else Windows-1252. Raises Unreadable."""
    if len(body) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB; send it in parts")
    if body.startswith(OTHERS):
        raise Unreadable("This is no CSV file; open it in a spreadsheet and save it as CSV UTF-8")
    marked = next((name for mark, name in MARKS if body.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            line = body[: error.start].count(b"\n") + 1
            continue
        if "\0" not in text:
            return text, encoding
        line = text[: text.index("\0")].count("\n") + 1
    raise Unreadable(f"Line {line:,} holds signs that are no text; save the file as CSV UTF-8 and send it again")


def _delimiter(text: str) -> str:
    """What stands most often in the first line, outside quotation marks."""
    start = text.lstrip()[:20_000].splitlines()
    plain = "".join(start[0].split('"')[::2]) if start else ""
    return max(DELIMITERS, key=plain.count)


def _records(reader: Any) -> Iterator[Record]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                raise Unreadable(
                    f"Line {line:,}: a quotation mark opens a cell and none closes it; close it, or write it twice"
                ) from None
            yield Record(line, (), "A quotation mark stands inside a cell; write it twice, or take it out")
            continue
        if any(cell.strip() for cell in cells):
            yield Record(line, tuple(cells))
