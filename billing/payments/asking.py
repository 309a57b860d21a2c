"""What is proposed at check-in: today's share of a client's visits, and what her guarantor owes from before.

From rows to the heart `proposing`. The visits of a day are one: a copay for each visit is for each discipline's, one
for each day is taken once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.fees import Fees, Rates
from billing.invoicing.never import payable
from billing.ledger import Account
from billing.models import Charge, Entry, OpenItem
from billing.payments.held import credit_of, held_rows
from billing.payments.proposing import Planned, Share, Terms, deductible_left, share, smaller
from clients.benefits import copay, newest, year_of
from clients.models import Benefit, Client, Contact, Coverage
from clients.never_billed import NOTHING
from clients.shares import Rule, in_force, share_out
from clients.sharing import rules_of
from practice import money
from practice.money import ZERO
from sessions.lifecycle import GONE
from sessions.models import PlanOfCare, Session
from sessions.paying import Paying


@dataclass(frozen=True)
class Proposal:
    """What may be taken of `contact` at check-in, in dollars, each with its reasons."""

    contact: Contact
    today: Decimal
    why: tuple[str, ...]
    balance: Decimal
    why_balance: str
    estimated: bool


def may_be_asked(coverage: Coverage | None) -> bool:
    """Whether the client of a coverage may be asked for money at all (`clients.never_billed`)."""
    return coverage is None or coverage.asks != NOTHING


def copay_only(coverage: Coverage) -> bool:
    """Whether nothing but a fixed copay may be asked."""
    return bool(coverage.asks)


def proposal(session: Session) -> Proposal:
    """What is proposed for the day of a session."""
    client, day = session.client, session.served_on
    shares = _shares(client.pk, day)
    before = _so_far(client.guarantor_id, client.pk, day)
    whole = sum((each.amount for each in shares), ZERO)
    part, shared = _part_of_guarantor(client, day, whole)
    today = max(part - before.taken, ZERO)
    why = [*(each.why for each in shares), *shared] or ["No visit is left on this day"]
    if before.taken:
        why.append(f"{money.show(before.taken)} was taken for it already")
    if before.settled:
        today, why = before.owed, ["The plan has answered"] if before.owed else ["This visit is settled"]
    free = credit_of(client.guarantor_id).free
    balance = max(before.old - free, ZERO)
    why_balance = f"{money.show(before.old)} is owed from before" if before.old else "Nothing is owed from before"
    if before.old and free:
        why_balance += f", less {money.show(free)} of credit"
    estimated = any(each.estimated for each in shares) and not before.settled
    return Proposal(client.guarantor, today, tuple(why), balance, why_balance, estimated)


def _part_of_guarantor(client: Client, day: date, whole: Decimal) -> tuple[Decimal, list[str]]:
    """What of a share her guarantor pays where two share it, and why. By service it is not known before the visit."""
    rule = in_force(rules_of({client.pk})[client.pk], day)
    if rule is None:
        return whole, []
    if rule.rule is Rule.SERVICE:
        return whole, [f"{', '.join(sorted(rule.codes))} is shared with another guarantor"]
    parts = share_out([("today", whole)], client.guarantor_id, rule, "")
    mine = sum((amount for _, person, amount in parts if person == client.guarantor_id), ZERO)
    return mine, [f"Of {money.show(whole)}, as two guarantors share it"]


# --- today's share ------------------------------------------------------------------------------------


def _shares(client: int, day: date) -> list[Share]:
    """One for each discipline and payer that the client sees on the day."""
    rows = Session.objects.filter(client=client, served_on=day).exclude(state__in=GONE)
    sessions = list(rows.select_related("case", "location").order_by("starts_at", "id"))
    paying, seen = Paying({client}), dict[tuple[str, int | None], Session]()
    for each in sessions:
        first = paying.first(client, each.case.visit(day))
        seen.setdefault((each.case.discipline, first.pk if first else None), each)
    coverages = {row.pk: row for row in paying.coverages[client]}
    benefits = {row.pk: row for row in Benefit.objects.filter(coverage__in=coverages)}
    promises = [row.facts for row in benefits.values()]
    fees, rates = Fees(), Rates(row.payer_id for row in coverages.values())
    found, once = [], set[int]()
    for (_, pk), each in seen.items():
        visit = each.case.visit(day)
        planned = _planned(each, coverages[pk] if pk else None, fees, rates)
        if pk is None:
            found.append(share(Terms(self_pay=True), planned))
            continue
        promise = newest(promises, pk, visit)
        pays_last = paying.of(client, visit).after(pk) is None
        terms, per_day = _terms(coverages[pk], benefits[promise.id] if promise else None, visit.day, pays_last)
        if pk not in once:
            found.append(share(terms, planned))
        if per_day:
            once.add(pk)
    return found


def _terms(coverage: Coverage, benefit: Benefit | None, day: date, pays_last: bool) -> tuple[Terms, bool]:
    """What is known of a coverage on a day, and whether its copay is taken once a day."""
    fixed, per_day = copay(benefit.facts if benefit else None, coverage.copay)
    terms = Terms(
        may_be_asked=may_be_asked(coverage),
        copay_only=copay_only(coverage),
        pays_last=pays_last,
        copay=fixed,
        deductible_left=_deductible_left(benefit, day) if benefit else None,
        coinsurance=benefit.coinsurance if benefit else None,
    )
    return terms, bool(fixed) and per_day


def _deductible_left(benefit: Benefit, day: date) -> Decimal | None:
    """What is open of the deductible on a day: as it was told, less what answers to us took of it since.

    What was met in the plan year before is met no more.
    """
    facts = benefit.facts
    first, last = year_of(facts, day)
    told = first <= facts.verified_on <= last
    since = Entry.objects.filter(
        reason="deductible",
        contact__isnull=False,
        charge__day__coverage=benefit.coverage_id,
        charge__served_on__range=(first, last),
    )
    if told:
        since = since.filter(posting__made_at__gt=benefit.verified_at)
    used = since.aggregate(sum=Sum("amount", default=ZERO))["sum"]
    own = deductible_left(benefit.deductible, benefit.deductible_met if told else None, used)
    family = deductible_left(benefit.family_deductible, benefit.family_deductible_met if told else None, used)
    return smaller(own, family)


def _planned(session: Session, coverage: Coverage | None, fees: Fees, rates: Rates) -> list[Planned]:
    """What the visit will probably hold: what is charged of it already, else as the last visit of its case's
    discipline, else each code of the plan of care once; priced at the usual fee, or at what the plan allows.
    """
    day, place = session.served_on, session.location_id
    priced = rates.on(coverage.payer_id, day, place) if coverage else fees.on(day, place)
    return [Planned(code, units, priced.get(code)) for code, units in _codes(session)]


def _codes(session: Session) -> Iterable[tuple[str, int]]:
    given = Charge.objects.filter(
        client=session.client_id,
        day__discipline=session.case.discipline,
        reversed_by=None,
        served_on__lte=session.served_on,
    )
    last = given.order_by("-served_on").values_list("served_on", flat=True).first()
    if last:
        return given.filter(served_on=last).order_by("code").values_list("code").annotate(Sum("units"))
    plans = PlanOfCare.objects.filter(
        case=session.case_id, starts_on__lte=session.served_on, ends_on__gte=session.served_on
    )
    plan = plans.order_by("-starts_on", "-id").first()
    return [(code, 1) for code in plan.codes] if plan else []


# --- what was before ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _SoFar:
    """Of the guarantor: owed of today's charges, owed of others, taken for today; whether the day is settled."""

    owed: Decimal
    old: Decimal
    taken: Decimal
    settled: bool


def _so_far(contact: int, client: int, day: date) -> _SoFar:
    items = payable(OpenItem.objects.filter(account=Account.RECEIVABLE.value, contact=contact))
    today = items.filter(charge__client=client, charge__served_on=day)
    owed = today.aggregate(sum=Sum("balance", default=ZERO))["sum"]
    whole = items.aggregate(sum=Sum("balance", default=ZERO))["sum"]
    charges = Charge.objects.filter(client=client, served_on=day, reversed_by=None)
    applied = Entry.objects.filter(charge__in=charges, contact=contact, reason="applied")
    paid = -applied.aggregate(sum=Sum("amount", default=ZERO))["sum"]
    held = held_rows().filter(contact=contact, client=client, served_on=day, left__gt=0)
    left = sum((row.left for row in held), ZERO)
    coming = Session.objects.filter(client=client, served_on=day).exclude(state__in=(*GONE, "signed"))
    payers = OpenItem.objects.filter(charge__in=charges, coverage__isnull=False).exclude(balance=0)
    settled = charges.exists() and not coming.exists() and not payers.exists()
    return _SoFar(owed, whole - owed, paid + left, settled)
