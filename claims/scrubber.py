"""Heart. The scrubber: a list of rules with one signature, each looking at one claim, none ever raising.

A claim is described by plain facts. `scrub()` asks every rule and returns what they found, gravest
first. The same function runs when a claim is made, on the list, and again before it is sent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.codesets.edits import Edits
from clients.diagnoses import Found
from practice.findings import ORDER, Finding
from sessions.evaluations import Answers


@dataclass(frozen=True)
class PayerFacts:
    """The payer's rules, as data."""

    short_name: str
    plan_type: str
    filing_days: int
    member_id_pattern: str = ""
    member_id_hint: str = ""
    needs_therapy_modifier: bool = False
    needs_assistant_modifier: bool = False
    needs_authorization: bool = False
    needs_referrer: bool = False
    needs_plan_of_care: bool = False
    distinct_pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LineFacts:
    """`left_out` are modifiers for which there was no room, `refused` sentences about some that are not allowed."""

    code: str
    modifiers: tuple[str, ...]
    units: int
    amount: Decimal
    minutes: int
    assistant: bool = False
    left_out: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimFacts:
    """One claim as the rules see it. Dates are local; ids are for fixes only.

    `authorization` is the number it stands on, `no_authorization` says in words why there is none.
    `twins` are numbers of other claims for the same client, day and codes.
    `edits` are the coding edits of the day among the codes of its lines (and perhaps of others).
    `looked_up` is what each diagnosis is in the ICD-10-CM release of the day of service.
    `replaces` is (number, payer's claim number) of the claim this one corrects.
    `limits` are findings about the visit among the client's others, `pays_first` names the payer that would pay first
    by what is known now, when that is another.
    `not_rendered` says why nobody may stand on the claim for what is on it; empty when somebody may.
    `waits_for_cosigner` is the supervisor who has not co-signed a note of the day yet; empty when nobody is waited for.
    `evaluations` are the signed answers about the level of the day's evaluations.
    """

    number: int
    frequency: str
    today: date
    served_on: date
    total: Decimal
    discipline: str
    payer: PayerFacts
    coverage_id: int
    case_id: int
    member_id: str
    coverage_starts_on: date
    coverage_ends_on: date | None
    client_address: tuple[str, str, str, str]
    subscriber_complete: bool
    billing_npi: str
    billing_zip: str
    billing_street: str
    tax_id: str
    rendering_npi: str
    rendering_name: str
    diagnoses: tuple[str, ...]
    referrer_npi: str
    plan_ends_on: date | None
    authorization: str
    no_authorization: str
    signed: bool
    visit_minutes: int
    lines: tuple[LineFacts, ...]
    looked_up: tuple[Found, ...] = ()
    twins: tuple[int, ...] = ()
    replaces: tuple[int, str] | None = None
    waits_for_cosigner: str = ""
    evaluations: tuple[Answers, ...] = ()
    not_rendered: tuple[Finding, ...] = ()
    edits: Edits = field(default_factory=Edits)
    limits: tuple[Finding, ...] = ()
    pays_first: str = ""


type Rule = Callable[[ClaimFacts], Iterable[Finding]]


def filing_limit(served_on: date, filing_days: int) -> date:
    """The last day a claim may arrive."""
    return date.fromordinal(served_on.toordinal() + filing_days)


def scrub(claim: ClaimFacts, rules: Iterable[Rule]) -> list[Finding]:
    """What the rules say of a claim, gravest first; empty when it is clean."""
    found = [finding for rule in rules for finding in rule(claim)]
    return sorted(found, key=lambda finding: ORDER[finding.severity])
