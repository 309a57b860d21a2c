"""API of clients, with the actions and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from clients.models import Authorization, Case, Client, ClientContact, Coverage
from practice import audit
from practice.api import HouseView, choice, listed, shown
from practice.models import Discipline
from practice.permissions import Permission as P


class CoverageSerializer(serializers.ModelSerializer):
    payer = serializers.CharField(source="payer.name")
    disciplines = serializers.ListField(child=choice("Discipline", Discipline))
    subscriber_sex = serializers.CharField()

    class Meta:
        model = Coverage
        fields = [
            "id", "payer", "rank", "member_id", "group_number", "starts_on", "ends_on", "relation", "subscriber",
            "subscriber_birth_on", "subscriber_sex", "case", "disciplines", "visit_limit", "copay", "qmb",
        ]  # fmt: skip


class AuthorizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Authorization
        fields = ["id", "number", "counts", "allowed", "requested", "codes", "starts_on", "ends_on", "withdrawn_on"]


class CaseSerializer(serializers.ModelSerializer):
    discipline = choice("Discipline", Discipline)
    diagnoses: serializers.Field = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    authorizations = AuthorizationSerializer(many=True)

    class Meta:
        model = Case
        fields = [
            "id", "discipline", "complaint", "opened_on", "closed_on", "cause", "accident_on", "accident_state",
            "claim_number", "adjuster", "adjuster_phone", "employer", "habilitative", "onset_on", "referrer",
            "referral_on", "referral_ends_on", "diagnoses", "authorizations",
        ]  # fmt: skip


class ClientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Client
        fields = ["id", "number", "first_name", "last_name", "birth_on", "sex", "active", "merged_into"]


class PersonSerializer(serializers.ModelSerializer):
    """A contact of a client: who she is, how she stands to the client, what she may be told or shown."""

    first_name = serializers.CharField(source="contact.first_name")
    last_name = serializers.CharField(source="contact.last_name")
    phone = serializers.CharField(source="contact.phone")
    email = serializers.CharField(source="contact.email")

    class Meta:
        model = ClientContact
        fields = [
            "id", "contact", "first_name", "last_name", "phone", "email", "relation", "guardian", "emergency", "sees",
        ]  # fmt: skip


class ClientDetailSerializer(ClientSerializer):
    coverages = CoverageSerializer(many=True)
    cases = CaseSerializer(many=True)
    people = PersonSerializer(source="contact_links", many=True)

    class Meta(ClientSerializer.Meta):
        fields = [
            *ClientSerializer.Meta.fields, "street", "city", "state", "zip", "phone", "email", "guarantor",
            "people", "coverages", "cases",
        ]  # fmt: skip


class ClientsView(HouseView):
    """Clients the person may know of, by name."""

    permission = P.SEE_CLIENTS
    listing = "clients"

    @listed(
        ClientSerializer,
        OpenApiParameter(
            "q", str, description="beginning of a name, or a chart number; a number finds inactive ones too"
        ),
        OpenApiParameter("inactive", bool, description="those that are not in use"),
    )
    def get(self, request: Any, slug: str) -> Response:
        inactive = request.query_params.get("inactive", "").lower() in ("true", "1")
        text = request.query_params.get("q", "")[:80]
        rows = Client.objects.visible_to(self.member).listed(text, inactive=inactive).by_name(text)
        return self.page(rows, lambda page: ClientSerializer(page, many=True).data)


class ClientView(HouseView):
    """One chart. Opening it is kept in the audit."""

    permission = P.SEE_CLIENTS
    shows = "chart"

    @shown(ClientDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        charts = client.ids  # what was merged into her chart is hers too
        client._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "coverages": Coverage.objects.filter(client__in=charts).select_related("payer").order_by("id"),
            "cases": Case.objects.filter(client__in=charts)
            .prefetch_related("diagnoses", "authorizations")
            .order_by("id"),
            "contact_links": ClientContact.objects.filter(client__in=charts).select_related("contact").order_by("id"),
        }
        audit.seen(client, client_id=client.pk, section="chart")
        return Response(ClientDetailSerializer(client).data)
