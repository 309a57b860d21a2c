"""Heart. Reads 277CA claim acknowledgements (005010X214): which claims did the receiver take in?

A claim is accepted or rejected, nothing else; what it will be paid comes in an 835, and a rejected claim
never does. STC01-1 A3, A6, A7 and A8 reject, A4 says that nobody has the claim; STC03 U rejects whatever
the category. A rejection of the receiver level (2200B, the whole file) or of the provider level (2200C)
covers every claim beneath it, and usually names none: match those by `batch`.
Claim status responses (277, X212) answer another question and are passed over.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from claims.x12.segments import BadFile, Reader, Separators, at, parts
from practice.money import dollars

__all__ = ["ClaimStatus", "ClaimsAnswer", "read"]

LEVELS = {"21": "receiver", "19": "provider", "PT": "claim", "22": "claim", "23": "claim"}
REJECTING = frozenset({"A3", "A4", "A6", "A7", "A8"})
STATUSES = 200_000  # of one set
STATUSES_OF_A_LEVEL = 1_000
NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)
COUNT = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """The answer at one level. `control` is our CLM01 (2200D TRN02), "" above the claims.

    `category` and `code` are STC01-1 and STC01-2 of the status that decides: the first that rejects,
    else the last. `details` has every status of the level and of its service lines as
    "A7:562:85" (the third is the entity), in the order sent. `message` is STC12. `amount` is STC04.
    """

    level: str
    control: str
    accepted: bool
    category: str
    code: str
    message: str
    payer_claim_number: str
    amount: Decimal | None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimsAnswer:
    """One 277CA set. `batch` is 2200B TRN02, the BHT03 of our file; BHT03 of the answer without it.

    Counts are of the claims named; where none is, of QTY 90 and AA of the receiver level, else QA
    and QC of the providers.
    """

    statuses: tuple[ClaimStatus, ...]
    batch: str
    accepted_count: int
    rejected_count: int


def read(reader: Reader) -> list[ClaimsAnswer]:
    """Every 277CA set of the file. Other transaction sets are passed over."""
    answers = []
    current: _Set | None = None
    for segment in reader:
        tag = segment[0]
        if tag in ("ST", "SE", "GE", "IEA"):
            if current is not None and current.acknowledges:
                answers.append(current.answer())
            current = None
        if tag == "ST" and at(segment, 1) == "277":
            current = _Set(at(segment, 3), reader.separators)
        elif current is not None:
            current.take(segment)
    if current is not None:
        raise BadFile("truncated", "The file ends inside a claim acknowledgement.")
    return answers


class _Level:
    """One HL, or one claim (TRN) of several below a patient's HL, while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.trace = ""
        self.payer_claim_number = ""
        self.statuses: list[list[str]] = []  # STC segments of the level itself …
        self.line_statuses: list[list[str]] = []  # … and of the service lines below it
        self.in_line = False

    def take(self, segment: list[str]) -> None:
        match segment[0]:
            case "TRN":
                self.trace = at(segment, 2).strip()
            case "STC":
                (self.line_statuses if self.in_line else self.statuses).append(segment)
                if len(self.statuses) + len(self.line_statuses) > STATUSES_OF_A_LEVEL:
                    raise BadFile(
                        "too_many_answers", f"An answer with over {STATUSES_OF_A_LEVEL:,} statuses at one place."
                    )
            case "SVC":
                self.in_line = True
            case "REF" if at(segment, 1) == "1K" and not self.in_line:
                self.payer_claim_number = at(segment, 2).strip()

    def status(self, separators: Separators) -> ClaimStatus | None:
        """The status that decides; None when the level has none."""
        pairs = [
            (stc, parts(stc[n], separators))
            for stc in self.statuses + self.line_statuses
            for n in (1, 10, 11)
            if at(stc, n)
        ]
        if not pairs:
            return None
        rejecting = [pair for pair in pairs if _rejects(*pair)]
        own = [pair for pair in pairs if any(pair[0] is stc for stc in self.statuses)]
        stc, composite = rejecting[0] if rejecting else (own or pairs)[-1]
        return ClaimStatus(
            level=self.name,
            control=self.trace if self.name == "claim" else "",
            accepted=not rejecting,
            category=at(composite, 0).strip(),
            code=at(composite, 1).strip(),
            message=at(stc, 12).strip(),
            payer_claim_number=self.payer_claim_number,
            amount=_amount(at(stc, 4)),
            details=tuple(":".join(composite) for _, composite in pairs),
        )


class _Set:
    """One 277 set while it is read."""

    def __init__(self, version: str, separators: Separators) -> None:
        self.acknowledges = "X212" not in version
        self._separators = separators
        self._level = _Level("")
        self._covering: dict[str, ClaimStatus] = {}  # the rejections above what is being read
        self._statuses: list[ClaimStatus] = []
        self._batch = self._own_batch = ""
        self._said: Counter[str] = Counter()  # of the QTY segments, by QTY01

    def take(self, segment: list[str]) -> None:
        match segment[0]:
            case "BHT":
                self._own_batch = at(segment, 3).strip()
                self.acknowledges = self.acknowledges and at(segment, 1) != "0010"
            case "HL":
                self._next(LEVELS.get(at(segment, 3), ""))
            case "TRN" if self._level.name == "claim" and self._level.trace:
                self._next("claim")
                self._level.take(segment)
            case "QTY" if COUNT.fullmatch(at(segment, 2)):
                self._said[at(segment, 1)] += int(segment[2])
            case _:
                self._level.take(segment)

    def answer(self) -> ClaimsAnswer:
        self._next("")
        claims = [status.accepted for status in self._statuses if status.level == "claim"]
        return ClaimsAnswer(
            statuses=tuple(self._statuses),
            batch=self._batch or self._own_batch,
            accepted_count=sum(claims) if claims else self._said["90"] or self._said["QA"],
            rejected_count=(claims.count(False) if claims else self._said["AA"] or self._said["QC"]),
        )

    def _next(self, name: str) -> None:
        """Finish the level being read and begin the one called `name`."""
        level, self._level = self._level, _Level(name)
        if level.name == "receiver":
            self._batch = self._batch or level.trace
        status = level.status(self._separators)
        cover = self._covering.get("receiver") or self._covering.get("provider")
        if cover is not None and level.name in ("provider", "claim"):
            status = _covered(level, status, cover)
        if status is not None and level.name:
            self._keep(status)
        if name == "receiver":
            self._covering = {}
        elif name == "provider":
            self._covering.pop("provider", None)

    def _keep(self, status: ClaimStatus) -> None:
        self._statuses.append(status)
        if len(self._statuses) > STATUSES:
            raise BadFile("too_many_answers", f"An answer with over {STATUSES:,} statuses.")
        if status.level != "claim" and not status.accepted:
            self._covering[status.level] = status


def _covered(level: _Level, status: ClaimStatus | None, cover: ClaimStatus) -> ClaimStatus | None:
    """`status` under a rejection above it: rejected, for its own reason or else for that one."""
    if status is None and level.name != "claim":
        return None
    if status is not None and not status.accepted:
        return status
    return replace(
        cover,
        level=level.name,
        control=level.trace if level.name == "claim" else "",
        payer_claim_number=level.payer_claim_number,
        amount=status.amount if status else None,
    )


def _rejects(stc: list[str], composite: list[str]) -> bool:
    return at(composite, 0).strip() in REJECTING or at(stc, 3) == "U"


def _amount(text: str) -> Decimal | None:
    text = text.strip()
    try:
        return dollars(text) if NUMBER.fullmatch(text) else None
    except ValueError:
        return None
