"""Heart. Writes X12: data that cannot break a segment, segments, and the envelope round them.

Everything that goes into an element passes `clean` inside `segment`, so no call site can forget it.
Lengths, counts and control numbers of the envelope are computed here and typed nowhere.
Source: ASC X12.5 and X12.6; 005010X222A1 appendices B (character sets) and C (envelopes).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from claims.x12.segments import Separators

OURS = Separators(element="*", component=":", repetition="^", terminator="~")
LARGEST_CONTROL = 999_999_999
ISA_ID = 15

# The basic and extended character sets, without lower case and without our four separators.
WRITABLE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=%@[]_{}\\|<>#$"
PLAIN = re.compile(rf"[{re.escape(WRITABLE)}]*")
UNWRITABLE = re.compile(rf"[^{re.escape(WRITABLE)}]")
# What Unicode does not take apart into a base letter and an accent.
FOLDED = str.maketrans(
    "ØĐÐŁĦŦŊı⁄" + "‘’‚‛′´ʼʻ`" + "“”„‟″«»" + "‐‑‒–—―−",
    "ODDLHTNI/" + "'" * 9 + '"' * 7 + "-" * 7,
) | str.maketrans({"Þ": "TH", "Æ": "AE", "Œ": "OE"})

type Element = str | Sequence[str]  # a sequence is a composite


@dataclass(frozen=True)
class Envelope:
    """Who sends what to whom: the ISA and GS of one interchange.

    `control_number` is ISA13 and GS06 (1 to 999,999,999, never used twice between these two),
    `usage` "T" or "P", `made_at` the local time, `group` GS01, `version` GS08 and ST03, `kind` ST01.
    """

    sender: str
    receiver: str
    control_number: int
    usage: str
    made_at: datetime
    group: str
    version: str
    kind: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"


@lru_cache(16_384)
def clean(text: str) -> str:
    """`text` as X12 can carry it: accents folded, quotes straightened, upper case, trimmed.

    Runs of blanks, line ends and other control characters become one blank. Separators and letters
    without a Latin form are dropped, so the result may be empty where the text was not.
    """
    if PLAIN.fullmatch(text) and "  " not in text:
        return text.strip()
    folded = unicodedata.normalize("NFKD", text.translate(FOLDED)).upper().translate(FOLDED)
    blanked = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", folded)
    return " ".join(UNWRITABLE.sub("", blanked).split())


def segment(tag: str, *elements: Element) -> str:
    """One segment without its terminator. Elements are cleaned; empty ones at the end are left out."""
    values = [tag]
    for element in elements:
        if isinstance(element, str):
            values.append(clean(element))
        else:
            values.append(OURS.component.join(map(clean, element)).rstrip(OURS.component))
    return OURS.element.join(values).rstrip(OURS.element)


def amount(value: Decimal) -> str:
    """An amount of money as an R element, without the zeros and the point that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date) -> str:
    """CCYYMMDD (D8)."""
    return f"{value:%Y%m%d}"


def interchange(envelope: Envelope, sets: Mapping[int, Sequence[str]]) -> str:
    """The whole file, without line ends. `sets` gives the segments between ST and SE by ST02.

    ValueError where a value does not fit its place.
    """
    number = envelope.control_number
    if not 1 <= number <= LARGEST_CONTROL or not all(1 <= n <= LARGEST_CONTROL for n in sets):
        raise ValueError(f"control_number: not between 1 and {LARGEST_CONTROL:,}")
    segments = [_isa(envelope), _gs(envelope)]
    for control, body in sets.items():
        st02 = f"{control:09d}"
        segments.append(segment("ST", envelope.kind, st02, envelope.version))
        segments += body
        segments.append(segment("SE", str(len(body) + 2), st02))
    segments.append(segment("GE", str(len(sets)), str(number)))
    segments.append(segment("IEA", "1", f"{number:09d}"))
    return OURS.terminator.join(segments) + OURS.terminator


def _isa(envelope: Envelope) -> str:
    """Sixteen elements of fixed width; with its terminator 106 bytes."""
    if envelope.usage not in ("T", "P"):
        raise ValueError("usage: neither T nor P")
    return OURS.element.join(
        (
            *("ISA", "00", " " * 10, "00", " " * 10),
            *(envelope.sender_qualifier, _isa_id(envelope.sender, "sender")),
            *(envelope.receiver_qualifier, _isa_id(envelope.receiver, "receiver")),
            *(f"{envelope.made_at:%y%m%d}", f"{envelope.made_at:%H%M}", OURS.repetition, "00501"),
            *(f"{envelope.control_number:09d}", "0", envelope.usage, OURS.component),
        )
    )


def _isa_id(value: str, field: str) -> str:
    identifier = clean(value)
    if not 2 <= len(identifier) <= ISA_ID:
        raise ValueError(f"{field}.id: not 2 to {ISA_ID} characters")
    return identifier.ljust(ISA_ID)


def _gs(envelope: Envelope) -> str:
    made = envelope.made_at
    who = (envelope.sender, envelope.receiver)
    when = (f"{made:%Y%m%d}", f"{made:%H%M}")
    number = str(envelope.control_number)
    return segment("GS", envelope.group, *who, *when, number, "X", envelope.version)
