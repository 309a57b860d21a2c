"""API: a new client with coverage, authorization and first visit, in one call."""

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from clients.models import Cause, Payer, Referrer, Relation, Sex
from practice.api import HouseView, choice, written
from practice.entry import StateField as StateEntry
from practice.findings import BadInput
from practice.models import Clinician, Location
from practice.permissions import Permission as P
from sessions.intake import Intake, take_in

STATE = f"^({'|'.join(sorted(StateEntry.KNOWN))})$"  # a pattern and no choice: the schema has a state of sessions


class _PersonSerializer(serializers.Serializer):
    first_name = serializers.CharField(max_length=35)
    last_name = serializers.CharField(max_length=60)
    phone = serializers.RegexField(r"^\d{10}$", required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)


class NewPersonSerializer(_PersonSerializer):
    birth_on = serializers.DateField()
    sex = choice("Sex", Sex)
    street = serializers.CharField(max_length=55, required=False, allow_blank=True)
    city = serializers.CharField(max_length=30, required=False, allow_blank=True)
    state = serializers.RegexField(STATE, required=False, allow_blank=True)
    zip = serializers.RegexField(r"^(\d{5}|\d{9})$", required=False, allow_blank=True)


class NewGuarantorSerializer(_PersonSerializer):
    """Who owes the client's share where it is not she herself; the subscriber of a plan in another's name."""

    relation = serializers.CharField(max_length=20)
    birth_on = serializers.DateField(required=False, allow_null=True)
    sex = serializers.ChoiceField(Sex.choices, required=False)


class FirstCaseSerializer(serializers.Serializer):
    complaint = serializers.CharField(max_length=80)
    diagnoses = serializers.ListField(child=serializers.CharField(max_length=8), min_length=1, max_length=12)
    referrer = serializers.IntegerField(min_value=1, allow_null=True, required=False)
    cause = choice("Cause", Cause)
    onset_on = serializers.DateField(required=False, allow_null=True)
    accident_on = serializers.DateField(required=False, allow_null=True)
    accident_state = serializers.RegexField(STATE, required=False, allow_blank=True)
    claim_number = serializers.CharField(max_length=30, required=False, allow_blank=True)
    employer = serializers.CharField(max_length=60, required=False, allow_blank=True)
    adjuster = serializers.CharField(max_length=80, required=False, allow_blank=True)
    adjuster_phone = serializers.RegexField(r"^\d{10}$", required=False, allow_blank=True)


class NewCoverageSerializer(serializers.Serializer):
    payer = serializers.IntegerField(min_value=1)
    member_id = serializers.CharField(max_length=30)
    group_number = serializers.CharField(max_length=30, required=False, allow_blank=True)
    relation = choice("Relation", Relation)
    starts_on = serializers.DateField()
    copay = serializers.DecimalField(
        max_digits=7, decimal_places=2, min_value=0, required=False, allow_null=True, coerce_to_string=False
    )


class NewLeaveSerializer(serializers.Serializer):
    number = serializers.CharField(max_length=50)
    allowed = serializers.IntegerField(min_value=1, max_value=999)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class FirstVisitSerializer(serializers.Serializer):
    location = serializers.IntegerField(min_value=1)
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=5, max_value=720)


class IntakeSerializer(serializers.Serializer):
    """The sections of a new client; what is left out is not made."""

    clinician = serializers.IntegerField(min_value=1, help_text="who treats her; the case is of this discipline")
    client = NewPersonSerializer()
    guarantor = NewGuarantorSerializer(required=False)
    case = FirstCaseSerializer()
    coverage = NewCoverageSerializer(required=False)
    authorization = NewLeaveSerializer(required=False)
    visit = FirstVisitSerializer(required=False)


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
        try:
            taken = take_in(by=self.member, zone=self.practice.zone, asked=_asked(data))
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
