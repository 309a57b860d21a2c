"""Heart. Two texts beside each other: which words of each the other has not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 4000  # words and gaps; above, comparing takes longer than a person waits
WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Run:
    """A stretch of a text. `only`: the other text has not got it here."""

    text: str
    only: bool


def side_by_side(mine: str, theirs: str) -> tuple[list[Run], list[Run]]:
    """Both texts in runs; joined they are the texts. Long ones are not compared by word: they are one run each."""
    ours, others = WORDS.findall(mine), WORDS.findall(theirs)
    if len(ours) + len(others) > MOST:
        return _runs([(mine, mine != theirs)]), _runs([(theirs, mine != theirs)])
    steps = SequenceMatcher(None, ours, others, autojunk=False).get_opcodes()
    return (
        _runs([("".join(ours[start:end]), what != "equal") for what, start, end, _, _ in steps]),
        _runs([("".join(others[start:end]), what != "equal") for what, _, _, start, end in steps]),
    )


def _runs(found: Sequence[tuple[str, bool]]) -> list[Run]:
    return [Run(text, only) for text, only in found if text]
