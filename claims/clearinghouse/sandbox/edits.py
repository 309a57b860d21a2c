"""The second door: may this claim be adjudicated at all? What it finds goes back in a 277CA.

A rejected claim is not on file here: it will never be in a remittance, and its number may come again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from claims.clearinghouse.sandbox.billed import Billed
from claims.clearinghouse.sandbox.fees import ZERO
from claims.clearinghouse.sandbox.plans import Plan


@dataclass(frozen=True)
class Refusal:
    """An STC: category, status code, entity, and the same in words (STC12)."""

    category: str
    code: str
    entity: str = ""
    words: str = ""


def refusals(claim: Billed, payers: Mapping[str, Plan], today: date, on_file: bool) -> list[Refusal]:
    """Why a claim is turned away, worst first; empty when it is accepted.

    `on_file` says whether the claim that a correction names is known here.
    """
    plan = payers.get(claim.payer_id)
    if plan is None:
        return [Refusal("A3", "116", "PR", "THIS PAYER ID IS NOT KNOWN HERE")]
    return [*_people(claim, plan), *_content(claim, today), *_correction(claim, plan, on_file)]


def _people(claim: Billed, plan: Plan) -> Iterator[Refusal]:
    if not plan.knows_member(claim.subscriber.id):
        yield Refusal("A7", "164", "IL", f"MEMBER ID MUST BE {plan.member_id_words.upper()}")
    if not npi_is_right(claim.payee.id):
        yield Refusal("A7", "562", "85", "BILLING PROVIDER NPI IS NOT VALID")
    if claim.rendering.last and not npi_is_right(claim.rendering.id):
        yield Refusal("A7", "562", "82", "RENDERING PROVIDER NPI IS NOT VALID")


def _content(claim: Billed, today: date) -> Iterator[Refusal]:
    if not claim.diagnoses:
        yield Refusal("A7", "255", "", "A DIAGNOSIS IS NEEDED")
    if claim.last_on > today:
        yield Refusal("A7", "187", "", "DATE OF SERVICE IS IN THE FUTURE")
    if claim.charge != sum((line.charge for line in claim.lines), ZERO):
        yield Refusal("A7", "400", "", "CLAIM CHARGE IS NOT THE SUM OF ITS LINES")
    if any(line.units <= 0 for line in claim.lines):
        yield Refusal("A7", "476", "", "UNITS MUST BE MORE THAN ZERO")


def _correction(claim: Billed, plan: Plan, on_file: bool) -> Iterator[Refusal]:
    if claim.frequency not in ("7", "8"):
        return
    if not plan.takes_corrections:
        yield Refusal("A7", "535", "", "THIS PAYER TAKES NO CORRECTED CLAIMS")
    elif not on_file:
        yield Refusal("A7", "464", "", "THE CLAIM TO BE CORRECTED IS NOT ON FILE")


def npi_is_right(npi: str) -> bool:
    """Ten digits, the first 1 or 2, the last a Luhn digit over 80840 and the first nine."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()) or npi[0] not in "12":
        return False
    total = 24  # what the prefix 80840 adds
    for index, digit in enumerate(reversed(npi)):
        value = int(digit) * (1 + index % 2)
        total += value // 10 + value % 10
    return total % 10 == 0
