"""What every door asks first: is this hers to know of? A thing she may not know of is not there."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from clients.models import Authorization, Case, Client, ClientContact, Coverage


def mine(request: Any) -> QuerySet[Client]:
    return Client.objects.visible_to(request.member)


def client_of(request: Any, pk: int) -> Client:
    return get_object_or_404(mine(request).select_related("guarantor"), pk=pk)


def coverage_of(request: Any, pk: int) -> Coverage:
    rows = Coverage.objects.select_related("payer", "client", "case", "subscriber")
    return get_object_or_404(rows, pk=pk, client__in=mine(request))


def case_of(request: Any, pk: int) -> Case:
    return get_object_or_404(Case.objects.select_related("client", "referrer"), pk=pk, client__in=mine(request))


def person_of(request: Any, pk: int) -> ClientContact:
    rows = ClientContact.objects.select_related("client", "contact")
    return get_object_or_404(rows, pk=pk, client__in=mine(request))


def authorization_of(request: Any, pk: int) -> Authorization:
    rows = Authorization.objects.select_related("case__client", "coverage__payer")
    return get_object_or_404(rows, pk=pk, case__client__in=mine(request))


def chart_url(request: Any, client_id: int, tab: str = "") -> str:
    url = reverse("clients:client", args=[request.practice.slug, client_id])
    return f"{url}?tab={tab}" if tab else url
