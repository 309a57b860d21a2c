"""API of the lock: the practice's minutes."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from practice import actions
from practice.api import HouseView, shown, written
from practice.models import Practice
from practice.permissions import NOBODY
from practice.permissions import Permission as P


class SecuritySerializer(serializers.Serializer):
    minutes = serializers.IntegerField(help_text="without use until a page locks; 5 to 60")


class SecurityView(HouseView):
    """After how many minutes without use a page locks."""

    permission = P.SET_SECURITY
    shows = NOBODY

    @shown(SecuritySerializer)
    def get(self, request: Any, slug: str) -> Response:
        return Response(_shown(self.practice))

    @written(SecuritySerializer, SecuritySerializer)
    def put(self, request: Any, slug: str) -> Response:
        data = self.validated(SecuritySerializer)
        return Response(_shown(actions.set_idle_minutes(by=self.member, **data)))


def _shown(practice: Practice) -> dict[str, int]:
    return {"minutes": practice.idle_minutes}
