"""Why something cannot be invoiced: one reason each, in a fixed order, said in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from billing.invoicing.why_not import FIXES, Facts, Reason, sentence, why
from practice.money import LARGEST

# Each fact alone, in the order in which they win.
ALONE = [
    ({"signed": False}, Reason.UNSIGNED, "The note is not signed"),
    (
        {"charged": False, "lacks_coverage": True},
        Reason.NO_COVERAGE,
        "An injury at work, and no workers’ compensation is entered",
    ),
    ({"charged": False, "codes": ("97112", "97750")}, Reason.NO_FEE, "No fee is set for 97112, 97750"),
    ({"charged": False}, Reason.CHARGING, "Signed, and being charged now"),
    ({"payer": "Aetna", "claim": "rejected"}, Reason.REJECTED, "The claim to Aetna was rejected"),
    ({"payer": "Aetna", "claim": "denied"}, Reason.DENIED, "Aetna denied it"),
    ({"payer": "Aetna", "claim": "not sent"}, Reason.NOT_SENT, "The claim to Aetna is not sent yet"),
    ({"payer": "Aetna", "since": date(2026, 11, 3)}, Reason.WITH_PAYER, "With Aetna since Nov 3"),
    ({"payer": "Aetna"}, Reason.WITH_PAYER, "With Aetna"),
    ({"never": "Medicare’s QMB rule"}, Reason.NEVER, "May not be billed: Medicare’s QMB rule"),
    ({"astray": True}, Reason.ASTRAY, "Owed, and on no invoice"),
    ({"credit": D("20.00")}, Reason.ONLY_CREDIT, "Owes nothing and holds $20.00"),
    ({}, Reason.NOTHING, "Nothing is left to ask for"),
    ({"net": D("-5.00"), "credit": D("9.00")}, Reason.NOTHING, "Corrections take more than is left"),
    ({"net": LARGEST + 1}, Reason.TOO_MUCH, "More than $9,999,999,999.99 for one invoice"),
    ({"net": D("30.00"), "credit": D("30.00")}, Reason.COVERED, "Credit of $30.00 covers it"),
]


@pytest.mark.parametrize(("given", "reason", "words"), ALONE)
def test_each_reason_and_its_words(given: dict, reason: Reason, words: str) -> None:
    facts = Facts(**given)
    assert (why(facts), sentence(reason, facts)) == (reason, words)


def test_what_is_hers_and_not_covered_can_be_invoiced() -> None:
    assert why(Facts(net=D("30.00"), credit=D("29.99"))) is None
    assert why(Facts(net=LARGEST)) is None
    assert why(Facts(net=D("0.01"))) is None


def test_the_first_that_holds_is_told() -> None:
    """All of them at once, and one after the other taken away."""
    facts = Facts(
        signed=False, lacks_coverage=True, codes=("97112",), charged=False, payer="Aetna", claim="denied", never="QMB",
        net=D("9.00"), credit=D("9.00"), astray=True,
    )  # fmt: skip
    steps = [
        ({}, Reason.UNSIGNED),
        ({"signed": True}, Reason.NO_COVERAGE),
        ({"lacks_coverage": False}, Reason.NO_FEE),
        ({"codes": ()}, Reason.CHARGING),
        ({"charged": True}, Reason.DENIED),
        ({"claim": "somewhere"}, Reason.WITH_PAYER),
        ({"payer": ""}, Reason.NEVER),
        ({"never": ""}, Reason.ASTRAY),
        ({"astray": False}, Reason.COVERED),
        ({"credit": D(0)}, None),
    ]
    for change, expected in steps:
        facts = replace(facts, **change)
        assert why(facts) == expected


def test_every_reason_has_what_mends_it() -> None:
    assert set(FIXES) == set(Reason) and all(FIXES.values())
    assert {reason for _, reason, _ in ALONE} == set(Reason)
