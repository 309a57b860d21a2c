"""What the pages of statements, superbills and estimates show: from rows to the context of a template."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.urls import reverse

from billing.actions.invoicing import DUE_AFTER
from billing.letters import owing, papers
from billing.letters.estimating import billed_so_far
from billing.letters.forms import ReasonForm
from billing.letters.good_faith import passed_by
from billing.letters.superbilling import MEDICARE
from billing.letters.visits import Candidate
from billing.models import GoodFaithEstimate, Statement, Superbill
from clients.models import Client, Contact
from practice import money
from practice.money import ZERO
from practice.permissions import Permission
from practice.templatetags.house import day

MADE = {"word": "Made", "kind": "ok", "icon": "check-circle"}
VOID = {"word": "Void", "kind": "mute", "icon": "no-symbol"}
IN_FORCE = {"word": "In force", "kind": "ok", "icon": "check-circle"}
OVER = {"word": "Ended", "kind": "mute", "icon": "minus-circle"}
PASSED = {"word": "Passed", "kind": "bad", "icon": "exclamation-triangle"}
STATEMENT, SUPERBILL, ESTIMATE = (f"billing/{name}_paper.html" for name in ("statement", "superbill", "estimate"))


def _chart(client: Client, slug: str) -> list[dict[str, str]]:
    chart = reverse("clients:client", args=[slug, client.pk])
    return [
        {"label": "Clients", "url": reverse("clients:list", args=[slug])},
        {"label": client.name, "url": f"{chart}?tab=billing"},
    ]


# --- statements ----------------------------------------------------------------------------------


def statement_list(rows: Sequence[Any], made: bool, slug: str, member: Any, today: date) -> dict[str, Any]:
    """Context of billing/statements.html."""
    url = reverse("billing:statements", args=[slug])
    shown = [_statement(row, slug) for row in rows] if made else _owing(rows, slug, today)
    ticked = [row for row in shown if made or row["ticked"]]
    return {
        "tabs": [
            {"label": "To send", "url": url, "count": None, "current": not made},
            {"label": "Made", "url": f"{url}?tab=made", "count": None, "current": made},
        ],
        "made": made,
        "rows": shown,
        "make_url": reverse("billing:make_statements", args=[slug]) if member.may(Permission.MAKE_INVOICES) else "",
        "key": uuid.uuid4(),
        "bulk": {"count": len(ticked), "sum": money.show(sum((row["owed"] for row in ticked), ZERO))},
    }


def _statement(row: Statement, slug: str) -> dict[str, Any]:
    return {
        "url": reverse("billing:statement", args=[slug, row.pk]),
        "number": row.number,
        "name": str(row.contact),
        "date": row.stated_on,
        "due": row.due_on,
        "owed": row.owed,
        "credit": row.credit,
    }


def _owing(rows: Sequence[dict[str, Any]], slug: str, today: date) -> list[dict[str, Any]]:
    """People who owe, with how often and when they were told. Who has just been told is not ticked."""
    ids = [row["contact"] for row in rows]
    people, sent = Contact.objects.in_bulk(ids), owing.statements_by(ids)
    told = Statement.objects.filter(contact__in=ids).order_by()
    last: dict[int, date] = dict(told.values_list("contact").annotate(Max("stated_on")))
    recent = today - DUE_AFTER  # until then she may still answer the last one
    return [
        {
            "id": row["contact"],
            "name": str(people[row["contact"]]),
            "url": reverse("billing:new_statement", args=[slug, row["contact"]]),
            "sent": sent.get(row["contact"], 0),
            "last": last.get(row["contact"]),
            "ticked": last.get(row["contact"], date.min) < recent,
            "owed": row["owed"],
            "cents": int(row["owed"] * 100),
        }
        for row in rows
    ]


def statement_preview(contact: Contact, paper: dict[str, Any] | None, slug: str) -> dict[str, Any]:
    """Context of billing/letter_new.html."""
    url = reverse("billing:statements", args=[slug])
    return {
        "title": "New statement",
        "lead": f"What {contact} would read. It is numbered and frozen when you make it.",
        "crumbs": [{"label": "Statements", "url": url}],
        "paper": paper,
        "paper_template": STATEMENT,
        "make": {"label": "Make the statement", "key": uuid.uuid4()} if paper else None,
        "empty": {"title": "Nothing is owed", "text": f"{contact} owes nothing today.", "url": url},
    }


def statement_page(row: Statement, slug: str) -> dict[str, Any]:
    """Context of billing/letter.html."""
    paper = papers.statement(row)
    sent = owing.statements_sent(row.contact_id)
    return {
        "title": f"Statement {row.number}",
        "crumbs": [{"label": "Statements", "url": f"{reverse('billing:statements', args=[slug])}?tab=made"}],
        "paper": paper,
        "paper_template": STATEMENT,
        "pdf_url": reverse("billing:statement_pdf", args=[slug, row.pk]),
        "state": MADE,
        "status": [
            {"label": "To", "value": str(row.contact)},
            {"label": "Owed", "value": money.show(row.owed)},
            {"label": "Credit held", "value": money.show(row.credit)},
            {"label": "Due", "value": day(row.due_on)},
            {"label": "Statements so far", "value": str(sent)},
        ],
        "words": f"{row.made_by.user.name if row.made_by else 'The house'} made it on {day(row.stated_on)}.",
    }


# --- superbills ----------------------------------------------------------------------------------


def superbill_row(row: Superbill, slug: str) -> dict[str, Any]:
    """A superbill in the client's list; with its voids fetched."""
    return {
        "url": reverse("billing:superbill", args=[slug, row.pk]),
        "number": row.number,
        "date": row.made_on,
        "charged": row.charged,
        "paid": row.paid,
        "state": VOID if row.voids.all() else MADE,
    }


def superbill_page(row: Superbill, slug: str, void: ReasonForm, may_void: bool) -> dict[str, Any]:
    """Context of billing/letter.html."""
    ended = next(iter(row.voids.all()), None)
    url = reverse("billing:superbill", args=[slug, row.pk])
    paper = papers.superbill(row)
    words = f"{row.made_by.user.name} made it on {day(row.made_on)}."
    return {
        "title": f"Superbill {row.number}",
        "crumbs": _chart(row.client, slug),
        "paper": paper,
        "paper_template": SUPERBILL,
        "pdf_url": reverse("billing:superbill_pdf", args=[slug, row.pk]),
        "state": VOID if ended else MADE,
        "status": [
            {"label": "Charges", "value": money.show(row.charged)},
            {"label": "Paid", "value": money.show(row.paid)},
            {"label": "Visits", "value": str(len(paper["lines"]))},
            {"label": "Shows diagnosis", "value": "Yes"},
        ],
        "words": f"{words} {ended.by.user.name} voided it: {ended.reason}" if ended else words,
        "void": {
            "form": void,
            "url": reverse("billing:void_superbill", args=[slug, row.pk]),
            "open": bool(void.errors),
            "lead": "Its visits can stand on another superbill then. Tell the client if she has sent it in.",
            "label": "Void the superbill",
            "cancel": {"label": "Keep it", "url": url},
        }
        if may_void and not ended
        else None,
    }


def superbill_new(
    client: Client, rows: Sequence[Candidate], ticked: set[int], paper: dict[str, Any] | None, slug: str
) -> dict[str, Any]:
    """Context of billing/superbill_new.html. `ticked`: ids of charges."""
    refused = {row.refusal for row in rows if row.refusal}
    return {
        "crumbs": _chart(client, slug),
        "client": client.name,
        "rows": [
            {
                "id": row.charge.pk,
                "date": row.charge.served_on,
                "code": row.charge.code,
                "units": row.charge.units,
                "clinician": str(row.charge.clinician or ""),
                "charged": row.charge.amount,
                "paid": row.paid,
                "refusal": row.refusal,
                "ticked": row.charge.pk in ticked,
            }
            for row in rows
        ],
        "paper": paper,
        "key": uuid.uuid4(),
        "notice": {"label": "Fill an advance notice", "url": reverse("billing:new_notice", args=[slug, client.pk])}
        if MEDICARE in refused
        else None,
        "back": {"label": "Not now", "url": f"{reverse('clients:client', args=[slug, client.pk])}?tab=billing"},
    }


# --- good faith estimates ------------------------------------------------------------------------


def estimate_rows(rows: Sequence[GoodFaithEstimate], client: Client, slug: str, today: date) -> list[dict[str, Any]]:
    """Estimates in the client's list, with what was billed under each."""
    billed = billed_so_far([client.pk]) if rows else {}
    return [
        {
            "url": reverse("billing:estimate", args=[slug, row.pk]),
            "number": row.number,
            "when": f"{day(row.starts_on)} – {day(row.ends_on)}",
            "total": row.total,
            "billed": billed[row.pk][1],
            "state": _estimate_state(row, billed[row.pk][1], today),
        }
        for row in rows
    ]


def _estimate_state(row: GoodFaithEstimate, billed: Decimal, today: date) -> dict[str, str]:
    if passed_by(row.total, billed) is not None:
        return PASSED
    return OVER if row.ends_on < today else IN_FORCE


def estimate_page(row: GoodFaithEstimate, slug: str, today: date) -> dict[str, Any]:
    """Context of billing/letter.html."""
    _, billed = billed_so_far([row.client_id])[row.pk]
    over = passed_by(row.total, billed)
    due = "No duty" if row.due_on is None else day(row.due_on)
    late = row.due_on is not None and row.given_on > row.due_on
    return {
        "title": f"Good faith estimate {row.number}",
        "crumbs": _chart(row.client, slug),
        "paper": papers.estimate(row),
        "paper_template": ESTIMATE,
        "pdf_url": reverse("billing:estimate_pdf", args=[slug, row.pk]),
        "state": _estimate_state(row, billed, today),
        "status": [
            {"label": "Estimated", "value": money.show(row.total)},
            {"label": "Billed so far", "value": money.show(billed)},
            {"label": "Owed to the client by", "value": due, "detail": "given late" if late else ""},
        ],
        "words": f"{row.made_by.user.name} gave it on {day(row.given_on)}. Keep a copy for six years.",
        "warnings": [
            {
                "text": f"The bills have passed this estimate by {money.show(over)}.",
                "detail": "From $400 on the client may dispute them for 120 days. Talk with her, and give a new one.",
            }
        ]
        if over is not None
        else [],
    }
