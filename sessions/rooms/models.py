"""The table of rooms."""

from django.db import models
from django.db.models import Q

from practice.models import Location
from practice.tenancy import TenantForeignKey, TenantModel


class Room(TenantModel):
    """A room of a location. A group books it once; how many it holds is said, not refused."""

    location = TenantForeignKey(Location, related_name="rooms")
    name = models.CharField(max_length=40)
    places = models.PositiveSmallIntegerField(default=1, help_text="how many clients it holds")
    closed = models.BooleanField(default=False, help_text="offered no more; what is booked in it stays")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "location", "name"], name="one_room_of_a_name"),
            models.CheckConstraint(condition=Q(places__gte=1, places__lte=99), name="room_places_between"),
        ]

    def __str__(self) -> str:
        return self.name
