"""Claims held to the coding edits of their day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from billing.codesets.edits import Edits, Limit, Pair
from claims.facts import facts_of, with_everything
from claims.models import Claim
from claims.rules import RULES
from claims.scrubber import scrub
from practice.findings import Finding, Severity
from tests import world
from tests.claims.test_scrubber import CLEAN, LINE, MEDICARE

FAILS, MAY = Severity.WILL_FAIL, Severity.MAY_BE_DENIED
RULE_NAMES = ("never_together", "separate_services", "unit_limits", "add_ons", "code_in_force")
EDITS = Edits(
    pairs=(Pair("97140", "97124", False), Pair("97150", "97530", True)),
    limits={"97129": Limit("97129", 1, 2), "97110": Limit("97110", 6, 3), "29130": Limit("29130", 3, 1)},
    parents={"97130": frozenset({"97129"}), "90785": frozenset({"90791"})},
    source="NCCI 2026 Q4",
    limits_source="NCCI 2026 Q4",
    open_lists=frozenset({"90785"}),
)
AETNA = replace(MEDICARE, plan_type="commercial")


def found(*lines: tuple[str, int, tuple[str, ...]], **changes: Any) -> list[Finding]:
    rows = tuple(
        replace(LINE, code=code, units=units, modifiers=("GO", *more), minutes=0) for code, units, more in lines
    )
    claim = replace(CLEAN, **{"edits": EDITS, "lines": rows, **changes})
    return [finding for finding in scrub(claim, RULES) if finding.rule in RULE_NAMES]


@pytest.mark.parametrize(
    ("lines", "rule", "medicare"),
    [
        ([("97140", 1, ()), ("97124", 1, ("59",))], "never_together", FAILS),
        ([("97150", 1, ()), ("97530", 1, ())], "separate_services", FAILS),
        ([("97129", 2, ())], "unit_limits", FAILS),
        ([("29130", 4, ())], "unit_limits", FAILS),
        ([("97110", 4, ()), ("97110", 3, ("CO",))], "unit_limits", MAY),
        ([("97130", 1, ())], "add_ons", FAILS),
        ([("90785", 1, ())], "add_ons", MAY),
    ],
)
def test_medicare_denies_and_others_may(
    lines: list[tuple[str, int, tuple[str, ...]]], rule: str, medicare: Severity
) -> None:
    assert [(finding.rule, finding.severity, finding.fix) for finding in found(*lines)] == [(rule, medicare, None)]
    for plan in ("commercial", "medicaid", "tricare", "blue_cross"):
        others = found(*lines, payer=replace(MEDICARE, plan_type=plan))
        assert [(finding.rule, finding.severity) for finding in others] == [(rule, MAY)]


@pytest.mark.parametrize(
    "lines",
    [
        [("97150", 1, ()), ("97530", 1, ("59",))],
        [("97150", 1, ("XU",)), ("97530", 1, ())],
        [("97140", 1, ()), ("97530", 1, ())],
        [("97129", 1, ()), ("97130", 3, ())],
        [("29130", 3, ()), ("29130", 3, ())],
        [("97110", 6, ())],
        [("90785", 1, ()), ("90791", 1, ())],
    ],
)
def test_what_is_right_is_left_alone(lines: list[tuple[str, int, tuple[str, ...]]]) -> None:
    assert found(*lines) == []


def test_a_finding_says_which_code_carries_the_modifier_and_by_whose_word() -> None:
    [finding] = found(("97150", 1, ()), ("97530", 1, ()))
    assert finding.where == "line.97530.modifiers"
    assert finding.message == "97530 needs modifier 59 on the same day as 97150."
    assert finding.detail.endswith("the note must show the times. By NCCI 2026 Q4.")
    late = replace(EDITS, covered=False, used="2024Q3")
    [finding] = found(("97150", 1, ()), ("97530", 1, ()), edits=late)
    assert finding.detail.endswith("The edits of 2024Q3 are used: import the quarter's file.")
    [finding] = found(("97110", 7, ()))
    assert (finding.where, finding.message) == ("line.97110.units", "7 units of 97110; the most a day is 6.")
    [finding] = found(("97130", 1, ()))
    assert finding.message == "97130 is an add-on and is billed with 97129."


@pytest.mark.parametrize(
    ("code", "day", "said"),
    [
        ("97550", date(2023, 12, 31), ["97550 did not exist on the day of the session."]),
        ("97550", date(2024, 1, 1), []),
        ("98979", date(2025, 12, 31), ["98979 did not exist on the day of the session."]),
        ("X4110", date(2020, 1, 1), []),
    ],
)
def test_a_code_exists_from_its_first_day(code: str, day: date, said: list[str]) -> None:
    lines = ((code, 1, ()), (code, 1, ("CO",)))
    for payer in (MEDICARE, AETNA):
        told = found(*lines, served_on=day, payer=payer, edits=Edits())
        assert [(finding.message, finding.severity) for finding in told] == [(message, FAILS) for message in said]


def test_the_payers_own_pairs_stay() -> None:
    """Such a pair is that payer's habit, whatever the edits say."""
    payer = replace(AETNA, distinct_pairs=(("97530", "97140"),))
    lines = (replace(LINE, code="97530"), replace(LINE, code="97140", minutes=10))
    told = scrub(replace(CLEAN, payer=payer, lines=lines, edits=EDITS), RULES)
    assert [finding.rule for finding in told] == ["distinct_services"]


@pytest.mark.django_db
def test_a_signed_day_is_held_to_the_starter(django_assert_num_queries: Any) -> None:
    with world.practice() as here:
        here.signed(here.client(payer=here.medicare), ("97150", 30), ("97530", 23))
        here.signed(here.client(payer=here.aetna, first="Ada"), ("97110", 33), ("97140", 10))
        here.answer_bells()
        first, second = Claim.objects.order_by("pk")
        assert [(f["rule"], f["severity"]) for f in first.findings if f["rule"] in RULE_NAMES] == [
            ("separate_services", "will_fail")
        ]
        assert [f for f in second.findings if f["rule"] in RULE_NAMES] == []
        rows = list(with_everything(Claim.objects.all()))
        facts = facts_of(rows)
        assert Pair("97150", "97530", True) in facts[first.pk].edits.pairs
        assert facts[first.pk].edits.caution and facts[first.pk].edits is facts[second.pk].edits
        for some in (rows[:1], rows):  # however many claims
            with django_assert_num_queries(20):
                facts_of(some)
