"""A run: invoices for many people, made in the background, and its letters drawn for the printer."""

from django.db import models
from django.db.models import Q

from clients.models import Contact
from practice import clock
from practice.fields import ChoiceField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class Asked(models.TextChoices):
    ALL = "all", "Everybody"
    CHOSEN = "chosen", "Chosen people"


class RunState(models.TextChoices):
    WORKING = "working", "Being made"
    DONE = "done", "Done"


class InvoiceRun(TenantModel):
    """Who asked for invoices, for whom, and how far they are. `key`: a form sent twice makes one run."""

    asked = ChoiceField(choices=Asked.choices)
    state = ChoiceField(choices=RunState.choices, default=RunState.WORKING)
    key = models.CharField(max_length=100)
    people = models.PositiveIntegerField(help_text="how many were asked for")
    made = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("asked", Asked, "invoice_run"),
            one_of("state", RunState, "invoice_run"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_invoice_run_key"),
            models.UniqueConstraint(
                fields=["practice", "asked"],
                condition=Q(asked=Asked.ALL, state=RunState.WORKING),
                name="one_run_for_everybody",
            ),
            models.CheckConstraint(condition=Q(people__gt=0), name="invoice_run_for_somebody"),
            models.CheckConstraint(
                condition=Q(people__gte=models.F("made") + models.F("skipped")), name="invoice_run_counts_people"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.WORKING, done_at__isnull=True)
                | Q(state=RunState.DONE, done_at__isnull=False, people=models.F("made") + models.F("skipped")),
                name="invoice_run_ends_whole",
            ),
        ]
        indexes = [models.Index(fields=["practice", "at"], name="invoice_run_by_time")]

    def __str__(self) -> str:
        return f"Invoice run {self.pk}"


class Outcome(models.TextChoices):
    WAITING = "waiting", "Waiting"
    MADE = "made", "Made"
    SKIPPED = "skipped", "Left out"


class RunPerson(TenantModel):
    """A person of a run, and what became of her."""

    run = TenantForeignKey(InvoiceRun, related_name="persons")
    contact = TenantForeignKey(Contact, related_name="+")
    outcome = ChoiceField(choices=Outcome.choices, default=Outcome.WAITING)
    why = models.CharField(max_length=200, blank=True, help_text="why there is no invoice, in a sentence")
    invoice = TenantForeignKey("billing.Invoice", null=True, blank=True, related_name="in_runs")

    class Meta:
        constraints = [
            one_of("outcome", Outcome, "run_person"),
            models.UniqueConstraint(fields=["practice", "run", "contact"], name="one_run_person"),
            models.UniqueConstraint(fields=["practice", "invoice"], name="invoice_of_one_run"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING, invoice__isnull=True, why="")
                | Q(outcome=Outcome.MADE, invoice__isnull=False, why="")
                | Q(outcome=Outcome.SKIPPED, invoice__isnull=True) & ~Q(why=""),
                name="run_person_says_what_became",
            ),
        ]
        indexes = [models.Index(fields=["practice", "run", "outcome", "contact"], name="run_persons_by_outcome")]

    def __str__(self) -> str:
        return f"{self.contact_id} in run {self.run_id}"


class RunLetters(TenantModel):
    """Letters of a run as one file for the printer, in the order of their numbers. Drawn once it is asked for."""

    run = TenantForeignKey(InvoiceRun, related_name="letters")
    part = models.PositiveSmallIntegerField(help_text="from 1")
    first = models.BigIntegerField(help_text="number of its first invoice")
    last = models.BigIntegerField(help_text="number of its last invoice")
    count = models.PositiveSmallIntegerField()
    asked_by = TenantForeignKey(Membership, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    body = models.BinaryField(null=True, blank=True, help_text="a PDF")
    drawn = models.BooleanField(default=False)
    trouble = models.CharField(max_length=200, blank=True, help_text="why it cannot be drawn")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "run", "part"], name="one_part_of_letters"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first"), count__gt=0), name="letters_are_some"),
            models.CheckConstraint(
                condition=Q(drawn=True, body__isnull=False) | Q(drawn=False, body__isnull=True),
                name="letters_drawn_have_bytes",
            ),
        ]

    def __str__(self) -> str:
        return f"Invoices {self.first}–{self.last}"
