"""The day is the unit of charging: whatever the order of signatures, its units come once."""

from decimal import Decimal

import pytest

from billing import books, reports
from billing.models import Charge, DayLine, Entry, OpenItem
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

pytestmark = pytest.mark.django_db


def live() -> list[tuple[str, int, Decimal]]:
    charges = Charge.objects.filter(reversed_by=None).order_by("code")
    return list(charges.values_list("code", "units", "amount"))


@pytest.mark.parametrize("first", ["morning", "afternoon"])
def test_two_sessions_of_one_day_make_its_units_once(first: str) -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        morning, afternoon = here.booked(case), here.booked(case)
        lines = {"morning": (morning, ("97110", 23)), "afternoon": (afternoon, ("97140", 23))}
        for when in (first, *(w for w in lines if w != first)):
            session, line = lines[when]
            here.sign(session, line)
            here.answer_bells()
        assert sum(units for _, units, _ in live()) == 3
        assert live() == [("97110", 2, Decimal("116.00")), ("97140", 1, Decimal("60.00"))]
        assert books.wrong() == []
        assert reports.account_totals()["receivable"] == Decimal("176.00")


def test_a_line_of_no_units_is_taken_once() -> None:
    with world.practice() as here:
        here.signed(here.client(payer=here.medicare), ("97110", 30), ("97140", 5))
        here.answer_bells()
        assert live() == [("97110", 2, Decimal("116.00"))]
        assert DayLine.objects.count() == 2
        before = Entry.objects.count()
        here.answer_bells()
        assert (DayLine.objects.count(), Entry.objects.count()) == (2, before)


def test_an_amendment_reverses_and_posts_anew() -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.medicare), ("97110", 45), ("97140", 15))
        here.answer_bells()
        kept = Charge.objects.get(code="97140")
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread the clock")
        here.answer_bells()
        assert live() == [("97110", 2, Decimal("116.00")), ("97140", 1, Decimal("60.00"))]
        assert Charge.objects.get(code="97140") == kept
        old = Charge.objects.get(code="97110", units=3)
        assert old.reversed_by is not None and old.reversed_by.reverses is not None
        assert set(OpenItem.objects.filter(charge=old).values_list("balance", flat=True)) == {Decimal("0.00")}
        assert books.wrong() == []


def test_a_fixed_copay_is_the_clients_at_once() -> None:
    with world.practice() as here:
        here.signed(here.client(payer=here.aetna, copay="30.00"), ("97530", 38))
        here.answer_bells()
        owed = {(i.coverage_id is None): i.balance for i in OpenItem.objects.all()}
        assert owed == {False: Decimal("168.00"), True: Decimal("30.00")}


def test_a_day_waits_whole_for_a_missing_fee() -> None:
    with world.practice() as here:
        here.signed(here.client(payer=here.medicare), ("97110", 23), ("97112", 15))
        here.answer_bells()
        assert live() == [] and DayLine.objects.count() == 0
        assert reports.codes_without_fee() == ["97112"]
