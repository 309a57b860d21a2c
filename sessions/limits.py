"""What limits the visits of a case, from rows to the hearts, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from clients.benefits import Promise
from clients.limits import Breach, Known, Planned, Span, breaches, examine
from clients.merged import by_client, charts_of
from clients.models import Authorization, Benefit, Case, Client, Coverage
from clients.tallies import Tally, tallies
from practice.models import local_today
from sessions.codes import CODES
from sessions.models import ServiceLine, Session, SessionState
from sessions.plans import booking as plan_booking
from sessions.plans import rows as plan_rows
from sessions.plans.rows import Course

GIVEN = (SessionState.ARRIVED, SessionState.SIGNED)
PLANNED = (*GIVEN, SessionState.SCHEDULED, SessionState.HELD)
STATE = {SessionState.SCHEDULED: "scheduled", SessionState.HELD: "held"}
MINUTES_A_UNIT = 15
AHEAD = 60  # days
type Homes = Mapping[int, Sequence[int]]  # by chart the asked charts of the same person
type Units = Mapping[tuple[int, date], Mapping[str, int]]  # by case and day, by code
type Tells = Callable[[Collection[int]], Units]
CHARGED: list[Tells] = []


def tells_charged[Told: Tells](told: Told) -> Told:
    """Register who knows the units that were charged on some charts: an app to the right, which counts them."""
    CHARGED.append(told)
    return told


def known_of(clients: Collection[int], *, given: bool = False, units: Units | None = None) -> dict[int, Known]:
    """What is known of clients. `given`: only visits that were given count. `units` are those that were charged;
    where they are left out, those of days that wait to be charged are told from the signed minutes, each code alone.
    """
    homes = charts_of(clients)  # what stands on any chart of a person is hers on all of them
    coverages = by_client(Coverage.objects.filter(client__in=homes).select_related("payer").order_by("id"), homes)
    promises: dict[int, list[Promise]] = defaultdict(list)
    for row in Benefit.objects.filter(coverage__client__in=homes).select_related("coverage"):
        for client in homes[row.coverage.client_id]:
            promises[client].append(row.facts)
    leaves: dict[int, dict[tuple[int, int], list[Authorization]]] = defaultdict(lambda: defaultdict(list))
    for leave in Authorization.objects.filter(case__client__in=homes).select_related("case").order_by("id"):
        for client in homes[leave.case.client_id]:
            leaves[client][leave.case_id, leave.coverage_id].append(leave)
    referrals: dict[int, dict[int, Span]] = defaultdict(dict)
    cases = {case.pk: case for case in Case.objects.filter(client__in=homes)}
    for case in cases.values():
        for client in homes[case.client_id] if case.referrer_id else ():
            referrals[client][case.pk] = (case.referral_on, case.referral_ends_on)
    visits = _visits(cases, GIVEN if given else PLANNED, _units_of(homes) if units is None else units, homes)
    return {
        client: Known(
            coverages=tuple(row.facts for row in coverages[client]),
            promises=tuple(promises[client]),
            leaves={key: tuple(row.facts for row in rows) for key, rows in leaves[client].items()},
            needs=frozenset(row.pk for row in coverages[client] if row.payer.needs_authorization),
            referrals=referrals[client],
            visits=tuple(visits[client]),
        )
        for client in clients
    }


def _visits(cases: Mapping[int, Case], states: Collection[str], units: Units, homes: Homes) -> dict[int, list[Planned]]:
    """Each case, day and state once, with the units of the day."""
    found: dict[int, list[Planned]] = defaultdict(list)
    rows = Session.objects.filter(case__in=cases, state__in=states).order_by("served_on", "id")
    told: set[tuple[int, date]] = set()
    for chart, pk, day, state in rows.values_list("client", "case", "served_on", "state"):
        key = (pk, day)
        own = units.get(key, {}) if key not in told else {}
        told.add(key)
        planned = Planned(cases[pk].visit(day), STATE.get(SessionState(state), "used"), own)
        for client in homes[chart]:
            found[client].append(planned)
    return found


def _units_of(charts: Collection[int]) -> Units:
    """As they were charged, by the payer's rule; until then as they were signed."""
    found = dict(_signed_units(charts))
    for told in CHARGED:
        found |= told(charts)
    return found


def _signed_units(clients: Collection[int]) -> Units:
    """Units told from signed minutes: an untimed code is one, a timed one a unit for each quarter of an hour, from
    the eighth minute on. A day too short for any is left out, as if nothing were known of its codes.
    """
    newest = ServiceLine.objects.filter(session__client__in=clients).order_by("session_id", "position", "-version")
    fields = ("session__case", "session__served_on", "code", "minutes", "assistant_minutes")
    minutes: dict[tuple[int, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for case, day, code, own, assistant in newest.distinct("session_id", "position").values_list(*fields):
        minutes[case, day][code] += own + assistant
    each = {
        key: {code: _units(code, spent) for code, spent in codes.items() if spent} for key, codes in minutes.items()
    }
    return {key: {code: units for code, units in codes.items() if units} for key, codes in each.items()}


def _units(code: str, minutes: int) -> int:
    return (minutes + MINUTES_A_UNIT // 2) // MINUTES_A_UNIT if CODES[code].timed else 1


def warnings_for(
    case: Case,
    when: Collection[date],
    *,
    held: bool = False,
    known: Known | None = None,
    course: Course | None = None,
) -> list[Breach]:
    """By limit the first of some days that breaks it, were they booked; for days that are booked, as they stand.

    `known` is what `known_of` found of the client, and `course` what is known of the case's plans of care, when they
    were asked already: then for many cases at once, and of the year's threshold nothing is said.
    """
    known = known or known_of([case.client_id])[case.client_id]
    booked, found = _days(known, case), broken(case, when, held, known)
    if course is None:
        course = plan_rows.course(case)
        found = [*found, *plan_booking.threshold(course, when, booked, local_today())]
    return sorted([*found, *plan_booking.warnings(course, when, booked)], key=lambda breach: breach.day)


def broken(case: Case, when: Collection[date], held: bool, known: Known) -> list[Breach]:
    """`warnings_for` without what plans of care have to say."""
    visits = {case.visit(day) for day in when}
    new = [visit for visit in sorted(visits) if visit not in known.merged]
    known = known.along([Planned(visit, "held" if held else "scheduled") for visit in new])
    return breaches(examine(known, visits))


def _days(known: Known, case: Case) -> set[date]:
    """The days on which a case is booked."""
    return {visit.day for visit in known.merged if visit.case == case.pk}


def of_case(case: Case, since: date, days: int, extra: Sequence[date] = ()) -> tuple[list[Breach], list[Tally]]:
    """What breaks limits among the visits of a case in some days from `since`, and among `extra` days that are only
    thought of; and what its limits have left today.
    """
    known = known_of([case.client_id])[case.client_id]
    last = since + timedelta(days=days - 1)
    booked = [visit.day for visit in known.merged if visit.case == case.pk and since <= visit.day <= last]
    found = warnings_for(case, [*booked, *extra], known=known)
    return found, tallies(known, case.visit(local_today()))


def shown(client: Client) -> list[dict[str, Any]]:
    """For a chart: of each open case in words what its limits have left, and what is to be said of them.

    {complaint, left [sentence], warnings [sentence]}; visits of the next AHEAD days are looked at.
    """
    today = local_today()
    known = known_of([client.pk])[client.pk]
    found = []
    cases = list(Case.objects.filter(client__in=client.ids, closed_on=None).order_by("opened_on", "id"))
    plans = plan_rows.courses(cases)
    for case in cases:
        left = tallies(known, case.visit(today))
        last = today + timedelta(days=AHEAD)
        booked = [visit.day for visit in known.merged if visit.case == case.pk and today <= visit.day <= last]
        # Without a visit ahead: what one today would meet, a gap between coverages for example.
        broken = warnings_for(case, booked or [today], known=known, course=plans[case.pk])
        warnings = [*(said for tally in left for said in tally.warnings), *(breach.sentence for breach in broken)]
        found.append({"complaint": case.complaint, "left": [tally.sentence for tally in left], "warnings": warnings})
    return found


def of_session(session: Session) -> tuple[list[dict[str, str]], list[str]]:
    """For the panel of a session: what the authorizations of its case have left as facts, and what the visit breaks."""
    known = known_of([session.client_id])[session.client_id]
    case, day = session.case, session.served_on
    told = [breach.sentence for breach in broken(case, [day], False, known)]  # of its plan the page says itself
    left = [tally for tally in tallies(known, case.visit(day)) if tally.authorization]
    return [{"value": tally.left_words, "label": tally.name} for tally in left], told
