"""Doors of payments: check-in, credits, a person's payments, refunds and plans, receipts."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions import take_payment
from billing.forms import PaymentForm
from billing.models import HeldForVisit, Payment, Refund
from billing.payments import actions, pages
from billing.payments.asking import Proposal, proposal
from billing.payments.credits import allocation, keep_below, owed_by, people_with_credit, to_do
from billing.payments.forms import CheckInForm, CreditRuleForm, PlanForm, RefundForm, shown
from billing.payments.held import credit_of
from billing.payments.people import clients_of, people_for
from billing.payments.receipts import clients_of as clients_on
from billing.payments.receipts import payment_paper, refund_paper
from clients.form_pages import Asked, ask
from clients.forms.base import ReasonForm
from clients.models import Client, Contact
from practice import audit, money, pdf
from practice.findings import BadInput, Conflict
from practice.form_pages import refuse
from practice.lock.marks import polled
from practice.money import ZERO
from practice.navigation import first_page
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from sessions.models import Session

PAGE = 50


# --- check-in -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@allows(Permission.TAKE_PAYMENT, shows="check-in")
def check_in(request: Any, slug: str, pk: int) -> HttpResponse:
    """Today's share and the old balance, proposed apart; taken with one press."""
    rows = Session.objects.visible_to(request.member).select_related("client__guarantor", "case", "clinician")
    session = get_object_or_404(rows, pk=pk)
    audit.seen(session, client_id=session.client_id, section="check-in")
    found = proposal(session)
    form = CheckInForm(request.POST or None, initial=_proposed(found))
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            taken = actions.check_in(by=request.member, session=session, **values)
        except (BadInput, Conflict) as refused:
            refuse(form, refused)
        else:
            amount = taken.amount if taken else ZERO
            messages.success(request, pages.taken_words(amount, values["for_visit"], session))
            return _after_check_in(request, session)
    held = HeldForVisit.objects.filter(client=session.client_id, served_on=session.served_on).order_by("id")
    context = pages.check_in(session, found, form, held.filter(payment__taken_back=None), slug)
    return render(request, "billing/check_in.html", context, status=422 if form.errors else 200)


def _proposed(found: Proposal) -> dict[str, Any]:
    """Today's share is ticked; the balance waits for a tick. Paid as the person paid last."""
    last = Payment.objects.filter(contact=found.contact).order_by("-id").values_list("method", flat=True).first()
    return {
        "take_visit": True,
        "for_visit": shown(found.today),
        "take_balance": False,
        "for_balance": shown(found.balance),
        "method": last or "card",
        "key": uuid.uuid4(),
    }


def _after_check_in(request: Any, session: Session) -> HttpResponse:
    """Back to the day's list, where she has one."""
    slug = request.practice.slug
    if not request.member.may(Permission.SEE_CALENDAR):
        return redirect(first_page(request.member), slug)
    url = reverse("sessions:calendar", args=[slug])
    return redirect(f"{url}?view=day&on={session.served_on}&clinician={session.clinician_id}")


# --- credits ----------------------------------------------------------------------------------------


@require_safe
@allows(Permission.SEE_INVOICES, listing="credits")
def credits_list(request: Any, slug: str) -> HttpResponse:
    """People with credit: what is held for which visits, and what is proposed for the rest."""
    page = Paginator(people_with_credit(), PAGE).get_page(request.GET.get("page"))
    context = pages.credits_list(page, request.member, slug)
    context |= {"page": page_context(request, page), "key": uuid.uuid4()}
    return render(request, "billing/credits.html", context)


@polled
@require_safe
@allows(Permission.SEE_INVOICES, shows=NOBODY)
def credit_count(request: Any, slug: str) -> HttpResponse:
    """How many people's credit wants to be applied or given back."""
    return HttpResponse(str(to_do() or ""))


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def credit_rule(request: Any, slug: str) -> HttpResponse:
    """Below which amount a credit may stay."""
    form = CreditRuleForm(request.POST or None, initial={"keep_below": shown(keep_below())})
    asked = Asked("Small credits", "Nothing is given back by itself.", "Save", reverse("billing:credits", args=[slug]))
    return ask(request, form, asked, lambda **values: actions.set_credit_rule(by=request.member, **values))


# --- a person's money --------------------------------------------------------------------------------


def _contact(request: Any, pk: int) -> Contact:
    contact = get_object_or_404(people_for(request.member), pk=pk)
    audit.seen(contact, client_id=clients_of(contact), section="payments")
    return contact


def _page(request: Any, rows: QuerySet[Any], name: str = "page") -> Page:
    return Paginator(rows, PAGE).get_page(request.GET.get(name))


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="payments")
def person(request: Any, slug: str, pk: int) -> HttpResponse:
    """What a person owes and holds, her plan, what she paid and got back."""
    contact = _contact(request, pk)
    page = _page(request, Payment.objects.filter(contact=contact).prefetch_related("taken_back").order_by("-id"))
    refunds = _page(request, Refund.objects.filter(contact=contact).order_by("-id"), "refunds")
    owes = owed_by(pk).aggregate(sum=Sum("balance", default=ZERO))["sum"]
    context = pages.person(contact, owes, page, refunds, request)
    context |= {"page": page_context(request, page), "key": uuid.uuid4()}
    return render(request, "billing/person.html", context)


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="payers")
def payers(request: Any, slug: str, pk: int) -> HttpResponse:
    """In a client's billing: who pays her share, and the ways to take a payment."""
    client = get_object_or_404(Client.objects.visible_to(request.member).select_related("guarantor"), pk=pk)
    audit.seen(client, client_id=client.pk, section="payers")
    args = [slug, client.guarantor_id]
    context = {
        "name": str(client.guarantor),
        "pay_url": reverse("billing:new_payment", args=args),
        "person_url": reverse("billing:person", args=args),
    }
    return render(request, "billing/payers.html", context)


@require_http_methods(["GET", "POST"])
@allows(Permission.TAKE_PAYMENT, shows="payments")
def new_payment(request: Any, slug: str, pk: int) -> HttpResponse:
    """Money of a person: how much, and what it will pay."""
    contact, today = _contact(request, pk), request.practice.today()
    owes = owed_by(pk).aggregate(sum=Sum("balance", default=ZERO))["sum"]
    initial = {"amount": shown(owes), "received_on": today, "key": uuid.uuid4()}
    form = PaymentForm(request.POST or None, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            taken = take_payment(by=request.member, contact=contact, **data | {"key": str(data["key"])})
        except (BadInput, Conflict) as refused:
            refuse(form, refused)
        else:
            messages.success(request, "The payment is posted.")
            return redirect("billing:receipt", slug, taken.pk)
    preview_url = reverse("billing:payment_preview", args=[slug, pk])
    back = {"label": "Not now", "url": reverse("billing:person", args=[slug, pk])}
    shows = pages.preview(allocation(pk, _typed(form["amount"].value())))
    context = {"form": form, "name": str(contact), "preview_url": preview_url, "back": back, **shows}
    return render(request, "billing/payment_new.html", context, status=422 if form.errors else 200)


def _typed(text: Any) -> Any:
    """An amount as far as it can be read yet; what cannot be taken pays nothing."""
    try:
        return max(money.parse(str(text)), ZERO)
    except ValueError:
        return ZERO


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="payments")
def payment_preview(request: Any, slug: str, pk: int) -> HttpResponse:
    """What the amount that is typed would pay."""
    contact = _contact(request, pk)
    found = allocation(contact.pk, _typed(request.GET.get("amount", "")))
    return render(request, "billing/payment_preview.html", pages.preview(found))


@require_POST
@allows(Permission.TAKE_PAYMENT)
def apply_credit(request: Any, slug: str, pk: int) -> HttpResponse:
    """A person's free credit pays what she owes."""
    contact = get_object_or_404(people_for(request.member), pk=pk)
    key = request.POST.get("key", "")[:60] or str(uuid.uuid4())
    try:
        paid = actions.apply_credit(by=request.member, contact=contact, key=key)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, f"{money.show(paid)} of credit pays what was owed.")
    return redirect("billing:person", slug, pk)


@require_http_methods(["GET", "POST"])
@allows(Permission.GIVE_BACK, shows="payments")
def refund(request: Any, slug: str, pk: int) -> HttpResponse:
    """Give free credit back."""
    contact = _contact(request, pk)
    free = credit_of(pk).free
    form = RefundForm(request.POST or None, initial={"amount": shown(free), "method": "check", "key": uuid.uuid4()})
    lead = (
        f"{contact}: {money.show(free)} of credit is free. The refund is posted today; hand over or send it yourself."
    )
    asked = Asked("Give credit back", lead, "Post refund", reverse("billing:person", args=[slug, pk]))
    return ask(request, form, asked, lambda **values: actions.refund(by=request.member, contact=contact, **values))


@require_http_methods(["GET", "POST"])
@allows(Permission.MAKE_INVOICES, shows="payments")
def new_plan(request: Any, slug: str, pk: int) -> HttpResponse:
    """What a person owes, by the month."""
    contact = _contact(request, pk)
    owes = owed_by(pk).aggregate(sum=Sum("balance", default=ZERO))["sum"]
    form = PlanForm(request.POST or None, initial={"total": shown(owes), "first_on": request.practice.today()})
    lead = f"{contact}. It takes the place of a plan she has; it moves no money."
    asked = Asked("Payment plan", lead, "Save plan", reverse("billing:person", args=[slug, pk]))
    return ask(request, form, asked, lambda **values: actions.make_plan(by=request.member, contact=contact, **values))


@require_POST
@allows(Permission.MAKE_INVOICES)
def end_plan(request: Any, slug: str, pk: int) -> HttpResponse:
    """The plan holds no longer."""
    contact = get_object_or_404(people_for(request.member), pk=pk)
    try:
        actions.end_plan(by=request.member, contact=contact)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, "The payment plan is ended.")
    return redirect("billing:person", slug, pk)


# --- receipts ----------------------------------------------------------------------------------------


def _payment(request: Any, pk: int) -> Payment:
    rows = Payment.objects.filter(contact__in=people_for(request.member)).select_related("contact", "posting")
    found = get_object_or_404(rows, pk=pk)
    audit.seen(found, client_id=clients_on(found), section="receipt")
    return found


def _refund(request: Any, pk: int) -> Refund:
    rows = Refund.objects.filter(contact__in=people_for(request.member)).select_related("contact")
    found = get_object_or_404(rows, pk=pk)
    audit.seen(found, client_id=clients_of(found.contact), section="receipt")
    return found


def _receipt(request: Any, contact: int, paper: dict[str, Any], name: str, pk: int) -> HttpResponse:
    slug = request.practice.slug
    crumbs = [{"label": "Payments", "url": reverse("billing:person", args=[slug, contact])}]
    context = {"paper": paper, "crumbs": crumbs, "pdf_url": reverse(f"billing:{name}_pdf", args=[slug, pk])}
    return render(request, "billing/receipt.html", context)


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="receipt")
def receipt(request: Any, slug: str, pk: int) -> HttpResponse:
    """What was paid, and what it paid."""
    found = _payment(request, pk)
    return _receipt(request, found.contact_id, payment_paper(found), "receipt", pk)


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="receipt")
def receipt_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The receipt as a PDF."""
    paper = payment_paper(_payment(request, pk))
    return pdf.download("billing/receipt_pdf.html", {"paper": paper}, f"receipt-{pk}.pdf")


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="receipt")
def refund_receipt(request: Any, slug: str, pk: int) -> HttpResponse:
    """What was given back."""
    found = _refund(request, pk)
    return _receipt(request, found.contact_id, refund_paper(found), "refund_receipt", pk)


@require_safe
@allows(Permission.TAKE_PAYMENT, shows="receipt")
def refund_receipt_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The same as a PDF."""
    paper = refund_paper(_refund(request, pk))
    return pdf.download("billing/receipt_pdf.html", {"paper": paper}, f"refund-{pk}.pdf")


@require_http_methods(["GET", "POST"])
@allows(Permission.GIVE_BACK, shows="receipt")
def take_back(request: Any, slug: str, pk: int) -> HttpResponse:
    """A payment that was none."""
    found = _payment(request, pk)
    form = ReasonForm(request.POST or None)
    lead = f"{money.show(found.amount)} of {found.contact}. What it had paid is owed again; this cannot be undone."
    home = reverse("billing:person", args=[slug, found.contact_id])
    asked = Asked("Take the payment back", lead, "Take it back", home)
    return ask(request, form, asked, lambda **values: actions.take_back(by=request.member, payment=found, **values))
