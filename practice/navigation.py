"""What the sidebar shows: only what the person may open, and the counts that wait for her."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from practice import clock, work
from practice.models import Clinician, Practice
from practice.permissions import Permission as P


@dataclass(frozen=True)
class Item:
    label: str
    icon: str
    view: str
    needs: P
    group: str = ""
    count: str = ""  # name of the view that answers with the number that waits
    supervises: bool = False  # only where co-signatures come to her, or her own notes want one


ITEMS = (
    Item("Today", "sun", "sessions:today", P.SEE_OWN_DAY),
    Item("Calendar", "calendar-days", "sessions:calendar", P.SEE_CALENDAR),
    Item(
        "To co-sign", "pencil-square", "sessions:to_cosign", P.SIGN_NOTE, count="sessions:cosign_count", supervises=True
    ),
    Item("Claims", "document-check", "claims:list", P.SEE_CLAIMS, "Money", count="claims:count"),
    Item(
        "Remittances",
        "inbox-arrow-down",
        "claims:remittances",
        P.SEE_REMITTANCES,
        "Money",
        count="claims:remittance_count",
    ),
    Item("Invoices", "document-text", "billing:invoices", P.SEE_INVOICES, "Money", count="billing:invoice_count"),
    Item("Write-offs", "receipt-percent", "billing:write_offs", P.WRITE_OFF, "Money", count="billing:write_off_count"),
    Item("Credits", "banknotes", "billing:credits", P.SEE_INVOICES, "Money", count="billing:credit_count"),
    Item("Receivables", "chart-bar", "claims:receivables", P.SEE_RECEIVABLES, "Money"),
    Item("Clients", "users", "clients:list", P.SEE_CLIENTS, "Look up"),
    Item("Plans of care", "clipboard-document-check", "sessions:plan_list", P.SEE_CLIENTS, "Look up"),
    Item("Audit", "shield-check", "audit:list", P.SEE_AUDIT, "Look up", count="audit:count"),
    Item("Payers", "building-library", "clients:payers", P.EDIT_PAYERS, "Look up"),
    Item("Referrers", "identification", "clients:referrers", P.SEE_CLIENTS, "Look up"),
    Item("Fees", "banknotes", "billing:fees", P.SET_FEES, "Practice"),
    Item("Team", "user-group", "team:list", P.MANAGE_TEAM, "Practice"),
    Item("Settings", "cog-6-tooth", "setup:profile", P.MANAGE_PRACTICE, "Practice"),
)


def first_page(member: Any) -> str:
    """The name of the view a person starts on."""
    if "owner" in member.roles:
        return "claims:receivables"
    return next(item.view for item in ITEMS if member.may(item.needs) and not item.supervises)


def progress_of(practice: Practice) -> dict[str, Any] | None:
    """The strip under the top bar while long work goes on."""
    found = work.progress(practice.pk)
    if found is None:
        return None
    text, done, total = found
    return {"text": text, "done": done, "total": total, "url": reverse("progress", args=[practice.slug])}


def supervising() -> Exists:
    """Whether somebody works under a clinician."""
    return Exists(Clinician.objects.filter(supervisor=OuterRef("pk")))


def house(request: Any) -> dict[str, Any]:
    """Context of every page inside a practice: sidebar, date, who is signed in."""
    member = getattr(request, "member", None)
    if member is None:
        return {}
    path, items = request.path_info, list[dict[str, Any]]()
    clinician = member.clinician_rows.annotate(supervising=supervising()).first()
    cosigns = clinician is not None and (clinician.supervising or clinician.supervisor_id is not None)
    for item in ITEMS:
        if member.may(item.needs) and (cosigns or not item.supervises):
            url = reverse(item.view, args=[request.practice.slug])
            items.append(
                {
                    "label": item.label,
                    "icon": item.icon,
                    "group": item.group,
                    "url": url,
                    "current": False,
                    "count_url": reverse(item.count, args=[request.practice.slug]) if item.count else "",
                }
            )
    within = [item for item in items if path.startswith(item["url"])]
    if within:  # a list may stand below the address of another
        max(within, key=lambda item: len(item["url"]))["current"] = True
    slug = request.practice.slug
    return {
        "find_url": reverse("claims:find", args=[slug]),
        "progress": progress_of(request.practice),
        "practice": request.practice,
        "member": member,
        "member_title": clinician.credentials if clinician else member.title,
        "navigation": items,
        "today": request.practice.today(),
        "now": clock.now(),
        "lock_seconds": request.sign_in.minutes * 60 if hasattr(request, "sign_in") else 0,
    }
