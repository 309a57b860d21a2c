"""The week of forty clinicians, and the preview of a series of twenty, against plain SQL for the same rows.

The product is the whole address: session, member, wall, query, page. Row-level security is on for both sides.
"""

import time
from datetime import date, timedelta
from datetime import time as time_of_day
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from tests.benchmarks import _race

if TYPE_CHECKING:
    from tests.world import World

MONDAY = date(2026, 6, 22)
A_DAY = 8  # visits of a clinician, on five days a week
SERIES = 20
PLAIN = (
    "SELECT s.id, s.starts_at, s.ends_at, s.state, s.clinician_id, c.first_name, c.last_name"
    " FROM therapy_sessions_session s JOIN clients_client c ON c.id = s.client_id"
    " WHERE s.served_on BETWEEN %s AND %s ORDER BY s.starts_at"
)
VISITS = "SELECT id, served_on, state FROM therapy_sessions_session WHERE client_id = %s ORDER BY served_on"


def _npi(n: int) -> str:
    from practice.identifiers import npi_problem

    return next(npi for last in range(10) if not npi_problem(npi := f"1{n + 880000:08}{last}"))


def fill(here: "World", clinicians: int) -> Any:
    """A week of everybody, and half a year of one client with an authorization; her case."""
    from clients import actions as clients
    from practice import actions as house
    from practice.models import Role
    from practice.tenancy import tenant
    from tests import world

    with tenant(here.practice, here.olivia):
        team = [here.ot]
        for n in range(clinicians - 1):
            member = house.add_member(
                practice=here.practice, email=f"t{n}@{here.slug}.example", first_name="Tess", last_name=f"Team{n:02}",
                roles=[Role.THERAPIST], password=world.PASSWORD,
            )  # fmt: skip
            team.append(
                house.add_clinician(by=here.olivia, member=member, discipline="OT", credentials="OTR/L", npi=_npi(n))
            )
        for who in team:
            case = here.client(clinician=who)
            for day in range(5):
                for hour in range(A_DAY):
                    at = time_of_day(8 + hour)
                    here.booked(case, clinician=who, day=MONDAY + timedelta(days=day), at=at, minutes=45)
        case = here.client(payer=here.aetna)
        for n in range(50):
            here.booked(case, day=MONDAY - timedelta(days=3 * n + 7), at=time_of_day(18), minutes=30)
        clients.add_authorization(
            by=here.olivia, case=case, coverage=case.client.coverages.get(), number="A1", allowed=12,
            starts_on=MONDAY, ends_on=date(2027, 12, 31),
        )  # fmt: skip
        return case


def main() -> None:
    run = _race.asked(__doc__, rounds=30, size=40, unit="clinicians")
    _race.open_house()
    from django.db import connection
    from django.test import Client as Browser
    from django.urls import reverse

    from practice import clock
    from practice.tenancy import tenant
    from sessions.calendar import hints
    from sessions.calendar.actions import Asked
    from sessions.calendar.recurrence import Pattern
    from tests import world

    slug = f"bench-calendar-{time.time_ns()}"
    with clock.at(world.NOON):
        here = world.found(slug)
        case = fill(here, run.size)
    _race.settle_database()
    web = Browser(headers={"host": "localhost"})
    web.force_login(here.sam.user)
    now, session = int(time.time()), web.session
    session["signed_in_at"] = session["second_factor_at"] = now
    session.save()
    url = reverse("sessions:calendar", args=[slug]) + f"?view=week&on={MONDAY}&clinician="
    asked = Asked(
        case, here.ot, here.location, MONDAY + timedelta(days=7), time_of_day(19), timedelta(minutes=45),
        Pattern(frozenset({0, 2})), SERIES,
    )  # fmt: skip

    def week() -> None:
        answer = web.get(url)
        assert answer.status_code == 200, answer.status_code

    def plain(statement: str, values: list[Any]) -> None:
        with tenant(here.practice, here.olivia), connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.fetchall()

    def preview() -> None:
        with tenant(here.practice, here.sam):
            found = hints.preview(asked)
        broken = {breach.finding.rule: (breach.day, breach.more) for breach in found.breaches}
        assert broken["authorization"] == (found.days[12], 7) and "plan_of_care" in broken

    visits = run.size * 5 * A_DAY
    for name, product, limit in (
        (f"the week of {run.size} clinicians, {visits:,} visits", week, (PLAIN, [MONDAY, MONDAY + timedelta(days=6)])),
        (f"the preview of a series of {SERIES}", preview, (VISITS, [case.client_id])),
    ):
        times: list[float] = []
        _race.race(name, product=_timed(product, times), limit=lambda limit=limit: plain(*limit), rounds=run.rounds)
        _race.say(f"  one took {median(times) * 1000:.0f} ms; 95 of 100 {quantiles(times, n=20)[-1] * 1000:.0f} ms")


def _timed(work: Any, times: list[float]) -> Any:
    def timed() -> None:
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)

    return timed


if __name__ == "__main__":
    main()
