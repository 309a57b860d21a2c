"""What comes back from a clearinghouse: stored first, then read; what cannot be read is set aside, named."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256

from django.db import OperationalError, transaction
from django.db.models import Q

from claims.actions.remitting import take_remittances
from claims.actions.submitting import delivered, delivery_job
from claims.models import (
    Acknowledgement,
    AcknowledgementKind,
    Claim,
    ClaimEvent,
    Decision,
    Delivery,
    Direction,
    FileState,
    Interchange,
    TradingPartner,
)
from claims.x12 import ack_999, status_277ca
from claims.x12.ack_999 import FileAnswer
from claims.x12.segments import BadFile, Reader, at
from claims.x12.status_277ca import ClaimsAnswer, ClaimStatus
from practice import audit, clock, work
from practice.identifiers import whole, with_check_digit

log = logging.getLogger(__name__)
DUPLICATE = "19"  # AK905: this group was received before
UNDECIDED = (Delivery.QUEUED, Delivery.SENT, Delivery.RECEIVED)


@transaction.atomic
def set_aside(*, partner: TradingPartner, name: str, why: str) -> None:
    """Name a file that is not even taken in; it stays where the clearinghouse's taken files lie."""
    row = Interchange(
        partner=partner,
        direction=Direction.IN,
        state=FileState.QUARANTINED,
        file_name=name[:100],
        body=b"",
        sha256=sha256(f"{name}\n{why}".encode()).hexdigest(),  # there are no bytes; another size is another file
        trouble=why[:200],
    )
    Interchange.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def store_inbound(*, partner: TradingPartner, name: str, body: bytes) -> Interchange | None:
    """Keep a file as it came; None when these very bytes were kept before."""
    digest = sha256(body).hexdigest()
    made = Interchange(
        partner=partner,
        direction=Direction.IN,
        state=FileState.RECEIVED,
        file_name=name[:100],
        body=body,
        sha256=digest,
    )
    Interchange.objects.bulk_create([made], ignore_conflicts=True)
    mine = Interchange.objects.filter(sha256=digest, direction=Direction.IN, made_at=made.made_at).first()
    if mine:
        work.ring("claims.read_answers")
    return mine


def read_answers() -> bool:
    """Read one stored file; True when there may be more."""
    waiting = Interchange.objects.select_for_update(skip_locked=True).filter(
        direction=Direction.IN, state=FileState.RECEIVED
    )
    interchange = waiting.order_by("id").first()
    if interchange is None:
        return False
    try:
        with transaction.atomic():
            _read(interchange)
    except BadFile as bad:
        quarantine(interchange=interchange, why=str(bad))
    except OperationalError:
        raise  # the database, not the file
    except Exception as error:  # an odd file must not keep the next from being read
        log.exception("file %s", interchange.pk)
        quarantine(
            interchange=interchange, why=f"We cannot read it ({type(error).__name__}). Tell who looks after Caseload."
        )
    else:
        Interchange.objects.filter(pk=interchange.pk).update(state=FileState.READ)
    return True


def quarantine(*, interchange: Interchange, why: str) -> None:
    """Set a file aside with a named reason; nothing else changes."""
    Interchange.objects.filter(pk=interchange.pk).update(state=FileState.QUARANTINED, trouble=why[:200])
    audit.record("quarantine", interchange, why=why[:200])


def _read(interchange: Interchange) -> None:
    body = bytes(interchange.body or b"")
    _must_be_for_us(body, interchange.partner)
    match _transaction_set(body):
        case "999":
            told = _each(ack_999.read(Reader(body)), partial(_take_file_answer, interchange))
        case "277":
            told = _each(status_277ca.read(Reader(body)), partial(_take_statuses, interchange))
        case "835":
            told = take_remittances(interchange, body)
        case other:
            raise BadFile("unknown_set", f"We have no use for a {other or 'file without a transaction set'}.")
    if not told:
        raise BadFile("says_nothing", "It holds no answer.")


def _each[T](answers: list[T], take: Callable[[T], None]) -> int:
    for answer in answers:
        take(answer)
    return len(answers)


def _must_be_for_us(body: bytes, partner: TradingPartner) -> None:
    first = next(iter(Reader(body)), None)
    if first and first[0] == "ISA" and at(first, 8).strip() not in ("", partner.submitter_id):
        raise BadFile("not_for_us", f"It is addressed to {at(first, 8).strip()}, not to {partner.submitter_id}.")


def _transaction_set(body: bytes) -> str:
    return next((at(segment, 1) for segment in Reader(body) if segment[0] == "ST"), "")


def _take_file_answer(interchange: Interchange, answer: FileAnswer) -> None:
    """999: the file could be read, or it could not and its claims are rejected.

    A duplicate (AK905 19) is told of a file that had its answer before: nothing changes.
    """
    ours = Interchange.objects.filter(
        partner=interchange.partner, direction=Direction.OUT, control_number=answer.group_control
    ).first()
    if ours is None or ours.body is None:
        raise BadFile("unknown_file", f"It answers file {answer.group_control}, which we never sent.")
    _arrived(ours)
    if DUPLICATE in answer.reasons:
        return
    claims = list(Claim.objects.select_for_update().filter(interchange=ours, delivery__in=UNDECIDED).order_by("id"))
    # Our files hold one transaction set; a partial answer (P) says of that set whether it was taken.
    accepted = answer.accepted or (answer.code == "P" and all(one.accepted for one in answer.sets))
    Acknowledgement.objects.create(
        interchange=interchange,
        answers=ours,
        kind=AcknowledgementKind.FILE,
        accepted=len(claims) if accepted else 0,
        rejected=0 if accepted else len(claims),
    )
    said = "the file could be read" if accepted else f"the whole file was rejected (AK9 {answer.code})"
    _advance([(claim, said) for claim in claims], interchange, Delivery.RECEIVED if accepted else Delivery.REJECTED)


def _arrived(ours: Interchange) -> None:
    """An answer to a file proves that it arrived, whatever the hand-over could tell."""
    job = delivery_job(ours)
    if not work.decide(job.pk, "the clearinghouse answered it"):
        work.cancel(job)  # somebody said that it never arrived; it must not go out once more
        delivered(interchange=ours, detail="the clearinghouse answered it")


def _take_statuses(interchange: Interchange, answer: ClaimsAnswer) -> None:
    """277CA: the payer has each claim or refuses it at the door."""
    by_control = _claims_by_control([s.control for s in answer.statuses if s.level == "claim"])
    told = [
        (claim, status)
        for status in answer.statuses
        if status.level == "claim" and (claim := by_control.get(status.control)) and claim.interchange_id
    ] or _whole_file(interchange, answer)
    _keep_payer_numbers(told)
    for accepted, delivery in ((True, Delivery.ACCEPTED), (False, Delivery.REJECTED)):
        _advance([(claim, _told(one)) for claim, one in told if one.accepted is accepted], interchange, delivery)
    files: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for claim, status in told:
        files[claim.interchange_id or 0][0 if status.accepted else 1] += 1
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            interchange=interchange,
            answers_id=ours,
            kind=AcknowledgementKind.CLAIMS,
            accepted=accepted,
            rejected=rejected,
        )
        for ours, (accepted, rejected) in files.items()
    )


def _claims_by_control(controls: Sequence[str]) -> dict[str, Claim]:
    numbers = {number for control in controls if (number := whole(control[:-1])) is not None}
    found = Claim.objects.select_for_update().filter(number__in=numbers).order_by("id")
    return {with_check_digit(claim.number): claim for claim in found}


def _whole_file(interchange: Interchange, answer: ClaimsAnswer) -> list[tuple[Claim, ClaimStatus]]:
    """The claims of a file that is turned away at the door without a word on each."""
    refusal = next((status for status in answer.statuses if not status.accepted and status.level != "claim"), None)
    control = whole(answer.batch)
    if refusal is None or control is None:
        return []
    ours = Claim.objects.select_for_update().filter(
        interchange__partner=interchange.partner_id,
        interchange__direction=Direction.OUT,
        interchange__control_number=control,
    )
    return [(claim, refusal) for claim in ours.order_by("id")]


def _keep_payer_numbers(told: Sequence[tuple[Claim, ClaimStatus]]) -> None:
    numbered = [(claim, status.payer_claim_number[:50]) for claim, status in told if status.payer_claim_number]
    for claim, number in numbered:
        claim.payer_claim_number = number
    Claim.objects.bulk_update([claim for claim, _ in numbered], ["payer_claim_number"])


def _told(status: ClaimStatus) -> str:
    return f"{status.category}:{status.code} {status.message}".strip(" :")


# A status only moves forward: a late "accepted" undoes neither a rejection nor a decision.
MAY_BECOME = {
    Delivery.RECEIVED: (Delivery.QUEUED, Delivery.SENT),
    Delivery.ACCEPTED: UNDECIDED,
    Delivery.REJECTED: (*UNDECIDED, Delivery.ACCEPTED),
}


def _advance(told: Sequence[tuple[Claim, str]], interchange: Interchange, delivery: Delivery) -> None:
    """Move the claims that may still become `delivery`, each with an event that says what was told of it."""
    old = MAY_BECOME[delivery]
    moving = [(claim, said) for claim, said in told if claim.delivery in old and claim.decision == Decision.NONE]
    if not moving:
        return
    moved = Q(pk__in=[claim.pk for claim, _ in moving], delivery__in=old, decision=Decision.NONE)
    Claim.objects.filter(moved).update(delivery=delivery)
    ClaimEvent.objects.bulk_create(
        ClaimEvent(claim=claim, what=delivery, detail=said[:200], interchange=interchange, at=clock.now())
        for claim, said in moving
    )
