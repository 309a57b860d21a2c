"""The find box."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.models import Invoice
from claims import lists
from claims.models import Claim
from clients.models import Client
from practice.identifiers import whole
from practice.permissions import Permission, allows
from practice.templatetags.house import day, plural

MOST = 20


@require_safe
@allows(Permission.FIND, listing="what was found")
def find(request: Any, slug: str) -> HttpResponse:
    """Clients by name or chart number, claims and invoices by number: what the person may see of them."""
    text = request.GET.get("q", "").strip()[:80]
    number = whole(text)
    context = {
        "find_text": text,
        "clients": _clients(request, text) if text else [],
        "claims": _claims(request, number) if number and request.member.may(Permission.SEE_CLAIMS) else [],
        "invoices": _invoices(request, number) if number and request.member.may(Permission.SEE_INVOICES) else [],
    }
    return render(request, "claims/find.html", context)


def _clients(request: Any, text: str) -> list[dict[str, Any]]:
    found = Client.objects.visible_to(request.member).find_people(text).by_name(text)[:MOST]
    today, slug = request.practice.today(), request.practice.slug
    return [
        {
            "name": client.name,
            "url": reverse("clients:client", args=[slug, client.pk]),
            "about": plural(client.age_on(today), "year"),
            "number": client.number,
        }
        for client in found
    ]


def _claims(request: Any, number: int) -> list[dict[str, Any]]:
    return [
        {
            "number": claim.number,
            "url": reverse("claims:claim", args=[request.practice.slug, claim.pk]),
            "about": f"{claim.client.name}, {day(claim.served_on)}",
            "state": lists.result(claim),
        }
        for claim in Claim.objects.filter(number=number).select_related("client")
    ]


def _invoices(request: Any, number: int) -> list[dict[str, Any]]:
    return [
        {
            "number": invoice.number,
            "url": reverse("billing:invoice", args=[request.practice.slug, invoice.pk]),
            "about": str(invoice.contact),
            "amount": invoice.total,
        }
        for invoice in Invoice.objects.filter(number=number).select_related("contact")
    ]
