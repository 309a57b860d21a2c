"""Verbs about people of the practice: what each may do, and whether she may come in at all.

Nobody changes her own roles, and one owner always remains: both are asked under a lock on the owners' rows.
"""

from collections.abc import Collection

from django.db import transaction

from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Membership, Role

OWN = "Nobody changes her own roles or her own way in; ask another owner"
LAST = "She is the only owner who can come in. Make somebody else an owner first"


def checked_roles(roles: Collection[str]) -> list[str]:
    """Roles in the order of the list, each once. Raises BadInput."""
    if not roles or not set(roles) <= set(Role.values):
        raise BadInput(roles="Choose at least one role: " + ", ".join(Role.labels).lower())
    return [role for role in Role.values if role in roles]


@transaction.atomic
def change_roles(*, by: Membership, member: Membership, roles: Collection[str]) -> Membership:
    """What a member may do from her next click on. Raises BadInput, Conflict."""
    wanted, owners = checked_roles(roles), _lock(by, member)
    if Role.OWNER not in wanted and owners == {member.pk}:
        raise Conflict(LAST)
    before, member.roles = list(member.roles), wanted
    member.save(update_fields=["roles"])
    audit.record("change roles", member, before=before, after=wanted)
    return member


@transaction.atomic
def set_active(*, by: Membership, member: Membership, active: bool) -> Membership:
    """Let a member in or keep her out; from her next click on. What she did stays hers. Raises Conflict."""
    owners = _lock(by, member)
    if not active and owners == {member.pk}:
        raise Conflict(LAST)
    if member.active != active:
        member.active = active
        member.save(update_fields=["active"])
        audit.record("enable member" if active else "disable member", member)
    return member


def _lock(by: Membership, member: Membership) -> set[int]:
    """Ids of the owners who can come in. Locked with the member: of two changes at once the second sees the first's."""
    if by.pk == member.pk:
        raise Conflict(OWN)
    rows = Membership.objects.select_for_update(of=("self",)).filter(practice=member.practice_id)
    found = list(rows.filter(roles__contains=[Role.OWNER], active=True).order_by("pk"))
    if by.pk not in {owner.pk for owner in found}:
        raise Conflict("You are not an owner any more; ask one")
    member.refresh_from_db(fields=["roles", "active"], from_queryset=rows)
    return {owner.pk for owner in found}
