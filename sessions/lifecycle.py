"""Heart. The states of a session and the moves between them; nothing else is possible.

held ─▶ scheduled ─▶ arrived ─▶ signed    signed is the end: corrections are amendments, not moves
 │          │           │
 │          ├──▶ cancelled, missed ◀┘     and back to scheduled, when somebody pressed the wrong button
 └──▶ cancelled                           a time that is only held (waitlist, unconfirmed series) is confirmed first
"""

from enum import StrEnum


class State(StrEnum):
    HELD = "held"
    SCHEDULED = "scheduled"
    ARRIVED = "arrived"
    SIGNED = "signed"
    CANCELLED = "cancelled"
    MISSED = "missed"


MOVES: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.SCHEDULED, State.CANCELLED}),
    State.SCHEDULED: frozenset({State.ARRIVED, State.SIGNED, State.CANCELLED, State.MISSED}),
    State.ARRIVED: frozenset({State.SCHEDULED, State.SIGNED, State.CANCELLED, State.MISSED}),
    State.CANCELLED: frozenset({State.SCHEDULED}),
    State.MISSED: frozenset({State.SCHEDULED}),
    State.SIGNED: frozenset(),
}


PLANNED = (State.SCHEDULED, State.HELD)  # booked, and nobody has come yet
GONE = (State.CANCELLED, State.MISSED)  # the time is free again


def may_move(old: str, new: str) -> bool:
    """Whether a session may go from `old` to `new`."""
    return State(new) in MOVES[State(old)]


def from_states(new: str) -> list[str]:
    """The states from which `new` may be reached: what a compare-and-set compares with."""
    return [old.value for old in State if State(new) in MOVES[old]]
