"""Doors of superbills: a client's list, a new one with its preview, one of them, its PDF, its end."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.letters import actions, pages, papers, visits
from billing.letters.forms import PeriodForm, ReasonForm, key_of, period
from billing.models import Superbill
from clients.models import Client
from practice import audit, pdf
from practice.findings import BadInput, Conflict
from practice.form_pages import done
from practice.identifiers import whole
from practice.paging import page_context
from practice.permissions import Permission, allows

PAGE = 20
LOOKED_AT = timedelta(days=92)


def _client(request: Any, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.member), pk=pk)


def superbills_for(member: Any) -> QuerySet[Superbill]:
    """Those of clients a member may see, with what their pages show."""
    rows = Superbill.objects.filter(client__in=Client.objects.visible_to(member))
    return rows.select_related("client", "made_by__user").prefetch_related("voids__by__user")


@require_safe
@allows(Permission.SEE_INVOICES, shows="superbills")
def superbills(request: Any, slug: str, pk: int) -> HttpResponse:
    """The superbills of a client, newest first; in her chart."""
    client = _client(request, pk)
    audit.seen(client, client_id=client.pk, section="superbills")
    rows = superbills_for(request.member).filter(client__in=client.ids).order_by("-id")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    may = request.member.may(Permission.MAKE_INVOICES)
    context = {
        "rows": [pages.superbill_row(row, slug) for row in found.object_list],
        "page": page_context(request, found),
        "new_url": reverse("billing:new_superbill", args=[slug, pk]) if may else "",
        "statement_url": reverse("billing:new_statement", args=[slug, client.guarantor_id]) if may else "",
    }
    return render(request, "billing/superbills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.MAKE_INVOICES, shows="superbills")
def new_superbill(request: Any, slug: str, pk: int) -> HttpResponse:
    """Choose visits, look at the paper, make it. What may not stand on one says why."""
    client = _client(request, pk)
    audit.seen(client, client_id=client.pk, section="superbills")
    asked = {number for number in map(whole, request.POST.getlist("charge")) if number}
    error = ""
    if request.method == "POST" and "look" not in request.POST:
        try:
            made = actions.make_superbill(by=request.member, client=client, charges=asked, key=key_of(request))
            return redirect("billing:superbill", slug, made.pk)
        except (BadInput, Conflict) as refused:
            error = next(iter(refused.errors.values())) if isinstance(refused, BadInput) else str(refused)
    start, end = period(request, request.practice.today(), LOOKED_AT)
    found = list(visits.charges_of(client).filter(served_on__range=(start, end))[: visits.MOST + 1])
    rows = visits.candidates(client, found[: visits.MOST])
    chosen = [row for row in rows if not row.refusal and (row.charge.pk in asked or not asked)]
    paper = None
    if chosen and len(visits.letters_of(chosen)) <= len(visits.LETTERS):
        today = request.practice.today()
        paper = papers.superbill_of(visits.printed(client, chosen, today), number=None, on=today)
    ticked = {row.charge.pk for row in chosen}
    context = pages.superbill_new(client, rows, ticked, paper, slug) | {
        "error": error,
        "most": visits.MOST if len(found) > visits.MOST else 0,
        "period": PeriodForm(initial={"start": start, "end": end}),
    }
    return render(request, "billing/superbill_new.html", context, status=422 if error else 200)


@require_safe
@allows(Permission.SEE_INVOICES, shows="superbill")
def superbill(request: Any, slug: str, pk: int) -> HttpResponse:
    """A superbill as it was made, and around it what can be done."""
    found = get_object_or_404(superbills_for(request.member), pk=pk)
    audit.seen(found, client_id=found.client_id, section="superbill")
    return _page(request, found, ReasonForm())


def _page(request: Any, found: Superbill, form: ReasonForm) -> HttpResponse:
    may = request.member.may(Permission.MAKE_INVOICES)
    context = pages.superbill_page(found, request.practice.slug, form, may)
    return render(request, "billing/letter.html", context, status=422 if form.errors else 200)


@require_safe
@allows(Permission.SEE_INVOICES, shows="superbill")
def superbill_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The client's copy."""
    found = get_object_or_404(superbills_for(request.member), pk=pk)
    audit.seen(found, client_id=found.client_id, section="superbill")
    context = {"paper": papers.superbill(found), "paper_template": pages.SUPERBILL}
    return pdf.download("billing/letter_pdf.html", context, f"superbill-{found.number}.pdf")


@require_POST
@allows(Permission.MAKE_INVOICES)
def void_superbill(request: Any, slug: str, pk: int) -> HttpResponse:
    """A superbill counts no longer."""
    found, form = get_object_or_404(superbills_for(request.member), pk=pk), ReasonForm(request.POST)
    if done(form, lambda typed: actions.void_superbill(by=request.member, superbill=found, reason=typed["reason"])):
        messages.success(request, "The superbill is void. Its visits can stand on another.")
        return redirect("billing:superbill", slug, pk)
    return _page(request, found, form)
