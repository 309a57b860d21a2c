"""A client's note of a group: what is hers stands in hers alone, and which words are names of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.groups.composing import Own, lines_for, named, names_of_others, parts_for
from sessions.minutes import PARTS, Typed

WORDS = st.text(alphabet="abc \n", max_size=20)
LINES = st.lists(st.sampled_from(["97150", "97530", "97535"]), unique=True).map(
    lambda codes: [Typed(code, 45, modifiers=("59",)) for code in codes]
)


@given(shared=st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, WORDS)), words=WORDS)
def test_her_words_stand_below_the_objective_alone(shared: dict[str, str], words: str) -> None:
    found = parts_for(shared, Own(words))
    assert set(found) == set(PARTS)
    assert all(found[name] == shared.get(name, "") for name in PARTS if name != "objective")
    assert words.strip() in found["objective"] and shared.get("objective", "").rstrip() in found["objective"]


@given(lines=LINES, minutes=st.integers(0, 90))
def test_her_minutes_stand_in_the_place_of_those_of_all(lines: list[Typed], minutes: int) -> None:
    own = Own("", tuple(Typed(line.code, minutes) for line in lines[:1]))
    found = lines_for(lines, own)
    assert [line.code for line in found] == [line.code for line in lines]
    assert found[1:] == lines[1:] and all(line.minutes == minutes for line in found[:1])
    assert Own.of(own.kept) == own
    assert [Typed.of(line.kept) for line in lines] == lines


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Will led the group.", ["Will"]),
        ("They will go on.", []),
        ("Willing to try.", []),
        ("Ben’s turn, then Ana's.", ["Ana", "Ben"]),
        ("O’Neil and Smith-Jones waited.", ["O’Neil", "Smith-Jones"]),
        ("Mary threw to the de la Cruz side.", ["de la Cruz"]),
        ("A quiet group.", []),
    ],
)
def test_which_names_stand_in_a_text(text: str, found: list[str]) -> None:
    names = {"Will", "Ben", "Ana", "O’Neil", "Smith-Jones", "de la Cruz", "A"}
    assert named(text, names) == sorted(found)


def test_her_own_name_is_no_others() -> None:
    names = {1: ("Ana", "Arroyo"), 2: ("Ben", "Bell")}
    own = {1: "Ana helped Ben.", 2: "Ben rested.", 3: "Bell"}
    assert names_of_others({}, own, names) == ["Bell", "Ben"]
    assert names_of_others({"plan": "Ana goes on."}, {}, names) == ["Ana"]
