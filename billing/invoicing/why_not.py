"""Heart. Why an amount, or a visit whose amount nobody knows yet, cannot be invoiced now, and what mends it.

One answer to each: the first of `Reason` that holds. What has no answer may be invoiced. Who owes follows the visit
(ARCHITECTURE §5): nothing is asked of a person before the visit is charged and the share is hers.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from practice.money import LARGEST, ZERO, show


class Reason(StrEnum):
    """In the order in which they are looked at."""

    UNSIGNED = "unsigned"
    NO_COVERAGE = "no coverage"
    NO_FEE = "no fee"
    CHARGING = "being charged"
    REJECTED = "rejected"
    DENIED = "denied"
    NOT_SENT = "not sent"
    WITH_PAYER = "with payer"
    NEVER = "never"
    NOTHING = "nothing left"
    TOO_MUCH = "too much"
    COVERED = "credit covers it"
    ONLY_CREDIT = "only credit"
    ASTRAY = "on no invoice"


@dataclass(frozen=True)
class Facts:
    """What is known of it.

    `codes` have no fee on that day. `payer` owes it since `since`; `claim` is how far its claim is, in one of the
    words "rejected", "denied", "not sent" or "" for anything else. `never` says who forbids to bill the person.
    `net` is what an invoice would ask of her, `credit` what she holds that is not set aside for a visit.
    `astray`: hers, on no invoice, and no movement made it so that an invoice could name.
    """

    signed: bool = True
    lacks_coverage: bool = False
    codes: tuple[str, ...] = ()
    charged: bool = True
    payer: str = ""
    since: date | None = None
    claim: str = ""
    never: str = ""
    net: Decimal = ZERO
    credit: Decimal = ZERO
    astray: bool = False


OF_CLAIMS = {"rejected": Reason.REJECTED, "denied": Reason.DENIED, "not sent": Reason.NOT_SENT}


def why(facts: Facts) -> Reason | None:
    """The first reason that holds; None when it can be invoiced."""
    return _before_charging(facts) or _elsewhere(facts) or _of_person(facts)


def _before_charging(facts: Facts) -> Reason | None:
    if not facts.signed:
        return Reason.UNSIGNED
    if facts.charged:
        return None
    if facts.lacks_coverage:
        return Reason.NO_COVERAGE
    return Reason.NO_FEE if facts.codes else Reason.CHARGING


def _elsewhere(facts: Facts) -> Reason | None:
    if facts.payer:
        return OF_CLAIMS.get(facts.claim, Reason.WITH_PAYER)
    return Reason.NEVER if facts.never else None


def _of_person(facts: Facts) -> Reason | None:
    if facts.astray:
        return Reason.ASTRAY
    if facts.net <= ZERO:
        return Reason.ONLY_CREDIT if facts.credit > ZERO and facts.net == ZERO else Reason.NOTHING
    if facts.net > LARGEST:
        return Reason.TOO_MUCH
    return Reason.COVERED if facts.credit >= facts.net else None


def sentence(reason: Reason, facts: Facts) -> str:
    """The reason, said to a biller."""
    codes = ", ".join(facts.codes)
    since = f" since {facts.since:%b} {facts.since.day}" if facts.since else ""
    return {
        Reason.UNSIGNED: "The note is not signed",
        Reason.NO_COVERAGE: "An injury at work, and no workers’ compensation is entered",
        Reason.NO_FEE: f"No fee is set for {codes}",
        Reason.CHARGING: "Signed, and being charged now",
        Reason.REJECTED: f"The claim to {facts.payer} was rejected",
        Reason.DENIED: f"{facts.payer} denied it",
        Reason.NOT_SENT: f"The claim to {facts.payer} is not sent yet",
        Reason.WITH_PAYER: f"With {facts.payer}{since}",
        Reason.NEVER: f"May not be billed: {facts.never}",
        Reason.NOTHING: "Nothing is left to ask for" if facts.net == ZERO else "Corrections take more than is left",
        Reason.TOO_MUCH: f"More than {show(LARGEST)} for one invoice",
        Reason.COVERED: f"Credit of {show(facts.credit)} covers it",
        Reason.ONLY_CREDIT: f"Owes nothing and holds {show(facts.credit)}",
        Reason.ASTRAY: "Owed, and on no invoice",
    }[reason]


# What mends it: the words of the link.
FIXES = {
    Reason.UNSIGNED: "Open the visit",
    Reason.NO_COVERAGE: "Enter coverage",
    Reason.NO_FEE: "Set the fee",
    Reason.CHARGING: "Look again",
    Reason.REJECTED: "Mend the claim",
    Reason.DENIED: "Open the claim",
    Reason.NOT_SENT: "Send the claim",
    Reason.WITH_PAYER: "Follow up",
    Reason.NEVER: "See the charge",
    Reason.NOTHING: "See the ledger",
    Reason.TOO_MUCH: "See the ledger",
    Reason.COVERED: "Apply the credit",
    Reason.ONLY_CREDIT: "See the credit",
    Reason.ASTRAY: "See the charge",
}
