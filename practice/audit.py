"""The audit row, written in the transaction of the act it tells of: what was changed, and what was looked at.

A view says with `@allows(…, shows="chart")` that it shows one client's data, and calls `seen()` when it has found
whose; one that shows a list says `listing="claims"`, and the middleware writes its row. What says neither does not
start (`checks.py`), and what promised a row and wrote none fails.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import connection, models

from practice import clock, tenancy
from practice.models import AuditEvent

SAME_LOOK = timedelta(minutes=15)  # the same section seen again by the same person meanwhile is one look
MOST_ID = 2**63 - 1
SAME_DRAFT = timedelta(hours=1)
# Filters of lists whose values are words of ours; of every other only that it was used, for it may hold a name.
PLAIN_FILTERS = {"tab", "who", "age", "state", "page", "date", "start", "end", "kind", "sort"}

_looked: ContextVar[list[str] | None] = ContextVar("looked", default=None)

ONCE = """
INSERT INTO practice_auditevent (practice_id, at, member_id, verb, target, target_id, client_id, detail)
SELECT %(practice)s, %(at)s, %(member)s, %(verb)s, %(target)s, %(target_id)s, about.id, %(detail)s::jsonb
FROM unnest(%(clients)s::bigint[]) AS about (id)
WHERE NOT EXISTS (
    SELECT 1 FROM practice_auditevent before
    WHERE before.practice_id = %(practice)s AND before.member_id = %(member)s
      AND before.at > %(since)s AND before.at <= %(at)s
      AND before.verb = %(verb)s AND before.target = %(target)s
      AND before.target_id IS NOT DISTINCT FROM %(target_id)s
      AND before.client_id IS NOT DISTINCT FROM about.id AND before.detail = %(detail)s::jsonb
)
"""


def record(verb: str, target: models.Model, *, client_id: int | None = None, **detail: Any) -> AuditEvent:
    """Write that the present member did `verb` to `target`. `detail` is short and holds no note text."""
    _note(verb)
    return AuditEvent.objects.create(**_row(verb, target, client_id, detail))


def record_many(verb: str, targets: list[Any], *, about: str = "client_id", **detail: Any) -> None:
    """One audit row for each of `targets`, in one statement. `about`: their attribute that says whose they are."""
    AuditEvent.objects.bulk_create(
        AuditEvent(**_row(verb, target, getattr(target, about, None), detail)) for target in targets
    )


def seen(target: models.Model, *, client_id: int | Iterable[int] | None, section: str) -> None:
    """Write that the present member looks at a section of a client's data, e.g. "ledger".

    `client_id`: whose; several for a paper about several, None for one about nobody we know. One row each, and
    none where the same person saw the same within `SAME_LOOK`. Always one statement.
    """
    about = [client_id] if client_id is None or isinstance(client_id, int) else sorted(set(client_id))
    once(f"view {section}", target, about or [None], within=SAME_LOOK)


def listed(section: str, query: Mapping[str, Any]) -> None:
    """Write that the present member looks at a list: which filters were on, and no name that was searched for."""
    on = [name for name in sorted(query)[:12] if query[name]]
    filters = {_plain(name): _plain(query[name]) if name in PLAIN_FILTERS else True for name in on}
    detail: dict[str, Any] = {"filters": filters} if filters else {}
    once(f"view list of {section}", None, [None], within=SAME_LOOK, **detail)


def _plain(text: str) -> str:
    """Text of an address as a column can hold it."""
    return text.replace("\0", "")[:20]


def refused(status: int, address: str, target_id: int | None) -> None:
    """Write that the present member was refused (403), or told that there is no such thing (404)."""
    possible = target_id if target_id is not None and target_id <= MOST_ID else None
    once("refused", None, [None], target_id=possible, within=SAME_LOOK, status=status, address=address)


def once(
    verb: str,
    target: models.Model | None,
    clients: Iterable[int | None],
    *,
    within: timedelta,
    target_id: int | None = None,
    **detail: Any,
) -> None:
    """A row for each client, unless the present member did just that to just this `within` the time before."""
    _note(verb)
    at, here = clock.now(), tenancy.current()
    values = {
        "practice": here.practice_id,
        "member": here.member_id,
        "at": at,
        "since": at - within,
        "verb": verb[:60],
        "target": target._meta.label if target else "",
        "target_id": target.pk if target else target_id,
        "clients": list(clients),
        "detail": json.dumps(detail),
    }
    with connection.cursor() as cursor:
        cursor.execute(ONCE, values)


def _note(verb: str) -> None:
    noted = _looked.get()
    if noted is not None:
        noted.append(verb)


@contextmanager
def watched() -> Iterator[list[str]]:
    """The verbs that `seen()` and `listed()` are told inside."""
    noted: list[str] = []
    token = _looked.set(noted)
    try:
        yield noted
    finally:
        _looked.reset(token)


def _row(verb: str, target: models.Model, client_id: int | None, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "member_id": tenancy.current().member_id,
        "verb": verb,
        "target": target._meta.label,
        "target_id": target.pk,
        "client_id": client_id,
        "detail": detail,
    }
