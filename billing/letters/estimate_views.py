"""Doors of good faith estimates: a client's list, a new one, one of them, its PDF."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing.fees import Fees
from billing.letters import actions, pages, papers
from billing.letters.actions.estimates import MOST_CODES
from billing.letters.forms import EstimateForm
from billing.letters.good_faith import latest_end
from billing.models import GoodFaithEstimate
from clients.models import Case, Client
from practice import audit, money, pdf
from practice.form_pages import done, typed
from practice.models import Clinician, Location
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions.codes import CODES
from sessions.models import PlanOfCare

PAGE = 20
VISITS = 12  # proposed for each service of the plan of care


def _client(request: Any, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.member), pk=pk)


def estimates_for(member: Any) -> QuerySet[GoodFaithEstimate]:
    """Those of clients a member may see, with what their pages show."""
    rows = GoodFaithEstimate.objects.filter(client__in=Client.objects.visible_to(member))
    return rows.select_related("client", "made_by__user")


@require_safe
@allows(Permission.GIVE_ESTIMATES, shows="estimates")
def estimates(request: Any, slug: str, pk: int) -> HttpResponse:
    """The estimates of a client, newest first; in her chart."""
    client = _client(request, pk)
    audit.seen(client, client_id=client.pk, section="estimates")
    rows = estimates_for(request.member).filter(client__in=client.ids).order_by("-id")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": pages.estimate_rows(list(found.object_list), client, slug, request.practice.today()),
        "page": page_context(request, found),
        "new_url": reverse("billing:new_estimate", args=[slug, pk]),
    }
    return render(request, "billing/estimates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.GIVE_ESTIMATES, shows="estimates")
def new_estimate(request: Any, slug: str, pk: int) -> HttpResponse:
    """Fill an estimate. The services of the plan of care are proposed."""
    client = _client(request, pk)
    audit.seen(client, client_id=client.pk, section="estimates")
    form = _form(request, client)
    made: list[GoodFaithEstimate] = []
    if request.method == "POST" and done(
        form, lambda _: made.append(actions.give_estimate(by=request.member, **form.asked()))
    ):
        return redirect("billing:estimate", slug, made[0].pk)
    chart = f"{reverse('clients:client', args=[slug, client.pk])}?tab=billing"
    context = {
        "form": form,
        "cases": form.fields["case"].queryset.exists(),  # type: ignore[attr-defined]
        "crumbs": [
            {"label": "Clients", "url": reverse("clients:list", args=[slug])},
            {"label": client.name, "url": chart},
        ],
        "back": {"label": "Not now", "url": chart},
    }
    return render(request, "billing/estimate_new.html", context, status=422 if form.errors else 200)


def _form(request: Any, client: Client) -> EstimateForm:
    today = request.practice.today()
    cases = Case.objects.filter(client__in=client.ids, closed_on=None).order_by("-opened_on", "-id")
    disciplines = set(cases.values_list("discipline", flat=True))
    fees = Fees().on(today)
    codes = [
        (code, f"{code} {CODES[code].label}, {money.show(fees[code])}")
        for code in sorted(fees)
        if code in CODES and CODES[code].disciplines & disciplines
    ]
    clinicians = Clinician.objects.filter(discipline__in=disciplines, member__active=True, assistant=False)
    clinicians = clinicians.select_related("member__user").order_by("member__user__last_name", "pk")
    initial: dict[str, Any] = {
        "starts_on": today, "ends_on": latest_end(today), "asked_on": today, "frequency": "once a week",
        "key": uuid.uuid4(),
    }  # fmt: skip
    treats = client.care_team.order_by("id").values_list("clinician", flat=True).first()
    if treats:
        initial["clinician"] = treats
    plan = PlanOfCare.objects.filter(case__in=cases, ends_on__gte=today).order_by("-starts_on", "-id").first()
    planned = [code for code in (plan.codes if plan else []) if code in dict(codes)][:MOST_CODES]
    for n, code in enumerate(planned, start=1):
        initial |= {f"code_{n}": code, f"units_{n}": 1, f"visits_{n}": VISITS}
    return EstimateForm(
        typed(request), cases=cases, clinicians=clinicians, codes=codes, initial=initial,
        locations=Location.objects.filter(closed_on=None).order_by("id"),
    )  # fmt: skip


@require_safe
@allows(Permission.GIVE_ESTIMATES, shows="estimate")
def estimate(request: Any, slug: str, pk: int) -> HttpResponse:
    """An estimate as it was given, with what was billed since."""
    found = get_object_or_404(estimates_for(request.member), pk=pk)
    audit.seen(found, client_id=found.client_id, section="estimate")
    return render(request, "billing/letter.html", pages.estimate_page(found, slug, request.practice.today()))


@require_safe
@allows(Permission.GIVE_ESTIMATES, shows="estimate")
def estimate_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The client's copy."""
    found = get_object_or_404(estimates_for(request.member), pk=pk)
    audit.seen(found, client_id=found.client_id, section="estimate")
    context = {"paper": papers.estimate(found), "paper_template": pages.ESTIMATE}
    return pdf.download("billing/letter_pdf.html", context, f"estimate-{found.number}.pdf")
