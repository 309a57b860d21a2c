"""The tables of the audit: its rows, and the seals that prove them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from practice import clock
from practice.tenancy import TenantForeignKey, TenantModel


class AuditKind(models.TextChoices):
    VIEW = "view", "Views"
    CHANGE = "change", "Changes"
    SIGN_IN = "sign-in", "Sign-ins"
    EXPORT = "export", "Exports"
    EMERGENCY = "emergency", "Emergencies"
    REFUSED = "refused", "Refusals"
    CHECK = "check", "Checks of the audit"


class AuditEvent(TenantModel):
    """Who did or saw what. Insert only, written in the transaction of the act itself.

    `at` is when it happened by our clock, which the invented history sets back. `written_at` is the database's clock
    and `kind` follows from the verb: a trigger sets both, whatever is sent.
    """

    at = models.DateTimeField(default=clock.now)
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=10, choices=AuditKind.choices, editable=False)
    member = TenantForeignKey("practice.Membership", null=True, related_name="+")
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=60)
    target_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "-at", "-id"], name="audit_by_moment"),
            models.Index(fields=["practice", "member", "-at", "-id"], name="audit_by_member"),
            models.Index(fields=["practice", "client_id", "-at", "-id"], name="audit_by_client"),
            models.Index(fields=["practice", "kind", "-at", "-id"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target} {self.target_id}"


class AuditSeal(TenantModel):
    """A stretch of the audit, sealed: the hash of each row, and a head that chains them to all before. Insert only."""

    number = models.BigIntegerField(help_text="1, 2, 3 … in the practice")
    upto = models.BigIntegerField(help_text="the last id; a seal covers all ids after the one before it, the first all")
    ids = ArrayField(models.BigIntegerField())
    leaves = models.BinaryField(help_text="SHA-256 of each row, 32 bytes each, in the order of the ids")
    previous = models.CharField(max_length=64, blank=True)
    head = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="one_audit_seal")]

    def __str__(self) -> str:
        return f"seal {self.number}"
