"""API of advance notices, with the verbs and permission of the pages."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from billing import actions, notice_pages
from billing.models import AdvanceNotice, NoticeSignature, NoticeWithdrawal
from billing.notices import LONGEST, Kind, Option
from clients.models import Client, Coverage
from practice import audit
from practice.api import HouseView, listed, shown, written
from practice.findings import BadInput
from practice.permissions import Permission as P

KINDS = [kind.value for kind in Kind]


class NoticeSignatureSerializer(serializers.ModelSerializer):
    class Meta:
        model = NoticeSignature
        fields = ["option", "signer", "relation", "signed_on", "valid_until"]


class NoticeWithdrawalSerializer(serializers.ModelSerializer):
    class Meta:
        model = NoticeWithdrawal
        fields = ["ends_on", "reason"]


class AdvanceNoticeSerializer(serializers.ModelSerializer):
    """A notice: `state` as on the page, `does` what it does to its services, in a sentence."""

    state = serializers.CharField()
    does = serializers.CharField()
    signatures = NoticeSignatureSerializer(many=True)
    withdrawals = NoticeWithdrawalSerializer(many=True)

    class Meta:
        model = AdvanceNotice
        fields = [
            "id", "client", "coverage", "codes", "kind", "reason", "cost", "information", "starts_on",
            "state", "does", "signatures", "withdrawals",
        ]  # fmt: skip


class NewNoticeSerializer(serializers.Serializer):
    coverage = serializers.IntegerField(min_value=1)
    codes = serializers.ListField(child=serializers.CharField(max_length=5), min_length=1, max_length=6)
    kind = serializers.ChoiceField(KINDS, help_text="necessity and limit are required notices, excluded is voluntary")
    reason = serializers.CharField(max_length=240, help_text="what the client reads")
    cost = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), help_text="dollars for one visit"
    )
    starts_on = serializers.DateField(help_text="the first service it is for")
    information = serializers.CharField(max_length=240, required=False, allow_blank=True)


class SignNoticeSerializer(serializers.Serializer):
    option = serializers.ChoiceField(
        [option.value for option in Option], allow_null=True, help_text="null for a voluntary notice only"
    )
    signer = serializers.CharField(max_length=80, help_text="typed name of who signs")
    relation = serializers.CharField(max_length=40, help_text="to the client: self, daughter …")
    strokes = serializers.CharField(
        max_length=LONGEST, required=False, allow_blank=True, help_text="SVG path of M and L on a pad of 600 × 140"
    )


class WithdrawNoticeSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


def _notices(member: Any) -> QuerySet[AdvanceNotice]:
    rows = AdvanceNotice.objects.filter(client__in=Client.objects.visible_to(member))
    return rows.select_related("coverage__payer", "client").prefetch_related("signatures", "withdrawals")


def _shown(view: HouseView, notice: AdvanceNotice) -> dict[str, Any]:
    notice.state = notice_pages.state(notice, view.practice.today())["word"]  # type: ignore[attr-defined]
    notice.does = notice_pages.does(notice)  # type: ignore[attr-defined]
    return AdvanceNoticeSerializer(notice).data


class NoticesView(HouseView):
    """The advance notices of a client, newest first; filling one."""

    permissions = {"GET": P.KEEP_NOTICES, "POST": P.KEEP_NOTICES}
    shows = "advance notices"

    def _client(self, pk: int) -> Client:
        return get_object_or_404(Client.objects.visible_to(self.member), pk=pk)

    @listed(AdvanceNoticeSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        client = self._client(pk)
        audit.seen(client, client_id=client.pk, section="advance notices")
        rows = _notices(self.member).filter(client__in=client.ids).order_by("-id")
        return self.page(rows, lambda page: [_shown(self, notice) for notice in page])

    @written(NewNoticeSerializer, AdvanceNoticeSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        client, data = self._client(pk), self.validated(NewNoticeSerializer)
        coverage = (
            Coverage.objects.filter(pk=data.pop("coverage"), client__in=client.ids).select_related("payer").first()
        )
        if coverage is None:
            raise BadInput(coverage="The client has no such plan")
        key = f"api:{self.idempotency[0]}"
        made = actions.prepare_notice(by=self.member, client=client, coverage=coverage, key=key, **data)
        return Response(_shown(self, _notices(self.member).get(pk=made.pk)), status=201)


class NoticeView(HouseView):
    """One advance notice."""

    permission = P.KEEP_NOTICES
    shows = "advance notice"

    @shown(AdvanceNoticeSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(_notices(self.member), pk=pk)
        audit.seen(found, client_id=found.client_id, section="advance notice")
        return Response(_shown(self, found))


class SignNoticeView(HouseView):
    """The client's choice and signature, today: before the service, once."""

    permissions = {"POST": P.KEEP_NOTICES}

    @written(SignNoticeSerializer, AdvanceNoticeSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        notice = get_object_or_404(_notices(self.member), pk=pk)
        actions.sign_notice(by=self.member, notice=notice, **self.validated(SignNoticeSerializer))
        return Response(_shown(self, _notices(self.member).get(pk=pk)))


class WithdrawNoticeView(HouseView):
    """A notice counts no longer; what was given under it stays as it is."""

    permissions = {"POST": P.KEEP_NOTICES}

    @written(WithdrawNoticeSerializer, AdvanceNoticeSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        notice = get_object_or_404(_notices(self.member), pk=pk)
        actions.withdraw_notice(by=self.member, notice=notice, **self.validated(WithdrawNoticeSerializer))
        return Response(_shown(self, _notices(self.member).get(pk=pk)))
