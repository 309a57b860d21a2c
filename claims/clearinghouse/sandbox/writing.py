"""Segments and envelopes of what the payer sends. Counts are computed, never typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TIME = "0600"  # the payer's clock stands still: nothing here reads one, so that answers are repeatable
_SEPARATORS = str.maketrans(dict.fromkeys("*:^~\r\n\t", " "))

type Element = str | int | Decimal | date | tuple["Element", ...]


@dataclass(frozen=True)
class Mailbox:
    """Who writes to whom: ISA qualifier and id of us and of the sender, the ids of the group, test or production."""

    our_kind: str
    ours: str
    their_kind: str
    theirs: str
    group_ours: str
    group_theirs: str
    usage: str = "T"


@dataclass(frozen=True)
class Guide:
    """A kind of transaction: GS01, ST01, GS08, and whether ST03 repeats GS08."""

    group: str
    transaction: str
    version: str
    in_header: bool = True


ACKNOWLEDGEMENT = Guide("FA", "999", "005010X231A1")
CLAIM_STATUS = Guide("HN", "277", "005010X214")
REMITTANCE = Guide("HP", "835", "005010X221A1", in_header=False)


def segment(tag: str, *elements: Element) -> str:
    """One segment without its terminator; empty elements at the end are left off."""
    return "*".join([tag, *(_element(value) for value in elements)]).rstrip("*")


def _element(value: Element) -> str:
    if isinstance(value, tuple):
        return ":".join(_element(part) for part in value).rstrip(":")
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    return str(value).translate(_SEPARATORS).strip()


def number(amount: Decimal) -> str:
    """An X12 number: no exponent, no zeros at the end, no minus before zero."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def interchange(
    mailbox: Mailbox, guide: Guide, day: date, control: int, bodies: Sequence[Sequence[str]], ta1: str = ""
) -> bytes:
    """One interchange with one group and a transaction set around each body."""
    lines = [_isa(mailbox, day, control)]
    if ta1:
        lines.append(ta1)
    ours, theirs = mailbox.group_ours, mailbox.group_theirs
    lines.append(segment("GS", guide.group, ours, theirs, day, TIME, control, "X", guide.version))
    for index, body in enumerate(bodies, 1):
        number_of_set = f"{index:04d}"
        version = guide.version if guide.in_header else ""
        lines.append(segment("ST", guide.transaction, number_of_set, version))
        lines.extend(body)
        lines.append(segment("SE", len(body) + 2, number_of_set))
    lines.append(segment("GE", len(bodies), control))
    lines.append(segment("IEA", 1, f"{control:09d}"))
    return "".join(f"{line}~\n" for line in lines).encode("ascii", "replace")


def _isa(mailbox: Mailbox, day: date, control: int) -> str:
    fixed = [
        "00", " " * 10, "00", " " * 10,
        _wide(mailbox.our_kind, 2), _wide(mailbox.ours, 15), _wide(mailbox.their_kind, 2), _wide(mailbox.theirs, 15),
        f"{day:%y%m%d}", TIME, "^", "00501", f"{control:09d}", "0", mailbox.usage, ":",
    ]  # fmt: skip
    return "*".join(["ISA", *fixed])


def _wide(text: str, width: int) -> str:
    return text.translate(_SEPARATORS)[:width].ljust(width)
