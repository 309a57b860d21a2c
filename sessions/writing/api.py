"""API of writing: earlier notes and copying from them, templates and phrases."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from practice import audit
from practice.api import HouseView, choice, listed, shown, written
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.minutes import PARTS
from sessions.models import Note, NoteDraft, NoteKind, Session
from sessions.note_kinds import Kind
from sessions.writing import billing_hints, copies, inserting, keeping, kinds
from sessions.writing.models import NoteTemplate, Phrase


class EarlierNoteSerializer(serializers.ModelSerializer):
    served_on = serializers.DateField(source="session.served_on")
    kind = choice("NoteKind", NoteKind)

    class Meta:
        model = Note
        fields = ["id", "served_on", "kind", *PARTS, "signature", "signed_at"]


class EarlierNotesSerializer(serializers.Serializer):
    """The last signed notes of the case before a session, newest first."""

    notes = EarlierNoteSerializer(many=True)


class InsertedSerializer(serializers.Serializer):
    """The draft after something was put in. `copied` says by part which words still stand as in an earlier note."""

    version = serializers.IntegerField()
    kind = choice("NoteKind", NoteKind)
    subjective = serializers.CharField()
    objective = serializers.CharField()
    assessment = serializers.CharField()
    plan = serializers.CharField()
    copied = serializers.DictField(child=serializers.CharField())


class CopySerializer(serializers.Serializer):
    """`note` is one of the earlier notes; all its parts where none are named. `version` is the draft you stand on."""

    note = serializers.IntegerField(min_value=1)
    parts = serializers.ListField(child=serializers.ChoiceField(PARTS), required=False, max_length=4)
    version = serializers.IntegerField(required=False, min_value=0)


class UseTemplateSerializer(serializers.Serializer):
    template = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(required=False, min_value=0)


class PhraseSerializer(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner.user.name", read_only=True)
    text = serializers.CharField(max_length=keeping.LONGEST_PHRASE)
    shortcut = serializers.CharField(max_length=20, help_text="a dot, then small letters and digits: .tol")
    shared = serializers.BooleanField(default=False, help_text="with everybody who writes notes in the practice")

    class Meta:
        model = Phrase
        fields = ["id", "shortcut", "text", "shared", "owner"]


class NoteTemplateSerializer(serializers.ModelSerializer):
    """A skeleton of a kind of note: text for one part at least."""

    owner = serializers.CharField(source="owner.user.name", read_only=True)
    kind = choice("NoteKind", NoteKind)
    shared = serializers.BooleanField(default=False, help_text="with everybody who writes notes in the practice")

    class Meta:
        model = NoteTemplate
        fields = ["id", "name", "kind", *PARTS, "shared", "owner"]
        extra_kwargs = {part: {"max_length": keeping.LONGEST_PART, "trim_whitespace": False} for part in PARTS}


class MissingSerializer(serializers.Serializer):
    """What a draft lacks to be signed, what its claim will miss, and which copied words still stand in it."""

    to_sign = serializers.CharField(allow_blank=True)
    to_bill = serializers.ListField(child=serializers.CharField())
    copied = serializers.DictField(child=serializers.CharField(), help_text="by part of the note")


def missing_of(session: Session, draft: NoteDraft) -> dict[str, Any]:
    kind, lines = Kind(draft.kind), draft.typed
    return {
        "to_sign": kinds.say_missing(kind, kinds.missing_to_sign(kind, draft.parts, lines)),
        "to_bill": [hint.text for hint in billing_hints.hints_of(session, kind, lines)],
        "copied": copies.say(copies.unchanged(session, draft.parts)),
    }


class _SessionView(HouseView):
    def session(self, pk: int) -> Session:
        rows = Session.objects.visible_to(self.member).select_related("case", "clinician__member__user", "location")
        return get_object_or_404(rows, pk=pk)

    def inserted(self, draft: Any, session: Session) -> Response:
        told = {"version": draft.version, "kind": draft.kind, **draft.parts}
        copied = copies.say(copies.unchanged(session, draft.parts))
        return Response(InsertedSerializer({**told, "copied": copied}).data)


class EarlierNotesView(_SessionView):
    """What may be copied from."""

    permission = P.READ_NOTE
    shows = "earlier notes"

    @shown(EarlierNotesSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = self.session(pk)
        audit.seen(found, client_id=found.client_id, section="earlier notes")
        return Response(EarlierNotesSerializer({"notes": copies.earlier(found, self.member)}).data)


class CopyView(_SessionView):
    """Copy parts of an earlier note of the case into the draft, below what is typed."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(CopySerializer, InsertedSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self.session(pk), self.validated(CopySerializer)
        source = get_object_or_404(Note, pk=data["note"], session__case_id=session.case_id)
        parts, version = data.get("parts") or PARTS, data.get("version")
        draft = inserting.copy_from(by=self.member, session=session, source=source, parts=parts, version=version)
        return self.inserted(draft, session)


class UseTemplateView(_SessionView):
    """Put the text of a template into the draft, below what is typed."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(UseTemplateSerializer, InsertedSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self.session(pk), self.validated(UseTemplateSerializer)
        template = get_object_or_404(keeping.templates_of(self.member), pk=data["template"])
        used = inserting.use_template(by=self.member, session=session, template=template, version=data.get("version"))
        return self.inserted(used, session)


class PhrasesView(HouseView):
    """Your phrases and the practice's."""

    permissions = {"GET": P.WRITE_NOTE, "POST": P.WRITE_NOTE}
    shows = NOBODY

    @listed(PhraseSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(keeping.phrases_of(self.member), lambda page: PhraseSerializer(page, many=True).data)

    @written(PhraseSerializer, PhraseSerializer, 201)
    def post(self, request: Any, slug: str) -> Response:
        made = keeping.keep_phrase(by=self.member, **self.validated(PhraseSerializer))
        return Response(PhraseSerializer(made).data, 201)


class PhraseView(HouseView):
    """One phrase: other words, or out of the menu."""

    permissions = {"PUT": P.WRITE_NOTE, "DELETE": P.WRITE_NOTE}

    @written(PhraseSerializer, PhraseSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(keeping.phrases_of(self.member), pk=pk)
        return Response(
            PhraseSerializer(keeping.keep_phrase(by=self.member, phrase=row, **self.validated(PhraseSerializer))).data
        )

    @written(None, PhraseSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(keeping.phrases_of(self.member), pk=pk)
        keeping.remove(by=self.member, kept=row)
        return Response(PhraseSerializer(row).data)


class NoteTemplatesView(HouseView):
    """Your templates of notes and the practice's."""

    permissions = {"GET": P.WRITE_NOTE, "POST": P.WRITE_NOTE}
    shows = NOBODY

    @listed(NoteTemplateSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(keeping.templates_of(self.member), lambda page: NoteTemplateSerializer(page, many=True).data)

    @written(NoteTemplateSerializer, NoteTemplateSerializer, 201)
    def post(self, request: Any, slug: str) -> Response:
        made = keeping.keep_template(by=self.member, **_template(self.validated(NoteTemplateSerializer)))
        return Response(NoteTemplateSerializer(made).data, 201)


class NoteTemplateView(HouseView):
    """One template: another text, or out of the menu."""

    permissions = {"PUT": P.WRITE_NOTE, "DELETE": P.WRITE_NOTE}

    @written(NoteTemplateSerializer, NoteTemplateSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(keeping.templates_of(self.member), pk=pk)
        data = _template(self.validated(NoteTemplateSerializer))
        return Response(NoteTemplateSerializer(keeping.keep_template(by=self.member, template=row, **data)).data)

    @written(None, NoteTemplateSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        row = get_object_or_404(keeping.templates_of(self.member), pk=pk)
        keeping.remove(by=self.member, kept=row)
        return Response(NoteTemplateSerializer(row).data)


def _template(data: dict[str, Any]) -> dict[str, Any]:
    """As the verb takes it."""
    parts = {part: data.get(part, "") for part in PARTS}
    return {"name": data["name"], "kind": Kind(data["kind"]), "shared": data["shared"], "parts": parts}
