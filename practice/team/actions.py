"""Verbs about people of the practice: what each may do, and whether she may come in at all.

Nobody changes her own roles. One owner always remains: who changes another is an owner herself, which is asked
under a lock on the owners' rows. Of two owners who take it from each other at once, the second is none any more.
"""

from collections.abc import Collection

from django.db import transaction

from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Membership, Role

OWN = "Nobody changes her own roles or her own way in; ask another owner"
NO_OWNER = "You are not an owner any more; ask one"


def checked_roles(roles: Collection[str]) -> list[str]:
    """Roles in the order of the list, each once. Raises BadInput."""
    if not roles or not set(roles) <= set(Role.values):
        raise BadInput(roles="Choose at least one role: " + ", ".join(Role.labels).lower())
    return [role for role in Role.values if role in roles]


@transaction.atomic
def change_roles(*, by: Membership, member: Membership, roles: Collection[str]) -> Membership:
    """What a member may do from her next click on. Raises BadInput, Conflict."""
    wanted = checked_roles(roles)
    _lock(by, member)
    before, member.roles = list(member.roles), wanted
    member.save(update_fields=["roles"])
    audit.record("change roles", member, before=before, after=wanted)
    return member


@transaction.atomic
def set_active(*, by: Membership, member: Membership, active: bool) -> Membership:
    """Let a member in or keep her out, from her next click on. What she did stays hers. Raises Conflict."""
    _lock(by, member)
    if member.active != active:
        member.active = active
        member.save(update_fields=["active"])
        audit.record("enable member" if active else "disable member", member)
    return member


def _lock(by: Membership, member: Membership) -> None:
    """The owners who can come in, then the member; `by` is another and one of them."""
    if by.pk == member.pk:
        raise Conflict(OWN)
    rows = Membership.objects.select_for_update(of=("self",)).filter(practice=member.practice_id)
    owners = rows.filter(roles__contains=[Role.OWNER], active=True).order_by("pk")
    if by.pk not in [owner.pk for owner in owners]:
        raise Conflict(NO_OWNER)
    member.refresh_from_db(fields=["roles", "active"], from_queryset=rows)
