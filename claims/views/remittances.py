"""What payers paid."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from claims import details, reports
from claims.models import Remittance, RemittanceState
from practice import audit
from practice.lock.marks import polled
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows

PAGE = 50
ORDER = (RemittanceState.HELD, RemittanceState.READY, RemittanceState.POSTED)


@require_safe
@allows(Permission.SEE_REMITTANCES, listing="remittances")
def remittance_list(request: Any, slug: str) -> HttpResponse:
    """Remittances: what needs a person first, then what is posted, newest first."""
    rank = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(ORDER)), output_field=IntegerField())
    rows = (
        Remittance.objects.select_related("payer")
        .annotate(rank=rank, number=Count("claims"))
        .order_by("rank", "-paid_on", "-id")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = dict(Remittance.objects.values_list("state").annotate(Count("id")))
    groups = [
        _group(state, counts.get(state, 0), [row for row in page.object_list if row.state == state], slug)
        for state in ORDER
    ]
    context = {
        "subtitle": "Fetched from the clearinghouse; what balances and matches is posted by itself.",
        "groups": [group for group in groups if group["rows"]],
        "page": page_context(request, page),
        "empty": {
            "title": "No remittances yet",
            "text": "They are fetched from the clearinghouse and posted by themselves.",
            "clear_url": "",
        },
    }
    return render(request, "claims/remittances.html", context)


def _group(state: RemittanceState, count: int, rows: list[Remittance], slug: str) -> dict[str, Any]:
    sentence = "They wait: nothing of them is posted." if state == RemittanceState.HELD else ""
    shown = [_row(row, slug) for row in rows]
    return {"title": state.label, "count": count, "sentence": sentence, "post": None, "rows": shown}


def _row(remittance: Remittance, slug: str) -> dict[str, Any]:
    return {
        "url": reverse("claims:remittance", args=[slug, remittance.pk]),
        "payer": remittance.payer.short_name if remittance.payer else remittance.payer_name,
        "trace": remittance.trace,
        "date": remittance.paid_on,
        "amount": remittance.amount,
        "claims": remittance.number,  # type: ignore[attr-defined]
        "state": details.REMITTANCES[RemittanceState(remittance.state)],
        "trouble": remittance.trouble,
    }


@require_safe
@allows(Permission.SEE_REMITTANCES, shows="remittance")
def remittance(request: Any, slug: str, pk: int) -> HttpResponse:
    """One payment, line by line."""
    found = get_object_or_404(Remittance.objects.select_related("payer", "interchange"), pk=pk)
    audit.seen(found, client_id=reports.clients_in(found), section="remittance")
    return render(request, "claims/remittance.html", details.remittance_page(found, request))


@polled
@require_safe
@allows(Permission.SEE_REMITTANCES, shows=NOBODY)
def count(request: Any, slug: str) -> HttpResponse:
    """How many remittances need a person."""
    waiting = Remittance.objects.filter(state=RemittanceState.HELD).count()
    return HttpResponse(str(waiting) if waiting else "")
