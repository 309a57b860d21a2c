"""A file of clients and coverages as it came, its rows, and what became of each."""

from django.db import models
from django.db.models import Q

from practice import clock
from practice.fields import ChoiceField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class ImportState(models.TextChoices):
    CHECKING = "checking", "Being checked"
    UNREADABLE = "unreadable", "Could not be read"
    CHECKED = "checked", "Checked, nothing put in yet"
    IMPORTING = "importing", "Being put in"
    DONE = "done", "Done"


BUSY = (ImportState.CHECKING, ImportState.IMPORTING)
OPEN = (*BUSY, ImportState.CHECKED)


class ClientImport(TenantModel):
    """An upload. The bytes stay as they came: what was asked for can be shown later."""

    name = models.CharField(max_length=100, help_text="the person's file name, cleaned; only ever shown")
    body = models.BinaryField(help_text="the file, at most 10 MB")
    sha256 = models.CharField(max_length=64)
    state = ChoiceField(choices=ImportState.choices, default=ImportState.CHECKING)
    why = models.CharField(max_length=250, blank=True, help_text="why it could not be read, with the line")
    heads = models.JSONField(default=list, blank=True, help_text="the names of its columns")
    unused = models.JSONField(default=list, blank=True, help_text="columns nobody asks for")
    expected = models.JSONField(default=dict, blank=True, help_text="what the dry run would make: {clients: 12, …}")
    made = models.JSONField(default=dict, blank=True, help_text="what was made so far, likewise")
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)
    confirmed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("state", ImportState, "client_import"),
            models.UniqueConstraint(
                fields=["practice", "sha256"], condition=Q(state__in=OPEN), name="one_open_import_of_a_file"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    READY = "ready", "Ready"
    MADE = "made", "Put in"
    THERE = "there", "Already there"
    BAD = "bad", "To mend"


class ImportRow(TenantModel):
    """A row by the line it begins on. One that was put in is known by its fingerprint ever after."""

    source = TenantForeignKey(ClientImport, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField(help_text="as they stood in the file")
    outcome = ChoiceField(choices=Outcome.choices)
    problems = models.JSONField(default=list, blank=True, help_text="[[column, sentence], …]")
    fingerprint = models.CharField(max_length=32, blank=True)
    reference = models.CharField(max_length=40, blank=True, help_text="the client's number in the other system, folded")
    client = TenantForeignKey("clients.Client", null=True, blank=True, related_name="imported_from")

    class Meta:
        constraints = [
            one_of("outcome", Outcome, "import_row"),
            models.UniqueConstraint(fields=["practice", "source", "line"], name="one_import_line"),
            models.UniqueConstraint(
                fields=["practice", "fingerprint"], condition=Q(outcome="made"), name="one_import_of_a_row"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="made") | (Q(client__isnull=False) & ~Q(fingerprint="")),
                name="import_row_made_something",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "source", "outcome", "line"], name="import_rows_by_outcome"),
            models.Index(
                fields=["practice", "reference"],
                condition=Q(outcome="made") & ~Q(reference=""),
                name="import_by_number",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"
