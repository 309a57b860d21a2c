"""API of plans of care: plans with their certification, goals and measures, and what waits."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from clients.models import Case
from clients.writing_api import ChartView
from practice import audit
from practice.api import choice, listed, shown, written
from practice.permissions import Permission as P
from sessions.models import Session
from sessions.plans import actions, worklist
from sessions.plans.certification import State
from sessions.plans.models import CertificationEvent, Goal, GoalMeasure, How, Outcome, Paper, PlanOfCare, Term
from sessions.plans.rows import Course, course

STATES = [state.value for state in State]
MOST_VALUES = actions.MOST_GOALS


class FigureField(serializers.DecimalField):
    """A figure of a goal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, **kwargs)


class NewGoalSerializer(serializers.Serializer):
    """What the client shall be able to do, and the figure that shows it."""

    text = serializers.CharField(max_length=200)
    measure = serializers.CharField(max_length=60)
    unit = serializers.CharField(max_length=20, allow_blank=True, default="")
    baseline = FigureField()
    target = FigureField()
    due_on = serializers.DateField()
    term = choice("GoalTerm", Term, default=Term.LONG)


class NewPlanSerializer(serializers.Serializer):
    """A plan of care; it follows the one before it. `source`: the session of the evaluation it is made from."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    codes = serializers.ListField(child=serializers.CharField(max_length=5), max_length=20)
    frequency = serializers.CharField(max_length=60)
    per_day = serializers.IntegerField(min_value=1, max_value=9, default=1)
    source = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    goals = NewGoalSerializer(many=True, max_length=MOST_VALUES, default=list)


class StandingSerializer(serializers.Serializer):
    """How the certification of a plan stands today, and why."""

    state = serializers.ChoiceField(STATES)
    sentence = serializers.CharField()
    reason = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    recertify_on = serializers.DateField(allow_null=True)


class PlanStepSerializer(serializers.ModelSerializer):
    """A step of a certification."""

    kind = choice("PlanStepKind", Paper)
    how = serializers.CharField(allow_blank=True)

    class Meta:
        model = CertificationEvent
        fields = ["id", "kind", "on", "who", "how", "note", "undoes"]


class PlanSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    case = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    codes = serializers.ListField(child=serializers.CharField())
    frequency = serializers.CharField()
    per_day = serializers.IntegerField()
    weeks = serializers.IntegerField()
    follows = serializers.IntegerField(allow_null=True)
    source = serializers.IntegerField(allow_null=True)
    certification = StandingSerializer()
    steps = PlanStepSerializer(many=True, help_text="those that stand, in order")


class GoalMeasureSerializer(serializers.ModelSerializer):
    value = FigureField()

    class Meta:
        model = GoalMeasure
        fields = ["on", "value", "session"]


class GoalSerializer(serializers.ModelSerializer):
    """A goal with what was measured; `open` until it is met or ended."""

    baseline = FigureField()
    target = FigureField()
    term = choice("GoalTerm", Term)
    open = serializers.SerializerMethodField()
    measures = GoalMeasureSerializer(many=True)

    class Meta:
        model = Goal
        fields = ["id", "plan", "term", "text", "measure", "unit", "baseline", "target", "from_on", "due_on", "open",
                  "measures"]  # fmt: skip

    @extend_schema_field(serializers.BooleanField)
    def get_open(self, goal: Goal) -> bool:
        return not actions.ended(goal)


class EndGoalSerializer(serializers.Serializer):
    """What became of a goal; an `ended` one needs a reason."""

    outcome = choice("GoalOutcome", Outcome)
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")
    on = serializers.DateField(required=False)


class FigureSerializer(serializers.Serializer):
    goal = serializers.IntegerField(min_value=1)
    value = FigureField()


class MeasureSerializer(serializers.Serializer):
    """Figures of a day, of a session where there was one."""

    on = serializers.DateField(required=False)
    session = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    values = FigureSerializer(many=True, min_length=1, max_length=MOST_VALUES)


class MeasuredSerializer(serializers.Serializer):
    kept = serializers.IntegerField()


class StepSerializer(serializers.Serializer):
    """`sent` says how and to whom; `signed` and `verbal` who and when; `returned` why (`note`)."""

    kind = serializers.ChoiceField([kind.value for kind in Paper if kind != Paper.UNDONE])
    on = serializers.DateField(required=False)
    who = serializers.CharField(max_length=100, allow_blank=True, default="")
    how = serializers.ChoiceField(How.choices, required=False)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class UndoStepSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class PlanWorkSerializer(serializers.Serializer):
    """Something that waits for a case's plan of care."""

    bucket = serializers.ChoiceField(list(worklist.BUCKETS))
    case = serializers.IntegerField()
    client = serializers.IntegerField()
    sentence = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)


def shown_plan(known: Course, plan: PlanOfCare, today: Any) -> dict[str, Any]:
    """A plan, as its serializer takes it."""
    return {
        "id": plan.pk,
        "case": plan.case_id,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "codes": plan.codes,
        "frequency": plan.frequency,
        "per_day": plan.per_day,
        "weeks": plan.weeks,
        "follows": plan.follows_id,
        "source": plan.source_id,
        "certification": known.standing(plan, today),
        "steps": known.events.get(plan.pk, []),
    }


class _PlanView(ChartView):
    def plan(self, pk: int) -> PlanOfCare:
        plan: PlanOfCare = self.among(PlanOfCare.objects.select_related("case__client"), pk, "case__client")
        return plan

    def show(self, plan: PlanOfCare) -> dict[str, Any]:
        return PlanSerializer(shown_plan(course(plan.case), plan, self.practice.today())).data


class CasePlansView(_PlanView):
    """The plans of care of a case, newest first; set one, with its goals."""

    permissions = {"GET": P.SEE_CLIENTS, "POST": P.WRITE_NOTE}
    shows = "plans"

    @listed(PlanSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        case, today = self.case(pk), self.practice.today()
        audit.seen(case, client_id=case.client_id, section="plans")
        known = course(case)

        def show(rows: Any) -> Any:
            return PlanSerializer([shown_plan(known, plan, today) for plan in rows], many=True).data

        return self.page(list(reversed(known.plans)), show)

    @written(NewPlanSerializer, PlanSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        case, data = self.case(pk), self.validated(NewPlanSerializer)
        source = data.pop("source")
        goals = [actions.NewGoal(**goal) for goal in data.pop("goals")]
        session = get_object_or_404(Session, pk=source, case=case) if source else None
        plan = actions.set_plan(by=self.member, case=case, source=session, goals=goals, **data)
        return Response(self.show(plan), 201)


class PlanView(_PlanView):
    """One plan with its certification."""

    permission = P.SEE_CLIENTS
    shows = "plans"

    @shown(PlanSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        plan = self.plan(pk)
        audit.seen(plan, client_id=plan.case.client_id, section="plans")
        return Response(self.show(plan))


class PlanStepsView(_PlanView):
    """Record that a plan was sent, signed, ordered by word of mouth, or came back."""

    permissions = {"POST": P.KEEP_DOCUMENTS}

    @written(StepSerializer, PlanSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        plan, data = self.plan(pk), self.validated(StepSerializer)
        kind, by = data["kind"], self.member
        on = data.get("on") or self.practice.today()
        if kind == Paper.SENT:
            actions.send_certification(
                by=by, plan=plan, how=data.get("how", ""), who=data["who"], on=on, note=data["note"]
            )
        elif kind == Paper.RETURNED:
            actions.record_return(by=by, plan=plan, reason=data["note"], on=on)
        else:
            verbal = kind == Paper.VERBAL
            actions.record_signature(by=by, plan=plan, who=data["who"], on=on, verbal=verbal, note=data["note"])
        return Response(self.show(plan), 201)


class UndoStepView(_PlanView):
    """Take back a step that was a slip."""

    permissions = {"POST": P.KEEP_DOCUMENTS}

    @written(UndoStepSerializer, PlanSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        rows = CertificationEvent.objects.select_related("plan__case__client")
        event = self.among(rows, pk, "plan__case__client")
        actions.undo_certification(by=self.member, event=event, **self.validated(UndoStepSerializer))
        return Response(self.show(event.plan))


class _GoalView(ChartView):
    def goals(self, case: Case) -> Any:
        rows = Goal.objects.filter(case=case).prefetch_related("measures", "events")
        return rows.order_by("term", "id")

    def show(self, goal: Goal) -> dict[str, Any]:
        return GoalSerializer(self.goals(goal.case).get(pk=goal.pk)).data


class CaseGoalsView(_GoalView):
    """The goals of a case with what was measured."""

    permissions = {"GET": P.READ_NOTE}
    shows = "goals"

    @listed(GoalSerializer)
    def get(self, request: Any, slug: str, pk: int) -> Response:
        case = self.case(pk)
        audit.seen(case, client_id=case.client_id, section="goals")
        return self.page(self.goals(case), lambda page: GoalSerializer(page, many=True).data)


class PlanGoalsView(_GoalView):
    """Add a goal to a plan."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(NewGoalSerializer, GoalSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        plan = self.among(PlanOfCare.objects.select_related("case__client"), pk, "case__client")
        return Response(
            self.show(actions.add_goal(by=self.member, plan=plan, **self.validated(NewGoalSerializer))), 201
        )


class EndGoalView(_GoalView):
    """A goal is met, ended, or taken up again."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(EndGoalSerializer, GoalSerializer)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        goal = self.among(Goal.objects.select_related("case__client"), pk, "case__client")
        actions.end_goal(by=self.member, goal=goal, **self.validated(EndGoalSerializer))
        return Response(self.show(goal))


class MeasuresView(ChartView):
    """Keep figures of some goals of a case."""

    permissions = {"POST": P.WRITE_NOTE}

    @written(MeasureSerializer, MeasuredSerializer, status=201)
    def post(self, request: Any, slug: str, pk: int) -> Response:
        case, data = self.case(pk), self.validated(MeasureSerializer)
        session = get_object_or_404(Session, pk=data["session"], case=case) if data["session"] else None
        on = data.get("on") or (session.served_on if session else self.practice.today())
        values = {each["goal"]: each["value"] for each in data["values"]}
        kept = actions.measure(by=self.member, case=case, values=values, on=on, session=session)
        return Response({"kept": len(kept)}, 201)


class PlanWorkView(ChartView):
    """What waits to be done about plans of care, the most urgent first."""

    permission = P.SEE_CLIENTS
    listing = "plans of care"

    @listed(
        PlanWorkSerializer,
        OpenApiParameter("bucket", {"type": "string", "enum": list(worklist.BUCKETS)}, description="only these"),
    )
    def get(self, request: Any, slug: str) -> Response:
        bucket = request.query_params.get("bucket", "")
        if bucket and bucket not in worklist.BUCKETS:
            raise serializers.ValidationError({"bucket": [f"One of {', '.join(worklist.BUCKETS)}"]})
        found = [item for item in worklist.items(self.member) if not bucket or item.bucket == bucket]
        return self.page(found, _work)


def _work(items: Iterable[worklist.Item]) -> Any:
    rows = [
        {
            "bucket": item.bucket,
            "case": item.course.case.pk,
            "client": item.course.case.client_id,
            "sentence": item.sentence,
            "due_on": item.due_on,
        }
        for item in items
    ]
    return PlanWorkSerializer(rows, many=True).data
