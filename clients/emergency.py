"""Break-glass: a chart outside a therapist's caseload, opened in an emergency, to read, for an hour at most.

She names the chart by its number and the birthday, so that she learns of nobody whom she does not know already.
The owner is told, the chart shows it, and the access ends by itself. It opens nothing but what she may read of her
own clients: no writing, and no psychotherapy note.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet

from practice import clock
from practice.models import Membership
from practice.permissions import Permission
from practice.tenancy import TenantForeignKey, TenantModel, current

LASTS = timedelta(minutes=60)
RECENT = timedelta(days=14)


class EmergencyAccess(TenantModel):
    """Who opened whose chart in an emergency, why, and until when. Insert only."""

    client = TenantForeignKey("clients.Client", related_name="emergencies")
    member = TenantForeignKey(Membership, related_name="+")
    reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("opened_at"), until__lte=models.F("opened_at") + LASTS),
                name="emergency_lasts_an_hour_at_most",
            ),
        ]
        indexes = [models.Index(fields=["practice", "member", "until"], name="emergency_by_member")]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"


class EmergencyEnd(TenantModel):
    """An emergency access that was ended before its time. Insert only."""

    access = TenantForeignKey(EmergencyAccess, related_name="ends")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "access"], name="one_emergency_end")]

    def __str__(self) -> str:
        return f"end of {self.access_id}"


def in_force() -> QuerySet[EmergencyAccess]:
    """Accesses that are open now."""
    return EmergencyAccess.objects.filter(until__gt=clock.now(), ends__isnull=True)


def in_force_for(charts: Collection[int]) -> QuerySet[EmergencyAccess]:
    """Who reads one of these charts in an emergency now."""
    return in_force().filter(client__in=charts).select_related("member__user").order_by("until", "id")


def opened_by(member: Membership) -> QuerySet[EmergencyAccess, Any]:
    """Ids of the clients a member may read now by an emergency; none unless she only reads."""
    rows = in_force().filter(member=member) if current().reading else EmergencyAccess.objects.none()
    return rows.values_list("client_id", flat=True)


def endable_by(member: Membership) -> QuerySet[EmergencyAccess]:
    """One's own, and anybody's for who may see the audit."""
    rows = EmergencyAccess.objects.all()
    return rows if member.may(Permission.SEE_AUDIT) else rows.filter(member=member)


def recent() -> QuerySet[EmergencyAccess]:
    """Those of the last two weeks, for the owner: newest first."""
    rows = EmergencyAccess.objects.filter(opened_at__gt=clock.now() - RECENT)
    return (
        rows.select_related("member__user", "client").prefetch_related("ends__by__user").order_by("-opened_at", "-id")
    )
