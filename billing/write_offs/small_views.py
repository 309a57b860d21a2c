"""Doors of small balances: what the rule would give up, the press that does it, its undoing, and the rule."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.models import OpenItem, SmallBalanceRule, SmallBalanceRun
from billing.write_offs import actions
from billing.write_offs.forms import SmallRuleForm, SmallRunForm
from billing.write_offs.pages import charge_words, local_day
from billing.write_offs.small_balances import rule_now, small_debts
from clients.form_pages import Asked, ask
from practice import money
from practice.findings import Conflict
from practice.form_pages import done, typed
from practice.money import ZERO
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import plural

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.WRITE_OFF, listing="small balances")
def preview(request: Any, slug: str) -> HttpResponse:
    """Who and what the rule names today; one press writes all of it off."""
    form = SmallRunForm(typed(request))
    if request.method == "POST" and done(form, lambda data: _run(request, data)):
        return redirect("billing:small_balances", slug)
    rule_row = rule_now()
    debts = small_debts(rule_row, request.practice.today()) if rule_row else []
    page = Paginator(debts, PAGE).get_page(request.GET.get("page"))
    total = sum((item.balance for item in debts), ZERO)
    fresh = SmallRunForm(initial={"count": len(debts), "total": f"{total:.2f}", "key": uuid.uuid4()})
    may_set = request.member.may(Permission.APPROVE_WRITE_OFFS)
    context = {
        "crumbs": [{"label": "Write-offs", "url": reverse("billing:write_offs", args=[slug])}],
        "subtitle": _rule_words(rule_row),
        "rule_url": reverse("billing:small_balance_rule", args=[slug]) if may_set else "",
        "rows": [_row(item, slug) for item in page.object_list],
        "page": page_context(request, page),
        "form": fresh,
        "errors": form.non_field_errors() if request.method == "POST" else [],
        "submit": f"Write off {plural(len(debts), 'balance')}, {money.show(total)}",
        "last": _last_run(slug),
        "has_rule": rule_row is not None,
    }
    return render(request, "billing/small_balances.html", context, status=422 if form.errors else 200)


def _run(request: Any, data: dict[str, Any]) -> None:
    run = actions.run_small_balances(by=request.member, **data | {"key": str(data["key"])})
    messages.success(request, f"{plural(run.write_offs.count(), 'small balance')} written off.")


def _rule_words(row: SmallBalanceRule | None) -> str:
    if row is None:
        return "There is no rule yet."
    statements = plural(row.statements, "statement")
    return f"Who owes at most {money.show(row.amount)} in all, after {statements}. Never what a payer still decides on."


def _row(item: OpenItem, slug: str) -> dict[str, Any]:
    charge = item.charge
    assert charge is not None
    return {
        "name": str(item.contact),
        "client": charge.client.name,
        "charge": charge_words(charge),
        "url": reverse("billing:charge", args=[slug, charge.pk]),
        "amount": item.balance,
    }


def _last_run(slug: str) -> dict[str, Any] | None:
    """The newest run, with the way back while something of it is written off."""
    rows = SmallBalanceRun.objects.select_related("by__user")
    run = rows.annotate(count=Count("write_offs"), sum=Sum("write_offs__amount")).order_by("-id").first()
    if run is None:
        return None
    standing = run.write_offs.filter(decisions__posting__reversals=None).exists()
    return {
        "text": f"{run.by.user.name} wrote off {plural(run.count, 'small balance')}, {money.show(run.sum)}",
        "detail": f"on {local_day(run.at)}.{'' if standing else ' All of it was taken back.'}",
        "actions": [{"label": "Take all back", "url": reverse("billing:undo_small_balances", args=[slug, run.pk])}]
        if standing
        else [],
    }


@require_POST
@allows(Permission.WRITE_OFF)
def undo(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take back what a run gave up."""
    run = get_object_or_404(SmallBalanceRun, pk=pk)
    try:
        count = actions.undo_run(by=request.member, run=run)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, f"{plural(count, 'balance')} owed again.")
    return redirect("billing:small_balances", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.APPROVE_WRITE_OFFS, shows=NOBODY)
def rule(request: Any, slug: str) -> HttpResponse:
    """Which balances the practice gives up."""
    row = rule_now()
    initial = (
        {"amount": f"{row.amount:.2f}", "statements": row.statements} if row else {"amount": "9.99", "statements": 1}
    )
    form = SmallRuleForm(typed(request), initial=initial)
    lead = "A statement counts, and an invoice that is thirty days old. Nothing goes by itself."
    home = reverse("billing:small_balances", args=[slug])
    asked = Asked("Rule for small balances", lead, "Set rule", home)
    return ask(request, form, asked, lambda **said: actions.set_small_rule(by=request.member, **said))
