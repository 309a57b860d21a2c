"""Doors of invoicing: the lists, making invoices for some or for everybody, runs, letters, the list as a file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import actions, reports
from billing.invoicing import actions as running
from billing.invoicing import exporting, pages
from billing.invoicing.explaining import explain
from billing.invoicing.models import InvoiceRun, RunLetters
from billing.invoicing.ready import ready, told
from billing.invoicing.waiting import Place, Waiting, counts
from practice import audit, exports
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.lock.marks import polled
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import plural
from practice.waiting import work_progress


def _tab(request: Any) -> str:
    tab = request.GET.get("tab", "ready")
    return tab if tab in pages.TABS else "ready"


def _place(request: Any) -> Place | None:
    return Place.__members__.get(request.GET.get("why", "").upper())


@require_safe
@allows(Permission.SEE_INVOICES, listing="invoices")
def invoices(request: Any, slug: str) -> HttpResponse:
    """What can be invoiced, what cannot yet and why, and invoices by what became of them."""
    tab, today = _tab(request), request.practice.today()
    balances, people, waits = reports.open_invoices(), ready(), counts()
    found = {"ready": people.count(), "waiting": sum(waits.values()), **reports.count_invoices(today, balances)}
    place = _place(request)
    if tab == "ready":
        rows: Any = people
    else:
        rows = Waiting(place, waits) if tab == "waiting" else reports.invoices_by_state(tab, today, balances)
    page = Paginator(rows, pages.PAGE).get_page(request.GET.get("page"))
    context = pages.tabs(request, tab, found) | {"page": page_context(request, page)}
    if tab == "ready":
        context |= pages.ready_tab(told(page.object_list), slug, found["ready"], request.member)
    elif tab == "waiting":
        context |= pages.waiting_tab(explain(list(page.object_list)), place, waits, slug, request.member)
    else:
        context |= pages.invoice_tab(page, tab, balances, slug, today)
    return render(request, "billing/invoices.html", context)


@polled
@require_safe
@allows(Permission.SEE_INVOICES, shows=NOBODY)
def invoice_count(request: Any, slug: str) -> HttpResponse:
    """How many people wait to be invoiced."""
    waiting = ready().count()
    return HttpResponse(str(waiting) if waiting else "")


@require_POST
@allows(Permission.MAKE_INVOICES)
def make_invoices(request: Any, slug: str) -> HttpResponse:
    """An invoice for each person that was ticked; for more than a page of them in the background."""
    contacts = [pk for pk in map(whole, request.POST.getlist("contact")) if pk is not None]
    if len(contacts) > running.AT_ONCE:
        return _begin(request, contacts)
    made = actions.make_invoices(by=request.member, contacts=contacts)
    if made:
        messages.success(request, f"{plural(len(made), 'invoice')} made.")
    else:
        left = "Nothing was left to invoice for these people." if contacts else "Nobody was chosen: tick who gets one."
        messages.info(request, left)
    url = reverse("billing:invoices", args=[slug])
    return redirect(f"{url}?tab=open" if made else url)


def _begin(request: Any, contacts: list[int] | None) -> HttpResponse:
    slug, key = request.practice.slug, request.POST.get("key", "").strip()[:90]
    if not key.isascii() or not key.isprintable() or not key:
        messages.info(request, "This page is old; press again.")
        return redirect("billing:invoices", slug)
    try:
        run = running.start_run(by=request.member, key=f"page:{key}", contacts=contacts)
    except (BadInput, Conflict) as refused:
        messages.info(request, str(refused) if isinstance(refused, Conflict) else " ".join(refused.errors.values()))
        return redirect("billing:invoices", slug)
    return redirect("billing:invoice_run", slug, run.pk)


@require_safe
@allows(Permission.SEE_INVOICES, listing="invoices")
def export(request: Any, slug: str) -> HttpResponse:
    """The list that was looked at as a file; that it was taken is kept."""
    tab, today = _tab(request), request.practice.today()
    heads, rows = exporting.table(tab, _place(request), today)
    audit.record("export invoices", request.practice, rows=len(rows))
    return exports.csv_file(f"invoices-{tab}-{today.isoformat()}", heads, rows)


# --- runs -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.MAKE_INVOICES, shows=NOBODY)
def runs(request: Any, slug: str) -> HttpResponse:
    """Invoices for everybody who can be invoiced, and the runs that were."""
    if request.method == "POST":
        return _begin(request, None)
    return render(request, "billing/invoice_runs.html", pages.run_list(request))


def _run(pk: int) -> InvoiceRun:
    return get_object_or_404(InvoiceRun.objects.select_related("by__user"), pk=pk)


@require_safe
@allows(Permission.SEE_INVOICES, shows="invoice run")
def run(request: Any, slug: str, pk: int) -> HttpResponse:
    """How far a run is, what it made, and who was left out and why."""
    found = _run(pk)
    audit.seen(found, client_id=None, section="invoice run")
    return render(request, "billing/invoice_run.html", pages.run_page(request, found))


@polled
@require_safe
@allows(Permission.SEE_INVOICES, shows=NOBODY)
def run_progress(request: Any, slug: str, pk: int) -> HttpResponse:
    """How far it is. When the work is done the page is read anew."""
    found = _run(pk)
    return work_progress(request, pages.progress(found, slug, running.letters_of(found)))


@require_POST
@allows(Permission.MAKE_INVOICES)
def print_letters(request: Any, slug: str, pk: int) -> HttpResponse:
    """Draw the letters of a run for the printer."""
    try:
        running.ask_for_letters(by=request.member, run=_run(pk))
    except (BadInput, Conflict) as refused:
        messages.info(request, str(refused) if isinstance(refused, Conflict) else " ".join(refused.errors.values()))
    return redirect("billing:invoice_run", slug, pk)


@require_safe
@allows(Permission.SEE_INVOICES, shows="invoice letters")
def letters(request: Any, slug: str, pk: int) -> HttpResponse:
    """Letters of a run as one file."""
    part = get_object_or_404(RunLetters, pk=pk)
    if part.body is None:
        raise Http404
    audit.seen(part, client_id=running.clients_in(part), section="invoice letters")
    told = {"Content-Disposition": f'attachment; filename="invoices-{part.first}-{part.last}.pdf"'}
    return HttpResponse(bytes(part.body), content_type="application/pdf", headers=told)
