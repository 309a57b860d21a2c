"""Payers and their rules as data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from practice.fields import ChoiceField, one_of
from practice.tenancy import TenantModel


class PlanType(models.TextChoices):
    MEDICARE = "medicare", "Medicare Part B"
    MEDICAID = "medicaid", "Medicaid"
    BLUE_CROSS = "blue_cross", "Blue Cross Blue Shield"
    COMMERCIAL = "commercial", "Commercial"
    TRICARE = "tricare", "TRICARE"
    WORKERS_COMP = "workers_comp", "Workers’ compensation"
    AUTO = "auto", "Auto medical"
    EMPLOYEE_ASSISTANCE = "employee_assistance", "Employee assistance"


class UnitRule(models.TextChoices):
    CMS = "cms", "Medicare 8-minute rule"
    MIDPOINT = "midpoint", "Each code alone, past its midpoint"
    FULL = "full", "Full units only"
    NEAREST_QUARTER = "nearest-quarter", "Nearest quarter hour"
    PER_VISIT = "per-visit", "One unit a visit"


MODIFIER_GROUPS = ("discipline", "assistant", "separate", "threshold", "telehealth", "repeated", "notice")


class Payer(TenantModel):
    """A plan that pays, with its rules as data."""

    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=20)
    payer_id = models.CharField("payer ID", max_length=20, help_text="the number its clearinghouse knows it by")
    plan_type = ChoiceField(choices=PlanType.choices)
    unit_rule = ChoiceField(choices=UnitRule.choices)
    unit_caps = models.JSONField(
        default=dict, blank=True, help_text='the most units it pays: {"97035": 2, "discipline": 4, "day": 6}'
    )
    filing_days = models.PositiveIntegerField(help_text="days from the session until a claim comes too late")
    member_id_pattern = models.CharField(max_length=80, blank=True, help_text="regular expression a member ID matches")
    member_id_hint = models.CharField(max_length=80, blank=True, help_text="the same in words")
    needs_therapy_modifier = models.BooleanField(default=False, help_text="GO, GP or GN on each line")
    needs_assistant_modifier = models.BooleanField(default=False, help_text="CO or CQ for an assistant's work")
    needs_telehealth_modifier = models.BooleanField(
        default=False, help_text="95 or 93 beside place of service 10 or 02"
    )
    modifier_order = ArrayField(
        models.CharField(max_length=12),
        default=list,
        blank=True,
        help_text=f"groups in the payer's order: {', '.join(MODIFIER_GROUPS)}; empty: as usual",
    )
    needs_authorization = models.BooleanField(default=False)
    needs_referrer = models.BooleanField(default=False)
    needs_plan_of_care = models.BooleanField(default=False)
    wants_client_paid = models.BooleanField(
        default=False, help_text="what the client paid goes on the claim: AMT F5, box 29"
    )
    supervisor_renders = models.BooleanField(
        default=False, help_text="the supervisor may stand on the claim for a student or a clinician not enrolled"
    )
    distinct_pairs = ArrayField(
        ArrayField(models.CharField(max_length=5), size=2),
        default=list,
        blank=True,
        help_text="pairs of codes the payer pays together only when the second carries 59",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "payer_id"], name="one_payer_id"),
            one_of("plan_type", PlanType, "payer"),
            one_of("unit_rule", UnitRule, "payer"),
            models.CheckConstraint(
                condition=Q(modifier_order__contained_by=list(MODIFIER_GROUPS)), name="payer_modifier_order_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
