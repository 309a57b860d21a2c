"""An interchange as it arrived: envelopes, and inside each transaction set a tree of loops.

Nothing is judged here but what cannot be put anywhere; `front_door` does the judging. The only code
shared with the product is the segment reader.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from claims.clearinghouse.sandbox import loops
from claims.clearinghouse.sandbox.loops import Loop
from claims.clearinghouse.sandbox.writing import Mailbox
from claims.x12.segments import BadFile, Reader, at

type Segment = list[str]


@dataclass
class TransactionSet:
    """ST to SE. `segments` includes both; `closed` says whether the SE was there."""

    segments: list[Segment]
    component: str
    closed: bool = False

    @property
    def control(self) -> str:
        return at(self.segments[0], 2)

    @cached_property
    def tree(self) -> Loop:
        """The loops of this set, claims and all."""
        return loops.tree(self.segments)


@dataclass
class Group:
    """GS to GE."""

    header: Segment
    sets: list[TransactionSet] = field(default_factory=list)
    trailer: Segment | None = None


@dataclass
class Interchange:
    """ISA to IEA. `text_hash` tells two interchanges with the same control number apart."""

    header: Segment
    groups: list[Group] = field(default_factory=list)
    trailer: Segment | None = None
    text_hash: str = ""

    @property
    def sender(self) -> str:
        return at(self.header, 6).strip()

    @property
    def control(self) -> str:
        return at(self.header, 13).strip()

    @property
    def mailbox(self) -> Mailbox:
        """Where the answers go: back to the sender, from whom it wrote to."""
        isa, gs = self.header, self.groups[0].header
        return Mailbox(
            our_kind=at(isa, 7).strip(),
            ours=at(isa, 8).strip(),
            their_kind=at(isa, 5).strip(),
            theirs=at(isa, 6).strip(),
            group_ours=at(gs, 3),
            group_theirs=at(gs, 2),
            usage="P" if at(isa, 15) == "P" else "T",
        )


def read(body: bytes) -> list[Interchange]:
    """The interchanges of a file. BadFile when there is none that could be answered."""
    interchanges = list(_interchanges(Reader(body)))
    if not interchanges or not all(interchange.groups for interchange in interchanges):
        raise BadFile("nothing_to_answer", "The file holds no functional group.")
    return interchanges


def _interchanges(reader: Reader) -> Iterator[Interchange]:
    current: Interchange | None = None
    seen = hashlib.sha256()
    for segment in reader:
        if segment[0] == "ISA":
            if current:
                yield current
            current, seen = Interchange(segment), hashlib.sha256()
        if current is None:
            raise BadFile("no_isa", "The file does not begin with an ISA segment.")
        seen.update("\x1f".join(segment).encode() + b"\x1e")
        current.text_hash = seen.hexdigest()
        if segment[0] != "ISA":
            _put(current, segment, reader.separators.component)
    if current:
        yield current


def _put(interchange: Interchange, segment: Segment, component: str) -> None:
    """Hang a segment where it belongs; what stands outside of any set is passed over."""
    groups = interchange.groups
    match segment[0]:
        case "IEA":
            interchange.trailer = segment
        case "GS":
            groups.append(Group(segment))
        case "GE" if groups:
            groups[-1].trailer = segment
        case "ST" if groups:
            groups[-1].sets.append(TransactionSet([segment], component))
        case _ if groups and groups[-1].sets and not groups[-1].sets[-1].closed:
            groups[-1].sets[-1].segments.append(segment)
            groups[-1].sets[-1].closed = segment[0] == "SE"
