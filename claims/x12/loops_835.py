"""Heart. The loops of an 835 as dataclasses: claim (2100), service line (2110), provider adjustment.

Each function takes the segments of one loop, the first of which opens it. An absent amount is zero, an
unreadable one is a ValueError that never quotes it; unreadable dates and quantities are None.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from claims.x12.payment_835 import Adjustment, ClaimPaid, LinePaid, ProviderAdjustment
from claims.x12.segments import Separators, at, parts
from practice.money import dollars

type Segment = list[str]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
CENTS = re.compile(r"-?\d{1,10}\.\d\d", re.ASCII)  # the common form, which needs no more care
DAY = re.compile(r"\d{8}", re.ASCII)
PADDING = [""] * 10
SHORT = 40  # characters of an amount or a code; X12 allows 18
CACHED = 65_536  # fees, adjustments and dates repeat; some 30 MB at most, as only short ones are kept


def claim_paid(own: list[Segment], lines: list[list[Segment]], separators: Separators) -> ClaimPaid:
    """A ClaimPaid from its own segments, the CLP first, and those of its lines, each SVC first."""
    _, control, status, charge, paid, owed, _, payer_number, *_ = own[0] + PADDING
    adjustments, remarks, names, served_on = _below_clp(own)
    paid_lines = tuple([line_paid(segments, separators) for segments in lines])
    if served_on is None:
        served_on = min([line.served_on for line in paid_lines if line.served_on], default=None)
    client = names.get("QC", PADDING)
    insured = names.get("IL", PADDING)
    return ClaimPaid(
        control=control.strip(),
        status=status.strip(),
        charge=money(charge),
        paid=money(paid),
        patient_responsibility=money(owed),
        payer_claim_number=payer_number.strip(),
        adjustments=tuple(adjustments),
        remarks=tuple(remarks),
        lines=paid_lines,
        client_last_name=client[3].strip(),
        client_first_name=client[4].strip(),
        member_id=(insured[9] or client[9]).strip(),
        corrected_member_id=names.get("74", PADDING)[9].strip(),
        served_on=served_on,
    )


def _below_clp(segments: list[Segment]) -> tuple[list[Adjustment], list[str], dict[str, Segment], date | None]:
    """Adjustments, remarks, NM1 segments by role, and the day of service."""
    adjustments: list[Adjustment] = []
    remarks: list[str] = []
    names: dict[str, Segment] = {}
    served_on = None
    for segment in segments:
        match segment[0]:
            case "CAS":
                adjustments += adjustments_of(segment)
            case "NM1":
                names[at(segment, 1)] = segment + PADDING
            case "DTM" if at(segment, 1) == "232":
                served_on = day(at(segment, 2))
            case "MOA":
                remarks += filter(None, segment[3:8])
            case "MIA":
                remarks += filter(None, (at(segment, 5), *segment[20:24]))
    return adjustments, remarks, names, served_on


def line_paid(segments: list[Segment], separators: Separators) -> LinePaid:
    """A LinePaid from its segments, the SVC first."""
    _, service, charge, paid, _, units, original, *_ = segments[0] + PADDING
    _, code, *modifiers = [*service.split(separators.component), ""]
    control, allowed, served_on, adjustments, remarks = _below_svc(segments)
    return LinePaid(
        control=control,
        code=code.strip(),
        modifiers=tuple(filter(None, modifiers[:4])) if modifiers else (),
        charge=money(charge),
        paid=money(paid),
        units=quantity(units),
        original_code=at(parts(original, separators), 1).strip() if original else "",
        allowed=allowed,
        served_on=served_on,
        adjustments=tuple(adjustments),
        remarks=tuple(remarks),
    )


def _below_svc(segments: list[Segment]) -> tuple[str, Decimal | None, date | None, list[Adjustment], list[str]]:
    """Control number, amount allowed, day of service, adjustments, remarks."""
    adjustments: list[Adjustment] = []
    remarks: list[str] = []
    control, allowed, served_on = "", None, None
    for segment in segments:
        match segment[0]:
            case "CAS":
                adjustments += adjustments_of(segment)
            case "DTM" if at(segment, 1) in ("472", "150"):
                served_on = day(at(segment, 2))
            case "REF" if at(segment, 1) == "6R":
                control = at(segment, 2).strip()
            case "AMT" if at(segment, 1) == "B6":
                allowed = money(at(segment, 2))
            case "LQ" if at(segment, 1) == "HE":
                remarks.append(at(segment, 2))
    return control, allowed, served_on, adjustments, remarks


def adjustments_of(segment: list[str]) -> list[Adjustment]:
    """The triplets of a CAS, up to six; a slot may be empty in the middle."""
    if len(segment) == 4:  # by far the most are of one reason, without a quantity
        return [adjustment(segment[1], segment[2], segment[3], "")]
    group = at(segment, 1)
    return [
        adjustment(group, segment[n], at(segment, n + 1), at(segment, n + 2))
        for n in range(2, len(segment), 3)
        if segment[n] or at(segment, n + 1)
    ]


def adjustment(group: str, reason: str, amount: str, units: str) -> Adjustment:
    make = _adjustment if len(group) + len(reason) + len(units) <= SHORT else _adjustment.__wrapped__
    return make(group, reason, amount, units)


@lru_cache(CACHED)
def _adjustment(group: str, reason: str, amount: str, units: str) -> Adjustment:
    return Adjustment(group.strip(), reason.strip(), money(amount), quantity(units))


def provider_adjustments_of(segment: list[str], separators: Separators) -> list[ProviderAdjustment]:
    """The pairs of a PLB, up to six: PLB03 is code:reference, PLB04 the amount."""
    found = []
    for n in range(3, len(segment), 2):
        if segment[n] or at(segment, n + 1):
            code, _, reference = segment[n].partition(separators.component)
            found.append(ProviderAdjustment(code.strip(), reference.strip(), money(at(segment, n + 1))))
    return found


@lru_cache(CACHED)
def money(text: str) -> Decimal:
    """Dollars and cents; an absent amount is zero."""
    if CENTS.fullmatch(text):
        return Decimal(text)
    short = text[: SHORT + 1].strip() or "0"
    if len(text) > SHORT or not NUMBER.fullmatch(short):
        raise ValueError("not an amount of money")
    return dollars(short)


def quantity(text: str) -> Decimal | None:
    return Decimal(text) if text and len(text) <= SHORT and NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    """CCYYMMDD, also the first day of an RD8 range; None for anything else."""
    return _day(text[:8]) if len(text) == 8 or text[8:9] == "-" else None


@lru_cache(CACHED)
def _day(text: str) -> date | None:
    if not DAY.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
