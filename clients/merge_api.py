"""API of duplicates, with the actions and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from clients import actions
from clients.duplicates import pairs
from clients.models import Client, ClientMerge
from clients.twins import people
from practice.api import HouseView, listed, written
from practice.permissions import Permission as P


class DuplicateSerializer(serializers.Serializer):
    """Two charts that may be one person's: ids, how sure from 1 to 100, why."""

    client = serializers.IntegerField()
    other = serializers.IntegerField()
    score = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField())


class NewMergeSerializer(serializers.Serializer):
    into = serializers.IntegerField(min_value=1, help_text="the chart that survives")
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class MergeSerializer(serializers.ModelSerializer):
    class Meta:
        model = ClientMerge
        fields = ["id", "client", "into", "reason", "undoes", "at"]


class DuplicatesView(HouseView):
    """Pairs of charts that may be one person's, surest first."""

    permission = P.MERGE_CLIENTS
    listing = "duplicates"

    @listed(DuplicateSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(pairs(people(Client.objects.surviving())), self._shown)

    @staticmethod
    def _shown(page: Any) -> list[dict[str, Any]]:
        rows = [{"client": a.id, "other": b.id, "score": how.score, "reasons": list(how.reasons)} for a, b, how in page]
        return list(DuplicateSerializer(rows, many=True).data)


class MergeView(HouseView):
    """Merge a chart into another."""

    permissions = {"POST": P.MERGE_CLIENTS}

    @written(NewMergeSerializer, MergeSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        mine = Client.objects.visible_to(self.member)
        duplicate, data = get_object_or_404(mine, pk=pk), self.validated(NewMergeSerializer)
        into = get_object_or_404(mine, pk=data.pop("into"))
        row = actions.merge_clients(by=self.member, duplicate=duplicate, into=into, **data)
        return Response(MergeSerializer(row).data, status=201)
