"""Verbs about calendar feeds: a new secret, none any more, and what feeds say of clients."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice import audit
from practice.findings import BadInput
from practice.link_doors import Door, DoorKind, door_to, open_door, shut_door
from practice.models import Clinician, Membership
from sessions.models import FeedRule, FeedWords


def clinician_of(member: Membership) -> Clinician | None:
    """Whose feed a member may make: her own, if she treats."""
    return Clinician.objects.filter(member=member).select_related("member__user").order_by("id").first()


def feed_of(clinician: Clinician) -> Door | None:
    return door_to(DoorKind.FEED, clinician.pk)


@transaction.atomic
def make_feed(*, by: Membership, clinician: Clinician) -> str:
    """The secret of a clinician's feed, shown once. The one before stops at once."""
    _require_own(by, clinician)
    secret = open_door(DoorKind.FEED, clinician.pk)
    audit.record("make calendar feed", clinician)
    return secret


@transaction.atomic
def revoke_feed(*, by: Membership, clinician: Clinician) -> bool:
    """Nobody reads her feed any more; whether anybody could."""
    _require_own(by, clinician)
    gone = shut_door(DoorKind.FEED, clinician.pk)
    if gone:
        audit.record("revoke calendar feed", clinician)
    return gone


def _require_own(by: Membership, clinician: Clinician) -> None:
    if clinician.member_id != by.pk:
        raise PermissionDenied("A clinician makes and revokes her own feed.")


def words() -> FeedWords:
    """What feeds of the present practice say of clients."""
    rule = FeedRule.objects.first()
    return FeedWords(rule.words) if rule else FeedWords.NONE


@transaction.atomic
def set_words(*, by: Membership, words: str) -> FeedRule:
    """What all feeds of the practice say of clients from now on."""
    if words not in FeedWords.values:
        raise BadInput(words="Feeds say nothing of clients, or their initials")
    rule, _ = FeedRule.objects.update_or_create(defaults={"words": words})
    audit.record("set feed words", rule, words=words)
    return rule
