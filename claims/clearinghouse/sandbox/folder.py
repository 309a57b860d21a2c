"""One connection: its folders, its lock, and the order of steps that makes every answer appear once.

    inbox/      NAME.837, put there whole by the sender (NAME.tmp, renamed)
    outbox/     NAME-999.edi, NAME-277CA.edi, PAYER-TRACE.835
    archive/    files that were answered        refused/    files that could not be, each with its reason
    staging/    answers being written           memory.sqlite3, lock

An answer is first written down in the memory, in the transaction of the fact it tells. Then it is written
to `staging`, marked as staged, and renamed to its place: a rename happens once, and that the staged file
is gone proves that it happened, even when the sender has taken the answer away since. Killed between any
two of these steps, the next round goes on where this one stopped.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from claims.clearinghouse.sandbox import arriving, outcomes, paying, plain
from claims.clearinghouse.sandbox.arriving import Desk, PayAfter
from claims.clearinghouse.sandbox.memory import Memory
from claims.clearinghouse.sandbox.outcomes import Outcome
from claims.clearinghouse.sandbox.plans import PAYERS, Plan
from claims.x12.segments import BadFile

FOLDERS = ("inbox", "outbox", "archive", "refused", "staging")
LARGEST = 64 * 1024 * 1024  # bytes


class Busy(Exception):
    """Another process works this connection."""


class Connection:
    """A payer's end of one connection. Use as a context manager: it holds the lock while open.

    `wait=False` raises Busy instead of waiting for another process.
    """

    def __init__(self, path: Path | str, payers: Mapping[str, Plan] = PAYERS, *, wait: bool = True) -> None:
        self.path = Path(path)
        self.payers = payers
        self._wait = wait
        self._open = ExitStack()
        self._memory: Memory | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            for name in FOLDERS:
                (self.path / name).mkdir(parents=True, exist_ok=True)
            lock = opening.enter_context((self.path / "lock").open("ab"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX if self._wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(self.path.name) from None
            self._memory = opening.enter_context(closing(Memory(self.path / "memory.sqlite3")))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._memory = None
        self._open.close()

    @property
    def memory(self) -> Memory:
        if self._memory is None:
            raise RuntimeError("open the connection with “with”")
        return self._memory

    def work(self, today: date, pay_after_days: PayAfter = None) -> list[str]:
        """One round on a given day; the names of the files that were written, in order.

        Reads the inbox, answers it dated `today`, queues payment for `pay_after_days` later (days for all
        payers, or by payer id; each payer's own where nothing is said), and pays what is due by `today`.
        """
        written = self._deliver()
        desk = Desk(self.memory, self.payers, today, pay_after_days)
        for path in sorted((self.path / "inbox").glob("*.837")):
            if path.is_file():
                written += self._take(desk, path)
        paying.pay_due(self.memory, self.payers, today)
        return written + self._deliver()

    # -- what a test or a demonstration asks for ----------------------------------------------------

    def plant(self, *, control: str, outcome: Outcome) -> None:
        """Decide the claim with this number (CLM01) so, whenever it comes or is due."""
        text = plain.dump(outcomes.to_plain(outcome))
        with self.memory.transaction():
            self.memory.all("INSERT OR REPLACE INTO plant VALUES (?, ?)", control, text)

    def reverse(self, *, control: str, on: date, correction: Outcome | None = None) -> None:
        """Take the newest decision on a claim back (22) in the 835 of that day, and perhaps decide anew.

        `correction=Outcome()` decides anew by the plan. LookupError when no such claim is on file.
        """
        sql = (
            "SELECT c.payer, c.payee, d.mailbox, c.payer_number FROM claim c, due d"
            " WHERE c.number = ? AND c.state IN ('pending', 'decided') AND d.payer = c.payer AND d.payee = c.payee"
            " ORDER BY c.rowid DESC, d.id DESC LIMIT 1"
        )
        row = self.memory.one(sql, control)
        if row is None:
            raise LookupError(f"no claim {control} that could be reversed")
        payer, payee, mailbox, number = row
        more = "" if correction is None else plain.dump(outcomes.to_plain(correction))
        with self.memory.transaction():
            self.memory.queue(on, payer, payee, mailbox, "reverse", number, more)

    def adjust(self, *, payer: str, payee: str, code: str, reference: str, amount: Decimal | str, on: date) -> None:
        """A PLB in the 835 of that day to the provider with this NPI; positive takes money away."""
        row = self.memory.one("SELECT mailbox FROM due WHERE payee = ? ORDER BY id DESC LIMIT 1", payee)
        if row is None:
            raise LookupError(f"no claim of {payee} was ever received")
        more = json.dumps([code, reference, str(amount)])
        with self.memory.transaction():
            self.memory.queue(on, payer, payee, row[0], "provider", more=more)

    def met(self, *, payer: str, member_id: str, first_name: str, year: int, amount: Decimal | str) -> None:
        """Say how much of a member's deductible other providers' claims have used up in that year."""
        member = paying.member_key(member_id, first_name)
        what = f"deductible {year}"
        with self.memory.transaction():
            before = self.memory.amount_taken(payer, member, what)
            self.memory.take(payer, member, what, Decimal(amount) - before)

    # -- files --------------------------------------------------------------------------------------

    def _take(self, desk: Desk, path: Path) -> list[str]:
        """Answer one file and put it away; a file that came before is only put away."""
        with path.open("rb") as source:
            opened = os.fstat(source.fileno())
            body = source.read(LARGEST + 1)
        if not arriving.place_of(self.memory, path.name, body):
            self._answer(desk, path.name, body)
        written = self._deliver()
        # Another file may have come under this name meanwhile: it stays for the next round.
        if path.exists() and os.path.samestat(opened, path.stat()):
            rename(path, self.path / arriving.place_of(self.memory, path.name, body))
        return written

    def _answer(self, desk: Desk, name: str, body: bytes) -> None:
        try:
            with self.memory.transaction():
                arriving.take(desk, name, body)
        except BadFile as bad:
            reason = f"{bad.reason}: {bad}"
        except (OSError, MemoryError, sqlite3.Error):
            raise  # our own trouble, not the file's: it stays for the next round
        except Exception as error:  # a file nobody thought of must not stop the payer; say what to look for
            reason = f"unreadable: {type(error).__name__}"
        else:
            return
        with self.memory.transaction():
            arriving.refuse(desk, name, body, reason)

    def _deliver(self) -> list[str]:
        """Put every answer that was written down into its place."""
        memory, staging = self.memory, self.path / "staging"
        waiting = memory.all("SELECT id, folder, name, state FROM outgoing WHERE state <> 'done' ORDER BY id")
        new = [number for number, _, _, state in waiting if state == "new"]
        for number in new:
            (body,) = memory.one("SELECT body FROM outgoing WHERE id = ?", number) or (b"",)
            write(staging / str(number), body)
        if new:
            with memory.transaction():
                memory.all("UPDATE outgoing SET state = 'staged' WHERE state = 'new'")
        for number, folder, name, _ in waiting:
            if (staging / str(number)).exists():
                rename(staging / str(number), self.path / folder / name)
        if waiting:
            with memory.transaction():
                memory.all("UPDATE outgoing SET state = 'done', body = NULL WHERE state = 'staged'")
        return [name for _, _, name, _ in waiting]


def write(path: Path, body: bytes) -> None:
    """Write a file that nobody looks at yet."""
    path.write_bytes(body)


def rename(source: Path, target: Path) -> None:
    """The step that others see: whole or not at all."""
    os.replace(source, target)
