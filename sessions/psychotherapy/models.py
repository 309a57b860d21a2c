"""The table of psychotherapy notes."""

from django.db import models

from practice import clock
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class PsychotherapyNote(TenantModel):
    """What a clinician of mental health writes down of a session for herself, apart from its note (45 CFR 164.501).

    The database shows a row to its author and to nobody else: not to an owner, nor to a worker. One for each who
    treated, because a session may be given to another clinician, who sees nothing of it and keeps her own.
    """

    private_to = "author"

    session = TenantForeignKey("therapy_sessions.Session", related_name="psychotherapy_notes")
    author = TenantForeignKey(Membership, related_name="+")
    text = models.TextField(blank=True, max_length=20_000)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1, help_text="counts saves; a stale page is told so")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "session", "author"], name="one_psychotherapy_note")]

    def __str__(self) -> str:
        return f"psychotherapy note of {self.session_id}"
