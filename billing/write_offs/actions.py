"""Verbs about giving up what is owed: ask or write off, decide, take back; limits, hardship, small balances."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from billing import ledger
from billing.actions.holding import lock
from billing.actions.posting import post, reverse
from billing.ledger import Party, Side
from billing.models import (
    Charge,
    HardshipRecord,
    OpenItem,
    Posting,
    SmallBalanceRule,
    SmallBalanceRun,
    WriteOff,
    WriteOffDecision,
    WriteOffLimit,
)
from billing.write_offs import rules, standing
from billing.write_offs.small_balances import StatementsOf, letters_sent, rule_now, small_debts
from clients.models import Client
from practice import audit
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Membership, local_today
from practice.money import ZERO, show
from practice.permissions import Permission

LONGEST = 200  # letters of a reason, a remark, a proof
MOST_INCOME = Decimal("9999999.99")


@transaction.atomic
def write_off(
    *, by: Membership, charge: Charge, party: Party, kind: str, amount: Decimal, reason: str, key: str
) -> WriteOff:
    """Give up `amount` of what `party` owes of a charge. Above her limit it only asks: it is owed until another person
    approves.

    `key` is made when the form is shown, so pressing twice asks once; with other content it is a Conflict.
    """
    one_at_a_time(f"write-off {key}")
    said = {"charge_id": charge.pk, **standing.columns(party), "kind": kind, "amount": amount, "reason": reason.strip()}
    if known := WriteOff.objects.filter(key=key).first():
        if {name: getattr(known, name) for name in said} == said:
            return known
        raise Conflict("This form wrote something off before, with other words. Open the charge again.")
    _require_sense(charge, party, said, reason)
    waits = rules.waits(amount, standing.given_before(by, charge), standing.limit_of(by))
    row = WriteOff.objects.create(**said, waits=waits, key=key, by=by)
    told: dict[str, Any] = {"client_id": charge.client_id, "amount": str(amount), "kind": kind, "reason": row.reason}
    if waits:
        audit.record("ask for write-off", row, **told)
    else:
        _settle([row], by=by)
        audit.record("write off", row, **told)
    return row


def _require_sense(charge: Charge, party: Party, said: dict[str, Any], reason: str) -> None:
    person = party.id if party.side is Side.CONTACT else None
    insured = standing.insured(charge)
    asked = rules.Asked(
        kind=said["kind"],
        amount=said["amount"],
        payers_share=person is None,
        owed=standing.hold(charge.pk, party),
        waiting=standing.waiting_of(charge, party),
        insured=insured,
        hardship=insured and standing.in_need(charge, person, local_today()),
    )
    errors = rules.problems(asked)
    if not 0 < len(reason.strip()) <= LONGEST:
        errors["reason"] = f"Say why in at most {LONGEST} letters; who approves it reads this"
    if errors:
        raise BadInput(errors)


def _settle(rows: Sequence[WriteOff], *, by: Membership, remark: str = "") -> list[WriteOffDecision]:
    """Post write-offs and keep that they were approved, in a constant number of statements."""
    today = local_today()
    movements = [
        replace(
            ledger.adjust(
                key=f"write-off:{row.pk}", on=today, charge=row.charge_id, amount=row.amount, party=row.party,
                reason=row.kind,
            ),
            memo=row.reason,
        )
        for row in rows
    ]  # fmt: skip
    ids = post(movements, by=by)
    return WriteOffDecision.objects.bulk_create(
        WriteOffDecision(write_off=row, approved=True, remark=remark, posting_id=ids[movement.key], by=by)
        for row, movement in zip(rows, movements, strict=True)
    )


@transaction.atomic
def decide(*, by: Membership, write_off: WriteOff, approved: bool, remark: str = "") -> WriteOffDecision:
    """Approve or reject a write-off that waits. Approved, it is posted in this commit; rejected, all stays owed.

    Who asked may not. Where less is owed by now than was asked, approving is a Conflict.
    """
    owed = standing.hold(write_off.charge_id, write_off.party)
    if known := write_off.decisions.select_related("by__user").first():
        if known.approved is approved:
            return known
        raise Conflict(f"{known.by.user.name} {known} it meanwhile.")
    if by.pk == write_off.by_id:
        raise Conflict("You asked for it yourself; another person decides.")
    if len(remark.strip()) > LONGEST:
        raise BadInput(remark=f"At most {LONGEST} letters")
    if approved and (sentence := rules.changed(write_off.amount, owed)):
        raise Conflict(sentence)
    if approved:
        [decision] = _settle([write_off], by=by, remark=remark.strip())
    else:
        decision = WriteOffDecision.objects.create(write_off=write_off, approved=False, remark=remark.strip(), by=by)
    audit.record(
        "approve write-off" if approved else "reject write-off", write_off, client_id=write_off.charge.client_id,
        amount=str(write_off.amount), reason=remark.strip(),
    )  # fmt: skip
    return decision


@transaction.atomic
def take_back(*, by: Membership, write_off: WriteOff, reason: str) -> WriteOff:
    """Reverse a posted write-off, once: what it gave up is owed again."""
    if not 0 < len(reason.strip()) <= LONGEST:
        raise BadInput(reason=f"Say why in at most {LONGEST} letters")
    standing.hold(write_off.charge_id, write_off.party)
    decision = write_off.decisions.first()
    if decision is None or decision.posting_id is None:
        raise Conflict("It was not posted, so there is nothing to take back.")
    if Posting.objects.filter(reverses=decision.posting_id).exists():
        raise Conflict("It was taken back already.")
    _undo([decision.posting_id], by=by, reason=reason.strip())
    audit.record(
        "take back write-off", write_off, client_id=write_off.charge.client_id, amount=str(write_off.amount),
        reason=reason.strip(),
    )  # fmt: skip
    return write_off


def _undo(postings: Sequence[int], *, by: Membership, reason: str) -> None:
    reverse(postings=postings, key="take-back", on=local_today(), by=by, memo=reason)


@transaction.atomic
def set_limit(*, by: Membership, member: Membership, amount: Decimal) -> WriteOffLimit:
    """What a person may write off of a charge alone from now on. Nobody sets her own."""
    if not member.may(Permission.WRITE_OFF):
        raise BadInput(member=f"{member.user.name} may not write off at all; give her the role first")
    if member.pk == by.pk:
        raise Conflict("Nobody sets her own limit; another owner does.")
    if not ZERO <= amount <= rules.MOST_LIMIT:
        raise BadInput(amount=f"A limit is from nothing to {rules.MOST_LIMIT:,.0f} dollars")
    row = WriteOffLimit.objects.create(member=member, amount=amount, by=by)
    audit.record("set write-off limit", row, amount=str(amount), member=member.pk)
    return row


@transaction.atomic
def record_hardship(
    *, by: Membership, client: Client, household_size: int, income: Decimal, proof: str, starts_on: date, ends_on: date
) -> HardshipRecord:
    """That a household cannot pay, and what proved it. It counts for a year at most; the one entered last counts."""
    errors = {}
    if not 1 <= household_size <= 30:
        errors["household_size"] = "A household has from 1 to 30 people"
    if not ZERO <= income <= MOST_INCOME:
        errors["income"] = "The income of a year, from nothing to ten million dollars"
    if not 0 < len(proof.strip()) <= LONGEST:
        errors["proof"] = f"Say in at most {LONGEST} letters what you looked at, such as pay stubs or a tax return"
    if ends_on < starts_on:
        errors["ends_on"] = "The last day is before the first"
    elif ends_on > starts_on + timedelta(days=rules.LONGEST_HARDSHIP):
        errors["ends_on"] = "It counts for a year at most; then look at the household again"
    if errors:
        raise BadInput(errors)
    row = HardshipRecord.objects.create(
        client=client, household_size=household_size, income=income, proof=proof.strip(), starts_on=starts_on,
        ends_on=ends_on, by=by,
    )  # fmt: skip
    audit.record("record hardship", row, client_id=client.pk, starts_on=starts_on.isoformat())
    return row


@transaction.atomic
def set_small_rule(*, by: Membership, amount: Decimal, statements: int) -> SmallBalanceRule:
    """Which balances the practice gives up from now on. Nothing goes before somebody runs it."""
    errors = {}
    if not ZERO < amount <= rules.MOST_SMALL:
        errors["amount"] = f"A small balance is more than nothing and at most {show(rules.MOST_SMALL)}"
    if not 1 <= statements <= 12:
        errors["statements"] = "Send from 1 to 12 statements before"
    if errors:
        raise BadInput(errors)
    row = SmallBalanceRule.objects.create(amount=amount, statements=statements, by=by)
    audit.record("set small balance rule", row, amount=str(amount), statements=statements)
    return row


@transaction.atomic
def run_small_balances(
    *, by: Membership, count: int, total: Decimal, key: str, statements_of: StatementsOf = letters_sent
) -> SmallBalanceRun:
    """Give up what the rule names, each debt by a posting of its own.

    `count` and `total` are what the preview showed: where it is something else by now, nothing happens (Conflict).
    """
    one_at_a_time("small balances")
    if known := SmallBalanceRun.objects.filter(key=key).first():
        return known
    rule = rule_now()
    if rule is None:
        raise Conflict("There is no rule for small balances yet; an owner sets it.")
    debts = _held(small_debts(rule, local_today(), statements_of=statements_of))
    if not debts or (len(debts), _sum(debts)) != (count, total):
        raise Conflict(f"By now these are {len(debts)} balances of {show(_sum(debts))}. Look at the list again.")
    run = SmallBalanceRun.objects.create(rule=rule, key=key, by=by)
    rows = WriteOff.objects.bulk_create(
        WriteOff(
            charge=item.charge, contact_id=item.contact_id, kind=rules.SMALL_BALANCE, amount=item.balance,
            reason=f"at most {show(rule.amount)} in all", waits=False, run=run, key=f"small:{run.pk}:{item.pk}", by=by,
        )
        for item in debts
    )  # fmt: skip
    _settle(rows, by=by)
    audit.record_many("write off", rows, kind=rules.SMALL_BALANCE, run=run.pk)
    return run


def _held(found: list[OpenItem]) -> list[OpenItem]:
    """The same debts, held as who takes payments holds them: people first, in order. What changed meanwhile is shown
    by its new balance."""
    people = {item.contact_id or 0 for item in found}
    lock(Q(pk__in=people))
    ids = [item.pk for item in found]
    held = OpenItem.objects.select_for_update(of=("self",)).filter(pk__in=ids, balance__gt=0).select_related("charge")
    return list(held.order_by("id"))


def _sum(debts: Sequence[OpenItem]) -> Decimal:
    return sum((item.balance for item in debts), ZERO)


@transaction.atomic
def undo_run(*, by: Membership, run: SmallBalanceRun) -> int:
    """Take back what a run gave up and is not taken back yet; how many debts are owed again."""
    one_at_a_time("small balances")
    posted = WriteOffDecision.objects.filter(write_off__run=run, posting__reversals=None)
    rows = list(posted.order_by("id").select_related("write_off__charge"))
    if not rows:
        raise Conflict("All of this run was taken back already.")
    _undo([row.posting_id for row in rows if row.posting_id], by=by, reason="small balances taken back")
    audit.record_many("take back write-off", [row.write_off for row in rows], run=run.pk)
    return len(rows)
