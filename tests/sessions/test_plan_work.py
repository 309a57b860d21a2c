"""Plans of care in the worklist, in bookings, and by API."""

import json
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from clients import actions as clients
from clients.models import Case
from practice.models import Membership
from sessions import limits
from sessions.calendar.actions import Asked
from sessions.calendar.hints import preview
from sessions.calendar.recurrence import Pattern
from sessions.plans import actions, worklist
from sessions.plans.models import Goal, GoalMeasure, PlanOfCare
from tests import world
from tests.front_door import signed_in
from tests.sessions.test_plans import DAY, TODAY, add_goal, plan_of, set_plan, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.medicare)


def sign(here: world.World, plan: PlanOfCare, on: Any = TODAY) -> None:
    actions.record_signature(by=here.bob, plan=plan, who="Alan Whitcomb", on=on)


# --- bookings -----------------------------------------------------------------------------------------


def said(case: Case, *days: int) -> dict[str, tuple[int, str, int]]:
    """By rule: days from today, the message, how many after it."""
    found = limits.warnings_for(case, [TODAY + n * DAY for n in days])
    return {each.finding.rule: ((each.day - TODAY).days, each.finding.message, each.more) for each in found}


def test_the_first_visit_after_the_plan_ends(here: world.World, case: Case) -> None:
    sign(here, plan_of(case))
    assert "plan_of_care" not in said(case, 50, 60)
    assert said(case, 50, 61, 68)["plan_of_care"] == (61, "The plan of care ends Aug 14, 2026", 1)
    set_plan(here.alice, case, starts_on=TODAY + 70 * DAY)
    assert "plan_of_care" not in said(case, 65, 75)
    new = here.client()
    other = clients.open_case(
        by=here.olivia, client=new.client, discipline="OT", complaint="Hand", opened_on=TODAY, diagnoses=["M54.50"]
    )
    assert said(other, 100) == {}  # its evaluation is still to come


def test_the_first_visit_without_a_certification(here: world.World, case: Case) -> None:
    here.signed(case, ("97165", 40), day=TODAY)
    due = said(case, 20, 31, 38)["certification"]
    assert due == (31, "The plan of care is not certified; the signature is due Jul 15, 2026", 1)
    sign(here, plan_of(case))
    assert "certification" not in said(case, 20, 31, 38)
    longer = set_plan(here.alice, case, ends_on=TODAY + 200 * DAY)
    sign(here, longer)
    assert said(case, 80, 90)["certification"] == (90, "The certification of the plan of care ends Sep 12, 2026", 0)
    assert "certification" not in said(here.client(payer=here.aetna), 31)


def test_the_first_visit_at_which_a_report_is_due(here: world.World, case: Case) -> None:
    for n in range(4):
        here.signed(case, ("97110", 30), day=TODAY - (9 - n) * DAY)
    here.booked(case, day=TODAY + DAY)
    due = said(case, *range(2, 22))["progress_report"]
    assert due == (6, "The progress report is due at this visit, the 10th treatment day since Jun 6, 2026", 0)
    assert "progress_report" not in said(case, 2, 3)
    written(here, here.booked(case, day=TODAY), "progress")
    assert said(case, *range(2, 22))["progress_report"][0] == 10
    for n in range(11):
        here.signed(case, ("97110", 30), day=TODAY - (30 - n) * DAY)
    page = signed_in(here.alice).get(f"/p/{here.slug}/clients/{case.client_id}/limits/").text
    assert "plan of care" in page


def test_a_late_report_is_said_at_the_next_visit(here: world.World, case: Case) -> None:
    for n in range(11):
        here.signed(case, ("97110", 30), day=TODAY - (20 - n) * DAY)
    assert said(case, 3)["progress_report"][1].endswith("the 12th treatment day since May 26, 2026, 2 late")
    for n in range(9):
        here.signed(case, ("97110", 30), day=TODAY - (40 - n) * DAY)
    assert "the 21st treatment day since" in said(case, 3)["progress_report"][1]


def test_a_series_of_twenty_is_looked_at_in_constant_queries(here: world.World, case: Case) -> None:
    here.signed(case, ("97110", 30))

    def look(visits: int) -> tuple[int, set[str]]:
        asked = Asked(
            case,
            here.ot,
            here.location,
            TODAY + DAY,
            time(9),
            timedelta(minutes=45),
            Pattern(frozenset({1, 3})),
            visits,
        )
        with CaptureQueriesContext(connection) as queries:
            found = preview(asked)
        return len(queries), {each.finding.rule for each in found.breaches}

    few, many = look(2), look(20)
    assert few[0] == many[0] and {"plan_of_care", "progress_report", "certification"} <= many[1]


# --- the worklist -------------------------------------------------------------------------------------


def waiting(here: world.World, by: Membership | None = None) -> list[tuple[str, str]]:
    return [(item.course.case.client.first_name, item.bucket) for item in worklist.items(by or here.olivia)]


def test_what_waits_and_leaves_by_itself(here: world.World) -> None:
    def client(name: str) -> Case:
        case = here.client(payer=here.medicare, first=name)
        here.signed(case, ("97165", 40), day=TODAY - 5 * DAY)
        return case

    send, wait, late, done = (client(name) for name in ("Sue", "Wim", "Lou", "Dan"))
    here.client(payer=here.aetna, first="Aetna")
    here.signed(late, ("97165", 40), day=TODAY - 31 * DAY)
    actions.send_certification(by=here.sam, plan=plan_of(wait), how="fax", who="A")
    sign(here, plan_of(done))
    assert waiting(here) == [("Lou", "overdue"), ("Sue", "send"), ("Wim", "waiting")]
    assert waiting(here, here.pt.member) == []
    assert waiting(here, here.alice) == waiting(here)
    assert worklist.items(here.olivia, here.pt.pk) == []
    sign(here, plan_of(late))
    assert ("Lou", "overdue") not in waiting(here)
    short = set_plan(here.alice, done, ends_on=TODAY + 10 * DAY)
    sign(here, short)
    assert ("Dan", "recertify") in waiting(here)
    clients.close_case(by=here.olivia, case=send, closed_on=TODAY)
    assert ("Sue", "send") not in waiting(here)


def test_an_evaluation_without_a_plan_and_a_report(here: world.World) -> None:
    owner = here.client(payer=here.medicare)
    case = clients.open_case(
        by=here.olivia, client=owner.client, discipline="OT", complaint="Hand", opened_on=TODAY, diagnoses=["M54.50"]
    )
    written(here, here.booked(case, day=TODAY - 8 * DAY), "evaluation")
    assert ("Walter", "plan") in waiting(here)
    set_plan(here.alice, case)
    assert ("Walter", "plan") not in waiting(here)
    for n in range(6):
        here.signed(case, ("97110", 30), day=TODAY - (7 - n) * DAY)
    found = [item for item in worklist.items(here.olivia) if item.bucket == "report"]
    assert [item.sentence for item in found] == ["7 treatment days since Jun 7; the report is due at the 10th."]


def test_the_page_of_what_waits(here: world.World, case: Case) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 5 * DAY)
    web, url = signed_in(here.olivia), f"/p/{here.slug}/plans/"
    page = web.get(url).text
    assert "Not sent yet" in page and "Walter Nakamura" in page and "Everybody’s clients" in page
    assert "Walter" not in web.get(f"{url}?tab=overdue").text
    assert "Nothing of this kind waits" in web.get(f"{url}?tab=overdue&who={here.pt.pk}").text
    assert "Walter Nakamura" in web.get(f"{url}?tab=send&who={here.ot.pk}").text
    assert "Everybody’s clients" not in signed_in(here.alice).get(url).text
    assert "Nothing waits" in signed_in(here.pt.member).get(url).text


def test_the_worklist_costs_the_same_for_many(here: world.World) -> None:
    def look() -> int:
        with CaptureQueriesContext(connection) as queries:
            worklist.items(here.olivia)
        return len(queries)

    for name in ("Una", "Dora"):
        here.signed(here.client(payer=here.medicare, first=name), ("97165", 40))
    two = look()
    for name in ("Tria", "Quarta", "Quinta"):
        here.signed(here.client(payer=here.medicare, first=name), ("97165", 40))
    assert look() == two <= 13


# --- by API -------------------------------------------------------------------------------------------


def post(web: Web, here: world.World, path: str, body: dict[str, Any]) -> Any:
    headers = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    return web.post(f"/api/v1/p/{here.slug}/{path}", json.dumps(body), content_type="application/json", **headers)


def test_all_of_it_by_api(here: world.World, case: Case) -> None:
    alice, sam = signed_in(here.alice), signed_in(here.sam)
    session = here.signed(case, ("97166", 45))
    goal = {
        "text": "Opens jars", "measure": "Grip", "unit": "lb", "baseline": "14", "target": "30", "due_on": "2026-08-14",
    }  # fmt: skip
    body = {
        "starts_on": "2026-06-15", "ends_on": "2026-09-12", "codes": ["97530"], "frequency": "2×/week",
        "source": session.pk, "goals": [goal],
    }  # fmt: skip
    bad = post(alice, here, f"cases/{case.pk}/plans/", body | {"goals": [goal | {"target": "14"}]})
    assert bad.status_code == 400 and list(bad.json()) == ["goals.0.target"]
    made = post(alice, here, f"cases/{case.pk}/plans/", body)
    assert made.status_code == 201, made.text
    plan = made.json()
    assert (plan["weeks"], plan["source"], plan["certification"]["state"]) == (13, session.pk, "not_sent")
    assert alice.get(f"/api/v1/p/{here.slug}/cases/{case.pk}/plans/").json()["count"] == 2
    steps = f"plans/{plan['id']}/steps/"
    assert post(sam, here, steps, {"kind": "sent", "who": "A"}).status_code == 400
    sent = post(sam, here, steps, {"kind": "sent", "who": "A", "how": "fax"}).json()
    assert (sent["certification"]["state"], sent["steps"][0]["how"]) == ("waiting", "fax")
    assert post(sam, here, steps, {"kind": "returned", "note": "Wrong"}).json()["certification"]["state"] == "not_sent"
    assert post(sam, here, steps, {"kind": "verbal", "who": "A"}).json()["certification"]["state"] == "waiting"
    signed = post(sam, here, steps, {"kind": "signed", "who": "A", "on": "2026-06-15"}).json()
    assert signed["certification"]["state"] == "certified"
    assert post(sam, here, steps, {"kind": "signed", "who": "A"}).status_code == 409
    undone = post(sam, here, f"plan-steps/{signed['steps'][-1]['id']}/undo/", {"reason": "Slip"}).json()
    assert undone["certification"]["state"] == "waiting"
    assert alice.get(f"/api/v1/p/{here.slug}/plans/{plan['id']}/").json() == undone


def test_goals_by_api(here: world.World, case: Case) -> None:
    alice, plan = signed_in(here.alice), plan_of(case)
    add_goal(here.alice, plan)
    body = {"text": "Climbs", "measure": "Steps", "baseline": 4, "target": 14, "due_on": "2026-08-14", "term": "short"}
    made = post(alice, here, f"plans/{plan.pk}/goals/", body)
    assert made.status_code == 201 and made.json()["open"] is True
    pk, session = made.json()["id"], here.booked(case)
    values = {"session": session.pk, "values": [{"goal": pk, "value": "6.5"}]}
    assert post(alice, here, f"cases/{case.pk}/measures/", values).json() == {"kept": 1}
    assert GoalMeasure.objects.get().session == session
    assert post(alice, here, f"cases/{case.pk}/measures/", {"values": [{"goal": 1, "value": "6"}]}).status_code == 400
    assert post(alice, here, f"goals/{pk}/end/", {"outcome": "ended"}).status_code == 400
    ended = post(alice, here, f"goals/{pk}/end/", {"outcome": "ended", "reason": "Moved"}).json()
    assert ended["open"] is False and ended["measures"] == [
        {"on": "2026-06-15", "value": "6.50", "session": session.pk}
    ]
    listed = alice.get(f"/api/v1/p/{here.slug}/cases/{case.pk}/goals/").json()
    assert listed["count"] == Goal.objects.count() == 2


def test_what_waits_by_api(here: world.World, case: Case) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 5 * DAY)
    web, url = signed_in(here.bob), f"/api/v1/p/{here.slug}/plans/"
    assert [row["bucket"] for row in web.get(url).json()["results"]] == ["send"]
    assert web.get(f"{url}?bucket=report").json()["count"] == 0
    assert web.get(f"{url}?bucket=none").status_code == 400
