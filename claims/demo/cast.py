"""Who and what the invented practice is made of. Every name, number and fee here is invented."""

from base64 import b32encode
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

SLUG, NAME, ZONE = "juniper", "Juniper Therapy", "America/Chicago"
PASSWORD = "juniper-street-demo"
SEED = 20_260_214

PROFILE = {
    "legal_name": "Juniper Street Therapy LLC",
    "npi": "1770000010",
    "tax_id": "364810277",
    "taxonomy": "193200000X",
    "street": "212 Juniper St",
    "city": "Aurora",
    "state": "IL",
    "zip": "605064117",
    "phone": "6305550142",
    "email": "billing@juniper-street.example",
}
LOCATIONS = (
    {"name": "Juniper Street", "street": "212 Juniper St", "city": "Aurora", "state": "IL", "zip": "605064117"},
    {"name": "Fox River Clinic", "street": "88 Fox River Dr", "city": "Batavia", "state": "IL", "zip": "605101934",
     "npi": "1770000028"},
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    key: str
    first: str
    last: str
    roles: tuple[str, ...]
    discipline: str = ""
    credentials: str = ""
    npi: str = ""
    taxonomy: str = ""
    assistant_to: str = ""
    location: int = 0

    @property
    def email(self) -> str:
        return f"{self.first.lower()}@juniper-street.example"

    @property
    def seed(self) -> str:
        """Of her authenticator app, base 32. Anybody can read it here, so no real practice takes it."""
        return b32encode(sha256(f"{SEED}:{self.key}".encode()).digest()[:20]).decode()


TEAM = (
    Person("owner", "Eleanor", "Voss", ("owner",)),
    Person("biller", "Marcus", "Bell", ("biller",)),
    Person("desk", "Jo", "Tanaka", ("scheduler",)),
    Person("maya", "Maya", "Lindqvist", ("therapist",), "OT", "OTR/L", "1770000036", "225X00000X"),
    Person("grace", "Grace", "Okafor", ("therapist",), "OT", "COTA/L", "", "224Z00000X", assistant_to="maya"),
    Person("tomas", "Tomas", "Rivera", ("therapist",), "OT", "OTR/L", "1770000044", "225X00000X", location=1),
    Person("hannah", "Hannah", "Weiss", ("therapist",), "PT", "PT, DPT", "1770000051", "225100000X"),
    Person("devon", "Devon", "Clarke", ("therapist",), "PT", "PT, DPT", "1770000069", "225100000X", location=1),
    Person("priya", "Priya", "Natarajan", ("therapist",), "SLP", "MS, CCC-SLP", "1770000077", "235Z00000X"),
)
LOGINS = ("maya", "biller", "owner", "desk")

# What a client shall be able to do, by which figure, its unit, from and to.
GOALS = (
    ("Opens jars and bottles without help", "Grip, left hand", "lb", 18, 45),
    ("Dresses without help", "Steps of dressing done alone", "of 12", 3, 12),
    ("Reaches overhead cupboards", "Shoulder flexion", "°", 70, 150),
    ("Cooks a meal in one go", "Pain at work", "of 10", 8, 2),
    ("Walks to the mailbox and back", "Steps without a rest", "", 40, 400),
)
CHILD_GOALS = (
    ("Writes a sentence that can be read", "Letters on the line", "%", 30, 90),
    ("Gets ready for school without reminders", "Reminders in the morning", "", 9, 1),
    ("Cuts along a line", "Distance from the line", "mm", 12, 3),
)
REFERRERS = (
    ("Alan", "Whitcomb", "1770000085"),
    ("Nadia", "Farouk", "1770000093"),
    ("Ellen", "Brandt", "1770000101"),
    ("Samuel", "Ortega", "1770000119"),
)

# Usual fees, dollars a unit.
FEES = {
    "97110": "58.00", "97112": "62.00", "97116": "56.00", "97124": "50.00", "97140": "60.00", "97150": "44.00",
    "97530": "66.00", "97533": "64.00", "97535": "64.00", "97542": "60.00", "97750": "72.00", "97760": "78.00",
    "97161": "210.00", "97162": "225.00", "97163": "240.00", "97164": "130.00",
    "97165": "225.00", "97166": "240.00", "97167": "260.00", "97168": "140.00",
    "92507": "145.00", "92508": "70.00", "92523": "290.00", "92526": "150.00", "92610": "190.00",
}  # fmt: skip

PAYERS = (
    {
        "name": "Medicare Part B", "short_name": "Medicare", "payer_id": "MEDB", "plan_type": "medicare",
        "unit_rule": "cms", "filing_days": 365, "member_id_pattern": "[1-9][A-Z][A-Z0-9][0-9][A-Z][A-Z0-9][0-9][A-Z]{2}[0-9]{2}",
        "member_id_hint": "11 characters", "needs_therapy_modifier": True, "needs_assistant_modifier": True,
        "needs_referrer": True, "needs_plan_of_care": True,
    },
    {
        "name": "Blue Cross Blue Shield of Illinois", "short_name": "Blue Cross", "payer_id": "00621",
        "plan_type": "blue_cross", "unit_rule": "midpoint", "filing_days": 180, "needs_therapy_modifier": True,
        "member_id_pattern": "[A-Z]{3}[0-9]{9}", "member_id_hint": "3 letters and 9 digits",
        "needs_authorization": True,
    },
    {
        "name": "Aetna", "short_name": "Aetna", "payer_id": "60054", "plan_type": "commercial",
        "unit_rule": "midpoint", "filing_days": 120, "member_id_pattern": "W[0-9]{9}",
        "member_id_hint": "W and 9 digits", "distinct_pairs": [["97530", "97140"]],
    },
    {
        "name": "UnitedHealthcare", "short_name": "UHC", "payer_id": "87726", "plan_type": "commercial",
        "unit_rule": "cms", "filing_days": 90, "needs_therapy_modifier": True, "member_id_pattern": "[0-9]{9}",
        "member_id_hint": "9 digits",
    },
    {
        "name": "Illinois Medicaid", "short_name": "Medicaid", "payer_id": "ILMCD", "plan_type": "medicaid",
        "unit_rule": "cms", "filing_days": 180, "needs_therapy_modifier": True, "member_id_pattern": "[0-9]{9}",
        "member_id_hint": "9 digits", "needs_authorization": True,
    },
)  # fmt: skip
COPAYS = {"60054": Decimal("30.00")}
# Days a payer takes to pay, as the sandbox is told for the invented past.
PAY_AFTER = {"MEDB": 14, "00621": 18, "60054": 12, "87726": 21, "ILMCD": 30}

ADULT_FIRST = (
    "Harriet Leonard Beatrix Clarence Marisol Vincent Ingeborg Rafael Odessa Chester Yolanda Franklin Mabel Ernesto"
    " Philippa Desmond Rosalind Thaddeus Lucinda Alfonso Geraldine Winston Carmela Ambrose Delphine Roland Eunice"
    " Hector Josephine Milton Agnes Cornelius Bernadette Otis Florence Gideon Wilma Lorenzo Imogen Rufus"
).split()
CHILD_FIRST = (
    "Milo Zuri Finn Amaya Jasper Noor Theo Lila Ezra Ivy Kofi Wren Mateo Juno Silas Anya Remy Isla Hugo Maeve Otto"
    " Nia Leo Esme Beckett Suki Rowan Talia Arlo Pia"
).split()
PARENT_FIRST = (
    "Andrea Marcel Bianca Gregory Simone Patrick Leila Anders Corinne Malik Renata Oliver Daphne Ruben Teresa Quentin"
).split()
LAST = (
    "Abernathy Baptiste Castellanos Dubrovsky Eastman Fontaine Gallagher Hendricks Iverson Jankowski Kimura Lombardi"
    " McAllister Nakagawa Oyelaran Pemberton Quintero Rasmussen Sorensen Takahashi Underhill Vasquez Wentworth"
    " Yamamoto Zielinski Ashworth Bellweather Caldwell Delacroix Eriksen Forsythe Granger Holloway Ibarra Jorgensen"
    " Kowalczyk Lundgren Montague Novak Okonkwo"
).split()
STREETS = "Oak Ave,Maple St,Prairie Ln,Mill Rd,Cedar Ct,Galena Blvd,Lake St,Union Ave,Spruce Dr,Orchard Rd".split(",")
TOWNS = (("Aurora", "605061203"), ("Batavia", "605102208"), ("Geneva", "601341140"), ("Elgin", "601203377"))


@dataclass(frozen=True)
class Reason:
    """Why somebody comes: words for the day's list, diagnoses, evaluation code, usual codes with minutes."""

    discipline: str
    complaint: str
    diagnoses: tuple[str, ...]
    evaluation: str
    codes: tuple[tuple[str, int], ...]
    child: bool = False


REASONS = (
    Reason("OT", "Stroke, left side weakness", ("I69.354", "R27.8"), "97166", (("97110", 33), ("97140", 7))),
    Reason("OT", "Thumb joint replacement", ("M18.11", "Z47.1"), "97165", (("97530", 24), ("97110", 16))),
    Reason("OT", "Hand weakness after fracture", ("S62.101D", "M25.641"), "97165", (("97110", 23), ("97140", 15))),
    Reason("OT", "Low vision, home safety", ("H54.7", "R26.81"), "97166", (("97535", 40),)),
    Reason("OT", "Parkinson disease, fine motor", ("G20.A1", "R27.8"), "97167", (("97530", 30), ("97112", 14))),
    Reason("OT", "Fine motor delay", ("F82", "R62.50"), "97165", (("97530", 38),), child=True),
    Reason("OT", "Sensory processing", ("F88", "R62.50"), "97166", (("97533", 30), ("97530", 15)), child=True),
    Reason("OT", "Handwriting and self-care", ("R27.8", "F82"), "97165", (("97530", 23), ("97535", 20)), child=True),
    Reason("PT", "Knee replacement", ("Z47.1", "M25.661"), "97161", (("97110", 30), ("97116", 15))),
    Reason("PT", "Low back pain", ("M54.50",), "97161", (("97110", 25), ("97140", 20))),
    Reason("PT", "Balance and falls", ("R26.81", "R29.6"), "97162", (("97112", 25), ("97116", 18))),
    Reason("PT", "Shoulder impingement", ("M75.41",), "97161", (("97110", 22), ("97140", 22))),
    Reason("PT", "Toe walking", ("R26.89", "M62.81"), "97161", (("97116", 20), ("97530", 22)), child=True),
    Reason("SLP", "Speech sound disorder", ("F80.0",), "92523", (("92507", 40),), child=True),
    Reason("SLP", "Language delay", ("F80.2", "R62.50"), "92523", (("92507", 42),), child=True),
    Reason("SLP", "Aphasia after stroke", ("I69.320",), "92523", (("92507", 45),)),
    Reason("SLP", "Swallowing difficulty", ("R13.12",), "92610", (("92526", 40),)),
)  # fmt: skip

NOTES = (
    (
        "Client reports less soreness since last visit and did the home program most days.",
        "Completed all exercises with {cue} cues; grip and range measured, see flow sheet.",
        "Gains in control carry over to daily tasks; skilled grading of load is still needed.",
        "Continue {frequency}; progress resistance, review home program next visit.",
    ),
    (
        "Family says dressing in the morning takes half the time it did.",
        "Buttons 4 of 5 with {cue} cues, sustained the task for 12 minutes.",
        "Improving endurance and sequencing; needs skilled cueing for safe transfers.",
        "Continue {frequency}; add one-handed meal preparation.",
    ),
    (
        "No new complaints; slept well, pain 2 of 10 before and after.",
        "Tolerated the whole session, {cue} cues for posture, no loss of balance.",
        "Steady progress toward the second goal; pace of change justifies the plan.",
        "Continue {frequency}; re-measure at visit ten.",
    ),
)
