"""The ruler under the units: its marks stand where the rule says, inside the frame, and can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.ruler import WIDTH, Ruler, ruler
from billing.stretches import Minutes
from billing.units import Rule, count


def drawn(rule: Rule, *lines: tuple[str, int]) -> Ruler:
    return ruler(count([Minutes(*line) for line in lines], rule))


def test_the_ruler_of_the_first_screen() -> None:
    """40 minutes on a bar of 60: five pixels a minute."""
    found = drawn(Rule.CMS, ("97110", 33), ("97140", 7))
    assert [(f.x, f.width, f.nth) for f in found.fills] == [(0.0, 165.0, 1), (165.0, 35.0, 2)]
    assert found.blocks == (75.0, 150.0)
    assert [(t.x, t.units, t.minutes, t.reached) for t in found.ticks] == [
        (40.0, 1, 8, True),
        (115.0, 2, 23, True),
        (190.0, 3, 38, True),
        (265.0, 4, 53, False),
    ]


def test_each_code_has_ticks_of_its_own() -> None:
    found = drawn(Rule.MIDPOINT, ("97110", 33), ("97140", 7), ("97530", 8))
    assert [(t.x, t.units, t.minutes, t.reached) for t in found.ticks] == [
        (40.0, 1, 8, True),
        (115.0, 2, 23, True),
        (240.0, 1, 8, True),
    ]


def test_untimed_and_empty_codes_are_not_on_it() -> None:
    found = drawn(Rule.CMS, ("97165", 45), ("97110", 0), ("97140", 15))
    assert [fill.nth for fill in found.fills] == [3]
    assert drawn(Rule.MIDPOINT, ("97165", 45)).ticks == ()


@pytest.mark.parametrize(("minutes", "longest"), [(59, 60), (60, 75), (74, 75), (75, 90)])
def test_the_bar_has_room_for_the_next_minute(minutes: int, longest: int) -> None:
    found = drawn(Rule.CMS, ("97110", minutes))
    assert found.fills[0].width == round(minutes * WIDTH / longest, 1)


@given(
    st.dictionaries(st.sampled_from(["97110", "97140", "97530", "97165"]), st.integers(0, 1440), min_size=1),
    st.sampled_from(Rule),
)
def test_everything_stays_in_its_frame(minutes: dict[str, int], rule: Rule) -> None:
    counted = count([Minutes(code, m) for code, m in minutes.items()], rule)
    found = ruler(counted)
    edges = [(f.x, f.x + f.width) for f in found.fills]
    assert all(0 <= start <= end <= WIDTH + 0.1 for start, end in edges)
    assert all(abs(end - start) <= 0.11 for (_, end), (start, _) in zip(edges, edges[1:], strict=False))
    assert all(0 <= tick.x <= WIDTH for tick in found.ticks) and all(0 < x < WIDTH for x in found.blocks)
    if rule is Rule.CMS and counted.timed_minutes < 50:
        assert sum(tick.reached for tick in found.ticks) == counted.timed_units
