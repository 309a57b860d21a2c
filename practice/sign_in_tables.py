"""Tables of the front door and of the post: who tried to come in, and the letters that were written."""

from typing import Any

from django.db import models

from practice import clock
from practice.fields import ChoiceField, one_of
from practice.tenancy import TenantModel


class Step(models.TextChoices):
    """What was shown at the door."""

    PASSWORD = "password", "Password"
    CODE = "code", "Code of an authenticator app"
    RECOVERY = "recovery", "Recovery code"
    PASSKEY = "passkey", "Passkey"
    RESET = "reset", "Letter for a forgotten password"
    FEED = "feed", "Secret of a calendar feed"


class Outcome(models.TextChoices):
    PASSED = "passed", "Right"
    FAILED = "failed", "Wrong"
    REFUSED = "refused", "Not even looked at: too many tries"
    SIGNED_IN = "signed_in", "Right, and signed in"
    ASKED = "asked", "Asked for"


class SignInAttempt(models.Model):
    """One try at the front door. Insert only; lock-out is counted from it (`practice/door.py`).

    Outside the wall, because nobody has entered a practice yet. The address typed is kept as a keyed hash:
    people type passwords into the wrong box.
    """

    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")
    account = models.CharField(max_length=64, help_text="HMAC-SHA-256 of the address typed, in lower case")
    step = ChoiceField(choices=Step.choices)
    outcome = ChoiceField(choices=Outcome.choices)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [one_of("step", Step, "sign_in"), one_of("outcome", Outcome, "sign_in")]
        indexes = [
            models.Index(fields=["account", "-at"], name="sign_in_by_account"),
            models.Index(fields=["ip", "-at"], name="sign_in_by_ip"),
            models.Index(fields=["user", "-at"], name="sign_in_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.outcome} {self.at:%Y-%m-%d %H:%M}"


class Letter(TenantModel):
    """An e-mail of the house to one person. Insert only: its job says whether it went out.

    `about` holds plain words for the template, never health data and never a secret: links are made when
    the letter is sent (`practice/mail.py`).
    """

    kind = models.CharField(max_length=40, help_text="name of the template in templates/mail")
    to = models.EmailField()
    user = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")
    about: Any = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
