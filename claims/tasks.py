"""Claims' doors to the work list: hand a file over, fetch answers, and the bells."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from claims import actions, told  # noqa: F401  billing asks what claims tell
from claims.clearinghouse import folder
from claims.demo import history  # noqa: F401  a kind of work too
from claims.models import Interchange, TradingPartner
from practice import work
from practice.models import Job, OnUnknown


@work.bell("claims.make_claims")
def make_claims() -> bool:
    return actions.make_claims()


@work.bell("claims.check_claims")
def check_claims() -> bool:
    actions.check_waiting()
    return False


@work.bell("claims.read_answers")
def read_answers() -> bool:
    return actions.read_answers()


def place(practice_id: int, partner_id: int) -> Path:
    """The folder in which a practice and a clearinghouse exchange files."""
    return folder.connection_dir(settings.EXCHANGE_DIR, practice_id, partner_id)


@dataclass(frozen=True)
class HandOver:
    """What the worker needs once it has left the database."""

    folder: Path
    name: str
    body: bytes


class _Deliver(work.Kind):
    """Write the file, store its bytes, put it into the clearinghouse's inbox."""

    def prepare(self, job: Job) -> HandOver:
        interchange = Interchange.objects.select_related("partner").get(pk=job.target)
        written = actions.write_interchange(interchange)
        return HandOver(place(job.practice_id, interchange.partner_id), written.file_name, bytes(written.body or b""))

    def perform(self, plan: HandOver, committing: Callable[[], None]) -> str:
        return folder.hand_over(plan.folder, plan.name, plan.body, committing)

    def settle(self, job: Job, answer: str) -> None:
        actions.delivered(interchange=Interchange.objects.get(pk=job.target), detail=answer)

    def refused(self, job: Job, why: work.Refused) -> None:
        actions.stop_sending(interchange=Interchange.objects.get(pk=job.target), why=str(why))


@work.register
class DeliverToSandbox(_Deliver):
    """The sandbox honours the file's name as our key: the same file twice is answered once."""

    name = "claims.deliver.sandbox"
    on_unknown = OnUnknown.REPEAT


@work.register
class DeliverToFolder(_Deliver):
    """Somebody empties the folder: a file that is not there may have been taken. A person is asked."""

    name = "claims.deliver.folder"
    on_unknown = OnUnknown.ASK


@work.register
class Fetch(work.Kind):
    """Look for answers, for ever: due again after each round."""

    name = "claims.fetch"
    on_unknown = OnUnknown.REPEAT
    every = 5.0  # seconds

    def prepare(self, job: Job) -> Path:
        return place(job.practice_id, job.target)

    def perform(self, plan: Path, committing: Callable[[], None]) -> Any:
        return plan, folder.fetch(plan)

    def settle(self, job: Job, answer: Any) -> work.Again:
        outbox, found = answer
        partner = TradingPartner.objects.get(pk=job.target)
        for one in found:
            name = one.name.encode(errors="replace").decode()  # a name may hold bytes that are no letters
            if one.trouble:
                actions.set_aside(partner=partner, name=name, why=one.trouble)
            else:
                actions.store_inbound(partner=partner, name=name, body=one.body)
        transaction.on_commit(partial(folder.taken, outbox, [one.name for one in found]))
        return work.Again(self.every)
