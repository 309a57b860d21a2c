"""What a payer makes of a claim: pure judgement over the claim, the plan and what is known of the member.

Line by line: charge = paid + contractual write-off (CO-45) + deductible (PR-1) + copay (PR-3) +
coinsurance (PR-2) + sequestration (CO-253). What is left after the adjustments is what is paid, so a line
balances by construction; `Decision` checks it all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from claims.clearinghouse.sandbox.billed import Adjustment, Billed, Line
from claims.clearinghouse.sandbox.fees import ZERO, allowed, cents
from claims.clearinghouse.sandbox.outcomes import AS_THE_PLAN_SAYS, Outcome
from claims.clearinghouse.sandbox.plans import Plan, wants_discipline

ASSISTANTS = {"CO": "GO", "CQ": "GP"}  # an assistant's modifier stands only beside its discipline's
BY_ASSISTANT = "N851"  # remark: paid less because an assistant treated


@dataclass(frozen=True)
class Known:
    """What the payer knows when it judges.

    `deductible_met` by year and `copay_taken` by day are this member's; `duplicate` says that the claim's
    number was adjudicated before, `paid_lines` which of its lines (by position) were, under other numbers.
    """

    received_on: date
    deductible_met: Mapping[int, Decimal] = field(default_factory=dict)
    copay_taken: Mapping[date, Decimal] = field(default_factory=dict)
    duplicate: bool = False
    paid_lines: frozenset[int] = frozenset()
    replaced_before: bool = False


@dataclass(frozen=True)
class Decided:
    """One line's outcome. `allowed` is None when the line was denied."""

    line: Line
    allowed: Decimal | None
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...] = ()

    @property
    def paid(self) -> Decimal:
        return self.line.charge - sum((a.amount for a in self.adjustments), ZERO)

    def sum(self, group: str, reason: str = "") -> Decimal:
        """Dollars adjusted under a group, or under one reason of it."""
        chosen = (a.amount for a in self.adjustments if a.group == group and reason in ("", a.reason))
        return sum(chosen, ZERO)


@dataclass(frozen=True)
class Decision:
    """One claim's outcome: CLP02 and its lines."""

    status: str
    lines: tuple[Decided, ...]

    @property
    def charge(self) -> Decimal:
        return sum((decided.line.charge for decided in self.lines), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((decided.paid for decided in self.lines), ZERO)

    @property
    def client_share(self) -> Decimal:
        return sum((decided.sum("PR") for decided in self.lines), ZERO)


def judge(claim: Billed, plan: Plan, known: Known, outcome: Outcome = AS_THE_PLAN_SAYS) -> Decision:
    """The decision on a claim; an `outcome` overrides what it names."""
    denials = {n: _denial(n, line, claim, plan, known, outcome) for n, line in enumerate(claim.lines, 1)}
    paying = [line for n, line in enumerate(claim.lines, 1) if denials[n] is None and n not in outcome.lines]
    shares = iter(_payable(paying, plan, known, Decimal(outcome.underpay)))
    lines = []
    for n, line in enumerate(claim.lines, 1):
        if n in outcome.lines:
            decided = _exact(line, outcome.lines[n])
        elif denial := denials[n]:
            decided = Decided(line, None, _nonzero((denial[0], denial[1], line.charge)), tuple(denial[2:]))
        else:
            decided = next(shares)
        lines.append(replace(decided, remarks=decided.remarks + outcome.remarks))
    denied = all(decided.allowed is None for decided in lines)
    rank = {"S": "2", "T": "3"}.get(claim.rank, "1")
    return Decision(outcome.status or ("4" if denied else rank), tuple(lines))


def _denial(n: int, line: Line, claim: Billed, plan: Plan, known: Known, outcome: Outcome) -> tuple[str, ...] | None:
    """Group, reason and remarks when a line is denied, the first reason that holds; None when it is payable."""
    if outcome.deny and (n in outcome.deny_lines or not outcome.deny_lines):
        return outcome.deny
    if known.replaced_before:
        return ("CO", "16", "M47")
    if known.duplicate or n in known.paid_lines:
        return ("OA", "18")
    if (known.received_on - line.served_on).days > plan.filing_days:
        return ("CO", "29")
    if not claim.authorization and plan.wants_authorization(claim.subscriber.id, claim.served_on):
        return ("CO", "197", "M62")
    if plan.therapy_modifiers and not _modifiers_are_right(line):
        return ("CO", "4", "N822")
    if line.code in plan.bundled:
        return ("CO", "97", "M15")
    if claim.rank != "P" and line.earlier is None:
        return ("CO", "16", "MA04")
    return None


def _modifiers_are_right(line: Line) -> bool:
    """GO, GP or GN on therapy, exactly one; CO only with GO, CQ only with GP."""
    disciplines = {"GO", "GP", "GN"} & set(line.modifiers)
    if wants_discipline(line.code) and len(disciplines) != 1:
        return False
    return all(ASSISTANTS[m] in disciplines for m in line.modifiers if m in ASSISTANTS)


def _exact(line: Line, cas: tuple[tuple[str, str, Decimal | str], ...]) -> Decided:
    """A line with the adjustments somebody asked for."""
    adjustments = tuple(Adjustment(group, reason, cents(Decimal(amount))) for group, reason, amount in cas)
    decided = Decided(line, None, adjustments)
    seen = decided.paid + decided.sum("PR") + decided.sum("CO", "253")
    return replace(decided, allowed=seen) if seen else decided


# --- payable lines -----------------------------------------------------------------------------


@dataclass
class _Open:
    """A payable line while its shares are being worked out."""

    line: Line
    allowed: Decimal
    deductible: Decimal = ZERO
    copay: Decimal = ZERO

    @property
    def rest(self) -> Decimal:
        return self.allowed - self.deductible - self.copay


def _payable(lines: list[Line], plan: Plan, known: Known, underpay: Decimal) -> list[Decided]:
    """Lines that are not denied, in their order."""
    work = []
    for line in lines:
        fee = allowed(plan.fees, line.code, line.units, line.charge)
        less = min(fee, underpay)
        underpay -= less
        work.append(_Open(line, fee - less))
    _take_deductible(work, plan, known)
    _take_copay(work, plan, known)
    return [_finish(item, plan) if item.line.earlier is None else _after_another(item, plan) for item in work]


def _take_deductible(work: list[_Open], plan: Plan, known: Known) -> None:
    left: dict[int, Decimal] = {}
    for item in work:
        year = item.line.served_on.year
        left.setdefault(year, max(plan.deductible - known.deductible_met.get(year, ZERO), ZERO))
        item.deductible = min(left[year], item.allowed)
        left[year] -= item.deductible


def _take_copay(work: list[_Open], plan: Plan, known: Known) -> None:
    """One copay a day, on the dearest lines first, never above what a line allows."""
    left: dict[date, Decimal] = {}
    for item in sorted(work, key=lambda item: -item.line.charge):
        day = item.line.served_on
        left.setdefault(day, max(plan.copay - known.copay_taken.get(day, ZERO), ZERO))
        item.copay = min(left[day], item.rest)
        left[day] -= item.copay


def _shares(item: _Open, plan: Plan) -> tuple[Decimal, Decimal, Decimal]:
    """Coinsurance, what an assistant's work is paid less, sequestration: each on what the one before leaves.

    An assistant's 85 percent falls on the plan's part only, the client's share stays (RULES P2);
    sequestration comes last (P3).
    """
    coinsurance = cents(item.rest * plan.coinsurance / 100)
    part = item.rest - coinsurance
    treated_by_assistant = any(modifier in ASSISTANTS for modifier in item.line.modifiers)
    cut = part - cents(part * plan.assistant / 100) if treated_by_assistant else ZERO
    return coinsurance, cut, cents((part - cut) * plan.sequestration / 100)


def _finish(item: _Open, plan: Plan) -> Decided:
    coinsurance, cut, sequestration = _shares(item, plan)
    return Decided(
        item.line,
        item.allowed,
        _nonzero(
            ("CO", "45", item.line.charge - item.allowed + cut),
            ("CO", "253", sequestration),
            ("PR", "1", item.deductible),
            ("PR", "2", coinsurance),
            ("PR", "3", item.copay),
        ),
        (BY_ASSISTANT,) if cut else (),
    )


def _after_another(item: _Open, plan: Plan) -> Decided:
    """A line another payer decided before us: we look only at the client's share that it left.

    A plan that fills up pays as if it were alone, but no more than that share; the rest stays the
    client's. One that does not (Medicaid) pays only until its own fee is reached and forgives the rest.
    """
    line = item.line
    left = max(sum((a.amount for a in line.earlier or () if a.group == "PR"), ZERO), ZERO)
    coinsurance, cut, sequestration = _shares(item, plan)
    if plan.fills_up:
        paid = min(item.rest - coinsurance - cut - sequestration, left)
        rest = ("PR", "2", left - paid)
    else:
        paid = min(max(item.allowed - line.earlier_paid, ZERO), left)
        rest = ("CO", "45", left - paid)
    return Decided(line, item.allowed, _nonzero(("OA", "23", line.charge - left), rest))


def _nonzero(*triplets: tuple[str, str, Decimal]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(*triplet) for triplet in triplets if triplet[2])
