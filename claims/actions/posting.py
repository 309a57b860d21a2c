"""A kept remittance posted to the ledger: whole, each line once, and the decisions on its claims."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing import ledger
from billing.actions import post, release_overpaid
from billing.actions.invoicing import NOT_RESPONSIBILITY
from billing.ledger import Account, Adjudication, Movement, Party
from billing.models import Entry
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
from practice import audit, clock
from practice.models import Membership, local_today
from practice.money import ZERO
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
    posting = _Posting(remittance, told)
    post(posting.movements(), by=by)
    release_overpaid(charges=posting.charges, key=f"era:{remittance.pk}", on=today)
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
        for line in RemittanceLine.objects.filter(remittance_claim__in=told).select_related("line"):
            self.lines[line.remittance_claim_id].append(line)
        self.charges = [line.line.charge_id for lines in self.lines.values() for line in lines if line.line]
        shares = (
            Entry.objects.filter(account=Account.RECEIVABLE.value, charge__in=self.charges, contact__isnull=False)
            .exclude(reason__in=NOT_RESPONSIBILITY)
            .values_list("charge")
            .annotate(Sum("amount"))
        )
        self.moved_before: dict[int, Decimal] = dict(shares)
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
                decision = Decision(row.claim.decision) if reversed_ else _decision(row, self.lines[row.pk])
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
        sorted_out = _sorted(line.adjustments)
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

    def _moved(self, row: RemittanceClaim, claim: Claim, ours: ClaimLine, told: posting_rules.Sorted) -> tuple:
        """To whom the client's share goes, less what was moved before (a difference may go back).

        A reversal takes back just what it says; an answer after it in the same file starts from there.
        """
        shares = told.moved
        after_this = self._after(claim)
        if after_this:
            return tuple((reason, Party.coverage(after_this.id), amount) for reason, amount in shares.items())
        person = Party.contact(claim.client.guarantor_id)
        before = self.moved_before.pop(ours.charge_id, ZERO)
        if row.status == REVERSAL:
            self.moved_before[ours.charge_id] = before + sum(shares.values(), ZERO)
            before = ZERO
        elif told.waiting:  # not decided to the end: nothing goes back yet
            before = min(before, sum(shares.values(), ZERO))
        moved = {**shares, "copay": shares.get("copay", ZERO) - before}
        return tuple((reason, person, amount) for reason, amount in moved.items() if amount)


def _sorted(adjustments: list) -> posting_rules.Sorted:
    return posting_rules.sort_out([(group, reason, Decimal(amount)) for group, reason, amount in adjustments])


def _all_waits(row: RemittanceClaim) -> bool:
    """Whether claim-level adjustments leave all that was charged open with the payer."""
    return _sorted(row.adjustments).waiting >= row.charge


def _decision(row: RemittanceClaim, lines: Sequence[RemittanceLine]) -> Decision:
    told = [row.adjustments, *(line.adjustments for line in lines)]
    waiting = sum((_sorted(adjustments).waiting for adjustments in told), ZERO)
    if waiting <= 0:
        return Decision.PAID
    return Decision.DENIED if waiting >= row.charge else Decision.PART_DENIED


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
