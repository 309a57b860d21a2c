"""Heart. Who pays for a visit, and for how many."""

from collections.abc import Iterator

from claims.scrubber import ClaimFacts
from practice.findings import Finding, Severity


def payer_order(claim: ClaimFacts) -> Iterator[Finding]:
    """The claim goes to the payer that pays first on the day by what is known now of coverages and other visits."""
    if claim.pays_first:
        day = f"{claim.served_on:%b} {claim.served_on.day}"
        yield Finding(
            "payer_order",
            Severity.WILL_FAIL,
            "coverage.rank",
            f"On {day} {claim.pays_first} pays first, not {claim.payer.short_name}.",
            "It was charged before that was known.",
        )


def visit_limits(claim: ClaimFacts) -> Iterator[Finding]:
    """The visit is inside the plan's limits of the year, and who pays for it is not in doubt."""
    yield from claim.limits
