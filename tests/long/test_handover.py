"""kill -9 of the worker while it hands a file over, ten times: nothing is lost, nothing is done twice.

Two practices send. The sandbox payer honours the file's name, so an unknown hand-over is repeated; the
watched folder does not, so a person is asked. Five of the ten kills fall between the `committing` mark
and the answer. To stand there long enough to be killed, the worker waits for locks that this test
holds in the database: one inside the very statement that marks, one on the claims it settles. Leases
run out by themselves.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, connections
from django.test import override_settings

from billing.models import Account, Entry, Posting
from claims import actions as claims
from claims.clearinghouse.folder import connection_dir
from claims.clearinghouse.sandbox import Connection
from claims.demo import cast, plan
from claims.demo.check import NOTE, Browser
from claims.demo.found import add_client, furnished
from claims.models import (
    Claim,
    Decision,
    Delivery,
    Direction,
    FileState,
    Interchange,
    Remittance,
    RemittanceLine,
    RemittanceState,
    Transport,
)
from practice.embedded.children import Child
from practice.embedded.stack import Stack
from practice.models import Job, Practice, User
from practice.models import JobState as State
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import databases
from tests.stacks import whole_stack

pytestmark = pytest.mark.long

CLAIMS = 12  # of each practice: a kill that comes after the end does not count, and takes another claim
SWEEPS = 7  # seconds in which the sweeper comes twice
LONGEST = 120  # seconds anything may take; a lease is 60
GATE = 837  # the advisory locks of this test; the second key is the file's

# Whoever marks a hand-over waits here, as long as the test holds the lock of its file.
MAKE_GATE = f"""
CREATE FUNCTION wait_at_the_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}, NEW.target_id::int); RETURN NEW; END $$;
CREATE TRIGGER wait_at_the_mark BEFORE UPDATE ON practice_job FOR EACH ROW
WHEN (NEW.state = 'committing' AND OLD.state <> 'committing') EXECUTE FUNCTION wait_at_the_mark()
"""
WAITS_FOR_US = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND state <> 'idle'
"""


# --- two practices that send -----------------------------------------------------------------------


@dataclass
class Line:
    """A practice, its clearinghouse, and what it has sent so far."""

    practice: Practice
    folder: Path
    sent: list["Sent"] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"/p/{self.practice.slug}"

    @property
    def jobs(self) -> Any:
        return Job.objects.filter(practice=self.practice, kind__startswith="claims.deliver")


@dataclass
class Sent:
    """One claim on its way in a file of its own."""

    line: Line
    claim: int
    file: int
    name: str
    job: int
    left: str = ""  # the job's state as the kill left it
    left_put: tuple[int, int] | None = None

    @property
    def state(self) -> str:
        return Job.objects.values_list("state", flat=True).get(pk=self.job)

    @property
    def place(self) -> Path:
        return self.line.folder / "inbox" / self.name

    @property
    def put(self) -> tuple[int, int] | None:
        """What changes when the file is put there once more; None while it is not there."""
        try:
            found = self.place.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns


@dataclass
class House:
    """The stack under test, a person at her browser, and the owner's hand on the database."""

    stack: Stack
    sandbox: Line
    folder: Line
    marcus: Browser
    owner: psycopg.Connection

    @property
    def lines(self) -> tuple[Line, Line]:
        return self.sandbox, self.folder

    @property
    def worker(self) -> Child:
        return self.stack.children["worker"]


@pytest.fixture
def house(house_databases: databases.Databases, django_db_blocker: Any) -> Iterator[House]:
    """Django in this process reads what the stack reads."""
    before = connections.settings["default"].copy()
    with whole_stack(house_databases, "handover", demo=False, SEND_UNDO_SECONDS="0") as stack:
        with django_db_blocker.unblock(), psycopg.connect(stack.env["DATABASE_OWNER_URL"], autocommit=True) as owner:
            databases.use(stack.env["DATABASE_URL"])
            try:
                owner.execute(MAKE_GATE)
                yield _furnish(stack, owner)
            finally:
                connections.close_all()
                connections.settings["default"].update(before)


def _furnish(stack: Stack, owner: psycopg.Connection) -> House:
    exchange = stack.data_dir / "exchange"
    sandbox, folder = _found("repeats", Transport.SANDBOX, exchange), _found("asks", Transport.FOLDER, exchange)
    for line in (sandbox, folder):
        (line.folder / "HOLD").touch()  # nobody empties the inbox until we have looked
    marcus = Browser(stack.url)
    marcus.sign_in(_let_in("biller"))
    return House(stack, sandbox, folder, marcus, owner)


def _found(slug: str, transport: str, exchange: Path) -> Line:
    """A practice with one client of Aetna's, who came on each of the last days; her notes are signed."""
    there = furnished(slug)
    with tenant(there.practice, there.owner):
        partner = claims.add_partner(
            by=there.owner, name=slug, transport=transport, submitter_id=slug.upper(), receiver_id="SANDBOX"
        )
        planned = next(
            p for p in plan.clients() if (p.clinician, p.payer) == ("maya", "60054") and p.start < -2 * CLAIMS
        )
        today = there.practice.today()
        case = add_client(there, planned, today)
        for days in range(1, CLAIMS + 1):
            start = datetime.combine(today - timedelta(days=days), datetime.min.time(), tzinfo=ZoneInfo(cast.ZONE))
            session = sessions.book(
                by=there.owner,
                case=case,
                clinician=there.clinicians["maya"],
                location=there.locations[0],
                starts_at=start + timedelta(hours=9),
                length=timedelta(minutes=45),
            )
            lines = [Typed("97110", 30), Typed("97140", 15)]
            sessions.save_draft(by=there.members["maya"], session=session, parts=NOTE, lines=lines)
            sessions.sign(by=there.members["maya"], session=session)
    return Line(there.practice, connection_dir(exchange, there.practice.pk, partner.pk))


def _let_in(key: str) -> str:
    """The address of one of the cast, with a password as the web server checks it: it knows no tests' hash."""
    user = User.objects.get(email=next(p.email for p in cast.TEAM if p.key == key))
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        user.set_password(cast.PASSWORD)
    user.save()
    return user.email


def until(true: Callable[[], Any], what: str, *children: Child, pause: float = 0.2) -> None:
    """Wait; when it takes too long, with the last words of the children that should have done it."""
    ends = time.monotonic() + LONGEST
    while not true():
        words = "; ".join(child.last_words() for child in children if time.monotonic() > ends)
        assert time.monotonic() < ends, f"after {LONGEST} s there is still no {what}: {words}"
        time.sleep(pause)


def submit(house: House, line: Line) -> Sent:
    """Marcus presses Submit for the next claim. The worker is down, so the hand-over waits."""
    with tenant(line.practice):
        claim = Claim.objects.filter(delivery=Delivery.MADE).order_by("id").first()
    assert claim, f"{line.practice.slug} has no claim left"
    house.marcus.post(f"{line.base}/claims/submit/", [("claim", str(claim.pk))])
    with tenant(line.practice):
        file = Interchange.objects.get(claims=claim.pk)
        job = claims.delivery_job(file)
    sent = Sent(line, claim.pk, file.pk, file.file_name, job.pk)
    assert sent.state == State.DUE and sent.put is None
    line.sent.append(sent)
    return sent


# --- where the worker is killed --------------------------------------------------------------------


@dataclass
class Dice:
    """Chance, and how long a hand-over takes that nobody disturbs."""

    random: Random
    whole: float


type Point = Callable[[House, Sent, Dice], str]


def anywhere(house: House, sent: Sent, dice: Dice) -> str:
    """At a random moment between the lease and the time an undisturbed hand-over would end."""
    house.worker.start()
    until(lambda: sent.state != State.DUE, "lease", pause=0.001)
    after = dice.random.uniform(0, dice.whole)
    time.sleep(after)
    house.worker.kill()
    if sent.state == State.DONE:
        dice.whole = after  # it goes faster than we knew
    return f"{1000 * after:.0f} ms after the lease"


def at_the_mark(house: House, sent: Sent, dice: Dice) -> str:
    """The mark is committed and the worker has not yet read so: it stands still before the rename."""
    with _gate(house, sent):
        os.killpg(house.worker.pid, signal.SIGSTOP)
    until(lambda: sent.state == State.COMMITTING, "mark", pause=0.001)
    house.worker.kill()
    assert sent.put is None
    return "after the mark, before the rename"


def past_the_mark(house: House, sent: Sent, dice: Dice) -> str:
    """Some milliseconds after the mark, wherever that is."""
    after = dice.random.uniform(0, 0.004)
    with _claim_held(house, sent):
        with _gate(house, sent):
            pass
        until(lambda: sent.state == State.COMMITTING, "mark", pause=0)
        time.sleep(after)
        house.worker.kill()
    return f"{1000 * after:.1f} ms after the mark"


def under_its_name(house: House, sent: Sent, dice: Dice) -> str:
    """The file has its final name; the answer is on its way into the database."""
    with _claim_held(house, sent):
        with _gate(house, sent):
            pass
        until(lambda: _waits_for_us(house), "answer", pause=0.001)
        house.worker.kill()
        assert sent.state == State.COMMITTING
    return "after the rename, before the answer is settled"


@contextmanager
def _gate(house: House, sent: Sent) -> Iterator[None]:
    """Start the worker; inside the block it waits in the statement that marks, then that goes through."""
    house.owner.execute("SELECT pg_advisory_lock(%s, %s)", [GATE, sent.file])
    try:
        house.worker.start()
        until(lambda: _waits_for_us(house), "worker at the mark", pause=0.001)
        assert sent.state == State.LEASED
        yield
    finally:
        house.owner.execute("SELECT pg_advisory_unlock(%s, %s)", [GATE, sent.file])


@contextmanager
def _claim_held(house: House, sent: Sent) -> Iterator[None]:
    """Inside the block the claim's row is locked: what settles the hand-over has to wait."""
    with house.owner.transaction():
        house.owner.execute("SELECT 1 FROM claims_claim WHERE id = %s FOR UPDATE", [sent.claim])
        yield


def _waits_for_us(house: House) -> bool:
    return _some(house.owner.execute(WAITS_FOR_US).fetchone())


def _is_quiet() -> bool:
    """What a killed worker had asked of the database has come to its end."""
    with connection.cursor() as cursor:
        cursor.execute(BUSY)
        return not _some(cursor.fetchone())


def _some(row: Any) -> bool:
    return bool(row and row[0])


BETWEEN = (at_the_mark, past_the_mark, under_its_name)


def rounds(house: House) -> list[tuple[Line, Point]]:
    """Ten kills; last those whose files the payer is to take before their leases run out."""
    repeats, asks = house.sandbox, house.folder
    return [
        *((line, anywhere) for line in (repeats, asks, repeats, asks, repeats)),
        (asks, at_the_mark),
        (asks, under_its_name),
        (repeats, at_the_mark),
        (repeats, past_the_mark),
        (repeats, under_its_name),
    ]


# --- the test --------------------------------------------------------------------------------------


def test_a_killed_worker_hands_every_file_over_once(house: House) -> None:
    seed = Random().randrange(10**6)
    until(lambda: all(_claims_made(line) for line in house.lines), "claims", house.worker)
    dice = Dice(Random(seed), _undisturbed(house))
    print(f"\nseed {seed}; undisturbed, a hand-over takes {1000 * dice.whole:.0f} ms from lease to end")
    killed: list[Sent] = []
    for number, (line, point) in enumerate(rounds(house), start=1):
        sent, told = _kill(house, line, point, dice)
        killed.append(sent)
        there = "under its name" if sent.left_put else "not there"
        print(f"round {number:2} {line.practice.slug:7}: killed {told}; left {sent.left}, file {there}", flush=True)
        if point in BETWEEN:
            assert sent.left == State.COMMITTING
    assert len(killed) == 10 and sum(sent.left == State.COMMITTING for sent in killed) >= 5
    late = _the_payer_takes_what_lies_there(house.sandbox)
    house.worker.start()
    _taken_up(house, killed)
    _are_put_again(late)
    _a_person_answers(house, [sent for sent in killed if sent.state == State.UNKNOWN])
    _the_payers_go_on(house)
    until(lambda: all(_decided(line) for line in house.lines), "decision on every claim", house.worker)
    for line in house.lines:
        _each_file_arrived_once(line)
        _each_claim_is_paid_once(line)
        _the_payer_says_the_same(line)
    house.stack.manage("verify_books")
    print(f"{sum(len(line.sent) for line in house.lines)} files handed over, as many claims paid; the books verify")


def _claims_made(line: Line) -> bool:
    with tenant(line.practice):
        made = list(Claim.objects.values_list("worst", flat=True))
    assert not any(made), made
    return len(made) == CLAIMS


def _undisturbed(house: House) -> float:
    """Seconds from the lease to the end, by a worker that has just been started; then it is down."""
    house.worker.kill()
    sent = submit(house, house.sandbox)
    house.worker.start()
    until(lambda: sent.state != State.DUE, "lease", pause=0.001)
    began = time.monotonic()
    until(lambda: sent.state == State.DONE, "end", pause=0.001)
    took = time.monotonic() - began
    house.worker.kill()
    return took


def _kill(house: House, line: Line, point: Point, dice: Dice) -> tuple[Sent, str]:
    """One kill inside a hand-over. One that came after its end is not counted: another claim, another throw."""
    while True:
        sent = submit(house, line)
        told = point(house, sent, dice)
        until(_is_quiet, "quiet", pause=0.01)
        sent.left, sent.left_put = sent.state, sent.put
        if sent.left != State.DONE:
            return sent, told
        print(f"         {line.practice.slug:7}: {told} it was done; not counted", flush=True)


def _the_payer_takes_what_lies_there(line: Line) -> list[Sent]:
    """Of those in doubt too; its answers are late, so that we repeat what it has already."""
    there = [sent for sent in line.sent if sent.put and sent.state == State.COMMITTING]
    with Connection(line.folder) as payer:
        payer.work(line.practice.today(), 0)
    assert not _names(line.folder / "inbox")
    (line.folder / "outbox").rename(line.folder / "late")
    (line.folder / "outbox" / "taken").mkdir(parents=True)
    return there


def _taken_up(house: House, killed: list[Sent]) -> None:
    """The leases run out. Everything is repeated to its end, save what the rule forbids to repeat."""
    doubtful = {sent.job for sent in killed if sent.line is house.folder and sent.left == State.COMMITTING}
    began = time.monotonic()

    def settled() -> bool:
        jobs = [job for line in house.lines for job in line.jobs]
        return all(job.state == (State.UNKNOWN if job.pk in doubtful else State.DONE) for job in jobs)

    until(settled, "hand-over taken up again", house.worker)
    again = [sent for sent in killed if sent.job not in doubtful]
    assert all(_attempts(sent) > 1 for sent in again)
    took = time.monotonic() - began
    print(f"{took:.0f} s later all are taken up: {len(again)} repeated, {len(doubtful)} wait for a person")


def _are_put_again(late: list[Sent]) -> None:
    """The rule of the sandbox is to repeat: the payer has these and gets them once more."""
    assert late and all(sent.put and (sent.line.folder / "archive" / sent.name).exists() for sent in late)
    print(f"{len(late)} files that the payer had taken already came to it a second time")


def _the_payers_go_on(house: House) -> None:
    for answer in (house.sandbox.folder / "late").glob("*.*"):
        answer.rename(house.sandbox.folder / "outbox" / answer.name)
    for line in house.lines:
        (line.folder / "HOLD").unlink()


def _a_person_answers(house: House, asked: list[Sent]) -> None:
    """What is in doubt stands on Marcus's page, is left alone for as long as he says nothing, and obeys him."""
    assert {sent.left_put is None for sent in asked} == {True, False}
    attempts = {sent.job: _attempts(sent) for sent in asked}
    page = house.marcus.get(f"{house.folder.base}/claims/")
    for sent in asked:
        assert f"whether file {sent.name} arrived" in page
        assert _answer(sent, arrived=True) in page and _answer(sent, arrived=False) in page
    assert "Nobody can tell" not in house.marcus.get(f"{house.sandbox.base}/claims/")
    time.sleep(SWEEPS)
    for sent in asked:
        assert (sent.state, sent.put, _attempts(sent)) == (State.UNKNOWN, sent.left_put, attempts[sent.job])
        house.marcus.post(_answer(sent, arrived=sent.put is not None), [])
    until(lambda: {sent.state for sent in asked} == {State.DONE}, "end of what was in doubt")
    for sent in asked:
        told = "it arrived" if sent.left_put else "it never arrived"
        again = _attempts(sent) - attempts[sent.job]
        assert again == (sent.left_put is None) and (again or sent.put == sent.left_put)
        print(f"Marcus says of {sent.name}: {told}; handed over {'now' if again else 'no more'}")
    assert "Nobody can tell" not in house.marcus.get(f"{house.folder.base}/claims/")
    assert sorted(_names(house.folder.folder / "inbox")) == sorted(sent.name for sent in house.folder.sent)


def _attempts(sent: Sent) -> int:
    return Job.objects.values_list("attempts", flat=True).get(pk=sent.job)


def _answer(sent: Sent, *, arrived: bool) -> str:
    return f"{sent.line.base}/files/{sent.file}/{'arrived' if arrived else 'not-arrived'}/"


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file() and path.suffix != ".tmp"]


def _decided(line: Line) -> bool:
    with tenant(line.practice):
        decisions = Claim.objects.filter(pk__in=[sent.claim for sent in line.sent]).values_list("decision", flat=True)
        return Decision.NONE not in decisions


# --- what must be true at the end ------------------------------------------------------------------


def _each_file_arrived_once(line: Line) -> None:
    """The payer kept each file under its own name and no second one, and refused none; ours say the same."""
    names = sorted(sent.name for sent in line.sent)
    until(lambda: not _names(line.folder / "inbox"), "empty inbox")
    assert sorted(_names(line.folder / "archive")) == names and not _names(line.folder / "refused")
    told = [name for name in _names(line.folder / "outbox" / "taken") if name.endswith("-999.edi")]
    assert sorted(told) == [name.replace(".837", "-999.edi") for name in names]
    with tenant(line.practice):
        files = Interchange.objects.filter(direction=Direction.OUT)
        assert sorted(files.values_list("file_name", flat=True)) == names
        assert set(files.values_list("state", flat=True)) == {FileState.SENT}
        for file in files:
            assert (line.folder / "archive" / file.file_name).read_bytes() == bytes(file.body or b"")
    assert set(line.jobs.values_list("state", flat=True)) == {State.DONE}


def _each_claim_is_paid_once(line: Line) -> None:
    """One step each on the way, one decision, and one posting to a charge, of what the payer said."""
    with tenant(line.practice):
        sent = Claim.objects.filter(pk__in=[sent.claim for sent in line.sent])
        assert set(sent.values_list("delivery", "decision")) == {(Delivery.ACCEPTED, Decision.PAID)}
        for claim in sent:
            steps = Counter(claim.events.values_list("what", flat=True))
            assert steps == dict.fromkeys(("made", "queued", "sent", "received", "accepted", "paid"), 1), steps
            assert claim.remittance_claims.count() == 1
        told = {line.line.charge_id: -line.paid for line in RemittanceLine.objects.select_related("line") if line.line}
        paid = Entry.objects.filter(account=Account.RECEIVABLE.value, reason="paid")
        assert sorted(paid.values_list("charge", "amount")) == sorted(told.items())
        assert Posting.objects.filter(kind="remittance").count() == len(told) == 2 * len(line.sent)
        assert set(Remittance.objects.values_list("state", flat=True)) == {RemittanceState.POSTED}
        in_transit = Entry.objects.filter(account=Account.IN_TRANSIT.value).values_list("amount", flat=True)
        assert sum(in_transit) == sum(Remittance.objects.values_list("amount", flat=True)) == -sum(told.values()) > 0


def _the_payer_says_the_same(line: Line) -> None:
    """Its own memory: each claim came once and was decided once."""
    with tenant(line.practice):
        ours = sorted(claim.control for claim in Claim.objects.filter(pk__in=[sent.claim for sent in line.sent]))
    with Connection(line.folder) as payer:
        assert sorted(number for (number,) in payer.memory.all("SELECT number FROM claim")) == ours
        assert payer.memory.all("SELECT count(*), count(trace) FROM due WHERE what = 'claim'") == [
            (len(ours), len(ours))
        ]
        assert payer.memory.all("SELECT count(*) FROM arrival") == [(len(line.sent),)]
