"""Heart. What must be written before money is asked for it."""

from collections.abc import Iterator

from claims.scrubber import ClaimFacts
from practice.findings import Finding, Severity
from practice.identifiers import npi_problem
from sessions.evaluations import too_high


def signed(claim: ClaimFacts) -> Iterator[Finding]:
    """Every session of the day is signed."""
    if not claim.signed:
        yield Finding("signed", Severity.CANNOT_GO, "session.note", "The note is not signed.")


def cosigned(claim: ClaimFacts) -> Iterator[Finding]:
    """The note of who works under a supervisor has her signature too."""
    if claim.waits_for_cosigner:
        yield Finding(
            "cosigned", Severity.MAY_BE_DENIED, "session.note", "The note waits for a co-signature.",
            f"{claim.waits_for_cosigner} has not co-signed it yet; a payer that asks for the note may take the money back.",
        )  # fmt: skip


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


def evaluation_level(claim: ClaimFacts) -> Iterator[Finding]:
    """An evaluation's level is one that the signed answers reach; nothing is said where none were given."""
    for line in claim.lines:
        said = [too_high(line.code, answers) for answers in claim.evaluations]
        if said and all(said):
            yield Finding(
                "evaluation_level", Severity.MAY_BE_DENIED, f"line.{line.code}.code",
                f"{line.code} is above what the signed evaluation supports.",
                f"{said[0]} Its clinician can amend the session.",
            )  # fmt: skip
