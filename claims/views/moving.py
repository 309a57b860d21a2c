"""The door to a coverage that was learnt late: visits of a time move to another payer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.actions import move_coverage
from claims import moving
from claims.forms import MoveForm
from clients.models import Client
from practice import audit
from practice.findings import BadInput
from practice.money import ZERO
from practice.permissions import Permission, allows
from practice.templatetags.house import plural


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.MOVE_COVERAGE, shows="ledger")
def move(request: Any, slug: str, pk: int) -> HttpResponse:
    """What would move, day by day; sent, it moves in one press."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="ledger")
    asked = request.POST if request.method == "POST" else request.GET if "first" in request.GET else None
    form, rows = MoveForm(asked, client=client, today=request.practice.today()), []
    if asked is not None and form.is_valid():
        plan = form.cleaned_data
        try:
            if request.method == "POST":
                return _moved(request, client, plan)
            rows = moving.preview(client, **plan)
        except BadInput as bad:
            form.refuse(bad)
    return render(request, "claims/move.html", _page(request, client, form, rows), status=422 if form.errors else 200)


def _moved(request: Any, client: Client, plan: dict[str, Any]) -> HttpResponse:
    days = move_coverage(by=request.member, client=client, **plan)
    now = plan["target"].payer.short_name if plan["target"] else "the client herself"
    messages.success(request, f"{plural(len(days), 'visit')} moved to {now}. Shares are computed anew, claims follow.")
    return redirect(f"{reverse('clients:client', args=[request.practice.slug, client.pk])}?tab=billing")


def _page(request: Any, client: Client, form: MoveForm, rows: list[moving.Moved]) -> dict[str, Any]:
    today, slug = request.practice.today(), request.practice.slug
    chart = reverse("clients:client", args=[slug, client.pk])
    sums = {
        name: sum((getattr(row, name) for row in rows), ZERO) for name in ("charged", "insurance_paid", "people_paid")
    }
    return {
        "form": form,
        "rows": [moving.shown(row, today) for row in rows],
        "sums": sums,
        "submit": f"Move {plural(len(rows), 'visit')}",
        "back": {"label": "Not now", "url": f"{chart}?tab=billing"},
        "crumbs": [
            {"label": "Clients", "url": reverse("clients:list", args=[slug])},
            {"label": client.name, "url": f"{chart}?tab=billing"},
        ],
    }
