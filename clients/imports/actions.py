"""Verbs about a file of clients: take it, try it without writing, put it in batch by batch.

A batch is one transaction: its rows, what they make and what the file says of them are there together or not at all.
"""

from collections import Counter
from hashlib import sha256
from itertools import batched
from typing import Protocol

from django.db import transaction
from django.db.models import Count

from clients.documents import titles
from clients.imports import days, files
from clients.imports.cells import read_row
from clients.imports.columns import Columns, matched
from clients.imports.files import Record, Unreadable
from clients.imports.judging import Judge, Verdict
from clients.imports.known import load, written
from clients.imports.models import OPEN, ClientImport, ImportRow, ImportState, Outcome
from clients.imports.writing import put_in, tell
from practice import audit, clock, tenancy, work
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Membership

CHECK, RUN = "clients.check_import", "clients.run_import"
BATCH = 200  # rows of a transaction
IMPORTING = "import"  # of two files put in at once each would miss whom the other adds
LOOKED_AT = 500  # rows of a question to the tables while a file is tried


class Upload(Protocol):
    """Django's uploaded file, or anything with its two parts."""

    name: str

    def read(self) -> bytes: ...


@transaction.atomic
def take_file(*, by: Membership, file: Upload) -> ClientImport:
    """Keep a file and have it tried. The same file, while it is not put in, is the one that is there."""
    body = file.read()
    if not body:
        raise BadInput(file="The file is empty; choose one with a line of column names and a row for each client")
    if len(body) > files.MOST_BYTES:
        raise BadInput(file=f"The file is larger than {files.MOST_BYTES // 1_000_000} MB; send it in parts")
    digest = sha256(body).hexdigest()
    one_at_a_time(IMPORTING)
    if there := ClientImport.objects.defer("body").filter(sha256=digest, state__in=OPEN).first():
        return there
    name = titles.cleaned(file.name or "", (".csv", ".txt", ".tsv"))
    source = ClientImport.objects.create(name=name, body=body, sha256=digest, by=by)
    audit.record("add client file", source)
    work.put(CHECK, key=f"import:{source.pk}:check", target=source)
    return source


@transaction.atomic
def start(*, by: Membership, source: ClientImport) -> ClientImport:
    """Put the good rows of a checked file in, from now on and in the background."""
    now = ClientImport.objects.select_for_update(of=("self",)).defer("body").get(pk=source.pk)
    if now.state != ImportState.CHECKED:
        raise Conflict(f"This file is {now.get_state_display().lower()}; look at it again.")
    rows = now.rows.filter(outcome=Outcome.READY).count()
    if not rows:
        raise BadInput(file="No row of this file is new; mend the rows named below and send the file again")
    now.state, now.confirmed_by, now.confirmed_at = ImportState.IMPORTING, by, clock.now()
    now.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    audit.record("import clients", now, rows=rows)
    work.put(RUN, key=f"import:{now.pk}:run", target=now, steps=rows)
    return now


def check(source: ClientImport) -> None:
    """Try a file: every row is judged and kept with what is wrong with it; nothing else is written."""
    if source.state != ImportState.CHECKING:
        return
    try:
        table = files.read_file(bytes(source.body))
        columns = matched(table.heads)
    except Unreadable as why:
        source.state, source.why = ImportState.UNREADABLE, str(why)[:250]
        source.save(update_fields=["state", "why"])
        return
    how = days.written(table.records, days.places(columns))
    judge, expected = Judge(), Counter[str]()
    for records in batched(table.records, LOOKED_AT):
        rows = [read_row(record, columns, how) for record in records]
        verdicts = judge.judge(rows, load(rows))
        expected.update(_counted(verdicts))
        ImportRow.objects.bulk_create(
            _row(source, record, verdict, columns) for record, verdict in zip(records, verdicts, strict=True)
        )
    source.heads, source.unused, source.expected = list(columns.heads), list(columns.unused), dict(expected)
    source.state = ImportState.CHECKED
    source.save(update_fields=["heads", "unused", "expected", "state"])


def _counted(verdicts: list[Verdict]) -> Counter[str]:
    ready = [each for each in verdicts if each.outcome == Outcome.READY and each.person and each.asked]
    return Counter(
        clients=sum(each.person is not None and each.person.line == each.row.line for each in ready),
        coverages=sum(each.asked is not None and each.asked.coverage is not None for each in ready),
        cases=sum(each.asked is not None and each.asked.case is not None for each in ready),
    )


def _row(source: ClientImport, record: Record, verdict: Verdict, columns: Columns) -> ImportRow:
    row = ImportRow(source=source, line=record.line, cells=list(record.cells), outcome=verdict.outcome)
    return _tell(row, verdict, columns)


def _tell(row: ImportRow, verdict: Verdict, columns: Columns) -> ImportRow:
    """What the verdict says, onto the row."""
    row.outcome, row.fingerprint = verdict.outcome, verdict.print
    row.reference = verdict.row.values.get("reference", "").casefold()[:40]
    row.problems = [[columns.head(name), text] for name, text in verdict.wrong.items()]
    return row


def run_batch(source: ClientImport) -> int:
    """Put the next rows in, as the member who said so; how many were looked at, 0 when it is done."""
    if source.state != ImportState.IMPORTING:
        return 0
    with tenancy.tenant(source.practice_id, source.confirmed_by_id):
        one_at_a_time(IMPORTING)
        rows = list(source.rows.filter(outcome=Outcome.READY).order_by("line")[:BATCH])
        if rows:
            _put_in(source, rows)
        else:
            source.state, source.done_at = ImportState.DONE, clock.now()
            source.save(update_fields=["state", "done_at"])
        return len(rows)


def _put_in(source: ClientImport, rows: list[ImportRow]) -> None:
    """Judged once more: charts and payers may have changed since the file was tried."""
    columns = matched(source.heads)
    how = written(source, days.places(columns))
    read = [read_row(Record(row.line, tuple(row.cells)), columns, how) for row in rows]
    verdicts = Judge().judge(read, load(read, lock=True))
    made = put_in([each for each in verdicts if each.outcome == Outcome.READY])
    for row, verdict in zip(rows, verdicts, strict=True):
        _tell(row, verdict, columns)
        if verdict.outcome == Outcome.READY and verdict.person:
            row.outcome, row.client = Outcome.MADE, verdict.person.client
    tell(rows)
    source.made = {noun: source.made.get(noun, 0) + count for noun, count in made.items()}
    source.save(update_fields=["made"])


def counts(source: ClientImport) -> dict[str, int]:
    """Rows by outcome, as they stand."""
    found = dict(source.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return {outcome.value: found.get(outcome.value, 0) for outcome in Outcome}
