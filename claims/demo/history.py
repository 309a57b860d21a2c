"""The invented past: half a year lived day by day through the real actions, under a clock that stands there.

One day is one transaction of the worker. The sandbox payer is driven by the same dates in a folder of
its own, whose state is handed to the live connection at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from billing import actions as billing
from billing import reports as money
from billing.models import Invoice, Method
from claims import actions as claims
from claims.clearinghouse import folder
from claims.clearinghouse.sandbox import Connection, Outcome
from claims.demo import cast
from claims.demo.found import HISTORY, book_ahead, cases, load, person_of, start_of, write_note
from claims.demo.money import papers
from claims.demo.plan import Visit, clients, visits_on, working_days
from claims.models import Claim, Delivery, TradingPartner
from practice import clock, work
from practice.models import Job, OnUnknown, Practice
from sessions import actions as sessions
from sessions.models import Session, SessionState
from sessions.writing.cosigning import cosign

SENDING_DAYS = (0, 2, 4)
STILL_OPEN = 3  # working days whose claims the biller has not looked at yet
UNSIGNED = 2  # working days in which a few notes still want a signature


@work.register
class History(work.Kind):
    """One day of the past at a time, until yesterday."""

    name = HISTORY
    label = "Inventing half a year of history"
    on_unknown = OnUnknown.REPEAT
    lease = 120

    def prepare(self, job: Job) -> None:
        return None

    def perform(self, plan: None, committing: Callable[[], None]) -> str:
        return "go on"

    def settle(self, job: Job, answer: str) -> work.Again | None:
        practice = Practice.objects.get(pk=job.practice_id)
        today = job.made_at.astimezone(ZoneInfo(practice.zone)).date()
        days = working_days(today)[-job.total :]
        if job.progress == 0:
            book_ahead(load(practice), today)
        if job.progress < len(days):
            _Day(practice, days, job.progress, today).live()
            Job.objects.filter(pk=job.pk).update(progress=job.progress + 1)
            return work.Again(0)
        papers(load(practice), today)
        _open_the_line(job)
        work.ring(*work.BELLS)  # what people rang for meanwhile may have been answered on a day of the past
        return None


def _past(exchange_dir: Path) -> Path:
    return exchange_dir / "history"


def _open_the_line(job: Job) -> None:
    """Hand the sandbox's books to the live connection and let it answer."""
    live = folder.connection_dir(settings.EXCHANGE_DIR, job.practice_id, job.target)
    past = folder.connection_dir(_past(settings.EXCHANGE_DIR), job.practice_id, job.target)
    for entry in past.iterdir():
        if entry.name not in ("inbox", "outbox") and not (live / entry.name).exists():
            entry.rename(live / entry.name)
    (live / "HOLD").unlink(missing_ok=True)


def fate(number: int) -> Outcome | None:
    """What a few claims meet instead of the payer's plain judgement: turned away, denied, in part, never answered."""
    chance = Random(f"{cast.SEED}:claim:{number}").random()
    fates = (
        (0.003, Outcome(reject="A7:33:IL")),
        (0.008, Outcome(deny=("CO", "16"), remarks=("M127",))),
        (0.013, Outcome(deny=("CO", "197"))),
        (0.020, Outcome(deny=("CO", "97"), deny_lines=(1,))),
        (0.034, Outcome(silent=True)),
    )
    return next((outcome for limit, outcome in fates if chance < limit), None)


@dataclass
class _Day:
    """One working day of everybody."""

    practice: Practice
    days: list[date]
    index: int
    today: date

    def live(self) -> None:
        self.day = self.days[self.index]
        self.people, self.there, self.by_index = clients(), load(self.practice), cases()
        self.rng = Random(f"{cast.SEED}:{self.day - self.today}")
        for visit in visits_on(self.day, self.today, self.people):
            self._visit(visit)
        self._evening()

    def _at(self, hour: int, minute: int = 0) -> Any:
        return clock.at(datetime.combine(self.day, time(hour, minute), tzinfo=ZoneInfo(cast.ZONE)))

    def _visit(self, visit: Visit) -> None:
        start = start_of(visit, self.day, cast.ZONE)
        length = timedelta(minutes=visit.person.length)
        by = self.there.members[visit.by]
        with clock.at(start - timedelta(hours=1)):
            session = sessions.book(
                by=self.there.members["desk"],
                case=self.by_index[visit.person.index],
                clinician=self.there.clinicians[visit.by],
                location=self.there.locations[person_of(visit.by).location],
                starts_at=start,
                length=length,
            )
            chance = self.rng.random()
            if chance < 0.09:
                state = SessionState.CANCELLED if chance < 0.06 else SessionState.MISSED
                sessions.move(by=self.there.members["desk"], session=session, state=state)
                return
        with clock.at(start):
            sessions.move(by=by, session=session, state=SessionState.ARRIVED)
        with clock.at(start + length):
            self._write(visit, session)

    def _write(self, visit: Visit, session: Session) -> None:
        by = self.there.members[visit.by]
        first = not Session.objects.filter(case=session.case_id, state=SessionState.SIGNED).exists()
        unseen = self.index >= len(self.days) - STILL_OPEN
        over = 14 if unseen and self.rng.random() < 0.07 else 0  # minutes past the end, for the scrubber to ask about
        write_note(visit, session, by, self.rng, first=first, over=over)
        if not (self.index >= len(self.days) - UNSIGNED and self.rng.random() < 0.12):
            sessions.sign(by=by, session=session)
            self._cosign(visit, session)

    def _cosign(self, visit: Visit, session: Session) -> None:
        """Her supervisor signs below, but for the last days' notes."""
        supervisor = self.there.clinicians[visit.by].supervisor
        if supervisor and self.index < len(self.days) - UNSIGNED:
            cosign(by=supervisor.member, session=session)

    def _evening(self) -> None:
        """Billing's bells, the biller's batch, the clearinghouse's round, invoices and payments."""
        with self._at(18):
            self._answer_bells()
            if self._sends_today():
                self._submit()
            self._exchange()
            if self.day.weekday() == 4:
                self._invoice()
            self._collect()

    def _sends_today(self) -> bool:
        """The biller sends on three days of the week, and has not looked at the newest claims yet."""
        left = len(self.days) - STILL_OPEN - self.index
        return left == 1 or (left > 1 and self.day.weekday() in SENDING_DAYS)

    def _answer_bells(self) -> None:
        """The bells that were rung today; work of people who use the practice meanwhile is left alone."""
        work.drain(among=Job.objects.filter(practice=self.practice, kind__in=work.BELLS), seconds=60)

    def _submit(self) -> None:
        ready = Claim.objects.filter(delivery=Delivery.MADE, held=False, served_on__lte=self.day)
        chosen = [claim.pk for claim in ready.exclude(worst__in=claims.STOPS)]
        if chosen:
            interchange = claims.submit(by=self.there.members["biller"], claims=chosen, undo=0)
            job = claims.delivery_job(interchange)
            with folder.root(_past(settings.EXCHANGE_DIR)):
                work.drain(among=Job.objects.filter(pk=job.pk), seconds=60)
            self._answer_bells()

    def _exchange(self) -> None:
        partner = TradingPartner.objects.get()
        place = folder.connection_dir(_past(settings.EXCHANGE_DIR), self.practice.pk, partner.pk)
        with Connection(place) as payer:
            for claim in Claim.objects.filter(delivery=Delivery.SENT):
                if outcome := fate(claim.number):
                    payer.plant(control=claim.control, outcome=outcome)
            payer.work(today=self.day, pay_after_days=cast.PAY_AFTER)
        answers = folder.fetch(place)
        for answer in answers:
            claims.store_inbound(partner=partner, name=answer.name, body=answer.body)
        transaction.on_commit(partial(folder.taken, place, [answer.name for answer in answers]))
        self._answer_bells()

    def _invoice(self) -> None:
        ready = [row.contact_id for row in money.to_invoice()]
        billing.make_invoices(by=self.there.members["biller"], contacts=ready)

    def _collect(self) -> None:
        """People pay some weeks after the letter; most soon, some late, some not at all."""
        balances = money.open_invoices()
        for invoice in Invoice.objects.filter(pk__in=balances).select_related("contact").order_by("number"):
            if self._pays_today(invoice):
                billing.take_payment(
                    by=self.there.members["desk"],
                    contact=invoice.contact,
                    amount=balances[invoice.pk],
                    method=self.rng.choice((Method.CHECK, Method.CARD, Method.CARD, Method.CASH)),
                    received_on=self.day,
                    key=f"demo:{invoice.number}:{self.day}",
                )

    def _pays_today(self, invoice: Invoice) -> bool:
        kind = Random(f"{cast.SEED}:{invoice.contact_id}").random()
        wait = Random(f"{cast.SEED}:{invoice.number}").randrange(3, 24)
        if kind > 0.91:
            return False
        if kind > 0.70:
            wait += 50
        return (self.day - invoice.invoiced_on).days >= wait
