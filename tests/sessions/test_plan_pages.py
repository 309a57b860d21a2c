"""The pages of plans of care: the tab of the chart, its forms, the paper, and the goals in a session."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO
from typing import Any

import pytest
from django.test import Client as Web

from clients import actions as clients
from clients.models import CareTeam, Case
from practice import clock
from sessions import actions as sessions
from sessions.minutes import Typed
from sessions.note_kinds import Kind
from sessions.plans import actions
from sessions.plans.models import CertificationEvent, Goal, GoalMeasure, PlanOfCare
from tests import world
from tests.front_door import signed_in
from tests.sessions.test_plans import DAY, TODAY, add_goal, plan_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.medicare)


@pytest.fixture
def web(here: world.World) -> Web:
    return signed_in(here.alice)


def tab(here: world.World, case: Case) -> str:
    return f"/p/{here.slug}/clients/{case.client_id}/plans/"


def at(here: world.World, path: str) -> str:
    return f"/p/{here.slug}/{path}"


def test_the_tab_shows_plan_certification_and_goals(here: world.World, case: Case, web: Web) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 10 * DAY)
    goal = add_goal(here.alice, plan_of(case))
    actions.measure(by=here.alice, case=case, values={goal.pk: D(22)}, on=TODAY)
    page = web.get(tab(here, case)).text
    for words in ("Not sent yet: get it signed by Jul 5, 2026.", "13 weeks", "2×/week, once a day", "Opens jars", "50%",
                  "Grip, left hand from 14 to 30 lb by Aug 14", "Send for signature", "Recertify or update",
                  "1 treatment day since Jun 5", "Grip, left hand: 14 on May 16, 22 on Jun 15; target 30 lb by Aug 14"):  # fmt: skip
        assert words in page, words
    desk = signed_in(here.sam).get(tab(here, case)).text
    assert "Send for signature" in desk and "Recertify or update" not in desk and "Opens jars" not in desk
    assert web.get(at(here, f"cases/{case.pk}/plans/")).status_code == 200


def test_the_next_plan_can_be_sent_before_it_begins(here: world.World, case: Case, web: Web) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 10 * DAY)
    actions.record_signature(by=here.bob, plan=plan_of(case), who="Alan Whitcomb", on=TODAY)
    following = actions.set_plan(
        by=here.alice, case=case, starts_on=TODAY + 61 * DAY, ends_on=TODAY + 150 * DAY, codes=["97530"],
        frequency="1×/week",
    )  # fmt: skip
    page = web.get(tab(here, case)).text
    assert "The plan from Aug 15: Not sent yet" in page and f"/plans/{following.pk}/send/" in page
    assert "Signed Jun 15, 2026, holds until Aug 14, 2026." in page and "Other plans" not in page


def test_a_supervisor_is_led_to_no_chart_she_may_not_open(here: world.World, case: Case) -> None:
    clients.assign(by=here.olivia, client=case.client, clinician=here.assistant)
    evaluation = here.booked(case, clinician=here.assistant)
    sessions.save_draft(
        by=here.carol, session=evaluation, parts=world.NOTE, lines=[Typed("97530", 40)], kind=Kind.PROGRESS
    )
    sessions.sign(by=here.carol, session=evaluation)
    CareTeam.objects.filter(client=case.client, clinician=here.ot).delete()
    for member in (here.carol, here.alice):
        page = signed_in(member).get(at(here, f"sessions/{evaluation.pk}/")).text
        assert "Waits for co-signature" in page and "with the progress report" not in page  # an assistant's is none
    goals, part = at(here, f"sessions/{evaluation.pk}/goals/"), {"HX-Request": "true"}
    hers = signed_in(here.alice).get(goals, headers=part).text
    assert "No open goal." in hers and "Add one to the plan" not in hers
    assert "Add one to the plan" in signed_in(here.carol).get(goals, headers=part).text


def test_sent_signed_returned_and_taken_back(here: world.World, case: Case) -> None:
    desk, plan = signed_in(here.sam), plan_of(case)

    def post(path: str, **data: Any) -> Any:
        return desk.post(at(here, path), data)

    form = desk.get(at(here, f"plans/{plan.pk}/send/")).text
    assert 'value="Alan Whitcomb"' in form and "proof that it was sent in time" in form
    assert post(f"plans/{plan.pk}/send/", who="Alan Whitcomb", how="fax", on="2026-06-15").status_code == 302
    assert "waiting for the signature" in desk.get(tab(here, case)).text
    assert post(f"plans/{plan.pk}/returned/", on="2026-06-15", reason="Wrong fax").status_code == 302
    bad = post(f"plans/{plan.pk}/signed/", who="", on="2026-06-16")
    assert bad.status_code == 422 and "This field is required" in bad.text
    assert post(f"plans/{plan.pk}/signed/", who="Alan Whitcomb", on="2026-06-15").status_code == 302
    again = post(f"plans/{plan.pk}/signed/", who="Alan Whitcomb", on="2026-06-15")
    assert again.status_code == 422 and "This plan is signed" in again.text
    page = desk.get(tab(here, case)).text
    assert "Signed Jun 15, 2026, holds until" in page and "Signed by Alan Whitcomb" in page
    event = CertificationEvent.objects.get(kind="signed")
    assert post(f"plan-steps/{event.pk}/undo/", reason="Another plan").status_code == 302
    assert "Came back unsigned" in desk.get(tab(here, case)).text


def test_from_the_evaluation_to_a_plan_with_a_goal(here: world.World, web: Web) -> None:
    case = here.client(payer=here.medicare)
    session = here.signed(case, ("97166", 45), ("97535", 15))
    panel = web.get(at(here, f"sessions/{session.pk}/")).text
    assert "Update the plan" in panel and f"plans/new/?session={session.pk}" in panel
    address = at(here, f"cases/{case.pk}/plans/new/?session={session.pk}")
    form = web.get(address).text
    assert 'value="2026-06-15"' in form and 'value="2026-09-12"' in form and "97110, 97140" in form
    data = {
        "starts_on": "2026-06-15", "ends_on": "2026-09-12", "frequency": "2×/week", "per_day": "1",
        "codes": "97530, 97535", "goal_text": "Opens jars", "goal_measure": "Grip", "goal_unit": "lb",
        "goal_baseline": "14", "goal_target": "14", "goal_due_on": "2026-09-12",
    }  # fmt: skip
    bad = web.post(address, data)
    assert bad.status_code == 422 and "The target is where the client is now" in bad.text
    assert PlanOfCare.objects.count() == 1
    begun = web.post(address, data | {"goal_target": "", "goal_baseline": ""})
    assert begun.status_code == 422 and "This field is required." in begun.text
    assert web.post(address, data | {"goal_target": "30"}).status_code == 302
    plan, goal = PlanOfCare.objects.latest("pk"), Goal.objects.get()
    assert (plan.source, plan.codes, goal.plan, goal.from_on) == (session, ["97530", "97535"], plan, TODAY)
    assert "was made from this evaluation" in web.get(at(here, f"sessions/{session.pk}/")).text
    nothing = {f"goal_{name}": "" for name in ("text", "measure", "unit", "baseline", "target")}
    half = web.post(address, data | nothing | {"goal_text": "Climbs stairs"})
    assert half.status_code == 422 and "or leave the whole goal empty" in half.text
    web.post(address, data | nothing | {"frequency": "1×/week"})  # the goals there are go on
    assert PlanOfCare.objects.count() == 3 and Goal.objects.count() == 1


def test_a_first_plan_is_filled_from_the_evaluation(here: world.World, web: Web) -> None:
    case = here.client(payer=here.medicare)
    other = type(case).objects.create(
        client=case.client, discipline="OT", complaint="Hand", opened_on=TODAY, referrer=case.referrer
    )
    session = here.signed(other, ("97166", 45), ("97535", 15))
    assert "97535" in web.get(at(here, f"cases/{other.pk}/plans/new/?session={session.pk}")).text
    plain = web.get(at(here, f"cases/{other.pk}/plans/new/")).text
    assert "97530, 97535" in plain and "New plan of care" in plain
    assert "Make the plan of care" in web.get(at(here, f"sessions/{session.pk}/")).text
    assert "No plan of care yet" in web.get(tab(here, case)).text


def test_others_do_not_write_plans(here: world.World, case: Case) -> None:
    carol = signed_in(here.carol)
    plan, goal = plan_of(case), add_goal(here.alice, plan_of(case))
    assert carol.get(at(here, f"cases/{case.pk}/plans/new/")).status_code == 404  # not on her caseload
    for member in (here.sam, here.bob):
        web = signed_in(member)
        for path in (f"cases/{case.pk}/plans/new/", f"plans/{plan.pk}/goals/new/", f"goals/{goal.pk}/end/"):
            assert web.get(at(here, path)).status_code == 403
            assert web.post(at(here, path), {}).status_code == 403


def test_goals_are_added_met_and_taken_up_again(here: world.World, case: Case, web: Web) -> None:
    plan = plan_of(case)
    data = {
        "text": "Climbs stairs", "measure": "Steps", "baseline": "4", "target": "14", "due_on": "2026-08-14",
        "term": "short",
    }  # fmt: skip
    assert web.post(at(here, f"plans/{plan.pk}/goals/new/"), data).status_code == 302
    goal = Goal.objects.get()
    assert 'value="2026-08-14"' in web.get(at(here, f"plans/{plan.pk}/goals/new/")).text
    assert web.get(at(here, f"goals/{goal.pk}/end/")).status_code == 200
    end = {"outcome": "ended", "on": "2026-06-15", "reason": ""}
    refused = web.post(at(here, f"goals/{goal.pk}/end/"), end)
    assert refused.status_code == 422 and "Say why the goal ends" in refused.text
    assert web.post(at(here, f"goals/{goal.pk}/end/"), end | {"outcome": "met"}).status_code == 302
    assert "Goals met or ended (1)" in web.get(tab(here, case)).text
    again = web.get(at(here, f"goals/{goal.pk}/end/")).text
    assert "Take the goal up again" in again and 'value="reopened"' in again
    assert web.post(at(here, f"goals/{goal.pk}/end/"), end | {"outcome": "reopened"}).status_code == 302


def test_figures_are_kept_from_the_chart(here: world.World, case: Case, web: Web) -> None:
    goal = add_goal(here.alice, plan_of(case))
    address = at(here, f"cases/{case.pk}/measures/")
    assert web.post(address, {"goal": [goal.pk, "x"], "value": ["18.5", "3"], "on": "2026-06-14"}).status_code == 302
    kept = GoalMeasure.objects.get()
    assert (kept.value, kept.on, kept.session) == (D("18.5"), TODAY - DAY, None)
    for figure, words in (("much", "is not a figure"), ("1.234", "at most two places"), ("", "Write a figure")):
        bad = web.post(address, {"goal": goal.pk, "value": figure, "on": "2026-06-14"})
        assert bad.status_code == 422 and words in bad.text
        assert f'value="{figure}"' in bad.text and 'value="2026-06-14"' in bad.text
    soon = web.post(address, {"goal": goal.pk, "value": "18", "on": "soon"})
    assert soon.status_code == 422 and "choose it from the calendar" in soon.text and 'value="18"' in soon.text
    assert web.post(f"{address}?next=//evil.example", {"goal": goal.pk, "value": "−2"})["Location"].startswith("/p/")
    assert web.post(f"{address}?next=/p/x/", {"goal": goal.pk, "value": "3"})["Location"] == "/p/x/"
    assert [str(row.value) for row in GoalMeasure.objects.order_by("pk")] == ["18.50", "-2.00", "3.00"]


def test_figures_are_kept_in_the_session(here: world.World, case: Case, web: Web) -> None:
    goal, session = add_goal(here.alice, plan_of(case)), here.booked(case)
    address = at(here, f"sessions/{session.pk}/goals/")
    assert f'hx-get="{address}"' in web.get(at(here, f"sessions/{session.pk}/")).text
    assert "14 → 30 lb" in web.get(address).text
    bad = web.post(address, {"goal": goal.pk, "value": "1.234"}, headers={"HX-Request": "true"})
    assert bad.status_code == 422 and "at most two places" in bad.text and 'value="1.234"' in bad.text
    kept = web.post(address, {"goal": goal.pk, "value": "22"}, headers={"HX-Request": "true"})
    assert "1 figure kept with this session." in kept.text and 'value="22"' in kept.text
    assert web.post(address, {"goal": goal.pk, "value": "23"}).status_code == 302
    assert GoalMeasure.objects.latest("pk").session == session
    owner = signed_in(here.olivia)
    assert 'name="value"' not in owner.get(address).text
    assert owner.post(address, {"goal": goal.pk, "value": "23"}).status_code == 403
    actions.end_goal(by=here.alice, goal=goal, outcome="met")
    assert "No open goal" in web.get(address).text


def test_the_session_says_when_a_report_is_due(here: world.World, case: Case, web: Web) -> None:
    for n in range(7):
        here.signed(case, ("97110", 30), day=TODAY - (20 - n) * DAY)
    eighth = here.booked(case)
    page = web.get(at(here, f"sessions/{eighth.pk}/")).text
    assert "Progress report due at treatment day 10: in 2 visits." in page and "Visit 8" in page
    here.sign(eighth, ("97110", 30))
    here.signed(case, ("97110", 30), day=TODAY - DAY)
    with_report = here.booked(case, day=TODAY)
    assert "Progress report" not in web.get(at(here, f"sessions/{eighth.pk}/")).text
    written(here, with_report, "progress")
    page = web.get(at(here, f"sessions/{with_report.pk}/")).text
    assert "with the progress report" in page
    assert "The count begins at the next treatment day" in web.get(tab(here, case)).text


def test_the_session_says_what_the_paper_lacks(here: world.World, case: Case, web: Web) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 29 * DAY)
    later = here.booked(case, day=TODAY)
    assert "plan to be signed by" in web.get(at(here, f"sessions/{later.pk}/")).text
    overdue = here.booked(case, day=TODAY + 2 * DAY)
    page = web.get(at(here, f"sessions/{overdue.pk}/")).text
    assert "Plan of care not certified. Not sent, and the signature was due Jun 16, 2026, 1 day ago." in page
    after = here.booked(case, day=TODAY + timedelta(days=90))
    assert "plan of care ended" in web.get(at(here, f"sessions/{after.pk}/")).text


@pytest.mark.pdf
def test_the_paper_to_sign(here: world.World, case: Case) -> None:
    pypdf = pytest.importorskip("pypdf")
    goal = add_goal(here.alice, plan_of(case))
    actions.measure(by=here.alice, case=case, values={goal.pk: D(22)}, on=TODAY)
    done = add_goal(here.alice, plan_of(case), text="Old goal")
    with clock.at(world.NOON + timedelta(hours=1)):
        actions.end_goal(by=here.alice, goal=done, outcome="met")
        next_plan = actions.set_plan(
            by=here.alice, case=case, starts_on=TODAY, ends_on=TODAY + 60 * DAY, codes=["97530"], frequency="1×/week"
        )  # fmt: skip
    answer = signed_in(here.sam).get(at(here, f"plans/{next_plan.pk}/plan.pdf"))
    text = " ".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages).split())
    for words in ("Plan of care", "Walter Nakamura", "I69.354", "Occupational therapy", "1×/week", "9 weeks",
                  "Opens jars", "14 lb", "22 lb", "30 lb", "Alice Atherton, OTR/L", "Alan Whitcomb", world.NPIS[6]):  # fmt: skip
        assert words in text, words
    assert "Old goal" not in text
    first = signed_in(here.sam).get(at(here, f"plans/{next_plan.follows_id}/plan.pdf"))
    before = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(first.content)).pages)
    assert "Old goal" in before
