"""Heart. Giving up what is owed: which kind fits whom, what asks for a hardship record, and who must agree.

A payer's share goes as contractual, timely filing, capitation or QMB; a person's as courtesy, hardship, bad debt or
collections. Small balances go by rule, sliding fees and sequestration where they come from, never by hand.

What an insured client owes of a covered service is waived for hardship only, found for her alone and on record: a
routine waiver of copays misstates the charge to the payer (False Claims Act, 31 U.S.C. 3729) and induces referrals
(42 U.S.C. 1320a-7b(b); the exceptions in 42 CFR 1001.952(k) and 42 U.S.C. 1320a-7a(i)(6)(A); OIG special fraud alert,
59 FR 65372, December 19, 1994).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from practice.money import ZERO, show

PAYERS_SHARE = ("contractual", "timely filing", "capitation", "QMB")
PERSONS_SHARE = ("bad debt", "collections", "hardship", "courtesy")
BY_HAND = PERSONS_SHARE + PAYERS_SHARE
SMALL_BALANCE = "small balance"
WAIVERS = ("courtesy", "hardship")
# What a person may write off of one charge without another's approval, in dollars; None: whatever is owed.
LIMITS: dict[str, Decimal | None] = {"owner": None, "biller": Decimal("50.00")}
MOST_LIMIT = Decimal("100000.00")
MOST_SMALL = Decimal("25.00")  # above it a balance is not small
LONGEST_HARDSHIP = 366  # days: a household is looked at again every year

ROUTINE_WAIVER = (
    "What an insured client owes is not waived without need: doing so routinely counts as a false claim and a kickback "
    "(42 CFR 1001.952(k); OIG fraud alert of 1994). Record the client's hardship first"
)


@dataclass(frozen=True)
class Asked:
    """A write-off somebody asks for. `owed` is what the party owes of the charge now, `waiting` what of it others
    asked for already; `insured` whether a plan ever owed the charge; `hardship` whether a record is in force."""

    kind: str
    amount: Decimal
    payers_share: bool
    owed: Decimal
    waiting: Decimal = ZERO
    insured: bool = False
    hardship: bool = False


def problems(asked: Asked) -> dict[str, str]:
    """What is wrong with it: a sentence by field ("kind", "amount"); empty when it may be asked for."""
    found = {}
    if sentence := _kind_problem(asked):
        found["kind"] = sentence
    if asked.amount <= ZERO:
        found["amount"] = "Write off more than nothing"
    elif asked.amount > asked.owed:
        found["amount"] = f"Only {show(max(asked.owed, ZERO))} is owed; write off that or less"
    elif asked.amount > asked.owed - asked.waiting:
        left = max(asked.owed - asked.waiting, ZERO)
        found["amount"] = f"{show(asked.waiting)} of it waits for approval already; that leaves {show(left)}"
    return found


def _kind_problem(asked: Asked) -> str:
    if asked.kind not in BY_HAND:
        return "Choose one of these kinds; others are never written off by hand"
    if asked.kind not in kinds_for(payers_share=asked.payers_share):
        whose = "a payer" if asked.payers_share else "a person"
        fits = ", ".join(kinds_for(payers_share=asked.payers_share))
        return f"{asked.kind.capitalize()} does not fit what {whose} owes; choose among {fits}"
    if asked.kind in WAIVERS and asked.insured and not asked.hardship:
        return ROUTINE_WAIVER
    return ""


def kinds_for(*, payers_share: bool) -> tuple[str, ...]:
    """The kinds that fit what a payer, or else a person, owes."""
    return PAYERS_SHARE if payers_share else PERSONS_SHARE


def limit_of(roles: Iterable[str], said: Decimal | None) -> Decimal | None:
    """Dollars somebody may write off of a charge alone: what an owner `said`, else the most her roles give; None is
    without a limit."""
    if said is not None:
        return said
    found = [LIMITS.get(role, ZERO) for role in roles]
    return None if None in found else max((limit for limit in found if limit is not None), default=ZERO)


def waits(amount: Decimal, given_before: Decimal, limit: Decimal | None) -> bool:
    """Whether another person must approve. `given_before`: what the same person gave up of the charge alone, so that
    a large write-off does not pass in pieces."""
    return limit is not None and amount + given_before > limit


def changed(amount: Decimal, owed: Decimal) -> str:
    """Why a write-off that waited cannot be approved any more; empty while that much is owed."""
    if owed >= amount:
        return ""
    left = f"{show(owed)} is owed" if owed > ZERO else "Nothing is owed"
    return f"{left} now, less than the {show(amount)} asked for. Reject it; what is left can be asked for anew."


@dataclass(frozen=True)
class Hardship:
    """A finding of need, from its first day to its last."""

    starts_on: date
    ends_on: date


def in_need(records: Sequence[Hardship], on: date) -> bool:
    """Whether the record that counts on a day, the last entered of those that began, is in force then."""
    begun = [record for record in records if record.starts_on <= on]
    return bool(begun) and begun[-1].ends_on >= on


@dataclass(frozen=True)
class SmallRule:
    """At most so many dollars in all, after so many statements."""

    amount: Decimal
    statements: int


@dataclass(frozen=True)
class Debt:
    """What a person owes of one charge, and around it: `in_all` of every charge, `credit` held for her, `statements`
    she was sent; whether the charge was ever `billed` to her, is `with_payer` still, or was `asked` to be given up."""

    amount: Decimal
    in_all: Decimal
    credit: Decimal
    statements: int
    billed: bool
    with_payer: bool
    asked: bool


def is_small(rule: SmallRule, debt: Debt) -> bool:
    """Whether the rule gives a debt up. Never what was not billed, or what a payer still decides on."""
    settled = debt.billed and not debt.with_payer and not debt.asked
    small = ZERO < debt.amount <= debt.in_all <= rule.amount and debt.credit <= ZERO
    return settled and small and debt.statements >= rule.statements
