"""How many queries each page and list asks, whatever the number of rows: held to `query_counts.json`.

A practice with three things of every kind and one with thirty-three answer with the same number of queries.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from billing import actions as billing
from billing.models import Charge, Invoice
from claims import actions as claims
from claims.models import Claim, ClaimLine, Decision, Remittance
from clients import actions as clients
from clients.documents import actions as documents
from clients.enrollments.actions import enter_enrollment
from clients.models import Authorization, Case, Client, ClientContact, Payer, Referrer
from practice import actions as house
from practice import clock, pdf
from practice.identifiers import npi_problem
from practice.models import Clinician, Role
from practice.setup.hours import add_hours
from practice.team.invitations import invite
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.addenda import add_addendum
from sessions.calendar.actions import take_time_off
from sessions.descriptors import load_descriptors
from sessions.minutes import Typed
from sessions.models import Session
from tests import world
from tests.practice import lived_in
from tests.practice.permission_matrix import API, COLUMNS, PAGES

FEW, MANY = 3, 33
BASELINE = Path(__file__).with_name("query_counts.json")
HOW = "Write it with UPDATE_QUERY_COUNTS=1 pytest tests/practice/test_query_counts.py, look at the figure, commit it."
WEEK = timedelta(days=7)

# The matrix of permissions names what can be read; these are the other tabs and slices of its lists.
MORE = """
claims/?tab=payer  claims/?tab=rejected  claims/?tab=denied  claims/?tab=paid  claims/submit/?claim={every_waiting}
invoices/?tab=overdue  invoices/?tab=paid  receivables/?who=payers&age=all  receivables/?who=clients&age=all
api/claims/?tab=paid  api/invoices/?state=paid
"""
# Answers that are no longer with many rows than with few.
FLAT = {
    "audit/", "audit/?client=Walter&sort=-person", "audit/count/", "api/audit/", "clients/emergency/",
    "progress/", "claims/count/", "invoices/count/", "remittances/count/", "sessions/{session}/facts/",
    "clients/coverages/{coverage}/member-id/", "invoices/{invoice}/pdf/", "claims/submit/?claim={waiting}",
    "sessions/{counseling}/psychotherapy-note/", "api/sessions/{counseling}/psychotherapy-note/",
    "api/sessions/{session}/", "api/sessions/{signed}/", "clients/{client}/notices/new/", "clients/{client}/outside-therapy/",
    "clients/{senior}/notices/new/", "notices/{notice}/", "notices/{notice}/pdf/", "sessions/{signed}/note.pdf", "api/notices/{notice}/",
    "settings/security/", "api/security/", "settings/", "settings/clinicians/new/", "settings/hours/{hours}/",
    "settings/enrollments/clinicians/{pt}/payers/{spare}/", "settings/enrollments/{enrollment}/",
    "settings/locations/new/", "settings/locations/{second}/", "team/invite/", "team/{desk}/",
    "clients/documents/{card}/preview/", "clients/imports/columns/", "clients/imports/{import}/progress/",
    "api/client-imports/{import}/", "clients/{client}/merge/{senior}/",
    "clients/{client}/plans/", "clients/{client}/facts/", "clients/{client}/balance/", "clients/{client}/edit/",
    "clients/{client}/deactivate/", "clients/{inactive}/reactivate/", "clients/{client}/people/add/",
    "clients/people/{person}/", "clients/people/{person}/end/", "clients/care-team/{care}/end/",
    "clients/{client}/care-team/add/", "clients/coverages/{coverage}/end/",
    "clients/coverages/{coverage}/benefits/", "clients/cases/{case}/diagnoses/", "clients/cases/{case}/close/",
    "clients/cases/{closed_case}/reopen/", "clients/authorizations/{leave}/withdraw/", "clients/diagnoses/?q=M54",
    "clients/payers/add/", "clients/payers/{payer}/", "clients/referrers/add/", "clients/referrers/{referrer}/",
    "api/payers/{payer}/", "api/diagnoses/?q=M54", "api/cases/{case}/limits/?from=2026-06-15&days=30",
    "api/documents/{document}/", "api/documents/{document}/content/", "api/profile/", "api/team/{desk}/",
    "clients/cases/{case}/authorization/", "clients/coverages/{coverage}/card/", "clients/documents/{document}/",
    "sessions/book/limits/?case={case}&date=2026-06-16",
}  # fmt: skip


def readable(column: str) -> list[str]:
    """Every address that a role may read."""
    found = []
    for table, prefix in ((PAGES, ""), (API, "api/")):
        for method, address, *answers in (line.split() for line in table.splitlines() if line):
            if method == "GET" and answers[COLUMNS.index(column)] == "200":
                found.append(prefix + address)
    return sorted([*found, *(MORE.split() if column == "owner" else [])])


EVERY = [(column, address) for column in ("owner", "therapist") for address in readable(column)]


# --- two practices ---------------------------------------------------------------------------


def fill(here: world.World, n: int) -> dict[str, Any]:
    """n things of every kind, and one of each with n parts."""
    load_descriptors(by=here.olivia, body="".join(f"{n:05},Ours\n" for n in range(20_000, 20_000 + n)).encode())
    team, partner = _team(here, n), here.partner()
    cases = [here.client(payer=here.aetna, copay="30.00", last=f"Abt{i:02}") for i in range(n)]
    for i, case in enumerate(cases):
        here.signed(case, ("97530", 30), **_slot(i, weeks=4))
    here.answer_bells()
    claims.submit(by=here.bob, claims=list(Claim.objects.values_list("pk", flat=True)), undo=0)
    here.exchange(partner)
    billing.make_invoices(by=here.bob, contacts=[case.client.guarantor_id for case in cases])
    for i in range(n):
        here.signed(_insured(here, i), ("97530", 30), **_slot(i, weeks=2))
    here.answer_bells()
    waiting = list(Claim.objects.filter(delivery="made").order_by("pk"))
    return {
        "every_waiting": "&claim=".join(str(claim.pk) for claim in waiting),
        "waiting": _long_claim(here, waiting[0], n),
        "remittance": _remittances(n),
        **_long_chart(here, n),
        **_beside(here),
        "import": _imports(here, n),
        **team,
        **_calendar(here, n),
        "counseling": here.counseled(world.PRIVATE, day=world.TODAY - 9 * WEEK).pk,
    }


def _calendar(here: world.World, n: int) -> dict[str, int]:
    """Time off as often, and a visit before it."""
    noon = datetime.combine(world.TODAY + WEEK, time(12), tzinfo=ZoneInfo(world.ZONE))
    for i in range(n):
        day = noon + timedelta(days=1 + i)
        take_time_off(by=here.sam, clinician=here.ot, starts_at=day, ends_at=day + timedelta(hours=8), why="Training")
    return {"booked": here.booked(here.client(last="Calder"), day=noon.date(), at=noon.time()).pk}


def _beside(here: world.World) -> dict[str, int]:
    """One each of what a chart and the lists beside it hold."""
    past = here.client(first="Olga", last="Adler")
    clients.close_case(by=here.olivia, case=past, closed_on=world.TODAY)
    clients.deactivate_client(by=here.olivia, client=past.client, reason="moved away")
    return {
        "inactive": past.client_id,
        "closed_case": past.pk,
        "payer": here.aetna.pk,
        "referrer": Referrer.objects.earliest("pk").pk,
        "person": ClientContact.objects.filter(relation="sister").earliest("pk").pk,
        "leave": Authorization.objects.earliest("pk").pk,
    }


def _team(here: world.World, n: int) -> dict[str, int]:
    """As many people who treat, each with a place, hours and an enrollment, and as many invitations."""
    found = lived_in.team(here)
    spare = Payer.objects.get(pk=found["spare"])
    for i in range(n):
        member = house.add_member(
            practice=here.practice, email=f"t{i}@{here.slug}.example", first_name="Tess", last_name=f"Team{i:02}",
            roles=[Role.THERAPIST], password=world.PASSWORD,
        )  # fmt: skip
        clinician = house.add_clinician(
            by=here.olivia, member=member, discipline="OT", credentials="OTR/L", npi=_npi(i)
        )
        place = house.add_location(
            by=here.olivia, name=f"Place {i:02}", street="2 Alder St", city="Aurora", state="IL", zip="605064117",
            zone=world.ZONE,
        )  # fmt: skip
        hours = {"weekdays": [0], "starts": time(9), "ends": time(17), "from_on": world.TODAY}
        add_hours(by=here.olivia, clinician=clinician, location=place, **hours)
        enter_enrollment(by=here.olivia, clinician=clinician, payer=spare, state="enrolled", starts_on=world.TODAY)
        invite(by=here.olivia, email=f"i{i}@{here.slug}.example", roles=[Role.THERAPIST])
    return found


def _imports(here: world.World, n: int) -> int:
    """As many files, the last with as many bad rows."""
    for i in range(n):
        bad = "".join(f"Bea,Row{i} {row},soon,F\n" for row in range(n if i == n - 1 else 1))
        last = here.imported(f"{world.CSV.decode()}{bad}")
    return last.pk


def _npi(i: int) -> str:
    return next(npi for last in range(10) if not npi_problem(npi := f"1{i + 880000:08}{last}"))


def _slot(i: int, *, weeks: int) -> dict[str, Any]:
    """A day and time for the ith session, all within two weeks."""
    return {"day": world.TODAY - weeks * WEEK + timedelta(days=i % 14), "at": time(8 + i // 14)}


def _insured(here: world.World, i: int) -> Case:
    """A client with a payer of her own."""
    plan = world.PAYERS[1] | {"payer_id": f"7{i:04}", "name": f"Plan {i}", "short_name": f"Plan {i}"}
    payer = clients.add_payer(by=here.olivia, **plan)
    return here.client(payer=payer, member_id="W123456789", copay="30.00", last=f"Adams{i:02}")


def _long_claim(here: world.World, claim: Claim, n: int) -> int:
    for i in range(n):
        claims.hold(by=here.bob, claims=[claim.pk], held=i % 2 == 0)
    claims.hold(by=here.bob, claims=[claim.pk], held=False)
    line = claim.lines.get()
    ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim, position=i, charge=line.charge, control=f"X{i}", code=line.code, modifiers=[], units=1,
            amount=line.amount, live=False,
        )
        for i in range(2, n + 1)
    )  # fmt: skip
    return claim.pk


def _remittances(n: int) -> int:
    """As many as asked for, all like the first."""
    one = Remittance.objects.get()
    copies = [copy(one) for _ in range(n - 1)]
    for i, each in enumerate(copies):
        each.pk, each.fingerprint = None, f"copy {i}"
    Remittance.objects.bulk_create(copies)
    return one.pk


def _long_chart(here: world.World, n: int) -> dict[str, int]:
    """A client with n of everything who pays herself, and n sessions today."""
    case = here.client(last="Zimmer")
    client = case.client
    for i in range(n):
        cover = here.cover(
            client,
            here.aetna,
            member_id=f"W{i:09}",
            starts_on=date(2020, 1, 1),
            ends_on=date(2020, 1, 2 + i % 28),
            rank=i + 1,
        )
        days = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 2, 1)}
        clients.add_authorization(by=here.bob, case=case, coverage=cover, number=f"A{i}", allowed=1, **days)
        contact = clients.add_contact(by=here.olivia, first_name="Ann", last_name=f"Kin{i}")
        clients.link_contact(by=here.olivia, client=client, contact=contact, relation="sister")
        clients.add_referrer(
            by=here.olivia,
            first_name="Raechel Rosalind Josefine",
            last_name=f"Roe of the House by the Long Lake {i}",
            npi=_npi(i),
        )
        opened = {"complaint": f"Fall {i}", "opened_on": date(2020, 1, 1), "diagnoses": ["R27.8"]}
        clients.open_case(by=here.olivia, client=client, discipline="OT", **opened)
        here.signed(case, ("97110", 30), day=world.TODAY - timedelta(days=1 + i), at=time(20))
    signed = Session.objects.filter(case=case).latest("pk")
    for i in range(n):
        sessions.amend(by=here.alice, session=signed, corrections=[Typed("97110", 31 + i % 2)], reason=f"Reason {i}")
        add_addendum(by=here.alice, session=signed, text=f"Further words, number {i}.")
    here.answer_bells()
    notices = _notices(here, client, n)
    for i in range(n):
        body = world.PDF.replace(b"1 0 obj", b"%%%d\n1 0 obj" % i)
        documents.remove(by=here.sam, document=here.filed(client, body=body))
        here.filed(client, kind="report", body=body)
    invoice = billing.make_invoices(by=here.bob, contacts=[client.guarantor_id])[0]
    for clinician in Clinician.objects.filter(member__user__first_name="Tess"):
        clients.assign(by=here.sam, client=client, clinician=clinician)
    for i in range(n):
        _pay(here, invoice, "1.00", f"one {i}")
    today = [
        here.booked(case, at=(datetime.combine(world.TODAY, time(7)) + i * timedelta(minutes=20)).time(), minutes=15)
        for i in range(n)
    ]
    sessions.save_draft(by=here.alice, session=today[0], parts=world.NOTE, lines=[Typed("97110", 20)])
    return {
        "client": client.pk,
        "care": client.care_team.earliest("pk").pk,
        "case": case.pk,
        "senior": client.pk,
        "notice": notices[0],
        "coverage": client.coverages.all()[0].pk,
        **lived_in.files(here, client.coverages.all()[0]),
        "signed": signed.pk,
        "session": today[0].pk,
        "invoice": invoice.pk,
        "charge": Charge.objects.filter(client=client).earliest("served_on", "pk").pk,
    }


def _notices(here: world.World, client: Client, n: int) -> list[int]:
    """As many notices for services from tomorrow on, every other signed, the last withdrawn."""
    tomorrow = world.TODAY + timedelta(days=1)
    medicare = here.cover(client, here.medicare, starts_on=tomorrow, rank=99)
    made = [
        billing.prepare_notice(
            by=here.alice, client=client, coverage=medicare, codes=["97110"], kind="necessity", reason=f"Reason {i}.",
            cost=Decimal("58.00"), starts_on=tomorrow, key=f"{client.pk} {i}",
        )
        for i in range(n)
    ]  # fmt: skip
    for notice in made[1::2]:
        billing.sign_notice(by=here.alice, notice=notice, option=1, signer="Ann Zimmer", relation="self")
    billing.withdraw_notice(by=here.alice, notice=made[-1], reason="a slip")
    return [notice.pk for notice in made]


def _pay(here: world.World, invoice: Invoice, amount: str, key: str) -> None:
    billing.take_payment(
        by=here.bob, contact=invoice.contact, amount=Decimal(amount), method="cash", received_on=world.TODAY, key=key
    )


def _arrange(stack: ExitStack, here: world.World, address: str) -> None:
    """Some tabs are empty unless all rows are moved there, for the time of one look."""
    states = {
        "tab=payer": {"decision": Decision.NONE},
        "tab=rejected": {"decision": Decision.NONE, "delivery": "rejected"},
        "tab=denied": {"decision": Decision.DENIED},
    }
    for tab, state in states.items():
        if tab in address:
            stack.enter_context(tenant(here.practice))
            Claim.objects.filter(decision=Decision.PAID).update(**state)
    if "tab=overdue" in address:
        stack.enter_context(clock.at(world.NOON + 10 * WEEK))
    if "invoices/?" in address and "=paid" in address:
        stack.enter_context(tenant(here.practice, here.bob))
        for invoice in Invoice.objects.all():
            _pay(here, invoice, str(invoice.total), f"all of {invoice.pk}")


class House:
    """A practice of a size, and what it costs to look at it."""

    def __init__(self, here: world.World, ids: dict[str, Any]) -> None:
        self.here, self.ids = here, ids
        self.people = {"owner": here.olivia.user, "therapist": here.alice.user}

    def look(self, column: str, address: str) -> tuple[int, int]:
        """(queries, bytes) of an answer; the second look, when what is kept for the process is kept."""
        base = f"/api/v1/p/{self.here.slug}/" if address.startswith("api/") else f"/p/{self.here.slug}/"
        url = base + address.removeprefix("api/").format(**self.ids)
        with lived_in.undone(), ExitStack() as stack:
            _arrange(stack, self.here, address)
            web = Web()
            web.force_login(self.people[column])
            connection.queries_log.clear()  # it holds so many and no more
            for _ in range(2):
                with CaptureQueriesContext(
                    connection,
                ) as asked:
                    answer = web.get(url)
            assert answer.status_code == 200, url
        own = ("SAVEPOINT", "RELEASE", "ROLLBACK")  # the request's own transaction
        return sum(not query["sql"].startswith(own) for query in asked), len(answer.content)


@pytest.fixture(scope="module")
def houses(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[House]]:
    with django_db_blocker.unblock(), clock.at(world.NOON), lived_in.undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "render", lambda template, context: b"%PDF")
        found = []
        for slug, n in (("few", FEW), ("many", MANY)):
            with world.practice(slug) as here:
                ids = fill(here, n)
            found.append(House(here, ids))
        yield found


# --- held to the figures ---------------------------------------------------------------------


@cache
def baseline() -> dict[str, dict[str, int]]:
    return json.loads(BASELINE.read_text()) if BASELINE.exists() else {}


measured: dict[str, dict[str, int]] = {}


@pytest.mark.parametrize(
    ("column", "address"),
    [pytest.param(*each, marks=[pytest.mark.long] if each[0] == "therapist" else []) for each in EVERY],
    ids=[" ".join(each) for each in EVERY],
)
def test_a_page_asks_as_often_with_many_rows(column: str, address: str, houses: list[House]) -> None:
    (few, short), (many, long) = (house.look(column, address) for house in houses)
    assert few == many, f"{column} {address}: {few} queries with {FEW} rows, {many} with {MANY}"
    assert (address in FLAT) != (long > short * 1.05 + 20), f"{address}: {short} and {long} bytes; see FLAT"
    measured.setdefault(column, {})[address] = few
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        return
    expected = baseline().get(column, {}).get(address)
    assert expected is not None, f"{column} {address} has no baseline: {few} queries. {HOW}"
    assert few == expected, f"{column} {address}: {few} queries, not {expected}. If that is meant: {HOW}"


def test_the_baseline_speaks_of_what_there_is() -> None:
    """And is written here, when that is asked for."""
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n")
    kept = [(column, address) for column, figures in json.loads(BASELINE.read_text()).items() for address in figures]
    assert sorted(kept) == sorted(EVERY), f"{BASELINE.name} names other pages. {HOW}"
