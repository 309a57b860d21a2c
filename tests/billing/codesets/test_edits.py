"""Coding edits on a day, and the starter table that answers before a file is imported."""

import csv
from datetime import date
from pathlib import Path

import pytest

from billing.codesets import starter
from billing.codesets.edits import (
    ANY_PARENT,
    Billed,
    DatedPair,
    DatedParent,
    Edits,
    Limit,
    Pair,
    alone,
    alone_words,
    limit_words,
    over_limit,
    pair_between,
    pair_words,
    pairs_among,
    parents_on,
    tells_apart,
    together,
)
from sessions.codes import CODES

RULES = Path(__file__).parents[4] / "shared/rules"
DAY = date(2024, 7, 1)


def row(first: str, second: str, since: date, until: date | None = None, indicator: int = 1) -> DatedPair:
    return DatedPair(first, second, since, until, indicator)


# --- pairs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), Pair("97530", "97116", True)),
        (date(2020, 9, 30), Pair("97530", "97116", True)),
        (date(2020, 10, 1), None),  # taken back: indicator 9
        (date(2021, 12, 31), None),
        (date(2022, 1, 1), Pair("97530", "97116", False)),
    ],
)
def test_the_window_holds_on_its_first_and_last_day(on: date, found: Pair | None) -> None:
    rows = [
        row("97530", "97116", date(2020, 1, 1), date(2020, 9, 30)),
        row("97530", "97116", date(2020, 10, 1), date(2020, 10, 1), 9),
        row("97530", "97116", date(2022, 1, 1), None, 0),
        row("97530", "97140", date(2000, 1, 1)),
    ]
    assert pair_between(rows, "97116", "97530", on) == pair_between(rows, "97530", "97116", on) == found


def test_where_two_rows_hold_the_latest_speaks_and_the_stricter_of_a_day() -> None:
    rows = [row("97150", "97530", date(2020, 1, 1), None, 0), row("97530", "97150", date(2022, 1, 1))]
    assert pair_between(rows, "97530", "97150", date(2021, 1, 1)) == Pair("97150", "97530", False)
    assert pair_between(rows, "97530", "97150", date(2022, 1, 1)) == Pair("97530", "97150", True)
    same = [row("97150", "97530", date(2020, 1, 1)), row("97530", "97150", date(2020, 1, 1), None, 0)]
    assert pair_between(same, "97530", "97150", DAY) == Pair("97530", "97150", False)


def test_the_pairs_among_the_codes_of_a_day() -> None:
    rows = [row("97150", "97530", date(2020, 1, 1)), row("97140", "97124", date(1996, 1, 1), None, 0)]
    assert pairs_among(rows, {"97530", "97150", "97124", "97140"}, DAY) == (
        Pair("97140", "97124", False),
        Pair("97150", "97530", True),
    )
    assert pairs_among(rows, ["97530", "97124"], DAY) == pairs_among(rows, [], DAY) == ()


SEPARATE = Edits(pairs=(Pair("97150", "97530", True),))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([Billed("97150", 1, ("GO",)), Billed("97530", 2, ("GO",))], 1),
        ([Billed("97150", 1, ("GO",)), Billed("97530", 2, ("GO", "59"))], 0),
        ([Billed("97150", 1, ("GO", "XU")), Billed("97530", 2, ("GO",))], 0),
        ([Billed("97150", 1), Billed("97530", 1, ("XE",)), Billed("97530", 1, ("CO",))], 1),
        ([Billed("97150", 1), Billed("97530", 1, ("XE",)), Billed("97530", 1, ("CO", "XS"))], 0),
        ([Billed("97150", 1), Billed("97530", 1, ("76",))], 1),
        ([Billed("97150", 1), Billed("97530", 1, ("25",))], 1),
        ([Billed("97150", 1)], 0),
        ([Billed("97530", 1)], 0),
    ],
)
def test_a_modifier_on_every_line_of_either_code_tells_two_apart(lines: list[Billed], found: int) -> None:
    assert len(list(together(SEPARATE, lines))) == found


def test_some_modifiers_tell_some_codes_apart() -> None:
    assert [
        m for m in ("59", "XE", "XS", "XP", "XU", "LT", "RT", "FA", "F1", "F9") if not tells_apart(Billed("x", 1, (m,)))
    ] == []
    assert [m for m in ("25", "76", "GO", "KX", "F0", "") if tells_apart(Billed("97530", 1, (m,)))] == []
    assert tells_apart(Billed("97168", 1, ("25",))) and not tells_apart(Billed("99999", 1, ("25",)))


def test_nothing_tells_apart_what_is_never_paid_together() -> None:
    never = Edits(pairs=(Pair("97140", "97124", False),))
    assert list(together(never, [Billed("97140", 1, ("59",)), Billed("97124", 1, ("59",))])) == list(never.pairs)


# --- units ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "units", "found"),
    [(1, [3, 3], []), (1, [3, 4], [4]), (2, [3, 1], [4]), (3, [2, 2], [4]), (3, [2, 1], []), (2, [3], [])],
)
def test_a_limit_is_of_a_line_or_of_the_day(indicator: int, units: list[int], found: list[int]) -> None:
    limit = Limit("97116", 3, indicator)
    lines = [Billed("97116", count) for count in units] + [Billed("97110", 50)]
    assert list(over_limit(Edits(limits={"97116": limit}), lines)) == [(limit, count) for count in found]


# --- add-ons --------------------------------------------------------------------------------------


def test_an_add_on_needs_one_of_its_parents_on_the_day() -> None:
    rows = [
        DatedParent("90785", "90791", date(2013, 1, 1), None, False),
        DatedParent("97546", "97545", date(2013, 4, 1), date(2025, 12, 31), True),
        DatedParent("92618", ANY_PARENT, date(2012, 1, 1), None, False),
        DatedParent("97130", "97129", date(2020, 1, 1), None, True),
        DatedParent("97130", "97127", date(2018, 1, 1), date(2019, 12, 31), True),
    ]
    parents, open_lists = parents_on(rows, date(2025, 12, 31))
    assert parents == {"90785": {"90791"}, "97546": {"97545"}, "92618": set(), "97130": {"97129"}}
    assert open_lists == {"90785", "92618"}
    assert "97546" not in parents_on(rows, date(2026, 1, 1))[0]
    edits = Edits(parents=parents)
    assert list(alone(edits, ["97130", "97130", "92618", "97110"])) == [("97130", frozenset({"97129"}))]
    assert list(alone(edits, ["97130", "97129", "90785", "90791"])) == []


# --- words ----------------------------------------------------------------------------------------


def test_findings_are_in_plain_words() -> None:
    said, why = pair_words(Pair("97150", "97530", True))
    assert said == "97530 needs modifier 59 on the same day as 97150."
    assert "97530 counts as part of 97150" in why and "the note must show the times" in why
    said, why = pair_words(Pair("97140", "97124", False))
    assert (said, why) == (
        "97124 is never paid on the same day as 97140.",
        "The two count as one service, 97140, and no modifier changes that.",
    )
    assert limit_words(Limit("97129", 1, 2), 2) == (
        "2 units of 97129; the most a day is 1.",
        "The payer denies all of them, and an appeal does not help: it is policy.",
    )
    assert limit_words(Limit("97010", 0, 3), 1)[0] == "1 unit of 97010; the most a day is 0."
    assert "pays on appeal" in limit_words(Limit("97110", 6, 3), 7)[1]
    assert limit_words(Limit("29130", 3, 1), 4) == (
        "4 units of 29130; the most on a line is 3.",
        "The payer denies the whole line.",
    )
    assert alone_words("97130", frozenset({"97129"}))[0] == "97130 is an add-on and is billed with 97129."
    many = frozenset(f"9921{n}" for n in range(8))
    assert alone_words("90833", many)[0] == (
        "90833 is an add-on and is billed with one of 99210, 99211, 99212, 99213, 99214, 99215 …."
    )
    assert Edits().caution == ""
    assert Edits(covered=False, used="2024Q3").caution == "The edits of 2024Q3 are used: import the quarter's file."


# --- the starter table ------------------------------------------------------------------------------


def pair_of(first: str, second: str) -> Pair | None:
    return pair_between(starter.PAIRS, first, second, DAY)


def test_the_starter_knows_what_surprises_people() -> None:
    for free in ("97116", "97140", "97110", "97112", "97533", "97535"):
        assert pair_of("97530", free) is None
    for evaluation in ("97165", "97166", "97167", "97161", "97162", "97163"):
        for treatment in ("97140", "97530", "97150", "97535", "97110"):
            assert pair_of(evaluation, treatment) is None
    assert pair_of("97530", "97150") == Pair("97150", "97530", True)
    assert pair_of("97168", "97535") == Pair("97535", "97168", True)
    assert pair_of("97168", "97530") is None
    assert pair_of("97124", "97140") == Pair("97140", "97124", False)
    assert pair_of("97166", "97168") == Pair("97166", "97168", False)
    assert pair_of("97760", "97763") == Pair("97760", "97763", False)
    assert pair_of("90791", "90837") == Pair("90791", "90837", False)
    assert starter.LIMITS["97110"] == Limit("97110", 6, 3) and starter.LIMITS["97129"] == Limit("97129", 1, 2)
    assert parents_on(starter.PARENTS, DAY)[0]["97551"] == {"97550"}


def test_the_starter_is_about_codes_of_ours_and_says_everything_once() -> None:
    keys = [frozenset({pair.column1, pair.column2}) for pair in starter.PAIRS]
    assert len(set(keys)) == len(keys) > 300
    assert {code for key in keys for code in key} | set(starter.LIMITS) <= set(CODES)
    assert set(CODES) - set(starter.LIMITS) == {"98979", "98984", "98985"}  # began in 2026


@pytest.mark.skipif(not (RULES / "ncci_pairs.csv").exists(), reason="the shared facts are not here")
def test_the_starter_agrees_with_the_shared_facts() -> None:
    with (RULES / "ncci_pairs.csv").open(newline="") as file:
        active = {
            (said["column1"], said["column2"]): int(said["modifier_indicator"])
            for said in csv.DictReader(file)
            if said["active_2024q3"] == "Y"
        }
    told = {(pair.column1, pair.column2): pair.indicator for pair in starter.PAIRS}
    assert {key: told[key] for key in told if active.get(key) != told[key]} == {}
    ours = {key for key in active if key[0] in CODES and key[1] in CODES}
    therapy = {key for key in ours if all(CODES[code].therapy for code in key)}
    assert len(therapy & set(told)) / len(therapy) > 0.8


@pytest.mark.skipif(not (RULES / "codes.csv").exists(), reason="the shared facts are not here")
def test_the_starters_limits_agree_with_the_shared_facts() -> None:
    with (RULES / "codes.csv").open(newline="") as file:
        facts = {
            said["code"]: (said["mue_practitioner_2024q3"], said["mai"]) for said in csv.DictReader(file) if said["mai"]
        }
    assert {code: (str(limit.most), str(limit.indicator)) for code, limit in starter.LIMITS.items()} == facts
