"""Heart. Coding edits on a day: which two codes are one service, how many units a day bears, what an add-on needs.

Sources: CMS National Correct Coding Initiative (NCCI): procedure-to-procedure (PTP) edits, medically unlikely
edits (MUE) and add-on code (AOC) edits for practitioner services. All windows include their first and last day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from sessions.codes import CODES

ALLOWED, NEVER = 1, 0  # modifier indicators in force; any other says that the edit does not apply
A_LINE, POLICY, CLINICAL = 1, 2, 3  # adjudication indicators of unit limits
ANY_PARENT = "CCCCC"  # stands in the add-on file for whatever the contractor accepts

# Modifiers that tell a payer that two services were separate (NCCI Policy Manual ch. 1 E).
SEPARATE = frozenset({"59", "XE", "XS", "XP", "XU"})
SIDES = frozenset({"LT", "RT", "FA", *(f"F{finger}" for finger in range(1, 10))})
OF_EVALUATIONS = "25"


@dataclass(frozen=True)
class DatedPair:
    """A pair edit with the days on which it is in force."""

    column1: str
    column2: str
    effective_on: date
    deleted_on: date | None
    indicator: int

    def holds(self, on: date) -> bool:
        return (
            self.indicator in (ALLOWED, NEVER)
            and self.effective_on <= on
            and (self.deleted_on is None or on <= self.deleted_on)
        )


@dataclass(frozen=True)
class Pair:
    """Two codes that count as one service on a day: `column2` is not paid beside `column1`.

    `may_be_separate`: it is, where a modifier says that the two were given separately.
    """

    column1: str
    column2: str
    may_be_separate: bool


@dataclass(frozen=True)
class Limit:
    """The most units of a code. `indicator` 1: on a line; 2: a day, for good; 3: a day, unless records show need."""

    code: str
    most: int
    indicator: int

    @property
    def a_line(self) -> bool:
        return self.indicator == A_LINE

    @property
    def appealable(self) -> bool:
        return self.indicator == CLINICAL


@dataclass(frozen=True)
class DatedParent:
    """An add-on and a code beside which it is paid. `closed`: no other than those that are listed."""

    add_on: str
    parent: str
    effective_on: date
    deleted_on: date | None
    closed: bool

    def holds(self, on: date) -> bool:
        return self.effective_on <= on and (self.deleted_on is None or on <= self.deleted_on)


@dataclass(frozen=True)
class Edits:
    """What holds on a day among some codes, and whose word it is.

    `parents`: by add-on, the codes beside which it is paid; those in `open_lists` may have others too.
    `source` names the release of the pairs, `limits_source` and `parents_source` the others.
    `covered`: the pairs and limits are those published for the day; `used` is the quarter they are of otherwise.
    """

    pairs: tuple[Pair, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    parents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    source: str = ""
    covered: bool = True
    limits_source: str = ""
    parents_source: str = ""
    open_lists: frozenset[str] = frozenset()
    used: str = ""

    @property
    def caution(self) -> str:
        """What to say beside an answer that is not of the day's own quarter; empty when it is."""
        return "" if self.covered else f"The edits of {self.used} are used: import the quarter's file."


def pair_between(rows: Iterable[DatedPair], code_a: str, code_b: str, on: date) -> Pair | None:
    """The edit between two codes on a day, whichever of them is column 1; the latest where several hold."""
    held = [row for row in rows if {row.column1, row.column2} == {code_a, code_b} and row.holds(on)]
    if not held:
        return None
    latest = max(held, key=lambda row: (row.effective_on, row.indicator == NEVER))
    return Pair(latest.column1, latest.column2, latest.indicator == ALLOWED)


def pairs_among(rows: Collection[DatedPair], codes: Iterable[str], on: date) -> tuple[Pair, ...]:
    """The edits among the codes of a day, by column 1 and column 2."""
    asked = set(codes)
    by_two: dict[frozenset[str], list[DatedPair]] = {}
    for row in rows:
        if row.column1 in asked and row.column2 in asked:
            by_two.setdefault(frozenset({row.column1, row.column2}), []).append(row)
    found = [
        pair_between(by_two.get(frozenset({first, second}), ()), first, second, on)
        for first, second in combinations(sorted(asked), 2)
    ]
    return tuple(sorted((pair for pair in found if pair), key=lambda pair: (pair.column1, pair.column2)))


def parents_on(rows: Iterable[DatedParent], on: date) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """By add-on the codes it needs one of, and the add-ons whose list is open; on a day."""
    listed: dict[str, set[str]] = {}
    open_lists = set()
    for row in rows:
        if row.holds(on):
            named = listed.setdefault(row.add_on, set())
            if row.parent != ANY_PARENT:
                named.add(row.parent)
            if not row.closed:
                open_lists.add(row.add_on)
    return {add_on: frozenset(parents) for add_on, parents in listed.items()}, frozenset(open_lists)


# --- what is wrong with a day ----------------------------------------------------------------------


@dataclass(frozen=True)
class Billed:
    """A line as the edits see it."""

    code: str
    units: int
    modifiers: tuple[str, ...] = ()


def tells_apart(line: Billed) -> bool:
    """Whether the line carries a modifier that makes it a separate service."""
    evaluation = line.code in CODES and CODES[line.code].evaluation
    return any(
        modifier in SEPARATE or modifier in SIDES or (modifier == OF_EVALUATIONS and evaluation)
        for modifier in line.modifiers
    )


def together(edits: Edits, lines: Collection[Billed]) -> Iterator[Pair]:
    """Pairs on the lines whose column 2 will not be paid: nothing tells the two apart, or nothing may.

    A modifier on either code counts, on every line of that code (Medicare, since July 2019).
    """
    by_code: dict[str, list[Billed]] = {}
    for line in lines:
        by_code.setdefault(line.code, []).append(line)
    for pair in edits.pairs:
        first, second = by_code.get(pair.column1), by_code.get(pair.column2)
        if not first or not second:
            continue
        apart = all(map(tells_apart, second)) or all(map(tells_apart, first))
        if not (pair.may_be_separate and apart):
            yield pair


def over_limit(edits: Edits, lines: Collection[Billed]) -> Iterator[tuple[Limit, int]]:
    """Limits that the lines pass, with the units that pass them: of one line, or summed over the day."""
    for code in dict.fromkeys(line.code for line in lines):
        limit = edits.limits.get(code)
        if limit is None:
            continue
        each = [line.units for line in lines if line.code == code]
        units = max(each) if limit.a_line else sum(each)
        if units > limit.most:
            yield limit, units


def alone(edits: Edits, codes: Collection[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Add-ons that are given without any of the codes they belong to, with those codes."""
    for code in dict.fromkeys(codes):
        parents = edits.parents.get(code)
        if parents and not parents & set(codes):
            yield code, parents


# --- in words --------------------------------------------------------------------------------------


def pair_words(pair: Pair) -> tuple[str, str]:
    """The sentence and the one after it, for a pair on one day."""
    first, second = pair.column1, pair.column2
    if not pair.may_be_separate:
        return (
            f"{second} is never paid on the same day as {first}.",
            f"The two count as one service, {first}, and no modifier changes that.",
        )
    return (
        f"{second} needs modifier 59 on the same day as {first}.",
        f"{second} counts as part of {first} and carries the modifier when the two were given separately, in"
        " times that do not overlap. Whoever treated decides that, and the note must show the times.",
    )


def limit_words(limit: Limit, units: int) -> tuple[str, str]:
    """The sentence and the one after it, for units above a limit."""
    where = "on a line" if limit.a_line else "a day"
    said = f"{units} {_units(units)} of {limit.code}; the most {where} is {limit.most}."
    if limit.a_line:
        return said, "The payer denies the whole line."
    if limit.appealable:
        return said, "The payer denies all of them, and pays on appeal where the records show the need."
    return said, "The payer denies all of them, and an appeal does not help: it is policy."


def alone_words(add_on: str, parents: frozenset[str]) -> tuple[str, str]:
    """The sentence and the one after it, for an add-on by itself."""
    listed = sorted(parents)
    named = ", ".join(listed[:6]) + (" …" if len(listed) > 6 else "")
    one = "with" if len(listed) == 1 else "with one of"
    return f"{add_on} is an add-on and is billed {one} {named}.", "None of them is on the claim."


def _units(count: int) -> str:
    return "unit" if count == 1 else "units"
