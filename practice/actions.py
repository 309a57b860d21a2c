"""Verbs of the practice itself: founding it, its places and its people."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice import audit, clock, mail, second_factor, tenancy
from practice.findings import BadInput
from practice.identifiers import npi_problem
from practice.lock import actions as lock
from practice.lock import rules as lock_rules
from practice.models import Clinician, IdempotencyKey, Location, Membership, Practice, PracticeProfile, Role, User
from practice.permissions import Permission

ANSWERS_KEPT = timedelta(days=1)
FORGOTTEN = {"detail": "This was done before; its answer is no longer kept. Read the thing itself."}


@transaction.atomic
def found_practice(*, slug: str, name: str, zone: str, invented: bool = False) -> Practice:
    """A new practice, empty. Whoever calls it goes on inside `tenant(practice)`.

    `invented`, for ever: nobody real works or is treated there, and its people's second factors may be known.
    """
    if Practice.objects.filter(slug=slug).exists():
        raise BadInput(slug=f"“{slug}” is taken; choose another short name")
    return Practice.objects.create(slug=slug, name=name, zone=zone, invented=invented)


@transaction.atomic
def set_profile(*, by: Membership, **fields: str) -> PracticeProfile:
    """What claims and invoices say about the practice."""
    _require_npi(fields.get("npi", ""), "npi")
    profile, _ = PracticeProfile.objects.update_or_create(defaults=fields)
    audit.record("set profile", profile)
    return profile


@transaction.atomic
def add_member(
    *, practice: Practice, email: str, first_name: str, last_name: str, roles: list[Role], password: str
) -> Membership:
    """A person with roles in the practice; her account is made if the e-mail is new."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User(email=email.lower(), first_name=first_name, last_name=last_name)
        user.set_password(password)
        user.save()
    return Membership.objects.create(practice=practice, user=user, roles=[str(role) for role in roles])


@transaction.atomic
def reset_second_factor(*, by: Membership, member: Membership) -> None:
    """An owner takes away all second factors of a colleague who lost hers, inside their practice.

    Her sign-ins end and she gets a letter; after her password she sets up a new one. Raises BadInput for one's
    own (a stolen open screen would be enough), for who is not an owner, and for another practice's people.
    """
    if Role.OWNER not in by.roles or not by.active:
        raise BadInput(member="Only an owner of the practice can reset a second step")
    if by.user_id == member.user_id:
        raise BadInput(member="You cannot reset your own second step; another owner can, or use a recovery code")
    if member.practice_id != tenancy.current_practice_id() or by.practice_id != member.practice_id:
        raise BadInput(member="She does not work in this practice")
    second_factor.remove_all(member.user)
    lock.end(lock.open_sign_ins(member.user))
    audit.record("reset second factor", member)
    mail.send("second_factor_reset", to=member.user, about={"by": by.user.name})


@transaction.atomic
def add_location(*, by: Membership, **fields: str) -> Location:
    """A place of treatment."""
    location = Location.objects.create(**fields)
    audit.record("add location", location)
    return location


@transaction.atomic
def add_clinician(*, by: Membership, member: Membership, npi: str = "", **fields: Any) -> Clinician:
    """A member who treats. A therapist needs an NPI; an assistant is billed under her supervisor."""
    if npi or not fields.get("assistant"):
        _require_npi(npi, "npi")
    clinician = Clinician.objects.create(member=member, npi=npi, **fields)
    audit.record("add clinician", clinician)
    return clinician


@transaction.atomic
def set_idle_minutes(*, by: Membership, minutes: int) -> Practice:
    """After how many minutes without use a page of this practice locks: 5 to 60."""
    problem = lock_rules.minutes_problem(minutes)
    if problem:
        raise BadInput(minutes=problem)
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    before, practice.idle_minutes = practice.idle_minutes, minutes
    practice.save(update_fields=["idle_minutes"])
    audit.record("set idle minutes", practice, before=before, after=minutes)
    return practice


@transaction.atomic
def end_sign_ins(*, by: Membership, member: Membership) -> int:
    """Sign a member out wherever she is signed in; the number of browsers. Each is out at its next request."""
    if not by.may(Permission.SET_SECURITY) or by.practice_id != member.practice_id:
        raise PermissionDenied("Only an owner of the practice may sign somebody else out.")
    ended = lock.end(lock.open_sign_ins(member.user))
    audit.record("end sign-ins", member, ended=ended)
    return ended


def _require_npi(npi: str, field: str) -> None:
    problem = npi_problem(npi)
    if problem:
        raise BadInput({field: problem})


def forget_answers() -> int:
    """Empty the answers of API writes older than a day; the keys stay, so that nothing is done twice."""
    old = IdempotencyKey.objects.filter(at__lt=clock.now() - ANSWERS_KEPT).exclude(answer=FORGOTTEN)
    return old.update(answer=FORGOTTEN)
