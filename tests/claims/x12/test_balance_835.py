"""Line, claim and transaction balances on figures worked out by hand."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from claims.x12 import remittance_835
from claims.x12.payment_835 import Adjustment, ClaimPaid, LinePaid, Payment, ProviderAdjustment
from claims.x12.remittance_835 import claim_imbalances, imbalances, read, transaction_imbalance
from claims.x12.segments import BadFile, Reader
from tests.claims.x12.files import PAID, wrap


def adjusted(*amounts: str) -> tuple[Adjustment, ...]:
    return tuple(Adjustment("CO", "45", D(amount)) for amount in amounts)


def line(charge: str, paid: str, *adjustments: str) -> LinePaid:
    return LinePaid("L", "97110", (), D(charge), D(paid), None, "", None, None, adjusted(*adjustments), ())


def claim(charge: str, paid: str, *lines: LinePaid, own: tuple[str, ...] = (), status: str = "1") -> ClaimPaid:
    return ClaimPaid(
        "C1", status, D(charge), D(paid), D(0), "ICN", adjusted(*own), (), lines, "", "", "", "", None
    )  # fmt: skip


def payment(amount: str, *claims: ClaimPaid, plb: tuple[str, ...] = ()) -> Payment:
    taken = tuple(ProviderAdjustment("WO", "", D(one)) for one in plb)
    return Payment("T1", "", "", "", "", D(amount), "C", "ACH", None, claims, taken, "")


BALANCED = [
    ("paid in full", claim("100", "100", line("100", "100"))),
    ("write-off and share", claim("150", "80", line("150", "80", "50", "20"))),
    ("two lines", claim("250", "80", line("150", "80", "50", "20"), line("100", "0", "100"))),
    ("claim level only", claim("100", "60", own=("25", "15"))),
    ("claim and line level", claim("100", "50", line("100", "65", "35"), own=("15",))),
    ("negative adjustment", claim("541", "34", line("541", "34", "516", "-9"))),
    ("denied", claim("100", "0", line("100", "0", "100"), status="4")),
    ("reversal", claim("-100", "-80", line("-100", "-80", "-20"), status="22")),
    ("reversal without all its lines", claim("-100", "-80", line("-60", "-40", "-20"), status="22")),
    ("predetermination, whatever it says", claim("100", "7", line("3", "9"), status="25")),
    ("nothing at all", claim("0", "0")),
]


@pytest.mark.parametrize("one", [one for _, one in BALANCED], ids=[what for what, _ in BALANCED])
def test_balanced_claims(one: ClaimPaid) -> None:
    assert claim_imbalances(one) == []


@pytest.mark.parametrize(
    ("one", "sentences"),
    [
        (
            claim("150", "80", line("150", "79.99", "50", "20")),
            [
                "Claim C1, line 1 (97110): $150.00 charged less $70.00 adjusted make $80.00, but $79.99 is paid;"
                " the difference is −$0.01."
            ],
        ),
        (
            claim("150", "81", line("150", "80", "50", "20")),
            [
                "Claim C1: $150.00 charged less $70.00 adjusted make $80.00, but $81.00 is paid;"
                " the difference is $1.00."
            ],
        ),
        (
            claim("160", "90", line("150", "80", "50", "20")),
            ["Claim C1: its lines charge $150.00, the claim $160.00; the difference is $10.00."],
        ),
        (
            claim("-100", "-80", line("-100", "-75", "-20"), status="22"),
            [
                "Claim C1, line 1 (97110): −$100.00 charged less −$20.00 adjusted make −$80.00, but −$75.00 is paid;"
                " the difference is $5.00."
            ],
        ),
        (
            claim("100", "60", own=("30",)),
            [
                "Claim C1: $100.00 charged less $30.00 adjusted make $70.00, but $60.00 is paid;"
                " the difference is −$10.00."
            ],
        ),
    ],
)  # fmt: skip
def test_unbalanced_claims(one: ClaimPaid, sentences: list[str]) -> None:
    assert claim_imbalances(one) == sentences


def test_parts_of_a_split_claim_need_not_carry_all_its_charges() -> None:
    first = claim("160", "90", line("150", "80", "50", "20"))
    second = replace(claim("40", "30", line("40", "30", "10")), payer_claim_number="ICN2")
    assert imbalances(payment("120", first, second)) == []
    assert len(imbalances(payment("90", first))) == 1


def test_the_transaction_is_claims_less_provider_adjustments() -> None:
    paid, reversed_ = BALANCED[0][1], BALANCED[7][1]
    assert imbalances(payment("100", paid)) == []
    assert imbalances(payment("90", paid, plb=("15", "-5"))) == []
    assert imbalances(payment("20", paid, reversed_)) == []
    assert imbalances(payment("-50", plb=("50",))) == []
    assert imbalances(payment("100", paid, claim("100", "7", status="25"))) == []
    assert imbalances(payment("99.99", paid, plb=("-1.27", "1.27"))) == [
        "Payment T1: $100.00 paid on claims less $0.00 of provider adjustments make $100.00, but the payment is $99.99;"
        " the difference is −$0.01."
    ]


def test_a_debit_brings_the_same_money() -> None:
    assert transaction_imbalance(replace(payment("100"), sign="D"), D(100)) == []


# -- amounts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["112.9", "112.90", "112.900", "0112.9", "+112.9", " 112.9 "])
def test_amounts_in_any_legal_form(amount: str) -> None:
    [found] = read(Reader(wrap(PAID[0].replace("112.90", amount), *PAID[1:]).encode()))
    assert str(found.amount) == "112.90"


@pytest.mark.parametrize(
    ("amount", "value"), [("", "0.00"), (".5", "0.50"), ("5.", "5.00"), ("-3", "-3.00"), ("-.07", "-0.07")]
)
def test_short_amounts(amount: str, value: str) -> None:
    [found] = read(Reader(wrap(PAID[0].replace("112.90", amount), *PAID[1:]).encode()))
    assert str(found.amount) == value


@pytest.mark.parametrize(
    "amount",
    ["A", "1,234.00", "1E3", "NaN", "Infinity", "1_000", "12.345", "--1", "1-", ".", "-", "٣", "$5", "9" * 30, "0x10"],
)  # fmt: skip
@pytest.mark.parametrize(
    "segment",
    ["BPR*I*{}*C*CHK", "CLP*C*1*{}*0", "CLP*C*1*0*{}", "CLP*C*1*0*0*{}", "SVC*HC:1*{}", "SVC*HC:1*0*{}", "AMT*B6*{}",
     "CAS*CO*45*{}", "CAS*CO*45*1**46*{}", "PLB*1*20261231*WO:X*{}"],
)  # fmt: skip
def test_money_that_cannot_be_read_is_refused_without_quoting_it(amount: str, segment: str) -> None:
    body = ["BPR*I*0*C*CHK", "CLP*C*1*0*0", "SVC*HC:1*0*0", segment.format(amount)]
    if segment.startswith("BPR"):
        body = body[3:]
    with pytest.raises(BadFile) as caught:
        list(read(Reader(wrap(*body).encode())))
    assert caught.value.reason == "amount"
    assert str(caught.value).startswith("An amount of money before segment ")


def test_sizes_no_payer_sends_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remittance_835, "CLAIM_SEGMENTS", 1_000)
    monkeypatch.setattr(remittance_835, "PROVIDER_ADJUSTMENTS", 100)
    monkeypatch.setattr(remittance_835, "CLAIMS", 100)
    monkeypatch.setattr(remittance_835, "PAYMENTS", 100)
    for body, reason in (
        (["CLP*C*1*0*0", *["CAS*CO*45*0"] * 1_500], "claim_too_long"),
        (["CLP*C*1*0*0", *["SVC*HC:1*0*0"] * 1_500], "claim_too_long"),
        (["PLB*1*20261231" + "*WO*1" * 50] * 3, "too_many_adjustments"),
        (["CLP*C*1*0*0"] * 101, "too_many_claims"),
        (["ST*835*1"] * 101, "too_many_payments"),
    ):
        with pytest.raises(BadFile) as caught:
            list(read(Reader(wrap(*body).encode())))
        assert caught.value.reason == reason


def test_a_claim_of_many_adjustments_does_not_take_long() -> None:
    [found] = read(Reader(wrap("CLP*C*1*40000*0", *["CAS*CO*45*1"] * 40_000).encode()))
    assert len(found.claims[0].adjustments) == 40_000


def test_codes_of_any_length_are_kept() -> None:
    [found] = read(Reader(wrap("CLP*C*1*1*0", f"CAS*CO*{'4' * 500}*1*{'7' * 50}").encode()))
    assert found.claims[0].adjustments == (Adjustment("CO", "4" * 500, D(1), None),)
