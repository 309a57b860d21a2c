"""Verb: take in a new client on one page. Who she is, who pays, why she comes, and her first visit, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clients import actions as people
from clients.models import Case, Client, Contact, Coverage, Relation
from practice import clock
from practice.findings import BadInput
from practice.models import Clinician, Membership
from sessions import actions
from sessions.models import Session

OF_AGE = 18


@dataclass(frozen=True)
class Intake:
    """What was asked, by section; what was left out is None.

    `client`: first_name, last_name, birth_on, sex, phone, email, street, city, state, zip. `guarantor`: who owes the
    client's share where that is not she herself: relation and the same fields of a person; `guarantor["birth_on"]`
    and `["sex"]` are asked where she is the subscriber. `case`: complaint, diagnoses and more of a case; `coverage`,
    `authorization` and `visit` are the arguments of their verbs.
    """

    clinician: Clinician
    client: dict[str, Any]
    case: dict[str, Any]
    guarantor: dict[str, Any] | None = None
    coverage: dict[str, Any] | None = None
    authorization: dict[str, Any] | None = None
    visit: dict[str, Any] | None = None


@dataclass(frozen=True)
class Taken:
    """What was made."""

    client: Client
    case: Case
    session: Session | None


@transaction.atomic
def take_in(*, by: Membership, zone: str, asked: Intake) -> Taken:
    """All of `asked`, in one transaction. What is wrong is said for all sections at once: “coverage-member_id”."""
    wrong: dict[str, str] = {}
    today = clock.today(zone)
    client = guarantor = None
    with _section("client", wrong):
        client, guarantor = _client(by, zone, asked)
    if client is None or guarantor is None:
        raise BadInput(wrong)
    case = coverage = session = None
    with _section("case", wrong):
        case = people.open_case(
            by=by, client=client, discipline=asked.clinician.discipline, opened_on=_opened(asked, today), **asked.case
        )
    if asked.coverage:
        with _section("coverage", wrong):
            coverage = _coverage(by, client, asked, asked.coverage, guarantor)
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
def _section(name: str, wrong: dict[str, str]) -> Iterator[None]:
    """Keeps what is wrong with one section, and goes on to the next; the whole is rolled back in the end."""
    try:
        with transaction.atomic():
            yield
    except BadInput as bad:
        wrong |= {f"{name}-{field}": text for field, text in bad.errors.items()}


def _client(by: Membership, zone: str, asked: Intake) -> tuple[Client, Contact]:
    """The client with who owes her share, on the caseload of who treats her."""
    own = {key: value for key, value in asked.client.items() if key not in ("birth_on", "sex")}
    other = asked.guarantor
    person = {**_address(own), **_person(other)} if other else own
    contact = people.add_contact(by=by, **person)
    client = people.add_client(by=by, guarantor=contact, zone=zone, **asked.client)
    people.link_contact(
        by=by,
        client=client,
        contact=contact,
        relation=other["relation"] if other else "self",
        guardian=bool(other) and client.age_on(clock.today(zone)) < OF_AGE,
    )
    people.assign(by=by, client=client, clinician=asked.clinician)
    return client, contact


def _address(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in ("street", "city", "state", "zip") if name in fields}


def _person(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in ("first_name", "last_name", "phone", "email")}


def _opened(asked: Intake, today: date) -> date:
    """The case opens on the day of the first visit, if that comes before today or is not yet known."""
    if not asked.visit:
        return today
    zone = ZoneInfo(asked.visit["location"].zone)
    return min(today, asked.visit["starts_at"].astimezone(zone).date())


def _coverage(by: Membership, client: Client, asked: Intake, coverage: dict[str, Any], guarantor: Contact) -> Coverage:
    """The coverage; where the client is not the subscriber, whoever pays her share is."""
    if coverage.get("relation", Relation.SELF) != Relation.SELF:
        if not asked.guarantor:
            raise BadInput(relation="Say under “Who pays the client’s share” who the subscriber is")
        coverage = coverage | {
            "subscriber": guarantor,
            "subscriber_birth_on": asked.guarantor.get("birth_on"),
            "subscriber_sex": asked.guarantor.get("sex") or "U",
        }
    return people.add_coverage(by=by, client=client, **coverage)


def _authorize(by: Membership, case: Case | None, coverage: Coverage | None, asked: Intake) -> None:
    if not asked.coverage:
        raise BadInput(number="An authorization belongs to a plan; choose the payer above")
    if case and coverage and asked.authorization:
        people.add_authorization(by=by, case=case, coverage=coverage, **asked.authorization)
