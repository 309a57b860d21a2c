"""What the pages of write-offs show: from rows to the context of a template."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.urls import reverse

from billing.models import Charge, HardshipRecord, OpenItem, WriteOff
from billing.write_offs import standing
from billing.write_offs.forms import DecisionForm, TakeBackForm, words
from practice import money
from practice.models import Membership
from practice.money import ZERO
from practice.permissions import Permission as P
from practice.templatetags.house import day
from practice.tenancy import current

WAITING = {"word": "Waiting", "kind": "warn", "icon": "clock"}
APPROVED = {"word": "Written off", "kind": "ok", "icon": "check-circle"}
REJECTED = {"word": "Rejected", "kind": "mute", "icon": "x-circle"}
TAKEN_BACK = {"word": "Taken back", "kind": "mute", "icon": "arrow-uturn-left"}
TABS = {"waiting": "Waiting", "decided": "Decided", "kinds": "By kind"}
EMPTY = {
    "waiting": {"title": "Nothing waits", "text": "A write-off above the limit of who asks for it appears here."},
    "decided": {"title": "Nothing was written off yet", "text": "Open a charge to write off what is owed of it."},
    "kinds": {"title": "Nothing was given up in this time", "text": "Every kind that was has a line here."},
}


def state(row: WriteOff) -> dict[str, str]:
    """A write-off's badge; `row` comes from `shown()`."""
    decision = row.decision
    if decision is None:
        return WAITING
    if not decision.approved:
        return REJECTED
    return TAKEN_BACK if row.taken_back else APPROVED  # type: ignore[attr-defined]


def local_day(at: datetime) -> str:
    """The day of a moment, in the practice's zone."""
    return day(at.astimezone(ZoneInfo(current().zone)).date())


def who_owes(row: WriteOff | OpenItem) -> str:
    return row.coverage.payer.short_name if row.coverage else str(row.contact)


def charge_words(charge: Charge) -> str:
    """ "97530×3, Jun 15"."""
    return f"{charge.code}×{charge.units}, {day(charge.served_on)}"


def tabs(slug: str, current: str, waiting: int) -> list[dict[str, Any]]:
    url = reverse("billing:write_offs", args=[slug])
    return [
        {
            "label": label,
            "url": url if name == "waiting" else f"{url}?tab={name}",
            "count": waiting if name == "waiting" else None,
            "current": name == current,
        }
        for name, label in TABS.items()
    ]


def actions(member: Membership, slug: str) -> list[dict[str, str]]:
    """What else can be done from the list."""
    found = [("Small balances", "small_balances", "sparkles")]
    if member.may(P.APPROVE_WRITE_OFFS):
        found.append(("Limits", "write_off_limits", "adjustments-horizontal"))
    return [
        {"label": label, "url": reverse(f"billing:{view}", args=[slug]), "icon": icon} for label, view, icon in found
    ]


def rows(page: Page, slug: str) -> list[dict[str, Any]]:
    """Write-offs of a list; `owed` is what is owed now."""
    shown = list(page.object_list)
    items = OpenItem.objects.filter(charge__in=[row.charge_id for row in shown], account="receivable")
    owed = {(i.charge_id, i.coverage_id, i.contact_id): i.balance for i in items}
    return [_row(row, owed.get((row.charge_id, row.coverage_id, row.contact_id), ZERO), slug) for row in shown]


def _row(row: WriteOff, owed: Decimal, slug: str) -> dict[str, Any]:
    decision = row.decision
    return {
        "url": reverse("billing:write_off", args=[slug, row.pk]),
        "client": row.charge.client.name,
        "charge": charge_words(row.charge),
        "who": who_owes(row),
        "kind": words(row.kind),
        "amount": row.amount,
        "owed": owed,
        "asked": f"{row.by.user.name}, {local_day(row.at)}",
        "decided": f"{decision.by.user.name}, {local_day(decision.at)}" if decision else "",
        "reason": row.reason,
        "state": state(row),
    }


def by_kind(totals: dict[str, Decimal]) -> list[dict[str, Any]]:
    """A line for each kind, and the sum."""
    return [{"kind": words(kind), "amount": amount} for kind, amount in totals.items()]


def one(
    request: Any, row: WriteOff, decision_form: DecisionForm | None = None, back_form: TakeBackForm | None = None
) -> dict[str, Any]:
    """Context of billing/write_off.html."""
    slug, member = request.practice.slug, request.member
    owed = OpenItem.objects.filter(charge=row.charge_id, account="receivable", **standing.columns(row.party)).first()
    decision, list_url = row.decision, reverse("billing:write_offs", args=[slug])
    waits, posted = decision is None, bool(decision and decision.approved)
    may_decide = waits and member.may(P.APPROVE_WRITE_OFFS) and member.pk != row.by_id
    return {
        "crumbs": [{"label": "Write-offs", "url": list_url if waits else f"{list_url}?tab=decided"}],
        "write_off": _row(row, owed.balance if owed else ZERO, slug) | {"remark": decision.remark if decision else ""},
        "charge_url": reverse("billing:charge", args=[slug, row.charge_id]),
        "owed_after": (owed.balance if owed else ZERO) - row.amount,
        "decide": {
            "form": decision_form or DecisionForm(),
            "url": reverse("billing:decide_write_off", args=[slug, row.pk]),
        }
        if may_decide
        else None,
        "waits_for": "" if not waits or may_decide else _waits_for(row, member),
        "take_back": {
            "form": back_form or TakeBackForm(),
            "url": reverse("billing:take_back_write_off", args=[slug, row.pk]),
        }
        if posted and not row.taken_back  # type: ignore[attr-defined]
        else None,
    }


def _waits_for(row: WriteOff, member: Membership) -> str:
    if member.pk == row.by_id:
        return "You asked for it; another person approves. It is owed until then."
    return "An owner of the practice approves it. It is owed until then."


def on_charge(request: Any, charge: Charge) -> dict[str, Any]:
    """What the page of a charge tells of write-offs: those there are, and the way to a new one."""
    member, slug = request.member, request.practice.slug
    if not member.may(P.WRITE_OFF):
        return {}
    rows = WriteOff.objects.shown().filter(charge=charge).order_by("-id")[:20]
    owed = standing.open_items(charge).exists()
    return {
        "write_offs": [_row(row, ZERO, slug) for row in rows],
        "write_off_url": reverse("billing:new_write_off", args=[slug, charge.pk]) if owed else "",
    }


def hardships(found: Iterable[HardshipRecord], today: date) -> list[dict[str, Any]]:
    """Records, newest first; the one that counts today says so."""
    shown = list(found)
    counts = next((row for row in shown if row.starts_on <= today), None)
    return [
        {
            "days": f"{day(row.starts_on)} – {day(row.ends_on)}",
            "household": f"{row.household_size} on {money.show(row.income)} a year",
            "proof": row.proof,
            "by": f"{row.by.user.name}, {local_day(row.at)}",
            "state": {"word": "In force", "kind": "ok", "icon": "check-circle"}
            if row == counts and row.ends_on >= today
            else {"word": "Not in force", "kind": "mute", "icon": "x-mark"},
        }
        for row in shown
    ]
