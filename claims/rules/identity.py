"""Heart. Who asks, for whom, under which membership."""

import re
from collections.abc import Iterator

from claims.scrubber import ClaimFacts
from practice.findings import Finding, Fix, Severity
from practice.identifiers import is_po_box, npi_problem


def billing_provider(claim: ClaimFacts) -> Iterator[Finding]:
    """The practice's NPI, tax ID and street address with ZIP+4 are on file (837P 2010AA)."""
    problem = npi_problem(claim.billing_npi)
    if problem:
        yield Finding("billing_npi", Severity.CANNOT_GO, "practice.npi", f"The practice's NPI is wrong. {problem}.")
    if len(claim.tax_id) != 9 or not claim.tax_id.isdigit():
        yield Finding("tax_id", Severity.CANNOT_GO, "practice.tax_id", "The practice's tax ID needs 9 digits.")
    if len(claim.billing_zip) != 9 or is_po_box(claim.billing_street):
        yield Finding(
            "billing_address",
            Severity.WILL_FAIL,
            "practice.street",
            "The billing address needs a street and a 9-digit ZIP.",
            "Clearinghouses refuse a PO box or a short ZIP there.",
        )


def rendering_provider(claim: ClaimFacts) -> Iterator[Finding]:
    """The clinician who treated, or her supervisor for an assistant, has a right NPI."""
    problem = npi_problem(claim.rendering_npi)
    if problem:
        yield Finding(
            "rendering_npi",
            Severity.CANNOT_GO,
            "clinician.npi",
            f"{claim.rendering_name}'s NPI is missing or wrong.",
            f"{problem}.",
        )


def renders(claim: ClaimFacts) -> Iterator[Finding]:
    """The clinician on the claim is enrolled with the payer, or may stand there for who treated."""
    yield from claim.not_rendered


def member_id(claim: ClaimFacts) -> Iterator[Finding]:
    """The member ID looks as this payer's IDs look."""
    pattern = claim.payer.member_id_pattern
    if claim.member_id and (not pattern or re.fullmatch(pattern, claim.member_id)):
        return
    yield Finding(
        "member_id",
        Severity.WILL_FAIL,
        "coverage.member_id",
        f"Member ID has {len(claim.member_id)} characters; {claim.payer.short_name} IDs have {claim.payer.member_id_hint}."
        if pattern
        else "The member ID is missing.",
        f"ID on file: {claim.member_id or 'none'}. Compare it with the card.",
        Fix("member_id", "Check member ID", claim.coverage_id),
    )


def subscriber(claim: ClaimFacts) -> Iterator[Finding]:
    """The client's address is complete, and so is the subscriber when that is somebody else (2010BA, 2010CA)."""
    if not all(claim.client_address):
        yield Finding(
            "client_address", Severity.CANNOT_GO, "client.street", "The client's address is incomplete.",
            "A claim needs street, city, state and ZIP.",
        )  # fmt: skip
    if not claim.subscriber_complete:
        yield Finding(
            "subscriber", Severity.CANNOT_GO, "coverage.subscriber", "The subscriber's birthday or sex is missing."
        )


def coverage_in_force(claim: ClaimFacts) -> Iterator[Finding]:
    """The coverage was in force on the day of the session."""
    late = claim.coverage_ends_on is not None and claim.coverage_ends_on < claim.served_on
    if claim.served_on < claim.coverage_starts_on or late:
        yield Finding(
            "coverage_in_force",
            Severity.WILL_FAIL,
            "coverage.starts_on",
            f"{claim.payer.short_name} was not in force on the day of the session.",
        )
