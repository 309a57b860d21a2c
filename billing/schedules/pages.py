"""What the pages of fees show: from rows to the context of a template."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from billing import reports
from billing.house_fees.amounts import amounts
from billing.house_fees.kinds import KINDS
from billing.models import ContractRate, FeeSchedule
from billing.schedules.standing import Standing, standing
from clients.models import Payer
from practice import money
from practice.models import Location
from practice.templatetags.house import day
from sessions.codes import CODES

type Row = tuple[Payer | None, Standing]


def usual(today: date) -> list[Row]:
    """The practice's own fees as they stand and come."""
    rows = FeeSchedule.objects.values_list("code", "starts_on", "location", "fee")
    return [(None, each) for each in standing(rows, today)]


def contracts(today: date, payer: int | None = None) -> list[Row]:
    """What contracts allow, by payer."""
    rows = ContractRate.objects.select_related("payer").order_by("payer__name", "payer")
    by_payer: dict[Payer, list[Any]] = {}
    for row in rows.filter(payer=payer) if payer else rows:
        by_payer.setdefault(row.payer, []).append((row.code, row.starts_on, row.location_id, row.rate))
    return [(payer, each) for payer, mine in by_payer.items() for each in standing(mine, today)]


def shown(rows: Sequence[Row], slug: str) -> list[dict[str, Any]]:
    """Rows of the list."""
    places = dict(Location.objects.values_list("pk", "name"))
    return [
        {
            "code": each.code,
            "label": CODES[each.code].label if each.code in CODES else "",
            "url": reverse("billing:fee_history", args=[slug, each.code]),
            "payer": payer.short_name if payer else "",
            "place": places.get(each.location, "") if each.location else "",
            "now": each.now,
            "since": each.since,
            "later": f"{money.show(each.later)} from {day(each.later_on)}" if each.later else "",
            "new_url": _new_url(slug, payer, each),
        }
        for payer, each in rows
    ]


def _new_url(slug: str, payer: Payer | None, each: Standing) -> str:
    name = "billing:new_rate" if payer else "billing:new_fee"
    query = f"?code={each.code}" + (f"&location={each.location}" if each.location else "")
    return reverse(name, args=[slug]) + query + (f"&payer={payer.pk}" if payer else "")


def waiting(slug: str) -> list[dict[str, str]]:
    """Codes without a fee that signed visits wait for, each with the form that sets it."""
    url = reverse("billing:new_fee", args=[slug])
    return [
        {"code": code, "label": CODES[code].label if code in CODES else "", "url": f"{url}?code={code}"}
        for code in reports.codes_without_fee()
    ]


def without_visit(slug: str) -> list[dict[str, Any]]:
    """Fees without a session and their amounts."""
    now, url = amounts(), reverse("billing:house_fee", args=[slug])
    return [
        {"label": kind.label, "amount": now.get(kind.value), "url": f"{url}?kind={kind.value.replace(' ', '+')}"}
        for kind in KINDS.values()
    ]


def history(code: str, today: date) -> list[dict[str, Any]]:
    """Every price a code had, has and will have, the newest day first."""
    fees = FeeSchedule.objects.filter(code=code).select_related("location")
    rates = ContractRate.objects.filter(code=code).select_related("location", "payer")
    found = [_past(row, "Usual fee", row.fee, today) for row in fees]
    found += [_past(row, row.payer.name, row.rate, today) for row in rates]
    return sorted(found, key=lambda row: (row["starts_on"], row["what"], row["place"]), reverse=True)


def _past(row: FeeSchedule | ContractRate, what: str, amount: Any, today: date) -> dict[str, Any]:
    return {
        "what": what,
        "place": row.location.name if row.location else "Everywhere",
        "amount": amount,
        "starts_on": row.starts_on,
        "later": row.starts_on > today,
    }
