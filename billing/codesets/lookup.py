"""The one door to coding edits: which hold on a day, and whose word that is. Imported rows first, else the starter.

Pairs and add-ons are published with their whole history, so the newest release speaks for every day up to the end
of its quarter. Unit limits are a quarter's: the latest that began by the day speaks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.codesets import starter
from billing.codesets.edits import DatedPair, DatedParent, Edits, Limit, Pair, pairs_among, parents_on
from billing.codesets.models import (
    AddOnParent,
    CodeSetKind,
    CodeSetRelease,
    EditPair,
    TherapyThreshold,
    UnitLimit,
)
from billing.codesets.quarters import Quarter
from billing.codesets.thresholds import BUCKETS
from billing.facts import KX_THRESHOLDS

__all__ = ["Edits", "Limit", "Pair", "edits_for", "edits_on", "threshold"]

CLOSED = 1  # edit type of an add-on whose parents are all listed


def edits_on(on: date, codes: Iterable[str]) -> Edits:
    """The coding edits among `codes` on a day."""
    return edits_for({on: set(codes)})[on]


def edits_for(days: Mapping[date, set[str]]) -> dict[date, Edits]:
    """The coding edits of many days, each among its own codes: four queries at most, however many."""
    loaded = _Loaded({code for codes in days.values() for code in codes})
    return {day: loaded.on(day, codes) for day, codes in days.items()}


def threshold(year: int, bucket: str) -> Decimal | None:
    """Medicare's therapy threshold of a year for "OT" or "PT+SLP", in dollars; None where it is not known."""
    row = TherapyThreshold.objects.filter(year=year, bucket=bucket).first()
    if row:
        return row.amount
    return KX_THRESHOLDS.get(year) if bucket in BUCKETS else None


@dataclass(frozen=True)
class _Said:
    """Whose word an answer is, and whether that release was published for the day."""

    quarter: Quarter
    imported: bool
    covered: bool

    @property
    def source(self) -> str:
        words = f"{self.quarter.year} Q{self.quarter.number}"
        return f"NCCI {words}" if self.imported else f"our starter table of NCCI {words}"


class _Loaded:
    """What is loaded about some codes."""

    def __init__(self, codes: set[str]) -> None:
        self.pairs_of, self.limits_of, self.parents_of = _releases()
        self.pairs: list[DatedPair] = list(starter.PAIRS)
        self.limits: dict[date, dict[str, Limit]] = {}
        self.parents: list[DatedParent] = list(starter.PARENTS)
        if self.pairs_of:
            self.pairs = [
                DatedPair(row.column1, row.column2, row.effective_on, row.deleted_on, row.modifier_indicator)
                for row in EditPair.objects.filter(column1__in=codes, column2__in=codes)
            ]
        if self.limits_of:
            for row in UnitLimit.objects.filter(code__in=codes):
                limit = Limit(row.code, row.most, row.adjudication_indicator)
                self.limits.setdefault(row.starts_on, {})[row.code] = limit
        if self.parents_of:
            self.parents = [
                DatedParent(row.add_on, row.parent, row.effective_on, row.deleted_on, row.edit_type == CLOSED)
                for row in AddOnParent.objects.filter(add_on__in=codes)
            ]

    def on(self, day: date, codes: set[str]) -> Edits:
        pairs, limits, add_ons = _said(self.pairs_of, day), self._limits_said(day), _said(self.parents_of, day)
        held = self.limits.get(limits.quarter.starts_on, {}) if limits.imported else starter.LIMITS
        parents, open_lists = parents_on([row for row in self.parents if row.add_on in codes], day)
        return Edits(
            pairs=pairs_among(self.pairs, codes, day),
            limits={code: held[code] for code in sorted(codes) if code in held},
            parents=parents,
            source=pairs.source,
            covered=pairs.covered and limits.covered,
            limits_source=limits.source,
            parents_source=add_ons.source,
            open_lists=open_lists,
            used=min(pairs, limits, key=lambda said: said.covered).quarter.label,
        )

    def _limits_said(self, day: date) -> _Said:
        begun = [quarter for quarter in self.limits_of if quarter.starts_on <= day]
        return _said(begun, day)


def _releases() -> tuple[list[Quarter], list[Quarter], list[Quarter]]:
    """The quarters of which pairs, unit limits and add-ons are loaded."""
    found: dict[str, list[Quarter]] = {kind: [] for kind in CodeSetKind}
    for kind, starts_on in CodeSetRelease.objects.values_list("kind", "starts_on").distinct():
        found[kind].append(Quarter.with_day(starts_on))
    return found[CodeSetKind.PAIRS], found[CodeSetKind.LIMITS], found[CodeSetKind.ADD_ONS]


def _said(quarters: list[Quarter], day: date) -> _Said:
    """The release that speaks for a day: the newest of those given, which began by then or hold the past too."""
    newest = max(quarters, default=starter.QUARTER)
    begun = bool(quarters) or newest.starts_on <= day
    return _Said(newest, imported=bool(quarters), covered=begun and day <= newest.ends_on)
