"""Doors to duplicates: the list of pairs, and the two charts side by side."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients import actions
from clients.duplicates import pairs
from clients.models import Client, Coverage
from clients.twins import people
from practice import audit
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.models import AuditEvent, AuditKind
from practice.paging import page_context
from practice.permissions import Permission, allows
from practice.templatetags.house import day, phone, plural

PAGE = 50


@require_safe
@allows(Permission.MERGE_CLIENTS, listing="duplicates")
def duplicates(request: Any, slug: str) -> HttpResponse:
    """Pairs of charts that may be one person, surest first, each with the reason."""
    page = Paginator(pairs(people(Client.objects.surviving())), PAGE).get_page(request.GET.get("page"))
    ids = {person.id for pair in page.object_list for person in pair[:2]}
    numbers = dict(Client.objects.filter(pk__in=ids).values_list("pk", "number"))
    context = {
        "crumbs": [{"label": "Clients", "url": reverse("clients:list", args=[slug])}],
        "subtitle": f"{plural(page.paginator.count, 'pair')} of charts may be one person.",
        "pairs": [
            {
                "url": reverse("clients:merge", args=[slug, a.id, b.id]),
                "one": f"{a.first_name} {a.last_name} {numbers[a.id]}",
                "other": f"{b.first_name} {b.last_name} {numbers[b.id]}",
                "birth_on": a.birth_on,
                "reason": ", ".join(likeness.reasons),
            }
            for a, b, likeness in page.object_list
        ],
        "page": page_context(request, page),
    }
    return render(request, "clients/duplicates.html", context)


@require_http_methods(["GET", "POST"])
@allows(Permission.MERGE_CLIENTS, shows="about")
def merge(request: Any, slug: str, pk: int, other: int) -> HttpResponse:
    """Two charts side by side; the one with more history is chosen to survive."""
    mine = Client.objects.visible_to(request.member).select_related("guarantor")
    charts = [get_object_or_404(mine, pk=id) for id in (pk, other)]
    for chart in charts:
        audit.seen(chart, client_id=chart.pk, section="about")
    error, status, reason = "", 200, request.POST.get("reason", "").replace("\0", "")[:200]
    if request.method == "POST":
        keep = next((chart for chart in charts if str(chart.pk) == request.POST.get("keep")), None)
        try:
            if keep is None:
                raise BadInput(keep="Choose the chart that stays")
            gone = charts[0] if keep is charts[1] else charts[1]
            actions.merge_clients(by=request.member, duplicate=gone, into=keep, reason=reason)
        except (BadInput, Conflict) as problem:
            error, status = str(problem), 409 if isinstance(problem, Conflict) else 422
        else:
            way = reverse("clients:client", args=[slug, keep.pk])
            return redirect(f"{way}?merged={gone.pk}")
    shown = [_side(chart, slug) for chart in charts]
    more = max(shown, key=lambda side: (side["history"], -side["number"]))
    context = {
        "crumbs": [
            {"label": "Clients", "url": reverse("clients:list", args=[slug])},
            {"label": "Duplicates", "url": reverse("clients:duplicates", args=[slug])},
        ],
        "sides": shown,
        "keep": whole(request.POST.get("keep", "")) or more["id"],
        "error": error,
        "reason": reason,
        "back": reverse("clients:duplicates", args=[slug]),
    }
    return render(request, "clients/merge.html", context, status=status)


def _side(client: Client, slug: str) -> dict[str, Any]:
    plans = Coverage.objects.filter(client__in=client.ids).select_related("payer")
    cases = client.cases.count()
    done = AuditEvent.objects.filter(client_id=client.pk, kind=AuditKind.CHANGE).count()
    return {
        "id": client.pk,
        "number": client.number,
        "url": reverse("clients:client", args=[slug, client.pk]),
        "name": client.name,
        "history": (done, cases),
        "facts": [
            ("Born", day(client.birth_on)),
            ("Phone", phone(client.phone)),
            ("Address", f"{client.street} {client.city}".strip()),
            ("Who pays the client’s share", str(client.guarantor)),
            ("Coverage", ", ".join(str(plan) for plan in plans) or "none"),
            ("Cases", str(cases)),
            ("Things done on it", str(done)),
        ],
    }
