"""A kept remittance posted to the ledger: whole, each line once, and the decisions on its claims."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing import ledger
from billing.actions import apply_held, hold_people, post, release_overpaid
from billing.ledger import Account, Adjudication, Movement, Party
from billing.models import Charge, Entry
from billing.never_billed import asks_of
from billing.owing import NOT_RESPONSIBILITY, Owing
from claims import posting_rules
from claims.models import (
    Claim,
    ClaimEvent,
    ClaimLine,
    Decision,
    Delivery,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    RemittanceState,
)
from clients.coverage import Covered
from clients.shares import Part, take_back
from practice import audit, clock
from practice.models import Membership, local_today
from practice.money import ZERO, split
from sessions.paying import Paying

PREDETERMINATION, REVERSAL = "25", "22"  # CLP02


@transaction.atomic
def post_remittance(*, remittance: Remittance, by: Membership | None) -> Remittance:
    """Post a payment whole: each known line adjudicated, unknown money kept as the payer's credit.

    Keys carry the remittance and its round, so posting it again changes nothing.
    """
    remittance = Remittance.objects.select_for_update(of=("self",)).select_related("payer").get(pk=remittance.pk)
    if remittance.state != RemittanceState.READY or remittance.payer is None:
        return remittance
    today = local_today()
    told = list(
        remittance.claims.exclude(status=PREDETERMINATION).select_related(
            "claim__client", "claim__coverage", "claim__case"
        )
    )
    hold_people({row.claim.client_id for row in told if row.claim})  # first: what was moved before is read next
    posting = _Posting(remittance, told)
    post(posting.movements(), by=by)
    release_overpaid(charges=posting.charges, key=f"era:{remittance.pk}", on=today)
    live = Charge.objects.filter(day__charges__in=posting.charges, reversed_by=None)
    apply_held(charges=set(live.values_list("pk", flat=True)), on=today)
    _decide(list(posting.decisions()))
    Remittance.objects.filter(pk=remittance.pk).update(
        state=RemittanceState.POSTED,
        posted_at=clock.now(),
        posted_on=today,
        trouble=posting.trouble()[:200],
    )
    audit.record("post remittance", remittance, amount=str(remittance.amount), claims=len(told))
    return Remittance.objects.get(pk=remittance.pk)


class _Posting:
    """The movements of one remittance, from rows fetched in a constant number of queries."""

    def __init__(self, remittance: Remittance, told: list[RemittanceClaim]) -> None:
        self.remittance, self.told, self.today = remittance, told, local_today()
        self.lines: dict[int, list[RemittanceLine]] = defaultdict(list)
        for line in RemittanceLine.objects.filter(remittance_claim__in=told).select_related("line__charge"):
            self.lines[line.remittance_claim_id].append(line)
        self.charges = [line.line.charge_id for lines in self.lines.values() for line in lines if line.line]
        shares = (
            Entry.objects.filter(account=Account.RECEIVABLE.value, charge__in=self.charges, contact__isnull=False)
            .exclude(reason__in=NOT_RESPONSIBILITY)
            .values_list("charge", "contact")
            .annotate(Sum("amount"))
        )
        self.moved_before: dict[int, dict[int, Decimal]] = defaultdict(dict)
        for charge, person, amount in shares:
            self.moved_before[charge][person] = amount
        self.asks = asks_of(self.charges)
        mine = [row.claim for row in told if row.claim]
        self.owing = Owing({claim.client_id for claim in mine}, {claim.served_on for claim in mine})
        self.paying = Paying({row.claim.client_id for row in told if row.claim})
        self.unapplied = ZERO
        self.unposted: set[int] = set()

    def movements(self) -> list[Movement]:
        found = [m for row in self.told for m in self._of_claim(row)]
        payer = Party.payer(self.remittance.payer_id or 0)
        for index, (code, reference, amount) in enumerate(self.remittance.provider_adjustments, start=1):
            if not Decimal(amount):
                continue  # told for information
            found.append(
                ledger.provider_adjustment(
                    key=self._key(f"plb{index}"),
                    on=self.today,
                    amount=Decimal(amount),
                    payer=payer,
                    memo=f"PLB {code} {reference}",
                )
            )
        if self.unapplied:
            found.append(
                ledger.receive(
                    key=self._key("unapplied"), on=self.today, amount=self.unapplied, holder=payer, into="remittance"
                )
            )
        return found

    def trouble(self) -> str:
        """What a person has to look at; empty when all of it was posted."""
        if not self.unposted:
            return ""
        some = [row.control for row in self.told if row.pk in self.unposted]
        named = ", ".join(some[:3]) + (f" and {len(some) - 3} more" if len(some) > 3 else "")
        held = f" Its {self.unapplied} dollars wait as the payer’s credit." if self.unapplied else ""
        return f"Not matched to lines of ours: {named}.{held}"

    def decisions(self) -> Iterator[tuple[RemittanceClaim, Claim, Decision]]:
        """What the payer decided of each claim whose answer is in the ledger."""
        for row in self.told:
            if row.claim and row.pk not in self.unposted:
                reversed_ = row.status == REVERSAL  # takes money back and decides nothing
                decision = Decision(row.claim.decision) if reversed_ else self._decision(row, row.claim)
                yield row, row.claim, decision

    def _key(self, what: str) -> str:
        return f"era:{self.remittance.pk}:1:{what}"

    def _of_claim(self, row: RemittanceClaim) -> list[Movement]:
        """A claim whose every line is known is posted line by line; otherwise its money waits."""
        lines = self.lines[row.pk]
        if row.claim is not None and not lines and not row.paid and _all_waits(row):
            return []  # the whole claim is refused without a word on its lines
        known = row.claim is not None and lines and all(line.line for line in lines) and not row.adjustments
        if not known:
            self.unapplied += row.paid
            self.unposted.add(row.pk)
            return []
        found = (self._of_line(row, line) for line in lines)
        return [movement for movement in found if movement]

    def _of_line(self, row: RemittanceClaim, line: RemittanceLine) -> Movement | None:
        claim, ours = row.claim, line.line
        assert claim is not None and ours is not None
        sorted_out = self._sorted_of(row, line)
        decision = Adjudication(
            charge=ours.charge_id,
            payer=Party.coverage(claim.coverage_id),
            paid=line.paid,
            given_up=tuple(sorted_out.given_up.items()),
            moved=self._moved(row, claim, ours, sorted_out),
        )
        return ledger.adjudicate(
            key=self._key(str(line.pk)), on=self.today, decision=decision, memo=f"remittance {self.remittance.trace}"
        )

    def _after(self, claim: Claim) -> Covered | None:
        """Who pays next after the claim's coverage; None is the client."""
        return self.paying.of(claim.client_id, claim.case.visit(claim.served_on)).after(claim.coverage_id)

    def _sorted_of(self, row: RemittanceClaim, line: RemittanceLine) -> posting_rules.Sorted:
        """What becomes of a line's adjustments. What nobody may be asked for waits with who said it is the client's.

        A reversal says what was told before, and is taken as it is.
        """
        told = _sorted(line.adjustments)
        allowed = self.asks.get(line.line.charge_id) if line.line else None
        if allowed is None or row.claim is None or row.status == REVERSAL or self._after(row.claim):
            return told
        moved = {reason: amount for reason, amount in told.moved.items() if reason in allowed}
        kept_back = sum(told.moved.values(), ZERO) - sum(moved.values(), ZERO)
        return replace(told, moved=moved, waiting=told.waiting + kept_back)

    def _decision(self, row: RemittanceClaim, claim: Claim) -> Decision:
        lines = self.lines[row.pk]
        waiting = sum((self._sorted_of(row, line).waiting for line in lines), _sorted(row.adjustments).waiting)
        if waiting <= 0:
            return Decision.PAID
        return Decision.DENIED if waiting >= row.charge else Decision.PART_DENIED

    def _moved(self, row: RemittanceClaim, claim: Claim, ours: ClaimLine, told: posting_rules.Sorted) -> tuple:
        """To whom the client's share goes, less what was moved before (a difference may go back).

        A reversal takes back just what it says; an answer after it in the same file starts from there.
        """
        shares, after_this = told.moved, self._after(claim)
        before = self.moved_before.pop(ours.charge_id, {})
        if row.status == REVERSAL:
            if after_this and not any(amount > 0 for amount in before.values()):
                next_ = Party.coverage(after_this.id)
                return () if ours.charge.reversed_by_id else tuple((r, next_, amount) for r, amount in shares.items())
            parts = self._taken_back(ours, before, shares)
        elif after_this:  # what became people's before this plan was known goes back with the answer
            next_ = Party.coverage(after_this.id)
            back = () if told.waiting else (("copay", Party.contact(who), -amount) for who, amount in before.items())
            moved = (*((reason, next_, amount) for reason, amount in shares.items()), *back)
            return tuple(each for each in moved if each[2])
        else:
            parts = self.owing.of(ours.charge, claim.client.guarantor_id, shares.items())
            # Not decided to the end: nothing goes back yet, but for what nobody may be asked for.
            keep = told.waiting and self.asks.get(ours.charge_id) is None
            back_ = _at_most(before, sum(shares.values(), ZERO)) if keep else before
            parts += [("copay", who, -amount) for who, amount in back_.items()]
        sums: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
        for reason, person, amount in parts:
            sums[reason, person] += amount
        return tuple((reason, Party.contact(person), amount) for (reason, person), amount in sums.items() if amount)

    def _taken_back(self, ours: ClaimLine, before: dict[int, Decimal], shares: dict[str, Decimal]) -> list[Part]:
        """What a reversal says, from each in proportion to what became hers, and no more than that.

        Where the day was charged differently meanwhile, people owe nothing of the old charge any more.
        """
        owed = {person: amount for person, amount in before.items() if amount > 0}
        left, parts = sum(owed.values(), ZERO), list[tuple[str, Decimal]]()
        for reason, amount in shares.items():
            parts.append((reason, max(amount, -left)))
            left += parts[-1][1]
        found = take_back(parts, owed) if owed else []
        after = defaultdict(lambda: ZERO, before)
        for _, person, amount in found:
            after[person] += amount
        self.moved_before[ours.charge_id] = dict(after)
        return found


def _at_most(before: dict[int, Decimal], most: Decimal) -> dict[int, Decimal]:
    """What became people's before, no more than `most` dollars of it in all."""
    owed = {person: amount for person, amount in before.items() if amount > 0}
    if sum(owed.values(), ZERO) <= most:
        return before
    return dict(zip(owed, split(most, list(owed.values())), strict=True))


def _sorted(adjustments: list) -> posting_rules.Sorted:
    return posting_rules.sort_out([(group, reason, Decimal(amount)) for group, reason, amount in adjustments])


def _all_waits(row: RemittanceClaim) -> bool:
    """Whether claim-level adjustments leave all that was charged open with the payer."""
    return _sorted(row.adjustments).waiting >= row.charge


def _decide(told: Sequence[tuple[RemittanceClaim, Claim, Decision]]) -> None:
    """The claims' decisions, with their events; of a claim told twice the last counts.

    A decision may replace any other: payers change their minds. A claim that is not with a payer keeps what it is.
    """
    last: dict[int, Decision] = {}
    claims: dict[int, Claim] = {}
    for row, claim, decision in told:
        last[claim.pk], claims[claim.pk] = decision, claim
        claim.payer_claim_number = row.payer_claim_number or claim.payer_claim_number
    for decision in set(last.values()):
        mine = Claim.objects.filter(pk__in=[pk for pk, found in last.items() if found == decision])
        mine.exclude(delivery__in=(Delivery.MADE, Delivery.WITHDRAWN)).update(
            decision=decision, delivery=Delivery.ACCEPTED
        )
    Claim.objects.bulk_update(claims.values(), ["payer_claim_number"])
    ClaimEvent.objects.bulk_create(
        ClaimEvent(
            claim=claim,
            what="taken back" if row.status == REVERSAL else decision,
            detail=f"paid {row.paid}, client share {row.client_share}, trace {row.remittance.trace}"[:200],
            interchange_id=row.remittance.interchange_id,
        )
        for row, claim, decision in told
    )
