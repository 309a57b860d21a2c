"""The heart of the ledger: what may be written, to the cent."""

from datetime import date
from decimal import Decimal as D

import pytest

from billing import ledger
from billing.ledger import Account, Adjudication, Line, Movement, Party, Unbalanced

DAY = date(2026, 6, 15)
AETNA, PARENT, MEDICARE = Party.coverage(1), Party.contact(2), Party.payer(3)


def lines(movement: Movement | None) -> list[tuple[str, str, D]]:
    assert movement is not None
    return [(str(line.account), line.reason, line.amount) for line in movement.lines]


def test_a_charge_is_owed_whole() -> None:
    assert lines(ledger.charge(key="k", on=DAY, charge=7, amount=D("198.00"), owed_by=AETNA)) == [
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


def test_a_reversal_undoes_line_by_line() -> None:
    charge = ledger.charge(key="k", on=DAY, charge=7, amount=D("198.00"), owed_by=AETNA)
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
    base = ledger.charge(key="k", on=DAY, charge=7, amount=D("1.00"), owed_by=AETNA)
    others = [
        ledger.charge(key="k", on=DAY, charge=8, amount=D("1.00"), owed_by=AETNA),
        ledger.charge(key="k", on=DAY, charge=7, amount=D("2.00"), owed_by=AETNA),
        ledger.charge(key="k", on=DAY, charge=7, amount=D("1.00"), owed_by=PARENT),
        ledger.charge(key="k", on=date(2026, 6, 14), charge=7, amount=D("1.00"), owed_by=AETNA),
    ]
    prints = {ledger.fingerprint(movement) for movement in [base, *others]}
    assert len(prints) == 5
    same = Movement("charge", "other key", DAY, tuple(reversed(base.lines)), memo="another memo")
    assert ledger.fingerprint(same) == ledger.fingerprint(base)
