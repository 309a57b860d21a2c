"""The front door: is this file an 837P that can be read? What it finds goes back in a 999.

Envelope counts and control numbers, the version, loops and segments that must be there or may not, the
HL chain, and the form of the elements adjudication stands on. What is wrong with a claim as a claim
(its member id, its NPI) is not looked at here: that is said in a 277CA.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from claims.clearinghouse.sandbox.elements import bad_elements
from claims.clearinghouse.sandbox.loops import GRAMMAR, HEADER, KNOWN_TAGS, Loop, Placed
from claims.clearinghouse.sandbox.reading import Group, Interchange, TransactionSet
from claims.x12.segments import at

VERSION = "005010X222A1"
MOST_FAULTS = 100  # in one transaction set; the rest would say the same

MISSING, UNEXPECTED, UNKNOWN, IN_ELEMENTS, NO_LOOP = "3", "2", "1", "8", "I7"  # IK304


@dataclass(frozen=True)
class Fault:
    """One IK3, with its IK4 when an element is named. `position` counts from ST as 1.

    `element` is IK401, `reference` the X12 data element, `what` IK403, `value` a copy of what was sent.
    """

    tag: str
    position: int
    loop: str
    code: str
    element: str = ""
    reference: str = ""
    what: str = ""
    value: str = ""
    claim: str = ""


@dataclass(frozen=True)
class SetVerdict:
    """IK5 of one set: `codes` are IK502 and following, empty when accepted."""

    control: str
    version: str
    faults: tuple[Fault, ...]
    codes: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        return not self.codes


@dataclass(frozen=True)
class GroupVerdict:
    """AK1 to AK9 of one group: `codes` are AK905 and following; any of them rejects the whole group."""

    kind: str
    control: str
    version: str
    announced: int
    sets: tuple[SetVerdict, ...]
    codes: tuple[str, ...]

    @property
    def accepted(self) -> int:
        return 0 if self.codes else sum(verdict.accepted for verdict in self.sets)


def judge_group(group: Group, interchange_codes: tuple[str, ...] = ()) -> GroupVerdict:
    """What a 999 says of one group. `interchange_codes` reject it for what is wrong around it."""
    gs, ge = group.header, group.trailer
    codes = [*interchange_codes]
    if at(gs, 1) != "HC":
        codes.append("1")
    elif at(gs, 8) != VERSION:
        codes.append("2")
    if ge is None:
        codes.append("3")
    elif at(ge, 2).lstrip("0") != at(gs, 6).lstrip("0"):
        codes.append("4")
    if ge is not None and at(ge, 1) != str(len(group.sets)):
        codes.append("5")
    controls = [one.control for one in group.sets]
    sets = tuple(_judge_set(one, controls.count(one.control) > 1) for one in group.sets)
    announced = int(at(ge or [], 1)) if at(ge or [], 1).isdigit() else len(group.sets)
    return GroupVerdict(at(gs, 1), at(gs, 6), at(gs, 8), announced, sets, tuple(codes))


def interchange_trouble(interchange: Interchange) -> str:
    """The TA1 note code for what is wrong with ISA and IEA, "" when nothing is."""
    isa, iea = interchange.header, interchange.trailer
    if iea is None:
        return "023"  # the file ends too early
    if at(iea, 2).lstrip("0") != at(isa, 13).lstrip("0"):
        return "001"
    if at(iea, 1) != str(len(interchange.groups)):
        return "021"
    if at(isa, 12) != "00501":
        return "017"
    return ""


def _judge_set(one: TransactionSet, repeated: bool) -> SetVerdict:
    st, se = one.segments[0], one.segments[-1]
    codes = []
    if at(st, 1) != "837":
        codes.append("1")
    if at(st, 3) != VERSION:
        codes.append("I6")
    if not one.closed:
        codes.append("2")
    elif at(se, 2) != one.control:
        codes.append("3")
    if one.closed and at(se, 1) != str(len(one.segments)):
        codes.append("4")
    if repeated:
        codes.append("23")
    faults: list[Fault] = []
    if not codes:
        faults = sorted(_faults(one.tree, "", one.component), key=lambda fault: fault.position)
    if faults:
        codes.append("5")
    return SetVerdict(one.control, at(st, 3), tuple(faults[:MOST_FAULTS]), tuple(codes[:5]))


def _faults(loop: Loop, claim: str, component: str) -> Iterator[Fault]:
    """Everything wrong in a loop and below it; `claim` is the CLM01 it belongs to."""
    if loop.name == "2300":
        claim = at(loop.first.segment, 1)
    for fault in _in_loop(loop, component):
        yield replace(fault, claim=claim)
    if loop.name == HEADER:
        yield from _chain(loop)
    for count, line in enumerate(loop.loops("2400"), 1):
        if at(line.first.segment, 1) != str(count):
            yield replace(_bad(line.first, "2400", "1", "554", "7", at(line.first.segment, 1)), claim=claim)
    for child in loop.children:
        yield from _faults(child, claim, component)


def _in_loop(loop: Loop, component: str) -> Iterator[Fault]:
    _, _, required, children = GRAMMAR[loop.name]
    here = loop.first.position
    for placed in loop.misplaced:
        yield Fault(placed.tag, placed.position, loop.name, UNEXPECTED if placed.tag in KNOWN_TAGS else UNKNOWN)
    tags = {placed.tag for placed in loop.segments}
    for tag in required.split():
        if tag not in tags:
            yield Fault(tag, here, loop.name, MISSING)
    yield from _line_and_subscriber(loop)
    present = {child.name for child in loop.children}
    for name in [*children.split(), *_also_present(loop)]:
        if name not in present:
            yield Fault(_opener(name), here, name, NO_LOOP)
    for placed in loop.segments:
        for bad in bad_elements(placed, loop.name, component):
            yield _bad(placed, loop.name, bad.element, bad.reference, bad.what, bad.value)


def _line_and_subscriber(loop: Loop) -> Iterator[Fault]:
    """A line needs its date of service; a subscriber who is the patient an address and a birthday (2010BA)."""
    if loop.name == "2400" and loop.one("DTP") and not loop.one("DTP", "472"):
        yield Fault("DTP", loop.first.position, loop.name, MISSING)
    if loop.name == "2000B" and at(loop.one("SBR"), 2) == "18":
        for subscriber in loop.loops("2010BA"):
            for tag in ("N3", "N4", "DMG"):
                if not subscriber.one(tag):
                    yield Fault(tag, subscriber.first.position, subscriber.name, MISSING)


def _also_present(loop: Loop) -> list[str]:
    """A level without claims is of no use; a claim hangs on the patient, who is the subscriber or not."""
    if loop.name != "2000B" or loop.loops("2000C"):
        return []
    own = at(loop.one("SBR"), 2) == "18"
    return ["2300"] if own else ["2000C"]


def _opener(name: str) -> str:
    if name in ("2000A", "2000B", "2000C"):
        return "HL"
    return {"2300": "CLM", "2320": "SBR", "2400": "LX"}.get(name, "NM1")


def _chain(root: Loop) -> Iterator[Fault]:
    """HL01 counts 1, 2, 3 …; HL02 names the level it hangs on; HL04 says whether any hangs on it."""
    count = 0
    levels: list[tuple[Loop, Loop | None]] = [(loop, None) for loop in reversed(root.loops("2000A"))]
    while levels:
        loop, parent = levels.pop()
        hl, count = loop.first.segment, count + 1
        below = loop.loops("2000B", "2000C")
        if at(hl, 1) != str(count):
            yield _bad(loop.first, loop.name, "1", "628", "7", at(hl, 1))
        if at(hl, 2) != (at(parent.first.segment, 1) if parent else ""):
            yield _bad(loop.first, loop.name, "2", "734", "7", at(hl, 2))
        if at(hl, 4) != ("1" if below else "0"):
            yield _bad(loop.first, loop.name, "4", "736", "7", at(hl, 4))
        levels.extend((child, loop) for child in reversed(below))


def _bad(placed: Placed, loop: str, element: str, reference: str, what: str, value: str = "") -> Fault:
    return Fault(placed.tag, placed.position, loop, IN_ELEMENTS, element, reference, what, value)
