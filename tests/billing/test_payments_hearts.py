"""The arithmetic of payments: what is asked at check-in, plans by the month, and what money pays, to the cent."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.payments.proposing import Planned, Share, Terms, deductible_left, share, smaller
from billing.payments.schedule import Due, due_by, schedule
from billing.payments.spreading import spread, total

THREE = (Planned("97530", 3, D("42.00")),)
NO_RATE = (*THREE, Planned("97110", 1, None))
CENTS = st.integers(1, 10**7).map(lambda n: D(n) / 100)


@pytest.mark.parametrize(
    ("terms", "planned", "amount", "why"),
    [
        (Terms(may_be_asked=False, self_pay=True), THREE, "0", "This client may not be asked for money"),
        (Terms(self_pay=True), THREE, "126", "Pays herself; the usual fee: 97530 ×3 at $42.00"),
        (Terms(self_pay=True), (), "0", "Pays herself; no earlier visit to estimate from"),
        (Terms(self_pay=True), NO_RATE, "0", "Pays herself; no usual fee of 97110 is set"),
        (Terms(pays_last=False, copay=D(30)), THREE, "0", "Another plan decides after the first one"),
        (Terms(copay=D(30), deductible_left=D(500)), THREE, "30", "Copay of the plan"),
        (Terms(copay_only=True, coinsurance=D(20)), THREE, "0", "The plan has no copay, and no more may be asked"),
        (Terms(), THREE, "0", "The plan pays; no copay, deductible or coinsurance is known"),
        (
            Terms(deductible_left=D(500), coinsurance=D(20)), THREE, "126",
            "Deductible open: estimate at the contract rate: 97530 ×3 at $42.00",
        ),
        (
            Terms(deductible_left=D(48), coinsurance=D(20)), THREE, "63.60",
            "Deductible open: estimate at the contract rate: 97530 ×3 at $42.00; $48.00 is open, then 20 %",
        ),
        (
            Terms(deductible_left=D(48)), THREE, "48",
            "Deductible open: estimate at the contract rate: 97530 ×3 at $42.00; $48.00 is open",
        ),
        (
            Terms(deductible_left=D(0), coinsurance=D("12.50")), THREE, "15.75",
            "Coinsurance of 12.5 %: estimate at the contract rate: 97530 ×3 at $42.00",
        ),
        (Terms(deductible_left=D(9)), NO_RATE, "0", "Deductible open; no contract rate of 97110 is set"),
        (Terms(deductible_left=D(9)), (), "0", "Deductible open; no earlier visit to estimate from"),
    ],
)  # fmt: skip
def test_what_is_asked_and_why(terms: Terms, planned: tuple[Planned, ...], amount: str, why: str) -> None:
    found = share(terms, planned)
    assert (found.amount, found.why) == (D(amount), why)
    assert found.estimated == (found.amount > 0 and not terms.copay)
    assert isinstance(found, Share)


@given(CENTS, st.integers(0, 100), CENTS, st.integers(1, 12))
def test_nobody_is_asked_for_more_than_is_allowed(left: D, percent: int, rate: D, units: int) -> None:
    found = share(Terms(deductible_left=left, coinsurance=D(percent)), [Planned("97110", units, rate)])
    allowed = rate * units
    assert min(left, allowed) <= found.amount <= allowed
    assert found.amount == found.amount.quantize(D("0.01"))


@pytest.mark.parametrize(
    ("deductible", "met", "since", "left"),
    [(None, None, "0", None), ("500", None, "0", "500"), ("500", "420", "50", "30"), ("500", "420", "90", "0")],
)
def test_what_is_open_of_a_deductible(deductible: str | None, met: str | None, since: str, left: str | None) -> None:
    told = deductible_left(D(deductible) if deductible else None, D(met) if met else None, D(since))
    assert told == (D(left) if left else None)


def test_the_smaller_of_two_where_one_may_be_unknown() -> None:
    assert [smaller(None, None), smaller(D(3), None), smaller(D(3), D(2))] == [None, D(3), D(2)]


def test_a_plan_by_the_month_ends_with_what_is_left() -> None:
    found = schedule(D("250.00"), D("100.00"), date(2026, 11, 30))
    assert found == [
        Due(date(2026, 11, 30), D("100.00")), Due(date(2026, 12, 30), D("100.00")), Due(date(2027, 1, 30), D("50.00")),
    ]  # fmt: skip
    assert schedule(D(90), D(30), date(2027, 12, 31))[2].on == date(2028, 2, 29)
    assert [due_by(found, date(2026, 11, 29)), due_by(found, date(2026, 12, 30))] == [D(0), D("200.00")]


@pytest.mark.parametrize(
    ("whole", "monthly", "words"), [("0", "0", "nothing"), ("5", "6", "at most"), ("5", "-1", "nothing"), ("60.01", "1", "60")]
)  # fmt: skip
def test_an_impossible_plan_is_refused(whole: str, monthly: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        schedule(D(whole), D(monthly), date(2026, 6, 15))


@given(CENTS, st.integers(1, 60), st.dates(date(2020, 1, 1), date(2080, 1, 1)))
def test_a_plan_is_its_total_to_the_cent(whole: D, months: int, first: date) -> None:
    monthly = D(-(-int(whole * 100) // months)) / 100
    found = schedule(whole, monthly, first)
    assert sum(due.amount for due in found) == whole and len(found) <= months
    assert all(due.amount == monthly for due in found[:-1])
    days = [due.on for due in found]
    assert days == sorted(set(days)) and len({(day.year, day.month) for day in days}) == len(days)


@given(CENTS, st.lists(CENTS, max_size=6))
def test_money_pays_in_order_and_never_too_much(amount: D, balances: list[D]) -> None:
    shares = spread(amount, enumerate(balances))
    assert total(shares) == min(amount, sum(balances, D(0)))
    assert all(0 < share <= balances[n] for n, share in shares)
    assert [n for n, _ in shares] == list(range(len(shares)))
    assert all(share == balances[n] for n, share in shares[:-1])
