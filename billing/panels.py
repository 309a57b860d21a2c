"""What billing says inside the session's page: the live units and the year's threshold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from billing import answers
from billing.counting import count_day, minutes_by, preferred
from billing.marking import Billable, Where, has_threshold, of_count
from billing.modifiers import Ask
from billing.notice_pages import declined, facts_of
from billing.notices import Notice, liability
from billing.on_file import notices_of
from billing.ruler import HEIGHT, WIDTH, Ruler, ruler
from billing.stretches import BadMinutes, Minutes
from billing.therapy_year import TherapyYears, bucket_of
from billing.units import NAMES, Counted, Rule
from clients.models import Coverage
from practice import money
from practice.templatetags.house import at_time, dollars_round, plural
from sessions.codes import CODES, SEPARATE
from sessions.forms import Row
from sessions.minutes import Typed
from sessions.models import ServiceLine, Session
from sessions.paying import Paying, pays_first


@dataclass(frozen=True)
class Elsewhere:
    """Signed minutes of the same day and discipline in other sessions, before and after this one."""

    before: list[Minutes]
    after: list[Minutes]
    told: str
    attested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def around(self, own: list[Minutes]) -> list[Minutes]:
        """The day in the order it was given, as it will be charged: of equal remainders the first wins."""
        return [*self.before, *own, *self.after]


def counted(session: Session, typed: Iterable[Typed]) -> tuple[Counted, list[Minutes]]:
    """Units of the session's day for what is typed, and the minutes they were counted from; raises BadMinutes."""
    lines = [minutes_by(session.clinician, line) for line in typed if line.minutes is not None]
    around = _elsewhere(session).around(lines)
    return _counted(session, pays_first(session), around), around


def _counted(session: Session, coverage: Coverage | None, lines: list[Minutes]) -> Counted:
    day = (session.client_id, session.served_on, session.case.discipline)
    prefer = preferred([day]).get(day, [])
    return count_day(lines, coverage, session.case.discipline, on=session.served_on, prefer=prefer)


def units(session: Session, rows: list[Row]) -> dict[str, Any]:
    """Context of billing/units.html for what is typed now, the day's other sessions counted in."""
    coverage, elsewhere = pays_first(session), _elsewhere(session)
    typed = [row.typed for row in rows if row.typed.minutes is not None and row.code in CODES]
    lines = elsewhere.around([minutes_by(session.clinician, line) for line in typed])
    try:
        counted = _counted(session, coverage, lines)
    except BadMinutes as bad:
        return {"error": str(bad), "rows": []}
    errors = [f"{row.code}: {row.error}" for row in rows if row.error]
    on_file = _notices(session, coverage)
    refused = declined(on_file, [row.code for row in rows], session.served_on)
    chips, asked = _marked(session, coverage, counted, rows, elsewhere.attested)
    return {
        "asks": asked,
        "total": counted.total,
        "splits": [
            {"code": line.code, "units": line.units, "colour": _colour(line.code, rows, n)}
            for n, line in enumerate(counted.lines, start=1)
        ],
        "ruler": _drawn(ruler(counted), counted, rows),
        "reasons": counted.reasons,
        "equal": _equal(counted),
        "rule_line": _rule_line(counted, lines, session.case.discipline),
        "also": " ".join(told for told in (refused, elsewhere.told) if told),
        "rows": [
            {
                "position": row.position,
                "units": _units(row, counted),
                "modifiers": chips.get(row.code, []),
            }
            for row in rows
        ],
        "error": errors[0] if errors else "",
    }


def _units(row: Row, counted: Counted) -> str:
    return str(counted.units_of(row.code)) if row.typed.minutes is not None else ""


def _equal(counted: Counted) -> list[dict[str, str]]:
    """The other splits the rule allows equally, each with the codes to prefer for it."""
    pairs = zip(counted.equal, counted.prefer_for, strict=True)
    return [
        {
            "text": ", ".join(
                f"{line.code} {plural(line.units, 'unit')}"
                for line in lines
                if line.units != counted.units_of(line.code)
            ),
            "prefer": " ".join(winners),
        }
        for lines, winners in pairs
    ]


def billable(
    session: Session, coverage: Coverage | None, counted: Counted, attested: Mapping[str, tuple[str, ...]]
) -> tuple[list[Billable], list[Ask]]:
    """The lines a session's day will make with their modifiers, and what must still be said; none for self-pay.

    `attested`: by code, what who treats says.
    """
    if coverage is None:
        return [], []
    where = Where(
        coverage.payer,
        session.case.discipline,
        session.served_on,
        client=session.client_id,
        place_of_service=session.place,
    )
    on_file = _notices(session, coverage)
    under = {line.code: liability(on_file, line.code, session.served_on).modifiers for line in counted.lines}
    return of_count(counted, where, attested, under)


def _joined(*said: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What was said of each code in all sessions of the day."""
    codes = dict.fromkeys(code for each in said for code in each)
    return {code: tuple(dict.fromkeys(m for each in said for m in each.get(code, ()))) for code in codes}


def _marked(
    session: Session,
    coverage: Coverage | None,
    counted: Counted,
    rows: list[Row],
    elsewhere: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, list[str]], list[dict[str, str]]]:
    """By code the modifiers of its lines as chips, and what the clinician must still say of the day's codes."""
    attested = {row.code: row.typed.modifiers for row in rows}
    lines, asked = billable(session, coverage, counted, _joined(elsewhere, attested))
    chips: dict[str, list[str]] = {}
    for line in lines:
        there = chips.setdefault(line.code, [])
        twin = f"×{line.units}" if there else ""
        there += [modifier + twin for modifier in line.marked.modifiers if modifier not in there]
    mine = {row.code for row in rows}
    told = [
        {
            "text": ask.words,
            "code": "" if ask.never or ask.code not in mine else ask.code,
            "label": "They were separate",
        }
        for ask in asked
    ]
    said = [code for code, modifiers in attested.items() if SEPARATE.intersection(modifiers)]
    told += [
        {"text": f"{code} was given in separate minutes.", "code": code, "label": "They were not"} for code in said
    ]
    problems = {problem for line in lines for problem in line.marked.problems}
    return chips, told + [{"text": f"{problem}.", "code": "", "label": ""} for problem in sorted(problems)]


def _elsewhere(session: Session) -> Elsewhere:
    """What the client's other signed sessions of the day and discipline add to its minutes."""
    newest = (
        ServiceLine.objects.filter(
            session__client_id=session.client_id,
            session__served_on=session.served_on,
            session__case__discipline=session.case.discipline,
        )
        .exclude(session=session)
        .select_related("session__case", "clinician")
        .order_by("session_id", "position", "-version")
        .distinct("session_id", "position")
    )
    place = (session.starts_at, session.pk)
    lines = sorted(_charged_with(session, [line for line in newest if line.total]), key=_place)
    if not lines:
        return Elsewhere([], [], "")
    times = sorted({line.session.starts_at for line in lines})
    when = " and ".join(at_time(moment, session.location.zone) for moment in times)
    minutes = sum(line.total for line in lines)
    told = f"Counts the {minutes} min of the {when} session too: units go by the day."
    return Elsewhere(
        [_given(line) for line in lines if _place(line)[:2] < place],
        [_given(line) for line in lines if _place(line)[:2] > place],
        told,
        {line.code: tuple(line.modifiers) for line in lines if line.modifiers},
    )


def _charged_with(session: Session, lines: list[ServiceLine]) -> list[ServiceLine]:
    """Those that the same coverage pays: a day with two cases may have two payers, each with its own units."""
    if all(line.session.case_id == session.case_id for line in lines):
        return lines
    paying, client = Paying({session.client_id}), session.client_id
    payer = paying.first(client, session.case.visit(session.served_on))
    return [line for line in lines if paying.first(client, line.session.case.visit(session.served_on)) == payer]


def _given(line: ServiceLine) -> Minutes:
    return minutes_by(line.clinician, line.typed)


def _place(line: ServiceLine) -> tuple[datetime, int, int]:
    """Where a line stands in its day."""
    return line.session.starts_at, line.session_id, line.position


def _colour(code: str, rows: list[Row], nth: int) -> int:
    position = next((row.position for row in rows if row.code == code), nth)
    return (position - 1) % 6 + 1


def _drawn(drawing: Ruler, counted: Counted, rows: list[Row]) -> dict[str, Any]:
    codes = [line.code for line in counted.lines]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "segments": [
            {"x": f.x, "width": f.width, "colour": _colour(codes[f.nth - 1], rows, f.nth)} for f in drawing.fills
        ],
        "blocks": drawing.blocks,
        "ticks": [
            {
                "x": t.x,
                "label_top": plural(t.units, "unit"),
                "label_bottom": f"{t.minutes} min",
                "reached": t.reached,
            }
            for t in drawing.ticks
        ],
    }


def _rule_line(counted: Counted, lines: list[Minutes], discipline: str) -> str:
    """The payer's rule, what more minutes would add, and what the other rule would give."""
    told = " ".join(part for part in (f"{NAMES[counted.rule]}.", answers.next_unit(counted)) if part)
    other = answers.other(counted, lines, discipline)
    timed = [line for line in other.lines if line.timed]
    if not timed:
        return told
    summed = " + ".join(str(line.units) for line in timed)
    total = f"{summed} = {other.timed_units}" if len(timed) > 1 else str(other.timed_units)
    if other.rule is Rule.MIDPOINT:
        return f"{told} Plans that count each code alone: {total}."
    return f"{told} Medicare would count {total}."


def _notices(session: Session, coverage: Coverage | None) -> list[Notice]:
    """The advance notices on file for the client under the coverage of a session."""
    if coverage is None or not has_threshold(coverage.payer):
        return []
    on_file = notices_of([session.client_id])[session.client_id]
    plan = Paying({session.client_id}).same_plan(session.client_id, coverage.pk) if on_file else ()
    return [notice for notice in on_file if notice.coverage in plan]


def session_facts(session: Session, slug: str) -> list[dict[str, str]]:
    """For Medicare: the year's therapy threshold, and the notices under which codes of the session stand."""
    coverage = pays_first(session)
    if coverage is None or not has_threshold(coverage.payer):
        return []
    on_file = _notices(session, coverage)
    return [*_threshold(session), *facts_of(on_file, _codes_of(session) if on_file else [], session.served_on, slug)]


def _threshold(session: Session) -> list[dict[str, str]]:
    discipline = session.case.discipline
    if not bucket_of(discipline):
        return []
    years = TherapyYears({session.client_id}, {session.served_on.year})
    threshold = years.threshold(discipline, session.served_on.year)
    if threshold is None:
        return []
    accrued = years.before(session.client_id, discipline, session.served_on)
    return [{"value": dollars_round(accrued), "label": f"KX from {money.show(threshold)[:-3]}"}]


def _codes_of(session: Session) -> list[str]:
    """What is typed or signed of a session, by code."""
    typed = [line.code for draft in session.drafts.all() for line in draft.typed]
    return sorted({*typed, *session.lines.values_list("code", flat=True)})
