"""API of the care team: who treats a client and so may open her chart."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from clients import actions
from clients.models import CareTeam
from clients.writing_api import ChartView
from practice import audit
from practice.api import listed, written
from practice.models import Clinician
from practice.permissions import Permission as P


class CareTeamSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="clinician.name")

    class Meta:
        model = CareTeam
        fields = ["id", "clinician", "name"]


class AssignSerializer(serializers.Serializer):
    clinician = serializers.IntegerField(min_value=1)


class CareTeamsView(ChartView):
    """Who is on a client's care team; add one."""

    permissions = {"GET": P.SEE_CLIENTS, "POST": P.EDIT_CLIENTS}
    shows = "care team"

    @listed(CareTeamSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = self.client(pk)
        audit.seen(client, client_id=client.pk, section="care team")
        rows = CareTeam.objects.filter(client__in=client.ids).select_related("clinician__member__user")
        return self.page(rows.order_by("id"), lambda page: CareTeamSerializer(page, many=True).data)

    @written(AssignSerializer, CareTeamSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client, asked = self.client(pk), self.validated(AssignSerializer)
        clinician = get_object_or_404(Clinician.objects.select_related("member__user"), pk=asked["clinician"])
        row = actions.assign(by=self.member, client=client, clinician=clinician)
        return Response(CareTeamSerializer(row).data, status=201)


class UnassignView(ChartView):
    """Take a clinician off the care team."""

    permissions = {"DELETE": P.EDIT_CLIENTS}

    @written(None, CareTeamSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        row = self.among(CareTeam.objects.select_related("client", "clinician__member__user"), pk)
        gone = CareTeamSerializer(row).data
        actions.unassign(by=self.member, row=row)
        return Response(gone)
