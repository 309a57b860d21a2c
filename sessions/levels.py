"""Between the rows of a session and the heart of evaluation levels."""

from collections.abc import Sequence
from typing import Any

from practice.models import Membership
from sessions import evaluations
from sessions.evaluation_questions import REEVALUATIONS, SHEETS
from sessions.evaluations import Answers
from sessions.models import Evaluation, NoteDraft, PlanOfCare, Session


def refused(answers: Answers | None, discipline: str) -> dict[str, str]:
    """What of some answers cannot be kept, by field (`evaluation.history`)."""
    if answers is None:
        return {}
    if answers.discipline != discipline:
        return {"evaluation": f"An evaluation of {discipline} is meant; these are answers for {answers.discipline}"}
    return {f"evaluation.{name}": text for name, text in evaluations.problems(answers).items()}


def kept(answers: Answers | None, draft: NoteDraft | None) -> dict[str, Any]:
    """What the draft holds of the answers: the new ones, or those it has."""
    if answers is not None:
        return answers.kept
    return draft.evaluation if draft else {}


def answers_of(row: NoteDraft | Evaluation | None, discipline: str) -> Answers | None:
    """The answers that a draft or a signed evaluation holds; None where no level is asked for."""
    if discipline not in SHEETS:
        return None
    held = row.answers if isinstance(row, Evaluation) else row.evaluation if row else {}
    return evaluations.read(discipline, held)


def plan_missing(session: Session, code: str) -> str:
    """A sentence when the re-evaluation `code` has no updated plan of care."""
    starts = PlanOfCare.objects.filter(case_id=session.case_id).values_list("starts_on", flat=True)
    return evaluations.replan(code, session.served_on, list(starts))


def sign(session: Session, draft: NoteDraft | None, codes: Sequence[str], by: Membership) -> Evaluation | None:
    """Keep the answers with the signed session, and what the page said of the code. Nothing without answers."""
    code = evaluations.level_code(codes)
    answers = answers_of(draft, session.case.discipline)
    again = code in REEVALUATIONS
    if not code or answers is None or not (again or answers.any):
        return None
    return Evaluation.objects.create(
        session=session,
        code=code,
        answers={} if again else answers.kept,
        supports="" if again else evaluations.propose(answers).code,
        sentence=plan_missing(session, code) if again else evaluations.unsupported(code, answers),
        by=by,
    )
