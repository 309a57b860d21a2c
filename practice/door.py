"""The front door: who is let in, how often she may try, and what is written down of it.

A sign-in has two steps, the password and then a second factor (`second_factor.py`). Between them a browser
is nobody: the session only remembers for ten minutes whose password was right. Who has no second factor yet
is signed in far enough to set one up and no further (`middleware.SecondFactorMiddleware`).

Lock-out is counted from the log in the database, so neither a flushed cache nor a restart forgets it:
five wrong tries in 15 minutes close an account, thirty close an address of the network. Unknown accounts
are counted and refused in the same words as known ones. A full sign-in starts the account's count anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

from practice import clock, mail, second_factor
from practice.models import Membership, SignInAttempt, User
from practice.sign_in_tables import Outcome, Step
from practice.tenancy import tenant

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_NETWORK = 5, 30
LETTERS = 3  # for a forgotten password, within the window
HALF_WAY = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOT_HERS = "That is not your password. Try again."
ONE_AT_A_TIME = 77_003  # PostgreSQL's advisory lock: tries at one account stand in a row


class TooMany(Exception):
    """Not looked at: closed until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    @property
    def words(self) -> str:
        minutes = max(1, -int((clock.now() - self.until).total_seconds() // 60))
        wait = "1 minute" if minutes == 1 else f"{minutes} minutes"
        return f"Too many tries did not fit. You can try again in {wait}."


@dataclass(frozen=True)
class Caller:
    """Who stands at the door, as far as it can be told: hash of the address typed, network address, program."""

    account: str
    ip: str | None
    agent: str


def caller(request: Any, email: str) -> Caller:
    account = salted_hmac("practice.door.account", email.strip().lower(), algorithm="sha256").hexdigest()
    return Caller(account, network_address(request), request.headers.get("User-Agent", "")[:120])


def network_address(request: Any) -> str | None:
    """The direct peer's; behind one of TRUSTED_PROXIES, the last address that it did not vouch for itself."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    peer = request.META.get("REMOTE_ADDR") or None
    while peer in settings.TRUSTED_PROXIES and hops:
        peer = hops.pop()
    try:
        return str(ip_address((peer or "").partition("%")[0]))
    except ValueError:  # a unix socket has none
        return None


# --- tries -----------------------------------------------------------------------------------


def knock(who: Caller, step: Step, look: Callable[[], User | None], *, passed: Outcome = Outcome.PASSED) -> User | None:
    """One try: `look` answers with the person when what she showed is right. Raises TooMany, unlooked at.

    Tries at one account stand in a row, so that a hundred at once are still five.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [who.account, ONE_AT_A_TIME])
        until = closed_until(who)
        user = None if until else look()
        write(who, step, Outcome.REFUSED if until else passed if user else Outcome.FAILED, user)
    if until:
        raise TooMany(until)
    return user


def write(who: Caller, step: Step, outcome: Outcome, user: User | None = None) -> None:
    """A row of the sign-in log. Whose account it is, is known even when the try was wrong."""
    SignInAttempt.objects.create(
        account=who.account, ip=who.ip, agent=who.agent, step=step, outcome=outcome, user=user, at=clock.now()
    )


def closed_until(who: Caller, *, feeds: bool = False) -> datetime | None:
    """Until when this account, or this address of the network, is closed; None when it is open. Calendar `feeds` are
    counted apart: a program that asks for an old one shuts nobody out.
    """
    since = clock.now() - WINDOW
    tries = SignInAttempt.objects.filter(account=who.account, at__gt=since)
    entered = tries.filter(outcome=Outcome.SIGNED_IN).order_by("-pk").values_list("pk", flat=True).first()
    by_account = tries.filter(outcome=Outcome.FAILED, pk__gt=entered or 0)
    failed = SignInAttempt.objects.filter(ip=who.ip, at__gt=since, outcome=Outcome.FAILED)
    by_network = failed.filter(step=Step.FEED) if feeds else failed.exclude(step=Step.FEED)
    ends = [_nth_last(by_account, PER_ACCOUNT), _nth_last(by_network, PER_NETWORK) if who.ip else None]
    return max((end + WINDOW for end in ends if end), default=None)


def _nth_last(failures: Any, n: int) -> datetime | None:
    """When the nth failure from the end was: with it gone from the window, fewer than n are left."""
    moments: list[datetime] = list(failures.order_by("-at").values_list("at", flat=True)[n - 1 : n])
    return moments[0] if moments else None


def check_password(request: Any, email: str, password: str) -> User | None:
    """The person whose password it is. Costs the same time for an address nobody has."""

    def look() -> User | None:
        found = authenticate(request, username=email.strip(), password=password)
        return found if isinstance(found, User) else None

    return knock(caller(request, email), Step.PASSWORD, look)


def password_fits(request: Any, password: str) -> bool:
    """Whether it is the password of who is signed in. Counted like a sign-in: an open screen is no place to guess.
    Raises TooMany, unlooked at.
    """
    return check_password(request, request.user.email, password) == request.user


def password_problem(request: Any, password: str) -> str:
    """What is wrong with the password of who is signed in, in a sentence; counted too."""
    try:
        return "" if password_fits(request, password) else NOT_HERS
    except TooMany as closed:
        return closed.words


def check_code(request: Any, user: User, code: str) -> bool:
    """Whether a code of her app, or a recovery code, is right and new; she is in then."""
    recovery = second_factor.looks_like_recovery(code)
    accept = second_factor.accept_recovery if recovery else second_factor.accept_app
    return _second(request, user, Step.RECOVERY if recovery else Step.CODE, lambda: accept(user, code))


def check_passkey(request: Any, user: User, credential: str) -> bool:
    """Whether the browser's answer is one of her passkeys'; she is in then."""
    return _second(request, user, Step.PASSKEY, lambda: second_factor.accept_passkey(user, credential))


def _second(request: Any, user: User, step: Step, accepted: Callable[[], bool]) -> bool:
    who = caller(request, user.email)
    if knock(who, step, lambda: user if accepted() else None, passed=Outcome.SIGNED_IN) is None:
        return False
    come_in(request, user)
    return True


# --- the session -----------------------------------------------------------------------------


def stand_half_way(request: Any, user: User) -> str:
    """Her password was right. Answers with the view that comes next.

    Who has no second factor goes on to set one up, and can reach nothing else.
    """
    if not second_factor.has_one(user):
        login(request, user, backend=BACKEND)
        return "set_up"
    logout(request) if request.user.is_authenticated else request.session.cycle_key()
    request.session["half_way"] = {
        "user": user.pk,
        "held_to": user.get_session_auth_hash(),
        "at": clock.now().timestamp(),
    }
    return "second_step"


def half_way(request: Any) -> User | None:
    """The person from whom the second step is awaited, in this browser."""
    if request.user.is_authenticated:
        return request.user if "second_factor_at" not in request.session else None
    stands = request.session.get("half_way")
    if not stands or clock.now().timestamp() - stands["at"] > HALF_WAY.total_seconds():
        return None
    user = User.objects.filter(pk=stands["user"], is_active=True).first()
    same = user is not None and constant_time_compare(stands["held_to"], user.get_session_auth_hash())
    return user if same else None


def come_in(request: Any, user: User) -> None:
    """She is in: the key of the session changes, and it says when she signed in and when with what second factor."""
    request.session.pop("half_way", None)
    login(request, user, backend=BACKEND)
    request.session.cycle_key()  # login() leaves it when the same person stood half-way in this session
    request.session["signed_in_at"] = request.session["second_factor_at"] = int(clock.now().timestamp())


def safe_next(request: Any, address: str) -> str:
    """`address` when it leads to a page of this house, else nothing."""
    inside = (
        address.startswith("/")
        and not address.startswith("//")
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )
    return address if inside and address.isprintable() else ""


def posted(request: Any) -> Any:
    """What a form is bound to: also when nothing at all was sent, so that it says what is missing."""
    return request.POST if request.method == "POST" else None


# --- telling her -----------------------------------------------------------------------------


def tell(user: User, kind: str, **about: str) -> bool:
    """Send her a letter, carried by one of her practices; False when she has none that is open."""
    member = (
        Membership.objects.filter(user=user, active=True, practice__active=True, user__is_active=True)
        .order_by("practice_id")
        .first()
    )
    if member is None:
        return False
    with tenant(member.practice_id):
        mail.send(kind, to=user, about=about)
    return True
