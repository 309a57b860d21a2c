"""API of calendar feeds. A secret is made on the page alone: the answer of a write is kept beside its key."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, shown, written
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.feeds import actions
from sessions.models import FeedWords


class FeedSerializer(serializers.Serializer):
    """Your calendar feed; `made_at` is null without one. `words`: what the practice's feeds say of clients."""

    made_at = serializers.DateTimeField(allow_null=True)
    words = serializers.ChoiceField(FeedWords.values)


class FeedWordsSerializer(serializers.Serializer):
    words = serializers.ChoiceField(FeedWords.values, help_text="none, or initials")


def _answer(member: Any) -> Response:
    clinician = actions.clinician_of(member)
    made = actions.feed_of(clinician) if clinician else None
    return Response(FeedSerializer({"made_at": made.made_at if made else None, "words": actions.words()}).data)


class FeedView(HouseView):
    """Your calendar feed; revoke it."""

    permissions = {"GET": P.SEE_CALENDAR, "DELETE": P.SEE_CALENDAR}
    shows = NOBODY

    @shown(FeedSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return _answer(self.member)

    @written(None, FeedSerializer)
    def delete(self, request: Any, slug: str) -> Response:
        clinician = actions.clinician_of(self.member)
        if clinician is None:
            raise Http404
        actions.revoke_feed(by=self.member, clinician=clinician)
        return _answer(self.member)


class FeedWordsView(HouseView):
    """What the feeds of the practice say of clients."""

    permissions = {"PUT": P.MANAGE_PRACTICE}

    @written(FeedWordsSerializer, FeedSerializer)
    def put(self, request: Any, slug: str) -> Response:
        actions.set_words(by=self.member, words=self.validated(FeedWordsSerializer)["words"])
        return _answer(self.member)
