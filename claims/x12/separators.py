"""Heart. Where an interchange begins and which separators it uses, read from its first bytes.

An ISA has sixteen elements of fixed width, 106 bytes in all. In practice the width is often wrong, the
terminator stands on the next line, or the component separator is missing. So the sixteen element
separators are counted, and the terminator is the first thing after ISA16 that can be one.
Source: ASC X12.5 (interchange control structures) and the sample files of seven projects.
"""

import re
from dataclasses import dataclass, field

PROSE = 16 * 1024  # how far into a file an ISA is looked for
HEADER = 1000  # an ISA and the segment after it fit in this many bytes
FIELD = 80  # the longest ISA element still taken for one
ISA_BYTES = 106

BLANKS = b" \t\r\n"


class BadFile(ValueError):
    """A file that cannot be read safely. `reason` is one word for machines, str() a sentence."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True)
class Separators:
    """One character each; `repetition` is empty where the version has none."""

    element: str = "*"
    component: str = ":"
    repetition: str = ""
    terminator: str = "~"


@dataclass(frozen=True)
class Opening:
    """What the first bytes of an interchange say: `segment` is its ISA, empty where it has none.

    `length` is the number of bytes before the first segment that is still to be read.
    """

    separators: Separators
    segment: list[str]
    length: int
    warnings: list[str] = field(default_factory=list)


def first_segment(buffer: bytes) -> int:
    """Offset of the first ISA, 0 for bytes that begin with GS or ST, -1 when there is neither."""
    if re.match(rb"(ISA|GS|ST)[^A-Za-z0-9 \r\n]", buffer):
        return 0
    for found in re.finditer(rb"(?<![A-Za-z0-9])ISA([^A-Za-z0-9 \r\n])", buffer[:PROSE]):
        fields = _fields(buffer[found.start() :], found[1])
        if len(fields) == 17 and fields[12].isdigit():
            return found.start()
    return -1


def next_isa(buffer: bytes, terminator: bytes) -> int:
    """Offset of the next ISA that begins a segment, -1 when there is none in `buffer`.

    `buffer` starts where a segment starts. The three letters inside a name are passed over.
    """
    found = buffer.find(b"ISA")
    while found >= 0:
        before = buffer[max(0, found - 64) : found]
        words = before.rstrip(BLANKS)
        begins = not words or words.endswith(terminator) or terminator in before[len(words) :]
        if begins and re.match(rb"[^A-Za-z0-9 \r\n]", buffer[found + 3 : found + 4]):
            return found
        found = buffer.find(b"ISA", found + 3)
    return -1


def read_opening(buffer: bytes) -> Opening:
    """The separators of the interchange that begins with the first byte of `buffer`."""
    return _with_isa(buffer) if buffer.startswith(b"ISA") else _without_isa(buffer)


def _with_isa(buffer: bytes) -> Opening:
    element = buffer[3:4]
    fields = _fields(buffer, element)
    if len(fields) < 17:
        raise _unusable(buffer)
    place = sum(map(len, fields[:16])) + 16  # of ISA16
    component, terminator, end = _component_and_terminator(buffer, place)
    warnings = []
    if place + 2 != ISA_BYTES:
        warnings.append(f"The ISA segment is {place + 2} bytes long, not {ISA_BYTES}.")
    if not _can_separate(component) or component in (element, terminator):
        warnings.append("ISA16 names no component separator; a colon was assumed.")
        component = b":"
    _refuse_unless_apart(element, component, terminator)
    repetition = fields[11] if fields[12] >= b"00402" and _can_separate(fields[11]) else b""
    if repetition in (element, component, terminator):
        repetition = b""
    separators = Separators(*(one.decode() for one in (element, component, repetition, terminator)))
    segment = [value.decode("cp1252", "replace") for value in (*fields[:16], component)]
    return Opening(separators, segment, end, warnings)


def _fields(buffer: bytes, element: bytes) -> list[bytes]:
    """The ISA cut at its first sixteen separators; empty when one part is too long to be an element."""
    fields = buffer[:HEADER].split(element, 16)
    return [] if any(len(value) > FIELD for value in fields[:16]) else fields


def _component_and_terminator(buffer: bytes, place: int) -> tuple[bytes, bytes, int]:
    """ISA16 (empty when it is missing), the terminator, and the offset of what follows it."""
    component = buffer[place : place + 1]
    after = re.compile(rb"([ \t\r\n]*)([^ \t\r\n])").match(buffer, place + 1)
    if after is None:
        raise _unusable(buffer)
    if not after[2].isalnum():  # as it should be; or, seen in practice, only on the next line
        return component, after[2], after.end()
    newline = b"\n" if b"\n" in after[1] else b"\r"
    next_line = re.split(rb"[\r\n]", buffer[after.start(2) : place + HEADER])[0].rstrip()
    if newline in after[1] and not next_line.endswith(component):
        return component, newline, buffer.index(newline, place) + 1
    # ISA16 was left out: what stands in its place also ends the next segment, or touches its tag.
    return b"", component, place + 1


def _without_isa(buffer: bytes) -> Opening:
    """A file cut out of its interchange: it begins with GS or ST."""
    element = buffer[2:3]
    head = buffer[:PROSE]
    e = re.escape(element)
    end = rb"(?:(?!" + e + rb")([^A-Za-z0-9 \t\r\n])|\r?(\n)|(\r))"
    follows = re.compile(end + rb"[ \t\r\n]*(?:ST|BPR|BHT|AK1)" + e).search(head, 3)
    if follows is None:
        raise _unusable(buffer)
    terminator = follows[1] or follows[2] or follows[3]
    composite = re.compile(rb"SVC" + e + rb"[A-Z0-9]{2}([^A-Za-z0-9 \t\r\n])").search(head)
    component = composite[1] if composite and composite[1] not in (element, terminator) else b":"
    _refuse_unless_apart(element, component, terminator)
    separators = Separators(element.decode(), component.decode(), "", terminator.decode())
    return Opening(separators, [], 0, ["The file has no ISA segment; its separators were guessed."])


def _can_separate(value: bytes) -> bool:
    return len(value) == 1 and value < b"\x7f" and not value.isalnum() and value not in (b" ", b"\0")


def _refuse_unless_apart(element: bytes, component: bytes, terminator: bytes) -> None:
    three = (element, component, terminator)
    if len(set(three)) < 3 or not all(map(_can_separate, three)):
        raise BadFile("separators", "The separators that the ISA segment names cannot be used.")


def _unusable(buffer: bytes) -> BadFile:
    if len(buffer) < HEADER:
        return BadFile("truncated", "The file ends inside its first segment.")
    return BadFile("separators", "The first segment names no separators that could be used.")
