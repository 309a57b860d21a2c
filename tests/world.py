"""A small practice to test in, made by the real actions. Alice treats, Bob bills, Olivia owns, Sam books.

with world.practice() as here:
    case = here.client(payer=here.medicare)
    session = here.signed(case, ("97110", 33), ("97140", 7))
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from billing import actions as billing
from billing.discounts.actions import grant_sliding_fee
from billing.house_fees.actions import charge_fee, set_house_fee
from billing.invoicing import actions as invoicing
from billing.letters import actions as letters
from billing.models import Charge, FeeSchedule, GoodFaithEstimate, Invoice
from billing.payments import actions as payments
from billing.write_offs import actions as write_offs
from claims import actions as claims
from claims.clearinghouse import folder
from claims.clearinghouse.sandbox import Connection
from claims.models import Claim, Transport
from clients import actions as clients
from clients import emergency_actions
from clients.documents import actions as documents
from clients.documents.models import Document
from clients.enrollments.actions import enter_enrollment
from clients.imports import actions as imports
from clients.imports.models import ClientImport
from clients.models import Case, Client, Coverage, Payer, Referrer
from practice import actions as house
from practice import audit_seals, clock, mail, work
from practice.models import AuditEvent, Clinician, IdempotencyKey, Job, Location, Membership, Practice, Role
from practice.setup.hours import add_hours
from practice.setup.profile import set_logo
from practice.team.invitations import invite
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.addenda import add_addendum
from sessions.calendar.actions import Asked, book_series
from sessions.calendar.recurrence import Pattern
from sessions.descriptors import load_descriptors
from sessions.evaluations import Answers
from sessions.feeds.actions import set_words
from sessions.groups.actions import save_group
from sessions.groups.booking import book_group
from sessions.minutes import PARTS, Typed
from sessions.models import Session
from sessions.note_kinds import Kind
from sessions.plans import actions as plans
from sessions.plans.actions import set_plan
from sessions.psychotherapy.actions import write
from sessions.rooms.actions import save_room
from sessions.telehealth.actions import save_links
from sessions.writing.cosigning import cosign, return_note
from sessions.writing.inserting import copy_from
from sessions.writing.keeping import keep_phrase, keep_template

ZONE = "America/Chicago"
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=ZoneInfo(ZONE))  # a Monday
TODAY = NOON.date()
WEEK = timedelta(days=7)
PASSWORD = "correct horse battery"
NPIS = ("1770000010", "1770000028", "1770000036", "1770000044", "1770000051", "1770000069", "1770000077")
PRIVATE = "She fears the stairs more than she says."  # a psychotherapy note
NOTE = dict(zip(PARTS, ("Slept well.", "Grip 14 kg.", "Gains carry over.", "Continue 2×/week."), strict=True))
FEES = {"97110": "58.00", "97140": "60.00", "97530": "66.00", "97535": "64.00", "97165": "225.00", "97150": "44.00"}
CSV = b"First name,Last name,Born,Sex\nUna,Upward,02/03/1955,F\n"
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"


def picture(name: str = "card.png", *, size: tuple[int, int] = (85, 54), **options: Any) -> SimpleUploadedFile:
    """A small picture, in the format of its name."""
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, format=Image.registered_extensions()["." + name.split(".")[-1]], **options)
    return SimpleUploadedFile(name, out.getvalue())


@dataclass
class World:
    """The practice that was entered, and quick ways to make things happen in it."""

    practice: Practice
    olivia: Membership
    bob: Membership
    sam: Membership
    alice: Membership
    carol: Membership
    ot: Clinician
    assistant: Clinician
    pt: Clinician
    location: Location
    payers: dict[str, Payer] = field(default_factory=dict)
    _slots: Any = field(default_factory=lambda: count(0))

    @property
    def slug(self) -> str:
        return self.practice.slug

    @property
    def medicare(self) -> Payer:
        return self.payers["MEDB"]

    @property
    def aetna(self) -> Payer:
        return self.payers["60054"]

    def client(
        self,
        *,
        payer: Payer | None = None,
        first: str = "Walter",
        last: str = "Nakamura",
        discipline: str = "OT",
        member_id: str | None = None,
        copay: str | None = None,
        clinician: Clinician | None = None,
    ) -> Case:
        """A client with one case, and a coverage when there is a payer; on Alice's caseload."""
        by = self.olivia
        address = {"street": "77 Larkin Ave", "city": "Aurora", "state": "IL", "zip": "605060001"}
        contact = clients.add_contact(by=by, first_name=first, last_name=last, email="w@mail.example", **address)
        client = clients.add_client(
            by=by, birth_on=date(1955, 2, 3), guarantor=contact, zone=ZONE, first_name=first, last_name=last, sex="M",
            **address,
        )  # fmt: skip
        clients.link_contact(by=by, client=client, contact=contact, relation="self")
        clients.assign(by=by, client=client, clinician=clinician or self.ot)
        if payer:
            self.cover(client, payer, member_id=member_id, copay=copay)
        case = clients.open_case(
            by=by,
            client=client,
            discipline=discipline,
            complaint="Stroke, left side weakness",
            opened_on=TODAY - timedelta(days=30),
            diagnoses=["I69.354", "R27.8"],
            referrer=self._referrer(),
        )
        set_plan(
            by=self.therapist(discipline), case=case, starts_on=TODAY - timedelta(days=30), ends_on=TODAY + timedelta(days=60),
            codes=["97110", "97140"], frequency="2×/week",
        )  # fmt: skip
        return case

    def therapist(self, discipline: str) -> Membership:
        """Who writes plans of care of a discipline."""
        return Clinician.objects.filter(discipline=discipline, assistant=False, student=False).earliest("pk").member

    def _referrer(self) -> Any:
        """Who refers everybody here."""
        if known := Referrer.objects.filter(npi=NPIS[6], active=True).first():
            return known
        return clients.add_referrer(by=self.olivia, first_name="Alan", last_name="Whitcomb", npi=NPIS[6])

    def cover(
        self, client: Client, payer: Payer, *, member_id: str | None = None, copay: str | None = None, **fields: Any
    ) -> Coverage:
        """A coverage in force since the start of last year."""
        ids = {"MEDB": "1EG4TE5MK73", "60054": "W123456789"}
        fields.setdefault("starts_on", date(2025, 1, 1))
        return clients.add_coverage(
            by=self.olivia,
            client=client,
            payer=payer,
            member_id=member_id if member_id is not None else ids[payer.payer_id],
            copay=Decimal(copay) if copay else None,
            keep_odd_id=True,
            **fields,
        )

    def booked(
        self,
        case: Case,
        *,
        day: date = TODAY,
        at: time | None = None,
        clinician: Clinician | None = None,
        minutes: int = 45,
    ) -> Session:
        """A session; each at a time of its own unless `at` says when."""
        start = at or (datetime.combine(day, time(6)) + timedelta(minutes=45 * next(self._slots))).time()
        starts_at = datetime.combine(day, start, tzinfo=ZoneInfo(ZONE))
        return sessions.book(
            by=self.sam,
            case=case,
            clinician=clinician or self.ot,
            location=self.location,
            starts_at=starts_at,
            length=timedelta(minutes=minutes),
        )

    def signed(self, case: Case, *lines: tuple[str, int], **booking: Any) -> Session:
        """A session with its minutes, signed."""
        session = self.booked(case, **booking)
        self.sign(session, *lines)
        return session

    def sign(self, session: Session, *lines: tuple[str, int]) -> None:
        by = session.clinician.member
        sessions.save_draft(by=by, session=session, parts=NOTE, lines=[Typed(*line) for line in lines])
        sessions.sign(by=by, session=session)

    def counseled(self, text: str, last: str = "Nakamura", **booking: Any) -> Session:
        """A session of mental health with Alice's psychotherapy note; she is of that discipline for as long as the
        booking takes."""
        Clinician.objects.filter(pk=self.ot.pk).update(discipline="MH")
        case = self.client(first="Clara", last=last, discipline="MH")
        session = self.booked(case, clinician=Clinician.objects.get(pk=self.ot.pk), **booking)
        Clinician.objects.filter(pk=self.ot.pk).update(discipline="OT")
        with tenant(self.practice, self.alice):
            write(by=self.alice, session=session, text=text)
        return session

    def estimate(self, case: Case, *services: tuple[str, int, int], **fields: Any) -> GoodFaithEstimate:
        """A good faith estimate from today on: (code, units a visit, visits); two visits where nothing is said."""
        said: dict[str, Any] = {
            "clinician": self.ot, "location": self.location, "frequency": "once a week", "starts_on": TODAY,
            "ends_on": TODAY + 26 * WEEK, "asked_on": TODAY, "requested": True, "key": f"estimate {case.pk}",
        }  # fmt: skip
        return letters.give_estimate(by=self.bob, case=case, services=services or [("97110", 1, 2)], **said | fields)

    def filed(self, client: Client, kind: str = "order", body: bytes = PDF, name: str = "order.pdf") -> Document:
        """A file in the chart."""
        files = [SimpleUploadedFile(name, body)]
        return documents.add_documents(by=self.sam, client=client, kind=kind, files=files)[0]

    def imported(self, text: str, name: str = "clients.csv") -> ClientImport:
        """A file of clients that was taken and tried."""
        source = imports.take_file(by=self.bob, file=SimpleUploadedFile(name, text.encode()))
        work.drain(among=Job.objects.filter(practice=self.practice, key=f"import:{source.pk}:check"))
        source.refresh_from_db()
        return source

    def answer_bells(self) -> None:
        """Do what the bells ask for, here and now."""
        work.drain(among=Job.objects.filter(practice=self.practice, kind__in=work.BELLS))

    def exchange(self, partner: Any, *, today: date = TODAY) -> None:
        """One round with the sandbox payer: hand over what is due, let it work, read its answers."""
        work.drain(among=Job.objects.filter(practice=self.practice, kind__startswith="claims.deliver"))
        place = folder.connection_dir(settings.EXCHANGE_DIR, self.practice.pk, partner.pk)
        with Connection(place) as payer:
            payer.work(today=today, pay_after_days=0)
        for answer in folder.fetch(place):
            claims.store_inbound(partner=partner, name=answer.name, body=answer.body)
        self.answer_bells()

    def partner(self, transport: str = Transport.SANDBOX) -> Any:
        return claims.add_partner(
            by=self.olivia, name="Sandbox", transport=transport, submitter_id="ALDER01", receiver_id="SANDBOX"
        )


PAYERS = (
    {
        "name": "Medicare Part B", "short_name": "Medicare", "payer_id": "MEDB", "plan_type": "medicare",
        "unit_rule": "cms", "filing_days": 365, "member_id_pattern": "[1-9][A-Z][A-Z0-9]{9}",
        "member_id_hint": "11 characters", "needs_therapy_modifier": True, "needs_assistant_modifier": True,
        "needs_referrer": True, "needs_plan_of_care": True,
    },
    {
        "name": "Aetna", "short_name": "Aetna", "payer_id": "60054", "plan_type": "commercial",
        "unit_rule": "midpoint", "filing_days": 120, "member_id_pattern": "W[0-9]{9}",
        "member_id_hint": "W and 9 digits", "distinct_pairs": [["97530", "97140"]],
    },
)  # fmt: skip


def found(slug: str = "alder") -> World:
    """A practice, not entered. Slugs make people distinct."""
    practice = house.found_practice(slug=slug, name=f"{slug.capitalize()} Therapy", zone=ZONE)
    members = {
        first: house.add_member(
            practice=practice,
            email=f"{first.lower()}@{slug}.example",
            first_name=first,
            last_name=last,
            roles=[role],
            password=PASSWORD,
        )
        for first, last, role in (
            ("Olivia", "Owner", Role.OWNER),
            ("Bob", "Biller", Role.BILLER),
            ("Sam", "Scheduler", Role.SCHEDULER),
            ("Alice", "Atherton", Role.THERAPIST),
            ("Carol", "Castle", Role.THERAPIST),
            ("Peter", "Porter", Role.THERAPIST),
        )
    }
    with tenant(practice, members["Olivia"]):
        return _furnish(practice, members)


def _furnish(practice: Practice, members: dict[str, Membership]) -> World:
    by = members["Olivia"]
    house.set_profile(
        by=by, legal_name="Alder Therapy LLC", npi=NPIS[0], tax_id="364810277", taxonomy="193200000X",
        street="1 Alder St", city="Aurora", state="IL", zip="605064117", phone="6305550100", email="billing@alder.example",
    )  # fmt: skip
    location = house.add_location(
        by=by, name="Alder Street", street="1 Alder St", city="Aurora", state="IL", zip="605064117", zone=ZONE
    )
    ot = house.add_clinician(
        by=by, member=members["Alice"], discipline="OT", credentials="OTR/L", npi=NPIS[1], taxonomy="225X00000X"
    )
    assistant = house.add_clinician(
        by=by, member=members["Carol"], discipline="OT", credentials="COTA/L", taxonomy="224Z00000X", assistant=True,
        supervisor=ot,
    )  # fmt: skip
    pt = house.add_clinician(
        by=by, member=members["Peter"], discipline="PT", credentials="PT", npi=NPIS[2], taxonomy="225100000X"
    )
    # Not by its verb, alone of all: six rows in one statement, in the thousands of practices that tests found.
    fees = [FeeSchedule(code=code, fee=Decimal(fee), starts_on=date(2020, 1, 1)) for code, fee in FEES.items()]
    FeeSchedule.objects.bulk_create(fees)
    payers = {p["payer_id"]: clients.add_payer(by=by, **p) for p in PAYERS}
    return World(
        practice=practice, olivia=by, bob=members["Bob"], sam=members["Sam"], alice=members["Alice"],
        carol=members["Carol"], ot=ot, assistant=assistant, pt=pt, location=location, payers=payers,
    )  # fmt: skip


@contextmanager
def practice(slug: str = "alder", at: datetime = NOON) -> Iterator[World]:
    """Found a practice and go in, with the clock standing at noon."""
    with clock.at(at):
        here = found(slug)
        with tenant(here.practice, here.olivia):
            yield here


def live_through_everything(here: World) -> None:
    """One row at least of every walled table: a covered session from booking to the paid invoice."""
    partner = here.partner()
    case = here.client(payer=here.aetna, copay="30.00")
    clients.add_authorization(
        by=here.olivia, case=case, coverage=case.client.coverages.get(), number="A1", allowed=9,
        starts_on=TODAY, ends_on=TODAY,
    )  # fmt: skip
    clients.record_benefit(
        by=here.bob, coverage=case.client.coverages.get(), disciplines=["OT"], starts_on=TODAY, verified_how="phone"
    )
    documents.remove(by=here.sam, document=here.filed(case.client))
    here.signed(case, ("97530", 38))
    weekly = Asked(
        case, here.ot, here.location, TODAY + WEEK, time(9), timedelta(minutes=45), Pattern(frozenset({0})), 2
    )
    book_series(by=here.sam, asked=weekly)
    two = [here.client(), here.client()]
    together = Asked(two[0], here.ot, here.location, TODAY, time(5), timedelta(minutes=45), Pattern(frozenset({0})), 1)
    [group] = book_group(by=here.sam, cases=two, asked=together)
    save_room(by=here.olivia, location=here.location, name="Gym", places=6)
    set_words(by=here.olivia, words="none")
    save_links(by=here.olivia, links={None: "https://meet.example.com/alder"})
    save_group(by=here.alice, appointment=group, shared=NOTE, lines=[Typed("97150", 45)], own={})
    unsigned = here.booked(here.client())
    sessions.move(by=here.sam, session=unsigned, state="arrived")
    sessions.save_draft(by=here.alice, session=unsigned, parts=NOTE, lines=[Typed("97530", 20)])
    billing.choose_units(by=here.alice, session=unsigned, codes=["97530"])
    billing.record_outside_therapy(
        by=here.bob, client=case.client, year=2026, bucket="OT", amount=Decimal("300.00"), as_of=TODAY
    )
    uncle = clients.add_person(
        by=here.olivia, client=case.client, relation="uncle", first_name="Ned", last_name="Apart"
    )
    clients.share_between(
        by=here.bob, client=case.client, rule="percent", starts_on=TODAY + WEEK, first=case.client.guarantor,
        other=uncle.contact, percent=Decimal("60"),
    )  # fmt: skip
    billing.set_rate(by=here.bob, payer=here.aetna, code="97530", rate=Decimal("42.00"), starts_on=TODAY)
    _charge_without_a_visit(here)
    here.answer_bells()
    claim = Claim.objects.get()
    claims.submit(by=here.bob, claims=[claim.pk], undo=0)
    here.exchange(partner)
    contact = case.client.guarantor
    billing.make_invoices(by=here.bob, contacts=[contact.pk])
    billing.take_payment(
        by=here.sam, contact=contact, amount=Decimal("30.00"), method="cash", received_on=TODAY, key="everything"
    )
    _pay_and_give_back(here)
    load_descriptors(by=here.olivia, body=b"97530,Own words")
    _give_notice(here)
    _give_up(here, case.client)
    write_letters(here, contact.pk)
    emergency_actions.open_chart(
        by=here.pt.member, number=case.client.number, birth_on=case.client.birth_on, reason="Fell in the waiting room"
    )
    emergency_actions.end(by=here.olivia, access=case.client.emergencies.get())
    evaluated = here.booked(here.client())
    answers = Answers("OT", more=3, history="brief")
    sessions.save_draft(by=here.alice, session=evaluated, parts=NOTE, lines=[Typed("97166", 40)], evaluation=answers)
    sessions.sign(by=here.alice, session=evaluated)
    add_addendum(by=here.alice, session=evaluated, text="The grip was measured twice.")
    mail.send("password_changed", to=here.bob.user)
    audit_seals.seal(AuditEvent.objects.latest("pk").pk)
    clients.merge_clients(by=here.olivia, duplicate=here.client().client, into=case.client)
    IdempotencyKey.objects.create(key="k", member=here.bob, content="", status=200, answer={})
    here.counseled(PRIVATE)
    _reach_a_goal(here, case)
    _supervise(here)
    _write_with_help(here)
    _set_up(here)
    _run_invoices(here)


def _run_invoices(here: World) -> None:
    """Invoices for everybody, and their letters for the printer."""
    here.signed(here.client(), ("97110", 15))
    here.answer_bells()
    run = invoicing.start_run(by=here.bob, key="everybody")
    work.drain(among=Job.objects.filter(practice=here.practice, kind=invoicing.RUN))
    run.refresh_from_db()
    invoicing.ask_for_letters(by=here.bob, run=run)


def small_debt(here: World, left: str = "8.00", at: time | None = None, **client: str) -> Case:
    """A client who pays herself, was sent an invoice of 58.00 a month ago, and owes little of it."""
    with clock.at(NOON - timedelta(days=30)):
        case = here.client(**client)
        here.signed(case, ("97110", 15), day=TODAY - timedelta(days=30), at=at, minutes=30)
        here.answer_bells()
        contact = case.client.guarantor
        billing.make_invoices(by=here.bob, contacts=[contact.pk])
        billing.take_payment(
            by=here.sam, contact=contact, amount=Decimal("58.00") - Decimal(left), method="cash",
            received_on=TODAY - timedelta(days=30), key=f"most of {case.pk}",
        )  # fmt: skip
    return case


def _give_up(here: World, client: Client) -> None:
    """A limit, a hardship record, and a small balance that went by the rule."""
    write_offs.set_limit(by=here.olivia, member=here.bob, amount=Decimal("40.00"))
    write_offs.record_hardship(
        by=here.bob, client=client, household_size=3, income=Decimal("21000.00"), proof="Pay stubs", starts_on=TODAY,
        ends_on=TODAY + timedelta(days=180),
    )  # fmt: skip
    write_offs.set_small_rule(by=here.olivia, amount=Decimal("9.99"), statements=1)
    small_debt(here)
    write_offs.run_small_balances(by=here.bob, count=1, total=Decimal("8.00"), key="run")


def _charge_without_a_visit(here: World) -> None:
    """A fee, and a discount by income."""
    set_house_fee(by=here.bob, kind="records", amount=Decimal("10.00"))
    client = here.client().client
    charge_fee(by=here.sam, client=client, kind="records", amount=Decimal("10.00"), on=TODAY, key="records")
    grant_sliding_fee(
        by=here.bob, client=client, percent=60, yearly_income=Decimal("21000.00"), household_size=2, proof="pay stub",
        valid_from=TODAY, valid_until=TODAY + timedelta(days=180),
    )  # fmt: skip


def _pay_and_give_back(here: World) -> None:
    """Money held for a visit and used, a refund, a payment that was none, a plan, the rule about small credits."""
    case = here.client()
    contact, session = case.client.guarantor, here.booked(case)
    payments.check_in(
        by=here.sam, session=session, for_visit=Decimal("100.00"), method="cash", key="held for everything"
    )
    session.refresh_from_db()
    here.sign(session, ("97110", 15))
    here.answer_bells()
    payments.refund(by=here.bob, contact=contact, amount=Decimal("2.00"), method="cash", key="everything")
    none = billing.take_payment(
        by=here.sam, contact=contact, amount=Decimal("5.00"), method="check", received_on=TODAY, key="bounces"
    )
    payments.take_back(by=here.bob, payment=none, reason="bounced")
    payments.make_plan(by=here.bob, contact=contact, total=Decimal(20), monthly=Decimal(10), first_on=TODAY)
    payments.set_credit_rule(by=here.olivia, keep_below=Decimal(3))


def _reach_a_goal(here: World, case: Case) -> None:
    """A plan sent for signature, and a goal measured and met."""
    plan, by = case.plans.get(), here.alice
    plans.send_certification(by=here.sam, plan=plan, how="fax", who="Alan Whitcomb, MD")
    goal = plans.add_goal(
        by=by, plan=plan, text="Opens jars", measure="Grip, left hand", unit="lb", baseline=Decimal(14),
        target=Decimal(30), due_on=TODAY + WEEK,
    )  # fmt: skip
    plans.measure(by=by, case=case, values={goal.pk: Decimal(31)}, on=TODAY)
    plans.end_goal(by=by, goal=goal, outcome="met")


def _supervise(here: World) -> None:
    """A note of Carol's that Alice gave back, and co-signed after the answer."""
    session = here.signed(here.client(), ("97110", 20), clinician=here.assistant)
    return_note(by=here.alice, session=session, remark="Say how she walked.")
    add_addendum(by=here.carol, session=session, text="With a cane, 40 m.")
    cosign(by=here.alice, session=session)


def _write_with_help(here: World) -> None:
    """A phrase, a template, and a part that was copied from the note before."""
    keep_phrase(by=here.alice, shortcut=".tol", text="Tolerated the session well.")
    keep_template(by=here.alice, name="Stroke", kind=Kind.DAILY, parts={"plan": "Continue with"})
    case = here.client()
    before = here.signed(case, ("97110", 20))
    copy_from(by=here.alice, session=here.booked(case), source=before.notes.get(), parts=["plan"])


def _set_up(here: World) -> None:
    """A logo, hours, an invitation, an enrollment, a file of clients."""
    here.imported(CSV.decode())
    picture = BytesIO()
    Image.new("RGB", (8, 4), (13, 100, 112)).save(picture, "PNG")
    set_logo(by=here.olivia, picture=picture.getvalue())
    add_hours(
        by=here.olivia, clinician=here.ot, location=here.location, weekdays=[0], starts=time(9), ends=time(17),
        from_on=TODAY,
    )  # fmt: skip
    invite(by=here.olivia, email=f"nina@{here.slug}.example", roles=[Role.THERAPIST])
    enter_enrollment(by=here.olivia, clinician=here.ot, payer=here.aetna, state="enrolled", starts_on=TODAY)


def write_letters(here: World, contact: int) -> None:
    """A person's invoice voided; of a client who pays herself an estimate, a statement, and a superbill, voided."""
    invoice = Invoice.objects.get(contact=contact)
    letters.void_invoice(by=here.bob, invoice=invoice, reason="Made too early", key="everything")
    case = here.client(first="Selma")
    here.estimate(case)
    here.signed(case, ("97110", 30))
    here.answer_bells()
    letters.make_statements(by=here.bob, contacts=[case.client.guarantor_id], key="everything")
    charge = Charge.objects.get(client=case.client_id)
    bill = letters.make_superbill(by=here.bob, client=case.client, charges=[charge.pk], key="everything")
    letters.void_superbill(by=here.bob, superbill=bill, reason="Wrong visit")


def _give_notice(here: World) -> None:
    """A notice signed and withdrawn."""
    client = here.client(payer=here.medicare).client
    notice = billing.prepare_notice(
        by=here.alice, client=client, coverage=client.coverages.get(), codes=["97110"], kind="necessity",
        reason="Medicare does not pay for this for your condition.", cost=Decimal("58.00"), starts_on=TODAY, key="k",
    )  # fmt: skip
    billing.sign_notice(by=here.alice, notice=notice, option=1, signer=client.name, relation="self")
    billing.withdraw_notice(by=here.alice, notice=notice, reason="a slip")
