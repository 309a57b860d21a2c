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
from billing.invoicing import actions as invoicing
from billing.ledger import Party
from billing.letters import actions as letters
from billing.models import Charge, Invoice
from billing.write_offs import actions as write_offs
from claims import actions as claims
from claims.models import Claim, ClaimLine, Decision, Remittance
from clients import actions as clients
from clients.documents import actions as documents
from clients.enrollments.actions import enter_enrollment
from clients.models import Authorization, Case, Client, ClientContact, Payer, Referrer
from practice import actions as house
from practice import clock, pdf, work
from practice.identifiers import npi_problem
from practice.models import Clinician, Job, Role
from practice.setup.hours import add_hours
from practice.team.invitations import invite
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.addenda import add_addendum
from sessions.calendar.actions import take_time_off
from sessions.codes import CODES
from sessions.descriptors import load_descriptors
from sessions.minutes import Typed
from sessions.models import Session
from sessions.note_kinds import Kind
from sessions.plans import actions as plans
from sessions.rooms.actions import save_room
from sessions.telehealth.actions import save_links
from sessions.writing.keeping import keep_phrase, keep_template
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
api/claims/?tab=paid  api/invoices/?state=paid  api/write-offs/?state=decided
"""
# Answers that are no longer with many rows than with few.
FLAT = {
    "find/?q=Walter",
    "audit/", "audit/?client=Walter&sort=-person", "audit/count/", "api/audit/", "clients/emergency/",
    "progress/", "claims/count/", "invoices/count/", "remittances/count/", "sessions/{session}/facts/",
    "clients/coverages/{coverage}/member-id/", "invoices/{invoice}/pdf/", "claims/submit/?claim={waiting}",
    "sessions/{counseling}/psychotherapy-note/", "api/sessions/{counseling}/psychotherapy-note/",
    "api/sessions/{session}/", "api/sessions/{signed}/", "clients/{client}/notices/new/", "clients/{client}/outside-therapy/",
    "statements/{statement}/pdf/", "superbills/{superbill}/pdf/",
    "estimates/{estimate}/", "estimates/{estimate}/pdf/", "api/estimates/{estimate}/",
    "clients/{senior}/notices/new/", "notices/{notice}/", "notices/{notice}/pdf/", "sessions/{signed}/note.pdf", "api/notices/{notice}/",
    "settings/security/", "api/security/", "settings/", "settings/hours/{hours}/",
    "settings/enrollments/clinicians/{pt}/payers/{spare}/", "settings/enrollments/{enrollment}/",
    "settings/locations/new/", "settings/locations/{second}/", "team/invite/", "team/{desk}/",
    "invoices/runs/{run}/progress/", "invoices/letters/{letters}/", "api/invoice-runs/{run}/",
    "clients/documents/{card}/preview/", "clients/imports/columns/", "clients/imports/{import}/progress/",
    "api/client-imports/{import}/", "clients/{client}/merge/{senior}/",
    "cases/{case}/plans/new/", "plans/{plan}/plan.pdf", "plans/{plan}/send/", "plans/{plan}/signed/", "plans/{plan}/returned/",
    "plans/{plan}/goals/new/", "plan-steps/{step}/undo/", "goals/{goal}/end/", "sessions/{session}/goals/",
    "clients/{client}/facts/", "clients/{client}/balance/", "clients/{client}/edit/",
    "clients/{client}/deactivate/", "clients/{inactive}/reactivate/", "clients/{client}/people/add/",
        "clients/people/{person}/", "clients/people/{person}/end/", "clients/care-team/{care}/end/",
    "clients/{client}/care-team/add/", "clients/coverages/{coverage}/end/",
    "clients/coverages/{coverage}/benefits/", "clients/cases/{case}/diagnoses/", "clients/cases/{case}/close/",
    "clients/cases/{closed_case}/reopen/", "clients/authorizations/{leave}/withdraw/", "clients/diagnoses/?q=M54",
    "clients/payers/add/", "clients/payers/{payer}/", "clients/referrers/add/", "clients/referrers/{referrer}/",
    "api/payers/{payer}/", "api/diagnoses/?q=M54",
    "api/documents/{document}/", "api/documents/{document}/content/", "api/profile/", "api/team/{desk}/",
    "clients/cases/{case}/authorization/", "clients/coverages/{coverage}/card/", "clients/documents/{document}/",
    "sessions/book/limits/?case={case}&date=2026-06-16",
    "notes/to-co-sign/count/", "notes/phrases/new/", "notes/phrases/{phrase}/", "notes/templates/new/",
    "notes/templates/{template}/",
    "write-offs/?tab=kinds", "write-offs/count/", "write-offs/{write_off}/", "write-offs/limits/{biller}/",
    "write-offs/small-balances/rule/", "charges/{charge}/write-off/", "clients/{client}/hardships/new/",
    "api/write-offs/{write_off}/", "api/write-off-totals/",
    "settings/rooms/new/", "settings/rooms/{room}/", "calendar/feed/", "api/calendar-feed/",
    "clients/{client}/sliding-fees/new/", "clients/{client}/sliding-fees/end/", "clients/{client}/fees/new/",
    "client-fees/{fee}/take-back/", "fees/new/", "fees/import/", "fees/without-visit/", "api/house-fees/",
    "clients/{client}/payers/", "sessions/{session}/check-in/", "credits/count/", "credits/rule/",
    "people/{creditor}/refund/", "people/{creditor}/plan/", "payments/{payment}/", "payments/{payment}/pdf/",
    "payments/{payment}/take-back/", "refunds/{refund}/", "refunds/{refund}/pdf/", "api/sessions/{session}/check-in/",
    "api/credit-rule/", "api/contacts/{creditor}/money/", "api/contacts/{creditor}/payment-plan/",
    "api/payments/{payment}/",
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
    for case in cases:
        plans.send_certification(by=here.sam, plan=case.plans.get(), how="fax", who="Alan Whitcomb")
    Payer.objects.filter(pk=here.aetna.pk).update(needs_plan_of_care=True)
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
        **lived_in.groups(here, "Grove", n),
        **_credits(here, n),
        **_rooms(here, n),
        "counseling": here.counseled(world.PRIVATE, day=world.TODAY - 9 * WEEK).pk,
        **_writing(here, n),
        **_write_offs(here, n),
        **_runs(here, n, cases),
        **_statements(here, cases),
    }


def _statements(here: world.World, cases: list[Case]) -> dict[str, int]:
    """As many statements as people."""
    people = [case.client.guarantor_id for case in cases]
    letters.make_statements(by=here.bob, contacts=people, key="to all")
    return {}


def _write_offs(here: world.World, n: int) -> dict[str, int]:
    """On one charge as many write-offs that wait, and that were decided; as many limits, small balances and records."""
    charge = Charge.objects.filter(client__last_name="Zimmer").earliest("served_on", "pk")
    write_offs.set_small_rule(by=here.olivia, amount=Decimal("9.99"), statements=1)
    for i in range(n):
        member = house.add_member(
            practice=here.practice, email=f"b{i}@{here.slug}.example", first_name="Beth", last_name=f"Bill{i:02}",
            roles=[Role.BILLER], password=world.PASSWORD,
        )  # fmt: skip
        write_offs.set_limit(by=here.olivia, member=member, amount=Decimal(0))
        for by in (member, here.olivia):
            row = write_offs.write_off(
                by=by, charge=charge, party=Party.contact(charge.client.guarantor_id), kind="bad debt",
                amount=Decimal("0.01"), reason=f"No answer {i}", key=f"{by.pk} {i}",
            )  # fmt: skip
        until = world.TODAY + timedelta(days=i)
        write_offs.record_hardship(
            by=here.bob, client=charge.client, household_size=2, income=Decimal(9000), proof=f"Pay stub {i}",
            starts_on=world.TODAY, ends_on=until,
        )  # fmt: skip
        world.small_debt(here, at=time(i // 2, i % 2 * 30), last=f"Small{i:02}")
    return {"write_off": row.pk, "biller": member.pk}


def _writing(here: world.World, n: int) -> dict[str, int]:
    """As many phrases and templates, and notes of an assistant and of a colleague that want a co-signature."""
    tess = Clinician.objects.filter(member__user__first_name="Tess").earliest("pk")
    tess.supervisor = here.ot
    tess.save(update_fields=["supervisor"])
    for i in range(n):
        phrase = keep_phrase(by=here.olivia, shortcut=f".p{i}", text="Tolerated the session well.", shared=True)
        parts = {"plan": "Continue with"}
        template = keep_template(by=here.olivia, name=f"Hip {i}", kind=Kind.DAILY, parts=parts, shared=True)
        for clinician in (here.assistant, tess):
            here.signed(here.client(first="Una", last="Beck"), ("97110", 20), clinician=clinician, **_slot(i, weeks=12))
    return {"phrase": phrase.pk, "template": template.pk}


def _calendar(here: world.World, n: int) -> dict[str, int]:
    """Time off as often, and a visit before it."""
    noon = datetime.combine(world.TODAY + WEEK, time(12), tzinfo=ZoneInfo(world.ZONE))
    for i in range(n):
        day = noon + timedelta(days=1 + i)
        take_time_off(by=here.sam, clinician=here.ot, starts_at=day, ends_at=day + timedelta(hours=8), why="Training")
    return {"booked": here.booked(here.client(last="Calder"), day=noon.date(), at=noon.time()).pk}


def _credits(here: world.World, n: int) -> dict[str, int]:
    """As many people with credit, each for a visit too, and one with as many payments, refunds and debts."""
    for i in range(n):
        client = here.client(first="Cora", last=f"Croft{i:02}").client
        here.booked(client.cases.get(), **_slot(i, weeks=16))
        paid = {"by": here.sam, "contact": client.guarantor, "method": "cash", "received_on": world.TODAY}
        visit = billing.ForVisit(client.pk, _slot(i, weeks=16)["day"], Decimal("30.00"))
        billing.take_payment(amount=Decimal("90.00"), key=f"credit {i}", visit=visit, **paid)
    return lived_in.money(here, "Crane", n)


def _rooms(here: world.World, n: int) -> dict[str, int]:
    """As many rooms, and as many meeting links as there are who treat."""
    for i in range(n):
        room = save_room(by=here.olivia, location=here.location, name=f"Room {i:02}", places=2)
    treat = Clinician.objects.values_list("pk", flat=True)
    save_links(by=here.olivia, links={pk: f"https://meet.example.com/{pk}" for pk in treat})
    return {"room": room.pk}


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


def _runs(here: world.World, n: int, known: list[Case]) -> dict[str, int]:
    """As many runs, one of them with as many invoices and as many people left out."""
    new = [here.client(last=f"Run{i:02}") for i in range(n)]
    for i, case in enumerate(new):
        here.signed(case, ("97530", 30), **_slot(i, weeks=20))
    here.answer_bells()
    run = invoicing.start_run(by=here.bob, key="run", contacts=[case.client.guarantor_id for case in (*new, *known)])
    for i in range(n):
        invoicing.start_run(by=here.bob, key=f"run {i}", contacts=[known[0].client.guarantor_id])
    work.drain(among=Job.objects.filter(practice=here.practice, kind=invoicing.RUN))
    run.refresh_from_db()
    [part] = invoicing.ask_for_letters(by=here.bob, run=run)
    invoicing.keep_letters(part, world.PDF)
    return {"run": run.pk, "letters": part.pk}


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
    letters_of = _letters(here, n)
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
        **letters_of,
        **_plans(here, case, n),
        **_discounts(here, client, n),
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


def _plans(here: world.World, case: Case, n: int) -> dict[str, int]:
    """As many plans, the last sent as often, and as many goals, of which three are open, measured as often."""
    for i in range(n):
        plan = plans.set_plan(
            by=here.alice, case=case, starts_on=world.TODAY - timedelta(days=n - i), ends_on=world.TODAY + 9 * WEEK,
            codes=["97110"], frequency="2×/week",
        )  # fmt: skip
    for i in range(n):
        sent = plans.send_certification(by=here.sam, plan=plan, how="fax", who="Alan Whitcomb", note=f"Try {i}")
        goal = plans.add_goal(
            by=here.alice, plan=plan, text=f"Opens jar {i}", measure="Grip", baseline=Decimal(14), target=Decimal(90),
            due_on=world.TODAY + WEEK,
        )  # fmt: skip
        plans.measure(by=here.alice, case=case, values={goal.pk: Decimal(20)}, on=world.TODAY)
        if i < n - FEW:
            plans.end_goal(by=here.alice, goal=goal, outcome="met")
    for i in range(n):
        plans.measure(by=here.alice, case=case, values={goal.pk: Decimal(i)}, on=world.TODAY)
    return {"plan": plan.pk, "step": sent.pk, "goal": goal.pk}


def _discounts(here: world.World, client: Client, n: int) -> dict[str, int]:
    """As many fees without a visit and discounts, and as many prices: of one code, and one each of others."""
    for i, code in zip(range(n), sorted(CODES.keys() - world.FEES.keys()), strict=False):
        billing.set_fee(by=here.bob, code=code, fee=Decimal("50.00"), starts_on=date(2020, 1, 1))
        billing.set_rate(by=here.bob, payer=here.aetna, code=code, rate=Decimal("42.00"), starts_on=world.TODAY)
        later = world.TODAY + timedelta(days=1 + i)
        billing.set_fee(by=here.bob, code="97110", fee=Decimal("60.00"), starts_on=later)
        found = lived_in.discounts(here, client, f"fee {i}")
    return found


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


def _letters(here: world.World, n: int) -> dict[str, int]:
    """A client who pays herself: as many estimates, visits on superbills of their own, as many on none, statements."""
    case = here.client(first="Selma", last="Selfpay")
    for i in range(n):
        made = here.estimate(case, ("97110", 1, 2 + i), key=f"estimate {i}")
        slot = {"day": world.TODAY - timedelta(days=1 + i), "at": time(21)}
        here.signed(case, ("97110", 30), ("97140", 15), **slot)
    here.answer_bells()
    charges = Charge.objects.filter(client=case.client_id).order_by("served_on", "pk")
    for charge in charges.filter(code="97110"):
        letters.make_superbill(by=here.bob, client=case.client, charges=[charge.pk], key=f"bill {charge.pk}")
    owing = case.client.guarantor_id
    for i in range(n):
        [statement] = letters.make_statements(by=here.bob, contacts=[owing], key=f"statement {i}")
    # All but the oldest, which the page of a new one shows first.
    lines = [charge.pk for charge in charges.filter(code="97140")][1:]
    many = letters.make_superbill(by=here.bob, client=case.client, charges=lines, key="many")
    return {
        "self_payer": case.client_id, "owing": owing, "statement": statement.pk, "superbill": many.pk,
        "estimate": made.pk,
    }  # fmt: skip


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
    if "to-co-sign" in address:  # half of them are an owner's to sign
        stack.enter_context(tenant(here.practice))
        owner = house.add_clinician(
            by=here.olivia, member=here.olivia, discipline="OT", credentials="OTR/L", npi=world.NPIS[3]
        )
        Clinician.objects.filter(member__user__first_name="Tess", supervisor=here.ot).update(supervisor=owner)
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
        with connection.cursor() as cursor:  # nobody has analyzed these tables: plans for few rows take minutes
            for kind in ("seqscan", "material", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{kind} = off")
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
    [pytest.param(*each, marks=pytest.mark.long) for each in EVERY],
    ids=[" ".join(each) for each in EVERY],
)
def test_a_page_asks_as_often_with_many_rows(column: str, address: str, houses: list[House]) -> None:
    (few, short), (many, long) = (house.look(column, address) for house in houses)
    # Fewer is possible: a page that is full of one kind of rows asks nothing about the others.
    assert many <= few, f"{column} {address}: {few} queries with {FEW} rows, {many} with {MANY}"
    assert (address in FLAT) != (long > max(short * 1.05, short + 20)), f"{address}: {short} and {long} bytes; see FLAT"
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
