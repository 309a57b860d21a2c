"""Heart. The modifiers of a day's lines, from rules, in the order the payer wants.

- GO, GP, GN: under which discipline's plan a service was given (Medicare Claims Processing Manual ch. 5 §20.1).
  Codes that are therapy only sometimes need it too when a therapist gives them, and here therapists do.
- CO, CQ: an assistant gave it (§20.1, 42 CFR 410.59 and 410.60). Speech has no assistant modifier.
- 59, XE, XS, XP, XU: two services that count as one were given separately. Only where an edit allows it, and on
  its column 2; whoever treated says so, nobody else.
- KX: the client's therapy of the year is above the threshold and still needed (§10.3.1): on the line that crosses
  it and all after. It attests necessity, so it never stands beside the
  modifier of an advance notice.
- 95 live video, 93 audio only, with place of service 10 (at the client's home) or 02; for payers that ask.
- 76, 77: the same service again, by the same person or another; whoever treated says so.
- GA, GX, GY, GZ: from an advance notice (`billing.notices`). They decide who pays, so they are never the ones
  that are left out.

No source gives an order for these; a payer may have its own. A line holds four.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.codesets.edits import Pair
from practice.money import ZERO
from sessions.codes import ATTESTED, CODES, REPEATED, SEPARATE

THERAPY = {"OT": "GO", "PT": "GP", "SLP": "GN"}
ASSISTANT = {"OT": "CO", "PT": "CQ"}
VIDEO, AUDIO = "95", "93"
TELEHEALTH = frozenset({"02", "10"})  # places of service
NOTICES = ("GA", "GX", "GY", "GZ")
MOST = 4

# Names of groups, as a payer's own order lists them.
GROUPS: dict[str, frozenset[str]] = {
    "discipline": frozenset(THERAPY.values()),
    "assistant": frozenset(ASSISTANT.values()),
    "separate": SEPARATE,
    "threshold": frozenset({"KX"}),
    "telehealth": frozenset({VIDEO, AUDIO}),
    "repeated": REPEATED,
    "notice": frozenset(NOTICES),
}
ORDER = tuple(GROUPS)


@dataclass(frozen=True)
class Wishes:
    """What a payer asks for. `order` names groups; those it leaves out follow in the usual order."""

    discipline: bool = False
    assistant: bool = False
    threshold: bool = False
    telehealth: bool = False
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """A client's day: where, how, which codes count as one, and dollars allowed in the year before it.

    `accrued` and `threshold` are None where no threshold is known.
    """

    discipline: str
    place_of_service: str = "11"
    audio_only: bool = False
    pairs: tuple[Pair, ...] = ()
    accrued: Decimal | None = None
    threshold: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """A line of the day. `attested`: what who treated says of it; `allowed`: dollars the payer is expected to allow;
    `notice`: modifiers of the advance notice it stands under.
    """

    code: str
    assisted: bool = False
    attested: tuple[str, ...] = ()
    allowed: Decimal = ZERO
    notice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A line's modifiers, those that did not fit, and sentences about what was asked and is not allowed."""

    modifiers: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def for_day(lines: Sequence[Line], setting: Setting, wishes: Wishes) -> list[Marked]:
    """The modifiers of all lines of a client's day with one payer, line by line."""
    codes = [line.code for line in lines]
    above = _above(lines, setting, wishes)
    found = []
    for line, over in zip(lines, above, strict=True):
        problems = tuple(refused(line, codes, setting.pairs))
        wanted = [*_usual(line, setting, wishes), *_allowed(line, codes, setting.pairs), *line.notice]
        if over and not line.notice:
            wanted.append("KX")
        found.append(_fitted(wanted, wishes.order, problems))
    return found


def _usual(line: Line, setting: Setting, wishes: Wishes) -> Iterator[str]:
    """By discipline, by who gave it, and by where."""
    known = CODES.get(line.code)
    if wishes.discipline and setting.discipline in THERAPY and known and known.therapy:
        yield THERAPY[setting.discipline]
    if wishes.assistant and line.assisted and setting.discipline in ASSISTANT:
        yield ASSISTANT[setting.discipline]
    if wishes.telehealth and setting.place_of_service in TELEHEALTH:
        yield AUDIO if setting.audio_only else VIDEO


def _allowed(line: Line, codes: Collection[str], pairs: Collection[Pair]) -> Iterator[str]:
    """What was attested, where a pair leaves room for it."""
    for modifier in line.attested:
        if modifier in REPEATED or (modifier in SEPARATE and separable(line.code, codes, pairs)):
            yield modifier


def _above(lines: Sequence[Line], setting: Setting, wishes: Wishes) -> list[bool]:
    """Whether each line is above the year's threshold, allowed amounts added up in the order of the lines."""
    if not wishes.threshold or setting.accrued is None or setting.threshold is None:
        return [False] * len(lines)
    found, accrued = [], setting.accrued
    for line in lines:
        known = CODES.get(line.code)
        accrued += line.allowed
        found.append(accrued > setting.threshold and bool(known and known.therapy))
    return found


def _fitted(wanted: Sequence[str], order: Sequence[str], problems: tuple[str, ...]) -> Marked:
    """In order, four at most. Those of a notice stay; of the others the last fall away."""
    ranks = [*(group for group in order if group in GROUPS), *(group for group in ORDER if group not in order)]
    placed = sorted(dict.fromkeys(wanted), key=lambda m: next(n for n, group in enumerate(ranks) if m in GROUPS[group]))
    room = MOST - sum(modifier in NOTICES for modifier in placed)
    others = [modifier for modifier in placed if modifier not in NOTICES]
    kept = tuple(modifier for modifier in placed if modifier in NOTICES or modifier in others[:room])
    return Marked(kept, tuple(others[room:]), problems)


# --- what may be attested -------------------------------------------------------------------------


def separable(code: str, codes: Collection[str], pairs: Collection[Pair]) -> list[str]:
    """The codes of the day that `code` counts as part of, unless it was given separately."""
    return [pair.column1 for pair in pairs if pair.column2 == code and pair.may_be_separate and pair.column1 in codes]


def refused(line: Line, codes: Collection[str], pairs: Collection[Pair]) -> Iterator[str]:
    """What was attested of a line and is not allowed, a sentence each."""
    for modifier in line.attested:
        if modifier not in ATTESTED:
            yield f"{line.code}: {modifier} is not for a clinician to set"
        elif modifier in SEPARATE and not separable(line.code, codes, pairs):
            other = next((pair.column2 for pair in pairs if pair.column1 == line.code and pair.may_be_separate), None)
            where = f"; it belongs on {other}" if other in codes else "; nothing it would have to be separate from"
            yield f"{line.code} takes no {modifier} on this day{where}"


@dataclass(frozen=True)
class Ask:
    """`code` is not paid beside `beside` unless the two were separate; `never`: not even then."""

    code: str
    beside: str
    never: bool = False

    @property
    def words(self) -> str:
        if self.never:
            return f"{self.code} is never paid on the same day as {self.beside}."
        return f"{self.code} is paid beside {self.beside} only when the two were given in separate minutes."


def asks(lines: Sequence[Line], pairs: Collection[Pair]) -> list[Ask]:
    """What the person who treated must still say about the codes of a day."""
    told = {line.code for line in lines if SEPARATE.intersection(line.attested)}
    codes = {line.code for line in lines}
    return [
        Ask(pair.column2, pair.column1, never=not pair.may_be_separate)
        for pair in pairs
        if {pair.column1, pair.column2} <= codes and not (pair.may_be_separate and pair.column2 in told)
    ]
