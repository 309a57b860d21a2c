"""The skeleton of the invented practice: people, places, payers, clients, and today's appointments.

Quick, so that `./run` is ready at once; the past is made afterwards by the worker (`history.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from billing import actions as billing
from claims import actions as claims
from claims.clearinghouse.folder import connection_dir
from claims.demo import cast
from claims.demo.money import rules
from claims.demo.plan import Planned, Visit, clients, visits_on, working_days
from claims.demo.plans_of_care import kind_of, set_plans
from claims.demo.words import keep_words
from claims.models import Transport
from clients import actions as people
from clients.models import Case, Client, Contact, Coverage, Payer, Referrer, Relation
from practice import actions as house
from practice import clock, second_factor, work
from practice.models import Clinician, Location, Membership, Practice, Role
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.calendar.actions import Asked, book_series, take_time_off
from sessions.calendar.recurrence import Pattern
from sessions.minutes import PARTS, Typed
from sessions.models import Session, SessionState

AHEAD = timedelta(weeks=3)  # that are booked already
HISTORY = "demo.history"


@dataclass(frozen=True)
class House:
    """What the makers of the invented practice need at hand."""

    practice: Practice
    members: dict[str, Membership]
    clinicians: dict[str, Clinician]
    locations: list[Location]

    @property
    def owner(self) -> Membership:
        return self.members["owner"]


def found(exchange_dir: Path, days: int | None = None) -> Practice:
    """Make the practice and everything but its past, with the live sandbox on hold until that is made.

    `days` shortens the past to so many working days.
    """
    with clock.at(clock.now()):
        there = furnished(cast.SLUG)
        practice = there.practice
        with tenant(practice, there.owner):
            today = practice.today()
            for planned in clients():
                add_client(there, planned, today)
            rules(there, today)
            _book_today(there, today)
            keep_words(there.owner)
            partner = claims.add_partner(
                by=there.owner,
                name="Sandbox clearinghouse",
                transport=Transport.SANDBOX,
                submitter_id="JUNIPER01",
                receiver_id="SANDBOX",
            )
            (connection_dir(exchange_dir, practice.pk, partner.pk) / "HOLD").touch()
            work.put(HISTORY, key=HISTORY, target=partner, steps=len(working_days(today)[-(days or 0) :]))
    return practice


def furnished(slug: str) -> House:
    """A practice with its team, places, fees and payers, and nobody treated yet."""
    practice = house.found_practice(slug=slug, name=cast.NAME, zone=cast.ZONE, invented=True)
    members = {p.key: _join(practice, p) for p in cast.TEAM}
    with tenant(practice, members["owner"]):
        return _furnish(practice, members)


def load(practice: Practice) -> House:
    """The house as it stands, by the keys of the cast; inside the practice."""
    by_email = {p.email: p.key for p in cast.TEAM}
    rows = Membership.objects.filter(practice=practice, user__email__in=by_email).select_related("user")
    members = {by_email[m.user.email]: m for m in rows}
    clinicians = {
        by_email[c.member.user.email]: c for c in Clinician.objects.select_related("member__user", "supervisor")
    }
    return House(practice, members, clinicians, list(Location.objects.order_by("id")))


def _join(practice: Practice, person: cast.Person) -> Membership:
    member = house.add_member(
        practice=practice,
        email=person.email,
        first_name=person.first,
        last_name=person.last,
        roles=[Role(role) for role in person.roles],
        password=cast.PASSWORD,
    )
    second_factor.invent(member.user, person.seed)
    return member


def _furnish(practice: Practice, members: dict[str, Membership]) -> House:
    by = members["owner"]
    house.set_profile(by=by, **cast.PROFILE)
    locations = [house.add_location(by=by, zone=cast.ZONE, **place) for place in cast.LOCATIONS]
    clinicians: dict[str, Clinician] = {}
    for person in (p for p in cast.TEAM if p.discipline):
        clinicians[person.key] = house.add_clinician(
            by=by,
            member=members[person.key],
            discipline=person.discipline,
            credentials=person.credentials,
            npi=person.npi,
            taxonomy=person.taxonomy,
            assistant=bool(person.assistant_to),
            supervisor=clinicians.get(person.assistant_to),
        )
    for code, fee in cast.FEES.items():
        billing.set_fee(by=by, code=code, fee=Decimal(fee), starts_on=date(2020, 1, 1))
    for payer in cast.PAYERS:
        people.add_payer(by=by, **payer)
    for first, last, npi in cast.REFERRERS:
        people.add_referrer(by=by, first_name=first, last_name=last, npi=npi)
    return House(practice, members, clinicians, locations)


def add_client(there: House, planned: Planned, today: date) -> Case:
    """A client with contacts, care team, coverage, case, plans and authorization."""
    by = there.owner
    address = {
        "street": planned.street,
        "city": planned.city,
        "state": "IL",
        "zip": planned.zip,
        "phone": planned.phone,
    }
    if planned.child:
        contacts = [_contact(there, first, last, address) for first, last in planned.parents]
    else:
        contacts = [_contact(there, planned.first, planned.last, address)]
    client = people.add_client(
        by=by,
        birth_on=today - timedelta(days=planned.age_days),
        guarantor=contacts[0],
        zone=cast.ZONE,
        first_name=planned.first,
        last_name=planned.last,
        sex=planned.sex,
        **address,
    )
    for contact, relation in zip(contacts, ("mother", "father") if planned.child else ("self",), strict=True):
        people.link_contact(by=by, client=client, contact=contact, relation=relation, guardian=planned.child)
    for key in filter(None, (planned.clinician, planned.assistant)):
        people.assign(by=by, client=client, clinician=there.clinicians[key])
    coverage = _cover(there, planned, client, contacts[0], today)
    return _open_case(there, planned, client, coverage, today)


def _contact(there: House, first: str, last: str, address: dict[str, str]) -> Contact:
    email = f"{first}.{last}@mail.example".lower()
    return people.add_contact(by=there.owner, first_name=first, last_name=last, email=email, **address)


def _cover(there: House, planned: Planned, client: Client, parent: Contact, today: date) -> Coverage | None:
    if planned.payer is None:
        return None
    holder: dict[str, Any] = {}
    if planned.child and planned.payer != "ILMCD":
        holder = {
            "relation": Relation.CHILD,
            "subscriber": parent,
            "subscriber_birth_on": today - timedelta(days=planned.age_days + 28 * 365),
            "subscriber_sex": "F",
        }
    return people.add_coverage(
        by=there.owner,
        client=client,
        payer=Payer.objects.get(payer_id=planned.payer),
        member_id=planned.member_id,
        keep_odd_id=True,
        copay=cast.COPAYS.get(planned.payer),
        starts_on=date(today.year - 1, 1, 1),
        **holder,
    )


def _open_case(there: House, planned: Planned, client: Client, coverage: Coverage | None, today: date) -> Case:
    by, opened = there.owner, today + timedelta(days=planned.start)
    referrers = Referrer.objects.order_by("id")
    case = people.open_case(
        by=by,
        client=client,
        discipline=planned.reason.discipline,
        complaint=planned.reason.complaint,
        opened_on=opened,
        diagnoses=list(planned.reason.diagnoses),
        referrer=referrers[planned.index % len(cast.REFERRERS)],
        onset_on=opened - timedelta(days=20),
    )
    set_plans(there, planned, case, today, certify=bool(coverage and coverage.payer.needs_plan_of_care))
    if coverage and coverage.payer.needs_authorization:
        _authorize(there, planned, case, coverage, opened, today)
    return case


def _authorize(there: House, planned: Planned, case: Case, coverage: Coverage, opened: date, today: date) -> None:
    """Leave for the first months; a few clients have come to its end."""
    people.add_authorization(
        by=there.owner,
        case=case,
        coverage=coverage,
        number=f"A{770000 + planned.index * 13}",
        allowed=planned.authorized_visits,
        starts_on=opened,
        ends_on=today - timedelta(days=8) if planned.index % 29 == 5 else opened + timedelta(days=240),
    )


def start_of(visit: Visit, day: date, zone: str) -> datetime:
    return datetime.combine(day, visit.at, tzinfo=ZoneInfo(zone))


def cases() -> dict[int, Case]:
    """The case of each planned client, by index: charts are numbered in the order of the plan."""
    rows = Case.objects.select_related("client")
    return {case.client.number - people.FIRST_CHART: case for case in rows}


def _book_today(there: House, today: date) -> None:
    by_index, now = cases(), clock.now()
    for visit in visits_on(today, today, clients()):
        session = sessions.book(
            by=there.owner,
            case=by_index[visit.person.index],
            clinician=there.clinicians[visit.by],
            location=there.locations[person_of(visit.by).location],
            starts_at=start_of(visit, today, cast.ZONE),
            length=timedelta(minutes=visit.person.length),
        )
        _so_far(there, visit, session, now)


def book_ahead(there: House, today: date) -> None:
    """The weekly visits of the next weeks, of who still comes; one clinician is away after them."""
    by_index = cases()
    for planned in (planned for planned in clients() if planned.end > AHEAD.days):
        for slot in planned.slots:
            first = today + timedelta(days=(slot.weekday - today.weekday() - 1) % 7 + 1)
            asked = Asked(
                case=by_index[planned.index],
                clinician=there.clinicians[planned.clinician],
                location=there.locations[person_of(planned.clinician).location],
                first_on=first,
                at=slot.at,
                length=timedelta(minutes=planned.length),
                pattern=Pattern(frozenset({slot.weekday})),
                visits=AHEAD.days // 7,
            )
            book_series(by=there.owner, asked=asked, skip=True)
    away = datetime.combine(today + AHEAD + timedelta(days=7), time(), tzinfo=ZoneInfo(cast.ZONE))
    take_time_off(
        by=there.owner,
        clinician=there.clinicians["tomas"],
        starts_at=away,
        ends_at=away + timedelta(days=3),
        why="Vacation",
    )


def _so_far(there: House, visit: Visit, session: Session, now: datetime) -> None:
    """What has become of one of today's sessions by now."""
    by, rng = there.members[visit.by], Random(f"{cast.SEED}:today:{visit.person.index}")
    if rng.random() < 0.07:
        sessions.move(by=there.owner, session=session, state=SessionState.CANCELLED)
    elif session.ends_at <= now and rng.random() < 0.75:
        with clock.at(session.ends_at):
            write_note(visit, session, by, rng)
            sessions.sign(by=by, session=session)
    elif session.starts_at <= now < session.ends_at:
        sessions.move(by=by, session=session, state=SessionState.ARRIVED)


def write_note(
    visit: Visit, session: Session, by: Membership, rng: Random, *, first: bool = False, over: int = 0
) -> None:
    """The draft of an invented session: minutes near the usual ones, and one of a few notes."""
    person = visit.person
    cue = rng.choice(("2 verbal", "3 tactile", "minimal", "1 visual"))
    text = [part.format(cue=cue, frequency=f"{len(person.slots)}×/week") for part in rng.choice(cast.NOTES)]
    lines = [Typed(code, max(5, minutes + over + rng.randrange(-4, 5))) for code, minutes in person.reason.codes]
    if first and visit.by == person.clinician:
        lines = [Typed(person.reason.evaluation, 45)]
    parts = dict(zip(PARTS, text, strict=True))
    sessions.save_draft(by=by, session=session, parts=parts, lines=lines, kind=kind_of(visit, session, first=first))


def person_of(key: str) -> cast.Person:
    return next(p for p in cast.TEAM if p.key == key)
