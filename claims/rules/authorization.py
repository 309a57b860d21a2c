"""Heart. The payer's leave to treat."""

from collections.abc import Iterator

from claims.scrubber import ClaimFacts
from practice.findings import Finding, Fix, Severity


def authorization(claim: ClaimFacts) -> Iterator[Finding]:
    """Where the payer asks for an authorization, the visit stands on one with a visit left."""
    if not claim.payer.needs_authorization or claim.authorization:
        return
    yield Finding(
        "authorization",
        Severity.WILL_FAIL,
        "case.authorizations",
        claim.no_authorization,
        f"{claim.payer.short_name} denies visits without one.",
        Fix("authorization", "Enter authorization", claim.case_id),
    )
