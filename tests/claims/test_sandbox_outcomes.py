"""The sandbox payer asked for something else: corrections, planted outcomes, provider adjustments."""

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pyx12.params
import pyx12.x12n_document

from claims.clearinghouse.sandbox import Outcome
from tests.claims.sandbox_files import (
    AETNA,
    BILLING_NPI,
    BLUE,
    MEMBERS,
    OTHER_NPI,
    UNITED,
    C,
    L,
    file837,
    payer_number,
    statuses,
)
from tests.claims.sandbox_house import DAY, House, d


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "one")


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_takes_the_old_decision_back(house: House) -> None:
    house.met(BLUE, "500")
    house.work(file837(C("1", BLUE, authorization="A")))  # story 19
    ours = payer_number(house.answer("f1-277CA.edi"), "1")
    fixed = C("2", BLUE, (L(charge="132", units="2"),), authorization="A", frequency="7", replaces=ours)
    (remittance,) = house.work(file837(fixed, control=2), "f2")
    back, anew = remittance.claims
    assert (back.number, back.status, back.charge, back.paid, back.share) == ("1", "22", -198, Decimal("-100.80"), "")
    assert back.payer_number == ours and back.services[0].cas == d(CO_45="-72", PR_2="-25.20")
    assert (anew.number, anew.status, anew.paid) == ("2", "1", Decimal("67.20"))
    assert remittance.total == 0 and remittance.plb == [("FB", Decimal("-33.60"))]
    (later,) = house.work(file837(C("3", BLUE, (L("97110"),), authorization="A"), control=3), "f3")
    assert later.plb == [("FB", Decimal("33.60"))] and later.total == later.claims[0].paid - Decimal("33.60")
    twice = C("4", BLUE, (L(charge="66", units="1"),), authorization="A", frequency="7", replaces=ours)
    (refused,) = house.work(file837(twice, control=4), "f4")
    assert refused.claim("4").services[0].cas == {"CO-16": 66} and refused.claim("4").services[0].remarks == ["M47"]


def test_a_void_takes_back_and_gives_the_deductible_back(house: House) -> None:
    house.work(file837(C("1", UNITED)))
    ours = payer_number(house.answer("f1-277CA.edi"), "1")
    (remittance,) = house.work(file837(C("2", UNITED, frequency="8", replaces=ours), control=2), "f2")
    assert [(c.number, c.status) for c in remittance.claims] == [("1", "22")]
    (again,) = house.work(file837(C("3", UNITED), control=3), "f3")
    assert again.claim("3").services[0].cas["PR-1"] == Decimal("119.70")


def test_a_correction_of_a_claim_that_waits_is_told_after_it(house: House) -> None:
    house.work(file837(C("1", AETNA)), days=5)
    ours = payer_number(house.answer("f1-277CA.edi"), "1")
    (remittance,) = house.work(file837(C("2", AETNA, frequency="7", replaces=ours), control=2), "f2")
    assert [(c.number, c.status, c.paid) for c in remittance.claims] == [
        ("1", "1", 96),
        ("1", "22", -96),
        ("2", "1", 96),
    ]
    assert house.work(on=DAY + timedelta(days=5)) == []


# --- planted outcomes --------------------------------------------------------------------------


def test_planted_denials(house: House) -> None:
    house.plant("1", deny=("CO", "197"), remarks=("M62",))
    house.met(BLUE, "500")
    house.plant("2", deny=("CO", "197"), deny_lines=(2,))
    lines = (L(charge="132", units="2"), L("97110", "66", "1"))
    (remittance,) = house.work(file837(C("1", BLUE), C("2", BLUE, lines, authorization="A")))
    assert remittance.claim("1").services[0].cas == {"CO-197": 198} and remittance.claim("1").status == "4"
    assert remittance.claim("1").services[0].remarks == ["M62"]
    told = remittance.claim("2")  # story 21
    assert [s.cas for s in told.services] == [d(CO_45="48", PR_2="16.80"), {"CO-197": 66}]


def test_planted_amounts(house: House) -> None:
    house.plant("1", lines={1: (("CO", "45", "78.00"), ("PR", "3", Decimal("25")))})
    house.plant("2", underpay="10", status="19", forwarded_to=("MEDIGAP CO", "77777"))
    (remittance,) = house.work(file837(C("1", AETNA), C("2", AETNA, (L("97110"),))))
    assert remittance.claim("1").services[0].cas == d(CO_45="78", PR_3="25")
    assert remittance.claim("1").paid == 95  # story 18
    second = remittance.claim("2")
    # Allowed 3 × 38 less 10; 5 of the day's copay are left.
    assert second.services[0].cas == d(CO_45="94", PR_3="5") and second.paid == 99
    assert second.status == "19" and second.names["TT"][9] == "77777"


def test_planted_ways_of_telling(house: House) -> None:
    lines = (L(), L("97110", "60", "1"))
    house.plant("1", omit_control=True, drop_modifiers=True, number="0")
    house.plant("2", split=True)
    house.plant("3", code={1: "97112"})
    house.plant("4", silent=True)
    house.plant("5", reject="A7:33")
    claims = [C(str(n), AETNA, (L(on=f"2026050{n}"), L("97110", "60", "1", on=f"2026050{n}"))) for n in range(1, 5)]
    (remittance,) = house.work(file837(*claims, C("5", AETNA, lines)))
    first = remittance.claim("0")
    assert [s.code for s in first.services] == ["HC:97530", "HC:97110"] and first.services[0].refs == {}
    parts = [c for c in remittance.claims if c.number == "2"]
    assert [len(c.services) for c in parts] == [1, 1] and parts[0].payer_number != parts[1].payer_number
    changed = remittance.claim("3").services
    assert changed[0].code == "HC:97112:GO" and changed[0].original == "HC:97530:GO" and changed[1].original == ""
    assert {c.number for c in remittance.claims} == {"0", "2", "3"}
    assert statuses(house.answer("f1-277CA.edi"))["5"] == ["A7:33"]


def test_planted_reversal_and_correction(house: House) -> None:
    house.plant("1", reverse_after=2, correction=Outcome(deny=("CO", "197")))
    (first,) = house.work(file837(C("1", AETNA)))
    assert first.total == 96  # story 1, then 5
    (second,) = house.work(on=DAY + timedelta(days=2))
    assert [(c.status, c.paid) for c in second.claims] == [("22", -96), ("4", 0)]
    assert second.claims[0].services[0].cas == d(CO_45="-72", PR_3="-30")
    assert second.plb == [("FB", Decimal(-96))] and second.total == 0
    with house.payer as payer:
        payer.reverse(control="1", on=DAY + timedelta(days=3), correction=Outcome())  # the appeal is won
    (third,) = house.work(on=DAY + timedelta(days=3))
    assert [(c.status, c.paid) for c in third.claims] == [("22", 0), ("1", 96)]
    assert third.claims[1].services[0].cas == d(CO_45="72", PR_3="30") and third.total == 0


def test_money_is_carried_forward_and_provider_adjustments_are_told(house: House) -> None:
    house.work(file837(C("1", AETNA)))
    with house.payer as payer:  # story 6
        payer.reverse(control="1", on=DAY)
        payer.plant(control="2", outcome=Outcome(lines={1: (("CO", "45", "158"),)}))
        payer.plant(control="3", outcome=Outcome(lines={1: (("CO", "45", "98"),)}, provider=(("L6", "1", "-1.25"),)))
        payer.plant(control="4", outcome=Outcome(lines={1: (("CO", "45", "98"),)}))
    (first,) = house.work(file837(C("2", AETNA, (L("97110"),)), control=2), "f2")
    assert first.total == 0 and first.plb == [("FB", Decimal(-56))]
    two = (C("3", AETNA, (L("97112"),)), C("4", AETNA, (L("97116"),)))
    (second,) = house.work(file837(*two, control=3), "f3")
    assert second.plb == [("L6", Decimal("-1.25")), ("FB", Decimal(56))] and second.total == Decimal("145.25")


def test_a_refund_already_sent_is_acknowledged(house: House) -> None:
    house.work(file837(C("1", AETNA)))
    with house.payer as payer:  # story 7
        payer.reverse(control="1", on=DAY)
        payer.adjust(payer=AETNA, payee=BILLING_NPI, code="72", reference="REFUND 77", amount="-96", on=DAY)
    (remittance,) = house.work()
    assert remittance.total == 0 and remittance.plb == [("72", Decimal(-96))]
    with house.payer as payer, pytest.raises(LookupError):
        payer.reverse(control="nobody", on=DAY)
    with house.payer as payer, pytest.raises(LookupError):
        payer.adjust(payer=AETNA, payee=OTHER_NPI, code="WO", reference="", amount="1", on=DAY)


def test_a_payment_of_provider_adjustments_alone(house: House) -> None:
    house.work(file837(C("1", AETNA)))
    with house.payer as payer:
        payer.adjust(payer=AETNA, payee=BILLING_NPI, code="CS", reference="CAPITATION", amount="-1200", on=DAY)
    (remittance,) = house.work()
    assert remittance.total == 1200 and remittance.claims == []


# --- second opinion ----------------------------------------------------------------------------


@pytest.fixture
def pyx12_quiet() -> Iterator[None]:
    log = logging.getLogger("pyx12")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    yield
    log.setLevel(before)


def opinion(body: bytes) -> str:
    """What pyx12 finds wrong; its tables of remark and status codes are old, so they are left out."""
    param = pyx12.params.params()
    param.set("exclude_external_codes", "remark_code,claim_status,claim_status_cat,entity_id")
    found = io.StringIO()
    document = io.StringIO(body.decode().replace("\n", ""))
    good = pyx12.x12n_document.x12n_document(param, document, None, None, fd_json=found)
    return "" if good else found.getvalue() or "unreadable"


@pytest.mark.usefixtures("pyx12_quiet")
def test_pyx12_finds_the_answers_valid(house: House) -> None:
    lines = (L(modifiers="GO CO"), L("97110", "60", "1", ""))
    claims = [C(str(n), payer, lines) for n, payer in enumerate(MEMBERS)]
    house.work(file837(*claims, C("8", member="12"), C("9", child="TIM")))
    house.work(file837(C("1")).replace(b"CLM*1*198.00", b"CLM*1*1.980").replace(b"000000001", b"000000002"), "f2")
    house.work(file837(C("2")), "f3")
    house.plant("7", split=True, provider=(("L6", "77", "-1.25"), ("WO", "78", "0.5")))
    house.work(file837(C("7", AETNA, lines), control=3), "f4")
    with house.payer as payer:
        payer.reverse(control="1", on=DAY, correction=Outcome())
    house.work()
    names = house.outbox()
    assert len(names) == 4 + 2 + 7
    assert {name: opinion(house.answer(name)) for name in names} == dict.fromkeys(names, "")
