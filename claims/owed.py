"""What the receivables pages show: from open items to metrics, bars, ages and accounts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from billing.aging import LABELS, OLD, Aged, bucket
from billing.models import OpenItem
from billing.reports import collected, receivable_on
from claims import charts, reports
from practice.money import ZERO
from practice.templatetags.house import day, dollars_round, plural

GOAL = 10  # percent of the total that may be older than 90 days
AGES = ("0", "1", "2", "3", "4", "old", "all")
SORTS = {
    "name": ("contact__last_name", "coverage__payer__name"),
    "oldest": ("oldest", "oldest"),
    "aged": ("aged", "aged"),
    "total": ("total", "total"),
}


def age_title(age: str) -> str:
    """What a slice of ages is called."""
    return {"old": "Over 90 days", "all": "All ages"}.get(age) or LABELS[int(age)]


def metrics(whole: Aged, today: date) -> list[dict[str, str]]:
    """The four figures on top, each with one comparison in words."""
    month = today.replace(day=1)
    last_day = month - timedelta(days=1)
    return [_owed(whole.total, last_day), _old(whole), _speed(month, today, last_day), _collected(month, today)]


def _owed(total: Decimal, last_day: date) -> dict[str, str]:
    change = total - receivable_on(last_day)
    word = "more" if change > 0 else "less"
    return {
        "label": "Owed to you",
        "value": dollars_round(total),
        "note": f"{dollars_round(abs(change))} {word} than {day(last_day)}",
        "tone": "" if change > 0 else "ok",
        "icon": "arrow-up" if change > 0 else "arrow-down",
    }


def _old(whole: Aged) -> dict[str, str]:
    share = round(100 * whole.old / whole.total) if whole.total > 0 else 0
    over = share >= GOAL
    return {
        "label": "Over 90 days",
        "value": dollars_round(whole.old),
        "note": f"{share}% of the total. Goal: under {GOAL}%",
        "tone": "bad" if over else "ok",
        "icon": "exclamation-triangle" if over else "check-circle",
    }


def _speed(month: date, today: date, last_day: date) -> dict[str, str]:
    now, before = reports.days_to_get_paid(month, today), reports.days_to_get_paid(last_day.replace(day=1), last_day)
    note, tone, icon = "No payer has decided anything this month", "", ""
    if now is not None:
        note = "No payer had decided anything the month before"
    if now is not None and before is not None:
        faster = before - now
        words = f"{plural(abs(faster), 'day')} {'faster' if faster > 0 else 'slower'} than {last_day:%B}"
        note = words if faster else f"As in {last_day:%B}"
        tone, icon = ("ok", "arrow-down") if faster > 0 else ("bad", "arrow-up") if faster else ("", "")
    value = "–" if now is None else str(now)
    return {"label": "Days to get paid", "value": value, "note": note, "tone": tone, "icon": icon}


def _collected(month: date, today: date) -> dict[str, str]:
    came = collected(month, today)
    payers = came.get("remittance", ZERO)
    people = sum((amount for source, amount in came.items() if source != "remittance"), ZERO)
    return {
        "label": f"Collected in {month:%B}",
        "value": dollars_round(payers + people),
        "note": f"{dollars_round(payers)} from payers, {dollars_round(people)} from clients",
        "tone": "",
        "icon": "",
    }


def bars(debtors: list[reports.Debtor], slug: str) -> dict[str, Any]:
    """The chart, drawn wide for desks and narrow for phones. Who is only owed money has no bar."""
    owing = [debtor for debtor in debtors if any(amount > 0 for amount in debtor.aged.buckets)]
    drawings = {}
    for name, layout in (("wide", charts.WIDE), ("narrow", charts.NARROW)):
        drawn, height = charts.bars([(d.name, d.aged.buckets) for d in owing], layout)
        rows = [_bar(bar, debtor, slug) for bar, debtor in zip(drawn, owing, strict=True)]
        drawings[name] = {"width": layout.width, "height": height, "rows": rows}
    return drawings


def _bar(bar: charts.Bar, debtor: reports.Debtor, slug: str) -> dict[str, Any]:
    who = {"payer": str(debtor.payer_id)} if debtor.payer_id else {"who": "clients"}
    base = reverse("claims:receivables_charges", args=[slug])
    return {
        "label": bar.name,
        "label_url": f"{base}?{urlencode(who)}",
        "total": dollars_round(bar.total),
        "y": bar.y,
        "segments": [
            {
                "x": s.x,
                "width": s.width,
                "bucket": s.bucket,
                "text": s.text,
                "url": f"{base}?{urlencode(who | {'age': str(s.bucket)})}",
                "label": f"{bar.name}, {LABELS[s.bucket]}: {dollars_round(s.amount)}",
            }
            for s in bar.segments
        ],
    }


class Slice:
    """What the person looks at: clients or payers, an age, an order. It lives in the address bar."""

    def __init__(self, request: Any) -> None:
        self.path, query = request.path, request.GET
        self.age = query["age"] if query.get("age") in AGES else "old"
        self.who = query["who"] if query.get("who") in ("clients", "payers") else "clients"
        sort = query.get("sort", "-aged")
        self.down, key = sort.startswith("-"), sort.removeprefix("-")
        self.sort = key if key in SORTS else "aged"

    def link(self, **changes: str) -> str:
        """The address of the page with something changed."""
        sort = f"{'-' if self.down else ''}{self.sort}"
        return f"{self.path}?{urlencode({'age': self.age, 'who': self.who, 'sort': sort} | changes)}"

    @property
    def order(self) -> str:
        column = SORTS[self.sort][self.who == "payers"]
        return f"-{column}" if self.down else column


def ages(whole: Aged, chosen: Slice) -> list[dict[str, Any]]:
    """The list beside the chart: each age with its sum and share, a link that slices the table."""
    return [
        {
            "label": label,
            "amount": dollars_round(whole.buckets[n]),
            "share": f"{round(100 * whole.buckets[n] / whole.total) if whole.total > 0 else 0}%",
            "url": chosen.link(age=str(n)),
            "current": chosen.age == str(n) or (chosen.age == "old" and n in OLD),
            "bucket": n,
        }
        for n, label in enumerate(LABELS)
    ]


def in_age(aged: Aged, age: str) -> Decimal:
    """The sum of a slice of ages."""
    if age == "old":
        return aged.old
    return aged.total if age == "all" else aged.buckets[int(age)]


def segments(debtors: list[reports.Debtor], chosen: Slice) -> list[dict[str, Any]]:
    """Clients or payers."""
    people = sum((in_age(d.aged, chosen.age) for d in debtors if d.payer_id is None), ZERO)
    payers = sum((in_age(d.aged, chosen.age) for d in debtors if d.payer_id is not None), ZERO)
    return [
        {"label": label, "amount": dollars_round(amount), "url": chosen.link(who=name), "current": chosen.who == name}
        for name, label, amount in (("clients", "Clients", people), ("payers", "Payers", payers))
    ]


def heads(chosen: Slice) -> list[dict[str, Any]]:
    """The table's heads; a press on the current one turns the order round."""
    columns = [("name", "Account", False), ("oldest", "Oldest session", False)]
    columns += [("aged", age_title(chosen.age), True), ("total", "Total owed", True)]
    sortable = [
        {
            "label": label,
            "num": number,
            "url": chosen.link(sort=name if name == chosen.sort and chosen.down else f"-{name}"),
            "sort": ("descending" if chosen.down else "ascending") if name == chosen.sort else "",
        }
        for name, label, number in columns
    ]
    return [*sortable, {"label": "Last paid", "url": "", "sort": ""}, {"label": "Open charges", "url": "", "sort": ""}]


def account(row: dict[str, Any], chosen: Slice, last: dict[int, date], slug: str) -> dict[str, Any]:
    """A row of the table."""
    if chosen.who == "clients":
        key, name = row["contact"], f"{row['contact__first_name']} {row['contact__last_name']}"
        query = {"contact": str(key)}
    else:
        key, name = row["coverage__payer"], row["coverage__payer__name"]
        query = {"payer": str(key)}
    if chosen.age != "all":
        query["age"] = chosen.age
    return {
        "name": name,
        "url": f"{reverse('claims:receivables_charges', args=[slug])}?{urlencode(query)}",
        "oldest": row["oldest"],
        "over90": row["aged"],
        "total": row["total"],
        "last": day(last.get(key)) or "Never",
        "next": plural(row["charges"], "charge"),
    }


def charge_row(item: OpenItem, today: date, slug: str) -> dict[str, Any]:
    """An open charge in the drill-down."""
    charge = item.charge
    assert charge is not None
    age = (today - charge.served_on).days
    return {
        "date": charge.served_on,
        "client": charge.client.name,
        "code": charge.label,
        "clinician": charge.clinician.name if charge.clinician else "",
        "charge": charge.amount,
        "open": item.balance,
        "owes": item.coverage.payer.short_name if item.coverage else str(item.contact),
        "age": plural(age, "day"),
        "bucket": bucket(age),
        "url": reverse("billing:charge", args=[slug, charge.pk]),
    }
