"""Doors of sliding fees, in a client's chart: what is granted, a new one, its end."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing.discounts import actions
from billing.discounts.forms import EndForm, SlidingFeeForm
from billing.discounts.models import SlidingFee
from billing.discounts.poverty import guideline, percent_of_poverty
from billing.discounts.sliding import holds_after, percent_on
from clients.form_pages import Asked, ask
from clients.models import Client
from practice import audit, form_pages, money
from practice.paging import page_context
from practice.permissions import Permission, allows
from practice.templatetags.house import day

PAGE = 20
FORM = ["GET", "HEAD", "POST"]


def _client(request: Any, pk: int) -> Client:
    found = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(found, client_id=found.pk, section="sliding fee")
    return found


@require_safe
@allows(Permission.GRANT_DISCOUNTS, shows="sliding fee")
def sliding_fees(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's discount today and every one before, newest first; in her chart."""
    client = _client(request, pk)
    rows = SlidingFee.objects.filter(client__in=client.ids).select_related("by__user").order_by("-id")
    today = request.practice.today()
    facts = [row.facts for row in rows]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    back = f"?next={reverse('clients:client', args=[slug, client.pk])}%3Ftab=billing"
    context = {
        "percent": percent_on(facts, today),
        "rows": [_row(row) for row in page.object_list],
        "page": page_context(request, page),
        "new_url": reverse("billing:new_sliding_fee", args=[slug, pk]) + back,
        "end_url": reverse("billing:end_sliding_fee", args=[slug, pk]) + back if holds_after(facts, today) else "",
    }
    return render(request, "billing/sliding_fees.html", context)


def _row(row: SlidingFee) -> dict[str, Any]:
    what = f"{row.percent} % off" if row.percent else "Ended"
    return {
        "what": what,
        "days": f"{day(row.valid_from)} – {day(row.valid_until)}" if row.percent else f"from {day(row.valid_from)}",
        "why": f"{_income(row)}{row.proof}",
        "by": row.by.user.name,
    }


def _income(row: SlidingFee) -> str:
    """Income and household in words, with the poverty line where its year is on file."""
    if row.yearly_income is None or row.household_size is None:
        return ""
    share = percent_of_poverty(row.yearly_income, row.household_size, row.valid_from)
    line = f", {share} % of the poverty line" if share is not None else ""
    return f"{money.show(row.yearly_income)} a year for {row.household_size}{line}. "


def _asked(request: Any, client: Client, title: str, lead: str) -> Asked:
    home = reverse("clients:client", args=[request.practice.slug, client.pk]) + "?tab=billing"
    return Asked(title, f"{client.name}. {lead}", "Save", home)


@require_http_methods(FORM)
@allows(Permission.GRANT_DISCOUNTS, shows="sliding fee")
def new_sliding_fee(request: Any, slug: str, pk: int) -> HttpResponse:
    """Grant a discount by income."""
    client, today = _client(request, pk), request.practice.today()
    initial = {"valid_from": today, "valid_until": today + timedelta(days=365), "household_size": 1}
    form = SlidingFeeForm(form_pages.typed(request), initial=initial)
    asked = _asked(request, client, "Sliding fee", _poverty_line(today))
    return ask(
        request, form, asked, lambda **values: actions.grant_sliding_fee(by=request.member, client=client, **values)
    )


def _poverty_line(today: Any) -> str:
    """What the policy measures by, in words, and what a discount is taken off."""
    first, second = guideline(1, today), guideline(2, today)
    told = "It is taken off visits charged from now on that no plan pays; what was charged before stays."
    if first is None or second is None:
        return told
    step = money.show(Decimal(second - first))[:-3]
    return f"{told} The federal poverty line is {money.show(Decimal(first))[:-3]} for one person, {step} more for each other."


@require_http_methods(FORM)
@allows(Permission.GRANT_DISCOUNTS, shows="sliding fee")
def end_sliding_fee(request: Any, slug: str, pk: int) -> HttpResponse:
    """End a discount by its last day."""
    client = _client(request, pk)
    form = EndForm(form_pages.typed(request), initial={"last_on": request.practice.today()})
    asked = _asked(request, client, "End the sliding fee", "Visits up to the last day keep it.")
    return ask(
        request, form, asked, lambda **values: actions.end_sliding_fee(by=request.member, client=client, **values)
    )
