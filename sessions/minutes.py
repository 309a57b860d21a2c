"""Heart. The lines of a session as they are typed: minutes per code, and what is still missing to sign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sessions import stretches
from sessions.codes import ATTESTED, CODES

MOST = 1440  # minutes in a day
MOST_LINES = 12
PARTS = ("subjective", "objective", "assessment", "plan")


@dataclass(frozen=True)
class Typed:
    """One row: a code and its minutes; None while the box is empty.

    `minutes` are the clinician's, together-time included; `assistant_minutes` those an assistant gave alone, beside
    them. `times`: the start–stop stretches they were counted from, or "". `modifiers`: what who treated says of the
    service, of `codes.ATTESTED`.
    """

    code: str
    minutes: int | None
    assistant_minutes: int = 0
    times: str = ""
    modifiers: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Typed":
        """From what `kept` gave."""
        return cls(**{**kept, "modifiers": tuple(kept.get("modifiers", ()))})

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self) | {"modifiers": list(self.modifiers)}

    @property
    def total(self) -> int:
        return (self.minutes or 0) + self.assistant_minutes

    @property
    def text(self) -> str:
        """As it is typed: "33", "20+13", "09:02–09:35"."""
        if self.times or self.minutes is None:
            return self.times
        return f"{self.minutes}+{self.assistant_minutes}" if self.assistant_minutes else str(self.minutes)


def parse(code: str, text: str) -> Typed:
    """A row from what was typed: minutes, start–stop stretches, or the clinician's + the assistant's alone.

    Raises ValueError with a sentence for the field.
    """
    text = text.strip()
    if not text:
        return Typed(code, None)
    own, plus, alone = text.partition("+")
    mine, my_times = _spent(own)
    theirs, their_times = _spent(alone) if plus else (0, "")
    if mine + theirs > MOST:
        raise ValueError("A day has 1,440 minutes")
    if not (my_times or their_times):
        return Typed(code, mine, theirs)
    return Typed(code, mine, theirs, (my_times or str(mine)) + (f" + {their_times or theirs}" if plus else ""))


def _spent(text: str) -> tuple[int, str]:
    """Minutes, and the stretches they come from in one spelling."""
    text = text.strip()
    if not text:
        raise ValueError("Minutes are missing beside the +")
    if stretches.looks_like(text):
        found = stretches.parse(text)
        return stretches.minutes(found), stretches.show(found)
    if not text.lstrip("-−").isascii() or not text.lstrip("-−").isdigit():
        raise ValueError(f"“{text[:12]}” is not a number of minutes")
    if text[0] in "-−":
        raise ValueError("Minutes cannot be negative")
    if len(text) > 5 or int(text) > MOST:
        raise ValueError("A day has 1,440 minutes")
    return int(text), ""


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
        elif not (0 <= (line.minutes or 0) <= MOST and 0 <= line.assistant_minutes <= MOST):
            found[index] = "Minutes go from 0 to 1,440"
        elif not ATTESTED.issuperset(line.modifiers):
            found[index] = f"{line.code}: a clinician sets {', '.join(sorted(ATTESTED))} only"
        seen.add(line.code)
    found |= {index: told for index, told in _at_once(lines).items() if index not in found}
    spent = [line.total for line in lines]
    if not found and sum(spent) > MOST:
        found[spent.index(max(spent))] = f"A day has 1,440 minutes; together these are {sum(spent):,}"
    if len(lines) > MOST_LINES:
        found[MOST_LINES] = f"A session has at most {MOST_LINES} codes"
    return found


def _at_once(lines: Sequence[Typed]) -> dict[int, str]:
    """Rows whose stretches run while those of an earlier row do: one person is with one client for one service.

    Untimed services may run beside others.
    """
    found: dict[int, str] = {}
    earlier: list[tuple[str, stretches.Stretch]] = []
    for index, line in enumerate(lines):
        if line.code not in CODES or not CODES[line.code].timed:
            continue
        for own in stretches.every(line.times):
            for code, taken in earlier:
                if own.overlaps(taken):
                    found[index] = f"{own} runs while {code} does ({taken}); the same minutes count once"
            earlier.append((line.code, own))
    return found


def missing_to_sign(parts: Mapping[str, str], lines: Iterable[Typed], needed: Sequence[str] = PARTS) -> list[str]:
    """What a note lacks before it can be signed: "minutes" and names of empty parts, in page order."""
    given = any(line.total for line in lines)
    empty = [name for name in needed if not parts.get(name, "").strip()]
    return ([] if given else ["minutes"]) + empty


def say_missing(missing: Sequence[str], called: Mapping[str, str] | None = None) -> str:
    """The one sentence beside the sign button; empty when nothing is missing. `called`: other words for the parts."""
    if not missing:
        return ""
    article = {"minutes": "minutes", "subjective": "a subjective", "objective": "an objective"}
    article |= {"assessment": "an assessment", "plan": "a plan"} | dict(called or {})
    words = [article[name] for name in missing]
    if len(words) == 1:
        return f"Add {words[0]} to sign"
    if len(words) == 2:
        return f"Add {words[0]} and {words[1]} to sign"
    parts = f"{len(words) - 1} parts of the note" if "minutes" in missing else f"{len(words)} parts of the note"
    return f"Add {'minutes and ' if 'minutes' in missing else ''}{parts} to sign"
