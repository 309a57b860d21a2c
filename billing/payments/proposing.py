"""Heart. What is proposed at check-in for today's visit, and why. It is an estimate unless it is a fixed copay.

A fixed copay is known. While the deductible is open the client pays what the contract allows (45 CFR 147 calls it
cost sharing: the deductible first, then coinsurance as a percent of the allowed amount). Who has no plan pays the
usual fee. An estimate is never posted: money taken for it is held for the visit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from practice.money import ZERO, rounded, show


@dataclass(frozen=True)
class Planned:
    """A service that the visit will probably hold: dollars a unit, None where no rate is known."""

    code: str
    units: int
    rate: Decimal | None

    @property
    def words(self) -> str:
        return f"{self.code} ×{self.units} at {show(self.rate or ZERO)}"


@dataclass(frozen=True)
class Terms:
    """What is known of who pays: dollars, and the client's percent of the allowed amount."""

    self_pay: bool = False
    may_be_asked: bool = True
    copay_only: bool = False  # of this plan's clients nothing but a fixed copay may be asked
    pays_last: bool = True
    copay: Decimal | None = None
    deductible_left: Decimal | None = None
    coinsurance: Decimal | None = None


@dataclass(frozen=True)
class Share:
    amount: Decimal
    why: str
    estimated: bool = False


def share(terms: Terms, planned: Sequence[Planned]) -> Share:
    """Dollars to be asked of the client for a visit, with the reason in words."""
    if not terms.may_be_asked:
        return Share(ZERO, "This client may not be asked for money")
    if terms.self_pay:
        return _self_pay(planned)
    if not terms.pays_last:
        return Share(ZERO, "Another plan decides after the first one")
    if terms.copay:
        return Share(terms.copay, "Copay of the plan")
    if terms.copay_only:
        return Share(ZERO, "The plan has no copay, and no more may be asked")
    return _by_plan(terms, planned)


def _self_pay(planned: Sequence[Planned]) -> Share:
    if not planned:
        return Share(ZERO, "Pays herself; no earlier visit to estimate from")
    if problem := _unknown(planned, "usual fee"):
        return Share(ZERO, f"Pays herself; {problem}")
    return Share(_sum(planned), f"Pays herself; the usual fee: {_listed(planned)}", estimated=True)


def _by_plan(terms: Terms, planned: Sequence[Planned]) -> Share:
    """The open deductible at the contract rate, and coinsurance of the rest."""
    open_, percent = terms.deductible_left or ZERO, terms.coinsurance or ZERO
    if not open_ and not percent:
        return Share(ZERO, "The plan pays; no copay, deductible or coinsurance is known")
    what = "Deductible open" if open_ else f"Coinsurance of {_percent(percent)}"
    if not planned:
        return Share(ZERO, f"{what}; no earlier visit to estimate from")
    if problem := _unknown(planned, "contract rate"):
        return Share(ZERO, f"{what}; {problem}")
    allowed = _sum(planned)
    deductible = min(open_, allowed)
    amount = deductible + rounded((allowed - deductible) * percent / 100)
    why = f"{what}: estimate at the contract rate: {_listed(planned)}"
    if ZERO < deductible < allowed:
        why += f"; {show(deductible)} is open" + (f", then {_percent(percent)}" if percent else "")
    return Share(amount, why, estimated=True)


def _unknown(planned: Sequence[Planned], what: str) -> str:
    codes = [one.code for one in planned if one.rate is None]
    return f"no {what} of {', '.join(codes)} is set" if codes else ""


def _sum(planned: Sequence[Planned]) -> Decimal:
    return sum(((one.rate or ZERO) * one.units for one in planned), ZERO)


def _listed(planned: Sequence[Planned]) -> str:
    return ", ".join(one.words for one in planned)


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f} %"


def deductible_left(deductible: Decimal | None, met: Decimal | None, since: Decimal) -> Decimal | None:
    """What of a year's deductible is open: less what was met when it was told, and `since` by answers to us."""
    if deductible is None:
        return None
    return max(deductible - (met or ZERO) - since, ZERO)


def smaller(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The smaller of a person's and her family's, where either may be unknown."""
    known = [amount for amount in (one, other) if amount is not None]
    return min(known, default=None)
