"""What the client pages show: from rows to the context of a template."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from clients import chart_parts, emergency
from clients.icd10.search import labels
from clients.merged import by_client, charts_of
from clients.models import CareTeam, Case, Client, ClientContact, Coverage, PlanType
from clients.paying import paid_by
from clients.sharing import sharing_today
from practice.identifiers import whole
from practice.permissions import Permission as P
from practice.templatetags.house import at_time

TABS = {"visits": "Visits", "notes": "Notes", "plan": "Plan and goals", "billing": "Billing", "files": "Files"}


def row(
    client: Client, slug: str, today: date, plans: list[Coverage], cases: list[Case], care: list[CareTeam]
) -> dict[str, Any]:
    """A client in the list."""
    return {
        "url": reverse("clients:client", args=[slug, client.pk]),
        "name": client.name,
        "number": client.number,
        "age": client.age_on(today),
        "payer": paid_by(plans, cases, today),
        "complaint": ", ".join(case.complaint for case in cases if case.closed_on is None),
        "clinician": ", ".join(dict.fromkeys(member.clinician.name for member in care)),
    }


def rows(clients: Sequence[Client], slug: str, today: date) -> list[dict[str, Any]]:
    """Rows of the list: to each client what stands on any chart of hers, in a constant number of queries."""
    homes = charts_of({client.pk for client in clients})
    plans = Coverage.objects.filter(client__in=homes).select_related("payer")
    care = CareTeam.objects.filter(client__in=homes).select_related("clinician__member__user")
    plans_of, care_of = by_client(plans.order_by("id"), homes), by_client(care.order_by("id"), homes)
    cases_of = by_client(Case.objects.filter(client__in=homes).order_by("id"), homes)
    return [row(each, slug, today, plans_of[each.pk], cases_of[each.pk], care_of[each.pk]) for each in clients]


def chart(client: Client, request: Any) -> dict[str, Any]:
    """Context of clients/client.html."""
    today, slug, may = request.practice.today(), request.practice.slug, request.member.may
    charts = client.ids
    plans = Coverage.objects.filter(client__in=charts).select_related("payer", "subscriber", "case")
    coverages = list(plans.order_by("rank", "-starts_on"))
    rows = Case.objects.filter(client__in=charts).select_related("referrer")
    rows = rows.prefetch_related("diagnoses", "authorizations__coverage__payer")
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
        "merged": _merged(client, charts, request),
        "emergencies": [_emergency(access, request) for access in emergency.in_force_for(charts)],
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
        "contacts": _contacts(client, today, url if edit else None),
        "team": [chart_parts.clinician(row, url if edit else None) for row in _team(charts)],
        "assign_url": url("assign", client.pk) if edit else "",
        "edit_url": url("edit_client", client.pk) if edit else "",
        "deactivate_url": url("deactivate", client.pk) if edit and client.active else "",
        "add_person_url": url("add_person", client.pk) if edit else "",
        "move_url": reverse("claims:move", args=[slug, client.pk]) if may(P.MOVE_COVERAGE) and coverages else "",
        "share_url": url("share_between", client.pk) if cover else "",
        "open_case_url": url("open_case", client.pk) if edit else "",
        "add_coverage_url": url("add_coverage", client.pk) if cover else "",
    }


def _contacts(client: Client, today: date, url: Any) -> list[dict[str, Any]]:
    links = ClientContact.objects.filter(client__in=client.ids).select_related("contact").order_by("id")
    sharing = sharing_today(client)
    return [chart_parts.contact(link, client, sharing, today, url) for link in links]


def _team(charts: Sequence[int]) -> list[CareTeam]:
    """Each clinician once, on however many of the merged charts she stands."""
    rows = CareTeam.objects.filter(client__in=charts).select_related("clinician__member__user")
    return sorted(rows.order_by("clinician", "id").distinct("clinician"), key=lambda row: row.pk)


def _emergency(access: emergency.EmergencyAccess, request: Any) -> dict[str, Any]:
    """A strip over the chart while somebody reads it in an emergency; she and the owner may end it."""
    may_end = access.member_id == request.member.pk or request.member.may(P.SEE_AUDIT)
    url = reverse("clients:end_emergency", args=[request.practice.slug, access.pk])
    return {
        "text": f"Opened in emergency until {at_time(access.until, request.practice.zone)}:",
        "detail": f"{access.reason} ({access.member.user.name})",
        "actions": [{"label": "End now", "url": url}] if may_end else [],
    }


def _merged(client: Client, charts: Sequence[int], request: Any) -> list[dict[str, Any]]:
    """The charts that were merged into this one, the one whose address the person came by as `here`, each with the way
    to undo it."""
    if len(charts) == 1:
        return []
    came_by, may = whole(request.GET.get("merged", "")), request.member.may(P.MERGE_CLIENTS)
    return [
        {
            "text": f"Chart {chart.number} was merged into this one.",
            "detail": "All of both is shown here.",
            "here": chart.pk == came_by,
            "actions": [{"label": "Undo", "url": reverse("billing:unmerge", args=[request.practice.slug, chart.pk])}]
            if may
            else [],
        }
        for chart in Client.objects.filter(pk__in=charts, merged_into__isnull=False).order_by("number")
    ]


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
        return [{"title": "Plan of care and goals", "id": "plans", "url": reverse("sessions:plans", args=args)}]
    if tab == "files":
        return [{"title": "Files", "id": "files", "url": reverse("clients:files", args=args)}]
    return _money(request, client, coverages)


def _money(request: Any, client: Client, coverages: list[Coverage]) -> list[dict[str, str]]:
    """The places of the billing tab, each for who may look into it."""
    may, args = request.member.may, [request.practice.slug, client.pk]
    medicare = any(coverage.payer.plan_type == PlanType.MEDICARE for coverage in coverages)
    places = (
        ("Sliding fee", "sliding", "billing:sliding_fees", may(P.GRANT_DISCOUNTS)),
        ("Hardship", "hardship", "billing:hardships", may(P.GRANT_DISCOUNTS)),
        ("Fees without a visit", "fees", "billing:client_fees", may(P.CHARGE_FEES)),
        ("Superbills", "superbills", "billing:superbills", may(P.SEE_INVOICES)),
        ("Good faith estimates", "estimates", "billing:estimates", may(P.GIVE_ESTIMATES)),
        ("Advance notices", "notices", "billing:notices", medicare and may(P.KEEP_NOTICES)),
    )
    ledger = {"title": "Ledger", "id": "billing", "url": reverse("billing:client_ledger", args=args)}
    if not may(P.SEE_INVOICES):
        ledger = _closed("Ledger", "Your role does not see the ledger. Billing and the owner do.")
    payers = [{"title": "Payments", "id": "payers", "url": reverse("billing:payers", args=args)}]
    found = ({"title": title, "id": id, "url": reverse(view, args=args)} for title, id, view, open_ in places if open_)
    return [*(payers if may(P.TAKE_PAYMENT) else []), ledger, *found]


def _closed(title: str, words: str) -> dict[str, str]:
    return {"title": title, "id": title.lower(), "url": "", "words": words}
