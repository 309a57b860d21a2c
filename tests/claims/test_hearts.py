"""Matching, posting rules and the chart's geometry."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import charts, posting_rules
from claims.matching import Ours, Theirs, match
from claims.posting_rules import Effect

OURS = [Ours(1, "C1L1", "97110", D("116.00")), Ours(2, "C1L2", "97140", D("60.00"))]


def test_a_line_is_known_by_its_control_number() -> None:
    assert match(OURS, [Theirs("C1L2", "other", D("1.00")), Theirs("C1L1", "97110", D("116.00"))]) == [2, 1]


def test_without_it_by_code_and_charge_when_only_one_fits() -> None:
    assert match(OURS, [Theirs("", "97140", D("60.00"))]) == [2]
    assert match(OURS, [Theirs("", "97140", D("61.00"))]) == [None]
    twice = [*OURS, Ours(3, "C1L3", "97140", D("60.00"))]
    assert match(twice, [Theirs("", "97140", D("60.00"))]) == [None]
    assert match(twice, [Theirs("C1L2", "97140", D("60.00")), Theirs("", "97140", D("60.00"))]) == [2, 3]


@given(st.lists(st.tuples(st.sampled_from(["", "C1L1", "C1L2", "x"]), st.sampled_from(["97110", "97140"])), max_size=5))
def test_no_line_of_ours_is_guessed_twice(told: list[tuple[str, str]]) -> None:
    found = match(OURS, [Theirs(control, code, D("60.00")) for control, code in told])
    guessed = [id for id, (control, _) in zip(found, told, strict=True) if id and control not in ("C1L1", "C1L2")]
    assert len(guessed) == len(set(guessed))


@pytest.mark.parametrize(
    ("group", "reason", "effect", "word"),
    [
        ("CO", "45", Effect.GIVE_UP, "contractual"),
        ("CO", "253", Effect.GIVE_UP, "sequestration"),
        ("PR", "1", Effect.MOVE_ON, "deductible"),
        ("PR", "2", Effect.MOVE_ON, "coinsurance"),
        ("PR", "3", Effect.MOVE_ON, "copay"),
        ("CO", "197", Effect.WAIT, ""),
        ("CO", "16", Effect.WAIT, ""),
        ("OA", "23", Effect.WAIT, ""),
        ("PR", "45", Effect.WAIT, ""),
        ("PI", "45", Effect.WAIT, ""),
    ],
)
def test_only_what_is_named_is_given_up_or_moved(group: str, reason: str, effect: Effect, word: str) -> None:
    found = posting_rules.outcome(group, reason)
    assert (found.effect, found.reason) == (effect, word)


def test_adjustments_are_sorted_to_the_cent() -> None:
    told = [("CO", "45", D("72.00")), ("PR", "3", D("30.00")), ("CO", "97", D("5.00")), ("CO", "45", D("0.10"))]
    sorted_out = posting_rules.sort_out(told)
    assert sorted_out.given_up == {"contractual": D("72.10")}
    assert sorted_out.moved == {"copay": D("30.00")}
    assert sorted_out.waiting == D("5.00")


def test_a_reason_is_said_in_words() -> None:
    assert posting_rules.say("CO", "45") == "above the agreed rate"
    assert posting_rules.say("CO", "999") == "reason CO-999"


amounts = st.lists(st.integers(-500_000, 5_000_000).map(lambda c: D(c) / 100), min_size=5, max_size=5)


@given(st.lists(amounts, max_size=8))
def test_bars_fit_their_drawing(rows: list[list[D]]) -> None:
    for layout in (charts.WIDE, charts.NARROW):
        drawn, height = charts.bars([(f"payer {n}", row) for n, row in enumerate(rows)], layout)
        assert height == len(rows) * charts.ROW
        for bar, row in zip(drawn, rows, strict=True):
            assert bar.total == sum(row)
            assert [s.bucket for s in bar.segments] == [n for n, amount in enumerate(row) if amount > 0]
            assert all(s.width > 0 for s in bar.segments)
            edges = [(s.x, s.x + s.width) for s in bar.segments]
            assert all(end <= start + 0.2 for (_, end), (start, _) in zip(edges, edges[1:], strict=False))
            assert all(x >= layout.labels for x, _ in edges)
            assert bar.end <= layout.width - layout.totals + 8 + 5 * 4


def test_a_figure_stands_inside_only_where_it_fits() -> None:
    (bar,), _ = charts.bars([("Medicare", [D("14200"), D("10"), D(0), D(0), D(0)])], charts.WIDE)
    assert [s.text for s in bar.segments] == ["$14,200", ""]
