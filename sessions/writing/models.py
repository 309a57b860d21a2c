"""The tables of writing: co-signatures, text copied from earlier notes, templates and phrases."""

from django.db import models
from django.db.models import F, Q

from practice import clock
from practice.fields import ChoiceField, one_of
from practice.models import Clinician, Membership
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.minutes import PARTS
from sessions.note_kinds import Kind

LONGEST_REMARK = 1000
PART_CHOICES = [(name, name.capitalize()) for name in PARTS]
KIND_CHOICES = [(kind.value, kind.value.capitalize()) for kind in Kind]


class CosignatureAsked(TenantModel):
    """A signed note that wants the signature of the supervisor too. Insert only, written with the signature."""

    note = TenantForeignKey("therapy_sessions.Note", related_name="asked")
    supervisor = TenantForeignKey(Clinician, related_name="+", help_text="whose she was when the note was signed")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "note"], name="one_cosignature_asked")]

    def __str__(self) -> str:
        return f"co-signature asked for {self.note_id}"


class CoSignature(TenantModel):
    """A supervisor's signature below a signed note, one for each. Insert only.

    `author` is who signed the note: a key into the note itself (migration) holds it to that, and so the check beside
    it keeps her from co-signing her own.
    """

    note = TenantForeignKey("therapy_sessions.Note", related_name="cosignatures")
    author = TenantForeignKey(Membership, related_name="+")
    signed_by = TenantForeignKey(Membership, related_name="+")
    signature = models.CharField(max_length=140, help_text="name and credentials as they were")
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "note"], name="one_cosignature"),
            models.CheckConstraint(condition=~Q(signed_by=F("author")), name="nobody_cosigns_herself"),
        ]

    def __str__(self) -> str:
        return f"co-signature of {self.note_id}"


class NoteReturn(TenantModel):
    """A signed note that its supervisor gave back with a remark; an addendum answers it. Insert only."""

    note = TenantForeignKey("therapy_sessions.Note", related_name="returns")
    remark = models.CharField(max_length=LONGEST_REMARK)
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(remark=""), name="return_says_something")]

    def __str__(self) -> str:
        return f"return of {self.note_id}"


class CopiedText(TenantModel):
    """A part of a signed note that was copied into a draft: where the words of a note come from. Insert only."""

    session = TenantForeignKey("therapy_sessions.Session", related_name="copied")
    part = ChoiceField(choices=PART_CHOICES)
    source = TenantForeignKey("therapy_sessions.Note", related_name="+")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(part__in=PARTS), name="copied_part_known")]

    def __str__(self) -> str:
        return f"{self.part} of {self.session_id}"


class Kept(TenantModel):
    """What a clinician keeps to write with: for herself, or shared with the practice."""

    owner = TenantForeignKey(Membership, related_name="+")
    shared = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class NoteTemplate(Kept):
    """A skeleton of a kind of note: text for some of its parts."""

    name = models.CharField(max_length=60)
    kind = ChoiceField(choices=KIND_CHOICES)
    subjective = models.TextField(blank=True, max_length=5000)
    objective = models.TextField(blank=True, max_length=5000)
    assessment = models.TextField(blank=True, max_length=5000)
    plan = models.TextField(blank=True, max_length=5000)

    class Meta:
        constraints = [
            one_of("kind", Kind, "template"),
            models.CheckConstraint(condition=~Q(name=""), name="template_has_a_name"),
            models.CheckConstraint(
                condition=~Q(subjective="", objective="", assessment="", plan=""), name="template_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def parts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PARTS}


class Phrase(Kept):
    """Words behind a shortcut: ".tol" is typed, "Client tolerated the session well." stands there."""

    shortcut = models.CharField(max_length=20, help_text="a dot, then small letters and digits")
    text = models.CharField(max_length=600)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shortcut__regex=r"^\.[a-z0-9]{1,19}$"), name="shortcut_is_a_dot_and_word"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="phrase_says_something"),
            models.UniqueConstraint(
                fields=["practice", "owner", "shortcut"],
                condition=Q(removed_at=None, shared=False),
                name="one_own_shortcut",
            ),
            models.UniqueConstraint(
                fields=["practice", "shortcut"], condition=Q(removed_at=None, shared=True), name="one_shared_shortcut"
            ),
        ]

    def __str__(self) -> str:
        return self.shortcut
