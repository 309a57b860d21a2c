"""Coding edits as dated rows, the same for every practice: loaded as owner, read by the app."""

from django.db import models
from django.db.models import Q

from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of


class CodeSetKind(models.TextChoices):
    PAIRS = "ptp", "Pairs (NCCI PTP)"
    LIMITS = "mue", "Unit limits (NCCI MUE)"
    ADD_ONS = "add-ons", "Add-on codes (NCCI)"
    THRESHOLDS = "kx", "Therapy thresholds"


class CodeSetRelease(models.Model):
    """One import. The newest of a kind tells up to which day that kind is known."""

    kind = ChoiceField(choices=CodeSetKind.choices)
    label = models.CharField(max_length=20, help_text="2026Q4, or the years of the thresholds")
    starts_on = models.DateField()
    ends_on = models.DateField()
    rows = models.IntegerField(help_text="rows that were kept")
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["kind", "starts_on"], name="release_by_kind")]
        constraints = [
            one_of("kind", CodeSetKind, "release"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="release_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class EditPair(models.Model):
    """Two codes that are one service from `effective_on` to `deleted_on`, both included."""

    column1 = models.CharField(max_length=5)
    column2 = models.CharField(max_length=5)
    effective_on = models.DateField()
    deleted_on = models.DateField(null=True)
    modifier_indicator = models.SmallIntegerField(help_text="0: never both, 1: with a modifier, 9: taken back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["column1", "column2", "effective_on"], name="one_edit_pair"),
            models.CheckConstraint(condition=Q(modifier_indicator__in=[0, 1, 9]), name="pair_indicator_known"),
        ]

    def __str__(self) -> str:
        return f"{self.column1} over {self.column2}"


class UnitLimit(models.Model):
    """The most units of a code in a quarter."""

    code = models.CharField(max_length=5)
    most = models.IntegerField(help_text="units")
    adjudication_indicator = models.SmallIntegerField(help_text="1: a line, 2: a day, 3: a day, with an appeal")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "starts_on"], name="one_unit_limit"),
            models.CheckConstraint(condition=Q(adjudication_indicator__in=[1, 2, 3]), name="limit_indicator_known"),
            models.CheckConstraint(condition=Q(most__gte=0), name="limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.most}"


class AddOnParent(models.Model):
    """An add-on and a code beside which it is paid; "CCCCC" is whatever the contractor accepts."""

    add_on = models.CharField(max_length=5)
    parent = models.CharField(max_length=5)
    effective_on = models.DateField()
    deleted_on = models.DateField(null=True)
    edit_type = models.SmallIntegerField(help_text="1: the list is closed, 2: there is none, 3: it may be longer")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["add_on", "parent", "effective_on"], name="one_add_on_parent"),
            models.CheckConstraint(condition=Q(edit_type__in=[1, 2, 3]), name="add_on_type_known"),
        ]

    def __str__(self) -> str:
        return f"{self.add_on} of {self.parent}"


class TherapyThreshold(models.Model):
    """The allowed amount of a year beyond which Medicare wants KX, and where it may review."""

    year = models.SmallIntegerField()
    bucket = models.CharField(max_length=6, help_text="OT, or PT+SLP")
    amount = MoneyField()
    review_amount = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "bucket"], name="one_threshold"),
            models.CheckConstraint(condition=Q(bucket__in=["OT", "PT+SLP"]), name="threshold_bucket_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="threshold_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.bucket}"
