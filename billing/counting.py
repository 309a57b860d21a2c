"""From rows to a count of units: the payer's rule and caps, and who gave a line's minutes.

The panel beside the minutes and the charging of a day both ask here, so that they cannot differ.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from billing.caps import NO_CAPS, Caps
from billing.models import Charge, UnitChoice
from billing.stretches import Minutes
from billing.units import Counted, Rule, count
from clients.models import Coverage, Payer
from practice.models import Clinician
from sessions.codes import CODES, DISCIPLINES
from sessions.limits import tells_charged
from sessions.minutes import Typed

type Day = tuple[int, date, str]  # client, date of service, discipline

SELF_PAY_RULE = Rule.MIDPOINT  # a person who pays herself is charged by the code's own definition


def minutes_by(clinician: Clinician, line: Typed) -> Minutes:
    """A line's minutes as the unit rules take them: all are an assistant's where she is the session's clinician."""
    if clinician.assistant:
        return Minutes(line.code, 0, line.total)
    return Minutes(line.code, line.minutes or 0, line.assistant_minutes)


def count_day(
    lines: Sequence[Minutes],
    coverage: Coverage | None,
    discipline: str,
    *,
    on: date | None = None,
    prefer: Collection[str] = (),
    strict: bool = True,
) -> Counted:
    """Units of a client's day and discipline by the rule of the coverage that pays first; None is self-pay.

    As `units.count`: with `strict` False what was signed is counted as it stands.
    """
    rule, caps = rule_of(coverage.payer) if coverage else (SELF_PAY_RULE, NO_CAPS)
    return count(lines, rule, discipline=discipline, on=on, caps=caps, prefer=prefer, strict=strict)


def rule_of(payer: Payer) -> tuple[Rule, Caps]:
    """How a payer counts. A cap on a code that nobody bills is written in vain, and does no harm."""
    known = {
        name: most for name, most in payer.unit_caps.items() if name in (*CODES, *DISCIPLINES, "discipline", "day")
    }
    return Rule(payer.unit_rule), Caps.of(known)


def preferred(days: Collection[Day]) -> dict[Day, list[str]]:
    """The codes clinicians chose first, by day; a day without a choice is left out."""
    near = UnitChoice.objects.filter(client__in={day[0] for day in days}, served_on__in={day[1] for day in days})
    return {(choice.client_id, choice.served_on, choice.discipline): choice.codes for choice in near.order_by("id")}


@tells_charged
def charged_units(charts: Collection[int]) -> dict[tuple[int, date], dict[str, int]]:
    """Units by code that were charged, by case and day. `charts`: all of each person."""
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    charges = Charge.objects.filter(client__in=charts, reversed_by=None, day__isnull=False)
    for case, day, code, units in charges.values_list("day__case", "served_on", "code", "units"):
        found[case, day][code] += units
    return found
