"""Write-offs in the ledger: asked for, approved by another person, once; taken back; and never more than is owed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing import actions as billing
from billing import books, ledger
from billing.ledger import Party
from billing.models import Charge, Entry, HardshipRecord, OpenItem, Posting, WriteOff, WriteOffDecision, WriteOffLimit
from billing.write_offs import actions, standing
from claims import actions as claims
from claims.models import Claim, TradingPartner
from practice import clock, work
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Job, Membership, Role
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing import debts
from tests.billing.families import at_once
from tests.claims.remittances import clp, remittance, svc

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice
        assert books.wrong() == []


def verbs() -> list[str]:
    rows = AuditEvent.objects.filter(verb__contains="write").order_by("id")
    return [row.verb for row in rows if "write-off" in row.verb or row.verb == "write off"]


def refused(said: Any, act: Any) -> dict[str, str]:
    """The sentences of a refusal, which changed nothing."""
    before = (
        Posting.objects.count(),
        WriteOff.objects.count(),
        WriteOffDecision.objects.count(),
        AuditEvent.objects.count(),
    )
    with pytest.raises(said) as caught:
        act()
    after = (
        Posting.objects.count(),
        WriteOff.objects.count(),
        WriteOffDecision.objects.count(),
        AuditEvent.objects.count(),
    )
    assert before == after
    return getattr(caught.value, "errors", {"": str(caught.value)})


# --- by hand ---------------------------------------------------------------------------------


def test_within_her_limit_it_is_posted_at_once(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "50.00")
    assert debts.owed(charge) == {"person": D("8.00")}
    decision = row.decision
    assert decision and (decision.approved, decision.by, row.waits) == (True, here.bob, False)
    entries = {(e.account, e.reason): e.amount for e in Entry.objects.filter(posting=decision.posting_id)}
    assert entries == {("adjustment", "bad debt"): D("50.00"), ("receivable", "adjusted"): D("-50.00")}
    assert decision.posting and decision.posting.memo == "No answer to three letters"
    assert verbs() == ["write off"]
    assert AuditEvent.objects.get(verb="write off").client_id == charge.client_id


def test_above_it_all_is_owed_until_another_person_approves(here: world.World) -> None:
    charge = debts.self_paid(here)
    row, postings = debts.given_up(here, charge, "50.01"), Posting.objects.count()
    assert row.waits and row.decision is None and debts.owed(charge) == {"person": D("58.00")}
    told = refused(Conflict, lambda: actions.decide(by=here.bob, write_off=row, approved=True))
    assert told == {"": "You asked for it yourself; another person decides."}
    refused(Conflict, lambda: actions.decide(by=here.bob, write_off=row, approved=False))
    assert Posting.objects.count() == postings
    decision = actions.decide(by=here.olivia, write_off=row, approved=True, remark=" go on ")
    assert debts.owed(charge) == {"person": D("7.99")} and decision.remark == "go on"
    assert decision.posting and decision.posting.by == here.olivia
    assert verbs() == ["ask for write-off", "approve write-off"]


def test_rejected_it_stays_owed_and_may_be_asked_for_again(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "58.00")
    actions.decide(by=here.olivia, write_off=row, approved=False, remark="Call her first")
    assert debts.owed(charge) == {"person": D("58.00")} and verbs()[-1] == "reject write-off"
    told = refused(Conflict, lambda: actions.decide(by=here.olivia, write_off=row, approved=True))
    assert told == {"": "Olivia Owner rejected it meanwhile."}
    assert debts.given_up(here, charge, "58.00", key="again").waits


def test_deciding_the_same_twice_posts_once(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "58.00")
    first, second = (actions.decide(by=here.olivia, write_off=row, approved=True) for _ in range(2))
    assert first == second and Posting.objects.filter(kind="adjustment").count() == 1
    told = refused(Conflict, lambda: actions.decide(by=here.olivia, write_off=row, approved=False))
    assert told == {"": "Olivia Owner approved it meanwhile."}


def test_a_payment_meanwhile_is_never_over_applied(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "58.00")
    billing.take_payment(
        by=here.sam, contact=charge.client.guarantor, amount=D("8.00"), method="cash", received_on=world.TODAY, key="p"
    )
    told = refused(Conflict, lambda: actions.decide(by=here.olivia, write_off=row, approved=True))
    assert told[""].startswith("$50.00 is owed now, less than the $58.00 asked for.")
    assert debts.owed(charge) == {"person": D("50.00")} and row.decision is None
    actions.decide(by=here.olivia, write_off=row, approved=False)


def test_no_more_is_asked_for_than_does_not_wait_already(here: world.World) -> None:
    charge = debts.self_paid(here)
    debts.given_up(here, charge, "55.00")
    told = refused(BadInput, lambda: debts.given_up(here, charge, "4.00", key="more"))
    assert told == {"amount": "$55.00 of it waits for approval already; that leaves $3.00"}
    assert debts.given_up(here, charge, "3.00", key="less").decision


def test_a_limit_is_not_passed_in_pieces(here: world.World) -> None:
    charge, other = debts.self_paid(here, 30), debts.self_paid(here)
    first = debts.given_up(here, charge, "30.00", key="one")
    assert debts.given_up(here, charge, "20.01", key="two").waits
    assert not debts.given_up(here, other, "30.00", key="three").waits
    actions.take_back(by=here.bob, write_off=first, reason="a slip")
    assert not debts.given_up(here, charge, "50.00", key="four").waits


def test_a_key_asks_once_and_not_for_something_else(here: world.World) -> None:
    charge = debts.self_paid(here)
    assert debts.given_up(here, charge, "10.00") == debts.given_up(here, charge, "10.00")
    assert debts.owed(charge) == {"person": D("48.00")}
    told = refused(Conflict, lambda: debts.given_up(here, charge, "11.00"))
    assert told[""].startswith("This form wrote something off before")


def test_a_reason_is_given(here: world.World) -> None:
    charge = debts.self_paid(here)
    for reason in (" ", "x" * 201):
        told = refused(BadInput, lambda: debts.given_up(here, charge, "1.00", reason=reason))  # noqa: B023
        assert set(told) == {"reason"}


def test_who_owes_nothing_is_forgiven_nothing(here: world.World) -> None:
    charge, stranger = debts.self_paid(here), here.client(first="Ann").client
    told = refused(BadInput, lambda: debts.given_up(here, charge, "1.00", party=Party.contact(stranger.guarantor_id)))
    assert told == {"amount": "Only $0.00 is owed; write off that or less"}


def test_a_payers_share_goes_as_timely_filing(here: world.World) -> None:
    charge = debts.insured(here, copay="30.00")
    told = refused(BadInput, lambda: debts.given_up(here, charge, "168.00", party=debts.payer(charge)))
    assert told["kind"].startswith("Bad debt does not fit what a payer owes")
    row = debts.given_up(here, charge, "168.00", "timely filing", by=here.olivia, party=debts.payer(charge))
    assert not row.waits and debts.owed(charge) == {"person": D("30.00")}
    assert standing.totals(world.TODAY, world.TODAY) == {"timely filing": D("168.00")}


# --- hardship --------------------------------------------------------------------------------


def hardship(here: world.World, client: Any, **said: Any) -> HardshipRecord:
    given = {
        "household_size": 3, "income": D("21000.00"), "proof": "Pay stubs of May", "starts_on": world.TODAY,
        "ends_on": world.TODAY + timedelta(days=180),
    }  # fmt: skip
    return actions.record_hardship(by=here.bob, client=client, **given | said)


@pytest.mark.parametrize("kind", ["courtesy", "hardship"])
def test_an_insured_copay_is_not_waived_without_hardship(here: world.World, kind: str) -> None:
    charge = debts.insured(here, copay="30.00")
    told = refused(BadInput, lambda: debts.given_up(here, charge, "30.00", kind))
    assert "false claim" in told["kind"] and told["kind"].endswith("Record the client's hardship first")
    assert debts.owed(charge) == {"person": D("30.00"), "payer": D("168.00")}
    hardship(here, charge.client)
    debts.given_up(here, charge, "30.00", kind)
    assert debts.owed(charge) == {"payer": D("168.00")}


def test_a_record_that_ended_waives_nothing(here: world.World) -> None:
    charge = debts.insured(here, copay="30.00")
    hardship(here, charge.client, starts_on=world.TODAY - timedelta(days=9), ends_on=world.TODAY - timedelta(days=1))
    refused(BadInput, lambda: debts.given_up(here, charge, "30.00", "hardship"))


def test_a_household_is_that_of_who_owes(here: world.World) -> None:
    """A sister's record counts where the same parent owes for both; a stranger's does not."""
    charge = debts.insured(here, copay="30.00")
    stranger, sister = here.client(first="Ann").client, here.client(first="Ida").client
    hardship(here, stranger)
    refused(BadInput, lambda: debts.given_up(here, charge, "30.00", "hardship"))
    sister.guarantor = charge.client.guarantor
    sister.save(update_fields=["guarantor"])
    hardship(here, sister)
    assert debts.given_up(here, charge, "30.00", "hardship").decision


def test_who_pays_herself_may_be_shown_courtesy(here: world.World) -> None:
    charge = debts.self_paid(here)
    debts.given_up(here, charge, "10.00", "courtesy")
    assert debts.owed(charge) == {"person": D("48.00")}


def test_a_record_says_who_how_much_and_how_long(here: world.World) -> None:
    client, today = here.client().client, world.TODAY
    for said in (
        {"household_size": 0}, {"household_size": 31}, {"income": D("-1.00")}, {"income": D("10000000.00")},
        {"proof": " "}, {"proof": "x" * 201}, {"ends_on": today - timedelta(days=1)},
        {"ends_on": today + timedelta(days=367)},
    ):  # fmt: skip
        assert set(refused(BadInput, lambda: hardship(here, client, **said))) == set(said)  # noqa: B023
    assert not HardshipRecord.objects.exists()


# --- limits ----------------------------------------------------------------------------------


def test_an_owner_sets_limits_of_others(here: world.World) -> None:
    charge = debts.self_paid(here)
    actions.set_limit(by=here.olivia, member=here.bob, amount=D("5.00"))
    assert debts.given_up(here, charge, "5.01", key="one").waits
    actions.set_limit(by=here.olivia, member=here.bob, amount=D("20.00"))
    assert not debts.given_up(here, charge, "20.00", key="two").waits
    refused(Conflict, lambda: actions.set_limit(by=here.olivia, member=here.olivia, amount=D("1.00")))
    assert set(refused(BadInput, lambda: actions.set_limit(by=here.olivia, member=here.sam, amount=D(1)))) == {"member"}
    for amount in ("-0.01", "100000.01"):
        told = refused(BadInput, lambda: actions.set_limit(by=here.olivia, member=here.bob, amount=D(amount)))  # noqa: B023
        assert set(told) == {"amount"}
    assert WriteOffLimit.objects.count() == 2


def test_an_owner_above_her_limit_waits_for_another_owner(here: world.World) -> None:
    here.bob.roles = [Role.OWNER]
    here.bob.save(update_fields=["roles"])
    charge = debts.self_paid(here)
    actions.set_limit(by=here.olivia, member=here.bob, amount=D("10.00"))
    bob = Membership.objects.get(pk=here.bob.pk)
    row = debts.given_up(here, charge, "58.00", by=bob)
    assert row.waits
    refused(Conflict, lambda: actions.decide(by=bob, write_off=row, approved=True))
    assert actions.decide(by=here.olivia, write_off=row, approved=True).posting_id


# --- taking back -----------------------------------------------------------------------------


def test_it_is_taken_back_once(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "50.00")
    assert set(refused(BadInput, lambda: actions.take_back(by=here.bob, write_off=row, reason=" "))) == {"reason"}
    actions.take_back(by=here.bob, write_off=row, reason="She paid by mail")
    assert debts.owed(charge) == {"person": D("58.00")} and standing.totals(world.TODAY, world.TODAY) == {}
    told = refused(Conflict, lambda: actions.take_back(by=here.bob, write_off=row, reason="again"))
    assert told == {"": "It was taken back already."}
    assert verbs() == ["write off", "take back write-off"]


def test_what_was_not_posted_is_not_taken_back(here: world.World) -> None:
    charge = debts.self_paid(here)
    waiting, rejected = debts.given_up(here, charge, "51.00", key="a"), debts.given_up(here, charge, "7.00", key="b")
    actions.take_back(by=here.bob, write_off=rejected, reason="a slip")
    actions.decide(by=here.olivia, write_off=waiting, approved=False)
    told = refused(Conflict, lambda: actions.take_back(by=here.bob, write_off=waiting, reason="a slip"))
    assert told[""].startswith("It was not posted")


def test_a_remark_is_bounded(here: world.World) -> None:
    row = debts.given_up(here, debts.self_paid(here), "58.00")
    act = lambda: actions.decide(by=here.olivia, write_off=row, approved=True, remark="x" * 201)  # noqa: E731
    assert set(refused(BadInput, act)) == {"remark"}


# --- a charge that goes away -----------------------------------------------------------------


def amend(here: world.World, charge: Charge, minutes: int) -> None:
    session = charge.client.cases.get().sessions.get()
    sessions.amend(by=here.alice, session=session, corrections=[Typed(charge.code, minutes)], reason="misread")
    here.answer_bells()


def owed_in_all() -> dict[str, D]:
    items = OpenItem.objects.exclude(balance=0)
    return {f"{item.account} {'person' if item.contact_id else 'payer'}": item.balance for item in items}


@pytest.mark.parametrize("amount", ["58.00", "20.00"])
def test_a_write_off_goes_with_its_charge(here: world.World, amount: str) -> None:
    """The person owes the corrected charge whole, and holds no credit that nobody gave her."""
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, amount, by=here.olivia)
    amend(here, charge, 30)
    assert owed_in_all() == {"receivable person": D("116.00")} and debts.owed(charge) == {}
    assert standing.totals(world.TODAY, world.TODAY) == {}
    told = refused(Conflict, lambda: actions.take_back(by=here.bob, write_off=row, reason="a slip"))
    assert told == {"": "It was taken back already."}


def test_what_was_taken_back_before_is_not_reversed_again(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "50.00")
    actions.take_back(by=here.bob, write_off=row, reason="a slip")
    debts.given_up(here, charge, "10.00", key="again")
    amend(here, charge, 0)
    assert owed_in_all() == {}


def test_a_payment_beside_it_becomes_credit_and_the_write_off_does_not(here: world.World) -> None:
    charge = debts.self_paid(here)
    billing.take_payment(
        by=here.sam, contact=charge.client.guarantor, amount=D("40.00"), method="cash", received_on=world.TODAY, key="p"
    )
    debts.given_up(here, charge, "18.00")
    assert owed_in_all() == {}
    amend(here, charge, 0)
    assert owed_in_all() == {"credit person": D("-40.00")}


def test_one_that_waits_on_a_charge_that_is_gone_is_not_approved(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "58.00")
    amend(here, charge, 30)
    told = refused(Conflict, lambda: actions.decide(by=here.olivia, write_off=row, approved=True))
    assert told[""].startswith("Nothing is owed now")
    actions.decide(by=here.olivia, write_off=row, approved=False)


def test_a_payers_write_off_goes_with_its_charge_too(here: world.World) -> None:
    charge = debts.insured(here, copay="30.00")
    debts.given_up(here, charge, "168.00", "timely filing", by=here.olivia, party=debts.payer(charge))
    amend(here, charge, 0)
    assert owed_in_all() == {}


# --- a payer that answers anew ---------------------------------------------------------------


def answer(
    here: world.World, paid: str, *, status: str = "1", trace: str = "T2", control: int = 2, **shares: str
) -> None:
    """Another word of the payer on the only claim; `shares` are like PR2="63.60"."""
    claim = Claim.objects.get()
    line = claim.lines.get()
    cas = [f"{name[:2]}*{name[2:]}*{amount}" for name, amount in shares.items()]
    charged = "-198" if status == "22" else "198"
    loop = clp(claim.control, svc("97530", charged, paid, *cas, control=line.control, units=3), charge=charged, paid=paid, status=status)  # fmt: skip
    body = remittance(loop, paid="0", trace=trace, control=control, plb=f"PLB*1770000010*20261231*WO:X*{paid}~")
    claims.store_inbound(partner=TradingPartner.objects.get(), name=f"{trace}.835", body=body)
    here.answer_bells()


def test_what_a_payer_takes_back_is_no_credit_where_it_was_given_up(here: world.World) -> None:
    """Written off 20.00 and paid 43.60; the payer takes all of it back: she holds what she paid and no more."""
    charge = debts.share(here)
    row = debts.given_up(here, charge, "20.00")
    billing.take_payment(
        by=here.sam, contact=charge.client.guarantor, amount=D("43.60"), method="cash", received_on=world.TODAY, key="p"
    )
    assert debts.owed(charge) == {}
    answer(here, "-62.40", status="22", CO45="-72", PR2="-63.60")
    assert owed_in_all() == {"receivable payer": D("198.00"), "credit person": D("-43.60")}
    told = refused(Conflict, lambda: actions.take_back(by=here.bob, write_off=row, reason="a slip"))
    assert told == {"": "It was taken back already."}


def test_only_as_much_comes_back_as_was_too_much(here: world.World) -> None:
    """Of two write-offs of 63.60 the newer goes when 43.60 turn out to be the payer's; the older stands."""
    charge = debts.share(here)
    debts.given_up(here, charge, "10.00", key="older")
    debts.given_up(here, charge, "20.00", key="newer")
    back = ledger.transfer(
        key="back", on=world.TODAY, charge=charge.pk, reason="coinsurance",
        source=debts.person(charge), targets=[(debts.payer(charge), D("43.60"))],
    )  # fmt: skip
    billing.post([back], by=None)
    assert billing.release_overpaid(charges=[charge.pk], key="t", on=world.TODAY) == {}
    assert owed_in_all() == {"receivable person": D("10.00"), "receivable payer": D("43.60")}
    assert standing.totals(world.TODAY, world.TODAY) == {"bad debt": D("10.00"), "contractual": D("72.00")}


def test_a_payer_that_pays_after_all_pays_what_was_given_up(here: world.World) -> None:
    partner, charge = here.partner(), debts.insured(here)
    claims.submit(by=here.bob, claims=[Claim.objects.get().pk], undo=0)
    work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
    debts.given_up(here, charge, "198.00", "timely filing", by=here.olivia, party=debts.payer(charge))
    assert partner and debts.owed(charge) == {}
    answer(here, "126", CO45="72")
    assert owed_in_all() == {} and standing.totals(world.TODAY, world.TODAY) == {"contractual": D("72.00")}


# --- the database ----------------------------------------------------------------------------


def test_the_database_refuses_who_asked(here: world.World) -> None:
    row = debts.given_up(here, debts.self_paid(here), "58.00")
    with pytest.raises(DatabaseError, match="waits for another person"), transaction.atomic():
        WriteOffDecision.objects.create(write_off=row, approved=False, by=here.bob)
    assert not WriteOffDecision.objects.exists()


def test_the_database_refuses_a_posting_of_something_else(here: world.World) -> None:
    charge = debts.self_paid(here)
    row, posting = debts.given_up(here, charge, "58.00"), Posting.objects.get(kind="charge")
    with pytest.raises(DatabaseError, match="was posted as"), transaction.atomic():
        WriteOffDecision.objects.create(write_off=row, approved=True, posting=posting, by=here.olivia)
    with pytest.raises(DatabaseError, match="write_off_posted_if_approved"), transaction.atomic():
        WriteOffDecision.objects.create(write_off=row, approved=True, by=here.olivia)


def test_the_database_refuses_what_is_no_write_off(here: world.World) -> None:
    charge = debts.self_paid(here)
    debts.given_up(here, charge, "1.00")
    row = {
        "charge": charge, "contact_id": charge.client.guarantor_id, "kind": "bad debt", "amount": D(1), "reason": "x",
        "waits": False, "key": "other", "by": here.bob,
    }  # fmt: skip
    for said, constraint in (
        ({"kind": "kindness"}, "write_off_kind_known"), ({"kind": "small balance"}, "write_off_small_by_run"),
        ({"amount": D(0)}, "write_off_positive"), ({"reason": ""}, "write_off_has_reason"),
        ({"contact_id": None}, "write_off_names_debtor"), ({"key": "k"}, "one_write_off_key"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
            WriteOff.objects.create(**row | said)


# --- at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_approving_at_once_post_once() -> None:
    with clock.at(world.NOON):
        there = world.found()
        with tenant(there.practice, there.olivia):
            charge = debts.self_paid(there)
            row = debts.given_up(there, charge, "58.00", by=there.bob)
            approvers = [there.olivia, there.sam, there.alice, there.carol]

        def approve(n: int) -> Any:
            return actions.decide(by=approvers[n], write_off=WriteOff.objects.get(pk=row.pk), approved=True).pk

        answers = at_once(there, 4, approve)
        with tenant(there.practice, there.bob):
            assert len(set(answers)) == 1 and answers == [WriteOffDecision.objects.get().pk] * 4
            assert debts.owed(charge) == {} and Posting.objects.filter(kind="adjustment").count() == 1
            assert books.wrong() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_form_pressed_by_many_asks_once() -> None:
    with clock.at(world.NOON):
        there = world.found()
        with tenant(there.practice, there.olivia):
            charge = debts.self_paid(there)
        answers = at_once(there, 4, lambda n: debts.given_up(there, charge, "10.00").pk)
        with tenant(there.practice, there.bob):
            assert answers == [WriteOff.objects.get().pk] * 4 and debts.owed(charge) == {"person": D("48.00")}
