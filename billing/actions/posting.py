"""The one writer of the ledger: postings, entries and open items, in three statements whatever the number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

from django.db import connection, transaction

from billing import ledger, never_billed
from billing.ledger import Account, Movement, Party, Side
from billing.models import Entry, Posting
from practice import clock
from practice.findings import BadInput
from practice.models import Membership, local_today
from practice.tenancy import current_practice_id


class KeyReused(ValueError):
    """A posting key was used again with other content."""


INSERT_POSTINGS = """
INSERT INTO billing_posting (practice_id, kind, key, fingerprint, posted_on, made_at, by_id, memo, entry_count, reverses_id)
SELECT %s, kind, key, fingerprint, posted_on, %s, %s, memo, entry_count, reverses
FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::text[], %s::int[], %s::bigint[])
     AS t(kind, key, fingerprint, posted_on, memo, entry_count, reverses)
ORDER BY key
ON CONFLICT (practice_id, key) DO NOTHING
RETURNING key, id
"""

INSERT_ENTRIES = """
INSERT INTO billing_entry (practice_id, posting_id, account, reason, amount, charge_id, coverage_id, contact_id, payer_id)
SELECT %s, t.* FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::numeric[], %s::bigint[], %s::bigint[],
                           %s::bigint[], %s::bigint[]) AS t
"""

UPSERT_OPEN_ITEMS = """
INSERT INTO billing_openitem AS item (practice_id, account, charge_id, coverage_id, contact_id, payer_id, balance, since_on)
SELECT %s, t.* FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[],
                           %s::date[]) AS t(account, charge, coverage, contact, payer, balance, since)
ORDER BY account, charge, coverage, contact, payer
ON CONFLICT (practice_id, account, charge_id, coverage_id, contact_id, payer_id) DO UPDATE
SET balance = item.balance + excluded.balance, since_on = LEAST(item.since_on, excluded.since_on)
"""

KEPT = (Account.RECEIVABLE, Account.CREDIT)


@transaction.atomic
def post(movements: Iterable[Movement], *, by: Membership | None) -> dict[str, int]:
    """Write movements; the ids of all their postings by key, also of those written before.

    A key that exists with the same content is left as it is; with other content it is KeyReused.
    """
    wanted = {movement.key: ledger.check(movement) for movement in movements}
    if not wanted:
        return {}
    _refuse_future(wanted.values())
    never_billed.refuse(wanted.values())
    written = _insert_postings(list(wanted.values()), by)
    fresh = [(written[key], movement) for key, movement in wanted.items() if key in written]
    known = _known([key for key in wanted if key not in written], wanted)
    if fresh:
        _insert_entries(fresh)
        _keep_open_items(fresh)
    return written | known


def reverse(*, postings: Sequence[int], key: str, on: date, by: Membership | None, memo: str = "") -> dict[str, int]:
    """Write the opposite of postings, each at most once. `key` prefixes the reversals' keys."""
    lines: dict[int, list[ledger.Line]] = defaultdict(list)
    for entry in Entry.objects.filter(posting_id__in=postings).order_by("id"):
        lines[entry.posting_id].append(as_line(entry))
    return post(
        (
            ledger.reverse(key=f"{key}:{posting}", on=on, posting=posting, lines=found, memo=memo)
            for posting, found in lines.items()
        ),
        by=by,
    )


def as_line(entry: Entry) -> ledger.Line:
    """The heart's line of a written entry."""
    party = None
    if entry.coverage_id:
        party = Party.coverage(entry.coverage_id)
    elif entry.contact_id:
        party = Party.contact(entry.contact_id)
    elif entry.payer_id:
        party = Party.payer(entry.payer_id)
    return ledger.Line(Account(entry.account), entry.reason, entry.amount, entry.charge_id, party)


def _refuse_future(movements: Iterable[Movement]) -> None:
    today = local_today()
    late = next((m for m in movements if m.posted_on > today), None)
    if late:
        raise BadInput(posted_on=f"{late.posted_on:%b %d} is in the future; money is posted today or earlier")


def _insert_postings(movements: list[Movement], by: Membership | None) -> dict[str, int]:
    columns = zip(
        *(
            (m.kind, m.key, ledger.fingerprint(m), m.posted_on, m.memo[:200], len(m.lines), m.reverses)
            for m in movements
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_POSTINGS,
            [current_practice_id(), clock.now(), by.pk if by else None, *(list(column) for column in columns)],
        )
        return dict(cursor.fetchall())


def _known(keys: list[str], wanted: dict[str, Movement]) -> dict[str, int]:
    known = {}
    for posting in Posting.objects.filter(key__in=keys).only("id", "key", "fingerprint") if keys else ():
        if posting.fingerprint != ledger.fingerprint(wanted[posting.key]):
            raise KeyReused(f"{posting.key} was posted before with other content")
        known[posting.key] = posting.pk
    return known


def _sides(party: Party | None) -> tuple[int | None, int | None, int | None]:
    """(coverage, contact, payer) columns of a party."""
    if party is None:
        return None, None, None
    at = (Side.COVERAGE, Side.CONTACT, Side.PAYER).index(party.side)
    return tuple(party.id if i == at else None for i in range(3))  # type: ignore[return-value]


def _insert_entries(fresh: list[tuple[int, Movement]]) -> None:
    rows = [
        (posting, str(line.account), line.reason, line.amount, line.charge, *_sides(line.party))
        for posting, movement in fresh
        for line in movement.lines
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ENTRIES, [current_practice_id(), *_columns(rows)])


def _keep_open_items(fresh: list[tuple[int, Movement]]) -> None:
    sums: dict[tuple, Decimal] = defaultdict(Decimal)
    since: dict[tuple, date] = {}
    for movement, line in chain.from_iterable(((m, line) for line in m.lines) for _, m in fresh):
        if line.account in KEPT:
            item = (str(line.account), line.charge, *_sides(line.party))
            sums[item] += line.amount
            since[item] = min(since.get(item, movement.posted_on), movement.posted_on)
    if sums:
        rows = [(*item, balance, since[item]) for item, balance in sums.items()]
        with connection.cursor() as cursor:
            cursor.execute(UPSERT_OPEN_ITEMS, [current_practice_id(), *_columns(rows)])


def _columns(rows: list[tuple]) -> list[list]:
    return [list(column) for column in zip(*rows, strict=True)]
