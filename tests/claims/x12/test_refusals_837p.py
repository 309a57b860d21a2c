"""What cannot be written is refused before a byte is, by the path of its field and without its value."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from claims.x12.claim_837p import ClaimOut, Submission, write
from tests.claims.x12.submissions import (
    ANN,
    BILLING,
    CLINIC,
    DANA,
    FRED,
    HOME,
    JOSE,
    TOM,
    childs,
    claim,
    line,
    submission,
)  # fmt: skip

NO_ADDRESS = replace(HOME, street="")


UNWRITABLE = "has characters that X12 cannot carry"


def refusal(made: Submission) -> str:
    with pytest.raises(ValueError) as caught:
        write(made)
    return str(caught.value)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (submission(), "claims: not 1 to 5,000"),
        (submission(*[claim()] * 5001), "claims: not 1 to 5,000"),
        (submission(claim(), claim()), "claims: two have the same control"),
        (submission(claim(), usage="X"), "usage: neither T nor P"),
        (submission(claim(), control_number=0), "control_number: not between 1 and 999,999,999"),
        (submission(claim(), control_number=10**9), "control_number: not between 1 and 999,999,999"),
    ],
)
def test_submission(made: Submission, sentence: str) -> None:
    assert refusal(made) == sentence


@pytest.mark.parametrize(
    ("part", "change", "sentence"),
    [
        ("submitter", {"name": ""}, "submitter.name: missing"),
        ("submitter", {"name": "李"}, "submitter.name: has no letter that X12 can carry"),
        ("submitter", {"id": "S" * 16}, "submitter.id: not 2 to 15 characters"),
        ("submitter", {"id": "SÜB"}, "submitter.id: has characters that X12 cannot carry"),
        ("submitter", {"phone": "555-0100"}, "submitter.phone: not a telephone number with area code"),
        ("receiver", {"name": " "}, "receiver.name: has no letter that X12 can carry"),
        ("receiver", {"id": ""}, "receiver.id: missing"),
        ("billing", {"name": ""}, "billing.name: missing"),
        ("billing", {"npi": "123"}, "billing.npi: not of the right form"),
        ("billing", {"npi": "١٢٣٤٥٦٧٨٩٠"}, "billing.npi: not of the right form"),
        ("billing", {"npi": ""}, "billing.npi: missing"),
        ("billing", {"tax_id": "1-23456789"}, "billing.tax_id: not of the right form"),
        ("billing", {"taxonomy": "225x"}, "billing.taxonomy: not of the right form"),
        ("billing", {"phone": "12"}, "billing.phone: not a telephone number with area code"),
        ("billing", {"address": NO_ADDRESS}, "billing.address.street: missing"),
        ("billing", {"address": replace(HOME, city="X")}, "billing.address.city: missing"),
        ("billing", {"address": replace(HOME, state="ILL")}, "billing.address.state: not of the right form"),
        ("billing", {"address": replace(HOME, zip="6270")}, "billing.address.zip: not of the right form"),
    ],
)
def test_parties(part: str, change: dict[str, Any], sentence: str) -> None:
    made = submission(claim())
    assert refusal(replace(made, **{part: replace(getattr(made, part), **change)})) == sentence


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (claim(control=""), "control: missing"),
        (claim(control="C" * 21), "control: more than 20 characters"),
        (claim(control="c1"), "control: has characters that would come back changed"),
        (claim(control="C*1"), "control: has characters that would come back changed"),
        (claim(place_of_service="1"), "place_of_service: not of the right form"),
        (claim(frequency="2"), "frequency: not 1, 7 or 8"),
        (claim(frequency="7"), "original_reference: missing"),
        (claim(frequency="8", original_reference="a*b"), "original_reference: has characters that X12 cannot carry"),
        (claim(frequency="7", original_reference="X"), "original_reference: not 2 to 50 characters"),
        (claim(authorization="A" * 51), "authorization: not 2 to 50 characters"),
        (claim(payer_name=""), "payer_name: missing"),
        (claim(payer_id=""), "payer_id: missing"),
        (claim(subscriber=replace(JOSE, member_id=" ")), "subscriber.member_id: missing"),
        (claim(subscriber=replace(JOSE, member_id="1:2")), f"subscriber.member_id: {UNWRITABLE}"),
        (claim(subscriber=replace(JOSE, group_number="é1")), f"subscriber.group_number: {UNWRITABLE}"),
        (claim(subscriber=replace(JOSE, rank=0)), "subscriber.rank: not 1 to 11"),
        (claim(subscriber=replace(JOSE, rank=12)), "subscriber.rank: not 1 to 11"),
        (claim(subscriber=replace(JOSE, filing_code="XX")), "subscriber.filing_code: not a code of SBR09"),
        (claim(subscriber=replace(JOSE, last_name="")), "subscriber.last_name: missing"),
        (claim(subscriber=replace(JOSE, birth_on=None)), "subscriber.birth_on: missing"),
        (claim(subscriber=replace(JOSE, address=None)), "subscriber.address: missing"),
        (claim(subscriber=replace(JOSE, address=NO_ADDRESS)), "subscriber.address.street: missing"),
        (claim(relation="02"), "relation: not a code of PAT01"),
        (claim(patient=TOM), "patient: given though the client is the subscriber"),
        (childs(patient=None), "patient: missing, though the client is not the subscriber"),
        (childs(patient=replace(TOM, last_name="")), "patient.last_name: missing"),
        (childs(patient=replace(TOM, birth_on=None)), "patient.birth_on: missing"),  # type: ignore[arg-type]
        (childs(patient=replace(TOM, address=NO_ADDRESS)), "patient.address.street: missing"),
        (claim(diagnoses=()), "diagnoses: not 1 to 12"),
        (claim(diagnoses=("M25.511",) * 13), "diagnoses: not 1 to 12"),
        (claim(diagnoses=("M25.511", "315.4")), "diagnoses[1]: not of the right form"),
        (claim(rendering=replace(DANA, npi="1")), "rendering.npi: not of the right form"),
        (claim(rendering=replace(DANA, last_name="")), "rendering.last_name: missing"),
        (claim(rendering=replace(DANA, taxonomy="OT")), "rendering.taxonomy: not of the right form"),
        (claim(referrer=replace(FRED, npi="")), "referrer.npi: missing"),
        (claim(referrer=replace(FRED, last_name="")), "referrer.last_name: missing"),
        (claim(facility=replace(CLINIC, name="")), "facility.name: missing"),
        (claim(facility=replace(CLINIC, npi="9")), "facility.npi: not of the right form"),
        (claim(facility=replace(CLINIC, address=NO_ADDRESS)), "facility.address.street: missing"),
        (claim(lines=()), "lines: not 1 to 50"),
        (claim(lines=(line(),) * 51), "lines: not 1 to 50"),
        (claim(lines=(line(), line())), "lines: two have the same control"),
        (claim(total=D("210.49")), "total: not the sum of the lines"),
    ],
)  # fmt: skip
def test_claims(one: ClaimOut, sentence: str) -> None:
    assert refusal(submission(childs(control="FINE"), one)) == f"claims[1].{sentence}"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"control": ""}, "control: missing"),
        ({"control": "L" * 31}, "control: more than 30 characters"),
        ({"code": "9711"}, "code: not of the right form"),
        ({"modifiers": ("GO", "KX", "59", "95", "CO")}, "modifiers: more than 4"),
        ({"modifiers": ("G",)}, "modifiers: not of the right form"),
        ({"amount": D("-1")}, "amount: not a positive amount of dollars and cents"),
        ({"amount": D("1.005")}, "amount: not a positive amount of dollars and cents"),
        ({"amount": D("NaN")}, "amount: not a positive amount of dollars and cents"),
        ({"amount": D("Infinity")}, "amount: not a positive amount of dollars and cents"),
        ({"units": 0}, "units: not 1 to 9,999"),
        ({"units": 10_000}, "units: not 1 to 9,999"),
        ({"pointers": ()}, "pointers: not 1 to 4"),
        ({"pointers": (1, 2, 1, 2, 1)}, "pointers: not 1 to 4"),
        ({"pointers": (1, 3)}, "pointers: one points at no diagnosis"),
        ({"pointers": (0,)}, "pointers: one points at no diagnosis"),
        ({"place_of_service": "1O"}, "place_of_service: not of the right form"),
    ],
)
def test_lines(change: dict[str, Any], sentence: str) -> None:
    lines = (line(control="FINE"), line(**change))
    assert refusal(submission(claim(lines=lines, total=D(0)))) == f"claims[0].lines[1].{sentence}"


def test_money_is_never_a_float() -> None:
    with pytest.raises(TypeError):
        write(submission(claim(lines=(line(amount=1.5),), total=D("1.5"))))


def test_nothing_optional_is_asked_for() -> None:
    bare = claim(subscriber=replace(JOSE, first_name="", group_number=""), rendering=replace(DANA, npi=BILLING.npi))
    assert write(submission(bare, childs(subscriber=replace(ANN, group_number=""))))
