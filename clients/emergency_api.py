"""API: open a chart in an emergency, and end that before its hour is over."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from clients import emergency_actions
from clients.emergency import EmergencyAccess, endable_by, in_force_for
from practice.api import HouseView, written
from practice.findings import BadInput
from practice.permissions import NOBODY
from practice.permissions import Permission as P


class EmergencySerializer(serializers.Serializer):
    """A chart as somebody knows it who knows the client, and why it must be read now."""

    number = serializers.IntegerField(min_value=1, max_value=10**9, help_text="chart number")
    birth_on = serializers.DateField()
    reason = serializers.CharField(max_length=emergency_actions.LONGEST, help_text="the owner reads this")


class OpenedSerializer(serializers.Serializer):
    """`emergency` and `until` are null where the chart is hers to read anyway, and once it is ended."""

    client = serializers.IntegerField()
    emergency = serializers.IntegerField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


class EmergenciesView(HouseView):
    """Read a chart outside one's caseload, for an hour; the owners are told."""

    permissions = {"POST": P.BREAK_GLASS}
    shows = NOBODY

    @written(EmergencySerializer, OpenedSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        try:
            found = emergency_actions.open_chart(by=self.member, **self.validated(EmergencySerializer))
        except BadInput as bad:
            if "number" not in bad.errors:
                raise
            sentences = {field: [text] for field, text in bad.errors.items()}
            return Response(sentences, status=400)  # not raised: that she tried stays
        mine = in_force_for([found.pk]).filter(member=self.member)
        return Response(_opened(found.pk, mine.last()), status=201)


class EndEmergencyView(HouseView):
    """End it now: one's own, or anybody's for who may see the audit."""

    permissions = {"POST": P.BREAK_GLASS}
    shows = NOBODY

    @written(None, OpenedSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        access = get_object_or_404(endable_by(self.member), pk=pk)
        emergency_actions.end(by=self.member, access=access)
        return Response(_opened(access.client_id, None))


def _opened(client: int, access: EmergencyAccess | None) -> dict[str, Any]:
    row = {"client": client, "emergency": access and access.pk, "until": access and access.until}
    return dict(OpenedSerializer(row).data)
