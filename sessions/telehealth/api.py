"""API of telehealth."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, listed, written
from practice.models import Clinician
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.api import SessionSerializer
from sessions.models import MeetingLink, Session
from sessions.telehealth import actions
from sessions.telehealth.links import LONGEST, WORDS


class TelehealthSerializer(serializers.Serializer):
    telehealth = serializers.ChoiceField(
        ["", *WORDS], allow_blank=True, help_text="10: client at home; 02: elsewhere; empty: in person"
    )


class TelehealthView(HouseView):
    """How a session is held. The signature fixes it."""

    permissions = {"PUT": P.BOOK_SESSION}

    @written(TelehealthSerializer, SessionSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        rows = Session.objects.visible_to(self.member).select_related("client", "case", "clinician__member__user")
        found, data = get_object_or_404(rows, pk=pk), self.validated(TelehealthSerializer)
        actions.set_place(by=self.member, session=found, place=data["telehealth"])
        return Response(SessionSerializer(found).data)


class MeetingLinkSerializer(serializers.Serializer):
    """The link of a clinician; of the practice where `clinician` is null. An empty one is none."""

    clinician = serializers.IntegerField(min_value=1, source="clinician_id", allow_null=True)
    url = serializers.CharField(max_length=LONGEST, allow_blank=True)


class MeetingLinksView(HouseView):
    """Where sessions by video are met."""

    permissions = {"GET": P.MANAGE_PRACTICE, "PUT": P.MANAGE_PRACTICE}
    shows = NOBODY

    @listed(MeetingLinkSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = MeetingLink.objects.exclude(url="").order_by("id")
        return self.page(rows, lambda page: MeetingLinkSerializer(page, many=True).data)

    @written(MeetingLinkSerializer, MeetingLinkSerializer)
    def put(self, request: Any, slug: str) -> Response:
        data = self.validated(MeetingLinkSerializer)
        whose = data["clinician_id"]
        if whose is not None:
            get_object_or_404(Clinician, pk=whose)
        actions.save_links(by=self.member, links={whose: data["url"]})
        return Response(MeetingLinkSerializer({"clinician_id": whose, "url": data["url"].strip()}).data)
