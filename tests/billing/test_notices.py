"""The heart of advance notices: which covers a service, and what it does to the claim; every combination."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from billing import notice_form
from billing.notices import (
    ORDINARY,
    Effect,
    Kind,
    Notice,
    Option,
    a_year_from,
    conflicts,
    effect,
    liability,
    standing,
    strokes_problem,
    too_low,
    waiting,
)

DAY = date(2026, 6, 15)
ONE = timedelta(days=1)
NEEDED = Notice(1, 7, frozenset({"97110", "97140"}), Kind.NECESSITY, DAY, Option.CLAIM, DAY)

GA = Effect(("GA",), True, False, True, True, 1)
GX_GY = Effect(("GX", "GY"), True, False, True, True, 1)
PAYS = Effect((), False, True, True, True, 1)
DECLINED = Effect((), False, False, False, False, 1)
GZ = Effect(("GZ",), True, False, True, False, 1)
GY = Effect(("GY",), True, False, True, True, 1)


# --- what a notice does ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "option", "signed", "expected"),
    [
        *((kind, Option.CLAIM, True, GA) for kind in (Kind.NECESSITY, Kind.LIMIT)),
        *((kind, Option.PAY, True, PAYS) for kind in Kind),
        *((kind, Option.DECLINE, True, DECLINED) for kind in Kind),
        *((kind, None, True, GZ) for kind in (Kind.NECESSITY, Kind.LIMIT)),
        (Kind.EXCLUDED, Option.CLAIM, True, GX_GY),
        (Kind.EXCLUDED, None, True, GX_GY),  # voluntary: the form was given, nothing need be ticked
        *((kind, option, False, GZ) for kind in (Kind.NECESSITY, Kind.LIMIT) for option in (None, *Option)),
        *((Kind.EXCLUDED, option, False, GY) for option in (None, *Option)),
    ],
)
def test_every_kind_with_every_option(kind: Kind, option: Option | None, signed: bool, expected: Effect) -> None:
    notice = replace(NEEDED, kind=kind, option=option, signed_on=DAY if signed else None)
    assert effect(notice) == expected
    assert conflicts(expected.modifiers) == ""
    # Nobody owes what was not given; a person who owes at once owes what is not claimed; the practice's loss is nobody's.
    assert not (expected.owed_by_person and expected.claim)
    assert expected.service_given or not (expected.claim or expected.owed_by_person)
    assert not (expected.owed_by_person and not expected.liable)


# --- which notice covers ---------------------------------------------------------------------


def test_a_notice_covers_a_year_of_its_codes_from_the_signature() -> None:
    assert NEEDED.valid_until == date(2027, 6, 14)
    for on, covered in ((DAY - ONE, None), (DAY, 1), (date(2027, 6, 14), 1), (date(2027, 6, 15), None)):
        found = standing([NEEDED], "97110", on)
        assert (found.id if found else None) == covered, on
    assert standing([NEEDED], "97530", DAY) is None and standing([], "97110", DAY) is None


@pytest.mark.parametrize(
    ("signed", "last"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_a_year_has_its_length(signed: date, last: date) -> None:
    assert a_year_from(signed) == last
    assert replace(NEEDED, signed_on=None).valid_until is None


def test_a_signature_does_not_reach_back_and_a_withdrawal_does_not_either() -> None:
    late = replace(NEEDED, signed_on=DAY + 3 * ONE)
    assert standing([late], "97110", DAY + 2 * ONE) is None
    assert standing([late], "97110", DAY + 3 * ONE) == late
    ended = replace(NEEDED, ends_on=DAY + ONE)
    assert standing([ended], "97110", DAY + ONE) == ended
    assert standing([ended], "97110", DAY + 2 * ONE) is None
    early = replace(NEEDED, signed_on=DAY - ONE)  # signed for services that start tomorrow
    assert standing([early], "97110", DAY - ONE) is None and standing([early], "97110", DAY) == early


def test_the_newest_signature_wins() -> None:
    later = replace(NEEDED, id=2, signed_on=DAY + ONE, option=Option.PAY)
    same_day = replace(NEEDED, id=3, option=Option.DECLINE)
    for order in ([NEEDED, later], [later, NEEDED]):
        assert standing(order, "97110", DAY + ONE) == later
        assert standing(order, "97110", DAY) == NEEDED
    assert standing([same_day, NEEDED], "97110", DAY) == same_day


# --- what is expected without one ------------------------------------------------------------


def test_a_notice_nobody_signed_says_that_a_denial_is_expected() -> None:
    unsigned = replace(NEEDED, signed_on=None, option=None)
    assert liability([unsigned], "97110", DAY) == GZ
    assert liability([unsigned], "97110", DAY - ONE) == ORDINARY
    assert liability([unsigned], "97530", DAY) == ORDINARY
    assert liability([unsigned], "97110", date(2027, 6, 14)) == GZ
    assert liability([unsigned], "97110", date(2027, 6, 15)) == ORDINARY  # after a year nobody expects anything
    withdrawn = replace(unsigned, ends_on=DAY - ONE)
    assert liability([withdrawn], "97110", DAY) == ORDINARY


def test_one_signed_too_late_is_none() -> None:
    late = replace(NEEDED, signed_on=DAY + ONE)
    assert waiting([late], "97110", DAY) == late
    assert liability([late], "97110", DAY) == GZ
    assert liability([late], "97110", DAY + ONE) == GA
    assert waiting([late], "97110", DAY + ONE) is None
    voluntary = replace(late, kind=Kind.EXCLUDED)
    assert liability([voluntary], "97110", DAY) == GY
    assert liability([voluntary], "97110", DAY + ONE) == GX_GY


def test_the_newest_expectation_wins() -> None:
    first = replace(NEEDED, signed_on=None)
    second = replace(first, id=2, kind=Kind.EXCLUDED)
    assert liability([second, first], "97110", DAY) == replace(GY, notice=2)


def test_a_signed_notice_is_stronger_than_one_that_waits() -> None:
    assert liability([NEEDED, replace(NEEDED, id=2, signed_on=None)], "97110", DAY) == GA


def test_an_expired_notice_does_nothing() -> None:
    assert liability([NEEDED], "97110", date(2027, 6, 15)) == ORDINARY
    assert liability([], "97110", DAY) == ORDINARY == Effect((), True, False, True, True, None)


def test_what_is_given_although_it_was_declined_is_never_hers() -> None:
    declined = replace(NEEDED, option=Option.DECLINE)
    assert liability([declined], "97110", DAY) == GZ
    assert liability([replace(declined, kind=Kind.EXCLUDED)], "97110", DAY) == replace(GY, liable=False)


def test_the_options_of_the_form_are_those_of_the_law() -> None:
    for option, told in ((Option.CLAIM, GA), (Option.PAY, PAYS)):
        assert liability([replace(NEEDED, option=option)], "97110", DAY) == told


# --- modifiers on a line ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [("GA", "GX"), ("GA", "GY"), ("GA", "GZ"), ("GA", "KX"), ("GY", "GZ"), ("GX", "GZ"), ("GX", "EY"), ("GX", "GL")],
)
def test_these_never_stand_together(first: str, second: str) -> None:
    assert conflicts([first, second]) and conflicts(["GO", second, "59", first])
    assert conflicts([first, second]).startswith(f"{first} and {second} cannot stand on one line: ")


@pytest.mark.parametrize("fine", [[], ["GA"], ["GO", "CO", "GA"], ["GX", "GY"], ["GO", "KX"], ["KX", "GZ"], ["GY"]])
def test_these_may(fine: list[str]) -> None:
    assert conflicts(fine) == ""


# --- the estimate and the signature ----------------------------------------------------------


@pytest.mark.parametrize(
    ("estimate", "cost", "low"),
    [("18.00", "118.00", False), ("17.99", "118.00", True), ("300.00", "400.00", False), ("299.99", "400.00", True),
     ("450.00", "600.00", False), ("449.99", "600.00", True), ("999.00", "118.00", False)],
)  # fmt: skip
def test_an_estimate_may_be_off_by_100_dollars_or_a_quarter(estimate: str, cost: str, low: bool) -> None:
    assert too_low(D(estimate), D(cost)) is low


@pytest.mark.parametrize("path", ["", "M1 1", "M0 0 L600 140", "M10 20 L11 21 L12 22 M300 5 L1 1"])
def test_a_drawn_signature(path: str) -> None:
    assert strokes_problem(path) == ""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("L1 1", "cannot be read"),
        ("M1 1 C1 1 2 2 3 3", "cannot be read"),
        ('M1 1"/><script>', "cannot be read"),
        ("M1 1 L", "cannot be read"),
        ("M-1 1", "cannot be read"),
        ("M601 1", "leaves its box"),
        ("M1 1 L600 141", "leaves its box"),
        ("M1 1" + " L1 1" * 2500, "too long"),
    ],
)
def test_something_else_is_no_signature(path: str, told: str) -> None:
    assert told in strokes_problem(path)


def test_the_form_says_what_edition_it_is() -> None:
    assert notice_form.expired(date(2026, 2, 1)) and not notice_form.expired(date(2026, 1, 31))
    assert [choice.number for choice in notice_form.OPTIONS] == [1, 2, 3]
    for text in (notice_form.NOTE, notice_form.EXPECT, *notice_form.NOW, *(c.text for c in notice_form.OPTIONS)):
        assert "{" not in notice_form.filled(text)
    assert notice_form.filled(notice_form.NOTE) == "If Medicare doesn’t pay for services below, you may have to pay."
