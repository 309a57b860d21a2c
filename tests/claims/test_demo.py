"""The invented practice: the same every time, and possible: nobody is in two places, every number is well formed."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from billing import books
from claims.demo import cast, plan
from claims.demo.found import found
from clients.models import Client, Coverage, Payer
from practice import clock
from practice.identifiers import npi_problem
from practice.models import Clinician, Job, Location, Membership
from practice.tenancy import tenant
from sessions.codes import CODES
from sessions.models import Session

MONDAY, SATURDAY, SUNDAY = date(2026, 6, 15), date(2026, 6, 20), date(2026, 6, 21)
TODAYS = [MONDAY, date(2026, 6, 19), SATURDAY, SUNDAY, date(2026, 12, 25), date(2028, 2, 29)]
PEOPLE = plan.clients()


def days(today: date) -> list[date]:
    return [*plan.working_days(today), today]


def test_the_plan_is_the_same_every_time() -> None:
    assert plan.clients() == PEOPLE
    for today in (MONDAY, SATURDAY):
        for day in days(today):
            assert plan.visits_on(day, today, plan.clients()) == plan.visits_on(day, today, PEOPLE)


def test_it_is_as_large_as_promised() -> None:
    assert len(PEOPLE) == plan.CLIENTS == 124
    assert [len(x) for x in (cast.LOCATIONS, cast.PAYERS)] == [2, 5]
    clinicians = [p for p in cast.TEAM if p.discipline]
    assert len(clinicians) == 6 and Counter(p.discipline for p in clinicians) == {"OT": 3, "PT": 2, "SLP": 1}
    assert {p.roles for p in cast.TEAM} == {("owner",), ("biller",), ("scheduler",), ("therapist",)}
    assert {p.payer for p in PEOPLE} == {None, *(payer["payer_id"] for payer in cast.PAYERS)}
    assert sum(p.child for p in PEOPLE) > 30 and all(len(p.parents) == 2 for p in PEOPLE if p.child)


def test_everybody_is_somebody() -> None:
    assert [p.index for p in PEOPLE] == list(range(len(PEOPLE)))
    assert len({(p.first, p.last) for p in PEOPLE}) > 110
    assert all(1 <= len(p.slots) <= 2 and len({s.weekday for s in p.slots}) == len(p.slots) for p in PEOPLE)
    assert all(p.start < p.end for p in PEOPLE)


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_nobody_is_in_two_places(today: date) -> None:
    """No two visits of a clinician overlap, and no client has two at a time."""
    for day in days(today):
        visits = plan.visits_on(day, today, PEOPLE)
        for who in (lambda v: v.by, lambda v: v.person.index):
            busy: dict[object, list[tuple[datetime, datetime]]] = {}
            for visit in visits:
                start = datetime.combine(day, visit.at)
                busy.setdefault(who(visit), []).append((start, start + timedelta(minutes=visit.person.length)))
            for spans in busy.values():
                assert all(first[1] <= second[0] for first, second in pairwise(sorted(spans))), day


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_today_is_a_working_day_whatever_it_is(today: date) -> None:
    visits = plan.visits_on(today, today, PEOPLE)
    assert 15 <= len(visits) <= 48
    assert "maya" in {visit.by for visit in visits}
    assert all(8 <= visit.at.hour <= 16 for visit in visits)


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_the_past_is_half_a_year_of_weekdays(today: date) -> None:
    past = plan.working_days(today)
    assert 129 <= len(past) <= 131 and all(day.weekday() < 5 and day < today for day in past)
    visits = sum(len(plan.visits_on(day, today, PEOPLE)) for day in past)
    assert 2_000 < visits < 5_000


def test_visits_lie_within_their_episode() -> None:
    for day in days(SATURDAY):
        for visit in plan.visits_on(day, SATURDAY, PEOPLE):
            assert visit.person.start <= (day - SATURDAY).days <= visit.person.end
            assert visit.by in (visit.person.clinician, visit.person.assistant)


def test_every_number_is_well_formed() -> None:
    npis = [cast.PROFILE["npi"], *(p.npi for p in cast.TEAM if p.npi), *(npi for *_, npi in cast.REFERRERS)]
    npis += [place["npi"] for place in cast.LOCATIONS if "npi" in place]
    assert not any(npi_problem(npi) for npi in npis)
    assert len(set(npis)) == len(npis)
    for reason in cast.REASONS:
        for code in (reason.evaluation, *(code for code, _ in reason.codes)):
            assert reason.discipline in CODES[code].disciplines and code in cast.FEES


@pytest.mark.django_db
@pytest.mark.parametrize("today", [MONDAY, SATURDAY], ids=["on a Monday", "on a Saturday"])
def test_the_skeleton_is_founded(today: date, tmp_path: Path) -> None:
    """At a quarter past one: the morning is signed or still to sign, the afternoon is to come."""
    moment = datetime(today.year, today.month, today.day, 13, 15, tzinfo=ZoneInfo(cast.ZONE))
    with clock.at(moment):
        practice = found(tmp_path)
        with tenant(practice):
            counted = {model.__name__: model.objects.count() for model in (Location, Clinician, Payer, Client)}
            assert counted == {"Location": 2, "Clinician": 6, "Payer": 5, "Client": 124}
            assert Membership.objects.filter(practice=practice).count() == len(cast.TEAM)
            assert Coverage.objects.count() == sum(p.payer is not None for p in PEOPLE)
            booked = list(Session.objects.order_by("starts_at", "client_id"))
            expected = plan.visits_on(today, today, PEOPLE)
            assert len(booked) == len(expected)
            assert {session.served_on for session in booked} == {today}
            assert all(session.state != "signed" for session in booked if session.ends_at > moment)
            assert sum(session.state == "signed" for session in booked) > 3
            assert books.wrong() == []
        job = Job.objects.get(practice=practice, kind="demo.history")
        assert (job.total, job.progress) == (len(plan.working_days(today)), 0)
