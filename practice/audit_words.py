"""Heart. An audit row in words: "viewed the chart of", "signed a note for"."""

from collections.abc import Mapping
from typing import Any

WHOLE = {
    "add addendum": "signed an addendum to a note",
    "add client": "added the client",
    "amend": "amended a session",
    "arrived": "checked in",
    "assign": "put a clinician on the care team",
    "book": "booked a session",
    "cosign": "co-signed a note",
    "cancelled": "canceled a session",
    "end emergency": "ended emergency access to the chart",
    "copy note text": "copied text of an earlier note into a note",
    "emergency not found": "searched for a chart in an emergency and found none",
    "meet goal": "marked a goal as met",
    "missed": "marked a session missed",
    "open case": "opened a case",
    "open in emergency": "opened the chart in an emergency",
    "return note": "returned a note to its author",
    "scheduled": "put a session back",
    "set plan": "set the plan of care",
    "sign": "signed a note",
    "sign copied text": "signed words copied from an earlier note",
    "use template": "put a template into a note",
    "unassign": "took a clinician off the care team",
    "write draft": "wrote in the note",
    "write psychotherapy note": "wrote in a psychotherapy note",
}
PAST = {
    "begin": "began", "choose": "chose", "deny": "denied", "do": "did", "find": "found", "give": "gave", "hold": "held", "keep": "kept",
    "make": "made", "put": "put", "send": "sent", "set": "set", "take": "took", "undo": "undid", "verify": "verified",
    "submit": "submitted", "withdraw": "withdrew", "write": "wrote",
}  # fmt: skip
# What of `detail` is shown, in this order; nothing that could hold a note.
TOLD = (
    "reason",
    "codes",
    "parts",
    "amount",
    "fee",
    "starts_on",
    "claims",
    "rows",
    "status",
    "before",
    "year",
    "bucket",
)
LONGEST = 80


def words(verb: str, *, about_somebody: bool, detail: Mapping[str, Any] | None = None) -> str:
    """What was done, to stand between who did it and the client: "viewed the ledger of"."""
    if verb == "refused":
        refused = (detail or {}).get("status") == 403
        return "was refused: her role may not" if refused else "asked for what is not hers to see, or is not there"
    told, joined = WHOLE.get(verb, ""), "for"
    if verb.startswith("view "):
        told, joined = f"viewed the {verb.removeprefix('view ')}", "of"
    elif not told:
        first, _, rest = verb.partition(" ")
        past = PAST.get(first) or (f"{first}d" if first.endswith("e") else f"{first}ed")
        told = f"{past} {rest}".strip()
    if verb in ("open in emergency", "end emergency", "write draft", "write psychotherapy note"):
        joined = "of"
    if verb in ("add client", "arrived"):
        joined = ""
    return f"{told} {joined}".strip() if about_somebody else told


def facts(detail: Mapping[str, Any]) -> str:
    """What else is known of the act, short: "reason: child collapsed; codes: 97110, 97140"."""
    told = []
    for name in TOLD:
        value = detail.get(name)
        if value not in (None, "", []):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            told.append(f"{name.replace('_', ' ')}: {shown[:LONGEST]}")
    filters = detail.get("filters") or {}
    told += [f"{name}: {value}" if value is not True else f"searched by {name}" for name, value in filters.items()]
    return "; ".join(told)
