"""Whom we treat and who pays: clients, the people around them, payers, coverages, cases."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat

from clients import emergency  # noqa: F401  its tables belong to this app
from clients.authorizations import Leave
from clients.coverage import Covered, Visit
from clients.documents import models as documents  # noqa: F401  their tables belong to this app
from clients.enrollments.models import Enrollment  # noqa: F401  its table belongs to this app
from clients.finding import ClientQuerySet
from clients.icd10 import models as icd10  # noqa: F401  their tables belong to this app
from clients.imports import models as imports  # noqa: F401  their tables belong to this app
from clients.merged import ClientMerge, Merged  # noqa: F401
from clients.names import Folded, Reversed
from clients.never_billed import may_ask_for
from clients.payer_models import MODIFIER_GROUPS, Payer, PlanType, UnitRule  # noqa: F401  its table belongs to this app
from clients.share_models import GuarantorShare, ShareRule  # noqa: F401  this too
from clients.verified_benefits import Benefit  # noqa: F401  this too
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Clinician, Discipline
from practice.tenancy import TenantForeignKey, TenantModel


class Sex(models.TextChoices):
    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


class Contact(TenantModel):
    """A person who may be written to or owe: a guardian, a spouse, or the client herself."""

    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    street = models.CharField(max_length=55, blank=True)
    city = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip = models.CharField("ZIP", max_length=9, blank=True)
    phone = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True)

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Client(Merged, TenantModel):
    """A person we treat. `number` is the chart number people may say aloud."""

    number = models.BigIntegerField()
    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    birth_on = models.DateField()
    sex = ChoiceField(choices=Sex.choices, max_length=1)
    street = models.CharField(max_length=55, blank=True)
    city = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip = models.CharField("ZIP", max_length=9, blank=True)
    phone = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True)
    guarantor = TenantForeignKey(Contact, related_name="guarantees", help_text="who owes the client's share")
    active = models.BooleanField(default=True)
    merged_into = TenantForeignKey(
        "self", null=True, blank=True, related_name="merged", help_text="the chart this one was a duplicate of"
    )
    by_last_name = models.GeneratedField(
        expression=Folded(Concat("last_name", "first_name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    by_first_name = models.GeneratedField(
        expression=Folded(Concat("first_name", "last_name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    phone_back = models.GeneratedField(
        expression=Reversed("phone"), output_field=models.CharField(max_length=10, db_collation="C"), db_persist=True
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_chart_number"),
            one_of("sex", Sex, "client"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="client_not_merged_into_itself"),
        ]
        indexes = [
            models.Index(fields=["practice", "last_name", "first_name"], name="client_by_name"),
            models.Index(fields=["practice", "by_last_name"], name="client_by_folded_last"),
            models.Index(fields=["practice", "by_first_name"], name="client_by_folded_first"),
            models.Index(fields=["practice", "phone_back"], name="client_by_phone_back"),
            models.Index(fields=["practice", "birth_on"], name="client_by_birth"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def age_on(self, day: date) -> int:
        """Whole years on `day`."""
        before_birthday = (day.month, day.day) < (self.birth_on.month, self.birth_on.day)
        return day.year - self.birth_on.year - before_birthday


class Sight(models.TextChoices):
    """What of a client's record a contact may be told or shown. Nothing is seen unless it was said."""

    SCHEDULE = "schedule", "Appointments"
    NOTES = "notes", "Notes and plans"
    BILLING = "billing", "Bills and coverage"


class ClientContact(TenantModel):
    """How a contact stands to a client."""

    client = TenantForeignKey(Client, related_name="contact_links")
    contact = TenantForeignKey(Contact, related_name="client_links")
    relation = models.CharField(max_length=20, help_text="mother, father, spouse, self …")
    guardian = models.BooleanField(default=False)
    emergency = models.BooleanField(default=False, help_text="to be called first in an emergency")
    sees = ArrayField(
        ChoiceField(choices=Sight.choices), default=list, blank=True, help_text="what we may tell or show this person"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "client", "contact"], name="one_contact_link"),
            models.CheckConstraint(condition=Q(sees__contained_by=Sight.values), name="contact_sees_known"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} ({self.relation})"


class CareTeam(TenantModel):
    """A clinician who treats a client and so may open the chart."""

    client = TenantForeignKey(Client, related_name="care_team")
    clinician = TenantForeignKey(Clinician, related_name="caseload")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "client", "clinician"], name="one_care_team_row")]

    def __str__(self) -> str:
        return f"{self.clinician} for {self.client}"


class Relation(models.TextChoices):
    """The client to the subscriber (X12 1069)."""

    SELF = "18", "self"
    SPOUSE = "01", "spouse"
    CHILD = "19", "child"
    OTHER = "G8", "other"


class Coverage(TenantModel):
    """A client's membership in a plan, for some time, in an order of payment.

    It may serve one `case` only (workers' compensation, auto), some `disciplines` only, or a number of visits
    (`visit_limit`, employee assistance); then the next pays.
    """

    client = TenantForeignKey(Client, related_name="coverages")
    payer = TenantForeignKey(Payer, related_name="coverages")
    rank = models.PositiveSmallIntegerField(default=1, help_text="1 pays first")
    case = TenantForeignKey("Case", null=True, blank=True, related_name="own_coverages", help_text="serves it alone")
    disciplines = ArrayField(
        ChoiceField(choices=Discipline.choices), default=list, blank=True, help_text="serves these alone; empty: all"
    )
    visit_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="pays for so many visits, then the next pays; empty: no such end"
    )
    member_id = models.CharField("member ID", max_length=30)
    group_number = models.CharField(max_length=30, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    relation = ChoiceField(choices=Relation.choices, default=Relation.SELF)
    subscriber = TenantForeignKey(Contact, null=True, blank=True, related_name="subscribes")
    subscriber_birth_on = models.DateField(null=True, blank=True)
    subscriber_sex = ChoiceField(choices=Sex.choices, max_length=1, blank=True)
    copay = MoneyField(null=True, blank=True, help_text="fixed amount per visit; moved to the client at once")
    qmb = models.BooleanField(
        default=False, help_text="a Qualified Medicare Beneficiary: never asked for Medicare's cost share"
    )

    class Meta:
        constraints = [
            one_of("relation", Relation, "coverage"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="coverage_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(relation=Relation.SELF) | Q(subscriber__isnull=False), name="coverage_has_subscriber"
            ),
            models.CheckConstraint(condition=Q(copay__isnull=True) | Q(copay__gt=0), name="coverage_copay_positive"),
            models.CheckConstraint(
                condition=Q(disciplines__contained_by=Discipline.values), name="coverage_disciplines_known"
            ),
            models.CheckConstraint(
                condition=Q(visit_limit__isnull=True) | Q(visit_limit__gt=0), name="coverage_visit_limit_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} {self.member_id}"

    @property
    def facts(self) -> Covered:
        """Reads the payer: select it with the coverage."""
        return Covered(
            self.pk, self.rank, self.starts_on, self.ends_on, self.payer.short_name, self.payer.plan_type,
            self.case_id, frozenset(self.disciplines), self.visit_limit, self.plan, self.client_id,
        )  # fmt: skip

    @property
    def asks(self) -> frozenset[str] | None:
        """For which reasons people may come to owe of what it covers; None is any. Reads the payer."""
        return may_ask_for(self.payer.plan_type, qmb=self.qmb)

    @property
    def plan(self) -> str:
        """The same for rows of one plan, whichever chart they stand on: payer, member ID and what it serves."""
        serves = (self.case_id, self.visit_limit, sorted(self.disciplines))
        return f"{self.payer_id} {self.member_id} {serves}"


class Referrer(TenantModel):
    """A physician or other practitioner who sends clients and certifies plans."""

    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    npi = models.CharField("NPI", max_length=10)
    phone = models.CharField(max_length=10, blank=True)
    fax = models.CharField(max_length=10, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Cause(models.TextChoices):
    ILLNESS = "illness", "Illness or condition"
    WORK = "work", "Injury at work"
    AUTO = "auto", "Auto accident"
    OTHER = "other", "Other accident"


class Case(TenantModel):
    """An episode of care. What a claim needs hangs here: why, since when, who referred, which diagnoses."""

    client = TenantForeignKey(Client, related_name="cases")
    discipline = ChoiceField(choices=Discipline.choices)
    complaint = models.CharField(
        max_length=80, help_text="in the words of the day's list: “Stroke, left side weakness”"
    )
    cause = ChoiceField(choices=Cause.choices, default=Cause.ILLNESS)
    accident_on = models.DateField(null=True, blank=True)
    accident_state = models.CharField(max_length=2, blank=True)
    claim_number = models.CharField(max_length=30, blank=True, help_text="of the insurer of the accident")
    adjuster = models.CharField(max_length=80, blank=True)
    adjuster_phone = models.CharField(max_length=10, blank=True)
    employer = models.CharField(max_length=60, blank=True)
    habilitative = models.BooleanField(default=False, help_text="learns what was never there; counted apart by plans")
    onset_on = models.DateField(null=True, blank=True)
    referral_on = models.DateField(null=True, blank=True)
    referral_ends_on = models.DateField(null=True, blank=True)
    referrer = TenantForeignKey(Referrer, null=True, blank=True, related_name="cases")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("discipline", Discipline, "case"),
            one_of("cause", Cause, "case"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="case_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(referral_ends_on__isnull=True) | Q(referral_ends_on__gte=F("referral_on")),
                name="case_referral_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.complaint

    def visit(self, day: date) -> Visit:
        """A visit of this case."""
        return Visit(day, self.discipline, self.pk, self.cause, self.habilitative)


class Diagnosis(TenantModel):
    """An ICD-10-CM code of a case, in the order a claim lists them."""

    case = TenantForeignKey(Case, related_name="diagnoses")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8, help_text="with the dot, as people write it")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["practice", "case", "position"], name="one_diagnosis_position")]

    def __str__(self) -> str:
        return self.code


class Counts(models.TextChoices):
    VISITS = "visits", "Visits"
    UNITS = "units", "Units"


class Authorization(TenantModel):
    """A payer's leave to treat: so many visits or units between two dates, of some codes or of all."""

    case = TenantForeignKey(Case, related_name="authorizations")
    coverage = TenantForeignKey(Coverage, related_name="authorizations")
    number = models.CharField(max_length=50)
    counts = ChoiceField(choices=Counts.choices, default=Counts.VISITS)
    allowed = models.PositiveIntegerField()
    requested = models.PositiveIntegerField(null=True, blank=True, help_text="what we asked for")
    codes = ArrayField(models.CharField(max_length=5), default=list, blank=True, help_text="service codes; empty: all")
    starts_on = models.DateField()
    ends_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True, help_text="entered by mistake or taken back by the payer")

    class Meta:
        constraints = [
            one_of("counts", Counts, "authorization"),
            models.CheckConstraint(condition=Q(allowed__gt=0), name="authorization_allows_something"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="authorization_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def facts(self) -> Leave:
        return Leave(
            self.pk, self.number, self.allowed, self.starts_on, self.ends_on,
            self.counts, frozenset(self.codes), self.withdrawn_on is not None,
        )  # fmt: skip
