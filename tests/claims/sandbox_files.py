"""837P texts written by hand for the sandbox payer, and a little reader of what it answers.

Nothing here comes from the product or from the sandbox: the texts are spelled out, the answers are cut at
"~" and "*", counted and added up again.
"""

from dataclasses import dataclass
from decimal import Decimal

BILLING_NPI, CLINICIAN_NPI, OTHER_NPI = "1234567893", "1558598797", "1003000126"
MEDICARE, BLUE, AETNA, UNITED, MEDICAID = "MEDB", "00621", "60054", "87726", "ILMCD"
MEMBERS = {
    MEDICARE: "1EG4TE5MK73",
    BLUE: "XYZ123456789",
    AETNA: "W123456789",
    UNITED: "912345678",
    MEDICAID: "123456789",
}


@dataclass(frozen=True)
class L:
    """A service line."""

    code: str = "97530"
    charge: str = "198.00"
    units: str = "3"
    modifiers: str = "GO"
    on: str = "20260504"
    control: str | None = None
    cob: str = ""  # segments of loop 2430, "~" after each


@dataclass(frozen=True)
class C:
    """A claim of one patient who is the subscriber, unless `child` is named."""

    number: str = "26001"
    payer: str = MEDICARE
    lines: tuple[L, ...] = (L(),)
    member: str | None = None
    total: str | None = None
    first: str = "JANE"
    child: str = ""
    frequency: str = "1"
    replaces: str = ""
    authorization: str = ""
    diagnoses: str = "HI*ABK:M6281*ABF:R278~"
    rank: str = "P"
    rendering: str = CLINICIAN_NPI
    other: str = ""  # segments of loop 2320


def claim_segments(claim: C, level: int, top: int) -> tuple[str, int]:
    """Loops 2000B to 2430 of one claim, and the last HL number used."""
    member = MEMBERS.get(claim.payer, "X1") if claim.member is None else claim.member
    total = claim.total or str(sum(Decimal(line.charge) for line in claim.lines))
    relation = "" if claim.child else "18"
    text = f"HL*{level}*{top}*22*{1 if claim.child else 0}~SBR*{claim.rank}*{relation}*******CI~"
    text += f"NM1*IL*1*DOE*{claim.first}****MI*{member}~"
    if not claim.child:
        text += "N3*1 OAK ST~N4*CHICAGO*IL*606010000~DMG*D8*19800101*F~"
    text += f"NM1*PR*2*SOME PAYER*****PI*{claim.payer}~"
    if claim.child:
        level += 1
        text += f"HL*{level}*{level - 1}*23*0~PAT*19~NM1*QC*1*DOE*{claim.child}~"
        text += "N3*1 OAK ST~N4*CHICAGO*IL*606010000~DMG*D8*20180101*M~"
    text += f"CLM*{claim.number}*{total}***11:B:{claim.frequency}*Y*A*Y*Y~"
    text += f"REF*G1*{claim.authorization}~" if claim.authorization else ""
    text += f"REF*F8*{claim.replaces}~" if claim.replaces else ""
    text += claim.diagnoses
    text += f"NM1*82*1*SMITH*DANA****XX*{claim.rendering}~PRV*PE*PXC*225X00000X~" if claim.rendering else ""
    text += claim.other
    for n, line in enumerate(claim.lines, 1):
        procedure = ":".join(["HC", line.code, *line.modifiers.split()])
        control = f"{claim.number}L{n}" if line.control is None else line.control
        text += f"LX*{n}~SV1*{procedure}*{line.charge}*UN*{line.units}***1~DTP*472*D8*{line.on}~"
        text += f"REF*6R*{control}~" if control else ""
        text += line.cob
    return text, level


def transaction(claims: tuple[C, ...], control: str = "0001", npi: str = BILLING_NPI) -> str:
    """ST to SE."""
    text = f"ST*837*{control}*005010X222A1~BHT*0019*00*B{control}*20260505*0900*CH~"
    text += "NM1*41*2*OAK CLINIC*****46*CLINIC01~PER*IC*BILLING*TE*3125550100~"
    text += "NM1*40*2*SANDBOX*****46*SANDBOX~HL*1**20*1~PRV*BI*PXC*225X00000X~"
    text += f"NM1*85*2*OAK CLINIC*****XX*{npi}~N3*5 ELM AVE~N4*CHICAGO*IL*606011234~REF*EI*361234567~"
    level = 1
    for claim in claims:
        segments, level = claim_segments(claim, level + 1, 1)
        text += segments
    return text + f"SE*{text.count('~') + 1}*{control}~"


def group(text: str, control: int = 1, count: int = 1) -> str:
    """GS to GE around transaction sets."""
    return f"GS*HC*CLINIC01*SANDBOX*20260505*0900*{control}*X*005010X222A1~{text}GE*{count}*{control}~"


def envelope(text: str, control: int = 1, count: int = 1) -> bytes:
    """ISA to IEA around groups."""
    isa = "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*SANDBOX        "
    isa += f"*260505*0900*^*00501*{control:09d}*0*T*:~"
    return f"{isa}{text}IEA*{count}*{control:09d}~".encode()


def file837(*claims: C, control: int = 1, npi: str = BILLING_NPI) -> bytes:
    """A whole file with one set."""
    return envelope(group(transaction(claims, npi=npi), control), control)


# --- reading the answers -----------------------------------------------------------------------


def cut(body: bytes) -> list[list[str]]:
    """Segments of an answer. Every segment ends in "~", and nothing follows the last."""
    text = body.decode("ascii").replace("\n", "")
    assert text.startswith("ISA") and len(text.split("~")[0]) == 105 and text.endswith("~")
    return [segment.split("*") for segment in text[:-1].split("~")]


def check_envelope(body: bytes) -> None:
    """Counts and control numbers, for every interchange in the file."""
    isa = gs = st = []
    groups = sets = segments = 0
    for s in cut(body):
        segments += 1
        match s[0]:
            case "ISA":
                assert len(s) == 17 and s[12] == "00501"
                isa, groups = s, 0
            case "GS":
                gs, sets, groups = s, 0, groups + 1
            case "ST":
                st, segments, sets = s, 1, sets + 1
            case "SE":
                assert s[1:] == [str(segments), st[2]]
            case "GE":
                assert s[1:] == [str(sets), gs[6]]
            case "IEA":
                assert s[1:] == [str(groups), isa[13]]
    assert s[0] == "IEA"


def money(text: str) -> Decimal:
    """Dollars, exact to the cent."""
    amount = Decimal(text or "0")
    assert amount == amount.quantize(Decimal("0.01")), text
    return amount


@dataclass
class Service:
    """An SVC as told: `cas` maps "CO-45" to dollars."""

    code: str
    charge: Decimal
    paid: Decimal
    original: str
    cas: dict[str, Decimal]
    refs: dict[str, str]
    amounts: dict[str, Decimal]
    remarks: list[str]


@dataclass
class Told:
    """A CLP as told."""

    number: str
    status: str
    charge: Decimal
    paid: Decimal
    share: str
    payer_number: str
    names: dict[str, list[str]]
    services: list[Service]


@dataclass
class Remittance:
    """An 835 as told."""

    name: str
    total: Decimal
    method: str
    paid_on: str
    trace: str
    payee: str
    claims: list[Told]
    plb: list[tuple[str, Decimal]]

    def claim(self, number: str, status: str | None = None) -> Told:
        found = [c for c in self.claims if c.number == number and status in (None, c.status)]
        assert len(found) == 1, (number, [c.number for c in self.claims])
        return found[0]


def read_835(name: str, body: bytes) -> Remittance:
    """One 835, with its envelope and its three balances checked."""
    check_envelope(body)
    r = Remittance(name, Decimal(0), "", "", "", "", [], [])
    for s in cut(body):
        s += [""] * 20
        match s[0]:
            case "BPR":
                r.total, r.method, r.paid_on = money(s[2]), s[4], s[16]
            case "TRN":
                r.trace = s[2]
            case "N1" if s[1] == "PE":
                r.payee = s[4]
            case "CLP":
                r.claims.append(Told(s[1], s[2], money(s[3]), money(s[4]), s[5], s[7], {}, []))
            case "NM1":
                r.claims[-1].names[s[1]] = s
            case "SVC":
                r.claims[-1].services.append(Service(s[1], money(s[2]), money(s[3]), s[6], {}, {}, {}, []))
            case "CAS":
                service = r.claims[-1].services[-1]
                for n in range(2, 20, 3):
                    if s[n]:
                        key = f"{s[1]}-{s[n]}"
                        assert key not in service.cas and money(s[n + 1]) != 0
                        service.cas[key] = money(s[n + 1])
            case "REF" if r.claims and r.claims[-1].services:
                r.claims[-1].services[-1].refs[s[1]] = s[2]
            case "AMT" if r.claims[-1].services:
                r.claims[-1].services[-1].amounts[s[1]] = money(s[2])
            case "LQ":
                r.claims[-1].services[-1].remarks.append(s[2])
            case "PLB":
                r.plb += [(s[n].split(":")[0], money(s[n + 1])) for n in range(3, 14, 2) if s[n]]
    _balance(r)
    return r


def _balance(r: Remittance) -> None:
    for claim in r.claims:
        for service in claim.services:
            assert service.charge - sum(service.cas.values()) == service.paid, (claim.number, service)
        assert claim.charge == sum(service.charge for service in claim.services)
        assert claim.paid == sum(service.paid for service in claim.services)
        share = sum(v for s in claim.services for k, v in s.cas.items() if k.startswith("PR-"))
        assert claim.status == "22" or money(claim.share) == share
    assert r.total == sum(c.paid for c in r.claims) - sum(amount for _, amount in r.plb)
    assert r.total >= 0 and (r.method == "ACH") == (r.total > 0)


def statuses(body: bytes) -> dict[str, list[str]]:
    """277CA: claim number → its STC01s, with counts and sums checked."""
    check_envelope(body)
    found: dict[str, list[str]] = {}
    every: list[list[str]] = []
    taken = refused = 0
    level = number = ""
    hl = 0
    for s in cut(body):
        match s[0]:
            case "ST":
                hl = 0
            case "HL":
                hl += 1
                level = s[3]
                assert s[1] == str(hl)
            case "TRN" if level == "PT":
                number = s[2]
                found[number] = []
                every.append(found[number])
            case "STC" if level == "PT":
                assert s[3] == ("WQ" if s[1].startswith("A2") else "U")
                found[number].append(s[1])
            case "REF" if level == "PT" and s[1] == "1K":
                assert found[number] == ["A2:20"] and s[2]
            case "QTY" if level == "21":
                taken, refused = (taken + int(s[2]), refused) if s[1] == "90" else (taken, refused + int(s[2]))
    assert taken == every.count(["A2:20"]) and taken + refused == len(every)
    return found


def payer_number(body: bytes, number: str) -> str:
    """277CA: the payer's own number of a claim."""
    here = ""
    for s in cut(body):
        if s[0] == "TRN":
            here = s[2]
        if s[0] == "REF" and s[1] == "1K" and here == number:
            return s[2]
    raise AssertionError(number)
