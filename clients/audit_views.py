"""Doors to the audit: who did and saw what, for the owner."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clients import audit_list, emergency
from practice import audit, audit_seals, clock, exports
from practice.models import AuditKind, AuditSeal
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import at_time, plural

PAGE = 50
COLUMNS = ("When (UTC)", "Written (UTC)", "Person", "Kind", "Did what", "Client", "Chart", "Facts")


@require_safe
@allows(Permission.SEE_AUDIT, listing="audit rows")
def audit_page(request: Any, slug: str) -> HttpResponse:
    """Everything that was changed, seen, exported or refused: by person, client, kind and period."""
    wanted, zone = audit_list.Wanted.of(request.GET), request.practice.zone
    page = Paginator(audit_list.events(wanted, zone), PAGE).get_page(request.GET.get("page"))
    url = reverse("audit:list", args=[slug])
    context = {
        "subtitle": _sealed(zone),
        "broken": _broken(),
        "actions": [{"label": "Export", "icon": "arrow-down-tray", "url": _export_url(request, slug)}],
        "emergencies": [_emergency(access, slug, zone) for access in emergency.recent()[:PAGE]],
        "wanted": wanted,
        "people": [(member.pk, member.user.name) for member in audit_list.people()],
        "kinds": AuditKind.choices,
        "list_url": url,
        "clear_url": url if wanted.narrowed else "",
        "heads": audit_list.heads(wanted, request.GET),
        "rows": [audit_list.shown(row, slug, zone) for row in audit_list.told(page.object_list)],
        "cut": page.paginator.count >= exports.MOST,
        "page": page_context(request, page),
    }
    return render(request, "clients/audit.html", context)


def _emergency(access: emergency.EmergencyAccess, slug: str, zone: str) -> dict[str, Any]:
    ends = list(access.ends.all())
    over, until = access.until <= clock.now(), at_time(access.until, zone)
    state = f"ended by {ends[0].by.user.name}" if ends else f"ended at {until}" if over else f"open until {until}"
    return {
        "when": audit_list.moment(access.opened_at, zone),
        "person": access.member.user.name,
        "client": access.client.name,
        "url": reverse("clients:client", args=[slug, access.client_id]),
        "reason": access.reason,
        "state": state,
        "end_url": "" if ends or over else reverse("clients:end_emergency", args=[slug, access.pk]),
    }


@require_safe
@allows(Permission.SEE_AUDIT, shows=NOBODY)
def emergency_count(request: Any, slug: str) -> HttpResponse:
    """How many charts were opened in an emergency within a day: what the owner should look at."""
    opened = emergency.recent().filter(opened_at__gt=clock.now() - timedelta(days=1)).count()
    return HttpResponse(str(opened) if opened else "")


def _export_url(request: Any, slug: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return f"{reverse('audit:export', args=[slug])}?{query.urlencode()}"


def _sealed(zone: str) -> str:
    """Up to when nothing can be changed unnoticed, and what the last check found."""
    last, check = AuditSeal.objects.order_by("-number").defer("ids", "leaves").first(), audit_seals.last_check()
    if last is None:
        return "Nothing is sealed yet; that happens every few minutes."
    told = f"Sealed up to {audit_list.moment(last.sealed_at, zone)}."
    if check is None:
        return f"{told} It is checked every night."
    state = "does not verify" if check.detail["wrong"] else "unbroken"
    rows = plural(check.detail["rows"], "row")
    return f"{told} Checked {audit_list.moment(check.at, zone)}: {rows}, {state}."


def _broken() -> str:
    check = audit_seals.last_check()
    return check.detail["wrong"][0] if check and check.detail["wrong"] else ""


@require_safe
@allows(Permission.SEE_AUDIT, listing="audit rows")
def audit_export(request: Any, slug: str) -> HttpResponse:
    """The same rows as a file. That it was taken is kept too, in the same transaction."""
    wanted, zone = audit_list.Wanted.of(request.GET), request.practice.zone
    rows = audit_list.told(audit_list.events(wanted, zone))
    audit.record("export audit", request.practice, rows=len(rows))
    lines = (
        (
            row.event.at.isoformat(timespec="seconds"), row.event.written_at.isoformat(timespec="seconds"), row.person,
            row.event.kind, row.words, row.client, row.chart, row.facts,
        )
        for row in rows
    )  # fmt: skip
    return exports.csv_file(f"audit-{request.practice.today().isoformat()}", COLUMNS, lines)
