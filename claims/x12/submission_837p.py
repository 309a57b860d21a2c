"""Heart. What an 837P says, in the field's words; loops and elements are those of 005010X222A1.

Text is as people write it: the writer folds accents, cuts names to length and drops separators.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

SELF = "18"  # the client is the subscriber


@dataclass(frozen=True)
class Address:
    """A US address. `zip` is five or nine digits, with or without the hyphen."""

    street: str
    city: str
    state: str
    zip: str


@dataclass(frozen=True)
class Submitter:
    """1000A. `id` is what the receiver knows us by: ISA06, GS02 and NM109."""

    name: str
    id: str
    contact_name: str
    phone: str


@dataclass(frozen=True)
class Receiver:
    """1000B: the clearinghouse, or the payer where claims go straight to it. `id` is ISA08 too."""

    name: str
    id: str


@dataclass(frozen=True)
class BillingProvider:
    """2010AA, an organization. `tax_id` is an EIN, with or without its hyphen."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str
    address: Address
    phone: str


@dataclass(frozen=True)
class Subscriber:
    """2000B and 2010BA: who holds the insurance, and how this payer ranks among the client's.

    `rank` is 1 for the primary payer, `filing_code` is SBR09 ("MB" Medicare B, "CI" commercial …).
    Birth date, sex ("F", "M", else unknown) and address are needed when the client is the subscriber.
    """

    member_id: str
    group_number: str
    rank: int
    filing_code: str
    last_name: str
    first_name: str
    birth_on: date | None
    sex: str
    address: Address | None


@dataclass(frozen=True)
class Person:
    """2010CA: the client, when she is not the subscriber."""

    last_name: str
    first_name: str
    birth_on: date
    sex: str
    address: Address


@dataclass(frozen=True)
class Named:
    """2310A: the referring or certifying provider."""

    last_name: str
    first_name: str
    npi: str


@dataclass(frozen=True)
class Rendering:
    """2310B: the clinician. Left out of the claim when her NPI is the billing provider's.

    `number` is what the payer itself calls her (REF*G2), "" where it does not.
    """

    last_name: str
    first_name: str
    npi: str
    taxonomy: str
    number: str = ""


@dataclass(frozen=True)
class Facility:
    """2310C: where it was done. Left out when the address is the billing provider's."""

    name: str
    npi: str
    address: Address


@dataclass(frozen=True)
class LineOut:
    """2400, one service of one day. `pointers` count diagnoses from 1, the most important first.

    `control` (REF*6R) comes back in the 835; it is unique within the claim.
    """

    control: str
    code: str
    modifiers: tuple[str, ...]
    amount: Decimal
    units: int
    served_on: date
    pointers: tuple[int, ...]
    place_of_service: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimOut:
    """2300. `relation` is of the client to the subscriber: "18" self, "01" spouse, "19" child, "G8" other.

    `patient` is the client when she is not the subscriber. `original_reference` is the payer's claim
    number, sent with frequency 7 and 8. Diagnoses carry their dots as people write them. `client_paid` is what she
    paid of it, in dollars: AMT*F5, left out when it is nothing.
    """

    control: str
    total: Decimal
    place_of_service: str
    frequency: str
    original_reference: str = ""
    subscriber: Subscriber
    relation: str
    patient: Person | None = None
    payer_name: str
    payer_id: str
    diagnoses: tuple[str, ...]
    authorization: str = ""
    onset_on: date | None = None
    referrer: Named | None = None
    rendering: Rendering
    facility: Facility | None = None
    client_paid: Decimal = Decimal("0.00")
    lines: tuple[LineOut, ...]


@dataclass(frozen=True)
class Submission:
    """One interchange with one transaction set for one billing provider."""

    control_number: int
    usage: str
    made_at: datetime
    submitter: Submitter
    receiver: Receiver
    billing: BillingProvider
    claims: tuple[ClaimOut, ...]
