"""API of payers and referrers, and the search for diagnoses."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from clients import actions
from clients.diagnoses import Verdict
from clients.icd10.search import search
from clients.models import Payer, PlanType, Referrer, UnitRule
from practice.api import HouseView, choice, listed, shown, written
from practice.permissions import NOBODY
from practice.permissions import Permission as P


class PayerSerializer(serializers.ModelSerializer):
    plan_type = choice("PlanType", PlanType)
    unit_rule = choice("UnitRule", UnitRule)
    unit_caps = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=99), required=False,
        help_text="the most units it pays, by service code, “discipline” or “day”",
    )  # fmt: skip

    class Meta:
        model = Payer
        exclude = ["practice"]
        validators: list = []  # the verb says who has the ID already


class ReferrerSerializer(serializers.ModelSerializer):
    npi = serializers.CharField(max_length=14)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    fax = serializers.CharField(max_length=30, required=False, allow_blank=True)

    class Meta:
        model = Referrer
        exclude = ["practice"]


class DiagnosisSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    billable = serializers.BooleanField(help_text="a whole code; a header has `instead`")
    instead = serializers.ListField(child=serializers.CharField())


class DiagnosisSearchSerializer(serializers.Serializer):
    release = serializers.CharField(help_text="the code list that was asked")
    of_the_day = serializers.BooleanField(help_text="false: the list of the day is not loaded")
    found = DiagnosisSerializer(many=True)


class OnSerializer(serializers.Serializer):
    on = serializers.DateField(required=False)


class PayersView(HouseView):
    """Payers by name; add one."""

    permissions = {"GET": P.EDIT_PAYERS, "POST": P.EDIT_PAYERS}
    shows = NOBODY

    @listed(PayerSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(Payer.objects.order_by("name", "id"), lambda page: PayerSerializer(page, many=True).data)

    @written(PayerSerializer, PayerSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        made = actions.add_payer(by=self.member, **self.validated(PayerSerializer))
        return Response(PayerSerializer(made).data, status=201)


class PayerView(HouseView):
    """A payer with its rules; change them."""

    permissions = {"GET": P.EDIT_PAYERS, "PATCH": P.EDIT_PAYERS}
    shows = NOBODY

    @shown(PayerSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        return Response(PayerSerializer(get_object_or_404(Payer, pk=pk)).data)

    @written(PayerSerializer(partial=True), PayerSerializer)
    def patch(self, request: Any, slug: str, pk: int) -> Response:
        payer = get_object_or_404(Payer, pk=pk)
        changed = actions.edit_payer(by=self.member, payer=payer, **self.validated(PayerSerializer, partial=True))
        return Response(PayerSerializer(changed).data)


class ReferrersView(HouseView):
    """The directory of those who refer; add one."""

    permissions = {"GET": P.SEE_CLIENTS, "POST": P.EDIT_CLIENTS}
    shows = NOBODY

    @listed(ReferrerSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = Referrer.objects.order_by("last_name", "first_name", "id")
        return self.page(rows, lambda page: ReferrerSerializer(page, many=True).data)

    @written(ReferrerSerializer, ReferrerSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        made = actions.add_referrer(by=self.member, **self.validated(ReferrerSerializer))
        return Response(ReferrerSerializer(made).data, status=201)


class ReferrerView(HouseView):
    """Change a practitioner of the directory."""

    permissions = {"PATCH": P.EDIT_CLIENTS}
    shows = NOBODY

    @written(ReferrerSerializer(partial=True), ReferrerSerializer)
    def patch(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Referrer, pk=pk)
        changed = actions.edit_referrer(
            by=self.member, referrer=found, **self.validated(ReferrerSerializer, partial=True)
        )
        return Response(ReferrerSerializer(changed).data)


SEARCHED = [
    OpenApiParameter("q", str, description="the beginning of a code, or words of its description"),
    OpenApiParameter("on", OpenApiTypes.DATE, description="the day the code has to hold on; today when left out"),
]


class DiagnosesView(HouseView):
    """ICD-10-CM codes that fit, twenty at most, in the list of a day."""

    permission = P.SET_DIAGNOSES
    shows = NOBODY

    @shown(DiagnosisSearchSerializer, *SEARCHED)
    def get(self, request: Any, slug: str) -> Response:
        asked = OnSerializer(data={"on": request.query_params["on"]} if "on" in request.query_params else {})
        if not asked.is_valid():
            raise exceptions.ValidationError(asked.errors)
        on = asked.validated_data.get("on") or self.practice.today()
        answer = search(request.query_params.get("q", "").replace("\0", ""), on)
        found = [
            {
                "code": each.code,
                "label": each.label,
                "billable": each.verdict == Verdict.BILLABLE,
                "instead": list(each.instead),
            }
            for each in answer.found
        ]
        return Response({"release": answer.release, "of_the_day": answer.of_the_day, "found": found})
