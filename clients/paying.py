"""Who pays for a client's open cases, in words, as far as the tables of this app tell it."""

from collections.abc import Iterable
from datetime import date

from clients.coverage import Visit, counted_as, payers
from clients.models import Case, Coverage
from practice.templatetags.house import plural


def paid_by(coverages: Iterable[Coverage], cases: Iterable[Case], today: date) -> str:
    """Who pays for the open cases today, in words. How many visits a limited coverage has paid is not known here, so
    what follows it is named too: “Lyra for 3 visits, then Aetna”.
    """
    facts = [coverage.facts for coverage in coverages]
    plans = counted_as(facts)
    visits = [case.visit(today) for case in cases if case.closed_on is None] or [Visit(today, "", 0)]
    found: list[str] = []
    for visit in visits:
        first = payers(facts, [visit])[visit].first
        if first and first.visit_limit:
            rest = payers([c for c in facts if plans[c.id] != plans[first.id]], [visit])[visit].first
            found.append(
                f"{first.name} for {plural(first.visit_limit, 'visit')}" + (f", then {rest.name}" if rest else "")
            )
        else:
            found.append(first.name if first else "Self-pay")
    return "; ".join(dict.fromkeys(found))
