"""What the calendar feeds of a practice may say."""

from django.db import models

from practice.fields import ChoiceField, one_of
from practice.tenancy import TenantModel


class FeedWords(models.TextChoices):
    NONE = "none", "No client: “Session”"
    INITIALS = "initials", "Initials: “A. A.”"


class FeedRule(TenantModel):
    """What feeds say of clients. One row a practice; without one they say nothing."""

    words = ChoiceField(choices=FeedWords.choices, default=FeedWords.NONE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="one_feed_rule"),
            one_of("words", FeedWords, "feed"),
        ]

    def __str__(self) -> str:
        return self.words
