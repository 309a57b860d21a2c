"""Money that was there before a day changed: what was paid, and the copay that was moved, follow the new charges."""

from datetime import date, time
from decimal import Decimal as D

import pytest

from billing import actions as billing
from billing import books, reports
from billing.models import Charge, OpenItem
from practice.findings import BadInput, Conflict
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

pytestmark = pytest.mark.django_db


def owed() -> dict[str, D]:
    found: dict[str, D] = {}
    for item in OpenItem.objects.exclude(balance=0):
        name = item.account if item.contact_id else "payer"
        found[name] = found.get(name, D(0)) + item.balance
    return found


def amend(here: world.World, session: object, code: str, minutes: int) -> None:
    sessions.amend(by=here.alice, session=session, corrections=[Typed(code, minutes)], reason="misread")  # type: ignore[arg-type]
    here.answer_bells()


def paid_visit(here: world.World) -> object:
    case = here.client()
    session = here.signed(case, ("97110", 30))
    here.answer_bells()
    billing.take_payment(
        by=here.sam, contact=case.client.guarantor, amount=D("116.00"), method="cash", received_on=world.TODAY, key="k"
    )
    assert owed() == {}
    return session


def test_what_she_paid_pays_the_changed_charge() -> None:
    with world.practice() as here:
        amend(here, paid_visit(here), "97110", 45)
        assert owed() == {"receivable": D("58.00")}
        assert books.wrong() == []


def test_what_she_paid_too_much_is_her_credit() -> None:
    with world.practice() as here:
        amend(here, paid_visit(here), "97110", 15)
        assert owed() == {"credit": D("-58.00")}
        assert books.wrong() == []


def test_what_she_paid_for_a_visit_that_was_none_is_her_credit() -> None:
    with world.practice() as here:
        amend(here, paid_visit(here), "97110", 0)
        assert owed() == {"credit": D("-116.00")}


def test_changing_twice_moves_it_twice() -> None:
    with world.practice() as here:
        session = paid_visit(here)
        amend(here, session, "97110", 45)
        amend(here, session, "97110", 30)
        assert owed() == {}
        assert Charge.objects.filter(reversed_by=None).get().amount == D("116.00")
        assert books.wrong() == []


def test_the_copay_stays_when_its_charge_goes() -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.aetna, copay="30.00"), ("97530", 30), ("97110", 15))
        here.answer_bells()
        assert owed() == {"payer": D("160.00"), "receivable": D("30.00")}
        amend(here, session, "97530", 0)
        assert owed() == {"payer": D("28.00"), "receivable": D("30.00")}
        amend(here, session, "97530", 30)
        assert owed() == {"payer": D("160.00"), "receivable": D("30.00")}
        assert books.wrong() == []


def test_a_line_taken_back_holds_up_nothing() -> None:
    with world.practice() as here:
        session = here.signed(here.client(), ("97110", 30), ("97533", 20))
        here.answer_bells()
        assert not Charge.objects.exists() and reports.codes_without_fee() == ["97533"]
        amend(here, session, "97533", 0)
        assert Charge.objects.get().code == "97110" and reports.codes_without_fee() == []


def test_a_fee_that_starts_later_is_still_missing() -> None:
    with world.practice() as here:
        here.signed(here.client(), ("97533", 20))
        billing.set_fee(by=here.olivia, code="97533", fee=D("50"), starts_on=date(2099, 1, 1))
        here.answer_bells()
        assert reports.codes_without_fee() == ["97533"]


def test_a_session_over_the_change_of_clocks_has_its_minutes() -> None:
    with world.practice() as here:
        night = here.booked(here.client(), day=date(2026, 11, 1), at=time(1, 30), minutes=60)
        assert night.minutes_booked == 60


def test_a_clinician_books_only_what_she_gives() -> None:
    with world.practice() as here, pytest.raises(BadInput, match="does not give"):
        here.booked(here.client(discipline="PT"))


def test_tomorrows_session_is_not_signed_today() -> None:
    with world.practice() as here, pytest.raises(Conflict, match="later day"):
        here.signed(here.client(), ("97110", 30), day=date(2026, 6, 16))
