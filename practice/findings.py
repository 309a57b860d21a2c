"""Heart. What every check returns: a finding says what is wrong, where, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    CANNOT_GO = "cannot_go"  # invalid, unsigned or not lawful to bill: never sent as it is
    WILL_FAIL = "will_fail"  # rejected at the door or denied by the payer
    MAY_BE_DENIED = "may_be_denied"


ORDER = {Severity.CANNOT_GO: 0, Severity.WILL_FAIL: 1, Severity.MAY_BE_DENIED: 2}


@dataclass(frozen=True)
class Fix:
    """One press that mends a finding. `verb` names the action, `label` the button."""

    verb: str
    label: str
    target: int | None = None


@dataclass(frozen=True)
class Finding:
    """`rule` is the id of the rule, `where` the field ("coverage.member_id", "line.2.modifiers").

    `message` is the bold sentence, `detail` the plain one after it.
    """

    rule: str
    severity: Severity
    where: str
    message: str
    detail: str = ""
    fix: Fix | None = None


def worst(findings: list[Finding]) -> Severity | None:
    """The gravest severity among `findings`, None when there are none."""
    return min((finding.severity for finding in findings), key=ORDER.__getitem__, default=None)


class BadInput(ValueError):
    """What a person gave cannot be used. `errors` maps a field to a sentence that names the fix.

    Actions raise it before anything is written; doors show the sentences at their fields.
    """

    def __init__(self, errors: dict[str, str] | None = None, **fields: str) -> None:
        self.errors = {**(errors or {}), **fields}
        super().__init__("; ".join(self.errors.values()))


class Conflict(ValueError):
    """The thing has changed since the person last saw it; the sentence says what to do."""
