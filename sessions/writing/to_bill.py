"""Heart. What a claim for a session will miss, said while its note is written: only what who writes can mend now.

Nothing here keeps a note from being signed. Sources: psychotherapy is chosen by its minutes, and the note tells them
(the code set's ranges; most payers also want start and stop); a progress report is the therapist's own, an assistant's
does not complete it (Medicare Benefit Policy Manual ch. 15 §220.3).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sessions.codes import CODES, RANGE_OF, missing_parent
from sessions.minutes import Typed
from sessions.note_kinds import Kind

PSYCHOTHERAPY = frozenset({"90832", "90834", "90837", "90833", "90836", "90838"})
OF_A_THERAPIST = frozenset({Kind.PROGRESS, Kind.EVALUATION, Kind.REEVALUATION, Kind.DISCHARGE})


@dataclass(frozen=True)
class Hint:
    """A sentence, and the name of the place that mends it ("" where it is the page itself)."""

    text: str
    mend: str = ""


@dataclass(frozen=True)
class Written:
    """A note that is being written, as billing will see it. `insured`: somebody but the client pays first.

    `elsewhere`: codes that other sessions of the day hold; `spent`: what the visit does to its authorizations, in
    sentences; `npi`: of whoever answers for the clinician's work.
    """

    kind: Kind
    served_on: date
    lines: Sequence[Typed]
    insured: bool = True
    diagnosed: bool = True
    planned: bool = True
    needs_plan: bool = False
    npi: bool = True
    licence_until: date | None = None
    assistant: bool = False  # or a student
    elsewhere: Collection[str] = ()
    spent: Sequence[str] = ()


def to_bill(written: Written) -> list[Hint]:
    """What is still missing, what is on the page first."""
    return [*_lines(written), *_kind(written), *_case(written), *_clinician(written)]


def _lines(written: Written) -> Iterator[Hint]:
    there = {line.code for line in written.lines} | set(written.elsewhere)
    for line in written.lines:
        if told := missing_parent(line.code, there):
            yield Hint(told)
        if line.code in PSYCHOTHERAPY and line.total:
            yield from _psychotherapy(line)


def _psychotherapy(line: Typed) -> Iterator[Hint]:
    ranges = RANGE_OF[line.code]
    reached = [code for first, code in ranges if line.total >= first]
    if not reached:
        yield Hint(f"{line.code}: {line.total} minutes are too short for psychotherapy, which starts at {ranges[0][0]}")
    elif reached[-1] != line.code:
        yield Hint(f"{line.total} minutes are {reached[-1]}, not {line.code}")
    if not line.times:
        yield Hint(f"{line.code}: enter when it started and stopped, such as 9:02–9:47")


def _kind(written: Written) -> Iterator[Hint]:
    evaluates = any(line.code in CODES and CODES[line.code].evaluation for line in written.lines)
    if written.kind in (Kind.EVALUATION, Kind.REEVALUATION) and not evaluates:
        yield Hint("no evaluation code is on the page")
    if written.kind in OF_A_THERAPIST and written.assistant:
        yield Hint("a report by an assistant or a student does not count; a therapist writes it")


def _case(written: Written) -> Iterator[Hint]:
    if not written.insured:
        return
    if not written.diagnosed:
        yield Hint("the case has no diagnosis", "diagnoses")
    if not written.planned and written.kind in (Kind.EVALUATION, Kind.REEVALUATION):
        yield Hint("the evaluation has no plan of care yet", "plan")
    elif not written.planned and written.needs_plan:
        yield Hint("no plan of care is in force on this day", "plan")
    for sentence in written.spent:
        yield Hint(sentence, "authorization")


def _clinician(written: Written) -> Iterator[Hint]:
    if written.insured and not written.npi:
        yield Hint("the NPI of the clinician is not on file", "clinician")
    if written.licence_until and written.licence_until < written.served_on:
        ended = f"{written.licence_until:%b} {written.licence_until.day}, {written.licence_until.year}"
        yield Hint(f"the license on file ended on {ended}", "clinician")
