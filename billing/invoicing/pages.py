"""What the pages of invoices and runs show: from rows to the context of a template."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode

from billing.invoicing.explaining import Told
from billing.invoicing.models import Asked, InvoiceRun, Outcome, RunLetters, RunPerson, RunState
from billing.invoicing.ready import ToInvoice
from billing.invoicing.waiting import LABELS, Place
from billing.invoicing.why_not import FIXES, Reason
from billing.pages import invoice_row
from practice import money
from practice.models import Membership
from practice.money import ZERO
from practice.paging import page_context
from practice.permissions import Permission
from practice.templatetags.house import at_time, day, plural

PAGE = 50
TABS = {
    "ready": "To invoice", "waiting": "Not yet", "open": "Open", "overdue": "Overdue", "paid": "Settled", "void": "Void",
}  # fmt: skip
BADGES = {
    Reason.UNSIGNED: ("warn", "pencil-square"),
    Reason.NO_COVERAGE: ("warn", "shield-exclamation"),
    Reason.NO_FEE: ("warn", "currency-dollar"),
    Reason.CHARGING: ("info", "arrow-path"),
    Reason.REJECTED: ("bad", "x-circle"),
    Reason.DENIED: ("bad", "x-circle"),
    Reason.NOT_SENT: ("warn", "paper-airplane"),
    Reason.WITH_PAYER: ("info", "clock"),
    Reason.NEVER: ("mute", "no-symbol"),
    Reason.NOTHING: ("mute", "minus-circle"),
    Reason.TOO_MUCH: ("bad", "exclamation-triangle"),
    Reason.COVERED: ("info", "banknotes"),
    Reason.ONLY_CREDIT: ("mute", "banknotes"),
    Reason.ASTRAY: ("warn", "exclamation-triangle"),
}
WORDS = {Reason.COVERED: "credit", Reason.NOTHING: "nothing left", Reason.ASTRAY: "look at it"}


def tabs(request: Any, tab: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """What every tab has: the subtitle, the tabs, how to take the list away."""
    slug = request.practice.slug
    url = reverse("billing:invoices", args=[slug])
    query = {"tab": tab} | ({"why": request.GET["why"]} if request.GET.get("why") else {})
    return {
        "subtitle": f"{plural(counts['overdue'], 'invoice')} overdue, {counts['open']:,} open and not due yet.",
        "tabs": [
            {
                "label": label,
                "url": url if name == "ready" else f"{url}?tab={name}",
                "count": f"{counts[name]:,}",
                "current": name == tab,
            }
            for name, label in TABS.items()
        ],
        "actions": [
            {"label": "Statements", "url": reverse("billing:statements", args=[slug]), "icon": "envelope"},
            {"label": "Runs", "url": reverse("billing:invoice_runs", args=[slug]), "icon": "queue-list"},
            {
                "label": "Export",
                "url": f"{reverse('billing:export_invoices', args=[slug])}?{urlencode(query)}",
                "icon": "arrow-down-tray",
            },
        ],
        "tab": tab,
        "empty": EMPTY[tab] | {"clear_url": ""},
    }


def ready_tab(rows: Iterable[ToInvoice], slug: str, count: int, member: Membership) -> dict[str, Any]:
    """People to tick, and the press for all of them."""
    found = list(rows)
    if not member.may(Permission.MAKE_INVOICES):
        return {"ready": [_ready(row) for row in found]}
    return {
        "ready": [_ready(row) for row in found],
        "bulk": {"count": len(found), "sum": money.show(sum((row.amount for row in found), ZERO))},
        "make_url": reverse("billing:make_invoices", args=[slug]),
        "all": {
            "url": reverse("billing:invoice_runs", args=[slug]),
            "key": uuid.uuid4(),
            "count": f"{count:,}",
            "words": _people(count),
        }
        if count > len(found)
        else None,
    }


def _ready(row: ToInvoice) -> dict[str, Any]:
    return {
        "id": row.contact_id,
        "name": row.name,
        "clients": "" if row.name == row.clients else row.clients,
        "oldest": row.oldest,
        "lines": row.lines,
        "sum": row.amount,
        "cents": int(row.amount * 100),
    }


def waiting_tab(
    rows: Iterable[Told], place: Place | None, counts: Mapping[Place, int], slug: str, member: Membership
) -> dict[str, Any]:
    """What cannot be invoiced yet, each with its reason and what mends it."""
    url = f"{reverse('billing:invoices', args=[slug])}?tab=waiting"
    chosen = [{"label": "All", "amount": f"{sum(counts.values()):,}", "url": url, "current": place is None}]
    for each in Place:
        if counts.get(each) or each is place:
            chosen.append(
                {
                    "label": LABELS[each],
                    "amount": f"{counts.get(each, 0):,}",
                    "url": f"{url}&why={each.name.lower()}",
                    "current": each is place,
                }
            )
    return {"waiting": [_waiting(row, slug, member) for row in rows], "segments": chosen}


def _waiting(row: Told, slug: str, member: Membership) -> dict[str, Any]:
    kind, icon = BADGES[row.reason]
    word = WORDS.get(row.reason, str(row.reason)).capitalize()
    return {
        "who": row.who,
        "since": row.since,
        "badge": {"kind": kind, "icon": icon, "word": word},
        "text": row.text,
        "amount": row.amount,
        "fix": _fix(row, slug, member),
    }


def _fix(row: Told, slug: str, member: Membership) -> dict[str, str] | None:
    """The page that mends it, of those that the person may open."""
    label = FIXES[row.reason]
    chart = reverse("clients:client", args=[slug, row.client]) if row.client else ""
    if row.reason is Reason.CHARGING:
        return {"label": label, "url": f"{reverse('billing:invoices', args=[slug])}?tab=waiting"}
    if row.reason is Reason.NO_COVERAGE:
        here = urlencode({"next": f"{reverse('billing:invoices', args=[slug])}?tab=waiting"})
        return {"label": label, "url": f"{reverse('clients:add_coverage', args=[slug, row.client])}?{here}"}
    if row.reason is Reason.NO_FEE and member.may(Permission.SET_FEES):
        return {"label": label, "url": reverse("billing:fees", args=[slug])}
    if row.session and member.may(Permission.READ_NOTE):
        return {"label": label, "url": reverse("sessions:session", args=[slug, row.session])}
    if row.session:
        return {"label": "Open the chart", "url": chart}
    if row.claim and member.may(Permission.SEE_CLAIMS):
        return {"label": label, "url": reverse(row.claim.view, args=[slug, row.claim.pk])}
    if row.charge and member.may(Permission.SEE_RECEIVABLES):
        return {"label": label, "url": reverse("billing:charge", args=[slug, row.charge])}
    return {"label": label, "url": f"{chart}?tab=billing"} if chart else None


def invoice_tab(page: Page, tab: str, balances: dict[int, Decimal], slug: str, today: date) -> dict[str, Any]:
    """Invoices that are there."""
    return {"rows": [invoice_row(row, balances, slug, today, void=tab == "void") for row in page.object_list]}


# --- runs -------------------------------------------------------------------------------------


def run_list(request: Any) -> dict[str, Any]:
    """Context of billing/invoice_runs.html, newest first."""
    rows = InvoiceRun.objects.select_related("by__user").order_by("-at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {
        "crumbs": _crumbs(request.practice.slug)[:1],
        "runs": [_run(row, request.practice) for row in page.object_list],
        "page": page_context(request, page),
    }


def _crumbs(slug: str) -> list[dict[str, str]]:
    return [
        {"label": "Invoices", "url": reverse("billing:invoices", args=[slug])},
        {"label": "Runs", "url": reverse("billing:invoice_runs", args=[slug])},
    ]


def _run(row: InvoiceRun, practice: Any) -> dict[str, Any]:
    done = row.state == RunState.DONE
    return {
        "url": reverse("billing:invoice_run", args=[practice.slug, row.pk]),
        "when": _moment(row, practice),
        "by": str(row.by),
        "asked": "Everybody" if row.asked == Asked.ALL else "Chosen people",
        "people": row.people,
        "made": row.made,
        "skipped": row.skipped,
        "state": {"kind": "ok", "icon": "check-circle", "word": "Done"}
        if done
        else {"kind": "info", "icon": "arrow-path", "word": "Being made"},
    }


def _moment(run: InvoiceRun, practice: Any) -> str:
    """Day and time where the practice is: its evening is another day in UTC."""
    return f"{day(run.at.astimezone(ZoneInfo(practice.zone)))}, {at_time(run.at, practice.zone)}"


def run_page(request: Any, run: InvoiceRun) -> dict[str, Any]:
    """Context of billing/invoice_run.html: how far it is, then what was made and who was left out and why."""
    slug = request.practice.slug
    done = run.state == RunState.DONE
    shown = Outcome.SKIPPED if request.GET.get("show") == "skipped" or (done and not run.made) else Outcome.MADE
    rows = run.persons.filter(outcome=shown).select_related("contact", "invoice")
    page = Paginator(rows.order_by("invoice__number", "contact"), PAGE).get_page(request.GET.get("page"))
    total = run.persons.aggregate(sum=Sum("invoice__total"))["sum"] or ZERO
    parts = list(run.letters.defer("body").order_by("part")) if done else []
    return {
        "title": f"Invoices of {_moment(run, request.practice)}",
        "subtitle": f"Begun by {run.by}." if done else "You can leave this page; the work goes on.",
        "crumbs": _crumbs(slug),
        "progress": progress(run, slug, parts),
        "done": done,
        "metrics": _metrics(run, total),
        "segments": _segments(run, slug, shown),
        "made": [_made(row, slug) for row in page.object_list] if shown == Outcome.MADE else [],
        "left_out": [{"name": str(row.contact), "why": row.why} for row in page.object_list]
        if shown == Outcome.SKIPPED
        else [],
        "shows": shown.value,
        "letters": [_letters(part, slug) for part in parts],
        "print_url": reverse("billing:print_letters", args=[slug, run.pk])
        if done and run.made and (not parts or any(part.trouble for part in parts))
        else "",
        "page": page_context(request, page),
    }


def _metrics(run: InvoiceRun, total: Decimal) -> list[dict[str, str]]:
    return [
        {"label": "Invoices made", "value": f"{run.made:,}", "note": f"of {_people(run.people)}"},
        {"label": "Asked for", "value": money.show(total), "note": "on these invoices"},
        {
            "label": "Left out",
            "value": f"{run.skipped:,}",
            "note": "each is named with the reason" if run.skipped else "nobody",
        },
    ]


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _segments(run: InvoiceRun, slug: str, shown: Outcome) -> list[dict[str, Any]]:
    url = reverse("billing:invoice_run", args=[slug, run.pk])
    return [
        {"label": "Made", "amount": f"{run.made:,}", "url": url, "current": shown == Outcome.MADE},
        {
            "label": "Left out",
            "amount": f"{run.skipped:,}",
            "url": f"{url}?show=skipped",
            "current": shown == Outcome.SKIPPED,
        },
    ]


def _made(row: RunPerson, slug: str) -> dict[str, Any]:
    assert row.invoice is not None
    return {
        "number": row.invoice.number,
        "url": reverse("billing:invoice", args=[slug, row.invoice.pk]),
        "name": str(row.contact),
        "due": row.invoice.due_on,
        "total": row.invoice.total,
    }


def _letters(part: RunLetters, slug: str) -> dict[str, Any]:
    return {
        "label": f"Invoices {part.first} to {part.last}",
        "count": plural(part.count, "letter"),
        "url": reverse("billing:letters", args=[slug, part.pk]) if part.drawn else "",
        "trouble": part.trouble,
    }


def progress(run: InvoiceRun, slug: str, parts: list[RunLetters]) -> dict[str, Any] | None:
    """How far the invoices are, then how far the letters; None when nothing is under way."""
    url = reverse("billing:invoice_run_progress", args=[slug, run.pk])
    if run.state != RunState.DONE:
        looked_at = run.made + run.skipped
        text = f"{looked_at:,} of {_people(run.people)} looked at"
        return {"text": text, "done": looked_at, "total": run.people, "url": url}
    if any(not part.drawn and not part.trouble for part in parts):
        drawn, total = sum(part.count for part in parts if part.drawn), sum(part.count for part in parts)
        return {"text": f"{drawn:,} of {plural(total, 'letter')} drawn", "done": drawn, "total": total, "url": url}
    return None


EMPTY = {
    "ready": {
        "title": "Nothing to invoice",
        "text": "People appear here when something became theirs: a copay, or their share of a remittance. What waits, and for what, is under Not yet.",
    },
    "waiting": {
        "title": "Nothing waits",
        "text": "What cannot be invoiced yet appears here with the reason, and what mends it.",
    },
    "open": {"title": "No open invoices", "text": "Invoices that are not due yet appear here."},
    "overdue": {"title": "Nothing is overdue", "text": "Invoices past their due date appear here."},
    "void": {"title": "No void invoices", "text": "Invoices taken back with a credit note appear here."},
    "paid": {"title": "No settled invoices yet", "text": "Invoices appear here when nothing is open of them."},
}
