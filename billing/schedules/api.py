"""API of fees and contract rates, with the verbs and permissions of the pages."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from billing import actions
from billing.models import ContractRate, FeeSchedule
from clients.models import Payer
from practice.api import HouseView, listed, written
from practice.findings import BadInput
from practice.identifiers import whole
from practice.models import Location
from practice.permissions import NOBODY
from practice.permissions import Permission as P

ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
CODE = OpenApiParameter("code", str, description="only of this service")


class FeeSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=5)
    fee = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), help_text="dollars a unit"
    )
    starts_on = serializers.DateField()
    location = serializers.IntegerField(
        source="location_id", allow_null=True, default=None, help_text="null: everywhere else", **ID
    )


class ContractRateSerializer(serializers.Serializer):
    payer = serializers.IntegerField(source="payer_id", **ID)
    code = serializers.CharField(max_length=5)
    rate = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), help_text="dollars a unit"
    )
    starts_on = serializers.DateField()
    location = serializers.IntegerField(
        source="location_id", allow_null=True, default=None, help_text="null: everywhere else", **ID
    )


class FeeTableSerializer(serializers.Serializer):
    text = serializers.CharField(
        max_length=500_000, trim_whitespace=False, help_text="CSV: Code, Fee, From, and where needed Location and Payer"
    )


class FeesTakenSerializer(serializers.Serializer):
    fees = serializers.IntegerField()
    rates = serializers.IntegerField()


def _place(data: dict[str, Any]) -> dict[str, Any]:
    """The values of a verb: the location as a row."""
    pk = data.pop("location_id", None)
    location = Location.objects.filter(pk=pk).first() if pk else None
    if pk and location is None:
        raise BadInput(location="There is no such location")
    return {**data, "location": location}


def _of_code[Rows: QuerySet[Any]](rows: Rows, request: Any) -> Rows:
    code = request.query_params.get("code")
    return rows.filter(code=code[:5].replace("\0", "")) if code else rows


class FeesView(HouseView):
    """Usual fees with their days, past and to come; a new one. What was charged keeps its fee."""

    permissions = {"GET": P.SET_FEES, "POST": P.SET_FEES}
    shows = NOBODY

    @listed(FeeSerializer, CODE)
    def get(self, request: Any, slug: str) -> Response:
        rows = _of_code(FeeSchedule.objects.order_by("code", "location", "starts_on"), request)
        return self.page(rows, lambda page: FeeSerializer(page, many=True).data)

    @written(FeeSerializer, FeeSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        made = actions.set_fee(by=self.member, **_place(self.validated(FeeSerializer)))
        return Response(FeeSerializer(made).data, status=201)


class RatesView(HouseView):
    """What contracts allow, with their days; a new one. Nothing is charged by it."""

    permissions = {"GET": P.SET_FEES, "POST": P.SET_FEES}
    shows = NOBODY

    @listed(ContractRateSerializer, CODE, OpenApiParameter("payer", int, description="only with it"))
    def get(self, request: Any, slug: str) -> Response:
        rows = _of_code(ContractRate.objects.order_by("payer", "code", "location", "starts_on"), request)
        if "payer" in request.query_params:
            rows = rows.filter(payer=whole(request.query_params["payer"]) or 0)
        return self.page(rows, lambda page: ContractRateSerializer(page, many=True).data)

    @written(ContractRateSerializer, ContractRateSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = _place(self.validated(ContractRateSerializer))
        payer = get_object_or_404(Payer, pk=data.pop("payer_id"))
        made = actions.set_rate(by=self.member, payer=payer, **data)
        return Response(ContractRateSerializer(made).data, status=201)


class ImportFeesView(HouseView):
    """A whole schedule as CSV: all of it, or nothing and a sentence for each cell that is wrong."""

    permissions = {"POST": P.SET_FEES}

    @written(FeeTableSerializer, FeesTakenSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        body = self.validated(FeeTableSerializer)["text"].encode()
        fees, rates = actions.import_fees(by=self.member, body=body)
        return Response({"fees": fees, "rates": rates}, status=201)
