"""Heart. CMS's yearly order file of ICD-10-CM, `icd10cm_order_2026.txt`, read line by line.

Fixed columns, counted from 1: 1–5 order number, 7–13 code without its dot, 15 whether it is billable (1) or a
header (0), 17–76 short description, from 78 the long one. Source: CMS, "ICD-10-CM order file" read-me in the
yearly zip. The numbers run from 1 without gaps, and a header stands right before its first child.

A file that is anything else, or cut anywhere, raises BadOrderFile with the line and the reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}", re.ASCII)
LONGEST_LINE = 1000  # bytes; CMS's longest has about 310
SHORT, LONG = slice(16, 76), slice(77, None)
LONGEST = 400  # characters of a long description; CMS's longest has about 230

OTHERS = (
    (re.compile(rb"PK\x03\x04"), "it is a zip that is cut off or damaged"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<"), "it is XML, the tabular list"),
    (re.compile(rb"%PDF"), "it is a PDF"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "it is UTF-16"),
    (re.compile(rb"[A-Z][0-9A-Z]{2,6} +\S"), "it is the codes file, which lacks the headers"),
    (re.compile(rb"(Add|Delete|Revise|No change)\b"), "it is an addenda file, which has the changes only"),
)


class BadOrderFile(ValueError):
    """The file cannot be used: which line, and why."""


@dataclass(frozen=True)
class OrderLine:
    """`code` has no dot; `billable` is a leaf."""

    code: str
    billable: bool
    short: str
    long: str


def read(lines: Iterable[bytes]) -> Iterator[OrderLine]:
    """The codes of an order file, in its order; `lines` are bytes with their ends, as an open file gives them.

    Raises BadOrderFile at the first line that is not as it should be, or at the end when the file is cut.
    """
    seen: dict[str, int] = {}
    before: OrderLine | None = None
    for number, raw in enumerate(lines, start=1):
        row = _line(number, raw)
        if row.code in seen:
            raise _bad(number, f"{row.code} stands in line {seen[row.code]} already")
        if before:
            _follows(number, before, row)
        seen[row.code], before = number, row
        yield row
    if before is None:
        raise BadOrderFile("The file is empty; take icd10cm_order_….txt from CMS's zip")
    if not before.billable:
        raise _bad(len(seen), f"the file is cut: the header {before.code} has no code below it")


def _follows(number: int, before: OrderLine, row: OrderLine) -> None:
    below = row.code.startswith(before.code)
    if before.billable and below:
        raise _bad(number, f"{row.code} stands below {before.code}, which is marked billable")
    if not before.billable and not below:
        raise _bad(number - 1, f"the header {before.code} has no code below it; lines are missing")


def _line(number: int, raw: bytes) -> OrderLine:
    if len(raw) > LONGEST_LINE or not re.match(rb"\d{5} ", raw):
        raise _bad(number, _other(raw) if number == 1 else _not_a_line(raw))
    if not raw.endswith(b"\n"):
        raise _bad(number, "the file is cut: its last line has no line end")
    text = _text(number, raw)
    if int(text[:5]) != number:
        raise _bad(number, f"its order number is {text[:5]} and should be {number:05}; lines are missing or doubled")
    code, short, long = text[6:13].rstrip(), text[SHORT].strip(), text[LONG].strip()
    if not CODE.fullmatch(code) or text[13:16] not in (" 0 ", " 1 "):
        raise _bad(number, "columns 7 to 15 hold no code with 0 or 1 behind it")
    if not short or not long or text[76] != " ":
        raise _bad(number, "the line is cut: a description is missing, or not in columns 17 and 78")
    if len(long) > LONGEST:
        raise _bad(number, f"the long description has more than {LONGEST} characters")
    return OrderLine(code, text[14] == "1", short, long)


def _text(number: int, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _bad(number, f"byte {error.start + 1} is no letter; the file is damaged") from None
    if not text.isprintable():
        raise _bad(number, "it holds a character that cannot be printed; the file is damaged")
    return text


def _not_a_line(raw: bytes) -> str:
    if len(raw) > LONGEST_LINE:
        return f"it has more than {LONGEST_LINE} bytes; the file is damaged"
    return "it does not begin with an order number of five digits and a blank"


def _other(raw: bytes) -> str:
    """What the file is instead, by its first line."""
    is_it = next((words for pattern, words in OTHERS if pattern.match(raw)), "it is not CMS's order file")
    return f"{is_it}. Give icd10cm_order_….txt, or the zip it comes in"


def _bad(number: int, reason: str) -> BadOrderFile:
    return BadOrderFile(f"Line {number}: {reason}")
