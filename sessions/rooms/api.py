"""API of rooms."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, listed, written
from practice.models import Location
from practice.permissions import NOBODY
from practice.permissions import Permission as P
from sessions.models import Room
from sessions.rooms import actions


class RoomSerializer(serializers.Serializer):
    """A room of a location. One that is closed is offered no more; what is booked in it stays."""

    id = serializers.IntegerField(read_only=True)
    location = serializers.IntegerField(min_value=1, source="location_id")
    name = serializers.CharField(max_length=40)
    places = serializers.IntegerField(min_value=1, max_value=99, default=1, help_text="how many clients it holds")
    closed = serializers.BooleanField(default=False)


class RoomsView(HouseView):
    """Rooms of the practice; a new one."""

    permissions = {"GET": P.SEE_CALENDAR, "POST": P.MANAGE_PRACTICE}
    shows = NOBODY

    @listed(RoomSerializer)
    def get(self, request: Any, slug: str) -> Response:
        return self.page(Room.objects.order_by("id"), lambda page: RoomSerializer(page, many=True).data)

    @written(RoomSerializer, RoomSerializer, status=201)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(RoomSerializer)
        location = get_object_or_404(Location, pk=data.pop("location_id"))
        return Response(RoomSerializer(actions.save_room(by=self.member, location=location, **data)).data, 201)


class RoomView(HouseView):
    """Another word on a room."""

    permissions = {"PUT": P.MANAGE_PRACTICE}

    @written(RoomSerializer, RoomSerializer)
    def put(self, request: Any, slug: str, pk: int) -> Response:
        found, data = get_object_or_404(Room, pk=pk), self.validated(RoomSerializer)
        location = get_object_or_404(Location, pk=data.pop("location_id"))
        return Response(RoomSerializer(actions.save_room(by=self.member, location=location, room=found, **data)).data)
