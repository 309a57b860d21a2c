"""What the claims list can be narrowed by; it lives in the address bar."""

import django_filters as filters
from django.db.models import QuerySet

from claims.models import Claim
from clients.models import Client, Payer
from practice.models import Clinician


class ClaimFilter(filters.FilterSet):
    client = filters.CharFilter(method="by_client", label="Client name")
    payer = filters.ModelChoiceFilter(
        queryset=lambda request: Payer.objects.order_by("short_name"), empty_label="All payers"
    )
    clinician = filters.ModelChoiceFilter(
        queryset=lambda request: Clinician.objects.filter(assistant=False, student=False).select_related(
            "member__user"
        ),
        empty_label="All clinicians",
    )
    start = filters.DateFilter(field_name="served_on", lookup_expr="gte", label="From")
    end = filters.DateFilter(field_name="served_on", lookup_expr="lte", label="To")

    class Meta:
        model = Claim
        fields = ["payer", "clinician"]

    def by_client(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(client__in=Client.objects.find_charts(value))
