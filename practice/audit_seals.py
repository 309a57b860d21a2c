"""Proof that the audit is as it was written: stretches of rows, sealed by a chain of hashes.

Every few minutes what is new is sealed: the SHA-256 of each row, and a head over these and the head before. A row
that is changed, deleted or put into a sealed stretch later is named by `verify()`; so is a seal that is missing or
does not fit. Who rewrites rows and all seals after them too makes a chain that fits, with another head: it is found
against a head that was kept elsewhere (the log, a print-out). Rows of the last minutes are not yet proven.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import connection
from django.db.models import Max

from practice.models import AuditEvent, AuditSeal, Practice
from practice.tenancy import current_practice_id, tenant

STRETCH = 5_000  # rows to a seal, at most
LEAF = 32
SLACK = timedelta(minutes=5)  # clocks are set, and a writer may be slow between its number and its time
NAMED = 20  # findings named to a practice; the first ones are what matters

ROW = """
SELECT id, written_at, sha256(convert_to(jsonb_build_array(
    id, practice_id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    to_char(written_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    member_id, verb, target, target_id, client_id, kind, detail
)::text, 'UTF8'))
FROM practice_auditevent WHERE practice_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s
"""
WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND relation = 'practice_auditevent'::regclass AND mode = 'RowExclusiveLock' AND granted
"""
LEAST, MOST = -(2**63), 2**63 - 1
Row = tuple[int, datetime, bytes]


@dataclass(frozen=True)
class Verdict:
    """What was found: rows under seals, rows since the last, the head to keep elsewhere, and what is wrong."""

    rows: int
    since: int
    seals: int
    head: str
    sealed_at: datetime | None
    wrong: list[str] = field(default_factory=list)


def seal_all(*, wait: float = 10) -> int:
    """Seal what is new in every practice; the number of rows. Nothing while an older writer is still at work:
    a row with a lower number may come from it, and a seal must not be broken by who was only slow.
    """
    newest = {}
    for practice in Practice.objects.filter(active=True):
        with tenant(practice):
            newest[practice] = AuditEvent.objects.aggregate(newest=Max("pk", default=LEAST))["newest"]
    if not _older_writers_ended(wait):
        return 0
    sealed = 0
    for practice, upto in newest.items():
        with tenant(practice):
            sealed += seal(upto)
    return sealed


def _older_writers_ended(wait: float) -> bool:
    """Whether every transaction that has written to the audit until now ends within `wait` seconds.

    A row gets its number after its writer has locked the table: whoever holds a lower number than one we can read
    either holds this lock still or has ended.
    """
    if connection.in_atomic_block:
        raise RuntimeError("sealing waits for older writers, so it begins in a transaction of its own")
    ends, older = time.monotonic() + wait, _writers()
    while older := older & _writers():
        if time.monotonic() >= ends:
            return False
        time.sleep(0.05)
    return True


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {row[0] for row in cursor.fetchall()}


def seal(upto: int) -> int:
    """Seal the present practice's rows up to an id; the number of rows. Nothing new makes no seal."""
    with connection.cursor() as cursor:
        lock = f"seal {current_practice_id()}"
        cursor.execute("SELECT clock_timestamp(), pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        now = cursor.fetchone()[0]
    last = AuditSeal.objects.order_by("-number").defer("ids", "leaves").first()
    after, number, head, sealed = (last.upto, last.number, last.head, 0) if last else (LEAST, 0, "", 0)
    while rows := list(_rows(after, upto)):
        after, number = rows[-1][0], number + 1
        made = AuditSeal(number=number, upto=after, previous=head, sealed_at=now)
        made.ids, made.leaves = [row[0] for row in rows], b"".join(row[2] for row in rows)
        head = made.head = _head(made)
        made.save()
        sealed += len(rows)
    return sealed


def _rows(after: int, upto: int) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(ROW, [current_practice_id(), after, upto, STRETCH])
        for id, written_at, leaf in cursor.fetchall():
            yield id, written_at, bytes(leaf)


def _head(seal: AuditSeal) -> str:
    """The hash of everything a seal says, and of the head before it."""
    said = [seal.previous, seal.practice_id, seal.number, seal.upto, seal.sealed_at.astimezone(UTC).isoformat()]
    ids = ",".join(map(str, seal.ids))
    return sha256("\n".join(map(str, [*said, ids])).encode() + b"\n" + bytes(seal.leaves)).hexdigest()


def verify(head: str = "") -> Verdict:
    """Compare the present practice's audit with its seals, and the seals with a `head` that was kept elsewhere."""
    check = _Check()
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=1):
        check.seal(seal)
    since = check.tail()
    if head and head not in check.heads:
        check.wrong.insert(0, f"no seal has the head {head[:12]}…: seals were cut off or written anew")
    last = check.last
    return Verdict(
        check.rows, since, last.number if last else 0, last.head if last else "", last.sealed_at if last else None,
        check.wrong[:NAMED],
    )  # fmt: skip


class _Check:
    """Goes along the chain, seal by seal."""

    def __init__(self) -> None:
        self.last: AuditSeal | None = None
        self.rows, self.heads, self.wrong = 0, set[str](), list[str]()
        self.floor: datetime | None = None

    def seal(self, seal: AuditSeal) -> None:
        expected, before = (self.last.number + 1, self.last.head) if self.last else (1, "")
        after = self.last.upto if self.last else LEAST
        if seal.number != expected:
            self.wrong.append(f"seal {expected} is missing")
        elif seal.previous != before or seal.head != _head(seal):
            self.wrong.append(f"seal {seal.number} was changed")
        leaves = bytes(seal.leaves)
        kept = {id: leaves[i * LEAF : (i + 1) * LEAF] for i, id in enumerate(seal.ids)}
        self._compare(kept, after, seal)
        self.rows += len(kept)
        self.heads.add(seal.head)
        self.last = seal

    def _compare(self, kept: dict[int, bytes], after: int, seal: AuditSeal) -> None:
        found: dict[int, Row] = {}
        while page := list(_rows(after, seal.upto)):
            found |= {row[0]: row for row in page}
            after = page[-1][0]
        self._dates(found.values())
        for id in sorted(kept.keys() | found.keys()):
            if id not in found:
                self.wrong.append(f"row {id} was deleted")
            elif id not in kept:
                self.wrong.append(f"row {id} was put in after seal {seal.number}")
            elif found[id][2] != kept[id]:
                self.wrong.append(f"row {id} was changed")

    def tail(self) -> int:
        """The rows that are not sealed yet: how many, and whether each is younger than what is."""
        after, counted = self.last.upto if self.last else LEAST, 0
        while page := list(_rows(after, MOST)):
            self._dates(page)
            after, counted = page[-1][0], counted + len(page)
        return counted

    def _dates(self, rows: object) -> None:
        """A row is not written long before the rows of earlier seals."""
        newest = self.floor
        for id, written_at, _ in rows:  # type: ignore[attr-defined]
            if self.floor and written_at < self.floor - SLACK:
                self.wrong.append(f"row {id} was back-dated to {written_at:%Y-%m-%d %H:%M} UTC")
            newest = max(newest or written_at, written_at)
        self.floor = newest


def last_check() -> AuditEvent | None:
    """The newest nightly verification, as a row of the audit itself: `detail` has rows, seals and wrong."""
    return AuditEvent.objects.filter(kind="check").order_by("-at", "-id").first()
