"""The hearts of letters: a charge as a person reads it, which visit may stand on a superbill, estimates by the law."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import ledger
from billing.ledger import Account, Party, Side
from billing.letters.good_faith import (
    Billed,
    Estimated,
    Item,
    billed_under,
    business_days_after,
    business_days_ahead,
    due_on,
    holidays,
    is_business,
    latest_end,
    passed_by,
    total,
)
from billing.letters.shares import Moved, Share, Whose, share_of
from billing.letters.shares import total as total_of
from billing.letters.superbilling import MEDICARE, Visit, refusal
from practice.money import ZERO

DAY = date(2026, 6, 15)  # a Monday
PLAN, MORE, ME, EX = Party.coverage(1), Party.coverage(2), Party.contact(1), Party.contact(2)


def told(movements: list[ledger.Movement]) -> Share:
    """The share of `ME` in what some movements did to charge 1."""
    whose = {ME: Whose.HERS, EX: Whose.OTHER}
    return share_of(
        Moved(whose.get(line.party, Whose.PAYER) if line.party else Whose.PAYER, line.reason, line.amount)
        for movement in movements
        for line in movement.lines
        if line.account is Account.RECEIVABLE and line.charge == 1
    )


def charged(amount: str, by: Party = PLAN) -> ledger.Movement:
    return ledger.charge(key="c", on=DAY, charge=1, owed=[(by, D(amount))])


def decided(paid: str, discount: str, *moved: tuple[str, Party, str]) -> ledger.Movement:
    decision = ledger.Adjudication(
        1, PLAN, D(paid), (("contractual", D(discount)),), tuple((why, who, D(amount)) for why, who, amount in moved)
    )
    movement = ledger.adjudicate(key="d", on=DAY, decision=decision)
    assert movement is not None
    return movement


def test_a_deductible_and_a_coinsurance() -> None:
    """The invoice of the design: $198.00, of which the plan allowed $126.00, paid $62.40 and left $63.60."""
    share = told(
        [charged("198.00"), decided("62.40", "72.00", ("deductible", ME, "48.00"), ("coinsurance", ME, "15.60"))]
    )
    assert (share.charged, share.plan_discount, share.allowed) == (D("198.00"), D("72.00"), D("126.00"))
    assert (share.insurance_paid, share.insurance_owes, share.others) == (D("62.40"), ZERO, ZERO)
    assert share.reasons == (("Deductible", D("48.00")), ("Coinsurance", D("15.60")))
    assert (share.share, share.owed, share.why) == (D("63.60"), D("63.60"), "Deductible, coinsurance")


def test_a_fee_is_no_visit_that_she_pays_herself() -> None:
    [debt, _] = charged("25.00", ME).lines
    fee = share_of([Moved(Whose.HERS, debt.reason, debt.amount)], fee=True)
    assert (fee.reasons, fee.why, fee.owed) == ((("Fee", D("25.00")),), "Fee", D("25.00"))


def test_a_copay_moved_before_the_plan_answered() -> None:
    moved = ledger.transfer(key="t", on=DAY, charge=1, source=PLAN, targets=[(ME, D("30.00"))], reason="expected copay")
    paid = ledger.apply(key="a", on=DAY, holder=ME, shares=[(1, D("10.00"))])
    share = told([charged("198.00"), moved, paid])
    assert (share.insurance_owes, share.paid, share.owed, share.why) == (D("168.00"), D("10.00"), D("20.00"), "Copay")


def test_parents_who_share() -> None:
    """The heart tells the parts apart; the letter says only that hers is a part."""
    moved = ledger.transfer(key="t", on=DAY, charge=1, source=ME, targets=[(EX, D("33.34"))], reason="other share")
    share = told([charged("100.00", ME), moved])
    assert (share.others, share.share, share.owed) == (D("33.34"), D("66.66"), D("66.66"))
    assert share.reasons == (("Self-pay", D("100.00")), ("Not covered", D("-33.34")))
    assert share.why == "Self-pay"


def test_a_discount_of_hers_and_a_reason_nobody_knew() -> None:
    given_up = ledger.adjust(key="a", on=DAY, charge=1, amount=D("25.00"), party=ME, reason="courtesy")
    share = told([charged("100.00", ME), given_up])
    assert (share.plan_discount, share.given_up, share.owed) == (ZERO, D("25.00"), D("75.00"))
    assert share_of([Moved(Whose.HERS, "a new word", D("5.00"))]).why == "Your share"


def test_what_was_reversed_is_as_if_it_had_not_been() -> None:
    first = charged("58.00", ME)
    share = told([first, ledger.reverse(key="r", on=DAY, posting=1, lines=first.lines)])
    assert share == Share(ZERO, ZERO, ZERO, ZERO, ZERO, (), ZERO, ZERO)


CENTS = st.integers(1, 100_000).map(lambda n: D(n) / 100)
PARTIES = st.sampled_from([PLAN, MORE, ME, EX])
REASONS = st.sampled_from(["expected copay", "copay", "deductible", "coinsurance", "other share"])


@st.composite
def lives(draw: st.DrawFn) -> list[ledger.Movement]:
    """A charge, and anything the ledger lets happen to it."""
    movements = [ledger.charge(key="c", on=DAY, charge=1, owed=[(draw(PARTIES), draw(CENTS))])]
    for n in range(draw(st.integers(0, 6))):
        kind, key, amount = (
            draw(st.sampled_from(["transfer", "adjust", "apply", "decide", "reverse"])),
            f"m{n}",
            draw(CENTS),
        )
        if kind == "transfer":
            source, target = draw(PARTIES), draw(PARTIES)
            movements.append(
                ledger.transfer(
                    key=key, on=DAY, charge=1, source=source, targets=[(target, amount)], reason=draw(REASONS)
                )
            )
        elif kind == "adjust":
            movements.append(
                ledger.adjust(key=key, on=DAY, charge=1, amount=amount, party=draw(PARTIES), reason="courtesy")
            )
        elif kind == "apply":
            holder = draw(st.sampled_from([ME, EX]))
            movements.append(ledger.apply(key=key, on=DAY, holder=holder, shares=[(1, amount)]))
        elif kind == "decide":
            moved = ((draw(REASONS), draw(st.sampled_from([ME, EX])), amount),)
            decision = ledger.Adjudication(1, PLAN, draw(CENTS), (("contractual", draw(CENTS)),), moved)
            movement = ledger.adjudicate(key=key, on=DAY, decision=decision)
            assert movement is not None
            movements.append(movement)
        else:
            undone = draw(st.sampled_from(movements))
            movements.append(ledger.reverse(key=key, on=DAY, posting=n, lines=undone.lines))
    return movements


@given(lives())
@settings(max_examples=150, deadline=None)
def test_every_sum_closes_to_the_cent(movements: list[ledger.Movement]) -> None:
    share = told(movements)
    parts = (share.plan_discount, share.insurance_paid, share.insurance_owes, share.others, share.share)
    assert share.charged == sum(parts, ZERO)
    lines = [
        line for m in movements for line in m.lines if line.account is Account.RECEIVABLE and line.party is not None
    ]
    assert share.owed == sum((line.amount for line in lines if line.party == ME), ZERO)
    payers = sum((line.amount for line in lines if line.party and line.party.side is Side.COVERAGE), ZERO)
    assert share.insurance_owes == payers


@given(st.lists(lives(), max_size=4))
@settings(max_examples=50, deadline=None)
def test_several_charges_sum(charges: list[list[ledger.Movement]]) -> None:
    shares = [told(movements) for movements in charges]
    whole = total_of(shares)
    for name in (
        "charged",
        "plan_discount",
        "allowed",
        "insurance_paid",
        "insurance_owes",
        "others",
        "share",
        "given_up",
        "paid",
        "owed",
    ):
        assert getattr(whole, name) == sum((getattr(share, name) for share in shares), ZERO), name


# --- superbills ----------------------------------------------------------------------------------


def test_which_visit_may_stand_on_a_superbill() -> None:
    assert refusal(Visit()) == ""
    assert refusal(Visit(service=False)).startswith("Fees are not services")
    assert refusal(Visit(reversed=True)) == "The charge was taken back."
    assert refusal(Visit(superbill=1004)) == "It is on superbill 1004 already. Void that one first."
    assert (
        refusal(Visit(billed_to=("Aetna", "Cigna"))) == "We bill Aetna and Cigna for it; a superbill would ask twice."
    )
    assert refusal(Visit(medicare=True)) == MEDICARE == refusal(Visit(medicare=True, billed_to=("Medicare",)))
    assert refusal(Visit(medicare=True, billed_to=("Medicare",), claimable=False)) == ""  # option 2 of a notice


# --- estimates -----------------------------------------------------------------------------------


def test_business_days_know_weekends_and_federal_holidays() -> None:
    assert holidays(2026) == {
        date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16), date(2026, 5, 25), date(2026, 6, 19), date(2026, 7, 3),
        date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25),
    }  # fmt: skip
    assert not is_business(date(2021, 12, 31))  # New Year's Day of 2022 fell on a Saturday
    assert date(2027, 7, 5) in holidays(2027)  # the 4th on a Sunday
    assert business_days_after(DAY, 3) == date(2026, 6, 18)
    assert business_days_after(date(2026, 6, 18), 1) == date(2026, 6, 22)  # over Juneteenth and a weekend
    assert business_days_ahead(DAY, date(2026, 6, 22)) == 4
    assert business_days_ahead(DAY, DAY) == 0


@pytest.mark.parametrize(
    ("first_visit", "requested", "due"),
    [
        (date(2026, 6, 30), False, date(2026, 6, 18)),  # ten business days: within three
        (date(2026, 6, 29), False, date(2026, 6, 16)),  # nine, for Juneteenth is none: within one
        (date(2026, 6, 18), False, date(2026, 6, 16)),  # three
        (date(2026, 6, 17), False, None),  # two: no duty
        (DAY, False, None),
        (DAY, True, date(2026, 6, 18)),  # she asked
    ],
)
def test_until_when_it_must_be_given(first_visit: date, requested: bool, due: date | None) -> None:
    assert due_on(asked_on=DAY, requested=requested, first_visit=first_visit) == due


def test_it_speaks_of_twelve_months() -> None:
    assert latest_end(date(2026, 6, 15)) == date(2027, 6, 14)
    assert latest_end(date(2028, 2, 29)) == date(2029, 2, 28)


def test_what_it_comes_to() -> None:
    assert total([Item("97110", D("58.00"), 2, 12), Item("97165", D("225.00"), 1, 1)]) == D("1617.00")


def test_a_bill_is_held_against_the_newest_estimate_of_its_clinician() -> None:
    old = Estimated(1, 7, 3, DAY, date(2027, 6, 14), D("500.00"))
    new = Estimated(2, 7, 3, date(2026, 9, 1), date(2027, 8, 31), D("800.00"))
    bills = [
        Billed(7, 3, date(2026, 8, 31), D("100.00")),
        Billed(7, 3, date(2026, 9, 1), D("120.00")),
        Billed(7, 4, date(2026, 9, 1), D("999.00")),  # another clinician
        Billed(8, 3, date(2026, 9, 1), D("999.00")),  # her brother
        Billed(7, 3, date(2026, 6, 14), D("999.00")),  # before
    ]
    assert billed_under([old, new], bills) == {1: D("100.00"), 2: D("120.00")}


@pytest.mark.parametrize(("billed", "over"), [("899.99", None), ("900.00", D("400.00")), ("1000.00", D("500.00"))])
def test_from_400_dollars_on_it_may_be_disputed(billed: str, over: D | None) -> None:
    assert passed_by(D("500.00"), D(billed)) == over
