"""Plans of care: the verbs, what the database refuses, and what is known of many cases at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clients import actions as clients
from clients.models import Case
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Membership
from sessions import actions as sessions
from sessions.models import Note, Session
from sessions.note_kinds import Kind
from sessions.plans import actions
from sessions.plans.certification import State
from sessions.plans.models import CertificationEvent, Goal, GoalEvent, GoalMeasure, PlanOfCare
from sessions.plans.rows import course, courses
from sessions.service_rows import plan_on
from tests import world

pytestmark = pytest.mark.django_db
TODAY = world.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.medicare)


def plan_of(case: Case) -> PlanOfCare:
    return case.plans.get()


def set_plan(by: Membership, case: Case, **change: Any) -> PlanOfCare:
    values = {
        "starts_on": TODAY, "ends_on": TODAY + 89 * DAY, "codes": ["97530"], "frequency": "2×/week", "per_day": 1,
    }  # fmt: skip
    return actions.set_plan(by=by, case=case, **values | change)


def add_goal(by: Membership, plan: PlanOfCare, **change: Any) -> Goal:
    values = {
        "text": "Opens jars", "measure": "Grip, left hand", "unit": "lb", "baseline": D(14), "target": D(30),
        "due_on": TODAY + 60 * DAY,
    }  # fmt: skip
    return actions.add_goal(by=by, plan=plan, **values | change)


def written(here: world.World, session: Session, kind: str) -> Session:
    """Signed, as a note of a kind."""
    by = session.clinician.member
    sessions.save_draft(by=by, session=session, parts=world.NOTE, lines=[world.Typed("97110", 30)], kind=Kind(kind))
    sessions.sign(by=by, session=session)
    return session


# --- plans --------------------------------------------------------------------------------------------


def test_a_plan_follows_the_one_before_it(here: world.World, case: Case) -> None:
    first = plan_of(case)
    second = set_plan(here.alice, case, codes=["97530", "97530", "97110"], frequency=" 1×/week ", per_day=2)
    assert (second.follows, second.set_by, second.codes, second.frequency) == (
        first, here.alice, ["97530", "97110"], "1×/week",
    )  # fmt: skip
    assert (second.weeks, first.follows) == (13, None)
    again = {"codes": ["97530", "97110"], "frequency": "1×/week", "per_day": 2}
    assert set_plan(here.alice, case, **again) == second  # sent twice
    told = AuditEvent.objects.filter(verb="set plan").latest("pk")
    assert (told.client_id, told.target_id) == (case.client_id, second.pk)


def test_goals_are_set_with_the_plan_or_nothing_is(here: world.World, case: Case) -> None:
    grip = actions.NewGoal("Opens jars", "Grip", D(14), D(30), TODAY + 60 * DAY, "lb")
    with pytest.raises(BadInput) as bad:
        set_plan(here.alice, case, goals=[grip, replace(grip, target=D(14))])
    assert list(bad.value.errors) == ["goals.1.target"]
    assert (PlanOfCare.objects.count(), Goal.objects.count()) == (1, 0)
    plan = set_plan(here.alice, case, goals=[grip, replace(grip, term="short")])
    assert [(goal.plan, goal.term) for goal in plan.goals.all()] == [(plan, "long"), (plan, "short")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"codes": ["99999"]}, "codes"),
        ({"ends_on": TODAY - DAY}, "ends_on"),
        ({"ends_on": TODAY + 366 * DAY}, "ends_on"),
        ({"frequency": "  "}, "frequency"),
        ({"frequency": "x" * 61}, "frequency"),
        ({"per_day": 0}, "per_day"),
        ({"per_day": 10}, "per_day"),
    ],
)
def test_a_plan_that_cannot_be(here: world.World, case: Case, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as bad:
        set_plan(here.alice, case, **change)
    assert list(bad.value.errors) == [field]
    assert PlanOfCare.objects.count() == 1


def test_a_plan_is_from_an_evaluation_of_its_case(here: world.World, case: Case) -> None:
    other = here.signed(here.client(), ("97165", 40))
    with pytest.raises(BadInput, match="of another case"):
        set_plan(here.alice, case, source=other)
    mine = here.signed(case, ("97165", 40))
    assert set_plan(here.alice, case, source=mine).source == mine


def test_only_a_therapist_of_the_discipline_writes_plans_and_goals(here: world.World, case: Case) -> None:
    for by in (here.olivia, here.bob, here.sam, here.carol, here.pt.member):
        with pytest.raises(PermissionDenied):
            set_plan(by, case)
        with pytest.raises(PermissionDenied):
            add_goal(by, plan_of(case))
    goal = add_goal(here.alice, plan_of(case))
    for by in (here.carol, here.olivia):
        with pytest.raises(PermissionDenied):
            actions.end_goal(by=by, goal=goal, outcome="met")
    here.ot.member.roles = ["scheduler"]
    with pytest.raises(PermissionDenied):
        set_plan(here.ot.member, case)
    assert PlanOfCare.objects.count() == 1


# --- goals --------------------------------------------------------------------------------------------


def test_a_goal_is_set_measured_met_and_taken_up_again(here: world.World, case: Case) -> None:
    goal = add_goal(here.alice, plan_of(case))
    assert (goal.case, goal.from_on, goal.term) == (case, TODAY - 30 * DAY, "long")
    session = here.booked(case)
    [kept] = actions.measure(by=here.carol, case=case, values={goal.pk: D("18.5")}, on=TODAY, session=session)
    assert (kept.value, kept.session, kept.by) == (D("18.5"), session, here.carol)
    actions.end_goal(by=here.alice, goal=goal, outcome="met")
    with pytest.raises(Conflict, match="changed meanwhile"):
        actions.end_goal(by=here.alice, goal=goal, outcome="ended", reason="twice")
    with pytest.raises(BadInput, match="has ended"):
        actions.measure(by=here.alice, case=case, values={goal.pk: D(20)}, on=TODAY)
    actions.end_goal(by=here.alice, goal=goal, outcome="reopened")
    actions.measure(by=here.alice, case=case, values={goal.pk: D(20)}, on=TODAY)
    with pytest.raises(Conflict):
        actions.end_goal(by=here.alice, goal=goal, outcome="reopened")
    actions.end_goal(by=here.alice, goal=goal, outcome="ended", reason=" Moved away ")
    assert [event.outcome for event in goal.events.all()] == ["met", "reopened", "ended"]
    assert GoalEvent.objects.latest("pk").reason == "Moved away"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"), ({"text": "x" * 201}, "text"), ({"measure": ""}, "measure"),
        ({"measure": "x" * 61}, "measure"), ({"unit": "x" * 21}, "unit"), ({"target": D(14)}, "target"),
        ({"target": D("NaN")}, "target"), ({"baseline": D("1e9")}, "baseline"), ({"baseline": D("1.234")}, "baseline"),
        ({"due_on": TODAY - 30 * DAY}, "due_on"), ({"due_on": TODAY + 9999 * DAY}, "due_on"), ({"term": "?"}, "term"),
    ],
)  # fmt: skip
def test_a_goal_that_cannot_be(here: world.World, case: Case, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as bad:
        add_goal(here.alice, plan_of(case), **change)
    assert list(bad.value.errors) == [field]


def test_a_case_has_a_dozen_open_goals(here: world.World, case: Case) -> None:
    goals = [add_goal(here.alice, plan_of(case), text=f"Goal {n}") for n in range(12)]
    with pytest.raises(BadInput, match="at most 12 open goals"):
        add_goal(here.alice, plan_of(case))
    actions.end_goal(by=here.alice, goal=goals[0], outcome="met")
    add_goal(here.alice, plan_of(case), from_on=TODAY)


def test_measures_that_cannot_be(here: world.World, case: Case) -> None:
    goal = add_goal(here.alice, plan_of(case))
    theirs = here.client(first="Rosa")
    other = add_goal(here.alice, plan_of(theirs))

    def refused(values: dict[int, D], on: date = TODAY, session: Session | None = None) -> set[str]:
        with pytest.raises(BadInput) as bad:
            actions.measure(by=here.alice, case=case, values=values, on=on, session=session)
        return set(bad.value.errors)

    assert refused({}) == {"on"}
    assert refused({goal.pk: D("Infinity"), other.pk: D(3)}) == {f"goal.{goal.pk}", f"goal.{other.pk}"}
    assert refused({goal.pk: D(1)}, TODAY + DAY) == {"on"}
    assert refused({goal.pk: D(1)}, goal.from_on - DAY) == {f"goal.{goal.pk}"}
    assert refused({goal.pk: D(1)}, session=here.booked(theirs)) == {"session"}
    for by in (here.olivia, here.sam, here.pt.member):
        with pytest.raises(PermissionDenied):
            actions.measure(by=by, case=case, values={goal.pk: D(1)}, on=TODAY)
    assert not GoalMeasure.objects.exists()


def test_how_a_goal_may_end(here: world.World, case: Case) -> None:
    goal = add_goal(here.alice, plan_of(case))

    def refused(**values: Any) -> list[str]:
        with pytest.raises(BadInput) as bad:
            actions.end_goal(by=here.alice, goal=goal, **values)
        return list(bad.value.errors)

    assert refused(outcome="won") == ["outcome"]
    assert refused(outcome="ended") == ["reason"]
    assert refused(outcome="ended", reason="x" * 201) == ["reason"]
    assert refused(outcome="met", on=TODAY + DAY) == ["on"]
    assert refused(outcome="met", on=goal.from_on - DAY) == ["on"]


# --- certification ------------------------------------------------------------------------------------


def test_from_the_evaluation_to_the_signature(here: world.World, case: Case) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 10 * DAY)
    plan = plan_of(case)

    def state() -> str:
        return course(case).standing(plan, TODAY).state

    assert state() == State.NOT_SENT
    assert course(case).standing(plan, TODAY).due_on == TODAY + 20 * DAY
    sent = actions.send_certification(by=here.sam, plan=plan, how="fax", who="Alan Whitcomb", on=TODAY - 2 * DAY)
    assert state() == State.WAITING
    actions.record_return(by=here.bob, plan=plan, reason="Wants the frequency")
    assert state() == State.NOT_SENT
    actions.send_certification(by=here.sam, plan=plan, how="mail", who="Alan Whitcomb")
    assert state() == State.WAITING
    signed = actions.record_signature(by=here.bob, plan=plan, who="Alan Whitcomb", on=TODAY)
    assert state() == State.CERTIFIED
    with pytest.raises(Conflict, match="is signed"):
        actions.send_certification(by=here.sam, plan=plan, how="fax", who="Alan Whitcomb")
    actions.undo_certification(by=here.bob, event=signed, reason="Another client’s plan")
    assert state() == State.WAITING
    with pytest.raises(Conflict, match="taken back already"):
        actions.undo_certification(by=here.bob, event=signed, reason="Again")
    with pytest.raises(Conflict, match="stays so"):
        actions.undo_certification(by=here.bob, event=CertificationEvent.objects.latest("pk"), reason="No")
    actions.record_signature(by=here.bob, plan=plan, who="Alan Whitcomb", on=TODAY, verbal=True)
    assert sent.plan == plan and CertificationEvent.objects.count() == 6


def test_steps_that_cannot_be(here: world.World, case: Case) -> None:
    plan = plan_of(case)

    def refused(verb: Any, **values: Any) -> list[str]:
        with pytest.raises(BadInput) as bad:
            verb(by=here.sam, **values)
        return list(bad.value.errors)

    assert refused(actions.send_certification, plan=plan, how="pigeon", who="A") == ["how"]
    assert refused(actions.send_certification, plan=plan, how="fax", who=" ") == ["who"]
    assert refused(actions.send_certification, plan=plan, how="fax", who="A", on=TODAY + DAY) == ["on"]
    assert refused(actions.record_signature, plan=plan, who="A", on=date(2006, 6, 1)) == ["on"]
    assert refused(actions.record_signature, plan=plan, who="A", on=TODAY, note="x" * 201) == ["note"]
    assert refused(actions.record_return, plan=plan, reason=" ") == ["reason"]
    assert refused(actions.record_return, plan=plan, reason="x" * 201) == ["reason"]
    with pytest.raises(Conflict, match="not sent yet"):
        actions.record_return(by=here.sam, plan=plan, reason="Too early")
    sent = actions.send_certification(by=here.sam, plan=plan, how="fax", who="A")
    assert refused(actions.undo_certification, event=sent, reason="") == ["reason"]
    here.sam.roles = []
    with pytest.raises(PermissionDenied):
        actions.undo_certification(by=here.sam, event=sent, reason="x")


def test_an_order_on_file_stands_for_the_first_signature_only(here: world.World, case: Case) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 10 * DAY)
    clients.edit_case(by=here.olivia, case=case, **_referral(case))
    case.refresh_from_db()
    plan = plan_of(case)
    actions.send_certification(by=here.sam, plan=plan, how="fax", who="Alan Whitcomb", on=TODAY - 9 * DAY)
    assert course(case).standing(plan, TODAY).state == State.WAITING  # nothing in the files
    here.filed(case.client)
    assert course(case).standing(plan, TODAY).state == State.ON_ORDER
    again = set_plan(here.alice, case)
    actions.send_certification(by=here.sam, plan=again, how="fax", who="Alan Whitcomb")
    found = course(case)
    assert found.standing(again, TODAY).state == State.WAITING
    assert found.facts(again).before == found.standing(plan, TODAY).until
    assert found.newest == again and found.in_force(TODAY) == again and found.in_force(TODAY - DAY) == plan


def test_a_plan_that_came_back_is_corrected_and_the_first_still(here: world.World, case: Case) -> None:
    """Its signature is due 30 days from the first treatment, not when the first plan would have ended."""
    here.signed(case, ("97165", 40), day=TODAY - 10 * DAY)
    first = plan_of(case)
    actions.send_certification(by=here.sam, plan=first, how="fax", who="Alan Whitcomb", on=TODAY - 9 * DAY)
    actions.record_return(by=here.bob, plan=first, reason="Wants 3×/week")
    again = set_plan(here.alice, case, frequency="3×/week")
    facts = course(case).facts(again)
    assert (facts.initial, facts.before, facts.due_on) == (True, None, TODAY + 20 * DAY)
    assert course(case).standing(again, TODAY + 21 * DAY).state == State.OVERDUE


def test_the_plan_that_was_set_last_holds(here: world.World, case: Case) -> None:
    """A mistyped first day is corrected by an earlier one."""
    typo = set_plan(here.alice, case, starts_on=TODAY + 20 * DAY, ends_on=TODAY + 100 * DAY, codes=["97110"])
    right = set_plan(here.alice, case)
    assert course(case).in_force(TODAY + 25 * DAY) == right
    assert course(case).in_force(TODAY + 95 * DAY) == typo
    assert plan_on(here.booked(case, day=TODAY + 25 * DAY)) == right


def test_a_plan_after_one_that_ended_counts_from_its_own_first_treatment(here: world.World) -> None:
    case = here.client(payer=here.aetna)
    here.signed(case, ("97165", 40), day=TODAY - 30 * DAY)
    late = set_plan(here.alice, case, starts_on=TODAY + 70 * DAY, ends_on=TODAY + 150 * DAY)
    facts = course(case).facts(late)
    assert (facts.initial, facts.first_on, facts.until) == (True, None, TODAY + 150 * DAY)
    with pytest.raises(BadInput, match="Check the year"):
        set_plan(here.alice, case, starts_on=date(9999, 12, 20), ends_on=date(9999, 12, 31))


def _referral(case: Case) -> dict[str, Any]:
    names = (
        "complaint", "cause", "accident_on", "accident_state", "claim_number", "adjuster", "adjuster_phone", "employer",
        "habilitative", "onset_on", "referral_ends_on", "referrer",
    )  # fmt: skip
    return {name: getattr(case, name) for name in names} | {"referral_on": TODAY - 20 * DAY}


def test_a_plan_that_was_never_sent_is_corrected_by_the_next(here: world.World, case: Case) -> None:
    here.signed(case, ("97165", 40), day=TODAY - 10 * DAY)
    again = set_plan(here.alice, case, starts_on=TODAY - 10 * DAY)
    facts = course(case).facts(again)
    assert facts.initial and facts.first_on == TODAY - 10 * DAY


def test_who_asks_for_it(here: world.World) -> None:
    own, aetna = here.client(), here.client(payer=here.aetna)
    assert {each.needed for each in courses([own, aetna]).values()} == {False}
    assert course(own).standing(plan_of(own), TODAY).state == State.NOT_NEEDED
    here.aetna.needs_plan_of_care = True
    here.aetna.save()
    found = course(aetna)
    assert found.needed and found.order_from is None  # only of Medicare we know that an order does
    assert courses([]) == {}


# --- the report clock ---------------------------------------------------------------------------------


def test_reports_of_a_therapist_restart_the_count(here: world.World, case: Case) -> None:
    other = here.client(first="Rosa")
    for n in range(9):
        here.signed(case, ("97110", 30), day=TODAY - (20 - n) * DAY)
    here.signed(other, ("97110", 30), day=TODAY)
    assert course(case).count().number == 9
    assert course(case).count(TODAY).number == 10
    assert course(other).count().number == 1  # each case by itself
    by_assistant = here.booked(case, clinician=here.assistant, day=TODAY - 2 * DAY)
    written(here, by_assistant, "progress")
    assert course(case).count().number == 10
    written(here, here.booked(case, day=TODAY - DAY), "progress")
    assert course(case).count().number == 0
    assert course(case).count(TODAY).number == 1
    assert Note.objects.filter(kind="progress").count() == 2


def test_many_cases_cost_as_many_queries_as_one(here: world.World) -> None:
    cases = [here.client(payer=here.medicare, first=name) for name in ("Una", "Dora", "Tria")]
    for case in cases:
        here.signed(case, ("97110", 30))
    with CaptureQueriesContext(
        connection,
    ) as one:
        courses(cases[:1])
    with CaptureQueriesContext(connection) as three:
        courses(cases)
    assert len(one) == len(three) <= 9


# --- what the database refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("certification_kind_known", {"kind": "lost"}),
        ("certification_how_known", {"how": "pigeon"}),
        ("certification_sent_somehow", {"how": ""}),
        ("certification_names_whom", {"who": ""}),
        ("certification_says_why", {"kind": "returned"}),
        ("certification_undoes_one", {"kind": "undone", "note": "slip"}),
    ],
)
def test_impossible_steps(here: world.World, case: Case, name: str, change: dict[str, Any]) -> None:
    values = {"plan": plan_of(case), "kind": "sent", "on": TODAY, "who": "A", "how": "fax", "by": here.sam}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CertificationEvent.objects.create(**values | change)


def test_a_step_is_undone_once_and_a_plan_followed_once(here: world.World, case: Case) -> None:
    plan = plan_of(case)
    sent = actions.send_certification(by=here.sam, plan=plan, how="fax", who="A")
    undone = {"plan": plan, "kind": "undone", "on": TODAY, "note": "slip", "undoes": sent, "by": here.sam}
    CertificationEvent.objects.create(**undone)
    with pytest.raises(IntegrityError, match="certification_undone_once"), transaction.atomic():
        CertificationEvent.objects.create(**undone)
    set_plan(here.alice, case)
    values = {"case": case, "starts_on": TODAY, "ends_on": TODAY, "frequency": "1", "follows": plan}
    with pytest.raises(IntegrityError, match="plan_followed_once"), transaction.atomic():
        PlanOfCare.objects.create(**values)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("plan_ends_after_start", {"ends_on": TODAY - DAY}),
        ("plan_treatments_a_day", {"per_day": 0}),
        ("plan_treatments_a_day", {"per_day": 10}),
        ("plan_does_not_follow_itself", {"pk": 10**9, "follows_id": 10**9}),
    ],
)
def test_impossible_plans(here: world.World, case: Case, name: str, change: dict[str, Any]) -> None:
    values = {"case": case, "starts_on": TODAY, "ends_on": TODAY, "frequency": "1"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PlanOfCare.objects.create(**values | change)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("goal_term_known", {"term": "never"}),
        ("goal_goes_somewhere", {"target": D(14)}),
        ("goal_is_due_later", {"due_on": TODAY}),
        ("goal_says_what", {"text": ""}),
        ("goal_says_what", {"measure": ""}),
    ],
)
def test_impossible_goals(here: world.World, case: Case, name: str, change: dict[str, Any]) -> None:
    values = {
        "case": case, "plan": plan_of(case), "text": "Opens jars", "measure": "Grip", "baseline": D(14),
        "target": D(30), "from_on": TODAY, "due_on": TODAY + DAY, "by": here.alice,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Goal.objects.create(**values | change)
    goal = Goal.objects.create(**values)
    for outcome, constraint in (("won", "goal_event_outcome_known"), ("ended", "goal_ended_for_a_reason")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            GoalEvent.objects.create(goal=goal, outcome=outcome, on=TODAY, by=here.alice)
