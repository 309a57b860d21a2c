"""API of the claim side: claims, files, remittances, receivables."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from billing.aging import LABELS
from claims import actions, lists, reports
from claims.models import (
    Claim,
    ClaimEvent,
    ClaimLine,
    Direction,
    Interchange,
    Remittance,
    RemittanceClaim,
    RemittanceState,
)
from practice import audit
from practice.api import HouseView, choice, listed, shown, written
from practice.permissions import Permission as P


class MoneyField(serializers.DecimalField):
    """Dollars with two places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)


class FindingSerializer(serializers.Serializer):
    rule = serializers.CharField()
    severity = serializers.CharField()
    where = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.CharField()


class ClaimSerializer(serializers.ModelSerializer):
    client = serializers.CharField(source="client.name")
    payer = serializers.CharField(source="payer.name")
    findings = FindingSerializer(many=True)

    class Meta:
        model = Claim
        fields = ["id", "number", "client", "payer", "served_on", "total", "delivery", "decision", "held", "findings"]


class ClaimLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = ClaimLine
        fields = ["position", "control", "code", "modifiers", "units", "amount"]


class ClaimEventSerializer(serializers.ModelSerializer):
    class Meta:
        model = ClaimEvent
        fields = ["at", "what", "detail"]


class ClaimDetailSerializer(ClaimSerializer):
    lines = ClaimLineSerializer(many=True)
    events = ClaimEventSerializer(many=True)

    class Meta(ClaimSerializer.Meta):
        fields = [*ClaimSerializer.Meta.fields, "payer_claim_number", "lines", "events"]


class ChosenSerializer(serializers.Serializer):
    claims = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=500)


class HoldSerializer(ChosenSerializer):
    held = serializers.BooleanField()


class InterchangeSerializer(serializers.ModelSerializer):
    claims = serializers.IntegerField(source="claims.count")

    class Meta:
        model = Interchange
        fields = ["id", "file_name", "state", "control_number", "claims"]


class CountSerializer(serializers.Serializer):
    changed = serializers.IntegerField()


class RemittanceSerializer(serializers.ModelSerializer):
    state = choice("RemittanceState", RemittanceState)

    class Meta:
        model = Remittance
        fields = ["id", "payer_name", "trace", "amount", "paid_on", "state", "trouble"]


class RemittanceClaimSerializer(serializers.ModelSerializer):
    class Meta:
        model = RemittanceClaim
        fields = ["control", "claim", "status", "charge", "paid", "client_share"]


class RemittanceDetailSerializer(RemittanceSerializer):
    claims = RemittanceClaimSerializer(many=True)

    class Meta(RemittanceSerializer.Meta):
        fields = [*RemittanceSerializer.Meta.fields, "claims"]


class AgeSerializer(serializers.Serializer):
    age = serializers.CharField()
    amount = MoneyField()


class DebtorSerializer(serializers.Serializer):
    who = serializers.CharField()
    total = MoneyField()
    ages = AgeSerializer(many=True)


class ReceivablesSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    total = MoneyField()
    debtors = DebtorSerializer(many=True)


class _ClaimView(HouseView):
    def claims(self) -> QuerySet[Claim]:
        return Claim.objects.visible_to(self.member).select_related("client", "payer")

    def chosen(self, ids: list[int]) -> list[int]:
        return list(self.claims().filter(pk__in=ids).values_list("pk", flat=True))


class ClaimsView(_ClaimView):
    """Claims by the tab they stand in."""

    permission = P.SEE_CLAIMS
    listing = "claims"

    @listed(ClaimSerializer, OpenApiParameter("tab", str, enum=list(lists.TABS)))
    def get(self, request: Any, slug: str) -> Response:
        tab = request.query_params.get("tab", "submit")
        rows = lists.in_order(self.claims(), tab if tab in lists.TABS else "submit")
        return self.page(rows, lambda page: ClaimSerializer(page, many=True).data)


class ClaimView(_ClaimView):
    """One claim with its lines and history."""

    permission = P.SEE_CLAIMS
    shows = "claim"

    @shown(ClaimDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        rows = self.claims().prefetch_related("lines", "events")
        found = get_object_or_404(rows, pk=pk)
        audit.seen(found, client_id=found.client_id, section="claim")
        return Response(ClaimDetailSerializer(found).data)


class SubmitView(_ClaimView):
    """Submit claims; they leave after the time to take them back."""

    permissions = {"POST": P.SUBMIT_CLAIMS}

    @written(ChosenSerializer, InterchangeSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        chosen = self.chosen(self.validated(ChosenSerializer)["claims"])
        return Response(InterchangeSerializer(actions.submit(by=self.member, claims=chosen)).data, status=201)


class HoldView(_ClaimView):
    """Keep claims out of the next batch, or let them go again."""

    permissions = {"POST": P.SUBMIT_CLAIMS}

    @written(HoldSerializer, CountSerializer)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(HoldSerializer)
        changed = actions.hold(by=self.member, claims=self.chosen(data["claims"]), held=data["held"])
        return Response({"changed": changed})


class CheckView(_ClaimView):
    """Scrub everything that waits once more."""

    permissions = {"POST": P.SUBMIT_CLAIMS}

    @written(None, CountSerializer)
    def post(self, request: Any, slug: str) -> Response:
        return Response({"changed": actions.check_waiting()})


class AgainView(_ClaimView):
    """Ask again for what was turned away at the door."""

    permissions = {"POST": P.SUBMIT_CLAIMS}

    @written(None, ClaimSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        fresh = actions.make_again(by=self.member, claim=get_object_or_404(self.claims(), pk=pk))
        return Response(ClaimSerializer(self.claims().get(pk=fresh.pk)).data, status=201)


class _FileView(HouseView):
    permissions = {"POST": P.SUBMIT_CLAIMS}
    verb: Callable

    def act(self, pk: int) -> Response:
        interchange = get_object_or_404(Interchange, pk=pk, direction=Direction.OUT)
        type(self).verb(by=self.member, interchange=interchange)
        interchange.refresh_from_db()
        return Response(InterchangeSerializer(interchange).data)


class TakeBackView(_FileView):
    """Undo a submission before it left."""

    verb = actions.take_back

    @written(None, InterchangeSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        return self.act(pk)


class ConfirmView(_FileView):
    """A hand-over in doubt did happen."""

    verb = actions.confirm_delivery

    @written(None, InterchangeSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        return self.act(pk)


class DenyView(_FileView):
    """A hand-over in doubt never happened: it is done again."""

    verb = actions.deny_delivery

    @written(None, InterchangeSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        return self.act(pk)


class RemittancesView(HouseView):
    """Remittances, newest first."""

    permission = P.SEE_REMITTANCES
    listing = "remittances"

    @listed(RemittanceSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = Remittance.objects.order_by("-paid_on", "-id")
        return self.page(rows, lambda page: RemittanceSerializer(page, many=True).data)


class RemittanceView(HouseView):
    """One remittance with its claims."""

    permission = P.SEE_REMITTANCES
    shows = "remittance"

    @shown(RemittanceDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        rows = Remittance.objects.prefetch_related("claims")
        found = get_object_or_404(rows, pk=pk)
        audit.seen(found, client_id=reports.clients_in(found), section="remittance")
        return Response(RemittanceDetailSerializer(found).data)


class ReceivablesView(HouseView):
    """Who owes what, by age from the date of service."""

    permission = P.SEE_RECEIVABLES
    listing = "receivables"

    @shown(ReceivablesSerializer)
    def get(self, request: Any, slug: str) -> Response:
        today = self.practice.today()
        debtors = reports.who_owes(today)
        shown = [
            {
                "who": debtor.name,
                "total": debtor.aged.total,
                "ages": [
                    {"age": label, "amount": amount} for label, amount in zip(LABELS, debtor.aged.buckets, strict=True)
                ],
            }
            for debtor in debtors
        ]
        whole = {"as_of": today, "total": reports.total(debtors).total, "debtors": shown}
        return Response(ReceivablesSerializer(whole).data)
