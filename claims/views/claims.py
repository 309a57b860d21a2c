"""The biller's list and what she does from it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.reports import clients_without_payer, codes_without_fee
from claims import actions, details, lists
from claims.filters import ClaimFilter
from claims.models import Claim, Delivery, Direction, FileState, Interchange
from practice import audit, clock, work
from practice.findings import BadInput, Conflict
from practice.identifiers import whole
from practice.lock.marks import polled
from practice.money import ZERO
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import at_time, plural

PAGE = 100
FILTERS = ("client", "payer", "clinician", "start", "end")


def _claims(request: Any) -> QuerySet[Claim]:
    return Claim.objects.visible_to(request.member)


@require_safe
@allows(Permission.SEE_CLAIMS, listing="claims")
def claim_list(request: Any, slug: str) -> HttpResponse:
    """Claims by tab, what must be mended first."""
    tab = request.GET.get("tab", "submit")
    tab = tab if tab in lists.TABS else "submit"
    chosen = ClaimFilter(request.GET, queryset=_claims(request), request=request)
    paginator = Paginator(lists.in_order(chosen.qs, tab), PAGE)
    page = paginator.get_page(request.GET.get("page"))
    shown = list(page.object_list)
    filtered = any(request.GET.get(name) for name in FILTERS)
    context = {
        "subtitle": _subtitle(request),
        "actions": [_check_again(slug)] if request.member.may(Permission.SUBMIT_CLAIMS) else [],
        "tabs": _tabs(request, tab),
        "filter": chosen.form,
        "list_url": reverse("claims:list", args=[slug]),
        "clear_url": _url(slug, tab) if filtered else "",
        "groups": lists.groups(tab, shown, slug, request.practice.today()),
        "bulk": lists.bulk(shown) if tab == "submit" else None,
        "submit_url": reverse("claims:submit", args=[slug]),
        "hold_url": reverse("claims:hold", args=[slug]),
        "sent": _sent(request),
        "trouble": lists.trouble(slug) + _unpriced(),
        "page": page_context(request, page),
        "empty": _empty(tab, _url(slug, tab) if filtered else ""),
    }
    return render(request, "claims/list.html", context)


def _check_again(slug: str) -> dict[str, str]:
    url = reverse("claims:check", args=[slug])
    return {"label": "Check again", "url": url, "icon": "arrow-path", "method": "post"}


def _url(slug: str, tab: str) -> str:
    return reverse("claims:list", args=[slug]) + ("" if tab == "submit" else f"?tab={tab}")


def _tabs(request: Any, current: str) -> list[dict[str, Any]]:
    found = lists.counts(_claims(request))
    slug = request.practice.slug
    return [
        {
            "label": label,
            "value": "" if name == "submit" else name,
            "url": _url(slug, name),
            "count": found[name],
            "current": name == current,
        }
        for name, (label, _) in lists.TABS.items()
    ]


def _subtitle(request: Any) -> str:
    waiting = _claims(request).filter(delivery=Delivery.MADE).aggregate(checked=Max("checked_at"))["checked"]
    if waiting is None:
        return "Nothing waits to be submitted."
    minutes = int((clock.now() - waiting).total_seconds() // 60)
    when = (
        "just now"
        if minutes < 1
        else f"{plural(minutes, 'minute')} ago"
        if minutes < 60
        else f"at {at_time(waiting, request.practice.zone)}"
    )
    return f"Checked {when}, and once more before anything is sent."


def _sent(request: Any) -> dict[str, Any] | None:
    """The newest batch that can still be taken back."""
    queued = Interchange.objects.filter(direction=Direction.OUT, state=FileState.QUEUED).order_by("-id").first()
    if queued is None:
        return None
    until = work.due_at(actions.delivery_job(queued))
    return lists.sent(queued, until, request.practice.slug, request.practice.zone) if until > clock.now() else None


def _unpriced() -> list[dict[str, Any]]:
    """Signed sessions that cannot be charged yet, and what they wait for."""
    codes, people = codes_without_fee(), clients_without_payer()
    found = []
    if codes:
        found.append(f"Signed sessions wait for a fee: {', '.join(codes)} has no price yet.")
    if people:
        named = ", ".join(people[:5]) + (f" and {len(people) - 5} more" if len(people) > 5 else "")
        found.append(f"Signed sessions for an injury at work wait for a workers’ compensation coverage: {named}.")
    return [{"text": text, "actions": []} for text in found]


def _empty(tab: str, clear_url: str) -> dict[str, str]:
    if clear_url:
        return {"title": "No claims match these filters", "text": "", "clear_url": clear_url}
    texts = {
        "submit": "New ones appear here when a session is signed and charged.",
        "payer": "Claims appear here once they are submitted.",
        "rejected": "Claims a payer turns away at the door appear here.",
        "denied": "Claims a payer decides not to pay appear here.",
        "paid": "Claims appear here when a remittance has paid them.",
    }
    return {"title": "Nothing here", "text": texts[tab], "clear_url": ""}


@polled
@require_safe
@allows(Permission.SEE_CLAIMS, shows=NOBODY)
def count(request: Any, slug: str) -> HttpResponse:
    """How many claims wait for the biller."""
    waiting = _claims(request).filter(delivery=Delivery.MADE, held=False).count()
    return HttpResponse(str(waiting) if waiting else "")


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def check(request: Any, slug: str) -> HttpResponse:
    """Scrub everything that waits once more."""
    checked = actions.check_waiting()
    messages.success(request, f"{plural(checked, 'claim')} checked.")
    return redirect("claims:list", slug)


def _chosen(request: Any, data: Any) -> list[int]:
    ids = [pk for pk in map(whole, data.getlist("claim")) if pk is not None]
    return list(_claims(request).filter(pk__in=ids).values_list("pk", flat=True))


@require_http_methods(["GET", "POST"])
@allows(Permission.SUBMIT_CLAIMS, listing="claims to submit")
def submit(request: Any, slug: str) -> HttpResponse:
    """GET shows what would go; POST sends it."""
    if request.method == "GET":
        return _confirm(request)
    try:
        actions.submit(by=request.member, claims=_chosen(request, request.POST))
    except (Conflict, BadInput) as refused:
        messages.error(request, str(refused))
    return redirect("claims:list", slug)


def _confirm(request: Any) -> HttpResponse:
    chosen = list(
        _claims(request)
        .filter(pk__in=_chosen(request, request.GET), delivery=Delivery.MADE, held=False)
        .exclude(worst__in=lists.STOPS)
        .select_related("payer")
    )
    rows = lists.by_payer(chosen)
    goes_at = clock.now() + timedelta(seconds=settings.SEND_UNDO_SECONDS)
    context = {
        "rows": rows,
        "count": len(chosen),
        "sum": sum((row["sum"] for row in rows), ZERO),
        "goes_at": f"at {at_time(goes_at, request.practice.zone)}",
        "ids": [claim.pk for claim in chosen],
        "list_url": reverse("claims:list", args=[request.practice.slug]),
        "submit_url": reverse("claims:submit", args=[request.practice.slug]),
    }
    return render(request, "claims/confirm.html", context)


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def hold(request: Any, slug: str) -> HttpResponse:
    """Keep claims out of the next batch."""
    changed = actions.hold(by=request.member, claims=_chosen(request, request.POST))
    if changed:
        messages.success(request, f"{plural(changed, 'claim')} held. Open one to let it go.")
    else:
        messages.error(request, "No claim was held: tick claims that wait to be submitted.")
    return redirect("claims:list", slug)


@require_safe
@allows(Permission.SEE_CLAIMS, shows="claim")
def claim(request: Any, slug: str, pk: int) -> HttpResponse:
    """One claim: lines, findings, history, and the very segments that were sent."""
    found = get_object_or_404(_claims(request).select_related(*details.NEEDS), pk=pk)
    audit.seen(found, client_id=found.client_id, section="claim")
    return render(request, "claims/claim.html", details.claim_page(found, request))


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def hold_one(request: Any, slug: str, pk: int, held: bool) -> HttpResponse:
    """Hold one claim, or let it go."""
    found = get_object_or_404(_claims(request), pk=pk)
    if not actions.hold(by=request.member, claims=[found.pk], held=held):
        messages.error(request, "Nothing changed: only a claim that waits to be submitted is held or let go.")
    return redirect("claims:claim", slug, pk)


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def make_again(request: Any, slug: str, pk: int) -> HttpResponse:
    """Ask again for what was turned away at the door."""
    found = get_object_or_404(_claims(request), pk=pk)
    try:
        fresh = actions.make_again(by=request.member, claim=found)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return redirect("claims:claim", slug, pk)
    return redirect("claims:claim", slug, fresh.pk)


def _file_action(request: Any, slug: str, pk: int, verb: Any, done: str) -> HttpResponse:
    interchange = get_object_or_404(Interchange, pk=pk, direction=Direction.OUT)
    try:
        verb(by=request.member, interchange=interchange)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, done)
    return redirect("claims:list", slug)


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def take_back(request: Any, slug: str, pk: int) -> HttpResponse:
    """Undo a submission."""
    return _file_action(request, slug, pk, actions.take_back, "The claims are back under To submit.")


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def confirm(request: Any, slug: str, pk: int) -> HttpResponse:
    """A doubtful file did arrive."""
    return _file_action(request, slug, pk, actions.confirm_delivery, "Noted: the file arrived.")


@require_POST
@allows(Permission.SUBMIT_CLAIMS)
def deny(request: Any, slug: str, pk: int) -> HttpResponse:
    """A doubtful file never arrived: it goes out now."""
    return _file_action(request, slug, pk, actions.deny_delivery, "The file goes out again.")
