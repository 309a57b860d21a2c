"""Heart. Advance Beneficiary Notices (form CMS-R-131): which covers a code on a day, and what it does to the claim.

A notice is given before a service that Medicare Part B is expected not to pay. Signed in time, the choice on it
decides whether a claim is made and who owes; without one the practice bears a denial it expected. Sources: Medicare
Claims Processing Manual ch. 30 §50 (the notice, its estimate, one year for repeated services) and ch. 5 §10.3;
CMS on the modifiers GA, GX, GY, GZ; RULES M7. Never used for Medicare Advantage.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from itertools import combinations

FAMILY = ("GA", "GX", "GY", "GZ")
NEAR = Decimal(100)  # dollars by which an estimate may be off, or a quarter of the cost if that is more


class Kind(StrEnum):
    """Why Medicare is expected not to pay."""

    NECESSITY = "necessity"  # not reasonable and necessary in this case: the notice is required
    LIMIT = "limit"  # more, or more often, than is paid for: required too
    EXCLUDED = "excluded"  # never a benefit: the notice is voluntary, and needs no choice


class Option(IntEnum):
    """The box the person ticked, item G of the form."""

    CLAIM = 1
    PAY = 2
    DECLINE = 3


@dataclass(frozen=True)
class Notice:
    """A notice as far as money goes. `starts_on` is the first service it is for; until `signed_on` it waits.

    `option` None with a signature: a voluntary notice on which nothing was ticked. `ends_on` is the last day it
    counts when it was withdrawn.
    """

    id: int
    coverage: int
    codes: frozenset[str]
    kind: Kind
    starts_on: date
    option: Option | None = None
    signed_on: date | None = None
    ends_on: date | None = None

    @property
    def valid_until(self) -> date | None:
        """The last day a signed notice covers repeated services: a year from the signature."""
        return a_year_from(self.signed_on) if self.signed_on else None


@dataclass(frozen=True)
class Effect:
    """What a notice, or the want of one, does to a service: claimed or not, with what, and who owes it first.

    `owed_by_person` is who owes at once; under GA or GY she owes once Medicare has denied. `liable` is whether a
    denial may ever become hers. `notice` is the notice it comes from.
    """

    modifiers: tuple[str, ...]
    claim: bool
    owed_by_person: bool
    service_given: bool
    liable: bool
    notice: int | None = None


def a_year_from(day: date) -> date:
    """The last day of the year that starts on `day`; from February 29 it ends on February 28."""
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3 if leap else day.month, 1 if leap else day.day) - timedelta(days=1)


def covers(notice: Notice, code: str, on: date) -> bool:
    """Whether a signed notice speaks of a service: signed on or before its day, within the year, not withdrawn."""
    signed, until = notice.signed_on, notice.valid_until
    return signed is not None and until is not None and signed <= on <= until and _speaks(notice, code, on)


def standing(notices: Iterable[Notice], code: str, on: date) -> Notice | None:
    """The notice that covers `code` on `on`: of several the one signed last."""
    found = [notice for notice in notices if covers(notice, code, on)]
    return max(found, key=lambda notice: (notice.signed_on or date.min, notice.id), default=None)


def waiting(notices: Iterable[Notice], code: str, on: date) -> Notice | None:
    """The notice that says a denial of `code` is expected on `on` and that nobody had signed by then, the newest."""
    found = [
        notice
        for notice in notices
        if _speaks(notice, code, on)
        and on <= a_year_from(notice.starts_on)
        and (notice.signed_on is None or notice.signed_on > on)
    ]
    return max(found, key=lambda notice: notice.id, default=None)


def _speaks(notice: Notice, code: str, on: date) -> bool:
    return code in notice.codes and notice.starts_on <= on and (notice.ends_on is None or on <= notice.ends_on)


def effect(notice: Notice) -> Effect:
    """What a notice does to the services it covers.

    Signed: option 1 claims with GA, or GX and GY for what is never a benefit; option 2 makes no claim and the person
    owes at once; option 3 is a service that is not given. Not signed, or signed without a choice where one is
    required: GZ, and the practice bears the denial; what is never a benefit needs no notice and goes as GY.
    """
    voluntary = notice.kind is Kind.EXCLUDED
    if notice.signed_on is None or (notice.option is None and not voluntary):
        return Effect(("GY",) if voluntary else ("GZ",), True, False, True, voluntary, notice.id)
    if notice.option is Option.DECLINE:
        return Effect((), False, False, False, False, notice.id)
    if notice.option is Option.PAY:
        return Effect((), False, True, True, True, notice.id)
    return Effect(("GX", "GY") if voluntary else ("GA",), True, False, True, True, notice.id)


ORDINARY = Effect((), claim=True, owed_by_person=False, service_given=True, liable=True)


def liability(notices: Sequence[Notice], code: str, on: date) -> Effect:
    """How a service that was given on a day is claimed and owed; ORDINARY when no notice speaks of it.

    A service given although it was declined is one without a notice the person accepted: never hers to pay.
    """
    signed = standing(notices, code, on)
    if signed:
        told = effect(signed)
        return told if told.service_given else replace(_unsigned(signed), liable=False)
    unsigned = waiting(notices, code, on)  # a signature that came later does not reach back
    return _unsigned(unsigned) if unsigned else ORDINARY


def _unsigned(notice: Notice) -> Effect:
    return effect(replace(notice, signed_on=None, option=None))


# Why two modifiers may not stand on one line, in words of our own.
APART = {
    frozenset({"GA", "GZ"}): "a required notice was signed, or it was not",
    frozenset({"GA", "GX"}): "a notice is required or voluntary",
    frozenset({"GA", "GY"}): "the service is a benefit in question or never one",
    frozenset({"GY", "GZ"}): "the service is a benefit in question or never one",
    frozenset({"GX", "GZ"}): "a notice was given, or it was not",
    frozenset({"GX", "EY"}): "a voluntary notice does not go with a missing order",
    frozenset({"GX", "GL"}): "a voluntary notice does not go with an upgrade",
    frozenset({"GA", "KX"}): "KX says that the service is necessary, GA that Medicare will say it is not",
}


def conflicts(modifiers: Iterable[str]) -> str:
    """The first two modifiers that may not stand on one line, in a sentence; empty when all may."""
    for first, second in combinations(modifiers, 2):
        if why := APART.get(frozenset({first, second})):
            return f"{first} and {second} cannot stand on one line: {why}."
    return ""


def too_low(estimate: Decimal, cost: Decimal) -> bool:
    """Whether an estimate is further below the cost than the form allows: 100 dollars or a quarter of it.

    An estimate above the cost harms nobody.
    """
    return estimate < cost - max(NEAR, cost / 4)


WIDTH, HEIGHT, LONGEST = 600, 140, 12_000  # the pad on which a signature is drawn, and the most characters of it
_POINT = r"\d{1,3} \d{1,3}"
STROKES = re.compile(rf"M{_POINT}(?: L{_POINT})*(?: M{_POINT}(?: L{_POINT})*)*")


def strokes_problem(path: str) -> str:
    """What is wrong with a drawn signature (an SVG path of straight strokes on the pad); empty when nothing is."""
    if not path:
        return ""
    if len(path) > LONGEST:
        return "The drawn signature is too long; clear it and sign once more"
    if not STROKES.fullmatch(path):
        return "The drawn signature cannot be read; clear it and sign once more"
    numbers = [int(number) for number in re.findall(r"\d+", path)]
    if max(numbers[0::2]) > WIDTH or max(numbers[1::2]) > HEIGHT:
        return "The drawn signature leaves its box; clear it and sign once more"
    return ""
