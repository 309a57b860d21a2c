"""Kinds of work: the invoices of a run, and its letters. Both stay in the house, so doing them again is safe."""

from collections.abc import Callable
from typing import Any

from django.db.models import F

from billing.invoicing import actions
from billing.invoicing.models import InvoiceRun, RunLetters
from billing.papers import paper
from practice import pdf, work
from practice.models import Job, OnUnknown, local_today


@work.register
class RunInvoices(work.Kind):
    """A hundred people at a time, until nobody waits: all of it in `settle`, one transaction with the job's progress."""

    name = actions.RUN
    label = "Making invoices"
    on_unknown = OnUnknown.REPEAT
    lease = 120

    def prepare(self, job: Job) -> None:
        return None

    def perform(self, plan: None, committing: Callable[[], None]) -> str:
        return "go on"

    def settle(self, job: Job, answer: str) -> work.Again | None:
        done = actions.run_hundred(InvoiceRun.objects.select_related("by").get(pk=job.target))
        Job.objects.filter(pk=job.pk).update(progress=F("progress") + done)
        return work.Again(0) if done else None


@work.register
class DrawLetters(work.Kind):
    """One file: what stands in it is read in one transaction, drawn outside of any, kept in another."""

    name = actions.DRAW
    on_unknown = OnUnknown.REPEAT
    lease = 300

    def prepare(self, job: Job) -> list[dict[str, Any]]:
        part = RunLetters.objects.defer("body").get(pk=job.target)
        today = local_today()
        return [{"paper": paper(invoice, today)} for invoice in actions.invoices_of(part)]

    def perform(self, plan: list[dict[str, Any]], committing: Callable[[], None]) -> bytes:
        try:
            return pdf.render_many("billing/invoice_pdf.html", plan)
        except pdf.NoPango as missing:
            raise work.Refused(str(missing)) from None

    def settle(self, job: Job, answer: bytes) -> None:
        actions.keep_letters(RunLetters.objects.defer("body").get(pk=job.target), answer)

    def refused(self, job: Job, why: work.Refused) -> None:
        actions.cannot_draw(RunLetters.objects.defer("body").get(pk=job.target), str(why))
