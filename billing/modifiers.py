"""Heart. The modifiers of a claim line, from rules, in the order payers expect.

GO, GP, GN say under which discipline's plan a service was given (Medicare Claims Processing Manual
ch. 5 §20.1); CO and CQ that an assistant gave it (§20.1, 42 CFR 410.59/410.60). Speech has no
assistant modifier. Order: discipline, assistant, then what else is added later; at most four.
"""

from sessions.codes import CODES

THERAPY = {"OT": "GO", "PT": "GP", "SLP": "GN"}
ASSISTANT = {"OT": "CO", "PT": "CQ"}
MOST = 4


def for_line(
    code: str, *, discipline: str, assistant: bool, wants_therapy: bool, wants_assistant: bool
) -> tuple[str, ...]:
    """Modifiers of a line. `wants_…` are the payer's rules, `assistant` who gave the service."""
    found = []
    if wants_therapy and discipline in THERAPY and CODES[code].therapy:
        found.append(THERAPY[discipline])
    if wants_assistant and assistant and discipline in ASSISTANT:
        found.append(ASSISTANT[discipline])
    return tuple(found[:MOST])
