"""999 and 277CA: what they move, what they cannot undo, and what proves that a file arrived."""

import uuid

import pytest
from django.db.models.functions import Now

from claims import actions
from claims.clearinghouse.sandbox import Connection, Outcome
from claims.models import Acknowledgement, Claim, Decision, Delivery, FileState, Interchange, Transport
from practice import work
from practice.findings import Conflict
from practice.models import Job, JobState
from tests import world

pytestmark = pytest.mark.django_db


def sent(here: world.World, transport: str = Transport.SANDBOX) -> tuple[object, Claim]:
    partner = here.partner(transport)
    here.signed(here.client(payer=here.medicare), ("97110", 30))
    here.answer_bells()
    claim = Claim.objects.get()
    actions.submit(by=here.bob, claims=[claim.pk], undo=0)
    return partner, claim


def test_both_answers_move_the_claim() -> None:
    with world.practice() as here:
        partner, claim = sent(here)
        here.exchange(partner)
        claim.refresh_from_db()
        assert [e.what for e in claim.events.all()] == ["made", "queued", "sent", "received", "accepted", "paid"]
        kinds = Acknowledgement.objects.values_list("kind", "accepted", "rejected")
        assert set(kinds) == {("999", 1, 0), ("277CA", 1, 0)}
        assert claim.payer_claim_number


def test_a_claim_turned_away_becomes_work_and_is_made_again() -> None:
    with world.practice() as here:
        partner, claim = sent(here)
        _plant(here, partner, claim, Outcome(reject="A7:33:IL"))
        here.exchange(partner)
        claim.refresh_from_db()
        assert (claim.delivery, claim.decision) == (Delivery.REJECTED, Decision.NONE)
        assert claim.events.get(what="rejected").detail.startswith("A7:33")
        again = actions.make_again(by=here.bob, claim=claim)
        assert (again.frequency, again.replaces, again.delivery) == ("1", claim, Delivery.MADE)
        with pytest.raises(Conflict, match="only once"):
            actions.make_again(by=here.bob, claim=claim)
        actions.submit(by=here.bob, claims=[again.pk], undo=0)
        here.exchange(partner)
        again.refresh_from_db()
        assert again.decision == Decision.PAID


def _plant(here: world.World, partner: object, claim: Claim, outcome: Outcome) -> None:
    from claims.tasks import place

    with Connection(place(here.practice.pk, partner.pk)) as payer:  # type: ignore[attr-defined]
        payer.plant(control=claim.control, outcome=outcome)


def test_a_late_answer_undoes_nothing() -> None:
    with world.practice() as here:
        partner, claim = sent(here)
        here.exchange(partner)
        claim.refresh_from_db()
        events = claim.events.count()
        for answer in Interchange.objects.filter(direction="in").order_by("id"):
            body = bytes(answer.body or b"").replace(b"*0600*", b"*0700*")
            actions.store_inbound(partner=partner, name="late", body=body)
        here.answer_bells()
        claim.refresh_from_db()
        assert (claim.decision, claim.delivery, claim.events.count()) == (Decision.PAID, Delivery.ACCEPTED, events)


def test_an_answer_to_a_file_we_never_sent_is_set_aside() -> None:
    with world.practice() as here:
        partner, claim = sent(here)
        here.exchange(partner)
        ack = next(i for i in Interchange.objects.filter(direction="in") if b"ST*999" in bytes(i.body or b""))
        forged = bytes(ack.body or b"").replace(b"AK1*HC*1", b"AK1*HC*7")
        actions.store_inbound(partner=partner, name="forged", body=forged)
        here.answer_bells()
        aside = Interchange.objects.get(file_name="forged")
        assert aside.state == FileState.QUARANTINED and "never sent" in aside.trouble


def doubtful(here: world.World) -> tuple[object, Claim, Interchange]:
    """A file whose worker died between the mark and the answer."""
    partner, claim = sent(here, Transport.FOLDER)
    job = Job.objects.get(kind="claims.deliver.folder")
    interchange = actions.write_interchange(Interchange.objects.get(direction="out"))
    Job.objects.filter(pk=job.pk).update(state=JobState.COMMITTING, lease=uuid.uuid4(), leased_until=Now())
    work.drain(among=Job.objects.filter(pk=job.pk))
    job.refresh_from_db()
    assert job.state == JobState.UNKNOWN
    return partner, claim, interchange


def test_a_doubtful_file_is_settled_by_its_acknowledgement() -> None:
    with world.practice() as here:
        partner, claim, interchange = doubtful(here)
        from claims.clearinghouse import folder
        from claims.tasks import place

        folder.hand_over(
            place(here.practice.pk, partner.pk), interchange.file_name, bytes(interchange.body or b""), lambda: None
        )  # type: ignore[attr-defined]
        here.exchange(partner)
        claim.refresh_from_db()
        interchange.refresh_from_db()
        assert (interchange.state, claim.decision) == (FileState.SENT, Decision.PAID)
        assert Job.objects.get(kind="claims.deliver.folder").state == JobState.DONE


def test_a_person_says_that_a_doubtful_file_arrived() -> None:
    with world.practice() as here:
        _, claim, interchange = doubtful(here)
        actions.confirm_delivery(by=here.bob, interchange=interchange)
        claim.refresh_from_db()
        assert claim.delivery == Delivery.SENT
        with pytest.raises(Conflict, match="no longer in doubt"):
            actions.confirm_delivery(by=here.bob, interchange=interchange)


def test_a_person_says_that_it_never_arrived() -> None:
    with world.practice() as here:
        partner, claim, interchange = doubtful(here)
        actions.deny_delivery(by=here.bob, interchange=interchange)
        here.exchange(partner)
        claim.refresh_from_db()
        assert claim.decision == Decision.PAID
        with pytest.raises(Conflict, match="no longer in doubt"):
            actions.deny_delivery(by=here.bob, interchange=interchange)
