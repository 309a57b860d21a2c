"""The audit as people look for something in it: filters, order, and rows in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.urls import reverse

from clients.models import Client
from practice import audit_words
from practice.exports import MOST
from practice.identifiers import whole
from practice.models import AuditEvent, AuditKind, Membership
from practice.templatetags.house import at_time, day

NEWEST = "-at"
# What each head sorts by. But for the time, the order is within the newest MOST rows, so its cost has a bound.
SORTS = {
    "at": ("at", "id"),
    "person": ("member__user__last_name", "member__user__first_name", "member_id", "at", "id"),
    "what": ("verb", "target", "at", "id"),
    "client": ("client_last", "client_first", "client_id", "at", "id"),
}
HEADS = (("at", "When"), ("person", "Who"), ("what", "Did what"), ("client", "Client"))
MATCHES = 200  # clients whose name begins as typed
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Wanted:
    """What stands in the address: member id, chart number or name, kind, first and last day, order."""

    person: int | None = None
    client: str = ""
    kind: str = ""
    start: date | None = None
    end: date | None = None
    sort: str = NEWEST

    @classmethod
    def of(cls, query: QueryDict) -> "Wanted":
        """What cannot be read is left out."""
        sort, kind = query.get("sort", NEWEST), query.get("kind", "")
        return cls(
            person=whole(query.get("person", "")),
            client=query.get("client", "").strip()[:80],
            kind=kind if kind in AuditKind.values else "",
            start=_date(query.get("start", "")),
            end=_date(query.get("end", "")),
            sort=sort if sort.removeprefix("-") in SORTS else NEWEST,
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.person or self.client or self.kind or self.start or self.end)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def events(wanted: Wanted, zone: str) -> QuerySet[AuditEvent]:
    """The rows asked for, in order, at most MOST: the newest of them, or the oldest where those come first."""
    rows = _filtered(wanted, zone)
    down, name = wanted.sort.startswith("-"), wanted.sort.removeprefix("-")
    if name == "at":
        return rows.order_by(*(("-at", "-id") if down else ("at", "id")))[:MOST]
    cut = list(rows.order_by("-at", "-id").values_list("at", flat=True)[MOST - 1 : MOST])
    within = rows.filter(at__gte=cut[0]) if cut else rows  # a range of the same index, not a list of ids
    if name == "client":
        named = Client.objects.filter(pk=OuterRef("client_id"))
        within = within.annotate(
            client_last=Subquery(named.values("last_name")), client_first=Subquery(named.values("first_name"))
        )
    return within.order_by(*(f"-{field}" if down else field for field in SORTS[name]))[:MOST]


def _filtered(wanted: Wanted, zone: str) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.select_related("member__user")
    if wanted.person is not None:
        rows = rows.filter(member=wanted.person)
    if wanted.client:
        rows = rows.filter(
            client_id__in=list(Client.objects.find_charts(wanted.client).values_list("pk", flat=True)[:MATCHES])
        )
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    local = ZoneInfo(zone)
    if wanted.start:
        rows = rows.filter(at__gte=datetime.combine(wanted.start, time(), local))
    if wanted.end and wanted.end < date.max:
        rows = rows.filter(at__lt=datetime.combine(wanted.end + timedelta(days=1), time(), local))
    return rows


@dataclass(frozen=True)
class Told:
    """A row of the audit in words. `late`: when it was written, where that is not when it happened."""

    event: AuditEvent
    person: str
    words: str
    client: str
    chart: int | None
    facts: str
    late: datetime | None

    @property
    def sentence(self) -> str:
        return " ".join(filter(None, (self.person, self.words, self.client)))


def told(page: Iterable[AuditEvent]) -> list[Told]:
    """Rows in words, with the names of their clients: one query, however many rows."""
    rows = list(page)
    clients = Client.objects.only("first_name", "last_name", "number").in_bulk({row.client_id for row in rows} - {None})
    return [_told(row, clients.get(row.client_id)) for row in rows]


def _told(row: AuditEvent, client: Client | None) -> Told:
    return Told(
        event=row,
        person=row.member.user.name if row.member else "The system",
        words=audit_words.words(row.verb, about_somebody=client is not None, detail=row.detail),
        client=client.name if client else "",
        chart=client.number if client else None,
        facts=audit_words.facts(row.detail),
        late=row.written_at if abs(row.written_at - row.at) > LATE else None,
    )


def shown(row: Told, slug: str, zone: str) -> dict[str, Any]:
    """A row of the table."""
    return {
        "when": moment(row.event.at, zone),
        "late": f"written {moment(row.late, zone)}" if row.late else "",
        "person": row.person,
        "words": row.words,
        "client": row.client,
        "url": reverse("clients:client", args=[slug, row.event.client_id]) if row.client else "",
        "facts": row.facts,
    }


def moment(at: datetime, zone: str) -> str:
    """Nov 23, 9:52 AM."""
    return f"{day(at.astimezone(ZoneInfo(zone)).date())}, {at_time(at, zone)}"


def heads(wanted: Wanted, query: QueryDict) -> list[dict[str, str]]:
    """The table's heads; a press on the current one turns the order round."""
    current, down = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    found = []
    for name, label in HEADS:
        asked = query.copy()
        asked.pop("page", None)
        turned = name == current and not down
        asked["sort"] = f"-{name}" if turned or (name == "at" and name != current) else name
        found.append(
            {
                "label": label,
                "url": f"?{asked.urlencode()}",
                "sort": ("descending" if down else "ascending") if name == current else "",
            }
        )
    return found


def people() -> QuerySet[Membership]:
    """Everybody who is or was a member, by name."""
    return Membership.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
