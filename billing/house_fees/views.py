"""Doors of fees without a session, in a client's chart: what was charged, a new one, taking one back."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing.house_fees import actions
from billing.house_fees.amounts import amounts
from billing.house_fees.forms import ClientFeeForm
from billing.models import ClientFee, OpenItem
from clients.form_pages import Asked, ask
from clients.forms.base import ReasonForm
from clients.models import Client, Coverage
from clients.never_billed import because
from clients.shielding import shielding
from practice import audit, form_pages
from practice.identifiers import whole
from practice.models import local_today
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions import lifecycle
from sessions.models import Session

PAGE = 20
FORM = ["GET", "HEAD", "POST"]
MOST_VISITS = 50
TAKEN_BACK = {"word": "Taken back", "kind": "mute", "icon": ""}
OPEN = {"word": "Open", "kind": "info", "icon": "clock"}
PAID = {"word": "Settled", "kind": "ok", "icon": "check-circle"}


def _client(request: Any, pk: int) -> Client:
    found = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(found, client_id=found.pk, section="fees")
    return found


def fees_of(client: Client) -> QuerySet[ClientFee]:
    """The fees of a client on all her charts, newest first."""
    rows = ClientFee.objects.filter(client__in=client.ids).select_related("charge", "by__user")
    return rows.order_by("-id")


@require_safe
@allows(Permission.CHARGE_FEES, shows="fees")
def client_fees(request: Any, slug: str, pk: int) -> HttpResponse:
    """What a client was charged without a visit; in her chart."""
    client = _client(request, pk)
    page = Paginator(fees_of(client), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    items = OpenItem.objects.filter(charge__in=[row.charge_id for row in rows]).exclude(balance=0)
    owed = {item.charge_id: item.balance for item in items}
    back = f"?next={reverse('clients:client', args=[slug, client.pk])}%3Ftab=billing"
    context = {
        "rows": [
            {
                "what": row.get_kind_display(),
                "on": row.charge.served_on,
                "amount": row.charge.amount,
                "by": row.by.user.name,
                "state": TAKEN_BACK if row.charge.reversed_by_id else OPEN if row.charge_id in owed else PAID,
                "back_url": ""
                if row.charge.reversed_by_id
                else reverse("billing:take_back_fee", args=[slug, row.pk]) + back,
            }
            for row in rows
        ],
        "page": page_context(request, page),
        "new_url": reverse("billing:new_client_fee", args=[slug, pk]) + back,
        "shield": shield_of(client),
    }
    return render(request, "billing/client_fees.html", context)


def shield_of(client: Client) -> str:
    """Why a client may be charged no fee today, in words; empty where she may."""
    rows = list(Coverage.objects.filter(client__in=client.ids).select_related("payer"))
    qmb = [row.pk for row in rows if row.qmb]
    found = shielding([row.facts for row in rows], local_today(), qmb=qmb)
    return f"{found.name}: {because(found.kind, qmb=found.id in qmb)}." if found else ""


def _visits(client: Client) -> QuerySet[Session]:
    """Missed and canceled visits of the last year."""
    since = local_today() - timedelta(days=366)
    gone = Session.objects.filter(client__in=client.ids, state__in=lifecycle.GONE)
    rows = gone.filter(served_on__gte=since, served_on__lte=local_today())
    return rows.select_related("case").order_by("-served_on", "-id")


def _uncharged(visits: QuerySet[Session]) -> QuerySet[Session]:
    charged = ClientFee.objects.filter(session__isnull=False, charge__reversed_by=None)
    return visits.exclude(pk__in=charged.values("session"))


@require_http_methods(FORM)
@allows(Permission.CHARGE_FEES, shows="fees")
def new_client_fee(request: Any, slug: str, pk: int) -> HttpResponse:
    """Charge a fee: for a visit that was missed or canceled late (`?session=`), or for none."""
    client = _client(request, pk)
    visits = _visits(client)
    chosen = visits.filter(pk=whole(request.GET.get("session", "")) or 0).first()
    kind = "late cancel" if chosen and chosen.state == "cancelled" else "no show" if chosen else "records"
    initial = {
        "kind": kind, "amount": amounts().get(kind), "session": chosen,
        "on": chosen.served_on if chosen else request.practice.today(), "key": uuid.uuid4(),
    }  # fmt: skip
    offered = visits if request.method == "POST" else _uncharged(visits)  # pressed twice, the first is charged already
    form = ClientFeeForm(form_pages.typed(request), visits=offered, initial=initial)
    told = shield_of(client)
    lead = told or "The client owes it at once, and it is on no claim."
    home = reverse("clients:client", args=[slug, client.pk]) + "?tab=billing"
    asked = Asked("Charge a fee", f"{client.name}. {lead}", "Charge the fee", home)
    return ask(request, form, asked, lambda **values: actions.charge_fee(by=request.member, client=client, **values))


@require_http_methods(FORM)
@allows(Permission.CHARGE_FEES, shows="fees")
def take_back_fee(request: Any, slug: str, pk: int) -> HttpResponse:
    """Reverse a fee, with the reason."""
    rows = ClientFee.objects.filter(client__in=Client.objects.visible_to(request.member))
    fee = get_object_or_404(rows.select_related("client", "charge"), pk=pk)
    audit.seen(fee, client_id=fee.client_id, section="fees")
    form = ReasonForm(form_pages.typed(request))
    home = reverse("clients:client", args=[slug, fee.client_id]) + "?tab=billing"
    lead = f"{fee.client.name}, {fee.get_kind_display().lower()}. What was paid for it becomes credit."
    asked = Asked("Take the fee back", lead, "Take it back", home)
    return ask(request, form, asked, lambda reason: actions.take_back_fee(by=request.member, fee=fee, reason=reason))
