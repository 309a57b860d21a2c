"""An 835 as it came: its payments kept as rows, those that balance handed on to be posted."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from claims import matching
from claims.actions.posting import post_remittance
from claims.models import (
    Claim,
    ClaimLine,
    Interchange,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    RemittanceState,
)
from claims.x12 import remittance_835
from claims.x12.remittance_835 import Adjustment, ClaimPaid, Payment
from claims.x12.segments import Reader
from clients.models import Payer
from practice.identifiers import whole
from practice.models import local_today
from practice.money import ZERO

MOST_UNITS = 100_000  # more is no number of units of ours, and the column holds no more


def take_remittances(interchange: Interchange, body: bytes) -> int:
    """Keep every payment of a file and post those that balance; how many payments it holds."""
    payments = list(remittance_835.read(Reader(body)))  # to the end first: a broken end keeps nothing
    for payment in payments:
        remittance = _keep(interchange, payment)
        if remittance and remittance.state == RemittanceState.READY:
            post_remittance(remittance=remittance, by=None)
    return len(payments)


def _keep(interchange: Interchange, payment: Payment) -> Remittance | None:
    """The payment as rows; None when the same payment was kept before, from whatever file."""
    if Remittance.objects.filter(fingerprint=payment.fingerprint).exists():
        return None
    payer = Payer.objects.filter(payer_id=payment.payer_id).first()
    trouble = _trouble(payment, payer)
    remittance = Remittance.objects.create(
        interchange=interchange,
        payer=payer,
        payer_name=payment.payer_name[:60],
        trace=payment.trace[:50],
        amount=payment.amount,
        paid_on=payment.paid_on or local_today(),
        fingerprint=payment.fingerprint,
        state=RemittanceState.HELD if trouble else RemittanceState.READY,
        trouble=trouble[:200],
        provider_adjustments=[[a.code, a.reference, str(a.amount)] for a in payment.provider_adjustments],
    )
    _keep_claims(remittance, payment.claims)
    return remittance


def _trouble(payment: Payment, payer: Payer | None) -> str:
    """Why a payment must not be posted by itself; empty when it may."""
    wrong = remittance_835.imbalances(payment)
    if wrong:
        return wrong[0]
    if payer is None:
        return f"We have no payer with the number {payment.payer_id}."
    twin = Remittance.objects.filter(payer=payer, trace=payment.trace[:50], amount=payment.amount)
    if payment.amount and twin.filter(paid_on=payment.paid_on or local_today()).exists():
        return "The same payment was told before in other words. Compare the two before anything is posted."
    return ""


def _keep_claims(remittance: Remittance, told: Sequence[ClaimPaid]) -> None:
    ours = {claim.control: claim for claim in _named(told)}
    rows = RemittanceClaim.objects.bulk_create(
        RemittanceClaim(
            remittance=remittance,
            position=position,
            claim=ours.get(paid.control),
            control=paid.control[:38],
            status=paid.status[:2],
            charge=paid.charge,
            paid=paid.paid,
            client_share=_client_share(paid),
            payer_claim_number=paid.payer_claim_number[:50],
            adjustments=_as_json(paid.adjustments),
        )
        for position, paid in enumerate(told, start=1)
    )
    lines: dict[int, list[matching.Ours]] = defaultdict(list)
    for line in ClaimLine.objects.filter(claim__in=ours.values()):
        lines[line.claim_id].append(matching.Ours(line.pk, line.control, line.code, line.amount))
    RemittanceLine.objects.bulk_create(
        row for kept, paid in zip(rows, told, strict=True) for row in _lines(kept, paid, lines[kept.claim_id or 0])
    )


def _named(told: Sequence[ClaimPaid]) -> list[Claim]:
    numbers = {number for paid in told if (number := whole(paid.control[:-1])) is not None}
    return list(Claim.objects.filter(number__in=numbers))


def _client_share(paid: ClaimPaid) -> Decimal:
    every = [*paid.adjustments, *(a for line in paid.lines for a in line.adjustments)]
    return sum((a.amount for a in every if a.group == "PR"), ZERO)


def _as_json(adjustments: Sequence[Adjustment]) -> list[list[str]]:
    return [[a.group, a.reason, str(a.amount)] for a in adjustments]


def _lines(kept: RemittanceClaim, paid: ClaimPaid, ours: list[matching.Ours]) -> list[RemittanceLine]:
    theirs = [matching.Theirs(line.control, line.original_code or line.code, line.charge) for line in paid.lines]
    return [
        RemittanceLine(
            remittance_claim=kept,
            position=position,
            line_id=found,
            control=line.control[:50],
            code=(line.original_code or line.code)[:10],
            units=line.units if line.units is None or line.units < MOST_UNITS else None,
            charge=line.charge,
            allowed=line.allowed,
            paid=line.paid,
            adjustments=_as_json(line.adjustments),
            remarks=list(line.remarks),
        )
        for position, (line, found) in enumerate(zip(paid.lines, matching.match(ours, theirs), strict=True), start=1)
    ]
