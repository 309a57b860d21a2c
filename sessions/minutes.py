"""Heart. The lines of a session as they are typed: minutes per code, and what is still missing to sign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sessions.codes import CODES

MOST = 1440  # minutes in a day
MOST_LINES = 12
PARTS = ("subjective", "objective", "assessment", "plan")


@dataclass(frozen=True)
class Typed:
    """One row: a code and its minutes; None while the box is empty."""

    code: str
    minutes: int | None


def parse(text: str) -> int | None:
    """Minutes from what was typed; None for an empty box. Raises ValueError with a sentence for the field."""
    text = text.strip()
    if not text:
        return None
    if not text.lstrip("-−").isascii() or not text.lstrip("-−").isdigit():
        raise ValueError(f"“{text[:12]}” is not a number of minutes")
    if text[0] in "-−":
        raise ValueError("Minutes cannot be negative")
    if len(text) > 5 or int(text) > MOST:
        raise ValueError("A day has 1,440 minutes")
    return int(text)


def problems(lines: Sequence[Typed], discipline: str) -> dict[int, str]:
    """What is wrong with the rows, by their index: unknown or foreign code, or the same code twice."""
    found: dict[int, str] = {}
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.code not in CODES:
            found[index] = f"“{line.code[:8]}” is not a service code this practice knows"
        elif discipline not in CODES[line.code].disciplines:
            found[index] = f"{line.code} is not a code of this discipline"
        elif line.code in seen:
            found[index] = f"{line.code} is on the list already; add the minutes there"
        elif line.minutes is not None and not 0 <= line.minutes <= MOST:
            found[index] = "Minutes go from 0 to 1,440"
        seen.add(line.code)
    spent = [line.minutes or 0 for line in lines]
    if not found and sum(spent) > MOST:
        found[spent.index(max(spent))] = f"A day has 1,440 minutes; together these are {sum(spent):,}"
    if len(lines) > MOST_LINES:
        found[MOST_LINES] = f"A session has at most {MOST_LINES} codes"
    return found


def missing_to_sign(parts: Mapping[str, str], lines: Iterable[Typed]) -> list[str]:
    """What a note lacks before it can be signed: "minutes" and names of empty parts, in page order."""
    given = any(line.minutes for line in lines)
    empty = [name for name in PARTS if not parts.get(name, "").strip()]
    return ([] if given else ["minutes"]) + empty


def say_missing(missing: Sequence[str]) -> str:
    """The one sentence beside the sign button; empty when nothing is missing."""
    if not missing:
        return ""
    article = {"minutes": "minutes", "subjective": "a subjective", "objective": "an objective"}
    article |= {"assessment": "an assessment", "plan": "a plan"}
    words = [article[name] for name in missing]
    if len(words) == 1:
        return f"Add {words[0]} to sign"
    if len(words) == 2:
        return f"Add {words[0]} and {words[1]} to sign"
    parts = f"{len(words) - 1} parts of the note" if "minutes" in missing else f"{len(words)} parts of the note"
    return f"Add {'minutes and ' if 'minutes' in missing else ''}{parts} to sign"
