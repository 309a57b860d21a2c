"""What is kept about a file. Its bytes lie in the store, under `key`; no name of a person's ever is a path."""

from uuid import uuid4

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from clients.documents.content import ContentType
from practice import clock
from practice.fields import ChoiceField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class Kind(models.TextChoices):
    """What a file is about; a card hangs on its coverage."""

    CARD_FRONT = "card_front", "Insurance card, front"
    CARD_BACK = "card_back", "Insurance card, back"
    ORDER = "order", "Order or referral"
    PLAN_OF_CARE = "plan_of_care", "Plan of care"
    AUTHORIZATION = "authorization", "Authorization letter"
    CONSENT = "consent", "Consent"
    REPORT = "report", "Report"
    OTHER = "other", "Other"


CARDS = (Kind.CARD_FRONT, Kind.CARD_BACK)


class Change(models.TextChoices):
    REMOVED = "removed"
    RESTORED = "restored"


class DocumentQuerySet(models.QuerySet["Document"]):
    def kept(self) -> "DocumentQuerySet":
        """Those that are not removed: the last event decides."""
        last = DocumentEvent.objects.filter(document=OuterRef("pk")).order_by("-pk").values("kind")[:1]
        return self.annotate(last=Subquery(last)).filter(Q(last__isnull=True) | Q(last=Change.RESTORED))


class Document(TenantModel):
    """A file as it was put in. Insert only; its bytes are written before this row commits."""

    client = TenantForeignKey("clients.Client", related_name="documents")
    coverage = TenantForeignKey("clients.Coverage", null=True, blank=True, related_name="cards")
    kind = ChoiceField(choices=Kind.choices)
    title = models.CharField(max_length=100, help_text="the person's file name, cleaned; only ever shown")
    content_type = ChoiceField(choices=[(kind.value, kind.value) for kind in ContentType], max_length=40)
    size = models.PositiveIntegerField(help_text="bytes, as stored")
    sha256 = models.CharField(max_length=64, help_text="of the bytes as stored; looked at on every reading")
    key = models.UUIDField(default=uuid4, editable=False)
    uploaded_by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="one_document_key"),
            one_of("kind", Kind, "document"),
            models.CheckConstraint(
                condition=Q(kind__in=CARDS, coverage__isnull=False) | (~Q(kind__in=CARDS) & Q(coverage__isnull=True)),
                name="document_card_has_coverage",
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=[kind.value for kind in ContentType]), name="document_content_type_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_size_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_image(self) -> bool:
        return self.content_type != ContentType.PDF


class DocumentEvent(TenantModel):
    """A file removed from the chart, or put back. The bytes stay until the time to keep records is over."""

    document = TenantForeignKey(Document, related_name="events")
    kind = ChoiceField(choices=Change.choices)
    by = TenantForeignKey(Membership, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [one_of("kind", Change, "document_event")]

    def __str__(self) -> str:
        return f"{self.document} {self.kind}"
