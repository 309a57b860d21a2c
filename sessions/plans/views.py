"""Doors of plans of care: the tab of the chart, the forms of a plan, its paper and its goals."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.form_pages import Asked, ask
from clients.forms import ReasonForm
from clients.models import Case, Client
from clients.views.finding import chart_url
from practice import audit, pdf
from practice.findings import BadInput
from practice.form_pages import typed
from practice.identifiers import whole
from practice.paging import page_context
from practice.permissions import Permission, allows
from sessions.models import Session
from sessions.plans import actions, forms, pages, panel, paper, worklist
from sessions.plans.models import CertificationEvent, Goal, Outcome, PlanOfCare
from sessions.plans.rows import course, courses

PAGE = ["GET", "HEAD", "POST"]
CASES, PLANS, ITEMS = 5, 20, 50


def _case(request: Any, pk: int) -> Case:
    rows = Case.objects.select_related("client", "referrer")
    found = get_object_or_404(rows, pk=pk, client__in=Client.objects.visible_to(request.member))
    audit.seen(found, client_id=found.client_id, section="plans")
    return found


def _plan(request: Any, pk: int) -> PlanOfCare:
    rows = PlanOfCare.objects.select_related("case__client", "case__referrer")
    found = get_object_or_404(rows, pk=pk, case__client__in=Client.objects.visible_to(request.member))
    audit.seen(found, client_id=found.case.client_id, section="plans")
    return found


def _goal(request: Any, pk: int) -> Goal:
    rows = Goal.objects.select_related("case__client")
    found = get_object_or_404(rows, pk=pk, case__client__in=Client.objects.visible_to(request.member))
    audit.seen(found, client_id=found.case.client_id, section="plans")
    return found


def _require_writer(request: Any, case: Case) -> None:
    """The form is not even shown to who may not send it."""
    if not pages.writes_for(request, case):
        raise PermissionDenied(f"A plan of care is written by a therapist of {case.discipline}.")


def _asked(request: Any, case: Case, title: str, submit: str, lead: str = "") -> Asked:
    about = f"{case.client.survivor.name}, {case.complaint}. {lead}".strip()
    return Asked(title, about, submit, chart_url(request, case.client_id, "plan"), {"kind": "Plan of care"})


@require_safe
@allows(Permission.SEE_CLIENTS, shows="plans")
def plans(request: Any, slug: str, pk: int) -> HttpResponse:
    """The tab: each case with its plan and its goals; open cases first."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="plans")
    today = request.practice.today()
    rows = Case.objects.filter(client__in=client.ids).order_by("closed_on", "-opened_on", "-id")
    open_first = sorted(rows, key=lambda case: case.closed_on is not None)
    page = Paginator(open_first, CASES).get_page(request.GET.get("page"))
    found = courses(page.object_list)
    goals = Goal.objects.filter(case__in=found).prefetch_related("measures", "events").order_by("term", "id")
    by_case: dict[int, list[Goal]] = {pk: [] for pk in found}
    for goal in goals if request.member.may(Permission.READ_NOTE) else ():
        by_case[goal.case_id].append(goal)
    shown = [pages.case(request, each, by_case[pk], today) for pk, each in found.items()]
    return render(request, "sessions/plans.html", {"cases": shown, "page": page_context(request, page)})


@require_safe
@allows(Permission.SEE_CLIENTS, listing="plans of care")
def plan_list(request: Any, slug: str) -> HttpResponse:
    """What waits to be done about plans, by tab; of one clinician's clients where that is asked."""
    chosen = whole(request.GET.get("who", ""))
    found = worklist.items(request.member, chosen)
    tab = request.GET.get("tab", "")
    tab = tab if tab in worklist.BUCKETS else ""
    page = Paginator([item for item in found if not tab or item.bucket == tab], ITEMS).get_page(request.GET.get("page"))
    context = {
        **pages.worklist(request, found, list(page.object_list), tab, chosen),
        "page": page_context(request, page),
    }
    return render(request, "sessions/plan_list.html", context)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="plans")
def case_plans(request: Any, slug: str, pk: int) -> HttpResponse:
    """All plans of a case, newest first."""
    case, today = _case(request, pk), request.practice.today()
    known = course(case)
    page = Paginator(list(reversed(known.plans)), PLANS).get_page(request.GET.get("page"))
    shown = [pages.row(known, each, slug, today) for each in page.object_list]
    context = {"plans": shown, "complaint": case.complaint, "page": page_context(request, page)}
    return render(request, "sessions/case_plans.html", context)


@require_http_methods(PAGE)
@allows(Permission.WRITE_NOTE, shows="plans")
def new_plan(request: Any, slug: str, pk: int) -> HttpResponse:
    """A plan for a case, filled from its evaluation (`session`) and from the plan before it."""
    case = _case(request, pk)
    _require_writer(request, case)
    source = Session.objects.filter(case=case, pk=whole(request.GET.get("session", "")) or 0).first()
    known = course(case)
    rows = Goal.objects.filter(case=case).prefetch_related("events")
    needs_goal = all(actions.ended(goal) for goal in rows)
    form = forms.PlanForm(typed(request), needs_goal=needs_goal, initial=panel.suggested(request, known, source))
    lead = "A certification holds 90 days at most. The plan is not changed later, but followed by a new one."
    title, submit = ("New plan of care", "Set plan") if not known.plans else ("Update the plan of care", "Set new plan")
    return ask(
        request, form, _asked(request, case, title, submit, lead),
        lambda **values: actions.set_plan(by=request.member, case=case, source=source, **values),
    )  # fmt: skip


@require_safe
@allows(Permission.SEE_CLIENTS, shows="plan PDF")
def plan_pdf(request: Any, slug: str, pk: int) -> HttpResponse:
    """The plan as the physician gets it, with the lines for her signature."""
    plan = _plan(request, pk)
    audit.seen(plan, client_id=plan.case.client_id, section="plan PDF")
    context = {"paper": paper.paper(plan)}
    return pdf.download("sessions/plan_pdf.html", context, f"plan-of-care-{plan.starts_on:%Y-%m-%d}.pdf")


def _who_and_when(request: Any, plan: PlanOfCare) -> dict[str, Any]:
    """Mostly the referrer signs, and somebody keeps it on the day."""
    return {"who": str(plan.case.referrer or ""), "on": request.practice.today()}


@require_http_methods(PAGE)
@allows(Permission.KEEP_DOCUMENTS, shows="plans")
def send_plan(request: Any, slug: str, pk: int) -> HttpResponse:
    """Keep how the plan went out for signature."""
    plan = _plan(request, pk)
    form = forms.SendForm(typed(request), initial=_who_and_when(request, plan))
    lead = "Print or save the PDF, send it, and say here how: that is the proof that it was sent in time."
    return ask(
        request, form, _asked(request, plan.case, "Send for signature", "Record as sent", lead),
        lambda **values: actions.send_certification(by=request.member, plan=plan, **values),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.KEEP_DOCUMENTS, shows="plans")
def plan_signed(request: Any, slug: str, pk: int) -> HttpResponse:
    """Keep who signed, and the date beside the signature."""
    plan = _plan(request, pk)
    form = forms.SignedForm(typed(request), initial=_who_and_when(request, plan))
    lead = "The date beside the signature counts, not the day it came back. Put the signed page into Files."
    return ask(
        request, form, _asked(request, plan.case, "The plan is signed", "Record signature", lead),
        lambda **values: actions.record_signature(by=request.member, plan=plan, **values),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.KEEP_DOCUMENTS, shows="plans")
def plan_returned(request: Any, slug: str, pk: int) -> HttpResponse:
    """Keep why it came back unsigned."""
    plan = _plan(request, pk)
    form = forms.ReturnedForm(typed(request), initial={"on": request.practice.today()})
    return ask(
        request, form, _asked(request, plan.case, "Came back unsigned", "Record return"),
        lambda **values: actions.record_return(by=request.member, plan=plan, **values),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.KEEP_DOCUMENTS, shows="plans")
def undo_plan_step(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take back a step that was a slip."""
    rows = CertificationEvent.objects.select_related("plan__case__client")
    visible = Client.objects.visible_to(request.member)
    event = get_object_or_404(rows, pk=pk, plan__case__client__in=visible)
    audit.seen(event, client_id=event.plan.case.client_id, section="plans")
    lead = f"{event.get_kind_display()}: it stays in the history as taken back."
    return ask(
        request, ReasonForm(typed(request)), _asked(request, event.plan.case, "Take back", "Take back", lead),
        lambda **values: actions.undo_certification(by=request.member, event=event, **values),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.WRITE_NOTE, shows="plans")
def add_goal(request: Any, slug: str, pk: int) -> HttpResponse:
    """One more goal."""
    plan = _plan(request, pk)
    _require_writer(request, plan.case)
    form = forms.GoalForm(typed(request), initial={"due_on": plan.ends_on})
    return ask(
        request, form, _asked(request, plan.case, "Add a goal", "Add goal"),
        lambda **values: actions.add_goal(by=request.member, plan=plan, **values),
    )  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.WRITE_NOTE, shows="plans")
def end_goal(request: Any, slug: str, pk: int) -> HttpResponse:
    """Met, ended, or taken up again."""
    goal = _goal(request, pk)
    _require_writer(request, goal.case)
    again = actions.ended(goal)
    form = forms.EndGoalForm(
        typed(request), again=again, initial={"on": request.practice.today(), "outcome": Outcome.REOPENED if again else ""}
    )  # fmt: skip
    title, submit = ("Take the goal up again", "Take up again") if again else ("Met or ended", "Save")
    return ask(
        request, form, _asked(request, goal.case, title, submit, f"“{goal.text}”"),
        lambda **values: actions.end_goal(by=request.member, goal=goal, **values),
    )  # fmt: skip


@require_POST
@allows(Permission.WRITE_NOTE)
def measure(request: Any, slug: str, pk: int) -> HttpResponse:
    """Keep the figures that were written beside goals in the chart; what is wrong comes back with what was typed."""
    case, today = _case(request, pk), request.practice.today()
    home = chart_url(request, case.client_id, "plan")
    try:
        on = _day(request.POST.get("on", "")) or today
        actions.measure(by=request.member, case=case, values=figures(request.POST), on=on)
    except BadInput as bad:
        context = {
            "goals": panel.boxes(request, case, today, bad.errors),
            "writes": True,
            "errors": [text for name, text in bad.errors.items() if not name.startswith("goal.")],
            "on": request.POST.get("on", ""),
            "today": today,
            "back": home,
        }
        return render(request, "sessions/case_goals.html", context, status=422)
    target = request.GET.get("next", "")
    here = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if here else home)


def _day(text: str) -> date | None:
    """The day that was typed; None where none was."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(on="Write the day like 2026-06-15, or choose it from the calendar") from None


def figures(data: Any) -> dict[int, Decimal]:
    """{goal: value} from the repeated fields `goal` and `value`; empty ones are left out, what is no figure is refused
    by field.
    """
    found, wrong = dict[int, Decimal](), dict[str, str]()
    for pk, text in panel.written(data).items():
        try:
            found[pk] = Decimal(text.replace("−", "-"))
        except InvalidOperation:
            wrong[f"goal.{pk}"] = f"“{text}” is not a figure; write it like 18 or 18.5"
    if wrong:
        raise BadInput(wrong)
    return found


@require_http_methods(PAGE)
@allows(Permission.READ_NOTE, shows="goals")
def session_goals(request: Any, slug: str, pk: int) -> HttpResponse:
    """The goals of a session's case, to measure without leaving the session; a fragment for htmx, else a page."""
    rows = Session.objects.visible_to(request.member).select_related("case", "client", "location", "clinician")
    found = get_object_or_404(rows, pk=pk)
    audit.seen(found, client_id=found.client_id, section="goals")
    errors, status, saved = dict[str, str](), 200, 0
    if request.method == "POST":
        try:
            values = figures(request.POST)
            saved = len(actions.measure(
                by=request.member, case=found.case, values=values, on=found.served_on, session=found
            ))  # fmt: skip
        except BadInput as bad:
            errors, status = bad.errors, 422
        if saved and not request.htmx:
            return redirect("sessions:session", slug, found.pk)
    context = panel.goals(request, found, errors, saved)
    return render(request, "sessions/session_goals.html", context, status=status)
