"""API of billing: units, invoices, payments, charges."""

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from billing import actions, pages, reports
from billing.models import Charge, Invoice, InvoiceLine, Method, OutsideTherapy, Payment
from clients.models import Client
from practice import audit
from practice.api import HouseView, listed, shown, written
from practice.permissions import Permission as P


class OutsideTherapySerializer(serializers.ModelSerializer):
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0))

    class Meta:
        model = OutsideTherapy
        fields = ["year", "bucket", "amount", "as_of"]


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


class TherapyYearView(HouseView):
    """Therapy of a year that other clinics billed Medicare, for the KX threshold."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(OutsideTherapySerializer, OutsideTherapySerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        data = self.validated(OutsideTherapySerializer)
        row = actions.record_outside_therapy(by=self.member, client=client, **data)
        return Response(OutsideTherapySerializer(row).data, status=201)


class InvoicesView(HouseView):
    """Invoices by state; making them for people who owe."""

    permissions = {"GET": P.SEE_INVOICES, "POST": P.MAKE_INVOICES}
    listing = "invoices"

    @listed(InvoiceSerializer, OpenApiParameter("state", str, enum=["open", "overdue", "paid", "void"]))
    def get(self, request: Any, slug: str) -> Response:
        state = request.query_params.get("state", "open")
        state = state if state in ("open", "overdue", "paid", "void") else "open"
        balances = reports.open_invoices()
        rows = reports.invoices_by_state(state, self.practice.today(), balances)
        return self.page(rows, lambda page: [_invoice(row, balances) for row in page])

    @written(MakeInvoicesSerializer, InvoiceSerializer(many=True), status=201)
    def post(self, request: Any, slug: str) -> Response:
        made = actions.make_invoices(by=self.member, **self.validated(MakeInvoicesSerializer))
        balances = reports.open_invoices({row.contact_id for row in made})
        return Response([_invoice(row, balances) for row in made], status=201)


def _invoice(row: Invoice, balances: dict[int, Decimal]) -> dict[str, Any]:
    row.open = balances.get(row.pk, Decimal("0.00"))  # type: ignore[attr-defined]
    return InvoiceSerializer(row).data


class InvoiceView(HouseView):
    """One invoice with its lines."""

    permission = P.SEE_INVOICES
    shows = "invoice"

    @shown(InvoiceDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(Invoice.objects.select_related("contact"), pk=pk)
        audit.seen(row, client_id=reports.clients_on(row), section="invoice")
        lines = row.lines.select_related("charge").order_by("charge__served_on", "id")
        return Response(
            _invoice(row, reports.open_invoices([row.contact_id]))
            | {"lines": InvoiceLineSerializer(lines, many=True).data}
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
    shows = "charge"

    @shown(ChargeSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        mine = Client.objects.visible_to(self.member)
        charge = get_object_or_404(Charge.objects.select_related("client"), pk=pk, client__in=mine)
        audit.seen(charge, client_id=charge.client_id, section="charge")
        charge.postings = [  # type: ignore[attr-defined]
            {"posted_on": posting.posted_on, "kind": posting.kind, "entries": pages.entries(posting, charge)}
            for posting in reports.charge_history(charge)
        ]
        return Response(ChargeSerializer(charge).data)
