"""API of evaluation levels: what the answers reach, and the answers with a draft or a signed session."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from practice.api import HouseView, written
from practice.findings import BadInput
from practice.permissions import Permission as P
from sessions import evaluations
from sessions.evaluation_questions import LEVELS, REEVALUATIONS, SHEETS
from sessions.evaluations import MOST_MORE, WORDS, Answers
from sessions.models import Evaluation, Session

VALUES = {
    name: sorted({c.value for sheet in SHEETS.values() for q in sheet.questions if q.name == name for c in q.choices})
    for name in WORDS
}
KEYS = sorted({key for sheet in SHEETS.values() for key in sheet.tally.keys})


def _word(name: str) -> serializers.Field:
    where = [discipline for discipline, sheet in SHEETS.items() if name in {q.name for q in sheet.questions}]
    return serializers.CharField(
        required=False, max_length=20, help_text=f"{' and '.join(where)}: one of {', '.join(VALUES[name])}"
    )


class AnswersSerializer(serializers.Serializer):
    """What an evaluation was made of. A field that is left out is not answered yet."""

    found = serializers.ListField(
        child=serializers.CharField(max_length=20),
        required=False,
        max_length=len(KEYS),
        help_text=f"performance deficits (OT) or elements examined (PT), of {', '.join(KEYS)}",
    )
    more = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_MORE, help_text="others not on the list"
    )
    history = _word("history")
    options = _word("options")
    comorbidities = _word("comorbidities")
    modification = _word("modification")
    presentation = _word("presentation")
    decision = _word("decision")
    measured = _word("measured")


class AskLevelSerializer(serializers.Serializer):
    """`code` is the one that was chosen; a re-evaluation tells its day and when the newest plan of care starts."""

    discipline = serializers.ChoiceField(list(SHEETS))
    answers = AnswersSerializer(required=False)
    code = serializers.ChoiceField([*LEVELS, *sorted(REEVALUATIONS)], required=False)
    served_on = serializers.DateField(required=False)
    plan_starts_on = serializers.DateField(required=False, allow_null=True)


class PartSerializer(serializers.Serializer):
    name = serializers.CharField()
    level = serializers.CharField(source="level.word")
    told = serializers.CharField()


class LevelSerializer(serializers.Serializer):
    """`code` and `level` are empty while answers are `missing` or no level is reached."""

    code = serializers.CharField()
    level = serializers.CharField()
    parts = PartSerializer(many=True)
    lowest_component = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    reasons = serializers.ListField(child=serializers.CharField())
    unsupported = serializers.CharField(help_text="what is to be said of the chosen code; empty when nothing is")


class SignedEvaluationSerializer(serializers.ModelSerializer):
    answers = AnswersSerializer()

    class Meta:
        model = Evaluation
        fields = ["code", "answers", "supports", "sentence"]


def answers_from(given: Mapping[str, Any] | None, discipline: str) -> Answers | None:
    """Answers as the heart takes them; None when none were sent. Raises BadInput where no level is asked for."""
    if given is None:
        return None
    if discipline not in SHEETS:
        raise BadInput(evaluation=f"No evaluation of {discipline} has levels; leave the answers out")
    return evaluations.read(discipline, given)


def shown_evaluation(session: Session) -> Any:
    """The signed evaluation of a session, or None."""
    row = Evaluation.objects.filter(session=session).first()
    return SignedEvaluationSerializer(row).data if row else None


class EvaluationLevelView(HouseView):
    """The level that answers reach, with the reasons. Saves nothing."""

    permissions = {"POST": P.READ_NOTE}

    @written(AskLevelSerializer, LevelSerializer)
    def post(self, request: Any, slug: str) -> Response:
        data = self.validated(AskLevelSerializer)
        answers = evaluations.read(data["discipline"], data.get("answers", {}))
        wrong = {f"answers.{name}": text for name, text in evaluations.problems(answers).items()}
        code, served_on = data.get("code", ""), data.get("served_on")
        if code and code not in (*answers.sheet.codes, answers.sheet.again):
            wrong["code"] = f"{code} is not an evaluation of {answers.discipline}"
        if code == answers.sheet.again and served_on is None:
            wrong["served_on"] = f"{code} is judged by its day; send it"
        if wrong:
            raise BadInput(wrong)
        starts = [data["plan_starts_on"]] if data.get("plan_starts_on") else []
        again = evaluations.replan(code, served_on, starts) if served_on else ""
        found = evaluations.propose(answers)
        shown = LevelSerializer(
            {
                "code": found.code,
                "level": found.level.word if found.code else "",
                "parts": found.parts,
                "lowest_component": found.lowest_component,
                "missing": found.missing,
                "reasons": found.reasons,
                "unsupported": again or evaluations.unsupported(code, answers),
            }
        )
        return Response(shown.data)
