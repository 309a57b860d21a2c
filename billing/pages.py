"""What billing's own pages show: from rows to the context of a template."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from billing import reports
from billing.forms import PaymentForm
from billing.ledger import Account
from billing.letters.estimating import warnings
from billing.letters.forms import VoidForm
from billing.models import Charge, ChargeKind, Entry, GoodFaithEstimate, Invoice, Posting
from billing.papers import history, paper
from billing.therapy_year import TherapyYears, bucket_of
from clients.models import Case, Client, Coverage, PlanType
from practice import money
from practice.models import local_today
from practice.money import ZERO
from practice.permissions import Permission
from practice.templatetags.house import day, plural
from sessions.codes import CODES

KINDS = {
    "charge": "Charged",
    "transfer": "Moved",
    "adjustment": "Given up",
    "payment": "Payment",
    "refund": "Refund",
    "application": "Payment applied",
    "remittance": "Remittance",
    "reversal": "Reversed",
    "provider adjustment": "Payer's own adjustment",
}


def entries(posting: Posting, charge: Charge) -> list[dict[str, Any]]:
    """The entries of a posting that speak of a charge, and those that name none."""
    return [
        {
            "account": f"{entry.account.replace('_', ' ').capitalize()} ({entry.reason})",
            "reason": entry.reason,
            "who": who(entry),
            "amount": entry.amount,
        }
        for entry in posting.entries.all()
        if entry.charge_id in (charge.pk, None)
    ]


def who(entry: Entry) -> str:
    """The party an entry names, as people call it."""
    if entry.coverage:
        return entry.coverage.payer.short_name
    if entry.contact:
        return str(entry.contact)
    return entry.payer.short_name if entry.payer else ""


def charge_page(charge: Charge, slug: str) -> dict[str, Any]:
    """Context of billing/charge.html: each posting, its entries, and what is owed after it."""
    balance, rows = ZERO, []
    for posting in reports.charge_history(charge):
        owed = [e for e in posting.entries.all() if e.charge_id == charge.pk and e.account == Account.RECEIVABLE.value]
        balance += sum((e.amount for e in owed), ZERO)
        rows.append(
            {
                "date": posting.posted_on,
                "what": f"{KINDS.get(posting.kind, posting.kind)}{f', {posting.memo}' if posting.memo else ''}",
                "who": posting.by.user.name if posting.by else "",
                "entries": entries(posting, charge),
                "balance": balance,
                "reversed": posting.pk == charge.reversed_by_id,
            }
        )
    client_url = reverse("clients:client", args=[slug, charge.client_id])
    return {
        "crumbs": [
            {"label": "Receivables", "url": reverse("claims:receivables", args=[slug])},
            {"label": charge.client.name, "url": client_url},
        ],
        "charge": {
            "code": charge.code,
            "label": CODES[charge.code].label if charge.code in CODES else charge.label,
            "fee": charge.kind == ChargeKind.FEE,
            "units": charge.units,
            "date": charge.served_on,
            "client": charge.client.name,
            "client_url": client_url,
            "clinician": str(charge.clinician or ""),
            "amount": charge.amount,
            "open": balance,
            "owes": ", ".join(reports.debtors_of(charge)),
        },
        "postings": rows,
    }


def ledger(client: Client, page: Page, slug: str) -> dict[str, Any]:
    """Context of billing/ledger.html: one running ledger of a client."""
    people, payers, credit = reports.standing_of(client)
    return {
        "owes": people,
        "payers_owe": payers,
        "credit": credit,
        "therapy": _therapy_year(client, slug),
        "rows": [
            {
                "date": entry.posting.posted_on,
                "what": f"{entry.charge.label}, {entry.reason}",
                "who": who(entry),
                "amount": entry.amount,
                "balance": entry.running,
                "url": reverse("billing:charge", args=[slug, entry.charge_id]),
            }
            for entry in page.object_list
        ],
    }


def _therapy_year(client: Client, slug: str) -> dict[str, Any] | None:
    """This year's therapy beside the threshold, for who has Medicare."""
    today = local_today()
    covered = Coverage.objects.filter(client__in=client.ids, payer__plan_type=PlanType.MEDICARE, starts_on__lte=today)
    if not covered.exclude(ends_on__lt=today).exists():
        return None
    years = TherapyYears({client.pk}, {today.year})
    tomorrow = today + timedelta(days=1)
    cases = Case.objects.filter(client__in=client.ids, closed_on=None).values_list("discipline", flat=True)
    disciplines = {bucket_of(discipline): discipline for discipline in cases}.values()
    rows = [
        {
            "bucket": bucket_of(discipline),
            "accrued": years.before(client.pk, discipline, tomorrow),
            "outside": years.outside(client.pk, discipline, today.year),
            "threshold": threshold,
        }
        for discipline in disciplines
        if (threshold := years.threshold(discipline, today.year)) is not None
    ]
    url = reverse("billing:outside_therapy", args=[slug, client.pk])
    return {"year": today.year, "rows": rows, "url": f"{url}?next={reverse('clients:client', args=[slug, client.pk])}"}


def invoice_row(
    invoice: Invoice, balances: dict[int, Decimal], slug: str, today: date, *, void: bool = False
) -> dict[str, Any]:
    """A row of the list of invoices."""
    balance = balances.get(invoice.pk, ZERO)
    return {
        "url": reverse("billing:invoice", args=[slug, invoice.pk]),
        "number": invoice.number,
        "name": str(invoice.contact),
        "client": "",
        "date": invoice.invoiced_on,
        "due": invoice.due_on,
        "due_late": bool(balance) and invoice.due_on < today,
        "total": invoice.total,
        "open": balance,
        "state": state(invoice, balance, today, void=void),
    }


def state(invoice: Invoice, balance: Decimal, today: date, *, void: bool = False) -> dict[str, str]:
    """An invoice's badge."""
    if void:
        return {"word": "Void", "kind": "mute", "icon": "no-symbol"}
    if not balance:
        return {"word": "Paid", "kind": "ok", "icon": "check-circle"}
    if invoice.due_on < today:
        return {"word": "Overdue", "kind": "bad", "icon": "exclamation-triangle"}
    return {"word": "Open", "kind": "info", "icon": "clock"}


def invoice_page(request: Any, invoice: Invoice, form: PaymentForm, void: VoidForm) -> dict[str, Any]:
    """Context of billing/invoice.html: the paper, and around it what can be done."""
    may = request.member.may
    slug, today = request.practice.slug, request.practice.today()
    letter = paper(invoice, today)
    left = (invoice.due_on - today).days
    when = f"in {plural(left, 'day')}" if left > 0 else "today" if left == 0 else f"{plural(-left, 'day')} ago"
    url = reverse("billing:invoice", args=[slug, invoice.pk])
    return {
        "paper": letter,
        "crumbs": [{"label": "Invoices", "url": reverse("billing:invoices", args=[slug])}],
        "pdf_url": reverse("billing:invoice_pdf", args=[slug, invoice.pk]),
        "state": state(invoice, letter["owed"], today, void=bool(letter["void"])),
        "status": [
            {"label": "Balance", "value": money.show(letter["owed"])},
            {"label": "Due", "value": day(invoice.due_on), "detail": when if letter["owed"] else ""},
            {"label": "Shows diagnosis", "value": "No"},
        ],
        "above_estimate": [_above(estimate, over, slug) for estimate, over in warnings(reports.clients_on(invoice))],
        "history": history(invoice),
        "payment": {
            "form": form,
            "url": reverse("billing:record_payment", args=[slug, invoice.pk]),
            "open": bool(form.errors),
            "cancel": {"label": "Not now", "url": url},
        }
        if may(Permission.TAKE_PAYMENT) and letter["owed"]
        else None,
        "void": {
            "form": void,
            "url": reverse("billing:void_invoice", args=[slug, invoice.pk]),
            "open": bool(void.errors),
            "cancel": {"label": "Keep the invoice", "url": url},
        }
        if may(Permission.MAKE_INVOICES) and not letter["void"]
        else None,
    }


def _above(estimate: GoodFaithEstimate, over: Decimal, slug: str) -> dict[str, Any]:
    return {
        "text": f"Bills have passed good faith estimate {estimate.number} by {money.show(over)}.",
        "detail": "From $400 on the client may dispute them for 120 days. Talk with her, and give a new estimate.",
        "link": {"label": "Open the estimate", "url": reverse("billing:estimate", args=[slug, estimate.pk])},
    }
