"""Small balances: what the rule names, one press that gives all of it up, and its undoing."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from billing import actions as billing
from billing import books
from billing.models import Charge, Entry, OpenItem, Posting, SmallBalanceRule, SmallBalanceRun, WriteOff
from billing.write_offs import actions, standing
from billing.write_offs.small_balances import rule_now, small_debts
from clients.models import Case
from practice import clock
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from tests import world
from tests.billing import debts

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        actions.set_small_rule(by=practice.olivia, amount=D("9.99"), statements=1)
        yield practice
        assert books.wrong() == []


def named(**hook: Any) -> list[tuple[str, D]]:
    rule = rule_now()
    assert rule is not None
    return [(item.contact.first_name, item.balance) for item in small_debts(rule, world.TODAY, **hook)]  # type: ignore[union-attr]


def run(here: world.World, count: int, total: str, key: str = "k", **hook: Any) -> SmallBalanceRun:
    return actions.run_small_balances(by=here.bob, count=count, total=D(total), key=key, **hook)


def pay(here: world.World, case: Case, amount: str) -> None:
    billing.take_payment(
        by=here.sam, contact=case.client.guarantor, amount=D(amount), method="cash", received_on=world.TODAY, key=amount
    )


def test_who_owes_little_for_long_is_named_and_forgiven(here: world.World) -> None:
    world.small_debt(here, "9.99", first="Ada")
    world.small_debt(here, "0.01", first="Bea")
    world.small_debt(here, "10.00", first="Cleo")
    assert named() == [("Ada", D("9.99")), ("Bea", D("0.01"))]
    done = run(here, 2, "10.00")
    assert standing.totals(world.TODAY, world.TODAY) == {"small balance": D("10.00")}
    rows = WriteOff.objects.filter(run=done)
    assert {(row.kind, row.waits, row.reason) for row in rows} == {("small balance", False, "at most $9.99 in all")}
    postings = Posting.objects.filter(kind="adjustment")
    assert postings.count() == len({posting.key for posting in postings}) == 2
    left = OpenItem.objects.filter(account="receivable").exclude(balance=0)
    assert [item.balance for item in left] == [D("10.00")] and named() == []
    told = AuditEvent.objects.filter(verb="write off")
    assert {row.client_id for row in told} == set(rows.values_list("charge__client", flat=True))


def test_what_is_young_unbilled_or_with_a_payer_stays(here: world.World) -> None:
    with clock.at(world.NOON - timedelta(days=29)):
        young = debts.self_paid(here, day=world.TODAY - timedelta(days=29), first="Young")
        billing.make_invoices(by=here.bob, contacts=[young.client.guarantor_id])
    pay(here, young.day.case, "50.00")  # type: ignore[union-attr]
    unbilled = debts.self_paid(here, first="Unbilled")
    pay(here, unbilled.day.case, "51.00")  # type: ignore[union-attr]
    with clock.at(world.NOON - timedelta(days=30)):
        pending = debts.insured(here, day=world.TODAY - timedelta(days=30), first="Pending", copay="5.00")
        billing.make_invoices(by=here.bob, contacts=[pending.client.guarantor_id])
    assert debts.owed(pending)["person"] == D("5.00") and named() == []
    with pytest.raises(Conflict, match="these are 0 balances"):
        run(here, 0, "0.00")
    assert not SmallBalanceRun.objects.exists()


def test_a_new_visit_makes_the_balance_large(here: world.World) -> None:
    case = world.small_debt(here)
    here.signed(case, ("97140", 15))
    here.answer_bells()
    assert named() == []
    pay(here, case, "66.00")  # the oldest first: 2.00 of the new visit are left
    assert named() == []  # which was never billed
    pay(here, case, "0.50")
    assert named() == []


def test_what_was_asked_to_be_given_up_stays(here: world.World) -> None:
    case = world.small_debt(here)
    actions.set_limit(by=here.olivia, member=here.bob, amount=D(0))
    charge = Charge.objects.get(client=case.client)
    row = debts.given_up(here, charge, "1.00")
    assert row.waits and named() == []
    actions.decide(by=here.olivia, write_off=row, approved=False)
    assert named() == [("Walter", D("8.00"))]


def test_statements_may_be_counted_otherwise(here: world.World) -> None:
    actions.set_small_rule(by=here.olivia, amount=D("9.99"), statements=3)
    case = world.small_debt(here)
    asked: list[Any] = []

    def sent(contacts: Any, today: Any) -> dict[int, int]:
        asked.append((set(contacts), today))
        return {case.client.guarantor_id: 3}

    assert named() == [] and named(statements_of=sent) == [("Walter", D("8.00"))]
    assert asked == [({case.client.guarantor_id}, world.TODAY)]
    assert run(here, 1, "8.00", statements_of=sent).write_offs.count() == 1


def test_what_changed_since_the_preview_is_looked_at_again(here: world.World) -> None:
    case = world.small_debt(here)
    for count, total in ((2, "8.00"), (1, "7.99")):
        with pytest.raises(Conflict, match=r"By now these are 1 balances of \$8.00"):
            run(here, count, total)
    pay(here, case, "3.00")
    with pytest.raises(Conflict, match=r"of \$5.00"):
        run(here, 1, "8.00")
    assert not WriteOff.objects.exists()


def test_pressing_twice_runs_once_and_it_can_be_undone(here: world.World) -> None:
    world.small_debt(here, first="Ada")
    world.small_debt(here, "2.00", first="Bea")
    first = run(here, 2, "10.00")
    assert run(here, 2, "10.00") == first and WriteOff.objects.count() == 2
    one = first.write_offs.get(amount=D("2.00"))
    actions.take_back(by=here.bob, write_off=one, reason="She paid")
    assert actions.undo_run(by=here.bob, run=first) == 1
    assert named() == [("Ada", D("8.00")), ("Bea", D("2.00"))]
    assert Entry.objects.filter(account="adjustment").count() == 4
    with pytest.raises(Conflict, match="taken back already"):
        actions.undo_run(by=here.bob, run=first)
    assert run(here, 2, "10.00", key="again").write_offs.count() == 2
    assert AuditEvent.objects.filter(verb="take back write-off").count() == 2


def test_without_a_rule_nothing_goes() -> None:
    with world.practice() as here:
        assert rule_now() is None
        with pytest.raises(Conflict, match="no rule"):
            run(here, 0, "0.00")


def test_a_rule_is_small(here: world.World) -> None:
    for said in ({"amount": D(0)}, {"amount": D("25.01")}, {"statements": 0}, {"statements": 13}):
        with pytest.raises(BadInput) as caught:
            actions.set_small_rule(by=here.olivia, **{"amount": D("5.00"), "statements": 2} | said)  # type: ignore[arg-type]
        assert set(caught.value.errors) == set(said)
    assert SmallBalanceRule.objects.count() == 1
