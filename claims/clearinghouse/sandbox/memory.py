"""What the payer remembers of one connection: a SQLite file, changed in transactions.

`commit` is the only moment at which anything becomes true. An answer is written down here in the same
transaction as the fact it tells of, and only then put into the outbox (`folder`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from claims.clearinghouse.sandbox.fees import ZERO

SCHEMA = """
BEGIN;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS arrival (
    name TEXT, sha256 TEXT, label TEXT UNIQUE NOT NULL, kept_in TEXT NOT NULL, PRIMARY KEY (name, sha256));
CREATE TABLE IF NOT EXISTS interchange (
    sender TEXT, control TEXT, text_hash TEXT NOT NULL, PRIMARY KEY (sender, control));
CREATE TABLE IF NOT EXISTS claim (
    payer_number TEXT PRIMARY KEY, number TEXT NOT NULL, payee TEXT NOT NULL, payer TEXT NOT NULL,
    received_on TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL, decision TEXT, outcome TEXT);
CREATE INDEX IF NOT EXISTS claim_number ON claim (payee, number);
CREATE TABLE IF NOT EXISTS due (
    id INTEGER PRIMARY KEY, due_on TEXT NOT NULL, payer TEXT NOT NULL, payee TEXT NOT NULL,
    mailbox TEXT NOT NULL, what TEXT NOT NULL, payer_number TEXT, more TEXT, trace TEXT);
CREATE INDEX IF NOT EXISTS due_open ON due (due_on) WHERE trace IS NULL;
CREATE TABLE IF NOT EXISTS taken (
    payer TEXT, member TEXT, what TEXT, amount TEXT NOT NULL, PRIMARY KEY (payer, member, what));
CREATE TABLE IF NOT EXISTS service (payer TEXT, key TEXT, payer_number TEXT, PRIMARY KEY (payer, key, payer_number));
CREATE TABLE IF NOT EXISTS carried (payer TEXT, payee TEXT, amount TEXT NOT NULL, PRIMARY KEY (payer, payee));
CREATE TABLE IF NOT EXISTS plant (number TEXT PRIMARY KEY, outcome TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY, folder TEXT NOT NULL, name TEXT NOT NULL, body BLOB, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS outgoing_open ON outgoing (id) WHERE state <> 'done';
COMMIT;
"""


class Memory:
    """One connection's memory. Use inside the folder's lock."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # A killed process loses nothing this way; only a power cut would, and that is no test of ours.
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA journal_mode = PERSIST")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, whatever is raised inside."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self.commit()

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def next(self, name: str) -> int:
        """The next number of a series, from 1."""
        sql = "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        (value,) = self._db.execute(sql, (name,)).fetchone()
        return int(value)

    # -- what a member has used up ----------------------------------------------------------------

    def amount_taken(self, payer: str, member: str, what: str) -> Decimal:
        """Dollars of a deductible ("deductible 2026") or copay ("copay 2026-05-01") already taken."""
        row = self.one("SELECT amount FROM taken WHERE payer = ? AND member = ? AND what = ?", payer, member, what)
        return Decimal(row[0]) if row else ZERO

    def take(self, payer: str, member: str, what: str, amount: Decimal) -> None:
        """Add to it; a reversal gives back."""
        total = self.amount_taken(payer, member, what) + amount
        self.all("INSERT OR REPLACE INTO taken VALUES (?, ?, ?, ?)", payer, member, what, str(total))

    def carried(self, payer: str, payee: str) -> Decimal:
        """What a payee owes this payer from an earlier payment that would have been negative."""
        row = self.one("SELECT amount FROM carried WHERE payer = ? AND payee = ?", payer, payee)
        return Decimal(row[0]) if row else ZERO

    def carry(self, payer: str, payee: str, amount: Decimal) -> None:
        self.all("INSERT OR REPLACE INTO carried VALUES (?, ?, ?)", payer, payee, str(amount))

    # -- what is to be done -----------------------------------------------------------------------

    def queue(
        self, due_on: date, payer: str, payee: str, mailbox: str, what: str, payer_number: str = "", more: str = ""
    ) -> None:
        """Something for the 835 of this payer to this payee on that day: claim, reverse or provider."""
        sql = "INSERT INTO due (due_on, payer, payee, mailbox, what, payer_number, more) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self.all(sql, due_on.isoformat(), payer, payee, mailbox, what, payer_number, more)

    def send(self, folder: str, name: str, body: bytes) -> None:
        """A file to be put into a folder of the connection, exactly once."""
        self.all("INSERT INTO outgoing (folder, name, body, state) VALUES (?, ?, ?, 'new')", folder, name, body)
