"""API of enrollments, with the verbs and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from clients.enrollments import actions
from clients.enrollments.models import Enrollment, EnrollmentState
from clients.models import Payer
from practice.api import HouseView, choice, listed, written
from practice.identifiers import whole
from practice.models import Clinician
from practice.permissions import NOBODY
from practice.permissions import Permission as P


class PeriodSerializer(serializers.Serializer):
    state = choice("EnrollmentState", EnrollmentState)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)
    number = serializers.CharField(max_length=30, allow_blank=True, default="")


class NewEnrollmentSerializer(PeriodSerializer):
    clinician = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    payer = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class EnrollmentSerializer(NewEnrollmentSerializer):
    id = serializers.IntegerField()
    clinician = serializers.IntegerField(source="clinician_id")
    payer = serializers.IntegerField(source="payer_id")


class SupervisorsSerializer(serializers.Serializer):
    supervisor_renders = serializers.BooleanField()


class EnrollmentsView(HouseView):
    """How clinicians stand with payers; a new period."""

    permissions = {"GET": P.EDIT_ENROLLMENTS, "POST": P.EDIT_ENROLLMENTS}
    shows = NOBODY

    @listed(
        EnrollmentSerializer,
        OpenApiParameter("clinician", int, description="only hers"),
        OpenApiParameter("payer", int, description="only with it"),
    )
    def get(self, request: Any, slug: str) -> Response:
        rows = Enrollment.objects.order_by("clinician", "payer", "starts_on")
        for name in ("clinician", "payer"):
            if name in request.query_params:
                rows = rows.filter(**{name: whole(request.query_params[name]) or 0})
        return self.page(rows, lambda page: EnrollmentSerializer(page, many=True).data)

    @written(NewEnrollmentSerializer, EnrollmentSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewEnrollmentSerializer)
        clinician = get_object_or_404(Clinician, pk=data.pop("clinician"))
        payer = get_object_or_404(Payer, pk=data.pop("payer"))
        made = actions.enter_enrollment(by=self.member, clinician=clinician, payer=payer, **data)
        return Response(EnrollmentSerializer(made).data, status=201)


class EnrollmentView(HouseView):
    """Correct a period, or take it back."""

    permissions = {"PUT": P.EDIT_ENROLLMENTS, "DELETE": P.EDIT_ENROLLMENTS}
    shows = NOBODY

    @written(PeriodSerializer, EnrollmentSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Enrollment.objects.select_related("clinician", "payer"), pk=pk)
        data = self.validated(PeriodSerializer)
        changed = actions.change_enrollment(by=self.member, enrollment=found, **data)
        return Response(EnrollmentSerializer(changed).data)

    @written(None, EnrollmentSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Enrollment, pk=pk)
        shown = EnrollmentSerializer(found).data
        actions.remove_enrollment(by=self.member, enrollment=found)
        return Response(shown)


class SupervisorsView(HouseView):
    """Whether a payer takes the work of a student, or of one not enrolled, under the supervisor's name."""

    permissions = {"PUT": P.EDIT_ENROLLMENTS}
    shows = NOBODY

    @written(SupervisorsSerializer, SupervisorsSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        payer = get_object_or_404(Payer, pk=pk)
        allowed = self.validated(SupervisorsSerializer)["supervisor_renders"]
        changed = actions.let_supervisors_render(by=self.member, payer=payer, allowed=allowed)
        return Response(SupervisorsSerializer(changed).data)
