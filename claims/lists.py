"""The claims list: its tabs as queries over state, its rows as a template shows them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.urls import reverse

from claims.models import Claim, ClaimEvent, ClaimLine, Decision, Delivery, FileState, Interchange
from claims.scrubber import filing_limit
from practice import money
from practice.findings import Severity
from practice.models import Job, JobState
from practice.money import ZERO
from practice.templatetags.house import at_time, day, plural

GRAVEST_FIRST = (Severity.CANNOT_GO, Severity.WILL_FAIL, Severity.MAY_BE_DENIED)
STOPS = (Severity.CANNOT_GO.value, Severity.WILL_FAIL.value)
ON_THE_WAY = (Delivery.QUEUED, Delivery.SENT, Delivery.RECEIVED, Delivery.ACCEPTED)

TABS: dict[str, tuple[str, Q]] = {
    "submit": ("To submit", Q(delivery=Delivery.MADE)),
    "payer": ("With payer", Q(delivery__in=ON_THE_WAY, decision=Decision.NONE)),
    "rejected": ("Rejected", Q(delivery=Delivery.REJECTED, replaced_by=None)),
    "denied": ("Denied", Q(decision__in=(Decision.DENIED, Decision.PART_DENIED))),
    "paid": ("Paid", Q(decision=Decision.PAID)),
}

RESULTS = {
    "": ("Clean", "ok", "check-circle"),
    Severity.CANNOT_GO.value: ("Blocked", "bad", "no-symbol"),
    Severity.WILL_FAIL.value: ("Blocked", "bad", "no-symbol"),
    Severity.MAY_BE_DENIED.value: ("Warning", "warn", "exclamation-triangle"),
}
DELIVERIES = {
    Delivery.QUEUED: ("Queued", "mute", "clock"),
    Delivery.SENT: ("Sent", "info", "paper-airplane"),
    Delivery.RECEIVED: ("Received", "info", "inbox-arrow-down"),
    Delivery.ACCEPTED: ("Accepted", "info", "check"),
    Delivery.REJECTED: ("Rejected", "bad", "x-circle"),
    Delivery.WITHDRAWN: ("Withdrawn", "mute", "minus-circle"),
}
DECISIONS = {
    Decision.PAID: ("Paid", "ok", "check-circle"),
    Decision.DENIED: ("Denied", "bad", "x-circle"),
    Decision.PART_DENIED: ("Part denied", "warn", "exclamation-triangle"),
}
SHOWN = 3  # troubles of one kind, with the number of the others
SOON = 30  # days to the filing limit at which the figure stands out


def counts(claims: QuerySet[Claim]) -> dict[str, int]:
    """How many claims each tab holds, in one query."""
    wanted: dict[str, Any] = {name: Count("id", filter=query, distinct=True) for name, (_, query) in TABS.items()}
    return claims.aggregate(**wanted)


def in_order(claims: QuerySet[Claim], tab: str) -> QuerySet[Claim]:
    """Claims of a tab: what must be mended first, then the oldest; decided ones newest first."""
    rows = claims.filter(TABS[tab][1]).select_related("client", "payer")
    if tab == "submit":
        return rows.order_by("held", _gravity(), "served_on", "number")
    return rows.order_by("-served_on", "-number") if tab in ("paid", "denied") else rows.order_by("served_on", "number")


def _gravity() -> Case:
    """The gravest first; clean claims last."""
    return Case(*[When(worst=severity, then=place) for place, severity in enumerate(GRAVEST_FIRST)], default=9)


def rows(claims: list[Claim], slug: str, today: date) -> list[dict[str, Any]]:
    """Rows of the table."""
    codes: dict[int, list[str]] = defaultdict(list)
    for line in ClaimLine.objects.filter(claim__in=claims).order_by("position"):
        codes[line.claim_id].append(f"{line.code}×{line.units}")
    return [_row(claim, codes[claim.pk], slug, today) for claim in claims]


def _row(claim: Claim, codes: list[str], slug: str, today: date) -> dict[str, Any]:
    left = (filing_limit(claim.served_on, claim.payer.filing_days) - today).days
    waits = claim.delivery == Delivery.MADE
    return {
        "id": claim.pk,
        "name": claim.client.name,
        "number": claim.number,
        "url": reverse("claims:claim", args=[slug, claim.pk]),
        "session": day(claim.served_on),
        "payer": claim.payer.short_name,
        "codes": codes,
        "charge": claim.total,
        "cents": int(claim.total * 100),
        "filing": plural(left, "day") if waits else "",
        "filing_soon": waits and left <= SOON,
        "result": result(claim),
        "selectable": waits and claim.worst not in STOPS and not claim.held,
        "checked": waits and not claim.worst and not claim.held,
        "findings": findings(claim, slug) if waits else [],
    }


def result(claim: Claim) -> dict[str, str]:
    if claim.decision != Decision.NONE:
        word, kind, icon = DECISIONS[Decision(claim.decision)]
    elif claim.delivery != Delivery.MADE:
        word, kind, icon = DELIVERIES[Delivery(claim.delivery)]
    elif claim.held:
        word, kind, icon = "Held", "mute", "pause"
    else:
        word, kind, icon = RESULTS[claim.worst]
    return {"word": word, "kind": kind, "icon": icon}


def findings(claim: Claim, slug: str) -> list[dict[str, Any]]:
    """What the scrubber said, each with the press that mends it."""
    return [
        {
            "severity": found["severity"],
            "message": found["message"],
            "detail": found["detail"],
            "fix": _fix(found["fix"], slug) if found["fix"] else None,
        }
        for found in claim.findings
    ]


def _fix(fix: dict[str, Any], slug: str) -> dict[str, str]:
    match fix["verb"]:
        case "member_id":
            url = reverse("clients:member_id", args=[slug, fix["target"]])
        case "authorization":
            url = reverse("clients:authorization", args=[slug, fix["target"]])
        case "enrollment":
            url = reverse("enrollments:grid", args=[slug]) + f"?payer={fix['target']}"
        case _:
            url = reverse("claims:find", args=[slug]) + f"?q={fix['target']}"
    return {"label": fix["label"], "url": url, "method": "get"}


def groups(tab: str, page: list[Claim], slug: str, today: date) -> list[dict[str, Any]]:
    """The rows of a page under their titles."""
    shown = rows(page, slug, today)
    if tab != "submit":
        return [{"title": TABS[tab][0], "count": None, "sentence": "", "rows": shown}] if shown else []
    by_id = {claim.pk: claim for claim in page}
    mend = [row for row in shown if row["findings"] and not by_id[row["id"]].held]
    held = [row for row in shown if by_id[row["id"]].held]
    ready = [row for row in shown if not row["findings"] and not by_id[row["id"]].held]
    found = [
        ("Fix before sending", mend, _mend_sentence([by_id[row["id"]] for row in mend])),
        ("Ready", ready, "Checked and clean."),
        ("Held", held, "They stay here until you let them go."),
    ]
    return [
        {"title": title, "count": len(some), "sentence": sentence, "rows": some}
        for title, some, sentence in found
        if some
    ]


def _mend_sentence(claims: list[Claim]) -> str:
    stopped = sum(claim.worst in STOPS for claim in claims)
    warned = len(claims) - stopped
    told = []
    if stopped:
        told.append(f"{stopped} will be rejected or denied as {'they are' if stopped > 1 else 'it is'}.")
    if warned:
        told.append(f"{warned} may be denied; you can send {'those' if warned > 1 else 'that one'} anyway.")
    return " ".join(told)


def by_payer(claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """Count and sum of claims by payer, the most first."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for claim in claims:
        found[claim.payer.short_name].append(claim.total)
    return [
        {"payer": payer, "count": len(totals), "sum": sum(totals, ZERO)}
        for payer, totals in sorted(found.items(), key=lambda item: -len(item[1]))
    ]


def bulk(claims: list[Claim]) -> dict[str, Any]:
    """The bulk bar over what is ticked at first."""
    ticked = [claim for claim in claims if claim.delivery == Delivery.MADE and not claim.worst and not claim.held]
    total = sum((claim.total for claim in ticked), ZERO)
    text = ", ".join(f"{row['payer']} {row['count']}" for row in by_payer(ticked))
    return {"count": len(ticked), "sum": money.show(total), "by_payer": text}


def trouble(slug: str) -> list[dict[str, Any]]:
    """What waits for a person: hand-overs in doubt, files stopped or set aside, claims whose services are no more."""
    doubtful = Job.objects.filter(state=JobState.UNKNOWN, kind__startswith="claims.deliver", practice__slug=slug)
    ids = {job.target for job in doubtful}
    found = [
        {
            "text": f"Nobody can tell whether file {file.file_name} arrived. Ask {file.partner.name} before you choose.",
            "actions": [
                {"label": "It arrived", "url": reverse("claims:confirm", args=[slug, file.pk])},
                {"label": "It never arrived: send it", "url": reverse("claims:deny", args=[slug, file.pk])},
            ],
        }
        for file in Interchange.objects.filter(pk__in=ids).select_related("partner")
    ]
    stopped = Interchange.objects.filter(state=FileState.FAILED, claims__isnull=True)
    found += _newest(stopped, lambda file: f"File {file.file_name} was not sent: {file.trouble}", "stopped file")
    set_aside = Interchange.objects.filter(state=FileState.QUARANTINED)
    found += _newest(set_aside, lambda file: f"{file.file_name} was set aside. {file.trouble}", "file set aside")
    return found + _newest(_to_void().select_related("payer"), _say_void, "claim to void")


def _newest(rows: QuerySet[Any], say: Callable[[Any], str], what: str) -> list[dict[str, Any]]:
    """The newest few, and how many there are beside them."""
    count = rows.count()
    found = [{"text": say(row), "actions": []} for row in rows.order_by("-id")[:SHOWN]] if count else []
    if count > SHOWN:
        found.append({"text": f"And {plural(count - SHOWN, 'more ' + what)}.", "actions": []})
    return found


def _to_void() -> QuerySet[Claim]:
    """Claims a payer has whose services were all taken back since, and that it has not taken back itself."""
    gone = ~Exists(ClaimLine.objects.filter(claim=OuterRef("pk"), live=True))
    undone = Exists(ClaimEvent.objects.filter(claim=OuterRef("pk"), what="taken back"))
    followed = Exists(Claim.objects.filter(replaces=OuterRef("pk")).exclude(delivery=Delivery.WITHDRAWN))
    with_payer = (Delivery.SENT, Delivery.RECEIVED, Delivery.ACCEPTED)
    return Claim.objects.filter(gone, ~undone, ~followed, delivery__in=with_payer)


def _say_void(claim: Claim) -> str:
    return f"The services of claim {claim.number} were taken back after it was sent. Ask {claim.payer.name} to void it."


def sent(interchange: Interchange, until: Any, slug: str, zone: str) -> dict[str, Any]:
    """The callout after a submission."""
    number = interchange.claims.count()
    return {
        "text": f"{plural(number, 'claim')} queued; they go out at {at_time(until, zone)}.",
        "undo_url": reverse("claims:take_back", args=[slug, interchange.pk]),
        "until": until,
    }
