"""What a provider asks for: the claims of an accepted 837P, as the payer understands them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claims.clearinghouse.sandbox.fees import ZERO
from claims.clearinghouse.sandbox.loops import Loop
from claims.x12.segments import at


@dataclass(frozen=True)
class Name:
    """A person or organization; `id` is an NPI or a member id."""

    last: str
    first: str = ""
    middle: str = ""
    id: str = ""


NOBODY = Name("")


@dataclass(frozen=True)
class Adjustment:
    """A CAS triplet: positive amounts lower the payment."""

    group: str
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """A service line. `earlier` is what another payer adjusted on it, None when no other payer is named."""

    position: int
    control: str
    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    units: Decimal
    served_on: date
    last_on: date
    rendering: Name = NOBODY
    earlier: tuple[Adjustment, ...] | None = None
    earlier_paid: Decimal = ZERO


@dataclass(frozen=True)
class Billed:
    """A claim. `replaces` is the payer's own number of the claim that a frequency 7 or 8 corrects."""

    number: str
    charge: Decimal
    place: str
    frequency: str
    replaces: str
    authorization: str
    diagnoses: tuple[str, ...]
    rank: str  # SBR01: P primary, S secondary, T tertiary
    payer_id: str
    payer_name: str
    subscriber: Name
    patient: Name
    payee: Name
    payee_tax_id: str
    rendering: Name
    lines: tuple[Line, ...]

    @property
    def served_on(self) -> date:
        return min(line.served_on for line in self.lines)

    @property
    def last_on(self) -> date:
        return max(line.last_on for line in self.lines)


def claims(root: Loop, component: str) -> Iterator[Billed]:
    """The claims of one set that passed the front door, in the order they were sent."""
    for provider in root.loops("2000A"):
        for subscriber in provider.loops("2000B"):
            for patient in [subscriber, *subscriber.loops("2000C")]:
                for claim in patient.loops("2300"):
                    yield _claim(provider, subscriber, patient, claim, component)


def _claim(provider: Loop, subscriber: Loop, patient: Loop, claim: Loop, component: str) -> Billed:
    clm = claim.one("CLM")
    place = [*at(clm, 5).split(component), "", ""]
    payer = _name_segment(subscriber, "2010BB")
    payee = provider.loops("2010AA")[0]
    member = _name(subscriber, "2010BA")
    someone = _name(patient, "2010CA") if patient.name == "2000C" else member
    return Billed(
        number=at(clm, 1),
        charge=_decimal(at(clm, 2)),
        place=place[0],
        frequency=place[2] or "1",
        replaces=at(claim.one("REF", "F8"), 2),
        authorization=at(claim.one("REF", "G1"), 2),
        diagnoses=tuple(_diagnoses(claim, component)),
        rank=at(subscriber.one("SBR"), 1),
        payer_id=at(payer, 9),
        payer_name=at(payer, 3),
        subscriber=member,
        patient=Name(someone.last, someone.first, someone.middle, member.id),
        payee=_name(provider, "2010AA"),
        payee_tax_id=at(payee.one("REF", "EI", "SY"), 2),
        rendering=_name(claim, "2310B"),
        lines=tuple(_line(line, claim, component) for line in claim.loops("2400")),
    )


def _diagnoses(claim: Loop, component: str) -> Iterator[str]:
    for hi in claim.all("HI"):
        for element in hi[1:]:
            kind, _, code = element.partition(component)
            if kind in ("ABK", "ABF", "BK", "BF") and code:
                yield code


def _line(loop: Loop, claim: Loop, component: str) -> Line:
    sv1 = loop.one("SV1")
    procedure = at(sv1, 1).split(component)
    first, _, last = at(loop.one("DTP", "472"), 3).partition("-")
    others, decisions = claim.loops("2320"), loop.loops("2430")
    return Line(
        position=int(at(loop.one("LX"), 1)),
        control=at(loop.one("REF", "6R"), 2),
        code=procedure[1],
        modifiers=tuple(modifier for modifier in procedure[2:6] if modifier),
        charge=_decimal(at(sv1, 2)),
        units=_decimal(at(sv1, 4)),
        served_on=_date(first),
        last_on=_date(last or first),
        rendering=_name(loop, "2420A"),
        earlier=tuple(a for decided in decisions for a in _adjustments(decided)) if others else None,
        earlier_paid=sum((_decimal(at(decided.one("SVD"), 2)) for decided in decisions), ZERO),
    )


def _adjustments(decided: Loop) -> Iterator[Adjustment]:
    """CAS holds up to six triplets, with gaps allowed."""
    for cas in decided.all("CAS"):
        for n in range(2, 20, 3):
            if at(cas, n):
                yield Adjustment(at(cas, 1), at(cas, n), _decimal(at(cas, n + 1)))


def _name_segment(parent: Loop, loop: str) -> list[str]:
    found = parent.loops(loop)
    return found[0].one("NM1") if found else []


def _name(parent: Loop, loop: str) -> Name:
    nm1 = _name_segment(parent, loop)
    return Name(at(nm1, 3), at(nm1, 4), at(nm1, 5), at(nm1, 9))


def _date(text: str) -> date:
    return date.fromisoformat(text[:8])


def _decimal(text: str) -> Decimal:
    """A number; what is none counts as nothing. The front door has looked at those that matter."""
    return Decimal(text) if re.fullmatch(r"-?(\d{1,12}\.?\d*|\.\d+)", text, re.ASCII) else ZERO
