"""API: a new client with coverage, authorization and first visit, in one call."""

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from clients.directory_api import ReferrerSerializer
from clients.models import Payer, Referrer
from clients.writing_serializers import (
    EditClientSerializer,
    NewAuthorizationSerializer,
    NewCaseSerializer,
    WriteCoverageSerializer,
    WritePersonSerializer,
)
from practice.api import HouseView, MomentField, written
from practice.findings import BadInput
from practice.models import Clinician, Location
from practice.permissions import Permission as P
from sessions.intake import Intake, Known, take_in


class IntakeGuarantorSerializer(WritePersonSerializer):
    """Who owes the client's share where it is not she herself; the subscriber of a plan in another's name.

    Without an address she lives with the client; a minor's is her guardian.
    """

    guardian = emergency = sees = pays = None
    birth_on = serializers.DateField(required=False, allow_null=True)
    sex = serializers.CharField(max_length=1, required=False, allow_blank=True, help_text="F, M, U or empty")


class IntakeCaseSerializer(NewCaseSerializer):
    """Its discipline is the clinician's; it opens today, or on the day of the first visit if that comes before."""

    discipline = opened_on = None


class IntakeCoverageSerializer(WriteCoverageSerializer):
    """The first plan. Workers' compensation and auto insurance serve this case alone."""

    rank = subscriber = subscriber_birth_on = subscriber_sex = case = None


class IntakeAuthorizationSerializer(NewAuthorizationSerializer):
    """Of the coverage of this call."""

    coverage = None


class FirstVisitSerializer(serializers.Serializer):
    location = serializers.IntegerField(min_value=1)
    starts_at = MomentField()
    minutes = serializers.IntegerField(min_value=5, max_value=720)


class IntakeSerializer(serializers.Serializer):
    """The sections of a new client; what is left out is not made."""

    clinician = serializers.IntegerField(min_value=1, help_text="who treats her; the case is of this discipline")
    client = EditClientSerializer()
    guarantor = IntakeGuarantorSerializer(required=False)
    case = IntakeCaseSerializer()
    referrer = ReferrerSerializer(required=False, help_text="one who is not in the directory yet")
    coverage = IntakeCoverageSerializer(required=False)
    authorization = IntakeAuthorizationSerializer(required=False)
    visit = FirstVisitSerializer(required=False)
    create_anyway = serializers.BooleanField(
        default=False, help_text="also where a chart like hers is there, which is answered with 409 otherwise"
    )


class TakenSerializer(serializers.Serializer):
    client = serializers.IntegerField()
    number = serializers.IntegerField(help_text="chart number")
    case = serializers.IntegerField()
    session = serializers.IntegerField(allow_null=True)


class IntakeView(HouseView):
    """Take in a new client: all of it, or nothing and a sentence for each field that is wrong."""

    permissions = {"POST": P.ADD_CLIENTS}

    @written(IntakeSerializer, TakenSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(IntakeSerializer)
        if "visit" in data and not self.member.may(P.BOOK_SESSION):
            raise exceptions.PermissionDenied("Your role may not book sessions; leave out the visit.")
        if "referrer" in data and not self.member.may(P.EDIT_CLIENTS):
            raise exceptions.PermissionDenied("Your role may not add referrers; leave out the referrer.")
        past = None if data.pop("create_anyway") else 0
        try:
            taken = take_in(by=self.member, zone=self.practice.zone, asked=_asked(data), past=past)
        except Known as found:
            return Response({"detail": found.tell()}, status=409)  # not raised: that she was told them stays
        except BadInput as bad:
            raise BadInput({name.replace("-", ".", 1): text for name, text in bad.errors.items()}) from None
        session = taken.session.pk if taken.session else None
        made = {"client": taken.client.pk, "number": taken.client.number, "case": taken.case.pk, "session": session}
        return Response(made, status=201)


def _asked(data: dict[str, Any]) -> Intake:
    """The rows that ids speak of, in the places of the ids."""
    clinician = get_object_or_404(Clinician.objects.select_related("member__user"), pk=data.pop("clinician"))
    if data["case"].get("referrer"):
        data["case"]["referrer"] = get_object_or_404(Referrer, pk=data["case"]["referrer"])
    if coverage := data.get("coverage"):
        coverage["payer"] = get_object_or_404(Payer, pk=coverage["payer"])
        coverage["copay"] = coverage.get("copay") or None
    if visit := data.get("visit"):
        visit["location"] = get_object_or_404(Location, pk=visit["location"])
        visit["length"] = timedelta(minutes=visit.pop("minutes"))
    return Intake(clinician=clinician, **data)
