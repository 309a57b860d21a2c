"""Heart. Quarters: coding edits are published four times a year, and the names of the files say for which."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_SAID = re.compile(r"(20\d\d)[ -]?[Qq]([1-4])")
_IN_NAMES = (
    re.compile(r"(?P<year>20\d\d)[-_ ]?q(?P<quarter>[1-4])", re.IGNORECASE),
    re.compile(r"q(?P<quarter>[1-4])[-_ ]?(?P<year>20\d\d)", re.IGNORECASE),
    re.compile(r"eff(?:ective)?[-_ ](?P<month>0[1-9]|1[0-2])-\d\d-(?P<year>20\d\d)", re.IGNORECASE),
    re.compile(r"cci\w{3}-v(?P<version>\d\d)(?P<release>[0-3])", re.IGNORECASE),
)
FIRST_VERSION = 1994  # pair edits of 2026 are version 32: 32.0 in January to 32.3 in October


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year, both days included."""

    year: int
    number: int

    @classmethod
    def of(cls, text: str) -> Self:
        """From “2026Q4”; raises ValueError with a sentence."""
        found = _SAID.fullmatch(text.strip())
        if not found:
            raise ValueError(f"“{text}” is no quarter; write it as 2026Q4")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def with_day(cls, day: date) -> Self:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def starts_on(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_on(self) -> date:
        following = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)
        return following - timedelta(days=1)

    @property
    def label(self) -> str:
        return f"{self.year}Q{self.number}"


def quarter_in(name: str) -> Quarter | None:
    """The quarter that a file's name tells ("ccipra-v323r0-f1.txt", "…_Eff_10-01-2026.csv"), else None."""
    for pattern in _IN_NAMES:
        found = pattern.search(name)
        if found:
            said = found.groupdict()
            if said.get("version"):
                return Quarter(FIRST_VERSION + int(said["version"]), int(said["release"]) + 1)
            if said.get("month"):
                return Quarter(int(said["year"]), (int(said["month"]) + 2) // 3)
            return Quarter(int(said["year"]), int(said["quarter"]))
    return None
