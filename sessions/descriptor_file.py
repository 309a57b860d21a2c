"""Heart. A practice's own list of code descriptions, licensed by it: read from its file, every bad row named.

Three shapes are taken, all UTF-8 text with one code a line: CSV with a row of column names (`code`, and
`short`, `medium`, `long` or `description`); CSV without names, of two columns (code, description) or three
(code, short, long); and the code set's own files, code, tab, text. Nothing of the kind is shipped with us.

A file is the whole list of the kinds of description it has. Without a name a description is short where all
are, at most 28 characters, and long otherwise.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]", re.ASCII)
SHORT, LONG = 28, 2000  # characters
DELIMITERS = ",;\t"  # the first of them in the file parts its columns
MOST_BYTES, MOST_ROWS = 2_000_000, 20_000

NAMES = {
    "code": ("code", "cpt", "cpt code", "hcpcs", "hcpcs code", "procedure code", "service code"),
    "short": ("short", "short description", "short descriptor"),
    "long": (
        "long", "long description", "long descriptor", "medium", "medium description", "medium descriptor",
    ),
    "text": ("description", "descriptor", "text", "label"),
}  # fmt: skip
MEANS = {name: kind for kind, names in NAMES.items() for name in names}


@dataclass(frozen=True)
class Described:
    """One code; "" where the file has no description of a kind."""

    code: str
    short: str
    long: str


@dataclass(frozen=True)
class DescriptorFile:
    """`kinds` are those the file has, of "short" and "long". With any of `problems` it must not be used."""

    kinds: tuple[str, ...] = ()
    rows: tuple[Described, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    number: int
    cells: list[str]


def read(body: bytes) -> DescriptorFile:
    """What the file says; never raises."""
    try:
        lines = _lines(body)
    except ValueError as refused:
        return DescriptorFile(problems=(str(refused),))
    columns, named = _columns(lines[0])
    lines = lines[named:]
    if not lines:
        return DescriptorFile(problems=("The file has column names and no codes",))
    if "text" in columns:
        at = columns.index("text")
        all_short = all(len(line.cells[at].strip()) <= SHORT for line in lines if len(line.cells) > at)
        columns[at] = "short" if all_short else "long"
    kinds = tuple(kind for kind in ("short", "long") if kind in columns)
    if "code" not in columns or not kinds:
        return DescriptorFile(problems=(f"Line {lines[0].number - named}: name a column code, and one description",))
    rows: list[Described] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for line in lines:
        cells = {kind: _plain(cell) for kind, cell in zip(columns, line.cells, strict=False) if kind}
        row = Described(cells.get("code", "").upper(), cells.get("short", ""), cells.get("long", ""))
        found = [*_problems(row, len(columns), line), *_twice(row, seen)]
        problems += [f"Line {line.number}: {words}" for words in found]
        seen.setdefault(row.code, line.number)
        rows.append(row)
    return DescriptorFile(kinds, tuple(rows), tuple(problems))


def _lines(body: bytes) -> list[_Line]:
    """The lines with anything in them; ValueError in a sentence when the file is none."""
    if len(body) > MOST_BYTES:
        raise ValueError(f"The file has more than {MOST_BYTES:,} bytes; give the list of codes alone")
    if body.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise ValueError("The file is a spreadsheet or a zip; save it as CSV (UTF-8)")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise ValueError(f"Line {line}: it is not UTF-8 text; save the file as CSV (UTF-8)") from None
    delimiter = next((sign for sign in text if sign in DELIMITERS), ",")
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        strict=True,
        quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL,
    )
    found = list(_numbered(reader))
    if not found:
        raise ValueError("The file is empty")
    if len(found) > MOST_ROWS:
        raise ValueError(f"The file has more than {MOST_ROWS:,} rows; give the codes you use")
    return found


def _numbered(reader: Any) -> Iterator[_Line]:
    """Rows with the line each begins in: a quoted text may run over several."""
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _Line(before + 1, cells)
            before = reader.line_num
    except csv.Error as error:
        raise ValueError(f"Line {before + 1}: {error}") from None


def _columns(first: _Line) -> tuple[list[str], bool]:
    """(what each column is, "" for others; whether the first line names them)."""
    names = [MEANS.get(cell.strip().lower(), "") for cell in first.cells]
    if "code" in names:
        return names, True
    return (["code", "short", "long"] if len(names) == 3 else ["code", "text"]), False


def _plain(cell: str) -> str:
    return cell.replace("\N{NO-BREAK SPACE}", " ").strip()


def _problems(row: Described, columns: int, line: _Line) -> Iterator[str]:
    if len(line.cells) > columns or len(line.cells) < 2:
        has = "1 column" if len(line.cells) == 1 else f"{len(line.cells)} columns"
        yield f"it has {has} and should have {columns}; put a text with commas between quotes"
    elif not CODE.fullmatch(row.code):
        yield f"“{row.code[:12]}” is not a service code of five characters"
    elif not (row.short or row.long):
        yield f"{row.code} has no description"
    for kind, text, most in (("short", row.short, SHORT), ("long", row.long, LONG)):
        if len(text) > most:
            yield f"the {kind} description of {row.code[:12]} has {len(text)} characters; {most:,} fit"
        if not text.isprintable():
            yield f"the {kind} description of {row.code[:12]} holds a line break or a sign that cannot be printed"


def _twice(row: Described, seen: dict[str, int]) -> Iterator[str]:
    if row.code in seen and CODE.fullmatch(row.code):
        yield f"{row.code} stands in line {seen[row.code]} already"
