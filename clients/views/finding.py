"""What every door asks first: is this hers to know of? A thing she may not know of is not there."""

from typing import Any

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from clients.models import Authorization, CareTeam, Case, Client, ClientContact, Coverage
from practice import audit


def mine(request: Any) -> QuerySet[Client]:
    return Client.objects.visible_to(request.member)


def _seen[Row: Model](row: Row, client_id: int, section: str) -> Row:
    """The row; that it was looked at is kept."""
    audit.seen(row, client_id=client_id, section=section)
    return row


def client_of(request: Any, pk: int) -> Client:
    return _seen(get_object_or_404(mine(request).select_related("guarantor"), pk=pk), pk, "about")


def coverage_of(request: Any, pk: int) -> Coverage:
    rows = Coverage.objects.select_related("payer", "client", "case", "subscriber")
    found = get_object_or_404(rows, pk=pk, client__in=mine(request))
    return _seen(found, found.client_id, "coverage")


def case_of(request: Any, pk: int) -> Case:
    found = get_object_or_404(Case.objects.select_related("client", "referrer"), pk=pk, client__in=mine(request))
    return _seen(found, found.client_id, "case")


def person_of(request: Any, pk: int) -> ClientContact:
    rows = ClientContact.objects.select_related("client", "contact")
    found = get_object_or_404(rows, pk=pk, client__in=mine(request))
    return _seen(found, found.client_id, "people")


def team_of(request: Any, pk: int) -> CareTeam:
    rows = CareTeam.objects.select_related("client", "clinician__member__user")
    found = get_object_or_404(rows, pk=pk, client__in=mine(request))
    return _seen(found, found.client_id, "care team")


def authorization_of(request: Any, pk: int) -> Authorization:
    rows = Authorization.objects.select_related("case__client", "coverage__payer")
    found = get_object_or_404(rows, pk=pk, case__client__in=mine(request))
    return _seen(found, found.case.client_id, "authorizations")


def chart_url(request: Any, client_id: int, tab: str = "") -> str:
    url = reverse("clients:client", args=[request.practice.slug, client_id])
    return f"{url}?tab={tab}" if tab else url
