"""API of co-signatures: what waits for you, your signature below a note, and a note that you give back."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, choice, listed, written
from practice.permissions import Permission as P
from sessions.models import Note, NoteKind, Session
from sessions.writing import cosigning
from sessions.writing.models import LONGEST_REMARK


class CosigningSerializer(serializers.Serializer):
    """`state`: not asked, waiting, returned (an addendum of its author answers the remark), or signed."""

    state = serializers.ChoiceField(["not asked", "waiting", "returned", "signed"])
    waits_for = serializers.CharField(allow_blank=True, help_text="who is to co-sign")
    signature = serializers.CharField(allow_blank=True, help_text="name and credentials of who co-signed")
    signed_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField(allow_blank=True)


class ToCosignSerializer(serializers.Serializer):
    session = serializers.IntegerField(source="session_id")
    client = serializers.CharField(source="session.client.name")
    served_on = serializers.DateField(source="session.served_on")
    kind = choice("NoteKind", NoteKind)
    signature = serializers.CharField(help_text="of who wrote the note")
    signed_at = serializers.DateTimeField()


class ReturnSerializer(serializers.Serializer):
    """What is to be added to the note."""

    remark = serializers.CharField(max_length=LONGEST_REMARK)


def cosigning_of(session: Session, note: Note) -> dict[str, Any]:
    """How a signed note stands with a supervisor."""
    note.session = session
    prefetch_related_objects([note], *cosigning.needs())
    state = cosigning.standing(note)
    signed = state.signed
    word = "signed" if signed else "returned" if state.returned else "waiting" if state.waits_for else "not asked"
    return {
        "state": word,
        "waits_for": str(state.waits_for) if state.waits_for else "",
        "signature": signed.signature if signed else "",
        "signed_at": signed.signed_at if signed else None,
        "remark": state.remark,
    }


class ToCosignView(HouseView):
    """Signed notes that wait for your co-signature, oldest first."""

    permission = P.SIGN_NOTE
    listing = "notes to co-sign"

    @listed(ToCosignSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = cosigning.to_cosign(self.member).select_related("session__client")
        return self.page(rows, lambda page: ToCosignSerializer(page, many=True).data)


class _OneNote(HouseView):
    permissions = {"POST": P.SIGN_NOTE}

    def session(self, pk: int) -> Session:
        rows = Session.objects.visible_to(self.member).select_related("clinician__supervisor__member__user")
        return get_object_or_404(rows, pk=pk)

    def standing(self, session: Session) -> Response:
        found = cosigning_of(session, Note.objects.get(session=session))
        return Response(CosigningSerializer(found).data)


class CosignView(_OneNote):
    """Co-sign the note of somebody who works under your supervision."""

    @written(None, CosigningSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session = self.session(pk)
        cosigning.cosign(by=self.member, session=session)
        return self.standing(session)


class ReturnView(_OneNote):
    """Give a note back to its author with a remark, which she answers by an addendum."""

    @written(ReturnSerializer, CosigningSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        session, data = self.session(pk), self.validated(ReturnSerializer)
        cosigning.return_note(by=self.member, session=session, remark=data["remark"])
        return self.standing(session)
