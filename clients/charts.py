"""What the client pages show: from rows to the context of a template."""

from datetime import date
from typing import Any

from django.urls import reverse

from clients.coverage import in_force
from clients.models import Authorization, Case, Client, ClientContact, Coverage, PlanType, Relation, pays_first
from practice.identifiers import whole
from practice.models import Discipline
from practice.permissions import Permission
from practice.templatetags.house import day

ORDER = {1: "Pays first", 2: "Pays second", 3: "Pays third"}
IN_FORCE = {"word": "In force", "kind": "ok", "icon": "check-circle"}
ENDED = {"word": "Not in force", "kind": "mute", "icon": "minus-circle"}


def row(client: Client, slug: str, today: date) -> dict[str, Any]:
    """A client in the list."""
    first = pays_first(client.coverages.all(), today)
    return {
        "url": reverse("clients:client", args=[slug, client.pk]),
        "name": client.name,
        "number": client.number,
        "age": client.age_on(today),
        "payer": first.payer.short_name if first else "Self-pay",
        "complaint": ", ".join(case.complaint for case in client.cases.all() if case.closed_on is None),
        "clinician": ", ".join(member.clinician.name for member in client.care_team.all()),
    }


def chart(client: Client, request: Any) -> dict[str, Any]:
    """Context of clients/client.html."""
    today, slug = request.practice.today(), request.practice.slug
    coverages = list(
        Coverage.objects.filter(client__in=client.ids)
        .select_related("payer", "subscriber")
        .order_by("rank", "-starts_on")
    )
    first = pays_first(coverages, today)
    cases = (
        Case.objects.filter(client__in=client.ids)
        .select_related("referrer")
        .prefetch_related("diagnoses", "authorizations__coverage__payer")
    )
    may_edit = request.member.may(Permission.EDIT_COVERAGE)
    return {
        "crumbs": [{"label": "Clients", "url": reverse("clients:list", args=[slug])}],
        "client": {
            "name": client.name,
            "number": client.number,
            "age": client.age_on(today),
            "birth_on": client.birth_on,
            "sex": client.get_sex_display(),
            "payer": first.payer.name if first else "Self-pay",
            "address": f"{client.street}, {client.city}, {client.state} {client.zip[:5]}" if client.street else "",
            "phone": phone(client.phone),
        },
        "merged": _merged(client, request),
        "coverages": [_coverage(coverage, today, slug if may_edit else "") for coverage in coverages],
        "cases": [_case(case) for case in cases.order_by("-opened_on")],
        "contacts": [
            _contact(link, client)
            for link in ClientContact.objects.filter(client__in=client.ids).select_related("contact")
        ],
        "visits_url": reverse("sessions:visits", args=[slug, client.pk]),
        "ledger_url": reverse("billing:client_ledger", args=[slug, client.pk])
        if request.member.may(Permission.SEE_INVOICES)
        else "",
        "notices_url": reverse("billing:notices", args=[slug, client.pk])
        if request.member.may(Permission.KEEP_NOTICES)
        and any(coverage.payer.plan_type == PlanType.MEDICARE for coverage in coverages)
        else "",
    }


def _merged(client: Client, request: Any) -> dict[str, Any] | None:
    """That the person came by the address of a chart that was merged into this one, and the way to undo it."""
    old = whole(request.GET.get("merged", ""))
    chart = Client.objects.filter(pk=old, merged_into__isnull=False, pk__in=client.ids).first() if old else None
    if chart is None:
        return None
    may = request.member.may(Permission.MERGE_CLIENTS)
    undo = reverse("billing:unmerge", args=[request.practice.slug, chart.pk])
    return {
        "text": f"Chart {chart.number} was merged into this one.",
        "detail": "All of both is shown here.",
        "actions": [{"label": "Undo", "url": undo}] if may else [],
    }


def phone(digits: str) -> str:
    """(630) 555-0142."""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits


def _coverage(coverage: Coverage, today: date, slug: str) -> dict[str, Any]:
    until = f"until {day(coverage.ends_on)}" if coverage.ends_on else "open end"
    own = coverage.relation == Relation.SELF
    return {
        "payer": coverage.payer.name,
        "rank": ORDER.get(coverage.rank, f"Pays as number {coverage.rank}"),
        "member_id": coverage.member_id,
        "group": coverage.group_number,
        "dates": f"Since {day(coverage.starts_on)}, {until}",
        "copay": coverage.copay,
        "subscriber": "" if own else f"{coverage.subscriber} ({coverage.get_relation_display()})",
        "state": IN_FORCE if in_force(coverage.facts, today) else ENDED,
        "edit_url": reverse("clients:member_id", args=[slug, coverage.pk]) if slug else "",
    }


def _case(case: Case) -> dict[str, Any]:
    closed = case.closed_on is not None
    return {
        "complaint": case.complaint,
        "discipline": Discipline(case.discipline).label,
        "diagnoses": [diagnosis.code for diagnosis in case.diagnoses.all()],
        "opened_on": case.opened_on,
        "referrer": str(case.referrer) if case.referrer else "",
        "authorizations": [_authorization(row) for row in case.authorizations.all()],
        "state": {"word": "Closed", "kind": "mute", "icon": "archive-box"} if closed else None,
    }


def _authorization(row: Authorization) -> str:
    return f"{row.number}: {row.allowed} {row.get_counts_display().lower()}, {day(row.starts_on)} to {day(row.ends_on)}"


def _contact(link: ClientContact, client: Client) -> dict[str, str]:
    notes = ["guardian"] if link.guardian else []
    if link.contact_id == client.guarantor_id:
        notes.append("pays the client's share")
    return {
        "name": str(link.contact),
        "relation": link.relation,
        "phone": phone(link.contact.phone),
        "email": link.contact.email,
        "notes": ", ".join(notes),
    }
