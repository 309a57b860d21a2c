"""What we ask of payers: claims, the files they travel in, and what comes back."""

from django.db import models
from django.db.models import Q

from billing.models import BillingDay, Charge
from clients.models import Authorization, Case, Client, Coverage, Payer
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.identifiers import with_check_digit
from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from practice.tenancy import TenantForeignKey, TenantModel


class Transport(models.TextChoices):
    SANDBOX = "sandbox", "Sandbox payer"
    FOLDER = "folder", "Watched folder"


class TradingPartner(TenantModel):
    """A clearinghouse: where our 837P goes and where its answers come from."""

    name = models.CharField(max_length=60)
    transport = ChoiceField(choices=Transport.choices)
    submitter_id = models.CharField(max_length=15)
    receiver_id = models.CharField(max_length=15)
    usage = models.CharField(max_length=1, default="T", help_text="ISA15: T test, P production")

    class Meta:
        constraints = [
            one_of("transport", Transport, "partner"),
            models.CheckConstraint(condition=Q(usage__in=["T", "P"]), name="partner_usage_known"),
            models.UniqueConstraint(fields=["practice", "receiver_id"], name="one_partner"),
        ]

    def __str__(self) -> str:
        return self.name


class Direction(models.TextChoices):
    OUT = "out"
    IN = "in"


class FileState(models.TextChoices):
    QUEUED = "queued", "Queued"  # out: claims are chosen, may be taken back
    WRITTEN = "written", "Written"  # out: bytes stored, not yet known to have arrived
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Taken back"
    FAILED = "failed", "Stopped"  # out: our own check refused it
    RECEIVED = "received", "Received"  # in: stored, not yet read
    READ = "read", "Read"
    QUARANTINED = "quarantined", "Set aside"  # in: not ours to read


class Interchange(TenantModel):
    """A file that went out or came in, its exact bytes and their hash."""

    partner = TenantForeignKey(TradingPartner, related_name="interchanges")
    direction = ChoiceField(choices=Direction.choices)
    state = ChoiceField(choices=FileState.choices)
    control_number = models.BigIntegerField(null=True, help_text="ISA13")
    file_name = models.CharField(max_length=100)
    body = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True, help_text="why it was stopped or set aside")

    class Meta:
        constraints = [
            one_of("direction", Direction, "interchange"),
            one_of("state", FileState, "interchange"),
            models.UniqueConstraint(
                fields=["practice", "partner", "control_number"],
                condition=Q(direction="out"),
                name="one_control_number",
            ),
            models.UniqueConstraint(
                fields=["practice", "sha256"], condition=Q(direction="in"), name="one_inbound_file"
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(state__in=["queued", "cancelled"]), name="interchange_has_bytes"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class Delivery(models.TextChoices):
    """How far a claim has travelled."""

    MADE = "made", "To submit"
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    RECEIVED = "received", "Received"  # 999: the file could be read
    ACCEPTED = "accepted", "Accepted"  # 277CA: the payer has it
    REJECTED = "rejected", "Rejected"  # it will never be in a remittance
    WITHDRAWN = "withdrawn", "Withdrawn"  # never sent; its charges changed


class Decision(models.TextChoices):
    """What the payer decided."""

    NONE = "none", "Waiting"
    PAID = "paid", "Paid"
    PART_DENIED = "part_denied", "Part denied"
    DENIED = "denied", "Denied"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, member: Membership) -> "ClaimQuerySet":
        return self if member.may(Permission.SEE_CLAIMS) else self.none()


class Claim(TenantModel):
    """Charges of one client, day, coverage, rendering clinician and place, asked of a payer."""

    number = models.BigIntegerField()
    day = TenantForeignKey(BillingDay, related_name="claims")
    client = TenantForeignKey(Client, related_name="claims")
    case = TenantForeignKey(Case, related_name="claims")
    coverage = TenantForeignKey(Coverage, related_name="claims")
    payer = TenantForeignKey(Payer, related_name="claims")
    clinician = TenantForeignKey(Clinician, related_name="claims", help_text="rendering")
    location = TenantForeignKey(Location, related_name="+")
    place_of_service = models.CharField(max_length=2, blank=True, help_text="telehealth's; empty: the location's")
    authorization = TenantForeignKey(Authorization, null=True, related_name="claims")
    served_on = models.DateField()
    total = MoneyField()
    frequency = models.CharField(max_length=1, default="1", help_text="CLM05-3: 1 original, 7 replacement")
    replaces = TenantForeignKey("self", null=True, related_name="replaced_by")
    delivery = ChoiceField(choices=Delivery.choices, default=Delivery.MADE)
    decision = ChoiceField(choices=Decision.choices, default=Decision.NONE)
    held = models.BooleanField(default=False)
    interchange = TenantForeignKey(Interchange, null=True, related_name="claims")
    payer_claim_number = models.CharField(max_length=50, blank=True)
    findings = models.JSONField(default=list)
    worst = models.CharField(max_length=20, blank=True, help_text="gravest severity; empty when clean")
    checked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_claim_number"),
            one_of("delivery", Delivery, "claim"),
            one_of("decision", Decision, "claim"),
            models.CheckConstraint(condition=Q(total__gt=0), name="claim_total_positive"),
            models.CheckConstraint(
                condition=Q(interchange__isnull=True, delivery__in=["made", "withdrawn"])
                | Q(interchange__isnull=False) & ~Q(delivery__in=["made", "withdrawn"]),
                name="claim_travels_in_one_file",
            ),
        ]
        indexes = [models.Index(fields=["practice", "delivery", "decision"], name="claim_by_state")]

    def __str__(self) -> str:
        return f"Claim {self.number}"

    @property
    def place(self) -> str:
        """CLM05-1."""
        return self.place_of_service or self.location.place_of_service

    @property
    def control(self) -> str:
        """CLM01: our number as payers keep it, with its check digit."""
        return with_check_digit(self.number)

    @property
    def corrects(self) -> "Claim | None":
        """The claim on the payer's books that this one replaces; None for an original."""
        return self.replaces.on_the_books() if self.replaces and self.frequency != "1" else None

    def on_the_books(self) -> "Claim | None":
        """This claim, or the one it was to replace if it never got in at the payer's door."""
        if self.delivery not in (Delivery.REJECTED, Delivery.WITHDRAWN):
            return self
        return self.replaces.on_the_books() if self.replaces else None


class ClaimLine(TenantModel):
    """A charge on a claim as it is sent. `control` comes back in the remittance (REF*6R)."""

    claim = TenantForeignKey(Claim, related_name="lines")
    position = models.PositiveSmallIntegerField()
    charge = TenantForeignKey(Charge, related_name="claim_lines")
    control = models.CharField(max_length=30)
    code = models.CharField(max_length=5)
    modifiers = models.JSONField(default=list)
    units = models.PositiveSmallIntegerField()
    amount = MoneyField()
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "claim", "position"], name="one_claim_position"),
            models.UniqueConstraint(fields=["practice", "control"], name="one_line_control"),
            models.UniqueConstraint(
                fields=["practice", "charge"], condition=Q(live=True), name="charge_on_one_live_claim"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}×{self.units}"


class ClaimEvent(TenantModel):
    """A step of a claim's life, with who or what moved it. Insert only."""

    claim = TenantForeignKey(Claim, related_name="events")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, null=True, related_name="+")
    what = models.CharField(max_length=30)
    detail = models.CharField(max_length=200, blank=True)
    interchange = TenantForeignKey(Interchange, null=True, related_name="claim_events")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.what


class AcknowledgementKind(models.TextChoices):
    FILE = "999", "999 file acknowledgement"
    CLAIMS = "277CA", "277CA claim acknowledgement"


class Acknowledgement(TenantModel):
    """A 999 or 277CA that answers one of our interchanges. Insert only."""

    interchange = TenantForeignKey(Interchange, related_name="acknowledgements", help_text="the file it came in")
    answers = TenantForeignKey(Interchange, related_name="answered_by", help_text="our file it speaks of")
    kind = ChoiceField(choices=AcknowledgementKind.choices)
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [one_of("kind", AcknowledgementKind, "acknowledgement")]

    def __str__(self) -> str:
        return self.kind


class RemittanceState(models.TextChoices):
    READY = "ready", "Ready to post"
    POSTED = "posted", "Posted"
    HELD = "held", "Needs you"


class Remittance(TenantModel):
    """One payer payment (one 835 transaction set), kept as it was read."""

    interchange = TenantForeignKey(Interchange, related_name="remittances")
    payer = TenantForeignKey(Payer, null=True, related_name="remittances")
    payer_name = models.CharField(max_length=60)
    trace = models.CharField(max_length=50, help_text="TRN02")
    amount = MoneyField(help_text="BPR02")
    paid_on = models.DateField(help_text="BPR16")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of payer, trace, date, amount and segments")
    state = ChoiceField(choices=RemittanceState.choices)
    trouble = models.CharField(max_length=200, blank=True)
    provider_adjustments = models.JSONField(default=list, help_text="PLB: [[code, reference, amount]]")
    posted_at = models.DateTimeField(null=True)
    posted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "fingerprint"], name="one_remittance"),
            one_of("state", RemittanceState, "remittance"),
        ]

    def __str__(self) -> str:
        return self.trace


class RemittanceClaim(TenantModel):
    """What a payer says of one claim (CLP). `claim` is null when it is not ours or cannot be told."""

    remittance = TenantForeignKey(Remittance, related_name="claims")
    position = models.PositiveIntegerField()
    claim = TenantForeignKey(Claim, null=True, related_name="remittance_claims")
    control = models.CharField(max_length=38, help_text="CLP01, our number as the payer kept it")
    status = models.CharField(max_length=2, help_text="CLP02")
    charge = MoneyField()
    paid = MoneyField()
    client_share = MoneyField(help_text="sum of PR adjustments")
    payer_claim_number = models.CharField(max_length=50, blank=True)
    adjustments = models.JSONField(default=list, help_text="claim level: [[group, reason, amount]]")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.control


class RemittanceLine(TenantModel):
    """What a payer decided about one line (SVC): allowed, paid, adjusted and client share kept apart."""

    remittance_claim = TenantForeignKey(RemittanceClaim, related_name="lines")
    position = models.PositiveIntegerField()
    line = TenantForeignKey(ClaimLine, null=True, related_name="remittance_lines")
    control = models.CharField(max_length=50, blank=True)
    code = models.CharField(max_length=10)
    units = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    charge = MoneyField()
    allowed = MoneyField(null=True)
    paid = MoneyField()
    adjustments = models.JSONField(default=list, help_text="[[group, reason, amount]]")
    remarks = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.paid}"
