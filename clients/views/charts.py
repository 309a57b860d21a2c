"""Doors to clients: the list, and the chart with its tabs."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clients import charts
from clients.models import Client
from practice import audit
from practice.paging import page_context
from practice.permissions import Permission, allows
from practice.templatetags.house import plural

PAGE = 50


@require_safe
@allows(Permission.SEE_CLIENTS, listing="clients")
def client_list(request: Any, slug: str) -> HttpResponse:
    """Clients by name, found by the beginning of a name or the chart number. A number finds inactive ones too."""
    text = request.GET.get("q", "").strip()[:80]
    inactive = request.GET.get("show") == "inactive"
    rows = Client.objects.visible_to(request.member).listed(text, inactive=inactive).by_name(text)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = request.practice.today()
    url = reverse("clients:list", args=[slug])
    context = {
        "subtitle": f"{plural(page.paginator.count, 'client')}{' found' if text else ''}.",
        "actions": [
            *_emergency(request, slug),
            *_import(request, slug),
            *_duplicates(request, slug),
            *_new_client(request, slug),
        ],
        "text": text,
        "list_url": url,
        "show": "inactive" if inactive else "",
        "segments": [
            {"label": "Active", "url": url, "current": not inactive},
            {"label": "Inactive", "url": f"{url}?show=inactive", "current": inactive},
        ],
        "clear_url": url if text else "",
        "clients": charts.rows(list(page.object_list), slug, today),
        "page": page_context(request, page),
        "empty": _empty(text, url, inactive),
    }
    return render(request, "clients/list.html", context)


def _emergency(request: Any, slug: str) -> list[dict[str, str]]:
    """The way to a chart outside one's caseload, for who has one."""
    if request.member.may(Permission.SEE_EVERY_CLIENT) or not request.member.may(Permission.BREAK_GLASS):
        return []
    return [{"label": "Open in an emergency", "icon": "lifebuoy", "url": reverse("clients:emergency", args=[slug])}]


def _import(request: Any, slug: str) -> list[dict[str, str]]:
    if not request.member.may(Permission.IMPORT_CLIENTS):
        return []
    return [{"label": "Import", "icon": "arrow-up-tray", "url": reverse("clients:imports", args=[slug])}]


def _duplicates(request: Any, slug: str) -> list[dict[str, str]]:
    """The way to pairs of charts that may be one person, for who may merge them."""
    if not request.member.may(Permission.MERGE_CLIENTS):
        return []
    return [{"label": "Duplicates", "icon": "document-duplicate", "url": reverse("clients:duplicates", args=[slug])}]


def _new_client(request: Any, slug: str) -> list[dict[str, str]]:
    if not request.member.may(Permission.ADD_CLIENTS):
        return []
    return [{"label": "New client", "icon": "user-plus", "url": reverse("sessions:new_client", args=[slug])}]


def _empty(text: str, url: str, inactive: bool) -> dict[str, str]:
    if text:
        return {"title": f"No client matches “{text}”", "text": "", "clear_url": url}
    if inactive:
        return {"title": "No inactive clients", "text": "Who is made inactive moves here.", "clear_url": ""}
    return {"title": "No clients yet", "text": "Clients of your caseload appear here.", "clear_url": ""}


@require_safe
@allows(Permission.SEE_CLIENTS, shows="chart")
def client(request: Any, slug: str, pk: int) -> HttpResponse:
    """The chart. Who opened it is kept."""
    rows = Client.objects.visible_to(request.member).select_related("guarantor", "merged_into")
    found = get_object_or_404(rows, pk=pk)
    if found.merged_into is not None:
        audit.seen(found, client_id=found.pk, section="chart")
        way = reverse("clients:client", args=[slug, found.survivor.pk])
        return redirect(f"{way}?merged={found.pk}")
    audit.seen(found, client_id=found.pk, section="chart")
    return render(request, "clients/client.html", charts.chart(found, request))
