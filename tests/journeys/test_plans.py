"""From a signed evaluation to a plan of care with a goal, its signature, figures in the session, and the report due.

In a real browser at two widths, light and dark, without an accessibility violation.
"""

import time as clocks
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.demo import cast
from claims.demo.check import NOTE, Story, prepare
from clients import actions as clients
from clients.models import Case
from practice.embedded.stack import Stack
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from sessions.models import Session
from sessions.note_kinds import Kind
from sessions.plans import actions as plans
from sessions.plans.models import Goal, GoalMeasure, PlanOfCare
from tests.journeys.budget import Hand
from tests.journeys.judge import judge
from tests.journeys.people import sign_in

DAY = timedelta(days=1)


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own."""
    return prepare(f"plans-{clocks.monotonic_ns() % 10**8}", stack.url)


def new_case(story: Story) -> Case:
    """A further case of the client on Medicare, without any plan."""
    first = story.sessions[0].case
    return clients.open_case(
        by=story.there.owner, client=first.client, discipline="OT", complaint="Distal radius fracture, left",
        opened_on=story.there.practice.today() - 40 * DAY, diagnoses=["M25.532", "R27.8"], referrer=first.referrer,
    )  # fmt: skip


def visit(
    story: Story, case: Case, on: date, codes: tuple[str, ...] = (), kind: str = "daily", at: int = 15
) -> Session:
    """A visit of Maya's, signed where it has codes."""
    maya = story.there.clinicians["maya"]
    booked = sessions.book(
        by=story.there.owner, case=case, clinician=maya, location=story.there.locations[0],
        starts_at=datetime.combine(on, time(at), tzinfo=ZoneInfo(cast.ZONE)), length=timedelta(minutes=45),
    )  # fmt: skip
    if codes:
        lines = [Typed(code, 30) for code in codes]
        sessions.save_draft(by=maya.member, session=booked, parts=NOTE, lines=lines, kind=Kind(kind))
        sessions.sign(by=maya.member, session=booked)
    return booked


def goto(page: Page, story: Story, path: str) -> None:
    page.goto(f"{story.base}/{path}")


def test_from_the_evaluation_to_the_signature_and_the_progress(look: Page, story: Story) -> None:
    with tenant(story.there.practice, story.there.owner):
        case, today = new_case(story), story.there.practice.today()
        evaluation = visit(story, case, today - 35 * DAY, ("97166",), "evaluation")
        now = visit(story, case, today, at=12)
    sign_in(look, "maya", story.there.practice.slug)
    goto(look, story, f"sessions/{evaluation.pk}/")
    judge(look, "plan-evaluation")
    _make_the_plan(look)
    with tenant(story.there.practice):
        goal = Goal.objects.get(case=case)
        assert (goal.from_on, goal.target) == (today - 35 * DAY, Decimal(45))
        assert PlanOfCare.objects.get(case=case).source_id == evaluation.pk
    goto(look, story, f"clients/{case.client_id}/?tab=plan")
    expect(look.get_by_text("Not sent, and the signature was due").first).to_be_visible()
    judge(look, "plan-overdue")
    _get_it_signed(look)
    with tenant(story.there.practice, story.there.owner):
        maya = story.there.clinicians["maya"].member
        for days, value in ((28, 24), (21, 27), (14, 33), (7, 36)):
            plans.measure(by=maya, case=case, values={goal.pk: Decimal(value)}, on=today - days * DAY)
    goto(look, story, f"sessions/{now.pk}/")
    hand = Hand(look, "Measure a goal without leaving the session")
    hand.click(look.locator(".goals-fold summary"))
    box = look.get_by_label("Grip, left hand")
    expect(box).to_be_visible()
    look.locator("#session-goals").scroll_into_view_if_needed()
    hand.click(box)
    hand.type("39")
    hand.press("Enter")
    hand.sees("#session-goals", "1 figure kept with this session.")
    hand.spent(clicks=2, keys=3, seconds=8, answer=1000)
    judge(look, "plan-session-goals")
    with tenant(story.there.practice):
        assert GoalMeasure.objects.get(session=now).value == Decimal(39)
    goto(look, story, f"clients/{case.client_id}/?tab=plan")
    chart = look.get_by_role("img", name="Grip, left hand").first
    expect(chart).to_be_visible()
    chart.scroll_into_view_if_needed()
    judge(look, "plan-progress")


def _make_the_plan(look: Page) -> None:
    hand = Hand(look, "From the evaluation to the plan of care")
    hand.click(look.get_by_role("link", name="Make the plan of care"))
    hand.sees("#dialog", "New plan of care")
    dialog = look.locator("#dialog")
    expect(dialog.get_by_label("How often")).to_have_value("2×/week")
    judge(look, "plan-new")
    hand.click(dialog.get_by_label("The client will"))
    for text in ("open jars without help", "Grip, left hand", "lb", "20", "45"):
        hand.type(text)
        if text != "45":
            hand.press("Tab")
    hand.press("Enter")
    hand.reads(look.get_by_text("was made from this evaluation"))
    hand.spent(clicks=2, keys=None, seconds=None, answer=1000)


def _get_it_signed(look: Page) -> None:
    hand = Hand(look, "Record that the plan was sent and signed")
    hand.click(look.get_by_role("link", name="Send for signature").first)
    expect(look.locator("#dialog").get_by_role("button", name="Record as sent")).to_be_visible()
    judge(look, "plan-send")
    hand.click(look.get_by_role("button", name="Record as sent"))
    hand.reads(look.get_by_role("link", name="Send again"))
    hand.click(look.get_by_role("link", name="Signed", exact=True).first)
    hand.click(look.get_by_role("button", name="Record signature"))
    hand.reads(look.get_by_text("Certified", exact=True).first)
    hand.spent(clicks=4, keys=0, seconds=None, answer=1500)


def test_the_report_is_said_at_the_eighth_visit_and_at_the_tenth(look: Page, story: Story) -> None:
    with tenant(story.there.practice, story.there.owner):
        case, today = new_case(story), story.there.practice.today()
        visit(story, case, today - 30 * DAY, ("97166",), "evaluation")
        for n in range(6):
            visit(story, case, today - (20 - n) * DAY, ("97530",))
        now = visit(story, case, today, at=12)
    sign_in(look, "maya", story.there.practice.slug)
    goto(look, story, f"sessions/{now.pk}/")
    expect(look.get_by_text("Progress report due at treatment day 10: in 2 visits.")).to_be_visible()
    judge(look, "plan-report-soon")
    with tenant(story.there.practice, story.there.owner):
        for n in range(2):
            visit(story, case, today - (5 - n) * DAY, ("97530",))
    look.reload()
    expect(look.get_by_text("Progress report due at this visit, the 10th treatment day.")).to_be_visible()
    goto(look, story, "plans/?tab=report")
    expect(look.get_by_text("9 treatment days since")).to_be_visible()
    goto(look, story, f"sessions/{now.pk}/")
    hand = Hand(look, "Begin the progress report that is due")
    hand.click(look.get_by_role("button", name="Progress report"))
    hand.reads(look.get_by_label("Progress towards each goal"))
    hand.spent(clicks=1, keys=0, seconds=3, answer=1000)
    goto(look, story, "plans/")
    judge(look, "plan-work")


def test_without_javascript_a_figure_is_kept(browser: Browser, base_url: str, story: Story) -> None:
    with tenant(story.there.practice, story.there.owner):
        case = story.sessions[0].case
        plan = case.plans.latest("pk")
        goal = plans.add_goal(
            by=story.there.clinicians["maya"].member, plan=plan, text="Opens jars", measure="Steps", unit="m",
            baseline=Decimal(20), target=Decimal(45), due_on=plan.ends_on + DAY,
        )  # fmt: skip
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "maya", story.there.practice.slug)
    goto(page, story, f"sessions/{story.sessions[0].pk}/goals/")
    page.get_by_label("Steps 20").fill("30")
    page.get_by_role("button", name="Save figures").click()
    page.wait_for_url("**/sessions/*/")
    goto(page, story, f"clients/{case.client_id}/plans/")
    expect(page.get_by_role("img", name="Steps: 20")).to_be_visible()
    page.get_by_label("Today (m)").fill("31")
    page.get_by_role("button", name="Save figures").first.click()
    with tenant(story.there.practice):
        assert list(GoalMeasure.objects.filter(goal=goal).order_by("pk").values_list("value", flat=True)) == [30, 31]
    context.close()
