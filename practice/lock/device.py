"""The cookie by which a device is known again. It says which device this is, and opens nothing by itself."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.crypto import get_random_string

SALT = "practice.lock.device"
KEPT = 180 * 86_400  # seconds


def _name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_of(request: Any) -> str:
    """The secret of this device; empty when it has none, or its signature is wrong."""
    return request.get_signed_cookie(_name(), default="", salt=SALT, max_age=KEPT)


def new_device() -> str:
    return get_random_string(40)


def remember(response: HttpResponse, device: str) -> None:
    """Hand the device its secret: signed, out of reach of scripts, sent to this host alone."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_signed_cookie(
        _name(), device, salt=SALT, max_age=KEPT, secure=secure, httponly=True, samesite="Strict"
    )
