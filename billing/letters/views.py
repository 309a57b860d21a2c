"""Doors of letters to people: an invoice voided, statements to one and to many."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions.invoicing import DUE_AFTER
from billing.letters import actions, owing, pages, papers
from billing.letters.forms import VoidForm, key_of
from billing.models import Statement
from billing.views import all_invoices, invoice_page
from clients.models import Client, Contact
from practice import audit, pdf
from practice.form_pages import done
from practice.identifiers import whole
from practice.paging import page_context
from practice.permissions import Permission, allows
from practice.templatetags.house import plural

PAGE = 50
MOST = 500  # statements in one press


@require_POST
@allows(Permission.MAKE_INVOICES)
def void_invoice(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take an invoice back whole, with a credit note."""
    found, form = get_object_or_404(all_invoices(), pk=pk), VoidForm(request.POST)

    def act(typed: dict[str, Any]) -> None:
        actions.void_invoice(by=request.member, invoice=found, reason=typed["reason"], key=str(typed["key"]))

    if done(form, act):
        messages.success(
            request, "The invoice is void. What is still open of it can be invoiced anew; payments stay where they are."
        )
        return redirect("billing:invoice", slug, pk)
    context = invoice_page(request, found, void=form)
    if context["void"] is None:  # somebody was quicker; the page says by which credit note
        messages.error(request, " ".join(str(text) for text in form.non_field_errors()))
    return render(request, "billing/invoice.html", context, status=422)


@require_safe
@allows(Permission.SEE_INVOICES, listing="statements")
def statements(request: Any, slug: str) -> HttpResponse:
    """Who owes and could be sent one; those that were made."""
    made = request.GET.get("tab") == "made"
    rows: Any = Statement.objects.select_related("contact").order_by("-number") if made else owing.people_owing()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = pages.statement_list(list(page.object_list), made, slug, request.member, request.practice.today())
    return render(request, "billing/statements.html", context | {"page": page_context(request, page)})


@require_POST
@allows(Permission.MAKE_INVOICES)
def make_statements(request: Any, slug: str) -> HttpResponse:
    """A statement for each person that was ticked."""
    contacts = [pk for pk in map(whole, request.POST.getlist("contact")) if pk is not None]
    made = actions.make_statements(by=request.member, contacts=contacts[:MOST], key=key_of(request))
    if made:
        messages.success(request, f"{plural(len(made), 'statement')} made.")
    else:
        left = "These people owe nothing any more." if contacts else "Nobody was chosen: tick who gets one."
        messages.info(request, left)
    url = reverse("billing:statements", args=[slug])
    return redirect(f"{url}?tab=made" if made else url)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.MAKE_INVOICES, shows="statement")
def new_statement(request: Any, slug: str, pk: int) -> HttpResponse:
    """What a statement of today would say to one person; made when it is sent."""
    contact = get_object_or_404(Contact, pk=pk)
    today = request.practice.today()
    if request.method == "POST":
        made = actions.make_statements(by=request.member, contacts=[contact.pk], key=key_of(request))
        if made:
            return redirect("billing:statement", slug, made[0].pk)
    open_of = owing.open_of([contact.pk]).values_list("charge__client", flat=True)
    audit.seen(contact, client_id=list(open_of), section="statement")
    told = owing.preview(contact, today)
    paper = papers.statement_of(told, number=None, on=today, due=today + DUE_AFTER) if told else None
    context = pages.statement_preview(contact, paper, slug)
    return render(request, "billing/letter_new.html", context, status=409 if request.method == "POST" else 200)


def _statement(request: Any, pk: int) -> Statement:
    found = get_object_or_404(Statement.objects.select_related("contact", "made_by__user"), pk=pk)
    charts = [group["chart"] for group in found.printed["clients"]]
    about = Client.objects.filter(number__in=charts).values_list("pk", flat=True)
    audit.seen(found, client_id=list(about), section="statement")
    return found


@require_safe
@allows(Permission.SEE_INVOICES, shows="statement")
def statement(request: Any, slug: str, pk: int) -> HttpResponse:
    """A statement as it was sent."""
    return render(request, "billing/letter.html", pages.statement_page(_statement(request, pk), slug))


@require_safe
@allows(Permission.SEE_INVOICES, shows="statement")
def statement_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The same as a PDF."""
    found = _statement(request, pk)
    context = {"paper": papers.statement(found), "paper_template": "billing/statement_paper.html"}
    return pdf.download("billing/letter_pdf.html", context, f"statement-{found.number}.pdf")
