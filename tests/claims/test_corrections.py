"""What happens after the first answer: takebacks, whole refusals, odd files, and claims whose services are no more."""

from decimal import Decimal as D

import pytest
from django.db.models import Sum

from billing import books
from billing.models import Entry, OpenItem
from claims import actions, lists
from claims.clearinghouse import folder
from claims.clearinghouse.sandbox import Connection, Outcome
from claims.models import Claim, Decision, Delivery, FileState, Interchange, Remittance, RemittanceState
from claims.tasks import place
from practice import work
from practice.models import Job
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.claims.remittances import clp, remittance
from tests.claims.test_remittances import Story

pytestmark = pytest.mark.django_db

PAID = ("CO*45*72", "PR*2*30")
TAKEN_BACK = ("CO*45*-72", "PR*2*-30")


def share() -> D:
    """What people owe of charges, less what they hold as credit."""
    held = Entry.objects.filter(account="receivable", contact__isnull=False)
    return held.aggregate(sum=Sum("amount", default=D(0)))["sum"]


def taken_back(story: Story) -> str:
    return clp(
        story.claim.control, story.line("-96", *TAKEN_BACK, charge="-198"), charge="-198", paid="-96", status="22"
    )


def test_a_takeback_takes_the_clients_share_back_once() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        story.answer(remittance(story.claimed(story.line("96", *PAID), "96"), paid="96"))
        assert story.owed() == {"client": D("30.00")}
        story.answer(remittance(taken_back(story), paid="-96", trace="T2", control=2, sign="D"), "b.835")
        assert story.owed() == {"payer": D("198.00")} and share() == D("0.00")
        assert story.claim.events.filter(what="taken back").exists()
        assert books.wrong() == []


def test_a_takeback_and_its_correction_in_one_payment() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        story.answer(remittance(story.claimed(story.line("96", *PAID), "96"), paid="96"))
        better = story.claimed(story.line("116", "CO*45*72", "PR*2*10"), "116")
        story.answer(remittance(taken_back(story) + better, paid="20", trace="T2", control=2), "b.835")
        assert story.owed() == {"client": D("10.00")} and story.claim.decision == Decision.PAID
        assert books.wrong() == []


def test_what_she_paid_is_her_credit_after_a_takeback() -> None:
    from billing import actions as billing

    with world.practice() as here:
        story = Story(here, copay=None)
        story.answer(remittance(story.claimed(story.line("96", *PAID), "96"), paid="96"))
        contact = story.case.client.guarantor
        billing.take_payment(
            by=here.sam, contact=contact, amount=D("30.00"), method="cash", received_on=world.TODAY, key="k1"
        )
        story.answer(remittance(taken_back(story), paid="-96", trace="T2", control=2, sign="D"), "b.835")
        assert story.owed() == {"payer": D("198.00")}
        assert OpenItem.objects.get(account="credit", contact=contact).balance == D("-30.00")
        assert books.wrong() == []


def test_a_whole_claim_refused_without_its_lines_is_denied() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        refused = clp(story.claim.control, charge="198", paid="0", status="4") + "CAS*CO*197*198~"
        story.answer(remittance(refused, paid="0"))
        assert story.claim.decision == Decision.DENIED and story.owed() == {"payer": D("198.00")}
        assert Remittance.objects.get().trouble == ""


def test_a_claim_level_discount_waits_and_decides_nothing() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        vague = clp(story.claim.control, charge="198", paid="98") + "CAS*CO*45*100~"
        story.answer(remittance(vague, paid="98"))
        assert story.claim.decision == Decision.NONE
        assert Remittance.objects.get().trouble.startswith(f"Not matched to lines of ours: {story.claim.control}.")
        assert books.wrong() == []


def test_the_same_payment_in_other_words_waits() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        body = remittance(story.claimed(story.line("96", *PAID), "96"), paid="96")
        story.answer(body)
        again = body.replace(b"PER*BL*CARE", b"PER*BL*CALL").replace(b"*000000001*0*T", b"*000000009*0*T")
        story.answer(again.replace(b"IEA*1*000000001", b"IEA*1*000000009"), "again.835")
        first, second = Remittance.objects.order_by("id")
        assert (first.state, second.state) == (RemittanceState.POSTED, RemittanceState.HELD)
        assert "told before in other words" in second.trouble and story.owed() == {"client": D("30.00")}


def test_a_payers_nothing_is_no_posting() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        paid = story.claimed(story.line("96", *PAID), "96")
        story.answer(remittance(paid, paid="96", plb="PLB*1770000010*20261231*L6:NOTE*0~"))
        assert Remittance.objects.get().state == RemittanceState.POSTED and story.owed() == {"client": D("30.00")}


def test_an_odd_file_does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        true = actions.posting.post_remittance

        def odd(*, remittance: Remittance, by: object) -> Remittance:
            if remittance.trace == "ODD":
                raise ZeroDivisionError
            return true(remittance=remittance, by=None)

        monkeypatch.setattr("claims.actions.remitting.post_remittance", odd)
        actions.store_inbound(partner=story.partner, name="odd.835", body=remittance("", paid="0", trace="ODD"))
        story.answer(remittance(story.claimed(story.line("96", *PAID), "96"), paid="96", control=2))
        set_aside = Interchange.objects.get(state=FileState.QUARANTINED)
        assert set_aside.file_name == "odd.835" and not Remittance.objects.filter(trace="ODD").exists()
        assert story.claim.decision == Decision.PAID


def test_an_answer_that_is_too_large_is_named_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    with world.practice() as here:
        partner = here.partner()
        outbox = place(here.practice.pk, partner.pk) / "outbox"
        (outbox / "large.835").write_bytes(b"x" * 100)
        (outbox / "small.835").write_bytes(b"y" * 10)
        (outbox / "other.835").write_bytes(b"z" * 55)
        monkeypatch.setattr(folder, "LARGEST", 60)
        found = folder.fetch(outbox.parent)
        assert [(one.name, bool(one.trouble)) for one in found] in (
            [("large.835", True), ("small.835", False)],
            [("large.835", True), ("small.835", False), ("other.835", False)],
        )
        work.drain(among=Job.objects.filter(kind="claims.fetch"), seconds=2)
        named = Interchange.objects.get(state=FileState.QUARANTINED, file_name="large.835")
        assert "the most we read is 60" in named.trouble


def test_a_correction_turned_away_stays_a_correction() -> None:
    with world.practice() as here:
        story = Story(here, copay=None, payer="60054")
        here.exchange(story.partner)
        first = Claim.objects.get(pk=story.claim.pk)
        session = first.case.sessions.get()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 30)], reason="misread")
        here.answer_bells()
        second = Claim.objects.get(replaces=first)
        with Connection(place(here.practice.pk, story.partner.pk)) as payer:  # type: ignore[attr-defined]
            payer.plant(control=second.control, outcome=Outcome(reject="A7:33:IL"))
        actions.submit(by=here.bob, claims=[second.pk], undo=0)
        here.exchange(story.partner)
        second.refresh_from_db()
        assert second.delivery == Delivery.REJECTED
        third = actions.make_again(by=here.bob, claim=second)
        assert (third.frequency, third.corrects) == ("7", first)


def test_a_whole_file_turned_away_at_the_door_rejects_its_claims() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        story.claim.refresh_from_db()
        control = story.claim.interchange.control_number  # type: ignore[union-attr]
        body = (
            "ISA*00*          *00*          *ZZ*SANDBOX        *ZZ*ALDER01        *260615*1200*^*00501*000000007*0*T*:~"
            "GS*HN*SANDBOX*ALDER01*20260615*1200*7*X*005010X214~ST*277*0001*005010X214~"
            "BHT*0085*08*X1*20260615*1200*TH~HL*1**20*1~NM1*AY*2*SANDBOX*****46*SANDBOX~TRN*1*X1~"
            "DTP*050*D8*20260615~DTP*009*D8*20260615~HL*2*1*21*1~NM1*41*2*ALDER*****46*ALDER01~"
            f"TRN*2*{control}~STC*A8:24:41*20260615*U*198~QTY*AA*1~AMT*YY*198~SE*14*0001~GE*1*7~IEA*1*000000007~"
        )
        story.answer(body.encode(), "door.277")
        assert story.claim.delivery == Delivery.REJECTED
        assert story.claim.events.get(what="rejected").detail.startswith("A8:24")


def test_a_sent_claim_whose_services_are_no_more_is_told() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        session = story.case.sessions.get()
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 0)], reason="other client")
        here.answer_bells()
        told = [one["text"] for one in lists.trouble(here.slug)]
        assert any(f"claim {story.claim.number} were taken back" in text for text in told)


def test_a_claim_waits_for_every_session_of_its_day() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 23))
        afternoon = here.booked(case)
        here.answer_bells()
        claim = Claim.objects.get()
        assert [found["rule"] for found in claim.findings] == ["signed"]
        sessions.move(by=here.sam, session=afternoon, state="cancelled")
        actions.check_waiting()
        claim.refresh_from_db()
        assert claim.findings == []
