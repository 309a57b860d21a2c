"""Heart. A client's note of a group: what all share, her own words, and minutes of hers where they differ."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sessions.minutes import PARTS, Typed

MOST_WORDS = 2000  # characters of a client's own line
OWN_PART = "objective"  # where they go: what was measured and seen
OFFERED = {"OT": "97150", "PT": "97150", "SLP": "92508", "MH": "90853"}  # the code of a group, by discipline


@dataclass(frozen=True)
class Own:
    """What stands in one client's note alone. `lines`: minutes that differ from those of all, by code; 0 is none."""

    words: str = ""
    lines: tuple[Typed, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Own":
        """From what `kept` gave."""
        return cls(kept.get("words", ""), tuple(Typed.of(line) for line in kept.get("lines", ())))

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"words": self.words, "lines": [line.kept for line in self.lines]}


def parts_for(shared: Mapping[str, str], own: Own) -> dict[str, str]:
    """The parts of one client's note: her own words stand below what all share."""
    parts = {name: shared.get(name, "") for name in PARTS}
    both = (parts[OWN_PART].rstrip(), own.words.strip())
    return parts | {OWN_PART: "\n".join(text for text in both if text)}


def lines_for(lines: Sequence[Typed], own: Own) -> list[Typed]:
    """The codes and minutes of one client, in the order of all."""
    hers = {line.code: line for line in own.lines}
    return [hers.get(line.code, line) for line in lines]


def named(text: str, names: Collection[str]) -> list[str]:
    """Which of the names stand in a text as words, as they are written: first names, last names.

    “Will” is found, “will” is not: a note is full of small words that are names too.
    """
    words = set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text))
    bare = {re.sub(r"['’]s$", "", word) for word in words}
    return sorted({name for name in names if len(name) > 1 and set(name.split()) <= bare})


def names_of_others(
    shared: Mapping[str, str], own: Mapping[int, str], names: Mapping[int, Collection[str]]
) -> list[str]:
    """Names of clients that would stand in the note of another: all that are in the shared text, and in one client's
    words those of the others. `own` (words) and `names` are by session.
    """
    everybody = {name for each in names.values() for name in each}
    found = set(named(" ".join(shared.values()), everybody))
    for session, words in own.items():
        hers = set(names.get(session, ()))
        found |= set(named(words, everybody - hers))
    return sorted(found)
