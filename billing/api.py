"""API of billing: units, invoices, payments, charges."""

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from billing import actions, answers, pages, panels, reports
from billing.caps import NO_CAPS, Caps
from billing.counting import rule_of
from billing.models import Charge, Invoice, InvoiceLine, Method, Payment
from billing.stretches import BadMinutes, Minutes
from billing.units import ALIASES, Rule, count
from clients.models import Client, Payer
from practice.api import HouseView, listed, shown, written
from practice.findings import BadInput
from practice.models import Discipline
from practice.permissions import Permission as P
from sessions.api import LineSerializer, typed_lines
from sessions.minutes import MOST_LINES
from sessions.models import Session


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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rule" in attrs) == ("payer" in attrs):
            raise serializers.ValidationError({"rule": "Say a rule or a payer, one of the two"})
        try:
            attrs["caps"] = Caps.of(attrs["caps"]) if "caps" in attrs else None
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


class ChoiceSerializer(serializers.Serializer):
    """Codes to prefer where minutes left are equal; none goes back to the proposal."""

    codes = serializers.ListField(child=serializers.CharField(max_length=5), max_length=MOST_LINES)


class InvoiceSerializer(serializers.ModelSerializer):
    contact = serializers.CharField(source="contact.__str__")
    open = serializers.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        model = Invoice
        fields = ["id", "number", "contact", "invoiced_on", "due_on", "total", "open"]


class InvoiceLineSerializer(serializers.ModelSerializer):
    served_on = serializers.DateField(source="charge.served_on")
    code = serializers.CharField(source="charge.code")
    units = serializers.IntegerField(source="charge.units")

    class Meta:
        model = InvoiceLine
        fields = ["served_on", "code", "units", "charged", "insurance_paid", "plan_discount", "owed"]


class InvoiceDetailSerializer(InvoiceSerializer):
    lines = InvoiceLineSerializer(many=True)

    class Meta(InvoiceSerializer.Meta):
        fields = [*InvoiceSerializer.Meta.fields, "lines"]


class MakeInvoicesSerializer(serializers.Serializer):
    contacts = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=500)


class NewPaymentSerializer(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal("0.01"))
    method = serializers.ChoiceField(Method.choices)
    reference = serializers.CharField(max_length=40, required=False, allow_blank=True)
    received_on = serializers.DateField()


class PaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Payment
        fields = ["id", "amount", "method", "reference", "received_on"]


class EntrySerializer(serializers.Serializer):
    account = serializers.CharField()
    reason = serializers.CharField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    who = serializers.CharField()


class PostingSerializer(serializers.Serializer):
    posted_on = serializers.DateField()
    kind = serializers.CharField()
    entries = EntrySerializer(many=True)


class ChargeSerializer(serializers.ModelSerializer):
    client = serializers.CharField(source="client.name")
    postings = PostingSerializer(many=True)

    class Meta:
        model = Charge
        fields = ["id", "client", "served_on", "code", "units", "minutes", "amount", "postings"]


class UnitsView(HouseView):
    """Units for minutes as they are typed, the day's other sessions counted in. Saves nothing."""

    permissions = {"POST": P.READ_NOTE}

    @written(UnitsSerializer, CountedSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        rows = Session.objects.visible_to(self.member).select_related("client", "case", "clinician")
        session, data = get_object_or_404(rows, pk=pk), self.validated(UnitsSerializer)
        try:
            counted, around = panels.counted(session, typed_lines(data["lines"]))
        except BadMinutes as bad:
            raise BadInput(lines=str(bad)) from None
        return Response(answers.whole(counted, around, session.case.discipline))


class CountView(HouseView):
    """Units of minutes that belong to no session. Saves nothing."""

    permissions = {"POST": P.SEE_CLIENTS}

    @written(VisitSerializer, CountedSerializer)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(VisitSerializer)
        entered = [Minutes(line.code, line.minutes or 0, line.assistant_minutes) for line in typed_lines(data["lines"])]
        rule, caps = self._rule(data)
        on = data.get("date") or self.practice.today()
        try:
            counted = count(
                entered, rule, discipline=data["discipline"], on=on, caps=data["caps"] or caps, prefer=data["prefer"]
            )
        except BadMinutes as bad:
            raise BadInput(lines=str(bad)) from None
        return Response(answers.whole(counted, entered, data["discipline"]))

    def _rule(self, data: dict[str, Any]) -> tuple[Rule, Caps]:
        if "rule" in data:
            return ALIASES.get(data["rule"]) or Rule(data["rule"]), NO_CAPS
        return rule_of(get_object_or_404(Payer, pk=data["payer"]))


class UnitChoiceView(HouseView):
    """Choose among splits that the payer's rule allows equally."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(ChoiceSerializer, ChoiceSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session = get_object_or_404(Session.objects.visible_to(self.member), pk=pk)
        codes = [code.upper() for code in self.validated(ChoiceSerializer)["codes"]]
        chosen = actions.choose_units(by=self.member, session=session, codes=codes)
        return Response({"codes": chosen.codes})


class InvoicesView(HouseView):
    """Invoices by state; making them for people who owe."""

    permissions = {"GET": P.SEE_INVOICES, "POST": P.MAKE_INVOICES}

    @listed(InvoiceSerializer, OpenApiParameter("state", str, enum=["open", "overdue", "paid"]))
    def get(self, request: Any, slug: str) -> Response:
        state = request.query_params.get("state", "open")
        state = state if state in ("open", "overdue", "paid") else "open"
        balances = reports.open_invoices()
        rows = reports.invoices_by_state(state, self.practice.today(), balances)
        return self.page(rows, lambda page: [_invoice(row, balances) for row in page])

    @written(MakeInvoicesSerializer, InvoiceSerializer(many=True), status=201)
    def post(self, request: Any, slug: str) -> Response:
        made = actions.make_invoices(by=self.member, **self.validated(MakeInvoicesSerializer))
        balances = reports.open_invoices()
        return Response([_invoice(row, balances) for row in made], status=201)


def _invoice(row: Invoice, balances: dict[int, Decimal]) -> dict[str, Any]:
    row.open = balances.get(row.pk, Decimal("0.00"))  # type: ignore[attr-defined]
    return InvoiceSerializer(row).data


class InvoiceView(HouseView):
    """One invoice with its lines."""

    permission = P.SEE_INVOICES

    @shown(InvoiceDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(Invoice.objects.select_related("contact"), pk=pk)
        lines = row.lines.select_related("charge").order_by("charge__served_on", "id")
        return Response(
            _invoice(row, reports.open_invoices()) | {"lines": InvoiceLineSerializer(lines, many=True).data}
        )


class PaymentsView(HouseView):
    """Money for an invoice: it pays that, then what else its person owes, oldest first."""

    permissions = {"POST": P.TAKE_PAYMENT}

    @written(NewPaymentSerializer, PaymentSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        invoice = get_object_or_404(Invoice.objects.select_related("contact"), pk=pk)
        data = self.validated(NewPaymentSerializer)
        key = f"api:{self.idempotency[0]}"
        taken = actions.take_payment(by=self.member, contact=invoice.contact, invoice=invoice, key=key, **data)
        return Response(PaymentSerializer(taken).data, status=201)


class ChargeView(HouseView):
    """One charge with every posting that touched it."""

    permission = P.SEE_RECEIVABLES

    @shown(ChargeSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        mine = Client.objects.visible_to(self.member)
        charge = get_object_or_404(Charge.objects.select_related("client"), pk=pk, client__in=mine)
        charge.postings = [  # type: ignore[attr-defined]
            {"posted_on": posting.posted_on, "kind": posting.kind, "entries": pages.entries(posting, charge)}
            for posting in reports.charge_history(charge)
        ]
        return Response(ChargeSerializer(charge).data)
