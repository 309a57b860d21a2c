"""From rows to what `clients/rendering.py` asks: who treated, and a payer's rule with its enrollments."""

from collections import defaultdict
from collections.abc import Iterable

from clients.enrollments.models import Enrollment
from clients.models import Payer
from clients.rendering import Enrolled, Level, PayerRule, Treating
from practice.models import Clinician


def treating(clinician: Clinician) -> Treating:
    """`clinician` comes with `supervisor__member__user` and `member__user`, or they are fetched."""
    above = clinician.supervisor
    boss = Treating(above.pk, above.name, Level(above.level)) if above else None
    return Treating(clinician.pk, clinician.name, Level(clinician.level), boss)


def rules_of(payers: Iterable[Payer]) -> dict[int, PayerRule]:
    """The rule of each payer with all its enrollments, in one query."""
    by_id = {payer.pk: payer for payer in payers}
    known: dict[int, list[Enrolled]] = defaultdict(list)
    for row in Enrollment.objects.filter(payer__in=by_id).order_by("id"):
        known[row.payer_id].append(row.facts)
    return {
        id: PayerRule(id, payer.short_name, payer.supervisor_renders, tuple(known[id])) for id, payer in by_id.items()
    }
