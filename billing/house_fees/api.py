"""API of fees without a session, with the verbs and permissions of the pages."""

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from billing.house_fees import actions
from billing.house_fees.amounts import amounts
from billing.house_fees.kinds import KINDS
from billing.house_fees.models import FeeKind
from billing.house_fees.views import fees_of
from billing.models import ClientFee
from clients.models import Client
from practice import audit
from practice.api import HouseView, choice, listed, written
from practice.findings import BadInput
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.models import Session


class HouseFeeSerializer(serializers.Serializer):
    kind = choice("FeeKind", FeeKind)
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), allow_null=True, help_text="null: not charged"
    )


class NewClientFeeSerializer(serializers.Serializer):
    kind = choice("FeeKind", FeeKind)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal("0.01"))
    on = serializers.DateField(help_text="the day it is for; a visit's its own")
    session = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)


class ClientFeeSerializer(serializers.ModelSerializer):
    kind = choice("FeeKind", FeeKind)
    amount = serializers.DecimalField(source="charge.amount", max_digits=12, decimal_places=2)
    on = serializers.DateField(source="charge.served_on")
    charge = serializers.IntegerField(source="charge_id")
    session = serializers.IntegerField(source="session_id", allow_null=True)
    taken_back = serializers.SerializerMethodField()

    class Meta:
        model = ClientFee
        fields = ["id", "kind", "amount", "on", "charge", "session", "taken_back"]

    def get_taken_back(self, row: ClientFee) -> bool:
        return row.charge.reversed_by_id is not None


class TakeBackFeeSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class HouseFeesView(HouseView):
    """What the practice charges without a session; set an amount."""

    permissions = {"GET": P.SET_FEES, "POST": P.SET_FEES}
    shows = NOBODY

    @listed(HouseFeeSerializer)
    def get(self, request: Any, slug: str) -> Response:
        now = amounts()
        rows = [{"kind": kind, "amount": now.get(kind)} for kind in KINDS]
        return self.page(rows, lambda page: HouseFeeSerializer(page, many=True).data)

    @written(HouseFeeSerializer, HouseFeeSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        row = actions.set_house_fee(by=self.member, **self.validated(HouseFeeSerializer))
        return Response(HouseFeeSerializer(row).data, status=201)


class ClientFeesView(HouseView):
    """A client's fees without a session, newest first; charge one."""

    permissions = {"GET": P.CHARGE_FEES, "POST": P.CHARGE_FEES}
    shows = "fees"

    @listed(ClientFeeSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        audit.seen(client, client_id=client.pk, section="fees")
        return self.page(fees_of(client), lambda page: ClientFeeSerializer(page, many=True).data)

    @written(NewClientFeeSerializer, ClientFeeSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        data = self.validated(NewClientFeeSerializer)
        visit = data.pop("session", None)
        session = Session.objects.filter(pk=visit, client__in=client.ids).select_related("case").first()
        if visit and session is None:
            raise BadInput(session="There is no such visit of this client")
        key = f"api:{self.idempotency[0]}"
        made = actions.charge_fee(by=self.member, client=client, session=session, key=key, **data)
        return Response(ClientFeeSerializer(made).data, status=201)


class TakeBackFeeView(HouseView):
    """Reverse a fee. What was paid for it becomes the person's credit."""

    permissions = {"POST": P.CHARGE_FEES}

    @written(TakeBackFeeSerializer, ClientFeeSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        rows = ClientFee.objects.filter(client__in=Client.objects.visible_to(self.member)).select_related("charge")
        fee = get_object_or_404(rows, pk=pk)
        actions.take_back_fee(by=self.member, fee=fee, **self.validated(TakeBackFeeSerializer))
        return Response(ClientFeeSerializer(rows.get(pk=fee.pk)).data)
