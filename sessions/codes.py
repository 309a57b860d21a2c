"""Heart. Facts about service codes that billing and notes stand on.

Short labels are our own; the licensed descriptor texts are not shipped. Sources: CMS physician fee
schedule file (therapy status) and add-on list, Claims Processing Manual ch. 5 §20, the code set itself
for increments and ranges.

How a code turns minutes into units:

- `timed`, 15 minutes: pooled with the others of its discipline where the payer's rule pools;
- `timed`, another increment (`minutes`), `pooled` False: by itself;
- a stretch of minutes that a first code and its add-on share (`FAMILIES`): the first, then each further;
- a range of minutes that chooses the code (`RANGES`): one unit of the code whose range is met;
- otherwise one unit, whatever the minutes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ServiceCode:
    """`disciplines`: who may give it. `therapy`: the code wants GO/GP/GN from payers that ask for them.

    `parents`: an add-on is given with one of these. `starts_on`: the first day on which the code exists.
    """

    code: str
    label: str
    disciplines: frozenset[str]
    timed: bool
    minutes: int = 15
    evaluation: bool = False
    group: bool = False
    therapy: bool = True
    parents: frozenset[str] = frozenset()
    starts_on: date = date.min

    @property
    def pooled(self) -> bool:
        """Whether its minutes count together with those of other codes under a total-time rule."""
        return self.timed and self.minutes == 15 and self.code not in UNPOOLED


@dataclass(frozen=True)
class Family:
    """A first code and its add-on, which share one stretch of minutes: `first` of them, then each `further`.

    `starts` is the minute at which the first unit is reached, `again` the minute beyond `first` at which the
    next is: the midpoints passed, unless the code says otherwise.
    """

    base: str
    add_on: str
    first: int
    further: int
    starts: int = 0
    again: int = 0

    def units(self, minutes: int, *, full: bool = False) -> tuple[int, int]:
        """Units of the first code and of its add-on; `full` for payers who pay full units only."""
        starts = self.first if full else self.starts or self.first // 2 + 1
        again = self.further if full else self.again or self.further // 2 + 1
        beyond = max(minutes - self.first, 0)
        return (1, (beyond + self.further - again) // self.further) if minutes >= starts else (0, 0)


FAMILIES: dict[str, Family] = {
    family.base: family
    for family in (
        Family("97129", "97130", 15, 15),
        Family("97545", "97546", 120, 60),
        Family("97550", "97551", 30, 15),
        Family("96112", "96113", 60, 30),
        Family("92605", "92618", 60, 30),
        Family("92607", "92608", 60, 30),
        Family("90839", "90840", 60, 30, starts=30, again=15),
        Family("98980", "98981", 20, 20, starts=20, again=20),
    )
}
ADD_ONS = {family.add_on: family for family in FAMILIES.values()}
UNPOOLED = frozenset({"97551"})  # a quarter hour of caregiver training, without the client

# Minutes choose the code: (first minute, code), lowest first. One unit; minutes below the first earn none.
RANGES: tuple[tuple[tuple[int, str], ...], ...] = (
    ((16, "90832"), (38, "90834"), (53, "90837")),
    ((16, "90833"), (38, "90836"), (53, "90838")),
    ((26, "90846"),),
    ((26, "90847"),),
)
RANGE_OF = {code: ranges for ranges in RANGES for _, code in ranges}


# Modifiers that only who treated can put on a service.
SEPARATE = frozenset({"59", "XE", "XS", "XP", "XU"})  # given separately (NCCI Policy Manual ch. 1 E)
REPEATED = frozenset({"76", "77"})  # the same again on one day, by the same person or by another
ATTESTED = SEPARATE | REPEATED
# What each discipline gives most days, offered before all others.
QUICK = {
    "OT": ("97530", "97535", "97112", "97110"),
    "PT": ("97110", "97140", "97112", "97116"),
    "SLP": ("92507", "92526"),
}


def stretch_of(code: str) -> str:
    """The code under whose name a stretch of minutes is summed: its own, its family's or its range's first."""
    if code in ADD_ONS:
        return ADD_ONS[code].base
    return RANGE_OF[code][0][1] if code in RANGE_OF else code


def may_become(code: str) -> frozenset[str]:
    """Every code that minutes entered under `code` can be billed as."""
    stretch = stretch_of(code)
    if stretch in FAMILIES:
        return frozenset({stretch, FAMILIES[stretch].add_on})
    return frozenset(code for _, code in RANGE_OF[stretch]) if stretch in RANGE_OF else frozenset({code})


_OT, _PT, _SLP, _MH = frozenset({"OT"}), frozenset({"PT"}), frozenset({"SLP"}), frozenset({"MH"})
_OT_PT = _OT | _PT
_OT_SLP = _OT | _SLP
_REHAB = _OT_PT | _SLP
_ANY = _REHAB | _MH
_TALKS = frozenset({"90791", "90792", "90832", "90833", "90834", "90836", "90837", "90838", "90853"})


def _timed(
    code: str,
    label: str,
    disciplines: frozenset[str] = _OT_PT,
    minutes: int = 15,
    *,
    since: int = 1,
    therapy: bool = True,
) -> ServiceCode:
    starts_on = date(since, 1, 1)
    return ServiceCode(code, label, disciplines, timed=True, minutes=minutes, therapy=therapy, starts_on=starts_on)


def _untimed(
    code: str,
    label: str,
    disciplines: frozenset[str] = _OT_PT,
    parents: frozenset[str] = frozenset(),
    *,
    since: int = 1,
    evaluation: bool = False,
    group: bool = False,
    therapy: bool = True,
) -> ServiceCode:
    return ServiceCode(
        code,
        label,
        disciplines,
        timed=False,
        evaluation=evaluation,
        group=group,
        therapy=therapy,
        parents=parents,
        starts_on=date(since, 1, 1),
    )


CODES: dict[str, ServiceCode] = {
    entry.code: entry
    for entry in (
        _timed("97032", "Electrical stimulation, attended"),
        _timed("97033", "Iontophoresis"),
        _timed("97034", "Contrast baths"),
        _timed("97035", "Ultrasound"),
        _timed("97036", "Hubbard tank"),
        _timed("97110", "Therapeutic exercise"),
        _timed("97112", "Neuro re-education"),
        _timed("97113", "Aquatic therapy"),
        _timed("97116", "Gait training"),
        _timed("97124", "Massage"),
        _timed("97129", "Cognitive function, first 15 min", _OT_SLP, since=2020),
        _timed("97130", "Cognitive function, each further 15 min", _OT_SLP, since=2020),
        _timed("97140", "Manual therapy"),
        _timed("97530", "Therapeutic activities"),
        _timed("97533", "Sensory integration"),
        _timed("97535", "Self-care training"),
        _timed("97537", "Community and work reintegration"),
        _timed("97542", "Wheelchair management"),
        _timed("97545", "Work conditioning, first 2 hours", minutes=120),
        _timed("97546", "Work conditioning, each further hour", minutes=60),
        _timed("97550", "Caregiver training, first 30 min", _REHAB, 30, since=2024),
        _timed("97551", "Caregiver training, each further 15 min", _REHAB, since=2024),
        _timed("97750", "Physical performance test"),
        _timed("97755", "Assistive technology assessment"),
        _timed("97760", "Orthotic training, first encounter"),
        _timed("97761", "Prosthetic training, first encounter"),
        _timed("97763", "Orthotic and prosthetic, later encounter", since=2018),
        _timed("92605", "Device evaluation, no speech output, first hour", _SLP, 60),
        _timed("92618", "Device evaluation, no speech output, each further 30 min", _SLP, 30),
        _timed("92607", "Speech device evaluation, first hour", _SLP, 60),
        _timed("92608", "Speech device evaluation, each further 30 min", _SLP, 30),
        _timed("96105", "Aphasia assessment, each hour", _SLP, 60),
        _timed("96112", "Developmental testing, first hour", _OT | _MH, 60, since=2019),
        _timed("96113", "Developmental testing, each further 30 min", _OT | _MH, 30, since=2019),
        _timed("96125", "Cognitive performance test, each hour", _OT_SLP, 60),
        _timed("90839", "Crisis psychotherapy, first hour", _MH, 60, therapy=False),
        _timed("90840", "Crisis psychotherapy, each further 30 min", _MH, 30, therapy=False),
        _timed("98980", "Remote monitoring, first 20 min of the month", _ANY, 20, since=2022),
        _timed("98981", "Remote monitoring, each further 20 min", _ANY, 20, since=2022),
        _untimed("97010", "Hot or cold packs"),
        _untimed("97012", "Mechanical traction"),
        _untimed("97014", "Electrical stimulation, unattended"),
        _untimed("97016", "Vasopneumatic device"),
        _untimed("97018", "Paraffin bath"),
        _untimed("97022", "Whirlpool"),
        _untimed("97024", "Diathermy"),
        _untimed("97026", "Infrared"),
        _untimed("97028", "Ultraviolet"),
        _untimed("97037", "Low-level laser, after surgery", since=2024, therapy=False),
        _untimed("97039", "Modality, unlisted"),
        _untimed("97139", "Therapeutic procedure, unlisted"),
        _untimed("97150", "Group therapy", group=True),
        _untimed("97161", "PT evaluation, low", _PT, evaluation=True, since=2017),
        _untimed("97162", "PT evaluation, moderate", _PT, evaluation=True, since=2017),
        _untimed("97163", "PT evaluation, high", _PT, evaluation=True, since=2017),
        _untimed("97164", "PT re-evaluation", _PT, evaluation=True, since=2017),
        _untimed("97165", "OT evaluation, low", _OT, evaluation=True, since=2017),
        _untimed("97166", "OT evaluation, moderate", _OT, evaluation=True, since=2017),
        _untimed("97167", "OT evaluation, high", _OT, evaluation=True, since=2017),
        _untimed("97168", "OT re-evaluation", _OT, evaluation=True, since=2017),
        _untimed("97552", "Caregiver training, groups", _REHAB, group=True, since=2024),
        _untimed("97597", "Wound debridement, first 20 sq cm"),
        _untimed("97598", "Wound debridement, each further 20 sq cm", _OT_PT, frozenset({"97597"})),
        _untimed("97799", "Physical medicine service, unlisted"),
        _untimed("29105", "Long arm splint", _OT),
        _untimed("29125", "Short arm splint, static", _OT),
        _untimed("29126", "Short arm splint, dynamic", _OT),
        _untimed("29130", "Finger splint, static", _OT),
        _untimed("29131", "Finger splint, dynamic", _OT),
        _untimed("92507", "Speech and language treatment", _SLP),
        _untimed("92508", "Speech and language group", _SLP, group=True),
        _untimed("92521", "Fluency evaluation", _SLP, evaluation=True),
        _untimed("92522", "Speech sound evaluation", _SLP, evaluation=True),
        _untimed("92523", "Speech and language evaluation", _SLP, evaluation=True),
        _untimed("92524", "Voice and resonance analysis", _SLP, evaluation=True),
        _untimed("92526", "Swallowing treatment", _OT_SLP),
        _untimed("92597", "Voice prosthetic evaluation", _SLP, evaluation=True),
        _untimed("92606", "Device service, no speech output", _SLP),
        _untimed("92609", "Speech device treatment", _SLP),
        _untimed("92610", "Swallowing evaluation", _OT_SLP, evaluation=True),
        _untimed("95851", "Range of motion with report, limb", _OT_PT),
        _untimed("95852", "Range of motion with report, hand", _OT_PT),
        _untimed("95992", "Canalith repositioning", _PT),
        _untimed("96110", "Developmental screening form", _ANY, therapy=False),
        _untimed("96127", "Brief emotional or behavioral form", _ANY, therapy=False),
        _untimed("90785", "Interactive complexity", _MH, _TALKS, therapy=False),
        _untimed("90791", "Psychiatric evaluation", _MH, evaluation=True, therapy=False),
        _untimed("90792", "Psychiatric evaluation with medical services", _MH, evaluation=True, therapy=False),
        _untimed("90832", "Psychotherapy, 16–37 min", _MH, therapy=False),
        _untimed("90834", "Psychotherapy, 38–52 min", _MH, therapy=False),
        _untimed("90837", "Psychotherapy, from 53 min", _MH, therapy=False),
        _untimed("90833", "Psychotherapy with a visit, 16–37 min", _MH, therapy=False),
        _untimed("90836", "Psychotherapy with a visit, 38–52 min", _MH, therapy=False),
        _untimed("90838", "Psychotherapy with a visit, from 53 min", _MH, therapy=False),
        _untimed("90846", "Family therapy, client absent", _MH, therapy=False),
        _untimed("90847", "Family therapy, client present", _MH, therapy=False),
        _untimed("90849", "Several families together", _MH, group=True, therapy=False),
        _untimed("90853", "Group psychotherapy", _MH, group=True, therapy=False),
        _untimed("98975", "Remote monitoring, set-up", _ANY, since=2022),
        _untimed("98976", "Remote monitoring, respiratory device", _ANY, since=2022),
        _untimed("98977", "Remote monitoring, musculoskeletal device", _ANY, since=2022),
        _untimed("98979", "Remote monitoring, first 10 min of the month", _ANY, since=2026),
        _untimed("98984", "Remote monitoring, respiratory device, 2–15 days", _ANY, since=2026),
        _untimed("98985", "Remote monitoring, musculoskeletal device, 2–15 days", _ANY, since=2026),
        _untimed("G0283", "Electrical stimulation, unattended (Medicare)"),
    )
}


DISCIPLINES = frozenset().union(*(entry.disciplines for entry in CODES.values()))


def missing_parent(code: str, there: Collection[str]) -> str:
    """What an add-on lacks among the codes of its day, in words; empty when nothing is missing."""
    known = CODES.get(code)
    parents = {ADD_ONS[code].base} if code in ADD_ONS else known.parents if known else frozenset()
    if not parents or parents & set(there):
        return ""
    told = " or ".join(sorted(parents)) if len(parents) < 4 else "the service it adds to"
    return f"{code} is an add-on; enter {told} too"


def for_discipline(discipline: str) -> list[ServiceCode]:
    """The codes a clinician of `discipline` may choose from, in code order."""
    return sorted((c for c in CODES.values() if discipline in c.disciplines), key=lambda c: c.code)
