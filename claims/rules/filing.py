"""Heart. In time, once, and after what it corrects."""

from collections.abc import Iterator

from claims.scrubber import ClaimFacts, filing_limit
from practice.findings import Finding, Fix, Severity

SOON = 14  # days before the limit at which to speak up


def timely(claim: ClaimFacts) -> Iterator[Finding]:
    """The claim arrives before the payer's filing limit."""
    limit = filing_limit(claim.served_on, claim.payer.filing_days)
    left = (limit - claim.today).days
    if left < 0:
        yield Finding(
            "timely", Severity.WILL_FAIL, "served_on", f"The filing limit passed on {limit:%b} {limit.day}.",
            f"{claim.payer.short_name} takes claims for {claim.payer.filing_days} days after the session.",
        )  # fmt: skip
    elif left <= SOON:
        yield Finding(
            "timely", Severity.MAY_BE_DENIED, "served_on", f"{left} days to the filing limit.",
            f"It must arrive by {limit:%b} {limit.day}.",
        )  # fmt: skip


def duplicate(claim: ClaimFacts) -> Iterator[Finding]:
    """No other claim asks for the same client, day and codes."""
    for number in claim.twins:
        yield Finding(
            "duplicate",
            Severity.MAY_BE_DENIED,
            "claim",
            f"Possible duplicate of claim {number}.",
            "Same client, same day and codes.",
            Fix("compare", "Compare claims", number),
        )


def replacement(claim: ClaimFacts) -> Iterator[Finding]:
    """A corrected claim names the payer's number of the one it replaces; Medicare takes none."""
    if claim.frequency != "7" or claim.replaces is None:
        return
    number, payer_claim_number = claim.replaces
    if claim.payer.plan_type == "medicare":
        yield Finding(
            "replacement", Severity.WILL_FAIL, "frequency", f"Claim {number} was sent with other units.",
            "Medicare takes no corrected claims; ask for a reopening.",
        )  # fmt: skip
    elif not payer_claim_number:
        yield Finding(
            "replacement", Severity.CANNOT_GO, "frequency", f"Waiting for the payer's number of claim {number}.",
            "The correction names it, so it can go once the payer has answered.",
        )  # fmt: skip
