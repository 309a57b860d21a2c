"""An invoice taken back: void and credit note instead of edit."""

from django.db import transaction

from billing.models import CreditNote, Invoice, InvoiceLine
from clients.models import Contact
from practice import audit, numbers
from practice.findings import BadInput, Conflict
from practice.models import Membership, local_today

# Credit notes have a series of their own: a number out of the invoices' would leave a gap there that people miss.
SERIES, FIRST_NUMBER = "credit note", 1001


@transaction.atomic
def void_invoice(*, by: Membership, invoice: Invoice, reason: str, key: str) -> CreditNote:
    """Take an invoice back whole. What is still open of its lines can be invoiced anew; what was paid stays where it
    was applied.

    `key` is made when the form is shown: pressing twice makes one note; with other content it is a Conflict.
    """
    reason = said(reason)
    Contact.objects.select_for_update().get(pk=invoice.contact_id)  # as `make_invoices` and `take_payment` do
    known = CreditNote.objects.filter(key=key).first()
    if known:
        if (known.invoice_id, known.reason) != (invoice.pk, reason):
            raise Conflict("This form voided another invoice before. Open the invoice again.")
        return known
    before = CreditNote.objects.filter(invoice=invoice).first()
    if before:
        raise Conflict(f"Invoice {invoice.number} is void already, by credit note {before.number}.")
    [number] = numbers.take(SERIES, first=FIRST_NUMBER)
    note = CreditNote.objects.create(
        number=number, invoice=invoice, total=invoice.total, noted_on=local_today(), reason=reason, key=key, by=by
    )
    InvoiceLine.objects.filter(invoice=invoice).update(voided=True)
    audit.record("void invoice", invoice, credit_note=number, total=str(invoice.total))
    return note


def said(reason: str) -> str:
    """The reason for voiding a letter, tidied; BadInput where there is none."""
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 200:
        raise BadInput(reason="Say why, in at most 200 characters")
    return reason
