"""From rows to a count of units: the payer's rule and caps, and who gave a line's minutes.

The panel beside the minutes and the charging of a day both ask here, so that they cannot differ.
"""

from collections.abc import Sequence
from datetime import date

from billing.units import NO_CAPS, Caps, Counted, Minutes, Rule, count
from clients.models import Coverage
from practice.models import Clinician

SELF_PAY_RULE = Rule.MIDPOINT  # a person who pays herself is charged by the code's own definition


def minutes_by(clinician: Clinician, code: str, minutes: int) -> Minutes:
    """Minutes of a code that a therapist gave, or an assistant alone."""
    return Minutes(code, 0, minutes) if clinician.assistant else Minutes(code, minutes)


def count_day(
    lines: Sequence[Minutes],
    coverage: Coverage | None,
    discipline: str,
    *,
    on: date | None = None,
    strict: bool = True,
) -> Counted:
    """Units of a client's day and discipline by the rule of the coverage that pays first; None is self-pay.

    As `units.count`: with `strict` False what was signed is counted as it stands.
    """
    rule, caps = SELF_PAY_RULE, NO_CAPS
    if coverage:
        rule, caps = Rule(coverage.payer.unit_rule), Caps.of(coverage.payer.unit_caps)
    return count(lines, rule, discipline=discipline, on=on, caps=caps, strict=strict)
