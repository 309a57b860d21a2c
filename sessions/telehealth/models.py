"""The table of meeting links."""

from django.db import models
from django.db.models import Q

from practice.models import Clinician
from practice.tenancy import TenantForeignKey, TenantModel


class MeetingLink(TenantModel):
    """Where sessions by video are met: a clinician's own address, or without one the practice's. No one is named in it."""

    clinician = TenantForeignKey(Clinician, null=True, blank=True, related_name="+")
    url = models.CharField(max_length=300, blank=True, help_text="empty: none")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "clinician"], nulls_distinct=False, name="one_meeting_link_each"
            ),
            models.CheckConstraint(condition=Q(url="") | Q(url__startswith="https://"), name="meeting_link_is_https"),
        ]

    def __str__(self) -> str:
        return f"meeting link of {self.clinician_id or 'the practice'}"
