"""The year's therapy: what Medicare allowed, is expected to allow, and what other clinics billed; KX on claims."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from billing import actions, ledger, reports
from billing.ledger import Party
from billing.models import Charge, OutsideTherapy
from billing.therapy_year import TherapyYears, bucket_of
from claims import actions as claims
from claims.models import Claim, ClaimLine
from clients.models import Case
from practice.findings import BadInput
from sessions import limits
from tests import world

pytestmark = pytest.mark.django_db
TOMORROW = world.TODAY + timedelta(days=1)


def before(client: int, day: date = TOMORROW, discipline: str = "OT") -> D:
    return TherapyYears({client}, {day.year}).before(client, discipline, day)


def allow(charge: Charge, off: str) -> None:
    """Medicare decides: `off` dollars of the charge are its discount."""
    client = charge.client
    payer, person = Party.coverage(client.coverages.get().pk), Party.contact(client.guarantor_id)
    left = charge.amount - D(off)
    decision = ledger.Adjudication(
        charge.pk, payer, left - 2, (("contractual", D(off)),), (("coinsurance", person, D("2.00")),)
    )
    movement = ledger.adjudicate(key=f"era{charge.pk}", on=world.TODAY, decision=decision)
    assert movement is not None
    actions.post([movement], by=None)


def test_decided_services_count_with_what_was_allowed() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 30))
        here.answer_bells()
        assert before(case.client_id) == D("116.00")  # nothing is known better than the charge
        assert before(case.client_id, world.TODAY) == D("0.00")
        charge = Charge.objects.get()
        allow(charge, "40.00")
        assert before(case.client_id) == D("76.00")
        assert before(case.client_id, discipline="PT") == before(case.client_id, discipline="MH") == D("0.00")
        assert before(case.client_id, date(2027, 1, 1)) == D("0.00")
        assert reports.debtors_of(charge) == ["Walter Nakamura"]


def test_what_is_open_counts_with_what_was_allowed_last() -> None:
    with world.practice() as here:
        first, second = (here.client(payer=here.medicare, first=name) for name in ("Ada", "Ben"))
        here.signed(first, ("97110", 30))
        here.answer_bells()
        allow(Charge.objects.get(), "40.00")  # 38 dollars a unit
        here.signed(second, ("97110", 45), ("97140", 30))
        here.answer_bells()
        assert before(second.client_id) == 3 * D("38.00") + D("120.00")


def test_what_other_clinics_billed_is_entered_and_corrected() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        told = {"by": here.bob, "client": case.client, "bucket": "OT", "as_of": world.TODAY}
        actions.record_outside_therapy(year=2026, amount=D("2400.00"), **told)
        actions.record_outside_therapy(year=2026, amount=D("300.00"), **told)
        assert before(case.client_id) == D("300.00")
        assert before(case.client_id, discipline="PT") == D("0.00")
        for field, wrong in {
            "bucket": {"year": 2026, "amount": D(1), "bucket": "PT"},
            "year": {"year": 2017, "amount": D(1)},
            "amount": {"year": 2026, "amount": D("-0.01")},
            "as_of": {"year": 2026, "amount": D(1), "as_of": TOMORROW},
        }.items():
            with pytest.raises(BadInput) as bad:
                actions.record_outside_therapy(**(told | wrong))  # type: ignore[arg-type]
            assert set(bad.value.errors) == {field}
        assert OutsideTherapy.objects.count() == 2


def test_pt_and_speech_share_a_bucket() -> None:
    assert (bucket_of("OT"), bucket_of("PT"), bucket_of("SLP"), bucket_of("MH")) == ("OT", "PT+SLP", "PT+SLP", "")


def modifiers() -> list[tuple[str, list[str]]]:
    return list(ClaimLine.objects.filter(live=True).order_by("position").values_list("code", "modifiers"))


def test_kx_stands_on_the_line_that_crosses_and_on_waiting_claims_once_it_is_known() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 30), ("97140", 15))
        here.answer_bells()
        assert modifiers() == [("97110", ["GO"]), ("97140", ["GO"])]
        told = {"by": here.bob, "client": case.client, "year": 2026, "bucket": "OT", "as_of": world.TODAY}
        actions.record_outside_therapy(amount=D("2480.00") - D("116.00") - D("59.99"), **told)
        here.answer_bells()
        assert modifiers() == [("97110", ["GO"]), ("97140", ["GO", "KX"])]
        actions.record_outside_therapy(amount=D("2480.00"), **told)
        here.answer_bells()
        assert modifiers() == [("97110", ["GO", "KX"]), ("97140", ["GO", "KX"])]
        actions.record_outside_therapy(amount=D("0.00"), **told)
        here.answer_bells()
        assert modifiers() == [("97110", ["GO"]), ("97140", ["GO"])]


def test_a_claim_that_went_keeps_its_modifiers() -> None:
    with world.practice() as here:
        partner = here.partner()
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 30))
        here.answer_bells()
        claims.submit(by=here.bob, claims=[Claim.objects.get().pk], undo=0)
        here.exchange(partner)
        actions.record_outside_therapy(
            by=here.bob, client=case.client, year=2026, bucket="OT", amount=D("9000.00"), as_of=world.TODAY
        )
        here.answer_bells()
        assert modifiers() == [("97110", ["GO"])]
        assert before(case.client_id) > D("9000.00")


def test_what_was_denied_or_is_expected_to_be_is_not_allowed() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 30))
        here.answer_bells()
        charge = Charge.objects.get()
        client, payer = charge.client, Party.coverage(charge.client.coverages.get().pk)
        nothing = ledger.Adjudication(charge.pk, payer, D("0.00"), (("contractual", D("16.00")),), ())
        movement = ledger.adjudicate(key="era", on=world.TODAY, decision=nothing)
        assert movement is not None
        actions.post([movement], by=None)
        assert before(client.pk) == D("0.00")  # 100 dollars stay open with Medicare, which denied them
        years = TherapyYears({client.pk}, {2026}, {"97110"})
        assert years.expected("97110", 2, D("116.00")) == D("116.00")  # a denial is no rate
        Charge.objects.filter(pk=charge.pk).update(notice_modifiers=["GZ"])
        here.signed(case, ("97140", 15), day=world.TODAY - timedelta(days=1))
        here.answer_bells()
        assert before(client.pk) == D("60.00")


def test_pt_and_speech_of_one_date_add_up() -> None:
    with world.practice() as here:
        pt = here.client(payer=here.medicare, discipline="PT", clinician=here.pt)
        here.signed(pt, ("97110", 30), clinician=here.pt)
        here.answer_bells()
        day = Charge.objects.get().day_id
        years = TherapyYears({pt.client_id}, {2026})
        assert years.before(pt.client_id, "PT", world.TODAY) == D("0.00")
        assert years.before(pt.client_id, "SLP", world.TODAY) == D("116.00")
        assert years.before(pt.client_id, "SLP", world.TODAY, day) == D("0.00")  # made before it
        assert years.before(pt.client_id, "SLP", world.TODAY, (day or 0) + 1) == D("116.00")


def test_a_booking_is_told_at_which_visit_the_threshold_is_reached() -> None:
    with world.practice() as here:
        case, other = here.client(payer=here.medicare), here.client(payer=here.aetna, first="Ada")
        here.signed(case, ("97110", 30))  # 116 dollars
        here.answer_bells()
        days = [world.TODAY + timedelta(days=n) for n in (1, 3, 5)]

        def told(case: Case, when: list[date]) -> list[tuple[date, str]]:
            found = limits.warnings_for(case, when)
            return [(each.day, each.sentence) for each in found if each.finding.rule == "therapy_threshold"]

        assert told(case, days) == []
        outside = {"by": here.bob, "client": case.client, "bucket": "OT", "year": 2026, "as_of": world.TODAY}
        actions.record_outside_therapy(amount=D("2200.00"), **outside)
        [(day, sentence)] = told(case, days)
        assert day == days[1] and sentence == (
            "Jun 18: The threshold of $2,480.00 for 2026 is reached. $2,316.00 so far and about $116.00 a visit: from"
            " here on the services need a reason, and KX."
        )
        here.booked(case, day=days[0])
        assert [day for day, _ in told(case, days[1:])] == [days[1]]
        here.booked(case, day=days[1])
        assert [day for day, _ in told(case, days[2:])] == [days[2]]  # it is over by then
        assert told(case, [date(2027, 1, 4)]) == told(other, days) == told(case, [world.TODAY]) == []
        Case.objects.filter(pk=case.pk).update(discipline="MH")
        case.refresh_from_db()
        assert told(case, days) == []  # no threshold at all
