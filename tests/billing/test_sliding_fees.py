"""Sliding fees: what is granted by income, what it takes off a charge, and how it ends."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import actions, books, reports
from billing.discounts.actions import end_sliding_fee, grant_sliding_fee
from billing.discounts.models import SlidingFee
from billing.discounts.poverty import guideline, percent_of_poverty
from billing.discounts.sliding import Grant, discount, percent_on
from billing.models import Charge, Entry, InvoiceLine, OpenItem
from billing.papers import paper
from clients import actions as clients
from clients.models import Client
from practice import clock
from practice.findings import BadInput, Conflict
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing.families import child, parent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def grant(here: world.World, client: Client, percent: int = 60, **fields: Any) -> SlidingFee:
    told: dict[str, Any] = {
        "yearly_income": D("21000.00"), "household_size": 2, "proof": "two pay stubs", "valid_from": world.TODAY,
        "valid_until": date(2026, 12, 31),
    }  # fmt: skip
    return grant_sliding_fee(by=here.bob, client=client, percent=percent, **told | fields)


def owed(charge: Charge) -> D:
    return sum((item.balance for item in OpenItem.objects.filter(charge=charge)), D(0))


def test_the_charge_is_the_usual_fee_and_the_discount_stands_beside_it(here: world.World) -> None:
    case = here.client()
    grant(here, case.client)
    here.signed(case, ("97530", 45))
    actions.post_charges()
    charge = Charge.objects.get()
    assert charge.amount == D("198.00") and owed(charge) == D("79.20")
    assert reports.account_totals() == {"receivable": D("79.20"), "income": D("-198.00"), "adjustment": D("118.80")}
    assert Entry.objects.get(account="adjustment").reason == "sliding fee"
    assert [row.amount for row in reports.to_invoice()] == [D("79.20")]
    assert books.wrong() == []


def test_an_amended_session_leaves_the_right_amount(here: world.World) -> None:
    case = here.client()
    grant(here, case.client)
    session = here.signed(case, ("97530", 45))
    actions.post_charges()
    for minutes, open_ in ((30, "52.80"), (45, "79.20"), (0, None)):
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", minutes)], reason="misread")
        actions.post_charges()
        live = Charge.objects.filter(reversed_by=None).first()
        assert (live and owed(live)) == (D(open_) if open_ else None)
        assert sum(OpenItem.objects.values_list("balance", flat=True)) == D(open_ or 0)
        assert books.wrong() == []
    assert reports.account_totals() == {"receivable": D(0), "income": D(0), "adjustment": D(0)}


def test_what_was_paid_of_a_discounted_visit_follows_its_amendment(here: world.World) -> None:
    case = here.client()
    grant(here, case.client)
    session = here.signed(case, ("97530", 45))
    actions.post_charges()
    [invoice] = actions.make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
    assert invoice.total == D("79.20")
    actions.take_payment(
        by=here.sam, contact=case.client.guarantor, amount=D("79.20"), method="cash", received_on=world.TODAY, key="k",
        invoice=invoice,
    )  # fmt: skip
    assert reports.open_invoices() == {}
    sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 30)], reason="misread")
    actions.post_charges()
    assert reports.standing_of(case.client) == (D(0), D(0), D("26.40"))
    assert books.wrong() == []


def test_the_invoice_says_it_in_one_line(here: world.World) -> None:
    case = here.client()
    grant(here, case.client)
    here.signed(case, ("97530", 45))
    actions.post_charges()
    [invoice] = actions.make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
    assert InvoiceLine.objects.count() == 2 and reports.open_invoices() == {invoice.pk: D("79.20")}
    shown = paper(invoice, world.TODAY)
    [line] = shown["lines"]
    assert (line["charge"], line["discount"], line["owed"]) == (D("198.00"), D("118.80"), D("79.20"))
    assert shown["totals"]["owed"] == D("79.20") and shown["payments"] == []
    assert shown["why"] == (
        "This is $198.00 for services you pay yourself. Your sliding fee takes $118.80 off; you never pay that."
    )
    actions.take_payment(
        by=here.sam, contact=case.client.guarantor, amount=D("30.00"), method="cash", received_on=world.TODAY, key="k",
        invoice=invoice,
    )  # fmt: skip
    assert reports.open_invoices() == {invoice.pk: D("49.20")}


def test_who_is_insured_owes_by_her_plan(here: world.World) -> None:
    case = here.client(payer=here.aetna, copay="30.00")
    grant(here, case.client)
    here.signed(case, ("97530", 45))
    actions.post_charges()
    assert reports.standing_of(case.client) == (D("30.00"), D("168.00"), D(0))


@pytest.mark.parametrize(
    ("rule", "told", "percent", "owe"),
    [
        ("percent", {"percent": D("60")}, 60, ["47.52", "31.68"]),
        ("amount", {"amount": D("50.00")}, 60, ["50.00", "29.20"]),
        ("percent", {"percent": D("60")}, 100, ["0.00", "0.00"]),
    ],
)
def test_two_guarantors_share_what_is_left(
    here: world.World, rule: str, told: dict[str, Any], percent: int, owe: list[str]
) -> None:
    """Story 8 on story 17: 79.20 between them, and an amendment leaves nothing behind."""
    mother, father = parent(here, "Mona"), parent(here, "Felix")
    case = child(here, "Lena", mother, father)
    clients.share_between(
        by=here.olivia, client=case.client, rule=rule, starts_on=world.TODAY, first=mother, other=father, **told
    )
    grant(here, case.client, percent)
    session = here.signed(case, ("97530", 45))
    actions.post_charges()
    items = {item.contact_id: item.balance for item in OpenItem.objects.all()}
    assert [items[who.pk] for who in (mother, father)] == [D(amount) for amount in owe]
    assert reports.account_totals()["income"] == D("-198.00") and books.wrong() == []
    sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 0)], reason="misread")
    actions.post_charges()
    assert set(OpenItem.objects.values_list("balance", flat=True)) == {D(0)} and books.wrong() == []


def test_a_discount_holds_between_its_days_for_both_charts_of_a_person(here: world.World) -> None:
    case, other = here.client(), here.client()
    grant(here, other.client, valid_from=world.TODAY - DAY, valid_until=world.TODAY - DAY)
    clients.merge_clients(by=here.olivia, duplicate=other.client, into=case.client)
    here.signed(case, ("97530", 45), day=world.TODAY - DAY)
    here.signed(case, ("97530", 45))
    actions.post_charges()
    assert [owed(charge) for charge in Charge.objects.order_by("served_on")] == [D("79.20"), D("198.00")]
    with pytest.raises(Conflict, match="merged"):
        grant(here, other.client)


def test_it_ends_by_a_row(here: world.World) -> None:
    case = here.client()
    first = grant(here, case.client)
    ended = end_sliding_fee(by=here.bob, client=case.client, last_on=world.TODAY, reason="works again")
    assert (ended.percent, ended.valid_from, ended.valid_until) == (0, world.TODAY + DAY, date(2026, 12, 31))
    assert SlidingFee.objects.count() == 2 and first.percent == 60
    today, later = here.booked(case), here.booked(case, day=world.TODAY + DAY)
    with clock.at(world.NOON + DAY):
        for session in (today, later):
            here.sign(session, ("97530", 45))
        actions.post_charges()
        assert [owed(charge) for charge in Charge.objects.order_by("served_on")] == [D("79.20"), D("198.00")]
        grant(here, case.client, 40, valid_from=world.TODAY + DAY)
        here.signed(case, ("97530", 30), day=world.TODAY + DAY)
        actions.post_charges()
    assert owed(Charge.objects.latest("pk")) == D("198.00")  # 330.00 less 132.00: the day is counted anew


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({"yearly_income": D("-1")}, "yearly_income"),
        ({"yearly_income": D("10000000.01")}, "yearly_income"),
        ({"household_size": 0}, "household_size"),
        ({"household_size": 31}, "household_size"),
        ({"proof": " x "}, "proof"),
        ({"proof": "x" * 121}, "proof"),
        ({"valid_from": date(2024, 1, 1), "valid_until": date(2024, 2, 1)}, "valid_from"),
        ({"valid_from": date(2027, 12, 1), "valid_until": date(2027, 12, 31)}, "valid_from"),
        ({"valid_until": world.TODAY - DAY}, "valid_until"),
        ({"valid_until": date(2027, 6, 17)}, "valid_until"),
    ],
)
def test_a_discount_that_cannot_be(here: world.World, wrong: dict[str, Any], field: str) -> None:
    client = here.client().client
    with pytest.raises(BadInput) as refused:
        grant(here, client, **wrong)
    assert list(refused.value.errors) == [field] and not SlidingFee.objects.exists()


@pytest.mark.parametrize(
    ("last_on", "reason", "field"),
    [
        (world.TODAY, "", "reason"),
        (world.TODAY, "x" * 121, "reason"),
        (world.TODAY - 2 * DAY, "moved away", "last_on"),
        (date(2026, 12, 31), "moved away", "last_on"),
    ],
)
def test_an_end_that_cannot_be(here: world.World, last_on: date, reason: str, field: str) -> None:
    client = here.client().client
    grant(here, client)
    with pytest.raises(BadInput) as refused:
        end_sliding_fee(by=here.bob, client=client, last_on=last_on, reason=reason)
    assert list(refused.value.errors) == [field] and SlidingFee.objects.count() == 1


def test_nothing_to_end(here: world.World) -> None:
    with pytest.raises(BadInput, match="No discount"):
        end_sliding_fee(by=here.bob, client=here.client().client, last_on=world.TODAY, reason="a slip")


# --- hearts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "percent", "off"),
    [
        ("198.00", 60, "118.80"),
        ("0.01", 50, "0.01"),
        ("0.01", 49, "0.00"),
        ("33.33", 33, "11.00"),
        ("58.00", 100, "58.00"),
    ],
)
def test_to_the_cent(amount: str, percent: int, off: str) -> None:
    assert discount(D(amount), percent) == D(off)


@given(st.integers(1, 10**9), st.integers(0, 100))
def test_what_is_left_is_never_less_than_nothing(cents: int, percent: int) -> None:
    amount = D(cents) / 100
    off = discount(amount, percent)
    assert 0 <= off <= amount and off == off.quantize(D("0.01"))


def test_the_newest_that_holds_counts() -> None:
    june, whole = (date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 1, 1), date(2026, 12, 31))
    grants = [Grant(3, 0, *june), Grant(1, 60, *whole), Grant(2, 40, date(2026, 5, 1), date(2026, 6, 1))]
    days = [date(2025, 12, 31), date(2026, 4, 30), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)]
    assert [percent_on(grants, day) for day in days] == [0, 60, 40, 0, 60]


def test_the_poverty_line() -> None:
    """90 FR 5917 and 91 FR 1797: four people are 32,150 in 2025 and 33,000 in 2026."""
    assert guideline(1, date(2025, 1, 14)) is None and guideline(0, date(2026, 6, 1)) is None
    assert [guideline(n, date(2026, 1, 12)) for n in (1, 2, 4)] == [15650, 21150, 32150]
    assert [guideline(n, date(2026, 1, 13)) for n in (1, 2, 4, 8)] == [15960, 21640, 33000, 55720]
    assert percent_of_poverty(D("33000.00"), 4, date(2026, 6, 1)) == 100
    assert percent_of_poverty(D("33000.01"), 4, date(2026, 6, 1)) == 101
    assert percent_of_poverty(D("0.00"), 4, date(2026, 6, 1)) == 0
    assert percent_of_poverty(D("100.00"), 1, date(2020, 6, 1)) is None
