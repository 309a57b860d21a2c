"""A practice with one thing of every kind, each in the state in which the doors have something to do with it."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection, transaction
from PIL import Image

from billing import actions as billing
from billing.discounts.actions import grant_sliding_fee
from billing.house_fees.actions import charge_fee
from billing.invoicing import actions as invoicing
from billing.ledger import Party
from billing.letters import actions as letters
from billing.models import Charge, InvoiceRun, OpenItem
from billing.payments import actions as payments
from billing.write_offs import actions as write_offs
from claims import actions as claims
from claims.models import Claim, Delivery, Remittance
from clients import actions as clients
from clients import emergency_actions
from clients.documents import actions as documents
from clients.enrollments.actions import enter_enrollment
from clients.models import Case, Client, Coverage, Referrer
from practice import actions as house
from practice import work
from practice.models import Job, JobState, Membership, Practice, Role
from practice.setup.hours import add_hours
from practice.setup.profile import set_logo
from practice.team.actions import set_active
from practice.team.invitations import invite
from practice.tenancy import TenantModel, tenant
from sessions import actions as sessions
from sessions.calendar.actions import Asked, book_series, take_time_off
from sessions.calendar.recurrence import Pattern
from sessions.feeds.actions import make_feed
from sessions.groups.actions import mark_all_present, save_group
from sessions.groups.booking import book_group
from sessions.minutes import Typed
from sessions.models import Note
from sessions.note_kinds import Kind
from sessions.plans import actions as plans
from sessions.rooms.actions import save_room
from sessions.writing.keeping import keep_phrase, keep_template
from tests import world

Ids = dict[str, int]


def settle_in(here: world.World, last: str = "Nakamura") -> Ids:
    """Make everything, and say under which id each thing is found.

    All clients are on Alice's caseload; Peter knows none of them.
    """
    partner = here.partner()
    case = here.client(payer=here.aetna, copay="30.00", last=last)
    signed = here.signed(case, ("97530", 38))
    here.answer_bells()
    claims.submit(by=here.bob, claims=[Claim.objects.get().pk], undo=0)
    here.exchange(partner)
    contact = case.client.guarantor
    invoice = billing.make_invoices(by=here.bob, contacts=[contact.pk])[0]
    twin = here.client(first="Twin", last=last).client
    clients.merge_clients(by=here.bob, duplicate=twin, into=case.client)
    return {
        "merged": twin.pk,
        "client": case.client_id,
        "case": case.pk,
        "chart": case.client.number,
        "emergency": _emergency(here),
        "coverage": case.client.coverages.get().pk,
        "contact": contact.pk,
        "invoice": invoice.pk,
        "charge": Charge.objects.get().pk,
        "remittance": Remittance.objects.get().pk,
        **discounts(here, case.client),
        "signed": signed.pk,
        **files(here, case.client.coverages.get()),
        "clinician": here.ot.pk,
        "location": here.location.pk,
        "payer": here.aetna.pk,
        "referrer": Referrer.objects.earliest("pk").pk,
        **_charts(here, case, last),
        **team(here),
        "import": here.imported(f"{world.CSV.decode()}Bea,{last},soon,F\n").pk,
        **_notices(here, last),
        **_sessions(here, case, last),
        **plan_of_care(here, case),
        **_claims(here, last),
        **_write_offs(here, last, Charge.objects.get(client=case.client, kind="service")),
        **_letters(here, last),
        **money(here, last),
        **_invoice_runs(here, last),
    }


def _letters(here: world.World, last: str) -> Ids:
    """A client who pays herself: an estimate, a visit on a superbill, one that is on none, and a statement."""
    case = here.client(first="Selma", last=last)
    estimate = here.estimate(case)
    for code in ("97110", "97140"):
        here.signed(case, (code, 15))
    here.answer_bells()
    first, second = Charge.objects.filter(client=case.client_id).order_by("code")
    bill = letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk], key="lived in")
    owing = case.client.guarantor_id
    [statement] = letters.make_statements(by=here.bob, contacts=[owing], key="lived in")
    return {
        "self_payer": case.client_id,
        "own_case": case.pk,
        "estimate": estimate.pk,
        "superbill": bill.pk,
        "billable": second.pk,
        "statement": statement.pk,
        "owing": owing,
    }


def files(here: world.World, coverage: Coverage) -> Ids:
    """A file, one that was removed, and the picture of a card."""
    removed = here.filed(coverage.client, name="slip.pdf", kind="other")
    documents.remove(by=here.sam, document=removed)
    card = documents.put_card(by=here.sam, coverage=coverage, kind="card_front", files=[world.picture("card.png")])
    return {"document": here.filed(coverage.client).pk, "removed": removed.pk, "card": card.pk}


def _emergency(here: world.World) -> int:
    """Peter reads the chart of somebody whom nobody else speaks of."""
    other = here.client(first="Ada", last="Elsewhere").client
    found = {"number": other.number, "birth_on": other.birth_on, "reason": "Fell in the waiting room"}
    emergency_actions.open_chart(by=here.pt.member, **found)
    return other.emergencies.get().pk


def _charts(here: world.World, case: Case, last: str) -> Ids:
    """A sister, an authorization, a case that is closed, and a client who is not in use."""
    by = here.olivia
    sister = clients.add_person(by=by, client=case.client, relation="sister", first_name="Ann", last_name=last)
    leave = clients.add_authorization(
        by=by, case=case, coverage=case.client.coverages.get(), number="L1", allowed=20,
        starts_on=world.TODAY, ends_on=world.TODAY,
    )  # fmt: skip
    past = here.client(first="Olga", last=last)
    clients.close_case(by=by, case=past, closed_on=world.TODAY)
    clients.deactivate_client(by=by, client=past.client, reason="moved away")
    care = case.client.care_team.get()
    return {
        "care": care.pk,
        "person": sister.pk,
        "sister": sister.contact_id,
        "leave": leave.pk,
        "closed_case": past.pk,
        "inactive": past.client_id,
    }


def team(here: world.World) -> Ids:
    """An invitation, somebody who is out, hours, and an enrollment with another payer than the claims'."""
    out = house.add_member(
        practice=here.practice, email=f"oscar@{here.slug}.example", first_name="Oscar", last_name="Out",
        roles=[Role.SCHEDULER], password=world.PASSWORD,
    )  # fmt: skip
    set_active(by=here.olivia, member=out, active=False)
    [worked] = add_hours(
        by=here.olivia, clinician=here.ot, location=here.location, weekdays=[0], starts=time(9), ends=time(17),
        from_on=world.TODAY,
    )  # fmt: skip
    spare = clients.add_payer(
        by=here.olivia, name="Spare", short_name="Spare", payer_id="SPARE", plan_type="commercial",
        unit_rule="midpoint", filing_days=90,
    )  # fmt: skip
    enrolled = enter_enrollment(
        by=here.olivia, clinician=here.ot, payer=spare, state="enrolled", starts_on=world.TODAY
    )  # fmt: skip
    second = house.add_location(
        by=here.olivia, name="Second", street="2 Alder St", city="Aurora", state="IL", zip="605064117", zone=world.ZONE
    )
    picture = BytesIO()
    Image.new("RGB", (8, 4)).save(picture, "PNG")
    set_logo(by=here.olivia, picture=picture.getvalue())
    return {
        "invitation": invite(by=here.olivia, email=f"nina@{here.slug}.example", roles=[Role.THERAPIST]).pk,
        "desk": here.sam.pk,
        "out": out.pk,
        "hours": worked.pk,
        "spare": spare.pk,
        "enrollment": enrolled.pk,
        "second": second.pk,
        "pt": here.pt.pk,
    }


def discounts(here: world.World, client: Client, key: str = "lived in") -> Ids:
    """A fee without a visit, and a discount by income."""
    grant_sliding_fee(
        by=here.bob, client=client, percent=50, yearly_income=Decimal("21000.00"), household_size=2, proof="pay stub",
        valid_from=world.TODAY, valid_until=world.TODAY + timedelta(days=180),
    )  # fmt: skip
    told = {"kind": "records", "amount": Decimal("10.00"), "on": world.TODAY}
    return {"fee": charge_fee(by=here.sam, client=client, key=key, **told).pk}


def _notices(here: world.World, last: str) -> Ids:
    """A client of Medicare, and a notice that she has not signed."""
    client = here.client(payer=here.medicare, first="Ida", last=last).client
    coverage = client.coverages.get()
    notice = billing.prepare_notice(
        by=here.alice, client=client, coverage=coverage, codes=["97110"], kind="necessity",
        reason="Medicare does not pay for this for your condition.", cost=Decimal("58.00"), starts_on=world.TODAY,
        key="lived in",
    )  # fmt: skip
    return {"senior": client.pk, "medicare": coverage.pk, "notice": notice.pk}


def _sessions(here: world.World, case: Case, last: str) -> Ids:
    """A scheduled session, one that is checked in and ready to sign, and one with a psychotherapy note."""
    ready = here.booked(case)
    sessions.move(by=here.sam, session=ready, state="arrived")
    draft = sessions.save_draft(by=here.alice, session=ready, parts=world.NOTE, lines=[Typed("97530", 20)])
    billing.choose_units(by=here.alice, session=ready, codes=["97530"])
    template = keep_template(
        by=here.alice, name="Stroke", kind=Kind.DAILY, parts={"plan": "Continue with"}, shared=True
    )
    return {
        "phrase": keep_phrase(by=here.alice, shortcut=".tol", text="Tolerated it well.", shared=True).pk,
        "template": template.pk,
        "earlier": Note.objects.filter(session__case=case).latest("pk").pk,
        "booked": here.booked(case).pk,
        "session": ready.pk,
        "version": draft.version,
        **calendar(here, case),
        **groups(here, last),
        "supervised": here.signed(here.client(first="Carl", last=last), ("97530", 20), clinician=here.assistant).pk,
        "counseling": here.counseled(world.PRIVATE, last).pk,
    }


def plan_of_care(here: world.World, case: Case) -> Ids:
    """A plan that was sent, and a goal that was measured."""
    plan = case.plans.get()
    goal = plans.add_goal(
        by=here.alice, plan=plan, text="Opens jars", measure="Grip, left hand", unit="lb", baseline=Decimal(14),
        target=Decimal(30), due_on=world.TODAY + world.WEEK,
    )  # fmt: skip
    plans.measure(by=here.alice, case=case, values={goal.pk: Decimal(20)}, on=world.TODAY)
    sent = plans.send_certification(by=here.sam, plan=plan, how="fax", who="Alan Whitcomb")
    return {"plan": plan.pk, "step": sent.pk, "goal": goal.pk}


def calendar(here: world.World, case: Case) -> Ids:
    """A visit of a series in July, and time off in August."""
    asked = Asked(
        case, here.ot, here.location, date(2026, 7, 6), time(12), timedelta(minutes=45), Pattern(frozenset({0})), 3
    )
    august = datetime(2026, 8, 3, tzinfo=ZoneInfo(world.ZONE))
    away = take_time_off(
        by=here.alice, clinician=here.ot, starts_at=august, ends_at=august + timedelta(days=5), why="Vacation"
    )
    return {"recurring": book_series(by=here.sam, asked=asked)[0].pk, "away": away.pk}


def groups(here: world.World, last: str, clients: int = 2) -> Ids:
    """A group in July, one of today in which all came and which waits for the signatures, and a case that is in both."""
    cases = [here.client(first="Ivy", last=last) for _ in range(min(clients, 30))]
    found = {}
    for name, day in (("group", date(2026, 7, 7)), ("tapped", world.TODAY)):
        asked = Asked(
            cases[0], here.ot, here.location, day, time(22), timedelta(minutes=45), Pattern(frozenset({0})), 1
        )
        found[name] = book_group(by=here.sam, cases=cases, asked=asked)[0]
    mark_all_present(by=here.alice, appointment=found["tapped"])
    save_group(by=here.alice, appointment=found["tapped"], shared=world.NOTE, lines=[Typed("97150", 45)], own={})
    for clinician in (here.ot, here.pt):
        with tenant(here.practice, clinician.member):
            make_feed(by=clinician.member, clinician=clinician)
    room = save_room(by=here.olivia, location=here.location, name="Gym", places=6)
    return {name: appointment.pk for name, appointment in found.items()} | {"member": cases[0].pk, "room": room.pk}


def _claims(here: world.World, last: str) -> Ids:
    """Claims that wait, are held, queued, in doubt and rejected; and a person with something to invoice."""
    names = ("waiting", "held", "queued", "doubtful", "rejected")
    cases = [here.client(payer=here.aetna, copay="30.00", first=name.capitalize(), last=last) for name in names]
    for case in cases:
        here.signed(case, ("97530", 30))
    here.answer_bells()
    made = {
        name: Claim.objects.get(client_id=case.client_id, delivery=Delivery.MADE)
        for name, case in zip(names, cases, strict=True)
    }
    claims.hold(by=here.bob, claims=[made["held"].pk])
    doubtful = claims.submit(by=here.bob, claims=[made["doubtful"].pk])
    claims.write_interchange(doubtful)
    job = claims.delivery_job(doubtful)
    Job.objects.filter(pk=job.pk).update(state=JobState.UNKNOWN)
    claims.submit(by=here.bob, claims=[made["rejected"].pk], undo=0)
    work.drain(among=Job.objects.filter(practice=here.practice, kind__startswith="claims.deliver", state="due"))
    Claim.objects.filter(pk=made["rejected"].pk).update(delivery=Delivery.REJECTED)
    queued = claims.submit(by=here.bob, claims=[made["queued"].pk])
    clients.add_authorization(
        by=here.bob, case=cases[0], coverage=cases[0].client.coverages.get(), number="A1", allowed=9,
        starts_on=world.TODAY, ends_on=world.TODAY,
    )  # fmt: skip
    return {name: claim.pk for name, claim in made.items()} | {
        "queued_file": queued.pk,
        "doubtful_file": doubtful.pk,
        "uninvoiced": cases[0].client.guarantor_id,
    }


def _write_offs(here: world.World, last: str, charge: Charge) -> Ids:
    """What a person owes of a charge, a write-off that waits, one that is posted, a run, and a small balance after it."""
    write_offs.set_small_rule(by=here.olivia, amount=Decimal("9.99"), statements=1)
    world.small_debt(here, first="Una", last=last)
    run = write_offs.run_small_balances(by=here.bob, count=1, total=Decimal("8.00"), key="lived in")
    world.small_debt(here, first="Dora", last=last)
    case = here.client(first="Wanda", last=last)
    here.signed(case, ("97110", 60))
    here.answer_bells()
    own, debt = Charge.objects.get(client=case.client), Party.contact(case.client.guarantor_id)
    asked = [
        write_offs.write_off(
            by=here.bob, charge=own, party=debt, kind="bad debt", amount=Decimal(amount), reason="No answer", key=amount
        )
        for amount in ("60.00", "20.00")
    ]
    share = OpenItem.objects.get(charge=charge, contact__isnull=False, account="receivable")
    return {
        "debt": share.pk,
        "write_off": asked[0].pk,
        "written_off": asked[1].pk,
        "small_run": run.pk,
        "biller": here.bob.pk,
    }


def money(here: world.World, last: str, n: int = 1) -> Ids:
    """A person who pays herself, with credit, as many debts, payments and refunds, and a plan."""
    case = here.client(first="Paula", last=last)
    contact = case.client.guarantor
    for i in range(n):
        paid = {"by": here.sam, "contact": contact, "method": "cash", "received_on": world.TODAY}
        billing.take_payment(amount=Decimal("90.00"), key=f"{contact.pk} {i}", **paid)
        refund = payments.refund(
            by=here.bob, contact=contact, amount=Decimal("10.00"), method="cash", key=f"{contact.pk} {i}"
        )
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=200 + i))
    payment = billing.take_payment(amount=Decimal("5.00"), key=f"{contact.pk} last", **paid)
    here.answer_bells()
    payments.make_plan(
        by=here.bob, contact=contact, total=Decimal("58.00"), monthly=Decimal("29.00"), first_on=world.TODAY
    )
    return {"creditor": contact.pk, "payment": payment.pk, "refund": refund.pk}


def _invoice_runs(here: world.World, last: str) -> Ids:
    """Two runs that are done, one with its letters for the printer; and the file of these."""
    found = {}
    for name in ("run", "unprinted"):
        case = here.client(first=name.capitalize(), last=last)
        here.signed(case, ("97110", 15))
        here.answer_bells()
        run = invoicing.start_run(by=here.bob, key=name, contacts=[case.client.guarantor_id])
        work.drain(among=Job.objects.filter(practice=here.practice, kind=invoicing.RUN))
        found[name] = run.pk
    [part] = invoicing.ask_for_letters(by=here.bob, run=InvoiceRun.objects.get(pk=found["run"]))
    invoicing.keep_letters(part, world.PDF)
    return found | {"letters": part.pk}


def filled(value: Any, ids: Ids) -> Any:
    """A body with ids in the place of its `{thing}`s."""
    if isinstance(value, dict):
        return {key: filled(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    thing = value[1:-1] if isinstance(value, str) and value.startswith("{") else ""
    return ids.get(thing, value)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements sent inside that may change a row."""
    found: list[str] = []

    def note(execute: Any, statement: str, *rest: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE|WITH)\b", statement):
            found.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        yield found


def named(statements: Collection[str]) -> set[str]:
    """The tables that some statements may write. No trigger of ours writes another one."""
    return {table for each in statements for table in re.findall(r'(?:INTO|UPDATE|FROM)\s+"?(\w+)', each)}


def fingerprint(practice: Practice, tables: Collection[str] | None = None) -> dict[str, Any]:
    """A hash of every table of a practice, or of some, by table: what changed is found by comparing two."""
    models = [model for model in apps.get_models() if issubclass(model, TenantModel) or model is Job]
    models = [model for model in models if tables is None or model._meta.db_table in tables]
    if not models:
        return {}
    parts = [
        f"SELECT '{model._meta.db_table}', md5(string_agg(md5(t::text), '' ORDER BY id))"
        f' FROM "{model._meta.db_table}" t WHERE practice_id = {practice.pk}'
        for model in models
    ]
    alice = Membership.objects.get(practice=practice, user__first_name="Alice")  # what is hers alone counts too
    with tenant(practice, alice), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def changes(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables in which something changed."""
    return {table for table in after if before[table] != after[table]}
