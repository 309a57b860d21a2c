"""What a person shows besides her password: an authenticator app, a passkey, or a recovery code.

django-allauth makes and reads them; this module says how they are kept and that each code counts once.
Seeds are encrypted with a key derived from SECRET_KEY. A code of an app is of a step of 30 seconds; the last
step that was used stands in the row, under a lock, so that neither a second process nor a lost cache lets a
code in twice.
"""

import base64
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Adapter(DefaultMFAAdapter):
    """allauth's questions, answered from our settings and never from a request."""

    def encrypt(self, text: str) -> str:
        return _ring(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _ring(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Caseload"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "localhost", "name": "Caseload"}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Letters go out by `practice/mail.py`."""


@lru_cache(maxsize=4)
def _ring(*keys: str) -> MultiFernet:
    """The first key writes, all read: SECRET_KEY can be changed with its forerunner as a fallback."""
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    kept = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"caseload second factors")
    return base64.urlsafe_b64encode(kept.derive(key.encode()))
