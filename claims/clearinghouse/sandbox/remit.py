"""The 835: one payment of one payer to one payee, with its reasons, in balance.

Line: charge − adjustments = paid. Claim: the sums of its lines. Transaction: what the claims are paid
less the provider adjustments is what is sent. That is never less than nothing: `paying` carries forward.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from claims.clearinghouse.sandbox.adjudicate import Decided, Decision
from claims.clearinghouse.sandbox.billed import NOBODY, Adjustment, Billed, Name
from claims.clearinghouse.sandbox.fees import ZERO
from claims.clearinghouse.sandbox.outcomes import AS_THE_PLAN_SAYS, Outcome
from claims.clearinghouse.sandbox.plans import Plan
from claims.clearinghouse.sandbox.writing import segment

REVERSAL = "22"
GROUPS = ("CO", "OA", "PI", "PR")
_PAYER_BANK, _PAYEE_BANK = ("071000013", "4400112233"), ("071000288", "9900887766")


@dataclass(frozen=True)
class Advice:
    """One claim on a payment. A reversal carries the amounts of the decision it takes back."""

    claim: Billed
    decision: Decision
    payer_number: str
    received_on: date
    reversal: bool = False
    outcome: Outcome = AS_THE_PLAN_SAYS

    @property
    def sign(self) -> int:
        return -1 if self.reversal else 1


@dataclass(frozen=True)
class ProviderAdjustment:
    """A PLB entry: positive takes money away, negative adds it."""

    code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True)
class Payee:
    npi: str
    name: str
    tax_id: str


@dataclass(frozen=True)
class Payment:
    """Everything one 835 says."""

    plan: Plan
    payee: Payee
    paid_on: date
    trace: str
    submitter: str
    advices: tuple[Advice, ...]
    adjustments: tuple[ProviderAdjustment, ...] = ()

    @property
    def total(self) -> Decimal:
        claims = sum((advice.sign * advice.decision.paid for advice in self.advices), ZERO)
        return claims - sum((adjustment.amount for adjustment in self.adjustments), ZERO)


def remittance(payment: Payment) -> list[str]:
    """An 835 without ST and SE."""
    body = [*_header(payment), segment("LX", 1)] if payment.advices else list(_header(payment))
    for advice in payment.advices:
        for part in _parts(advice):
            body.extend(_claim(payment.plan, part))
    body.extend(_provider(payment))
    return body


def _header(payment: Payment) -> Iterator[str]:
    plan, payee, total = payment.plan, payment.payee, payment.total
    company = "1" + plan.tax_id
    if total:
        banks = ("01", _PAYER_BANK[0], "DA", _PAYER_BANK[1], company, "", "01", _PAYEE_BANK[0], "DA", _PAYEE_BANK[1])
        yield segment("BPR", "I", total, "C", "ACH", "CCP", *banks, payment.paid_on)
    else:
        yield segment("BPR", "H", total, "C", "NON", *[""] * 11, payment.paid_on)
    yield segment("TRN", 1, payment.trace, company)
    yield segment("REF", "EV", payment.submitter)
    yield segment("DTM", "405", payment.paid_on)
    yield segment("N1", "PR", plan.name)
    street, city, state, zip_code = plan.address
    yield segment("N3", street)
    yield segment("N4", city, state, zip_code)
    yield segment("REF", "2U", plan.payer_id)
    yield segment("PER", "BL", "PROVIDER SERVICES", "TE", "8005550100")
    yield segment("N1", "PE", payee.name, "XX", payee.npi)
    if payee.tax_id:
        yield segment("REF", "TJ", payee.tax_id)


def _parts(advice: Advice) -> Iterator[Advice]:
    """The claim as it is told: whole, or split into one claim a line, each with a number of its own."""
    if not advice.outcome.split:
        yield advice
        return
    for n, line in enumerate(advice.decision.lines, 1):
        part = Decision(advice.decision.status, (line,))
        yield replace(advice, decision=part, payer_number=f"{advice.payer_number}{n:02d}")


def _claim(plan: Plan, advice: Advice) -> Iterator[str]:
    claim, decision, sign = advice.claim, advice.decision, advice.sign
    status = REVERSAL if advice.reversal else decision.status
    yield segment(
        "CLP",
        advice.outcome.number or claim.number,
        status,
        sign * decision.charge,
        sign * decision.paid,
        "" if advice.reversal or not decision.client_share else decision.client_share,
        plan.filing_code,
        advice.payer_number,
        claim.place,
        claim.frequency,
    )
    yield _person("QC", claim.patient)
    if (claim.subscriber.last, claim.subscriber.first) != (claim.patient.last, claim.patient.first):
        yield _person("IL", claim.subscriber)
    if claim.rendering != NOBODY:
        who = claim.rendering
        kind = 1 if who.first else 2
        yield segment("NM1", "82", kind, who.last, who.first, who.middle, "", "", "XX", who.id)
    if advice.outcome.forwarded_to:
        name, payer_id = advice.outcome.forwarded_to
        yield segment("NM1", "TT", 2, name, "", "", "", "", "PI", payer_id)
    yield segment("DTM", "232", claim.served_on)
    yield segment("DTM", "233", claim.last_on)
    yield segment("DTM", "050", advice.received_on)
    covered = sum((line.allowed or ZERO for line in decision.lines), ZERO)
    if covered and not advice.reversal:
        yield segment("AMT", "AU", covered)
    for line in decision.lines:
        yield from _line(line, advice)


def _person(role: str, who: Name) -> str:
    return segment("NM1", role, 1, who.last, who.first, who.middle, "", "", "MI" if who.id else "", who.id)


def _line(decided: Decided, advice: Advice) -> Iterator[str]:
    line, outcome, sign = decided.line, advice.outcome, advice.sign
    modifiers = () if outcome.drop_modifiers else line.modifiers
    sent = ("HC", line.code, *modifiers)
    theirs = outcome.code.get(line.position, "")
    told = ("HC", theirs, *modifiers) if theirs else sent
    original = sent if theirs else ""
    yield segment("SVC", told, sign * line.charge, sign * decided.paid, "", line.units, original)
    yield segment("DTM", "472", line.served_on)
    yield from _cas(decided.adjustments, sign)
    if line.control and not outcome.omit_control:
        yield segment("REF", "6R", line.control)
    if decided.allowed and not advice.reversal:
        yield segment("AMT", "B6", decided.allowed)
    for remark in decided.remarks:
        yield segment("LQ", "HE", remark)


def _cas(adjustments: Sequence[Adjustment], sign: int) -> Iterator[str]:
    """One CAS a group, six triplets at most in each."""
    groups = [*GROUPS, *sorted({a.group for a in adjustments} - set(GROUPS))]
    for group in groups:
        mine = [a for a in adjustments if a.group == group]
        for start in range(0, len(mine), 6):
            triplets = [x for a in mine[start : start + 6] for x in (a.reason, sign * a.amount, "")]
            yield segment("CAS", group, *triplets)


def _provider(payment: Payment) -> Iterator[str]:
    year_end = date(payment.paid_on.year, 12, 31)
    for start in range(0, len(payment.adjustments), 6):
        some = payment.adjustments[start : start + 6]
        pairs = [x for a in some for x in ((a.code, a.reference), a.amount)]
        yield segment("PLB", payment.payee.npi, year_end, *pairs)
