"""Is a diagnosis billable on a day? Imported releases answer first, then the one that is shipped, then the nearest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from clients.diagnoses import SHOWN, Found, Verdict, bare, dotted
from clients.icd10 import shipped
from clients.icd10.models import Icd10Code, Icd10Release

type Asked = tuple[str, date]

# Byte order (collation "C") makes what is below a header one range of the index.
LEAVES = """
SELECT asked.release_id, asked.code, leaf.code
FROM unnest(%s::bigint[], %s::text[]) AS asked (release_id, code)
CROSS JOIN LATERAL (
    SELECT c.code FROM clients_icd10code c
    WHERE c.release_id = asked.release_id AND c.billable
      AND c.code > asked.code COLLATE "C" AND c.code < (asked.code || '~') COLLATE "C"
    ORDER BY c.code LIMIT %s
) AS leaf
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class CodeList:
    """A list and the days it holds for, both included; `release` is None for the shipped one."""

    release: int | None
    label: str
    starts_on: date
    ends_on: date

    def covers(self, on: date) -> bool:
        return self.starts_on <= on <= self.ends_on


SHIPPED = CodeList(None, shipped.LABEL, shipped.STARTS_ON, shipped.ENDS_ON)


def lists() -> list[CodeList]:
    """The lists at hand, in the order they are asked."""
    rows = Icd10Release.objects.order_by("starts_on").values_list("id", "label", "starts_on", "ends_on")
    return [*(CodeList(*row) for row in rows), SHIPPED]


def list_of(on: date, at_hand: Sequence[CodeList]) -> CodeList:
    """The list of a day; where there is none the last one before it, else the first one after it."""
    if holding := next((each for each in at_hand if each.covers(on)), None):
        return holding
    if before := [each for each in at_hand if each.ends_on < on]:
        return max(before, key=lambda each: each.ends_on)
    return min(at_hand, key=lambda each: each.starts_on)


def look_up(codes: Iterable[str], on: date) -> dict[str, Found]:
    """What each code is on a day of service, by the code as it was given."""
    return {code: found for (code, _), found in look_up_each((code, on) for code in codes).items()}


def look_up_each(asked: Iterable[Asked]) -> dict[Asked, Found]:
    """The same for codes that each have a day of their own: three queries at most, however many there are."""
    wanted = list(dict.fromkeys(asked))
    at_hand = lists() if wanted else []
    by_day = {day: list_of(day, at_hand) for _, day in wanted}
    rows = _Rows({(by_day[day].release, bare(code)) for code, day in wanted})
    return {(code, day): rows.find(by_day[day], code, day) for code, day in wanted}


class _Rows:
    """The imported codes behind some questions, fetched once."""

    def __init__(self, asked: set[tuple[int | None, str]]) -> None:
        pairs = {(release, code) for release, code in asked if release is not None}
        wanted = Icd10Code.objects.filter(
            release__in={release for release, _ in pairs}, code__in={code for _, code in pairs}
        )
        self.codes = {(row.release_id, row.code): row for row in wanted} if pairs else {}
        headers = [key for key in sorted(pairs & self.codes.keys()) if not self.codes[key].billable]
        self.leaves: dict[tuple[int, str], list[str]] = {key: [] for key in headers}
        for release, header, leaf in _leaves(headers):
            self.leaves[release, header].append(leaf)

    def find(self, where: CodeList, code: str, day: date) -> Found:
        nearest = "" if where.covers(day) else where.label
        if where.release is None:
            return _shipped(code, nearest)
        row = self.codes.get((where.release, bare(code)))
        if row is None:
            return Found(code, Verdict.UNKNOWN, nearest=nearest)
        if row.billable:
            return Found(code, Verdict.BILLABLE, row.short, nearest=nearest)
        leaves = tuple(map(dotted, self.leaves[row.release_id, row.code]))
        return Found(code, Verdict.NOT_LEAF, row.short, leaves, nearest)


def _leaves(headers: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    if headers:
        with connection.cursor() as cursor:
            cursor.execute(LEAVES, [[release for release, _ in headers], [code for _, code in headers], SHOWN])
            yield from cursor.fetchall()


def _shipped(code: str, nearest: str) -> Found:
    plain = bare(code)
    if not shipped.known(plain):
        return Found(code, Verdict.UNKNOWN, nearest=nearest)
    below = shipped.leaves(plain, SHOWN)
    return Found(
        code,
        Verdict.NOT_LEAF if below else Verdict.BILLABLE,
        shipped.label(plain),
        tuple(dotted(leaf) for leaf in below),
        nearest,
    )
