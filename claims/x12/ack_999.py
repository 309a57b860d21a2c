"""Heart. Reads 999 (005010X231A1) and 997 acknowledgements: did our file pass the syntax checks?

One answer per functional group of ours (AK1 … AK9), in it one per transaction set (AK2 … IK5). Match by
AK102 = our GS06 and AK202 = our ST02. Acceptance here says nothing about claims; that is the 277CA.
Codes (IK501, AK901): A accepted, E accepted with errors noted, P partly accepted (read every set),
R, M, W, X rejected. The bad values that IK404 quotes are not kept: they are client data.
"""

import re
from dataclasses import dataclass

from claims.x12.segments import BadFile, Reader, Separators, at, parts

__all__ = ["FileAnswer", "SegmentError", "SetAnswer", "read"]

ACCEPTED = frozenset({"A", "E"})
ENDS = frozenset({"ST", "SE", "GE", "IEA"})
SEGMENTS = 200_000  # of one file: more than any answer to files of ours
CONTROL = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SegmentError:
    """One IK3, or one IK4 under it. `position` counts segments from ST, which is 1; None if unreadable.

    `code` is IK304, "8" meaning that the fault is in an element: `element` is IK401 ("2", or "1:3" for
    a component), `element_code` IK403; both empty when the segment itself is at fault. `loop` is
    IK303. `claim_control` is the CLM01 that a CTX names, "" where none does.
    """

    tag: str
    position: int | None
    loop: str
    code: str
    element: str
    element_code: str
    claim_control: str


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """One AK2 … IK5. `reasons` are IK502 to IK506, why the set as a whole is refused."""

    set_control: str
    accepted: bool
    code: str
    errors: tuple[SegmentError, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """One AK1 … AK9. `accepted` is False for P: then `sets` says which part was.

    `group_control` is None when AK102 is not a number. `reasons` are AK905 to AK909.
    """

    group_control: int | None
    accepted: bool
    code: str
    sets: tuple[SetAnswer, ...]
    reasons: tuple[str, ...] = ()


def read(reader: Reader) -> list[FileAnswer]:
    """Every group answered in the file, in its order. Other transaction sets are passed over."""
    answers: list[FileAnswer] = []
    group: _Group | None = None
    acknowledges = False
    for segment in reader:
        tag = segment[0]
        if tag in ENDS or tag == "AK1":
            if group is not None:
                answers.append(group.answer())
            group = _Group(segment, reader.separators) if tag == "AK1" and acknowledges else None
        if tag == "ST":
            acknowledges = at(segment, 1) in ("999", "997")
        elif group is not None:
            group.take(segment)
            if reader.number > SEGMENTS:
                raise BadFile("too_many_answers", f"An answer of over {SEGMENTS:,} segments.")
    if group is not None:  # half an answer would reject what was accepted
        raise BadFile("truncated", "The file ends inside an acknowledgement.")
    return answers


class _Group:
    """One AK1 … AK9 while it is read."""

    def __init__(self, ak1: list[str], separators: Separators) -> None:
        self._control = at(ak1, 2).strip()
        self._separators = separators
        self._sets: list[_Set] = []
        self._ak9: list[str] = []

    def take(self, segment: list[str]) -> None:
        match segment[0]:
            case "AK2":
                self._sets.append(_Set(at(segment, 2).strip(), self._separators))
            case "AK9":
                self._ak9 = self._ak9 or segment
            case _ if self._sets:
                self._sets[-1].take(segment)

    def answer(self) -> FileAnswer:
        code = at(self._ak9, 1)
        return FileAnswer(
            group_control=int(self._control) if CONTROL.fullmatch(self._control) else None,
            accepted=code in ACCEPTED,
            code=code,
            sets=tuple(one.answer() for one in self._sets),
            reasons=tuple(filter(None, self._ak9[5:10])),
        )


class _Set:
    """One AK2 … IK5 while it is read. AK3, AK4 and AK5 are what a 997 calls IK3, IK4 and IK5."""

    def __init__(self, control: str, separators: Separators) -> None:
        self._control = control
        self._separators = separators
        self._errors: list[SegmentError] = []
        self._segment: list[str] = []  # the IK3 being read …
        self._elements: list[list[str]] = []  # … the IK4 below it …
        self._claim = ""  # … and the claim that its CTX names
        self._ik5: list[str] = []

    def take(self, segment: list[str]) -> None:
        if self._ik5:  # closed; what still comes belongs nowhere
            return
        match segment[0]:
            case "IK3" | "AK3":
                self._finish_segment()
                self._segment = segment
            case "IK4" | "AK4":
                self._elements.append(segment)
            case "CTX":
                name, *value = parts(at(segment, 1), self._separators)
                if name == "CLM01" and value:
                    self._claim = value[0].strip()
            case "IK5" | "AK5":
                self._finish_segment()
                self._ik5 = segment

    def answer(self) -> SetAnswer:
        self._finish_segment()
        code = at(self._ik5, 1)
        return SetAnswer(
            set_control=self._control,
            accepted=code in ACCEPTED,
            code=code,
            errors=tuple(self._errors),
            reasons=tuple(filter(None, self._ik5[2:7])),
        )

    def _finish_segment(self) -> None:
        if self._segment:
            position = at(self._segment, 2)
            for element in self._elements or [[]]:
                self._errors.append(
                    SegmentError(
                        tag=at(self._segment, 1),
                        position=int(position) if CONTROL.fullmatch(position) else None,
                        loop=at(self._segment, 3),
                        code=at(self._segment, 4),
                        element=":".join(filter(None, parts(at(element, 1), self._separators))),
                        element_code=at(element, 3),
                        claim_control=self._claim,
                    )
                )
        self._segment, self._elements, self._claim = [], [], ""
