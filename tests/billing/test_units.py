"""Minutes to units: the published examples, the table, an oracle by brute force, and the words."""

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.increments import table_units, threshold
from billing.stretches import BadMinutes, Minutes
from billing.units import Counted, Rule, count, share_out

CODES = ("97110", "97140", "97530", "97112", "97535")
SHARED = Path(__file__).parents[3] / "shared/rules/units_vectors.json"


def units(rule: Rule, *lines: tuple[str, int]) -> list[int]:
    return [line.units for line in count([Minutes(*line) for line in lines], rule).lines]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5), (82, 5), (83, 6),
     (97, 6), (98, 7), (112, 7), (113, 8), (127, 8), (128, 9)],
)  # fmt: skip
def test_the_table(minutes: int, expected: int) -> None:
    assert table_units(minutes) == expected
    assert units(Rule.CMS, ("97110", minutes)) == [expected]
    assert units(Rule.MIDPOINT, ("97110", minutes)) == [expected]


# CMS Claims Processing Manual ch. 5 §20.2.C, the examples of its section, and two edges.
@pytest.mark.parametrize(
    ("lines", "cms", "midpoint"),
    [
        ([24, 23], [2, 1], [2, 2]),
        ([20, 20], [2, 1], [1, 1]),
        ([33, 7], [2, 1], [2, 0]),
        ([18, 13, 10, 8], [1, 1, 1, 0], [1, 1, 1, 1]),
        ([7, 7, 7], [1, 0, 0], [0, 0, 0]),
        ([8, 8, 8], [1, 1, 0], [1, 1, 1]),
        ([28, 9], [2, 0], [2, 1]),
        ([6, 6, 6, 6], [1, 1, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_worked_examples(lines: list[int], cms: list[int], midpoint: list[int]) -> None:
    typed = list(zip(CODES, lines, strict=False))
    assert units(Rule.CMS, *typed) == cms
    assert units(Rule.MIDPOINT, *typed) == midpoint


def test_plain_facts() -> None:
    assert units(Rule.CMS, ("97150", 50)) == [1]
    assert units(Rule.CMS, ("97165", 3)) == [1]
    counted = count([Minutes("97165", 45), Minutes("97110", 15)], Rule.CMS)
    assert (counted.total, counted.timed_minutes) == (2, 15)


def test_a_code_twice_is_summed_first() -> None:
    assert units(Rule.CMS, ("97110", 10), ("97110", 13)) == [2]
    assert units(Rule.MIDPOINT, ("97110", 7), ("97110", 7)) == [1]


def oracle(minutes: dict[str, int]) -> list[dict[str, int]]:
    """Every split that CMS's three sentences allow, found by trying all of them."""
    total = (sum(minutes.values()) + 7) // 15
    base = {code: m // 15 for code, m in minutes.items()}
    extra = total - sum(base.values())
    best: list[dict[str, int]] = []
    most = -1
    for picked in product((0, 1), repeat=len(minutes)):
        if sum(picked) != extra:
            continue
        chosen = dict(zip(minutes, picked, strict=True))
        worth = sum(minutes[code] % 15 for code, one in chosen.items() if one)
        split = {code: base[code] + chosen[code] for code in minutes}
        if worth > most:
            most, best = worth, [split]
        elif worth == most:
            best.append(split)
    return best


@given(st.dictionaries(st.sampled_from(CODES), st.integers(0, 130), min_size=1, max_size=5))
def test_brute_force_agrees(minutes: dict[str, int]) -> None:
    counted = count([Minutes(code, m) for code, m in minutes.items()], Rule.CMS)
    got = {line.code: line.units for line in counted.lines}
    allowed = oracle(minutes)
    assert got in allowed
    assert counted.total == table_units(sum(minutes.values()))
    real = [split for split in allowed if all(u == 0 for c, u in split.items() if minutes[c] == 0)]
    assert {tuple(a.items()) for a in counted.alternatives} == {tuple(s.items()) for s in real if s != got}


@given(st.dictionaries(st.sampled_from(CODES), st.integers(0, 130), min_size=1, max_size=5), st.sampled_from(Rule))
def test_the_explanation_holds(minutes: dict[str, int], rule: Rule) -> None:
    counted = count([Minutes(code, m) for code, m in minutes.items()], rule)
    if counted.next_at is not None:
        assert _more(counted, minutes) == counted.timed_units + 1
    else:
        assert rule is Rule.PER_VISIT and all(minutes.values())
    told = " ".join(counted.reasons)
    if rule is Rule.CMS and any(minutes.values()):
        assert f"{sum(minutes.values())} timed minutes" in told
    for line in counted.lines:
        assert line.whole * 15 + line.left == line.minutes


def _more(counted: Counted, minutes: dict[str, int]) -> int:
    """Units when the next threshold is just reached."""
    code = counted.next_code or next(iter(minutes))
    have = minutes[code] if counted.next_code else sum(minutes.values())
    more = minutes | {code: minutes[code] + counted.next_at - have}
    return count([Minutes(c, m) for c, m in more.items()], counted.rule).timed_units


def test_the_words_of_the_first_screen() -> None:
    counted = count([Minutes("97110", 33), Minutes("97140", 7)], Rule.CMS)
    assert counted.reasons == (
        "33 + 7 = 40 timed minutes. 38–52 minutes is 3 units.",
        "97110 has 2 full 15-minute blocks, 3 min left over.",
        "The last unit goes to 97140: 7 min, more than the 3 left on 97110.",
    )
    assert counted.next_at == 53


def test_a_tie_is_the_clinicians_to_break() -> None:
    counted = count([Minutes("97112", 20), Minutes("97110", 20)], Rule.CMS)
    assert counted.alternatives == ({"97112": 1, "97110": 2},)
    assert "has as many left" in counted.reasons[-1]


@pytest.mark.parametrize(
    ("line", "why"),
    [(("99999", 10), "not a service code"), (("97110", -1), "0 to 1,440"), (("97110", 1441), "0 to 1,440")],
)
def test_bad_input_names_the_code(line: tuple[str, int], why: str) -> None:
    with pytest.raises(BadMinutes, match=why):
        count([Minutes(*line)], Rule.CMS)


@given(st.lists(st.integers(1, 130), min_size=1, max_size=4), st.integers(0, 30))
def test_units_are_shared_out_whole(minutes: list[int], units: int) -> None:
    shares = share_out(units, minutes)
    assert sum(shares) == units and all(share >= 0 for share in shares)


def test_units_go_to_who_gave_the_minutes() -> None:
    assert share_out(3, [30, 15]) == [2, 1]
    assert share_out(2, [22, 8]) == [1, 1]
    assert share_out(1, [8, 20]) == [0, 1]
    assert share_out(0, [5, 2]) == [0, 0]


def test_thresholds() -> None:
    assert [threshold(n) for n in (1, 2, 3, 4, 5)] == [8, 23, 38, 53, 68]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vectors are not at hand")
def test_the_shared_vectors() -> None:
    for vector in json.loads(SHARED.read_text()):
        rule = Rule.CMS if vector["rule"] == "cms" else Rule.MIDPOINT
        counted = count([Minutes(line["code"], line["minutes"]) for line in vector["lines"]], rule)
        got = {line.code: line.units for line in counted.lines}
        assert got == vector["expected"] or got in vector.get("alternatives", []), vector["id"]


def test_the_words_of_each_code_alone() -> None:
    counted = count([Minutes("97110", 33), Minutes("97140", 7), Minutes("97530", 0)], Rule.MIDPOINT)
    assert counted.reasons == (
        "97110: 33 min. 23–37 minutes is 2 units.",
        "97140: 7 min, under the 8 that make a unit.",
    )
    assert (counted.next_at, counted.next_code) == (8, "97140")
    one = count([Minutes("97110", 8)], Rule.MIDPOINT)
    assert one.reasons == ("97110: 8 min. 8–22 minutes is 1 unit.",)
    assert (one.next_at, one.next_code) == (23, "97110")


def test_the_next_unit_is_the_nearest() -> None:
    counted = count([Minutes("97140", 60), Minutes("97110", 21)], Rule.MIDPOINT)
    assert (counted.next_at, counted.next_code) == (23, "97110")  # 2 minutes away, 97140's 68 are 8


def test_the_words_of_a_single_code() -> None:
    assert count([Minutes("97110", 40)], Rule.CMS).reasons == ("40 timed minutes. 38–52 minutes is 3 units.",)
    assert count([Minutes("97110", 7)], Rule.CMS).reasons == ("7 timed minutes. A unit starts at 8.",)
    two = count([Minutes("97110", 3), Minutes("97140", 4)], Rule.CMS)
    assert two.reasons == ("3 + 4 = 7 timed minutes. A unit starts at 8.",)
    assert count([Minutes("97110", 0)], Rule.CMS).reasons == ()


def test_the_words_of_the_last_units() -> None:
    several = count([Minutes("97110", 8), Minutes("97140", 9), Minutes("97530", 6)], Rule.CMS)
    assert several.reasons[-1] == "The last 2 units go to 97140: 9 min and 97110: 8 min."
    alone = count([Minutes("97110", 30), Minutes("97140", 8)], Rule.CMS)
    assert alone.reasons == (
        "30 + 8 = 38 timed minutes. 38–52 minutes is 3 units.",
        "97110 has 2 full 15-minute blocks.",
        "The last unit goes to 97140: 8 min.",
    )
    none = count([Minutes("97110", 15), Minutes("97140", 15)], Rule.CMS)
    assert none.reasons[1:] == ("97110 has 1 full 15-minute block.", "97140 has 1 full 15-minute block.")


def test_the_words_of_untimed_codes() -> None:
    one = count([Minutes("97165", 45)], Rule.CMS)
    assert one.reasons == ("97165 is 1 unit whatever the minutes.",)
    two = count([Minutes("97165", 45), Minutes("97150", 30)], Rule.MIDPOINT)
    assert two.reasons == ("97165 and 97150 are 1 unit each whatever the minutes.",)
    [line] = one.lines
    assert (line.timed, line.units, line.whole, line.left) == (False, 1, 0, 0)
    assert (one.total, one.timed_units, one.timed_minutes) == (1, 0, 0)


def test_a_whole_day_is_the_most() -> None:
    assert units(Rule.CMS, ("97110", 1440)) == [96]
    assert units(Rule.CMS, ("97110", 0)) == [0]


def test_units_of_a_code() -> None:
    counted = count([Minutes("97110", 33), Minutes("97140", 7)], Rule.CMS)
    assert [counted.units_of(code) for code in ("97110", "97140", "97530")] == [2, 1, 0]


def test_who_gave_the_fewest_minutes_over_gives_a_unit_back() -> None:
    assert share_out(3, [29, 31]) == [1, 2]
    assert share_out(2, [44, 16]) == [2, 0]
    assert share_out(2, [31, 29]) == [1, 1]
    assert share_out(1, [15, 15]) == [1, 0]
    assert share_out(5, [3, 2]) == [3, 2]


def test_eight_codes_of_a_minute_are_one_unit_of_any() -> None:
    codes = ("97110", "97140", "97530", "97112", "97535", "97116", "97542", "97124")
    counted = count([Minutes(code, 1) for code in codes], Rule.CMS)
    assert [line.units for line in counted.lines] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert [max(split, key=split.__getitem__) for split in counted.alternatives] == list(codes[1:])
