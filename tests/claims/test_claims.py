"""Claims from charges to the file: made, remade, checked, submitted once, taken back, stopped."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction

from billing import actions as billing
from billing.models import Charge
from claims import actions
from claims.models import Claim, ClaimEvent, ClaimLine, Decision, Delivery, FileState, Interchange
from claims.outgoing import submission_of
from claims.x12 import second_opinion
from clients import actions as clients
from practice import work
from practice.findings import Conflict
from practice.models import Job, JobState
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

pytestmark = pytest.mark.django_db


def test_a_day_is_one_claim_with_a_line_for_each_charge() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 23))
        here.signed(case, ("97140", 23))
        here.answer_bells()
        claim = Claim.objects.get()
        assert (claim.number, claim.total, claim.frequency) == (10001, D("176.00"), "1")
        assert list(claim.lines.values_list("position", "code", "control")) == [
            (1, "97110", f"{claim.control}L1"),
            (2, "97140", f"{claim.control}L2"),
        ]


def test_a_self_paying_client_makes_no_claim() -> None:
    with world.practice() as here:
        here.signed(here.client(), ("97110", 30))
        here.answer_bells()
        assert Charge.objects.count() == 1 and not Claim.objects.exists()


def test_an_assistants_work_goes_under_her_supervisor_with_the_modifier() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 30), clinician=here.assistant)
        here.signed(case, ("97140", 15))
        here.answer_bells()
        claim = Claim.objects.get()
        assert claim.clinician == here.ot
        lines = {line.code: line.modifiers for line in claim.lines.all()}
        assert lines == {"97110": ["GO", "CO"], "97140": ["GO"]}


def test_a_code_that_is_no_therapy_carries_no_discipline() -> None:
    with world.practice() as here:
        billing.set_fee(by=here.olivia, code="96127", fee=D("12.00"), starts_on=world.TODAY)
        here.signed(here.client(payer=here.medicare), ("97110", 30), ("96127", 5))
        here.answer_bells()
        lines = {line.code: line.modifiers for line in Claim.objects.get().lines.all()}
        assert lines == {"97110": ["GO"], "96127": []}


def test_a_changed_day_remakes_a_claim_that_was_not_sent() -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.medicare), ("97110", 45))
        here.answer_bells()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
        here.answer_bells()
        old, new = Claim.objects.order_by("number")
        assert (old.delivery, new.delivery) == (Delivery.WITHDRAWN, Delivery.MADE)
        assert (new.total, new.frequency, new.replaces) == (D("116.00"), "1", None)
        assert not ClaimLine.objects.filter(claim=old, live=True).exists()


def test_a_line_taken_back_whole_withdraws_its_claim() -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.medicare), ("97110", 45))
        here.answer_bells()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 0)], reason="other client")
        here.answer_bells()
        assert Claim.objects.get().delivery == Delivery.WITHDRAWN


def test_a_changed_day_after_sending_corrects_and_waits_for_the_payers_number() -> None:
    with world.practice() as here:
        partner = here.partner()
        session = here.signed(here.client(payer=here.aetna), ("97530", 45))
        here.answer_bells()
        sent = Claim.objects.get()
        actions.submit(by=here.bob, claims=[sent.pk], undo=0)
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 30)], reason="misread")
        here.answer_bells()
        correction = Claim.objects.get(replaces=sent)
        assert (correction.frequency, correction.worst) == ("7", "cannot_go")
        here.exchange(partner)
        actions.check_waiting()
        correction.refresh_from_db()
        sent.refresh_from_db()
        assert sent.payer_claim_number and correction.worst == ""
        assert ClaimEvent.objects.filter(claim=sent, what="outdated").exists()


def test_a_queued_claim_is_corrected_only_once_it_left_or_came_back() -> None:
    with world.practice() as here:
        here.partner()
        session = here.signed(here.client(payer=here.medicare), ("97110", 45))
        here.answer_bells()
        interchange = actions.submit(by=here.bob, claims=[Claim.objects.get().pk])
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
        here.answer_bells()
        assert Claim.objects.count() == 1
        actions.take_back(by=here.bob, interchange=interchange)
        here.answer_bells()
        assert Claim.objects.get(delivery=Delivery.MADE).total == D("116.00")


def test_a_fix_makes_the_claim_clean() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare, member_id="1EG4TE5MK7")
        here.signed(case, ("97110", 30))
        here.answer_bells()
        claim = Claim.objects.get()
        assert [f["rule"] for f in claim.findings] == ["member_id"]
        coverage = case.client.coverages.get()
        clients.correct_member_id(by=here.bob, coverage=coverage, member_id="1EG4TE5MK73")
        here.answer_bells()
        claim.refresh_from_db()
        assert (claim.findings, claim.worst) == ([], "")


def test_an_authorization_entered_late_is_found() -> None:
    with world.practice() as here:
        here.aetna.needs_authorization = True
        here.aetna.save(update_fields=["needs_authorization"])
        case = here.client(payer=here.aetna)
        here.signed(case, ("97530", 30))
        here.answer_bells()
        assert Claim.objects.get().worst == "will_fail"
        clients.add_authorization(
            by=here.bob, case=case, coverage=case.client.coverages.get(), number="A9", allowed=1,
            starts_on=world.TODAY, ends_on=world.TODAY,
        )  # fmt: skip
        here.answer_bells()
        claim = Claim.objects.get()
        assert claim.worst == "" and claim.authorization is not None and claim.authorization.number == "A9"


def three_claims(here: world.World) -> list[int]:
    for name in ("Ana", "Ben", "Cid"):
        here.signed(here.client(payer=here.medicare, first=name), ("97110", 30))
    here.answer_bells()
    return list(Claim.objects.order_by("number").values_list("pk", flat=True))


def test_clean_claims_go_in_one_file_that_pyx12_finds_valid() -> None:
    with world.practice() as here:
        here.partner()
        interchange = actions.submit(by=here.bob, claims=three_claims(here), undo=0)
        assert set(Claim.objects.values_list("delivery", flat=True)) == {Delivery.QUEUED}
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
        interchange.refresh_from_db()
        body = bytes(interchange.body or b"")
        assert interchange.state == FileState.SENT and body.count(b"CLM*") == 3
        assert second_opinion.check_837p(body.decode()) == []
        assert set(Claim.objects.values_list("delivery", flat=True)) == {Delivery.SENT}


def test_the_second_press_is_told_and_sends_nothing() -> None:
    with world.practice() as here:
        here.partner()
        ids = three_claims(here)
        actions.submit(by=here.bob, claims=ids)
        with pytest.raises(Conflict, match="already submitted"):
            actions.submit(by=here.olivia, claims=ids)
        assert Interchange.objects.count() == 1


def test_what_must_be_mended_does_not_go() -> None:
    with world.practice() as here:
        here.partner()
        here.signed(here.client(payer=here.medicare, member_id="WRONG"), ("97110", 30))
        here.answer_bells()
        with pytest.raises(Conflict, match="mended first"):
            actions.submit(by=here.bob, claims=[Claim.objects.get().pk])
        with pytest.raises(Conflict, match="No claim was chosen"):
            actions.submit(by=here.bob, claims=[])
        assert not Interchange.objects.exists()


def test_a_batch_can_be_taken_back_until_it_leaves() -> None:
    with world.practice() as here:
        here.partner()
        interchange = actions.submit(by=here.bob, claims=three_claims(here))
        assert actions.take_back(by=here.bob, interchange=interchange) == 3
        assert set(Claim.objects.values_list("delivery", "interchange")) == {(Delivery.MADE, None)}
        again = actions.submit(by=here.bob, claims=list(Claim.objects.values_list("pk", flat=True)), undo=0)
        assert again.control_number != interchange.control_number
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
        with pytest.raises(Conflict, match="on their way"):
            actions.take_back(by=here.bob, interchange=again)


def test_held_claims_stay() -> None:
    with world.practice() as here:
        here.partner()
        first, *rest = three_claims(here)
        assert actions.hold(by=here.bob, claims=[first]) == 1
        interchange = actions.submit(by=here.bob, claims=[first, *rest])
        assert set(interchange.claims.values_list("pk", flat=True)) == set(rest)
        assert actions.hold(by=here.bob, claims=[first], held=False) == 1
        assert not Claim.objects.get(pk=first).held


def test_a_file_our_own_check_refuses_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with world.practice() as here:
        here.partner()
        interchange = actions.submit(by=here.bob, claims=three_claims(here), undo=0)
        monkeypatch.setattr(second_opinion, "check_837p", lambda text: ["2010AA NM1"])
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
        interchange.refresh_from_db()
        assert (interchange.state, interchange.trouble) == (FileState.FAILED, "2010AA NM1")
        assert set(Claim.objects.values_list("delivery", "held")) == {(Delivery.MADE, True)}
        assert Job.objects.get(kind__startswith="claims.deliver").state == JobState.FAILED


def test_a_charge_stands_on_one_live_claim() -> None:
    with world.practice() as here:
        line = ClaimLine.objects.get(claim=three_claims(here)[0])
        with pytest.raises(DatabaseError, match="charge_on_one_live_claim"), transaction.atomic():
            ClaimLine.objects.create(
                claim_id=line.claim_id,
                position=9,
                charge=line.charge,
                control="X",
                code="97110",
                units=1,
                amount=D("1.00"),
            )


def test_a_claim_travels_in_one_file() -> None:
    with world.practice() as here:
        three_claims(here)
        with pytest.raises(DatabaseError, match="claim_travels_in_one_file"), transaction.atomic():
            Claim.objects.update(delivery=Delivery.SENT)


def test_a_dependents_claim_names_subscriber_and_patient() -> None:
    with world.practice() as here:
        partner = here.partner()
        case = here.client()
        parent = clients.add_contact(
            by=here.olivia,
            first_name="Rita",
            last_name="Ray",
            street="9 Elm St",
            city="Aurora",
            state="IL",
            zip="605060001",
        )
        here.cover(
            case.client, here.aetna, relation="19", subscriber=parent, subscriber_sex="F",
            subscriber_birth_on=world.TODAY - timedelta(days=12_000),
        )  # fmt: skip
        here.signed(case, ("97530", 30))
        here.answer_bells()
        interchange = actions.submit(by=here.bob, claims=[Claim.objects.get().pk], undo=0)
        out = submission_of(interchange).claims[0]
        assert (out.subscriber.last_name, out.relation) == ("Ray", "19")
        assert out.patient is not None and out.patient.last_name == "Nakamura"
        here.exchange(partner)
        assert Claim.objects.get().decision == Decision.PAID
