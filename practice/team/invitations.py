"""Inviting somebody into the practice: a letter with a link that works once, for 72 hours.

The link's token is made of the row's nonce and SECRET_KEY, so that a worker can write it without it being kept
anywhere; kept is its hash. Accepting makes the account and the membership and nothing else: who accepted signs in
by the front door, second factor and all.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from practice import audit, clock, mail, work
from practice.findings import BadInput, Conflict
from practice.models import Letter, Membership, Practice, Role, User
from practice.permissions import Permission
from practice.team.actions import checked_roles
from practice.team.models import Invitation
from practice.tenancy import current_practice_id, tenant

LIVES = timedelta(hours=72)
TOKEN = re.compile(r"[0-9a-f]{64}")
GONE = "This invitation was accepted or taken back already"


@transaction.atomic
def invite(*, by: Membership, email: str, roles: Collection[str]) -> Invitation:
    """Write to somebody. Raises BadInput: she works here already, or was invited already."""
    wanted, address = checked_roles(roles), _address(email)
    Practice.objects.select_for_update().get(pk=by.practice_id)  # one invitation at a time
    member = Membership.objects.filter(practice=by.practice_id, user__email__iexact=address).first()
    if member:
        state = "already works here" if member.active else "worked here before; let her in again from the list"
        raise BadInput(email=f"{member.user.name} {state}")
    if Invitation.objects.filter(email=address, accepted_at=None, taken_back_at=None).exists():
        raise BadInput(email=f"{address} was invited already; send that invitation again from the list")
    invitation = Invitation(email=address, roles=wanted, by=by)
    return _send(invitation, "invite")


@transaction.atomic
def send_again(*, by: Membership, invitation: Invitation) -> Invitation:
    """A new letter for 72 hours more; the older one's link dies. Raises Conflict."""
    invitation = _still_there(invitation)
    invitation.by = by
    return _send(invitation, "send invitation again")


@transaction.atomic
def take_back(*, by: Membership, invitation: Invitation) -> Invitation:
    """The link opens nothing any more. Raises Conflict."""
    invitation = _still_there(invitation)
    invitation.taken_back_at = clock.now()
    invitation.save(update_fields=["taken_back_at"])
    audit.record("take back invitation", invitation)
    return invitation


def find(token: str) -> Invitation | None:
    """The invitation a link speaks of, whatever became of it."""
    if not TOKEN.fullmatch(token):
        return None
    return Invitation.objects.select_related("by__user").filter(token_hash=_hash(token)).first()


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """Somebody who has an account comes in. Only whom the letter was for. Raises Conflict."""
    if user.email.lower() != invitation.email:
        raise Conflict(f"This invitation is for {invitation.email}; sign in as that")
    return _accept(_still_open(invitation), user)


@transaction.atomic
def accept_new(*, invitation: Invitation, first_name: str, last_name: str, password: str) -> Membership:
    """Somebody new chooses her name and password and comes in. Raises BadInput, Conflict."""
    invitation = _still_open(invitation)
    if has_account(invitation):
        raise Conflict("There is an account for this email by now; sign in and accept")
    names = {"first_name": " ".join(first_name.split()), "last_name": " ".join(last_name.split())}
    user = User(email=invitation.email, **names)
    errors = {field: "Enter your name" for field, text in names.items() if not text or not text.isprintable()}
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        errors["password"] = " ".join(wrong.messages)
    if errors:
        raise BadInput(errors)
    user.set_password(password)
    user.save()
    return _accept(invitation, user)


def has_account(invitation: Invitation) -> bool:
    return User.objects.filter(email__iexact=invitation.email).exists()


def link(invitation: Invitation) -> str:
    """The address in the letter, on the host that people type."""
    slug = Practice.objects.values_list("slug", flat=True).get(pk=current_practice_id())
    return settings.PUBLIC_URL + reverse("invitation", args=[slug, _token(invitation.nonce)])


@mail.secrets("invitation")
def _link(letter: Letter) -> dict[str, str]:
    """The link, made as the letter goes out; an invitation that was answered or sent again meanwhile needs none."""
    invitation = Invitation.objects.get(pk=letter.about["invitation"])
    if not invitation.open or letter.about["sent_at"] != invitation.sent_at.isoformat():
        raise work.Refused("the invitation does not stand any more")
    return {"link": link(invitation)}


def _send(invitation: Invitation, verb: str) -> Invitation:
    invitation.nonce = token_hex(16)
    invitation.token_hash = _hash(_token(invitation.nonce))
    invitation.sent_at = clock.now()
    invitation.expires_at = invitation.sent_at + LIVES
    invitation.save()
    audit.record(verb, invitation, roles=invitation.roles)
    _post(invitation)
    return invitation


def _post(invitation: Invitation) -> None:
    """The letter says who asks whom where, as what; nothing else."""
    about = {
        "invitation": invitation.pk,
        "sent_at": invitation.sent_at.isoformat(),
        "host": invitation.by.user.name,
        "roles": ", ".join(Role(role).label for role in invitation.roles),
    }
    mail.send("invitation", to=invitation.email, about=about)


def _accept(invitation: Invitation, user: User) -> Membership:
    member = Membership.objects.create(
        practice_id=current_practice_id(), user=user, roles=list(invitation.roles), active=True
    )
    invitation.accepted_at, invitation.member = clock.now(), member
    invitation.save(update_fields=["accepted_at", "member"])
    with tenant(current_practice_id(), member):
        audit.record("accept invitation", invitation, roles=invitation.roles)
    return member


def _still_there(invitation: Invitation) -> Invitation:
    """Locked, and neither accepted nor taken back."""
    found = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if found.accepted_at or found.taken_back_at:
        raise Conflict(GONE)
    return found


def _still_open(invitation: Invitation) -> Invitation:
    found = _still_there(invitation)
    if found.over or found.token_hash != invitation.token_hash:
        raise Conflict("This link is older than 72 hours, or a newer letter has come; ask for another")
    if not (found.by.active and found.by.user.is_active and found.by.may(Permission.MANAGE_TEAM)):
        raise Conflict(f"{found.by.user.name} cannot invite anybody any more; ask for another invitation")
    if Membership.objects.filter(practice=found.practice_id, user__email__iexact=found.email).exists():
        raise Conflict("You work here already; sign in")
    return found


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput(email="Write the email as name@host, such as dana@clinic.com") from None
    return address


def _token(nonce: str) -> str:
    return salted_hmac("practice.invitation", nonce, algorithm="sha256").hexdigest()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
