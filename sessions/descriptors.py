"""Verbs about the practice's own descriptions of service codes: load its licensed list, say what a code is called."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice import audit, clock
from practice.findings import BadInput
from practice.locks import one_at_a_time
from practice.models import Membership, Practice
from practice.permissions import Permission
from practice.tenancy import current_practice_id
from sessions.codes import CODES
from sessions.descriptor_file import read
from sessions.models import CodeDescriptor

TOLD = 20  # bad rows in one sentence


@dataclass(frozen=True)
class Report:
    """What a load did, or with `dry_run` would do. `problems` name each bad row; with any, nothing is done."""

    dry_run: bool
    kinds: tuple[str, ...]
    rows: int
    added: int
    changed: int
    removed: int
    problems: tuple[str, ...]


@transaction.atomic
def load_descriptors(*, by: Membership | None, body: bytes, dry_run: bool = False) -> Report:
    """The practice's list, whole: what the file has of a kind replaces all it had of that kind.

    `by` is None for who runs a command on the machine. Raises BadInput (field `text`) when a row is bad.
    """
    if by is not None and not by.may(Permission.LOAD_CODE_LISTS):
        raise PermissionDenied(f"Your role may not {Permission.LOAD_CODE_LISTS}.")
    found = read(body)
    if found.problems:
        if not dry_run:
            raise BadInput(text=_in_one_sentence(found.problems))
        return Report(dry_run, found.kinds, len(found.rows), 0, 0, 0, found.problems)
    one_at_a_time("descriptors")
    had = {row.code: (row.short, row.long) for row in _own()}
    file = {row.code: (row.short, row.long) for row in found.rows}
    has = {}
    for code in had | file:
        short, long = (
            (file if kind in found.kinds else had).get(code, ("", ""))[at] for at, kind in enumerate(("short", "long"))
        )
        if short or long:
            has[code] = (short, long)
    added, removed = has.keys() - had.keys(), had.keys() - has.keys()
    changed = {code for code in has.keys() & had.keys() if has[code] != had[code]}
    report = Report(dry_run, found.kinds, len(found.rows), len(added), len(changed), len(removed), ())
    if not dry_run and (added or changed or removed):
        _write({code: has[code] for code in added | changed}, removed)
        counts = {"added": len(added), "changed": len(changed), "removed": len(removed)}
        audit.record("load code descriptors", Practice.objects.get(pk=current_practice_id()), **counts)
    return report


def _own() -> Iterable[CodeDescriptor]:
    # The filter stands beside the wall: whoever runs this as owner of the database has none.
    return CodeDescriptor.objects.filter(practice=current_practice_id())


def _write(texts: dict[str, tuple[str, str]], removed: set[str]) -> None:
    now = clock.now()
    CodeDescriptor.objects.filter(practice=current_practice_id(), code__in=removed).delete()
    CodeDescriptor.objects.bulk_create(
        (CodeDescriptor(code=code, short=short, long=long, loaded_at=now) for code, (short, long) in texts.items()),
        update_conflicts=True,
        unique_fields=["practice", "code"],
        update_fields=["short", "long", "loaded_at"],
        batch_size=2000,
    )


def _in_one_sentence(problems: tuple[str, ...]) -> str:
    more = len(problems) - TOLD
    return "; ".join(problems[:TOLD]) + (f"; and {more:,} more" if more > 0 else "") + ". Nothing was loaded."


def labels(codes: Iterable[str]) -> dict[str, str]:
    """What people read beside each code: the practice's own words, else ours; unknown codes are left out. One query."""
    wanted = set(codes)
    ours = {code: CODES[code].label for code in wanted & CODES.keys()}
    return ours | {row.code: row.label for row in CodeDescriptor.objects.filter(code__in=wanted)}
