"""API of payments: check-in, credits, a person's payments, refunds, receipts and plans."""

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from billing.actions import take_payment
from billing.api import NewPaymentSerializer, PaymentSerializer
from billing.models import Method, Payment, PaymentPlan, Refund, RefundMethod
from billing.payments import actions
from billing.payments.asking import proposal
from billing.payments.credits import (
    Plan,
    allocation,
    keep_below,
    owed_by,
    people_with_credit,
    plan_of,
    proposed,
)
from billing.payments.held import credit_of
from billing.payments.people import clients_of, people_for
from billing.payments.receipts import clients_of as clients_on
from billing.payments.receipts import payment_paper
from clients.models import Contact
from practice import audit
from practice.api import HouseView, choice, listed, shown, written
from practice.money import LARGEST, ZERO
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.models import Session


def dollars(least: str = "0.00", **options: Any) -> serializers.DecimalField:
    """An amount that somebody sends or reads."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(least), **options)


class CheckInProposalSerializer(serializers.Serializer):
    """What may be taken at check-in: today's share, and what is owed from before."""

    contact = serializers.IntegerField(source="contact.pk")
    name = serializers.CharField(source="contact.__str__")
    today = dollars()
    estimated = serializers.BooleanField(help_text="an estimate is never posted as owed")
    why = serializers.ListField(child=serializers.CharField())
    balance = dollars()
    why_balance = serializers.CharField()


class NewCheckInSerializer(serializers.Serializer):
    for_visit = dollars(required=False)
    for_balance = dollars(required=False)
    method = serializers.ChoiceField(Method.choices, required=False)
    reference = serializers.CharField(max_length=40, required=False, allow_blank=True)


class CheckInSerializer(serializers.Serializer):
    """The payment is null where nothing was taken."""

    state = serializers.CharField()
    payment = PaymentSerializer(allow_null=True)


class CreditSerializer(serializers.Serializer):
    contact = serializers.IntegerField()
    name = serializers.CharField()
    credit = dollars()
    held = dollars(help_text="for visits that still wait")
    free = dollars()
    owes = dollars()
    proposed = serializers.CharField()


class CreditRuleSerializer(serializers.Serializer):
    keep_below = dollars(help_text="a credit below this may stay")


class AppliedSerializer(serializers.Serializer):
    applied = dollars()


class NewRefundSerializer(serializers.Serializer):
    amount = dollars("0.01")
    method = choice("RefundMethod", RefundMethod)
    reference = serializers.CharField(max_length=40, required=False, allow_blank=True)


class RefundSerializer(serializers.ModelSerializer):
    method = choice("RefundMethod", RefundMethod)

    class Meta:
        model = Refund
        fields = ["id", "amount", "method", "reference", "refunded_on"]


class PersonMoneySerializer(serializers.Serializer):
    """What a person owes and holds."""

    owes = dollars()
    credit = dollars()
    held = dollars()
    free = dollars()


class AllocatedSerializer(serializers.Serializer):
    charge = serializers.IntegerField()
    served_on = serializers.DateField()
    owed = dollars()
    pays = dollars()


class AllocationSerializer(serializers.Serializer):
    """What an amount would pay, oldest first; nothing is posted. At most 50 charges are listed."""

    rows = AllocatedSerializer(many=True)
    over = dollars(help_text="would stay as credit")
    owed = dollars()


class ReceiptLineSerializer(serializers.Serializer):
    served_on = serializers.DateField(source="date", allow_null=True)
    text = serializers.CharField()
    amount = dollars()


class ReceiptSerializer(serializers.Serializer):
    """A payment and what it pays; `note` says why it was taken back."""

    name = serializers.CharField()
    received_on = serializers.DateField(source="date")
    amount = dollars()
    method = serializers.CharField()
    rows = ReceiptLineSerializer(many=True)
    note = serializers.CharField(allow_blank=True)


class TakeBackPaymentSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class DueSerializer(serializers.Serializer):
    on = serializers.DateField()
    amount = dollars()


class NewPaymentPlanSerializer(serializers.Serializer):
    total = dollars("0.01")
    monthly = dollars("0.01")
    first_on = serializers.DateField()


class PaymentPlanSerializer(serializers.ModelSerializer):
    """`due` is what should have been paid by today."""

    dues = DueSerializer(many=True)
    due = dollars()

    class Meta:
        model = PaymentPlan
        fields = ["total", "monthly", "first_on", "due", "dues"]


class CheckInView(HouseView):
    """What is proposed for the day of a session; take it, and check the client in."""

    permissions = {"GET": P.TAKE_PAYMENT, "POST": P.TAKE_PAYMENT}
    shows = "check-in"

    def _session(self, pk: int) -> Session:
        rows = Session.objects.visible_to(self.member).select_related("client__guarantor", "case")
        return get_object_or_404(rows, pk=pk)

    @shown(CheckInProposalSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        session = self._session(pk)
        audit.seen(session, client_id=session.client_id, section="check-in")
        return Response(CheckInProposalSerializer(proposal(session)).data)

    @written(NewCheckInSerializer, CheckInSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self._session(pk), self.validated(NewCheckInSerializer)
        taken = actions.check_in(by=self.member, session=session, key=f"api:{self.idempotency[0]}", **data)
        return Response(CheckInSerializer({"state": session.state, "payment": taken}).data, status=201)


class CreditsView(HouseView):
    """People with credit, and what is proposed for it. Nothing is done by itself."""

    permission = P.SEE_INVOICES
    listing = "credits"

    @listed(CreditSerializer)
    def get(self, request: Any, slug: str) -> Response:
        small = keep_below()
        return self.page(people_with_credit(), lambda page: [_credit(row, small) for row in page])


def _credit(row: Any, small: Decimal) -> dict[str, Any]:
    shown_ = {
        "contact": row.contact_id,
        "name": str(row.contact),
        "credit": -row.balance,
        "held": row.held,
        "free": max(row.free, ZERO),
        "owes": row.owes,
        "proposed": proposed(row.free, row.owes, small),
    }
    return CreditSerializer(shown_).data


class CreditRuleView(HouseView):
    """Below which amount a credit may stay."""

    permissions = {"GET": P.SEE_INVOICES, "PUT": P.MANAGE_PRACTICE}
    shows = NOBODY

    @shown(CreditRuleSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return Response(CreditRuleSerializer({"keep_below": keep_below()}).data)

    @written(CreditRuleSerializer, CreditRuleSerializer)
    def put(self, request: Any, slug: str) -> Response:
        row = actions.set_credit_rule(by=self.member, **self.validated(CreditRuleSerializer))
        return Response(CreditRuleSerializer(row).data)


class PersonView(HouseView):
    """Of one person."""

    def contact(self, pk: int) -> Contact:
        return get_object_or_404(people_for(self.member), pk=pk)

    def seen(self, pk: int) -> Contact:
        contact = self.contact(pk)
        audit.seen(contact, client_id=clients_of(contact), section="payments")
        return contact

    @property
    def key(self) -> str:
        return f"api:{self.idempotency[0]}"


class PersonMoneyView(PersonView):
    """What a person owes, and her credit."""

    permission = P.TAKE_PAYMENT
    shows = "payments"

    @shown(PersonMoneySerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        contact = self.seen(pk)
        credit = credit_of(contact.pk)
        owes = sum(owed_by(contact.pk).values_list("balance", flat=True), ZERO)
        told = {"owes": owes, "credit": credit.whole, "held": credit.whole - credit.free, "free": credit.free}
        return Response(PersonMoneySerializer(told).data)


class PersonPaymentsView(PersonView):
    """A person's payments, the newest first; take one."""

    permissions = {"GET": P.TAKE_PAYMENT, "POST": P.TAKE_PAYMENT}
    shows = "payments"

    @listed(PaymentSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        rows = Payment.objects.filter(contact=self.seen(pk)).order_by("-id")
        return self.page(rows, lambda page: PaymentSerializer(page, many=True).data)

    @written(NewPaymentSerializer, PaymentSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        data = self.validated(NewPaymentSerializer)
        taken = take_payment(by=self.member, contact=self.contact(pk), key=self.key, **data)
        return Response(PaymentSerializer(taken).data, status=201)


class AllocationView(PersonView):
    """What an amount would pay."""

    permission = P.TAKE_PAYMENT
    shows = "payments"

    @shown(AllocationSerializer, OpenApiParameter("amount", {"type": "string", "pattern": r"^\d{1,7}(\.\d\d)?$"}))
    def get(self, request: Any, slug: str, pk: int) -> Response:
        contact = self.seen(pk)
        field = dollars()
        try:
            amount = field.run_validation(request.query_params.get("amount", "0"))
        except serializers.ValidationError as wrong:
            raise serializers.ValidationError({"amount": wrong.detail}) from None
        found = allocation(contact.pk, min(amount, LARGEST))
        rows = [
            {"charge": item.charge_id, "served_on": item.charge.served_on, "owed": item.balance, "pays": pays}
            for item, pays in found.rows[:50]
            if item.charge
        ]
        return Response(AllocationSerializer({"rows": rows, "over": found.over, "owed": found.owed}).data)


class ApplyCreditView(PersonView):
    """A person's free credit pays what she owes, oldest first."""

    permissions = {"POST": P.TAKE_PAYMENT}

    @written(None, AppliedSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        paid = actions.apply_credit(by=self.member, contact=self.contact(pk), key=self.key)
        return Response(AppliedSerializer({"applied": paid}).data)


class RefundsView(PersonView):
    """What a person got back, the newest first; give free credit back."""

    permissions = {"GET": P.TAKE_PAYMENT, "POST": P.GIVE_BACK}
    shows = "payments"

    @listed(RefundSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        rows = Refund.objects.filter(contact=self.seen(pk)).order_by("-id")
        return self.page(rows, lambda page: RefundSerializer(page, many=True).data)

    @written(NewRefundSerializer, RefundSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        data = self.validated(NewRefundSerializer)
        row = actions.refund(by=self.member, contact=self.contact(pk), key=self.key, **data)
        return Response(RefundSerializer(row).data, status=201)


class PaymentPlanView(PersonView):
    """A person's payment plan with its payments; another one, or none any more."""

    permissions = {"GET": P.TAKE_PAYMENT, "PUT": P.MAKE_INVOICES, "DELETE": P.MAKE_INVOICES}
    shows = "payments"

    @shown(PaymentPlanSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        return Response(_plan(plan_of(self.seen(pk))))

    @written(NewPaymentPlanSerializer, PaymentPlanSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        contact = self.contact(pk)
        actions.make_plan(by=self.member, contact=contact, **self.validated(NewPaymentPlanSerializer))
        return Response(_plan(plan_of(contact)))

    @written(None, PaymentPlanSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        contact = self.contact(pk)
        before = _plan(plan_of(contact))
        actions.end_plan(by=self.member, contact=contact)
        return Response(before)


def _plan(found: Plan | None) -> dict[str, Any]:
    if found is None:
        raise Http404
    row: Any = found.row
    row.dues, row.due = found.dues, found.due
    return PaymentPlanSerializer(row).data


class PaymentView(HouseView):
    """A payment and what it pays."""

    permission = P.TAKE_PAYMENT
    shows = "receipt"

    @shown(ReceiptSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = _payment(self.member, pk)
        audit.seen(found, client_id=clients_on(found), section="receipt")
        return Response(ReceiptSerializer(payment_paper(found)).data)


class TakeBackView(HouseView):
    """A payment that was none: what it had paid is owed again."""

    permissions = {"POST": P.GIVE_BACK}

    @written(TakeBackPaymentSerializer, ReceiptSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        found = _payment(self.member, pk)
        actions.take_back(by=self.member, payment=found, **self.validated(TakeBackPaymentSerializer))
        return Response(ReceiptSerializer(payment_paper(found)).data)


def _payment(member: Any, pk: int) -> Payment:
    rows = Payment.objects.filter(contact__in=people_for(member)).select_related("contact", "posting")
    return get_object_or_404(rows, pk=pk)
