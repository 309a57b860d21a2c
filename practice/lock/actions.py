"""Verbs of a signed-in browser: begin, touch, lock, open, end; and the PIN of a device."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from practice import clock, door
from practice.findings import BadInput
from practice.lock import rules
from practice.lock.models import DevicePin, SignIn
from practice.models import Membership, User

KEPT = timedelta(days=7)  # an ended sign-in is remembered far longer than its session can live


def hashed(key: str) -> str:
    """What is kept of a session's key or of a device's secret."""
    return sha256(key.encode()).hexdigest()


def _minutes(user: Any) -> QuerySet:
    """The shortest time of the practices a person works in: one browser shows them all."""
    rows = Membership.objects.filter(user=user, active=True, practice__active=True).order_by()
    return rows.values("user").annotate(least=Min("practice__idle_minutes")).values("least")


def present(request: Any) -> Any:
    """The sign-in of a request's session, with `minutes` until its lock; begun when it is new. One query."""
    key = hashed(request.session.session_key)
    rows = SignIn.objects.annotate(minutes=Coalesce(Subquery(_minutes(OuterRef("user"))), rules.USUAL))
    return rows.filter(key_hash=key).first() or _begin(request, rows, key)


def _begin(request: Any, rows: QuerySet[SignIn], key: str) -> Any:
    now = clock.now()
    request.session.setdefault("signed_in_at", now.timestamp())
    begun_at = signed_in_at(request) or now
    agent = request.headers.get("User-Agent", "")
    SignIn.objects.get_or_create(
        key_hash=key,
        defaults={
            "user": request.user,
            "begun_at": begun_at,
            "active_at": now,
            "device": rules.device(agent),
            "ip": rules.address(request.META.get("REMOTE_ADDR", "")),
        },
    )
    return rows.get(key_hash=key)


def signed_in_at(request: Any) -> datetime | None:
    """When the person went through the whole front door in this session."""
    return _moment(request.session.get("signed_in_at"))


def second_factor_at(request: Any) -> datetime | None:
    """When the person showed a second factor in this session."""
    return _moment(request.session.get("second_factor_at"))


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None


def begin_again(sign_in: SignIn, at: datetime) -> None:
    """A full sign-in over a locked browser opens it, and its twelve hours begin anew. An ended one stays ended."""
    sign_in.begun_at, sign_in.active_at, sign_in.locked_at, sign_in.wrong = at, at, None, 0
    sign_in.save(update_fields=["begun_at", "active_at", "locked_at", "wrong"])


def touch(sign_in: SignIn, now: datetime) -> None:
    """A person did something at `now`. Written at most every five seconds, so the lock comes never too late."""
    if now - sign_in.active_at >= rules.PRECISE:
        open_ones = SignIn.objects.filter(pk=sign_in.pk, locked_at=None, ended_at=None)
        open_ones.filter(active_at__lt=now).update(active_at=now)


def lock(sign_in: SignIn, now: datetime) -> None:
    """Lock it. A longer time chosen afterwards does not open it again."""
    if sign_in.locked_at is None:
        sign_in.locked_at = now
        SignIn.objects.filter(pk=sign_in.pk, locked_at=None).update(locked_at=now)


def unlock(request: Any) -> None:
    """Open the lock. Any factor that was verified may call it: password, PIN or passkey."""
    SignIn.objects.filter(pk=request.sign_in.pk).update(locked_at=None, active_at=clock.now(), wrong=0)


def end(rows: QuerySet[SignIn]) -> int:
    """End sign-ins: the next request of each finds itself signed out."""
    return rows.filter(ended_at=None).update(ended_at=clock.now())


def open_sign_ins(user: Any) -> QuerySet[SignIn]:
    """Where a person is signed in, the last used first."""
    alive = SignIn.objects.filter(user=user, ended_at=None, begun_at__gt=clock.now() - rules.WHOLE_DAY)
    return alive.order_by("-active_at", "-pk")


def forget_sign_ins() -> int:
    """Nightly: a week after its last use a sign-in is forgotten; its session is long dead."""
    return SignIn.objects.filter(active_at__lt=clock.now() - KEPT).delete()[0]


# --- opening ---------------------------------------------------------------------------------


def open_with_password(request: Any, password: str) -> None:
    """The fifth wrong password ends the sign-in: the front door, with its own lock-out, is what remains.

    One that the door did not look at, because somebody tried too often elsewhere, was not wrong.
    """
    try:
        fits = door.password_fits(request, password)
    except door.TooMany as closed:
        raise BadInput(password=closed.words) from None
    if fits:
        unlock(request)
        return
    mine = SignIn.objects.filter(pk=request.sign_in.pk)
    mine.update(wrong=F("wrong") + 1)
    if end(mine.filter(wrong__gte=rules.TRIES)):
        raise BadInput(password=f"That was wrong {rules.TRIES} times. Sign in from the start.")
    raise BadInput(password=door.NOT_HERS)


def open_with_pin(request: Any, device: str, pin: str) -> None:
    """The PIN of this person on this device, while a second factor was shown in this session within twelve hours."""
    with transaction.atomic():
        row = pin_row(request, device, DevicePin.objects.select_for_update())
        if row is None:
            raise BadInput(pin="There is no PIN here. Use your password.")
        if check_password(pin, row.pin):
            DevicePin.objects.filter(pk=row.pk).update(wrong=0)
            unlock(request)
            return
        left = rules.TRIES - row.wrong - 1
        if left:
            DevicePin.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        else:
            row.delete()
    if not left:
        raise BadInput(pin=f"That was wrong {rules.TRIES} times. The PIN is removed; use your password.")
    raise BadInput(pin=f"That is not your PIN. {left} {'try' if left == 1 else 'tries'} left.")


def pin_row(request: Any, device: str, rows: QuerySet[DevicePin] | None = None) -> DevicePin | None:
    """The PIN that may open this session on this device; None when the password must."""
    shown = second_factor_at(request)
    if not device or shown is None or rules.over(shown, clock.now()):
        return None
    return (
        (DevicePin.objects.all() if rows is None else rows)
        .filter(user=request.user, device_hash=hashed(device))
        .first()
    )


def set_pin(request: Any, *, device: str, pin: str, password: str) -> DevicePin:
    """Six digits for this device. The password is asked for: who finds an open page cannot set one."""
    problems = {"pin": rules.pin_problem(pin), "password": door.password_problem(request, password)}
    wrong = {field: problem for field, problem in problems.items() if problem}
    if wrong:
        raise BadInput(wrong)
    row, _ = DevicePin.objects.update_or_create(
        user=request.user,
        device_hash=hashed(device),
        defaults={"pin": make_password(pin), "wrong": 0, "made_at": clock.now()},
    )
    return row


def remove_pin(*, user: User, device: str) -> int:
    """This device asks for the password again."""
    return DevicePin.objects.filter(user=user, device_hash=hashed(device)).delete()[0]


def has_pin(user: Any, device: str) -> bool:
    """Whether this device has a PIN of the person."""
    return bool(device) and DevicePin.objects.filter(user=user, device_hash=hashed(device)).exists()


def zone_of(user: Any) -> str:
    """The zone in which times are written for a person outside any practice: that of her first one."""
    zones = Membership.objects.filter(user=user, active=True).order_by("pk").values_list("practice__zone", flat=True)
    return zones.first() or "UTC"
