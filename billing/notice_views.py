"""Doors of advance notices: a client's list, a new one, the form itself, its signature, its withdrawal."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import actions, notice_form, notice_pages
from billing.fees import Fees
from billing.forms import REASON, NoticeForm, SignatureForm, WithdrawalForm
from billing.models import AdvanceNotice
from clients.models import Case, Client, Coverage, PlanType
from practice import audit, money, pdf
from practice.findings import BadInput, Conflict
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions.codes import CODES
from sessions.models import PlanOfCare

PAGE = 20


def _client(request: Any, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.member), pk=pk)


def _notices(request: Any) -> QuerySet[AdvanceNotice]:
    rows = AdvanceNotice.objects.filter(client__in=Client.objects.visible_to(request.member))
    return rows.select_related("client", "coverage__payer").prefetch_related("signatures", "withdrawals__by__user")


@require_safe
@allows(Permission.KEEP_NOTICES, shows="advance notices")
def notices(request: Any, slug: str, pk: int) -> HttpResponse:
    """The advance notices of a client, newest first; in her chart."""
    client = _client(request, pk)
    audit.seen(client, client_id=client.pk, section="advance notices")
    rows = _notices(request).filter(client__in=client.ids).order_by("-id")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = request.practice.today()
    context = {
        "rows": [notice_pages.row(notice, slug, today) for notice in found.object_list],
        "page": page_context(request, found),
        "new_url": reverse("billing:new_notice", args=[slug, pk]) if _coverages(client).exists() else "",
    }
    return render(request, "billing/notices.html", context)


def _coverages(client: Client) -> QuerySet[Coverage]:
    """The plans that an advance notice may be about."""
    rows = Coverage.objects.filter(client__in=client.ids, payer__plan_type=PlanType.MEDICARE).select_related("payer")
    return rows.order_by("rank", "-starts_on")


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.KEEP_NOTICES, shows="advance notices")
def new_notice(request: Any, slug: str, pk: int) -> HttpResponse:
    """Fill a notice. The services of the plan of care are ticked, their fees proposed as the cost."""
    client = _client(request, pk)
    audit.seen(client, client_id=client.pk, section="advance notices")
    form = _form(request, client)
    if request.method == "POST" and form.is_valid():
        made = _prepare(request, client, form)
        if made:
            return redirect("billing:notice", slug, made.pk)
    chart = reverse("clients:client", args=[slug, client.pk])
    context = {
        "form": form,
        "client": client.name,
        "covered": _coverages(client).exists(),
        "expired": notice_form.expired(request.practice.today()),
        "edition": notice_form.EDITION,
        "back": {"label": "Not now", "url": chart},
        "crumbs": [
            {"label": "Clients", "url": reverse("clients:list", args=[slug])},
            {"label": client.name, "url": chart},
        ],
    }
    return render(request, "billing/notice_new.html", context, status=422 if form.errors else 200)


def _form(request: Any, client: Client) -> NoticeForm:
    """The form as posted, or filled for the services that are ticked: those of the address, else of the plan of care."""
    today = request.practice.today()
    disciplines = set(Case.objects.filter(client__in=client.ids).values_list("discipline", flat=True))
    by_code = Fees().on(today)
    codes = [
        (code, f"{CODES[code].label}, {money.show(by_code[code])}")
        for code in sorted(by_code)
        if code in CODES and CODES[code].disciplines & disciplines
    ]
    offered = {code for code, _ in codes}
    planned = PlanOfCare.objects.filter(case__client__in=client.ids, starts_on__lte=today, ends_on__gte=today)
    ticked = request.GET.getlist("codes") or [code for plan in planned for code in plan.codes]
    ticked = sorted({code for code in ticked if code in offered})
    cost = actions.usual_fees(ticked, today)
    initial = {
        "codes": ticked, "cost": f"{cost:.2f}" if cost else "", "starts_on": today, "reason": REASON,
        "key": uuid.uuid4(),
    }  # fmt: skip
    return NoticeForm(request.POST or None, coverages=_coverages(client), codes=codes, initial=initial)


def _prepare(request: Any, client: Client, form: NoticeForm) -> AdvanceNotice | None:
    """The notice; None when it is refused, with the reason on the form."""
    data = form.cleaned_data
    try:
        return actions.prepare_notice(by=request.member, client=client, **data | {"key": str(data["key"])})
    except BadInput as bad:
        for field, text in bad.errors.items():
            form.add_error(field, text)
    except Conflict as conflict:
        form.add_error(None, str(conflict))
    return None


@require_safe
@allows(Permission.KEEP_NOTICES, shows="advance notice")
def notice(request: Any, slug: str, pk: int) -> HttpResponse:
    """The filled form, as the client sees it on a tablet, with its options and the place to sign."""
    found = get_object_or_404(_notices(request), pk=pk)
    audit.seen(found, client_id=found.client_id, section="advance notice")
    return _page(request, found)


def _page(
    request: Any, found: AdvanceNotice, form: SignatureForm | None = None, withdrawal: WithdrawalForm | None = None
) -> HttpResponse:
    errors = (form and form.errors) or (withdrawal and withdrawal.errors)
    form = form or SignatureForm(voluntary=found.voluntary, initial={"relation": "self"})
    context = notice_pages.page(request, found, form, withdrawal or WithdrawalForm())
    return render(request, "billing/notice.html", context, status=422 if errors else 200)


@require_safe
@allows(Permission.KEEP_NOTICES, shows="advance notice")
def notice_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The form as a PDF of one page, signed or to be signed by hand; the client's copy."""
    found = get_object_or_404(_notices(request), pk=pk)
    audit.seen(found, client_id=found.client_id, section="advance notice")
    context = {"paper": notice_pages.paper(found)}
    return pdf.download("billing/notice_pdf.html", context, f"advance-notice-{found.pk}.pdf")


@require_POST
@allows(Permission.KEEP_NOTICES)
def sign_notice(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take the client's choice and signature."""
    found = get_object_or_404(_notices(request), pk=pk)
    form = SignatureForm(request.POST, voluntary=found.voluntary)
    if form.is_valid():
        try:
            actions.sign_notice(by=request.member, notice=found, **form.cleaned_data)
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field, text)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, "The notice is signed. Give the client a copy if she asks for one.")
            return redirect("billing:notice", slug, pk)
    return _page(request, get_object_or_404(_notices(request), pk=pk), form)


@require_POST
@allows(Permission.KEEP_NOTICES)
def withdraw_notice(request: Any, slug: str, pk: int) -> HttpResponse:
    """Let a notice count no longer."""
    found, form = get_object_or_404(_notices(request), pk=pk), WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw_notice(by=request.member, notice=found, **form.cleaned_data)
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field, text)
        else:
            messages.success(request, "The notice is withdrawn. What was given under it stays as it is.")
            return redirect("billing:notice", slug, pk)
    return _page(request, found, withdrawal=form)
