"""API of units: of a session, of minutes that belong to nobody, and the choice among equal splits."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from billing import actions, answers, panels
from billing.caps import NO_CAPS, Caps
from billing.counting import rule_of
from billing.marking import Billable, Where, of_count
from billing.modifiers import Ask
from billing.stretches import BadMinutes, Minutes
from billing.units import ALIASES, Counted, Rule, count
from clients.models import Payer
from practice.api import HouseView, written
from practice.findings import BadInput
from practice.models import Discipline
from practice.permissions import Permission as P
from sessions.api import LineSerializer, typed_lines
from sessions.minutes import MOST_LINES, Typed
from sessions.models import Session
from sessions.paying import pays_first


class UnitsSerializer(serializers.Serializer):
    lines = LineSerializer(many=True, max_length=MOST_LINES)


class VisitSerializer(UnitsSerializer):
    """Minutes of one client, day and discipline, and how to count them: a rule by name, or a payer of ours."""

    rule = serializers.ChoiceField([*Rule, *ALIASES], required=False)
    payer = serializers.IntegerField(min_value=1, required=False, help_text="its rule and caps; instead of `rule`")
    discipline = serializers.ChoiceField(Discipline.values, default="OT")
    date = serializers.DateField(required=False, help_text="the day of the service; today when left out")
    caps = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=1000),
        required=False,
        help_text='the most units paid: by code, "discipline", "day"; instead of the payer\'s',
    )
    prefer = serializers.ListField(child=serializers.CharField(max_length=5), max_length=MOST_LINES, default=list)
    place_of_service = serializers.CharField(min_length=2, max_length=2, default="11")
    audio_only = serializers.BooleanField(default=False)
    accrued = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        default=None,
        allow_null=True,
        help_text="dollars of therapy that Medicare allowed in the year before the day",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rule" in attrs) == ("payer" in attrs):
            raise serializers.ValidationError({"rule": "Say a rule or a payer, one of the two"})
        try:
            attrs["caps"] = Caps.of(attrs["caps"], attrs["discipline"]) if "caps" in attrs else None
        except ValueError as wrong:
            raise serializers.ValidationError({"caps": str(wrong)}) from None
        return attrs


class BillableSerializer(serializers.Serializer):
    code = serializers.CharField()
    units = serializers.FloatField(help_text="whole units, or hours in tenths")
    modifiers = serializers.ListField(child=serializers.CharField())


class OtherRuleSerializer(serializers.Serializer):
    """What another rule makes of the same minutes."""

    rule = serializers.CharField()
    name = serializers.CharField()
    total = serializers.FloatField()
    lines = BillableSerializer(many=True)


class MarkedSerializer(BillableSerializer):
    """A line as its claim will say it."""

    left_out = serializers.ListField(child=serializers.CharField(), help_text="more than four modifiers were asked for")
    problems = serializers.ListField(child=serializers.CharField())


class CountedSerializer(serializers.Serializer):
    """Billable lines of the day with the reasons, the equal splits, the other rule and the next unit."""

    rule = serializers.CharField()
    total = serializers.FloatField()
    lines = BillableSerializer(many=True)
    alternatives = serializers.ListField(child=BillableSerializer(many=True))
    timed_minutes = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField())
    next_at = serializers.IntegerField(
        allow_null=True, help_text="timed minutes at which one more unit is reached; null where none add one"
    )
    next_in = serializers.IntegerField(allow_null=True, help_text="how many minutes from now")
    next_code = serializers.CharField(allow_null=True)
    next_words = serializers.CharField()
    other_rule = OtherRuleSerializer()
    claim_lines = MarkedSerializer(many=True, help_text="with every modifier; empty where no payer is known")
    asks = serializers.ListField(
        child=serializers.CharField(), help_text="what who treated must still say of services that count as one"
    )


class ChoiceSerializer(serializers.Serializer):
    """Codes to prefer where minutes left are equal; none goes back to the proposal."""

    codes = serializers.ListField(child=serializers.CharField(max_length=5), max_length=MOST_LINES)


class UnitsView(HouseView):
    """Units for minutes as they are typed, the day's other sessions counted in. Saves nothing."""

    permissions = {"POST": P.READ_NOTE}

    @written(UnitsSerializer, CountedSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        rows = Session.objects.visible_to(self.member).select_related("client", "case", "clinician", "location")
        session, data = get_object_or_404(rows, pk=pk), self.validated(UnitsSerializer)
        lines = typed_lines(data["lines"])
        try:
            counted, around = panels.counted(session, lines)
        except BadMinutes as bad:
            raise BadInput(lines=str(bad)) from None
        marked = panels.billable(session, pays_first(session), counted, _attested(lines))
        return Response(answers.whole(counted, around, session.case.discipline) | _marked(counted, *marked))


class CountView(HouseView):
    """Units of minutes that belong to no session. Saves nothing."""

    permissions = {"POST": P.SEE_CLIENTS}

    @written(VisitSerializer, CountedSerializer)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(VisitSerializer)
        lines, discipline = typed_lines(data["lines"]), data["discipline"]
        entered = [Minutes(line.code, line.minutes or 0, line.assistant_minutes) for line in lines]
        payer = get_object_or_404(Payer, pk=data["payer"]) if "payer" in data else None
        rule, caps = rule_of(payer) if payer else (ALIASES.get(data["rule"]) or Rule(data["rule"]), NO_CAPS)
        on = data.get("date") or self.practice.today()
        try:
            counted = count(
                entered, rule, discipline=discipline, on=on, caps=data["caps"] or caps, prefer=data["prefer"]
            )
        except BadMinutes as bad:
            raise BadInput(lines=str(bad)) from None
        marked = _for_payer(counted, payer, on, data, lines) if payer else ([], [])
        return Response(answers.whole(counted, entered, discipline) | _marked(counted, *marked))


def _for_payer(
    counted: Counted, payer: Payer, on: date, data: dict[str, Any], lines: list[Typed]
) -> tuple[list[Billable], list[Ask]]:
    where = Where(
        payer,
        data["discipline"],
        on,
        accrued=data["accrued"],
        place_of_service=data["place_of_service"],
        audio_only=data["audio_only"],
    )
    return of_count(counted, where, _attested(lines))


def _attested(lines: list[Typed]) -> dict[str, tuple[str, ...]]:
    return {line.code: line.modifiers for line in lines}


def _marked(counted: Counted, lines: list[Billable], asked: list[Ask]) -> dict[str, Any]:
    """The lines with every modifier, and what must still be said."""
    return {
        "claim_lines": [
            {
                "code": line.code,
                "units": answers.number(line.units, counted),
                "modifiers": line.marked.modifiers,
                "left_out": line.marked.left_out,
                "problems": line.marked.problems,
            }
            for line in lines
        ],
        "asks": [ask.words for ask in asked],
    }


class UnitChoiceView(HouseView):
    """Choose among splits that the payer's rule allows equally."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(ChoiceSerializer, ChoiceSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session = get_object_or_404(Session.objects.visible_to(self.member), pk=pk)
        codes = [code.upper() for code in self.validated(ChoiceSerializer)["codes"]]
        chosen = actions.choose_units(by=self.member, session=session, codes=codes)
        return Response({"codes": chosen.codes})
