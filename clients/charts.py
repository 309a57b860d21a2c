"""What the client pages show: from rows to the context of a template."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from clients import chart_parts, emergency
from clients.icd10.search import labels
from clients.models import Client, Coverage, PlanType
from clients.paying import paid_by
from practice.permissions import Permission as P
from practice.templatetags.house import at_time

TABS = {"visits": "Visits", "notes": "Notes", "plan": "Plan and goals", "billing": "Billing", "files": "Files"}


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
    today, slug, may = request.practice.today(), request.practice.slug, request.member.may
    coverages = list(client.coverages.select_related("payer", "subscriber", "case").order_by("rank", "-starts_on"))
    rows = client.cases.select_related("referrer").prefetch_related("diagnoses", "authorizations__coverage__payer")
    cases = sorted(rows.order_by("-opened_on", "-id"), key=lambda case: case.closed_on is not None)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "visits"
    home = reverse("clients:client", args=[slug, client.pk])
    url = _urls(slug, request.get_full_path() if tab != "visits" else "")
    edit, cover = may(P.EDIT_CLIENTS), may(P.EDIT_COVERAGE)
    called = labels({diagnosis.code for case in cases for diagnosis in case.diagnoses.all()}, today)
    return {
        "crumbs": [{"label": "Clients", "url": reverse("clients:list", args=[slug])}],
        "client": _client(client, paid_by(coverages, cases, today), today),
        "strip": _strip(client, slug, url("reactivate", client.pk) if edit else ""),
        "emergencies": [_emergency(access, request) for access in emergency.in_force_for(client.pk)],
        "audit_url": f"{reverse('audit:list', args=[slug])}?client={client.number}" if may(P.SEE_AUDIT) else "",
        "facts_urls": _facts_urls(request, client),
        "tabs": [
            {
                "label": label,
                "url": home if key == "visits" else f"{home}?tab={key}",
                "current": key == tab,
                "count": None,
            }
            for key, label in TABS.items()
        ],
        "regions": _regions(request, client, tab, coverages),
        "benefits": chart_parts.benefits(coverages, request) if tab == "billing" else None,
        "cases": [chart_parts.case(case, called, url, may) for case in cases],
        "coverages": [chart_parts.coverage(each, today, slug, url, may) for each in coverages],
        "contacts": [
            chart_parts.contact(link, client, url if edit else None)
            for link in client.contact_links.select_related("contact").order_by("id")
        ],
        "edit_url": url("edit_client", client.pk) if edit else "",
        "deactivate_url": url("deactivate", client.pk) if edit and client.active else "",
        "add_person_url": url("add_person", client.pk) if edit else "",
        "open_case_url": url("open_case", client.pk) if edit else "",
        "add_coverage_url": url("add_coverage", client.pk) if cover else "",
    }


def _emergency(access: emergency.EmergencyAccess, request: Any) -> dict[str, Any]:
    """A strip over the chart while somebody reads it in an emergency; she and the owner may end it."""
    may_end = access.member_id == request.member.pk or request.member.may(P.SEE_AUDIT)
    url = reverse("clients:end_emergency", args=[request.practice.slug, access.pk])
    return {
        "text": f"Opened in emergency until {at_time(access.until, request.practice.zone)}:",
        "detail": f"{access.reason} ({access.member.user.name})",
        "actions": [{"label": "End now", "url": url}] if may_end else [],
    }


def _urls(slug: str, back: str) -> Any:
    """Addresses of forms, which lead back to the tab they were opened on."""

    def url(name: str, pk: int) -> str:
        address = reverse(f"clients:{name}", args=[slug, pk])
        return f"{address}?next={quote(back)}" if back else address

    return url


def _client(client: Client, payer: str, today: date) -> dict[str, Any]:
    towns = f"{client.city}, {client.state} {client.zip[:5]}".strip(" ,")
    return {
        "name": client.name,
        "number": client.number,
        "age": client.age_on(today),
        "birth_on": client.birth_on,
        "sex": client.get_sex_display() if client.sex != "U" else "Not known",
        "payer": payer,
        "street": client.street,
        "town": towns,
        "phone": client.phone,
        "email": client.email,
    }


def _strip(client: Client, slug: str, again_url: str) -> dict[str, Any] | None:
    """What stands over a chart that is not in use."""
    if client.merged_into:
        url = reverse("clients:client", args=[slug, client.merged_into_id])
        text = f"This chart was a duplicate and was merged into chart {client.merged_into.number}."
        return {"text": text, "detail": "", "link": {"label": f"Open chart {client.merged_into.number}", "url": url}}
    if client.active:
        return None
    link = {"label": "Make active again", "url": again_url} if again_url else None
    return {"text": "This client is inactive.", "detail": "Lists leave her out; what is open stays open.", "link": link}


def _facts_urls(request: Any, client: Client) -> list[str]:
    """Places at the right of the name, which sessions and billing fill."""
    args = [request.practice.slug, client.pk]
    found = [reverse("sessions:client_facts", args=args)]
    return [*found, reverse("billing:client_facts", args=args)] if request.member.may(P.SEE_INVOICES) else found


def _regions(request: Any, client: Client, tab: str, coverages: list[Coverage]) -> list[dict[str, str]]:
    """What a tab holds: places that upper apps fill, or words where the role may not look or nothing is there."""
    may, args = request.member.may, [request.practice.slug, client.pk]
    if tab == "visits":
        limits = {"title": "Limits", "id": "limits", "url": reverse("sessions:limits", args=args)}
        return [limits, {"title": "Visits", "id": "visits", "url": reverse("sessions:visits", args=args)}]
    if tab == "notes":
        if not may(P.READ_NOTE):
            return [_closed("Notes", "Your role does not read notes. Who treats the client does.")]
        return [{"title": "Notes", "id": "notes", "url": reverse("sessions:notes", args=args)}]
    if tab == "plan":
        return [{"title": "Plans of care", "id": "plans", "url": reverse("sessions:plans", args=args)}]
    if tab == "files":
        return [{"title": "Files", "id": "files", "url": reverse("clients:files", args=args)}]
    medicare = any(coverage.payer.plan_type == PlanType.MEDICARE for coverage in coverages)
    notices = {"title": "Advance notices", "id": "notices", "url": reverse("billing:notices", args=args)}
    ledger = {"title": "Ledger", "id": "billing", "url": reverse("billing:client_ledger", args=args)}
    if not may(P.SEE_INVOICES):
        ledger = _closed("Ledger", "Your role does not see the ledger. Billing and the owner do.")
    return [ledger, notices] if medicare and may(P.KEEP_NOTICES) else [ledger]


def _closed(title: str, words: str) -> dict[str, str]:
    return {"title": title, "id": title.lower(), "url": "", "words": words}
