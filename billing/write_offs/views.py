"""Doors of write-offs: the list, one of them, asking, deciding, taking back; limits and hardship records."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.ledger import Party
from billing.models import Charge, HardshipRecord, WriteOff
from billing.write_offs import actions, pages, rules, standing
from billing.write_offs.forms import (
    DecisionForm,
    HardshipForm,
    LimitForm,
    PeriodForm,
    TakeBackForm,
    WriteOffForm,
)
from billing.write_offs.models import WriteOffQuerySet
from clients.form_pages import Asked, ask
from clients.models import Client
from practice import audit, money
from practice.form_pages import answer, done, typed
from practice.lock.marks import polled
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows

PAGE = 50


def _write_offs(request: Any) -> WriteOffQuerySet:
    return WriteOff.objects.shown().filter(charge__client__in=Client.objects.visible_to(request.member))


@require_safe
@allows(Permission.WRITE_OFF, listing="write-offs")
def index(request: Any, slug: str) -> HttpResponse:
    """What waits, what was decided, and what was given up by kind."""
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in pages.TABS else "waiting"
    waiting = WriteOff.objects.waiting()
    context: dict[str, Any] = {
        "tabs": pages.tabs(slug, tab, waiting.count()),
        "actions": pages.actions(request.member, slug),
        "tab": tab,
        "empty": pages.EMPTY[tab],
    }
    if tab == "kinds":
        return render(request, "billing/write_offs.html", context | _kinds(request))
    rows = _write_offs(request).waiting().order_by("id") if tab == "waiting" else _decided(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context |= {"rows": pages.rows(page, slug), "page": page_context(request, page)}
    return render(request, "billing/write_offs.html", context)


def _decided(request: Any) -> QuerySet[WriteOff]:
    return _write_offs(request).decided().order_by("-decisions__id")


def _kinds(request: Any) -> dict[str, Any]:
    """Totals of a period; of this month where none is given."""
    start, end = this_month(request.practice.today())
    asked = "start" in request.GET or "end" in request.GET
    form = PeriodForm(request.GET if asked else None, initial={"start": start, "end": end})
    if asked and form.is_valid():
        start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    found = standing.totals(start, end)
    return {"period": form, "kinds": pages.by_kind(found), "total": sum(found.values()), "start": start, "end": end}


def this_month(today: date) -> tuple[date, date]:
    """From its first day to today."""
    return today.replace(day=1), today


@polled
@require_safe
@allows(Permission.WRITE_OFF, shows=NOBODY)
def waiting_count(request: Any, slug: str) -> HttpResponse:
    """How many wait for this person's approval."""
    may = request.member.may(Permission.APPROVE_WRITE_OFFS)
    waiting = WriteOff.objects.waiting().exclude(by=request.member).count() if may else 0
    return HttpResponse(str(waiting) if waiting else "")


@require_safe
@allows(Permission.WRITE_OFF, shows="write-off")
def one(request: Any, slug: str, pk: int) -> HttpResponse:
    """One write-off, with what can be done about it."""
    row = get_object_or_404(_write_offs(request), pk=pk)
    audit.seen(row, client_id=row.client_id, section="write-off")
    return render(request, "billing/write_off.html", pages.one(request, row))


@require_POST
@allows(Permission.APPROVE_WRITE_OFFS)
def decide(request: Any, slug: str, pk: int) -> HttpResponse:
    """Approve or reject."""
    row, form = get_object_or_404(_write_offs(request), pk=pk), DecisionForm(request.POST)
    if done(form, lambda data: actions.decide(by=request.member, write_off=row, **data)):
        amount = money.show(row.amount)
        told = f"{amount} is written off." if form.cleaned_data["approved"] else f"Rejected: {amount} stays owed."
        messages.success(request, told)
        return redirect("billing:write_offs", slug)
    row = get_object_or_404(_write_offs(request), pk=pk)
    return render(request, "billing/write_off.html", pages.one(request, row, decision_form=form), status=422)


@require_POST
@allows(Permission.WRITE_OFF)
def take_back(request: Any, slug: str, pk: int) -> HttpResponse:
    """Reverse a posted write-off."""
    row, form = get_object_or_404(_write_offs(request), pk=pk), TakeBackForm(request.POST)
    if done(form, lambda data: actions.take_back(by=request.member, write_off=row, reason=data["reason"])):
        messages.success(request, f"Taken back: {money.show(row.amount)} is owed again.")
        return redirect("billing:write_off", slug, pk)
    row = get_object_or_404(_write_offs(request), pk=pk)
    return render(request, "billing/write_off.html", pages.one(request, row, back_form=form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.WRITE_OFF, shows="charge")
def new(request: Any, slug: str, pk: int) -> HttpResponse:
    """Write off what somebody owes of a charge, or ask for it."""
    mine = Charge.objects.filter(client__in=Client.objects.visible_to(request.member))
    charge = get_object_or_404(mine.select_related("client"), pk=pk)
    audit.seen(charge, client_id=charge.client_id, section="charge")

    form = WriteOffForm(typed(request), debts=list(standing.open_items(charge)))
    if request.method == "POST" and done(form, lambda data: _ask_for(request, charge, form)):
        return redirect("billing:charge", slug, charge.pk)
    limit = standing.limit_of(request.member)
    waits = f" Above {money.show(limit)} of a charge another person approves." if limit is not None else ""
    hardship = reverse("billing:new_hardship", args=[slug, charge.client_id])
    context = {
        "lead": f"{charge.client.name}, {pages.charge_words(charge)}.{waits}",
        "back": {"label": "Not now", "url": reverse("billing:charge", args=[slug, charge.pk])},
        "hardship_url": f"{hardship}?next={request.path}" if request.member.may(Permission.GRANT_DISCOUNTS) else "",
    }
    return answer(request, "billing/write_off_new.html", form, context)


def _ask_for(request: Any, charge: Charge, form: WriteOffForm) -> None:
    said = form.values()
    debt = said.pop("debt")
    party = Party.coverage(debt.coverage_id) if debt.coverage_id else Party.contact(debt.contact_id)
    row = actions.write_off(by=request.member, charge=charge, party=party, **said)
    told = "waits for another person's approval. It is owed until then." if row.waits else "is written off."
    messages.success(request, f"{money.show(row.amount)} {told}")


# --- limits ----------------------------------------------------------------------------------


@require_safe
@allows(Permission.APPROVE_WRITE_OFFS, shows=NOBODY)
def limits(request: Any, slug: str) -> HttpResponse:
    """What each person may write off alone."""
    page = Paginator(standing.may_write_off(request.practice), PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "name": member.user.name,
            "roles": member.title,
            "limit": standing.said_or_by_role(member),
            "said": standing.was_said(member),
            "url": "" if member == request.member else reverse("billing:write_off_limit", args=[slug, member.pk]),
        }
        for member in page.object_list
    ]
    crumbs = [{"label": "Write-offs", "url": reverse("billing:write_offs", args=[slug])}]
    context = {"rows": shown, "page": page_context(request, page), "crumbs": crumbs}
    return render(request, "billing/write_off_limits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.APPROVE_WRITE_OFFS, shows=NOBODY)
def limit(request: Any, slug: str, pk: int) -> HttpResponse:
    """Set what a person may write off alone."""
    member = get_object_or_404(standing.may_write_off(request.practice), pk=pk)
    now = standing.said_or_by_role(member)
    form = LimitForm(typed(request), initial={"amount": f"{now:.2f}" if now is not None else ""})
    lead = "More of one charge waits for another person's approval. Nobody approves her own."
    asked = Asked(f"Limit of {member.user.name}", lead, "Set limit", reverse("billing:write_off_limits", args=[slug]))
    return ask(request, form, asked, lambda **said: actions.set_limit(by=request.member, member=member, **said))


# --- hardship --------------------------------------------------------------------------------


@require_safe
@allows(Permission.GRANT_DISCOUNTS, shows="hardship")
def hardships(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's hardship records; in her chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="hardship")
    found = HardshipRecord.objects.filter(client__in=client.ids).select_related("by__user").order_by("-id")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": pages.hardships(page.object_list, request.practice.today()),
        "page": page_context(request, page),
        "new_url": reverse("billing:new_hardship", args=[slug, pk]),
    }
    return render(request, "billing/hardships.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.GRANT_DISCOUNTS, shows="hardship")
def new_hardship(request: Any, slug: str, pk: int) -> HttpResponse:
    """Record that a household cannot pay."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="hardship")
    today = request.practice.today()
    form = HardshipForm(typed(request), initial={"starts_on": today, "ends_on": _in_a_year(today)})
    lead = f"{client.name}. With a record, what she owes may be waived; each time it is written off by hand."
    home = reverse("clients:client", args=[slug, client.pk]) + "?tab=billing"
    asked = Asked("Record hardship", lead, "Record hardship", home)
    return ask(request, form, asked, lambda **said: actions.record_hardship(by=request.member, client=client, **said))


def _in_a_year(today: date) -> date:
    last = today.toordinal() + rules.LONGEST_HARDSHIP - 2
    return date.fromordinal(last)
