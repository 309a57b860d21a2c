"""API of groups: book one, who is in it and who came, what is written, the signatures."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from clients.models import Case, Client
from practice import audit
from practice.api import HouseView, shown, written
from practice.findings import BadInput
from practice.models import Clinician, Location
from practice.permissions import Permission as P
from sessions import limits
from sessions.api import LineSerializer, SessionSerializer, typed_lines
from sessions.calendar.api import CanceledSerializer, RescheduleSerializer, SeriesSerializer, asked_of
from sessions.groups import actions, booking
from sessions.groups.composing import MOST_WORDS, Own
from sessions.limits_api import BreachSerializer, breach
from sessions.minutes import MOST_LINES, PARTS
from sessions.models import Appointment, GroupDraft, Session


class GroupClientSerializer(SessionSerializer):
    """One client's session in a group. `words` and `lines` are hers alone; null for who does not read notes."""

    words = serializers.CharField(allow_null=True)
    lines = LineSerializer(many=True, allow_null=True)

    class Meta(SessionSerializer.Meta):
        fields = [*SessionSerializer.Meta.fields, "words", "lines"]
        read_only_fields = fields


class SharedSerializer(serializers.Serializer):
    """What all notes of a group say."""

    subjective = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    objective = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    assessment = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    plan = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    lines = LineSerializer(many=True, max_length=MOST_LINES, help_text="codes and minutes of all")


class GroupDraftShownSerializer(SharedSerializer):
    version = serializers.IntegerField()


class GroupSerializer(serializers.Serializer):
    """A group: one appointment of a clinician, a session for each client. `draft` is null until something is typed,
    and for who does not read notes.
    """

    id = serializers.IntegerField()
    clinician_id = serializers.IntegerField()
    location_id = serializers.IntegerField()
    series = serializers.IntegerField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    clients = GroupClientSerializer(many=True)
    draft = GroupDraftShownSerializer(allow_null=True)


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 1},
        "minItems": booking.FEWEST,
        "maxItems": booking.MOST,
        "uniqueItems": True,
    }
)
class CasesField(serializers.ListField):
    """Cases of different clients."""


class NewGroupSerializer(SeriesSerializer):
    """A group of several clients, once (`visits` 1) or repeated; all or none."""

    case = None
    cases = CasesField(child=serializers.IntegerField(min_value=1), min_length=booking.FEWEST, max_length=booking.MOST)
    skip = serializers.BooleanField(default=False, help_text="leave out the days on which the clinician is taken")
    over = serializers.BooleanField(default=False, help_text="book two at once, where your role may")


class ClientWarningsSerializer(serializers.Serializer):
    case = serializers.IntegerField()
    warnings = BreachSerializer(many=True)


class BookedGroupSerializer(serializers.Serializer):
    """The ids of the groups, in order of time, and for each case what it breaks."""

    groups = serializers.ListField(child=serializers.IntegerField())
    limits = ClientWarningsSerializer(many=True)


class AddToGroupSerializer(serializers.Serializer):
    case = serializers.IntegerField(min_value=1)
    following = serializers.BooleanField(default=False, help_text="those of its series after it too")


class AddedSerializer(serializers.Serializer):
    sessions = SessionSerializer(many=True)
    warnings = BreachSerializer(many=True)


class MarkSerializer(serializers.Serializer):
    session = serializers.IntegerField(min_value=1)
    state = serializers.ChoiceField([state.value for state in actions.MARKS])


class AttendanceSerializer(serializers.Serializer):
    """Who came. With `all_present` everybody who is not marked yet came, after the `marks`."""

    marks = MarkSerializer(many=True, required=False, max_length=booking.MOST)
    all_present = serializers.BooleanField(default=False)


class OwnSerializer(serializers.Serializer):
    """What is one client's alone: a line below the objective part, and minutes that differ from those of all."""

    session = serializers.IntegerField(min_value=1)
    words = serializers.CharField(allow_blank=True, max_length=MOST_WORDS, default="")
    lines = LineSerializer(many=True, max_length=MOST_LINES, required=False)


class GroupDraftSerializer(SharedSerializer):
    """What is being typed. `version` is the save you stand on; leave it out for the first."""

    version = serializers.IntegerField(required=False, min_value=1)
    own = OwnSerializer(many=True, required=False, max_length=booking.MOST)


class SignGroupSerializer(serializers.Serializer):
    names_checked = serializers.BooleanField(
        default=False, help_text="words that look like names of other clients are none"
    )


class FollowingSerializer(serializers.Serializer):
    following = serializers.BooleanField(default=False, help_text="those of its series after it too")


class _GroupView(HouseView):
    def appointment(self, pk: int) -> Appointment:
        return get_object_or_404(actions.groups_of(self.member).select_related("series", "location"), pk=pk)

    def case(self, pk: int) -> Case:
        return get_object_or_404(Case, pk=pk, client__in=Client.objects.visible_to(self.member))

    def answer(self, appointment: Appointment) -> Response:
        reads = self.member.may(P.READ_NOTE)
        return Response(_shown(appointment, actions.draft_of(appointment.pk) if reads else None, reads=reads))


def _shown(appointment: Appointment, draft: GroupDraft | None, *, reads: bool) -> dict[str, Any]:
    found = list(actions.sessions_of(appointment))
    audit.seen(appointment, client_id=[row.client_id for row in found], section="group")
    first = found[0]
    return {
        "id": appointment.pk,
        "clinician_id": first.clinician_id,
        "location_id": first.location_id,
        "series": appointment.series_id,
        "starts_at": serializers.DateTimeField().to_representation(first.starts_at),
        "ends_at": serializers.DateTimeField().to_representation(first.ends_at),
        "clients": [_client(row, draft, reads=reads) for row in found],
        "draft": {
            "version": draft.version, **draft.parts, "lines": LineSerializer(draft.typed, many=True).data,
        } if draft else None,
    }  # fmt: skip


def _client(row: Session, draft: GroupDraft | None, *, reads: bool) -> dict[str, Any]:
    own = draft.own_of(row.pk) if draft else Own()
    hers = {"words": own.words, "lines": LineSerializer(own.lines, many=True).data}
    return SessionSerializer(row).data | (hers if reads else dict.fromkeys(hers))


class GroupsView(_GroupView):
    """Book a group."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(NewGroupSerializer, BookedGroupSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(NewGroupSerializer)
        cases = [self.case(pk) for pk in data["cases"]]
        asked = asked_of(data, cases[0])
        told = {name: data[name] for name in ("held", "skip", "over")}
        booked = booking.book_group(by=self.member, cases=cases, asked=asked, **told)
        return Response(_booked(booked, cases), 201)


def _booked(booked: Sequence[Appointment], cases: Sequence[Case]) -> dict[str, Any]:
    days = [each.during.lower.astimezone(each.zone).date() for each in booked]
    broken = [(case.pk, [breach(found) for found in limits.warnings_for(case, days)]) for case in cases]
    return {
        "groups": [each.pk for each in booked],
        "limits": [
            {"case": pk, "warnings": BreachSerializer(found, many=True).data} for pk, found in broken if found
        ],
    }  # fmt: skip


class GroupView(_GroupView):
    """Who is in a group and who came; for who reads notes what is being typed."""

    permission = P.SEE_CALENDAR
    shows = "group"

    @shown(GroupSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        return self.answer(self.appointment(pk))


class GroupClientsView(_GroupView):
    """Add a client to a group, or put her back. She is taken out by canceling her session."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(AddToGroupSerializer, AddedSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        appointment, data = self.appointment(pk), self.validated(AddToGroupSerializer)
        case = self.case(data["case"])
        added = booking.add_client(by=self.member, appointment=appointment, case=case, following=data["following"])
        warnings = [breach(found) for found in limits.warnings_for(case, [row.served_on for row in added])]
        answer = {"sessions": SessionSerializer(added, many=True).data}
        return Response(answer | {"warnings": BreachSerializer(warnings, many=True).data}, 201)


class GroupAttendanceView(_GroupView):
    """Mark who came; all marks or none."""

    permissions = {"PUT": P.BOOK_SESSION}

    @written(AttendanceSerializer, GroupSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        appointment, data = self.appointment(pk), self.validated(AttendanceSerializer)
        found = {row.pk: row for row in actions.sessions_of(appointment)}
        marks = data.get("marks", ())
        strange = next((mark["session"] for mark in marks if mark["session"] not in found), None)
        if strange is not None:
            raise BadInput(marks=f"Session {strange} is not of this group")
        for mark in marks:
            actions.mark(by=self.member, session=found[mark["session"]], state=mark["state"])
        if data["all_present"]:
            actions.mark_all_present(by=self.member, appointment=appointment)
        return self.answer(appointment)


class GroupDraftView(_GroupView):
    """Save what is being typed for a group. Clients who are left out of `own` stay as they were."""

    permissions = {"PUT": P.WRITE_NOTE}

    @written(GroupDraftSerializer, GroupSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        appointment, data = self.appointment(pk), self.validated(GroupDraftSerializer)
        actions.save_group(
            by=self.member,
            appointment=appointment,
            shared={name: data.get(name, "") for name in PARTS},
            lines=typed_lines(data["lines"]),
            own={
                each["session"]: Own(each["words"], tuple(typed_lines(each.get("lines", []))))
                for each in data.get("own", ())
            },
            version=data.get("version", 0),
        )
        return self.answer(appointment)


class SignGroupView(_GroupView):
    """Sign a note for everybody who came: all, or none and what is missing."""

    permissions = {"POST": P.SIGN_NOTE}

    @written(SignGroupSerializer, GroupSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        appointment, data = self.appointment(pk), self.validated(SignGroupSerializer)
        actions.sign_group(by=self.member, appointment=appointment, names_checked=data["names_checked"])
        return self.answer(appointment)


class MoveGroupView(_GroupView):
    """Another time for everybody of a group."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(RescheduleSerializer, GroupSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        appointment, data = self.appointment(pk), self.validated(RescheduleSerializer)
        clinician, location = data.get("clinician"), data.get("location")
        booking.move_group(
            by=self.member,
            appointment=appointment,
            starts_at=data["starts_at"],
            length=timedelta(minutes=data["minutes"]),
            clinician=get_object_or_404(Clinician, pk=clinician) if clinician else None,
            location=get_object_or_404(Location, pk=location) if location else None,
            following=data["following"],
            over=data["over"],
            room=RescheduleSerializer.room_of(data),
        )
        return self.answer(appointment)


class CancelGroupView(_GroupView):
    """Cancel a group for everybody who is only planned."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(FollowingSerializer, CanceledSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        appointment, data = self.appointment(pk), self.validated(FollowingSerializer)
        count = booking.cancel_group(by=self.member, appointment=appointment, following=data["following"])
        return Response({"canceled": count})
