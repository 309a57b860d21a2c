"""Invoices for many people, and their PDFs.

The first race: a run of the product (who is ready, numbers, figures of insurance, lines, audit, who was left out)
against bulk_create of the same rows. The second: PDFs by two worker processes, from the rows, against WeasyPrint
alone in the same two processes on the same finished HTML, with its styles read once; the product asks the ledger,
fills the template and makes the file accessible (PDF/UA).
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.benchmarks import _race

if TYPE_CHECKING:
    from tests.world import World

SLUG = "bench-invoices"
LINES = 2
LETTERS = 32  # of a turn of the second race
PROCESSES = 2


class Bench:
    """A practice, and people who owe for each run of a side."""

    def __init__(self, here: "World", size: int, runs: int) -> None:
        self.here, self.size, self.runs = here, size, 0
        from practice.tenancy import tenant
        from tests.billing.invoicing.owing import people

        with tenant(here.practice, here.bob):
            self.product_runs = [people(here, size, lines=LINES) for _ in range(runs)]
            self.limit_runs = [people(here, size, lines=LINES) for _ in range(runs)]
            self.entries = {run[0]: self._entries(run) for run in self.limit_runs}

    def _entries(self, contacts: list[int]) -> list[Any]:
        from billing.models import Entry

        return list(Entry.objects.filter(contact__in=contacts).order_by("id"))

    def product(self) -> None:
        from billing.invoicing import actions
        from practice import work
        from practice.models import Job
        from practice.tenancy import tenant

        contacts, self.runs = self.product_runs.pop(), self.runs + 1
        with tenant(self.here.practice, self.here.bob):
            run = actions.start_run(by=self.here.bob, key=f"bench {self.runs}", contacts=contacts)
            work.cancel(Job.objects.get(key=f"invoice run:{run.pk}"))  # a worker may be up, and would take it
        more = 1
        while more:
            with tenant(self.here.practice, self.here.bob):
                more = actions.run_hundred(run)
        assert run.made == self.size

    def limit(self) -> None:
        from billing.invoicing.models import InvoiceRun, RunPerson
        from billing.models import Invoice, InvoiceLine
        from practice import numbers
        from practice.models import AuditEvent
        from practice.tenancy import tenant
        from tests.billing.invoicing.owing import AMOUNT
        from tests.world import TODAY

        contacts = self.limit_runs.pop()
        entries = self.entries.pop(contacts[0])
        bob = self.here.bob
        with tenant(self.here.practice, bob):
            series = numbers.take("invoice", len(contacts), first=2001)
            made = Invoice.objects.bulk_create(
                Invoice(
                    number=number,
                    contact_id=contact,
                    invoiced_on=TODAY,
                    due_on=TODAY,
                    total=LINES * AMOUNT,
                    made_by=bob,
                )
                for number, contact in zip(series, contacts, strict=True)
            )
            of = {invoice.contact_id: invoice for invoice in made}
            InvoiceLine.objects.bulk_create(
                InvoiceLine(
                    invoice=of[entry.contact_id], entry=entry, charge_id=entry.charge_id, charged=AMOUNT,
                    insurance_paid=0, plan_discount=0, owed=AMOUNT,
                )
                for entry in entries
            )  # fmt: skip
            AuditEvent.objects.bulk_create(
                AuditEvent(member=bob, verb="make invoice", target="billing.Invoice", target_id=invoice.pk, detail={})
                for invoice in made
            )
            run = InvoiceRun.objects.create(asked="chosen", key=f"limit {contacts[0]}", people=len(made), by=bob)
            RunPerson.objects.bulk_create(
                RunPerson(run=run, contact_id=invoice.contact_id, outcome="made", invoice=invoice) for invoice in made
            )


# --- in the worker processes ------------------------------------------------------------------

_styles: list[Any] = []


def _begin() -> None:
    """A worker of its own: its connection, and both sides' first reading of the styles."""
    from weasyprint import CSS

    from practice import pdf

    _race.open_house()
    _styles.extend(CSS(string=pdf._style(name)) for name in pdf.STYLES)
    pdf._styles()


def _draw(asked: tuple[int, int]) -> int:
    from billing.models import Invoice
    from billing.papers import paper
    from practice import clock, pdf
    from practice.tenancy import tenant
    from tests import world

    practice, number = asked
    with clock.at(world.NOON):
        with tenant(practice):
            found = paper(Invoice.objects.select_related("contact").get(number=number), world.TODAY)
        return len(pdf.render("billing/invoice_pdf.html", {"paper": found}))


def _draw_bare(html: str) -> int:
    from weasyprint import HTML

    return len(HTML(string=html).write_pdf(stylesheets=_styles) or b"")


def _letters(here: "World") -> tuple[list[tuple[int, int]], list[str]]:
    """What both sides are given: numbers of invoices, and the finished HTML of the same."""
    from django.template.loader import render_to_string

    from billing.models import Invoice
    from billing.papers import paper
    from practice.tenancy import tenant
    from tests import world

    with tenant(here.practice):
        rows = list(Invoice.objects.filter(lines__isnull=False).distinct().select_related("contact")[:LETTERS])
        pages = [render_to_string("billing/invoice_pdf.html", {"paper": paper(row, world.TODAY)}) for row in rows]
    return [(here.practice.pk, row.number) for row in rows], pages


def _race_pdfs(here: "World", rounds: int) -> None:
    from django.db import connections

    from practice import pdf

    try:
        import weasyprint  # noqa: F401
    except OSError:
        raise SystemExit(pdf.MISSING) from None
    numbers, pages = _letters(here)
    connections.close_all()  # no worker may inherit one
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, fresh, initializer=_begin) as pool:
        _race.race(
            f"{len(pages)} PDFs by {PROCESSES} processes",
            product=lambda: list(pool.map(_draw, numbers)),
            limit=lambda: list(pool.map(_draw_bare, pages)),
            rounds=rounds,
            of=(len(pages), "PDFs"),
        )


def main() -> None:
    run = _race.asked(__doc__, rounds=7, size=500, unit="people")
    _race.open_house()
    from billing import books
    from practice import clock
    from practice.tenancy import tenant
    from tests import world

    with clock.at(world.NOON):
        bench = Bench(world.found(SLUG), run.size, run.rounds + 2)
        bench.product()
        bench.limit()
        _race.settle_database()
        _race.race(
            f"invoices for {run.size:,} people of {LINES} lines",
            product=bench.product,
            limit=bench.limit,
            rounds=run.rounds,
            of=(run.size, "invoices"),
        )
        with tenant(bench.here.practice):
            wrong = books.wrong()
        if wrong:
            raise SystemExit(f"the books do not verify: {wrong[0]}")
        _race.say("  the books verify")
        _race_pdfs(bench.here, run.rounds)


if __name__ == "__main__":
    main()
