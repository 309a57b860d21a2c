"""Kinds of work: a file is tried, and put in, by the worker. Nothing leaves the house, so doing it again is safe."""

from collections.abc import Callable

from django.db.models import F

from clients.imports import actions
from clients.imports.models import ClientImport
from practice import work
from practice.models import Job, OnUnknown


class _Inside(work.Kind):
    """All of it happens in `settle`, one transaction with the job's end."""

    on_unknown = OnUnknown.REPEAT
    lease = 120

    def prepare(self, job: Job) -> None:
        return None

    def perform(self, plan: None, committing: Callable[[], None]) -> str:
        return "go on"


@work.register
class CheckImport(_Inside):
    """Try a whole file."""

    name = actions.CHECK
    lease = 240

    def settle(self, job: Job, answer: str) -> None:
        actions.check(ClientImport.objects.get(pk=job.target))


@work.register
class RunImport(_Inside):
    """A batch at a time, until no row waits."""

    name = actions.RUN
    label = "Putting clients in from a file"

    def settle(self, job: Job, answer: str) -> work.Again | None:
        done = actions.run_batch(ClientImport.objects.defer("body").get(pk=job.target))
        Job.objects.filter(pk=job.pk).update(progress=F("progress") + done)
        return work.Again(0) if done else None
