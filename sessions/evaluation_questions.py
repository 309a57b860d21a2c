"""Heart. What is asked about an evaluation, for OT and for PT, and the level that each answer reaches.

The facts are the code set's: which parts there are, three levels each, the counts. The words are our own.
Sources: the fee schedule rule for 2017 (Federal Register of Nov 15, 2016, table 23), summaries of AOTA and APTA.
"""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """NONE: not even the lowest level is reached."""

    NONE = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3

    @property
    def word(self) -> str:
        return self.name.lower()


NONE, LOW, MODERATE, HIGH = Level


@dataclass(frozen=True)
class Choice:
    """An answer: what is pressed, the highest level it reaches, and how a reason tells it ("the history is brief")."""

    value: str
    label: str
    reaches: Level
    told: str


@dataclass(frozen=True)
class Question:
    """`name` is the field of the answers; `part` the component of the level; `short` names it in a sentence."""

    name: str
    part: str
    title: str
    short: str
    choices: tuple[Choice, ...]

    def chosen(self, value: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True)
class Tally:
    """What is counted: `groups` of (heading, ((key, label), …)), the noun, and the first count of each level."""

    part: str
    title: str
    short: str
    one: str
    many: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    from_moderate: int
    from_high: int
    shared: tuple[int, ...]  # counts that the code set names under two levels

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for _, chips in self.groups for key, _ in chips)

    def reaches(self, count: int) -> Level:
        """The highest level a count reaches."""
        if count >= self.from_high:
            return HIGH
        return MODERATE if count >= self.from_moderate else LOW if count else NONE


@dataclass(frozen=True)
class Sheet:
    """Everything asked in one discipline. `codes` in order of the levels; `minutes` are typical, never a threshold."""

    codes: tuple[str, str, str]
    minutes: tuple[int, int, int]
    again: str
    parts: tuple[tuple[str, str], ...]  # (part, its label), in page order
    tally: Tally
    questions: tuple[Question, ...]


OT = Sheet(
    codes=("97165", "97166", "97167"),
    minutes=(30, 45, 60),
    again="97168",
    parts=(("history", "History"), ("tally", "Deficits"), ("decision", "Decisions")),
    tally=Tally(
        "tally",
        "Performance deficits",
        "deficits",
        "performance deficit",
        "performance deficits",
        (
            (
                "Physical",
                (
                    ("strength", "Strength"),
                    ("range", "Range of motion"),
                    ("balance", "Balance"),
                    ("mobility", "Mobility"),
                    ("endurance", "Endurance"),
                    ("dexterity", "Hand skill"),
                    ("coordination", "Coordination"),
                    ("sensation", "Sensation"),
                ),
            ),
            (
                "Cognitive",
                (
                    ("attention", "Attention"),
                    ("memory", "Memory"),
                    ("sequencing", "Order of steps"),
                    ("problem_solving", "Problem solving"),
                    ("safety", "Safety judgment"),
                ),
            ),
            (
                "Psychosocial",
                (
                    ("coping", "Coping"),
                    ("routines", "Routines"),
                    ("relating", "Dealing with others"),
                    ("drive", "Drive"),
                ),
            ),
        ),
        from_moderate=3,
        from_high=5,
        shared=(3, 5),
    ),
    questions=(
        Question(
            "history",
            "history",
            "Occupational profile and history",
            "history",
            (
                Choice("brief", "Brief, this problem", LOW, "the history is brief"),
                Choice("expanded", "Expanded, more records", MODERATE, "the history is expanded"),
                Choice("extensive", "Extensive, everything", HIGH, "the history is extensive"),
            ),
        ),
        Question(
            "options",
            "decision",
            "Ways to treat that you weighed",
            "ways to treat",
            (
                Choice("few", "Few", LOW, "few ways to treat were weighed"),
                Choice("several", "Several", MODERATE, "several ways to treat were weighed"),
                Choice("many", "Many", HIGH, "many ways to treat were weighed"),
            ),
        ),
        Question(
            "comorbidities",
            "decision",
            "Other conditions that limit what the client does",
            "other conditions",
            (
                Choice("no", "No", MODERATE, "no other condition limits the client"),
                Choice("yes", "Yes", HIGH, "another condition limits the client"),
            ),
        ),
        Question(
            "modification",
            "decision",
            "Tasks changed, or help given, to get through the assessment",
            "changed tasks",
            (
                Choice("none", "None", LOW, "the assessment needed no change or help"),
                Choice("some", "Some", MODERATE, "the assessment needed some change or help"),
                Choice("much", "A great deal", HIGH, "the assessment needed much change or help"),
            ),
        ),
    ),
)

PT = Sheet(
    codes=("97161", "97162", "97163"),
    minutes=(20, 30, 45),
    again="97164",
    parts=(
        ("history", "History"),
        ("tally", "Examination"),
        ("presentation", "Presentation"),
        ("decision", "Decisions"),
    ),
    tally=Tally(
        "tally",
        "What you examined",
        "what you examined",
        "element examined",
        "elements examined",
        (
            (
                "Body",
                (
                    ("strength", "Strength"),
                    ("motion", "Joint motion"),
                    ("pain", "Pain"),
                    ("balance", "Balance"),
                    ("sensation", "Sensation"),
                    ("tone", "Muscle tone"),
                    ("posture", "Posture"),
                    ("breathing", "Breathing and heart"),
                ),
            ),
            (
                "Activities",
                (
                    ("walking", "Walking"),
                    ("stairs", "Stairs"),
                    ("transfers", "Transfers"),
                    ("lifting", "Lifting and carrying"),
                    ("reaching", "Reaching"),
                ),
            ),
            (
                "Taking part",
                (
                    ("work", "Work or school"),
                    ("home", "Home and family"),
                    ("leisure", "Sport and leisure"),
                ),
            ),
        ),
        from_moderate=3,
        from_high=4,
        shared=(),
    ),
    questions=(
        Question(
            "history",
            "history",
            "Personal factors and other conditions that affect the plan",
            "history",
            (
                Choice("none", "None", LOW, "nothing in the history affects the plan"),
                Choice("few", "1 or 2", MODERATE, "1 or 2 factors in the history affect the plan"),
                Choice("many", "3 or more", HIGH, "3 or more factors in the history affect the plan"),
            ),
        ),
        Question(
            "presentation",
            "presentation",
            "How the client presents",
            "presentation",
            (
                Choice("stable", "Stable", LOW, "the client is stable"),
                Choice("evolving", "Changing", MODERATE, "the presentation is changing"),
                Choice("unstable", "Unstable, hard to foresee", HIGH, "the presentation is unstable"),
            ),
        ),
        Question(
            "decision",
            "decision",
            "Your decisions",
            "decisions",
            (
                Choice("low", "Plain", LOW, "the decisions were plain"),
                Choice("moderate", "Several things to weigh", MODERATE, "several things had to be weighed"),
                Choice("high", "Much to weigh, open outcome", HIGH, "much had to be weighed"),
            ),
        ),
        Question(
            "measured",
            "decision",
            "A standardized instrument or a measured outcome stands behind them",
            "instrument or outcome",
            (
                Choice("no", "No", NONE, "no instrument or measured outcome stands behind the decisions"),
                Choice("yes", "Yes", HIGH, "an instrument or measured outcome stands behind the decisions"),
            ),
        ),
    ),
)

SHEETS: dict[str, Sheet] = {"OT": OT, "PT": PT}
LEVELS: dict[str, Level] = {
    code: level for sheet in SHEETS.values() for code, level in zip(sheet.codes, (LOW, MODERATE, HIGH), strict=True)
}
REEVALUATIONS = frozenset(sheet.again for sheet in SHEETS.values())
