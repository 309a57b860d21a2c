"""What is due becomes 835s: one for each payer, payee and day, decided in the order the claims came.

Everything a payment changes (decisions, deductibles, money carried forward, the file itself) happens in
one transaction of the memory.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from claims.clearinghouse.sandbox import outcomes, plain
from claims.clearinghouse.sandbox.adjudicate import Decided, Decision, Known, judge
from claims.clearinghouse.sandbox.arriving import remember
from claims.clearinghouse.sandbox.billed import Billed, Line
from claims.clearinghouse.sandbox.fees import ZERO, cents
from claims.clearinghouse.sandbox.memory import Memory
from claims.clearinghouse.sandbox.outcomes import AS_THE_PLAN_SAYS, Outcome
from claims.clearinghouse.sandbox.plans import Plan
from claims.clearinghouse.sandbox.remit import Advice, Payee, Payment, ProviderAdjustment, remittance
from claims.clearinghouse.sandbox.writing import REMITTANCE, Mailbox, interchange

CORRECTION, VOID = "7", "8"


@dataclass
class Run:
    """One payment in the making."""

    memory: Memory
    plan: Plan
    payee: str
    mailbox: str
    due_on: date
    trace: str
    advices: list[Advice] = field(default_factory=list)
    provider: list[ProviderAdjustment] = field(default_factory=list)


@dataclass(frozen=True)
class OnFile:
    """A claim as the memory holds it."""

    payer_number: str
    state: str  # pending, decided, reversed, void, silent
    received_on: date
    claim: Billed
    decision: Decision | None
    outcome: Outcome


def pay_due(memory: Memory, payers: Mapping[str, Plan], today: date) -> None:
    """Write every 835 due by `today`, oldest day first."""
    sql = (
        "SELECT due_on, payer, payee, mailbox FROM due WHERE trace IS NULL AND due_on <= ?"
        " ORDER BY due_on, payer, payee, mailbox LIMIT 1"
    )
    while row := memory.one(sql, today.isoformat()):
        with memory.transaction():
            due_on, payer, payee, mailbox = row
            day = date.fromisoformat(due_on)
            trace = f"{day:%Y%m%d}{memory.next('trace'):05d}"
            _pay(Run(memory, payers[payer], payee, mailbox, day, trace), today)


def _pay(run: Run, today: date) -> None:
    sql = (
        "SELECT id, what, payer_number, more FROM due WHERE trace IS NULL AND due_on = ? AND payer = ?"
        " AND payee = ? AND mailbox = ? ORDER BY id"
    )
    key = (run.due_on.isoformat(), run.plan.payer_id, run.payee, run.mailbox)
    for due_id, what, payer_number, more in run.memory.all(sql, *key):
        run.memory.all("UPDATE due SET trace = ? WHERE id = ?", run.trace, due_id)
        if what == "claim":
            _settle(run, payer_number)
        elif what == "reverse":
            _reverse(run, payer_number, outcomes.from_plain(json.loads(more)) if more else None)
        else:
            code, reference, amount = json.loads(more)
            run.provider.append(ProviderAdjustment(code, reference, cents(Decimal(amount))))
    if run.advices or run.provider:
        _carry_forward(run)
        _write(run, today)


def _write(run: Run, today: date) -> None:
    mailbox = Mailbox(**json.loads(run.mailbox))
    payment = Payment(
        plan=run.plan,
        payee=_payee(run.memory, run.payee),
        paid_on=run.due_on,
        trace=run.trace,
        submitter=mailbox.theirs,
        advices=tuple(run.advices),
        adjustments=tuple(run.provider),
    )
    control = run.memory.next("interchange")
    body = interchange(mailbox, REMITTANCE, today, control, [remittance(payment)])
    run.memory.send("outbox", f"{run.plan.payer_id}-{run.trace}.835", body)


def _payee(memory: Memory, npi: str) -> Payee:
    row = memory.one("SELECT body FROM claim WHERE payee = ? ORDER BY rowid DESC LIMIT 1", npi)
    assert row is not None  # nothing is ever due to a payee without a claim
    claim = plain.load_claim(row[0])
    name = f"{claim.payee.last} {claim.payee.first}".strip()
    return Payee(npi, name, claim.payee_tax_id)


def _carry_forward(run: Run) -> None:
    """A payment is never negative: what is missing is taken from the next (PLB FB, negative, then positive)."""
    payer, memory = run.plan.payer_id, run.memory
    total = sum((a.sign * a.decision.paid for a in run.advices), ZERO) - sum((p.amount for p in run.provider), ZERO)
    owed = memory.carried(payer, run.payee)
    taken = max(min(owed, total), ZERO)
    missing = max(-total, ZERO)
    if taken:
        run.provider.append(ProviderAdjustment("FB", run.trace, taken))
    if missing:
        run.provider.append(ProviderAdjustment("FB", run.trace, -missing))
    memory.carry(payer, run.payee, owed - taken + missing)


# --- claims ------------------------------------------------------------------------------------


def _load(memory: Memory, payer_number: str) -> OnFile:
    row = memory.one(
        "SELECT c.state, c.received_on, c.body, c.decision, coalesce(c.outcome, p.outcome)"
        " FROM claim c LEFT JOIN plant p ON p.number = c.number WHERE c.payer_number = ?",
        payer_number,
    )
    assert row is not None
    state, received_on, body, decision, outcome = row
    return OnFile(
        payer_number,
        state,
        date.fromisoformat(received_on),
        plain.load_claim(body),
        plain.load_decision(decision) if decision else None,
        outcomes.from_plain(json.loads(outcome)) if outcome else AS_THE_PLAN_SAYS,
    )


def _set(run: Run, payer_number: str, state: str, decision: Decision | None = None) -> None:
    sql = "UPDATE claim SET state = ?, decision = coalesce(?, decision) WHERE payer_number = ?"
    run.memory.all(sql, state, plain.dump(decision) if decision else None, payer_number)


def _settle(run: Run, payer_number: str) -> None:
    """Decide a claim that waits; a correction takes back the claim that it names first."""
    on_file = _load(run.memory, payer_number)
    if on_file.state != "pending":
        return
    claim = on_file.claim
    if on_file.outcome.silent:
        _set(run, payer_number, "silent")
        return
    corrects = claim.frequency in (CORRECTION, VOID)
    taken_back = corrects and _reverse(run, claim.replaces, None)
    if claim.frequency == VOID and taken_back:
        _set(run, payer_number, "void")
        return
    known = _known(run, on_file, duplicate=not corrects and _came_before(run, on_file))
    _decide(run, on_file, Known(**{**known, "replaced_before": corrects and not taken_back}))


def _decide(run: Run, on_file: OnFile, known: Known) -> None:
    claim, outcome = on_file.claim, on_file.outcome
    decision = judge(claim, run.plan, known, outcome)
    _set(run, on_file.payer_number, "decided", decision)
    _use_up(run, claim, decision, on_file.payer_number, 1)
    run.advices.append(Advice(claim, decision, on_file.payer_number, on_file.received_on, outcome=outcome))
    for code, reference, amount in outcome.provider:
        run.provider.append(ProviderAdjustment(code, reference, cents(Decimal(amount))))
    if outcome.reverse_after is not None:
        later = run.due_on + timedelta(days=outcome.reverse_after)
        more = plain.dump(outcomes.to_plain(outcome.correction)) if outcome.correction else ""
        run.memory.queue(later, run.plan.payer_id, run.payee, run.mailbox, "reverse", on_file.payer_number, more)


def _reverse(run: Run, payer_number: str, correction: Outcome | None) -> bool:
    """Take a decision back (22) and, with a `correction`, decide anew. False when there is none to take back.

    A claim that still waits is decided first: a payer cannot take back what it never said.
    """
    _settle(run, payer_number)
    on_file = _load(run.memory, payer_number)
    if on_file.state != "decided" or on_file.decision is None:
        return False
    _set(run, payer_number, "reversed")
    _use_up(run, on_file.claim, on_file.decision, payer_number, -1)
    run.advices.append(Advice(on_file.claim, on_file.decision, payer_number, on_file.received_on, reversal=True))
    if correction is not None:
        number = f"{run.due_on:%y%j}{run.memory.next('claim'):07d}"
        remember(run.memory, number, on_file.claim, on_file.received_on, plain.dump(outcomes.to_plain(correction)))
        anew = _load(run.memory, number)
        _decide(run, anew, Known(**_known(run, anew, duplicate=False)))
    return True


def _came_before(run: Run, on_file: OnFile) -> bool:
    """Whether the same claim number of the same payee was taken on file earlier."""
    sql = (
        "SELECT 1 FROM claim WHERE payee = ? AND number = ? AND state IN ('pending', 'decided')"
        " AND rowid < (SELECT rowid FROM claim WHERE payer_number = ?)"
    )
    return run.memory.one(sql, run.payee, on_file.claim.number, on_file.payer_number) is not None


# --- members -----------------------------------------------------------------------------------


def member_key(member_id: str, first_name: str) -> str:
    """A family shares one id, but not its deductible."""
    return f"{member_id} {first_name}".upper()


def _known(run: Run, on_file: OnFile, *, duplicate: bool) -> dict[str, Any]:
    claim, payer, memory = on_file.claim, run.plan.payer_id, run.memory
    member = member_key(claim.subscriber.id, claim.patient.first)
    days = {line.served_on for line in claim.lines}
    sql = "SELECT 1 FROM service WHERE payer = ? AND key = ? AND payer_number <> ?"
    return {
        "received_on": on_file.received_on,
        "deductible_met": {d.year: memory.amount_taken(payer, member, f"deductible {d.year}") for d in days},
        "copay_taken": {d: memory.amount_taken(payer, member, f"copay {d}") for d in days},
        "duplicate": duplicate,
        "paid_lines": frozenset(
            n
            for n, line in enumerate(claim.lines, 1)
            if memory.one(sql, payer, _service_key(claim, line), on_file.payer_number)
        ),
    }


def _service_key(claim: Billed, line: Line) -> str:
    member = member_key(claim.subscriber.id, claim.patient.first)
    who = line.rendering.id or claim.rendering.id or claim.payee.id
    return "|".join([claim.payee.id, who, member, str(line.served_on), line.code, *line.modifiers])


def _use_up(run: Run, claim: Billed, decision: Decision, payer_number: str, sign: int) -> None:
    """Deductible, copay and paid services: taken by a decision, given back by its reversal."""
    for decided in decision.lines:
        _use_up_line(run, claim, decided, payer_number, sign)


def _use_up_line(run: Run, claim: Billed, decided: Decided, payer_number: str, sign: int) -> None:
    memory, payer, day = run.memory, run.plan.payer_id, decided.line.served_on
    member = member_key(claim.subscriber.id, claim.patient.first)
    for reason, what in (("1", f"deductible {day.year}"), ("3", f"copay {day}")):
        if amount := decided.sum("PR", reason):
            memory.take(payer, member, what, sign * amount)
    key = _service_key(claim, decided.line)
    if sign < 0:
        memory.all("DELETE FROM service WHERE payer = ? AND key = ? AND payer_number = ?", payer, key, payer_number)
    elif decided.allowed is not None:
        memory.all("INSERT OR IGNORE INTO service VALUES (?, ?, ?)", payer, key, payer_number)
