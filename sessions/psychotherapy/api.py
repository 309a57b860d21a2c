"""API of psychotherapy notes: for their author; everybody else is told that there is none."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from practice import audit
from practice.api import HouseView, shown, written
from practice.permissions import Permission as P
from sessions.models import Session
from sessions.psychotherapy import actions


class PsychotherapyNoteSerializer(serializers.Serializer):
    """`version` is 0 while nothing was written; then the moments are null."""

    text = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(min_value=0)
    created_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)


class WritePsychotherapyNoteSerializer(serializers.Serializer):
    """The whole text. `version` is the save you stand on; leave it out for the first."""

    text = serializers.CharField(allow_blank=True, max_length=actions.MOST, trim_whitespace=False)
    version = serializers.IntegerField(required=False, min_value=1)


class WrittenPsychotherapyNoteSerializer(serializers.Serializer):
    """Without the text: the answer of a write is kept beside its Idempotency-Key."""

    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()


class PsychotherapyNoteView(HouseView):
    """The psychotherapy note that you keep of a session of mental health, apart from its record."""

    permissions = {"GET": P.SEE_CLIENTS, "PUT": P.SEE_CLIENTS}
    shows = "psychotherapy note"

    def session(self, pk: int) -> Session:
        return get_object_or_404(actions.kept_by(self.member), pk=pk)

    @shown(PsychotherapyNoteSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = self.session(pk)
        audit.seen(found, client_id=found.client_id, section="psychotherapy note")
        note = actions.note_of(found, self.member)
        none = {"text": "", "version": 0, "created_at": None, "changed_at": None}
        return Response(PsychotherapyNoteSerializer(note or none).data)

    @written(WritePsychotherapyNoteSerializer, WrittenPsychotherapyNoteSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        found, data = self.session(pk), self.validated(WritePsychotherapyNoteSerializer)
        note = actions.write(by=self.member, session=found, text=data["text"], version=data.get("version", 0))
        return Response(WrittenPsychotherapyNoteSerializer(note).data)
