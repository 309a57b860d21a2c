"""API of imports, with the actions and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from clients.documents.api import sent_files
from clients.imports import actions
from clients.imports.models import ClientImport, ImportRow, ImportState, Outcome
from practice import audit
from practice.api import HouseView, UploadField, choice, listed, shown, written
from practice.findings import BadInput
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from practice.uploads import refusal

COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}


@extend_schema_field(COUNTS)
class CountsField(serializers.JSONField):
    """How many of each kind."""


class ClientImportSerializer(serializers.ModelSerializer):
    state = choice("ClientImportState", ImportState)
    unused = serializers.ListField(child=serializers.CharField())
    rows = serializers.SerializerMethodField(help_text="rows by outcome: ready, made, there, bad")
    expected = CountsField(help_text="what the trial would make")
    made = CountsField(help_text="what was made so far")

    class Meta:
        model = ClientImport
        fields = ["id", "name", "state", "why", "unused", "rows", "expected", "made", "at", "done_at"]

    @extend_schema_field(COUNTS)
    def get_rows(self, source: ClientImport) -> dict[str, int]:
        return actions.counts(source)


class ListedImportSerializer(serializers.ModelSerializer):
    state = choice("ClientImportState", ImportState)

    class Meta:
        model = ClientImport
        fields = ["id", "name", "state", "at", "done_at"]


class NewImportSerializer(serializers.Serializer):
    file = UploadField(allow_empty_file=True, help_text="CSV with column names in its first line")


class ProblemSerializer(serializers.Serializer):
    column = serializers.CharField(help_text="as the file calls it; empty for the whole row")
    sentence = serializers.CharField(help_text="what is wrong, and the fix")


class ImportRowSerializer(serializers.ModelSerializer):
    outcome = choice("ImportOutcome", Outcome)
    problems = serializers.SerializerMethodField()

    class Meta:
        model = ImportRow
        fields = ["line", "outcome", "problems", "client"]

    @extend_schema_field(ProblemSerializer(many=True))
    def get_problems(self, row: ImportRow) -> list[dict[str, str]]:
        return [{"column": column, "sentence": sentence} for column, sentence in row.problems]


class ImportsView(HouseView):
    """Files of clients that were sent, newest first; one more, which is tried in the background."""

    permissions = {"GET": P.IMPORT_CLIENTS, "POST": P.IMPORT_CLIENTS}
    shows = NOBODY
    parser_classes = [MultiPartParser]

    def sent(self, request: Any) -> bytes:
        return sent_files(request)

    @listed(ListedImportSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = ClientImport.objects.defer("body").order_by("-at", "-pk")
        return self.page(rows, lambda page: ListedImportSerializer(page, many=True).data)

    @written({"multipart/form-data": NewImportSerializer}, ClientImportSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        if sentence := refusal(request._request):
            raise BadInput(file=sentence)
        data = self.validated(NewImportSerializer)
        source = actions.take_file(by=self.member, file=data["file"])
        return Response(ClientImportSerializer(source).data, status=201)


class ImportView(HouseView):
    """A file: what its trial found, how far it is, what became of it."""

    permission = P.IMPORT_CLIENTS
    shows = NOBODY

    @shown(ClientImportSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        return Response(ClientImportSerializer(_source(pk)).data)


def _source(pk: int) -> ClientImport:
    return get_object_or_404(ClientImport.objects.defer("body"), pk=pk)


OUTCOME = OpenApiParameter("outcome", OpenApiTypes.STR, enum=Outcome.values, description="only rows of this outcome")


class ImportRowsView(HouseView):
    """The rows of a file by line, with what is wrong with each."""

    permission = P.IMPORT_CLIENTS
    shows = "import"

    @listed(ImportRowSerializer, OUTCOME)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        source = _source(pk)
        audit.seen(source, client_id=None, section="import")
        rows = source.rows.defer("cells").order_by("line")
        outcome = request.query_params.get("outcome")
        if outcome is not None:
            if outcome not in Outcome.values:
                raise exceptions.ValidationError({"outcome": [f"One of {', '.join(Outcome.values)}."]})
            rows = rows.filter(outcome=outcome)
        return self.page(rows, lambda page: ImportRowSerializer(page, many=True).data)


class StartImportView(HouseView):
    """Put the good rows of a tried file in, in the background."""

    permissions = {"POST": P.IMPORT_CLIENTS}

    @written(None, ClientImportSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        return Response(ClientImportSerializer(actions.start(by=self.member, source=_source(pk))).data)
