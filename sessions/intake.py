"""Verb: take in a new client on one page. Who she is, who pays, why she comes, and her first visit, or nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clients import actions as people
from clients.coverage import OWN_PLANS
from clients.duplicates import Person, folded
from clients.models import Case, Client, Coverage, Referrer, Relation
from clients.twins import Twin, plan, twins_of
from practice import addresses, audit, clock
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import AuditEvent, Clinician, Membership
from sessions import actions
from sessions.models import Session

OF_AGE = 18
JUST_NOW = timedelta(minutes=10)
ADDRESS = ("street", "city", "state", "zip")
CAUSES = {plan_type: cause for cause, plan_type in OWN_PLANS.items()}
SUBSCRIBER = {  # where the page asks what a coverage wants to know of its subscriber
    "subscriber": "guarantor-first_name",
    "subscriber_birth_on": "guarantor-birth_on",
    "subscriber_sex": "guarantor-sex",
}


@dataclass(frozen=True)
class Intake:
    """What was asked, by section; what was left out is None.

    `client`: the arguments of `add_client`. `guarantor`: who owes the client's share where that is not she herself:
    relation and the fields of a contact, the client's address where none is given; `birth_on` and `sex` are asked
    where she is the subscriber. `referrer`: a practitioner who is not in the directory yet. `case`, `coverage`,
    `authorization` and `visit` are the arguments of their verbs.
    """

    clinician: Clinician
    client: dict[str, Any]
    case: dict[str, Any]
    guarantor: dict[str, Any] | None = None
    referrer: dict[str, Any] | None = None
    coverage: dict[str, Any] | None = None
    authorization: dict[str, Any] | None = None
    visit: dict[str, Any] | None = None


@dataclass(frozen=True)
class Taken:
    """What was made."""

    client: Client
    case: Case
    session: Session | None


class Known(Conflict):
    """A chart that may be hers is there already.

    `twins`: those `by` may know of, surest first; `hidden`: how many more. `made`: the one that `by` added by the same
    name a moment ago, as when a page is sent twice; she knows its number even where she may not open it. `count`: all.
    """

    def __init__(self, by: Membership, new: Person, twins: list[Twin]) -> None:
        mine = Client.objects.visible_to(by).filter(pk__in=[twin.client.pk for twin in twins])
        visible = set(mine.values_list("pk", flat=True))
        self.count, self.made = len(twins), _just_made(by, new, twins)
        self.twins = [twin for twin in twins if twin.client.pk in visible]
        self.hidden = sum(twin.client.pk not in visible and twin.client != self.made for twin in twins)
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        if self.made:
            return (
                f"You added {self.made.name} as chart {self.made.number} a moment ago, and nothing was saved a second "
                "time. Open that chart, or create another one anyway."
            )
        named = (
            " and ".join(f"chart {twin.client.number}" for twin in self.twins[:5]) or "a chart outside your caseload"
        )
        return f"{named.capitalize()} may be this person's; open it, or create another one anyway."

    def tell(self) -> str:
        """What to say to who asked; that she was shown these charts is kept."""
        for twin in self.twins:
            audit.seen(twin.client, client_id=twin.client.pk, section="about")
        return str(self)


def _just_made(by: Membership, new: Person, twins: list[Twin]) -> Client | None:
    """The chart of the same name that `by` added last, if that was a moment ago."""
    name = folded(new.first_name), folded(new.last_name)
    charts = [twin.client for twin in twins]
    same = {row.pk: row for row in charts if (folded(row.first_name), folded(row.last_name)) == name}
    added = AuditEvent.objects.filter(client_id__in=same, member=by, verb="add client", at__gt=clock.now() - JUST_NOW)
    last = added.order_by("-at", "-id").values_list("client_id", flat=True).first()
    return same[last] if last else None


@transaction.atomic
def take_in(*, by: Membership, zone: str, asked: Intake, past: int | None = 0) -> Taken:
    """All of `asked`, in one transaction. What is wrong is said for all sections at once: “coverage-member_id”.

    Raises Known where more charts like hers are there than the `past` that `by` was shown and goes past; None: any.
    Of two pages sent at once the second waits, and finds the chart of the first.
    """
    if past is not None:
        new = _compared(asked)
        one_at_a_time(f"new client born {new.birth_on}")  # only people of one birthday are alike
        if len(twins := twins_of(new)) > past:
            raise Known(by, new, twins)
    wrong: dict[str, str] = {}
    client = _client(by, zone, asked, wrong)
    case = coverage = session = None
    referrer = _referrer(by, asked, wrong)
    with _section("case", wrong):
        case = _case(by, client, asked, referrer, clock.today(zone))
    if asked.coverage:
        with _section("coverage", wrong, SUBSCRIBER):
            coverage = _coverage(by, client, case, asked, asked.coverage)
    if asked.authorization:
        with _section("authorization", wrong):
            _authorize(by, case, coverage, asked)
    if asked.visit and case:
        with _section("visit", wrong):
            session = actions.book(by=by, case=case, clinician=asked.clinician, **asked.visit)
    if wrong or case is None:
        raise BadInput(wrong)
    return Taken(client, case, session)


@contextmanager
def _section(name: str, wrong: dict[str, str], places: Mapping[str, str] | None = None) -> Iterator[None]:
    """Keeps what is wrong with one section, and goes on to the next; the whole is rolled back in the end.

    `places`: fields of the verb that another section asks for.
    """
    try:
        with transaction.atomic():
            yield
    except BadInput as bad:
        wrong |= {(places or {}).get(field, f"{name}-{field}"): text for field, text in bad.errors.items()}


def _compared(asked: Intake) -> Person:
    """What is compared with the charts that are there. A phone that cannot be read compares with none."""
    own, coverage = asked.client, asked.coverage
    try:
        phone = addresses.phone(own.get("phone") or "")
    except ValueError:
        phone = ""
    plans = plan(coverage["payer"].pk, coverage["member_id"]) if coverage else frozenset()
    return Person(0, own["first_name"], own["last_name"], own["birth_on"], phone, plans)


def _client(by: Membership, zone: str, asked: Intake, wrong: dict[str, str]) -> Client:
    """The client with who owes her share, on the caseload of who treats her. Raises BadInput: the rest needs her."""
    other, client = asked.guarantor, None
    contact = None
    if other:
        with _section("guarantor", wrong):
            contact = people.add_contact(by=by, **_person(other, asked.client))
    with _section("client", wrong):
        client = people.add_client(by=by, guarantor=contact, zone=zone, **asked.client)
    if client is None:
        raise BadInput(wrong)
    if other and contact:
        with _section("guarantor", wrong):
            minor = client.age_on(clock.today(zone)) < OF_AGE
            people.link_contact(by=by, client=client, contact=contact, relation=other["relation"], guardian=minor)
    people.assign(by=by, client=client, clinician=asked.clinician)
    return client


def _person(other: dict[str, Any], client: dict[str, Any]) -> dict[str, Any]:
    """Who owes the client's share, as a contact. Without an address of her own she lives with the client."""
    home = other if any(other.get(name) for name in ADDRESS) else client
    own = {name: other[name] for name in ("first_name", "last_name", "phone", "email") if name in other}
    return own | {name: home[name] for name in ADDRESS if name in home}


def _referrer(by: Membership, asked: Intake, wrong: dict[str, str]) -> Referrer | None:
    """Who referred her: one of the directory, or one who comes into it now."""
    chosen, new = asked.case.get("referrer"), asked.referrer
    if new is None:
        return chosen
    with _section("referrer", wrong):
        if chosen:
            raise BadInput(last_name="Choose a referrer of the list or enter a new one, not both")
        return people.add_referrer(by=by, **new)
    return None


def _case(by: Membership, client: Client, asked: Intake, referrer: Referrer | None, today: date) -> Case:
    """The case, open from the day of the first visit where that comes before today."""
    first = _first_visit_on(asked)
    fields = asked.case | {"referrer": referrer, "first_visit_on": first}
    opened_on = min(today, first) if first else today
    return people.open_case(by=by, client=client, discipline=asked.clinician.discipline, opened_on=opened_on, **fields)


def _first_visit_on(asked: Intake) -> date | None:
    if not asked.visit:
        return None
    return asked.visit["starts_at"].astimezone(ZoneInfo(asked.visit["location"].zone)).date()


def _coverage(by: Membership, client: Client, case: Case | None, asked: Intake, coverage: dict[str, Any]) -> Coverage:
    """The coverage. Where the client is not the subscriber, whoever pays her share is; workers' compensation and auto
    insurance serve the case alone.
    """
    payer, cause = coverage["payer"], asked.case.get("cause")
    own_cause = CAUSES.get(payer.plan_type)
    if own_cause and cause != own_cause:
        raise BadInput(payer=f"{payer} pays after an accident; choose that cause under “Accident”, or another payer")
    if asked.guarantor and coverage.get("relation", Relation.SELF) != Relation.SELF:
        other = asked.guarantor
        coverage = coverage | {
            "subscriber": client.guarantor,
            "subscriber_birth_on": other.get("birth_on"),
            "subscriber_sex": other.get("sex") or "",
        }
    return people.add_coverage(by=by, client=client, case=case if own_cause else None, **coverage)


def _authorize(by: Membership, case: Case | None, coverage: Coverage | None, asked: Intake) -> None:
    if not asked.coverage:
        raise BadInput(number="An authorization belongs to a plan; choose the payer above")
    if case and coverage and asked.authorization:
        people.add_authorization(by=by, case=case, coverage=coverage, **asked.authorization)
