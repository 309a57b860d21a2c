"""What cannot be invoiced yet: one list over visits, open amounts and credits, each in exactly one place.

The tables are asked in one statement, in the order of time; the reason of each row is `why_not`'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any

from django.db import connection
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from billing.actions.charging import chargeable_lines, lines_without_payer, unpriced_day
from billing.invoicing.never import never_billed
from billing.invoicing.ready import people
from billing.ledger import Account
from billing.models import Entry, InvoiceLine, OpenItem
from practice import clock
from practice.fields import MoneyField
from practice.models import local_today
from practice.money import LARGEST
from sessions.models import ServiceLine, Session, SessionState


class Place(IntEnum):
    """Where a row comes from; `ref` is a session's id, an open item's, or a person's (`PERSON`)."""

    UNSIGNED = 1
    NO_COVERAGE = 2
    NO_FEE = 3
    CHARGING = 4
    PAYER = 5
    NEVER = 6
    PERSON = 7
    CREDIT = 8
    ASTRAY = 9


LABELS = {
    Place.UNSIGNED: "Not signed",
    Place.NO_COVERAGE: "No coverage",
    Place.NO_FEE: "No fee",
    Place.CHARGING: "Being charged",
    Place.PAYER: "With a payer",
    Place.NEVER: "Never billed",
    Place.PERSON: "Credit covers it",
    Place.CREDIT: "Only credit",
    Place.ASTRAY: "On no invoice",
}
SESSIONS = (Place.UNSIGNED, Place.NO_COVERAGE, Place.NO_FEE, Place.CHARGING)
COLUMNS = ("place", "ref", "since", "dollars")


@dataclass(frozen=True)
class Row:
    """`since`: the day of the visit, or the day the amount came to be where it is. A visit's amount is not known yet."""

    place: Place
    ref: int
    since: date
    amount: Decimal | None


class Waiting:
    """The list, or one place of it, as a paginator slices it: the database counts and cuts."""

    def __init__(self, place: Place | None = None, counted: Mapping[Place, int] | None = None) -> None:
        self.place = place
        self._counted = counts() if counted is None else counted

    def count(self) -> int:
        return self._counted.get(self.place, 0) if self.place else sum(self._counted.values())

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Row]:
        found = _columns(self.place) if self.place else _everything()
        rows = found.order_by("since", "place", "ref")[part]
        return [Row(Place(place), ref, since, amount) for place, ref, since, amount in rows]


def counts() -> dict[Place, int]:
    """How many rows by place, in one statement."""
    statement, values = _everything().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT w.place, count(*) FROM ({statement}) AS w GROUP BY w.place", values)  # noqa: S608  ours
        return {Place(place): count for place, count in cursor.fetchall()}


def _everything() -> QuerySet[Any, Any]:
    first, *others = [_columns(place) for place in Place]
    return first.union(*others, all=True)


def _columns(place: Place) -> QuerySet[Any, Any]:
    """The rows of a place, as `COLUMNS`."""
    rows = SOURCES[place]()
    if place in SESSIONS:
        named = {"ref": F("pk"), "since": F("served_on"), "dollars": Cast(Value(None), MoneyField())}
    elif place is Place.PERSON:
        named = {"ref": F("contact"), "since": F("oldest"), "dollars": F("net")}
    else:
        named = {"ref": F("pk"), "since": F("since_on"), "dollars": F("balance")}
    return rows.annotate(place=Value(int(place), IntegerField()), **named).values_list(*COLUMNS)


# --- where rows come from, one place each -----------------------------------------------------


def _unsigned() -> QuerySet[Session]:
    """Visits whose time is over."""
    return Session.objects.filter(state__in=(SessionState.SCHEDULED, SessionState.ARRIVED), ends_at__lt=clock.now())


def _of_lines(lines: QuerySet[ServiceLine]) -> QuerySet[Session]:
    return Session.objects.filter(pk__in=lines.order_by().values("session"))


def _chargeable() -> QuerySet[ServiceLine]:
    return chargeable_lines().filter(session__served_on__lte=local_today())


def _owed() -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(account=Account.RECEIVABLE.value, balance__gt=0)


def _of_people() -> QuerySet[Entry, dict[str, Any]]:
    """Something is fresh, and `ready()` leaves it: the opposite of its condition."""
    return people().filter(Q(net__lte=0) | Q(net__gt=LARGEST) | Q(credit__gte=F("net")))


def _only_credit() -> QuerySet[OpenItem]:
    """What people hold who owe nothing at all."""
    owing = OpenItem.objects.filter(account=Account.RECEIVABLE.value, contact=OuterRef("contact"), balance__gt=0)
    held = OpenItem.objects.filter(account=Account.CREDIT.value, contact__isnull=False, balance__lt=0)
    return held.filter(~Exists(owing))


def _astray() -> QuerySet[OpenItem]:
    """Hers, of a charge that was taken back before it stood on a letter: `uninvoiced()` leaves it, so nothing else
    would show it."""
    lines = InvoiceLine.objects.filter(charge=OuterRef("charge"), invoice__contact=OuterRef("contact"), voided=False)
    mine = _owed().filter(contact__isnull=False, charge__reversed_by__isnull=False)
    return mine.filter(~never_billed(), ~Exists(lines))


SOURCES: dict[Place, Callable[[], QuerySet[Any, Any]]] = {
    Place.UNSIGNED: _unsigned,
    Place.NO_COVERAGE: lambda: _of_lines(lines_without_payer()),
    Place.NO_FEE: lambda: _of_lines(_chargeable().filter(unpriced_day())),
    Place.CHARGING: lambda: _of_lines(_chargeable().exclude(unpriced_day())),
    Place.PAYER: lambda: _owed().filter(coverage__isnull=False),
    Place.NEVER: lambda: _owed().filter(never_billed(), contact__isnull=False),
    Place.PERSON: _of_people,
    Place.CREDIT: _only_credit,
    Place.ASTRAY: _astray,
}
