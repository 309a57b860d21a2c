"""Heart. Provider taxonomy codes (NUCC) by discipline and level: what to choose from, and what does not fit."""

import re

CODE = re.compile(r"[0-9]{3}[0-9A-Z]{6}X")
STUDENT = "390200000X"

# Discipline, level → codes with a short word; the first is the usual one.
CODES: dict[tuple[str, str], dict[str, str]] = {
    ("OT", "therapist"): {
        "225X00000X": "Occupational therapist",
        "225XP0200X": "OT, pediatrics",
        "225XH1200X": "OT, hand",
        "225XN1300X": "OT, neurorehabilitation",
        "225XP0019X": "OT, physical rehabilitation",
        "225XF0002X": "OT, feeding and swallowing",
        "225XG0600X": "OT, gerontology",
        "225XM0800X": "OT, mental health",
        "225XL0004X": "OT, low vision",
        "225XE0001X": "OT, environmental modification",
        "225XE1200X": "OT, ergonomics",
        "225XH1300X": "OT, human factors",
        "225XR0403X": "OT, driving",
    },
    ("OT", "assistant"): {"224Z00000X": "Occupational therapy assistant"},
    ("PT", "therapist"): {
        "225100000X": "Physical therapist",
        "2251P0200X": "PT, pediatrics",
        "2251X0800X": "PT, orthopedic",
        "2251N0400X": "PT, neurology",
        "2251G0304X": "PT, geriatrics",
        "2251S0007X": "PT, sports",
        "2251H1200X": "PT, hand",
        "2251C2600X": "PT, cardiopulmonary",
    },
    ("PT", "assistant"): {"225200000X": "Physical therapy assistant"},
    ("SLP", "therapist"): {"235Z00000X": "Speech-language pathologist"},
    ("SLP", "assistant"): {"2355S0801X": "Speech-language assistant"},
    ("MH", "therapist"): {
        "101YM0800X": "Mental health counselor",
        "1041C0700X": "Clinical social worker",
        "103TC0700X": "Clinical psychologist",
        "103T00000X": "Psychologist",
        "106H00000X": "Marriage and family therapist",
    },
    ("MH", "assistant"): {},
}
# Words in credentials that tell more than the discipline does.
BY_CREDENTIAL = {
    "LCSW": "1041C0700X",
    "LICSW": "1041C0700X",
    "LMFT": "106H00000X",
    "PSYD": "103TC0700X",
    "PHD": "103TC0700X",
}


def usual(discipline: str, level: str, credentials: str) -> str:
    """The code a clinician most likely has; "" where none stands out."""
    if level == "student":
        return STUDENT
    fitting = CODES[discipline, level]
    words = re.findall(r"[A-Z]+", credentials.upper().replace(".", ""))
    told = next((BY_CREDENTIAL[word] for word in words if BY_CREDENTIAL.get(word) in fitting), "")
    return told or next(iter(fitting), "")


def taxonomy_problem(code: str, discipline: str = "", level: str = "") -> str:
    """What is wrong with a code, in a sentence; empty when it is right. Codes that we do not know may be right."""
    if not CODE.fullmatch(code):
        return "A taxonomy code has ten characters: three digits, six digits or letters, and an X"
    if not discipline or level == "student" or code in CODES[discipline, level]:
        return ""
    for (other, rank), codes in CODES.items():
        if code in codes:
            fits = usual(discipline, level, "")
            better = f"; take {fits}" if fits else ""
            return f"{code} is for {other}, {rank}{better}"
    return ""
