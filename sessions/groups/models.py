"""The table of what is typed for a group."""

from typing import Any

from django.db import models

from practice import clock
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.groups.composing import Own
from sessions.minutes import PARTS, Typed


class GroupDraft(TenantModel):
    """What is being typed for a group: what all its notes say, and what stands in one client's alone.

    Each client's note is put together from it when it is looked at and when it is signed.
    """

    appointment = TenantForeignKey("therapy_sessions.Appointment", related_name="group_drafts")
    shared: Any = models.JSONField(default=dict, help_text="the parts of the note that all share, by name")
    lines: Any = models.JSONField(default=list, help_text="codes and minutes of all, as in NoteDraft")
    own: Any = models.JSONField(default=dict, help_text="by session: her words, and her lines where they differ")
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = TenantForeignKey(Membership, related_name="+")
    version = models.PositiveIntegerField(default=1, help_text="counts saves; a stale page is told so")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "appointment"], name="one_group_draft")]

    def __str__(self) -> str:
        return f"draft of group {self.appointment_id}"

    @property
    def parts(self) -> dict[str, str]:
        return {name: self.shared.get(name, "") for name in PARTS}

    @property
    def typed(self) -> list[Typed]:
        return [Typed.of(line) for line in self.lines]

    def own_of(self, session: int) -> Own:
        """What is one client's alone."""
        return Own.of(self.own.get(str(session), {}))
