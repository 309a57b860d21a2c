"""From signed minutes to charges: what billing takes, and the days it recomputes for it."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from billing.actions.recomputing import recompute
from billing.counting import Day
from billing.models import BillingDay, DayLine, FeeSchedule
from clients.merged import charts_of
from clients.models import Cause, Client, Coverage, PlanType
from practice import work
from practice.models import local_today
from sessions.codes import CODES, may_become
from sessions.models import ServiceLine
from sessions.paying import Paying

log = logging.getLogger(__name__)
DAYS_A_ROUND = 100
type Place = tuple[Day, int | None]  # a day of charging and the coverage that pays it first; None is self-pay


def post_charges() -> bool:
    """Take signed lines that billing has not taken, a round of days at a time; True when more wait.

    A day that holds a code without a fee waits whole: its units depend on all of its minutes. Visits of an injury at
    work wait for their workers' compensation coverage: the client does not owe them.
    """
    waiting = chargeable_lines().filter(session__served_on__lte=local_today()).exclude(unpriced_day())
    keys = list(
        waiting.values_list("session__client_id", "session__served_on", "session__case__discipline")
        .order_by("session__served_on", "session__client_id", "session__case__discipline")
        .distinct()[: DAYS_A_ROUND + 1]
    )
    charged = _charge_days(keys[:DAYS_A_ROUND]) if keys else 0
    if charged:
        work.ring("claims.make_claims")
    return bool(charged) and len(keys) > DAYS_A_ROUND


def untaken_lines() -> QuerySet[ServiceLine]:
    """Versions of signed lines that billing has not taken."""
    return ServiceLine.objects.filter(~Exists(DayLine.objects.filter(line=OuterRef("pk"))))


def chargeable_lines() -> QuerySet[ServiceLine]:
    """Those of them whose payer is not missing."""
    return untaken_lines().exclude(_lacks_workers_comp())


def lines_without_payer() -> QuerySet[ServiceLine]:
    """Lines that wait for the workers' compensation coverage of their case."""
    return untaken_lines().filter(_lacks_workers_comp())


def _lacks_workers_comp() -> Q:
    """As `clients.coverage` reads it: a coverage tied to the case, or workers' compensation that is for all cases."""
    served_on, own = OuterRef("session__served_on"), Q(case=OuterRef("session__case"))
    general = Q(case=None, client=OuterRef("session__client"), payer__plan_type=PlanType.WORKERS_COMP)
    there = Coverage.objects.filter(
        own | general, Q(ends_on=None) | Q(ends_on__gte=served_on), starts_on__lte=served_on
    )
    return Q(session__case__cause=Cause.WORK) & ~Q(Exists(there)) & ~_covered_on_another_chart()


def _covered_on_another_chart() -> Q:
    """Workers' compensation for all cases that stands on another chart of the same person. Few charts are merged."""
    merged = Q(client__merged_into__isnull=False) | Exists(Client.objects.filter(merged_into=OuterRef("client")))
    rows = list(Coverage.objects.filter(merged, case=None, payer__plan_type=PlanType.WORKERS_COMP))
    homes = charts_of({coverage.client_id for coverage in rows})
    found = Q(pk__in=[])
    for coverage in rows:
        until = Q() if coverage.ends_on is None else Q(session__served_on__lte=coverage.ends_on)
        charts = [chart for chart, mine in homes.items() if coverage.client_id in mine]
        found |= Q(until, session__client__in=charts, session__served_on__gte=coverage.starts_on)
    return found


def unpriced_day() -> Exists:
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
    first = dict(FeeSchedule.objects.filter(location=None).values_list("code").annotate(Min("starts_on")))
    since: dict[date, list[str]] = defaultdict(list)
    for code in CODES:
        starts = [first.get(other) for other in may_become(code)]
        if None not in starts:
            since[max(start for start in starts if start)].append(code)
    found = Q(pk__in=[])
    for day, codes in since.items():
        found |= Q(code__in=codes, session__served_on__gte=day)
    return found


def _charge_days(keys: Sequence[Day]) -> int:
    """Take the lines of days and recompute these, all in a constant number of statements; how many could be.

    A day that cannot be charged is logged with the kind of its error, waits, and does not keep the others of its round waiting.
    """
    try:
        with transaction.atomic():
            _charge(keys)
        return len(keys)
    except OperationalError:
        raise  # locks and connections: the bell rings again
    except Exception as error:
        if len(keys) == 1:
            # Its words may hold a row of a client's: only where somebody looks for the fault.
            log.error("a day of client %s cannot be charged: %s", keys[0][0], type(error).__name__)
            log.debug("its fault", exc_info=error)
            return 0
        return sum(_charge_days([key]) for key in keys)


def _charge(keys: Sequence[Day]) -> None:
    lines = _lines_of(keys)
    paying = Paying({client for client, _, _ in keys})
    while True:
        places = _places(lines, paying)
        days = _lock_days({place: found[0].session.case_id for place, found in places.items()})
        if _places(lines, paying) == places:
            break  # else they moved to another payer before they were held
    DayLine.objects.bulk_create(
        [DayLine(day=days[place], line=line) for place, found in places.items() for line in found],
        ignore_conflicts=True,
    )
    recompute(list(days.values()), paying)


def _places(lines: Mapping[Day, Sequence[ServiceLine]], paying: Paying) -> dict[Place, list[ServiceLine]]:
    """Lines by the day they are charged on. Two cases of a day may have two payers.

    A case whose day is charged stays where it stands, also when its payer would be another one now: an amendment
    must not be charged beside what it amends. Money moves by a posting of its own.
    """
    stands = _standing([line for found in lines.values() for line in found])
    places: dict[Place, list[ServiceLine]] = defaultdict(list)
    for key, found in lines.items():
        first: dict[int, int | None] = {}
        for line in found:
            case = line.session.case
            if case.pk not in first:
                coverage = paying.first(key[0], case.visit(key[1]))
                first[case.pk] = stands.get((case.pk, key[1]), coverage.pk if coverage else None)
            places[key, first[case.pk]].append(line)
    return places


def _standing(lines: Iterable[ServiceLine]) -> dict[tuple[int, date], int | None]:
    """The coverage on which the days of cases are charged already."""
    sessions = [line.session for line in lines]
    taken = DayLine.objects.filter(
        line__session__case__in={session.case_id for session in sessions},
        line__session__served_on__in={session.served_on for session in sessions},
    )
    rows = taken.order_by("-id").values_list("line__session__case", "line__session__served_on", "day__coverage")
    return {(case, day): coverage for case, day, coverage in rows}


def _lines_of(keys: Sequence[Day]) -> dict[Day, list[ServiceLine]]:
    """The untaken lines of days. The database is asked for all these clients on all these dates."""
    wanted: dict[Day, list[ServiceLine]] = {key: [] for key in keys}
    near = chargeable_lines().filter(
        session__client__in={client for client, _, _ in keys}, session__served_on__in={day for _, day, _ in keys}
    )
    for line in near.select_related("session__case").order_by("id"):
        session = line.session
        key = (session.client_id, session.served_on, session.case.discipline)
        if key in wanted:
            wanted[key].append(line)
    return {key: found for key, found in wanted.items() if found}


def _lock_days(wanted: Mapping[Place, int]) -> dict[Place, BillingDay]:
    """The rows of days by place, held: sessions signed at once are counted one after the other. `wanted`: the case."""
    BillingDay.objects.bulk_create(
        [
            BillingDay(client_id=client, served_on=day, discipline=discipline, coverage_id=coverage, case_id=case)
            for ((client, day, discipline), coverage), case in sorted(wanted.items(), key=lambda item: _order(item[0]))
        ],
        ignore_conflicts=True,
    )
    near = BillingDay.objects.filter(
        client__in={key[0] for key, _ in wanted}, served_on__in={key[1] for key, _ in wanted}
    )
    ids = [day.pk for day in near if (day.key, day.coverage_id) in wanted]
    held = BillingDay.objects.filter(pk__in=ids).select_for_update(of=("self",)).select_related("client", "case")
    return {(day.key, day.coverage_id): day for day in held.order_by("id")}


def _order(place: Place) -> tuple[Day, int]:
    """One order for everybody who locks days."""
    return place[0], place[1] or 0
