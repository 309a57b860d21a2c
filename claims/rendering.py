"""Who renders what was charged: `clients.rendering` asked about charges and claims."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import QuerySet

from billing.models import Charge
from claims.models import Claim, ClaimLine, Delivery
from clients.enrollments.lookup import rules_of, treating
from clients.models import Payer
from clients.rendering import PayerRule, Renders, who_renders
from practice.findings import Finding, Severity
from practice.models import Clinician

# Of a charge, so that asking fetches nothing more.
NEEDS = ("day__coverage", "clinician__member__user", "clinician__supervisor__member__user")


def renderer(payers: Iterable[Payer]) -> Callable[[Charge], Clinician]:
    """A function from a charge (with `NEEDS`) to who stands on its claim.

    Where nobody may, it is who answers for the work, and the claim is held by its finding.
    """
    rules = rules_of(payers)

    def of(charge: Charge) -> Clinician:
        assert charge.day is not None and charge.day.coverage is not None
        return _renders(charge, rules[charge.day.coverage.payer_id])

    return of


def treated_by(charge: Charge) -> Clinician:
    """The clinician of a service; a fee of no visit, which may have none, is on no claim."""
    assert charge.clinician is not None
    return charge.clinician


def _renders(charge: Charge, rule: PayerRule) -> Clinician:
    treated = treated_by(charge)
    answer = who_renders(treating(treated), rule, charge.served_on)
    if isinstance(answer, Renders):
        above = treated.supervisor
        return above if above and answer.clinician == above.pk else treated
    return treated.answerable


def held(claim: Claim, lines: Sequence[ClaimLine], rule: PayerRule) -> tuple[Finding, ...]:
    """Why nobody may stand on a claim for its lines (with their charges' `NEEDS`), each reason once."""
    found: dict[Finding, None] = {}
    for line in lines:
        answer = who_renders(treating(treated_by(line.charge)), rule, claim.served_on)
        if isinstance(answer, Finding):
            found[answer] = None
        elif answer.clinician != claim.clinician_id and not claim.replaces_id:  # a correction keeps the name
            found[_otherwise(claim)] = None
    return tuple(found)


def _otherwise(claim: Claim) -> Finding:
    message = f"{claim.clinician.name} does not stand for this work any more; the claim is held."
    return Finding("renders", Severity.CANNOT_GO, "clinician.enrollment", message, "It is made anew in a moment.")


def days_rendered_otherwise(waiting: QuerySet[Claim]) -> list[int]:
    """The billing days of waiting claims, corrections apart, on which by now somebody else would stand."""
    quiet = waiting.exclude(day__claims__delivery=Delivery.QUEUED)  # made when the file is sent or taken back
    lines = ClaimLine.objects.filter(claim__in=quiet, claim__replaces=None, live=True).select_related(
        "claim__payer", "charge", *(f"charge__{need}" for need in NEEDS)
    )
    found = list(lines)
    rules = rules_of({line.claim.payer for line in found})
    moved = {
        line.claim.day_id
        for line in found
        if _renders(line.charge, rules[line.claim.payer_id]).pk != line.claim.clinician_id
    }
    return sorted(moved)
