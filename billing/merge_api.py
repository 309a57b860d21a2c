"""API of a merge taken back."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from billing import actions
from clients.merge_api import MergeSerializer
from clients.models import Client
from practice.api import HouseView, written
from practice.permissions import Permission as P


class UnmergeView(HouseView):
    """Undo the merge of a chart, with the money that moved; 409 once something new stands on it."""

    permissions = {"POST": P.MERGE_CLIENTS}

    @written(None, MergeSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client = get_object_or_404(Client.objects.visible_to(self.member), pk=pk)
        row = actions.unmerge(by=self.member, client=client)
        return Response(MergeSerializer(row).data, status=201)
