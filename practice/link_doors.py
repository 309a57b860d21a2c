"""Doors without a sign-in: an address whose secret leads into one practice, to one thing.

Only a hash of the secret is kept, so nobody who reads the table can use it; it is shown once, when it is made.
"""

from hashlib import sha256
from secrets import token_urlsafe

from django.db import models

from practice import clock
from practice.fields import ChoiceField, one_of
from practice.tenancy import current_practice_id


class DoorKind(models.TextChoices):
    FEED = "feed", "Calendar feed"


class Door(models.Model):
    """A hash of a secret → a practice, and the row in it that the secret is for.

    Outside the wall: it is read before anybody has entered a practice.
    """

    practice = models.ForeignKey("practice.Practice", models.PROTECT, related_name="+", db_index=False)
    kind = ChoiceField(choices=DoorKind.choices)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret, which has 256 bits")
    target = models.BigIntegerField(help_text="id in the practice; a feed: the clinician")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            one_of("kind", DoorKind, "door"),
            models.UniqueConstraint(fields=["practice", "kind", "target"], name="one_door_to_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


def digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


def open_door(kind: DoorKind, target: int) -> str:
    """A new secret for a thing of the present practice; the one before does not open any more."""
    shut_door(kind, target)
    secret = token_urlsafe(32)
    Door.objects.create(practice_id=current_practice_id(), kind=kind, target=target, digest=digest(secret))
    return secret


def shut_door(kind: DoorKind, target: int) -> bool:
    """Nothing opens the door to a thing of the present practice any more; whether one did."""
    gone, _ = Door.objects.filter(practice_id=current_practice_id(), kind=kind, target=target).delete()
    return bool(gone)


def door_to(kind: DoorKind, target: int) -> Door | None:
    """The door to a thing of the present practice, without its secret."""
    return Door.objects.filter(practice_id=current_practice_id(), kind=kind, target=target).first()


def find_door(kind: DoorKind, secret: str) -> Door | None:
    """The door a secret opens, of a practice that is in use."""
    rows = Door.objects.filter(kind=kind, digest=digest(secret), practice__active=True)
    return rows.select_related("practice").first()
