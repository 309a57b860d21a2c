"""Charging by who pays for the visit: limited coverages, cases of their own, copays for each visit or once a day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import books, reports
from billing.actions import post_charges
from billing.models import BillingDay, Charge, OpenItem
from claims.models import Claim
from clients import actions as clients
from clients.models import Coverage, Payer
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

pytestmark = pytest.mark.django_db
MONDAYS = [world.TODAY - timedelta(days=7 * n) for n in (3, 2, 1, 0)]


def plan(here: world.World, name: str, plan_type: str) -> Payer:
    return clients.add_payer(
        by=here.olivia, name=name, short_name=name, payer_id=name.upper()[:5], plan_type=plan_type,
        unit_rule="midpoint", filing_days=120,
    )  # fmt: skip


def benefit(here: world.World, coverage: Coverage, disciplines: list[str], **fields: Any) -> None:
    clients.record_benefit(
        by=here.olivia, coverage=coverage, disciplines=disciplines, starts_on=date(2026, 1, 1), verified_how="phone",
        **fields,
    )  # fmt: skip


def payers_by_day() -> dict[date, str]:
    rows = BillingDay.objects.filter(charges__reversed_by=None).values_list("served_on", "coverage__payer__short_name")
    return {day: name or "Self-pay" for day, name in rows}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 3, 1), (3, 2, 1, 0)])
def test_three_visits_stand_on_the_employee_assistance_and_the_fourth_on_aetna(order: tuple[int, ...]) -> None:
    """Story 13, in whatever order the sessions are signed: a visit counts from booking."""
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        here.cover(case.client, plan(here, "Lyra", "employee_assistance"), member_id="L1", visit_limit=3, rank=1)
        visits = [here.booked(case, day=day) for day in MONDAYS]
        for n in order:
            here.sign(visits[n], ("97530", 38))
            here.answer_bells()
        assert list(dict(sorted(payers_by_day().items())).values()) == ["Lyra", "Lyra", "Lyra", "Aetna"]
        assert set(Charge.objects.values_list("amount", flat=True)) == {Decimal("198.00")}
        assert [c.payer.short_name for c in Claim.objects.order_by("served_on").select_related("payer")] == [
            "Lyra", "Lyra", "Lyra", "Aetna",
        ]  # fmt: skip
        assert books.wrong() == []


def test_a_day_that_is_charged_stays_where_it_stands_and_its_claim_says_who_pays_now() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        last = here.signed(case, ("97530", 38), day=MONDAYS[3])
        here.answer_bells()
        here.cover(case.client, plan(here, "Lyra", "employee_assistance"), member_id="L1", visit_limit=3)
        sessions.amend(by=here.alice, session=last, corrections=[Typed("97530", 23)], reason="misread the clock")
        here.answer_bells()
        assert payers_by_day() == {MONDAYS[3]: "Aetna"}
        assert [(c.units, c.amount) for c in Charge.objects.filter(reversed_by=None)] == [(2, Decimal("132.00"))]
        claim = Claim.objects.exclude(delivery="withdrawn").get()
        [found] = [finding for finding in claim.findings if finding["rule"] == "payer_order"]
        assert found["message"] == "On Jun 15 Lyra pays first, not Aetna."
        here.signed(case, ("97530", 38), day=MONDAYS[0])  # a day that was not charged comes out right
        here.answer_bells()
        assert payers_by_day() == {MONDAYS[0]: "Lyra", MONDAYS[3]: "Aetna"}


def test_an_injury_at_work_waits_for_its_own_coverage() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        case.cause = "work"
        case.save(update_fields=["cause"])
        here.signed(case, ("97530", 38))
        here.answer_bells()
        assert not Charge.objects.exists() and reports.clients_without_payer() == ["Walter Nakamura"]
        sfm = here.cover(case.client, plan(here, "SFM", "workers_comp"), member_id="WC1", rank=3)
        sessions_before = reports.clients_without_payer()
        here.signed(case, ("97530", 23), day=MONDAYS[2])
        here.answer_bells()
        assert sessions_before == [] and set(payers_by_day().values()) == {"SFM"} and len(payers_by_day()) == 2
        assert set(OpenItem.objects.exclude(balance=0).values_list("coverage", flat=True)) == {sfm.pk}


def test_two_cases_of_a_day_may_have_two_payers() -> None:
    with world.practice() as here:
        illness = here.client(payer=here.aetna)
        work = clients.open_case(
            by=here.olivia, client=illness.client, discipline="OT", complaint="Cut tendon", opened_on=MONDAYS[0],
            diagnoses=["R27.8"], cause="work", accident_on=MONDAYS[0],
        )  # fmt: skip
        here.cover(illness.client, plan(here, "SFM", "workers_comp"), member_id="WC1", case=work)
        here.signed(illness, ("97530", 38))
        here.signed(work, ("97530", 23))
        here.answer_bells()
        days = BillingDay.objects.values_list("coverage__payer__short_name", "case", "charges__units")
        assert sorted(days) == [("Aetna", illness.pk, 3), ("SFM", work.pk, 2)]
        assert sorted(Claim.objects.values_list("payer__short_name", "total")) == [
            ("Aetna", Decimal("198.00")), ("SFM", Decimal("132.00")),
        ]  # fmt: skip


@pytest.mark.parametrize(("per", "moved"), [("visit", "50.00"), ("day", "25.00")])
def test_a_verified_copay_is_for_each_visit_or_once_a_day(per: str, moved: str) -> None:
    """It goes before the 30 dollars that stand on the coverage; the second therapy of the day is signed later."""
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        other = clients.open_case(
            by=here.olivia, client=case.client, discipline="PT", complaint="Falls", opened_on=MONDAYS[0],
            diagnoses=["R27.8"],
        )  # fmt: skip
        benefit(here, case.client.coverages.get(), ["OT", "PT"], copay=Decimal("25.00"), copay_per=per)
        first = here.signed(case, ("97530", 38))
        here.answer_bells()
        here.signed(other, ("97110", 38), clinician=here.pt)
        here.answer_bells()
        hers = OpenItem.objects.filter(contact__isnull=False)
        assert sum(item.balance for item in hers) == Decimal(moved)
        sessions.amend(by=here.alice, session=first, corrections=[Typed("97530", 23)], reason="misread the clock")
        here.answer_bells()
        assert sum(item.balance for item in hers.all()) == Decimal(moved)
        assert books.wrong() == []


def test_charging_asks_as_often_for_many_days_as_for_one() -> None:
    counts = []
    for slug, many in (("alder", 1), ("birch", 5)):
        with world.practice(slug) as here:
            lyra = plan(here, "Lyra", "employee_assistance")
            for n in range(many):
                case = here.client(payer=here.aetna, first=f"Walter{n}")
                here.cover(case.client, lyra, member_id="L1", visit_limit=1)
                for day in MONDAYS[: 1 if many == 1 else 2]:
                    here.signed(case, ("97530", 38), day=day)
            with CaptureQueriesContext(connection) as asked:
                post_charges()
            counts.append(len(asked))
            assert Charge.objects.count() == (1 if many == 1 else 10)
    assert counts[0] == counts[1]
