"""Cases of every rule, in our own words; those of the shared papers are read as well where they lie at hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.assistants import over_a_tenth
from billing.caps import Caps
from billing.stretches import BadMinutes, Minutes
from billing.units import Rule, count
from sessions.codes import CODES, FAMILIES, RANGES, may_become, stretch_of

SHARED = Path(__file__).parents[3] / "shared/rules"


def earned(rule: Rule, *lines: tuple[Any, ...], discipline: str = "OT", **kwargs: Any) -> dict[str, int]:
    counted = count([Minutes(*line) for line in lines], rule, discipline=discipline, **kwargs)
    return {line.code: line.units for line in counted.lines if line.units}


def split(*lines: tuple[Any, ...], discipline: str = "OT", rule: Rule = Rule.CMS) -> dict[str, tuple[int, int]]:
    """Clean units and those with the assistant's modifier, by code."""
    counted = count([Minutes(*line) for line in lines], rule, discipline=discipline)
    return {line.code: (line.units - line.assisted, line.assisted) for line in counted.lines if line.units}


@pytest.mark.parametrize(
    ("code", "minutes", "units"),
    [
        ("96125", 30, {}),
        ("96125", 31, {"96125": 1}),
        ("96125", 90, {"96125": 1}),
        ("96125", 91, {"96125": 2}),
        ("97129", 7, {}),
        ("97129", 22, {"97129": 1}),
        ("97129", 38, {"97129": 1, "97130": 2}),
        ("97550", 15, {}),
        ("97550", 16, {"97550": 1}),
        ("97550", 37, {"97550": 1}),
        ("97550", 38, {"97550": 1, "97551": 1}),
        ("97550", 53, {"97550": 1, "97551": 2}),
        ("97545", 60, {}),
        ("97545", 61, {"97545": 1}),
        ("97545", 150, {"97545": 1}),
        ("97545", 151, {"97545": 1, "97546": 1}),
        ("97545", 240, {"97545": 1, "97546": 2}),
        ("96112", 75, {"96112": 1}),
        ("96112", 76, {"96112": 1, "96113": 1}),
        ("90839", 29, {}),
        ("90839", 74, {"90839": 1}),
        ("90839", 75, {"90839": 1, "90840": 1}),
        ("90839", 105, {"90839": 1, "90840": 2}),
        ("98980", 19, {}),
        ("98980", 39, {"98980": 1}),
        ("98980", 40, {"98980": 1, "98981": 1}),
        ("90834", 15, {}),
        ("90834", 16, {"90832": 1}),
        ("90832", 38, {"90834": 1}),
        ("90832", 53, {"90837": 1}),
        ("90837", 200, {"90837": 1}),
        ("90847", 25, {}),
        ("90847", 26, {"90847": 1}),
        ("97150", 3, {"97150": 1}),
        ("97167", 75, {"97167": 1}),
    ],
)
@pytest.mark.parametrize("rule", [Rule.CMS, Rule.MIDPOINT])
def test_a_code_that_counts_by_itself(rule: Rule, code: str, minutes: int, units: dict[str, int]) -> None:
    assert earned(rule, (code, minutes)) == units


def test_a_first_code_and_its_add_on_are_one_stretch_in_the_pool() -> None:
    assert earned(Rule.CMS, ("97129", 15), ("97130", 23)) == {"97129": 1, "97130": 2}
    assert earned(Rule.CMS, ("97129", 20), ("97530", 20)) == {"97129": 1, "97130": 1, "97530": 1}
    counted = count([Minutes("97129", 20), Minutes("97530", 20)], Rule.CMS)
    assert counted.alternatives == ({"97129": 1, "97530": 2},)


@pytest.mark.parametrize(
    ("rule", "minutes", "units"),
    [
        (Rule.FULL, 14, 0), (Rule.FULL, 15, 1), (Rule.FULL, 29, 1), (Rule.FULL, 30, 2),
        (Rule.NEAREST_QUARTER, 7, 0), (Rule.NEAREST_QUARTER, 8, 1), (Rule.NEAREST_QUARTER, 23, 2),
        (Rule.PER_VISIT, 0, 0), (Rule.PER_VISIT, 1, 1), (Rule.PER_VISIT, 90, 1),
        (Rule.TENTHS, 2, 0), (Rule.TENTHS, 3, 1), (Rule.TENTHS, 32, 5), (Rule.TENTHS, 34, 6), (Rule.TENTHS, 45, 8),
    ],
)  # fmt: skip
def test_other_rules(rule: Rule, minutes: int, units: int) -> None:
    assert sum(earned(rule, ("97530", minutes)).values()) == units


def test_full_units_of_a_family() -> None:
    assert earned(Rule.FULL, ("97550", 29)) == {} and earned(Rule.FULL, ("97550", 45)) == {"97550": 1, "97551": 1}


def test_a_payer_pays_so_many_and_no_more() -> None:
    caps = Caps.of({"97035": 2, "discipline": 4, "day": 5})
    counted = count([Minutes("97035", 60), Minutes("97530", 45), Minutes("97150", 30), Minutes("97010", 5)], Rule.MIDPOINT, caps=caps)  # fmt: skip
    assert {line.code: line.units for line in counted.lines} == {"97035": 2, "97530": 2, "97150": 1, "97010": 0}
    assert not any(line.assisted for line in counted.lines)
    told = " ".join(counted.reasons)
    assert "at most 2 units of 97035 a day" in told and "at most 4 units a day" in told


def test_what_is_capped_keeps_the_clean_units() -> None:
    counted = count([Minutes("97530", 30, 30)], Rule.CMS, caps=Caps.of({"97530": 3}))
    assert [(line.units, line.assisted) for line in counted.lines] == [(3, 1)]


@pytest.mark.parametrize(
    ("therapist", "assistant", "clean", "assisted"),
    [
        (5, 10, 0, 1), (7, 8, 0, 1), (8, 7, 1, 0), (10, 10, 1, 0), (15, 7, 1, 0), (15, 8, 1, 1), (15, 15, 1, 1),
        (12, 14, 1, 1), (9, 14, 1, 1), (14, 9, 1, 1), (23, 22, 2, 1), (25, 20, 2, 1), (30, 7, 2, 0), (40, 12, 3, 0),
        (7, 1, 0, 1), (7, 16, 0, 2), (0, 15, 0, 1), (30, 0, 2, 0), (3, 4, 0, 0),
    ],
)  # fmt: skip
def test_the_assistants_units(therapist: int, assistant: int, clean: int, assisted: int) -> None:
    expected = {"97530": (clean, assisted)} if clean + assisted else {}
    assert split(("97530", therapist, assistant)) == expected


def test_the_assistants_units_of_other_services() -> None:
    assert split(("97150", 36, 4)) == {"97150": (1, 0)} and split(("97150", 35, 5)) == {"97150": (0, 1)}
    assert split(("97165", 45, 0), ("97535", 0, 15)) == {"97165": (1, 0), "97535": (0, 1)}
    assert split(("97165", 45, 15)) == {"97165": (1, 0)}
    assert split(("92507", 0, 45), discipline="SLP") == {"92507": (1, 0)}
    assert split(("97129", 15, 15)) == {"97129": (1, 0), "97130": (0, 1)}
    assert split(("97550", 0, 45)) == {"97550": (0, 1), "97551": (0, 1)}
    assert split(("97550", 30, 15)) == {"97550": (1, 0), "97551": (0, 1)}
    assert split(("97550", 0, 30)) == {"97550": (0, 1)}
    assert split(("97550", 16, 29)) == {"97550": (1, 0), "97551": (0, 1)}
    assert split(("97550", 10, 50)) == {"97550": (0, 1), "97551": (1, 1)}
    assert split(("97550", 8, 31)) == {"97550": (0, 1), "97551": (1, 0)}
    assert split(("97550", 37, 1)) == {"97550": (1, 0), "97551": (0, 1)}
    assert split(("97550", 15, 38)) == {"97550": (0, 1), "97551": (1, 1)}
    assert split(("97129", 30, 0)) == {"97129": (1, 0), "97130": (1, 0)}
    assert split(("97129", 0, 30)) == {"97129": (0, 1), "97130": (0, 1)}
    assert split(("97530", 30, 30), rule=Rule.TENTHS) == {"97530": (5, 5)}
    assert split(("97530", 15, 30), rule=Rule.PER_VISIT) == {"97530": (0, 1)}


def test_the_minutes_beside_each_code() -> None:
    def beside(*lines: tuple[str, int]) -> list[tuple[str, int]]:
        return [(line.code, line.minutes) for line in count([Minutes(*x) for x in lines], Rule.CMS).lines]

    assert beside(("97129", 38)) == [("97129", 15), ("97130", 23)]
    assert beside(("97550", 25)) == [("97550", 25)] and beside(("97550", 40)) == [("97550", 30), ("97551", 10)]
    assert beside(("90832", 45)) == [("90832", 0), ("90834", 45)] and beside(("90832", 5)) == [("90832", 5)]
    assert beside(("97130", 5), ("97129", 6)) == [("97129", 11), ("97130", 0)]


def test_minutes_that_count_and_what_a_unit_is() -> None:
    pooled, alone = (count([Minutes("97110", 20), Minutes("96125", 40)], rule) for rule in (Rule.CMS, Rule.MIDPOINT))
    assert (pooled.timed_minutes, alone.timed_minutes) == (20, 60)
    sizes = [count([Minutes("97110", 20)], rule).size for rule in Rule]
    assert [str(size) for size in sizes] == ["1"] * 5 + ["0.1"]


def test_the_next_unit_of_longer_ones() -> None:
    counted = count([Minutes("97545", 0)], Rule.FULL)
    assert (counted.next_at, counted.next_code) == (120, "97545")
    assert count([Minutes("97545", 130)], Rule.MIDPOINT).next_at == 151
    assert count([Minutes("90832", 10)], Rule.MIDPOINT).next_at is None  # a range has one unit, and no next


def test_a_tenth_is_told_in_whole_percent() -> None:
    assert not over_a_tenth(1, 10) and over_a_tenth(21, 200) and not over_a_tenth(20, 199) and not over_a_tenth(0, 0)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("99999", 15), "99999 is not a service code"),
        (("97110", -1), "0 to 1,440"),
        (("97110", 1441), "0 to 1,440"),
        (("97110", 0, -5), "0 to 1,440"),
        (("97130", 15), "97130 is an add-on; enter 97129 too"),
        (("97598", 15), "97598 is an add-on; enter 97597 too"),
        (("90785", 0), "enter the service it adds to"),
        (("97165", 0, 45), "an assistant does not evaluate"),
        (("97110", 1000, 1000), "a day has 1,440 minutes"),
    ],
)
def test_what_cannot_be_counted(line: tuple[Any, ...], told: str) -> None:
    with pytest.raises(BadMinutes, match=told):
        count([Minutes(*line)], Rule.CMS)


def test_a_code_begins_on_a_day() -> None:
    from datetime import date

    with pytest.raises(BadMinutes, match="97550 is not valid on 2023-12-31; it begins in 2024"):
        count([Minutes("97550", 30)], Rule.CMS, on=date(2023, 12, 31))
    assert count([Minutes("97550", 30)], Rule.CMS, on=date(2024, 1, 1)).total == 1


def test_what_was_signed_is_counted_as_it_stands() -> None:
    counted = count([Minutes("97130", 20)], Rule.CMS, strict=False)
    assert {line.code: line.units for line in counted.lines} == {"97129": 1, "97130": 0}


def test_every_code_has_its_stretch() -> None:
    assert all(code in CODES for family in FAMILIES.values() for code in (family.base, family.add_on))
    assert all(code in CODES for ranges in RANGES for _, code in ranges)
    assert all(stretch_of(code) in CODES and may_become(code) <= set(CODES) for code in CODES)


_LINES = st.lists(
    st.tuples(st.sampled_from(sorted(CODES)), st.integers(0, 130), st.integers(0, 60)), min_size=1, max_size=5
)


@given(_LINES, st.sampled_from(Rule), st.sampled_from(["OT", "PT", "SLP"]))
def test_nothing_is_lost_or_made(lines: list[tuple[str, int, int]], rule: Rule, discipline: str) -> None:
    counted = count([Minutes(*line) for line in lines], rule, discipline=discipline, strict=False)
    assert sum(line.minutes for line in counted.lines) == sum(t + a for _, t, a in lines)
    for line in counted.lines:
        assert 0 <= line.assisted <= line.units
        assert line.units or not line.assisted
    if discipline == "SLP" or not any(a for _, _, a in lines):
        assert not any(line.assisted for line in counted.lines)


@given(st.integers(0, 130), st.integers(0, 130))
def test_the_assistant_never_adds_a_unit(therapist: int, assistant: int) -> None:
    alone = count([Minutes("97110", therapist + assistant)], Rule.CMS).total
    assert count([Minutes("97110", therapist, assistant)], Rule.CMS).total == alone


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vectors are not at hand")
def test_the_shared_assistant_vectors() -> None:
    for vector in json.loads((SHARED / "co_modifier_vectors.json").read_text()):
        lines = [
            Minutes(line["code"], line["therapist_minutes"] + line["together_minutes"], line["assistant_minutes"])
            for line in vector["lines"]
        ]
        counted = count(lines, Rule.CMS, discipline=vector["discipline"])
        got = sorted(
            (line.code, units, assisted)
            for line in counted.lines
            for units, assisted in ((line.units - line.assisted, False), (line.assisted, True))
            if units
        )
        allowed = [vector["expected"], *vector.get("alternatives", [])]
        told = [sorted((e["code"], e["units"], e["assistant_modifier"]) for e in some) for some in allowed]
        assert got in told, vector["id"]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vectors are not at hand")
@pytest.mark.parametrize(
    "vector",
    json.loads((SHARED / "units_vectors_extra.json").read_text()) if SHARED.exists() else [],
    ids=lambda vector: vector["id"],
)
def test_the_shared_extra_vectors(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["expected"]
    minutes = given.get("minutes")
    match vector["kind"]:
        case "midpoint":
            code = {30: "96113", 60: "96125"}[given["increment"]]
            base = [("96112", 60)] if code == "96113" else []
            got = earned(Rule.MIDPOINT, *base, (code, minutes))
            assert got.get(code, 0) == expected["units"]
        case "psychotherapy_time":
            assert earned(Rule.CMS, ("90834", minutes)) == {expected["code"]: expected["units"]}
        case "family_psychotherapy":
            assert earned(Rule.CMS, ("90847", minutes)) == ({expected["code"]: 1} if expected["code"] else {})
        case "crisis_psychotherapy":
            assert earned(Rule.CMS, ("90839", minutes)) == expected
        case "family_15_plus_15" | "family_30_plus_15":
            assert earned(Rule.CMS, (given["base"], minutes)) == expected
        case "per_discipline":
            got = {
                d: sum(earned(Rule.CMS, *((x["code"], x["minutes"]) for x in some)).values())
                for d, some in given.items()
            }
            assert got == expected
        case "nearest_quarter_hour_capped":
            caps = Caps.of({"discipline": given["cap_units"]})
            assert sum(earned(Rule.NEAREST_QUARTER, ("97530", minutes), caps=caps).values()) == expected["units"]
        case "tenths_of_hour":
            assert sum(earned(Rule.TENTHS, ("97530", minutes)).values()) == round(expected["units"] * 10)
        case "full_units_only":
            assert sum(earned(Rule.FULL, ("97530", minutes)).values()) == expected["units"]
        case other:
            pytest.fail(f"a kind of case that nobody reads: {other}")
