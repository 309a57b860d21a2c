"""Verbs about runs: begin one, make the invoices of its next hundred people, draw its letters for the printer.

A hundred is one transaction: invoices, their lines, who was left out and why are there together or not at all, so
a worker that dies in between leaves nothing half made and the next one goes on.
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from billing.actions.invoicing import make_invoices
from billing.invoicing import why_not
from billing.invoicing.models import Asked, InvoiceRun, Outcome, RunLetters, RunPerson, RunState
from billing.invoicing.ready import people, ready
from billing.models import Invoice, InvoiceLine
from clients.models import Contact
from practice import audit, clock, tenancy, work
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Membership

RUN, DRAW = "billing.run_invoices", "billing.draw_letters"
HUNDRED = 100  # people of a transaction
AT_ONCE = 50  # people whose invoices are made while somebody waits: a page of ticks
MOST = 5_000  # people who may be chosen one by one
LETTERS = 50  # of one file for the printer

TELL = """
UPDATE billing_runperson AS p SET outcome = t.outcome, why = t.why, invoice_id = t.invoice
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS t (id, outcome, why, invoice)
WHERE p.practice_id = %s AND p.id = t.id
"""


@transaction.atomic
def start_run(*, by: Membership, key: str, contacts: Sequence[int] | None = None) -> InvoiceRun:
    """Invoices for everybody who can be invoiced, or for some people, from now on and in the background.

    Whoever asks for everybody while such a run is under way is shown that one. The same `key` is the same run.
    """
    one_at_a_time("invoice run")
    asked = Asked.ALL if contacts is None else Asked.CHOSEN
    if known := InvoiceRun.objects.filter(key=key).first():
        return _same(known, asked, contacts)
    if asked == Asked.ALL and (going := InvoiceRun.objects.filter(asked=asked, state=RunState.WORKING).first()):
        return going
    wanted = _everybody() if contacts is None else _known(contacts)
    if not wanted:
        raise BadInput(contacts="Nobody of these can be invoiced now; what waits, and why, is under Not yet")
    run = InvoiceRun.objects.create(asked=asked, key=key, people=len(wanted), by=by)
    RunPerson.objects.bulk_create((RunPerson(run=run, contact_id=contact) for contact in wanted), batch_size=5_000)
    audit.record("begin invoice run", run, people=len(wanted))
    work.put(RUN, key=f"invoice run:{run.pk}", target=run, steps=len(wanted))
    return run


def _same(known: InvoiceRun, asked: str, contacts: Sequence[int] | None) -> InvoiceRun:
    if known.asked != asked or (contacts is not None and set(contacts) != set(_contacts(known))):
        raise Conflict("This form began a run before, for other people. Open the invoices again.")
    return known


def _contacts(run: InvoiceRun) -> list[int]:
    return list(run.persons.order_by("contact").values_list("contact", flat=True))


def _everybody() -> list[int]:
    return sorted(ready().values_list("contact", flat=True))


def _known(contacts: Sequence[int]) -> list[int]:
    if len(contacts) > MOST:
        raise BadInput(contacts=f"Choose at most {MOST:,} people; everybody can be invoiced in one press")
    return list(Contact.objects.filter(pk__in=contacts).order_by("pk").values_list("pk", flat=True))


def run_hundred(run: InvoiceRun) -> int:
    """Make the invoices of the next people, as the member who asked; how many were looked at, 0 when it is done."""
    if run.state != RunState.WORKING:
        return 0
    with tenancy.tenant(run.practice_id, run.by_id):
        rows = list(run.persons.filter(outcome=Outcome.WAITING).order_by("contact")[:HUNDRED])
        if rows:
            _make(run, rows)
        else:
            run.state, run.done_at = RunState.DONE, clock.now()
            run.save(update_fields=["state", "done_at"])
            audit.record("end invoice run", run, made=run.made, skipped=run.skipped)
    return len(rows)


def _make(run: InvoiceRun, rows: list[RunPerson]) -> None:
    """Who was ticked is invoiced whatever credit she holds: somebody looked. Of everybody only who is still ready."""
    contacts = [row.contact_id for row in rows]
    facts = {row["contact"]: why_not.Facts(net=row["net"], credit=row["credit"]) for row in people(contacts)}
    reasons = {contact: why_not.why(facts.get(contact, why_not.Facts())) for contact in contacts}
    if run.asked == Asked.CHOSEN:
        reasons = {contact: None if why == why_not.Reason.COVERED else why for contact, why in reasons.items()}
    may = [contact for contact in contacts if reasons[contact] is None]
    made = {invoice.contact_id: invoice for invoice in make_invoices(by=run.by, contacts=may)}
    left_out = _words(run, [contact for contact in contacts if contact not in made], facts, reasons)
    _tell(rows, {contact: invoice.pk for contact, invoice in made.items()}, left_out)
    run.made, run.skipped = run.made + len(made), run.skipped + len(left_out)
    run.save(update_fields=["made", "skipped"])


def _tell(rows: list[RunPerson], made: dict[int, int], left_out: dict[int, str]) -> None:
    """What became of each, in one statement."""
    told = [
        (
            row.pk, Outcome.MADE.value if row.contact_id in made else Outcome.SKIPPED.value,
            left_out.get(row.contact_id, ""), made.get(row.contact_id),
        )
        for row in rows
    ]  # fmt: skip
    columns = [list(column) for column in zip(*told, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(TELL, [*columns, tenancy.current_practice_id()])


def _words(
    run: InvoiceRun,
    contacts: list[int],
    facts: dict[int, why_not.Facts],
    reasons: dict[int, why_not.Reason | None],
) -> dict[int, str]:
    """Why each of these has no invoice of this run."""
    newer = Invoice.objects.filter(contact__in=contacts, made_at__gte=run.at).order_by()
    numbers: dict[int, int] = dict(newer.values_list("contact").annotate(Max("number")))
    words = {}
    for contact in contacts:
        reason = reasons[contact] or why_not.Reason.NOTHING
        if reason == why_not.Reason.NOTHING and contact in numbers:
            words[contact] = f"Invoice {numbers[contact]} was made meanwhile"
        else:
            words[contact] = why_not.sentence(reason, facts.get(contact, why_not.Facts()))
    return words


# --- letters for the printer ------------------------------------------------------------------


@transaction.atomic
def ask_for_letters(*, by: Membership, run: InvoiceRun) -> list[RunLetters]:
    """The letters of a finished run as files for the printer, drawn in the background; asked again, those that are
    there. What could not be drawn is tried again.
    """
    now = InvoiceRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if now.state != RunState.DONE:
        raise Conflict("The run is not done; its letters can be printed when it is.")
    if there := letters_of(now):
        return _again(there, by)
    numbers = sorted(now.persons.filter(invoice__isnull=False).values_list("invoice__number", flat=True))
    if not numbers:
        raise BadInput(letters="No invoice was made in this run; there is nothing to print")
    parts = RunLetters.objects.bulk_create(
        RunLetters(run=now, part=part, first=some[0], last=some[-1], count=len(some), asked_by=by)
        for part, some in enumerate(batched(numbers, LETTERS), start=1)
    )
    audit.record("print invoices", now, letters=len(numbers))
    for part in parts:
        work.put(DRAW, key=f"letters:{part.pk}", target=part)
    return parts


def _again(parts: list[RunLetters], by: Membership) -> list[RunLetters]:
    """A part that failed gets a job of its own round; the key of the first is used up."""
    for part in parts:
        if part.trouble:
            part.trouble, part.asked_by, part.asked_at = "", by, clock.now()
            part.save(update_fields=["trouble", "asked_by", "asked_at"])
            work.put(DRAW, key=f"letters:{part.pk}:{part.asked_at.isoformat()}", target=part)
    return parts


def invoices_of(part: RunLetters) -> Any:
    """The invoices of a file, by number."""
    mine = Invoice.objects.filter(in_runs__run=part.run_id, number__range=(part.first, part.last))
    return mine.select_related("contact").order_by("number")


def letters_of(run: InvoiceRun) -> list[RunLetters]:
    """The files of a run, without their bytes."""
    return list(run.letters.defer("body").order_by("part"))


def clients_in(part: RunLetters) -> list[int]:
    """Ids of the clients of whom a file speaks."""
    lines = InvoiceLine.objects.filter(invoice__in=invoices_of(part).order_by().values("pk"))
    return list(lines.order_by().values_list("charge__client", flat=True).distinct())


def keep_letters(part: RunLetters, body: bytes) -> None:
    """The file is drawn."""
    part.body, part.drawn, part.trouble = body, True, ""
    part.save(update_fields=["body", "drawn", "trouble"])


def cannot_draw(part: RunLetters, why: str) -> None:
    """It cannot be drawn on this machine, and why."""
    part.trouble = why[:200]
    part.save(update_fields=["trouble"])
