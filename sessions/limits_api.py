"""API of a case's limits: what is left, and the first visit that breaks one."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from clients.limits import Breach
from clients.models import Case, Client, Counts
from practice import audit
from practice.api import ERRORS, REFUSALS, HouseView
from practice.findings import Severity
from practice.permissions import Permission as P
from sessions import limits

MOST_DATES = 60


class BreachSerializer(serializers.Serializer):
    """The first visit that breaks a limit, why, and how many after it do. A warning, never a refusal."""

    date = serializers.DateField()
    rule = serializers.CharField()
    severity = serializers.ChoiceField([severity.value for severity in Severity])
    message = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    more = serializers.IntegerField(min_value=0)


class TallySerializer(serializers.Serializer):
    """One limit; `left` is below nothing where more was booked than is allowed."""

    name = serializers.CharField()
    counts = serializers.ChoiceField(Counts.choices)
    allowed = serializers.IntegerField()
    used = serializers.IntegerField()
    scheduled = serializers.IntegerField()
    held = serializers.IntegerField()
    elsewhere = serializers.IntegerField()
    left = serializers.IntegerField()
    until = serializers.DateField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class LimitsSerializer(serializers.Serializer):
    limits = TallySerializer(many=True)
    warnings = BreachSerializer(many=True)


class AskedSerializer(serializers.Serializer):
    """From which day, for how many days, and on which days more visits are thought of."""

    start = serializers.DateField(required=False)
    days = serializers.IntegerField(min_value=1, max_value=366, default=60)
    date = serializers.ListField(child=serializers.DateField(), max_length=MOST_DATES, default=list)


def breach(found: Breach) -> dict[str, Any]:
    """A breach as the serializer takes it."""
    told = found.finding
    return {
        "date": found.day,
        "rule": told.rule,
        "severity": told.severity.value,
        "message": told.message,
        "detail": told.detail,
        "more": found.more,
    }


class LimitsView(HouseView):
    """What the limits of a case have left today, and what breaks them among the visits of some days."""

    permission = P.SEE_CLIENTS
    shows = "limits"

    @extend_schema(
        parameters=[
            OpenApiParameter("from", {"type": "string", "format": "date"}, description="today when left out"),
            OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": 366}, description="60 when left out"),
            OpenApiParameter(
                "date",
                {"type": "array", "items": {"type": "string", "format": "date"}, "maxItems": MOST_DATES},
                description="days on which more visits are thought of, a series for example",
            ),
        ],
        responses={200: LimitsSerializer, 400: ERRORS} | REFUSALS,
    )
    def get(self, request: Any, slug: str, pk: int) -> Response:
        case = get_object_or_404(Case, pk=pk, client__in=Client.objects.visible_to(self.member))
        audit.seen(case, client_id=case.client_id, section="limits")
        asked = self._asked(request.query_params)
        since = asked.get("start", self.practice.today())
        broken, left = limits.of_case(case, since, asked["days"], asked["date"])
        told = [
            {"elsewhere": 0, **tally.__dict__, **tally.taken, "left": tally.left, "warnings": list(tally.warnings)}
            for tally in left
        ]
        return Response(LimitsSerializer({"limits": told, "warnings": [breach(one) for one in broken]}).data)

    def _asked(self, told: Any) -> dict[str, Any]:
        data: dict[str, Any] = {"date": told.getlist("date")}
        data |= {name: told[key] for key, name in (("from", "start"), ("days", "days")) if key in told}
        serializer = AskedSerializer(data=data)
        if not serializer.is_valid():
            errors = dict(serializer.errors)
            raise serializers.ValidationError({"from" if k == "start" else k: v for k, v in errors.items()})
        return serializer.validated_data
