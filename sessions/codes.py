"""Heart. Facts about service codes that billing and notes stand on.

Short labels are our own; the licensed descriptor texts are not shipped. `timed` codes are counted
in blocks of `minutes` (CPT gives 15 for the therapy codes here); the others are one unit a day
whatever the minutes. Sources: CMS physician fee schedule file (therapy status), CMS Claims
Processing Manual ch. 5 §20, the code set itself for the increments.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceCode:
    """`disciplines`: who may give it. `therapy`: the code wants GO/GP/GN from payers that ask for them."""

    code: str
    label: str
    disciplines: frozenset[str]
    timed: bool
    minutes: int = 15
    evaluation: bool = False
    group: bool = False
    therapy: bool = True


_OT, _PT, _SLP = frozenset({"OT"}), frozenset({"PT"}), frozenset({"SLP"})
_OT_PT = _OT | _PT
_REHAB = _OT_PT | _SLP


def _timed(code: str, label: str, disciplines: frozenset[str] = _OT_PT) -> ServiceCode:
    return ServiceCode(code, label, disciplines, timed=True)


def _untimed(code: str, label: str, disciplines: frozenset[str] = _OT_PT, **facts: bool) -> ServiceCode:
    return ServiceCode(code, label, disciplines, timed=False, **facts)


CODES: dict[str, ServiceCode] = {
    entry.code: entry
    for entry in (
        _timed("97032", "Electrical stimulation, attended"),
        _timed("97033", "Iontophoresis"),
        _timed("97034", "Contrast baths"),
        _timed("97035", "Ultrasound"),
        _timed("97110", "Therapeutic exercise"),
        _timed("97112", "Neuro re-education"),
        _timed("97113", "Aquatic therapy"),
        _timed("97116", "Gait training"),
        _timed("97124", "Massage"),
        _timed("97129", "Cognitive function, first 15 min", _REHAB),
        _timed("97130", "Cognitive function, each further 15 min", _REHAB),
        _timed("97140", "Manual therapy"),
        _timed("97530", "Therapeutic activities"),
        _timed("97533", "Sensory integration"),
        _timed("97535", "Self-care training"),
        _timed("97537", "Community and work reintegration"),
        _timed("97542", "Wheelchair management"),
        _timed("97750", "Physical performance test"),
        _timed("97755", "Assistive technology assessment"),
        _timed("97760", "Orthotic training, first encounter"),
        _timed("97761", "Prosthetic training, first encounter"),
        _timed("97763", "Orthotic and prosthetic, later encounter"),
        _untimed("97010", "Hot or cold packs"),
        _untimed("97018", "Paraffin bath"),
        _untimed("97022", "Whirlpool"),
        _untimed("97150", "Group therapy", group=True),
        _untimed("97161", "PT evaluation, low", _PT, evaluation=True),
        _untimed("97162", "PT evaluation, moderate", _PT, evaluation=True),
        _untimed("97163", "PT evaluation, high", _PT, evaluation=True),
        _untimed("97164", "PT re-evaluation", _PT, evaluation=True),
        _untimed("97165", "OT evaluation, low", _OT, evaluation=True),
        _untimed("97166", "OT evaluation, moderate", _OT, evaluation=True),
        _untimed("97167", "OT evaluation, high", _OT, evaluation=True),
        _untimed("97168", "OT re-evaluation", _OT, evaluation=True),
        _untimed("92507", "Speech and language treatment", _SLP),
        _untimed("92508", "Speech and language group", _SLP, group=True),
        _untimed("92523", "Speech and language evaluation", _SLP, evaluation=True),
        _untimed("92526", "Swallowing treatment", _SLP),
        _untimed("92610", "Swallowing evaluation", _SLP, evaluation=True),
        _untimed("G0283", "Electrical stimulation, unattended"),
    )
}


def for_discipline(discipline: str) -> list[ServiceCode]:
    """The codes a clinician of `discipline` may choose from, in code order."""
    return sorted((c for c in CODES.values() if discipline in c.disciplines), key=lambda c: c.code)
