"""The two answers before payment: 999 (the file could be read) and 277CA (each claim was taken or not)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from claims.clearinghouse.sandbox.billed import Billed, Name
from claims.clearinghouse.sandbox.edits import Refusal
from claims.clearinghouse.sandbox.fees import ZERO
from claims.clearinghouse.sandbox.front_door import Fault, GroupVerdict, SetVerdict
from claims.clearinghouse.sandbox.writing import TIME, segment

HOUSE = ("SANDBOX CLEARINGHOUSE", "SANDBOX")


def file_answer(verdict: GroupVerdict) -> list[str]:
    """A 999 for one group, without ST and SE."""
    body = [segment("AK1", verdict.kind, verdict.control, verdict.version)]
    for one in [] if verdict.codes else verdict.sets:  # a refused group says nothing of its sets
        body.extend(_set_answer(one))
    counts = (verdict.announced, len(verdict.sets), verdict.accepted)
    body.append(segment("AK9", _group_code(verdict), *counts, *verdict.codes[:5]))
    return body


def _group_code(verdict: GroupVerdict) -> str:
    if verdict.codes or not verdict.accepted:
        return "R"
    return "A" if verdict.accepted == len(verdict.sets) else "P"


def _set_answer(one: SetVerdict) -> Iterator[str]:
    yield segment("AK2", "837", one.control, one.version)
    for fault in one.faults:
        yield segment("IK3", fault.tag, fault.position, fault.loop, fault.code)
        if fault.claim:
            yield segment("CTX", ("CLM01", fault.claim))
        if fault.what:
            yield _element(fault)
    yield segment("IK5", "R" if one.codes else "A", *one.codes)


def _element(fault: Fault) -> str:
    element, _, part = fault.element.partition(":")
    place = (element, part) if part else element
    return segment("IK4", place, fault.reference, fault.what, fault.value[:99])


def interchange_note(control: str, day: date, code: str) -> str:
    """TA1: the interchange as a whole was refused."""
    return segment("TA1", control, f"{day:%y%m%d}", TIME, "R", code)


# --- 277CA -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """One claim's answer: taken under `payer_number`, or refused."""

    claim: Billed
    payer_number: str = ""
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Received:
    """The set that is answered: its BHT03, and its submitter from loop 1000A."""

    reference: str
    submitter: Name
    kind: str  # NM102: 1 person, 2 organization


def claims_answer(received: Received, statuses: Sequence[Status], day: date, reference: str) -> list[str]:
    """A 277CA for one set, without ST and SE. Claims stay in their order, grouped by billing provider."""
    submitter = received.submitter
    body = [
        segment("BHT", "0085", "08", reference, day, TIME, "TH"),
        segment("HL", 1, "", 20, 1),
        segment("NM1", "AY", 2, HOUSE[0], "", "", "", "", "46", HOUSE[1]),
        segment("TRN", 1, reference),
        segment("DTP", "050", "D8", day),
        segment("DTP", "009", "D8", day),
        segment("HL", 2, 1, 21, 1),
        segment("NM1", "41", received.kind, submitter.last, submitter.first, "", "", "", "46", submitter.id),
        segment("TRN", 2, received.reference),
        segment("STC", ("A1", "19", "AY"), day, "WQ", _total(statuses)),
        *_counts(statuses, ("90", "AA")),
    ]
    level = 2
    for payee, of_provider in groupby(statuses, key=lambda status: status.claim.payee):
        mine = list(of_provider)
        level += 1
        body.extend(_provider(level, payee, mine, day))
        provider = level
        for status in mine:
            level += 1
            body.extend(_claim(level, provider, status, day))
    return body


def _total(statuses: Sequence[Status]) -> Decimal:
    return sum((status.claim.charge for status in statuses), ZERO)


def _counts(statuses: Sequence[Status], quantities: tuple[str, str]) -> Iterator[str]:
    """How many and how much was taken and refused; a zero is not told."""
    taken = [status for status in statuses if not status.refusals]
    refused = [status for status in statuses if status.refusals]
    for quantity, some in zip(quantities, (taken, refused), strict=True):
        if some:
            yield segment("QTY", quantity, len(some))
    for amount, some in (("YU", taken), ("YY", refused)):
        if some:
            yield segment("AMT", amount, _total(some))


def _provider(level: int, payee: Name, statuses: Sequence[Status], day: date) -> list[str]:
    kind = 1 if payee.first else 2
    return [
        segment("HL", level, 2, 19, 1),
        segment("NM1", "85", kind, payee.last, payee.first, payee.middle, "", "", "XX", payee.id),
        segment("TRN", 1, 0),
        segment("STC", ("A1", "19", "AY"), "", "WQ", _total(statuses)),
        *_counts(statuses, ("QA", "QC")),
    ]


def _claim(level: int, provider: int, status: Status, day: date) -> Iterator[str]:
    claim = status.claim
    who = claim.patient
    yield segment("HL", level, provider, "PT")
    yield segment("NM1", "QC", 1, who.last, who.first, who.middle, "", "", "MI", who.id)
    yield segment("TRN", 2, claim.number)
    for refusal in status.refusals:
        code = (refusal.category, refusal.code, refusal.entity)
        yield segment("STC", code, day, "U", claim.charge, *[""] * 7, refusal.words)
    if not status.refusals:
        yield segment("STC", ("A2", "20"), day, "WQ", claim.charge)
        yield segment("REF", "1K", status.payer_number)
    if claim.served_on == claim.last_on:
        yield segment("DTP", "472", "D8", claim.served_on)
    else:
        yield segment("DTP", "472", "RD8", f"{claim.served_on:%Y%m%d}-{claim.last_on:%Y%m%d}")
