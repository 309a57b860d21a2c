"""Good faith estimates from rows: what one says, and how far the bills have come."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from billing.ledger import Account
from billing.letters.frozen import sender, town
from billing.letters.good_faith import Billed, Estimated, Item, billed_under, passed_by, total
from billing.letters.shares import PAID
from billing.models import Entry, GoodFaithEstimate
from clients.icd10.search import labels
from clients.merged import charts_of
from clients.models import Case
from practice.models import Clinician, Location
from sessions.codes import CODES


def printed(case: Case, clinician: Clinician, location: Location, items: Iterable[Item], today: date) -> dict[str, Any]:
    """What an estimate says, ready to be frozen."""
    rows, client = list(items), case.client.survivor
    codes = [each.code for each in case.diagnoses.all()]
    called = labels(set(codes), today)
    return {
        "practice": sender(),
        "client": {
            "name": client.name, "birth_on": client.birth_on, "chart": client.number, "street": client.street,
            "town": town(client),
        },
        "clinician": {"name": str(clinician), "npi": clinician.answerable.npi},
        "location": {"name": location.name, "street": location.street, "town": town(location)},
        "complaint": case.complaint,
        "discipline": case.get_discipline_display(),
        "diagnoses": [{"code": code, "label": called.get(code, "")} for code in codes],
        "lines": [
            {
                "code": item.code, "label": CODES[item.code].label, "fee": item.fee, "units": item.units,
                "visits": item.visits, "amount": item.amount,
            }
            for item in rows
        ],
        "total": total(rows),
    }  # fmt: skip


def billed_so_far(clients: Collection[int]) -> dict[int, tuple[GoodFaithEstimate, Decimal]]:
    """The estimates of clients with the dollars billed under each so far, by estimate, in three queries.

    Billed is what people were made to owe, less what was given up; what an insurer owes is not.
    """
    people = {chart: asked[0] for chart, asked in charts_of(clients).items()}
    rows = {row.pk: row for row in GoodFaithEstimate.objects.filter(client__in=people).order_by("id")}
    if not rows:
        return {}
    entries = Entry.objects.filter(
        account=Account.RECEIVABLE.value, contact__isnull=False, charge__client__in=people, charge__reversed_by=None
    ).exclude(reason__in=PAID)
    sums = entries.values_list("charge__client", "charge__clinician", "charge__served_on").annotate(Sum("amount"))
    bills = [Billed(people[client], clinician, on, amount) for client, clinician, on, amount in sums]
    estimates = [
        Estimated(row.pk, people[row.client_id], row.clinician_id, row.starts_on, row.ends_on, row.total)
        for row in rows.values()
    ]
    billed = billed_under(estimates, bills)
    return {pk: (row, billed[pk]) for pk, row in rows.items()}


def warnings(clients: Collection[int]) -> list[tuple[GoodFaithEstimate, Decimal]]:
    """Estimates that the bills have passed by $400 or more, with the dollars above."""
    found = []
    for estimate, billed in billed_so_far(clients).values():
        over = passed_by(estimate.total, billed)
        if over is not None:
            found.append((estimate, over))
    return found
