"""Heart. Modifiers of advance notices."""

from collections.abc import Iterator

from billing.notices import FAMILY, conflicts
from claims.scrubber import ClaimFacts
from practice.findings import Finding, Severity


def notice_modifiers(claim: ClaimFacts) -> Iterator[Finding]:
    """GA, GX, GY and GZ say whether the client was told before the service; some exclude each other, and KX excludes GA.

    They speak to Medicare Part B alone.
    """
    for line in claim.lines:
        if why := conflicts(line.modifiers):
            yield Finding("notice_modifiers", Severity.WILL_FAIL, f"line.{line.code}.modifiers", f"{line.code}: {why}")
        strange = [modifier for modifier in line.modifiers if modifier in FAMILY]
        if strange and claim.payer.plan_type != "medicare":
            yield Finding(
                "notice_modifiers", Severity.WILL_FAIL, f"line.{line.code}.modifiers",
                f"{line.code} carries {strange[0]}, which only Medicare Part B reads.",
            )  # fmt: skip
