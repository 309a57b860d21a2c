"""API of invoicing, with the actions and permissions of the pages: who can be invoiced, what waits and why, runs."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from billing.invoicing import actions
from billing.invoicing.explaining import explain
from billing.invoicing.models import Asked, InvoiceRun, Outcome, RunLetters, RunPerson, RunState
from billing.invoicing.ready import ready, told
from billing.invoicing.waiting import Place, Waiting
from billing.invoicing.why_not import Reason
from practice import audit
from practice.api import HouseView, listed, shown, written
from practice.permissions import Permission as P

PLACES = [place.name.lower() for place in Place]


class ToInvoiceSerializer(serializers.Serializer):
    contact = serializers.IntegerField(source="contact_id")
    name = serializers.CharField()
    clients = serializers.CharField(help_text="whose services: siblings stand on one invoice")
    oldest = serializers.DateField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    lines = serializers.IntegerField()


class NotYetSerializer(serializers.Serializer):
    who = serializers.CharField()
    since = serializers.DateField()
    reason = serializers.ChoiceField([reason.value for reason in Reason])
    sentence = serializers.CharField(source="text")
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="null: the visit is not charged yet"
    )
    client = serializers.IntegerField(allow_null=True)
    session = serializers.IntegerField(allow_null=True)
    charge = serializers.IntegerField(allow_null=True)


class NewInvoiceRunSerializer(serializers.Serializer):
    contacts = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        min_length=1,
        max_length=actions.MOST,
        required=False,
        help_text="left out: everybody who can be invoiced",
    )


class InvoiceRunSerializer(serializers.ModelSerializer):
    asked = serializers.ChoiceField(Asked.values)
    state = serializers.ChoiceField(RunState.values)

    class Meta:
        model = InvoiceRun
        fields = ["id", "asked", "state", "people", "made", "skipped", "at", "done_at"]


class RunPersonSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="contact.__str__")
    outcome = serializers.ChoiceField(Outcome.values)
    number = serializers.IntegerField(source="invoice.number", default=None, allow_null=True)

    class Meta:
        model = RunPerson
        fields = ["contact", "name", "outcome", "why", "invoice", "number"]


class RunLettersSerializer(serializers.ModelSerializer):
    class Meta:
        model = RunLetters
        fields = ["id", "part", "first", "last", "count", "drawn", "trouble"]


class ReadyView(HouseView):
    """People to whom an invoice can be made now, oldest service first."""

    permission = P.SEE_INVOICES
    listing = "invoices"

    @listed(ToInvoiceSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(ready(), lambda page: ToInvoiceSerializer(told(page), many=True).data)


class WaitingView(HouseView):
    """What cannot be invoiced yet, oldest first, each with its reason."""

    permission = P.SEE_INVOICES
    listing = "invoices"

    @listed(NotYetSerializer, OpenApiParameter("why", str, enum=PLACES, description="only rows of this kind"))
    def get(self, request: Any, slug: str) -> Response:
        why = request.query_params.get("why")
        if why is not None and why not in PLACES:
            raise exceptions.ValidationError({"why": [f"One of {', '.join(PLACES)}."]})
        place = Place[why.upper()] if why else None
        return self.page(Waiting(place), lambda page: NotYetSerializer(explain(list(page)), many=True).data)


class InvoiceRunsView(HouseView):
    """Runs, newest first; one more, for everybody who can be invoiced or for some people."""

    permissions = {"GET": P.MAKE_INVOICES, "POST": P.MAKE_INVOICES}
    listing = "invoices"

    @listed(InvoiceRunSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = InvoiceRun.objects.order_by("-at", "-pk")
        return self.page(rows, lambda page: InvoiceRunSerializer(page, many=True).data)

    @written(NewInvoiceRunSerializer, InvoiceRunSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        contacts = self.validated(NewInvoiceRunSerializer).get("contacts")
        run = actions.start_run(by=self.member, key=f"api:{self.idempotency[0]}", contacts=contacts)
        return Response(InvoiceRunSerializer(run).data, status=201)


def _run(pk: int) -> InvoiceRun:
    return get_object_or_404(InvoiceRun, pk=pk)


class InvoiceRunView(HouseView):
    """How far a run is."""

    permission = P.SEE_INVOICES
    shows = "invoice run"

    @shown(InvoiceRunSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        run = _run(pk)
        audit.seen(run, client_id=None, section="invoice run")
        return Response(InvoiceRunSerializer(run).data)


class RunPeopleView(HouseView):
    """The people of a run: the invoice of each, or why there is none."""

    permission = P.SEE_INVOICES
    shows = "invoice run"

    @listed(RunPersonSerializer, OpenApiParameter("outcome", str, enum=Outcome.values))
    def get(self, request: Any, slug: str, pk: int) -> Response:
        run = _run(pk)
        audit.seen(run, client_id=None, section="invoice run")
        rows = run.persons.select_related("contact", "invoice").order_by("contact")
        outcome = request.query_params.get("outcome")
        if outcome is not None:
            if outcome not in Outcome.values:
                raise exceptions.ValidationError({"outcome": [f"One of {', '.join(Outcome.values)}."]})
            rows = rows.filter(outcome=outcome)
        return self.page(rows, lambda page: RunPersonSerializer(page, many=True).data)


class RunLettersView(HouseView):
    """The letters of a finished run as files for the printer, drawn in the background."""

    permissions = {"POST": P.MAKE_INVOICES}

    @written(None, RunLettersSerializer(many=True))
    def post(self, request: Any, slug: str, pk: int) -> Response:
        parts = actions.ask_for_letters(by=self.member, run=_run(pk))
        return Response(RunLettersSerializer(parts, many=True).data)
