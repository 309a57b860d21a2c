"""Heart. What stands in a cell: words for sex, relation and order, amounts, codes; and what is wrong with it.

Each reader takes the text of a cell that is not empty, gives the value, and raises ValueError with the fix. Days have
a heart of their own (`days.py`): how to read them the whole file says.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from clients.imports.columns import BY_NAME, Columns, Field, Kind, folded
from clients.imports.days import Written, read_day
from clients.imports.files import Record
from practice import money

FORMULA = ("=", "+", "-", "@")  # a cell that begins so was written with an apostrophe before it (practice/exports.py)

SEXES = MappingProxyType(
    dict.fromkeys(("f", "female", "woman", "girl"), "F")
    | dict.fromkeys(("m", "male", "man", "boy"), "M")
    | dict.fromkeys(("u", "unknown", "notknown", "x", "other", "nonbinary", "undisclosed"), "U")
)
RELATIONS = MappingProxyType(
    dict.fromkeys(("18", "self", "same", "insured", "subscriber", "client", "patient"), "18")
    | dict.fromkeys(("01", "1", "spouse", "wife", "husband", "partner"), "01")
    | dict.fromkeys(("19", "child", "son", "daughter", "dependent", "stepchild"), "19")
    | dict.fromkeys(("g8", "other", "parent", "mother", "father", "guardian", "lifepartner"), "G8")
)
RANKS = MappingProxyType(
    dict.fromkeys(("1", "1st", "first", "primary", "p"), 1)
    | dict.fromkeys(("2", "2nd", "second", "secondary", "s"), 2)
    | dict.fromkeys(("3", "3rd", "third", "tertiary", "t"), 3)
    | dict.fromkeys(("4", "4th", "fourth", "quaternary"), 4)
)
DISCIPLINES = MappingProxyType(
    dict.fromkeys(("ot", "occupational", "occupationaltherapy"), "OT")
    | dict.fromkeys(("pt", "physical", "physicaltherapy"), "PT")
    | dict.fromkeys(("slp", "st", "speech", "speechtherapy", "speechlanguagepathology"), "SLP")
    | dict.fromkeys(("mh", "mental", "mentalhealth", "psychotherapy", "behavioralhealth"), "MH")
)


@dataclass(frozen=True)
class Row:
    """A row as it was read: the values by field, empty ones left out; `wrong` by field, "" for the row as a whole."""

    line: int
    values: Mapping[str, Any]
    wrong: Mapping[str, str] = field(default_factory=dict)


def read_row(record: Record, columns: Columns, how: Written) -> Row:
    """The values of a row, and a sentence for every cell that cannot be read. `how`: how the file writes its dates."""
    wide = len(columns.heads)
    if record.trouble:
        return Row(record.line, {}, {"": record.trouble})
    if len(record.cells) != wide:
        return Row(
            record.line,
            {},
            {"": f"This row has {len(record.cells)} cells and the first line {wide}; make them as many"},
        )
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, place in columns.places.items():
        try:
            text = clean(record.cells[place])
            if text:
                values[name] = _read(BY_NAME[name], text, how)
        except ValueError as error:
            wrong[name] = str(error)
    if "full_name" in values:
        try:
            values |= _names(values.pop("full_name"), values)
        except ValueError as error:
            wrong["full_name"] = str(error)
    return Row(record.line, values, wrong)


def clean(cell: str) -> str:
    """A cell on one line, without the apostrophe of an export. Raises ValueError for signs that cannot be printed."""
    text = " ".join(cell.split())
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise ValueError("A sign that cannot be printed stands here; type the text again")
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _read(about: Field, text: str, how: Written) -> Any:
    if len(text) > about.length:
        raise ValueError(f"This has {len(text):,} characters; {about.label} takes {about.length} at most")
    return read_day(text, how) if about.kind == Kind.DAY else READERS[about.kind](text)


def _names(full: str, values: Mapping[str, Any]) -> dict[str, str]:
    """“Nakamura, Walter”, where the file has no columns for the two names."""
    if "first_name" in values or "last_name" in values:
        return {}
    last, comma, first = (part.strip() for part in full.partition(","))
    if not comma or not first or not last:
        raise ValueError("Write the name as Last, First, or in two columns")
    for text, label, most in ((first, "First name", 35), (last, "Last name", 60)):
        if len(text) > most:
            raise ValueError(f"This has {len(text):,} characters; {label} takes {most} at most")
    return {"first_name": first, "last_name": last}


def read_dollars(text: str) -> Decimal | None:
    """ "$1,020.50" and "30"; 0 is none. A comma stands before three digits: "25,50" is no 2,550."""
    try:
        amount = money.parse(text)
    except ValueError:
        amount = None
    if amount is None or not 0 <= amount < 10_000_000:
        raise ValueError(f"“{text[:20]}” is no amount in dollars; write it as 30.00")
    return amount or None


def read_codes(text: str) -> tuple[str, ...]:
    """ "M54.50, R27.8": codes in order, a dot is put where it was left out."""
    codes = [code for code in re.split(r"[,;|\s]+", text.upper()) if code]
    return tuple(f"{code[:3]}.{code[3:]}" if "." not in code and len(code) > 3 else code for code in codes)


def read_number(text: str) -> int:
    """ "6": a whole number; whether it is too small the verb says."""
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
        raise ValueError(f"“{text[:20]}” is no whole number; write it as 6")
    return int(text)


def _word(words: Mapping[str, Any], fix: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = words.get(folded(text))
        if value is None:
            raise ValueError(f"“{text[:20]}” is not understood; write {fix}")
        return value

    return read


READERS: Mapping[Kind, Callable[[str], Any]] = MappingProxyType(
    {
        Kind.TEXT: str,
        Kind.SEX: _word(SEXES, "F, M or U (not known)"),
        Kind.RELATION: _word(RELATIONS, "self, spouse, child or other"),
        Kind.RANK: _word(RANKS, "1 for the plan that pays first, 2 for the next"),
        Kind.DISCIPLINE: _word(DISCIPLINES, "OT, PT, SLP or MH"),
        Kind.DOLLARS: read_dollars,
        Kind.CODES: read_codes,
        Kind.NUMBER: read_number,
    }
)
