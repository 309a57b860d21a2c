"""What the session page shows of an evaluation's level: the questions, and the box that answers."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from sessions import evaluations, levels
from sessions.evaluation_questions import LEVELS, REEVALUATIONS, Sheet
from sessions.evaluations import MOST_MORE, Answers
from sessions.models import Evaluation, Note, NoteDraft, Session

type Context = dict[str, Any]


def section(
    request: Any,
    session: Session,
    codes: Sequence[str],
    draft: NoteDraft | None,
    note: Note | None,
    typed: Answers | None,
) -> Context | None:
    """Context of sessions/evaluation.html; None when the session holds no evaluation that has a level.

    `typed` are answers that stand on the page and may not be saved.
    """
    if note:
        signed = Evaluation.objects.filter(session=session).first()
        answers = levels.answers_of(signed, session.case.discipline)
        return _signed(session, signed, answers) if signed and answers else None
    code = evaluations.level_code(codes)
    answers = typed or levels.answers_of(draft, session.case.discipline)
    hers = session.open and session.clinician.member_id == request.member.pk
    if not code or answers is None or not hers:
        return None
    if code in REEVALUATIONS:
        return {"title": "Re-evaluation", "plan": _plan(session, code)}
    return {
        "title": "Evaluation level",
        "code": code,
        "asked": True,
        "url": reverse("sessions:evaluation_level", args=[request.practice.slug, session.pk]),
        "params": ",".join(["evaluation", "found", "more", *(q.name for q in answers.sheet.questions)]),
        "asks": _asks(answers),
        "level": live(request, session, code, answers),
    }


def live(request: Any, session: Session, code: str, answers: Answers | None) -> Context:
    """Context of sessions/level.html for what is answered now."""
    if answers is None or LEVELS.get(code) is None or evaluations.problems(answers):
        return {"error": "Open the session again: these answers do not fit the code."}
    found = evaluations.propose(answers)
    return _box(answers, code) | {
        "callout": _callout(evaluations.too_high(code, answers), evaluations.too_low(code, answers)),
        "use": found.code if found.code != code else "",
        "add_url": reverse("sessions:change_rows", args=[request.practice.slug, session.pk]),
    }


def _signed(session: Session, signed: Evaluation, answers: Answers) -> Context:
    """The sentence that stood there at the signature stays; whether a re-evaluation has its plan is asked now."""
    if signed.code in REEVALUATIONS:
        return {"title": "Re-evaluation", "plan": _plan(session, signed.code)}
    kind = "warn" if evaluations.too_high(signed.code, answers) else "info"
    callout = {"kind": kind, "text": f"At the signature: {signed.sentence}"} if signed.sentence else None
    return {
        "title": "Evaluation level",
        "code": signed.code,
        "answered": _answered(answers),
        "level": _box(answers, signed.code) | {"callout": callout},
    }


def _box(answers: Answers, code: str) -> Context:
    found = evaluations.propose(answers)
    lowest = min((part.level for part in found.parts), default=0)
    return {
        "chosen": code,
        "code": found.code,
        "word": found.level.word if found.code else "",
        "parts": [
            {"label": label, "word": word, "low": bool(found.code) and level == lowest}
            for label, word, level in _by_part(answers, found)
        ],
        "reasons": found.reasons,
        "missing": evaluations.say_missing(found.missing),
        "minutes": _minutes(answers.sheet, found.code),
    }


def _by_part(answers: Answers, found: evaluations.Proposal) -> list[tuple[str, str, int]]:
    """(label, what it reaches, level) of every part; a dash where nothing is known."""
    known = {part.name: part.level for part in found.parts}
    return [
        (label, known[name].word if name in known else "–", known.get(name, 0)) for name, label in answers.sheet.parts
    ]


def _minutes(sheet: Sheet, code: str) -> str:
    """Typical minutes, told with the word that they decide nothing."""
    if not code:
        low, middle, high = sheet.minutes
        return (
            f"Low, moderate and high typically take {low}, {middle} and {high} minutes; time does not decide the level."
        )
    return f"{code} typically takes {sheet.minutes[LEVELS[code] - 1]} minutes; time does not decide the level."


def _callout(high: str, low: str) -> dict[str, str] | None:
    if high:
        return {"kind": "warn", "text": high}
    return {"kind": "info", "text": low} if low else None


def _plan(session: Session, code: str) -> dict[str, str]:
    missing = levels.plan_missing(session, code)
    said = missing or f"The plan of care was updated with this re-evaluation: {code} is supported."
    return {"kind": "warn" if missing else "ok", "text": said}


def _asks(answers: Answers) -> list[Context]:
    """Everything that is asked, the count in its place among the questions."""
    asks = []
    for part, _ in answers.sheet.parts:
        asks += [_tally(answers)] if part == answers.sheet.tally.part else _questions(answers, part)
    return asks


def _questions(answers: Answers, part: str) -> list[Context]:
    return [
        {
            "name": question.name,
            "title": question.title,
            "choices": [
                {"value": c.value, "label": c.label, "on": c.value == getattr(answers, question.name)}
                for c in question.choices
            ],
        }
        for question in answers.sheet.questions
        if question.part == part
    ]


def _tally(answers: Answers) -> Context:
    tally = answers.sheet.tally
    return {
        "title": tally.title,
        "groups": [
            {"heading": heading, "chips": [{"key": k, "label": label, "on": k in answers.found} for k, label in chips]}
            for heading, chips in tally.groups
        ],
        "more": [{"value": n, "on": n == answers.more} for n in range(MOST_MORE + 1)],
    }


def _answered(answers: Answers) -> list[tuple[str, str]]:
    """(question, answer) of a signed evaluation, as words."""
    labels = [label for _, chips in answers.sheet.tally.groups for key, label in chips if key in answers.found]
    more = [f"{answers.more} more"] if answers.more else []
    shown = [(q.title, choice.label) for q in answers.sheet.questions if (choice := answers.to(q))]
    counted = f"{answers.count}: {', '.join([*labels, *more])}"
    return [*shown[:1], *([(answers.sheet.tally.title, counted)] if answers.count else []), *shown[1:]]
