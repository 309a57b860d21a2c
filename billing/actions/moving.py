"""A coverage that was learnt late: the visits of a time move from one payer to another."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from billing.actions.recomputing import recompute
from billing.models import BillingDay
from clients.coverage import in_force, serves
from clients.models import Client, Coverage, PlanType
from clients.never_billed import because
from practice import audit, work
from practice.findings import BadInput
from practice.models import Membership
from practice.templatetags.house import day as said
from practice.templatetags.house import plural
from sessions.paying import Paying

MOST = 400  # days in one press: more than a year of daily therapy


def days_on(client: Client, source: Coverage | None, first: date, last: date) -> QuerySet[BillingDay]:
    """The charged days of a time that stand on a coverage (None: self-pay), oldest first."""
    rows = BillingDay.objects.filter(client__in=client.ids, served_on__range=(first, last), coverage=source)
    rows = rows.filter(charges__reversed_by=None, charges__isnull=False).distinct()
    return rows.select_related("client", "case").order_by("served_on", "id")


@transaction.atomic
def move_coverage(
    *, by: Membership, client: Client, source: Coverage | None, target: Coverage | None, first: date, last: date
) -> list[BillingDay]:
    """Charge the days of a time to another coverage. What was charged is reversed and charged anew by its rules.

    What people paid pays their new share, the rest is their credit. What the first payer paid stays open with it
    until it takes it back. Claims that were not sent are withdrawn, new ones made.
    """
    if source == target:
        raise BadInput(target="Choose another plan than the one the visits stand on")
    if last < first:
        raise BadInput(last=f"The last day lies before {said(first)}")
    found = [row.pk for row in days_on(client, source, first, last)[: MOST + 1]]
    if not found:
        raise BadInput(first="No charged visit of these days stands on this plan")
    if len(found) > MOST:
        raise BadInput(last=f"These are more than {MOST} days; move them in two times")
    held = BillingDay.objects.select_for_update(of=("self",)).select_related("client", "case")
    days = list(held.filter(pk__in=found, coverage=source).order_by("id"))
    paying = Paying({row.client_id for row in days})
    if wrong := problem(days, target, paying):
        raise BadInput(target=wrong)
    for row in days:
        row.coverage = target
    BillingDay.objects.bulk_update(days, ["coverage"])
    recompute(days, paying, anew=True, moved_from=source)
    since, until = first.isoformat(), last.isoformat()
    plans = {"left": source.pk if source else None, "joined": target.pk if target else None}
    audit.record("move coverage", client, client_id=client.pk, first=since, last=until, days=len(days), **plans)
    work.ring("claims.make_claims")
    return days


def problem(days: Sequence[BillingDay], target: Coverage | None, paying: Paying) -> str:
    """Why days cannot move to a coverage; empty when they can."""
    if target is None:
        return _covered(days, paying) or _taken(days, None, "Self-pay")
    facts = target.facts
    out = [row for row in days if not serves(facts, row.case.visit(row.served_on))]
    if out:
        ends = [row for row in out if not in_force(facts, row.served_on)]
        why = "does not hold on" if ends else "is not for the case or discipline of"
        return f"{target.payer.short_name} {why} {_named(ends or out)}. Change the plan or the days"
    return _taken(days, target, target.payer.short_name)


def _covered(days: Sequence[BillingDay], paying: Paying) -> str:
    """Therapists cannot opt out of Medicare: what it covers is claimed (Social Security Act 1848(g)(4)). And whom a
    plan forbids to ask for money does not come to pay herself while it holds.
    """
    for row in days:
        order = {plan.id for plan in paying.of(row.client_id, row.case.visit(row.served_on)).order}
        for plan in paying.coverages[row.client_id]:
            if plan.pk in order and plan.payer.plan_type == PlanType.MEDICARE:
                return f"Medicare covers {said(row.served_on)}: its therapy is claimed, not paid by the client. Give a notice (ABN) first"
            if plan.pk in order and plan.asks is not None:
                why = because(plan.payer.plan_type, qmb=plan.qmb)
                return f"{plan.payer.short_name} covers {said(row.served_on)}, and {why}. End the plan first if it was wrong"
    return ""


def _taken(days: Sequence[BillingDay], target: Coverage | None, name: str) -> str:
    """Days that the target has charges of already: two rows of one day and payer would count its minutes apart."""
    clients, dates = {row.client_id for row in days}, {row.served_on for row in days}
    rows = BillingDay.objects.filter(client__in=clients, served_on__in=dates, coverage=target)
    there = {row.key for row in rows}
    taken = [row for row in days if row.key in there]
    return f"On {_named(taken)} other visits stand on {name} already; move these by hand" if taken else ""


def _named(days: Sequence[BillingDay]) -> str:
    some = ", ".join(said(row.served_on) for row in days[:3])
    return f"{some} and {plural(len(days) - 3, 'more day')}" if len(days) > 3 else some
