"""A file in the inbox becomes a 999, a 277CA, and claims that wait to be paid.

The sender's keys are honoured: a file name with the same content, and an interchange control number with
the same content, are answered once. With other content they are refused as duplicates.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from claims.clearinghouse.sandbox import acknowledge, billed, edits, front_door, plain
from claims.clearinghouse.sandbox.acknowledge import Received, Status
from claims.clearinghouse.sandbox.billed import Billed, Name
from claims.clearinghouse.sandbox.memory import Memory
from claims.clearinghouse.sandbox.plans import Plan
from claims.clearinghouse.sandbox.reading import Group, Interchange, TransactionSet, read
from claims.clearinghouse.sandbox.writing import ACKNOWLEDGEMENT, CLAIM_STATUS, interchange
from claims.x12.segments import at

type PayAfter = Mapping[str, int] | int | None

DUPLICATE_NOTE, DUPLICATE_GROUP, BROKEN_GROUP = "025", "19", "3"  # TA105, AK905


@dataclass(frozen=True)
class Desk:
    """What is at hand while one file is worked on."""

    memory: Memory
    payers: Mapping[str, Plan]
    today: date
    pay_after_days: PayAfter = None

    def due_on(self, plan: Plan) -> date:
        days = self.pay_after_days
        if isinstance(days, Mapping):
            days = days.get(plan.payer_id)
        return self.today + timedelta(days=plan.pays_after_days if days is None else days)


def place_of(memory: Memory, name: str, body: bytes) -> str:
    """Where a file that came before was kept; "" for a new one."""
    digest = hashlib.sha256(body).hexdigest()
    row = memory.one("SELECT kept_in FROM arrival WHERE name = ? AND sha256 = ?", name, digest)
    return str(row[0]) if row else ""


def take(desk: Desk, name: str, body: bytes) -> None:
    """Answer one new file. BadFile when it holds nothing that could be answered."""
    interchanges = read(body)
    label, again = _keep(desk.memory, name, body, "archive")
    acknowledgements: list[bytes] = []
    statuses: list[bytes] = []
    for one in interchanges:
        note = _note(desk.memory, one, again)
        if note == "known":
            continue
        verdicts = [front_door.judge_group(group, _group_codes(note)) for group in one.groups]
        bodies = [acknowledge.file_answer(verdict) for verdict in verdicts]
        control = desk.memory.next("interchange")
        ta1 = acknowledge.interchange_note(one.control, desk.today, note) if note else ""
        acknowledgements.append(interchange(one.mailbox, ACKNOWLEDGEMENT, desk.today, control, bodies, ta1))
        statuses.extend(_status_interchange(desk, one, verdicts))
    if acknowledgements:
        desk.memory.send("outbox", f"{label}-999.edi", b"".join(acknowledgements))
    if statuses:
        desk.memory.send("outbox", f"{label}-277CA.edi", b"".join(statuses))


def refuse(desk: Desk, name: str, body: bytes, reason: str) -> None:
    """Set a file aside, with the reason beside it."""
    label, _ = _keep(desk.memory, name, body, "refused")
    desk.memory.send("refused", f"{label}.reason.txt", f"{reason}\n".encode())


def _keep(memory: Memory, name: str, body: bytes, folder: str) -> tuple[str, bool]:
    """Remember a file: the name its answers begin with, and whether that name was answered before."""
    earlier = {kept_in for (kept_in,) in memory.all("SELECT kept_in FROM arrival WHERE name = ?", name)}
    label, count = name.removesuffix(".837"), 1
    while memory.one("SELECT 1 FROM arrival WHERE label = ?", label):
        count += 1
        label = f"{name.removesuffix('.837')}.{count}"
    digest = hashlib.sha256(body).hexdigest()
    memory.all("INSERT INTO arrival VALUES (?, ?, ?, ?)", name, digest, label, f"{folder}/{label}.837")
    return label, any(kept_in.startswith("archive/") for kept_in in earlier)


def _note(memory: Memory, one: Interchange, again: bool) -> str:
    """ "" to read on, "known" for a true repetition, else the TA1 note that refuses the interchange."""
    row = memory.one("SELECT text_hash FROM interchange WHERE sender = ? AND control = ?", one.sender, one.control)
    if row:
        return "known" if row[0] == one.text_hash else DUPLICATE_NOTE
    if again:
        return DUPLICATE_NOTE
    memory.all("INSERT INTO interchange VALUES (?, ?, ?)", one.sender, one.control, one.text_hash)
    return front_door.interchange_trouble(one)


def _group_codes(note: str) -> tuple[str, ...]:
    if not note:
        return ()
    return (DUPLICATE_GROUP,) if note == DUPLICATE_NOTE else (BROKEN_GROUP,)


# --- claims ------------------------------------------------------------------------------------


def _status_interchange(desk: Desk, one: Interchange, verdicts: list[front_door.GroupVerdict]) -> Iterator[bytes]:
    """The 277CA for the sets that got through, if any did."""
    mailbox = json.dumps(asdict(one.mailbox))
    bodies = []
    for group, verdict in zip(one.groups, verdicts, strict=True):
        for transaction_set in _accepted(group, verdict):
            root = transaction_set.tree
            statuses = [_enter(desk, claim, mailbox) for claim in billed.claims(root, transaction_set.component)]
            nm1 = root.loops("1000A")[0].one("NM1")
            submitter = Name(at(nm1, 3), at(nm1, 4), "", at(nm1, 9))
            received = Received(at(root.one("BHT"), 3), submitter, at(nm1, 2))
            reference = f"{desk.today:%Y%m%d}{desk.memory.next('status'):06d}"
            bodies.append(acknowledge.claims_answer(received, statuses, desk.today, reference))
    if bodies:
        yield interchange(one.mailbox, CLAIM_STATUS, desk.today, desk.memory.next("interchange"), bodies)


def _accepted(group: Group, verdict: front_door.GroupVerdict) -> Iterator[TransactionSet]:
    if verdict.codes:
        return
    for transaction_set, judged in zip(group.sets, verdict.sets, strict=True):
        if judged.accepted:
            yield transaction_set


def _enter(desk: Desk, claim: Billed, mailbox: str) -> Status:
    """Take one claim on file and queue it for payment, or refuse it."""
    memory = desk.memory
    refused = _planted(memory, claim) or edits.refusals(claim, desk.payers, desk.today, _on_file(memory, claim))
    if refused:
        return Status(claim, refusals=tuple(refused))
    number = f"{desk.today:%y%j}{memory.next('claim'):07d}"
    remember(memory, number, claim, desk.today)
    memory.queue(desk.due_on(desk.payers[claim.payer_id]), claim.payer_id, claim.payee.id, mailbox, "claim", number)
    return Status(claim, number)


def remember(memory: Memory, payer_number: str, claim: Billed, received_on: date, outcome: str | None = None) -> None:
    """Put a claim on file, still to be decided."""
    memory.all(
        "INSERT INTO claim (payer_number, number, payee, payer, received_on, state, body, outcome)"
        " VALUES (?, ?, ?, ?, ?, 'pending', ?, ?)",
        payer_number, claim.number, claim.payee.id, claim.payer_id, received_on.isoformat(), plain.dump(claim), outcome,
    )  # fmt: skip


def _on_file(memory: Memory, claim: Billed) -> bool:
    sql = "SELECT 1 FROM claim WHERE payer_number = ? AND payer = ? AND payee = ?"
    return memory.one(sql, claim.replaces, claim.payer_id, claim.payee.id) is not None


def _planted(memory: Memory, claim: Billed) -> list[edits.Refusal]:
    row = memory.one("SELECT outcome FROM plant WHERE number = ?", claim.number)
    reject = json.loads(row[0]).get("reject", "") if row else ""
    if not reject:
        return []
    category, code, entity = [*reject.split(":"), "", ""][:3]
    return [edits.Refusal(category, code, entity, "REFUSED ON REQUEST")]
