"""Names as the find box compares them: lowercase, without accents, spaces, hyphens, apostrophes and dots.

The folded columns are made by the database itself, so no writer can forget them. They are compared with >= and <
in the order of bytes: both are leakproof in PostgreSQL, so their index is used behind the wall between practices;
LIKE and upper() are not, and made the server read the whole practice.
"""

import re
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Func, Q, TextField, Value
from django.db.models.functions import Concat

FOLDED = r"""
CREATE OR REPLACE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f ''’.,-]', '', 'g')), 'øłđı', 'oldi')
$$
"""
LAST = "\U0010ffff"  # after every letter, in the order of bytes
WORDS = 4
TAIL = 4  # of a phone number so many digits at least


class Folded(Func):
    """The SQL function `folded`."""

    function, arity, output_field = "folded", 1, TextField()


class Reversed(Func):
    """Text backwards, so that its end can be looked up as a beginning."""

    function, arity, output_field = "reverse", 1, CharField()


def begins(column: str, text: Any) -> Q:
    """Rows whose `column` begins with `text`, an expression over constants."""
    return Q(**{f"{column}__gte": text, f"{column}__lt": Concat(text, Value(LAST), output_field=TextField())})


def name_begins(word: str) -> Q:
    """Rows whose first or last name begins with `word`."""
    folded = Folded(Value(word))
    return begins("by_last_name", folded) | begins("by_first_name", folded)


def phone_ends(digits: str) -> Q:
    return Q(phone_back__gte=digits[::-1], phone_back__lt=digits[::-1] + LAST)


DAY = ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d")


def as_day(word: str) -> date | None:
    """A date as people write it: 2/3/1955, 2-3-1955, 1955-02-03."""
    for form in DAY if re.fullmatch(r"[0-9/-]{8,10}", word) else ():
        try:
            return datetime.strptime(word, form).date()  # noqa: DTZ007  a day, not a moment
        except ValueError:
            continue
    return None
