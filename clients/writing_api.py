"""API of what is written into a chart: the client, her people, coverages, cases. Verbs and permissions of the pages.

PATCH takes the fields that change. `seen` is not asked: a write of the API is meant as it is sent.
"""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from clients import actions
from clients.api import AuthorizationSerializer, CaseSerializer, ClientSerializer, CoverageSerializer, PersonSerializer
from clients.models import (
    Authorization,
    Case,
    Client,
    ClientContact,
    Contact,
    Coverage,
    Payer,
    Referrer,
)
from clients.writing_serializers import (
    BenefitSerializer,
    ClosedOnSerializer,
    CodesSerializer,
    EditClientSerializer,
    LastDaySerializer,
    MemberIdSerializer,
    NewAuthorizationSerializer,
    NewCaseSerializer,
    NothingSerializer,
    ReasonSerializer,
    SharingSerializer,
    WriteCaseSerializer,
    WriteCoverageSerializer,
    WritePersonSerializer,
)
from practice.api import HouseView, written
from practice.findings import BadInput
from practice.permissions import Permission as P


class ChartView(HouseView):
    """Finds things of a client only among those the person may know of."""

    def client(self, pk: int) -> Client:
        return get_object_or_404(Client.objects.visible_to(self.member), pk=pk)

    def among(self, rows: Any, pk: int, path: str = "client") -> Any:
        return get_object_or_404(rows, pk=pk, **{f"{path}__in": Client.objects.visible_to(self.member)})

    def coverage(self, pk: int) -> Coverage:
        return self.among(Coverage.objects.select_related("payer", "client"), pk)

    def case(self, pk: int) -> Case:
        return self.among(Case.objects.select_related("client"), pk)


def _held(client: Client, data: dict[str, Any]) -> dict[str, Any]:
    """The rows behind the ids of a body, all of the same client; another's are not there."""
    charts = client.ids
    people = Contact.objects.filter(client_links__client__in=charts).distinct()
    payers = Contact.objects.filter(Q(client_links__client__in=charts) | Q(pk=client.guarantor_id)).distinct()
    kinds = {
        "payer": Payer.objects.all(),
        "subscriber": people,
        "first": payers,
        "other": payers,
        "case": Case.objects.filter(client__in=charts),
        "referrer": Referrer.objects.all(),
    }
    for name, rows in kinds.items():
        if data.get(name) is not None:
            row = rows.filter(pk=data[name]).first()
            if row is None:
                raise BadInput({name: "There is none with this id here"})
            data[name] = row
    return data


class EditClientView(ChartView):
    """Change what is known of a client."""

    permissions = {"PATCH": P.EDIT_CLIENTS}

    @written(EditClientSerializer(partial=True), ClientSerializer)
    def patch(self, request: Any, slug: str, pk: int) -> Response:
        data = self.validated(EditClientSerializer, partial=True)
        return Response(ClientSerializer(actions.edit_client(by=self.member, client=self.client(pk), **data)).data)


class DeactivateView(ChartView):
    """Take a client out of the lists."""

    permissions = {"POST": P.EDIT_CLIENTS}

    @written(ReasonSerializer, ClientSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        data = self.validated(ReasonSerializer)
        return Response(
            ClientSerializer(actions.deactivate_client(by=self.member, client=self.client(pk), **data)).data
        )


class ReactivateView(ChartView):
    """Put a client back into the lists."""

    permissions = {"POST": P.EDIT_CLIENTS}

    @written(NothingSerializer, ClientSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        self.validated(NothingSerializer)
        return Response(ClientSerializer(actions.reactivate_client(by=self.member, client=self.client(pk))).data)


class PeopleView(ChartView):
    """Add a contact or guardian."""

    permissions = {"POST": P.EDIT_CLIENTS}

    @written(WritePersonSerializer, PersonSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        data = self.validated(WritePersonSerializer)
        link = actions.add_person(by=self.member, client=self.client(pk), **data)
        return Response(PersonSerializer(link).data, status=201)


class PersonView(ChartView):
    """Change a contact, or take her off the chart."""

    permissions = {"PUT": P.EDIT_CLIENTS, "DELETE": P.EDIT_CLIENTS}

    def link(self, pk: int) -> ClientContact:
        return self.among(ClientContact.objects.select_related("client", "contact"), pk)

    @written(WritePersonSerializer, PersonSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        link = self.link(pk)
        data = self.validated(WritePersonSerializer)
        return Response(PersonSerializer(actions.edit_person(by=self.member, link=link, **data)).data)

    @written(None, PersonSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        link = self.link(pk)
        gone = PersonSerializer(link).data
        actions.end_person(by=self.member, link=link)
        return Response(gone)


class SharingView(ChartView):
    """Who owes the client's share: two people by a rule from a day on, or the guarantor alone again."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(SharingSerializer, SharingSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = self.client(pk)
        data = _held(client, self.validated(SharingSerializer))
        row = actions.share_between(by=self.member, client=client, **data)
        named = {"first": row.first_id, "other": row.other_id}
        told = {name: getattr(row, name) for name in ("rule", "starts_on", "percent", "amount", "codes")} | named
        return Response(SharingSerializer(told).data, status=201)


class CoveragesView(ChartView):
    """Add a client's membership in a plan."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(WriteCoverageSerializer, CoverageSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = self.client(pk)
        data = _held(client, self.validated(WriteCoverageSerializer))
        return Response(
            CoverageSerializer(actions.add_coverage(by=self.member, client=client, **data)).data, status=201
        )


class CoverageView(ChartView):
    """Change a coverage."""

    permissions = {"PATCH": P.EDIT_COVERAGE}

    @written(WriteCoverageSerializer(partial=True), CoverageSerializer)
    def patch(self, request: Any, slug: str, pk: int) -> Response:
        coverage = self.coverage(pk)
        data = _held(coverage.client, self.validated(WriteCoverageSerializer, partial=True))
        return Response(CoverageSerializer(actions.edit_coverage(by=self.member, coverage=coverage, **data)).data)


class EndCoverageView(ChartView):
    """The last day of a coverage."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(LastDaySerializer, CoverageSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        coverage, data = self.coverage(pk), self.validated(LastDaySerializer)
        return Response(CoverageSerializer(actions.end_coverage(by=self.member, coverage=coverage, **data)).data)


class MemberIdView(ChartView):
    """Correct the member ID of a coverage."""

    permissions = {"PUT": P.EDIT_COVERAGE}

    @written(MemberIdSerializer, CoverageSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        coverage, data = self.coverage(pk), self.validated(MemberIdSerializer)
        return Response(CoverageSerializer(actions.correct_member_id(by=self.member, coverage=coverage, **data)).data)


class BenefitsView(ChartView):
    """What a plan was verified to promise, newest first; a correction is a new one."""

    permissions = {"POST": P.RECORD_BENEFITS}

    @written(BenefitSerializer, BenefitSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        coverage, data = self.coverage(pk), self.validated(BenefitSerializer)
        made = actions.record_benefit(by=self.member, coverage=coverage, **data)
        return Response(BenefitSerializer(made).data, status=201)


class AuthorizationsView(ChartView):
    """Enter a payer's leave to treat."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(NewAuthorizationSerializer, AuthorizationSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        case, data = self.case(pk), self.validated(NewAuthorizationSerializer)
        coverage = get_object_or_404(Coverage, pk=data.pop("coverage"), client__in=case.client.ids)
        made = actions.add_authorization(by=self.member, case=case, coverage=coverage, **data)
        return Response(AuthorizationSerializer(made).data, status=201)


class WithdrawAuthorizationView(ChartView):
    """Let an authorization count no longer."""

    permissions = {"POST": P.EDIT_COVERAGE}

    @written(ReasonSerializer, AuthorizationSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        found = self.among(Authorization.objects.select_related("case"), pk, "case__client")
        done = actions.withdraw_authorization(by=self.member, authorization=found, **self.validated(ReasonSerializer))
        return Response(AuthorizationSerializer(done).data)


class CasesView(ChartView):
    """Open an episode of care."""

    permissions = {"POST": P.EDIT_CLIENTS}

    @written(NewCaseSerializer, CaseSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = self.client(pk)
        data = _held(client, self.validated(NewCaseSerializer))
        return Response(CaseSerializer(actions.open_case(by=self.member, client=client, **data)).data, status=201)


class CaseView(ChartView):
    """Change cause, accident, onset and referral of a case."""

    permissions = {"PATCH": P.EDIT_CLIENTS}

    @written(WriteCaseSerializer(partial=True), CaseSerializer)
    def patch(self, request: Any, slug: str, pk: int) -> Response:
        case = self.case(pk)
        data = _held(case.client, self.validated(WriteCaseSerializer, partial=True))
        return Response(CaseSerializer(actions.edit_case(by=self.member, case=case, **data)).data)


class CaseDiagnosesView(ChartView):
    """The diagnoses of a case in order."""

    permissions = {"PUT": P.SET_DIAGNOSES}

    @written(CodesSerializer, CaseSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        case, data = self.case(pk), self.validated(CodesSerializer)
        return Response(CaseSerializer(actions.set_diagnoses(by=self.member, case=case, **data)).data)


class CloseCaseView(ChartView):
    """Close a case, or open it again."""

    permissions = {"PUT": P.EDIT_CLIENTS}

    @written(ClosedOnSerializer, CaseSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        case, closed_on = self.case(pk), self.validated(ClosedOnSerializer)["closed_on"]
        if closed_on is None:
            return Response(CaseSerializer(actions.reopen_case(by=self.member, case=case)).data)
        return Response(CaseSerializer(actions.close_case(by=self.member, case=case, closed_on=closed_on)).data)
