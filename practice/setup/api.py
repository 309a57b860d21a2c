"""API of the settings, with the verbs and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, choice, listed, shown, written
from practice.findings import BadInput
from practice.models import Clinician, Discipline, Location, Membership, PracticeProfile
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from practice.setup import clinicians, hours, places, profile
from practice.setup.models import Weekday, WorkingHours

ID = {"min_value": 1, "max_value": 2**63 - 1}


class ProfileSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    zone = serializers.CharField(max_length=40)
    legal_name = serializers.CharField(max_length=60)
    npi = serializers.CharField(max_length=20)
    tax_id = serializers.CharField(max_length=20)
    taxonomy = serializers.CharField(max_length=20)
    street = serializers.CharField(max_length=55)
    city = serializers.CharField(max_length=30)
    state = serializers.CharField(max_length=2)
    zip = serializers.CharField(max_length=15)
    phone = serializers.CharField(max_length=20)
    email = serializers.CharField(max_length=254)


class ProfileAnswerSerializer(ProfileSerializer):
    warnings = serializers.DictField(child=serializers.CharField(), help_text="sentences by field")


class LocationSerializer(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60)
    street = serializers.CharField(max_length=55)
    city = serializers.CharField(max_length=30)
    state = serializers.CharField(max_length=2)
    zip = serializers.CharField(max_length=15)
    zone = serializers.CharField(max_length=40)
    place_of_service = serializers.CharField(max_length=2, default="11")
    npi = serializers.CharField(max_length=20, allow_blank=True, default="")
    closed_on = serializers.DateField(allow_null=True, default=None)


class ClinicianSerializer(serializers.Serializer):
    discipline = choice("Discipline", Discipline)
    level = serializers.ChoiceField(choices=list(clinicians.LEVELS))
    credentials = serializers.CharField(max_length=20)
    npi = serializers.CharField(max_length=20, allow_blank=True, default="")
    taxonomy = serializers.CharField(max_length=10, allow_blank=True, default="", help_text="empty: the usual one")
    supervisor = serializers.IntegerField(allow_null=True, default=None, help_text="id of a clinician", **ID)
    licence_number = serializers.CharField(max_length=30, allow_blank=True, default="")
    licence_state = serializers.CharField(max_length=2, allow_blank=True, default="")
    licence_until = serializers.DateField(allow_null=True, default=None)


class NewClinicianSerializer(ClinicianSerializer):
    member = serializers.IntegerField(help_text="id of a person of the team", **ID)


class ClinicianAnswerSerializer(NewClinicianSerializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    member = serializers.IntegerField(source="member_id")
    supervisor = serializers.IntegerField(source="supervisor_id", allow_null=True)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "example": "09:00"})
class LocalTimeField(serializers.TimeField):
    """A time of day where the location is. OpenAPI's "time" has a zone, and this has none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class HoursSerializer(serializers.Serializer):
    location = serializers.IntegerField(**ID)
    starts = LocalTimeField()
    ends = LocalTimeField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True, default=None)


class NewHoursSerializer(HoursSerializer):
    clinician = serializers.IntegerField(**ID)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), min_length=1, max_length=7, help_text="0 is Monday"
    )


class HoursAnswerSerializer(HoursSerializer):
    id = serializers.IntegerField()
    clinician = serializers.IntegerField(source="clinician_id")
    location = serializers.IntegerField(source="location_id")
    weekday = serializers.ChoiceField(choices=Weekday.choices)


class ProfileView(HouseView):
    """Name, numbers and address of the practice."""

    permissions = {"GET": P.MANAGE_PRACTICE, "PUT": P.MANAGE_PRACTICE}
    shows = NOBODY

    @shown(ProfileAnswerSerializer)
    def get(self, request: Any, slug: str) -> Response:
        found = get_object_or_404(PracticeProfile)
        return self._answer(found)

    @written(ProfileSerializer, ProfileAnswerSerializer)
    def put(self, request: Any, slug: str) -> Response:
        changed = profile.change_profile(by=self.member, **self.validated(ProfileSerializer))
        self.practice.refresh_from_db()
        return self._answer(changed)

    def _answer(self, found: PracticeProfile) -> Response:
        names = [field for field in ProfileSerializer().fields if field not in ("name", "zone")]
        shown = {field: getattr(found, field) for field in names}
        practice = {"name": self.practice.name, "zone": self.practice.zone}
        return Response(practice | shown | {"warnings": profile.warnings(found)})


class LocationsView(HouseView):
    """Places of treatment; a new one."""

    permissions = {"GET": P.MANAGE_PRACTICE, "POST": P.MANAGE_PRACTICE}
    shows = NOBODY

    @listed(LocationSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(Location.objects.order_by("id"), lambda page: LocationSerializer(page, many=True).data)

    @written(LocationSerializer, LocationSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(LocationSerializer)
        if data.pop("closed_on"):
            raise BadInput(closed_on="A new location is open; close it later")
        return Response(LocationSerializer(places.save_location(by=self.member, **data)).data, status=201)


class LocationView(HouseView):
    """Change a place, close or open it."""

    permissions = {"PUT": P.MANAGE_PRACTICE}
    shows = NOBODY

    @written(LocationSerializer, LocationSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Location, pk=pk)
        data = self.validated(LocationSerializer)
        closed_on = data.pop("closed_on")
        if closed_on != found.closed_on:
            places.close_location(by=self.member, location=found, on=closed_on)
        return Response(LocationSerializer(places.save_location(by=self.member, location=found, **data)).data)


class CliniciansView(HouseView):
    """Who treats; a new one."""

    permissions = {"GET": P.MANAGE_PRACTICE, "POST": P.MANAGE_PRACTICE}
    shows = NOBODY

    @listed(ClinicianAnswerSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = Clinician.objects.select_related("member__user").order_by("id")
        return self.page(rows, lambda page: ClinicianAnswerSerializer(page, many=True).data)

    @written(NewClinicianSerializer, ClinicianAnswerSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewClinicianSerializer)
        rows = Membership.objects.select_related("user").filter(practice=self.practice)
        member = get_object_or_404(rows, pk=data.pop("member"))
        made = clinicians.save_clinician(by=self.member, member=member, **_supervised(data))
        return Response(ClinicianAnswerSerializer(made).data, status=201)


class ClinicianView(HouseView):
    """Change a clinician."""

    permissions = {"PUT": P.MANAGE_PRACTICE}
    shows = NOBODY

    @written(ClinicianSerializer, ClinicianAnswerSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Clinician.objects.select_related("member__user"), pk=pk)
        data = _supervised(self.validated(ClinicianSerializer))
        changed = clinicians.save_clinician(by=self.member, member=found.member, clinician=found, **data)
        return Response(ClinicianAnswerSerializer(changed).data)


def _supervised(data: dict[str, Any]) -> dict[str, Any]:
    above = data.pop("supervisor")
    return data | {"supervisor": get_object_or_404(Clinician, pk=above) if above else None}


class WorkingHoursView(HouseView):
    """When clinicians work; new hours on some weekdays."""

    permissions = {"GET": P.MANAGE_PRACTICE, "POST": P.MANAGE_PRACTICE}
    shows = NOBODY

    @listed(HoursAnswerSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = WorkingHours.objects.order_by("clinician", "weekday", "from_on", "starts", "id")
        return self.page(rows, lambda page: HoursAnswerSerializer(page, many=True).data)

    @written(NewHoursSerializer, HoursAnswerSerializer(many=True), status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewHoursSerializer)
        who = get_object_or_404(Clinician, pk=data.pop("clinician"))
        where = get_object_or_404(Location, pk=data.pop("location"))
        made = hours.add_hours(by=self.member, clinician=who, location=where, **data)
        return Response(HoursAnswerSerializer(made, many=True).data, status=201)


class OneWorkingHoursView(HouseView):
    """Change hours, or take them back."""

    permissions = {"PUT": P.MANAGE_PRACTICE, "DELETE": P.MANAGE_PRACTICE}
    shows = NOBODY

    @written(HoursSerializer, HoursAnswerSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(WorkingHours.objects.select_related("clinician"), pk=pk)
        data = self.validated(HoursSerializer)
        where = get_object_or_404(Location, pk=data.pop("location"))
        changed = hours.change_hours(by=self.member, hours=found, location=where, **data)
        return Response(HoursAnswerSerializer(changed).data)

    @written(None, HoursAnswerSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(WorkingHours, pk=pk)
        shown = HoursAnswerSerializer(found).data
        hours.remove_hours(by=self.member, hours=found)
        return Response(shown)
