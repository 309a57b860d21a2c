"""Heart. Whether a visit may stand on a superbill.

A superbill lets a client ask her own insurer. What we claimed ourselves would be asked for twice; and a therapist
cannot opt out of Medicare, so what Medicare covers is claimed by us (Social Security Act §1848(g)(4)), unless the
client chose on an advance notice (ABN, option 2) that it is not.
"""

from dataclasses import dataclass

MEDICARE = (
    "Medicare covers therapy and therapists cannot opt out of it, so we must claim this visit ourselves."
    " If the client does not want that, an advance notice (ABN) with option 2 comes before the service."
)


@dataclass(frozen=True)
class Visit:
    """What is known of a charge. `billed_to`: insurers we ask for it; `medicare`: Part B is in force that day;
    `claimable`: no: the client chose on a notice that no claim is made; `superbill`: the number of the one it is on.
    """

    service: bool = True
    reversed: bool = False
    claimable: bool = True
    medicare: bool = False
    billed_to: tuple[str, ...] = ()
    superbill: int | None = None


def refusal(visit: Visit) -> str:
    """Why it may not, as a sentence; empty when it may."""
    if not visit.service:
        return "Fees are not services; no insurer pays them."
    if visit.reversed:
        return "The charge was taken back."
    if visit.superbill is not None:
        return f"It is on superbill {visit.superbill} already. Void that one first."
    if visit.claimable and visit.medicare:
        return MEDICARE
    if visit.claimable and visit.billed_to:
        return f"We bill {' and '.join(visit.billed_to)} for it; a superbill would ask twice."
    return ""
