"""Heart. Reads 835 remittances (005010X221A1; 4010 files read the same).

Reading never refuses for syntax: tags that no 835 has are named in `Payment.unknown`, segments out of
place are passed over, an absent amount is zero, and `imbalances` says whether the result adds up.
`BadFile` is raised only for money that cannot be read ("amount"), for a set that is cut off, and for sizes
no payer sends.
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from claims.x12.loops_835 import claim_paid, day, money, provider_adjustments_of
from claims.x12.payment_835 import (
    Adjustment,
    ClaimPaid,
    LinePaid,
    Payment,
    ProviderAdjustment,
    claim_imbalances,
    imbalances,
    transaction_imbalance,
)
from claims.x12.segments import BadFile, Reader, Separators, at

__all__ = [
    "Adjustment",
    "ClaimPaid",
    "LinePaid",
    "Payment",
    "ProviderAdjustment",
    "claim_imbalances",
    "imbalances",
    "read",
    "stream",
    "transaction_imbalance",
]

CLAIM_SEGMENTS = 50_000
HEAD_SEGMENTS = 1_000
PROVIDER_ADJUSTMENTS = 50_000
PAYMENTS = 50_000  # of one file
CLAIMS = 300_000  # of one payment; the guide advises 10,000
UNKNOWN = 20  # tags named per payment, so that garbage cannot fill the memory
HASHED = 256  # segments hashed in one go
KEPT_OF_HEAD = frozenset({"BPR", "TRN", "N1", "REF"})
STARTS = frozenset({"CLP", "SVC", "PLB"})
OF_LOOP = frozenset({"CAS", "NM1", "MIA", "MOA", "REF", "DTM", "PER", "AMT", "QTY", "LQ", "TS2", "TS3", "LX"})
PASSED_OVER = frozenset({"CUR", "DTM", "N2", "N3", "N4", "PER", "RDM", "LX", "TS2", "TS3"})
TRAILERS = frozenset({"SE", "GE", "IEA", "GS", "ISA"})


def read(reader: Reader) -> Iterator[Payment]:
    """Each 835 set of the file, whole. Other sets (999, 277 …) are passed over.

    A payment is given as soon as its SE is read; `BadFile` may still follow. Who posts should read
    the file to its end first.
    """
    claims: list[ClaimPaid] = []
    for item in stream(reader):
        if isinstance(item, ClaimPaid):
            claims.append(item)
            if len(claims) > CLAIMS:
                raise BadFile("too_many_claims", f"A payment has over {CLAIMS:,} claims.")
        else:
            yield replace(item, claims=tuple(claims))
            claims = []


def stream(reader: Reader) -> Iterator[ClaimPaid | Payment]:
    """The same in constant memory: the claims of a set one by one, then its Payment without them."""
    current: _Set | None = None
    payments = 0
    for segment in reader:
        tag = segment[0]
        if tag == "ST" or tag in TRAILERS:
            if current is not None:
                yield from current.close()
                payments += 1
                if payments > PAYMENTS:
                    raise BadFile("too_many_payments", f"The file has over {PAYMENTS:,} payments.")
            current = _Set(reader) if tag == "ST" and at(segment, 1) == "835" else None
        elif current is not None:
            claim = current.take(segment)
            if claim is not None:
                yield claim
    if current is not None:
        raise BadFile("truncated", "The file ends inside a remittance.")


class _Set:
    """One 835 set while it is read: its head, the claim being read, its provider adjustments."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._separators = reader.separators
        self._content = _Fingerprint(reader.separators)
        self._waiting: list[list[str]] = []  # for the fingerprint
        self._head: dict[str, list[str]] = {}  # by tag, N1 and REF also by party and qualifier
        self._party = ""
        self._claim: list[list[str]] = []  # the claim's own segments, the CLP first
        self._lines: list[list[list[str]]] = []  # of each line, the SVC first
        self._loop: list[list[str]] = []  # the last of these: where the next segment belongs
        self._claim_began = 0
        self._provider_adjustments: list[ProviderAdjustment] = []
        self._unknown: dict[str, None] = {}

    def take(self, segment: list[str]) -> ClaimPaid | None:
        """Keep `segment`; give back the claim before it when it ends one."""
        waiting = self._waiting
        waiting.append(segment)
        if len(waiting) == HASHED:
            self._hash_waiting()
        tag = segment[0]
        if self._loop and tag in OF_LOOP:
            self._loop.append(segment)
        elif tag in STARTS:
            return self._start(segment)
        elif tag in KEPT_OF_HEAD and not self._loop:
            self._keep_head(segment)
        elif tag not in PASSED_OVER:
            self._note(tag)
        return None

    def close(self) -> Iterator[ClaimPaid | Payment]:
        """The last claim, if there is one, and the payment."""
        claim = self._finish_claim()
        if claim is not None:
            yield claim
        self._hash_waiting()
        try:
            payment = self._payment()
        except ValueError:
            raise self._unreadable_amount() from None
        yield payment

    def _start(self, segment: list[str]) -> ClaimPaid | None:
        if segment[0] == "SVC":
            if self._claim:
                self._loop = [segment]
                self._lines.append(self._loop)
            else:
                self._note("SVC")
            return None
        claim = self._finish_claim()
        if segment[0] == "CLP":
            self._claim = self._loop = [segment]
            self._claim_began = self._reader.number
        else:
            self._add_provider_adjustments(segment)
        return claim

    def _finish_claim(self) -> ClaimPaid | None:
        claim, lines = self._claim, self._lines
        self._claim, self._lines, self._loop = [], [], []
        try:
            return claim_paid(claim, lines, self._separators) if claim else None
        except ValueError:
            raise self._unreadable_amount() from None

    def _add_provider_adjustments(self, segment: list[str]) -> None:
        try:
            self._provider_adjustments += provider_adjustments_of(segment, self._separators)
        except ValueError:
            raise self._unreadable_amount() from None
        if len(self._provider_adjustments) > PROVIDER_ADJUSTMENTS:
            raise BadFile("too_many_adjustments", f"A payment has over {PROVIDER_ADJUSTMENTS:,} provider adjustments.")

    def _unreadable_amount(self) -> BadFile:
        before = f"before segment {self._reader.number + 1}"
        return BadFile("amount", f"An amount of money {before} cannot be read.")

    def _hash_waiting(self) -> None:
        self._content.add(self._waiting)
        self._waiting.clear()
        if self._claim and self._reader.number - self._claim_began > CLAIM_SEGMENTS:
            raise BadFile("claim_too_long", f"A claim has over {CLAIM_SEGMENTS:,} segments.")

    def _note(self, tag: str) -> None:
        if len(self._unknown) < UNKNOWN:
            self._unknown[tag] = None

    def _keep_head(self, segment: list[str]) -> None:
        key = segment[0]
        if key == "N1":
            self._party = at(segment, 1)
            key = f"N1 {self._party}"
        elif key == "REF":
            key = f"REF {self._party} {at(segment, 1)}"
        if len(self._head) < HEAD_SEGMENTS:
            self._head.setdefault(key, segment)

    def _payment(self) -> Payment:
        bpr, trn, payer, payee, payer_number, tax_id = (
            self._head.get(key, []) for key in ("BPR", "TRN", "N1 PR", "N1 PE", "REF PR 2U", "REF PE TJ")
        )
        paid_on = day(at(bpr, 16))
        if at(bpr, 16) and paid_on is None:
            self._reader.warn("BPR16, the date of the payment, is not a date.")
        return Payment(
            trace=at(trn, 2).strip(),
            originating_company=at(trn, 3).strip(),
            payer_name=at(payer, 2).strip(),
            payer_id=at(payer, 4, at(payer_number, 2)).strip(),
            payee_npi=at(payee, 4).strip() if at(payee, 3) == "XX" else "",
            amount=money(at(bpr, 2)),
            sign=at(bpr, 3),
            method=at(bpr, 4),
            paid_on=paid_on,
            claims=(),
            provider_adjustments=tuple(self._provider_adjustments),
            fingerprint=self._content.digest(),
            unknown=tuple(self._unknown),
            payee_tax_id=(at(payee, 4) if at(payee, 3) == "FI" else at(tax_id, 2)).strip(),
            handling=at(bpr, 1),
        )


class _Fingerprint:
    """SHA-256 of segments, whatever separated them and however many empty elements end them."""

    def __init__(self, separators: Separators) -> None:
        self._hash = sha256()
        self._component = separators.component

    def add(self, segments: list[list[str]]) -> None:
        text = "\x1c".join(map("\x1d".join, segments)) + "\x1c"
        text = text.replace(self._component, "\x1f")
        while "\x1d\x1c" in text:
            text = text.replace("\x1d\x1c", "\x1c")
        self._hash.update(text.encode())

    def digest(self) -> str:
        return self._hash.hexdigest()
