"""Doors of fees: what holds and what comes, a new one, a whole schedule, the history of a code."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing import actions
from billing.house_fees.actions import set_house_fee
from billing.house_fees.amounts import amounts
from billing.schedules import pages
from billing.schedules.forms import FeeForm, HouseFeeForm, RateForm, ScheduleForm
from clients.form_pages import Asked, ask
from clients.models import Payer
from practice import form_pages
from practice.findings import BadInput
from practice.identifiers import whole
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.setup.tabs import tabs
from practice.templatetags.house import plural
from sessions.codes import CODES

PAGE = 50
FORM = ["GET", "HEAD", "POST"]
TABS = {"usual": "Usual fees", "contracts": "Contract rates"}


@require_safe
@allows(Permission.SET_FEES, shows=NOBODY)
def fees(request: Any, slug: str) -> HttpResponse:
    """What services cost today and later, and what contracts allow."""
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "usual"
    today, payer = request.practice.today(), whole(request.GET.get("payer", ""))
    rows = pages.contracts(today, payer) if tab == "contracts" else pages.usual(today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    url = reverse("billing:fees", args=[slug])
    context = {
        "settings": tabs(request, "fees"),
        "kinds": [
            {"label": label, "url": url if key == "usual" else f"{url}?tab={key}", "count": None, "current": key == tab}
            for key, label in TABS.items()
        ],
        "tab": tab,
        "waiting": pages.waiting(slug),
        "rows": pages.shown(list(page.object_list), slug),
        "payers": Payer.objects.order_by("name", "pk") if tab == "contracts" else [],
        "payer": payer,
        "new_url": reverse("billing:new_rate" if tab == "contracts" else "billing:new_fee", args=[slug]),
        "import_url": reverse("billing:import_fees", args=[slug]),
        "without_visit": pages.without_visit(slug) if tab == "usual" else [],
        "page": page_context(request, page),
    }
    return render(request, "billing/fees.html", context)


def _asked(slug: str, title: str, lead: str) -> Asked:
    return Asked(title, lead, "Save", reverse("billing:fees", args=[slug]), {"kind": "Fee"})


def _chosen(request: Any, today: date) -> dict[str, Any]:
    """What the address says of a new price."""
    wanted = {name: request.GET.get(name, "")[:20] for name in ("code", "location", "payer")}
    return {"starts_on": today, **{name: value for name, value in wanted.items() if value}}


@require_http_methods(FORM)
@allows(Permission.SET_FEES, shows=NOBODY)
def new_fee(request: Any, slug: str) -> HttpResponse:
    """A fee from a day on."""
    form = FeeForm(form_pages.typed(request), initial=_chosen(request, request.practice.today()))
    lead = "The charge is the usual fee for everyone. Visits that were charged keep their fee."
    asked = _asked(slug, "New fee", lead)
    return ask(request, form, asked, lambda **values: actions.set_fee(by=request.member, **values))


@require_http_methods(FORM)
@allows(Permission.SET_FEES, shows=NOBODY)
def new_rate(request: Any, slug: str) -> HttpResponse:
    """A contract rate from a day on."""
    form = RateForm(form_pages.typed(request), initial=_chosen(request, request.practice.today()))
    asked = _asked(slug, "New contract rate", "Estimates read it. Nothing is charged or given up by it.")
    return ask(request, form, asked, lambda **values: actions.set_rate(by=request.member, **values))


@require_http_methods(FORM)
@allows(Permission.SET_FEES, shows=NOBODY)
def import_fees(request: Any, slug: str) -> HttpResponse:
    """A whole schedule: all of it, or nothing and what is wrong in which line."""
    form = ScheduleForm(form_pages.typed(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            fees, rates = actions.import_fees(by=request.member, body=form.body)
        except BadInput as bad:
            for place, text in bad.errors.items():
                form.add_error(*(("text", text) if place == "text" else (None, f"{place.capitalize()}: {text}")))
        else:
            messages.success(request, f"{plural(fees, 'fee')} and {plural(rates, 'contract rate')} taken.")
            return redirect("billing:fees", slug)
    url = reverse("billing:fees", args=[slug])
    context = {"cancel": {"label": "Not now", "url": url}, "crumbs": [{"label": "Fees", "url": url}]}
    return form_pages.answer(request, "billing/fees_import.html", form, context)


@require_http_methods(FORM)
@allows(Permission.SET_FEES, shows=NOBODY)
def house_fee(request: Any, slug: str) -> HttpResponse:
    """The amount of a fee without a session."""
    kind = request.GET.get("kind", "")[:20]
    form = HouseFeeForm(form_pages.typed(request), initial={"kind": kind, "amount": amounts().get(kind)})
    lead = "Medicare allows a fee for a missed visit only where everybody is charged the same. Medicaid allows none."
    asked = _asked(slug, "Fee without a visit", lead)
    return ask(request, form, asked, lambda **values: set_house_fee(by=request.member, **values))


@require_safe
@allows(Permission.SET_FEES, shows=NOBODY)
def history(request: Any, slug: str, code: str) -> HttpResponse:
    """Every price of a code."""
    if code not in CODES:
        raise Http404
    page = Paginator(pages.history(code, request.practice.today()), PAGE).get_page(request.GET.get("page"))
    context = {
        "code": code,
        "label": CODES[code].label,
        "rows": page.object_list,
        "page": page_context(request, page),
        "crumbs": [{"label": "Fees", "url": reverse("billing:fees", args=[slug])}],
    }
    return render(request, "billing/fee_history.html", context)
