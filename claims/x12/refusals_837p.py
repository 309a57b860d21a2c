"""Heart. What an 837P can never say: the writer refuses it before a byte is written.

Syntax, limits and sums only; whether a payer will take the claim is for the scrubber. Each refusal is a
ValueError that begins with the path of the field ("claims[2].lines[0].pointers: …") and never
quotes its value. Limits: 005010X222A1; RULES.md §6 E2 and P7.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from claims.x12.envelope import ISA_ID, clean
from claims.x12.submission_837p import SELF, Address, BillingProvider, ClaimOut, LineOut, Submission
from practice.money import ZERO, dollars

CLAIMS = 5_000  # of one transaction set
LINES = 50
DIAGNOSES = 12
MODIFIERS = 4
POINTERS = 4
CONTROL = 20
LINE_CONTROL = 30
RANKS = 11
RELATIONS = frozenset({SELF, "01", "19", "20", "21", "39", "40", "53", "G8"})
FREQUENCIES = frozenset({"1", "7", "8"})  # original, replacement, void
FILING_CODES = frozenset(
    {"11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS", "FI", "HM", "LM", "MA", "MB", "MC"}
    | {"OF", "TV", "VA", "WC", "ZZ"}
)

NPI = re.compile(r"\d{10}", re.ASCII)
EIN = re.compile(r"\d{2}-?\d{7}", re.ASCII)
PHONE = re.compile(r"1?\d{10}", re.ASCII)
ZIP = re.compile(r"\d{5}(-?\d{4})?", re.ASCII)
STATE = re.compile(r"[A-Za-z]{2}")
TAXONOMY = re.compile(r"[0-9A-Z]{10}")
PLACE = re.compile(r"\d{2}", re.ASCII)
SERVICE = re.compile(r"[0-9A-Z]{5}")
MODIFIER = re.compile(r"[0-9A-Z]{2}")
ICD10 = re.compile(r"[A-Za-z][0-9A-Za-z]{2}(\.?[0-9A-Za-z]{1,4})?", re.ASCII)


def refuse_impossible(submission: Submission) -> None:
    """ValueError at the first thing that cannot be written; None when everything can."""
    _named("submitter.name", submission.submitter.name)
    _phone("submitter.phone", submission.submitter.phone)
    _identifier("submitter.id", submission.submitter.id, ISA_ID)
    _named("receiver.name", submission.receiver.name)
    _identifier("receiver.id", submission.receiver.id, ISA_ID)
    _billing(submission.billing)
    claims = submission.claims
    _need(0 < len(claims) <= CLAIMS, "claims", f"not 1 to {CLAIMS:,}")
    _need(_distinct(claim.control for claim in claims), "claims", "two have the same control")
    for n, claim in enumerate(claims):
        _claim(f"claims[{n}]", claim)


def _billing(billing: BillingProvider) -> None:
    _named("billing.name", billing.name)
    _matches("billing.npi", NPI, billing.npi)
    _matches("billing.tax_id", EIN, billing.tax_id)
    if billing.taxonomy:
        _matches("billing.taxonomy", TAXONOMY, billing.taxonomy)
    _address("billing.address", billing.address)
    if billing.phone:
        _phone("billing.phone", billing.phone)


def _claim(path: str, claim: ClaimOut) -> None:
    _control(f"{path}.control", claim.control, CONTROL)
    _matches(f"{path}.place_of_service", PLACE, claim.place_of_service)
    _need(claim.frequency in FREQUENCIES, f"{path}.frequency", "not 1, 7 or 8")
    if claim.frequency != "1":
        _identifier(f"{path}.original_reference", claim.original_reference, 50)
    if claim.authorization:
        _identifier(f"{path}.authorization", claim.authorization, 50)
    _named(f"{path}.payer_name", claim.payer_name)
    _identifier(f"{path}.payer_id", claim.payer_id, 80)
    _subscriber_and_patient(path, claim)
    _need(0 < len(claim.diagnoses) <= DIAGNOSES, f"{path}.diagnoses", f"not 1 to {DIAGNOSES}")
    for n, diagnosis in enumerate(claim.diagnoses):
        _matches(f"{path}.diagnoses[{n}]", ICD10, diagnosis)
    _providers(path, claim)
    _need(0 < len(claim.lines) <= LINES, f"{path}.lines", f"not 1 to {LINES}")
    _need(_distinct(line.control for line in claim.lines), f"{path}.lines", "two have the same control")
    for n, line in enumerate(claim.lines):
        _line(f"{path}.lines[{n}]", line, len(claim.diagnoses))
    total = sum((line.amount for line in claim.lines), ZERO)
    _need(claim.total == total, f"{path}.total", "not the sum of the lines")


def _subscriber_and_patient(path: str, claim: ClaimOut) -> None:
    subscriber = claim.subscriber
    where = f"{path}.subscriber"
    _identifier(f"{where}.member_id", subscriber.member_id, 80)
    if subscriber.group_number:
        _identifier(f"{where}.group_number", subscriber.group_number, 50)
    _need(0 < subscriber.rank <= RANKS, f"{where}.rank", f"not 1 to {RANKS}")
    _need(subscriber.filing_code in FILING_CODES, f"{where}.filing_code", "not a code of SBR09")
    _named(f"{where}.last_name", subscriber.last_name)
    _need(claim.relation in RELATIONS, f"{path}.relation", "not a code of PAT01")
    if claim.relation == SELF:
        _need(claim.patient is None, f"{path}.patient", "given though the client is the subscriber")
        _need(subscriber.birth_on is not None, f"{where}.birth_on", "missing")
        if subscriber.address is None:
            raise ValueError(f"{where}.address: missing")
        _address(f"{where}.address", subscriber.address)
    elif claim.patient is None:
        raise ValueError(f"{path}.patient: missing, though the client is not the subscriber")
    else:
        _named(f"{path}.patient.last_name", claim.patient.last_name)
        _need(claim.patient.birth_on, f"{path}.patient.birth_on", "missing")
        _address(f"{path}.patient.address", claim.patient.address)


def _providers(path: str, claim: ClaimOut) -> None:
    _named(f"{path}.rendering.last_name", claim.rendering.last_name)
    _matches(f"{path}.rendering.npi", NPI, claim.rendering.npi)
    if claim.rendering.taxonomy:
        _matches(f"{path}.rendering.taxonomy", TAXONOMY, claim.rendering.taxonomy)
    if claim.referrer is not None:
        _named(f"{path}.referrer.last_name", claim.referrer.last_name)
        _matches(f"{path}.referrer.npi", NPI, claim.referrer.npi)
    if claim.facility is not None:
        _named(f"{path}.facility.name", claim.facility.name)
        _address(f"{path}.facility.address", claim.facility.address)
        if claim.facility.npi:
            _matches(f"{path}.facility.npi", NPI, claim.facility.npi)


def _line(path: str, line: LineOut, diagnoses: int) -> None:
    _control(f"{path}.control", line.control, LINE_CONTROL)
    _matches(f"{path}.code", SERVICE, line.code)
    _need(len(line.modifiers) <= MODIFIERS, f"{path}.modifiers", f"more than {MODIFIERS}")
    for modifier in line.modifiers:
        _matches(f"{path}.modifiers", MODIFIER, modifier)
    _amount(f"{path}.amount", line.amount)
    _need(0 < line.units <= 9_999, f"{path}.units", "not 1 to 9,999")
    _need(0 < len(line.pointers) <= POINTERS, f"{path}.pointers", f"not 1 to {POINTERS}")
    for pointer in line.pointers:
        _need(0 < pointer <= diagnoses, f"{path}.pointers", "one points at no diagnosis")
    if line.place_of_service:
        _matches(f"{path}.place_of_service", PLACE, line.place_of_service)


def _address(path: str, address: Address) -> None:
    _named(f"{path}.street", address.street)
    _need(len(clean(address.city)) >= 2, f"{path}.city", "missing")
    _matches(f"{path}.state", STATE, address.state)
    _matches(f"{path}.zip", ZIP, address.zip)


def _need(condition: object, path: str, why: str) -> None:
    if not condition:
        raise ValueError(f"{path}: {why}")


def _matches(path: str, pattern: re.Pattern[str], value: str) -> None:
    _need(pattern.fullmatch(value), path, "missing" if not value else "not of the right form")


def _named(path: str, text: str) -> None:
    _need(clean(text), path, "has no letter that X12 can carry" if text else "missing")


def _identifier(path: str, value: str, longest: int) -> None:
    """Letters may change their case; anything else would make it another number."""
    _need(value.strip(), path, "missing")
    _need(clean(value) == value.strip().upper(), path, "has characters that X12 cannot carry")
    _need(2 <= len(clean(value)) <= longest, path, f"not 2 to {longest} characters")


def _control(path: str, value: str, longest: int) -> None:
    """Our own numbers come back and are looked up, so they are written exactly as they are."""
    _need(value, path, "missing")
    _need(len(value) <= longest, path, f"more than {longest} characters")
    _need(clean(value) == value, path, "has characters that would come back changed")


def _phone(path: str, value: str) -> None:
    digits = re.sub(r"\D", "", value)
    _need(PHONE.fullmatch(digits), path, "not a telephone number with area code")


def _amount(path: str, value: Decimal) -> None:
    try:
        fits = dollars(value) >= ZERO
    except ValueError:
        fits = False
    _need(fits, path, "not a positive amount of dollars and cents")


def _distinct(values: Iterable[str]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)
