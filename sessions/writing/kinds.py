"""Heart. What each kind of note asks for in its four parts, and which kind the codes of a session propose.

A progress report tells of each goal, why skilled care goes on and what changes in the plan; a discharge summary covers
what was done since the last report (Medicare Benefit Policy Manual ch. 15 §220.3). The words are our own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sessions import minutes
from sessions.codes import CODES
from sessions.minutes import PARTS, Typed
from sessions.note_kinds import Kind

LONGEST = 20_000  # characters of a part
AGAIN = frozenset({"97164", "97168"})  # evaluations of a client who is known


@dataclass(frozen=True)
class Part:
    title: str
    asks: str


@dataclass(frozen=True)
class Sheet:
    """A kind of note as it is written. `label` stands on its button; `needed` are the parts it is not signed without."""

    label: str
    title: str
    parts: Mapping[str, Part]
    needed: tuple[str, ...] = PARTS

    @property
    def words(self) -> dict[str, str]:
        """What is to be added, by part: as the page calls it."""
        return {name: f"“{part.title}”" for name, part in self.parts.items()}


def _sheet(label: str, title: str, *parts: tuple[str, str], needed: tuple[str, ...] = PARTS) -> Sheet:
    return Sheet(label, title, {name: Part(*part) for name, part in zip(PARTS, parts, strict=True)}, needed)


SHEETS: dict[Kind, Sheet] = {
    Kind.DAILY: _sheet(
        "Daily",
        "Treatment note",
        ("Subjective", "What the client reports"),
        ("Objective", "What you measured and saw"),
        ("Assessment", "What changed, and why skilled care is still needed"),
        ("Plan", "How often, until when, and what is next"),
    ),
    Kind.PROGRESS: _sheet(
        "Progress report",
        "Progress report",
        ("Client’s report", "What the client and the family say has changed"),
        ("Progress towards each goal", "Goal by goal: what it was at the start or the last report, and what it is now"),
        ("Why skilled care goes on", "What only a therapist can do here, and why more gains are to be expected"),
        ("Changes to the plan", "Goals that are met, dropped or new; how often and until when; or that nothing changes"),
    ),
    Kind.EVALUATION: _sheet(
        "Evaluation",
        "Evaluation",
        ("History", "What happened and when, life before it, other conditions, what the client wants to do again"),
        ("Findings", "Tests with their figures, what the client can and cannot do"),
        ("Assessment", "What limits the client, how far care can help, and why it takes a therapist"),
        ("Goals and plan", "Goals that can be measured, how often, for how long, and by what"),
    ),
    Kind.REEVALUATION: _sheet(
        "Re-evaluation",
        "Re-evaluation",
        ("What changed", "Why it is time to look again: a new finding, a setback, no gains, or more than was expected"),
        ("Findings", "The same tests again, beside the figures of the evaluation"),
        ("Assessment", "What the findings say about the goals and the care so far"),
        ("Goals and plan", "Goals and care as they go on from here"),
    ),
    Kind.DISCHARGE: _sheet(
        "Discharge",
        "Discharge summary",
        ("Client’s report", "What the client says at the end; may stay empty"),
        ("Goals at discharge", "Goal by goal: met, partly met or not met, with figures from start and end"),
        ("Why care ends", "Goals met, no more gains, the client’s wish, or moved on; and what was done since the last report"),
        ("What is next", "Home program, equipment, who to call, and when to come back"),
        needed=("objective", "assessment", "plan"),
    ),
}  # fmt: skip


def proposed(codes: Iterable[str]) -> Kind:
    """The kind that the codes of a session speak for. An evaluation of a known client beside a first one is a first."""
    known = [CODES[code] for code in codes if code in CODES and CODES[code].evaluation]
    if not known:
        return Kind.DAILY
    return Kind.REEVALUATION if all(entry.code in AGAIN for entry in known) else Kind.EVALUATION


def kept(chosen: Kind | None, before: Kind | None, codes_before: Iterable[str], codes: Iterable[str]) -> Kind:
    """The kind of a draft after a save: the chosen one; else the one before, which follows the codes until somebody
    has chosen another than they propose.
    """
    if chosen is not None:
        return chosen
    return proposed(codes) if before in (None, proposed(codes_before)) else Kind(before)


def missing_to_sign(kind: Kind, parts: Mapping[str, str], lines: Iterable[Typed]) -> list[str]:
    """What a note of a kind lacks before it can be signed: "minutes" and names of empty parts, in page order."""
    return minutes.missing_to_sign(parts, lines, SHEETS[kind].needed)


def say_missing(kind: Kind, missing: Sequence[str]) -> str:
    """The one sentence beside the sign button; empty when nothing is missing."""
    return minutes.say_missing(missing, None if kind is Kind.DAILY else SHEETS[kind].words)


def too_long(parts: Mapping[str, str]) -> dict[str, str]:
    """By part what is said of text that is longer than a part can be."""
    return {
        name: f"{name.capitalize()} has {len(text):,} characters; a part of a note has at most {LONGEST:,}. "
        "What you typed stays on this page until it is shorter"
        for name, text in parts.items()
        if name in PARTS and len(text) > LONGEST
    }
