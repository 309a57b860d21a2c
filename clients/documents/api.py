"""API of files, with the actions and permissions of the pages."""

from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from clients.documents import actions
from clients.documents.content import ContentType
from clients.documents.models import CARDS, Document, Kind
from clients.documents.views import attachment, documents
from clients.models import Client, Coverage
from practice import audit
from practice.api import REFUSALS, DetailSerializer, HouseView, UploadField, choice, listed, shown, written
from practice.findings import BadInput
from practice.permissions import Permission as P
from practice.uploads import refusal


class DocumentSerializer(serializers.ModelSerializer):
    kind = choice("DocumentKind", Kind)

    class Meta:
        model = Document
        fields = ["id", "kind", "coverage", "title", "content_type", "size", "sha256", "at"]


class NewDocumentSerializer(serializers.Serializer):
    kind = choice("DocumentKind", Kind)
    coverage = serializers.IntegerField(min_value=1, required=False, help_text="of a card")
    file = UploadField(allow_empty_file=True)


class DocumentsView(HouseView):
    """A client's files, newest first; one more."""

    permissions = {"GET": P.SEE_CLIENTS, "POST": P.KEEP_DOCUMENTS}
    shows = "files"
    parser_classes = [MultiPartParser]

    def sent(self, request: Any) -> bytes:
        return sent_files(request)

    @listed(DocumentSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        audit.seen(client, client_id=client.pk, section="files")
        rows = Document.objects.kept().filter(client__in=client.ids).order_by("-at", "-id")
        return self.page(rows, lambda page: DocumentSerializer(page, many=True).data)

    @written({"multipart/form-data": NewDocumentSerializer}, DocumentSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        if sentence := refusal(request._request):
            raise BadInput(file=sentence)
        data = self.validated(NewDocumentSerializer)
        return Response(DocumentSerializer(self._made(client, **data)).data, status=201)

    def _made(self, client: Client, *, kind: str, file: Any, coverage: int | None = None) -> Document:
        if coverage is None:
            return actions.add_documents(by=self.member, client=client, kind=kind, files=[file])[0]
        if kind not in CARDS:
            raise BadInput(coverage="Only a card is put on a coverage")
        found = get_object_or_404(Coverage.objects.select_related("client"), pk=coverage, client__in=client.ids)
        return actions.put_card(by=self.member, coverage=found, kind=kind, files=[file])


def sent_files(request: Any) -> bytes:
    """Hashes of the fields and files: the body itself was read into them, piece by piece."""
    plain = request._request
    fields = repr(sorted(plain.POST.lists()))
    hashes = [(name, file.name, _hashed(file)) for name, files in plain.FILES.lists() for file in files]
    return f"{fields}{hashes}".encode()


def _hashed(file: Any) -> str:
    hashed = sha256()
    for piece in file.chunks():
        hashed.update(piece)
    file.seek(0)
    return hashed.hexdigest()


class DocumentView(HouseView):
    """What is known of a file; take it out of the chart."""

    permissions = {"GET": P.SEE_CLIENTS, "DELETE": P.KEEP_DOCUMENTS}
    shows = "files"

    @shown(DocumentSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(documents(request._request).kept(), pk=pk)
        audit.seen(found, client_id=found.client_id, section="files")
        return Response(DocumentSerializer(found).data)

    @written(None, DocumentSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        document = get_object_or_404(documents(request._request).kept(), pk=pk)
        actions.remove(by=self.member, document=document)
        return Response(DocumentSerializer(document).data)


class DocumentContentView(HouseView):
    """A file's bytes, as they were stored."""

    permission = P.SEE_CLIENTS
    shows = "document"

    @extend_schema(
        responses={(200, kind.value): OpenApiTypes.BINARY for kind in ContentType} | {409: DetailSerializer} | REFUSALS
    )
    def get(self, request: Any, slug: str, pk: int) -> HttpResponse:
        found = get_object_or_404(documents(request._request).kept(), pk=pk)
        try:
            return attachment(found)
        except actions.Damaged as damaged:  # answered here: the audit row of it stays
            return Response({"detail": str(damaged)}, status=409)
