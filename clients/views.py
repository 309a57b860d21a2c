"""Doors to clients: the list, the chart, and the two things a claim most often lacks."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients import actions, charts
from clients.form_pages import back_to, form_page
from clients.forms import AuthorizationForm, MemberIdForm
from clients.models import Case, Client, Coverage
from practice import audit
from practice.findings import BadInput
from practice.paging import page_context
from practice.permissions import Permission, allows
from practice.templatetags.house import plural

PAGE = 50


@require_safe
@allows(Permission.SEE_CLIENTS)
def client_list(request: Any, slug: str) -> HttpResponse:
    """Clients by name, found by the beginning of a name or the chart number."""
    text = request.GET.get("q", "").strip()[:80]
    mine = Client.objects.visible_to(request.member)
    rows = (
        mine.find_people(text)
        .prefetch_related("coverages__payer", "cases", "care_team__clinician__member__user")
        .order_by("last_name", "first_name", "id")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = request.practice.today()
    url = reverse("clients:list", args=[slug])
    context = {
        "subtitle": f"{plural(page.paginator.count, 'client')}{' found' if text else ''}.",
        "text": text,
        "list_url": url,
        "actions": [{"label": "Duplicates", "url": reverse("clients:duplicates", args=[slug])}]
        if request.member.may(Permission.MERGE_CLIENTS)
        else [],
        "clear_url": url if text else "",
        "clients": [charts.row(client, slug, today) for client in page.object_list],
        "page": page_context(request, page),
        "empty": _empty(text, url),
    }
    return render(request, "clients/list.html", context)


def _empty(text: str, url: str) -> dict[str, str]:
    if text:
        return {"title": f"No client matches “{text}”", "text": "", "clear_url": url}
    return {"title": "No clients yet", "text": "Clients of your caseload appear here.", "clear_url": ""}


@require_safe
@allows(Permission.SEE_CLIENTS)
def client(request: Any, slug: str, pk: int) -> HttpResponse:
    """The chart. Who opened it is kept."""
    found = get_object_or_404(Client.objects.visible_to(request.member).select_related("guarantor"), pk=pk)
    if found.merged_into is not None:
        way = reverse("clients:client", args=[slug, found.survivor.pk])
        return redirect(f"{way}?merged={found.pk}")
    audit.record("view chart", found, client_id=found.pk)
    return render(request, "clients/client.html", charts.chart(found, request))


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_COVERAGE)
def member_id(request: Any, slug: str, pk: int) -> HttpResponse:
    """Correct the member ID of a coverage."""
    mine = Client.objects.visible_to(request.member)
    coverage = get_object_or_404(Coverage.objects.select_related("payer", "client"), pk=pk, client__in=mine)
    form = MemberIdForm(request.POST or None, initial={"member_id": coverage.member_id})
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_member_id(by=request.member, coverage=coverage, member_id=form.cleaned_data["member_id"])
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field, text)
        else:
            return back_to(request, slug, coverage.client_id)
    hint = coverage.payer.member_id_hint
    lead = f"{coverage.payer.short_name} IDs have {hint}." if hint else coverage.payer.name
    return form_page(request, form, "Check member ID", coverage.client, lead)


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_COVERAGE)
def authorization(request: Any, slug: str, pk: int) -> HttpResponse:
    """Enter a payer's leave to treat."""
    mine = Client.objects.visible_to(request.member)
    case = get_object_or_404(Case.objects.select_related("client"), pk=pk, client__in=mine)
    form = AuthorizationForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_authorization(by=request.member, case=case, **form.cleaned_data)
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field, text)
        else:
            return back_to(request, slug, case.client_id)
    return form_page(request, form, "Enter authorization", case.client, case.complaint)
