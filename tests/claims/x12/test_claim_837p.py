"""837Ps to the byte, each situational loop with and without its situation, and what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from claims.x12.claim_837p import Address, Facility, Named, Rendering, write
from claims.x12.second_opinion import check_837p
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


def written(*claims: Any, **fields: Any) -> list[str]:
    """The segments, of a text that pyx12 finds valid."""
    text = write(submission(*(claims or (claim(),)), **fields))
    assert check_837p(text) == []
    assert "\n" not in text and text.endswith("~")
    return text.split("~")[:-1]


def only(segments: list[str], *starts: str) -> list[str]:
    return [segment for segment in segments if segment.startswith(starts)]


def test_a_file_to_the_byte() -> None:
    own = claim(authorization="AUTH1", onset_on=date(2025, 12, 1), referrer=FRED, facility=CLINIC)
    assert written(own, childs(frequency="7", original_reference="ICN123")) == [
        "ISA*00*          *00*          *ZZ*SUB1           *ZZ*CLEAR          *260107*0905*^*00501*000000017*0*T*:",
        "GS*HC*SUB1*CLEAR*20260107*0905*17*X*005010X222A1",
        "ST*837*000000017*005010X222A1",
        "BHT*0019*00*000000017*20260107*0905*CH",
        "NM1*41*2*RIVERSIDE THERAPY*****46*SUB1",
        "PER*IC*PAT BILLER*TE*2175550100",
        "NM1*40*2*CLEARING HOUSE*****46*CLEAR",
        "HL*1**20*1",
        "PRV*BI*PXC*261QR0400X",
        "NM1*85*2*RIVERSIDE THERAPY LLC*****XX*1245319599",
        "N3*12 MAIN STREET",
        "N4*SPRINGFIELD*IL*627011234",
        "REF*EI*123456789",
        "PER*IC*RIVERSIDE THERAPY LLC*TE*2175550199",
        "HL*2*1*22*0",
        "SBR*P*18*******MB",
        "NM1*IL*1*NUNEZ*JOSE****MI*1EG4TE5MK73",
        "N3*12 MAIN STREET",
        "N4*SPRINGFIELD*IL*627011234",
        "DMG*D8*19500203*M",
        "NM1*PR*2*MEDICARE*****PI*00882",
        "CLM*C1A*210.5***11:B:1*Y*A*Y*Y",
        "DTP*431*D8*20251201",
        "REF*G1*AUTH1",
        "HI*ABK:M25511*ABF:R278",
        "NM1*DN*1*REF*FRED****XX*1497758544",
        "NM1*82*1*DOE*DANA****XX*1234567893",
        "PRV*PE*PXC*225X00000X",
        "NM1*77*2*RIVERSIDE CLINIC",
        "N3*9 RIVER RD",
        "N4*PEORIA*IL*61602",
        "LX*1",
        "SV1*HC:97110:GO:KX*140.5*UN*2***1:2",
        "DTP*472*D8*20260105",
        "REF*6R*L1",
        "LX*2",
        "SV1*HC:97140:GO*70*UN*1***1",
        "DTP*472*D8*20260105",
        "REF*6R*L2",
        "HL*3*1*22*1",
        "SBR*S**G1******CI",
        "NM1*IL*1*SMITH*ANN****MI*W-123 45",
        "NM1*PR*2*AETNA*****PI*60054",
        "HL*4*3*23*0",
        "PAT*19",
        "NM1*QC*1*SMITH*TOM",
        "N3*12 MAIN STREET",
        "N4*SPRINGFIELD*IL*627011234",
        "DMG*D8*20180506*U",
        "CLM*C2A*140.5***11:B:7*Y*A*Y*Y",
        "REF*F8*ICN123",
        "HI*ABK:F82",
        "NM1*82*1*DOE*DANA****XX*1234567893",
        "PRV*PE*PXC*225X00000X",
        "LX*1",
        "SV1*HC:97530*140.5*UN*2***1",
        "DTP*472*D8*20260105",
        "REF*6R*1",
        "SE*57*000000017",
        "GE*1*17",
        "IEA*1*000000017",
    ]


def test_all_four_control_numbers_are_one() -> None:
    segments = written(control_number=123456789)
    assert segments[0][90:99] == segments[2].split("*")[2] == segments[3].split("*")[3] == "123456789"
    assert segments[1].split("*")[6] == "123456789"


def test_production_is_marked() -> None:
    assert written(usage="P")[0].endswith("*P*:")


# -- the tree -------------------------------------------------------------------------------------


def test_claims_of_one_subscriber_stand_together_in_the_order_they_came() -> None:
    other = replace(JOSE, member_id="2EG4TE5MK73")
    segments = written(
        claim(control="A1"), childs(control="B1"), claim(control="C1", subscriber=other), claim(control="A2"),
        childs(control="B2"), childs(control="D1", patient=replace(TOM, first_name="Tim")),
        claim(control="E1", payer_id="99"), childs(control="F1", subscriber=replace(ANN, rank=1)),
    )  # fmt: skip
    assert [segment.split("*")[:5] for segment in only(segments, "HL", "CLM")] == [
        ["HL", "1", "", "20", "1"],
        ["HL", "2", "1", "22", "0"],
        ["CLM", "A1", "210.5", "", ""],
        ["CLM", "A2", "210.5", "", ""],
        ["HL", "3", "1", "22", "1"],
        ["HL", "4", "3", "23", "0"],
        ["CLM", "B1", "140.5", "", ""],
        ["CLM", "B2", "140.5", "", ""],
        ["HL", "5", "3", "23", "0"],
        ["CLM", "D1", "140.5", "", ""],
        ["HL", "6", "1", "22", "0"],
        ["CLM", "C1", "210.5", "", ""],
        ["HL", "7", "1", "22", "0"],
        ["CLM", "E1", "210.5", "", ""],
        ["HL", "8", "1", "22", "1"],
        ["HL", "9", "8", "23", "0"],
        ["CLM", "F1", "140.5", "", ""],
    ]


def test_a_subscriber_and_her_child_make_two_levels() -> None:
    ann = replace(ANN, birth_on=date(1985, 1, 1), address=HOME)
    segments = written(childs(subscriber=ann), claim(subscriber=ann, payer_name="Aetna", payer_id="60054"))
    assert only(segments, "HL", "SBR", "DMG") == [
        "HL*1**20*1", "HL*2*1*22*1", "SBR*S**G1******CI", "HL*3*2*23*0", "DMG*D8*20180506*U",
        "HL*4*1*22*0", "SBR*S*18*G1******CI", "DMG*D8*19850101*F",
    ]  # fmt: skip


@pytest.mark.parametrize(("make", "levels"), [(claim, 4), (childs, 5)])
def test_more_than_a_hundred_claims_of_one_client_take_another_level(make: Any, levels: int) -> None:
    segments = written(*(make(control=f"C{n}") for n in range(201)))
    assert len(only(segments, "HL")) == levels
    assert [segment.split("*")[1] for segment in only(segments, "CLM")] == [f"C{n}" for n in range(201)]


# -- situations -----------------------------------------------------------------------------------


def test_rendering_is_left_out_when_she_bills_herself() -> None:
    assert only(written(claim(rendering=replace(DANA, npi=BILLING.npi))), "NM1*82", "PRV*PE") == []
    assert only(written(claim(rendering=replace(DANA, taxonomy=""))), "NM1*82", "PRV*PE") == [
        "NM1*82*1*DOE*DANA****XX*1234567893"
    ]


def test_the_payers_own_number_of_who_renders_is_sent() -> None:
    assert only(written(claim(rendering=replace(DANA, number="PX-77"))), "REF*G2") == ["REF*G2*PX-77"]
    assert only(written(claim()), "REF*G2") == []


def test_the_facility_is_left_out_at_the_billing_address() -> None:
    assert only(written(claim()), "NM1*77") == []
    same = Facility("Riverside", "", Address("12 MAIN street ", "Springfield", "il", "627011234"))
    assert only(written(claim(facility=same)), "NM1*77") == []


def test_the_facility_tells_its_npi_only_when_it_is_anothers() -> None:
    for npi, expected in (
        ("1881691008", "NM1*77*2*RIVERSIDE CLINIC*****XX*1881691008"),
        (BILLING.npi, "NM1*77*2*RIVERSIDE CLINIC"),
        ("", "NM1*77*2*RIVERSIDE CLINIC"),
    ):
        assert only(written(claim(facility=replace(CLINIC, npi=npi))), "NM1*77") == [expected]


def test_the_billing_telephone_is_left_out_when_it_is_the_submitters() -> None:
    for phone in ("", "1 217 555 0100"):
        assert len(only(written(billing=replace(BILLING, phone=phone)), "PER")) == 1


def test_a_billing_taxonomy_is_sent_where_there_is_one() -> None:
    assert only(written(billing=replace(BILLING, taxonomy="")), "PRV*BI") == []


@pytest.mark.parametrize(("frequency", "sent"), [("1", []), ("7", ["REF*F8*ICN"]), ("8", ["REF*F8*ICN"])])
def test_the_payers_number_goes_with_replacements_and_voids(frequency: str, sent: list[str]) -> None:
    assert only(written(claim(frequency=frequency, original_reference="ICN")), "REF*F8") == sent


def test_a_line_tells_its_place_only_when_it_differs() -> None:
    lines = (line(place_of_service="11"), line(control="L2", place_of_service="12"))
    assert only(written(claim(lines=lines)), "SV1") == [
        "SV1*HC:97110:GO:KX*140.5*UN*2***1:2",
        "SV1*HC:97110:GO:KX*140.5*UN*2*12**1:2",
    ]


def test_ranks_and_groups() -> None:
    for rank, code in ((1, "P"), (2, "S"), (3, "T"), (4, "A"), (11, "H")):
        segments = written(claim(subscriber=replace(JOSE, rank=rank, group_number="g 7", sex="X")))
        assert only(segments, "SBR") == [f"SBR*{code}*18*G 7******MB"]
        assert only(segments, "DMG") == ["DMG*D8*19500203*U"]


def test_twelve_diagnoses_four_pointers_four_modifiers() -> None:
    codes = tuple(f"M25.5{n:02d}" for n in range(12))
    full = line(modifiers=("GO", "CO", "59", "KX"), pointers=(12, 1, 7, 2))
    segments = written(claim(diagnoses=codes, lines=(full,)))
    assert only(segments, "HI") == ["HI*ABK:M25500*" + "*".join(f"ABF:M255{n:02d}" for n in range(1, 12))]
    assert only(segments, "SV1") == ["SV1*HC:97110:GO:CO:59:KX*140.5*UN*2***12:1:7:2"]


def test_fifty_lines() -> None:
    lines = tuple(line(control=f"L{n}", amount=D("0.10")) for n in range(50))
    segments = written(claim(lines=lines))
    assert only(segments, "LX")[-1] == "LX*50"
    assert only(segments, "CLM") == ["CLM*C1A*5***11:B:1*Y*A*Y*Y"]


def test_long_names_are_cut_and_long_streets_go_on() -> None:
    street = "The Old Grain Exchange Building and Annex, Fourteenth Floor, Suite 1400 West, 1234 North Michigan Avenue"
    segments = written(
        claim(
            subscriber=replace(
                JOSE, last_name="L" * 61, first_name="F" * 36, address=replace(HOME, street=street, city="C" * 31)
            ),
            payer_name="P" * 61,
            facility=replace(CLINIC, address=replace(CLINIC.address, street="X" * 120)),
        )
    )
    assert only(segments, "NM1*IL", "NM1*PR") == [
        f"NM1*IL*1*{'L' * 60}*{'F' * 35}****MI*1EG4TE5MK73",
        f"NM1*PR*2*{'P' * 60}*****PI*00882",
    ]
    assert only(segments, "N3")[1:] == [
        "N3*THE OLD GRAIN EXCHANGE BUILDING AND ANNEX, FOURTEENTH*FLOOR, SUITE 1400 WEST, 1234 NORTH MICHIGAN AVENUE",
        f"N3*{'X' * 55}*{'X' * 55}",
    ]
    assert f"N4*{'C' * 30}*IL*627011234" in segments


def test_names_may_lack_their_first_part() -> None:
    segments = written(
        claim(
            subscriber=replace(JOSE, first_name="李"),
            referrer=Named("Ref", "", FRED.npi),
            rendering=Rendering("Doe", "", DANA.npi, ""),
        )
    )
    assert only(segments, "NM1*IL", "NM1*DN", "NM1*82") == [
        "NM1*IL*1*NUNEZ*****MI*1EG4TE5MK73",
        "NM1*DN*1*REF*****XX*1497758544",
        "NM1*82*1*DOE*****XX*1234567893",
    ]
