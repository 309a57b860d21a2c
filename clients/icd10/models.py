"""ICD-10-CM by date: releases and their codes, shared by all practices, loaded by the owner."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q, Value

from practice import clock


class Icd10Release(models.Model):
    """A code list of CMS and the days of service it holds for, both included. No two hold for the same day."""

    label = models.CharField(max_length=40, unique=True, help_text="“FY2027”, “FY2027 April”")
    starts_on = models.DateField()
    ends_on = models.DateField()
    rows = models.PositiveIntegerField(help_text="headers and leaves")
    sha256 = models.CharField(max_length=64, help_text="of the order file, so that the same file changes nothing")
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="icd10_release_ends_after_start"),
            ExclusionConstraint(
                name="one_icd10_release_a_day",
                expressions=[
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Icd10Code(models.Model):
    """One line of an order file. `code` has no dot and sorts by its bytes, so that what is below a header is a range."""

    release = models.ForeignKey(Icd10Release, models.CASCADE, related_name="codes", db_index=False)
    code = models.CharField(max_length=7, db_collation="C")
    billable = models.BooleanField(help_text="a leaf; a header is not")
    short = models.CharField(max_length=60)
    long = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "code"], name="one_icd10_code")]
        indexes = [GinIndex(SearchVector("long", config="simple"), name="icd10_words")]

    def __str__(self) -> str:
        return self.code
