"""The count as it is told: what more minutes add, the other rule beside it, a chosen tie, what the payer's caps close."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import answers
from billing.caps import NO_CAPS, Caps
from billing.stretches import Minutes
from billing.units import Counted, Rule, count

CODES = ("97110", "97140", "97530", "97112", "97129", "97545")


def counted(rule: Rule, *lines: tuple[str, int], caps: Caps = NO_CAPS, prefer: tuple[str, ...] = ()) -> Counted:
    return count([Minutes(*line) for line in lines], rule, caps=caps, prefer=prefer)


@pytest.mark.parametrize(
    ("rule", "lines", "said"),
    [
        (Rule.CMS, [("97110", 33), ("97140", 7)], "13 more minutes make 4 units."),
        (Rule.CMS, [("97110", 37)], "1 more minute makes 3 units."),
        (Rule.CMS, [("97110", 33), ("97165", 45)], "5 more minutes make 4 units."),
        (Rule.CMS, [], "8 more minutes make 1 unit."),
        (Rule.MIDPOINT, [("97110", 33), ("97140", 5)], "3 more minutes of 97140 make 3 units."),
        (Rule.FULL, [("97110", 33)], "12 more minutes of 97110 make 3 units."),
        (Rule.MIDPOINT, [("97545", 100)], "51 more minutes of 97545 make 2 units."),
        (Rule.TENTHS, [("97530", 32)], "1 more minute of 97530 makes 0.6 hours."),
        (Rule.PER_VISIT, [("97530", 32)], ""),
        (Rule.CMS, [("90834", 20)], ""),
        (Rule.FULL, [("97165", 45)], ""),
        (Rule.FULL, [], ""),
        (Rule.CMS, [("97550", 20)], ""),
    ],
)
def test_what_more_minutes_add(rule: Rule, lines: list[tuple[str, int]], said: str) -> None:
    assert answers.next_unit(counted(rule, *lines)) == said


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        ({"discipline": 3}, ""),
        ({"day": 3}, ""),
        ({"97110": 2, "97140": 1}, ""),
        ({"97110": 2}, "13 more minutes make 4 units."),  # of the other code
        ({"discipline": 4, "day": 4}, "13 more minutes make 4 units."),
    ],
)
def test_nothing_is_promised_that_the_payer_will_not_pay(caps: dict[str, int], said: str) -> None:
    assert answers.next_unit(counted(Rule.CMS, ("97110", 33), ("97140", 7), caps=Caps.of(caps))) == said


def test_an_add_on_may_still_come_where_the_first_code_is_capped() -> None:
    at = counted(Rule.MIDPOINT, ("97129", 15), caps=Caps.of({"97129": 1}))
    assert answers.next_unit(at) == "8 more minutes of 97129 make 2 units."
    both = Caps.of({"97129": 1, "97130": 1})
    assert answers.next_unit(counted(Rule.MIDPOINT, ("97129", 30), caps=both)) == ""


@given(
    st.dictionaries(st.sampled_from(CODES), st.integers(0, 130), min_size=1, max_size=5),
    st.sampled_from([rule for rule in Rule if rule is not Rule.PER_VISIT]),
)
def test_the_minutes_that_are_promised_earn_a_unit_and_one_less_does_not(minutes: dict[str, int], rule: Rule) -> None:
    now = counted(rule, *minutes.items())
    if rule is Rule.CMS and set(minutes) == {"97545"}:
        assert now.more is None  # the pool takes nothing of it
        return
    assert now.more is not None and now.next_at is not None
    code = now.next_code or next(c for c in minutes if c != "97545")
    for more, gained in ((now.more, 1), (now.more - 1, 0)):
        later = counted(rule, *(minutes | {code: minutes[code] + more}).items())
        assert later.total - now.total == gained, (more, later.reasons)


def test_the_other_rule_stands_beside() -> None:
    lines = [Minutes("97110", 24), Minutes("97140", 23)]
    told = answers.whole(count(lines, Rule.CMS), lines, "OT")
    assert (told["total"], told["other_rule"]["rule"], told["other_rule"]["total"]) == (3, "midpoint", 4)
    told = answers.whole(count(lines, Rule.FULL), lines, "OT")
    assert (told["total"], told["other_rule"]["rule"], told["other_rule"]["total"]) == (2, "cms", 3)


def test_of_equal_splits_the_preferred_one_is_told_as_chosen() -> None:
    tie = (("97110", 20), ("97140", 20))
    proposed = counted(Rule.CMS, *tie)
    assert [line.units for line in proposed.lines] == [2, 1]
    assert proposed.reasons[-1] == "The last unit goes to 97110: 5 min. 97140 has as many left; 97110 comes first."
    assert proposed.prefer_for == (("97140",),)
    chosen = counted(Rule.CMS, *tie, prefer=proposed.prefer_for[0])
    assert [line.units for line in chosen.lines] == [1, 2]
    assert chosen.reasons[-1] == "The last unit goes to 97140: 5 min. 97110 has as many left; you chose."
    assert chosen.prefer_for == (("97110",),)


@given(
    st.dictionaries(st.sampled_from(CODES[:4]), st.integers(0, 60), min_size=1, max_size=4),
    st.lists(st.sampled_from(CODES), max_size=3),
)
def test_a_preference_decides_only_among_equals(minutes: dict[str, int], prefer: list[str]) -> None:
    plain = counted(Rule.CMS, *minutes.items())
    chosen = counted(Rule.CMS, *minutes.items(), prefer=tuple(prefer))
    split = {line.code: line.units for line in chosen.lines}
    assert split in ({line.code: line.units for line in plain.lines}, *plain.alternatives)
    for other, winners in zip(plain.alternatives, plain.prefer_for, strict=True):
        again = counted(Rule.CMS, *minutes.items(), prefer=winners)
        assert {line.code: line.units for line in again.lines} == other


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, NO_CAPS),
        ({"97035": 2, "discipline": 4, "day": 6}, Caps({"97035": 2}, 4, 6)),
        ({"codes": {"97035": 2}, "OT": 4}, Caps({"97035": 2}, 4, None)),
        ({"PT": 3}, Caps({}, None, None)),
    ],
)
def test_caps_are_read(data: dict[str, object], expected: Caps) -> None:
    assert Caps.of(data, "OT") == expected


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"97999": 2}, "“97999” is no service code"),
        ({"97035": "2"}, "97035 takes a whole number"),
        ({"97035": True}, "97035 takes a whole number"),
        ({"codes": 3}, "codes is a mapping"),
        ({"day": -1}, "day takes a whole number of units, 0 or more"),
        ({"codes": {"97035": None}}, "97035 takes a whole number"),
    ],
)
def test_what_are_no_caps_is_named(data: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Caps.of(data)
