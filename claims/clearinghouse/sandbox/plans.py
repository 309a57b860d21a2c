"""The invented payers: their names on paper, what their plans pay, and what they insist on.

To add a payer, add a `Plan` to `PAYERS`, or hand a table of your own to `Connection(…, payers=…)`.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claims.clearinghouse.sandbox import fees
from claims.clearinghouse.sandbox.fees import ZERO, Fees

THERAPY = ("97", "925", "926", "95992", "96105", "96125", "G0283")  # codes that want GO, GP or GN


@dataclass(frozen=True)
class Plan:
    """A payer's plan. Money in dollars, shares in percent, spans in days.

    `member_id` is a regular expression for the whole id. `authorization_percent` is the share of visits
    without an authorization number that are denied for it: which ones depends on member and day only.
    """

    payer_id: str
    name: str
    tax_id: str
    address: tuple[str, str, str, str]  # street, city, state, ZIP
    filing_code: str  # CLP06
    member_id: str
    member_id_words: str
    fees: Fees
    filing_days: int
    pays_after_days: int
    deductible: Decimal = ZERO  # a member and calendar year
    coinsurance: int = 0
    copay: Decimal = ZERO  # a member and day of service
    sequestration: int = 0
    assistant: int = 100  # part of the plan's own share paid for an assistant's work
    therapy_modifiers: bool = False
    authorization_percent: int = 0
    takes_corrections: bool = True  # frequency 7 and 8
    fills_up: bool = True  # as secondary: pays the client's share; if not, only up to its own fee
    bundled: frozenset[str] = frozenset()

    def knows_member(self, member_id: str) -> bool:
        """Whether an id looks like one of this payer's."""
        return re.fullmatch(self.member_id, member_id) is not None

    def wants_authorization(self, member_id: str, served_on: date) -> bool:
        """Whether this visit needs an authorization; the same answer whenever it is asked."""
        drawn = hashlib.sha256(f"{self.payer_id} {member_id} {served_on}".encode()).digest()
        return int.from_bytes(drawn[:4]) % 100 < self.authorization_percent


def wants_discipline(code: str) -> bool:
    """Whether a code is therapy, which Medicare pays only under GO, GP or GN."""
    return code.startswith(THERAPY)


PLANS = (
    Plan(
        payer_id="MEDB",
        name="MEDICARE PART B ILLINOIS",
        tax_id="931234501",
        address=("PO BOX 6475", "INDIANAPOLIS", "IN", "462066475"),
        filing_code="MB",
        member_id=r"[1-9][A-Z][A-Z0-9]{9}",
        member_id_words="11 characters like 1EG4TE5MK73",
        fees=fees.MEDICARE,
        filing_days=365,
        pays_after_days=14,
        deductible=Decimal("257.00"),
        coinsurance=20,
        sequestration=2,
        assistant=85,
        therapy_modifiers=True,
        takes_corrections=False,
        bundled=frozenset({"97010"}),
    ),
    Plan(
        payer_id="00621",
        name="BLUE CROSS BLUE SHIELD OF ILLINOIS",
        tax_id="931234502",
        address=("300 E RANDOLPH ST", "CHICAGO", "IL", "606015014"),
        filing_code="12",
        member_id=r"[A-Z]{3}[A-Z0-9]{9}",
        member_id_words="3 letters and 9 digits or letters",
        fees=fees.COMMERCIAL,
        filing_days=365,
        pays_after_days=18,
        deductible=Decimal("500.00"),
        coinsurance=20,
        authorization_percent=8,
    ),
    Plan(
        payer_id="60054",
        name="AETNA",
        tax_id="931234503",
        address=("151 FARMINGTON AVE", "HARTFORD", "CT", "061560001"),
        filing_code="12",
        member_id=r"W[0-9]{9}",
        member_id_words="W and 9 digits",
        fees=fees.COMMERCIAL,
        filing_days=120,
        pays_after_days=12,
        copay=Decimal("30.00"),
    ),
    Plan(
        payer_id="87726",
        name="UNITEDHEALTHCARE",
        tax_id="931234504",
        address=("9700 HEALTH CARE LN", "MINNETONKA", "MN", "553434500"),
        filing_code="12",
        member_id=r"[0-9]{9}",
        member_id_words="9 digits",
        fees=fees.UNITED,
        filing_days=90,
        pays_after_days=21,
        deductible=Decimal("1000.00"),
        coinsurance=10,
    ),
    Plan(
        payer_id="ILMCD",
        name="ILLINOIS MEDICAID",
        tax_id="931234505",
        address=("201 S GRAND AVE E", "SPRINGFIELD", "IL", "627630001"),
        filing_code="MC",
        member_id=r"[0-9]{9}",
        member_id_words="9 digits",
        fees=fees.MEDICAID,
        filing_days=180,
        pays_after_days=30,
        fills_up=False,
    ),
)

PAYERS: dict[str, Plan] = {plan.payer_id: plan for plan in PLANS}
