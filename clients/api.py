"""API of clients, with the actions and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from clients import actions
from clients.models import Authorization, Case, Client, Coverage
from practice import audit
from practice.api import HouseView, listed, shown, written
from practice.permissions import Permission as P


class CoverageSerializer(serializers.ModelSerializer):
    payer = serializers.CharField(source="payer.name")

    class Meta:
        model = Coverage
        fields = ["id", "payer", "rank", "member_id", "group_number", "starts_on", "ends_on", "copay"]


class AuthorizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Authorization
        fields = ["id", "number", "counts", "allowed", "codes", "starts_on", "ends_on"]


class CaseSerializer(serializers.ModelSerializer):
    diagnoses: serializers.Field = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    authorizations = AuthorizationSerializer(many=True)

    class Meta:
        model = Case
        fields = ["id", "discipline", "complaint", "opened_on", "closed_on", "diagnoses", "authorizations"]


class ClientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Client
        fields = ["id", "number", "first_name", "last_name", "birth_on", "sex", "active", "merged_into"]


class ClientDetailSerializer(ClientSerializer):
    coverages = CoverageSerializer(many=True)
    cases = CaseSerializer(many=True)

    class Meta(ClientSerializer.Meta):
        fields = [*ClientSerializer.Meta.fields, "street", "city", "state", "zip", "phone", "coverages", "cases"]


class MemberIdSerializer(serializers.Serializer):
    member_id = serializers.CharField(max_length=30)


class NewAuthorizationSerializer(serializers.Serializer):
    coverage = serializers.IntegerField(min_value=1)
    number = serializers.CharField(max_length=50)
    allowed = serializers.IntegerField(min_value=1, max_value=999)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class ClientsView(HouseView):
    """Clients the person may know of, by name."""

    permission = P.SEE_CLIENTS

    @listed(ClientSerializer, OpenApiParameter("q", str, description="beginning of a name, or a chart number"))
    def get(self, request: Any, slug: str) -> Response:
        rows = Client.objects.visible_to(self.member).find_people(request.query_params.get("q", "")[:80])
        order = ("last_name", "first_name", "id")
        return self.page(rows.order_by(*order), lambda page: ClientSerializer(page, many=True).data)


class ClientView(HouseView):
    """One chart. Opening it is kept in the audit."""

    permission = P.SEE_CLIENTS

    @shown(ClientDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        charts = client.ids  # what was merged into her chart is hers too
        client._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "coverages": Coverage.objects.filter(client__in=charts).select_related("payer"),
            "cases": Case.objects.filter(client__in=charts).prefetch_related("diagnoses", "authorizations"),
        }
        audit.record("view chart", client, client_id=client.pk)
        return Response(ClientDetailSerializer(client).data)


class MemberIdView(HouseView):
    """Correct the member ID of a coverage."""

    permissions = {"PUT": P.EDIT_COVERAGE}

    @written(MemberIdSerializer, CoverageSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        mine = Client.objects.visible_to(self.member)
        coverage = get_object_or_404(Coverage.objects.select_related("payer"), pk=pk, client__in=mine)
        data = self.validated(MemberIdSerializer)
        return Response(CoverageSerializer(actions.correct_member_id(by=self.member, coverage=coverage, **data)).data)


class AuthorizationsView(HouseView):
    """Enter a payer's leave to treat."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(NewAuthorizationSerializer, AuthorizationSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        case = get_object_or_404(Case, pk=pk, client__in=Client.objects.visible_to(self.member))
        data = self.validated(NewAuthorizationSerializer)
        coverage = get_object_or_404(Coverage, pk=data.pop("coverage"), client__in=case.client.survivor.ids)
        made = actions.add_authorization(by=self.member, case=case, coverage=coverage, **data)
        return Response(AuthorizationSerializer(made).data, status=201)
