"""The tables of plans of care: plans, their certification, goals and what was measured. All are insert only: what was
sent to a physician, or measured, stays; a plan is changed by a new one that follows it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clients.models import Case
from practice import clock
from practice.fields import ChoiceField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class PlanOfCare(TenantModel):
    """What is to be done for a case, how often and until when. Type is the case's discipline, duration its dates."""

    case = TenantForeignKey(Case, related_name="plans")
    starts_on = models.DateField()
    ends_on = models.DateField()
    codes = ArrayField(models.CharField(max_length=5), default=list)
    frequency = models.CharField(max_length=60, help_text="“2×/week”")
    per_day = models.PositiveSmallIntegerField(default=1, help_text="treatments a day: the amount")
    follows = TenantForeignKey(
        "self", null=True, blank=True, related_name="followed_by", help_text="the plan of the case before it"
    )
    source = TenantForeignKey(
        "therapy_sessions.Session", null=True, blank=True, related_name="plans", help_text="the evaluation it is from"
    )
    set_at = models.DateTimeField(default=clock.now)
    set_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="plan_ends_after_start"),
            models.CheckConstraint(condition=Q(per_day__gte=1, per_day__lte=9), name="plan_treatments_a_day"),
            models.CheckConstraint(
                condition=Q(follows__isnull=True) | ~Q(follows=F("id")), name="plan_does_not_follow_itself"
            ),
            models.UniqueConstraint(fields=["practice", "follows"], name="plan_followed_once"),
        ]
        indexes = [models.Index(fields=["practice", "case", "starts_on"], name="plan_by_case")]

    def __str__(self) -> str:
        return f"plan until {self.ends_on}"

    @property
    def weeks(self) -> int:
        """Its duration, a week begun counted whole."""
        return -(-((self.ends_on - self.starts_on).days + 1) // 7)


class Paper(models.TextChoices):
    """What happened to the paper of a plan on its way to a signature."""

    SENT = "sent", "Sent for signature"
    VERBAL = "verbal", "Ordered by word of mouth"
    SIGNED = "signed", "Signed"
    RETURNED = "returned", "Came back unsigned"
    UNDONE = "undone", "Taken back"


class How(models.TextChoices):
    FAX = "fax", "Fax"
    MAIL = "mail", "Mail"
    EMAIL = "email", "E-mail"
    PORTAL = "portal", "Their portal"
    HAND = "hand", "By hand"


class CertificationEvent(TenantModel):
    """A step of a plan's certification, on its own day. A slip is taken back by an event that undoes it."""

    plan = TenantForeignKey(PlanOfCare, related_name="events")
    kind = ChoiceField(choices=Paper.choices)
    on = models.DateField(help_text="of the signature, the day it is dated")
    who = models.CharField(max_length=100, blank=True, help_text="to whom it was sent, or who signed or ordered")
    how = ChoiceField(choices=How.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)
    undoes = TenantForeignKey("self", null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("kind", Paper, "certification"),
            models.CheckConstraint(condition=Q(how="") | Q(how__in=How.values), name="certification_how_known"),
            models.CheckConstraint(condition=~Q(kind=Paper.SENT) | ~Q(how=""), name="certification_sent_somehow"),
            models.CheckConstraint(
                condition=Q(kind__in=[Paper.RETURNED, Paper.UNDONE]) | ~Q(who=""), name="certification_names_whom"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[Paper.RETURNED, Paper.UNDONE]) | ~Q(note=""), name="certification_says_why"
            ),
            models.CheckConstraint(
                condition=Q(kind=Paper.UNDONE, undoes__isnull=False) | (~Q(kind=Paper.UNDONE) & Q(undoes__isnull=True)),
                name="certification_undoes_one",
            ),
            models.UniqueConstraint(fields=["practice", "undoes"], name="certification_undone_once"),
        ]
        indexes = [models.Index(fields=["practice", "plan"], name="certification_by_plan")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Term(models.TextChoices):
    LONG = "long", "Long-term"
    SHORT = "short", "Short-term"


class Goal(TenantModel):
    """What a client shall be able to do, and the figure that shows it. It stays with the case over its plans."""

    case = TenantForeignKey(Case, related_name="goals")
    plan = TenantForeignKey(PlanOfCare, related_name="goals", help_text="under which it was set")
    term = ChoiceField(choices=Term.choices, default=Term.LONG)
    text = models.CharField(max_length=200, help_text="“Dresses upper body without help”")
    measure = models.CharField(max_length=60, help_text="what is measured: “Grip, left hand”")
    unit = models.CharField(max_length=20, blank=True, help_text="“lb”; empty for a score")
    baseline = models.DecimalField(max_digits=8, decimal_places=2)
    target = models.DecimalField(max_digits=8, decimal_places=2)
    from_on = models.DateField(help_text="day of the baseline")
    due_on = models.DateField(help_text="when the target shall be reached")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        ordering = ["term", "id"]
        constraints = [
            one_of("term", Term, "goal"),
            models.CheckConstraint(condition=~Q(baseline=F("target")), name="goal_goes_somewhere"),
            models.CheckConstraint(condition=Q(due_on__gt=F("from_on")), name="goal_is_due_later"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(measure=""), name="goal_says_what"),
        ]
        indexes = [models.Index(fields=["practice", "case"], name="goal_by_case")]

    def __str__(self) -> str:
        return f"goal {self.pk}"


class GoalMeasure(TenantModel):
    """A figure of a goal on a day, in a session or outside of one. The newest of a day counts."""

    goal = TenantForeignKey(Goal, related_name="measures")
    value = models.DecimalField(max_digits=8, decimal_places=2)
    on = models.DateField()
    session = TenantForeignKey("therapy_sessions.Session", null=True, blank=True, related_name="measures")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["practice", "goal", "on"], name="measure_by_goal")]

    def __str__(self) -> str:
        return f"{self.value} on {self.on}"


class Outcome(models.TextChoices):
    MET = "met", "Met"
    ENDED = "ended", "Ended"
    REOPENED = "reopened", "Open again"


class GoalEvent(TenantModel):
    """A goal met, ended or taken up again; the last decides."""

    goal = TenantForeignKey(Goal, related_name="events")
    outcome = ChoiceField(choices=Outcome.choices)
    on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("outcome", Outcome, "goal_event"),
            models.CheckConstraint(condition=~Q(outcome=Outcome.ENDED) | ~Q(reason=""), name="goal_ended_for_a_reason"),
        ]
        indexes = [models.Index(fields=["practice", "goal"], name="goal_event_by_goal")]

    def __str__(self) -> str:
        return self.outcome
