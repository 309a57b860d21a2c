"""API of the audit, with the filters and the order of its page."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from clients import audit_list
from practice.api import HouseView, choice, listed
from practice.models import AuditKind
from practice.permissions import Permission as P


class AuditEventSerializer(serializers.Serializer):
    """One act: who did what to whose data, and the same as a sentence."""

    id = serializers.IntegerField(source="event.id")
    at = serializers.DateTimeField(source="event.at")
    written_at = serializers.DateTimeField(source="event.written_at")
    kind = choice("AuditKind", AuditKind, source="event.kind")
    verb = serializers.CharField(source="event.verb")
    person = serializers.CharField()
    client = serializers.CharField(help_text="empty where it is about nobody")
    chart = serializers.IntegerField(allow_null=True)
    sentence = serializers.CharField()
    facts = serializers.CharField()


class AuditView(HouseView):
    """Who did and saw what: the newest ten thousand rows of what is asked for."""

    permission = P.SEE_AUDIT
    listing = "audit rows"

    @listed(
        AuditEventSerializer,
        OpenApiParameter("person", int, description="id of a membership"),
        OpenApiParameter("client", str, description="chart number, or the beginning of a name"),
        OpenApiParameter("kind", str, enum=AuditKind.values),
        OpenApiParameter("start", {"type": "string", "format": "date"}, description="first local day"),
        OpenApiParameter("end", {"type": "string", "format": "date"}, description="last local day"),
        OpenApiParameter("sort", str, enum=[f"{sign}{name}" for name in audit_list.SORTS for sign in ("", "-")]),
    )
    def get(self, request: Any, slug: str) -> Response:
        rows = audit_list.events(audit_list.Wanted.of(request.query_params), self.practice.zone)
        return self.page(rows, lambda page: AuditEventSerializer(audit_list.told(page), many=True).data)
