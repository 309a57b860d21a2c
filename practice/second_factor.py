"""What a person shows besides her password: an authenticator app, a passkey, or a recovery code.

django-allauth makes and reads them; this module says how they are kept and that each code counts once.
Seeds are encrypted with a key derived from SECRET_KEY. A code of an app is of a step of 30 seconds; the last
step that was used stands in the row, under a lock, so that neither a second process nor a lost cache lets a
code in twice.
"""

import base64
import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.cryptokit import compare_user_code, normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from practice import clock
from practice.findings import BadInput
from practice.models import Membership, User

Kind = Authenticator.Type
STEP_SECONDS, TOTP_DIGITS = 30, 6
TOLERANCE = 1  # steps that a phone's clock may be early or late
# How allauth and fido2 say no to what a browser sent, whatever it was.
Refusals = (ValidationError, InvalidSignature, ValueError, TypeError, KeyError, AttributeError, IndexError)


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


# --- which she has ---------------------------------------------------------------------------


def those_of(user: User) -> list[Authenticator]:
    """Her apps and passkeys that open the door, in the order she added them. Recovery codes are no factor alone."""
    rows = Authenticator.objects.filter(user=user).exclude(type=Kind.RECOVERY_CODES).order_by("id")
    return [row for row in rows if not row.data.get("invented") or only_invented(user)]


def has_one(user: User) -> bool:
    return bool(those_of(user))


def passkeys(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN).exists()


# --- authenticator apps ------------------------------------------------------------------------


def step_now() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    """The six digits of a step (RFC 6238)."""
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def matching_step(secret: str, code: str, *, after: int = -1) -> int | None:
    """The step whose code it is, a step early or late included; none at or before `after`."""
    now = step_now()
    steps = (step for step in range(now - TOLERANCE, now + TOLERANCE + 1) if step > after)
    return next((step for step in steps if compare_user_code(actual=code, expected=code_of(secret, step))), None)


@transaction.atomic
def accept_app(user: User, code: str) -> bool:
    """Whether it is a code of her app that she has not used, nor one after it. It is used then."""
    row = Authenticator.objects.select_for_update().filter(user=user, type=Kind.TOTP).first()
    if row is None or (row.data.get("invented") and not only_invented(user)):
        return False
    step = matching_step(decrypt(row.data["secret"]), code, after=row.data.get("last_step", -1))
    if step is None:
        return False
    row.data["last_step"], row.last_used_at = step, clock.now()
    row.save(update_fields=["data", "last_used_at"])
    return True


def new_secret() -> str:
    return totp.generate_totp_secret()


@transaction.atomic
def add_app(user: User, secret: str, code: str, *, first: bool) -> bool:
    """Take an app as hers, in place of the one before, when it shows a right code; that code is used then.

    `first`: only while she has nothing, because only then her password alone is enough.
    """
    step = matching_step(secret, code)
    _hold(user)
    if step is None or (first and has_one(user)):
        return False
    _put_app(user, {"secret": encrypt(secret), "last_step": step})
    return True


def _hold(user: User) -> None:
    """Changes of what she has stand in a row."""
    User.objects.select_for_update().get(pk=user.pk)


def _put_app(user: User, data: dict[str, Any]) -> None:
    Authenticator.objects.filter(user=user, type=Kind.TOTP).delete()
    Authenticator.objects.create(user=user, type=Kind.TOTP, data=data, created_at=clock.now())


# --- recovery codes ----------------------------------------------------------------------------


def looks_like_recovery(code: str) -> bool:
    return len(normalize_user_code(code)) > TOTP_DIGITS


def accept_recovery(user: User, code: str) -> bool:
    """Whether it is one of her recovery codes, unused; allauth marks it as used under a lock."""
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    return row is not None and has_one(user) and RecoveryCodes(row).validate_code(code)


@transaction.atomic
def make_recovery_codes(user: User) -> None:
    """New ones; those before no longer open anything."""
    _hold(user)
    Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)


def recovery_codes_to_show(user: User) -> list[str]:
    """Her codes until she says that she has kept them; then never again."""
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    return [] if row is None or RecoveryCodes(row).did_view else RecoveryCodes(row).generate_codes()


def recovery_codes_left(user: User) -> int:
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def recovery_codes_kept(user: User) -> None:
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    if row:
        RecoveryCodes(row).mark_as_viewed()


# --- passkeys ----------------------------------------------------------------------------------


def passkey_question(user: User) -> dict[str, Any]:
    """What the browser asks her passkey at the door. The challenge stands in the session until it is answered."""
    return webauthn.begin_authentication(user)


def accept_passkey(user: User, credential: str) -> bool:
    """Whether the answer, JSON, is signed by one of her passkeys over our challenge, which is used up."""
    try:
        row = webauthn.complete_authentication(user, _parsed(credential))
    except Refusals:
        return False
    finally:
        webauthn.clear_state()
    row.last_used_at = clock.now()
    row.save(update_fields=["last_used_at"])
    return True


def new_passkey_question(user: User) -> dict[str, Any]:
    """What the browser asks a passkey that shall become hers."""
    return webauthn.begin_registration(user, passwordless=False)


@transaction.atomic
def add_passkey(user: User, name: str, credential: str, *, first: bool) -> bool:
    """Take a passkey as hers; `credential` is the browser's answer, JSON. `first` as for an app."""
    try:
        answer = _parsed(credential)
        webauthn.parse_registration_response(answer)
        webauthn.complete_registration(answer)
    except Refusals:
        return False
    finally:
        webauthn.clear_state()
    _hold(user)
    if first and has_one(user):
        return False
    webauthn.WebAuthn.add(user, name, answer)
    return True


def _parsed(credential: str) -> dict[str, Any]:
    answer = json.loads(credential)
    if not isinstance(answer, dict):
        raise ValueError("not a credential")
    return answer


# --- taking away -------------------------------------------------------------------------------


class LastOne(Exception):
    """The last app or passkey stays: without one she could not come in."""


@transaction.atomic
def remove(user: User, pk: int) -> bool:
    """Take away one of hers; False when it is not hers. Raises LastOne."""
    _hold(user)
    hers = those_of(user)
    found = next((row for row in hers if row.pk == pk), None)
    if found is None:
        return False
    if len(hers) == 1:
        raise LastOne
    found.delete()
    return True


def remove_all(user: User) -> None:
    """She sets up a new one at her next sign-in."""
    Authenticator.objects.filter(user=user).delete()


# --- the invented practice ------------------------------------------------------------------------


def only_invented(user: User) -> bool:
    """Whether every practice she works in is an invented one; a person of none is not."""
    invented = set(Membership.objects.filter(user=user).values_list("practice__invented", flat=True))
    return invented == {True}


@transaction.atomic
def invent(user: User, secret: str) -> None:
    """Give a person of invented practices a seed that anybody may know. Refused for everybody else."""
    if not only_invented(user):
        raise BadInput(user=f"{user.email} works in a practice that is not invented; she sets up an app of her own")
    if not Authenticator.objects.filter(user=user).exists():
        _put_app(user, {"secret": encrypt(secret), "invented": True})


def invented_code(user: User) -> tuple[str, int]:
    """The next code that the door will take from an invented person, and the seconds until it does.

    Raises BadInput for anybody else.
    """
    row = Authenticator.objects.filter(user=user, type=Kind.TOTP, data__invented=True).first()
    if row is None or not only_invented(user):
        raise BadInput(user=f"{user.email} is not one of the invented people; her codes are on her own phone")
    now = step_now()
    step = max(now, row.data.get("last_step", -1) + 1)
    opens_at = (step - TOLERANCE) * STEP_SECONDS
    return code_of(decrypt(row.data["secret"]), step), max(0, opens_at - int(clock.now().timestamp()))
