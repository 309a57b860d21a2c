"""Doors to clients: the list, the chart, and the two things a claim most often lacks."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
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
@allows(Permission.SEE_CLIENTS, listing="clients")
def client_list(request: Any, slug: str) -> HttpResponse:
    """Clients by name, found by the beginning of a name or the chart number."""
    text = request.GET.get("q", "").strip()[:80]
    mine = Client.objects.visible_to(request.member)
    rows = (
        mine.find(text)
        .prefetch_related("coverages__payer", "cases", "care_team__clinician__member__user")
        .order_by("last_name", "first_name", "id")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = request.practice.today()
    url = reverse("clients:list", args=[slug])
    context = {
        "subtitle": f"{plural(page.paginator.count, 'client')}{' found' if text else ''}.",
        "actions": [*_emergency(request, slug), *_new_client(request, slug)],
        "text": text,
        "list_url": url,
        "clear_url": url if text else "",
        "clients": [charts.row(client, slug, today) for client in page.object_list],
        "page": page_context(request, page),
        "empty": _empty(text, url),
    }
    return render(request, "clients/list.html", context)


def _emergency(request: Any, slug: str) -> list[dict[str, str]]:
    """The way to a chart outside one's caseload, for who has one."""
    if request.member.may(Permission.SEE_EVERY_CLIENT) or not request.member.may(Permission.BREAK_GLASS):
        return []
    return [{"label": "Open in an emergency", "icon": "lifebuoy", "url": reverse("clients:emergency", args=[slug])}]


def _new_client(request: Any, slug: str) -> list[dict[str, str]]:
    if not request.member.may(Permission.ADD_CLIENTS):
        return []
    return [{"label": "New client", "icon": "user-plus", "url": reverse("sessions:new_client", args=[slug])}]


def _empty(text: str, url: str) -> dict[str, str]:
    if text:
        return {"title": f"No client matches “{text}”", "text": "", "clear_url": url}
    return {"title": "No clients yet", "text": "Clients of your caseload appear here.", "clear_url": ""}


@require_safe
@allows(Permission.SEE_CLIENTS, shows="chart")
def client(request: Any, slug: str, pk: int) -> HttpResponse:
    """The chart. Who opened it is kept."""
    found = get_object_or_404(Client.objects.visible_to(request.member).select_related("guarantor"), pk=pk)
    audit.seen(found, client_id=found.pk, section="chart")
    return render(request, "clients/client.html", charts.chart(found, request))


@require_http_methods(["GET", "POST"])
@allows(Permission.EDIT_COVERAGE, shows="coverage")
def member_id(request: Any, slug: str, pk: int) -> HttpResponse:
    """Correct the member ID of a coverage."""
    mine = Client.objects.visible_to(request.member)
    coverage = get_object_or_404(Coverage.objects.select_related("payer", "client"), pk=pk, client__in=mine)
    audit.seen(coverage, client_id=coverage.client_id, section="coverage")
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
@allows(Permission.EDIT_COVERAGE, shows="authorizations")
def authorization(request: Any, slug: str, pk: int) -> HttpResponse:
    """Enter a payer's leave to treat."""
    mine = Client.objects.visible_to(request.member)
    case = get_object_or_404(Case.objects.select_related("client"), pk=pk, client__in=mine)
    audit.seen(case, client_id=case.client_id, section="authorizations")
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
