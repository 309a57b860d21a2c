"""The tables of write-offs. Their app is billing; what was given up stands in the ledger.

None of them ever changes: who asked, who decided, whose hardship was found, and the rules as they stood.
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from billing.ledger import Party
from billing.write_offs.rules import BY_HAND, SMALL_BALANCE, Hardship, SmallRule
from clients.models import Client, Contact, Coverage
from practice import clock
from practice.fields import ChoiceField, MoneyField
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class WriteOffLimit(TenantModel):
    """What a person may write off of a charge without another's approval. Insert only; the newest counts."""

    member = TenantForeignKey(Membership, related_name="write_off_limits")
    amount = MoneyField(help_text="dollars of one charge")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="write_off_limit_not_negative")]

    def __str__(self) -> str:
        return f"{self.amount}"


class HardshipRecord(TenantModel):
    """A finding that a household cannot pay, with what proved it. Insert only; the newest that began counts."""

    client = TenantForeignKey(Client, related_name="hardships")
    household_size = models.PositiveSmallIntegerField()
    income = MoneyField(help_text="dollars of the household a year")
    proof = models.CharField(max_length=200, help_text="what was looked at: pay stubs, a tax return")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day it counts")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(household_size__gt=0, income__gte=0), name="hardship_of_somebody"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="hardship_ends_after_start"),
            models.CheckConstraint(condition=~Q(proof=""), name="hardship_has_proof"),
        ]

    def __str__(self) -> str:
        return f"{self.household_size} on {self.income}"

    @property
    def facts(self) -> Hardship:
        return Hardship(self.starts_on, self.ends_on)


class SmallBalanceRule(TenantModel):
    """Which balances the practice gives up by itself. Insert only; the newest counts."""

    amount = MoneyField(help_text="the most a person may owe in all")
    statements = models.PositiveSmallIntegerField(help_text="so many she was sent before")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, statements__gt=0), name="small_balance_rule_positive")
        ]

    def __str__(self) -> str:
        return f"{self.amount} after {self.statements}"

    @property
    def facts(self) -> SmallRule:
        return SmallRule(self.amount, self.statements)


class SmallBalanceRun(TenantModel):
    """A press that gave small balances up, by the rule of that day. Insert only."""

    rule = TenantForeignKey(SmallBalanceRule, related_name="runs")
    key = models.CharField(max_length=100, help_text="made when the preview was shown: pressing twice runs once")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="one_small_balance_run")]

    def __str__(self) -> str:
        return self.key


class WriteOffQuerySet(models.QuerySet["WriteOff"]):
    def waiting(self) -> "WriteOffQuerySet":
        """Those that nobody decided on yet."""
        return self.filter(decisions=None)

    def decided(self) -> "WriteOffQuerySet":
        return self.filter(decisions__isnull=False)

    def shown(self) -> "WriteOffQuerySet":
        """With everything their pages tell, `taken_back` among it."""
        undone = self.model.objects.filter(decisions__posting__reversals__isnull=False, pk=OuterRef("pk"))
        rows = self.select_related("charge__client", "coverage__payer", "contact", "by__user")
        return rows.prefetch_related("decisions__by__user", "decisions__posting").annotate(taken_back=Exists(undone))


class WriteOff(TenantModel):
    """Somebody asks to give up what one party owes on one charge. Insert only.

    `waits`: it was above her limit when she asked. Nothing is posted before its decision.
    """

    charge = TenantForeignKey("billing.Charge", related_name="write_offs")
    coverage = TenantForeignKey(Coverage, null=True, related_name="write_offs")
    contact = TenantForeignKey(Contact, null=True, related_name="write_offs")
    kind = ChoiceField(help_text="its word in the ledger")
    amount = MoneyField()
    reason = models.CharField(max_length=200)
    waits = models.BooleanField(help_text="for another person's approval")
    run = TenantForeignKey(SmallBalanceRun, null=True, related_name="write_offs", help_text="null: by hand")
    key = models.CharField(max_length=100, help_text="made when the form was shown: pressing twice asks once")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = WriteOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="one_write_off_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="write_off_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="write_off_has_reason"),
            models.CheckConstraint(condition=Q(kind__in=[*BY_HAND, SMALL_BALANCE]), name="write_off_kind_known"),
            models.CheckConstraint(
                condition=Q(coverage__isnull=False, contact__isnull=True)
                | Q(coverage__isnull=True, contact__isnull=False),
                name="write_off_names_debtor",
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=True) & ~Q(kind=SMALL_BALANCE)
                | Q(run__isnull=False, kind=SMALL_BALANCE, waits=False),
                name="write_off_small_by_run",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def party(self) -> Party:
        """Whose debt it gives up."""
        return Party.coverage(self.coverage_id) if self.coverage_id else Party.contact(self.contact_id or 0)

    @property
    def client_id(self) -> int:
        """Whose charge it is; select the charge with it."""
        return self.charge.client_id

    @property
    def decision(self) -> "WriteOffDecision | None":
        return next(iter(self.decisions.all()), None)


class WriteOffDecision(TenantModel):
    """What became of a write-off, once. Approved, it is posted in the same commit. Insert only."""

    write_off = TenantForeignKey(WriteOff, related_name="decisions")
    approved = models.BooleanField()
    remark = models.CharField(max_length=200, blank=True)
    posting = TenantForeignKey("billing.Posting", null=True, related_name="+")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "write_off"], name="one_write_off_decision"),
            models.UniqueConstraint(fields=["practice", "posting"], name="one_write_off_posting"),
            models.CheckConstraint(
                condition=Q(approved=True, posting__isnull=False) | Q(approved=False, posting__isnull=True),
                name="write_off_posted_if_approved",
            ),
        ]

    def __str__(self) -> str:
        return "approved" if self.approved else "rejected"
