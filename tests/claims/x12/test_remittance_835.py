"""835s field by field, and the three balances on figures worked out by hand."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from claims.x12.remittance_835 import (
    Adjustment,
    ClaimPaid,
    LinePaid,
    Payment,
    ProviderAdjustment,
    imbalances,
    read,
    stream,
)  # fmt: skip
from claims.x12.segments import BadFile, Reader
from tests.claims.x12.files import PAID, separated, wrap

DAY = date(2026, 1, 5)


def payments(text: str) -> list[Payment]:
    return list(read(Reader(text.encode())))


def payment(*body: str) -> Payment:
    [only] = payments(wrap(*body))
    return only


def changed(**by: str) -> Payment:
    """PAID with segments changed: the key is the start of a segment, its letters and digits."""
    body = list(PAID)
    for key, segment in by.items():
        [n] = [n for n, old in enumerate(body) if re.sub(r"\W", "", old).startswith(key)]
        body[n : n + 1] = segment.split("~") if segment else []
    return payment(*body)


def test_every_field_of_a_payment() -> None:
    found = payment(*PAID)
    assert replace(found, claims=(), fingerprint="") == Payment(
        trace="EFT0001",
        originating_company="1512345678",
        payer_name="MEDICARE",
        payer_id="00882",
        payee_npi="1245319599",
        amount=D("112.90"),
        sign="C",
        method="ACH",
        paid_on=date(2026, 1, 20),
        claims=(),
        provider_adjustments=(),
        fingerprint="",
        unknown=(),
        payee_tax_id="123456789",
        handling="I",
    )
    assert len(found.fingerprint) == 64
    [claim] = found.claims
    assert replace(claim, lines=()) == ClaimPaid(
        control="C1A",
        status="1",
        charge=D("186.00"),
        paid=D("112.90"),
        patient_responsibility=D("28.80"),
        payer_claim_number="ICN0001",
        adjustments=(),
        remarks=("MA01", "MA18"),
        lines=(),
        client_last_name="NUNEZ",
        client_first_name="JOSE",
        member_id="1EG4TE5MK73",
        corrected_member_id="",
        served_on=DAY,
    )
    first, second = claim.lines
    assert first == LinePaid(
        control="L1",
        code="97110",
        modifiers=("GO", "KX"),
        charge=D("126.00"),
        paid=D("78.40"),
        units=D(2),
        original_code="",
        allowed=D("100.00"),
        served_on=DAY,
        adjustments=(
            Adjustment("CO", "45", D("26.00")),
            Adjustment("CO", "253", D("1.60")),
            Adjustment("PR", "2", D("20.00")),
        ),
        remarks=(),
    )
    assert (second.control, second.paid, second.remarks) == ("L2", D("34.50"), ("N130",))
    assert imbalances(found) == []


def test_amounts_have_two_places() -> None:
    [claim] = payment(*PAID).claims
    assert [str(amount) for amount in (claim.charge, claim.paid, claim.lines[1].charge)] == [
        "186.00",
        "112.90",
        "60.00",
    ]


@pytest.mark.parametrize(
    ("segment", "found"),
    [
        ("CAS*PR*1*5", [("1", D("5.00"), None)]),
        ("CAS*PR*1*150**2*70", [("1", D("150.00"), None), ("2", D("70.00"), None)]),
        ("CAS*CO*45*-9*2", [("45", D("-9.00"), D(2))]),
        ("CAS*CO*45*10*1.5****59*.5", [("45", D("10.00"), D("1.5")), ("59", D("0.50"), None)]),
        ("CAS*CO****45*10", [("45", D("10.00"), None)]),
        ("CAS*CO**7", [("", D("7.00"), None)]),
        ("CAS*CO*45", [("45", D("0.00"), None)]),
        ("CAS*CO*1*1*1*2*2*2*3*3*3*4*4*4*5*5*5*6*6*6", [(str(n), D(n), D(n)) for n in range(1, 7)]),
        ("CAS*CO*45*1*X", [("45", D("1.00"), None)]),
        ("CAS", []),
    ],
)
def test_a_cas_holds_six_triplets_with_gaps(segment: str, found: list[tuple[str, D, D | None]]) -> None:
    [claim] = changed(CASCO4526=segment).claims
    of_segment = claim.lines[0].adjustments[:-1]
    assert [(a.reason, a.amount, a.quantity) for a in of_segment] == found
    assert {a.group for a in of_segment} <= {"CO", "PR"}


def test_the_code_billed_is_kept_when_another_was_paid() -> None:
    [claim] = changed(SVCHC97110="SVC*HC:97530:GO*126*78.4**1*HC:97110:GO*2").claims
    line = claim.lines[0]
    assert (line.code, line.original_code, line.modifiers, line.units) == ("97530", "97110", ("GO",), D(1))


@pytest.mark.parametrize(
    ("svc", "code", "modifiers"),
    [("HC", "", ()), ("", "", ()), ("HC:97110", "97110", ()), ("HC:97110:GO::KX::words", "97110", ("GO", "KX"))],
)
def test_a_service_may_be_told_in_part(svc: str, code: str, modifiers: tuple[str, ...]) -> None:
    [claim] = changed(SVCHC97110=f"SVC*{svc}*126*78.4").claims
    assert (claim.lines[0].code, claim.lines[0].modifiers, claim.lines[0].units) == (code, modifiers, None)


def test_the_insured_is_whose_number_counts_and_a_corrected_one_is_kept_apart() -> None:
    names = "NM1*QC*1*SMITH*TOM****MI* 111 ~NM1*IL*1*SMITH*ANN****MI*222~NM1*74*1*SMITH*ANN****C*333"
    [claim] = changed(NM1QC=names).claims
    assert (claim.client_first_name, claim.member_id, claim.corrected_member_id) == ("TOM", "222", "333")
    [claim] = changed(NM1QC="NM1*QC*1*SMITH*TOM****MI* 111 ").claims
    assert (claim.member_id, claim.corrected_member_id) == ("111", "")
    [claim] = changed(NM1QC="").claims
    assert (claim.client_last_name, claim.client_first_name, claim.member_id) == ("", "", "")


def test_the_day_of_a_claim_is_its_own_or_that_of_its_first_line() -> None:
    [claim] = changed(DTM232="").claims
    assert claim.served_on == DAY
    [claim] = changed(DTM232="DTM*232*20260102").claims
    assert claim.served_on == date(2026, 1, 2)
    [claim] = changed(DTM232="DTM*232*20260132").claims
    assert claim.served_on == DAY


def test_remarks_of_an_inpatient_claim() -> None:
    [claim] = changed(MOA="MIA*0****MA01" + "*" * 15 + "MA02*MA03").claims
    assert claim.remarks == ("MA01", "MA02", "MA03")


def test_payer_and_payee_may_be_told_otherwise() -> None:
    found = changed(N1PR="N1*PR*AETNA~REF*2U*60054", N1PE="N1*PE*RIVERSIDE*FI*987654321")
    assert (found.payer_id, found.payee_npi, found.payee_tax_id) == ("60054", "", "987654321")
    found = changed(N1PR="", N1PE="", REFTJ="", TRN="")
    assert (found.payer_id, found.payee_npi, found.payee_tax_id, found.trace) == ("", "", "", "")


def test_a_day_of_payment_that_is_none_is_said() -> None:
    reader = Reader(wrap(PAID[0].replace("20260120", "20990080"), *PAID[1:]).encode())
    [found] = read(reader)
    assert found.paid_on is None
    assert reader.warnings == ["BPR16, the date of the payment, is not a date."]
    assert changed(BPR="BPR*I*112.9*C*NON").paid_on is None
    assert payment(PAID[0].replace("20260120", "2026JA20"), *PAID[1:]).paid_on is None
    assert payment(PAID[0].replace("20260120", "20260120-20260121"), *PAID[1:]).paid_on == date(2026, 1, 20)


def test_provider_adjustments() -> None:
    plb = "PLB*1245319599*20261231*WO:ICN0001*10*L6*-1.5***72:A:B*3~PLB*1245319599*20261231*FB*-2*:X*0"
    found = changed(LQ=f"LQ*HE*N130~{plb}")
    assert found.provider_adjustments == (
        ProviderAdjustment("WO", "ICN0001", D("10.00")),
        ProviderAdjustment("L6", "", D("-1.50")),
        ProviderAdjustment("72", "A:B", D("3.00")),
        ProviderAdjustment("FB", "", D("-2.00")),
        ProviderAdjustment("", "X", D("0.00")),
    )
    assert len(found.claims) == 1
    assert imbalances(found) == [
        "Payment EFT0001: $112.90 paid on claims less $9.50 of provider adjustments make $103.40, but the payment"
        " is $112.90; the difference is $9.50."
    ]


def test_a_payment_of_provider_adjustments_alone() -> None:
    found = payment("BPR*I*25*C*CHK", "TRN*1*T", "PLB*1*20261231*L6:X*-25")
    assert (found.claims, found.amount, imbalances(found)) == ((), D(25), [])


def test_what_no_835_has_is_named_and_does_not_stop_the_reading() -> None:
    found = changed(MOA="MOA***MA01~ZZ9*SECRET~XX", LX="LX*1~ZZ9~CAS*CO*45*3~LQ*HE*N1")
    assert found.unknown == ("ZZ9", "CAS", "LQ", "XX")
    assert len(found.claims[0].lines) == 2
    assert changed(LX="~".join(f"Q{n}" for n in range(50))).unknown == tuple(f"Q{n}" for n in range(20))
    many = tuple(f"REF*Q{n}*X" for n in range(1500))
    assert payment(*PAID[:3], *many, *PAID[3:]).payer_name == ""  # the head is kept up to a size
    assert changed(LX="SVC*HC:97110*1*1~CAS*CO*45*3").unknown == ("SVC", "CAS")


# -- more than one set ----------------------------------------------------------------------------


def test_sets_of_several_interchanges_and_other_kinds() -> None:
    text = wrap(*PAID, number=1) + wrap("AK1*HC*1", kind="999") + separated(wrap(*PAID, number=2), "|", ">", "!")
    found = payments(text)
    assert [(one.trace, len(one.claims), imbalances(one)) for one in found] == [("EFT0001", 1, [])] * 2


def test_a_stream_gives_the_claims_before_their_payment() -> None:
    items = list(stream(Reader((wrap(*PAID) * 2).encode())))
    assert [type(item) for item in items] == [ClaimPaid, Payment] * 2
    whole = payments(wrap(*PAID))[0]
    assert items[0] == whole.claims[0]
    assert items[1] == replace(whole, claims=())


def test_a_set_without_its_trailer_counts_when_another_follows_and_not_at_the_end() -> None:
    open_end = wrap(*PAID).replace("SE*29*0001~", "")
    assert len(payments(open_end)) == 1
    assert len(payments(wrap(*PAID, "ST*835*0002", *PAID))) == 2
    with pytest.raises(BadFile) as caught:
        payments(open_end.replace("GE*1*1~IEA*1*000000001~", ""))
    assert caught.value.reason == "truncated"


# -- identity -------------------------------------------------------------------------------------


def test_the_fingerprint_outlives_a_new_envelope() -> None:
    original = payments(wrap(*PAID))[0].fingerprint
    for again in (
        wrap(*PAID, number=77),
        wrap(*PAID).replace("ST*835*0001", "ST*835*0009").replace("SE*29*0001", "SE*29*0009"),
        wrap(*PAID).replace("~", "~\r\n"),
        wrap(*PAID).replace("N4*ANYTOWN*IL*62701", "N4*ANYTOWN*IL*62701***"),
        separated(wrap(*PAID), "|", ">", "!"),
        "\ufeff" + wrap(*PAID),
    ):
        assert payments(again)[0].fingerprint == original


@pytest.mark.parametrize("n", range(len(PAID)))
def test_the_fingerprint_changes_with_any_segment(n: int) -> None:
    original = payments(wrap(*PAID))[0].fingerprint
    assert payments(wrap(*PAID[:n], *PAID[n + 1 :]))[0].fingerprint != original
    assert payments(wrap(*PAID[:n], PAID[n] + "*Z", *PAID[n + 1 :]))[0].fingerprint != original
