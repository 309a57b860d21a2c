"""Heart. Writes professional claims (837P, 005010X222A1) for one billing provider.

The tree of HL segments: the billing provider, below it each subscriber, below that each client who is
not the subscriber herself; claims hang under the client. Loops that the guide makes depend on
something are written when, and only when, it is so: rendering (2310B) if her NPI is not the billing
provider's, facility (2310C) if its address is not, birth date and address of the subscriber if she is the
client, REF*F8 with frequency 7 and 8. No two submissions share a control number, so ISA13, GS06, ST02
and BHT03 are all made of it.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import batched, count

from claims.x12.envelope import Envelope, amount, clean, day, interchange, segment
from claims.x12.refusals_837p import refuse_impossible
from claims.x12.submission_837p import (
    SELF,
    Address,
    BillingProvider,
    ClaimOut,
    Facility,
    LineOut,
    Named,
    Person,
    Receiver,
    Rendering,
    Submission,
    Submitter,
    Subscriber,
)

__all__ = [
    "Address",
    "BillingProvider",
    "ClaimOut",
    "Facility",
    "LineOut",
    "Named",
    "Person",
    "Receiver",
    "Rendering",
    "Submission",
    "Submitter",
    "Subscriber",
    "write",
]

VERSION = "005010X222A1"
RANKS = "PSTABCDEFGH"  # SBR01: primary, secondary, tertiary, payer four to eleven
CLAIMS_A_CLIENT = 100  # loop 2300 repeats; more need another HL
ORGANIZATION_NAME = 60
LAST_NAME = 60
FIRST_NAME = 35
STREET = 55
CITY = 30


def write(submission: Submission) -> str:
    """The interchange, segments ended by "~" without line ends. ValueError names what is impossible."""
    refuse_impossible(submission)
    envelope = Envelope(
        sender=submission.submitter.id,
        receiver=submission.receiver.id,
        control_number=submission.control_number,
        usage=submission.usage,
        made_at=submission.made_at,
        group="HC",
        version=VERSION,
        kind="837",
    )
    return interchange(envelope, {submission.control_number: [*_header(submission), *_detail(submission)]})


def _header(submission: Submission) -> Iterator[str]:
    """BHT and loops 1000A and 1000B."""
    made = submission.made_at
    reference = f"{submission.control_number:09d}"
    yield segment("BHT", "0019", "00", reference, day(made), f"{made:%H%M}", "CH")
    submitter, receiver = submission.submitter, submission.receiver
    yield _organization("41", submitter.name, "46", submitter.id)
    yield segment("PER", "IC", submitter.contact_name[:60], "TE", _phone(submitter.phone))
    yield _organization("40", receiver.name, "46", receiver.id)


def _detail(submission: Submission) -> Iterator[str]:
    """Loops 2000A, 2000B and 2000C with their claims."""
    numbers = count(1)
    billing = submission.billing
    top = next(numbers)
    yield segment("HL", str(top), "", "20", "1")
    if billing.taxonomy:
        yield segment("PRV", "BI", "PXC", billing.taxonomy)
    yield from _billing(billing, submission.submitter)
    for subscribed in _by_subscriber(submission.claims):
        first = subscribed[0][0]
        number = next(numbers)
        yield segment("HL", str(number), str(top), "22", "0" if first.relation == SELF else "1")
        yield from _subscriber(first)
        for claims in subscribed:
            patient = claims[0].patient
            if patient is not None:
                yield segment("HL", str(next(numbers)), str(number), "23", "0")
                yield from _patient(claims[0].relation, patient)
            for claim in claims:
                yield from _claim(claim, billing)


def _by_subscriber(claims: tuple[ClaimOut, ...]) -> list[list[tuple[ClaimOut, ...]]]:
    """Claims of one subscriber at one payer together, and in them those of one client, at most 100.

    A subscriber's own claims and her family's make two groups. First come, first written.
    """
    groups: dict[object, dict[object, list[ClaimOut]]] = {}
    for claim in claims:
        own = claim.relation == SELF
        subscriber = (claim.subscriber, claim.payer_name, claim.payer_id, own)
        client = (claim.relation, claim.patient)
        groups.setdefault(subscriber, {}).setdefault(client, []).append(claim)
    found: list[list[tuple[ClaimOut, ...]]] = []
    for clients in groups.values():
        parts = [part for own in clients.values() for part in batched(own, CLAIMS_A_CLIENT)]
        if parts[0][0].relation == SELF:
            found += [[part] for part in parts]
        else:
            found.append(parts)
    return found


def _billing(billing: BillingProvider, submitter: Submitter) -> Iterator[str]:
    """2010AA. Its telephone is sent when it is not the submitter's."""
    yield _organization("85", billing.name, "XX", billing.npi)
    yield from _address(billing.address)
    yield segment("REF", "EI", billing.tax_id.replace("-", ""))
    if billing.phone and _phone(billing.phone) != _phone(submitter.phone):
        name = clean(billing.name)[:ORGANIZATION_NAME]
        yield segment("PER", "IC", name, "TE", _phone(billing.phone))


def _subscriber(claim: ClaimOut) -> Iterator[str]:
    """SBR, 2010BA and 2010BB."""
    subscriber = claim.subscriber
    yield segment(
        "SBR",
        RANKS[subscriber.rank - 1],
        SELF if claim.relation == SELF else "",
        subscriber.group_number,
        *("", "", "", "", ""),
        subscriber.filing_code,
    )
    yield _person("IL", subscriber.last_name, subscriber.first_name, "MI", subscriber.member_id)
    if claim.relation == SELF and subscriber.address and subscriber.birth_on:
        yield from _address(subscriber.address)
        yield _birth(subscriber.birth_on, subscriber.sex)
    yield _organization("PR", claim.payer_name, "PI", claim.payer_id)


def _patient(relation: str, patient: Person) -> Iterator[str]:
    """PAT and 2010CA."""
    yield segment("PAT", relation)
    yield _person("QC", patient.last_name, patient.first_name)
    yield from _address(patient.address)
    yield _birth(patient.birth_on, patient.sex)


def _claim(claim: ClaimOut, billing: BillingProvider) -> Iterator[str]:
    """2300 with its providers and lines. Signature on file, assigned, release of information."""
    place = (claim.place_of_service, "B", claim.frequency)
    yield segment("CLM", claim.control, amount(claim.total), "", "", place, "Y", "A", "Y", "Y")
    if claim.onset_on is not None:
        yield segment("DTP", "431", "D8", day(claim.onset_on))
    if claim.client_paid:
        yield segment("AMT", "F5", amount(claim.client_paid))
    if claim.authorization:
        yield segment("REF", "G1", claim.authorization)
    if claim.frequency != "1":
        yield segment("REF", "F8", claim.original_reference)
    codes = [diagnosis.replace(".", "") for diagnosis in claim.diagnoses]
    qualifiers = ["ABK", *["ABF"] * (len(codes) - 1)]
    yield segment("HI", *zip(qualifiers, codes, strict=True))
    yield from _providers(claim, billing)
    for number, line in enumerate(claim.lines, 1):
        yield from _line(number, line, claim.place_of_service)


def _providers(claim: ClaimOut, billing: BillingProvider) -> Iterator[str]:
    """2310A, 2310B and 2310C."""
    referrer, rendering, facility = claim.referrer, claim.rendering, claim.facility
    if referrer is not None:
        yield _person("DN", referrer.last_name, referrer.first_name, "XX", referrer.npi)
    if rendering.npi != billing.npi:
        yield _person("82", rendering.last_name, rendering.first_name, "XX", rendering.npi)
        if rendering.taxonomy:
            yield segment("PRV", "PE", "PXC", rendering.taxonomy)
        if rendering.number:
            yield segment("REF", "G2", rendering.number)
    if facility is not None and list(_address(facility.address)) != list(_address(billing.address)):
        # A place that is part of the billing provider is told by its address alone.
        apart = facility.npi and facility.npi != billing.npi
        yield _organization("77", facility.name, *(("XX", facility.npi) if apart else ("", "")))
        yield from _address(facility.address)


def _line(number: int, line: LineOut, usual_place: str) -> Iterator[str]:
    """2400."""
    place = line.place_of_service if line.place_of_service != usual_place else ""
    yield segment("LX", str(number))
    yield segment(
        "SV1",
        ("HC", line.code, *line.modifiers),
        amount(line.amount),
        *("UN", str(line.units), place, ""),
        tuple(map(str, line.pointers)),
    )
    yield segment("DTP", "472", "D8", day(line.served_on))
    yield segment("REF", "6R", line.control)


def _organization(role: str, name: str, qualifier: str, identifier: str) -> str:
    return segment("NM1", role, "2", clean(name)[:ORGANIZATION_NAME], *("", "", "", ""), qualifier, identifier)


def _person(role: str, last: str, first: str, qualifier: str = "", identifier: str = "") -> str:
    names = (clean(last)[:LAST_NAME], clean(first)[:FIRST_NAME])
    return segment("NM1", role, "1", *names, "", "", "", qualifier, identifier)


def _address(address: Address) -> Iterator[str]:
    """N3, whose second element takes what does not fit the first, and N4."""
    street = clean(address.street)
    cut = len(street)
    if cut > STREET:
        cut = street.rfind(" ", 1, STREET + 1)
        cut = cut if cut > 0 else STREET
    yield segment("N3", street[:cut], street[cut:].strip()[:STREET])
    zip_code = address.zip.replace("-", "")
    yield segment("N4", clean(address.city)[:CITY], address.state, zip_code)


def _birth(born_on: date, sex: str) -> str:
    return segment("DMG", "D8", day(born_on), sex if sex in ("F", "M") else "U")


def _phone(text: str) -> str:
    """Ten digits: area code and number."""
    return re.sub(r"\D", "", text)[-10:]
