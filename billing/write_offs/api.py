"""API of write-offs, with the verbs and permissions of the pages."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from billing.ledger import Party
from billing.models import Charge, HardshipRecord, SmallBalanceRun, WriteOff, WriteOffLimit
from billing.write_offs import actions, rules, standing
from billing.write_offs.models import WriteOffQuerySet
from billing.write_offs.small_balances import rule_now, small_debts
from billing.write_offs.views import this_month
from clients.models import Client
from practice import audit
from practice.api import HouseView, listed, shown, written
from practice.findings import BadInput
from practice.models import Membership
from practice.permissions import NOBODY
from practice.permissions import Permission as P


def _dollars(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, **options)


def _id(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1, **options)


class NewWriteOffSerializer(serializers.Serializer):
    """Who owes is a coverage (its payer) or a contact, one of the two."""

    coverage = _id(required=False, allow_null=True)
    contact = _id(required=False, allow_null=True)
    kind = serializers.ChoiceField(rules.BY_HAND)
    amount = _dollars()
    reason = serializers.CharField(max_length=200)


class WriteOffSerializer(serializers.ModelSerializer):
    client = serializers.CharField(source="charge.client.name")
    state = serializers.SerializerMethodField()
    asked_by = serializers.CharField(source="by.user.name")
    asked_at = serializers.DateTimeField(source="at")
    decided_by = serializers.SerializerMethodField()
    remark = serializers.SerializerMethodField()

    class Meta:
        model = WriteOff
        fields = [
            "id", "charge", "client", "coverage", "contact", "kind", "amount", "reason", "state", "asked_by", "asked_at",
            "decided_by", "remark",
        ]  # fmt: skip

    def get_state(self, row: Any) -> str:
        if row.decision is None:
            return "waiting"
        if not row.decision.approved:
            return "rejected"
        return "taken back" if row.taken_back else "written off"

    def get_decided_by(self, row: WriteOff) -> str:
        return row.decision.by.user.name if row.decision else ""

    def get_remark(self, row: WriteOff) -> str:
        return row.decision.remark if row.decision else ""


class DecisionSerializer(serializers.Serializer):
    approved = serializers.BooleanField()
    remark = serializers.CharField(max_length=200, allow_blank=True, default="")


class TakeBackSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class KindTotalSerializer(serializers.Serializer):
    kind = serializers.CharField()
    amount = _dollars()


class WriteOffLimitSerializer(serializers.Serializer):
    """`amount` null: without a limit."""

    member = _id()
    amount = _dollars(allow_null=True)


class NewLimitSerializer(WriteOffLimitSerializer):
    amount = _dollars()


class HardshipSerializer(serializers.ModelSerializer):
    income = _dollars()

    class Meta:
        model = HardshipRecord
        fields = ["id", "household_size", "income", "proof", "starts_on", "ends_on"]


class SmallBalanceSerializer(serializers.Serializer):
    charge = serializers.IntegerField(source="charge_id")
    contact = serializers.IntegerField(source="contact_id")
    amount = _dollars(source="balance")


class RunSmallBalancesSerializer(serializers.Serializer):
    """What the list said: how many, and dollars together."""

    count = serializers.IntegerField(min_value=0)
    total = _dollars()


class SmallRunSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    write_offs = serializers.IntegerField()


class SmallRuleSerializer(serializers.Serializer):
    amount = _dollars()
    statements = serializers.IntegerField(min_value=0, max_value=99)


class _WriteOffHouse(HouseView):
    def rows(self) -> WriteOffQuerySet:
        return WriteOff.objects.shown().filter(charge__client__in=Client.objects.visible_to(self.member))

    def answer(self, pk: int, status: int = 200) -> Response:
        return Response(WriteOffSerializer(self.rows().get(pk=pk)).data, status=status)


class NewWriteOffView(_WriteOffHouse):
    """Write off what a party owes of a charge; above one's limit it waits for another person's approval."""

    permissions = {"POST": P.WRITE_OFF}

    @written(NewWriteOffSerializer, WriteOffSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        mine = Charge.objects.filter(client__in=Client.objects.visible_to(self.member))
        charge = get_object_or_404(mine.select_related("client"), pk=pk)
        data = self.validated(NewWriteOffSerializer)
        coverage, contact = data.pop("coverage", None), data.pop("contact", None)
        if (coverage is None) == (contact is None):
            raise BadInput(contact="Name a coverage or a contact, whoever owes")
        party = Party.coverage(coverage) if coverage else Party.contact(contact)
        row = actions.write_off(by=self.member, charge=charge, party=party, key=f"api:{self.idempotency[0]}", **data)
        return self.answer(row.pk, status=201)


class WriteOffsView(_WriteOffHouse):
    """Write-offs that wait, or that were decided."""

    permission = P.WRITE_OFF
    listing = "write-offs"

    @listed(WriteOffSerializer, OpenApiParameter("state", str, enum=["waiting", "decided"]))
    def get(self, request: Any, slug: str) -> Response:
        decided = request.query_params.get("state") == "decided"
        rows = self.rows().decided().order_by("-id") if decided else self.rows().waiting().order_by("id")
        return self.page(rows, lambda page: WriteOffSerializer(page, many=True).data)


class WriteOffView(_WriteOffHouse):
    """One write-off."""

    permission = P.WRITE_OFF
    shows = "write-off"

    @shown(WriteOffSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(self.rows(), pk=pk)
        audit.seen(row, client_id=row.client_id, section="write-off")
        return Response(WriteOffSerializer(row).data)


class DecideView(_WriteOffHouse):
    """Approve a write-off, which posts it, or reject it."""

    permissions = {"POST": P.APPROVE_WRITE_OFFS}

    @written(DecisionSerializer, WriteOffSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(self.rows(), pk=pk)
        actions.decide(by=self.member, write_off=row, **self.validated(DecisionSerializer))
        return self.answer(pk)


class TakeBackView(_WriteOffHouse):
    """Reverse a posted write-off."""

    permissions = {"POST": P.WRITE_OFF}

    @written(TakeBackSerializer, WriteOffSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(self.rows(), pk=pk)
        actions.take_back(by=self.member, write_off=row, **self.validated(TakeBackSerializer))
        return self.answer(pk)


class TotalsView(HouseView):
    """Dollars given up in a period by kind, whoever gave them up, less what was taken back."""

    permission = P.WRITE_OFF
    shows = NOBODY

    @shown(KindTotalSerializer(many=True), OpenApiParameter("start", date), OpenApiParameter("end", date))
    def get(self, request: Any, slug: str) -> Response:
        start, end = this_month(self.practice.today())
        days = {"start": start, "end": end}
        for name in days:
            if name in request.query_params:
                days[name] = serializers.DateField().run_validation(request.query_params[name])
        found = standing.totals(days["start"], days["end"])
        rows = [{"kind": kind, "amount": amount} for kind, amount in found.items()]
        return Response(KindTotalSerializer(rows, many=True).data)


class LimitsView(HouseView):
    """What people may write off of a charge alone; a new limit."""

    permissions = {"GET": P.APPROVE_WRITE_OFFS, "POST": P.APPROVE_WRITE_OFFS}
    shows = NOBODY

    @listed(WriteOffLimitSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = standing.may_write_off(self.practice)
        return self.page(rows, lambda page: WriteOffLimitSerializer([_limit(row) for row in page], many=True).data)

    @written(NewLimitSerializer, WriteOffLimitSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewLimitSerializer)
        member = get_object_or_404(Membership.objects.filter(practice=self.practice), pk=data["member"])
        row: WriteOffLimit = actions.set_limit(by=self.member, member=member, amount=data["amount"])
        return Response(WriteOffLimitSerializer({"member": member.pk, "amount": row.amount}).data, status=201)


def _limit(member: Membership) -> dict[str, Any]:
    return {"member": member.pk, "amount": standing.said_or_by_role(member)}


class HardshipsView(HouseView):
    """A client's hardship records; a new one."""

    permissions = {"GET": P.GRANT_DISCOUNTS, "POST": P.GRANT_DISCOUNTS}
    shows = "hardship"

    @listed(HardshipSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        audit.seen(client, client_id=client.pk, section="hardship")
        rows = HardshipRecord.objects.filter(client__in=client.ids).order_by("-id")
        return self.page(rows, lambda page: HardshipSerializer(page, many=True).data)

    @written(HardshipSerializer, HardshipSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        row = actions.record_hardship(by=self.member, client=client, **self.validated(HardshipSerializer))
        return Response(HardshipSerializer(row).data, status=201)


class SmallBalancesView(HouseView):
    """What the rule names today; giving it up. `count` and `total` say what was shown."""

    permissions = {"GET": P.WRITE_OFF, "POST": P.WRITE_OFF}
    listing = "small balances"

    @listed(SmallBalanceSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rule = rule_now()
        debts = small_debts(rule, self.practice.today()) if rule else []
        return self.page(debts, lambda page: SmallBalanceSerializer(page, many=True).data)

    @written(RunSmallBalancesSerializer, SmallRunSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(RunSmallBalancesSerializer)
        run = actions.run_small_balances(by=self.member, key=f"api:{self.idempotency[0]}", **data)
        return Response({"id": run.pk, "write_offs": run.write_offs.count()}, status=201)


class SmallRuleView(HouseView):
    """Which balances are small."""

    permissions = {"PUT": P.APPROVE_WRITE_OFFS}

    @written(SmallRuleSerializer, SmallRuleSerializer)
    def put(self, request: Any, slug: str) -> Response:
        row = actions.set_small_rule(by=self.member, **self.validated(SmallRuleSerializer))
        return Response(SmallRuleSerializer(row).data)


class UndoRunView(HouseView):
    """Take back all that a run gave up."""

    permissions = {"POST": P.WRITE_OFF}

    @written(None, SmallRunSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        run = get_object_or_404(SmallBalanceRun, pk=pk)
        return Response({"id": run.pk, "write_offs": actions.undo_run(by=self.member, run=run)})
