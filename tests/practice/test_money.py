"""Money is Decimal, and no cent is lost."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import money

cents = st.integers(-10_000_000, 10_000_000).map(lambda c: D(c) / 100)


@given(cents, st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_shares_sum_to_the_cent(amount: D, weights: list[int]) -> None:
    shares = money.split(amount, weights)
    assert sum(shares) == amount
    exact = [amount * w / sum(weights) for w in weights]
    assert all(abs(share - e) < D("0.01") for share, e in zip(shares, exact, strict=True))
    assert all(share == 0 for share, w in zip(shares, weights, strict=True) if w == 0)


def test_two_households() -> None:
    assert money.split(D("63.60"), [60, 40]) == [D("38.16"), D("25.44")]
    assert money.split(D("0.01"), [50, 50]) == [D("0.01"), D("0.00")]
    assert money.split(D("-0.05"), [1, 1]) == [D("-0.03"), D("-0.02")]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,184.00", "1184.00"), ("$63.6", "63.60"), ("−120", "-120.00"), (" 5 ", "5.00"), ("0.10", "0.10")],
)
def test_people_write_money_their_way(text: str, amount: str) -> None:
    assert money.parse(text) == D(amount)


@pytest.mark.parametrize("text", ["", "abc", "1.005", "NaN", "Infinity", "1e99", "٣", "12,345,678,901.00", "--5"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        money.parse(text)


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        money.dollars(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(("amount", "text"), [("1184", "$1,184.00"), ("-120", "−$120.00"), ("0", "$0.00")])
def test_money_is_shown_one_way(amount: str, text: str) -> None:
    assert money.show(D(amount)) == text


def test_weights_must_make_sense() -> None:
    for weights in ([], [0, 0], [-1, 2]):
        with pytest.raises(ValueError, match="weights"):
            money.split(D("1.00"), weights)


@given(cents)
def test_rounding_is_half_away_from_zero(amount: D) -> None:
    assert money.rounded(amount + D("0.005") * (1 if amount >= 0 else -1)) == amount + D("0.01") * (
        1 if amount >= 0 else -1
    )
