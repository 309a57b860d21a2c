"""The sandbox payer: what its plans pay, when, and what is paid once, to the cent."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from claims.clearinghouse.sandbox import PAYERS
from tests.claims.sandbox_files import (
    AETNA,
    BILLING_NPI,
    BLUE,
    MEDICAID,
    MEDICARE,
    MEMBERS,
    OTHER_NPI,
    UNITED,
    C,
    L,
    file837,
)
from tests.claims.sandbox_house import DAY, House, ak, d


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "one")


# --- what plans pay ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payer", "met", "line", "cas", "paid", "allowed"),
    [
        # Medicare allows 36 + 2 × 32 = 100; 2 % of what is left after 20 % is kept back (story 3).
        (MEDICARE, "257", L(), d(CO_45="98", CO_253="1.60", PR_2="20"), "78.40", "100"),
        # 50 of the deductible left: 20 % of 50, 2 % of 40 (the CMS example in payment_vectors.json, seq-1).
        (MEDICARE, "207", L(), d(CO_45="98", CO_253="0.80", PR_1="50", PR_2="10"), "39.20", "100"),
        (MEDICARE, "0", L(), d(CO_45="98", PR_1="100"), "0", "100"),
        # An assistant: Medicare's 80.00 × 85 % = 68.00, of which 2 % = 1.36; 88 % of 100 in all before that.
        (MEDICARE, "257", L(modifiers="GO CO"), d(CO_45="110", CO_253="1.36", PR_2="20"), "66.64", "100"),
        # 8.00 under the fee: nobody is paid more than charged. 20 % = 1.60, 2 % of 6.40 = 0.128.
        (MEDICARE, "257", L(charge="8"), d(CO_253="0.13", PR_2="1.60"), "6.27", "8"),
        (MEDICARE, "257", L("90837", "180", "1", ""), d(CO_45="32.20", CO_253="2.36", PR_2="29.56"), "115.88", "147.8"),
        # Story 2: 48 of the deductible left, 20 % of 78.
        (BLUE, "452", L(), d(CO_45="72", PR_1="48", PR_2="15.60"), "62.40", "126"),
        (BLUE, "500", L(charge="132", units="2"), d(CO_45="48", PR_2="16.80"), "67.20", "84"),
        (AETNA, "0", L(), d(CO_45="72", PR_3="30"), "96", "126"),  # story 1
        (AETNA, "0", L("97018", "20", "1"), d(CO_45="8", PR_3="12"), "0", "12"),
        # 42 × 0.95 = 39.90; 3 × 39.90 = 119.70; 10 % = 11.97.
        (UNITED, "1000", L(), d(CO_45="78.30", PR_2="11.97"), "107.73", "119.70"),
        (UNITED, "0", L(), d(CO_45="78.30", PR_1="119.70"), "0", "119.70"),
        (MEDICAID, "0", L(), d(CO_45="122.40"), "75.60", "75.60"),
        (AETNA, "0", L("99999", "100"), d(CO_45="40", PR_3="30"), "30", "60"),  # in no table: 60 %
    ],
)  # fmt: skip
def test_a_line_is_paid_by_the_plan(
    house: House, payer: str, met: str, line: L, cas: dict[str, Decimal], paid: str, allowed: str
) -> None:
    house.met(payer, met)
    (remittance,) = house.work(file837(C(payer=payer, lines=(line,), authorization="A1")))
    told = remittance.claim("26001")
    (service,) = told.services
    assert (service.cas, service.paid) == (cas, Decimal(paid))
    assert service.amounts == {"B6": Decimal(allowed)}
    assert told.status == "1" and service.refs == {"6R": "26001L1"}
    assert service.code.split(":") == ["HC", line.code, *line.modifiers.split()]
    assert remittance.total == Decimal(paid) and remittance.payee == BILLING_NPI
    assert told.names["82"][3] == "SMITH" and told.names["QC"][9] == MEMBERS[payer]
    assert service.remarks == (["N851"] if "CO" in line.modifiers.split() else [])


def test_a_deductible_is_taken_once_over_claims_and_years(house: House) -> None:
    lines = tuple(L(on=f"202605{n:02d}") for n in (1, 2, 3))
    (first,) = house.work(file837(C("1", lines=lines)))
    assert [s.cas.get("PR-1") for s in first.claim("1").services] == [100, 100, 57]
    assert first.claim("1").services[2].cas["PR-2"] == Decimal("8.60")  # 20 % of 43
    (second,) = house.work(file837(C("2"), control=2), "f2")
    assert second.claim("2").services[0].cas == d(CO_45="98", CO_253="1.60", PR_2="20")
    (january,) = house.work(file837(C("3", lines=(L(on="20270104"),)), control=3), "f3", on=date(2027, 1, 5))
    assert january.claim("3").services[0].cas == d(CO_45="98", PR_1="100")


def test_a_family_shares_an_id_and_no_deductible(house: House) -> None:
    house.met(MEDICARE, "257")
    (remittance,) = house.work(file837(C("1"), C("2", child="TIM")))
    assert remittance.claim("1").services[0].cas.get("PR-1") is None
    assert remittance.claim("2").services[0].cas["PR-1"] == 100
    assert remittance.claim("2").names["QC"][4] == "TIM" and remittance.claim("2").names["IL"][4] == "JANE"


def test_one_copay_a_day_on_the_dearest_line(house: House) -> None:
    lines = (L("97018", "20", "1"), L())
    (remittance,) = house.work(file837(C("1", AETNA, lines), C("2", AETNA, (L("97110", "60", "1"),))))
    assert [s.cas.get("PR-3") for s in remittance.claim("1").services] == [None, 30]
    assert remittance.claim("2").services[0].cas == d(CO_45="22")


def test_lines_are_denied_for_their_reasons(house: House) -> None:
    house.met(MEDICARE, "257")
    lines = (L(), L("97110", "60", "1", ""), L("97010", "20", "1"), L("97140", "60", "1", "GP CO"))
    (remittance,) = house.work(file837(C(lines=lines)))
    told = remittance.claim("26001")
    assert [list(s.cas) for s in told.services] == [["CO-45", "CO-253", "PR-2"], ["CO-4"], ["CO-97"], ["CO-4"]]
    assert [s.remarks for s in told.services] == [[], ["N822"], ["M15"], ["N822"]]
    assert told.status == "1" and told.paid == Decimal("78.40")
    assert all(s.amounts == {} for s in told.services[1:])


def test_a_late_claim_is_denied(house: House) -> None:
    filed = date(2026, 5, 4) + timedelta(days=120)
    (in_time,) = house.work(file837(C("1", AETNA)), on=filed)
    (late,) = house.work(file837(C("2", AETNA, (L("97110"),)), control=2), "f2", on=filed + timedelta(days=1))
    assert in_time.claim("1").status == "1"
    assert late.claim("2").status == "4" and late.claim("2").services[0].cas == d(CO_29="198")
    assert late.total == 0 and late.method == "NON"


def test_some_visits_need_an_authorization(house: House) -> None:
    plan, member = PAYERS[BLUE], MEMBERS[BLUE]
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(100)]
    wanting = next(day for day in days if plan.wants_authorization(member, day))
    free = next(day for day in days if not plan.wants_authorization(member, day))
    claims = [C(str(n), BLUE, (L(on=f"{day:%Y%m%d}"),)) for n, day in enumerate([wanting, free], 1)]
    (remittance,) = house.work(file837(*claims, C("3", BLUE, (L("97110", on=f"{wanting:%Y%m%d}"),), authorization="A")))
    assert remittance.claim("1").services[0].cas == d(CO_197="198")
    assert remittance.claim("2").status == remittance.claim("3").status == "1"
    assert 0.04 < sum(plan.wants_authorization(f"XYZ{n}", days[0]) for n in range(1000)) / 1000 < 0.12


def cob(payer: str, paid: str, adjusted: str) -> dict[str, Any]:
    """What Medicare decided before, on the claim and on its line."""
    other = f"SBR*P*18*******MB~AMT*D*{paid}~OI***Y*P**Y~NM1*IL*1*DOE*JANE****MI*1EG4TE5MK73~"
    other += "NM1*PR*2*MEDICARE*****PI*MEDB~"
    line = L(cob=f"SVD*MEDB*{paid}*HC:97530:GO**3~{adjusted}DTP*573*D8*20260518~")
    return {"payer": payer, "rank": "S", "other": other, "lines": (line,), "authorization": "A"}


MEDICARE_DECIDED = ("78.4", "CAS*CO*45*98**253*1.6~CAS*PR*2*20~")


def test_medicaid_after_medicare_pays_up_to_its_own_fee(house: House) -> None:
    (remittance,) = house.work(file837(C("1", **cob(MEDICAID, *MEDICARE_DECIDED))))  # story 4
    told = remittance.claim("1")
    assert told.services[0].cas == d(OA_23="178", CO_45="20") and told.paid == 0 and told.status == "2"


def test_another_plan_after_medicare_fills_up_the_share(house: House) -> None:
    house.met(BLUE, "500")
    claims = (C("1", **cob(BLUE, *MEDICARE_DECIDED)), C("2", BLUE, (L("97110"),), rank="S", authorization="A"))
    (remittance,) = house.work(file837(*claims))
    assert remittance.claim("1").services[0].cas == d(OA_23="178") and remittance.claim("1").paid == 20
    assert remittance.claim("2").services[0].cas == d(CO_16="198")
    assert remittance.claim("2").services[0].remarks == ["MA04"]


# --- kept keys ---------------------------------------------------------------------------------


def everything(house: House) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (house.path / "outbox").iterdir()}


def test_the_same_file_is_answered_once(house: House) -> None:
    house.work(file837(C()))
    before = everything(house)
    assert house.work(file837(C())) == []
    assert house.work(file837(C()), "another name") == []
    assert everything(house) == before
    assert (house.path / "archive/f1.837").exists()


def test_the_same_name_or_control_number_with_other_content_is_a_duplicate(house: House) -> None:
    house.work(file837(C()))
    before = everything(house)
    assert house.work(file837(C("2"), control=2)) == []  # f1 again
    assert house.work(file837(C("3"), control=1), "f3") == []
    assert {name: body for name, body in everything(house).items() if name in before} == before
    for name in ("f1.2-999.edi", "f3-999.edi"):
        told = ["*".join(s) for s in ak(house, name)]
        assert told[0].endswith("*R*025") and told[-1].endswith("*R*1*1*0*19") and len(told) == 3
    assert len(house.outbox()) == len(before) + 2
    assert sorted(p.name for p in (house.path / "archive").iterdir()) == ["f1.2.837", "f1.837", "f3.837"]


def test_a_claim_number_is_paid_once(house: House) -> None:
    (first,) = house.work(file837(C()))
    (again,) = house.work(file837(C(lines=(L("97110"),)), control=2), "f2")
    assert first.claim("26001").status == "1"
    assert again.claim("26001").services[0].cas == {"OA-18": 198} and again.claim("26001").status == "4"
    assert again.claim("26001").payer_number != first.claim("26001").payer_number


def test_a_service_is_paid_once_under_whatever_number(house: House) -> None:
    lines = (L(), L("97110"))
    house.work(file837(C("1", lines=lines[:1])))
    (again,) = house.work(file837(C("2", lines=lines), C("3", lines=(L(modifiers="GO 59"),)), control=2), "f2")
    assert [list(s.cas)[0] for s in again.claim("2").services] == ["OA-18", "CO-45"]
    assert again.claim("3").status == "1"


def test_a_denied_service_may_come_again(house: House) -> None:
    house.work(file837(C("1", lines=(L(modifiers=""),))))
    (again,) = house.work(file837(C("2"), control=2), "f2")
    assert again.claim("2").services[0].cas == d(CO_45="98", PR_1="100")


# --- days of payment ---------------------------------------------------------------------------


def test_claims_are_paid_together_on_their_day(house: House) -> None:
    house.send(file837(C("1", AETNA), C("2", AETNA, (L("97110"),)), C("3")))
    assert house.work() != []  # days=0: at once
    other = House(house.path / "slow")
    assert other.work(file837(C("1", AETNA), C("2", AETNA, (L("97110"),)), C("3")), days={MEDICARE: 3}) == []
    assert other.work(on=DAY + timedelta(days=2)) == []
    (medicare,) = other.work(on=DAY + timedelta(days=9))
    assert medicare.paid_on == "20260508" and [c.number for c in medicare.claims] == ["3"]
    (aetna,) = other.work(on=DAY + timedelta(days=12))
    assert aetna.paid_on == "20260517" and [c.number for c in aetna.claims] == ["1", "2"]
    assert aetna.name == f"60054-{aetna.trace}.835"


def test_each_payee_has_a_payment_of_its_own(house: House) -> None:
    house.send(file837(C("1")), "a")
    house.send(file837(C("1"), control=2, npi=OTHER_NPI), "b")
    assert sorted(r.payee for r in house.work()) == sorted([BILLING_NPI, OTHER_NPI])


def test_each_payer_takes_its_time(house: House) -> None:
    claims = [C(str(n), payer, authorization="A") for n, payer in enumerate(MEMBERS)]
    house.work(file837(*claims), days=None)
    for day in range(1, 32):
        for remittance in house.work(on=DAY + timedelta(days=day)):
            payer = remittance.name.split("-")[0]
            assert day == {MEDICARE: 14, BLUE: 18, AETNA: 12, UNITED: 21, MEDICAID: 30}[payer]
            claims = [c for c in claims if c.payer != payer]
    assert claims == []
