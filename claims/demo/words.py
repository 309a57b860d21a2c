"""Templates and phrases of the invented practice, shared by its owner."""

from practice.models import Membership
from sessions.note_kinds import Kind
from sessions.writing.keeping import keep_phrase, keep_template

PHRASES = {
    ".tol": "Tolerated the session well, without more pain than before.",
    ".hep": "Home program reviewed and shown back without help.",
    ".cga": "Contact guard assist for balance.",
    ".skill": "Needs a therapist to grade the task and cue the sequence as control returns.",
}
GOALS = "Goal 1:\n  was \n  now \nGoal 2:\n  was \n  now "
TEMPLATES = (
    ("Goal by goal", Kind.PROGRESS, {"objective": GOALS, "plan": "Frequency stays at \nGoals met: \nNew goals: "}),
    ("Adult evaluation", Kind.EVALUATION, {
        "subjective": "Onset: \nLived before: \nWants to do again: ",
        "objective": "Range: \nStrength: \nSensation: \nDaily tasks: ",
        "plan": "Long-term goals:\n1. \n2. ",
    }),
    ("End of care", Kind.DISCHARGE, {"objective": "Goal 1: met / partly / not\nGoal 2: ", "plan": "Home program: \nCall us when: "}),
)  # fmt: skip


def keep_words(owner: Membership) -> None:
    for shortcut, text in PHRASES.items():
        keep_phrase(by=owner, shortcut=shortcut, text=text, shared=True)
    for name, kind, parts in TEMPLATES:
        keep_template(by=owner, name=name, kind=kind, parts=parts, shared=True)
