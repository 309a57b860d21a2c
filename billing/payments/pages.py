"""What the pages of payments show: from rows to the context of their templates."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from billing.models import HeldForVisit, OpenItem, Payment, Refund
from billing.payments.asking import Proposal
from billing.payments.credits import Allocation, Plan, Proposed, keep_below, plan_of, proposed
from billing.payments.forms import CheckInForm
from billing.payments.held import Credit, credit_of, kept_for_visits
from clients.models import Contact
from practice import money
from practice.models import Membership
from practice.money import ZERO
from practice.permissions import Permission as P
from practice.templatetags.house import day
from sessions.models import Session

SHOWN = 50  # rows of a preview
BADGES = {
    Proposed.NOTHING: {"word": "Held for a visit", "kind": "info", "icon": "clock"},
    Proposed.APPLY: {"word": "Pays what is owed", "kind": "warn", "icon": "banknotes"},
    Proposed.STAY: {"word": "Small, may stay", "kind": "mute", "icon": "minus-circle"},
    Proposed.REFUND: {"word": "Refund proposed", "kind": "warn", "icon": "banknotes"},
}


def check_in(session: Session, found: Proposal, form: CheckInForm, taken: Iterable[HeldForVisit], slug: str) -> dict[str, Any]:  # fmt: skip
    """Context of billing/check_in.html: what is proposed and why, what was taken already."""
    return {
        "form": form,
        "name": session.client.name,
        "payer": "" if str(found.contact) == session.client.name else str(found.contact),
        "on": session.served_on,
        "share": found.today,
        "balance": found.balance,
        "why": found.why,
        "why_balance": found.why_balance,
        "estimated": found.estimated,
        "url": reverse("billing:check_in", args=[slug, session.pk]),
        "person_url": reverse("billing:person", args=[slug, found.contact.pk]),
        "taken": [
            {"amount": row.amount, "url": reverse("billing:receipt", args=[slug, row.payment_id])} for row in taken
        ],
    }


def credits_list(page: Page, member: Membership, slug: str) -> dict[str, Any]:
    """Context of billing/credits.html: people with credit, what of it is held, what is proposed for the rest."""
    items: list[Any] = list(page.object_list)
    held: dict[int, list[Any]] = {}
    for row in kept_for_visits(item.contact_id for item in items):
        held.setdefault(row.contact_id, []).append(row)
    small = keep_below()
    return {
        "rows": [_credit(item, held.get(item.contact_id, []), small, member, slug) for item in items],
        "keep_below": small,
        "rule_url": reverse("billing:credit_rule", args=[slug]) if member.may(P.MANAGE_PRACTICE) else "",
    }


def _credit(item: Any, held: list[Any], small: Decimal, member: Membership, slug: str) -> dict[str, Any]:
    what = proposed(item.free, item.owes, small)
    args = [slug, item.contact_id]
    return {
        "name": str(item.contact),
        "url": reverse("billing:person", args=args),
        "credit": -item.balance,
        "free": max(item.free, ZERO),
        "owes": item.owes,
        "held": [visit(row) for row in held],
        "badge": BADGES[what],
        "apply_url": reverse("billing:apply_credit", args=args)
        if what is Proposed.APPLY and member.may(P.TAKE_PAYMENT)
        else "",
        "refund_url": reverse("billing:refund", args=args)
        if what in (Proposed.REFUND, Proposed.STAY) and member.may(P.GIVE_BACK)
        else "",
    }


def visit(row: Any) -> dict[str, Any]:
    """What is left of money that is held for a visit."""
    return {"amount": row.left, "day": row.served_on, "client": row.client.name}


def person(contact: Contact, owes: Decimal, page: Page, refunds: Page, request: Any) -> dict[str, Any]:
    """Context of billing/person.html: what a person owes and holds, her plan, payments and refunds."""
    slug, may = request.practice.slug, request.member.may
    credit, plan = credit_of(contact.pk), plan_of(contact)
    args = [slug, contact.pk]
    return {
        "name": str(contact),
        "metrics": _metrics(owes, credit),
        "held": [visit(row) for row in kept_for_visits([contact.pk])],
        "pay_url": reverse("billing:new_payment", args=args),
        "apply_url": reverse("billing:apply_credit", args=args) if credit.free and owes else "",
        "refund_url": reverse("billing:refund", args=args) if credit.free and may(P.GIVE_BACK) else "",
        "plan": _plan(plan, request.practice.today()) if plan else None,
        "plan_url": reverse("billing:new_plan", args=args) if may(P.MAKE_INVOICES) else "",
        "end_plan_url": reverse("billing:end_plan", args=args) if plan and may(P.MAKE_INVOICES) else "",
        "payments": [_payment(row, slug, may(P.GIVE_BACK)) for row in page.object_list],
        "refunds": [_refund(row, slug) for row in refunds.object_list],
    }


def _metrics(owes: Decimal, credit: Credit) -> list[dict[str, str]]:
    return [
        {"label": "Owes", "value": money.show(owes)},
        {"label": "Credit that is free", "value": money.show(credit.free)},
        {"label": "Held for visits", "value": money.show(credit.whole - credit.free)},
    ]


def _plan(plan: Plan, today: date) -> dict[str, Any]:
    return {
        "total": plan.row.total,
        "monthly": plan.row.monthly,
        "due": plan.due,
        "dues": [{"on": due.on, "amount": due.amount, "past": due.on <= today} for due in plan.dues],
    }


def _payment(row: Payment, slug: str, may_take_back: bool) -> dict[str, Any]:
    back = next(iter(row.taken_back.all()), None)
    return {
        "date": row.received_on,
        "what": f"{row.get_method_display()}{f', {row.reference}' if row.reference else ''}",
        "amount": row.amount,
        "url": reverse("billing:receipt", args=[slug, row.pk]),
        "back": back.reason if back else "",
        "take_back_url": reverse("billing:take_back", args=[slug, row.pk]) if may_take_back and not back else "",
    }


def _refund(row: Refund, slug: str) -> dict[str, Any]:
    return {
        "date": row.refunded_on,
        "what": f"{row.get_method_display()}{f', {row.reference}' if row.reference else ''}",
        "amount": row.amount,
        "url": reverse("billing:refund_receipt", args=[slug, row.pk]),
    }


def preview(found: Allocation) -> dict[str, Any]:
    """Context of billing/payment_preview.html: what an amount would pay, in order."""
    return {
        "rows": [_allocated(item, amount) for item, amount in found.rows[:SHOWN]],
        "more": max(len(found.rows) - SHOWN, 0),
        "over": found.over,
        "owed": found.owed,
    }


def _allocated(item: OpenItem, amount: Decimal) -> dict[str, Any]:
    assert item.charge
    return {
        "date": item.charge.served_on,
        "what": f"{item.charge.code} ×{item.charge.units}",
        "client": item.charge.client.name,
        "owed": item.balance,
        "pays": amount,
        "left": item.balance - amount,
    }


def taken_words(amount: Decimal, visit: Decimal, session: Session) -> str:
    """What was taken at check-in, in a sentence."""
    if not amount:
        return f"{session.client.name} is checked in."
    parts = [f"{money.show(visit)} for the visit of {day(session.served_on)}"] if visit else []
    if amount > visit:
        parts.append(f"{money.show(amount - visit)} for the balance")
    return f"{money.show(amount)} is taken: {' and '.join(parts)}."
