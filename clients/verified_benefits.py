"""What a plan promised about therapy, as it was verified. A row is never changed: who asks again writes a new one."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clients.benefits import Promise
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Discipline, Membership
from practice.tenancy import TenantForeignKey, TenantModel, current


class Network(models.TextChoices):
    IN = "in", "In network"
    OUT = "out", "Out of network"
    UNKNOWN = "unknown", "Not known"


class CopayPer(models.TextChoices):
    VISIT = "visit", "each visit"
    DAY = "day", "each day"


class LimitYear(models.TextChoices):
    CALENDAR = "calendar", "Calendar year"
    PLAN = "plan", "Plan year"


class Kind(models.TextChoices):
    """Which therapy a limit counts: plans may count habilitative therapy apart."""

    ALL = "all", "All therapy"
    REHABILITATIVE = "rehabilitative", "Rehabilitative only"
    HABILITATIVE = "habilitative", "Habilitative only"


class VerifiedHow(models.TextChoices):
    ELIGIBILITY = "271", "Eligibility answer (271)"
    PORTAL = "portal", "Payer’s portal"
    PHONE = "phone", "By phone"
    CARD = "card", "From the card"


class Benefit(TenantModel):
    """Benefits of a coverage for some disciplines (which share its limit). Insert only; the newest verified counts."""

    coverage = TenantForeignKey("clients.Coverage", related_name="benefits")
    disciplines = ArrayField(ChoiceField(choices=Discipline.choices), help_text="those that share the limit")
    kind = ChoiceField(choices=Kind.choices, default=Kind.ALL)
    starts_on = models.DateField(help_text="first day for which this was said")
    ends_on = models.DateField(null=True, blank=True)
    network = ChoiceField(choices=Network.choices, default=Network.UNKNOWN)
    copay = MoneyField(null=True, blank=True)
    copay_per = ChoiceField(choices=CopayPer.choices, default=CopayPer.VISIT)
    coinsurance = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="the client's percent of the allowed amount"
    )
    deductible = MoneyField(null=True, blank=True, help_text="of the person, a year")
    deductible_met = MoneyField(null=True, blank=True)
    family_deductible = MoneyField(null=True, blank=True)
    family_deductible_met = MoneyField(null=True, blank=True)
    out_of_pocket = MoneyField(null=True, blank=True, help_text="the most the person pays a year")
    out_of_pocket_met = MoneyField(null=True, blank=True)
    family_out_of_pocket = MoneyField(null=True, blank=True)
    family_out_of_pocket_met = MoneyField(null=True, blank=True)
    visit_limit = models.PositiveSmallIntegerField(null=True, blank=True, help_text="visits a year; empty: none")
    limit_year = ChoiceField(choices=LimitYear.choices, default=LimitYear.CALENDAR)
    plan_year_month = models.PositiveSmallIntegerField(default=1, help_text="month in which the plan year begins")
    used_elsewhere = models.PositiveSmallIntegerField(default=0, help_text="visits of the year at other clinics")
    authorization_from = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="from which visit of the year an authorization is needed; empty: never"
    )
    referral_from = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="from which visit of the year a referral is needed; empty: never"
    )
    verified_how = ChoiceField(choices=VerifiedHow.choices)
    verified_name = models.CharField(max_length=60, blank=True, help_text="who answered")
    verified_reference = models.CharField(max_length=60, blank=True, help_text="reference of the call or answer")
    verified_at = models.DateTimeField(default=clock.now)
    verified_by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            one_of("kind", Kind, "benefit"),
            one_of("network", Network, "benefit"),
            one_of("copay_per", CopayPer, "benefit"),
            one_of("limit_year", LimitYear, "benefit"),
            one_of("verified_how", VerifiedHow, "benefit"),
            models.CheckConstraint(
                condition=Q(disciplines__contained_by=Discipline.values) & Q(disciplines__len__gt=0),
                name="benefit_disciplines_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="benefit_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(coinsurance__isnull=True) | Q(coinsurance__gte=0, coinsurance__lte=100),
                name="benefit_coinsurance_percent",
            ),
            models.CheckConstraint(
                condition=Q(plan_year_month__gte=1, plan_year_month__lte=12), name="benefit_plan_year_month"
            ),
            models.CheckConstraint(
                condition=(Q(copay__isnull=True) | Q(copay__gt=0))
                & (Q(visit_limit__isnull=True) | Q(visit_limit__gt=0))
                & (Q(authorization_from__isnull=True) | Q(authorization_from__gt=0))
                & (Q(referral_from__isnull=True) | Q(referral_from__gt=0)),
                name="benefit_figures_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{'/'.join(self.disciplines)} since {self.starts_on}"

    @property
    def facts(self) -> Promise:
        return Promise(
            self.pk,
            self.coverage_id,
            frozenset(self.disciplines),
            self.starts_on,
            self.ends_on,
            self.verified_at,
            self.verified_at.astimezone(ZoneInfo(current().zone)).date(),
            kind=self.kind,
            visit_limit=self.visit_limit,
            plan_year_month=self.plan_year_month if self.limit_year == LimitYear.PLAN else 1,
            used_elsewhere=self.used_elsewhere,
            authorization_from=self.authorization_from,
            referral_from=self.referral_from,
            copay=self.copay,
            copay_per_day=self.copay_per == CopayPer.DAY,
        )
