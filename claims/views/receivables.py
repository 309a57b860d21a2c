"""Who owes what, for how long, and the charges behind every figure."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.aging import LABELS
from claims import owed, reports
from practice.identifiers import whole
from practice.models import Clinician, Location
from practice.paging import page_context
from practice.permissions import Permission, allows
from practice.templatetags.house import dollars_round, plural

PAGE = 25


@require_safe
@allows(Permission.SEE_RECEIVABLES, listing="receivables")
def receivables(request: Any, slug: str) -> HttpResponse:
    """The owner's page: metrics, bars by payer and age, and the accounts behind them."""
    today, chosen = request.practice.today(), owed.Slice(request)
    debtors = reports.who_owes(today)
    whole = reports.total(debtors)
    rows = reports.accounts(today, chosen.who, chosen.age).order_by(chosen.order, "oldest")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    last = reports.last_paid(chosen.who)
    context = {
        "subtitle": f"As of today, aged from date of service. Includes {plural(Location.objects.count(), 'location')}"
        f" and {plural(Clinician.objects.count(), 'clinician')}.",
        "metrics": owed.metrics(whole, today),
        "bars": owed.bars(debtors, slug),
        "legend": [label.removesuffix(" days") for label in LABELS],
        "ages": owed.ages(whole, chosen),
        "ages_total": dollars_round(whole.total),
        "segments": owed.segments(debtors, chosen),
        "slice_title": owed.age_title(chosen.age),
        "table": {
            "heads": owed.heads(chosen),
            "rows": [owed.account(row, chosen, last, slug) for row in page.object_list],
        },
        "page": page_context(request, page),
        "empty": _empty(chosen),
    }
    return render(request, "claims/receivables.html", context)


def _empty(chosen: owed.Slice) -> dict[str, str]:
    who = "No client" if chosen.who == "clients" else "No payer"
    return {
        "title": f"{who} owes anything here",
        "text": "Amounts appear when sessions are charged, and grow older until they are settled.",
        "clear_url": chosen.link(age="all") if chosen.age != "all" else "",
        "clear_label": "See every age",
    }


@require_safe
@allows(Permission.SEE_RECEIVABLES, listing="open charges")
def charges(request: Any, slug: str) -> HttpResponse:
    """The open charges behind a figure."""
    today = request.practice.today()
    age = request.GET["age"] if request.GET.get("age") in owed.AGES else "all"
    items, who = _of_whom(request, reports.in_age(reports.open_items(today), age))
    rows = items.select_related("charge__client", "charge__clinician__member__user", "coverage__payer", "contact")
    page = Paginator(rows.order_by("charge__served_on", "charge_id", "id"), PAGE * 2).get_page(request.GET.get("page"))
    back = reverse("claims:receivables", args=[slug])
    context = {
        "title": who if age == "all" else f"{who}, {owed.age_title(age)[0].lower()}{owed.age_title(age)[1:]}",
        "subtitle": f"{plural(page.paginator.count, 'open charge')}.",
        "crumbs": [{"label": "Receivables", "url": back}],
        "total": reports.owed_total(items),
        "charges": [owed.charge_row(item, today, slug) for item in page.object_list],
        "page": page_context(request, page),
        "empty": {"title": "Nothing is open here", "text": "", "clear_url": back, "clear_label": "Back to Receivables"},
    }
    return render(request, "claims/receivables_charges.html", context)


def _of_whom(request: Any, items: Any) -> tuple[Any, str]:
    """Items of one payer, one person, all people, or everybody; and what they are called."""
    payer, contact = whole(request.GET.get("payer", "")), whole(request.GET.get("contact", ""))
    if payer is not None:
        items = items.filter(coverage__payer=payer)
        first = items.select_related("coverage__payer").first()
        return items, first.coverage.payer.name if first else "This payer"
    if contact is not None:
        items = items.filter(contact=contact)
        first = items.select_related("contact").first()
        return items, str(first.contact) if first else "This person"
    if request.GET.get("who") == "clients":
        return items.filter(contact__isnull=False), "Clients"
    return items, "Everybody"
