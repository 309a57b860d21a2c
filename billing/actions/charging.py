"""From signed minutes to charges: what billing takes, and the days it recomputes for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from billing.actions.recomputing import recompute
from billing.counting import Day
from billing.models import BillingDay, DayLine, FeeSchedule
from clients.merged import charts_of
from clients.models import Coverage, pays_first
from practice import audit, work
from practice.findings import BadInput
from practice.models import Membership, local_today
from sessions.codes import CODES, may_become
from sessions.models import ServiceLine

DAYS_A_ROUND = 100


@transaction.atomic
def set_fee(*, by: Membership, code: str, fee: Decimal, starts_on: date) -> FeeSchedule:
    """The usual fee of a code from a day on. Days that waited for it are charged now."""
    if fee <= 0:
        raise BadInput(fee="A fee is more than nothing")
    row, _ = FeeSchedule.objects.update_or_create(code=code, starts_on=starts_on, defaults={"fee": fee})
    audit.record("set fee", row, code=code, fee=str(fee), starts_on=starts_on.isoformat())
    work.ring("billing.post_charges")
    return row


def post_charges() -> bool:
    """Take signed lines that billing has not taken, a round of days at a time; True when more wait.

    A day that holds a code without a fee waits whole: its units depend on all of its minutes.
    """
    waiting = untaken_lines().filter(session__served_on__lte=local_today()).exclude(_unpriced_day())
    keys = list(
        waiting.values_list("session__client_id", "session__served_on", "session__case__discipline")
        .order_by("session__served_on", "session__client_id", "session__case__discipline")
        .distinct()[: DAYS_A_ROUND + 1]
    )
    if keys:
        _charge_days(keys[:DAYS_A_ROUND])
        work.ring("claims.make_claims")
    return len(keys) > DAYS_A_ROUND


def untaken_lines() -> QuerySet[ServiceLine]:
    """Versions of signed lines that billing has not taken."""
    return ServiceLine.objects.filter(~Exists(DayLine.objects.filter(line=OuterRef("pk"))))


def _unpriced_day() -> Exists:
    """Whether the line's client, day and discipline hold a code that has no fee yet."""
    return Exists(
        unpriced(ServiceLine.objects).filter(
            session__client=OuterRef("session__client"),
            session__served_on=OuterRef("session__served_on"),
            session__case__discipline=OuterRef("session__case__discipline"),
        )
    )


def unpriced(lines: Any) -> QuerySet[ServiceLine]:
    """Lines that count (the newest version, with minutes) whose code has no fee on their day."""
    newer = ServiceLine.objects.filter(
        session=OuterRef("session"), position=OuterRef("position"), version__gt=OuterRef("version")
    )
    return lines.filter(~_priced(), ~Exists(newer), Q(minutes__gt=0) | Q(assistant_minutes__gt=0))


def _priced() -> Q:
    """Lines for which there is a fee on their day, whatever code their minutes are billed as."""
    first = dict(FeeSchedule.objects.values_list("code").annotate(Min("starts_on")))
    since: dict[date, list[str]] = defaultdict(list)
    for code in CODES:
        starts = [first.get(other) for other in may_become(code)]
        if None not in starts:
            since[max(start for start in starts if start)].append(code)
    found = Q(pk__in=[])
    for day, codes in since.items():
        found |= Q(code__in=codes, session__served_on__gte=day)
    return found


def _charge_days(keys: Sequence[Day]) -> None:
    """Take the lines of days and recompute these, all in a constant number of statements."""
    lines = _lines_of(keys)
    coverages: dict[int, list[Coverage]] = defaultdict(list)
    homes = charts_of({client for client, _, _ in keys})
    for coverage in Coverage.objects.filter(client__in=homes).select_related("payer"):
        for client in homes[coverage.client_id]:
            coverages[client].append(coverage)
    first = {key: pays_first(coverages[key[0]], key[1]) for key in lines}
    days = _lock_days(
        {key: (found.pk if found else None, lines[key][0].session.case_id) for key, found in first.items()}
    )
    DayLine.objects.bulk_create(
        [DayLine(day=days[key], line=line) for key in lines for line in lines[key]], ignore_conflicts=True
    )
    recompute(list(days.values()), coverages)


def _lines_of(keys: Sequence[Day]) -> dict[Day, list[ServiceLine]]:
    """The untaken lines of days. The database is asked for all these clients on all these dates."""
    wanted: dict[Day, list[ServiceLine]] = {key: [] for key in keys}
    near = untaken_lines().filter(
        session__client__in={client for client, _, _ in keys}, session__served_on__in={day for _, day, _ in keys}
    )
    for line in near.select_related("session__case").order_by("id"):
        session = line.session
        key = (session.client_id, session.served_on, session.case.discipline)
        if key in wanted:
            wanted[key].append(line)
    return {key: found for key, found in wanted.items() if found}


def _lock_days(wanted: dict[Day, tuple[int | None, int]]) -> dict[Day, BillingDay]:
    """The rows of days by (first coverage, case), held: sessions signed at once are counted one after the other."""
    BillingDay.objects.bulk_create(
        [
            BillingDay(client_id=client, served_on=day, discipline=discipline, coverage_id=coverage, case_id=case)
            for (client, day, discipline), (coverage, case) in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    near = BillingDay.objects.filter(client__in={key[0] for key in wanted}, served_on__in={key[1] for key in wanted})
    ids = [day.pk for day in near if (found := wanted.get(day.key)) and found[0] == day.coverage_id]
    held = BillingDay.objects.filter(pk__in=ids).select_for_update(of=("self",)).select_related("client")
    return {day.key: day for day in held.order_by("id")}
