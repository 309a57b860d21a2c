"""Heart. A schedule of fees and contract rates as somebody pastes it or sends it: a table with names above its columns.

    Code,Fee,From,Location,Payer
    97530,66.00,2026-01-01,,
    97530,42.00,2026-01-01,,Aetna

Location is empty for everywhere; a row with a payer is what its contract allows. Read whole or not at all.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clients.imports.days import Written, read_day, written
from clients.imports.files import Record, Table, read_file
from practice import money
from practice.findings import BadInput

MOST_BYTES = 500_000
MOST_ROWS = 2_000
MOST_ERRORS = 30
NAMES = {
    "code": ("code", "service", "servicecode", "cpt"),
    "fee": ("fee", "rate", "amount", "price"),
    "from": ("from", "startson", "starts", "effective"),
    "location": ("location", "place"),
    "payer": ("payer", "plan"),
}
NEEDED = ("code", "fee", "from")


@dataclass(frozen=True)
class NewPrice:
    """A row of the table. `location` and `payer` are names as written, empty for none; `fee` is dollars a unit."""

    line: int
    code: str
    fee: Decimal
    starts_on: date
    location: str = ""
    payer: str = ""


def read(body: bytes) -> list[NewPrice]:
    """The rows of a schedule. Raises BadInput with a sentence for each cell that is wrong: "line 3, fee"."""
    if len(body) > MOST_BYTES:
        raise BadInput(text=f"A schedule is at most {MOST_BYTES // 1000} KB; send it in parts")
    try:
        table = read_file(body)
    except ValueError as unreadable:
        raise BadInput(text=str(unreadable)) from None
    if len(table.records) > MOST_ROWS:
        raise BadInput(text=f"A schedule has at most {MOST_ROWS:,} rows; send it in parts")
    columns = _columns(table)
    how = written(table.records, [columns["from"]])
    found, errors = [], dict[str, str]()
    for record in table.records:
        row, wrong = _row(record, columns, how)
        errors |= wrong
        if row:
            found.append(row)
    if errors:
        raise BadInput(bounded(errors))
    return found


def bounded(errors: dict[str, str]) -> dict[str, str]:
    """The first sentences, and how many there are beyond."""
    shown = dict(list(errors.items())[:MOST_ERRORS])
    more = len(errors) - len(shown)
    return shown | ({"text": f"{more:,} more cells are wrong"} if more else {})


def _columns(table: Table) -> dict[str, int]:
    """Where each column stands, by name."""
    heads = ["".join(head.lower().split()).replace("_", "") for head in table.heads]
    found = {name: heads.index(word) for name, words in NAMES.items() for word in words if word in heads}
    missing = [name.capitalize() for name in NEEDED if name not in found]
    if missing:
        raise BadInput(text=f"The first line names the columns; there is no {' and no '.join(missing)}")
    return found


def _row(record: Record, columns: dict[str, int], how: Written) -> tuple[NewPrice | None, dict[str, str]]:
    if record.trouble:
        return None, {f"line {record.line}": record.trouble}
    cells = {name: _cell(record, place) for name, place in columns.items()}
    errors = {f"line {record.line}, {name}": f"The {name} is missing" for name in NEEDED if not cells[name]}
    fee, starts_on = Decimal(0), date.min
    if cells["fee"]:
        try:
            fee = money.parse(cells["fee"])
        except ValueError as wrong:
            errors[f"line {record.line}, fee"] = str(wrong)
    if cells["from"]:
        try:
            starts_on = read_day(cells["from"], how)
        except ValueError as wrong:
            errors[f"line {record.line}, from"] = str(wrong)
    row = NewPrice(
        record.line, cells["code"].upper(), fee, starts_on, cells.get("location", ""), cells.get("payer", "")
    )
    return (None, errors) if errors else (row, {})


def _cell(record: Record, place: int) -> str:
    return " ".join(record.cells[place].split()) if place < len(record.cells) else ""
