"""Find a diagnosis by the beginning of its code, or by words of its description, in the list of a day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from clients.diagnoses import Found, Verdict, bare, dotted
from clients.icd10 import list_of, lists, look_up, shipped

MOST = 20
LONGEST = 60  # characters of a question; more says nothing more
A_CODE = re.compile(r"[A-Z][0-9][0-9A-Z.]*", re.ASCII)

# The words are an index of their own: an expression of the column, as migration 0009 writes it.
BY_WORDS = """
SELECT code, billable, long FROM clients_icd10code
WHERE release_id = %s AND to_tsvector('simple'::regconfig, COALESCE("long", '')) @@ to_tsquery('simple', %s)
ORDER BY billable DESC, length(long), code LIMIT %s
"""
BY_CODE = """
SELECT code, billable, long FROM clients_icd10code
WHERE release_id = %s AND code >= %s COLLATE "C" AND code < (%s || '~') COLLATE "C"
ORDER BY code LIMIT %s
"""


@dataclass(frozen=True)
class Answer:
    """`found` at most twenty; `release` is the list that was asked; it may be one of other days (`of_the_day`)."""

    found: tuple[Found, ...]
    release: str
    of_the_day: bool


def search(text: str, on: date) -> Answer:
    """Codes that begin with `text`, else those with a word that begins with each of its words; leaves first."""
    where = list_of(on, lists())
    asked = text.strip()[:LONGEST]
    code = asked.upper()
    words = [word for word in re.findall(r"[^\W_]+", asked.lower()) if len(word) > 1]
    rows: list[tuple[str, bool, str]] = []
    if len(asked) >= 2 and A_CODE.fullmatch(code):
        rows = _by_code(where.release, bare(code))
    if not rows and words:
        rows = _by_words(where.release, words)
    return Answer(tuple(_instead(rows, on)), where.label, where.covers(on))


def labels(codes: Iterable[str], on: date) -> dict[str, str]:
    """The description of each code in the list of a day, or the nearest list; empty for what it does not know."""
    return {code: found.label for code, found in look_up(codes, on).items()}


def _by_code(release: int | None, start: str) -> list[tuple[str, bool, str]]:
    if release is None:
        return shipped.starting(start, MOST)
    return _ask(BY_CODE, [release, start, start, MOST])


def _by_words(release: int | None, words: list[str]) -> list[tuple[str, bool, str]]:
    if release is None:
        return shipped.with_words(words, MOST)
    return _ask(BY_WORDS, [release, " & ".join(f"{word}:*" for word in words), MOST])


def _ask(statement: str, values: list[Any]) -> list[tuple[str, bool, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _instead(rows: list[tuple[str, bool, str]], on: date) -> Iterable[Found]:
    """The rows as findings; a header says which codes to use."""
    headers = look_up((dotted(code) for code, billable, _ in rows if not billable), on)
    for code, billable, label in rows:
        name = dotted(code)
        if billable:
            yield Found(name, Verdict.BILLABLE, label)
        else:
            yield Found(name, Verdict.NOT_LEAF, label, headers[name].instead)
