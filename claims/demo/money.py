"""Money of the invented clients: who shares, pays less, owes for a missed visit, waits for a signature of the owner's.

`rules` stand before the past begins, `papers` come at its end. Each of the money stories has its client here.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing import actions as billing
from billing.discounts.actions import grant_sliding_fee
from billing.house_fees.actions import charge_fee, set_house_fee
from billing.ledger import Party
from billing.letters import actions as letters
from billing.letters.owing import people_owing
from billing.letters.visits import candidates, charges_of
from billing.models import Invoice, OpenItem
from billing.payments import actions as payments
from billing.write_offs import actions as write_offs
from claims.demo.plan import clients
from clients import actions as people
from clients.models import Client, Contact, Coverage, Payer, PlanType, Relation
from practice.money import ZERO
from sessions.models import Session, SessionState

HALF_YEAR = timedelta(days=182)
FEES = {"no show": "50.00", "late cancel": "35.00", "records": "25.00"}
BILLERS_LIMIT = Decimal("50.00")
AETNA, BLUE_CROSS = "60054", "00621"  # as the cast's payers are numbered
LEARNT_AFTER = timedelta(days=45)  # so late the practice hears of another plan
OLD_DEBTS = 3
FAMILIES = 2  # whose parents share


def rules(there: Any, today: date) -> None:
    """Fees, limits, parents who share, a parent of two clients, and a client who pays by her income."""
    owner, biller = there.owner, there.members["biller"]
    for kind, amount in FEES.items():
        set_house_fee(by=owner, kind=kind, amount=Decimal(amount))
    write_offs.set_limit(by=owner, member=biller, amount=BILLERS_LIMIT)
    for client in _children()[:FAMILIES]:
        mother, father = (link.contact for link in client.contact_links.order_by("id"))
        people.share_between(
            by=biller, client=client, rule="percent", starts_on=today - HALF_YEAR, first=mother, other=father,
            percent=Decimal(60),
        )  # fmt: skip
    niece, nephew = _children()[FAMILIES : FAMILIES + 2]
    people.link_contact(by=biller, client=nephew, contact=niece.guarantor, relation="aunt")
    people.choose_guarantor(by=biller, client=nephew, contact=niece.guarantor)
    regular = next(each for each in clients() if each.payer is None and each.start < -30 and each.end > 14)
    client = Client.objects.get(number=people.FIRST_CHART + regular.index)
    grant_sliding_fee(
        by=biller, client=client, percent=60, yearly_income=Decimal("31200.00"), household_size=3,
        proof="Tax return and two pay stubs", valid_from=today - HALF_YEAR, valid_until=today + HALF_YEAR,
    )  # fmt: skip


def _children() -> list[Client]:
    """Whose share two parents may owe: Medicaid asks for none."""
    rows = Client.objects.filter(contact_links__relation="father", coverages__isnull=False)
    return list(rows.exclude(coverages__payer__plan_type=PlanType.MEDICAID).distinct().order_by("number"))


def papers(there: Any, today: date) -> None:
    """What the biller and the front desk have on their lists this morning."""
    biller = there.members["biller"]
    for session in _missed(today):
        charge_fee(
            by=biller, client=session.client, kind="no show", amount=Decimal(FEES["no show"]), on=session.served_on,
            session=session, key=f"demo:missed:{session.pk}",
        )  # fmt: skip
    _old_debts(there, today)
    _void_one(biller)
    _for_who_pays_herself(there, today)
    _learn_late(there, today)
    _check_in(there, today)


def _missed(today: date) -> Iterator[Session]:
    """The newest missed visits, of clients whom nothing protects from a fee."""
    rows = Session.objects.filter(state=SessionState.MISSED, served_on__gte=today - timedelta(days=60))
    shielded = (PlanType.MEDICAID, PlanType.WORKERS_COMP)
    rows = rows.exclude(client__coverages__payer__plan_type__in=shielded).exclude(client__coverages__qmb=True)
    yield from rows.select_related("client").order_by("-served_on", "id")[:2]


def _old_debts(there: Any, today: date) -> None:
    """Statements to who owes most; one asks to pay by the month, and what one owes is to be written off."""
    biller = there.members["biller"]
    owing = {row["contact"]: row["owed"] for row in people_owing()[:OLD_DEBTS]}
    letters.make_statements(by=biller, contacts=list(owing), key=f"demo:{today}")
    most, *others = owing or [0]
    for contact in Contact.objects.filter(pk=most):
        payments.make_plan(
            by=biller, contact=contact, total=owing[most], monthly=(owing[most] / 4).quantize(Decimal("0.01")),
            first_on=today + timedelta(days=14),
        )  # fmt: skip
    debts = OpenItem.objects.filter(account="receivable", contact__in=others, charge__reversed_by=None)
    large = debts.filter(balance__gt=BILLERS_LIMIT).select_related("charge")
    for debt in large.order_by("charge__served_on", "id")[:1]:
        charge, person = debt.charge, debt.contact_id
        assert charge is not None and person is not None
        write_offs.write_off(
            by=biller, charge=charge, party=Party.contact(person), kind="bad debt", amount=debt.balance,
            reason="No answer to three letters and two calls", key=f"demo:{debt.pk}",
        )  # fmt: skip


def _void_one(biller: Any) -> None:
    """The newest invoice went to an old address: void, and made anew."""
    for invoice in Invoice.objects.filter(credit_notes=None).order_by("-number")[:1]:
        letters.void_invoice(by=biller, invoice=invoice, reason="Sent to the old address", key=f"demo:{invoice.number}")
        billing.make_invoices(by=biller, contacts=[invoice.contact_id])


def _for_who_pays_herself(there: Any, today: date) -> None:
    """A superbill for one and an estimate for the next."""
    biller = there.members["biller"]
    alone = list(Client.objects.filter(coverages=None, sliding_fees=None).order_by("number"))
    found = (
        (client, [row.charge.pk for row in candidates(client, charges_of(client)) if not row.refusal])
        for client in alone
    )
    billed, rows = next(((client, rows) for client, rows in found if rows), (None, []))
    if billed:
        letters.make_superbill(by=biller, client=billed, charges=rows[-8:], key=f"demo:{billed.pk}")
    for client in [client for client in alone if client != billed][:1]:
        case = client.cases.get()
        clinician = client.care_team.order_by("id")[0].clinician
        letters.give_estimate(
            by=biller, case=case, clinician=clinician, location=there.locations[0], services=[("97530", 3, 12)],
            frequency="once a week", starts_on=today, ends_on=today + timedelta(weeks=12), asked_on=today,
            requested=True, key=f"demo:{client.pk}",
        )  # fmt: skip


def _learn_late(there: Any, today: date) -> None:
    """One with Aetna has had Blue Cross for some weeks: her visits wait to be moved."""
    since = today - LEARNT_AFTER
    rows = (
        Coverage.objects.filter(payer__payer_id=AETNA, relation=Relation.SELF).select_related("client").order_by("id")
    )
    for coverage in rows[:1]:
        people.end_coverage(by=there.members["desk"], coverage=coverage, ends_on=since - timedelta(days=1))
        people.add_coverage(
            by=there.members["desk"], client=coverage.client, payer=Payer.objects.get(payer_id=BLUE_CROSS),
            member_id="XOH884203117", starts_on=since,
        )  # fmt: skip


def _check_in(there: Any, today: date) -> None:
    """The first who comes today with a copay has paid it at the desk."""
    copays = Coverage.objects.filter(copay__gt=0, ends_on=None).values("client")
    rows = Session.objects.filter(
        served_on=today, state=SessionState.SCHEDULED, client__in=copays, client__guarantor_shares=None
    )
    for session in rows.order_by("starts_at")[:1]:
        plan = Coverage.objects.filter(client=session.client, copay__gt=0)[0]
        payments.check_in(
            by=there.members["desk"], session=session, for_visit=plan.copay or ZERO, method="card", reference="slip 4418",
            key=f"demo:{session.pk}",
        )  # fmt: skip
