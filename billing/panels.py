"""What billing says inside the session's page: the live units and the year's threshold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.counting import count_day, minutes_by
from billing.facts import KX_BUCKETS, KX_THRESHOLDS
from billing.modifiers import for_line
from billing.notice_pages import declined, facts_of
from billing.notices import Notice, joined, liability
from billing.on_file import notices_of
from billing.reports import medicare_accrued
from billing.ruler import HEIGHT, WIDTH, Ruler, ruler
from billing.units import NAMES, BadMinutes, Counted, Minutes, Rule, count
from clients.models import Coverage, PlanType, pays_first
from practice import money
from practice.templatetags.house import at_time, dollars_round, plural
from sessions.codes import CODES
from sessions.forms import Row
from sessions.models import ServiceLine, Session


@dataclass(frozen=True)
class Elsewhere:
    """Signed minutes of the same day and discipline in other sessions, before and after this one."""

    before: list[Minutes]
    after: list[Minutes]
    told: str

    def around(self, own: list[Minutes]) -> list[Minutes]:
        """The day in the order it was given, as it will be charged: of equal remainders the first wins."""
        return [*self.before, *own, *self.after]


def coverage_of(session: Session) -> Coverage | None:
    """The coverage that pays first on the day of a session."""
    return pays_first(Coverage.objects.filter(client_id=session.client_id).select_related("payer"), session.served_on)


def counted(session: Session, typed: Iterable[tuple[str, int | None]]) -> Counted:
    """Units of the session's day for (code, minutes) as typed; raises BadMinutes."""
    lines = [minutes_by(session.clinician, code, minutes) for code, minutes in typed if minutes is not None]
    return _counted(session, coverage_of(session), _elsewhere(session).around(lines))


def _counted(session: Session, coverage: Coverage | None, lines: list[Minutes]) -> Counted:
    return count_day(lines, coverage, session.case.discipline, on=session.served_on)


def units(session: Session, rows: list[Row]) -> dict[str, Any]:
    """Context of billing/units.html for what is typed now, the day's other sessions counted in."""
    coverage, elsewhere = coverage_of(session), _elsewhere(session)
    typed = [
        minutes_by(session.clinician, row.code, row.minutes)
        for row in rows
        if row.minutes is not None and row.code in CODES
    ]
    lines = elsewhere.around(typed)
    try:
        counted = _counted(session, coverage, lines)
    except BadMinutes as bad:
        return {"error": str(bad), "rows": []}
    errors = [f"{row.code}: {row.error}" for row in rows if row.error]
    on_file = _notices(session, coverage)
    refused = declined(on_file, [row.code for row in rows], session.served_on)
    return {
        "total": counted.total,
        "splits": [
            {"code": line.code, "units": line.units, "colour": _colour(line.code, rows, n)}
            for n, line in enumerate(counted.lines, start=1)
        ],
        "ruler": _drawn(ruler(counted), counted, rows),
        "reasons": counted.reasons,
        "rule_line": _rule_line(counted, lines),
        "also": " ".join(told for told in (refused, elsewhere.told) if told),
        "rows": [
            {
                "position": row.position,
                "units": _units(row, counted),
                "modifiers": list(
                    joined(
                        _modifiers(session, coverage, row.code),
                        liability(on_file, row.code, session.served_on).modifiers,
                    )
                ),
            }
            for row in rows
        ],
        "error": errors[0] if errors else "",
    }


def _units(row: Row, counted: Counted) -> str:
    return str(counted.units_of(row.code)) if row.minutes is not None else ""


def _modifiers(session: Session, coverage: Coverage | None, code: str) -> list[str]:
    if coverage is None or code not in CODES:
        return []
    return list(
        for_line(
            code,
            discipline=session.case.discipline,
            assistant=session.clinician.assistant,
            wants_therapy=coverage.payer.needs_therapy_modifier,
            wants_assistant=coverage.payer.needs_assistant_modifier,
        )
    )


def _elsewhere(session: Session) -> Elsewhere:
    """What the client's other signed sessions of the day and discipline add to its minutes."""
    newest = (
        ServiceLine.objects.filter(
            session__client_id=session.client_id,
            session__served_on=session.served_on,
            session__case__discipline=session.case.discipline,
        )
        .exclude(session=session)
        .select_related("session", "clinician")
        .order_by("session_id", "position", "-version")
        .distinct("session_id", "position")
    )
    place = (session.starts_at, session.pk)
    lines = sorted((line for line in newest if line.minutes), key=_place)
    if not lines:
        return Elsewhere([], [], "")
    times = sorted({line.session.starts_at for line in lines})
    when = " and ".join(at_time(moment, session.location.zone) for moment in times)
    minutes = sum(line.minutes for line in lines)
    told = f"Counts the {minutes} min of the {when} session too: units go by the day."
    return Elsewhere(
        [_given(line) for line in lines if _place(line)[:2] < place],
        [_given(line) for line in lines if _place(line)[:2] > place],
        told,
    )


def _given(line: ServiceLine) -> Minutes:
    return minutes_by(line.clinician, line.code, line.minutes)


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


def _rule_line(counted: Counted, lines: list[Minutes]) -> str:
    """The payer's rule, the next unit, and what the other rule would give."""
    other = count(lines, Rule.MIDPOINT if counted.rule is Rule.CMS else Rule.CMS)
    timed = [line for line in other.lines if line.timed]
    if counted.next_at is None:
        return f"{NAMES[counted.rule]}."
    summed = " + ".join(str(line.units) for line in timed)
    total = f"{summed} = {other.timed_units}" if len(timed) > 1 else str(other.timed_units)
    if counted.rule is Rule.CMS:
        first = f"{NAMES[Rule.CMS]}. Next unit at {counted.next_at} minutes."
        second = f"Plans that count each code alone: {total}."
    else:
        of = f" of {counted.next_code}" if counted.next_code else ""
        first = f"{NAMES[counted.rule]}. Next unit at {counted.next_at} minutes{of}."
        second = f"Medicare would count {total}."
    return f"{first} {second}" if timed else first


def _notices(session: Session, coverage: Coverage | None) -> list[Notice]:
    """The advance notices on file for the client under the coverage of a session."""
    if coverage is None or coverage.payer.plan_type != PlanType.MEDICARE:
        return []
    return [notice for notice in notices_of([session.client_id])[session.client_id] if notice.coverage == coverage.pk]


def session_facts(session: Session, slug: str) -> list[dict[str, str]]:
    """For Medicare: the year's therapy threshold, and the notices under which codes of the session stand."""
    coverage = coverage_of(session)
    if coverage is None or coverage.payer.plan_type != PlanType.MEDICARE:
        return []
    on_file = _notices(session, coverage)
    return [*_threshold(session), *facts_of(on_file, _codes_of(session) if on_file else [], session.served_on, slug)]


def _threshold(session: Session) -> list[dict[str, str]]:
    threshold = KX_THRESHOLDS.get(session.served_on.year)
    bucket = KX_BUCKETS.get(session.case.discipline)
    if not (threshold and bucket):
        return []
    accrued = medicare_accrued(session.client, bucket, session.served_on.year)
    return [{"value": dollars_round(accrued), "label": f"KX from {money.show(threshold)[:-3]}"}]


def _codes_of(session: Session) -> list[str]:
    """What is typed or signed of a session, by code."""
    typed = [line.code for draft in session.drafts.all() for line in draft.typed]
    return sorted({*typed, *session.lines.values_list("code", flat=True)})
