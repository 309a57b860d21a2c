"""Random submissions: written, valid for pyx12, and read back field by field by another reader."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.x12 import claim_837p
from claims.x12.claim_837p import (
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
)  # fmt: skip
from claims.x12.second_opinion import check_837p
from tests.claims.x12 import reading_837p

# Every character that names are made of here, and what becomes of it: written down, not computed.
BECOMES = {
    **{c: c for c in "ABCXYZ019 .,-'&/"},
    "a": "A",
    "z": "Z",
    "é": "E",
    "Ñ": "N",
    "ß": "SS",
    "Ø": "O",
    "ł": "L",
    "Æ": "AE",
    "ü": "U",
    "Å": "A",
    "ç": "C",
    "’": "'",
    "“": '"',
    "–": "-",
    "—": "-",
    "\u00a0": " ",
    "\t": " ",
    "\n": " ",
    "\x07": " ",
    "*": "",
    "~": "",
    ":": "",
    "^": "",
    "李": "",
    "\u200b": "",
}


def told(text: str, longest: int = 1000) -> str:
    return " ".join("".join(BECOMES[c] for c in text).split())[:longest].rstrip()


def digits(n: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=n, max_size=n)


words = st.text(list(BECOMES), max_size=70)
names = st.builds("{}{}".format, st.sampled_from("Aéz"), words)
maybe_name = st.one_of(st.just(""), names)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{1,14}", fullmatch=True)
maybe_id = st.one_of(st.just(""), ids)
npis = st.builds("1{}".format, digits(9))
days = st.dates(date(1920, 1, 1), date(2090, 12, 31))
taxonomies = st.sampled_from(["", "225X00000X", "235Z00000X"])
places = st.sampled_from(["02", "10", "11", "12", "99"])
sexes = st.sampled_from(["F", "M", "U", "X", ""])
diagnoses = st.from_regex(r"[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}|[A-Z][0-9][0-9A-Z]", fullmatch=True)
addresses = st.builds(
    Address,
    street=st.builds("1{}{}".format, words, st.text(list(BECOMES), max_size=30)),
    city=st.builds("Ba{}".format, words),
    state=st.sampled_from(["IL", "ny", "TX"]),
    zip=st.one_of(digits(5), digits(9), st.builds("{}-{}".format, digits(5), digits(4))),
)
subscribers = st.builds(
    Subscriber, member_id=ids, group_number=maybe_id, rank=st.integers(1, 11),
    filing_code=st.sampled_from(["MB", "MC", "CI", "BL", "HM", "16", "ZZ"]), last_name=names, first_name=maybe_name,
    birth_on=days, sex=sexes, address=addresses,
)  # fmt: skip
people = st.builds(Person, last_name=names, first_name=maybe_name, birth_on=days, sex=sexes, address=addresses)
named = st.builds(Named, last_name=names, first_name=maybe_name, npi=npis)
renderings = st.builds(Rendering, last_name=names, first_name=maybe_name, npi=npis, taxonomy=taxonomies)
facilities = st.builds(Facility, name=names, npi=st.one_of(st.just(""), npis), address=addresses)
billings = st.builds(
    BillingProvider, name=names, npi=npis, tax_id=st.builds("{}-{}".format, digits(2), digits(7)), taxonomy=taxonomies,
    address=addresses, phone=st.one_of(st.just(""), st.builds("(2{}) 555-{}".format, digits(2), digits(4))),
)  # fmt: skip


@st.composite
def lines(draw: Callable[..., Any], of: int) -> LineOut:
    return LineOut(
        control="",
        code=draw(st.sampled_from(["97110", "97530", "92507", "G0283", "A4570"])),
        modifiers=tuple(draw(st.lists(st.sampled_from(["GO", "CO", "KX", "59", "95"]), max_size=4))),
        amount=draw(st.decimals(0, 99_999, places=2)),
        units=draw(st.integers(1, 99)),
        served_on=draw(days),
        pointers=tuple(draw(st.lists(st.integers(1, of), min_size=1, max_size=4))),
        place_of_service=draw(st.one_of(st.just(""), places)),
    )


@st.composite
def claims(draw: Callable[..., Any], who: list[Subscriber], clients: list[Person]) -> ClaimOut:
    relation = draw(st.sampled_from(["18", "18", "01", "19", "G8"]))
    codes = tuple(draw(st.lists(diagnoses, min_size=1, max_size=12)))
    of = tuple(
        replace(one, control=f"L{n}") for n, one in enumerate(draw(st.lists(lines(len(codes)), min_size=1, max_size=4)))
    )
    return ClaimOut(
        control="",
        total=sum((one.amount for one in of), Decimal(0)),
        place_of_service=draw(places),
        frequency=draw(st.sampled_from(["1", "7", "8"])),
        original_reference=draw(ids),
        subscriber=draw(st.sampled_from(who)),
        relation=relation,
        patient=None if relation == "18" else draw(st.sampled_from(clients)),
        payer_name=draw(st.sampled_from(["Medicare", "Blue Cross “B”"])),
        payer_id=draw(st.sampled_from(["00882", "60054"])),
        diagnoses=codes,
        authorization=draw(maybe_id),
        onset_on=draw(st.one_of(st.none(), days)),
        referrer=draw(st.one_of(st.none(), named)),
        rendering=draw(renderings),
        facility=draw(st.one_of(st.none(), facilities)),
        lines=of,
    )


@st.composite
def submissions(draw: Callable[..., Any]) -> Submission:
    who = draw(st.lists(subscribers, min_size=1, max_size=3))
    clients = draw(st.lists(people, min_size=1, max_size=2))
    made = draw(st.lists(claims(who, clients), min_size=1, max_size=6))
    billing = draw(billings)
    if draw(st.booleans()):  # she bills herself, at her own address
        own = replace(made[0].rendering, npi=billing.npi)
        made[0] = replace(made[0], rendering=own, facility=Facility("Same", "", billing.address))
    return Submission(
        control_number=draw(st.integers(1, 999_999_999)),
        usage=draw(st.sampled_from("TP")),
        made_at=draw(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31))),  # noqa: DTZ001
        submitter=Submitter(
            draw(names), draw(ids), draw(maybe_name), draw(st.builds("1-2{}-555-{}".format, digits(2), digits(4)))
        ),
        receiver=Receiver(draw(names), draw(ids)),
        billing=billing,
        claims=tuple(replace(one, control=f"C{n}") for n, one in enumerate(made)),
    )


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(submissions())
def test_what_is_written_is_valid_and_can_be_read_back(made: Submission) -> None:
    there_and_back(made)


@pytest.mark.long
@settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(submissions())
def test_a_thousand_of_them(made: Submission) -> None:
    there_and_back(made)


def there_and_back(made: Submission) -> None:
    text = claim_837p.write(made)
    assert text.isascii() and "\n" not in text
    assert check_837p(text) == []
    head, found = reading_837p.read(text)
    check_head(made, head)
    assert Counter(one["CLM"][1] for one in found) == Counter(claim.control for claim in made.claims)
    by_control = {one["CLM"][1]: one for one in found}
    for claim in made.claims:
        one = by_control[claim.control]
        check_claim(claim, one, made.billing)
        check_tree(claim, one, made)
        for n, (line, read) in enumerate(zip(claim.lines, one["lines"], strict=True), 1):
            check_line(n, line, read, claim)


def check_head(made: Submission, head: reading_837p.Fields) -> None:
    number = f"{made.control_number:09d}"
    isa, gs = head["isa"], head["gs"]
    assert len("*".join(isa[:17])) + 1 == 106
    assert [isa[6].rstrip(), isa[8].rstrip(), isa[13], isa[15]] == [
        made.submitter.id.upper(),
        made.receiver.id.upper(),
        number,
        made.usage,
    ]
    assert (isa[9], isa[10]) == (made.made_at.strftime("%y%m%d"), made.made_at.strftime("%H%M"))
    assert gs[1:9] == [
        "HC",
        isa[6].rstrip(),
        isa[8].rstrip(),
        made.made_at.strftime("%Y%m%d"),
        isa[10],
        str(made.control_number),
        "X",
        "005010X222A1",
    ]
    assert head["st"][1:4] == ["837", number, "005010X222A1"]
    assert [trailer[2] for trailer in head["trailers"]] == [number, str(made.control_number), number]
    check_parties(made, head)


def check_parties(made: Submission, head: reading_837p.Fields) -> None:
    number, gs, isa = f"{made.control_number:09d}", head["gs"], head["isa"]
    assert head["BHT"][1:7] == ["0019", "00", number, gs[4], isa[10], "CH"]
    submitter = head["41"]
    assert submitter == {
        "type": "2",
        "last": told(made.submitter.name, 60),
        "first": "",
        "qualifier": "46",
        "id": made.submitter.id.upper(),
        "PER": submitter["PER"],
    }
    assert submitter["PER"][2:5] == [told(made.submitter.contact_name, 60), "TE", phone(made.submitter.phone)]
    receiver = head["40"]
    assert (receiver["type"], receiver["first"], receiver["qualifier"]) == ("2", "", "46")
    assert (receiver["last"], receiver["id"]) == (told(made.receiver.name, 60), made.receiver.id.upper())


def phone(text: str) -> str:
    return re.sub("[^0-9]", "", text)[-10:]


def check_claim(claim: ClaimOut, one: reading_837p.Fields, billing: BillingProvider) -> None:
    clm = one["CLM"]
    assert Decimal(clm[2]) == claim.total
    assert clm[5:10] == [f"{claim.place_of_service}:B:{claim.frequency}", "Y", "A", "Y", "Y"]
    expected = {
        "G1": claim.authorization.upper(),
        "F8": claim.original_reference.upper() if claim.frequency != "1" else "",
    }
    assert one["REF"] == {key: value for key, value in expected.items() if value}
    assert one["DTP"] == ({"431": ("D8", claim.onset_on.strftime("%Y%m%d"))} if claim.onset_on else {})
    codes = [part.split(":") for part in one["HI"][1:] if part]
    assert codes == [["ABF" if n else "ABK", code.replace(".", "")] for n, code in enumerate(claim.diagnoses)]
    if claim.referrer:
        check_person(one["DN"], claim.referrer, "XX", claim.referrer.npi)
    assert ("82" in one) == (claim.rendering.npi != billing.npi)
    if "82" in one:
        check_person(one["82"], claim.rendering, "XX", claim.rendering.npi)
        assert one["82"].get("PRV", [""] * 4)[1:4] == (
            ["PE", "PXC", claim.rendering.taxonomy] if claim.rendering.taxonomy else [""] * 3
        )
    elsewhere = claim.facility is not None and place(claim.facility.address) != place(billing.address)
    assert ("DN" in one, "77" in one) == (claim.referrer is not None, elsewhere)
    if claim.facility and elsewhere:
        npi = claim.facility.npi if claim.facility.npi != billing.npi else ""
        assert (one["77"]["last"], one["77"]["id"], one["77"]["type"]) == (told(claim.facility.name, 60), npi, "2")
        check_address(one["77"], claim.facility.address)


def check_tree(claim: ClaimOut, one: reading_837p.Fields, made: Submission) -> None:
    own = claim.relation == "18"
    level = one["level"]
    subscriber = level if own else level["above"]
    assert (level["kind"], subscriber["kind"], subscriber["above"]["kind"]) == ("22" if own else "23", "22", "20")
    sbr, who = subscriber["SBR"], claim.subscriber
    assert sbr[1:4] == ["PSTABCDEFGH"[who.rank - 1], "18" if own else "", who.group_number.upper()]
    assert (sbr[4:9], sbr[9]) == ([""] * 5, who.filing_code)
    check_person(subscriber["IL"], who, "MI", who.member_id.upper())
    assert ("DMG" in subscriber["IL"], "N3" in subscriber["IL"], "N4" in subscriber["IL"]) == (own, own, own)
    assert subscriber["PR"] == {
        "type": "2", "last": told_payer(claim.payer_name), "first": "", "qualifier": "PI", "id": claim.payer_id,
    }  # fmt: skip
    if claim.patient:
        assert level["PAT"][1] == claim.relation
        check_person(level["QC"], claim.patient, "", "")
    client = claim.patient or who
    about = level["QC"] if claim.patient else level["IL"]
    assert client.birth_on and client.address
    assert about["DMG"][1:4] == ["D8", client.birth_on.strftime("%Y%m%d"), {"F": "F", "M": "M"}.get(client.sex, "U")]
    check_address(about, client.address)
    top, billing = subscriber["above"], made.billing
    assert (top["85"]["last"], top["85"]["id"]) == (told(billing.name, 60), billing.npi)
    assert (top["85"]["REF"][1:3], "PER" in top["85"]) == (
        ["EI", billing.tax_id.replace("-", "")],
        bool(billing.phone) and phone(billing.phone) != phone(made.submitter.phone),
    )
    check_address(top["85"], billing.address)
    assert top.get("PRV", [""] * 4)[3] == billing.taxonomy


def told_payer(name: str) -> str:
    return {"Medicare": "MEDICARE", "Blue Cross “B”": 'BLUE CROSS "B"'}[name]


def check_person(read: reading_837p.Fields, person: Any, qualifier: str, identifier: str) -> None:
    names_read = (read["type"], read["last"], read["first"], read["qualifier"], read["id"])
    assert names_read == ("1", told(person.last_name, 60), told(person.first_name, 35), qualifier, identifier)


def place(address: Address) -> tuple[str, ...]:
    return (told(address.street), told(address.city, 30), address.state.upper(), address.zip.replace("-", ""))


def check_address(read: reading_837p.Fields, address: Address) -> None:
    street, city, state, zip_code = place(address)
    first, second = read["N3"][1:3]
    assert len(first) <= 55 and len(second) <= 55
    assert f"{first}{second}".replace(" ", "") == street.replace(" ", "")[: len(f"{first}{second}".replace(" ", ""))]
    assert len(street) > 100 or f"{first}{second}".replace(" ", "") == street.replace(" ", "")
    assert read["N4"][1:4] == [city, state, zip_code]


def check_line(n: int, line: LineOut, read: reading_837p.Fields, claim: ClaimOut) -> None:
    sv1 = read["SV1"]
    assert read["LX"] == str(n)
    assert sv1[1].split(":") == ["HC", line.code, *line.modifiers]
    assert (Decimal(sv1[2]), sv1[3], sv1[4]) == (line.amount, "UN", str(line.units))
    assert not re.search(r"\.\d*0$|\.$|[+E]", sv1[2])
    assert sv1[5] == (line.place_of_service if line.place_of_service != claim.place_of_service else "")
    assert sv1[7].split(":") == [str(pointer) for pointer in line.pointers]
    assert read["DTP"] == {"472": ("D8", line.served_on.strftime("%Y%m%d"))}
    assert read["REF"] == {"6R": line.control}
