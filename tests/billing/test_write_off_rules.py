"""The rules of giving up: which kind fits whom, when another person must agree, what counts as small."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.ledger import GIVEN_UP
from billing.write_offs import rules
from billing.write_offs.rules import Asked, Debt, Hardship, SmallRule

DAY = date(2026, 6, 15)
CENTS = st.decimals(min_value=0, max_value=1000, places=2)


def asked(kind: str = "bad debt", amount: str = "10.00", **facts: object) -> Asked:
    given = {"payers_share": False, "owed": D("63.60")} | facts
    return Asked(kind, D(amount), **given)  # type: ignore[arg-type]


def test_every_kind_is_a_word_of_the_ledger_and_only_some_go_by_hand() -> None:
    assert set(rules.BY_HAND) | {rules.SMALL_BALANCE, "sequestration", "sliding fee"} == set(GIVEN_UP)
    for kind in GIVEN_UP:
        fits = {payers: not rules.problems(asked(kind, payers_share=payers, hardship=True)) for payers in (True, False)}
        assert fits == {True: kind in rules.PAYERS_SHARE, False: kind in rules.PERSONS_SHARE}, kind


@pytest.mark.parametrize(
    ("ask", "field", "words"),
    [
        (asked(amount="0"), "amount", "more than nothing"),
        (asked(amount="-1.00"), "amount", "more than nothing"),
        (asked(amount="63.61"), "amount", "Only $63.60 is owed"),
        (asked(owed=D("-5.00")), "amount", "Only $0.00 is owed"),
        (asked(amount="10.00", waiting=D("60.00")), "amount", "$60.00 of it waits for approval already; that leaves $3.60"),
        (asked(amount="10.00", waiting=D("70.00")), "amount", "that leaves $0.00"),
        (asked("timely filing"), "kind", "Timely filing does not fit what a person owes"),
        (asked("bad debt", payers_share=True), "kind", "does not fit what a payer owes; choose among contractual"),
        (asked("small balance"), "kind", "never written off by hand"),
        (asked("courtesy", insured=True), "kind", "Record the client's hardship first"),
        (asked("hardship", insured=True), "kind", "42 CFR 1001.952(k)"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(ask: Asked, field: str, words: str) -> None:
    found = rules.problems(ask)
    assert set(found) == {field} and words in found[field]


@pytest.mark.parametrize("kind", rules.WAIVERS)
def test_a_waiver_wants_hardship_only_of_who_is_insured(kind: str) -> None:
    assert not rules.problems(asked(kind))
    assert not rules.problems(asked(kind, insured=True, hardship=True))
    assert not rules.problems(asked("bad debt", insured=True))


@pytest.mark.parametrize(
    ("roles", "said", "limit"),
    [
        (["owner"], None, None),
        (["biller"], None, D("50.00")),
        (["scheduler"], None, D(0)),
        (["scheduler", "biller"], None, D("50.00")),
        (["biller", "owner"], None, None),
        ([], None, D(0)),
        (["owner"], D("20.00"), D("20.00")),
        (["biller"], D(0), D(0)),
    ],
)
def test_a_limit_is_what_was_said_or_what_her_roles_give(roles: list[str], said: D | None, limit: D | None) -> None:
    assert rules.limit_of(roles, said) == limit


@given(CENTS, CENTS, CENTS)
def test_it_waits_above_the_limit_and_not_in_pieces(amount: D, before: D, limit: D) -> None:
    assert not rules.waits(amount, before, None)
    assert rules.waits(amount, before, limit) == (amount + before > limit)


def test_the_limit_itself_does_not_wait() -> None:
    assert not rules.waits(D("50.00"), D(0), D("50.00")) and rules.waits(D("50.01"), D(0), D("50.00"))


@given(CENTS, st.decimals(min_value=-1000, max_value=1000, places=2))
def test_approving_is_refused_just_where_less_is_owed(amount: D, owed: D) -> None:
    assert bool(rules.changed(amount, owed)) == (owed < amount)


def test_what_is_owed_now_is_said() -> None:
    assert rules.changed(D("63.60"), D("60.00")).startswith("$60.00 is owed now, less than the $63.60 asked for.")
    assert rules.changed(D("63.60"), D("0.00")).startswith("Nothing is owed now")


def test_the_newest_hardship_that_began_counts() -> None:
    old, new = Hardship(DAY, DAY + timedelta(days=90)), Hardship(DAY + timedelta(days=10), DAY + timedelta(days=20))
    assert not rules.in_need([], DAY)
    assert not rules.in_need([old], DAY - timedelta(days=1)) and rules.in_need([old], DAY)
    assert rules.in_need([old], old.ends_on) and not rules.in_need([old], old.ends_on + timedelta(days=1))
    assert rules.in_need([old, new], DAY)  # the new one has not begun
    assert not rules.in_need([old, new], DAY + timedelta(days=21))


FITS = {"amount": D("8.00"), "in_all": D("8.00"), "credit": D(0), "statements": 2, "billed": True, "with_payer": False, "asked": False}  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("in_all", D("10.00")), ("in_all", D("7.00")), ("credit", D("0.01")), ("statements", 1), ("billed", False),
        ("with_payer", True), ("asked", True), ("amount", D(0)),
    ],
)  # fmt: skip
def test_only_small_settled_debts_are_small(fact: str, value: object) -> None:
    rule = SmallRule(D("9.99"), 2)
    assert rules.is_small(rule, Debt(**FITS)) and not rules.is_small(rule, Debt(**FITS | {fact: value}))  # type: ignore[arg-type]
