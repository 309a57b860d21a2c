"""API of sliding fees, with the verbs and permissions of the pages."""

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from billing.discounts import actions
from billing.discounts.models import SlidingFee
from clients.models import Client
from practice import audit
from practice.api import HouseView, listed, written
from practice.permissions import Permission as P


class NewSlidingFeeSerializer(serializers.Serializer):
    percent = serializers.IntegerField(min_value=1, max_value=100)
    yearly_income = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0))
    household_size = serializers.IntegerField(min_value=1, max_value=30)
    proof = serializers.CharField(max_length=120)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()


class SlidingFeeSerializer(serializers.ModelSerializer):
    class Meta:
        model = SlidingFee
        fields = ["id", "percent", "yearly_income", "household_size", "proof", "valid_from", "valid_until"]


class EndSlidingFeeSerializer(serializers.Serializer):
    last_on = serializers.DateField()
    reason = serializers.CharField(max_length=120)


class SlidingFeesView(HouseView):
    """A client's sliding fees, newest first: of those that hold on a day the newest counts, one of 0 ends them."""

    permissions = {"GET": P.GRANT_DISCOUNTS, "POST": P.GRANT_DISCOUNTS}
    shows = "sliding fee"

    @listed(SlidingFeeSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        audit.seen(client, client_id=client.pk, section="sliding fee")
        rows = SlidingFee.objects.filter(client__in=client.ids).order_by("-id")
        return self.page(rows, lambda page: SlidingFeeSerializer(page, many=True).data)

    @written(NewSlidingFeeSerializer, SlidingFeeSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        data = self.validated(NewSlidingFeeSerializer)
        made = actions.grant_sliding_fee(by=self.member, client=client, **data)
        return Response(SlidingFeeSerializer(made).data, status=201)


class EndSlidingFeeView(HouseView):
    """The last day of a client's discount."""

    permissions = {"POST": P.GRANT_DISCOUNTS}

    @written(EndSlidingFeeSerializer, SlidingFeeSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        made = actions.end_sliding_fee(by=self.member, client=client, **self.validated(EndSlidingFeeSerializer))
        return Response(SlidingFeeSerializer(made).data, status=201)
