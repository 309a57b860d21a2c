"""Tables of Advance Beneficiary Notices (form CMS-R-131): the notice, its signature, its withdrawal. Insert only.

Nothing of a notice is ever changed. A signature and a withdrawal are rows of their own, one at most of each; a
mistake is a notice withdrawn and another made.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.notices import LONGEST, Kind, Option
from clients.models import Client, Coverage
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class AdvanceNotice(TenantModel):
    """A notice as it was filled: what the person is told before a service. `printed` is what stands on the paper
    of who gives it to whom, as it was: {notifier {name, street, city_line, phone}, patient, number, services, edition}.
    """

    client = TenantForeignKey(Client, related_name="advance_notices")
    coverage = TenantForeignKey(Coverage, related_name="advance_notices")
    codes = ArrayField(models.CharField(max_length=5), help_text="the services, item D")
    kind = ChoiceField(help_text="why Medicare is expected not to pay")
    reason = models.CharField(max_length=240, help_text="item E, in words the client understands")
    cost = MoneyField(help_text="item F: dollars for one visit, estimated")
    information = models.CharField(max_length=240, blank=True, help_text="item H")
    starts_on = models.DateField(help_text="the first service it is for")
    printed = models.JSONField(default=dict)
    key = models.CharField(max_length=100, help_text="made when the form was shown: pressing twice makes one")
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            one_of("kind", Kind, "notice"),
            models.CheckConstraint(condition=Q(cost__gt=0), name="notice_cost_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="notice_has_reason"),
            models.CheckConstraint(condition=Q(codes__len__gt=0), name="notice_has_codes"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_notice_key"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def voluntary(self) -> bool:
        """Whether it is for what is never a benefit: then nothing need be ticked."""
        return self.kind == Kind.EXCLUDED


class NoticeSignature(TenantModel):
    """What the person chose and how she signed: her typed name, and the strokes she drew where she drew any."""

    notice = TenantForeignKey(AdvanceNotice, related_name="signatures")
    option = models.PositiveSmallIntegerField(null=True, help_text="1, 2 or 3; null where none is asked for")
    signer = models.CharField(max_length=80)
    relation = models.CharField(max_length=40, help_text="to the client: self, daughter, legal guardian …")
    strokes = models.TextField(blank=True, max_length=LONGEST, help_text="an SVG path on a pad of 600 × 140")
    signed_at = models.DateTimeField(default=clock.now)
    signed_on = models.DateField(help_text="local date")
    valid_until = models.DateField(help_text="the last day it covers repeated services")
    witness = TenantForeignKey(Membership, related_name="+", help_text="who held out the form")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "notice"], name="one_notice_signature"),
            models.CheckConstraint(
                condition=Q(option__isnull=True) | Q(option__in=[option.value for option in Option]),
                name="notice_option_known",
            ),
            models.CheckConstraint(condition=~Q(signer=""), name="notice_has_signer"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("signed_on")), name="notice_valid_after_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.signed_on} option {self.option}"


class NoticeWithdrawal(TenantModel):
    """A notice that counts no longer. Services up to `ends_on` keep what it did to them."""

    notice = TenantForeignKey(AdvanceNotice, related_name="withdrawals")
    ends_on = models.DateField(help_text="the last day it counted")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "notice"], name="one_notice_withdrawal")]

    def __str__(self) -> str:
        return f"until {self.ends_on}"
