"""Heart. What an adjustment of a payer means for who owes: written off, the client's, or a question.

Defaults of the field: CO-45 is the contract's discount and CO-253 Medicare's sequestration, both given
up; PR-1, 2, 3 are the client's deductible, coinsurance and copay. Whatever the table does not name
waits with the payer as a work item: CO-16, 29, 97, 197, 252 … are denials to be worked, not discounts.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from practice.money import ZERO


class Effect(StrEnum):
    GIVE_UP = "give up"  # an adjustment of the named kind
    MOVE_ON = "move on"  # to the next payer, or the client
    WAIT = "wait"  # stays open with this payer


@dataclass(frozen=True)
class Outcome:
    effect: Effect
    reason: str = ""


DEFAULTS: dict[tuple[str, str], Outcome] = {
    ("CO", "45"): Outcome(Effect.GIVE_UP, "contractual"),
    ("CO", "253"): Outcome(Effect.GIVE_UP, "sequestration"),
    ("PR", "1"): Outcome(Effect.MOVE_ON, "deductible"),
    ("PR", "2"): Outcome(Effect.MOVE_ON, "coinsurance"),
    ("PR", "3"): Outcome(Effect.MOVE_ON, "copay"),
}

WAITS = Outcome(Effect.WAIT)

# The payer's reason in plain words, for the codes a therapy practice meets most.
MEANINGS = {
    "1": "counted toward the yearly deductible",
    "2": "coinsurance",
    "3": "copay",
    "4": "the modifier is missing or does not fit",
    "16": "information is missing",
    "18": "exact duplicate of a claim",
    "22": "another plan should pay first",
    "23": "what an earlier payer did",
    "29": "came after the filing limit",
    "45": "above the agreed rate",
    "97": "part of another service",
    "109": "this plan does not cover it",
    "197": "no authorization",
    "204": "not a benefit of the plan",
    "253": "sequestration",
}


def outcome(group: str, reason: str) -> Outcome:
    """What becomes of an adjustment of `group` (CO, PR, OA, PI) and CARC `reason`."""
    return DEFAULTS.get((group, reason), WAITS)


def say(group: str, reason: str) -> str:
    """The reason in plain words; the bare code when it has none."""
    return MEANINGS.get(reason, f"reason {group}-{reason}")


@dataclass(frozen=True)
class Sorted:
    """Adjustments of one line by what becomes of them, in dollars by reason."""

    given_up: dict[str, Decimal]
    moved: dict[str, Decimal]
    waiting: Decimal


def sort_out(adjustments: list[tuple[str, str, Decimal]]) -> Sorted:
    """Sum (group, reason, dollars) by effect."""
    given_up: dict[str, Decimal] = {}
    moved: dict[str, Decimal] = {}
    waiting = ZERO
    for group, reason, amount in adjustments:
        found = outcome(group, reason)
        if found.effect is Effect.GIVE_UP:
            given_up[found.reason] = given_up.get(found.reason, ZERO) + amount
        elif found.effect is Effect.MOVE_ON:
            moved[found.reason] = moved.get(found.reason, ZERO) + amount
        else:
            waiting += amount
    return Sorted(given_up, moved, waiting)
