"""What leaves the house in X12: clean data, exact widths, counts that were counted."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.x12.envelope import Envelope, amount, clean, day, interchange, segment
from claims.x12.segments import Reader


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Núñez", "NUNEZ"),
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Straße", "STRASSE"),
        ("Ærø Þór Đặng", "AERO THOR DANG"),
        ("O’Brien “Bo”", 'O\'BRIEN "BO"'),
        ("Smith–Jones—Lee", "SMITH-JONES-LEE"),
        ("a*b~c:d^e", "ABCDE"),
        ("a * b", "A B"),
        (" tab\tand\r\nline\x00 end ", "TAB AND LINE END"),
        ("non\u00a0breaking", "NON BREAKING"),
        ("ﬁne № ½", "FINE NO 1/2"),
        ("zero\u200bwidth\u202e", "ZEROWIDTH"),
        ("李 Wei", "WEI"),
        ("李", ""),
        ("", ""),
        ("   ", ""),
        ("ALREADY FINE", "ALREADY FINE"),
        ("TWO  BLANKS ", "TWO BLANKS"),
        ("a@b.org #3 <x> [y] {z} 50% $5 _ \\ |", "A@B.ORG #3 <X> [Y] {Z} 50% $5 _ \\ |"),
    ],
)
def test_clean(text: str, written: str) -> None:
    assert clean(text) == written


@given(st.text())
def test_clean_gives_what_x12_can_carry_and_nothing_changes_twice(text: str) -> None:
    written = clean(text)
    assert clean(written) == written
    assert written.isascii() and written == written.strip() == written.upper()
    assert not set(written) & set("*~:^\r\n")


def test_segments_end_where_their_data_ends() -> None:
    assert segment("REF", "6R", "L1") == "REF*6R*L1"
    assert segment("NM1", "QC", "1", "SMITH", "", "", "") == "NM1*QC*1*SMITH"
    assert segment("SV1", ("HC", "97110", "GO", "", ""), "80", "", ("", "")) == "SV1*HC:97110:GO*80"
    assert segment("SV1", ("HC", "97110", "", "KX"), "", "2") == "SV1*HC:97110::KX**2"
    assert segment("NM1", "Q*C~", ("A:B", "C^")) == "NM1*QC*AB:C"
    assert segment("CUR") == segment("CUR", "", ("",)) == "CUR"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("120.00", "120"),
        ("63.60", "63.6"),
        ("0.05", "0.05"),
        ("0.00", "0"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("-5.10", "-5.1"),
    ],
)
def test_amounts_say_nothing_twice(value: str, written: str) -> None:
    assert amount(D(value)) == written


def test_days() -> None:
    assert day(date(2026, 1, 5)) == "20260105"


ENVELOPE = Envelope("sub 1", "CLEAR", 17, "T", datetime(2026, 1, 7, 9, 5, tzinfo=UTC), "HC", "005010X222A1", "837")


def test_an_interchange_to_the_byte() -> None:
    assert interchange(ENVELOPE, {17: ["BHT*0019*00*1", "NM1*41"], 18: ["BHT*0019*00*2"]}) == (
        "ISA*00*          *00*          *ZZ*SUB 1          *ZZ*CLEAR          *260107*0905*^*00501*000000017*0*T*:~"
        "GS*HC*SUB 1*CLEAR*20260107*0905*17*X*005010X222A1~"
        "ST*837*000000017*005010X222A1~BHT*0019*00*1~NM1*41~SE*4*000000017~"
        "ST*837*000000018*005010X222A1~BHT*0019*00*2~SE*3*000000018~"
        "GE*2*17~IEA*1*000000017~"
    )


@given(
    st.text(min_size=2, max_size=15), st.text(min_size=2, max_size=15), st.integers(1, 999_999_999),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 12, 31)), st.lists(st.lists(st.just("LX*1"))),  # noqa: DTZ001
)  # fmt: skip
def test_the_isa_has_106_bytes_and_every_count_is_right(
    sender: str, receiver: str, number: int, made_at: datetime, bodies: list[list[str]]
) -> None:
    envelope = Envelope(sender, receiver, number, "P", made_at, "HC", "005010X222A1", "837")
    try:
        text = interchange(envelope, dict(enumerate(bodies, 1)))
    except ValueError as refused:
        assert str(refused) in ("sender.id: not 2 to 15 characters", "receiver.id: not 2 to 15 characters")
        return
    assert text.isascii() and text[105] == "~" and text[104] == ":" and text.index("~") == 105
    reader = Reader(text.encode())
    assert len(list(reader)) == 4 + sum(len(body) + 2 for body in bodies)
    assert reader.warnings == []


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("sender", "A" * 16, "sender.id: not 2 to 15 characters"),
        ("receiver", "李", "receiver.id: not 2 to 15 characters"),
        ("usage", "X", "usage: neither T nor P"),
        ("control_number", 0, "control_number: not between 1 and 999,999,999"),
        ("control_number", 1_000_000_000, "control_number: not between 1 and 999,999,999"),
    ],
)
def test_what_does_not_fit_is_refused(field: str, value: object, refusal: str) -> None:
    with pytest.raises(ValueError, match=refusal):
        interchange(Envelope(**{**ENVELOPE.__dict__, field: value}), {1: []})


def test_a_set_control_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="control_number"):
        interchange(ENVELOPE, {0: []})
