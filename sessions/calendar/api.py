"""API of the calendar: the visits of some days, series, another time, time off."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from clients.models import Case, Client
from practice.api import HouseView, MomentField, listed, written
from practice.findings import BadInput
from practice.models import Clinician, Location
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions import limits
from sessions.api import SessionSerializer
from sessions.calendar import actions, hints
from sessions.calendar.recurrence import MOST, MOST_WEEKS, Pattern
from sessions.limits_api import BreachSerializer, breach
from sessions.models import Booking, Room, Session
from sessions.rooms.actions import KEEP, Keep
from sessions.telehealth.links import WORDS

MOST_DAYS = 62


class CalendarVisitSerializer(SessionSerializer):
    """A visit in the calendar. `series` is null for one that stands alone."""

    series = serializers.IntegerField(source="appointment.series_id", allow_null=True)
    group = serializers.IntegerField(source="appointment.group_id", allow_null=True, help_text="the group it is of")

    class Meta(SessionSerializer.Meta):
        fields = [*SessionSerializer.Meta.fields, "clinician_id", "location_id", "series", "group"]
        read_only_fields = fields


class SpanSerializer(serializers.Serializer):
    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)
    clinician = serializers.IntegerField(min_value=1, required=False)
    location = serializers.IntegerField(min_value=1, required=False)
    room = serializers.IntegerField(min_value=1, required=False)


def _number(name: str, what: str) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, description=what)


def _day(name: str, what: str) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "string", "format": "date"}, description=what)


class CalendarView(HouseView):
    """Visits between two local dates, both included; of a therapist's own caseload, of everybody for the front desk."""

    permission = P.SEE_CALENDAR
    listing = "the calendar"

    @listed(
        CalendarVisitSerializer,
        _day("from", "today when left out"),
        _day("to", f"six days later when left out; at most {MOST_DAYS} days"),
        _number("clinician", "only hers"),
        _number("location", "only there"),
        _number("room", "only in it"),
    )
    def get(self, request: Any, slug: str) -> Response:
        asked = self._asked(request.query_params)
        first = asked.get("start", self.practice.today())
        last = asked.get("end", first + timedelta(days=6))
        if not 0 <= (last - first).days < MOST_DAYS:
            raise BadInput(to=f"Choose a last day from the first on, at most {MOST_DAYS} days")
        rows = Session.objects.visible_to(self.member).filter(served_on__range=(first, last))
        rows = rows.filter(**{name: asked[name] for name in ("clinician", "location") if name in asked})
        if "room" in asked:
            rows = rows.filter(appointment__in=Booking.objects.filter(room=asked["room"]).values("appointment"))
        rows = rows.select_related("client", "case", "clinician__member__user", "appointment")
        return self.page(rows.order_by("starts_at", "id"), lambda page: CalendarVisitSerializer(page, many=True).data)

    def _asked(self, told: Any) -> dict[str, Any]:
        names = {"from": "start", "to": "end", "clinician": "clinician", "location": "location", "room": "room"}
        serializer = SpanSerializer(data={ours: told[name] for name, ours in names.items() if told.get(name)})
        if not serializer.is_valid():
            theirs = {ours: name for name, ours in names.items()}
            raise serializers.ValidationError({theirs[name]: text for name, text in serializer.errors.items()})
        return serializer.validated_data


class SeriesSerializer(serializers.Serializer):
    """Visits that repeat, in the wall time of their place. The first is on `first_on`, whatever its weekday."""

    case = serializers.IntegerField(min_value=1)
    clinician = serializers.IntegerField(min_value=1)
    location = serializers.IntegerField(min_value=1)
    first_on = serializers.DateField()
    at = serializers.TimeField(help_text="local time of the location")
    minutes = serializers.IntegerField(min_value=5, max_value=720)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), min_length=1, max_length=7, help_text="0 is Monday"
    )
    every_weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS, default=1)
    visits = serializers.IntegerField(min_value=1, max_value=MOST)
    held = serializers.BooleanField(default=False, help_text="not confirmed yet")
    room = serializers.IntegerField(min_value=1, allow_null=True, default=None, help_text="of this location")
    telehealth = serializers.ChoiceField(["", *WORDS], allow_blank=True, default="", help_text="as in a session")


class NewSeriesSerializer(SeriesSerializer):
    skip = serializers.BooleanField(default=False, help_text="leave out the days on which the clinician is taken")
    over = serializers.BooleanField(default=False, help_text="book two at once, where your role may")


class BookedSeriesSerializer(serializers.Serializer):
    """The visits, and the first that breaks each limit."""

    visits = CalendarVisitSerializer(many=True)
    warnings = BreachSerializer(many=True)


class TakenDaySerializer(serializers.Serializer):
    date = serializers.DateField()
    what = serializers.CharField()


class PreviewSerializer(serializers.Serializer):
    """A series before it is booked: its days, those on which the clinician is taken or does not work, and its limits."""

    days = serializers.ListField(child=serializers.DateField())
    taken = TakenDaySerializer(many=True)
    outside_hours = serializers.ListField(child=serializers.DateField())
    warnings = BreachSerializer(many=True)


def asked_of(data: dict[str, Any], case: Case) -> actions.Asked:
    """A series as a validated body asks for it. 404 for a clinician, place or room that is not there."""
    return actions.Asked(
        case=case,
        clinician=get_object_or_404(Clinician, pk=data["clinician"]),
        location=get_object_or_404(Location, pk=data["location"]),
        first_on=data["first_on"],
        at=data["at"],
        length=timedelta(minutes=data["minutes"]),
        pattern=Pattern(frozenset(data["weekdays"]), data["every_weeks"]),
        visits=data["visits"],
        room=get_object_or_404(Room, pk=data["room"]) if data["room"] else None,
        telehealth=data["telehealth"],
    )


class _SeriesView(HouseView):
    def asked(self, data: dict[str, Any]) -> actions.Asked:
        case = get_object_or_404(Case, pk=data["case"], client__in=Client.objects.visible_to(self.member))
        return asked_of(data, case)


def _booked(visits: Sequence[Session]) -> dict[str, Any]:
    warnings = limits.warnings_for(visits[0].case, [visit.served_on for visit in visits])
    return {
        "visits": CalendarVisitSerializer(visits, many=True).data,
        "warnings": BreachSerializer([breach(found) for found in warnings], many=True).data,
    }


class SeriesView(_SeriesView):
    """Book visits that repeat, all or none."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(NewSeriesSerializer, BookedSeriesSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewSeriesSerializer)
        booked = actions.book_series(
            by=self.member, asked=self.asked(data), held=data["held"], skip=data["skip"], over=data["over"]
        )
        return Response(_booked(booked), 201)


class PreviewView(_SeriesView):
    """What a series would be. Computes, saves nothing."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(SeriesSerializer, PreviewSerializer)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(SeriesSerializer)
        found = hints.preview(self.asked(data), held=data["held"])
        answer = {
            "days": found.days,
            "taken": [{"date": day, "what": what} for day, what in sorted([*found.taken.items(), *found.full.items()])],
            "outside_hours": found.outside,
            "warnings": [breach(one) for one in found.breaches],
        }
        return Response(PreviewSerializer(answer).data)


class RescheduleSerializer(serializers.Serializer):
    """Another time; clinician and place stay as they are where they are left out."""

    starts_at = MomentField()
    minutes = serializers.IntegerField(min_value=5, max_value=720)
    clinician = serializers.IntegerField(min_value=1, required=False)
    location = serializers.IntegerField(min_value=1, required=False)
    room = serializers.IntegerField(
        min_value=1, allow_null=True, required=False, help_text="null: none; left out: as it is, at the same location"
    )
    following = serializers.BooleanField(default=False, help_text="those of its series after it too")
    over = serializers.BooleanField(default=False, help_text="two at once, where your role may")

    @staticmethod
    def room_of(data: dict[str, Any]) -> Room | Keep | None:
        """The room that was asked for. Raises 404 for one that is not there."""
        if "room" not in data:
            return KEEP
        return get_object_or_404(Room, pk=data["room"]) if data["room"] else None


class _VisitView(HouseView):
    def visit(self, pk: int) -> Session:
        return get_object_or_404(Session.objects.visible_to(self.member), pk=pk)


class RescheduleView(_VisitView):
    """Move a visit that is booked or held, and with `following` those of its series after it."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(RescheduleSerializer, BookedSeriesSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        visit, data = self.visit(pk), self.validated(RescheduleSerializer)
        clinician, location = data.get("clinician"), data.get("location")
        moved = actions.reschedule(
            by=self.member,
            session=visit,
            starts_at=data["starts_at"],
            length=timedelta(minutes=data["minutes"]),
            clinician=get_object_or_404(Clinician, pk=clinician) if clinician else None,
            location=get_object_or_404(Location, pk=location) if location else None,
            following=data["following"],
            over=data["over"],
            room=RescheduleSerializer.room_of(data),
        )
        return Response(_booked(moved))


class CanceledSerializer(serializers.Serializer):
    canceled = serializers.IntegerField()


class CancelFollowingView(_VisitView):
    """Cancel a visit and those of its series after it."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(None, CanceledSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        return Response({"canceled": actions.cancel_following(by=self.member, session=self.visit(pk))})


class TimeOffSerializer(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    clinician = serializers.IntegerField(min_value=1, source="clinician_id")
    starts_at = serializers.DateTimeField(source="during.lower")
    ends_at = serializers.DateTimeField(source="during.upper")
    why = serializers.CharField(max_length=60, source="away")


class NewTimeOffSerializer(serializers.Serializer):
    clinician = serializers.IntegerField(min_value=1)
    starts_at = MomentField()
    ends_at = MomentField()
    why = serializers.CharField(max_length=60)


class TimeOffListView(HouseView):
    """Time off, newest first; a therapist's own, everybody's for the front desk."""

    permissions = {"GET": P.BOOK_SESSION, "POST": P.BOOK_SESSION}
    shows = NOBODY

    @listed(TimeOffSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = actions.time_off_of(self.member).order_by("-during", "-id")
        return self.page(rows, lambda page: TimeOffSerializer(page, many=True).data)

    @written(NewTimeOffSerializer, TimeOffSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewTimeOffSerializer)
        who = get_object_or_404(Clinician, pk=data.pop("clinician"))
        return Response(TimeOffSerializer(actions.take_time_off(by=self.member, clinician=who, **data)).data, 201)


class TimeOffView(HouseView):
    """End time off: the time is free again."""

    permissions = {"DELETE": P.BOOK_SESSION}

    @written(None, TimeOffSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(actions.time_off_of(self.member), pk=pk)
        return Response(TimeOffSerializer(actions.end_time_off(by=self.member, booking=found)).data)
