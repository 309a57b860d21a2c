"""Heart. The kinds of note: what a signed note is, for the chart and for the clocks that count notes."""

from enum import StrEnum


class Kind(StrEnum):
    DAILY = "daily"
    EVALUATION = "evaluation"
    REEVALUATION = "reevaluation"
    PROGRESS = "progress"
    DISCHARGE = "discharge"
