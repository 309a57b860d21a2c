"""Heart. What must be written before money is asked for it."""

from collections.abc import Iterator

from claims.scrubber import ClaimFacts
from practice.findings import Finding, Severity
from practice.identifiers import npi_problem


def signed(claim: ClaimFacts) -> Iterator[Finding]:
    """Every session of the day is signed."""
    if not claim.signed:
        yield Finding("signed", Severity.CANNOT_GO, "session.note", "The note is not signed.")


def plan_of_care(claim: ClaimFacts) -> Iterator[Finding]:
    """A plan of care was in force on the day (Medicare Benefit Policy Manual ch. 15 §220.1)."""
    if not claim.payer.needs_plan_of_care:
        return
    if claim.plan_ends_on is None:
        yield Finding(
            "plan_of_care", Severity.WILL_FAIL, "case.plans", "No plan of care covers the day of the session."
        )


def referrer(claim: ClaimFacts) -> Iterator[Finding]:
    """The certifying practitioner is named, with a right NPI, where the payer asks (2310A)."""
    if not claim.payer.needs_referrer:
        return
    problem = npi_problem(claim.referrer_npi) if claim.referrer_npi else "Nobody is named"
    if problem:
        yield Finding(
            "referrer", Severity.WILL_FAIL, "case.referrer", "The referring practitioner is missing.",
            f"{problem}. {claim.payer.short_name} rejects the claim without one.",
        )  # fmt: skip
