"""Work that leaves the process: leased, marked, settled; what a death leaves; what a person decides."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from practice import work
from practice.models import Job, OnUnknown, Practice
from practice.models import JobState as State
from practice.tenancy import tenant
from tests import world

pytestmark = pytest.mark.django_db


class Errand(work.Kind):
    """A kind whose outside world is a list."""

    name = "test.errand"
    on_unknown = OnUnknown.ASK

    def __init__(self) -> None:
        self.done: list[int] = []
        self.before: Exception | None = None
        self.after: Exception | None = None
        self.again: float | None = None
        self.seen: int | None = None
        self.refusals: list[str] = []

    def prepare(self, job: Job) -> int:
        return job.target

    def perform(self, plan: int, committing: Callable[[], None]) -> str:
        if self.before:
            raise self.before
        committing()
        if self.after:
            raise self.after
        self.done.append(plan)
        return "done"

    def look(self, plan: int) -> str | None:
        self.seen = plan
        return "found" if plan in self.done else None

    def settle(self, job: Job, answer: Any) -> work.Again | None:
        return work.Again(self.again) if self.again is not None else None

    def refused(self, job: Job, why: work.Refused) -> None:
        self.refusals.append(str(why))


@pytest.fixture
def errand(monkeypatch: pytest.MonkeyPatch) -> Errand:
    kind = Errand()
    monkeypatch.setitem(work.KINDS, kind.name, kind)
    return kind


@pytest.fixture
def here() -> Iterator[Practice]:
    yield Practice.objects.create(slug="alder", name="Alder")


def put(here: Practice, key: str = "k", **kwargs: Any) -> Job:
    with tenant(here):
        return work.put("test.errand", key=key, target=here, **kwargs)


def expire(job: Job, state: str) -> None:
    """As a worker that died in `state` leaves it."""
    Job.objects.filter(pk=job.pk).update(state=state, lease=uuid.uuid4(), leased_until=Now())


def test_a_job_is_done_once(here: Practice, errand: Errand) -> None:
    job, same = put(here), put(here)
    assert job == same
    assert work.drain() == 1
    assert work.drain() == 0
    job.refresh_from_db()
    assert (job.state, errand.done) == (State.DONE, [here.pk])


def test_a_job_waits_for_its_time_and_may_be_taken_back(here: Practice, errand: Errand) -> None:
    job = put(here, after=60)
    assert work.drain() == 0
    assert work.cancel(job) and not work.cancel(job)
    job.refresh_from_db()
    assert job.state == State.CANCELLED and errand.done == []


def test_trouble_before_the_mark_is_tried_again(here: Practice, errand: Errand) -> None:
    job = put(here)
    errand.before = ConnectionRefusedError()
    work.drain()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (State.DUE, "ConnectionRefusedError", 1)
    assert job.run_at > job.made_at
    errand.before = None
    Job.objects.update(run_at=Now())
    work.drain()
    assert errand.done == [here.pk]


@pytest.mark.parametrize("rule", list(OnUnknown))
def test_trouble_after_the_mark_is_unknown(here: Practice, errand: Errand, rule: OnUnknown) -> None:
    job = put(here)
    Job.objects.update(on_unknown=rule)
    errand.after = TimeoutError()
    work.drain()
    job.refresh_from_db()
    assert job.state == State.UNKNOWN
    errand.after = None
    Job.objects.update(run_at=Now())
    work.drain()
    job.refresh_from_db()
    if rule == OnUnknown.ASK:
        assert (job.state, errand.done) == (State.UNKNOWN, [])
    else:
        assert (job.state, errand.done) == (State.DONE, [here.pk])
        assert errand.seen == (here.pk if rule == OnUnknown.LOOK else None)


def test_look_does_not_repeat_what_happened(here: Practice, errand: Errand) -> None:
    job = put(here)
    Job.objects.update(on_unknown=OnUnknown.LOOK)
    errand.done.append(here.pk)
    expire(job, State.COMMITTING)
    work.drain()
    job.refresh_from_db()
    assert (job.state, errand.done) == (State.DONE, [here.pk])


@pytest.mark.parametrize("rule", list(OnUnknown))
def test_a_death_before_the_mark_is_repeated(here: Practice, errand: Errand, rule: OnUnknown) -> None:
    job = put(here)
    Job.objects.update(on_unknown=rule)
    expire(job, State.LEASED)
    work.drain()
    job.refresh_from_db()
    assert (job.state, errand.done) == (State.DONE, [here.pk])


def test_a_death_after_the_mark_waits_for_a_person(here: Practice, errand: Errand) -> None:
    job = put(here)
    expire(job, State.COMMITTING)
    work.drain()
    job.refresh_from_db()
    assert (job.state, errand.done) == (State.UNKNOWN, [])
    with tenant(here):
        assert work.decide(job.pk, "a person saw it")
        assert not work.decide(job.pk, "again")
    job.refresh_from_db()
    assert (job.state, errand.done) == (State.DONE, [])


def test_a_person_may_say_it_never_happened(here: Practice, errand: Errand) -> None:
    job = put(here)
    expire(job, State.COMMITTING)
    work.drain()
    with tenant(here):
        assert work.retry(job.pk) and not work.retry(job.pk)
    work.drain()
    assert errand.done == [here.pk]


def test_a_worker_that_overslept_stops_before_the_effect(here: Practice, errand: Errand) -> None:
    job = put(here)

    def stolen(job: Job) -> int:
        Job.objects.filter(pk=job.pk).update(lease=uuid.uuid4())
        return job.target

    errand.prepare = stolen  # type: ignore[method-assign]
    work.drain()
    job.refresh_from_db()
    assert errand.done == [] and job.state == State.LEASED


def test_a_refusal_is_the_end(here: Practice, errand: Errand) -> None:
    job = put(here)
    errand.before = work.Refused("no such receiver")
    work.drain()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "Refused")
    assert errand.refusals == ["no such receiver"] and work.drain() == 0


def test_polling_is_due_again(here: Practice, errand: Errand) -> None:
    job = put(here)
    errand.again = 0.0
    assert work.drain(seconds=0.2) > 1
    job.refresh_from_db()
    assert job.state == State.DUE and job.attempts == 0


def test_another_practices_job_cannot_be_decided(here: Practice, errand: Errand) -> None:
    job = put(here)
    expire(job, State.COMMITTING)
    other = Practice.objects.create(slug="other", name="Other")
    with tenant(other):
        with pytest.raises(Job.DoesNotExist):
            work.decide(job.pk, "mine")
        assert not work.retry(job.pk)


def test_a_bell_is_one_row_however_often_it_is_rung(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, True, False])
    monkeypatch.setitem(work.BELLS, "test.bell", (lambda: next(answers), 60))
    with tenant(here):
        for _ in range(3):
            work.ring("test.bell")
    job = Job.objects.get(kind="test.bell")
    assert job.rung == 3
    assert work.drain() == 1
    job.refresh_from_db()
    assert job.state == State.DONE and next(answers, None) is None


def test_a_bell_rung_meanwhile_is_answered_again(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    pulls = []

    def pull() -> bool:
        pulls.append(1)
        if len(pulls) == 1:
            work.ring("test.bell")
        return False

    monkeypatch.setitem(work.BELLS, "test.bell", (pull, 60))
    with tenant(here):
        work.ring("test.bell")
    work.drain()
    assert len(pulls) == 2 and Job.objects.get(kind="test.bell").state == State.DONE


def test_a_lost_ring_is_found(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    pulls: list[int] = []
    monkeypatch.setattr(work, "BELLS", {"test.bell": (lambda: bool(pulls.append(1)), 60)})
    Practice.objects.create(slug="other", name="Other")
    Practice.objects.create(slug="closed", name="Closed", active=False)
    work.ring_everywhere()
    work.drain()
    assert len(pulls) == 2


def test_trouble_in_a_bell_pauses_it(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    def pull() -> bool:
        raise ValueError("the name of a client")

    monkeypatch.setitem(work.BELLS, "test.bell", (pull, 60))
    with tenant(here):
        work.ring("test.bell")
    work.drain()
    job = Job.objects.get(kind="test.bell")
    assert (job.state, job.error) == (State.DUE, "ValueError")


def test_a_silent_broker_does_not_hold_anybody_up(
    here: Practice, errand: Errand, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*args: Any, **kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(work.celery, "send_task", silent)
    work._doorbell()
    assert "the broker does not answer" in caplog.text


def test_progress_is_told_while_it_lasts(here: Practice, errand: Errand) -> None:
    assert work.progress(here.pk) is None
    put(here, steps=10)
    assert work.progress(here.pk) == ("", 0, 10)
    work.drain()
    assert work.progress(here.pk) is None


def test_jobs_hold_no_client_data() -> None:
    with world.practice() as here:
        world.live_through_everything(here)
        for job in Job.objects.filter(practice=here.practice):
            assert "Nakamura" not in f"{job.key}{job.kind}{job.error}"
