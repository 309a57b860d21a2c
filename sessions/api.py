"""API of sessions: the day, the draft, the signature, amendments."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from clients.models import Case, Client
from practice import audit
from practice.api import HouseView, MomentField, choice, listed, shown, written
from practice.models import Clinician, Location
from practice.permissions import Permission as P
from sessions import actions, addenda, limits
from sessions.codes import ATTESTED
from sessions.evaluation_api import AnswersSerializer, SignedEvaluationSerializer, answers_from, shown_evaluation
from sessions.limits_api import BreachSerializer, breach
from sessions.lines import current_lines
from sessions.minutes import MOST, MOST_LINES, PARTS, Typed, parse
from sessions.models import Addendum, Note, NoteDraft, NoteKind, Room, Session, SessionState
from sessions.note_kinds import Kind
from sessions.telehealth.links import WORDS
from sessions.writing.api import MissingSerializer, missing_of
from sessions.writing.cosign_api import CosigningSerializer, cosigning_of


class LineSerializer(serializers.Serializer):
    """Minutes of a code: the clinician's, together-time included, beside them an assistant's alone; or the
    start–stop times they are counted from, "9:02–9:35, 9:50–9:57", the assistant's after a +.
    """

    code = serializers.CharField(max_length=5)
    minutes = serializers.IntegerField(min_value=0, max_value=MOST, allow_null=True, required=False)
    assistant_minutes = serializers.IntegerField(min_value=0, max_value=MOST, default=0)
    times = serializers.CharField(max_length=200, allow_blank=True, default="")
    modifiers = serializers.ListField(
        child=serializers.ChoiceField(sorted(ATTESTED)),
        max_length=4,
        required=False,
        help_text="what who treated says of the service: given separately, or again; as before when left out",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["times"]:
            if "minutes" not in attrs:
                raise serializers.ValidationError({"minutes": "Say minutes, or start–stop times"})
            return attrs
        try:
            typed = parse(attrs["code"], attrs["times"])
        except ValueError as wrong:
            raise serializers.ValidationError({"times": str(wrong)}) from None
        if attrs.get("minutes") not in (None, typed.minutes):
            raise serializers.ValidationError({"minutes": f"The times make {typed.minutes} minutes"})
        kept = {"modifiers": attrs["modifiers"]} if "modifiers" in attrs else {}
        return attrs | {name: value for name, value in asdict(typed).items() if name != "modifiers"} | kept


def typed_lines(data: list[dict[str, Any]], before: Iterable[Typed] = ()) -> list[Typed]:
    """Validated lines as the actions take them; modifiers that were left out stay as they were `before`."""
    kept = {line.code: line.modifiers for line in before}
    found = []
    for line in data:
        code = line["code"].upper()
        modifiers = tuple(line["modifiers"]) if "modifiers" in line else kept.get(code, ())
        found.append(Typed(**line | {"code": code, "modifiers": modifiers}))
    return found


class SessionSerializer(serializers.ModelSerializer):
    client = serializers.CharField(source="client.name")
    clinician = serializers.CharField(source="clinician.name")
    complaint = serializers.CharField(source="case.complaint")
    state = choice("SessionState", SessionState)
    telehealth = serializers.CharField(
        source="place_of_service", help_text="10: client at home; 02: elsewhere; empty: in person"
    )

    class Meta:
        model = Session
        fields = ["id", "client", "clinician", "complaint", "starts_at", "ends_at", "served_on", "state", "telehealth"]


class DraftSerializer(serializers.Serializer):
    """What is being typed. `version` is the save you stand on; leave it out for the first."""

    version = serializers.IntegerField(required=False, min_value=1)
    lines = LineSerializer(many=True, max_length=MOST_LINES)
    assistant = serializers.IntegerField(
        min_value=1, allow_null=True, default=None, help_text="clinician whose the assistant minutes are"
    )
    subjective = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    objective = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    assessment = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    plan = serializers.CharField(allow_blank=True, max_length=20_000, required=False)
    evaluation = AnswersSerializer(required=False)
    kind = choice("NoteKind", NoteKind, required=False, help_text="as before, or as the codes say, when left out")


class NoteSerializer(serializers.ModelSerializer):
    kind = choice("NoteKind", NoteKind)

    class Meta:
        model = Note
        fields = ["kind", *PARTS, "signature", "signed_at", "timed_minutes", "total_minutes"]


class AddendumSerializer(serializers.ModelSerializer):
    class Meta:
        model = Addendum
        fields = ["text", "signature", "signed_at"]


class AddAddendumSerializer(serializers.Serializer):
    """Words to add to a signed note. They are signed at once and stay."""

    text = serializers.CharField(max_length=addenda.LONGEST)


class SessionDetailSerializer(SessionSerializer):
    lines = LineSerializer(many=True)
    draft = DraftSerializer(allow_null=True)
    missing = MissingSerializer(allow_null=True, help_text="what a draft lacks")
    note = NoteSerializer(allow_null=True)
    cosigning = CosigningSerializer(allow_null=True, help_text="how the signed note stands with a supervisor")
    addenda = AddendumSerializer(many=True, help_text="what was added to the signed note, in order")
    evaluation = SignedEvaluationSerializer(allow_null=True)

    class Meta(SessionSerializer.Meta):
        fields = [
            *SessionSerializer.Meta.fields,
            "lines",
            "draft",
            "missing",
            "note",
            "cosigning",
            "addenda",
            "evaluation",
        ]


class AmendSerializer(serializers.Serializer):
    """New minutes by code; 0 takes a line back."""

    lines = LineSerializer(many=True, min_length=1, max_length=MOST_LINES)
    assistant = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    reason = serializers.CharField(max_length=200)


class MoveSerializer(serializers.Serializer):
    state = serializers.ChoiceField(
        [s for s in SessionState.values if s not in (SessionState.HELD, SessionState.SIGNED)]
    )


class BookSerializer(serializers.Serializer):
    case = serializers.IntegerField(min_value=1)
    clinician = serializers.IntegerField(min_value=1)
    location = serializers.IntegerField(min_value=1)
    starts_at = MomentField()
    minutes = serializers.IntegerField(min_value=5, max_value=720)
    held = serializers.BooleanField(default=False, help_text="a waitlist offer or an unconfirmed series")
    room = serializers.IntegerField(min_value=1, allow_null=True, default=None, help_text="of this location")
    telehealth = serializers.ChoiceField(["", *WORDS], allow_blank=True, default="", help_text="as in a session")


class BookedSerializer(SessionSerializer):
    """The session, and the limits that it breaks."""

    warnings = BreachSerializer(many=True)

    class Meta(SessionSerializer.Meta):
        fields = [*SessionSerializer.Meta.fields, "warnings"]


def _detail(session: Session) -> dict[str, Any]:
    """Everything about one session, as the serializer takes it."""
    draft = NoteDraft.objects.filter(session=session).first()
    shown, signed = SessionSerializer(session).data, session.state == SessionState.SIGNED
    note = session.notes.first() if signed else None
    return shown | {
        "lines": LineSerializer(current_lines(session), many=True).data,
        "draft": _draft(draft) if draft else None,
        "missing": missing_of(session, draft) if draft and session.open else None,
        "note": NoteSerializer(note).data if note else None,
        "cosigning": cosigning_of(session, note) if note else None,
        "addenda": AddendumSerializer(note.addenda.all(), many=True).data if note else [],
        "evaluation": shown_evaluation(session) if signed else None,
    }


def _draft(draft: NoteDraft) -> dict[str, Any]:
    lines = LineSerializer(draft.typed, many=True).data
    answered = {"evaluation": draft.evaluation} if draft.evaluation else {}
    kept = {"version": draft.version, "kind": draft.kind, "lines": lines, "assistant": draft.assistant_id}
    return kept | draft.parts | answered


class _SessionView(HouseView):
    def sessions(self) -> QuerySet[Session]:
        rows = Session.objects.visible_to(self.member)
        return rows.select_related("client", "case", "clinician__member__user", "location")

    def session(self, pk: int) -> Session:
        return get_object_or_404(self.sessions(), pk=pk)

    def assistant(self, data: dict[str, Any]) -> Clinician | None:
        return get_object_or_404(Clinician, pk=data["assistant"]) if data["assistant"] else None


class SessionsView(_SessionView):
    """Sessions of a day; booking one."""

    permissions = {"GET": P.SEE_OWN_DAY, "POST": P.BOOK_SESSION}
    listing = "the day"

    @listed(SessionSerializer, OpenApiParameter("date", date, description="local date; today when left out"))
    def get(self, request: Any, slug: str) -> Response:
        day = request.query_params.get("date")
        try:
            served_on = serializers.DateField().to_internal_value(day) if day else self.practice.today()
        except exceptions.ValidationError as wrong:
            raise exceptions.ValidationError({"date": wrong.detail}) from None
        rows = self.sessions().filter(served_on=served_on).order_by("starts_at", "id")
        return self.page(rows, lambda page: SessionSerializer(page, many=True).data)

    @written(BookSerializer, BookedSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(BookSerializer)
        case = get_object_or_404(Case, pk=data["case"], client__in=Client.objects.visible_to(self.member))
        booked = actions.book(
            by=self.member,
            case=case,
            clinician=get_object_or_404(Clinician, pk=data["clinician"]),
            location=get_object_or_404(Location, pk=data["location"]),
            starts_at=data["starts_at"],
            length=timedelta(minutes=data["minutes"]),
            held=data["held"],
            room=get_object_or_404(Room, pk=data["room"]) if data["room"] else None,
            telehealth=data["telehealth"],
        )
        warnings = [breach(found) for found in limits.warnings_for(case, [booked.served_on])]
        return Response({**SessionSerializer(booked).data, "warnings": BreachSerializer(warnings, many=True).data}, 201)


class SessionView(_SessionView):
    """One session with its minutes, draft or note."""

    permission = P.READ_NOTE
    shows = "session"

    @shown(SessionDetailSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = self.session(pk)
        audit.seen(found, client_id=found.client_id, section="session")
        return Response(_detail(found))


class DraftView(_SessionView):
    """Save what is being typed."""

    permissions = {"PUT": P.WRITE_NOTE}

    @written(DraftSerializer, SessionDetailSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self.session(pk), self.validated(DraftSerializer)
        actions.save_draft(
            by=self.member,
            session=session,
            parts={name: data.get(name, "") for name in PARTS},
            lines=typed_lines(data["lines"]),
            assistant=self.assistant(data),
            version=data.get("version", 0),
            evaluation=answers_from(data.get("evaluation"), session.case.discipline),
            kind=Kind(data["kind"]) if "kind" in data else None,
        )
        return Response(_detail(session))


class SignView(_SessionView):
    """Sign the draft."""

    permissions = {"POST": P.SIGN_NOTE}

    @written(None, SessionDetailSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        actions.sign(by=self.member, session=self.session(pk))
        return Response(_detail(self.session(pk)))


class AmendView(_SessionView):
    """Correct the minutes of a signed session."""

    permissions = {"POST": P.SIGN_NOTE}

    @written(AmendSerializer, SessionDetailSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self.session(pk), self.validated(AmendSerializer)
        before = [line.typed for line in current_lines(session)]
        corrections = [replace(line, minutes=line.minutes or 0) for line in typed_lines(data["lines"], before)]
        actions.amend(
            by=self.member,
            session=session,
            corrections=corrections,
            reason=data["reason"],
            assistant=self.assistant(data),
        )
        return Response(_detail(session))


class AddendaView(_SessionView):
    """Add words to a signed note."""

    permissions = {"POST": P.SIGN_NOTE}

    @written(AddAddendumSerializer, AddendumSerializer, 201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self.session(pk), self.validated(AddAddendumSerializer)
        added = addenda.add_addendum(by=self.member, session=session, text=data["text"])
        return Response(AddendumSerializer(added).data, 201)


class MoveView(_SessionView):
    """Confirm, check in, cancel, mark missed, or put back."""

    permissions = {"POST": P.BOOK_SESSION}

    @written(MoveSerializer, SessionSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        moved = actions.move(by=self.member, session=self.session(pk), **self.validated(MoveSerializer))
        return Response(SessionSerializer(moved).data)
