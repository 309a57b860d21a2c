"""API of the team, with the verbs and permissions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from practice import actions as house
from practice.api import HouseView, choice, listed, shown, written
from practice.models import Membership, Role
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from practice.team import actions, invitations
from practice.team.models import Invitation


class RolesSerializer(serializers.Serializer):
    roles = serializers.ListField(child=choice("Role", Role), min_length=1, max_length=len(Role))


class ActiveSerializer(serializers.Serializer):
    active = serializers.BooleanField()


class NewInvitationSerializer(RolesSerializer):
    email = serializers.EmailField(max_length=254)


class MemberSerializer(RolesSerializer):
    id = serializers.IntegerField()
    first_name = serializers.CharField(source="user.first_name")
    last_name = serializers.CharField(source="user.last_name")
    email = serializers.EmailField(source="user.email")
    active = serializers.BooleanField()
    last_sign_in = serializers.DateTimeField(source="user.last_login", allow_null=True)


class InvitationSerializer(NewInvitationSerializer):
    id = serializers.IntegerField()
    open = serializers.BooleanField()
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class TeamView(HouseView):
    """People of the practice."""

    permission = P.MANAGE_TEAM
    shows = NOBODY

    @listed(MemberSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = Membership.objects.filter(practice=self.practice).select_related("user")
        order = ("user__last_name", "user__first_name", "id")
        return self.page(rows.order_by(*order), lambda page: MemberSerializer(page, many=True).data)


class _OneMember(HouseView):
    def one(self, pk: int) -> Membership:
        return get_object_or_404(Membership.objects.select_related("user"), pk=pk, practice=self.practice)


class MemberView(_OneMember):
    """One person."""

    permission = P.MANAGE_TEAM
    shows = NOBODY

    @shown(MemberSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        return Response(MemberSerializer(self.one(pk)).data)


class RolesView(_OneMember):
    """What a person may do."""

    permissions = {"PUT": P.MANAGE_TEAM}
    shows = NOBODY

    @written(RolesSerializer, MemberSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        member = self.one(pk)
        changed = actions.change_roles(by=self.member, member=member, **self.validated(RolesSerializer))
        return Response(MemberSerializer(changed).data)


class ActiveView(_OneMember):
    """Whether a person may come in."""

    permissions = {"PUT": P.MANAGE_TEAM}
    shows = NOBODY

    @written(ActiveSerializer, MemberSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        member = self.one(pk)
        changed = actions.set_active(by=self.member, member=member, **self.validated(ActiveSerializer))
        return Response(MemberSerializer(changed).data)


class SecondFactorView(_OneMember):
    """Take away the second factors of a person who lost hers; she sets up a new one at her next sign-in."""

    permissions = {"DELETE": P.MANAGE_TEAM}
    shows = NOBODY

    @written(None, MemberSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        member = self.one(pk)
        house.reset_second_factor(by=self.member, member=member)
        return Response(MemberSerializer(member).data)


class SignInsView(_OneMember):
    """Sign a person out wherever she is signed in."""

    permissions = {"DELETE": P.MANAGE_TEAM}
    shows = NOBODY

    @written(None, MemberSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        member = self.one(pk)
        house.end_sign_ins(by=self.member, member=member)
        return Response(MemberSerializer(member).data)


class InvitationsView(HouseView):
    """Invitations that wait; a new one."""

    permissions = {"GET": P.MANAGE_TEAM, "POST": P.MANAGE_TEAM}
    shows = NOBODY

    @listed(InvitationSerializer)
    def get(self, request: Any, slug: str) -> Response:
        rows = Invitation.objects.filter(accepted_at=None, taken_back_at=None).order_by("expires_at", "id")
        return self.page(rows, lambda page: InvitationSerializer(page, many=True).data)

    @written(NewInvitationSerializer, InvitationSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        made = invitations.invite(by=self.member, **self.validated(NewInvitationSerializer))
        return Response(InvitationSerializer(made).data, status=201)


class InvitationView(HouseView):
    """Take an invitation back."""

    permissions = {"DELETE": P.MANAGE_TEAM}
    shows = NOBODY

    @written(None, InvitationSerializer)
    def delete(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Invitation, pk=pk)
        return Response(InvitationSerializer(invitations.take_back(by=self.member, invitation=found)).data)


class SendAgainView(HouseView):
    """A new letter for 72 hours more; the older link is dead."""

    permissions = {"POST": P.MANAGE_TEAM}
    shows = NOBODY

    @written(None, InvitationSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        found = get_object_or_404(Invitation, pk=pk)
        return Response(InvitationSerializer(invitations.send_again(by=self.member, invitation=found)).data)
