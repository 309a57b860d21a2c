"""The form of single elements: there or not, money, counts, dates, codes.

Only what adjudication stands on is looked at; element numbers are X12's, answers are IK403 codes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from claims.clearinghouse.sandbox.loops import Placed
from claims.x12.segments import at


@dataclass(frozen=True)
class Bad:
    """`element` is IK401, `reference` the X12 data element, `what` IK403, `value` what was sent."""

    element: str
    reference: str
    what: str
    value: str = ""


_MONEY = re.compile(r"\d{1,9}(\.\d{1,2})?|\.\d{1,2}")
_COUNT = re.compile(r"\d{1,8}(\.\d{1,3})?")
_PATTERNS = {
    "text": re.compile(r".+"),
    "money": _MONEY,
    "signed": re.compile(rf"-?({_MONEY.pattern})"),
    "count": _COUNT,
    "number": re.compile(r"\d{1,6}"),
    "claim": re.compile(r".{1,38}"),
    "frequency": re.compile(r"[178]"),
    "rank": re.compile(r"[A-HPSTU]"),
    "place": re.compile(r"[A-Z0-9]{2}"),
    "code": re.compile(r"[A-Z0-9]{5}"),
}

# tag: (element, component or "", kind, X12 data element)
_ELEMENTS: dict[str, list[tuple[int, int, str, str]]] = {
    "BHT": [(2, 0, "text", "353"), (3, 0, "text", "127"), (4, 0, "date", "373")],
    "NM1": [(2, 0, "text", "1065")],
    "N3": [(1, 0, "text", "166")],
    "N4": [(1, 0, "text", "19")],
    "DMG": [(2, 0, "date", "1251"), (3, 0, "text", "1068")],
    "REF": [(1, 0, "text", "128"), (2, 0, "text", "127")],
    "CLM": [
        (1, 0, "claim", "1028"), (2, 0, "money", "782"), (5, 1, "place", "1331"), (5, 3, "frequency", "1325"),
        (6, 0, "text", "1073"), (7, 0, "text", "1359"), (8, 0, "text", "1073"), (9, 0, "text", "1363"),
    ],
    "LX": [(1, 0, "number", "554")],
    "SV1": [
        (1, 1, "text", "235"), (1, 2, "code", "234"), (2, 0, "money", "782"), (3, 0, "text", "355"),
        (4, 0, "count", "380"), (7, 1, "number", "1328"),
    ],
    "DTP": [(1, 0, "text", "374"), (2, 0, "text", "1250"), (3, 0, "dates", "1251")],
    "SVD": [(1, 0, "text", "67"), (2, 0, "money", "782"), (3, 2, "text", "234")],
    "CAS": [(1, 0, "text", "1033"), (2, 0, "text", "1034"), (3, 0, "signed", "782")],
    "AMT": [(1, 0, "text", "522"), (2, 0, "signed", "782")],
}  # fmt: skip
_NAMED = ("1000A", "1000B", "2010AA", "2010BA", "2010BB", "2010CA")  # NM103 is needed there
_NUMBERED = ("1000A", "1000B", "2010BB")  # and NM109


def bad_elements(placed: Placed, loop: str, component: str) -> Iterator[Bad]:
    """Elements of one segment that are missing or malformed."""
    checks = list(_ELEMENTS.get(placed.tag, []))
    if placed.tag == "SBR" and loop == "2000B":
        checks.append((1, 0, "rank", "1138"))
    if placed.tag == "NM1" and loop in _NAMED:
        checks.append((3, 0, "text", "1035"))
    if placed.tag == "NM1" and loop in _NUMBERED:
        checks.append((9, 0, "text", "67"))
    for element, part, kind, reference in checks:
        value = _value(placed.segment, element, part, component)
        what = _trouble(kind, value)
        if what:
            place = f"{element}:{part}" if part else str(element)
            copy = value if kind in ("money", "count", "date", "dates") else ""  # never a name or an id
            yield Bad(place, reference, what, copy)


def _value(segment: list[str], element: int, part: int, component: str) -> str:
    value = at(segment, element)
    if not part:
        return value
    pieces = value.split(component)
    return pieces[part - 1] if part <= len(pieces) else ""


def _trouble(kind: str, value: str) -> str:
    """IK403 for a value of a kind: 1 missing, 7 no such code, 8 no date, 6 not of the type; "" when right."""
    if not value:
        return "1"
    if kind in ("date", "dates"):
        return "" if all(map(_is_date, value.split("-") if kind == "dates" else [value])) else "8"
    if _PATTERNS[kind].fullmatch(value):
        return ""
    return {"claim": "5", "frequency": "7", "rank": "7", "place": "7", "code": "7"}.get(kind, "6")


def _is_date(value: str) -> bool:
    """D8, or DT with hours and minutes."""
    if len(value) not in (8, 12) or not (value.isascii() and value.isdigit()):
        return False
    try:
        date.fromisoformat(value[:8])
    except ValueError:
        return False
    return True
