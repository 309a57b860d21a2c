"""Fees and contract rates by code, day and location."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D

import pytest

from billing import actions
from billing.fees import Fees, Rates
from billing.models import Charge, ContractRate, FeeSchedule
from practice.findings import BadInput
from practice.models import Location
from tests import world

pytestmark = pytest.mark.django_db
BEFORE, LATER = world.TODAY - timedelta(days=1), world.TODAY + timedelta(days=7)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def elsewhere(here: world.World) -> Location:
    one = here.location
    return Location.objects.create(
        name="Fox River", street="88 Fox River Dr", city=one.city, state=one.state, zip=one.zip
    )


def test_a_location_has_its_own_fee_from_a_day_on(here: world.World, elsewhere: Location) -> None:
    actions.set_fee(by=here.olivia, code="97110", fee=D("70.00"), starts_on=world.TODAY, location=elsewhere)
    actions.set_fee(by=here.olivia, code="97110", fee=D("61.00"), starts_on=LATER)
    fees = Fees()
    assert fees.on(BEFORE, elsewhere.pk)["97110"] == D("58.00")
    assert fees.on(world.TODAY, elsewhere.pk)["97110"] == D("70.00")
    assert fees.on(world.TODAY, here.location.pk)["97110"] == fees.on(world.TODAY)["97110"] == D("58.00")
    assert fees.on(LATER, elsewhere.pk)["97110"] == D("70.00")
    assert fees.on(LATER)["97110"] == D("61.00")


def test_a_visit_is_charged_by_its_location(here: world.World) -> None:
    actions.set_fee(by=here.olivia, code="97110", fee=D("70.00"), starts_on=world.TODAY, location=here.location)
    case = here.client(payer=here.aetna)
    here.signed(case, ("97110", 33), ("97140", 22))
    actions.post_charges()
    assert dict(Charge.objects.values_list("code", "amount")) == {"97110": D("140.00"), "97140": D("60.00")}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "97112"}, "location"),
        ({"code": "00000"}, "code"),
        ({"fee": D("0")}, "fee"),
        ({"fee": D("10000.01")}, "fee"),
    ],
)
def test_a_fee_that_cannot_be(here: world.World, elsewhere: Location, wrong: dict, field: str) -> None:
    before = FeeSchedule.objects.count()
    told = {"code": "97110", "fee": D("1.00"), "starts_on": world.TODAY, "location": elsewhere} | wrong
    with pytest.raises(BadInput) as refused:
        actions.set_fee(by=here.olivia, **told)
    assert list(refused.value.errors) == [field]
    assert FeeSchedule.objects.count() == before


def test_rates_are_the_payers_own(here: world.World, elsewhere: Location) -> None:
    for place, rate in ((None, "42.00"), (elsewhere, "45.00")):
        actions.set_rate(
            by=here.bob, payer=here.aetna, code="97110", rate=D(rate), starts_on=world.TODAY, location=place
        )
    actions.set_rate(by=here.bob, payer=here.aetna, code="97110", rate=D("43.00"), starts_on=world.TODAY)
    assert ContractRate.objects.count() == 2
    rates = Rates([here.aetna.pk, here.medicare.pk])
    assert rates.on(here.aetna.pk, world.TODAY) == {"97110": D("43.00")}
    assert rates.on(here.aetna.pk, world.TODAY, elsewhere.pk) == {"97110": D("45.00")}
    assert rates.on(here.aetna.pk, BEFORE) == rates.on(here.medicare.pk, world.TODAY) == {}
