"""Heart. A charge as the person who pays sees it: charged, allowed, paid by insurance, paid by her, and why the rest
is hers.

Responsibility is a fact of the ledger, so nothing is inferred here: a charge's entries on receivable are summed by
who they name. What settles (paid, applied, adjusted) is told apart from what makes somebody owe, and then

    charged = plan discount + insurance paid + insurance still owes + others' share + her share
    she owes = her share - discounts given to her - what she paid

to the cent, whatever was moved, reversed or corrected on the way.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from practice.money import ZERO

PAID = frozenset({"paid", "applied"})
SETTLES = PAID | {"adjusted", "discount"}
# How a share became hers, in the word an insurer's own letter uses.
WHY = {
    "expected copay": "Copay",
    "copay": "Copay",
    "deductible": "Deductible",
    "coinsurance": "Coinsurance",
    "other share": "Not covered",
    "charge": "Self-pay",
}
FEE = "Fee"  # what is charged without a session
OTHERWISE = "Your share"


class Whose(StrEnum):
    """Whom an entry names: a payer, the person the letter is to, somebody else."""

    PAYER = "payer"
    HERS = "hers"
    OTHER = "other"


@dataclass(frozen=True)
class Moved:
    """A receivable entry of a charge: signed dollars."""

    whose: Whose
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Share:
    """One charge in dollars. `reasons`: (why, dollars) of her share, in the order they came; none of zero."""

    charged: Decimal
    plan_discount: Decimal
    insurance_paid: Decimal
    insurance_owes: Decimal
    others: Decimal
    reasons: tuple[tuple[str, Decimal], ...]
    given_up: Decimal
    paid: Decimal

    @property
    def allowed(self) -> Decimal:
        """What the plan's contract leaves of the charge."""
        return self.charged - self.plan_discount

    @property
    def share(self) -> Decimal:
        return sum((amount for _, amount in self.reasons), ZERO)

    @property
    def owed(self) -> Decimal:
        return self.share - self.given_up - self.paid

    @property
    def why(self) -> str:
        """“Deductible, copay”: every reason that made her owe."""
        words = [word for word, amount in self.reasons if amount > 0]
        return ", ".join([word if n == 0 else word.lower() for n, word in enumerate(words)])


def share_of(entries: Iterable[Moved], *, fee: bool = False) -> Share:
    """The share of one person in a charge, from all receivable entries of that charge; `fee`: it is for no session."""
    owe: dict[Whose, Decimal] = defaultdict(lambda: ZERO)
    settled: dict[tuple[Whose, bool], Decimal] = defaultdict(lambda: ZERO)
    reasons: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        if entry.reason in SETTLES:
            settled[entry.whose, entry.reason in PAID] -= entry.amount
            continue
        owe[entry.whose] += entry.amount
        if entry.whose is Whose.HERS:
            own = fee and entry.reason == "charge"
            reasons[FEE if own else WHY.get(entry.reason, OTHERWISE)] += entry.amount
    discount, paid = settled[Whose.PAYER, False], settled[Whose.PAYER, True]
    return Share(
        charged=sum(owe.values(), ZERO),
        plan_discount=discount,
        insurance_paid=paid,
        insurance_owes=owe[Whose.PAYER] - discount - paid,
        others=owe[Whose.OTHER],
        reasons=tuple((word, amount) for word, amount in reasons.items() if amount),
        given_up=settled[Whose.HERS, False],
        paid=settled[Whose.HERS, True],
    )


def total(shares: Iterable[Share]) -> Share:
    """Several charges as one."""
    rows = list(shares)
    reasons: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for word, amount in (pair for row in rows for pair in row.reasons):
        reasons[word] += amount

    def sum_of(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), ZERO)

    return Share(
        charged=sum_of("charged"),
        plan_discount=sum_of("plan_discount"),
        insurance_paid=sum_of("insurance_paid"),
        insurance_owes=sum_of("insurance_owes"),
        others=sum_of("others"),
        reasons=tuple((word, amount) for word, amount in reasons.items() if amount),
        given_up=sum_of("given_up"),
        paid=sum_of("paid"),
    )
