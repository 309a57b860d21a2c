"""Heart. The double-entry ledger: what may be written, and how each movement of money is spelled.

A movement has two or more lines whose signed amounts sum to zero. Positive on *receivable* means
somebody owes us; income and credit are negative by nature; *in transit* is money that was announced
or taken and has not reached the bank. A line on receivable names its charge and who owes it, so
responsibility is a fact of the ledger and never inferred. A correction is the reversing movement.

Every movement has a key, unique per practice: done twice it is done once, and the same key with
other content is an error.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from practice.money import ZERO, dollars


class Account(StrEnum):
    RECEIVABLE = "receivable"
    INCOME = "income"
    ADJUSTMENT = "adjustment"
    IN_TRANSIT = "in_transit"
    BANK = "bank"
    CREDIT = "credit"
    PAYER_BALANCE = "payer_balance"
    EXPENSE = "expense"
    OPENING_BALANCE = "opening_balance"


GIVEN_UP = (
    "contractual",
    "sequestration",
    "capitation",
    "QMB",
    "timely filing",
    "sliding fee",
    "courtesy",
    "hardship",
    "small balance",
    "bad debt",
    "collections",
)
# The word in brackets after the account: what a line is for.
REASONS: dict[Account, frozenset[str]] = {
    Account.RECEIVABLE: frozenset(
        {
            "charge",
            "discount",
            "expected copay",
            "paid",
            "adjusted",
            "deductible",
            "coinsurance",
            "copay",
            "applied",
            "other share",
        }
    ),
    Account.INCOME: frozenset({"service", "fee", "product", "interest", "capitation"}),
    Account.ADJUSTMENT: frozenset(GIVEN_UP),
    Account.IN_TRANSIT: frozenset({"till", "card processor", "remittance"}),
    Account.BANK: frozenset({"deposit", "refund"}),
    Account.CREDIT: frozenset({"client", "payer"}),
    Account.PAYER_BALANCE: frozenset({"provider adjustment"}),
    Account.EXPENSE: frozenset({"processor fee", "levy"}),
    Account.OPENING_BALANCE: frozenset({"carried over"}),
}


class Side(StrEnum):
    """Who can owe or be owed: a payer through a coverage, a person, a payer as a whole."""

    COVERAGE = "coverage"
    CONTACT = "contact"
    PAYER = "payer"


@dataclass(frozen=True, order=True)
class Party:
    side: Side
    id: int

    @classmethod
    def coverage(cls, id: int) -> "Party":
        return cls(Side.COVERAGE, id)

    @classmethod
    def contact(cls, id: int) -> "Party":
        return cls(Side.CONTACT, id)

    @classmethod
    def payer(cls, id: int) -> "Party":
        return cls(Side.PAYER, id)


@dataclass(frozen=True)
class Line:
    """One entry: signed dollars on an account. `charge` is an id, `party` who owes or is owed."""

    account: Account
    reason: str
    amount: Decimal
    charge: int | None = None
    party: Party | None = None


@dataclass(frozen=True)
class Movement:
    """A posting to be written. `posted_on` is the accounting date; `reverses` a posting's id."""

    kind: str
    key: str
    posted_on: date
    lines: tuple[Line, ...]
    memo: str = ""
    reverses: int | None = None


class Unbalanced(ValueError):
    """A movement that must not be written."""


def check(movement: Movement) -> Movement:
    """`movement` itself if it may be written; raises Unbalanced with the reason otherwise."""
    if not movement.key:
        raise Unbalanced("a posting needs a key")
    if len(movement.lines) < 2:
        raise Unbalanced(f"{movement.key}: a posting needs at least two lines")
    for line in movement.lines:
        _check_line(movement.key, line)
    total = sum((line.amount for line in movement.lines), ZERO)
    if total != ZERO:
        raise Unbalanced(f"{movement.key}: lines sum to {total}, not to zero")
    return movement


def _check_line(key: str, line: Line) -> None:
    if dollars(line.amount) == ZERO:
        raise Unbalanced(f"{key}: a line of zero dollars")
    if line.reason not in REASONS[line.account]:
        raise Unbalanced(f"{key}: {line.account} has no reason “{line.reason}”")
    if line.account is Account.RECEIVABLE:
        if line.charge is None or line.party is None or line.party.side is Side.PAYER:
            raise Unbalanced(f"{key}: a receivable names its charge and who owes it")
    elif line.account is Account.CREDIT:
        if line.party is None or line.party.side is Side.COVERAGE:
            raise Unbalanced(f"{key}: a credit names the person or payer it is held for")


def fingerprint(movement: Movement) -> str:
    """SHA-256 over everything a movement says, so that a reused key with other content is seen."""
    lines = sorted(
        f"{line.account}|{line.reason}|{line.amount}|{line.charge}|{line.party and (line.party.side, line.party.id)}"
        for line in movement.lines
    )
    text = "\n".join([movement.kind, movement.posted_on.isoformat(), str(movement.reverses), *lines])
    return sha256(text.encode()).hexdigest()


def _receivable(reason: str, amount: Decimal, charge: int, party: Party) -> Line:
    return Line(Account.RECEIVABLE, reason, amount, charge, party)


type Owed = Sequence[tuple[Party, Decimal]]  # who, and dollars


def charge(*, key: str, on: date, charge: int, owed: Owed, income: str = "service") -> Movement:
    """A service was given: a payer owes its whole usual fee, or the people who share it do."""
    total = sum((amount for _, amount in owed), ZERO)
    debts = (_receivable("charge", amount, charge, party) for party, amount in owed)
    return check(Movement("charge", key, on, (*debts, Line(Account.INCOME, income, -total, charge))))


def transfer(*, key: str, on: date, charge: int, source: Party, targets: Owed, reason: str) -> Movement:
    """Responsibility moves from one party to another, or to several."""
    total = sum((amount for _, amount in targets), ZERO)
    gained = (_receivable(reason, amount, charge, party) for party, amount in targets)
    return check(Movement("transfer", key, on, (_receivable(reason, -total, charge, source), *gained)))


def adjust(*, key: str, on: date, charge: int, amount: Decimal, party: Party, reason: str) -> Movement:
    """`amount` of what `party` owes is given up for a named reason."""
    lines = (Line(Account.ADJUSTMENT, reason, amount, charge), _receivable("adjusted", -amount, charge, party))
    return check(Movement("adjustment", key, on, lines))


def move_credit(*, key: str, on: date, amount: Decimal, source: Party, target: Party) -> Movement:
    """Credit of one person becomes another's."""
    lines = (
        Line(Account.CREDIT, "client", amount, party=source),
        Line(Account.CREDIT, "client", -amount, party=target),
    )
    return check(Movement("transfer", key, on, lines))


def receive(*, key: str, on: date, amount: Decimal, holder: Party, into: str, memo: str = "") -> Movement:
    """Money came in: on its way to the bank, and a credit of `holder` until it is applied."""
    kind = "client" if holder.side is Side.CONTACT else "payer"
    lines = (Line(Account.IN_TRANSIT, into, amount), Line(Account.CREDIT, kind, -amount, party=holder))
    return check(Movement("payment", key, on, lines, memo))


def refund(*, key: str, on: date, amount: Decimal, holder: Party, account: Account, source: str) -> Movement:
    """Credit of a person goes back to her: from the till, the card processor, or the bank (a check of ours)."""
    lines = (Line(Account.CREDIT, "client", amount, party=holder), Line(account, source, -amount))
    return check(Movement("refund", key, on, lines))


def apply(*, key: str, on: date, holder: Party, shares: Sequence[tuple[int, Decimal]]) -> Movement:
    """A person's credit pays charges: `shares` are (charge, dollars); less than nothing goes back to the credit."""
    total = sum((amount for _, amount in shares), ZERO)
    paid = (_receivable("applied", -amount, charge, holder) for charge, amount in shares)
    return check(Movement("application", key, on, (Line(Account.CREDIT, "client", total, party=holder), *paid)))


@dataclass(frozen=True)
class Adjudication:
    """What a payer decided about one charge, in dollars: paid, given up by reason, moved to people by reason."""

    charge: int
    payer: Party
    paid: Decimal
    given_up: tuple[tuple[str, Decimal], ...] = ()
    moved: tuple[tuple[str, Party, Decimal], ...] = ()


def adjudicate(*, key: str, on: date, decision: Adjudication, memo: str = "") -> Movement | None:
    """The movement of one adjudicated line; None when the payer neither paid nor moved anything."""
    lines: list[Line] = []
    if decision.paid:
        lines += [
            Line(Account.IN_TRANSIT, "remittance", decision.paid),
            _receivable("paid", -decision.paid, decision.charge, decision.payer),
        ]
    for reason, amount in decision.given_up:
        lines += [
            Line(Account.ADJUSTMENT, reason, amount, decision.charge),
            _receivable("adjusted", -amount, decision.charge, decision.payer),
        ]
    for reason, person, amount in decision.moved:
        lines += [
            _receivable(reason, -amount, decision.charge, decision.payer),
            _receivable(reason, amount, decision.charge, person),
        ]
    lines = [line for line in lines if line.amount]
    return check(Movement("remittance", key, on, tuple(lines), memo)) if lines else None


def provider_adjustment(*, key: str, on: date, amount: Decimal, payer: Party, memo: str) -> Movement:
    """The payer kept (`amount` > 0) or added (< 0) money that belongs to no claim (PLB)."""
    lines = (
        Line(Account.IN_TRANSIT, "remittance", -amount),
        Line(Account.PAYER_BALANCE, "provider adjustment", amount, party=payer),
    )
    return check(Movement("provider adjustment", key, on, lines, memo))


def reverse(*, key: str, on: date, posting: int, lines: Iterable[Line], memo: str = "") -> Movement:
    """The opposite of a written posting, pointing back at it."""
    opposite = tuple(Line(x.account, x.reason, -x.amount, x.charge, x.party) for x in lines)
    return check(Movement("reversal", key, on, opposite, memo, reverses=posting))
