"""Is a diagnosis billable on a day? Imported releases answer first, then the one that is shipped."""

from collections.abc import Iterable, Iterator
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


def look_up(codes: Iterable[str], on: date) -> dict[str, Found]:
    """What each code is on a day of service, by the code as it was given."""
    return {code: found for (code, _), found in look_up_each((code, on) for code in codes).items()}


def look_up_each(asked: Iterable[Asked]) -> dict[Asked, Found]:
    """The same for codes that each have a day of their own: three queries at most, however many there are."""
    wanted = list(dict.fromkeys(asked))
    releases = list(Icd10Release.objects.only("id", "starts_on", "ends_on")) if wanted else []
    by_day = {day: r.pk for _, day in wanted for r in releases if r.starts_on <= day <= r.ends_on}
    rows = _Rows({(by_day[day], bare(code)) for code, day in wanted if day in by_day})
    return {(code, day): rows.find(by_day[day], code) if day in by_day else _shipped(code, day) for code, day in wanted}


class _Rows:
    """The imported codes behind some questions, fetched once."""

    def __init__(self, pairs: set[tuple[int, str]]) -> None:
        wanted = Icd10Code.objects.filter(
            release__in={release for release, _ in pairs}, code__in={code for _, code in pairs}
        )
        self.codes = {(row.release_id, row.code): row for row in wanted} if pairs else {}
        headers = [key for key in sorted(pairs & self.codes.keys()) if not self.codes[key].billable]
        self.leaves: dict[tuple[int, str], list[str]] = {key: [] for key in headers}
        for release, header, leaf in _leaves(headers):
            self.leaves[release, header].append(leaf)

    def find(self, release: int, code: str) -> Found:
        row = self.codes.get((release, bare(code)))
        if row is None:
            return Found(code, Verdict.UNKNOWN)
        if row.billable:
            return Found(code, Verdict.BILLABLE, row.short)
        return Found(code, Verdict.NOT_LEAF, row.short, tuple(map(dotted, self.leaves[row.release_id, row.code])))


def _leaves(headers: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    if headers:
        with connection.cursor() as cursor:
            cursor.execute(LEAVES, [[release for release, _ in headers], [code for _, code in headers], SHOWN])
            yield from cursor.fetchall()


def _shipped(code: str, day: date) -> Found:
    plain = bare(code)
    if not shipped.covers(day):
        return Found(code, Verdict.NOT_COVERED)
    if not shipped.known(plain):
        return Found(code, Verdict.UNKNOWN)
    below = shipped.leaves(plain, SHOWN)
    return Found(
        code,
        Verdict.NOT_LEAF if below else Verdict.BILLABLE,
        shipped.label(plain),
        tuple(dotted(leaf) for leaf in below),
    )
