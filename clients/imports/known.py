"""What judging some rows asks the tables: as many queries for five rows as for five hundred."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from clients.actions.merging import MERGING
from clients.diagnoses import Found
from clients.icd10 import look_up_each
from clients.imports import sameness
from clients.imports.cells import Row
from clients.imports.columns import folded
from clients.imports.days import DAY_FIRST, MONTH_FIRST, Written
from clients.imports.models import ClientImport, ImportRow, Outcome
from clients.imports.sameness import Key
from clients.merged import by_client, charts_of
from clients.models import Case, Client, Coverage, Payer, Referrer
from practice.identifiers import digits
from practice.locks import one_at_a_time
from practice.models import Clinician, local_today
from practice.tenancy import current_practice_id

# OFFSET 0 has each cell looked at once; without it the planner does so for every count.
WRITTEN = """
SELECT count(*) FILTER (WHERE month), count(*) FILTER (WHERE day),
    coalesce(min(line) FILTER (WHERE month), 0), coalesce(min(line) FILTER (WHERE day), 0)
FROM (
    SELECT line, cells ->> place ~ %s AS month, cells ->> place ~ %s AS day
    FROM clients_importrow, unnest(%s::int[]) AS place WHERE practice_id = %s AND source_id = %s OFFSET 0
) AS dates
"""


@dataclass
class Known:
    """`payers` and `clinicians` by every folded name that is theirs alone; coverages and open cases by client."""

    today: date
    payers: dict[str, Payer]
    clinicians: dict[str, Clinician]
    referrers: dict[str, Referrer] = field(default_factory=dict)
    codes: dict[tuple[str, date], Found] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    clients: dict[Key, Client] = field(default_factory=dict)
    plans: dict[int, dict[int, Coverage]] = field(default_factory=dict)
    cases: dict[int, list[Case]] = field(default_factory=dict)


def load(rows: Sequence[Row], *, lock: bool = False) -> Known:
    """What there is to know of these rows. `lock` holds the clients that are found until the end of the transaction."""
    today = local_today()
    known = Known(today, _payers(), _clinicians())
    values = [row.values for row in rows]
    npis = {digits(each["referrer_npi"]) for each in values if "referrer_npi" in each}
    known.referrers = {row.npi: row for row in Referrer.objects.filter(npi__in=npis).order_by("active", "-pk")}
    asked = {(code, each.get("opened_on", today)) for each in values for code in each.get("diagnoses", ())}
    known.codes = look_up_each(sorted(asked))
    prints = [sameness.fingerprint(each) for each in values]
    known.made = set(
        ImportRow.objects.filter(outcome=Outcome.MADE, fingerprint__in=prints).values_list("fingerprint", flat=True)
    )
    known.clients = _clients(values, lock)
    _belongings(known)
    return known


def written(source: ClientImport, where: Sequence[int]) -> Written:
    """How a tried file writes the dates at these places: what `days.written` said of the same rows at the trial."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [MONTH_FIRST, DAY_FIRST, list(where), current_practice_id(), source.pk])
        return Written(*cursor.fetchone())


def _payers() -> dict[str, Payer]:
    """By name, short name or payer ID; a name of two payers is none's."""
    rows = list(Payer.objects.order_by("pk"))
    names = _unique((name, row) for row in rows for name in {folded(row.name), folded(row.short_name)})
    return names | {folded(row.payer_id): row for row in rows}


def _clinicians() -> dict[str, Clinician]:
    """By name, as “Last, First” too, by e-mail address or NPI."""
    rows = Clinician.objects.select_related("member__user").filter(member__active=True).order_by("pk")
    found = []
    for row in rows:
        user = row.member.user
        said = (f"{user.first_name} {user.last_name}", f"{user.last_name} {user.first_name}", user.email, row.npi)
        found += [(name, row) for name in {folded(words) for words in said if words}]
    return _unique(found)


def _unique[T](named: Iterable[tuple[str, T]]) -> dict[str, T]:
    pairs = list(named)
    times = Counter(name for name, _ in pairs)
    return {name: row for name, row in pairs if name and times[name] == 1}


def _clients(values: Iterable[Any], lock: bool) -> dict[Key, Client]:
    """Those the rows may speak of: by number, as far as an import said it, and by name and birthday."""
    values = list(values)
    references = {each["reference"].casefold() for each in values if "reference" in each}
    numbers = ImportRow.objects.filter(outcome=Outcome.MADE, reference__in=references).values_list(
        "reference", "client"
    )
    by_key = {sameness.numbered(number): pk for number, pk in numbers} | _by_name(values)
    if lock:
        one_at_a_time(MERGING)  # one that lives would be merged before it is held
    named = Client.objects.filter(pk__in=set(by_key.values())).select_related("merged_into")
    ends = {row.pk: row.survivor.pk for row in named}  # what was merged is found under the chart that lives
    wanted = Client.objects.filter(pk__in=set(ends.values()))
    if lock:
        wanted = wanted.select_for_update(of=("self",)).order_by("pk")
    rows = {row.pk: row for row in wanted}
    return {key: rows[ends[pk]] for key, pk in by_key.items() if pk is not None}


def _by_name(values: list[Any]) -> dict[Key, int]:
    """Whoever was born on one of the days, if a row has her name; of two charts the active, then the older one.

    Names are folded here: many may be born on a day, and no index folds as we do.
    """
    born = {each["birth_on"] for each in values if "birth_on" in each}
    named = [each for each in values if {"first_name", "last_name", "birth_on"} <= each.keys()]
    asked = {sameness.named(each["first_name"], each["last_name"], each["birth_on"]) for each in named}
    people = Client.objects.filter(birth_on__in=born).order_by("active", "-pk")
    rows = people.values_list("first_name", "last_name", "birth_on", "pk")
    found = {sameness.named(first, last, birth_on): pk for first, last, birth_on, pk in rows}
    return {key: pk for key, pk in found.items() if key in asked}


def _belongings(known: Known) -> None:
    """The coverages and open cases of the clients that were found, on whichever chart of theirs."""
    homes = charts_of({client.pk for client in known.clients.values()})
    coverages = by_client(Coverage.objects.filter(client__in=homes).select_related("payer", "case"), homes)
    known.plans = {client: {row.pk: row for row in rows} for client, rows in coverages.items()}
    known.cases = by_client(Case.objects.filter(client__in=homes, closed_on=None).prefetch_related("diagnoses"), homes)
