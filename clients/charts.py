"""What the client pages show: from rows to the context of a template."""

from datetime import date
from typing import Any

from django.urls import reverse

from clients import emergency
from clients.coverage import in_force
from clients.models import Authorization, Case, Client, ClientContact, Coverage, PlanType, Relation
from clients.paying import paid_by
from practice.models import Discipline
from practice.permissions import Permission
from practice.templatetags.house import at_time, day

ORDER = {1: "Pays first", 2: "Pays second", 3: "Pays third"}
IN_FORCE = {"word": "In force", "kind": "ok", "icon": "check-circle"}
ENDED = {"word": "Not in force", "kind": "mute", "icon": "minus-circle"}


def row(client: Client, slug: str, today: date) -> dict[str, Any]:
    """A client in the list."""
    return {
        "url": reverse("clients:client", args=[slug, client.pk]),
        "name": client.name,
        "number": client.number,
        "age": client.age_on(today),
        "payer": paid_by(client.coverages.all(), client.cases.all(), today),
        "complaint": ", ".join(case.complaint for case in client.cases.all() if case.closed_on is None),
        "clinician": ", ".join(member.clinician.name for member in client.care_team.all()),
    }


def chart(client: Client, request: Any) -> dict[str, Any]:
    """Context of clients/client.html."""
    today, slug = request.practice.today(), request.practice.slug
    coverages = list(client.coverages.select_related("payer", "subscriber").order_by("rank", "-starts_on"))
    cases = client.cases.select_related("referrer").prefetch_related("diagnoses", "authorizations__coverage__payer")
    cases = cases.order_by("-opened_on")
    may_edit = request.member.may(Permission.EDIT_COVERAGE)
    return {
        "crumbs": [{"label": "Clients", "url": reverse("clients:list", args=[slug])}],
        "client": {
            "name": client.name,
            "number": client.number,
            "age": client.age_on(today),
            "birth_on": client.birth_on,
            "sex": client.get_sex_display(),
            "payer": paid_by(coverages, cases, today),
            "address": f"{client.street}, {client.city}, {client.state} {client.zip[:5]}" if client.street else "",
            "phone": phone(client.phone),
        },
        "coverages": [
            _coverage(coverage, today, slug if may_edit else "")
            | {"id": coverage.pk, "card_url": reverse("clients:card", args=[slug, coverage.pk])}
            for coverage in coverages
        ],
        "files_url": reverse("clients:files", args=[slug, client.pk]),
        "cases": [_case(case) for case in cases],
        "contacts": [_contact(link, client) for link in client.contact_links.select_related("contact")],
        "limits_url": reverse("sessions:limits", args=[slug, client.pk]),
        "emergencies": [_emergency(access, request) for access in emergency.in_force_for(client.pk)],
        "audit_url": f"{reverse('audit:list', args=[slug])}?client={client.number}"
        if request.member.may(Permission.SEE_AUDIT)
        else "",
        "visits_url": reverse("sessions:visits", args=[slug, client.pk]),
        "ledger_url": reverse("billing:client_ledger", args=[slug, client.pk])
        if request.member.may(Permission.SEE_INVOICES)
        else "",
        "notices_url": reverse("billing:notices", args=[slug, client.pk])
        if request.member.may(Permission.KEEP_NOTICES)
        and any(coverage.payer.plan_type == PlanType.MEDICARE for coverage in coverages)
        else "",
    }


def _emergency(access: emergency.EmergencyAccess, request: Any) -> dict[str, Any]:
    """A strip over the chart while somebody reads it in an emergency; she and the owner may end it."""
    may_end = access.member_id == request.member.pk or request.member.may(Permission.SEE_AUDIT)
    url = reverse("clients:end_emergency", args=[request.practice.slug, access.pk])
    return {
        "text": f"Opened in emergency until {at_time(access.until, request.practice.zone)}:",
        "detail": f"{access.reason} ({access.member.user.name})",
        "actions": [{"label": "End now", "url": url}] if may_end else [],
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
