"""One claim and one remittance, as their pages show them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.urls import reverse

from billing.ledger import Account
from billing.models import OpenItem
from claims import lists, posting_rules
from claims.models import (
    Claim,
    ClaimLine,
    Decision,
    Delivery,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    RemittanceState,
)
from claims.scrubber import filing_limit
from claims.x12.segments import Reader, at
from clients import icd10
from clients.models import Diagnosis
from practice import money
from practice.money import ZERO
from practice.permissions import Permission
from practice.templatetags.house import at_time, day
from sessions.codes import CODES

REMITTANCES = {
    RemittanceState.READY: {"word": "Ready", "kind": "info", "icon": "clock"},
    RemittanceState.POSTED: {"word": "Posted", "kind": "ok", "icon": "check-circle"},
    RemittanceState.HELD: {"word": "Needs you", "kind": "warn", "icon": "exclamation-triangle"},
}

# CLP02, the payer's word on a claim (X12 1029).
STATUSES = {
    "1": "Processed as primary",
    "2": "Processed as secondary",
    "3": "Processed as tertiary",
    "4": "Denied",
    "19": "Processed as primary, forwarded",
    "20": "Processed as secondary, forwarded",
    "21": "Processed as tertiary, forwarded",
    "22": "Reversal",
    "23": "Not ours, forwarded",
    "25": "Predetermination",
}

EVENTS = {
    "made": "Made from the day's charges",
    "withdrawn": "Withdrawn",
    "outdated": "Outdated",
    "taken back": "Taken back by the payer",
    "held": "Held",
    "released": "Released",
    Delivery.QUEUED: "Submitted",
    Delivery.SENT: "Handed to the clearinghouse",
    Delivery.RECEIVED: "File acknowledged (999)",
    Delivery.ACCEPTED: "Accepted by the payer (277CA)",
    Delivery.REJECTED: "Rejected",
    Decision.PAID: "Decided: paid",
    Decision.DENIED: "Decided: denied",
    Decision.PART_DENIED: "Decided: part denied",
}

# What a segment of our 837P says, for people. Loops are named where the same tag means several things.
PLAIN = {
    "CLM": "Claim number, total charge, place of service, frequency",
    "DTP": "A date",
    "REF": "A reference number",
    "HI": "Diagnoses",
    "LX": "Line number",
    "SV1": "Service: code, modifiers, charge, units, diagnosis pointers",
    "NM1": "A name",
    "PRV": "Taxonomy",
    "N3": "Street",
    "N4": "City, state, ZIP",
    "DMG": "Birthday and sex",
    "SBR": "Subscriber: order of payment, relation, group, kind of plan",
    "HL": "Level",
    "PAT": "Patient to subscriber",
}


NEEDS = (
    "client",
    "payer",
    "coverage",
    "clinician__member__user",
    "location",
    "authorization",
    "replaces",
    "interchange",
)


def claim_page(claim: Claim, request: Any) -> dict[str, Any]:
    """Context of claims/claim.html."""
    slug, zone = request.practice.slug, request.practice.zone
    told = _told_by_line(claim)
    return {
        "crumbs": [{"label": "Claims", "url": reverse("claims:list", args=[slug])}],
        "actions": _actions(claim, slug) if request.member.may(Permission.SUBMIT_CLAIMS) else [],
        "claim": _head(claim, slug),
        "lines": [_claim_line(line, told.get(line.pk)) for line in ClaimLine.objects.filter(claim=claim)],
        "findings": lists.findings(claim, slug) if claim.delivery == Delivery.MADE else [],
        "events": [
            {
                "when": f"{day(event.at.astimezone(ZoneInfo(zone)).date())}, {at_time(event.at, zone)}",
                "what": EVENTS.get(event.what, event.what),
                "detail": event.detail,
                "by": event.by.user.name if event.by else "",
            }
            for event in claim.events.select_related("by__user")
        ],
        "segments": segments(claim),
        "remittances": [
            {
                "trace": row.remittance.trace,
                "payer": row.remittance.payer_name,
                "url": reverse("claims:remittance", args=[slug, row.remittance_id]),
                "date": row.remittance.paid_on,
                "paid": row.paid,
                "status": STATUSES.get(row.status, row.status),
            }
            for row in claim.remittance_claims.select_related("remittance")
        ],
    }


def _actions(claim: Claim, slug: str) -> list[dict[str, str]]:
    found = []
    if claim.delivery == Delivery.MADE:
        view, label, icon = ("release_one", "Release", "play") if claim.held else ("hold_one", "Hold", "pause")
        found.append({"label": label, "icon": icon, "url": reverse(f"claims:{view}", args=[slug, claim.pk])})
    if claim.delivery == Delivery.REJECTED and not claim.replaced_by.exists():
        url = reverse("claims:make_again", args=[slug, claim.pk])
        found.append({"label": "Make it again", "icon": "arrow-path", "url": url})
    return [action | {"method": "post"} for action in found]


def _head(claim: Claim, slug: str) -> dict[str, Any]:
    limit = filing_limit(claim.served_on, claim.payer.filing_days)
    decided = claim.decision != Decision.NONE
    paid = claim.remittance_claims.aggregate(paid=Sum("paid", default=ZERO))["paid"]
    return {
        "number": claim.number,
        "state": lists.result(claim),
        "client": claim.client.name,
        "client_url": reverse("clients:client", args=[slug, claim.client_id]),
        "payer": claim.payer.name,
        "member_id": claim.coverage.member_id,
        "served_on": claim.served_on,
        "clinician": str(claim.clinician),
        "location": claim.location.name,
        "diagnoses": _diagnoses(claim),
        "authorization": claim.authorization.number if claim.authorization else "",
        "filing": day(limit) if claim.delivery == Delivery.MADE else "",
        "control": claim.control,
        "payer_number": claim.payer_claim_number,
        "charge": claim.total,
        "paid": paid if decided else None,
        "open": open_with_payer(claim) if decided else None,
    }


def _diagnoses(claim: Claim) -> dict[str, str]:
    """The codes, and for a claim that waits whether they could be checked: no finding, for nothing is wrong."""
    codes = list(Diagnosis.objects.filter(case=claim.case_id).values_list("code", flat=True))
    found = icd10.look_up(codes, claim.served_on) if claim.delivery == Delivery.MADE else {}
    unchecked = any(each.nearest for each in found.values())
    note = f"Not checked: ICD-10-CM for {day(claim.served_on)} is not loaded" if unchecked else ""
    return {"codes": ", ".join(codes), "note": note}


def open_with_payer(claim: Claim) -> Decimal:
    """What the claim's payer still owes of its charges."""
    items = OpenItem.objects.filter(
        account=Account.RECEIVABLE.value, charge__claim_lines__claim=claim, coverage=claim.coverage_id
    )
    return items.aggregate(open=Sum("balance", default=ZERO))["open"]


def _told_by_line(claim: Claim) -> dict[int, RemittanceLine]:
    """The newest word of the payer on each line."""
    lines = RemittanceLine.objects.filter(line__claim=claim).order_by("id")
    return {line.line_id: line for line in lines if line.line_id}


def _claim_line(line: ClaimLine, told: RemittanceLine | None) -> dict[str, Any]:
    shares = [Decimal(amount) for group, _, amount in told.adjustments if group == "PR"] if told else []
    return {
        "code": line.code,
        "label": CODES[line.code].label if line.code in CODES else "",
        "modifiers": line.modifiers,
        "units": line.units,
        "charge": line.amount,
        "allowed": told.allowed if told else None,
        "paid": told.paid if told else None,
        "client": sum(shares, ZERO) if told else None,
    }


def segments(claim: Claim) -> list[dict[str, str]]:
    """The claim's own segments out of the file that was sent, with plain words beside."""
    if claim.interchange is None or not claim.interchange.body:
        return []
    reader, found, inside = Reader(bytes(claim.interchange.body)), [], False
    for segment in reader:
        if segment[0] == "CLM":
            inside = at(segment, 1) == claim.control
        elif segment[0] in ("HL", "SE"):
            inside = False
        if inside:
            found.append({"raw": "*".join(segment), "plain": PLAIN.get(segment[0], "")})
    return found


def remittance_page(remittance: Remittance, request: Any) -> dict[str, Any]:
    """Context of claims/remittance.html: each line as the payer decided it, and the sum that must close."""
    slug = request.practice.slug
    rows = list(remittance.claims.select_related("claim__client"))
    lines: dict[int, list[RemittanceLine]] = {row.pk: [] for row in rows}
    for line in RemittanceLine.objects.filter(remittance_claim__in=rows):
        lines[line.remittance_claim_id].append(line)
    unapplied = sum((row.paid for row in rows if not _known(row, lines[row.pk])), ZERO)
    kept_back = sum((Decimal(amount) for _, _, amount in remittance.provider_adjustments), ZERO)
    applied = sum((row.paid for row in rows), ZERO) - unapplied - kept_back
    difference = remittance.amount - applied - unapplied
    payer = remittance.payer.short_name if remittance.payer else remittance.payer_name
    return {
        "crumbs": [{"label": "Remittances", "url": reverse("claims:remittances", args=[slug])}],
        "remittance": {
            "payer": payer,
            "trace": remittance.trace,
            "date": remittance.paid_on,
            "amount": remittance.amount,
            "state": REMITTANCES[RemittanceState(remittance.state)],
            "trouble": remittance.trouble,
        },
        "lines": [_told(row, line, slug) for row in rows for line in _or_none(lines[row.pk])]
        + [_kept_back(code, reference, Decimal(amount)) for code, reference, amount in remittance.provider_adjustments],
        "sums": {
            "payment": remittance.amount,
            "applied": applied,
            "unapplied": unapplied,
            "difference": difference,
            "balanced": difference == ZERO,
        },
    }


def _or_none(lines: list[RemittanceLine]) -> Sequence[RemittanceLine | None]:
    return lines or [None]


def _known(row: RemittanceClaim, lines: list[RemittanceLine]) -> bool:
    return row.claim_id is not None and bool(lines) and all(line.line_id for line in lines) and not row.adjustments


def _told(row: RemittanceClaim, line: RemittanceLine | None, slug: str) -> dict[str, Any]:
    """A line as the payer decided it; a claim without lines stands as one."""
    told = _decided(line) if line else {"code": "", "billed": row.charge, "paid": row.paid, "reasons": []}
    return told | {
        "claim": row.claim.number if row.claim else row.control,
        "claim_url": reverse("claims:claim", args=[slug, row.claim_id]) if row.claim_id else "",
        "client": row.claim.client.name if row.claim else "No claim of ours",
        "session": row.claim.served_on if row.claim else None,
        "unmatched": line is None or line.line_id is None,
    }


def _decided(line: RemittanceLine) -> dict[str, Any]:
    adjustments = [(group, reason, Decimal(amount)) for group, reason, amount in line.adjustments]
    return {
        "code": line.code,
        "billed": line.charge,
        "allowed": line.allowed,
        "paid": line.paid,
        "adjusted": sum((amount for group, _, amount in adjustments if group != "PR"), ZERO),
        "owes": sum((amount for group, _, amount in adjustments if group == "PR"), ZERO),
        "reasons": [
            {"code": f"{group}-{reason}", "text": f"{money.show(amount)} {posting_rules.say(group, reason)}"}
            for group, reason, amount in adjustments
        ],
    }


def _kept_back(code: str, reference: str, amount: Decimal) -> dict[str, Any]:
    """Money that belongs to no claim (PLB): positive lowers the payment."""
    return {
        "claim": reference,
        "client": "The payer's own adjustment",
        "code": f"PLB {code}",
        "paid": -amount,
        "reasons": [],
    }
