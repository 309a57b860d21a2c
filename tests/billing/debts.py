"""What people and payers owe of a charge, for the tests of write-offs."""

from datetime import date
from decimal import Decimal as D
from typing import Any

from billing.ledger import Party
from billing.models import Charge, OpenItem, WriteOff
from billing.write_offs import actions
from claims import actions as claims
from claims.models import Claim
from practice import work
from practice.models import Job
from tests import world
from tests.claims.remittances import clp, remittance, svc


def self_paid(here: world.World, minutes: int = 15, day: date = world.TODAY, **client: Any) -> Charge:
    """58.00 a unit that the client owes from the first day."""
    case = here.client(**client)
    here.signed(case, ("97110", minutes), day=day)
    here.answer_bells()
    return Charge.objects.get(client=case.client, reversed_by=None)


def insured(here: world.World, day: date = world.TODAY, **client: Any) -> Charge:
    """198.00 that the payer owes, whatever copay there is moved to the person."""
    case = here.client(payer=here.aetna, **client)
    here.signed(case, ("97530", 38), day=day)
    here.answer_bells()
    return Charge.objects.get(client=case.client, reversed_by=None)


def share(here: world.World) -> Charge:
    """A visit of 198.00 of which the payer left the person 63.60."""
    partner, charge = here.partner(), insured(here)
    claim = Claim.objects.get()
    claims.submit(by=here.bob, claims=[claim.pk], undo=0)
    work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
    control = claim.lines.get().control
    line = svc("97530", "198", "62.40", "CO*45*72", "PR*2*63.60", control=control, units=3)
    body = remittance(clp(claim.control, line, charge="198", paid="62.40", share="63.60"), paid="62.40")
    claims.store_inbound(partner=partner, name="a.835", body=body)
    here.answer_bells()
    return charge


def person(charge: Charge) -> Party:
    return Party.contact(charge.client.guarantor_id)


def payer(charge: Charge) -> Party:
    assert charge.day is not None and charge.day.coverage_id is not None
    return Party.coverage(charge.day.coverage_id)


def owed(charge: Charge) -> dict[str, D]:
    """Dollars by who owes: "person", "payer"; what is settled is left out."""
    items = OpenItem.objects.filter(charge=charge, account="receivable").exclude(balance=0)
    return {"person" if item.contact_id else "payer": item.balance for item in items}


def given_up(
    here: world.World, charge: Charge, amount: str, kind: str = "bad debt", key: str = "k", **said: Any
) -> WriteOff:
    """Bob writes off what the person owes, or asks for it."""
    said = {"by": here.bob, "party": person(charge), "reason": "No answer to three letters"} | said
    return actions.write_off(charge=charge, amount=D(amount), kind=kind, key=key, **said)
