"""Heart. What may stand on a claim as a diagnosis: only a whole ICD-10-CM code, of the day of service.

A code of three to seven characters, with a dot after the third, as people write it: "M54.50". Only leaves are
billable: a header (M54.5) is refused, and so is a code that the release of that day does not know. Releases
run from October 1 to September 30, with an update on April 1 (ICD-10-CM Official Guidelines, section I.A).
Where the day's release is not at hand the nearest one answers, and what it does not call billable is doubtful:
that may have come into the list since, or have been in it before.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

CODE = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?", re.ASCII)
SHOWN = 6  # leaves named for a header


class Verdict(StrEnum):
    BILLABLE = "billable"
    NOT_LEAF = "not_leaf"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Found:
    """`label` is CMS's short description, empty where there is none; `instead` are up to six leaves of a header.

    `nearest` names the list that answered where that of the day is not at hand, “FY2026 April”; else it is empty.
    """

    code: str
    verdict: Verdict
    label: str = ""
    instead: tuple[str, ...] = ()
    nearest: str = ""

    @property
    def wrong(self) -> bool:
        """Whether the list that was asked does not call it billable."""
        return self.verdict != Verdict.BILLABLE

    @property
    def refused(self) -> bool:
        """Whether a payer turns away a claim with it: the list of the day does not call it billable."""
        return self.wrong and not self.nearest


def bare(code: str) -> str:
    """As files and databases keep it: "m54.50" → "M5450"."""
    return code.strip().upper().replace(".", "")


def dotted(code: str) -> str:
    """As people write it: "M5450" → "M54.50"."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def problem(found: Found) -> str:
    """What is wrong with a code on its day, then a semicolon and the fix; empty when nothing is wrong."""
    where = f"in the list {found.nearest}, the nearest there is" if found.nearest else ""
    if found.verdict == Verdict.UNKNOWN:
        said = (where and f"is not {where}") or "is not an ICD-10-CM code of that day"
        return f"{found.code} {said}; look the code up and correct it"
    if found.verdict == Verdict.NOT_LEAF:
        *most, last = found.instead or ("a longer one",)
        leaves = f"{', '.join(most)} or {last}" if most else last
        return f"{found.code} is not a whole ICD-10-CM code{where and ' '}{where}; use {leaves}"
    return ""
