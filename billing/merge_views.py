"""The door that takes a merge of charts back, with the money that moved."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from billing import actions
from clients.models import Client
from practice.findings import Conflict
from practice.permissions import Permission, allows


@require_POST
@allows(Permission.MERGE_CLIENTS)
def unmerge(request: Any, slug: str, pk: int) -> HttpResponse:
    """Undo; refused with the reason once something new stands on it."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    try:
        actions.unmerge(by=request.member, client=client)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return redirect("clients:client", slug, client.survivor.pk)
    messages.success(request, f"Chart {client.number} stands alone again.")
    return redirect("clients:client", slug, client.pk)
