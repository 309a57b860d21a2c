"""From an 835 to the ledger: kept as read, balanced first, posted whole, each line once."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing import ledger
from billing.actions import post
from billing.actions.invoicing import NOT_RESPONSIBILITY
from billing.ledger import Account, Adjudication, Movement, Party
from billing.models import Entry
from claims import matching, posting_rules
from claims.models import (
    Claim,
    ClaimEvent,
    ClaimLine,
    Decision,
    Delivery,
    Interchange,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    RemittanceState,
)
from claims.x12 import remittance_835
from claims.x12.remittance_835 import Adjustment, ClaimPaid, Payment
from claims.x12.segments import Reader
from clients.coverage import after
from clients.models import Coverage, Payer
from practice import audit, clock
from practice.identifiers import whole
from practice.models import Membership, local_today
from practice.money import ZERO

PREDETERMINATION = "25"


def take_remittances(interchange: Interchange, body: bytes) -> int:
    """Keep every payment of a file and post those that balance; how many payments it holds."""
    payments = list(remittance_835.read(Reader(body)))  # to the end first: a broken end keeps nothing
    for payment in payments:
        remittance = _keep(interchange, payment)
        if remittance and remittance.state == RemittanceState.READY:
            post_remittance(remittance=remittance, by=None)
    return len(payments)


def _keep(interchange: Interchange, payment: Payment) -> Remittance | None:
    """The payment as rows; None when the same payment was kept before, from whatever file."""
    if Remittance.objects.filter(fingerprint=payment.fingerprint).exists():
        return None
    wrong = remittance_835.imbalances(payment)
    payer = Payer.objects.filter(payer_id=payment.payer_id).first()
    trouble = wrong[0] if wrong else "" if payer else f"We have no payer with the number {payment.payer_id}."
    remittance = Remittance.objects.create(
        interchange=interchange,
        payer=payer,
        payer_name=payment.payer_name[:60],
        trace=payment.trace[:50],
        amount=payment.amount,
        paid_on=payment.paid_on or local_today(),
        fingerprint=payment.fingerprint,
        state=RemittanceState.HELD if trouble else RemittanceState.READY,
        trouble=trouble[:200],
        provider_adjustments=[[a.code, a.reference, str(a.amount)] for a in payment.provider_adjustments],
    )
    _keep_claims(remittance, payment.claims)
    return remittance


def _keep_claims(remittance: Remittance, told: Sequence[ClaimPaid]) -> None:
    ours = {claim.control: claim for claim in _named(told)}
    rows = RemittanceClaim.objects.bulk_create(
        RemittanceClaim(
            remittance=remittance,
            position=position,
            claim=ours.get(paid.control),
            control=paid.control[:38],
            status=paid.status[:2],
            charge=paid.charge,
            paid=paid.paid,
            client_share=_client_share(paid),
            payer_claim_number=paid.payer_claim_number[:50],
            adjustments=_as_json(paid.adjustments),
        )
        for position, paid in enumerate(told, start=1)
    )
    lines: dict[int, list[matching.Ours]] = defaultdict(list)
    for line in ClaimLine.objects.filter(claim__in=ours.values()):
        lines[line.claim_id].append(matching.Ours(line.pk, line.control, line.code, line.amount))
    RemittanceLine.objects.bulk_create(
        row for kept, paid in zip(rows, told, strict=True) for row in _lines(kept, paid, lines[kept.claim_id or 0])
    )


def _named(told: Sequence[ClaimPaid]) -> list[Claim]:
    numbers = {whole(paid.control[:-1]) for paid in told} - {None}
    return list(Claim.objects.filter(number__in=numbers))


def _client_share(paid: ClaimPaid) -> Decimal:
    every = [*paid.adjustments, *(a for line in paid.lines for a in line.adjustments)]
    return sum((a.amount for a in every if a.group == "PR"), ZERO)


def _as_json(adjustments: Sequence[Adjustment]) -> list[list[str]]:
    return [[a.group, a.reason, str(a.amount)] for a in adjustments]


def _lines(kept: RemittanceClaim, paid: ClaimPaid, ours: list[matching.Ours]) -> list[RemittanceLine]:
    theirs = [matching.Theirs(line.control, line.original_code or line.code, line.charge) for line in paid.lines]
    return [
        RemittanceLine(
            remittance_claim=kept,
            position=position,
            line_id=found,
            control=line.control[:50],
            code=(line.original_code or line.code)[:10],
            units=line.units,
            charge=line.charge,
            allowed=line.allowed,
            paid=line.paid,
            adjustments=_as_json(line.adjustments),
            remarks=list(line.remarks),
        )
        for position, (line, found) in enumerate(zip(paid.lines, matching.match(ours, theirs), strict=True), start=1)
    ]


@transaction.atomic
def post_remittance(*, remittance: Remittance, by: Membership | None) -> Remittance:
    """Post a payment whole: each known line adjudicated, unknown money kept as the payer's credit.

    Keys carry the remittance and its round, so posting it again changes nothing.
    """
    remittance = Remittance.objects.select_for_update(of=("self",)).select_related("payer").get(pk=remittance.pk)
    if remittance.state != RemittanceState.READY or remittance.payer is None:
        return remittance
    today = local_today()
    told = list(remittance.claims.exclude(status=PREDETERMINATION).select_related("claim__client", "claim__coverage"))
    posting = _Posting(remittance, told)
    post(posting.movements(), by=by)
    _decide([(row, row.claim, _decision(row, posting.lines[row.pk])) for row in told if row.claim])
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
        charges = [line.line.charge_id for lines in self.lines.values() for line in lines if line.line]
        shares = (
            Entry.objects.filter(account=Account.RECEIVABLE.value, charge__in=charges, contact__isnull=False)
            .exclude(reason__in=NOT_RESPONSIBILITY)
            .values_list("charge")
            .annotate(Sum("amount"))
        )
        self.moved_before: dict[int, Decimal] = dict(shares)
        self.coverages: dict[int, list[Coverage]] = defaultdict(list)
        for coverage in Coverage.objects.filter(client__in={row.claim.client_id for row in told if row.claim}):
            self.coverages[coverage.client_id].append(coverage)
        self.unapplied = ZERO

    def movements(self) -> list[Movement]:
        found = [m for row in self.told for m in self._of_claim(row)]
        payer = Party.payer(self.remittance.payer_id or 0)
        for index, (code, reference, amount) in enumerate(self.remittance.provider_adjustments, start=1):
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
        return f"{self.unapplied} could not be matched to our claims" if self.unapplied else ""

    def _key(self, what: str) -> str:
        return f"era:{self.remittance.pk}:1:{what}"

    def _of_claim(self, row: RemittanceClaim) -> list[Movement]:
        """A claim whose every line is known is posted line by line; otherwise its money waits."""
        lines = self.lines[row.pk]
        known = row.claim is not None and lines and all(line.line for line in lines) and not row.adjustments
        if not known:
            self.unapplied += row.paid
            return []
        found = (self._of_line(row, line) for line in lines)
        return [movement for movement in found if movement]

    def _of_line(self, row: RemittanceClaim, line: RemittanceLine) -> Movement | None:
        claim, ours = row.claim, line.line
        assert claim is not None and ours is not None
        sorted_out = posting_rules.sort_out([(g, r, Decimal(a)) for g, r, a in line.adjustments])
        decision = Adjudication(
            charge=ours.charge_id,
            payer=Party.coverage(claim.coverage_id),
            paid=line.paid,
            given_up=tuple(sorted_out.given_up.items()),
            moved=self._moved(claim, ours, sorted_out),
        )
        return ledger.adjudicate(
            key=self._key(str(line.pk)), on=self.today, decision=decision, memo=f"remittance {self.remittance.trace}"
        )

    def _moved(self, claim: Claim, ours: ClaimLine, told: posting_rules.Sorted) -> tuple:
        """To whom the client's share goes, less what was moved before (a difference may go back)."""
        shares = told.moved
        after_this = after((c.facts for c in self.coverages[claim.client_id]), claim.served_on, claim.coverage_id)
        if after_this:
            return tuple((reason, Party.coverage(after_this.id), amount) for reason, amount in shares.items())
        person = Party.contact(claim.client.guarantor_id)
        before = self.moved_before.pop(ours.charge_id, ZERO)
        if told.waiting:  # not decided to the end: nothing goes back yet
            before = min(before, sum(shares.values(), ZERO))
        moved = {**shares, "copay": shares.get("copay", ZERO) - before}
        return tuple((reason, person, amount) for reason, amount in moved.items() if amount)


def _decision(row: RemittanceClaim, lines: Sequence[RemittanceLine]) -> Decision:
    waiting = sum(
        (posting_rules.sort_out([(g, r, Decimal(a)) for g, r, a in x.adjustments]).waiting for x in lines), ZERO
    )
    if waiting <= 0:
        return Decision.PAID
    return Decision.DENIED if waiting >= row.charge else Decision.PART_DENIED


def _decide(told: Sequence[tuple[RemittanceClaim, Claim, Decision]]) -> None:
    """The claims' decisions, by compare and set, with their events; of a claim told twice the last counts."""
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
            what=decision,
            detail=f"paid {row.paid}, client share {row.client_share}, trace {row.remittance.trace}"[:200],
            interchange_id=row.remittance.interchange_id,
        )
        for row, claim, decision in told
    )
