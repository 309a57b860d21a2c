"""Claims on their way: chosen, written, handed over, or taken back."""

from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from claims.actions.making import check_claims
from claims.models import (
    Claim,
    ClaimEvent,
    Delivery,
    Direction,
    FileState,
    Interchange,
    TradingPartner,
)
from claims.outgoing import submission_of
from claims.x12 import claim_837p, second_opinion
from practice import audit, clock, numbers, work
from practice.findings import BadInput, Conflict, Severity
from practice.models import Job, Membership

STOPS = (Severity.CANNOT_GO, Severity.WILL_FAIL)
MOST = 500  # claims in one transaction set


@transaction.atomic
def add_partner(*, by: Membership, name: str, transport: str, submitter_id: str, receiver_id: str) -> TradingPartner:
    """A clearinghouse of the practice. Its answers are fetched from now on."""
    partner = TradingPartner.objects.create(
        name=name, transport=transport, submitter_id=submitter_id, receiver_id=receiver_id
    )
    work.put("claims.fetch", key=f"fetch:{partner.pk}", target=partner)
    audit.record("add trading partner", partner)
    return partner


@transaction.atomic
def submit(*, by: Membership, claims: Sequence[int], undo: int | None = None) -> Interchange:
    """Send claims: they are checked once more, and go out together after the time to take them back.

    `undo` is that time in seconds; the house's setting when it is not given.

    Of two people who submit the same list the second is told so: a claim is chosen under its row's lock.
    """
    chosen = list(Claim.objects.select_for_update().filter(pk__in=claims).order_by("pk"))
    ready = [claim for claim in chosen if claim.delivery == Delivery.MADE and not claim.held]
    checked = check_claims(ready)
    going = [claim for claim in checked if claim.worst not in STOPS]
    if not going:
        raise Conflict(_why_none(chosen, checked))
    if len(going) > MOST:
        raise BadInput(claims=f"One file takes {MOST} claims; choose fewer and submit the others after them")
    partner = TradingPartner.objects.order_by("id").first()
    if partner is None:
        raise BadInput(claims="No clearinghouse is set up to send claims to")
    control = numbers.take(f"isa:{partner.pk}")[0]
    interchange = Interchange.objects.create(
        partner=partner,
        direction=Direction.OUT,
        state=FileState.QUEUED,
        control_number=control,
        file_name=f"{partner.submitter_id}-{control:09d}.837",
        made_by=by,
    )
    _step(going, interchange, Delivery.QUEUED, by)
    work.put(
        f"claims.deliver.{partner.transport}",
        key=f"deliver:{interchange.pk}",
        target=interchange,
        after=settings.SEND_UNDO_SECONDS if undo is None else undo,
    )
    audit.record("submit claims", interchange, claims=len(going))
    return interchange


def _why_none(chosen: list[Claim], checked: list[Claim]) -> str:
    if any(claim.worst in STOPS for claim in checked):
        return "These claims must be mended first."
    if any(claim.delivery != Delivery.MADE for claim in chosen):
        return "These claims were already submitted."
    return "No claim was chosen."


def _step(
    claims: Sequence[Claim], interchange: Interchange, delivery: str, by: Membership | None, *, detail: str = ""
) -> None:
    """Move claims and leave an event row for each."""
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(
        delivery=delivery, interchange=None if delivery == Delivery.MADE else interchange
    )
    ClaimEvent.objects.bulk_create(
        ClaimEvent(claim=claim, by=by, what=delivery, detail=detail, interchange=interchange) for claim in claims
    )


@transaction.atomic
def take_back(*, by: Membership, interchange: Interchange) -> int:
    """Undo a submission before it left; how many claims came back. Conflict when it is too late."""
    interchange = Interchange.objects.select_for_update().get(pk=interchange.pk)
    if interchange.state == FileState.CANCELLED:
        raise Conflict("These claims were taken back already; they are under To submit.")
    if interchange.state != FileState.QUEUED or not work.cancel(delivery_job(interchange)):
        raise Conflict("These claims are on their way; they can no longer be taken back.")
    claims = list(interchange.claims.all())
    _step(claims, interchange, Delivery.MADE, by, detail="taken back")
    Interchange.objects.filter(pk=interchange.pk).update(state=FileState.CANCELLED)
    audit.record("take back claims", interchange, claims=len(claims))
    work.ring("claims.make_claims")
    return len(claims)


@transaction.atomic
def hold(*, by: Membership, claims: Sequence[int], held: bool = True) -> int:
    """Keep claims out of the next submission, or let them go again; how many changed."""
    rows = list(Claim.objects.select_for_update().filter(pk__in=claims, delivery=Delivery.MADE, held=not held))
    Claim.objects.filter(pk__in=[claim.pk for claim in rows]).update(held=held)
    what = "held" if held else "released"
    ClaimEvent.objects.bulk_create(ClaimEvent(claim=claim, by=by, what=what) for claim in rows)
    audit.record_many(what, rows)
    return len(rows)


def write_interchange(interchange: Interchange) -> Interchange:
    """The file's exact bytes, written once and stored with their hash before anything is sent.

    A file our own checks refuse is never sent: `work.Refused`.
    """
    if interchange.body is not None:
        return interchange
    try:
        text = claim_837p.write(submission_of(interchange))
    except ValueError as error:
        raise work.Refused(str(error)) from None
    complaints = second_opinion.check_837p(text)
    if complaints:
        raise work.Refused("; ".join(complaints)[:200])
    interchange.body = text.encode("ascii")
    interchange.sha256 = sha256(interchange.body).hexdigest()
    interchange.state = FileState.WRITTEN
    interchange.save(update_fields=["body", "sha256", "state"])
    return interchange


@transaction.atomic
def delivered(*, interchange: Interchange, by: Membership | None = None, detail: str = "") -> None:
    """The clearinghouse has the file. Said by the hand-over, by its acknowledgement, or by a person."""
    moved = Interchange.objects.filter(pk=interchange.pk, state=FileState.WRITTEN).update(
        state=FileState.SENT, sent_at=clock.now()
    )
    if not moved:
        return
    waiting = list(Claim.objects.select_for_update().filter(interchange=interchange, delivery=Delivery.QUEUED))
    _step(waiting, interchange, Delivery.SENT, by, detail=detail)
    work.ring("claims.make_claims")


@transaction.atomic
def stop_sending(*, interchange: Interchange, why: str) -> None:
    """Our own check refused the file: nothing left the house, its claims wait again, held."""
    claims = list(Claim.objects.select_for_update().filter(interchange=interchange))
    _step(claims, interchange, Delivery.MADE, None, detail="our own check stopped the file")
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(held=True)
    Interchange.objects.filter(pk=interchange.pk).update(
        state=FileState.FAILED, trouble=why[:200], body=interchange.body or b""
    )


def delivery_job(interchange: Interchange) -> Job:
    """The job that hands a file over."""
    return Job.objects.get(practice=interchange.practice_id, key=f"deliver:{interchange.pk}")


@transaction.atomic
def confirm_delivery(*, by: Membership, interchange: Interchange) -> None:
    """A person found out that an unknown hand-over did happen."""
    if not work.decide(delivery_job(interchange).pk, "a person confirmed it"):
        raise Conflict("This hand-over is no longer in doubt.")
    audit.record("confirm delivery", interchange)


@transaction.atomic
def deny_delivery(*, by: Membership, interchange: Interchange) -> None:
    """A person found out that an unknown hand-over never happened: it is done again."""
    if not work.retry(delivery_job(interchange).pk):
        raise Conflict("This hand-over is no longer in doubt.")
    audit.record("deny delivery", interchange)
