"""Random adjudications as 835 text: read back to the cent and balanced; one cent moved is found."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.x12 import ack_999, status_277ca
from claims.x12.remittance_835 import Adjustment, Payment, imbalances, read
from claims.x12.segments import BadFile, Reader
from tests.claims.x12.files import PAID, separated, wrap

cents = st.decimals(0, 5_000, places=2)
signed = st.decimals(-500, 5_000, places=2)


@dataclass
class Line:
    """What a payer decided about one line; what is paid follows from the rest."""

    charge: D
    adjustments: list[Adjustment]

    @property
    def paid(self) -> D:
        return self.charge - sum((one.amount for one in self.adjustments), D(0))

    def text(self, n: int) -> list[str]:
        return [
            f"SVC*HC:9711{n}:GO*{self.charge}*{self.paid}**{n}",
            "DTM*472*20260105",
            *cas(self.adjustments),
            f"REF*6R*L{n}",
        ]


@dataclass
class Decision:
    status: str
    own: list[Adjustment]
    lines: list[Line] = field(default_factory=list)

    @property
    def charge(self) -> D:
        return sum((line.charge for line in self.lines), D(0))

    @property
    def paid(self) -> D:
        return sum((line.paid for line in self.lines), D(0)) - sum((one.amount for one in self.own), D(0))

    def text(self, n: int) -> list[str]:
        head = f"CLP*C{n}*{self.status}*{self.charge}*{self.paid}**MB*I{n}*11*1"
        return [head, *cas(self.own), *(s for k, line in enumerate(self.lines) for s in line.text(k))]


def cas(adjustments: list[Adjustment]) -> list[str]:
    """One segment a group, six triplets a segment."""
    found = []
    for group in ("CO", "OA", "PR"):
        of_group = [one for one in adjustments if one.group == group]
        for start in range(0, len(of_group), 6):
            triplets = (f"{a.reason}*{a.amount}*{a.quantity or ''}" for a in of_group[start : start + 6])
            found.append(f"CAS*{group}*{'*'.join(triplets)}")
    return found


adjustments = st.lists(
    st.builds(
        Adjustment, st.sampled_from(["CO", "OA", "PR"]), st.sampled_from(["1", "2", "45", "253"]), signed,
        st.one_of(st.none(), st.integers(1, 9).map(D)),
    ),
    max_size=8,
)  # fmt: skip
lines = st.lists(st.builds(Line, cents, adjustments), max_size=4)
decisions = st.lists(st.builds(Decision, st.sampled_from(["1", "2", "4", "19"]), adjustments, lines), max_size=5)
taken = st.lists(st.tuples(st.sampled_from(["WO", "L6", "FB"]), signed), max_size=8)


def remittance(made: list[Decision], provider: list[tuple[str, D]], amount: D) -> list[str]:
    plbs = [
        "PLB*1245319599*20261231*" + "*".join(f"{code}:R*{value}" for code, value in provider[start : start + 6])
        for start in range(0, len(provider), 6)
    ]
    return [f"BPR*I*{amount}*C*ACH", "TRN*1*T*1", *(s for n, one in enumerate(made) for s in one.text(n)), *plbs]


def payment(body: list[str], *separators: str) -> Payment:
    [found] = read(Reader(separated(wrap(*body), *separators).encode()))
    return found


@given(decisions, taken)
def test_what_a_payer_says_is_what_is_read(made: list[Decision], provider: list[tuple[str, D]]) -> None:
    amount = sum((one.paid for one in made), D(0)) - sum((value for _, value in provider), D(0))
    body = remittance(made, provider, amount)
    found = payment(body)
    assert imbalances(found) == []
    assert (found.amount, [(a.code, a.amount) for a in found.provider_adjustments]) == (amount, provider)
    assert len(found.claims) == len(made)
    for n, (claim, one) in enumerate(zip(found.claims, made, strict=True)):
        assert (claim.control, claim.status, claim.charge, claim.paid) == (f"C{n}", one.status, one.charge, one.paid)
        assert same(claim.adjustments, one.own)
        for k, (line, was) in enumerate(zip(claim.lines, one.lines, strict=True)):
            assert (line.control, line.code, line.units) == (f"L{k}", f"9711{k}", D(k))
            assert (line.charge, line.paid, line.served_on) == (was.charge, was.paid, date(2026, 1, 5))
            assert same(line.adjustments, was.adjustments)
    elsewhere = payment(body, "|", ">", "\n")
    assert elsewhere == found


def same(found: tuple[Adjustment, ...], made: list[Adjustment]) -> bool:
    by_group = [one for group in ("CO", "OA", "PR") for one in made if one.group == group]
    # An amount of 0 with a reason is still an adjustment; text such as "-0.00" is zero.
    return list(found) == by_group


@given(decisions, taken, st.sampled_from([D("0.01"), D("-0.01"), D("250")]), st.data())
def test_a_cent_that_is_moved_is_found(
    made: list[Decision], provider: list[tuple[str, D]], moved: D, data: st.DataObject
) -> None:
    amount = sum((one.paid for one in made), D(0)) - sum((value for _, value in provider), D(0))
    found = imbalances(payment(remittance(made, provider, amount + moved)))
    assert len(found) == 1 and found[0].startswith("Payment T: ")
    if not made:
        return
    body = remittance(made, provider, amount)
    n = data.draw(st.sampled_from([n for n, segment in enumerate(body) if segment.startswith(("CLP", "SVC"))]))
    elements = body[n].split("*")
    where = data.draw(st.sampled_from([3, 4] if elements[0] == "CLP" else [2, 3]))
    elements[where] = str(D(elements[where]) + moved)
    body[n] = "*".join(elements)
    assert imbalances(payment(body)) != []


# -- hostile --------------------------------------------------------------------------------------

FILES = [
    wrap(*PAID),
    wrap("AK1*HC*17", "AK2*837*0001", "IK3*CLM*22*2300*8", "CTX*CLM01:C1", "IK4*2*782*1", "IK5*R*5", "AK9*R*1*1*0",
         kind="999"),
    wrap("BHT*0085*08*1", "HL*2*1*21*1", "TRN*2*17", "STC*A1:19*20260106*WQ*5", "QTY*90*1", "HL*4*3*PT", "TRN*2*C1",
         "STC*A7:562:85*20260106*U*3", "REF*1K*I", "SVC*HC:1*1", "STC*A7:1*1*U", kind="277", version="005010X214"),
]  # fmt: skip
NAMED = frozenset(
    {"empty", "not_x12", "truncated", "separators", "utf16", "control_characters"}
    | {"segment_too_long", "too_many_elements", "amount"}
)


def survive(data: bytes) -> None:
    """Every reader gives an answer or a named refusal, never another exception."""
    for read_one in (lambda reader: [imbalances(one) for one in read(reader)], ack_999.read, status_277ca.read):
        try:
            read_one(Reader(data))
        except BadFile as bad:
            assert bad.reason in NAMED


def test_a_file_may_end_anywhere() -> None:
    for text in FILES:
        for end in range(len(text)):
            survive(text[:end].encode())


def test_segments_may_be_cut_to_any_length() -> None:
    for text in FILES:
        segments = text.split("~")
        for n in range(3, len(segments) - 3):
            elements = segments[n].split("*")
            for end in range(1, len(elements)):
                survive("~".join([*segments[:n], "*".join(elements[:end]), *segments[n + 1 :]]).encode())
            survive("~".join([*segments[:n], segments[n] + "*X:Y" * 40, *segments[n + 1 :]]).encode())


pieces = st.one_of(
    st.sampled_from(["~", "*", ":", "^", "\r\n", "ISA*", "ISA|", "ST*835*1~", "SE*", "CLP*", "SVC*HC:", "PLB*1*1*WO:"]),
    st.sampled_from(["HL*1**21~", "HL*1**PT~", "STC*A3~", "TRN*2*C1~", "AK1*HC*1~", "AK2*837*1~", "IK3*CLM*1~"]),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=400)
@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 30), pieces), max_size=6))
def test_mutilated_files(text: str, cuts: list[tuple[int, int, str]]) -> None:
    for place, dropped, piece in cuts:
        text = text[:place] + piece + text[place + dropped :]
    survive(text.encode("utf-8", "surrogatepass"))
    survive(text.encode("cp1252", "replace"))
