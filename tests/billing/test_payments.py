"""Money held for a visit: it pays that visit and nothing else, to the cent, whoever is first."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing import books
from billing.actions import ForVisit, apply_held, set_rate, take_payment
from billing.models import Charge, HeldForVisit, HeldUse, OpenItem, Payment, Posting
from billing.payments import actions
from billing.payments.asking import proposal
from billing.payments.held import credit_of, kept_for_visits
from claims import actions as claiming
from claims.models import Claim, TradingPartner
from claims.outgoing import submission_of
from claims.x12.claim_837p import write
from clients import actions as clients
from clients.models import Case
from practice import clock
from practice.findings import BadInput, Conflict
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from sessions.models import Session
from tests import world
from tests.billing.families import at_once
from tests.claims.remittances import remittance
from tests.claims.test_remittances import Story

pytestmark = pytest.mark.django_db


def owed(contact: int) -> D:
    items = OpenItem.objects.filter(account="receivable", contact=contact)
    return sum(items.values_list("balance", flat=True), D("0.00"))


def take(here: world.World, session: Session, visit: str = "0", balance: str = "0", key: str = "k", **more: Any) -> Any:
    facts = {"method": "cash", **more}
    session = Session.objects.select_related("client__guarantor", "case").get(pk=session.pk)
    amounts = {"for_visit": D(visit), "for_balance": D(balance)}
    return actions.check_in(by=here.sam, session=session, key=key, **amounts, **facts)


def standing(case: Case) -> tuple[D, D, D]:
    """(owed, held, free) of the guarantor."""
    contact = case.client.guarantor_id
    credit = credit_of(contact)
    return owed(contact), credit.whole - credit.free, credit.free


def test_money_taken_before_the_charge_is_held_and_pays_it_when_it_comes() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        old = here.signed(here.client(), ("97110", 15))  # somebody else's
        session = here.booked(case)
        taken = take(here, session, "30")
        assert standing(case) == (D("0.00"), D("30.00"), D("0.00"))
        session.refresh_from_db()
        assert session.state == "arrived"
        here.sign(session, ("97530", 45))
        here.answer_bells()
        assert standing(case) == (D("0.00"), D("0.00"), D("0.00"))
        charge = Charge.objects.get(client=case.client)
        held = HeldForVisit.objects.get()
        assert (held.payment, held.served_on, held.amount) == (taken, world.TODAY, D("30.00"))
        [use] = HeldUse.objects.all()
        assert (use.amount, use.posting.kind) == (D("30.00"), "application")
        assert use.posting.entries.get(charge=charge).amount == D("-30.00")
        assert owed(old.client.guarantor_id) == D("58.00")
        assert books.wrong() == []


def test_money_for_the_balance_goes_oldest_first_and_leaves_the_visits_alone() -> None:
    with world.practice() as here:
        case = here.client()
        for days in (3, 40):
            here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=days))
        here.answer_bells()
        session = here.booked(case)
        take(here, session, "20", "60")
        open_ = OpenItem.objects.filter(account="receivable").order_by("charge__served_on")
        assert [item.balance for item in open_] == [D("0.00"), D("56.00")]
        assert standing(case) == (D("56.00"), D("20.00"), D("0.00"))
        here.sign(session, ("97110", 15))  # self-pay: the whole fee of 58 becomes hers
        here.answer_bells()
        assert standing(case) == (D("94.00"), D("0.00"), D("0.00"))
        assert books.wrong() == []


def test_what_is_left_when_the_visit_is_settled_is_plain_credit() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.booked(case)
        take(here, session, "70")
        here.sign(session, ("97110", 15))
        here.answer_bells()
        assert standing(case) == (D("0.00"), D("0.00"), D("12.00"))
        assert kept_for_visits([case.client.guarantor_id]) == []


def test_a_visit_that_does_not_happen_leaves_plain_credit() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.booked(case)
        take(here, session, "70")
        session.refresh_from_db()
        sessions.move(by=here.sam, session=session, state="missed")
        assert standing(case) == (D("0.00"), D("0.00"), D("70.00"))


def test_the_charge_may_stand_before_the_money_comes() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        session = here.signed(case, ("97530", 45))
        here.answer_bells()
        take(here, session, "30")
        assert standing(case) == (D("0.00"), D("0.00"), D("0.00"))
        take(here, session, "5", key="more")
        assert standing(case) == (D("0.00"), D("5.00"), D("0.00"))


def test_two_payments_for_one_visit_are_used_one_after_the_other() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.booked(case)
        take(here, session, "20", key="a")
        take(here, session, "50", key="b")
        here.sign(session, ("97110", 15))
        here.answer_bells()
        assert list(HeldUse.objects.order_by("id").values_list("amount", flat=True)) == [D("20.00"), D("38.00")]
        assert standing(case) == (D("0.00"), D("0.00"), D("12.00"))


def test_an_amended_visit_gives_back_to_the_held_money_and_takes_again() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.booked(case)
        take(here, session, "58")
        here.sign(session, ("97110", 15))
        here.answer_bells()
        session.refresh_from_db()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
        here.answer_bells()
        assert standing(case) == (D("58.00"), D("0.00"), D("0.00"))
        assert list(HeldUse.objects.order_by("id").values_list("amount", flat=True)) == [
            D("58.00"), D("-58.00"), D("58.00"),
        ]  # fmt: skip
        session.refresh_from_db()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 0)], reason="not given")
        here.answer_bells()
        assert standing(case) == (D("0.00"), D("0.00"), D("58.00"))
        assert books.wrong() == []


def test_other_money_that_a_charge_lets_go_stays_free() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.booked(case)
        take(here, session, "20")
        here.sign(session, ("97110", 30))
        here.answer_bells()
        take(here, session, "0", "96", key="rest")
        session.refresh_from_db()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 15)], reason="misread")
        here.answer_bells()
        assert standing(case) == (D("0.00"), D("0.00"), D("58.00"))
        assert books.wrong() == []


def test_applying_again_changes_nothing() -> None:
    with world.practice() as here:
        case = here.client()
        session = here.booked(case)
        take(here, session, "70")
        here.sign(session, ("97110", 15))
        here.answer_bells()
        before = Posting.objects.count()
        apply_held(charges=Charge.objects.values_list("pk", flat=True), on=world.TODAY)
        assert Posting.objects.count() == before


def test_a_reversal_of_the_payer_holds_the_copay_again_and_the_appeal_takes_it() -> None:
    """Story 5: the money for the visit waits while the claim is denied, and pays the share when it comes back."""
    with world.practice() as here:
        story = _copay_story(here)
        line = story.line("96", "CO*45*72", "PR*3*30")
        story.answer(remittance(story.claimed(line, "96", share="30"), paid="96"))
        assert standing(story.case) == (D("0.00"), D("0.00"), D("0.00"))
        back = story.line("-96", "CO*45*-72", "PR*3*-30", charge="-198")
        denied = story.line("0", "CO*197*198")
        whole = story.claimed(back, "-96", status="22").replace("*198*-96", "*-198*-96") + story.claimed(
            denied, "0", status="4"
        )
        story.answer(remittance(whole, paid="0", plb="PLB*1770000010*20261231*FB*-96~", trace="T2", control=2), "b.835")
        assert story.owed() == {"payer": D("198.00")}
        assert standing(story.case) == (D("0.00"), D("30.00"), D("0.00"))
        line = story.line("96", "CO*45*72", "PR*3*30")
        story.answer(remittance(story.claimed(line, "96", share="30"), paid="96", trace="T3", control=3), "c.835")
        assert story.owed() == {}
        assert standing(story.case) == (D("0.00"), D("0.00"), D("0.00"))
        assert books.wrong() == []


def _copay_story(here: world.World) -> Story:
    story = Story(here)
    take(here, Session.objects.get(), "30")
    return story


@pytest.mark.parametrize(
    ("visit", "balance", "field"),
    [("-1", "0", "for_visit"), ("0", "-1", "for_balance"), ("25000", "1", "amount")],
)
def test_an_impossible_amount_is_refused_and_nothing_changes(visit: str, balance: str, field: str) -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        with pytest.raises(BadInput) as refused:
            take(here, session, visit, balance)
        session.refresh_from_db()
        assert list(refused.value.errors) == [field]
        assert (Payment.objects.count(), session.state) == (0, "scheduled")


def test_more_for_the_visit_than_was_paid_is_refused() -> None:
    with world.practice() as here:
        case = here.client()
        for part in ("0", "11"):
            with pytest.raises(BadInput) as refused:
                take_payment(
                    by=here.sam, contact=case.client.guarantor, amount=D(10), method="cash", received_on=world.TODAY,
                    key="k", visit=ForVisit(case.client_id, world.TODAY, D(part)),
                )  # fmt: skip
            assert list(refused.value.errors) == ["for_visit"]
        assert not Payment.objects.exists()


def test_a_check_in_without_money_and_one_that_does_nothing() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        assert take(here, session) is None
        session.refresh_from_db()
        assert session.state == "arrived"
        with pytest.raises(BadInput, match="what is taken"):
            take(here, session)


def test_no_money_is_taken_for_a_visit_that_is_gone_or_to_come() -> None:
    with world.practice() as here:
        gone, later = here.booked(here.client()), here.booked(here.client(), day=world.TODAY + timedelta(days=1))
        sessions.move(by=here.sam, session=gone, state="cancelled")
        for session, words in ((gone, "canceled"), (later, "still to come")):
            with pytest.raises(Conflict, match=words):
                take(here, session, "10")
        assert not Payment.objects.exists()


def test_one_key_takes_once_and_not_for_another_visit() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        first = take(here, session, "20", "5")
        assert take(here, session, "20", "5") == first
        for visit, balance in (("25", "0"), ("0", "25")):
            with pytest.raises(Conflict, match="another part"):
                take(here, session, visit, balance)
        with pytest.raises(Conflict, match="another amount"):
            take(here, session, "20", "6")
        assert (Payment.objects.count(), HeldForVisit.objects.count()) == (1, 1)


def test_the_database_refuses_to_use_more_than_is_held() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        payment = take(here, session, "20")
        held = HeldForVisit.objects.get()
        for amount in ("20.01", "-0.01"):
            with pytest.raises(IntegrityError), transaction.atomic():
                HeldUse.objects.create(held=held, posting=payment.posting, amount=D(amount))
                with transaction.get_connection().cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_eight_take_money_while_the_note_is_charged() -> None:
    """Whoever is first: the copay is paid once, and no cent is applied twice."""
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.olivia):
            case = here.client(payer=here.aetna, copay="30.00")
            session = here.booked(case)
            here.sign(session, ("97530", 45))

        def press(n: int) -> Any:
            if n == 4:
                here.answer_bells()
                return "charged"
            return take(here, session, "10", key=f"form {n}").pk

        answers = at_once(here, 8, press)
        assert len(set(answers)) == 8, answers
        here.answer_bells()
        with tenant(here.practice, here.bob):
            assert standing(case) == (D("0.00"), D("40.00"), D("0.00"))
            assert sum(HeldUse.objects.values_list("amount", flat=True)) == D("30.00")
            assert books.wrong() == []


# --- what is proposed --------------------------------------------------------------------------------


def proposed(session: Session) -> Any:
    return proposal(Session.objects.select_related("client__guarantor", "case").get(pk=session.pk))


def test_the_copay_is_proposed_and_the_balance_apart() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        here.signed(case, ("97530", 45), day=world.TODAY - timedelta(days=7))
        here.answer_bells()
        session = here.booked(case)
        found = proposed(session)
        assert (found.today, found.why, found.estimated) == (D("30.00"), ("Copay of the plan",), False)
        assert (found.balance, found.why_balance) == (D("30.00"), "$30.00 is owed from before")
        take(here, session, "30")
        found = proposed(session)
        assert (found.today, found.why[-1]) == (D("0.00"), "$30.00 was taken for it already")


def test_the_open_deductible_is_estimated_at_the_contract_rate() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        set_rate(by=here.bob, payer=here.aetna, code="97530", rate=D("42.00"), starts_on=world.TODAY)
        here.signed(case, ("97530", 45), day=world.TODAY - timedelta(days=7))
        here.answer_bells()
        clients.record_benefit(
            by=here.bob, coverage=case.client.coverages.get(), disciplines=["OT"], starts_on=world.TODAY,
            verified_how="phone", deductible=D(500), deductible_met=D("420"), coinsurance=D(20),
        )  # fmt: skip
        found = proposed(here.booked(case))
        assert (found.today, found.estimated) == (D("89.20"), True)  # 80 and 20 % of 46
        assert found.why == (
            "Deductible open: estimate at the contract rate: 97530 ×3 at $42.00; $80.00 is open, then 20 %",
        )


def test_what_was_met_last_year_is_met_no_more_and_what_answers_took_counts() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        set_rate(by=here.bob, payer=here.aetna, code="97530", rate=D("42.00"), starts_on=world.TODAY)
        clients.record_benefit(
            by=here.bob, coverage=story.case.client.coverages.get(), disciplines=["OT"],
            starts_on=world.TODAY - timedelta(days=400), verified_how="phone", deductible=D(100), deductible_met=D(100),
            family_deductible=D(90), verified_at=clock.now() - timedelta(days=300),
        )  # fmt: skip
        again = here.booked(story.case, day=world.TODAY + timedelta(days=1))
        assert proposed(again).today == D("90.00")
        story.answer(
            remittance(story.claimed(story.line("62.40", "CO*45*72", "PR*1*48**2*15.60"), "62.40"), paid="62.40")
        )
        found = proposed(again)
        assert (found.today, found.balance) == (D("42.00"), D("63.60"))


def test_who_pays_herself_is_asked_the_usual_fee_and_a_settled_visit_what_is_left() -> None:
    with world.practice() as here:
        case = here.client()
        here.signed(case, ("97110", 30), day=world.TODAY - timedelta(days=7))
        here.answer_bells()
        session = here.booked(case)
        found = proposed(session)
        assert (found.today, found.why) == (D("116.00"), ("Pays herself; the usual fee: 97110 ×2 at $58.00",))
        here.sign(session, ("97110", 15))
        here.answer_bells()
        found = proposed(session)
        assert (found.today, found.balance, found.why) == (D("58.00"), D("116.00"), ("The plan has answered",))
        take(here, session, "58")
        assert proposed(session).why == ("This visit is settled",)


def test_without_an_earlier_visit_the_plan_of_care_is_estimated() -> None:
    with world.practice() as here:
        found = proposed(here.booked(here.client()))
        assert found.why == ("Pays herself; no usual fee of 97140 is set",) or found.today > 0


def test_credit_lowers_the_balance_that_is_asked() -> None:
    with world.practice() as here:
        case = here.client()
        take_payment(
            by=here.sam, contact=case.client.guarantor, amount=D(20), method="cash", received_on=world.TODAY, key="x"
        )
        here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=7))
        here.answer_bells()
        found = proposed(here.booked(case))
        assert (found.balance, found.why_balance) == (D("38.00"), "$58.00 is owed from before, less $20.00 of credit")


def test_a_copay_of_the_day_is_asked_once_over_two_disciplines() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        coverage = case.client.coverages.get()
        second = clients.open_case(
            by=here.olivia, client=case.client, discipline="PT", complaint="Gait", opened_on=world.TODAY,
            diagnoses=["R27.8"],
        )  # fmt: skip
        session = here.booked(case)
        here.booked(second, clinician=here.pt)
        for per, asked in (("visit", "50.00"), ("day", "25.00")):
            clients.record_benefit(
                by=here.bob, coverage=coverage, disciplines=["OT", "PT"], starts_on=world.TODAY, verified_how="phone",
                copay=D(25), copay_per=per,
            )  # fmt: skip
            assert proposed(session).today == D(asked)


def test_nothing_is_proposed_for_who_may_not_be_asked_or_has_a_second_plan() -> None:
    with world.practice() as here:
        hurt = here.client(payer=here.aetna, copay="30.00")
        here.cover(hurt.client, here.medicare, rank=2)
        assert proposed(here.booked(hurt)).why == ("Another plan decides after the first one",)
        for kind, cause, words in (
            ("workers_comp", "work", "This client may not be asked for money"),
            ("medicaid", "illness", "The plan has no copay, and no more may be asked"),
        ):
            here.aetna.plan_type = kind
            here.aetna.save(update_fields=["plan_type"])
            case = here.client(payer=here.aetna)
            case.cause = cause
            case.save(update_fields=["cause"])
            found = proposed(here.booked(case))
            assert (found.today, found.why) == (D("0.00"), (words,))


def test_what_the_client_paid_goes_on_the_claim_where_the_payer_asks() -> None:
    with world.practice() as here:
        for asks, told in ((False, 0), (True, 1)):
            here.aetna.wants_client_paid = asks
            here.aetna.save(update_fields=["wants_client_paid"])
            case = here.client(payer=here.aetna, copay="30.00")
            session = here.booked(case)
            take(here, session, "50", key=f"for {asks}")
            here.sign(session, ("97530", 45))
            here.answer_bells()
            text = sent(here, Claim.objects.latest("pk"))
            assert text.count("AMT*F5*50~") == told
            assert ("~AMT*F5*50~REF*" in text or "~AMT*F5*50~HI*" in text) == bool(told)


def sent(here: world.World, claim: Claim) -> str:
    """The 837P of a claim."""
    if not TradingPartner.objects.exists():
        here.partner()
    claiming.submit(by=here.bob, claims=[claim.pk], undo=0)
    claim.refresh_from_db()
    assert claim.interchange
    return write(submission_of(claim.interchange))
