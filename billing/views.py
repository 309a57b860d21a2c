"""Doors of billing: the live units, invoices, payments, and the history of a charge."""

import uuid
from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import actions, pages, panels, papers, reports
from billing.forms import OutsideTherapyForm, PaymentForm
from billing.letters.forms import VoidForm
from billing.models import Charge, Invoice
from billing.write_offs import pages as write_offs
from clients.form_pages import back_to, form_page
from clients.models import Client, Contact
from practice import audit, money, pdf
from practice.findings import BadInput, Conflict
from practice.form_pages import refuse
from practice.money import ZERO
from practice.navigation import first_page
from practice.permissions import Permission, allows
from sessions.forms import read_rows
from sessions.models import Session

PAGE = 50


def _session(request: Any, pk: int) -> Session:
    rows = Session.objects.visible_to(request.member).select_related("client", "case", "clinician", "location")
    return get_object_or_404(rows, pk=pk)


@require_POST
@allows(Permission.READ_NOTE)
def units(request: Any, slug: str, pk: int) -> HttpResponse:
    """The unit box for the minutes that are typed now. Computes, saves nothing."""
    return _unit_box(request, _session(request, pk))


@require_POST
@allows(Permission.WRITE_NOTE)
def choose_units(request: Any, slug: str, pk: int) -> HttpResponse:
    """Another of the splits that the payer's rule allows equally; the unit box comes back with it."""
    session = _session(request, pk)
    try:
        actions.choose_units(by=request.member, session=session, codes=request.POST.get("prefer", "").split())
    except (BadInput, Conflict) as refused:
        return render(request, "billing/units.html", {"error": str(refused), "rows": []}, status=409)
    return _unit_box(request, session)


def _unit_box(request: Any, session: Session) -> HttpResponse:
    may_choose = session.open and session.clinician.member_id == request.member.pk
    args = [request.practice.slug, session.pk]
    context = panels.units(session, read_rows(request.POST))
    if may_choose:
        context["choose_url"] = reverse("billing:choose_units", args=args)
        context["separate_url"] = reverse("sessions:change_rows", args=args)
    return render(request, "billing/units.html", context)


@require_safe
@allows(Permission.READ_NOTE, shows="session")
def session_facts(request: Any, slug: str, pk: int) -> HttpResponse:
    """What billing adds to the head of a session."""
    found = _session(request, pk)
    audit.seen(found, client_id=found.client_id, section="session")
    return render(request, "components/facts.html", {"facts": panels.session_facts(found, slug)})


@require_safe
@allows(Permission.SEE_INVOICES, shows="ledger")
def client_ledger(request: Any, slug: str, pk: int) -> HttpResponse:
    """Everything owed and paid for a client, with the running balance."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="ledger")
    page = Paginator(reports.client_ledger(client), PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/ledger.html", pages.ledger(client, page, slug))


@require_safe
@allows(Permission.SEE_INVOICES, shows="balance")
def client_facts(request: Any, slug: str, pk: int) -> HttpResponse:
    """What the client owes, beside her name in the chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="balance")
    owes, _, credit = reports.standing_of(client)
    url = reverse("clients:client", args=[slug, client.pk]) + "?tab=billing"
    label = f"client owes; {money.show(credit)} credit" if credit else "client owes"
    return render(
        request, "components/facts.html", {"facts": [{"value": money.show(owes), "label": label, "url": url}]}
    )


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_COVERAGE, shows="therapy elsewhere")
def outside_therapy(request: Any, slug: str, pk: int) -> HttpResponse:
    """Enter what other clinics billed Medicare for a client's therapy."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="therapy elsewhere")
    today = request.practice.today()
    form = OutsideTherapyForm(request.POST or None, initial={"year": today.year, "as_of": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_outside_therapy(by=request.member, client=client, **form.cleaned_data)
        except BadInput as bad:
            refuse(form, bad)
        else:
            return back_to(request, slug, client.pk)
    lead = "Medicare adds up therapy of all clinics: ask the client, or look it up at the contractor."
    return form_page(request, form, "Therapy billed elsewhere", client, lead)


@require_safe
@allows(Permission.SEE_RECEIVABLES, shows="charge")
def charge(request: Any, slug: str, pk: int) -> HttpResponse:
    """Every posting of one charge, with what is still owed after each."""
    rows = Charge.objects.filter(client__in=Client.objects.visible_to(request.member))
    found = get_object_or_404(rows.select_related("client", "clinician__member__user", "day__coverage__payer"), pk=pk)
    audit.seen(found, client_id=found.client_id, section="charge")
    context = pages.charge_page(found, slug) | write_offs.on_charge(request, found)
    return render(request, "billing/charge.html", context)


def all_invoices() -> QuerySet[Invoice]:
    """With what their pages show."""
    return Invoice.objects.select_related("contact", "made_by__user").prefetch_related("credit_notes__by__user")


@require_safe
@allows(Permission.SEE_INVOICES, shows="invoice")
def invoice(request: Any, slug: str, pk: int) -> HttpResponse:
    """The letter, and around it what can be done."""
    found = get_object_or_404(all_invoices(), pk=pk)
    audit.seen(found, client_id=reports.clients_on(found), section="invoice")
    return render(request, "billing/invoice.html", invoice_page(request, found))


def invoice_page(
    request: Any, found: Invoice, form: PaymentForm | None = None, void: VoidForm | None = None
) -> dict[str, Any]:
    """Context of billing/invoice.html; with a form that was refused, its dialog is open."""
    today = request.practice.today()
    owed = reports.open_invoices([found.contact_id]).get(found.pk, ZERO)
    initial = {"amount": f"{owed:.2f}", "received_on": today, "key": uuid.uuid4()}
    form = form or PaymentForm(today=today, initial=initial)
    return pages.invoice_page(request, found, form, void or VoidForm(initial={"key": uuid.uuid4()}))


@require_safe
@allows(Permission.SEE_INVOICES, shows="invoice")
def invoice_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The letter as a PDF; without Pango the one line that mends it."""
    found = get_object_or_404(all_invoices(), pk=pk)
    audit.seen(found, client_id=reports.clients_on(found), section="invoice")
    context = {"paper": papers.paper(found, request.practice.today())}
    return pdf.download("billing/invoice_pdf.html", context, f"invoice-{found.number}.pdf")


@require_POST
@allows(Permission.TAKE_PAYMENT)
def record_payment(request: Any, slug: str, pk: int) -> HttpResponse:
    """Money for an invoice: it pays that, then what else its person owes, oldest first."""
    found = get_object_or_404(all_invoices(), pk=pk)
    form = PaymentForm(request.POST, today=request.practice.today())
    taken = form.is_valid() and _take(request, found, form)
    if taken:
        messages.success(request, _where_it_went(found))
    if not request.member.may(Permission.SEE_INVOICES):
        for text in () if taken else chain.from_iterable(form.errors.values()):
            messages.error(request, str(text))
        return redirect(first_page(request.member), slug)
    if taken:
        return redirect("billing:invoice", slug, pk)
    return render(request, "billing/invoice.html", invoice_page(request, found, form), status=422)


def _where_it_went(invoice: Invoice) -> str:
    """What is open of the invoice now, and what its person holds as credit."""
    still = reports.open_invoices([invoice.contact_id]).get(invoice.pk, ZERO)
    credit = reports.credit_of(invoice.contact_id)
    told = [f"{money.show(still)} of this invoice is still open." if still else "Nothing is open on this invoice."]
    if credit:
        told.append(f"{money.show(credit)} is held as credit.")
    return " ".join(["The payment is posted.", *told])


def _take(request: Any, found: Invoice, form: PaymentForm) -> bool:
    """Post the payment; False when it is refused, with the reason on the form."""
    data = form.cleaned_data
    contact = Contact.objects.get(pk=found.contact_id)
    try:
        actions.take_payment(by=request.member, contact=contact, invoice=found, **data | {"key": str(data["key"])})
    except (BadInput, Conflict) as refused:
        refuse(form, refused)
    return not form.errors
