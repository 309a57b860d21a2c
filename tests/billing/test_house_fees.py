"""Fees without a session: who may be charged one, what it does to the books, and taking it back."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from billing import actions, books, reports
from billing.house_fees.actions import charge_fee, set_house_fee, take_back_fee
from billing.house_fees.amounts import amounts
from billing.house_fees.kinds import label_of
from billing.models import Charge, ClientFee, Entry, HouseFee, Posting
from billing.papers import paper
from claims.models import Claim
from clients import actions as clients
from clients.coverage import Covered, Visit
from clients.models import Case, Client, Payer
from clients.shielding import shielding
from practice.findings import BadInput, Conflict
from sessions import actions as sessions
from sessions.models import Session
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def plan(here: world.World, plan_type: str) -> Payer:
    return clients.add_payer(
        by=here.olivia, name=f"State {plan_type}", short_name=plan_type[:20], payer_id=plan_type[:10],
        plan_type=plan_type, unit_rule="cms", filing_days=365,
    )  # fmt: skip


def missed(here: world.World, case: Case) -> Session:
    session = here.booked(case)
    return sessions.move(by=here.sam, session=session, state="missed")


def fee(here: world.World, client: Client, **told: Any) -> ClientFee:
    given: dict[str, Any] = {"kind": "no show", "amount": D("50.00"), "on": world.TODAY, "key": "k"}
    return charge_fee(by=here.sam, client=client, **given | told)


def nothing_charged() -> bool:
    return not (Charge.objects.exists() or ClientFee.objects.exists() or Posting.objects.exists())


def test_the_person_owes_it_and_no_claim_has_it(here: world.World) -> None:
    case = here.client(payer=here.aetna, copay="30.00")
    session = missed(here, case)
    made = fee(here, case.client, session=session)
    here.answer_bells()
    charge = made.charge
    assert (charge.kind, charge.day, charge.units, charge.minutes, charge.claimable) == ("fee", None, 1, 0, False)
    assert (charge.clinician, charge.location) == (session.clinician, session.location)
    assert not Claim.objects.exists()
    assert reports.standing_of(case.client) == (D("50.00"), D(0), D(0))
    assert reports.account_totals() == {"receivable": D("50.00"), "income": D("-50.00")}
    assert Entry.objects.get(account="income").reason == "fee"
    assert books.wrong() == []


def test_its_invoice_says_what_it_is_for(here: world.World) -> None:
    client = here.client().client
    fee(here, client, kind="records", amount=D("12.50"))
    [invoice] = actions.make_invoices(by=here.bob, contacts=[client.guarantor_id])
    shown = paper(invoice, world.TODAY)
    [line] = shown["lines"]
    assert (line["label"], line["code"], line["clinician"], line["units"]) == ("Copy of records", "", "", "")
    assert shown["totals"]["owed"] == D("12.50") and shown["why"] == "This is $12.50 in fees that no insurance pays."


def test_pressing_twice_charges_once(here: world.World) -> None:
    client = here.client().client
    assert fee(here, client) == fee(here, client)
    with pytest.raises(Conflict, match="another fee"):
        fee(here, client, amount=D("51.00"))
    assert Charge.objects.count() == Posting.objects.count() == 1


def test_a_visit_is_charged_one_fee(here: world.World) -> None:
    case = here.client()
    session = missed(here, case)
    first = fee(here, case.client, session=session)
    with pytest.raises(Conflict, match="already"):
        fee(here, case.client, session=session, kind="late cancel", key="other")
    take_back_fee(by=here.bob, fee=first, reason="she was in hospital")
    fee(here, case.client, session=session, key="again")
    assert Charge.objects.filter(reversed_by=None).count() == 1


@pytest.mark.parametrize("kind", ["medicaid", "workers_comp"])
def test_whom_the_plan_shields_is_charged_none(here: world.World, kind: str) -> None:
    client = here.client().client
    here.cover(client, plan(here, kind), member_id="M1")
    with pytest.raises(Conflict, match="may not be billed"):
        fee(here, client)
    assert nothing_charged()


def test_medicaid_behind_medicare_shields_too(here: world.World) -> None:
    client = here.client(payer=here.medicare).client
    here.cover(client, plan(here, "medicaid"), member_id="M1", rank=2)
    set_house_fee(by=here.bob, kind="no show", amount=D("50.00"))
    with pytest.raises(Conflict, match="Medicaid"):
        fee(here, client)
    assert nothing_charged()


def test_medicare_is_charged_as_everybody(here: world.World) -> None:
    client = here.client(payer=here.medicare).client
    with pytest.raises(BadInput, match="set the practice's amount first"):
        fee(here, client)
    set_house_fee(by=here.bob, kind="no show", amount=D("40.00"))
    with pytest.raises(BadInput, match=r"\$40\.00"):
        fee(here, client)
    assert nothing_charged()
    fee(here, client, amount=D("40.00"))
    fee(here, client, kind="records", amount=D("12.50"), key="records")
    assert reports.standing_of(client)[0] == D("52.50")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "parking"}, "kind"),
        ({"amount": D(0)}, "amount"),
        ({"amount": D("1000.01")}, "amount"),
        ({"on": world.TODAY + DAY}, "on"),
        ({"on": date(2025, 6, 1)}, "on"),
    ],
)
def test_a_fee_that_cannot_be(here: world.World, wrong: dict[str, Any], field: str) -> None:
    client = here.client().client
    with pytest.raises(BadInput) as refused:
        fee(here, client, **wrong)
    assert list(refused.value.errors) == [field] and nothing_charged()


def test_a_visit_that_fits_no_fee(here: world.World) -> None:
    case, other = here.client(), here.client()
    session, booked = missed(here, case), here.booked(case)
    for told, words in (
        ({"session": session, "kind": "records"}, "for no visit"),
        ({"session": session, "on": world.TODAY - DAY}, "that of the visit"),
        ({"session": booked}, "neither missed nor canceled"),
    ):
        with pytest.raises(BadInput, match=words):
            fee(here, case.client, **told)
    with pytest.raises(BadInput, match="another client's"):
        fee(here, other.client, session=session)
    assert nothing_charged()


def test_taken_back_what_was_paid_is_credit(here: world.World) -> None:
    client = here.client().client
    made = fee(here, client)
    [invoice] = actions.make_invoices(by=here.bob, contacts=[client.guarantor_id])
    actions.take_payment(
        by=here.sam, contact=client.guarantor, amount=D("30.00"), method="cash", received_on=world.TODAY, key="p"
    )
    with pytest.raises(BadInput):
        take_back_fee(by=here.bob, fee=made, reason=" ")
    for _ in range(2):
        take_back_fee(by=here.bob, fee=made, reason="first time")
    made.charge.refresh_from_db()
    assert made.charge.reversed_by is not None
    assert reports.standing_of(client) == (D(0), D(0), D("30.00"))
    assert reports.open_invoices() == {} and books.wrong() == []
    assert paper(invoice, world.TODAY)["closed"] == "Nothing is owed: the charges were corrected."
    assert reports.to_invoice() == []


def test_the_newest_amount_counts(here: world.World) -> None:
    assert amounts() == {}
    for amount in (D("40.00"), D("50.00")):
        set_house_fee(by=here.bob, kind="no show", amount=amount)
    set_house_fee(by=here.bob, kind="records", amount=D("10.00"))
    set_house_fee(by=here.bob, kind="records", amount=None)
    assert amounts() == {"no show": D("50.00")} and HouseFee.objects.count() == 4
    for wrong in ({"kind": "parking", "amount": D(1)}, {"kind": "records", "amount": D(0)}):
        with pytest.raises(BadInput):
            set_house_fee(by=here.bob, **wrong)
    assert HouseFee.objects.count() == 4


# --- hearts ----------------------------------------------------------------------------------


def covered(kind: str, **told: Any) -> Covered:
    return Covered(1, 1, date(2026, 1, 1), told.pop("ends_on", None), kind, kind, **told)


def test_what_shields_on_a_day() -> None:
    day, over = date(2026, 6, 1), date(2026, 5, 31)
    injury, illness = Visit(day, "OT", 1, "work"), Visit(day, "OT", 2)
    medicaid, comp = covered("medicaid"), covered("workers_comp")
    assert shielding([covered("commercial"), medicaid], day) == medicaid
    assert shielding([covered("medicaid", ends_on=over)], day) is None
    assert shielding([comp], day) == comp == shielding([comp], day, injury)
    medicare = covered("medicare")
    assert shielding([medicare], day) is None and shielding([medicare], day, qmb=[1]) == medicare
    assert shielding([comp], day, illness) is None and shielding([medicaid], day, illness) == medicaid


def test_a_fee_has_a_name() -> None:
    assert label_of("NOSHW") == "Missed visit" and label_of("97530") == ""
