"""Heart. X12 segments out of bytes: one at a time, in constant memory, from files as payers send them.

A segment is a list of strings: its tag, then its elements. The separators are read from each ISA anew
(`separators.py`). What is odd but readable is said in `Reader.warnings` and read all the same: a payment
is not refused for its wrapping. `BadFile` is raised where reading on could lose or invent something:
another encoding, control characters, a file that stops inside a segment, sizes no payer sends.
"""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from claims.x12.separators import (
    BLANKS,
    BadFile,
    Opening,
    Separators,
    first_segment,
    next_isa,
    read_opening,
)

__all__ = ["BadFile", "Reader", "Separators", "at", "parts"]

SEGMENT_BYTES = 16 * 1024
ELEMENTS = 200
FILE_BYTES = 64 * 1024 * 1024
SEGMENTS = 5_000_000
INTERCHANGES = 10_000
WARNINGS = 100
CHUNK = 32 * 1024  # small enough that a batch stays in the processor's cache
HUGE = f"A segment is longer than {SEGMENT_BYTES:,} bytes."

CONTROLS = bytes(range(32)) + b"\x7f"
ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})


def at(segment: list[str], n: int, default: str = "") -> str:
    """Element `n` of `segment`; `default` when it is absent or empty, which mean the same in X12."""
    return segment[n] if n < len(segment) and segment[n] else default


def parts(element: str, separators: Separators) -> list[str]:
    """The components of a composite element; a plain element is its own only component."""
    return element.split(separators.component)


class Reader:
    """Iterate to get segments. Iterating again goes on where the last loop stopped.

    `separators` are those of the interchange being read, `number` counts the segments given so far,
    `warnings` grows while reading and is complete at the end; it never quotes data.
    """

    def __init__(self, source: bytes | BinaryIO) -> None:
        self.separators = Separators()
        self.warnings: list[str] = []
        self.number = 0
        self._source = io.BytesIO(source) if isinstance(source, bytes) else source
        self._bytes_read = 0
        self._buffer = b""
        self._envelope = _EnvelopeCheck(self)
        self._segments = self._walk()

    def __iter__(self) -> Iterator[list[str]]:
        return self._segments

    def warn(self, sentence: str) -> None:
        """Report something odd once; a hostile file cannot fill the memory with reports."""
        if len(self.warnings) < WARNINGS and sentence not in self.warnings:
            self.warnings.append(sentence)

    def _walk(self) -> Iterator[list[str]]:
        self._find_start()
        interchanges = 0
        while self._buffer:
            opening = self._open()
            interchanges += 1
            if interchanges > INTERCHANGES:
                raise BadFile("too_many_interchanges", f"The file has over {INTERCHANGES:,} interchanges.")
            if opening.segment:
                self.number += 1
                self._envelope.see(opening.segment)
                yield opening.segment
            element = opening.separators.element
            for pieces in self._batches(_Splitter(opening.separators, self.warn)):
                for number, piece in enumerate(pieces, self.number + 1):
                    segment = piece.split(element)
                    self.number = number
                    if segment[0] in ENVELOPE:
                        self._envelope.see(segment)
                    yield segment
        self._envelope.end()

    def _open(self) -> Opening:
        """Read the separators of the interchange that begins in the buffer, and pass its ISA."""
        while len(self._buffer) < SEGMENT_BYTES and self._more():
            pass
        opening = read_opening(self._buffer)
        self.separators = opening.separators
        for sentence in opening.warnings:
            self.warn(sentence)
        self._buffer = self._buffer[opening.length :]
        return opening

    def _batches(self, splitter: "_Splitter") -> Iterator[list[str]]:
        """Segments not yet cut into elements, up to the next ISA or the end of the file."""
        following = -1
        while following < 0:
            following = next_isa(self._buffer, splitter.terminator)
            cut = following if following >= 0 else self._buffer.rfind(splitter.terminator) + 1
            region, self._buffer = self._buffer[:cut], self._buffer[cut:]
            pieces = splitter.split(region)
            if self.number + len(pieces) > SEGMENTS:
                raise BadFile("too_many_segments", f"The file has over {SEGMENTS:,} segments.")
            yield pieces
            if following < 0 and len(self._buffer) > SEGMENT_BYTES:
                raise BadFile("segment_too_long", HUGE)
            if following < 0 and not self._more():
                yield self._tail(splitter)
                return

    def _tail(self, splitter: "_Splitter") -> list[str]:
        """What follows the last terminator. A trailer may lack its own; anything else was cut off."""
        rest, self._buffer = self._buffer.strip(BLANKS + b"\x1a"), b""  # 1A ends files under DOS
        if not rest:
            return []
        if not rest.startswith((b"SE", b"GE", b"IEA")):
            raise BadFile("truncated", f"The file ends in the middle of segment {self.number + 1}.")
        self.warn("The last segment has no terminator.")
        return splitter.split(rest + splitter.terminator)

    def _more(self) -> bool:
        chunk = self._source.read(CHUNK)
        self._bytes_read += len(chunk)
        if self._bytes_read > FILE_BYTES:
            raise BadFile("file_too_large", f"The file is larger than {FILE_BYTES // 1024 // 1024} MB.")
        self._buffer += chunk
        return bool(chunk)

    def _find_start(self) -> None:
        """Drop a byte order mark, blanks and prose before the first segment."""
        while len(self._buffer) < CHUNK and self._more():
            pass
        if self._buffer[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in self._buffer[:4]:
            raise BadFile("utf16", "The file is text in UTF-16 or UTF-32; X12 is one byte a character.")
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            self._buffer = self._buffer[3:]
            self.warn("The file starts with a byte order mark.")
        self._buffer = self._buffer.lstrip(BLANKS)
        if not self._buffer:
            raise BadFile("empty", "The file is empty.")
        start = first_segment(self._buffer)
        if start < 0:
            raise BadFile("not_x12", "This is not an X12 file: no ISA segment was found.")
        if start:
            self.warn("Text before the first ISA was skipped.")
            self._buffer = self._buffer[start:]


class _EnvelopeCheck:
    """Counts and control numbers of SE, GE and IEA against what was read. Differences are warnings."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._open: dict[str, str] = {}  # opening tag -> control number
        self._count = {"ISA": 0, "GS": 0, "ST": 0}  # groups, sets, number of the ST segment

    def see(self, segment: list[str]) -> None:
        match segment[0]:
            case "ISA":
                self._begin("ISA", at(segment, 13))
            case "GS":
                self._count["ISA"] += 1
                self._begin("GS", at(segment, 6))
            case "ST":
                self._count["GS"] += 1
                self._begin("ST", at(segment, 2))
                self._count["ST"] = self._reader.number
            case "SE":
                self._count["ST"] = self._reader.number - self._count["ST"] + 1
                self._finish("ST", segment)
            case "GE":
                self._finish("GS", segment)
            case _:
                self._finish("ISA", segment)

    def end(self) -> None:
        for tag in reversed(self._open):
            self._reader.warn(f"The file ends before its {tag} is closed.")

    def _begin(self, tag: str, control: str) -> None:
        if tag in self._open:
            self._reader.warn(f"Segment {self._reader.number}: {tag} before the last {tag} was closed.")
        self._open.pop(tag, None)
        self._open[tag] = control
        self._count[tag] = 0

    def _finish(self, tag: str, trailer: list[str]) -> None:
        where = f"Segment {self._reader.number}: {trailer[0]}"
        control = self._open.pop(tag, None)
        if control is None:
            self._reader.warn(f"{where} without its {tag}.")
            return
        if (at(trailer, 1).lstrip("0") or "0") != str(self._count[tag]):
            self._reader.warn(f"{where}01 is not the count, {self._count[tag]}.")
        if at(trailer, 2).lstrip("0") != control.lstrip("0"):
            self._reader.warn(f"{where}02 is not the control number of its {tag}.")


class _Splitter:
    """Bytes that end at a terminator into segments, under one interchange's separators."""

    def __init__(self, separators: Separators, warn: Callable[[str], None]) -> None:
        self.terminator = separators.terminator.encode()
        self._separators = separators
        self._warn = warn
        used = "".join(
            (separators.element, separators.component, separators.repetition, separators.terminator)
        ).encode()
        # Line ends are no data unless they are separators: lines may be wrapped anywhere.
        self._dropped = bytes(byte for byte in b"\r\n" if byte not in used)
        self._tabs = bytes.maketrans(b"\t", b"\t" if b"\t" in used else b" ")
        self._forbidden = bytes(byte for byte in CONTROLS if byte not in used)

    def split(self, region: bytes) -> list[str]:
        region = region.translate(self._tabs, self._dropped)
        if len(region.translate(None, self._forbidden)) != len(region):
            raise BadFile("control_characters", "The file has control characters among its data.")
        pieces = self._pieces(self._decode(region))
        if max(map(len, pieces), default=0) > ELEMENTS:  # rare: most segments are shorter than that
            self._refuse_the_huge(pieces)
        return pieces

    def _refuse_the_huge(self, pieces: list[str]) -> None:
        for piece in pieces:
            if len(piece) > SEGMENT_BYTES:
                raise BadFile("segment_too_long", HUGE)
            if piece.count(self._separators.element) >= ELEMENTS:
                raise BadFile("too_many_elements", f"A segment has over {ELEMENTS} elements.")

    def _pieces(self, text: str) -> list[str]:
        end = self._separators.terminator
        pieces = text.split(end)
        if text[:1] == " " or f"{end} " in text or f" {end}" in text:
            pieces = [piece.strip() for piece in pieces]
        pieces.pop()  # nothing stands after the last terminator
        if "" in pieces:
            self._warn("Blank segments were skipped.")
            pieces = [piece for piece in pieces if piece]
        return pieces

    def _decode(self, region: bytes) -> str:
        try:
            return region.decode()
        except UnicodeDecodeError:
            self._warn("The file is not UTF-8; it was read as Windows-1252.")
        # Segment by segment, so that the reading does not depend on where a chunk ended.
        return self._separators.terminator.join(map(_decoded, region.split(self.terminator)))


def _decoded(piece: bytes) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece.decode("cp1252", "replace")
