"""Claims and decisions as JSON and back, for the payer's memory."""

import json
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from claims.clearinghouse.sandbox.adjudicate import Decided, Decision
from claims.clearinghouse.sandbox.billed import Adjustment, Billed, Line, Name


def dump(value: Any) -> str:
    """JSON of a dataclass or of plain values; money and dates become text."""
    return json.dumps(value, default=lambda other: vars(other) if is_dataclass(other) else str(other), sort_keys=True)


def load_claim(text: str) -> Billed:
    plain = json.loads(text)
    for name in ("subscriber", "patient", "payee", "rendering"):
        plain[name] = Name(**plain[name])
    plain["charge"] = Decimal(plain["charge"])
    plain["diagnoses"] = tuple(plain["diagnoses"])
    plain["lines"] = tuple(map(_line, plain["lines"]))
    return Billed(**plain)


def load_decision(text: str) -> Decision:
    plain = json.loads(text)
    return Decision(plain["status"], tuple(map(_decided, plain["lines"])))


def _line(plain: dict[str, Any]) -> Line:
    for name in ("charge", "units", "earlier_paid"):
        plain[name] = Decimal(plain[name])
    for name in ("served_on", "last_on"):
        plain[name] = date.fromisoformat(plain[name])
    plain["modifiers"] = tuple(plain["modifiers"])
    plain["rendering"] = Name(**plain["rendering"])
    if plain["earlier"] is not None:
        plain["earlier"] = tuple(map(_adjustment, plain["earlier"]))
    return Line(**plain)


def _decided(plain: dict[str, Any]) -> Decided:
    return Decided(
        line=_line(plain["line"]),
        allowed=None if plain["allowed"] is None else Decimal(plain["allowed"]),
        adjustments=tuple(map(_adjustment, plain["adjustments"])),
        remarks=tuple(plain["remarks"]),
    )


def _adjustment(plain: dict[str, Any]) -> Adjustment:
    return Adjustment(plain["group"], plain["reason"], Decimal(plain["amount"]))
