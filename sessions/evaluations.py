"""Heart. The level of an evaluation: from what was asked, counted and decided to 97161–97163 and 97165–97167.

Every part must reach a level, so the lowest part decides (Federal Register of Nov 15, 2016, table 23; AOTA and
APTA say the same). Counts that the code set names under two levels, 3 and 5 deficits, are taken for the higher
one here: the other parts then decide. Minutes are typical and decide nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sessions.evaluation_questions import LEVELS, REEVALUATIONS, SHEETS, Choice, Level, Question, Sheet

MOST_MORE = 12


@dataclass(frozen=True)
class Answers:
    """What a clinician said of an evaluation; empty means not answered yet.

    `found` are keys of the discipline's list, `more` counts what is not on it. The other fields hold one of the
    values of the question of that name (`SHEETS[discipline].questions`). Some belong to one discipline only.
    """

    discipline: str
    found: frozenset[str] = frozenset()
    more: int = 0
    history: str = ""
    options: str = ""
    comorbidities: str = ""
    modification: str = ""
    presentation: str = ""
    decision: str = ""
    measured: str = ""

    @property
    def sheet(self) -> Sheet:
        return SHEETS[self.discipline]

    @property
    def count(self) -> int:
        return len(self.found) + self.more

    @property
    def any(self) -> bool:
        """Whether anything was answered."""
        return self != Answers(self.discipline)

    def to(self, question: Question) -> Choice | None:
        return question.chosen(getattr(self, question.name))

    @property
    def kept(self) -> dict[str, Any]:
        """As it is stored: only what was answered."""
        filled = {name: getattr(self, name) for name in WORDS if getattr(self, name)}
        filled |= {"found": sorted(self.found)} if self.found else {}
        return filled | ({"more": self.more} if self.more else {})


WORDS = tuple(each.name for each in fields(Answers) if each.name not in ("discipline", "found", "more"))


@dataclass(frozen=True)
class Part:
    """One component of the level: what it reaches, and in a clause why ("the history is brief")."""

    name: str
    label: str
    level: Level
    told: str


@dataclass(frozen=True)
class Proposal:
    """`code` is empty while answers are `missing` (names of questions) or when no level is reached."""

    code: str
    level: Level
    reasons: tuple[str, ...]
    lowest_component: str
    missing: tuple[str, ...]
    parts: tuple[Part, ...]


def read(discipline: str, kept: Mapping[str, Any]) -> Answers:
    """Answers from what `kept` gave; a field that is not there is not answered."""
    words = {name: str(kept[name]) for name in WORDS if name in kept}
    return Answers(discipline, frozenset(kept.get("found", ())), int(kept.get("more", 0)), **words)


def problems(answers: Answers) -> dict[str, str]:
    """What cannot be kept, by field, in a sentence."""
    asked = {question.name: question for question in answers.sheet.questions}
    wrong: dict[str, str] = {}
    for name in WORDS:
        value = getattr(answers, name)
        if value and name not in asked:
            wrong[name] = f"“{name}” is not asked in {answers.discipline}; leave it out"
        elif value and not asked[name].chosen(value):
            known = ", ".join(choice.value for choice in asked[name].choices)
            wrong[name] = f"“{value[:20]}” is no answer to this; choose one of {known}"
    strange = sorted(answers.found - answers.sheet.tally.keys)
    if strange:
        wrong["found"] = f"“{strange[0][:20]}” is not on the list; count it under “more”"
    if not 0 <= answers.more <= MOST_MORE:
        wrong["more"] = f"What is not on the list is counted from 0 to {MOST_MORE}"
    return wrong


def propose(answers: Answers) -> Proposal:
    """The level that all parts reach, with the reasons. Unanswered questions leave the code open."""
    parts, missing = _parts(answers), _missing(answers)
    level = min((part.level for part in parts), default=Level.NONE)
    lowest = [part for part in parts if part.level == level]
    complete = not missing and level > Level.NONE
    return Proposal(
        code=answers.sheet.codes[level - 1] if complete else "",
        level=level if complete else Level.NONE,
        reasons=tuple(_reasons(answers, parts, lowest, missing)),
        lowest_component=lowest[0].name if lowest else "",
        missing=missing,
        parts=parts,
    )


def unsupported(code: str, answers: Answers) -> str:
    """A sentence when the chosen level is not the one the answers reach; empty when it is, or nobody can tell yet."""
    return too_high(code, answers) or too_low(code, answers)


def too_high(code: str, answers: Answers) -> str:
    """A sentence when `code` is above what the answers given so far can reach."""
    parts = _parts(answers)
    if code not in answers.sheet.codes or not parts:
        return ""
    level = min(part.level for part in parts)
    if LEVELS[code] <= level:
        return ""
    why = ", and ".join(part.told for part in parts if part.level == level)
    if level == Level.NONE:
        return f"{code} is not supported, nor is any other level: {why}."
    supported = answers.sheet.codes[level - 1]
    reach = "support" if not _missing(answers) else "so far support no more than"
    return f"The answers {reach} {supported} ({level.word}); {code} is {LEVELS[code].word}, and {why}."


def too_low(code: str, answers: Answers) -> str:
    """A softer sentence when the answers reach more than `code`."""
    found = propose(answers)
    if not found.code or code not in answers.sheet.codes or LEVELS[code] >= found.level:
        return ""
    return f"The answers reach {found.level.word}, so {found.code} is supported too; {code} is the lower level."


def replan(code: str, served_on: date, plan_starts: Sequence[date]) -> str:
    """A sentence when a re-evaluation has no plan of care of that day or later; `plan_starts` are the case's."""
    if code not in REEVALUATIONS or any(starts_on >= served_on for starts_on in plan_starts):
        return ""
    wanted = f"{code} wants an updated plan of care."
    if not plan_starts:
        return f"{wanted} There is none; add one that starts {_day(served_on)} or later."
    return f"{wanted} The newest starts {_day(max(plan_starts))}; add one that starts {_day(served_on)} or later."


def level_code(codes: Iterable[str]) -> str:
    """The first code among `codes` that has a level, else the first re-evaluation, else empty."""
    chosen = list(codes)
    return next((code for code in chosen if code in LEVELS), "") or next(
        (code for code in chosen if code in REEVALUATIONS), ""
    )


def say_missing(missing: Sequence[str]) -> str:
    """What is still to be answered, in a sentence."""
    return f"Still to answer: {_and(missing)}." if missing else ""


def _parts(answers: Answers) -> tuple[Part, ...]:
    """The parts of which something is known, in page order. Of several questions of a part the lowest decides."""
    found, tally = [], answers.sheet.tally
    for name, label in answers.sheet.parts:
        if name == tally.part and answers.count:
            level = tally.reaches(answers.count)
            verb = "reaches" if answers.count == 1 else "reach"
            found.append(Part(name, label, level, f"{_counted(answers)} {verb} {level.word}"))
        given = [choice for q in answers.sheet.questions if q.part == name if (choice := answers.to(q))]
        if given:
            level = min(choice.reaches for choice in given)
            found.append(Part(name, label, level, _and([c.told for c in given if c.reaches == level])))
    return tuple(found)


def _missing(answers: Answers) -> tuple[str, ...]:
    asked: list[tuple[str, bool]] = []
    for name, _ in answers.sheet.parts:
        if name == answers.sheet.tally.part:
            asked.append((answers.sheet.tally.short, bool(answers.count)))
        asked += [(q.short, answers.to(q) is not None) for q in answers.sheet.questions if q.part == name]
    return tuple(name for name, answered in asked if not answered)


def _reasons(answers: Answers, parts: Sequence[Part], lowest: Sequence[Part], missing: Sequence[str]) -> list[str]:
    if not parts:
        return []
    level, best = lowest[0].level, max(parts, key=lambda part: part.level)
    why = ", and ".join(part.told for part in lowest)
    if level == Level.NONE:
        return [f"No level is reached: {why}. Every level asks for it."]
    if missing:
        said = [f"No more than {level.word} so far: {why}."] if level < Level.HIGH else []
    elif best.level == level:
        said = [f"All parts reach {level.word}: {answers.sheet.codes[level - 1]}."]
    else:
        code = answers.sheet.codes[level - 1]
        said = [f"{_reach(best)}; {why}, so the level is {level.word}: {code}.", "All parts must reach a level."]
    if answers.count in answers.sheet.tally.shared:
        higher = answers.sheet.tally.reaches(answers.count)
        counted = _counted(answers).capitalize()
        said.append(f"{counted} count as {Level(higher - 1).word} or {higher.word}; the other parts decide.")
    return said


def _reach(part: Part) -> str:
    """“Five performance deficits reach high”, “The history is extensive, which reaches high”."""
    told = part.told if part.told.endswith(part.level.word) else f"{part.told}, which reaches {part.level.word}"
    return told[0].upper() + told[1:]


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _counted(answers: Answers) -> str:
    count, tally = answers.count, answers.sheet.tally
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {tally.one if count == 1 else tally.many}"


def _and(clauses: Sequence[str]) -> str:
    return f"{', '.join(clauses[:-1])} and {clauses[-1]}" if len(clauses) > 1 else clauses[0]


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"
