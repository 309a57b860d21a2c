"""The segment reader: any separators, any wrapping, bounded, and never another exception than BadFile."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.x12 import segments
from claims.x12.segments import BadFile, Reader, Separators, at, parts
from tests.claims.x12.files import ISA, PAID, separated, wrap

TEXT = wrap(*PAID)
SEGMENTS = [segment.split("*") for segment in TEXT.split("~")[:-1]]


def read(data: bytes | str) -> list[list[str]]:
    return list(Reader(data.encode() if isinstance(data, str) else data))


def refused(data: bytes | str) -> str:
    with pytest.raises(BadFile) as caught:
        read(data)
    assert str(caught.value).endswith(".")
    return caught.value.reason


def test_gives_tag_and_elements() -> None:
    reader = Reader(TEXT.encode())
    assert list(reader) == SEGMENTS
    assert reader.number == len(SEGMENTS)
    assert reader.warnings == []
    assert reader.separators == Separators("*", ":", "^", "~")


def test_elements_and_components_can_be_asked_for_safely() -> None:
    segment = ["SVC", "HC:97110:GO", "", "80"]
    assert at(segment, 3) == "80"
    assert at(segment, 2) == at(segment, 9) == ""
    assert at(segment, 2, "none") == at(segment, 9, "none") == "none"
    assert parts(segment[1], Separators()) == ["HC", "97110", "GO"]
    assert parts("plain", Separators()) == ["plain"]


def test_number_says_which_segment_is_in_hand_and_a_second_loop_goes_on() -> None:
    reader = Reader(io.BytesIO(TEXT.encode()))
    for segment in reader:
        if segment[0] == "BPR":
            break
    assert reader.number == 4
    assert next(iter(reader))[0] == "TRN"


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a socket may."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size, self._place = data, size, 0

    def read(self, size: int = -1) -> bytes:
        given, self._place = self._data[self._place :][: self._size], self._place + self._size
        return given


@pytest.mark.parametrize("size", [1, 2, 3, 7, 106, 107, 1000])
def test_chunks_may_end_anywhere(size: int) -> None:
    twice = (TEXT + "\r\n" + separated(TEXT, "|", ">", "!", "%")).encode()
    assert list(Reader(Trickle(twice, size))) == list(Reader(twice))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("element", "component", "terminator", "repetition"),
    [
        ("|", ">", "~", "^"),
        ("+", ":", "'", "*"),
        ("\x1d", "\x1f", "\x1c", "^"),
        ("\t", ":", "~", "^"),
        ("*", "|", "\n", "^"),
    ],
)
def test_separators_are_those_of_the_isa(element: str, component: str, terminator: str, repetition: str) -> None:
    text = separated(TEXT, element, component, terminator, repetition)
    reader = Reader(text.encode())
    found = list(reader)
    assert reader.separators == Separators(element, component, repetition, terminator)
    assert found[1:] == [[value.replace(":", component) for value in segment] for segment in SEGMENTS[1:]]


def test_separators_are_read_anew_at_each_isa() -> None:
    reader = Reader((TEXT + separated(TEXT, "|", ">", "!") + "\n \n" + separated(TEXT, "+", "/", "\n")).encode())
    seen = [(reader.separators.element, segment[0]) for segment in reader if segment[0] in ("ISA", "IEA")]
    assert seen == [("*", "ISA"), ("*", "IEA"), ("|", "ISA"), ("|", "IEA"), ("+", "ISA"), ("+", "IEA")]
    assert reader.number == 3 * len(SEGMENTS)
    assert reader.warnings == []


def test_repetition_is_known_from_version_402_on() -> None:
    for version, sent, expected in (
        ("00501", "^", "^"),
        ("00402", "^", "^"),
        ("00401", "^", ""),
        ("00501", "U", ""),
        ("00501", ":", ""),
    ):
        reader = Reader(TEXT.replace("*^*00501*", f"*{sent}*{version}*").encode())
        next(iter(reader))
        assert reader.separators.repetition == expected


def test_letters_isa_in_the_data_start_nothing() -> None:
    text = TEXT.replace("NUNEZ*JOSE", "ISA*LISA").replace("N3*1 MAIN STREET", "N3*ISA*ISA+STREET")
    assert ["NM1", "QC", "1", "ISA", "LISA", "", "", "", "MI", "1EG4TE5MK73"] in read(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n", " \r\n\t"])
def test_line_ends_after_terminators_are_no_data(newline: str) -> None:
    assert read(TEXT.replace("~", "~" + newline)) == SEGMENTS
    assert read(TEXT.replace("~", newline + "~")) == SEGMENTS


def test_lines_may_be_wrapped_at_a_fixed_width() -> None:
    wrapped = "\r\n".join(TEXT[n : n + 80] for n in range(0, len(TEXT), 80))
    # The ISA is longer than a line: its own bytes are read as they stand.
    assert read(TEXT[:106] + wrapped[108:]) == SEGMENTS


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_may_be_the_terminators(newline: str) -> None:
    assert read(TEXT.replace("~", newline)) == SEGMENTS
    assert read(TEXT.replace("~", newline).rstrip()) == SEGMENTS
    assert read(TEXT.replace("~", newline + "    ")) == SEGMENTS


# -- odd, but read: what is said about it ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("\ufeff" + TEXT, "The file starts with a byte order mark."),
        ("Your remittance, visa ISA * 1:\n\n" + TEXT, "Text before the first ISA was skipped."),
        (TEXT.replace("~LX", "~~ ~LX"), "Blank segments were skipped."),
        (TEXT[:-1], "The last segment has no terminator."),
        (TEXT.replace("PAYER          ", "PAYER", 1), "The ISA segment is 96 bytes long, not 106."),
        (TEXT.replace("*P*:~", "*P*~"), "ISA16 names no component separator; a colon was assumed."),
        (TEXT.replace("*P*:~", "*P*~").replace("~", "~\n"), "ISA16 names no component separator; a colon was assumed."),
        (TEXT.replace("*P*:~", "*P*A~"), "ISA16 names no component separator; a colon was assumed."),
        (TEXT.replace("SE*29*", "SE*28*"), "Segment 31: SE01 is not the count, 29."),
        (TEXT.replace("SE*29*0001", "SE*29*0002"), "Segment 31: SE02 is not the control number of its ST."),
        (TEXT.replace("GE*1*1", "GE*2*1"), "Segment 32: GE01 is not the count, 1."),
        (TEXT.replace("GE*1*1", "GE*1*9"), "Segment 32: GE02 is not the control number of its GS."),
        (TEXT.replace("IEA*1*", "IEA*0*"), "Segment 33: IEA01 is not the count, 1."),
        (TEXT.replace("IEA*1*000000001", "IEA*1*000000002"), "Segment 33: IEA02 is not the control number of its ISA."),
        (TEXT.replace("GE*1*1~", ""), "The file ends before its GS is closed."),
        (TEXT.replace("IEA*1*000000001~", ""), "The file ends before its ISA is closed."),
        (TEXT.replace("SE*29*0001~", ""), "The file ends before its ST is closed."),
        (TEXT.replace("~BPR", "~ST*835*0002~BPR"), "Segment 4: ST before the last ST was closed."),
        (TEXT.replace("~BPR", "~SE*2*0001~BPR"), "Segment 32: SE without its ST."),
    ],
)  # fmt: skip
def test_what_is_odd_is_said_and_read(text: str, warning: str) -> None:
    reader = Reader(text.encode())
    found = [segment for segment in reader if segment[0] not in segments.ENVELOPE]
    assert found == [segment for segment in SEGMENTS if segment[0] not in segments.ENVELOPE]
    assert warning in reader.warnings


def test_control_numbers_may_lose_their_zeros() -> None:
    reader = Reader(TEXT.replace("IEA*1*000000001", "IEA*1*1").replace("SE*29*0001", "SE*0029*1").encode())
    assert len(list(reader)) == len(SEGMENTS)
    assert reader.warnings == []


def test_a_terminator_that_stands_on_the_next_line_is_found() -> None:
    text = separated(TEXT, "|", "^", "~", "U").replace("~", "\n~")
    reader = Reader(text.encode())
    assert len(list(reader)) == len(SEGMENTS)
    assert reader.separators == Separators("|", "^", "", "~")


@pytest.mark.parametrize("first", ["GS", "ST"])
@pytest.mark.parametrize("end", ["~", "~\r\n", "\n", "\r\n"])
def test_a_file_cut_out_of_its_interchange_is_read(first: str, end: str) -> None:
    text = separated(TEXT, "|", ">", "~")
    inner = text[text.index(f"{first}|") : text.index("GE|")].replace("~", end)
    reader = Reader(inner.encode())
    tags = [segment[0] for segment in reader]
    assert tags[:3] == (["GS", "ST", "BPR"] if first == "GS" else ["ST", "BPR", "TRN"])
    assert tags[-2:] == ["LQ", "SE"]
    assert reader.separators == Separators("|", ">", "", "~" if "~" in end else "\n")
    assert "The file has no ISA segment; its separators were guessed." in reader.warnings


def test_windows_1252_is_read_segment_by_segment_and_said() -> None:
    data = TEXT.replace("NUNEZ", "NÚÑEZ").encode("cp1252").replace(b"ANYTOWN", "MÜNCHEN".encode())
    reader = Reader(data)
    found = {segment[0]: segment for segment in reader}
    assert found["NM1"][3] == "NÚÑEZ"
    assert found["N4"][1] == "MÜNCHEN"
    assert reader.warnings == ["The file is not UTF-8; it was read as Windows-1252."]


def test_warnings_never_quote_data_and_stay_few() -> None:
    reader = Reader((ISA.format(1) + "~" + "".join(f"SE*{n}*SMITH{n}~" for n in range(5000))).encode())
    assert len(list(reader)) == 5001
    assert len(reader.warnings) == segments.WARNINGS
    assert not any("SMITH" in warning for warning in reader.warnings)


# -- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 nothing of ours", "not_x12"),
        (b"name,amount\nISA,3\n", "not_x12"),
        (b"ISA", "not_x12"),
        (b"ISA*00*          *00", "truncated"),
        (ISA.format(1).encode(), "truncated"),
        (b"ISA*" + b"0" * 2000, "separators"),
        (b"ST*835", "truncated"),
        (b"ST*835" + b"*1" * 2000, "separators"),
        (TEXT.encode("utf-16"), "utf16"),
        (TEXT.encode("utf-16-le"), "utf16"),
        (TEXT.encode("utf-16-be"), "utf16"),
        (TEXT.encode("utf-32"), "utf16"),
        (TEXT.replace("JOSE", "JO\0SE").encode(), "control_characters"),
        (TEXT.replace("JOSE", "JO\x1bSE").encode(), "control_characters"),
        (TEXT.replace("JOSE", "JO\x7fSE").encode(), "control_characters"),
        (TEXT.replace("*P*:~", "*P*::").encode(), "separators"),
        (TEXT.encode()[:105] + b"\x80" + TEXT.encode()[106:], "separators"),
        (TEXT.replace("*P*:~", "*P*: ").encode(), "separators"),
        (TEXT.replace("~NM1*QC", "~NM1" + "*QC" * 201).encode(), "too_many_elements"),
        (TEXT.replace("JOSE", "J" * 17_000).encode(), "segment_too_long"),
        (TEXT.replace("JOSE", "J" * 10_000_000).encode(), "segment_too_long"),
        (b"ISA" + b"*" * 10_000_000, "separators"),
        (TEXT.encode()[:-40], "truncated"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_safely_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "FILE_BYTES", 200_000)
    assert refused(TEXT * 300) == "file_too_large"
    assert len(read(TEXT * 100)) == 100 * len(SEGMENTS)


def test_a_file_of_too_many_segments_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SEGMENTS", 100)
    assert refused(TEXT * 4) == "too_many_segments"
    assert len(read(TEXT * 3)) == 99


def test_a_file_of_too_many_interchanges_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "INTERCHANGES", 3)
    assert refused(TEXT * 4) == "too_many_interchanges"
    assert len(read(TEXT * 3)) == 3 * len(SEGMENTS)


def test_truncation_at_every_byte_is_refused_or_said() -> None:
    for end in range(len(TEXT)):
        reader = Reader(TEXT[:end].encode())
        try:
            found = list(reader)
        except BadFile as bad:
            assert bad.reason in ("empty", "not_x12", "truncated")
        else:
            assert found[: len(found) - 1] == SEGMENTS[: len(found) - 1]
            assert reader.warnings


def test_memory_does_not_grow_with_the_file() -> None:
    peak(io.BytesIO(TEXT.encode()))  # what is loaded once is not the file's
    small, large = (peak(io.BytesIO(TEXT.encode() * times)) for times in (100, 2000))
    assert large < small + 100_000


def peak(stream: io.BytesIO) -> int:
    tracemalloc.start()
    for _ in Reader(stream):
        pass
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest


@given(st.binary(max_size=600), st.integers(0, len(TEXT)), st.integers(0, 40))
def test_no_bytes_raise_anything_else(noise: bytes, place: int, dropped: int) -> None:
    for data in (noise, b"ISA" + noise, TEXT[:place].encode() + noise + TEXT[place + dropped :].encode()):
        try:
            for segment in Reader(data):
                assert segment[0] or len(segment) > 1
        except BadFile:
            pass
