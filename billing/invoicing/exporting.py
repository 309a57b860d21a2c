"""The lists of invoices as tables for a file; `practice.exports` defuses what a spreadsheet would take for a formula."""

from collections.abc import Sequence
from datetime import date
from itertools import batched
from typing import Any

from billing import reports
from billing.invoicing.explaining import explain
from billing.invoicing.ready import ready, told
from billing.invoicing.waiting import Place, Waiting
from billing.pages import state
from practice.exports import MOST
from practice.money import ZERO

type Table = tuple[Sequence[str], list[Sequence[Any]]]
ASKED = 1_000  # rows that are explained at once


def table(tab: str, place: Place | None, today: date) -> Table:
    """(heads, rows) of a tab, at most `exports.MOST` rows."""
    if tab == "ready":
        return _ready()
    return _waiting(place) if tab == "waiting" else _invoices(tab, today)


def _ready() -> Table:
    rows = told(ready()[:MOST])
    return ("Who owes", "For", "Oldest session", "Lines", "To invoice"), [
        (row.name, row.clients, row.oldest.isoformat(), row.lines, row.amount) for row in rows
    ]


def _waiting(place: Place | None) -> Table:
    rows = Waiting(place)[0:MOST]
    found = [each for some in batched(rows, ASKED) for each in explain(some)]
    return ("Who", "Since", "Why", "In words", "Amount"), [
        (each.who, each.since.isoformat(), str(each.reason), each.text, each.amount) for each in found
    ]


def _invoices(tab: str, today: date) -> Table:
    balances = reports.open_invoices()
    rows = reports.invoices_by_state(tab, today, balances)[:MOST]
    return ("Invoice", "Bill to", "Date", "Due", "Total", "Open", "State"), [
        (
            row.number, str(row.contact), row.invoiced_on.isoformat(), row.due_on.isoformat(), row.total,
            balances.get(row.pk, ZERO), state(row, balances.get(row.pk, ZERO), today, void=tab == "void")["word"],
        )
        for row in rows
    ]  # fmt: skip
