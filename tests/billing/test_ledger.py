"""The heart of the ledger: what may be written, to the cent."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import ledger
from billing.ledger import Account, Adjudication, Line, Movement, Party, Unbalanced

DAY = date(2026, 6, 15)
AETNA, PARENT, MEDICARE = Party.coverage(1), Party.contact(2), Party.payer(3)


def lines(movement: Movement | None) -> list[tuple[str, str, D]]:
    assert movement is not None
    return [(str(line.account), line.reason, line.amount) for line in movement.lines]


def test_a_charge_is_owed_whole() -> None:
    assert lines(ledger.charge(key="k", on=DAY, charge=7, owed=[(AETNA, D("198.00"))])) == [
        ("receivable", "charge", D("198.00")),
        ("income", "service", D("-198.00")),
    ]


def test_an_adjudicated_line_says_who_owes_what() -> None:
    decision = Adjudication(
        charge=7,
        payer=AETNA,
        paid=D("96.00"),
        given_up=(("contractual", D("72.00")),),
        moved=(("copay", PARENT, D("30.00")),),
    )
    movement = ledger.adjudicate(key="k", on=DAY, decision=decision)
    assert lines(movement) == [
        ("in_transit", "remittance", D("96.00")),
        ("receivable", "paid", D("-96.00")),
        ("adjustment", "contractual", D("72.00")),
        ("receivable", "adjusted", D("-72.00")),
        ("receivable", "copay", D("-30.00")),
        ("receivable", "copay", D("30.00")),
    ]
    assert movement is not None
    owed = sum(line.amount for line in movement.lines if line.party == AETNA)
    assert owed == D("-198.00")


def test_a_payer_who_decides_nothing_moves_nothing() -> None:
    assert ledger.adjudicate(key="k", on=DAY, decision=Adjudication(charge=7, payer=AETNA, paid=D("0.00"))) is None


def test_a_refund_takes_from_the_credit() -> None:
    movement = ledger.refund(key="k", on=DAY, amount=D("62.40"), holder=PARENT, account=Account.BANK, source="refund")
    assert movement.kind == "refund"
    assert lines(movement) == [("credit", "client", D("62.40")), ("bank", "refund", D("-62.40"))]


def test_a_reversal_undoes_line_by_line() -> None:
    charge = ledger.charge(key="k", on=DAY, charge=7, owed=[(AETNA, D("198.00"))])
    undone = ledger.reverse(key="r", on=DAY, posting=1, lines=charge.lines)
    assert [a.amount + b.amount for a, b in zip(charge.lines, undone.lines, strict=True)] == [D(0), D(0)]
    assert undone.reverses == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (Line(Account.RECEIVABLE, "charge", D("1.00"), 7), "names its charge and who owes it"),
        (Line(Account.RECEIVABLE, "charge", D("1.00"), None, AETNA), "names its charge and who owes it"),
        (Line(Account.RECEIVABLE, "charge", D("1.00"), 7, MEDICARE), "names its charge and who owes it"),
        (Line(Account.CREDIT, "client", D("1.00")), "names the person or payer"),
        (Line(Account.CREDIT, "client", D("1.00"), party=AETNA), "names the person or payer"),
        (Line(Account.BANK, "piggy bank", D("1.00")), "has no reason"),
        (Line(Account.BANK, "deposit", D("0.00")), "zero dollars"),
    ],
)
def test_a_shapeless_line_is_refused(line: Line, why: str) -> None:
    other = Line(Account.INCOME, "fee", -line.amount or D("-1.00"))
    with pytest.raises(Unbalanced, match=why):
        ledger.check(Movement("x", "k", DAY, (line, other)))


def test_lines_must_sum_to_zero() -> None:
    two = (Line(Account.BANK, "deposit", D("1.00")), Line(Account.INCOME, "fee", D("-0.99")))
    with pytest.raises(Unbalanced, match=r"sum to 0\.01"):
        ledger.check(Movement("x", "k", DAY, two))
    with pytest.raises(Unbalanced, match="two lines"):
        ledger.check(Movement("x", "k", DAY, two[:1]))
    with pytest.raises(Unbalanced, match="key"):
        ledger.check(Movement("x", "", DAY, two))


def test_the_fingerprint_sees_every_change() -> None:
    base = ledger.charge(key="k", on=DAY, charge=7, owed=[(AETNA, D("1.00"))])
    others = [
        ledger.charge(key="k", on=DAY, charge=8, owed=[(AETNA, D("1.00"))]),
        ledger.charge(key="k", on=DAY, charge=7, owed=[(AETNA, D("2.00"))]),
        ledger.charge(key="k", on=DAY, charge=7, owed=[(PARENT, D("1.00"))]),
        ledger.charge(key="k", on=date(2026, 6, 14), charge=7, owed=[(AETNA, D("1.00"))]),
    ]
    prints = {ledger.fingerprint(movement) for movement in [base, *others]}
    assert len(prints) == 5
    same = Movement("charge", "other key", DAY, tuple(reversed(base.lines)), memo="another memo")
    assert ledger.fingerprint(same) == ledger.fingerprint(base)


def test_the_words_in_brackets() -> None:
    """What reports and people look for; a word that changes here changes books that are written."""
    assert {str(account): sorted(words) for account, words in ledger.REASONS.items()} == {
        "receivable": [
            "adjusted", "applied", "charge", "coinsurance", "copay", "deductible", "discount", "expected copay",
            "other share", "paid",
        ],
        "income": ["capitation", "fee", "interest", "product", "service"],
        "adjustment": [
            "QMB", "bad debt", "capitation", "collections", "contractual", "courtesy", "hardship", "sequestration",
            "sliding fee", "small balance", "timely filing",
        ],
        "in_transit": ["card processor", "remittance", "till"],
        "bank": ["deposit", "refund"],
        "credit": ["client", "payer"],
        "payer_balance": ["provider adjustment"],
        "expense": ["levy", "processor fee"],
        "opening_balance": ["carried over"],
    }  # fmt: skip


def test_responsibility_moves_whole() -> None:
    moved = ledger.transfer(
        key="k", on=DAY, charge=7, source=AETNA, targets=[(PARENT, D("30.00"))], reason="expected copay"
    )
    assert moved.kind == "transfer"
    assert [(line.party, line.reason, line.amount) for line in moved.lines] == [
        (AETNA, "expected copay", D("-30.00")),
        (PARENT, "expected copay", D("30.00")),
    ]


def test_credit_moves_whole() -> None:
    other = Party.contact(4)
    moved = ledger.move_credit(key="k", on=DAY, amount=D("30.00"), source=PARENT, target=other)
    assert moved.kind == "transfer"
    assert [(str(line.account), line.party, line.reason, line.amount) for line in moved.lines] == [
        ("credit", PARENT, "client", D("30.00")),
        ("credit", other, "client", D("-30.00")),
    ]


def test_what_is_given_up_is_no_longer_owed() -> None:
    given_up = ledger.adjust(key="k", on=DAY, charge=7, amount=D("2.50"), party=PARENT, reason="small balance")
    assert given_up.kind == "adjustment"
    assert lines(given_up) == [
        ("adjustment", "small balance", D("2.50")),
        ("receivable", "adjusted", D("-2.50")),
    ]


@pytest.mark.parametrize(("holder", "word"), [(PARENT, "client"), (MEDICARE, "payer")])
def test_money_that_came_is_held_for_who_gave_it(holder: Party, word: str) -> None:
    received = ledger.receive(key="k", on=DAY, amount=D("50.00"), holder=holder, into="till", memo="check 12")
    assert (received.kind, received.memo) == ("payment", "check 12")
    assert lines(received) == [("in_transit", "till", D("50.00")), ("credit", word, D("-50.00"))]
    assert received.lines[1].party == holder


def test_a_credit_pays_charges() -> None:
    applied = ledger.apply(key="k", on=DAY, holder=PARENT, shares=[(7, D("20.00")), (8, D("30.00"))])
    assert applied.kind == "application"
    assert lines(applied) == [
        ("credit", "client", D("50.00")),
        ("receivable", "applied", D("-20.00")),
        ("receivable", "applied", D("-30.00")),
    ]
    assert [line.charge for line in applied.lines] == [None, 7, 8]
    assert {line.party for line in applied.lines} == {PARENT}


def test_a_payers_own_adjustment_belongs_to_no_charge() -> None:
    kept = ledger.provider_adjustment(key="k", on=DAY, amount=D("12.00"), payer=MEDICARE, memo="WO")
    assert (kept.kind, kept.memo) == ("provider adjustment", "WO")
    assert lines(kept) == [
        ("in_transit", "remittance", D("-12.00")),
        ("payer_balance", "provider adjustment", D("12.00")),
    ]
    assert kept.lines[1].party == MEDICARE


def test_kinds_are_what_the_history_of_a_charge_says() -> None:
    charge = ledger.charge(key="k", on=DAY, charge=7, owed=[(AETNA, D("1.00"))], income="fee")
    decision = Adjudication(charge=7, payer=AETNA, paid=D("1.00"))
    told = ledger.adjudicate(key="k", on=DAY, decision=decision)
    assert told is not None
    undone = ledger.reverse(key="k", on=DAY, posting=3, lines=charge.lines)
    assert [m.kind for m in (charge, told, undone)] == ["charge", "remittance", "reversal"]
    assert lines(charge)[1] == ("income", "fee", D("-1.00"))


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=8), st.data())
def test_an_adjudicated_line_balances_whatever_the_shares(cents: list[int], data: st.DataObject) -> None:
    """Paid, given up and moved in any mix: the payer owes exactly that less, and nothing appears or is lost."""
    amounts = [D(cent) / 100 for cent in cents]
    fates = [data.draw(st.sampled_from(["paid", "contractual", "sequestration", "copay", "deductible"])) for _ in cents]
    told = list(zip(fates, amounts, strict=True))
    decision = Adjudication(
        charge=7,
        payer=AETNA,
        paid=sum((a for f, a in told if f == "paid"), D("0.00")),
        given_up=tuple((f, a) for f, a in told if f in ("contractual", "sequestration")),
        moved=tuple((f, PARENT, a) for f, a in told if f in ("copay", "deductible")),
    )
    movement = ledger.adjudicate(key="k", on=DAY, decision=decision)
    assert movement is not None
    assert sum(line.amount for line in movement.lines) == 0
    assert sum(line.amount for line in movement.lines if line.party == AETNA) == -sum(amounts)
    moved = sum((a for f, a in told if f in ("copay", "deductible")), D("0.00"))
    assert sum((line.amount for line in movement.lines if line.party == PARENT), D("0.00")) == moved
