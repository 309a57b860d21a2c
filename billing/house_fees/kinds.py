"""Heart. Fees without a session: for what, and how they are written where a charge has a service code."""

from dataclasses import dataclass

MOST = 1000  # dollars; above it somebody mistyped


@dataclass(frozen=True)
class Kind:
    """`code` is ours and stands on no claim; `label` is what the client reads; `visit`: charged for a visit."""

    value: str
    code: str
    label: str
    visit: bool


NO_SHOW = Kind("no show", "NOSHW", "Missed visit", True)
LATE_CANCEL = Kind("late cancel", "LATEC", "Late cancellation", True)
RECORDS = Kind("records", "RECRD", "Copy of records", False)
KINDS = {kind.value: kind for kind in (NO_SHOW, LATE_CANCEL, RECORDS)}
BY_CODE = {kind.code: kind for kind in KINDS.values()}


def label_of(code: str) -> str:
    """What a fee's code means; empty for a service code."""
    kind = BY_CODE.get(code)
    return kind.label if kind else ""
