"""835 text written by hand, for the tests of posting."""

from decimal import Decimal

HEAD = (
    "ISA*00*          *00*          *ZZ*SANDBOX        *ZZ*ALDER01        *260615*1200*^*00501*{control:09d}*0*T*:~"
    "GS*HP*SANDBOX*ALDER01*20260615*1200*{control}*X*005010X221A1~ST*835*{control:04d}~"
)


def remittance(
    claims: str, *, paid: str, payer: str = "60054", trace: str = "T1", control: int = 1, plb: str = "", sign: str = "C"
) -> bytes:
    """One payment; `claims` are CLP loops, `plb` a PLB segment."""
    method = "ACH" if Decimal(paid) else "NON"
    body = (
        f"BPR*{'I' if method == 'ACH' else 'H'}*{paid}*{sign}*{method}************20260615~TRN*1*{trace}*1999999999~"
        f"DTM*405*20260615~N1*PR*PAYER~N3*1 PAYER ST~N4*CHICAGO*IL*60601~REF*2U*{payer}~PER*BL*CARE*TE*8005550100~"
        f"N1*PE*ALDER THERAPY LLC*XX*1770000010~LX*1~{claims}{plb}"
    )
    count = body.count("~") + 2
    text = HEAD.format(control=control) + body
    return f"{text}SE*{count}*{control:04d}~GE*1*{control}~IEA*1*{control:09d}~".encode()


def clp(
    control: str, *lines: str, charge: str, paid: str, share: str = "", status: str = "1", icn: str = "ICN1"
) -> str:
    """One claim; `lines` are SVC loops."""
    head = f"CLP*{control}*{status}*{charge}*{paid}*{share}*12*{icn}*11~NM1*QC*1*NAKAMURA*WALTER****MI*W123456789~"
    return head + "DTM*232*20260615~" + "".join(lines)


def svc(code: str, charge: str, paid: str, *cas: str, control: str = "", units: int = 1) -> str:
    """One line; `cas` are like "CO*45*72"."""
    adjustments = "".join(f"CAS*{one}~" for one in cas)
    ours = f"REF*6R*{control}~" if control else ""
    return f"SVC*HC:{code}*{charge}*{paid}**{units}~DTM*472*20260615~{adjustments}{ours}"
