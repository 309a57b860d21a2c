"""Verbs of emergency access: open a chart, or keep that none was found; end it."""

from datetime import date

from django.db import transaction

from clients.emergency import LASTS, EmergencyAccess, EmergencyEnd
from clients.models import Client
from practice import audit, clock, mail
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import AuditEvent, Membership, Role

SHORTEST = 10  # characters of a reason
LONGEST = 200
TRIES = 5  # in an hour; a birthday must not be found by trying
NOT_FOUND = "emergency not found"


def open_chart(*, by: Membership, number: int, birth_on: date, reason: str) -> Client:
    """Open the chart with exactly this number and birthday, for an hour; one that is hers anyway is only found.

    BadInput names a short reason, or `number` when there is no such chart; Conflict after too many of those. That
    she missed is kept, without what was typed: who catches the BadInput must not roll back.
    """
    reason = " ".join(reason.split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise BadInput(reason=f"Say why, in {SHORTEST} to {LONGEST} characters; the owner reads it")
    found = _looked_for(by, number, birth_on, reason)
    if found is None:
        raise BadInput(number="No chart has this number together with this birthday")
    return found


@transaction.atomic
def _looked_for(by: Membership, number: int, birth_on: date, reason: str) -> Client | None:
    """A miss is not raised in here: rolling back would let go of the lock before the miss can be counted."""
    one_at_a_time(f"emergency of {by.pk}")  # until what was missed is kept: tries at once are still five
    misses = AuditEvent.objects.filter(member=by, kind="emergency", verb=NOT_FOUND, at__gt=clock.now() - LASTS)
    if misses.count() >= TRIES:
        raise Conflict("Five charts were not found within an hour. Ask the owner, or wait.")
    found = Client.objects.filter(number=number, birth_on=birth_on).first()
    if found is None:
        audit.record(NOT_FOUND, by)
    elif not Client.objects.visible_to(by).filter(pk=found.pk).exists():
        _open(by, found, reason)
    return found


def _open(by: Membership, client: Client, reason: str) -> None:
    now = clock.now()
    made = EmergencyAccess.objects.create(client=client, member=by, reason=reason, opened_at=now, until=now + LASTS)
    audit.record("open in emergency", made, client_id=client.pk, reason=reason)
    for owner in Membership.objects.filter(
        practice=by.practice, active=True, roles__contains=[Role.OWNER]
    ).select_related("user"):
        about = {"by": by.user.name, "slug": by.practice.slug}
        mail.send("emergency_opened", to=owner.user, about=about)


@transaction.atomic
def end(*, by: Membership, access: EmergencyAccess) -> None:
    """End it now. One that is ended or over already stays as it is."""
    if access.until <= clock.now():
        return
    _, made = EmergencyEnd.objects.get_or_create(access=access, defaults={"by": by})
    if made:
        audit.record("end emergency", access, client_id=access.client_id)
