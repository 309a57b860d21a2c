"""What a test or a demonstration wants of one claim, instead of the payer's own judgement.

    payer.plant(control="26043", outcome=Outcome(deny=("CO", "197")))

An outcome may be planted before the claim arrives or while it waits to be paid.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any

type Cas = tuple[tuple[str, str, Decimal | str], ...]  # (group, reason, amount)


@dataclass(frozen=True)
class Outcome:
    """Every field left alone is decided by the plan.

    At the door
        reject          277CA rejection, "A7:164:IL"
    The decision
        deny            (group, reason) for the whole charge of the denied lines
        deny_lines      which lines (1 is the first) are denied; none named = all
        lines           exact adjustments of a line: {1: (("CO", "45", "72.00"), ("PR", "3", "30.00"))};
                        it is paid what they leave
        underpay        dollars allowed less than the fee table says, on the first line that has them
        remarks         remark codes (LQ*HE) on every line
        status          CLP02, for example "19" (forwarded to another payer) or "25" (predetermination)
    How it is told
        forwarded_to    (name, payer id) of the payer it was forwarded to (NM1*TT)
        omit_control    lines come back without REF*6R
        drop_modifiers  lines come back without modifiers
        code            {1: "97110"}: the line comes back under another code, ours in SVC06
        number          CLP01 as this payer kept it
        split           each line comes back as a claim of its own
        silent          it is never answered in an 835
    Around it
        provider        PLB of the same 835: (code, reference, amount); positive takes money away
        reverse_after   days after payment on which it is reversed (22)
        correction      and decided anew, in the same 835; None for a reversal alone
    """

    reject: str = ""
    deny: tuple[str, str] | None = None
    deny_lines: tuple[int, ...] = ()
    lines: Mapping[int, Cas] = field(default_factory=dict)
    underpay: Decimal | str = "0"
    remarks: tuple[str, ...] = ()
    status: str = ""
    forwarded_to: tuple[str, str] | None = None
    omit_control: bool = False
    drop_modifiers: bool = False
    code: Mapping[int, str] = field(default_factory=dict)
    number: str = ""
    split: bool = False
    silent: bool = False
    provider: tuple[tuple[str, str, Decimal | str], ...] = ()
    reverse_after: int | None = None
    correction: "Outcome | None" = None


AS_THE_PLAN_SAYS = Outcome()


def to_plain(outcome: Outcome) -> dict[str, Any]:
    """For keeping as JSON: only what differs from the plan's own way."""
    plain = asdict(outcome)
    if outcome.correction is not None:
        plain["correction"] = to_plain(outcome.correction)
    return {f.name: plain[f.name] for f in fields(Outcome) if plain[f.name] != getattr(AS_THE_PLAN_SAYS, f.name)}


def from_plain(plain: Mapping[str, Any]) -> Outcome:
    """Back from JSON, where keys are text and tuples are lists."""
    given = dict(plain)
    for name in ("deny", "deny_lines", "remarks", "forwarded_to"):
        if name in given:
            given[name] = tuple(given[name])
    if "provider" in given:
        given["provider"] = tuple(map(tuple, given["provider"]))
    if "lines" in given:
        given["lines"] = {int(n): tuple(map(tuple, cas)) for n, cas in given["lines"].items()}
    if "code" in given:
        given["code"] = {int(n): code for n, code in given["code"].items()}
    if "correction" in given:
        given["correction"] = from_plain(given["correction"])
    return Outcome(**given)
