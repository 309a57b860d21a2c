"""Two texts beside each other: nothing of either is lost or invented, and what both have is not marked."""

from hypothesis import given
from hypothesis import strategies as st

from sessions.differences import MOST, Run, side_by_side

texts = st.text(alphabet="ab \n", max_size=40)


@given(mine=texts, theirs=texts)
def test_the_runs_are_the_texts(mine: str, theirs: str) -> None:
    here, there = side_by_side(mine, theirs)
    assert ("".join(run.text for run in here), "".join(run.text for run in there)) == (mine, theirs)
    assert [run.text for run in here if not run.only] == [run.text for run in there if not run.only]
    assert any(run.only for run in here + there) == (mine != theirs)


def test_words_are_marked() -> None:
    assert side_by_side("Grip 14 kg.", "Grip 15 kg.") == (
        [Run("Grip ", False), Run("14", True), Run(" kg.", False)],
        [Run("Grip ", False), Run("15", True), Run(" kg.", False)],
    )


def test_long_texts_are_not_compared_by_word() -> None:
    long = "a " * MOST
    assert side_by_side(long, long + "b") == ([Run(long, True)], [Run(long + "b", True)])
