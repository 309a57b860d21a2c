"""What stands on the papers of letters: from what was frozen to the context of their templates."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from billing.aging import Aged
from billing.letters.good_faith import DISPUTE
from billing.models import GoodFaithEstimate, Statement, Superbill
from billing.papers import age_bar, ways
from practice import money
from practice.setup import logo

DATES = frozenset({"date", "birth_on"})
MONEY = frozenset(
    {
        "charged", "plan_discount", "allowed", "insurance_paid", "insurance_owes", "others", "share", "given_up",
        "paid", "owed", "credit", "fee", "amount", "total",
    }
)  # fmt: skip


def thawed(printed: dict[str, Any]) -> dict[str, Any]:
    """What was frozen, as dates and dollars again; also what is about to be, so that a preview is the paper."""
    return json.loads(json.dumps(printed, cls=DjangoJSONEncoder), object_hook=_thaw)


def _thaw(found: dict[str, Any]) -> dict[str, Any]:
    for name, value in found.items():
        if isinstance(value, str) and name in DATES:
            found[name] = date.fromisoformat(value)
        elif isinstance(value, str) and name in MONEY:
            found[name] = Decimal(value)
    return found


def _head(told: dict[str, Any]) -> dict[str, Any]:
    return {**told["practice"], "logo": logo.shown()}


# --- statement -----------------------------------------------------------------------------------

# What stands between the charge and what is hers. A column without a cent in it is left out.
COLUMNS = (
    ("charged", "Charged"),
    ("plan_discount", "Plan discount"),
    ("allowed", "Insurance allowed"),
    ("insurance_paid", "Insurance paid"),
    ("insurance_owes", "Insurance still owes"),
    ("given_up", "Your discount"),
    ("paid", "You paid"),
    ("owed", "You owe"),
)
OF_INSURANCE = frozenset({"plan_discount", "allowed", "insurance_paid", "insurance_owes"})
MEANS = {
    "Copay": "a fixed amount for each visit that your plan asks of you",
    "Deductible": "what you pay in a year before your plan begins to pay",
    "Coinsurance": "your part, in percent, of what your plan covers",
    "Not covered": "what your plan does not pay for and leaves to you",
    "Self-pay": "visits that no insurance is asked for",
    "Fee": "what no insurance pays, such as a visit missed without notice",
    "Your share": "the part of the bill that is yours",
}


def statement(row: Statement) -> dict[str, Any]:
    """Context of billing/statement_paper.html."""
    return statement_of(row.printed, number=row.number, on=row.stated_on, due=row.due_on)


def statement_of(printed: dict[str, Any], *, number: int | None, on: date, due: date) -> dict[str, Any]:
    """The same of one that is not made yet: it has no number."""
    told = thawed(printed)
    totals, aged = told["totals"], Aged(tuple(Decimal(amount) for amount in told["aging"]))
    columns = [(name, label) for name, label in COLUMNS if _wanted(name, totals)]
    head = _head(told)
    return {
        "title": f"Statement {number}" if number else "Statement",
        "practice": head,
        "date": on,
        "due": due,
        "to": told["to"],
        "owed": totals["owed"],
        "charts": ", ".join(str(group["chart"]) for group in told["clients"]),
        "columns": [label for _, label in columns],
        "several": len(told["clients"]) > 1,
        "clients": [
            {
                "name": group["name"],
                "lines": [_shown(line, columns) for line in group["lines"]],
                "owed": group["owed"],
            }
            for group in told["clients"]
        ],
        "totals": [totals[name] for name, _ in columns],
        "why": [_left(each["payer"], each["reasons"]) for each in told["reasons"]],
        "means": _means(told["reasons"]),
        "credit": told["credit"],
        "open": age_bar(aged),
        "ways": ways(head, str(number or "")),
        "self_pay": told["self_pay"],
    }


def _shown(line: dict[str, Any], columns: list[tuple[str, str]]) -> dict[str, Any]:
    """A visit as she reads it. What another guarantor owes of it is not hers to know, only that hers is a part."""
    cells = [_cell(line, name) for name, _ in columns]
    return line | {"cells": cells, "part": "Your part of this visit by agreement" if line["others"] > 0 else ""}


def _cell(line: dict[str, Any], name: str) -> Decimal | None:
    """What stands in a column; nothing about insurance where none is asked."""
    return None if name in OF_INSURANCE and not line["insured"] else line[name]


def _wanted(name: str, totals: dict[str, Decimal]) -> bool:
    if name == "allowed":
        return bool(totals["plan_discount"] or totals["insurance_paid"] or totals["insurance_owes"])
    return bool(totals[name]) or name in ("charged", "paid")


def _left(payer: str, reasons: list[list[str]]) -> str:
    """“Blue Cross left you $144.00 deductible and $15.60 coinsurance.”"""
    words = [f"{money.show(Decimal(amount))} {word.lower()}" for word, amount in reasons if Decimal(amount) > 0]
    joined = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "nothing"
    return f"{payer} left you {joined}." if payer else f"Without insurance: {joined}."


def _means(reasons: list[dict[str, Any]]) -> list[dict[str, str]]:
    used = dict.fromkeys(word for each in reasons for word, amount in each["reasons"] if Decimal(amount) > 0)
    return [{"word": word, "means": MEANS[word]} for word in used]


# --- superbill -----------------------------------------------------------------------------------


def superbill(row: Superbill) -> dict[str, Any]:
    """Context of billing/superbill_paper.html. `row` has its voids fetched."""
    void = next(iter(row.voids.all()), None)
    return superbill_of(row.printed, number=row.number, on=row.made_on) | {"void": void.reason if void else ""}


def superbill_of(printed: dict[str, Any], *, number: int | None, on: date) -> dict[str, Any]:
    """The same of one that is not made yet."""
    told = thawed(printed)
    open_ = told["charged"] - told["given_up"] - told["paid"]
    return told | {
        "title": f"Superbill {number}" if number else "Superbill",
        "practice": _head(told),
        "date": on,
        "open": open_,
        "discounted": bool(told["given_up"]),
        "several": len(told["clinicians"]) > 1,
        "void": "",
    }


# --- good faith estimate -------------------------------------------------------------------------


def estimate(row: GoodFaithEstimate) -> dict[str, Any]:
    """Context of billing/estimate_paper.html."""
    told = thawed(row.printed)
    return told | {
        "title": "Good faith estimate",
        "practice": _head(told),
        "number": row.number,
        "called": f"Estimate {row.number}",
        "date": row.given_on,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "frequency": row.frequency,
        "dispute": DISPUTE,
    }
