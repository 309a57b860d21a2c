"""API of visits that move to another payer: what would move, and the move."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from billing.actions import move_coverage
from claims import moving
from clients.models import Client, Coverage
from practice import audit
from practice.api import HouseView, written
from practice.permissions import Permission as P


class MoveCoverageSerializer(serializers.Serializer):
    source = serializers.IntegerField(min_value=1, allow_null=True, help_text="a coverage; null: self-pay")
    target = serializers.IntegerField(min_value=1, allow_null=True, help_text="a coverage; null: self-pay")
    first = serializers.DateField()
    last = serializers.DateField()
    preview = serializers.BooleanField(default=False, help_text="tell what would move, and move nothing")


class MovedDaySerializer(serializers.Serializer):
    served_on = serializers.DateField()
    services = serializers.CharField()
    charged = serializers.DecimalField(max_digits=12, decimal_places=2)
    insurance_paid = serializers.DecimalField(max_digits=12, decimal_places=2)
    people_paid = serializers.DecimalField(max_digits=12, decimal_places=2)
    claim = serializers.CharField()
    limit = serializers.DateField(allow_null=True, help_text="last day the new payer takes a claim")


class MoveView(HouseView):
    """Move the charged visits of a time from one plan to another, or see what would move."""

    permissions = {"POST": P.MOVE_COVERAGE}

    @written(MoveCoverageSerializer, MovedDaySerializer(many=True))
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        audit.seen(client, client_id=client.pk, section="ledger")
        data = self.validated(MoveCoverageSerializer)
        only = data.pop("preview")
        plans = Coverage.objects.filter(client__in=client.ids).select_related("payer")
        for name in ("source", "target"):
            data[name] = get_object_or_404(plans, pk=data[name]) if data[name] else None
        told = [MovedDaySerializer(row).data for row in moving.preview(client, **data)]
        if not only:
            move_coverage(by=self.member, client=client, **data)
        return Response(told)
