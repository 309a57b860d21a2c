"""Where two things happen to the same money: nothing is doubled, nothing comes from nothing, nobody is stopped."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D

import pytest

from billing import actions as billing
from billing import books
from billing.actions import charging
from billing.actions.moving import move_coverage
from billing.models import BillingDay, Charge, Entry, OpenItem
from billing.payments import actions as payments
from claims.models import Claim, Delivery
from clients import actions as clients
from clients.models import Case, Contact, PlanType
from practice.findings import BadInput
from practice.models import AuditEvent
from practice.money import ZERO
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing.families import child, parent
from tests.claims.remittances import clp, remittance
from tests.claims.test_money_stories import held_by, other_payer, owed_by, owed_to, plan_of
from tests.claims.test_remittances import Story
from tests.practice.test_api import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def amend(here: world.World, case: Case, minutes: int) -> None:
    session = case.sessions.get()
    sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", minutes)], reason="misread")
    here.answer_bells()


def pay(here: world.World, contact: Contact, amount: str, key: str = "k") -> object:
    return billing.take_payment(
        by=here.sam, contact=contact, amount=D(amount), method="cash", received_on=world.TODAY, key=key
    )


def test_a_copay_that_is_raised_after_charging_is_moved_by_the_next_amendment(here: world.World) -> None:
    case = here.client(payer=here.aetna, copay="20.00")
    here.signed(case, ("97530", 38))
    here.answer_bells()
    for n, copay in enumerate(("40.00", "60.00"), start=1):
        clients.edit_coverage(by=here.bob, coverage=case.client.coverages.get(), copay=D(copay))
        amend(here, case, 38 + n)  # the same units: the charge stays
        assert owed_by(case.client.guarantor) == D(copay)
    assert Charge.objects.count() == 1 and books.wrong() == []


def test_a_day_that_cannot_be_charged_keeps_no_other_from_it(
    here: world.World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = here.client(), here.client()
    for case in (bad, good):
        here.signed(case, ("97530", 38))
    real = charging._lock_days

    def breaks(wanted: dict) -> dict:
        if any(key[0] == bad.client_id for key, _ in wanted):
            raise ValueError("a day like no other")
        return real(wanted)

    monkeypatch.setattr(charging, "_lock_days", breaks)
    caplog.set_level("INFO")
    billing.post_charges()
    assert list(Charge.objects.values_list("client", flat=True)) == [good.client_id]
    assert "cannot be charged: ValueError" in caplog.text and "a day like no other" not in caplog.text
    monkeypatch.setattr(charging, "DAYS_A_ROUND", 1)
    here.signed(good, ("97530", 38), day=world.TODAY - timedelta(days=1))
    assert billing.post_charges() is True  # a round went well and more waits
    assert billing.post_charges() is False  # nothing of the round could be charged: not at once again
    monkeypatch.setattr(charging, "_lock_days", real)
    billing.post_charges()
    assert Charge.objects.count() == 3


def test_a_day_that_moves_while_it_is_asked_for_is_charged_where_it_stands(
    here: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = here.client(payer=here.aetna)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    source, target = case.client.coverages.get(), plan_of(here, case.client, other_payer(here), rank=2)
    sessions.amend(by=here.alice, session=case.sessions.get(), corrections=[Typed("97530", 30)], reason="misread")
    real, moved = charging._lock_days, []

    def moves_first(wanted: dict) -> dict:
        if not moved:
            moved.append(True)
            move_coverage(
                by=here.bob, client=case.client, source=source, target=target, first=world.TODAY, last=world.TODAY
            )  # fmt: skip
        return real(wanted)

    monkeypatch.setattr(charging, "_lock_days", moves_first)
    billing.post_charges()
    live = Charge.objects.get(reversed_by=None)
    assert (live.units, live.day.coverage) == (2, target) and books.wrong() == []


def test_a_copay_that_went_back_is_no_credit_when_the_day_is_charged_anew(here: world.World) -> None:
    story = Story(here)
    person, plan = story.case.client.guarantor, story.claim.coverage
    story.answer(remittance(story.claimed(story.line("126", "CO*45*72"), "126"), paid="126"))
    assert owed_by(person) == ZERO
    amend(here, story.case, 30)
    assert (owed_by(person), held_by(person)) == (D("30.00"), ZERO)  # of the new charge; nobody paid anything
    back = clp(
        story.claim.control, story.line("-126", "CO*45*-72", charge="-198"), charge="-198", paid="-126", status="22"
    )  # fmt: skip
    story.answer(remittance(back, paid="-126", trace="T2", control=2, sign="D"), "b.835")
    assert owed_to(plan) == D("102.00") and books.wrong() == []


def test_a_merged_charts_debt_goes_with_its_charge(here: world.World) -> None:
    mother, father = parent(here, "Andrea"), parent(here, "Marcel")
    case, into = child(here, "Zuri", mother, father), child(here, "Zuri", father, mother)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    clients.merge_clients(by=here.bob, duplicate=case.client, into=into.client)
    here.answer_bells()
    assert (owed_by(mother), owed_by(father)) == (ZERO, D("198.00"))
    amend(here, case, 30)
    assert (owed_by(mother) + owed_by(father), held_by(mother), held_by(father)) == (D("132.00"), ZERO, ZERO)
    dead = OpenItem.objects.filter(charge__reversed_by__isnull=False).exclude(balance=0)
    assert not dead.exists() and books.wrong() == []


def test_what_was_a_persons_goes_back_when_a_second_plan_pays_it(here: world.World) -> None:
    story = Story(here)
    person = story.case.client.guarantor
    pay(here, person, "30.00")
    second = here.cover(story.case.client, other_payer(here), rank=2, member_id="XYZ123456789")
    story.answer(remittance(story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96"), paid="96"))
    assert (owed_to(second), owed_to(story.claim.coverage)) == (D("30.00"), ZERO)
    assert (owed_by(person), held_by(person)) == (ZERO, D("30.00")) and books.wrong() == []


def test_a_takeback_takes_from_who_gained(here: world.World) -> None:
    """The deductible was hers; a second plan is learnt; the first payer reverses and answers again."""
    story = Story(here, copay=None)
    person = story.case.client.guarantor
    story.answer(remittance(story.claimed(story.line("46", "CO*45*72", "PR*1*80"), "46"), paid="46"))
    second = here.cover(story.case.client, other_payer(here), rank=2, member_id="XYZ123456789")
    back = clp(
        story.claim.control, story.line("-46", "CO*45*-72", "PR*1*-80", charge="-198"), charge="-198", paid="-46",
        status="22",
    )  # fmt: skip
    again = story.claimed(story.line("46", "CO*45*72", "PR*1*80"), "46")
    story.answer(remittance(back + again, paid="0", trace="T2", control=2), "b.835")
    assert (owed_by(person), owed_to(second), owed_to(story.claim.coverage)) == (ZERO, D("80.00"), ZERO)
    amend(here, story.case, 30)
    dead = clp(
        story.claim.control, story.line("-46", "CO*45*-72", "PR*1*-80", charge="-198"), charge="-198", paid="-46",
        status="22",
    )  # fmt: skip
    story.answer(remittance(dead, paid="-46", trace="T3", control=3, sign="D"), "c.835")
    assert books.wrong() == []


@pytest.mark.parametrize("plan_type", [PlanType.MEDICAID, PlanType.WORKERS_COMP])
def test_visits_a_plan_protects_do_not_become_self_pay(here: world.World, plan_type: str) -> None:
    case = here.client()
    here.aetna.plan_type = plan_type
    here.aetna.save(update_fields=["plan_type"])
    tied = {"case": case} if plan_type == PlanType.WORKERS_COMP else {}
    source = here.cover(case.client, here.aetna, **tied)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    with pytest.raises(BadInput, match="End the plan first if it was wrong"):
        move_coverage(
            by=here.bob, client=case.client, source=source, target=None, first=world.TODAY, last=world.TODAY
        )  # fmt: skip
    assert owed_to(source) == D("198.00")


def test_visits_do_not_become_self_pay_beside_such_a_day(here: world.World) -> None:
    case = here.client(payer=here.aetna)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    BillingDay.objects.create(client=case.client, served_on=world.TODAY, discipline="OT", coverage=None, case=case)
    with pytest.raises(BadInput, match="other visits stand on Self-pay already"):
        move_coverage(
            by=here.bob, client=case.client, source=case.client.coverages.get(), target=None, first=world.TODAY,
            last=world.TODAY,
        )  # fmt: skip


def test_a_day_that_moves_away_and_back_corrects_its_claim(here: world.World) -> None:
    story = Story(here, copay=None)
    client, source = story.case.client, story.claim.coverage
    target = plan_of(here, client, other_payer(here), rank=2)
    day = {"by": here.bob, "client": client, "first": world.TODAY, "last": world.TODAY}
    for one, other in ((source, target), (target, source)):
        move_coverage(source=one, target=other, **day)
        here.answer_bells()
    now = Claim.objects.exclude(delivery=Delivery.WITHDRAWN).latest("pk")
    assert (now.coverage, now.replaces, now.frequency) == (source, story.claim, "7")
    assert books.wrong() == []


def test_who_asks_the_api_what_would_move_is_on_record(here: world.World) -> None:
    case = here.client(payer=here.aetna)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    day = {"first": str(world.TODAY), "last": str(world.TODAY)}
    asked = {"source": case.client.coverages.get().pk, "target": None, "preview": True} | day
    [told] = Caller(here, here.bob).post(f"clients/{case.client_id}/move-coverage/", asked)
    assert told["charged"] == "198.00" and owed_by(case.client.guarantor) == 0
    seen = AuditEvent.objects.get(verb="view ledger")
    assert (seen.client_id, seen.member_id) == (case.client_id, here.bob.pk)


def test_a_bounced_check_opens_no_more_than_itself(here: world.World) -> None:
    case = here.client()
    person, session = case.client.guarantor, here.booked(case)
    here.signed(case, ("97530", 30), day=world.TODAY - timedelta(days=9))
    payments.check_in(by=here.sam, session=session, for_visit=D("30.00"), method="check", key="c")
    session.refresh_from_db()
    sessions.move(by=here.sam, session=session, state="cancelled")
    held = person.payments.get()
    pay(here, person, "70.00", key="more")
    here.answer_bells()
    payments.apply_credit(by=here.bob, contact=person, key="apply")
    assert owed_by(person) == D("32.00")
    payments.take_back(by=here.bob, payment=held, reason="bounced")
    assert (owed_by(person), held_by(person)) == (D("62.00"), ZERO) and books.wrong() == []


def test_a_qmb_who_is_learnt_of_late_owes_nothing_after_the_correction(here: world.World) -> None:
    story = Story(here, copay=None, payer="MEDB")
    person = story.case.client.guarantor
    line = story.line("78.40", "CO*45*98**253*1.60", "PR*2*20")
    story.answer(remittance(story.claimed(line, "78.40"), paid="78.40", payer="MEDB"))
    assert owed_by(person) == D("20.00")
    clients.edit_coverage(by=here.bob, coverage=story.claim.coverage, qmb=True)
    taken = story.line("-78.40", "CO*45*-98**253*-1.60", "PR*2*-20", charge="-198")
    back = clp(story.claim.control, taken, charge="-198", paid="-78.40", status="22")
    story.answer(
        remittance(back + story.claimed(line, "78.40"), paid="0", payer="MEDB", trace="T2", control=2), "b.835"
    )  # fmt: skip
    assert owed_by(person) == ZERO and owed_to(story.claim.coverage) == D("20.00")
    assert Entry.objects.filter(contact=person, reason="applied").count() == 0 and books.wrong() == []


def test_what_is_left_on_a_charge_that_is_gone_is_not_asked_for(here: world.World) -> None:
    """The deductible of the old charge waits for the takeback; her money pays what lives."""
    story = Story(here, copay=None)
    person = story.case.client.guarantor
    story.answer(remittance(story.claimed(story.line("46", "CO*45*72", "PR*1*80"), "46"), paid="46"))
    amend(here, story.case, 30)
    pay(here, person, "80.00")
    assert held_by(person) == D("80.00")
    assert books.wrong() == []
