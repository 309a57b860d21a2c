"""Tables of the team: invitations. Their app is practice."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from practice import clock
from practice.fields import ChoiceField
from practice.permissions import ROLES
from practice.tenancy import TenantForeignKey, TenantModel


class Invitation(TenantModel):
    """An e-mailed link that makes its reader a member, once, within 72 hours.

    The token is made of the row and SECRET_KEY when the letter is written; only its hash is kept.
    """

    email = models.EmailField(help_text="in small letters")
    roles = ArrayField(ChoiceField())
    nonce = models.CharField(max_length=32, help_text="new for each letter, so that the older one's link dies")
    token_hash = models.CharField(max_length=64, help_text="SHA-256 of the token")
    by = TenantForeignKey("practice.Membership", related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    member = TenantForeignKey("practice.Membership", null=True, related_name="+", help_text="who came of it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "token_hash"], name="one_invitation_token"),
            models.UniqueConstraint(
                fields=["practice", "email"],
                condition=Q(accepted_at__isnull=True, taken_back_at__isnull=True),
                name="one_open_invitation",
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(ROLES)) & Q(roles__len__gt=0), name="invitation_roles_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(taken_back_at__isnull=True), name="invitation_one_end"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, member__isnull=True)
                | Q(accepted_at__isnull=False, member__isnull=False),
                name="invitation_accepted_by",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def over(self) -> bool:
        """Whether its 72 hours have passed."""
        return self.expires_at <= clock.now()

    @property
    def open(self) -> bool:
        return self.accepted_at is None and self.taken_back_at is None and not self.over
