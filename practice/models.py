"""Who we are: practices, places, people, and the two lists everything else leans on (jobs, audit)."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from practice import clock
from practice.audit_models import AuditEvent, AuditKind, AuditSeal  # noqa: F401  their tables belong to this app
from practice.fields import ChoiceField, one_of
from practice.link_doors import Door as Door
from practice.lock import rules as lock_rules
from practice.lock.models import DevicePin as DevicePin
from practice.lock.models import SignIn as SignIn
from practice.permissions import ROLES, Permission
from practice.setup import models as setup  # noqa: F401  their tables belong to this app
from practice.sign_in_tables import Letter as Letter
from practice.sign_in_tables import SignInAttempt as SignInAttempt
from practice.team import models as team  # noqa: F401
from practice.tenancy import TenantForeignKey, TenantModel, current


class Practice(models.Model):
    """A practice as anybody outside the wall may know it. Its papers are in `PracticeProfile`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    zone = models.CharField(max_length=40, default="America/Chicago")
    active = models.BooleanField(default=True)
    # Only a practice that was founded as an invented one is; its people have fixed seeds (`second_factor.py`).
    invented = models.BooleanField(default=False, editable=False)
    # Here and not among its papers: the lock asks before anybody has entered a practice.
    idle_minutes = models.PositiveSmallIntegerField(default=lock_rules.USUAL, help_text="until an unused page locks")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=(lock_rules.SHORTEST, lock_rules.LONGEST)),
                name="practice_idle_minutes",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def today(self) -> date:
        return clock.today(self.zone)


def local_today() -> date:
    """Today in the zone of the practice that was entered: the accounting date."""
    return clock.today(current().zone)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What she may do is on her Membership."""

    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    THERAPIST = "therapist", "Therapist"
    BILLER = "biller", "Billing"
    SCHEDULER = "scheduler", "Front desk"


class Membership(models.Model):
    """A person in a practice, with her roles. Every `_by` column points here."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    roles = ArrayField(ChoiceField(choices=Role.choices))
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "user"], name="one_membership"),
            models.UniqueConstraint(fields=["practice", "id"], name="one_practice_membership"),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=Role.values) & models.Q(roles__len__gt=0),
                name="membership_roles_known",
            ),
        ]

    def __str__(self) -> str:
        return self.user.name

    @property
    def permissions(self) -> set[Permission]:
        return set().union(*(ROLES[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def title(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)


class PracticeProfile(TenantModel):
    """What a claim and an invoice say about the practice. One row per practice."""

    legal_name = models.CharField(max_length=60)
    npi = models.CharField("NPI", max_length=10)
    tax_id = models.CharField("tax ID", max_length=9, help_text="EIN, nine digits")
    taxonomy = models.CharField(max_length=10)
    street = models.CharField(max_length=55)
    city = models.CharField(max_length=30)
    state = models.CharField(max_length=2)
    zip = models.CharField("ZIP", max_length=9, help_text="with the four added digits")
    phone = models.CharField(max_length=10)
    email = models.EmailField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice"], name="one_profile")]

    def __str__(self) -> str:
        return self.legal_name


class Location(TenantModel):
    """A place of treatment. The date of service is the local date here."""

    name = models.CharField(max_length=60)
    street = models.CharField(max_length=55)
    city = models.CharField(max_length=30)
    state = models.CharField(max_length=2)
    zip = models.CharField("ZIP", max_length=9)
    zone = models.CharField(max_length=40)
    place_of_service = models.CharField(max_length=2, default="11")
    npi = models.CharField("NPI", max_length=10, blank=True)
    closed_on = models.DateField(null=True, blank=True, help_text="nothing is booked there from this day on")

    def __str__(self) -> str:
        return self.name


class Discipline(models.TextChoices):
    OT = "OT", "Occupational therapy"
    PT = "PT", "Physical therapy"
    SLP = "SLP", "Speech therapy"
    MH = "MH", "Mental health"


class Clinician(TenantModel):
    """A member who treats: a therapist, an assistant or a student. The latter two work under a supervisor.

    `clients/rendering.py` says who stands on a claim for her work.
    """

    member = TenantForeignKey(Membership, related_name="clinician_rows")
    discipline = ChoiceField(choices=Discipline.choices)
    assistant = models.BooleanField(default=False)
    student = models.BooleanField(default=False)
    credentials = models.CharField(max_length=20)
    npi = models.CharField("NPI", max_length=10, blank=True)
    taxonomy = models.CharField(max_length=10)
    licence_number = models.CharField("license number", max_length=30, blank=True)
    licence_state = models.CharField("license state", max_length=2, blank=True)
    licence_until = models.DateField("licensed until", null=True, blank=True)
    supervisor = TenantForeignKey("self", null=True, blank=True, related_name="supervises")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "member"], name="one_clinician"),
            one_of("discipline", Discipline, "clinician"),
            models.CheckConstraint(
                condition=models.Q(assistant=False, student=False) | models.Q(supervisor__isnull=False),
                name="assistant_has_supervisor",
            ),
            models.CheckConstraint(
                condition=models.Q(assistant=False) | models.Q(student=False), name="assistant_or_student"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.user.name}, {self.credentials}"

    @property
    def name(self) -> str:
        return self.member.user.name

    @property
    def level(self) -> str:
        return "assistant" if self.assistant else "student" if self.student else "therapist"

    @property
    def answerable(self) -> "Clinician":
        """Who answers for her work: her supervisor's for an assistant and a student, else her own."""
        return self.supervisor if (self.assistant or self.student) and self.supervisor else self


class Counter(TenantModel):
    """The next number of a series (charts, claims, invoices …). Taken under a row lock, so without gaps."""

    name = models.CharField(max_length=40)
    next = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="one_counter")]

    def __str__(self) -> str:
        return f"{self.name} {self.next}"


class IdempotencyKey(TenantModel):
    """An answered write of the API: the same key gives the same answer, with other content it is refused."""

    key = models.CharField(max_length=80)
    member = TenantForeignKey(Membership, related_name="+")
    content = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="one_idempotency_key")]

    def __str__(self) -> str:
        return self.key


class OnUnknown(models.TextChoices):
    """What may be done when nobody can say whether the effect happened."""

    REPEAT = "repeat", "The other side honours our key: do it again"
    LOOK = "look", "Ask the other side first"
    ASK = "ask", "Ask a person"


class JobState(models.TextChoices):
    DUE = "due"
    LEASED = "leased"
    COMMITTING = "committing"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """One piece of work that leaves the process, or one bell. `practice/work.py` is its only writer.

    Outside the wall, because workers read it before they know the practice: ids and states only.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="jobs", db_index=False)
    kind = models.CharField(max_length=60)
    target_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=120)
    on_unknown = ChoiceField(choices=OnUnknown.choices)
    state = ChoiceField(choices=JobState.choices, default=JobState.DUE)
    rung = models.IntegerField(default=1)
    run_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.CharField(max_length=60, blank=True, help_text="class of the last error; never its text")
    progress = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="one_job"),
            one_of("state", JobState, "job"),
            one_of("on_unknown", OnUnknown, "job"),
        ]
        indexes = [
            models.Index(
                fields=["run_at"],
                condition=models.Q(state__in=["due", "leased", "committing", "unknown"]),
                name="job_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id or ''} {self.state}".strip()

    @property
    def target(self) -> int:
        """The id of what the work is about; bells have none."""
        if self.target_id is None:
            raise LookupError(f"{self.kind} is about nothing")
        return self.target_id
