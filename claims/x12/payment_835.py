"""Heart. What one 835 transaction set says about money, and whether it adds up.

Three balances (X12 005010X221A1 §1.10.2; RULES.md §7), all in Decimal dollars:

    line         SVC02 − Σ CAS of the line               = SVC03
    claim        CLP03 − Σ CAS of the claim and its lines = CLP04
    transaction  Σ CLP04 − Σ PLB                          = BPR02

A positive CAS or PLB amount takes money away, a negative one adds it. CLP05, what the client owes, is in
none of them. Reversals (status 22) carry the opposite sign and balance by the same sums.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from practice.money import ZERO, show

REVERSAL = "22"
PREDETERMINATION = "25"  # what would be paid: never posted, so never part of a balance


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One (reason, amount, quantity) of a CAS. `group` is CO, PR, OA, PI, or CR in old files."""

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LinePaid:
    """One SVC loop. `control` is the REF*6R we sent, "" when the payer did not return it.

    `code` and `modifiers` are what the payer decided on; `original_code` is what was billed, given
    (SVC06) only when it is another. `units` are the units paid, None when not stated. `allowed` is
    AMT*B6. `remarks` are RARCs (LQ*HE).
    """

    control: str
    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    paid: Decimal
    units: Decimal | None
    original_code: str
    allowed: Decimal | None
    served_on: date | None
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimPaid:
    """One CLP loop. `control` is our CLM01 as the payer kept it: perhaps cut, padded or "0".

    `status` is CLP02 as sent. `patient_responsibility` is CLP05, for show: post from PR adjustments.
    `member_id` is the insured's (NM1*IL), else the patient's. `served_on` is DTM*232, else the first
    date of a line. `remarks` are those of MOA and MIA.
    """

    control: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal
    payer_claim_number: str
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    lines: tuple[LinePaid, ...]
    client_last_name: str
    client_first_name: str
    member_id: str
    corrected_member_id: str
    served_on: date | None


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One pair of a PLB: money that belongs to no claim of this remittance."""

    code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """One ST: one check, transfer, or notice without money (method NON).

    `sign` is BPR03. Both C and D bring money to the provider; they say who starts the transfer.
    `handling` is BPR01 (H: notice only). `fingerprint` is a SHA-256 of the content, the same when the
    file arrives again in another envelope. `unknown` names tags that no 835 has, or not there; their
    segments are in the fingerprint and nowhere else.
    """

    trace: str
    originating_company: str
    payer_name: str
    payer_id: str
    payee_npi: str
    amount: Decimal
    sign: str
    method: str
    paid_on: date | None
    claims: tuple[ClaimPaid, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]
    fingerprint: str
    unknown: tuple[str, ...] = ()
    payee_tax_id: str = ""
    handling: str = ""


def imbalances(payment: Payment) -> list[str]:
    """Every sum of `payment` that does not come out, each as a sentence with the difference."""
    parts = Counter(claim.control for claim in payment.claims)
    found = []
    for claim in payment.claims:
        found += claim_imbalances(claim, split=parts[claim.control] > 1)
    paid = sum((claim.paid for claim in payment.claims if claim.status != PREDETERMINATION), ZERO)
    return found + transaction_imbalance(payment, paid)


def claim_imbalances(claim: ClaimPaid, *, split: bool = False) -> list[str]:
    """The line and claim balances of one claim. `split`: it is one of several parts of ours.

    Parts of a split claim and reversals may carry lines that do not sum to the claim's charge.
    """
    if claim.status == PREDETERMINATION:
        return []
    found = []
    adjusted = _total(claim.adjustments)
    for number, line in enumerate(claim.lines, 1):
        of_line = _total(line.adjustments)
        adjusted += of_line
        if line.charge - of_line != line.paid:
            where = f"Claim {claim.control}, line {number} ({line.code})"
            found.append(_unequal(where, line.charge, of_line, line.paid))
    if claim.charge - adjusted != claim.paid:
        found.append(_unequal(f"Claim {claim.control}", claim.charge, adjusted, claim.paid))
    charged = sum((line.charge for line in claim.lines), ZERO)
    if claim.lines and charged != claim.charge and not split and claim.status != REVERSAL:
        found.append(
            f"Claim {claim.control}: its lines charge {show(charged)}, the claim"
            f" {show(claim.charge)}; the difference is {show(claim.charge - charged)}."
        )
    return found


def transaction_imbalance(payment: Payment, paid: Decimal) -> list[str]:
    """BPR02 against `paid`, the sum of CLP04, less provider adjustments: one sentence or none."""
    taken = sum((adjustment.amount for adjustment in payment.provider_adjustments), ZERO)
    if paid - taken == payment.amount:
        return []
    return [
        f"Payment {payment.trace}: {show(paid)} paid on claims less {show(taken)} of provider"
        f" adjustments make {show(paid - taken)}, but the payment is {show(payment.amount)};"
        f" the difference is {show(payment.amount - paid + taken)}."
    ]


def _total(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((adjustment.amount for adjustment in adjustments), ZERO)


def _unequal(where: str, charge: Decimal, adjusted: Decimal, paid: Decimal) -> str:
    return (
        f"{where}: {show(charge)} charged less {show(adjusted)} adjusted make"
        f" {show(charge - adjusted)}, but {show(paid)} is paid;"
        f" the difference is {show(paid - charge + adjusted)}."
    )
