"""Which rows can go in, which are there already, and which want mending: row by row, in the order of the file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clients.actions.coverages import crossing_problem
from clients.imports.asking import Asked, asked
from clients.imports.cells import Row
from clients.imports.columns import BY_NAME, folded
from clients.imports.known import Known
from clients.imports.models import Outcome
from clients.imports.sameness import PERSON, PLAN, Key, differing, fingerprint, keys
from clients.models import Client, Coverage


@dataclass
class Person:
    """A client with all that stands on the chart and in the rows before. `line`: the row that names a new one first.

    `plans` of rows before have the line as a number below 0; `cases`: discipline, complaint and codes of open ones.
    """

    client: Client
    line: int = 0
    reference: str = ""
    plans: dict[int, Coverage] = field(default_factory=dict)
    cases: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)


@dataclass
class Verdict:
    """What became of a row: `wrong` by field where it wants mending, else whom and what it makes."""

    row: Row
    outcome: Outcome
    wrong: dict[str, str] = field(default_factory=dict)
    print: str = ""
    person: Person | None = None
    asked: Asked | None = None


class Judge:
    """Judges the rows of one file; it remembers those before."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.people: dict[Key, Person] = {}
        self.charts: dict[int, Person] = {}

    def judge(self, rows: Iterable[Row], known: Known) -> list[Verdict]:
        return [self._one(row, known) for row in rows]

    def _one(self, row: Row, known: Known) -> Verdict:
        if "" in row.wrong:
            return Verdict(row, Outcome.BAD, dict(row.wrong))
        mark = fingerprint(row.values)
        if not row.wrong and mark in self.lines:
            said = f"Line {self.lines[mark]:,} says the same; take one of the two out"
            return Verdict(row, Outcome.BAD, {"": said}, mark)
        if not row.wrong and mark in known.made:
            self.lines[mark] = row.line
            return Verdict(row, Outcome.THERE, print=mark)
        wanted = asked(row, known)
        wrong = wanted.wrong
        person = None if wrong else self._person(row, wanted, known)
        if person:
            wrong = _other_facts(row, wanted, person) or _other_plan(row, wanted, person) or _other_case(wanted, person)
        if wrong or person is None:
            return Verdict(row, Outcome.BAD, wrong, mark)
        self.lines[mark] = row.line
        return self._keep(row, wanted, person, mark)

    def _person(self, row: Row, wanted: Asked, known: Known) -> Person:
        """Whom the row speaks of: of the rows before, of the charts, or somebody new."""
        names = keys(row.values)
        for name in names:
            if name in self.people:
                return self.people[name]
        for name in names:
            if client := known.clients.get(name):
                return self.charts.setdefault(client.pk, _on_chart(client, known))
        return Person(wanted.client, row.line, row.values.get("reference", ""))

    def _keep(self, row: Row, wanted: Asked, person: Person, mark: str) -> Verdict:
        new = person.client.pk is None and person.line == row.line
        for name in keys(row.values):
            self.people.setdefault(name, person)
        if wanted.coverage:
            person.plans[-row.line] = wanted.coverage
        if wanted.case:
            person.cases.append((wanted.case.discipline, wanted.case.complaint, wanted.codes))
        more = new or wanted.coverage or wanted.case
        return Verdict(row, Outcome.READY if more else Outcome.THERE, print=mark, person=person, asked=wanted)


def _on_chart(client: Client, known: Known) -> Person:
    cases = [
        (case.discipline, case.complaint, tuple(each.code for each in case.diagnoses.all()))
        for case in known.cases.get(client.pk, ())
    ]
    return Person(client, plans=dict(known.plans.get(client.pk, {})), cases=cases)


def _other_facts(row: Row, wanted: Asked, person: Person) -> dict[str, str]:
    """The same client with other facts, on the chart or in a row before."""
    if person.line == row.line:
        return {}
    given = {name: value for name, value in wanted.person.items() if name in row.values}
    there = {name: getattr(person.client, name) for name in PERSON}
    names = differing(given, there, PERSON)
    if names:
        return {names[0]: _said(person, f"with another {_listed(names)}")}
    reference = row.values.get("reference", "")
    if reference and person.reference and folded(reference) != folded(person.reference):
        return {"reference": _said(person, "with another number")}
    return {}


def _said(person: Person, how: str) -> str:
    if person.line:
        return f"Line {person.line:,} names the same client {how}; write the same in both, or take one out"
    return f"This client is chart {person.client.number} already, {how}; change the chart, or write what it says"


def _listed(names: list[str]) -> str:
    words = [BY_NAME[name].label for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _other_plan(row: Row, wanted: Asked, person: Person) -> dict[str, str]:
    """A plan that is there already asks for nothing, but must be the same; a new one must not cross another."""
    plan = wanted.coverage
    if plan is None:
        return {}
    same = next((each for each in person.plans.values() if _what(each) == _what(plan)), None)
    if same is None:
        return crossing_problem(plan, person.plans)
    given = {name: getattr(plan, name) for name in PLAN if name in row.values}
    names = differing(given, {name: getattr(same, name) for name in PLAN}, PLAN)
    if names:
        return {names[0]: f"The client has this plan already, with another {_listed(names)}; change it on the chart"}
    wanted.coverage = None
    return {}


def _what(plan: Coverage) -> tuple[Any, ...]:
    return plan.payer_id, plan.member_id, plan.starts_on


def _other_case(wanted: Asked, person: Person) -> dict[str, str]:
    """An open case of the discipline that says the same asks for nothing; another is opened on the chart, by a person."""
    if wanted.case is None:
        return {}
    for discipline, complaint, codes in person.cases:
        if discipline != wanted.case.discipline:
            continue
        if (folded(complaint), codes) != (folded(wanted.case.complaint), wanted.codes):
            return {
                "complaint": f"A case of {discipline} is open with other words or diagnoses; open this one on the chart"
            }
        wanted.case = None
        return {}
    return {}
