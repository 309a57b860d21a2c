"""The one way work leaves the process.

A job is a row first, in the transaction of the business fact; a Celery message is only a doorbell.
`drain` leases one due row, commits, and only then does what cannot be rolled back:

    due ── lease ──▶ leased ── mark ──▶ committing ── settle ──▶ done
     ▲                  │ died              │ died, timeout
     └──────────────────┘                   ▼
                                   repeat: due again · look: asks first · ask: unknown, a person decides

A kind calls `committing()` just before the one step that makes its effect real (rename, POST, DATA).
A death before that mark is safely repeated for every kind; after it only by what the kind declares.

A bell is a job that only makes an app pull what waits for it ("billing.post_charges"). It does not
leave the process, may be rung any number of times, and is rung again every few minutes anyway.
"""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from practice import tenancy
from practice.celery import app as celery
from practice.models import Job, OnUnknown
from practice.models import JobState as State

log = logging.getLogger(__name__)
OPEN = (State.DUE, State.LEASED, State.COMMITTING, State.UNKNOWN)
LONGEST_PAUSE = 3600  # seconds between two tries


class Refused(Exception):
    """The other side said no, or we must not ask: trying again cannot help."""


class LostLease(Exception):
    """Another worker holds this job now; stop before the effect."""


@dataclass(frozen=True)
class Again:
    """A settle that returns this leaves the job due again (polling)."""

    seconds: float


class Kind:
    """A kind of work. Subclass, fill in, register with `@work.register`.

    prepare(job)               inside the practice; returns plain values for perform
    perform(plan, committing)  outside any transaction; returns the other side's answer.
                               Calls committing() once, just before its effect
    look(plan)                 for LOOK: the answer if the effect provably happened, None if provably not
    settle(job, answer)        inside the practice, one commit with the job's end
    refused(job, why)          inside the practice, when perform raised Refused
    lease                      seconds; longer than prepare and perform can take
    label                      what people read on the progress strip, for a kind that counts its steps
    """

    name: ClassVar[str]
    label: ClassVar[str] = ""
    on_unknown: ClassVar[OnUnknown] = OnUnknown.ASK
    lease: ClassVar[int] = 60

    def prepare(self, job: Job) -> Any:
        raise NotImplementedError

    def perform(self, plan: Any, committing: Callable[[], None]) -> Any:
        raise NotImplementedError

    def look(self, plan: Any) -> Any:
        raise NotImplementedError

    def settle(self, job: Job, answer: Any) -> Again | None:
        raise NotImplementedError

    def refused(self, job: Job, why: Refused) -> None:
        """Nothing to undo unless the kind says so."""


KINDS: dict[str, Kind] = {}
BELLS: dict[str, tuple[Callable[[], bool], int]] = {}


def register[K: type[Kind]](kind: K) -> K:
    KINDS[kind.name] = kind()
    return kind


def bell(name: str, *, lease: int = 60) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Register a pull. It runs inside the practice, one transaction a call, until it returns False."""

    def decorate(pull: Callable[[], bool]) -> Callable[[], bool]:
        BELLS[name] = (pull, lease)
        return pull

    return decorate


# --- making work -----------------------------------------------------------------------------


def put(kind: str, *, key: str, target: models.Model, after: float = 0, steps: int = 0) -> Job:
    """A job in the present transaction, due `after` seconds from now. The same key makes one job.

    `steps` is how many it will count, for kinds that show their progress.
    """
    job, _ = Job.objects.get_or_create(
        practice_id=tenancy.current_practice_id(),
        key=key,
        defaults={
            "kind": kind,
            "target_id": target.pk,
            "total": steps,
            "on_unknown": KINDS[kind].on_unknown,
            "run_at": Now() + timedelta(seconds=after),
        },
    )
    _ring_doorbell()
    return job


RING = """
INSERT INTO practice_job AS job (practice_id, kind, key, on_unknown, state, rung, run_at, attempts, error, progress, total)
SELECT p.id, b.name, 'bell:' || b.name, 'repeat', 'due', 1, statement_timestamp(), 0, '', 0, 0
FROM practice_practice p CROSS JOIN unnest(%s::text[]) AS b(name)
WHERE p.active AND (%s::bigint IS NULL OR p.id = %s)
ORDER BY p.id, b.name
ON CONFLICT (practice_id, key) DO UPDATE
SET rung = job.rung + 1, run_at = LEAST(job.run_at, statement_timestamp()),
    state = CASE WHEN job.state IN ('leased', 'committing') THEN job.state ELSE 'due' END
"""


def ring(*names: str) -> None:
    """Ring bells of the present practice by name; kept in the same transaction, answered after it."""
    practice_id = tenancy.current_practice_id()
    with connection.cursor() as cursor:
        cursor.execute(RING, [list(names), practice_id, practice_id])
    _ring_doorbell()


def ring_everywhere() -> None:
    """Ring every bell of every practice: what a lost ring would have left is found here."""
    with connection.cursor() as cursor:
        cursor.execute(RING, [list(BELLS), None, None])


def cancel(job: Job) -> bool:
    """Take a job back before anyone leased it; False when it is too late."""
    return Job.objects.filter(pk=job.pk, state=State.DUE).update(state=State.CANCELLED, done_at=Now()) == 1


def decide(job_id: int, answer: Any) -> bool:
    """Settle an unknown job because a person, or the other side, told what happened.

    Runs inside the practice. False when it is no longer unknown.
    """
    job = Job.objects.select_for_update().get(pk=job_id, practice_id=tenancy.current_practice_id())
    if job.state not in (State.UNKNOWN, State.COMMITTING):
        return False
    KINDS[job.kind].settle(job, answer)
    _end(job, State.DONE)
    return True


def retry(job_id: int) -> bool:
    """A person says that it never happened: due again."""
    mine = Job.objects.filter(pk=job_id, practice_id=tenancy.current_practice_id(), state=State.UNKNOWN)
    _ring_doorbell()
    return mine.update(state=State.DUE, run_at=Now(), lease=None, leased_until=None) == 1


def _ring_doorbell() -> None:
    """Ring once the transaction is through; once, however much work it made."""
    hooks = transaction.get_connection().run_on_commit
    if not any(hook is _doorbell for _, hook, *_ in hooks):
        transaction.on_commit(_doorbell, robust=True)


def _doorbell() -> None:
    try:
        celery.send_task("practice.tasks.drain", retry=False, expires=30)
    except OperationalError:
        log.warning("the broker does not answer; the sweeper will find the work")


# --- doing it --------------------------------------------------------------------------------


def drain(*, seconds: float = 20, among: models.QuerySet[Job] | None = None) -> int:
    """Do due jobs, of all or `among` some, until none is left or the time is up; how many were taken."""
    ends, taken = time.monotonic() + seconds, 0
    rows = Job.objects.all() if among is None else among
    while time.monotonic() < ends and (job := _take(rows)) is not None:
        taken += 1
        _do(job)
    return taken


def _take(among: models.QuerySet[Job]) -> Job | None:
    """Lease one due row and commit. Time is the database's: a worker's clock may jump."""
    expired = Q(leased_until__lt=Now())
    due = (
        Q(state__in=(State.DUE, State.UNKNOWN), run_at__lte=Now()) & ~Q(state=State.UNKNOWN, on_unknown=OnUnknown.ASK)
    ) | (Q(state__in=(State.LEASED, State.COMMITTING)) & expired)
    with transaction.atomic():
        rows = among.select_for_update(skip_locked=True).filter(due, kind__in=[*KINDS, *BELLS])
        job = rows.order_by("run_at", "id").first()
        if job is None:
            return None
        unsure = job.state in (State.COMMITTING, State.UNKNOWN)
        if unsure and job.on_unknown == OnUnknown.ASK:
            return _leave_to_a_person(job)
        lease = BELLS[job.kind][1] if job.kind in BELLS else KINDS[job.kind].lease
        job.unsure = unsure  # type: ignore[attr-defined]
        job.lease, job.state = uuid.uuid4(), State.LEASED
        Job.objects.filter(pk=job.pk).update(
            state=State.LEASED,
            lease=job.lease,
            leased_until=Now() + timedelta(seconds=lease),
            attempts=F("attempts") + 1,
        )
        job.attempts += 1
    return job


def _leave_to_a_person(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(state=State.UNKNOWN, lease=None, leased_until=None)
    job.state = State.UNKNOWN
    return job


def _do(job: Job) -> None:
    if job.state == State.UNKNOWN:
        log.warning("job %s %s is unknown and waits for a person", job.pk, job.kind)
        return
    try:
        if job.kind in BELLS:
            _answer_bell(job)
        else:
            _carry_out(job, KINDS[job.kind])
    except LostLease:
        log.warning("job %s %s was taken over", job.pk, job.kind)
    except Exception as error:
        log.exception("job %s %s", job.pk, job.kind) if log.isEnabledFor(logging.DEBUG) else log.error(
            "job %s %s: %s", job.pk, job.kind, type(error).__name__
        )
        _pause(job, error)


def _answer_bell(job: Job) -> None:
    pull, lease = BELLS[job.kind]
    ends = time.monotonic() + lease / 3
    more = True
    while more and time.monotonic() < ends:
        with tenancy.tenant(job.practice_id):
            more = pull()
    heard = Case(When(rung=job.rung, then=Value(State.DONE)), default=Value(State.DUE))
    Job.objects.filter(pk=job.pk, lease=job.lease).update(
        state=State.DUE if more else heard,
        done_at=Now(),
        run_at=Now(),
        attempts=0,
        error="",
        lease=None,
        leased_until=None,
    )


def _carry_out(job: Job, kind: Kind) -> None:
    try:
        with tenancy.tenant(job.practice_id):
            plan = kind.prepare(job)
        answer = None
        if job.unsure and job.on_unknown == OnUnknown.LOOK:  # type: ignore[attr-defined]
            answer = kind.look(plan)
        if answer is None:
            answer = kind.perform(plan, lambda: _mark_committing(job, kind))
    except Refused as why:
        with tenancy.tenant(job.practice_id):
            kind.refused(job, why)
            _end(job, State.FAILED, error=type(why).__name__)
        return
    with tenancy.tenant(job.practice_id):
        held = Job.objects.select_for_update().get(pk=job.pk)
        if held.state in OPEN:
            _settle(held, kind, answer)


def _settle(job: Job, kind: Kind, answer: Any) -> None:
    again = kind.settle(job, answer)
    if again is None:
        _end(job, State.DONE)
    else:
        _reopen(job, again.seconds, State.DUE, attempts=0)


def _mark_committing(job: Job, kind: Kind) -> None:
    """The effect happens next. Fenced by the lease: a worker that slept too long stops here."""
    marked = Job.objects.filter(pk=job.pk, lease=job.lease, state=State.LEASED).update(
        state=State.COMMITTING, leased_until=Now() + timedelta(seconds=kind.lease)
    )
    if not marked:
        raise LostLease
    job.state = State.COMMITTING


def _pause(job: Job, error: Exception) -> None:
    """Try later, twice as late each time; after the mark the outcome is unknown."""
    state = State.UNKNOWN if job.state == State.COMMITTING else State.DUE
    pause = min(2.0 ** min(job.attempts, 12), LONGEST_PAUSE)
    _reopen(job, pause, state, attempts=job.attempts, error=type(error).__name__, lease=job.lease)


def _reopen(
    job: Job, seconds: float, state: str, *, attempts: int, error: str = "", lease: uuid.UUID | None = None
) -> None:
    rows = Job.objects.filter(pk=job.pk, lease=lease) if lease else Job.objects.filter(pk=job.pk)
    rows.update(
        state=state,
        run_at=Now() + timedelta(seconds=seconds),
        attempts=attempts,
        error=error[:60],
        lease=None,
        leased_until=None,
    )


def _end(job: Job, state: str, error: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(state=state, done_at=Now(), error=error[:60], lease=None, leased_until=None)


def progress(practice_id: int) -> tuple[str, int, int] | None:
    """(what, steps done, steps in all) of the long work of a practice that is under way."""
    job = Job.objects.filter(practice_id=practice_id, total__gt=0, state__in=OPEN).first()
    return (KINDS[job.kind].label, job.progress, job.total) if job and job.kind in KINDS else None


def due_at(job: Job) -> datetime:
    """When the job runs at the earliest, read back from the database."""
    return Job.objects.values_list("run_at", flat=True).get(pk=job.pk)
