"""Heart. What the house knows of coding edits before any file is imported: facts about therapy codes, own selection.

Read from Medicare's NCCI practitioner files of 2024 Q3 (pairs and unit limits in force on 2024-07-01) and the
add-on file of 2024-06-03. It is not the whole of them: pairs with codes that no therapist here bills are left out,
and so is everything since. Import the quarter's files: `./run manage import_ncci`.
"""

from datetime import date

from billing.codesets.edits import CLINICAL, NEVER, POLICY, DatedPair, DatedParent, Limit
from billing.codesets.quarters import Quarter
from sessions.codes import ADD_ONS, CODES

QUARTER = Quarter(2024, 3)
_OT = "97165 97166 97167"
_PT = "97161 97162 97163"
_SPLINTS = "29105 29125 29126 29130 29131"
_MOTION = "95851 95852"
_MODALITIES = "97012 97016 97018 97022 97024 97026 97028 97032 97033 97034 97035 97036 97039 G0283"
_TALKS = "90832 90833 90834 90836 90837 90838"

# (column 1, column 2): two services, paid both where a modifier says that they were separate.
_SEPARATE = (
    ("97530", "97537 97542 97750"),
    ("97150", "97110 97112 97113 97116 97124 97140 97530 97533 97535 97537 97542 97760 97761 97763"),
    (_MODALITIES, "97164 97168"),  # the re-evaluation is column 2 of treatment
    ("97124 97129 97130 97139 97533 97535 97537 97542 97545 97760 97761", "97164 97168"),
    (f"{_OT} {_PT} 97164 97168", "96105 96125"),
    ("96112 96113", f"{_OT} {_PT} 97164 97168"),
    ("97140", f"{_MOTION} 97018 97750"),
    ("97760 97761 97763", "97110 97112 97116 97124 97140 97016"),
    ("97761", "97760"),
    ("97760 97763", _SPLINTS),
    ("97755", "97035 97110 97112 97140 97530 97533 97535 97537 97542 97545 97760 97761 97763"),
    ("97113", "97110 97022"),
    ("97112", "97022 97036"),
    ("97012 97016 97024 97026 97028", "97018"),
    ("97012", "97140"),
    ("G0283", "97032"),
    ("92526", "97110 97112 97150 97530"),
    ("92507", "97110 97112 97129 97150 97530 97533"),
    ("92508", "92507 97110 97112 97129 97150 97530 97533"),
    ("95992", "97110 97112 97140 97530"),
    ("92521 92522 92523 92524", "96105 96125"),
    ("92607", "92507 92508 92521 92522 92523 92524 92609"),
    ("92609", "92507 92508 92521 92522 92523 92524"),
    ("97597", f"{_SPLINTS} 97022 97164"),
    ("90846 90847 90853", _TALKS),
    ("90846", "90847"),
    ("90853", "90846 90847"),
)
# Never both on one day.
_NEVER = (
    (f"{_OT} {_PT} 97164 97168", f"{_MOTION} 97750 97755 97763"),
    (_OT, "97168"),
    (_PT, "97164"),
    ("97167", "97165 97166"),
    ("97166", "97165"),
    ("97163", "97161 97162"),
    ("97162", "97161"),
    ("97530", _MOTION),
    ("97140", "97124"),
    ("97545", "97140"),
    ("97150", "95851"),
    ("97750", f"97150 {_MOTION}"),
    ("97755", "97750"),
    ("97760 97761", "97763"),
    ("97113", "97036"),
    ("92526", "97032 G0283"),
    ("92523", "92522"),
    ("90791 90792", f"{_TALKS} 90839 90840 90846 90847 90849 90853"),
    ("90832 90834 90837", "90839 90840"),
    ("90834", "90832"),
    ("90837", "90832 90834"),
)
# The most units a day: (units, codes), absolute and with an appeal.
_POLICY = (
    (1, f"{_OT} {_PT} 97164 97168 97129 97545 97550 97552 92521 92522 92523 92524 92526 92610 95992 96112"),
    (1, "29105 29125 29126 90839 98975 98976 98977 98980 97037"),
)
_CLINICAL = (
    (0, "97010 97014 92605 92606"),
    (1, "97012 97016 97018 97022 97024 97026 97028 97039 97139 97150 97799 G0283 95852 92507 92508 92597 92607 92609"),
    (1, "92618 90791 90792 90846 90847 90849 90853 97597"),
    (2, "97034 97035 97546 97551 29131 96125 90832 90834 90837 90833 90836 90838"),
    (3, "97036 95851 29130 96105 96110 96127 90785 90840 98981"),
    (4, "97112 97116 97124 97032 97033 97533 92608"),
    (6, "97110 97113 97140 97530 97537 97760 97761 97763 96113"),
    (7, "97130"),
    (8, "97535 97542 97750 97755 97598"),
)


def _pairs() -> tuple[DatedPair, ...]:
    return tuple(
        DatedPair(column1, column2, date.min, None, indicator)
        for indicator, table in ((1, _SEPARATE), (NEVER, _NEVER))
        for firsts, seconds in table
        for column1 in firsts.split()
        for column2 in seconds.split()
    )


def _limits() -> dict[str, Limit]:
    return {
        code: Limit(code, most, indicator)
        for indicator, table in ((POLICY, _POLICY), (CLINICAL, _CLINICAL))
        for most, codes in table
        for code in codes.split()
    }


def _parents() -> tuple[DatedParent, ...]:
    listed = {family.add_on: frozenset({family.base}) for family in ADD_ONS.values()}
    listed |= {entry.code: entry.parents for entry in CODES.values() if entry.parents}
    return tuple(
        DatedParent(add_on, parent, date.min, None, closed=True)
        for add_on, parents in sorted(listed.items())
        for parent in sorted(parents)
    )


PAIRS, LIMITS, PARENTS = _pairs(), _limits(), _parents()
