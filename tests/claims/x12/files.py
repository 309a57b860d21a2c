"""X12 text for these tests, put together by hand and not by the code under test."""

from pathlib import Path

SAMPLES = Path(__file__).parents[4] / "shared/edi/samples"

ISA = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *260105*1200*^*00501*{:09d}*0*P*:"


def wrap(*body: str, kind: str = "835", group: str = "HP", version: str = "005010X221A1", number: int = 1) -> str:
    """`body` in one set, group and interchange, with right counts and "~" terminators."""
    segments = [
        ISA.format(number),
        f"GS*{group}*PAYER*PRACTICE*20260105*1200*{number}*X*{version}",
        f"ST*{kind}*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        f"GE*1*{number}",
        f"IEA*1*{number:09d}",
    ]
    return "".join(f"{segment}~" for segment in segments)


def separated(text: str, element: str = "*", component: str = ":", terminator: str = "~", repetition: str = "^") -> str:
    """`text` with other separators; they must not occur in it."""
    return text.translate(str.maketrans("*:~^", element + component + terminator + repetition))


# One claim of two lines: 33 minutes of 97110 and 7 of 97140; Medicare pays 80 % of what it allows, less 2 %.
PAID = (
    "BPR*I*112.90*C*ACH*CCP*01*111*DA*33*1234567890**01*111*DA*22*20260120",
    "TRN*1*EFT0001*1512345678",
    "DTM*405*20260119",
    "N1*PR*MEDICARE*XV*00882",
    "N3*1 MAIN STREET",
    "N4*ANYTOWN*IL*62701",
    "PER*BL*HELP*TE*8005550100",
    "N1*PE*RIVERSIDE THERAPY LLC*XX*1245319599",
    "REF*TJ*123456789",
    "LX*1",
    "CLP*C1A*1*186*112.9*28.8*MB*ICN0001*11*1",
    "NM1*QC*1*NUNEZ*JOSE****MI*1EG4TE5MK73",
    "MOA***MA01*MA18",
    "DTM*232*20260105",
    "SVC*HC:97110:GO:KX*126*78.4**2",
    "DTM*472*20260105",
    "CAS*CO*45*26**253*1.6",
    "CAS*PR*2*20",
    "REF*6R*L1",
    "AMT*B6*100",
    "SVC*HC:97140:GO*60*34.5**1",
    "DTM*472*20260105",
    "CAS*CO*45*16**253*.7",
    "CAS*PR*2*8.8",
    "REF*6R*L2",
    "AMT*B6*44",
    "LQ*HE*N130",
)
