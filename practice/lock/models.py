"""A signed-in browser, and the PIN a person has set on a device. Both outside the wall: they belong to a person."""

from django.conf import settings
from django.db import models

from practice import clock


class SignIn(models.Model):
    """One browser in which a person is signed in, until it signs out, is ended, or twelve hours are over.

    `key_hash` is the SHA-256 of the session's key: who reads this table cannot take a session over.
    `active_at` is the last thing a person did; what a page asks by itself never moves it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", db_index=False)
    key_hash = models.CharField(max_length=64, unique=True)
    begun_at = models.DateTimeField()
    active_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    wrong = models.PositiveSmallIntegerField(default=0, help_text="wrong passwords while it is locked")
    device = models.CharField(max_length=60, help_text="browser and system in words")
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-active_at"], name="sign_in_by_person")]

    def __str__(self) -> str:
        return self.device


class DevicePin(models.Model):
    """Six digits that open the lock on one device for one person. The device is known by a signed cookie."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    device_hash = models.CharField(max_length=64)
    pin = models.CharField(max_length=128, help_text="by the password hasher")
    wrong = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "device_hash"], name="one_pin_per_device")]

    def __str__(self) -> str:
        return f"PIN of {self.made_at:%Y-%m-%d}"
