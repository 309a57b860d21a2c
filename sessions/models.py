"""What we did: appointments, sessions, the minutes of each service, notes and plans of care."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from clients.models import Case, Client
from practice import clock
from practice.fields import ChoiceField, one_of
from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.calendar.models import Booking as Booking
from sessions.calendar.recurrence import MOST_WEEKS, Pattern
from sessions.feeds.models import FeedRule, FeedWords  # noqa: F401  its table belongs to this app
from sessions.groups.models import GroupDraft  # noqa: F401  its table belongs to this app
from sessions.lifecycle import State
from sessions.minutes import PARTS, Typed
from sessions.note_kinds import Kind
from sessions.plans.models import (  # noqa: F401  their tables belong to this app
    CertificationEvent,
    Goal,
    GoalEvent,
    GoalMeasure,
    PlanOfCare,
)
from sessions.psychotherapy.models import PsychotherapyNote  # noqa: F401  its table belongs to this app
from sessions.rooms.models import Room as Room
from sessions.telehealth.models import MeetingLink  # noqa: F401  its table belongs to this app
from sessions.writing.models import CosignatureAsked  # its tables belong to this app


class SessionState(models.TextChoices):
    HELD = State.HELD.value, "Held"
    SCHEDULED = State.SCHEDULED.value, "To log"
    ARRIVED = State.ARRIVED.value, "In session"
    SIGNED = State.SIGNED.value, "Signed"
    CANCELLED = State.CANCELLED.value, "Canceled"
    MISSED = State.MISSED.value, "Missed"


class NoteKind(models.TextChoices):
    DAILY = Kind.DAILY.value, "Daily note"
    EVALUATION = Kind.EVALUATION.value, "Evaluation"
    REEVALUATION = Kind.REEVALUATION.value, "Re-evaluation"
    PROGRESS = Kind.PROGRESS.value, "Progress report"
    DISCHARGE = Kind.DISCHARGE.value, "Discharge summary"


class Series(TenantModel):
    """A visit that repeats: the pattern, for people to read. Its appointments may be moved one by one."""

    case = TenantForeignKey(Case, null=True, blank=True, related_name="series", help_text="none for a group")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="0 is Monday")
    every_weeks = models.PositiveSmallIntegerField(default=1)
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekdays__len__gte=1), name="series_has_a_weekday"),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=MOST_WEEKS), name="series_weeks_between"
            ),
        ]

    def __str__(self) -> str:
        return self.pattern.words

    @property
    def pattern(self) -> Pattern:
        return Pattern(frozenset(self.weekdays), self.every_weeks)


class Appointment(TenantModel):
    """A time at a place, for one client or a group."""

    location = TenantForeignKey(Location, related_name="appointments")
    series = TenantForeignKey(Series, null=True, blank=True, related_name="appointments")
    during = DateTimeRangeField(help_text="start inclusive, end exclusive, in UTC")
    group = models.BooleanField(default=False, help_text="for several clients, who may come and go")

    def __str__(self) -> str:
        return f"{self.during.lower:%Y-%m-%d %H:%M}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.location.zone)

    @property
    def group_id(self) -> int | None:
        return self.pk if self.group else None


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, member: Membership) -> "SessionQuerySet":
        """A therapist sees her own and her caseload's sessions, and in an emergency those she may read; a supervisor
        also what those who work under her have signed; everybody else the whole practice's."""
        if member.may(Permission.SEE_EVERY_CLIENT):
            return self
        hers = Q(clinician__member=member) | Q(client__in=Client.objects.visible_to(member))
        return self.filter(hers | self._supervised_by(member))

    def _supervised_by(self, member: Membership) -> Q:
        asked = CosignatureAsked.objects.filter(supervisor__member=member)  # counts where nobody has taken over since
        under_her = Q(clinician__supervisor__member=member)
        left = Q(clinician__supervisor=None, pk__in=asked.values("note__session"))
        return (under_her | left) & Q(state=SessionState.SIGNED)


class Session(TenantModel):
    """One client at one appointment."""

    appointment = TenantForeignKey(Appointment, related_name="sessions")
    client = TenantForeignKey(Client, related_name="sessions")
    case = TenantForeignKey(Case, related_name="sessions")
    clinician = TenantForeignKey(Clinician, related_name="sessions")
    location = TenantForeignKey(Location, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    served_on = models.DateField(help_text="date of service: the local date of the location")
    state = ChoiceField(choices=SessionState.choices, default=SessionState.SCHEDULED)
    state_changed_at = models.DateTimeField(default=clock.now)
    place_of_service = models.CharField(
        max_length=2, blank=True, help_text="10 or 02: telehealth; empty: the location's. The signature fixes it"
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", SessionState, "session"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(condition=Q(place_of_service__in=["", "02", "10"]), name="session_place_known"),
            models.UniqueConstraint(fields=["practice", "appointment", "client"], name="one_session_per_client"),
        ]
        indexes = [
            models.Index(fields=["practice", "clinician", "served_on"], name="session_by_day"),
            models.Index(fields=["practice", "client", "served_on"], name="session_by_client_day"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def place(self) -> str:
        """Its place of service: its own, else the location's."""
        return self.place_of_service or self.location.place_of_service

    @property
    def minutes_booked(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def open(self) -> bool:
        return self.state in (SessionState.SCHEDULED, SessionState.ARRIVED)


class SessionEvent(TenantModel):
    """A move of a session's state: history and proof. Insert only."""

    session = TenantForeignKey(Session, related_name="events")
    state = ChoiceField(choices=SessionState.choices)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    def __str__(self) -> str:
        return self.state


class ServiceLine(TenantModel):
    """Minutes of one code in one signed session. A correction is a new version with a reason. Insert only.

    `minutes` are the clinician's, together-time included; `assistant_minutes` those her `assistant` gave alone.
    The newest version of (session, position) counts; 0 minutes take the line back.
    """

    session = TenantForeignKey(Session, related_name="lines")
    position = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=5)
    minutes = models.PositiveSmallIntegerField()
    assistant_minutes = models.PositiveSmallIntegerField(default=0)
    times = models.CharField(max_length=200, blank=True, help_text="start–stop stretches the minutes come from")
    modifiers = ArrayField(
        models.CharField(max_length=2), default=list, help_text="what who treated says of the service: 59, X*, 76, 77"
    )
    clinician = TenantForeignKey(Clinician, related_name="+")
    assistant = TenantForeignKey(Clinician, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        ordering = ["position", "version"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "session", "position", "version"], name="one_line_version"),
            models.CheckConstraint(
                condition=Q(minutes__lte=1440 - F("assistant_minutes")), name="line_minutes_in_a_day"
            ),
            models.CheckConstraint(
                condition=Q(assistant_minutes=0) | Q(assistant__isnull=False), name="assistant_minutes_have_assistant"
            ),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="amendment_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.total} min"

    @property
    def typed(self) -> Typed:
        return Typed(self.code, self.minutes, self.assistant_minutes, self.times, tuple(self.modifiers))

    @property
    def total(self) -> int:
        return self.typed.total


class NoteText(TenantModel):
    """The four parts of a note, and what kind of note it is."""

    kind = ChoiceField(choices=NoteKind.choices, default=NoteKind.DAILY)
    subjective = models.TextField(blank=True, max_length=20_000)
    objective = models.TextField(blank=True, max_length=20_000)
    assessment = models.TextField(blank=True, max_length=20_000)
    plan = models.TextField(blank=True, max_length=20_000)

    class Meta:
        abstract = True

    @property
    def parts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PARTS}


class NoteDraft(NoteText):
    """What is being typed: text and minutes. The only part of a session's record that may change."""

    session = TenantForeignKey(Session, related_name="drafts")
    lines: Any = models.JSONField(
        default=list,
        help_text='[{"code": "97110", "minutes": 33, "assistant_minutes": 0, "times": "", "modifiers": []}]; minutes may be null',
    )
    assistant = TenantForeignKey(Clinician, null=True, related_name="+", help_text="whose the assistant minutes are")
    evaluation: Any = models.JSONField(default=dict, help_text="sessions.evaluations.Answers.kept; empty if not asked")
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = TenantForeignKey(Membership, related_name="+")
    version = models.PositiveIntegerField(default=1, help_text="counts saves; a stale page is told so")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "session"], name="one_draft"),
            one_of("kind", NoteKind, "draft"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.session_id}"

    @property
    def typed(self) -> list[Typed]:
        return [Typed.of(line) for line in self.lines]


class Note(NoteText):
    """A signed note. Insert only; further words are an addendum."""

    session = TenantForeignKey(Session, related_name="notes")
    signed_at = models.DateTimeField(default=clock.now)
    signed_by = TenantForeignKey(Membership, related_name="+")
    signature = models.CharField(max_length=140, help_text="name and credentials as they were")
    timed_minutes = models.PositiveSmallIntegerField()
    total_minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "session"], name="one_note"),
            models.UniqueConstraint(fields=["practice", "id", "signed_by"], name="note_and_signer"),  # for CoSignature
            one_of("kind", NoteKind, "note"),
        ]

    def __str__(self) -> str:
        return f"note of {self.session_id}"


class Addendum(TenantModel):
    """Words added to a signed note, signed by themselves; the note stays as it is. Insert only, a chain by id."""

    note = TenantForeignKey(Note, related_name="addenda")
    text = models.CharField(max_length=5000)
    signed_at = models.DateTimeField(default=clock.now)
    signed_by = TenantForeignKey(Membership, related_name="+")
    signature = models.CharField(max_length=140, help_text="name and credentials as they were")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="addendum_says_something")]
        indexes = [models.Index(fields=["practice", "note"], name="addendum_by_note")]

    def __str__(self) -> str:
        return f"addendum to {self.note_id}"


class Evaluation(TenantModel):
    """What the clinician answered about the level of an evaluation, as it was signed. Insert only."""

    session = TenantForeignKey(Session, related_name="evaluations")
    code = models.CharField(max_length=5, help_text="the code that was signed")
    answers: Any = models.JSONField(help_text="sessions.evaluations.Answers.kept; empty for a re-evaluation")
    supports = models.CharField(max_length=5, blank=True, help_text="the code the answers reach")
    sentence = models.CharField(max_length=600, blank=True, help_text="what the page said when it was signed")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "session"], name="one_evaluation")]

    def __str__(self) -> str:
        return f"evaluation of {self.session_id}"


class CodeDescriptor(TenantModel):
    """What the practice's own license lets it call a service code. Without one our own short label is shown."""

    code = models.CharField(max_length=5)
    short = models.CharField(max_length=28, blank=True)
    long = models.CharField(max_length=2000, blank=True)
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="one_descriptor"),
            models.CheckConstraint(condition=~Q(short="", long=""), name="descriptor_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        """What stands beside the code in a row: the short words, else the long."""
        return self.short or self.long
