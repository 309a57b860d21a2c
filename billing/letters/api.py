"""API of letters, with the verbs and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from billing.letters import actions, owing
from billing.letters.actions.estimates import MOST_CODES, MOST_UNITS, MOST_VISITS
from billing.letters.estimate_views import estimates_for
from billing.letters.estimating import billed_so_far
from billing.letters.frozen import kept
from billing.letters.good_faith import passed_by
from billing.letters.superbill_views import superbills_for
from billing.letters.visits import MOST, candidates, charges_of
from billing.models import CreditNote, GoodFaithEstimate, Invoice, Statement, Superbill, SuperbillLine
from clients.models import Case, Client, Contact
from practice import audit
from practice.api import HouseView, listed, shown, written
from practice.models import Clinician, Location
from practice.permissions import Permission as P


def _dollars(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, **options)


def _id() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class VoidSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class CreditNoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = CreditNote
        fields = ["number", "total", "noted_on", "reason"]


class VoidInvoiceView(HouseView):
    """Take an invoice back whole, with a credit note; what is still open of it can be invoiced anew."""

    permissions = {"POST": P.MAKE_INVOICES}

    @written(VoidSerializer, CreditNoteSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        invoice = get_object_or_404(Invoice, pk=pk)
        key = f"api:{self.idempotency[0]}"
        reason = self.validated(VoidSerializer)["reason"]
        note = actions.void_invoice(by=self.member, invoice=invoice, reason=reason, key=key)
        return Response(CreditNoteSerializer(note).data, status=201)


class StatementSerializer(serializers.ModelSerializer):
    """A statement; `printed` is what stands on it, dates in ISO and dollars as text."""

    to = serializers.CharField(source="contact.__str__")

    class Meta:
        model = Statement
        fields = [
            "id", "number", "contact", "to", "stated_on", "due_on", "first_on", "last_on", "owed", "credit", "printed",
        ]  # fmt: skip


class MakeStatementsSerializer(serializers.Serializer):
    contacts = serializers.ListField(child=_id(), min_length=1, max_length=500)


class StatementsView(HouseView):
    """Statements, newest first; making them for people who owe."""

    permissions = {"GET": P.SEE_INVOICES, "POST": P.MAKE_INVOICES}
    listing = "statements"

    @listed(StatementSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = Statement.objects.select_related("contact").order_by("-number")
        return self.page(rows, lambda page: StatementSerializer(page, many=True).data)

    @written(MakeStatementsSerializer, StatementSerializer(many=True), status=201)
    def post(self, request: Any, slug: str) -> Response:
        contacts = self.validated(MakeStatementsSerializer)["contacts"]
        made = actions.make_statements(by=self.member, contacts=contacts, key=f"api:{self.idempotency[0]}")
        return Response(StatementSerializer(made, many=True).data, status=201)


class StatementView(HouseView):
    """One statement as it was sent."""

    permission = P.SEE_INVOICES
    shows = "statement"

    @shown(StatementSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Statement.objects.select_related("contact"), pk=pk)
        charts = [group["chart"] for group in found.printed["clients"]]
        about = Client.objects.filter(number__in=charts).values_list("pk", flat=True)
        audit.seen(found, client_id=list(about), section="statement")
        return Response(StatementSerializer(found).data)


class StatementPreviewSerializer(serializers.Serializer):
    sent = serializers.IntegerField(help_text="statements so far")
    printed = serializers.JSONField(help_text="null: she owes nothing")


class StatementPreviewView(HouseView):
    """What a statement of today would say to one person."""

    permission = P.MAKE_INVOICES
    shows = "statement"

    @shown(StatementPreviewSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        contact = get_object_or_404(Contact, pk=pk)
        about = owing.open_of([contact.pk]).values_list("charge__client", flat=True)
        audit.seen(contact, client_id=list(about), section="statement")
        told = owing.preview(contact, self.practice.today())
        return Response({"sent": owing.statements_sent(contact.pk), "printed": kept(told) if told else None})


class SuperbillLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = SuperbillLine
        fields = ["charge", "charged", "paid"]


class SuperbillSerializer(serializers.ModelSerializer):
    """A superbill; `printed` is what stands on it, dates in ISO and dollars as text."""

    void = serializers.SerializerMethodField(help_text="why it counts no longer; empty: it counts")

    class Meta:
        model = Superbill
        fields = ["id", "number", "client", "made_on", "charged", "paid", "void", "printed"]

    def get_void(self, row: Superbill) -> str:
        void = next(iter(row.voids.all()), None)
        return void.reason if void else ""


class NewSuperbillSerializer(serializers.Serializer):
    charges = serializers.ListField(child=_id(), min_length=1, max_length=MOST)


class CandidateSerializer(serializers.Serializer):
    charge = serializers.IntegerField()
    served_on = serializers.DateField()
    code = serializers.CharField()
    amount = _dollars()
    paid = _dollars()
    refusal = serializers.CharField(help_text="why it may not stand on a superbill; empty: it may")


class SuperbillsView(HouseView):
    """The superbills of a client, newest first; making one."""

    permissions = {"GET": P.SEE_INVOICES, "POST": P.MAKE_INVOICES}
    shows = "superbills"

    def _client(self, pk: int) -> Client:
        return get_object_or_404(Client.objects.visible_to(self.member), pk=pk)

    @listed(SuperbillSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = self._client(pk)
        audit.seen(client, client_id=client.pk, section="superbills")
        rows = superbills_for(self.member).filter(client__in=client.ids).order_by("-id")
        return self.page(rows, lambda page: SuperbillSerializer(page, many=True).data)

    @written(NewSuperbillSerializer, SuperbillSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client, charges = self._client(pk), self.validated(NewSuperbillSerializer)["charges"]
        key = f"api:{self.idempotency[0]}"
        made = actions.make_superbill(by=self.member, client=client, charges=charges, key=key)
        return Response(SuperbillSerializer(made).data, status=201)


class CandidatesView(HouseView):
    """The charges of a client, and which of them may stand on a superbill."""

    permission = P.MAKE_INVOICES
    shows = "superbills"

    @listed(CandidateSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        audit.seen(client, client_id=client.pk, section="superbills")
        return self.page(charges_of(client).reverse(), lambda page: _candidates(client, page))


def _candidates(client: Client, page: Any) -> Any:
    rows = [
        {
            "charge": row.charge.pk,
            "served_on": row.charge.served_on,
            "code": row.charge.code,
            "amount": row.charge.amount,
            "paid": row.paid,
            "refusal": row.refusal,
        }
        for row in candidates(client, page)
    ]
    return CandidateSerializer(rows, many=True).data


class SuperbillView(HouseView):
    """One superbill as it was made."""

    permission = P.SEE_INVOICES
    shows = "superbill"

    @shown(SuperbillSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(superbills_for(self.member), pk=pk)
        audit.seen(found, client_id=found.client_id, section="superbill")
        return Response(SuperbillSerializer(found).data)


class VoidSuperbillView(HouseView):
    """A superbill counts no longer; its visits may stand on another."""

    permissions = {"POST": P.MAKE_INVOICES}

    @written(VoidSerializer, SuperbillSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(superbills_for(self.member), pk=pk)
        actions.void_superbill(by=self.member, superbill=found, reason=self.validated(VoidSerializer)["reason"])
        return Response(SuperbillSerializer(superbills_for(self.member).get(pk=pk)).data)


class EstimatedServiceSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=5)
    units = serializers.IntegerField(min_value=1, max_value=MOST_UNITS, help_text="a visit")
    visits = serializers.IntegerField(min_value=1, max_value=MOST_VISITS)


class NewEstimateSerializer(serializers.Serializer):
    case, clinician, location = _id(), _id(), _id()
    services = serializers.ListField(child=EstimatedServiceSerializer(), min_length=1, max_length=MOST_CODES)
    frequency = serializers.CharField(max_length=60, help_text="“once a week”")
    starts_on = serializers.DateField(help_text="the first visit")
    ends_on = serializers.DateField(help_text="at most twelve months later")
    asked_on = serializers.DateField(help_text="the day the visit was booked, or the client asked")
    requested = serializers.BooleanField(default=False, help_text="the client asked; else a visit was booked")


class EstimateSerializer(serializers.ModelSerializer):
    """An estimate; `billed` under it so far, and `passed_by` from $400 on, when the client may dispute."""

    billed = _dollars()
    passed_by = _dollars(allow_null=True)

    class Meta:
        model = GoodFaithEstimate
        fields = [
            "id", "number", "client", "case", "clinician", "location", "given_on", "asked_on", "requested", "due_on",
            "starts_on", "ends_on", "frequency", "total", "billed", "passed_by", "printed",
        ]  # fmt: skip


def _estimates(rows: Any, client: int) -> list[dict[str, Any]]:
    billed = billed_so_far([client])
    for row in rows:
        row.billed = billed[row.pk][1]
        row.passed_by = passed_by(row.total, row.billed)
    return EstimateSerializer(rows, many=True).data


class EstimatesView(HouseView):
    """The good faith estimates of a client, newest first; giving one."""

    permissions = {"GET": P.GIVE_ESTIMATES, "POST": P.GIVE_ESTIMATES}
    shows = "estimates"

    def _client(self, pk: int) -> Client:
        return get_object_or_404(Client.objects.visible_to(self.member), pk=pk)

    @listed(EstimateSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = self._client(pk)
        audit.seen(client, client_id=client.pk, section="estimates")
        rows = estimates_for(self.member).filter(client__in=client.ids).order_by("-id")
        return self.page(rows, lambda page: _estimates(page, client.pk))

    @written(NewEstimateSerializer, EstimateSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client, data = self._client(pk), self.validated(NewEstimateSerializer)
        data["case"] = get_object_or_404(Case, pk=data["case"], client__in=client.ids)
        data["clinician"] = get_object_or_404(Clinician, pk=data["clinician"])
        data["location"] = get_object_or_404(Location, pk=data["location"])
        data["services"] = [(row["code"], row["units"], row["visits"]) for row in data["services"]]
        made = actions.give_estimate(by=self.member, key=f"api:{self.idempotency[0]}", **data)
        return Response(_estimates([made], client.pk)[0], status=201)


class EstimateView(HouseView):
    """One estimate as it was given, with what was billed since."""

    permission = P.GIVE_ESTIMATES
    shows = "estimate"

    @shown(EstimateSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(estimates_for(self.member), pk=pk)
        audit.seen(found, client_id=found.client_id, section="estimate")
        return Response(_estimates([found], found.client_id)[0])
