"""What payers paid: posted to the cent, once, whole or not at all; what is unsure waits."""

from decimal import Decimal as D

import pytest
from django.db.models import Sum

from billing import books, reports
from billing.models import Entry, OpenItem, Posting
from claims import actions
from claims.models import (
    Claim,
    Decision,
    Delivery,
    FileState,
    Interchange,
    Remittance,
    RemittanceClaim,
    RemittanceState,
)
from practice import work
from practice.models import Job
from tests import world
from tests.claims.remittances import clp, remittance, svc

pytestmark = pytest.mark.django_db


class Story:
    """A sent Aetna claim of 97530×3 at 198.00 with a copay of 30.00, and a way to answer it."""

    def __init__(self, here: world.World, copay: str | None = "30.00", payer: str = "60054") -> None:
        self.here, self.partner = here, here.partner()
        self.case = here.client(payer=here.payers[payer], copay=copay)
        here.signed(self.case, ("97530", 45))
        here.answer_bells()
        self.claim = Claim.objects.get()
        actions.submit(by=here.bob, claims=[self.claim.pk], undo=0)
        work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))

    def line(self, paid: str, *cas: str, charge: str = "198", control: str | None = None) -> str:
        ours = self.claim.lines.get().control if control is None else control
        return svc("97530", charge, paid, *cas, control=ours, units=3)

    def claimed(self, line: str, paid: str, **kwargs: str) -> str:
        return clp(self.claim.control, line, charge="198", paid=paid, **kwargs)

    def answer(self, body: bytes, name: str = "a.835") -> None:
        actions.store_inbound(partner=self.partner, name=name, body=body)
        self.here.answer_bells()
        self.claim.refresh_from_db()

    def owed(self) -> dict[str, D]:
        items = OpenItem.objects.filter(account="receivable").exclude(balance=0)
        return {"payer" if i.coverage_id else "client": i.balance for i in items}


def balance(account: str) -> D:
    return Entry.objects.filter(account=account).aggregate(sum=Sum("amount", default=D(0)))["sum"]


def test_a_copay_moved_before_is_not_moved_again() -> None:
    with world.practice() as here:
        story = Story(here)
        assert story.owed() == {"payer": D("168.00"), "client": D("30.00")}
        story.answer(remittance(story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96", share="30"), paid="96"))
        assert story.owed() == {"client": D("30.00")}
        assert (balance("in_transit"), balance("adjustment")) == (D("96.00"), D("72.00"))
        assert (story.claim.decision, story.claim.payer_claim_number) == (Decision.PAID, "ICN1")
        assert books.wrong() == []


def test_a_smaller_share_goes_back() -> None:
    with world.practice() as here:
        story = Story(here)
        story.answer(remittance(story.claimed(story.line("101", "CO*45*72", "PR*3*25"), "101"), paid="101"))
        assert story.owed() == {"client": D("25.00")}
        assert books.wrong() == []


def test_deductible_and_coinsurance_become_the_clients() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        line = story.line("62.40", "CO*45*72", "PR*1*48**2*15.60")
        story.answer(remittance(story.claimed(line, "62.40"), paid="62.40"))
        assert story.owed() == {"client": D("63.60")}
        told = Entry.objects.filter(contact__isnull=False).values_list("reason", "amount")
        assert set(told) == {("deductible", D("48.00")), ("coinsurance", D("15.60"))}


def test_sequestration_is_given_up() -> None:
    with world.practice() as here:
        story = Story(here, copay=None, payer="MEDB")
        line = story.line("78.40", "CO*45*98**253*1.60", "PR*2*20")
        story.answer(remittance(story.claimed(line, "78.40"), paid="78.40", payer="MEDB"))
        assert story.owed() == {"client": D("20.00")}
        given_up = Entry.objects.filter(account="adjustment").values_list("reason", "amount")
        assert dict(given_up) == {"contractual": D("98.00"), "sequestration": D("1.60")}


def test_a_denial_stays_open_with_the_payer() -> None:
    with world.practice() as here:
        story = Story(here)
        story.answer(remittance(story.claimed(story.line("0", "CO*197*198"), "0", status="4"), paid="0"))
        assert story.owed() == {"payer": D("168.00"), "client": D("30.00")}
        assert story.claim.decision == Decision.DENIED
        assert Posting.objects.filter(kind="remittance").count() == 0


def test_the_client_never_owes_what_the_contract_forbids() -> None:
    with world.practice() as here:
        story = Story(here, copay=None)
        story.answer(remittance(story.claimed(story.line("126", "PR*45*72"), "126"), paid="126"))
        assert story.owed() == {"payer": D("72.00")}
        assert story.claim.decision == Decision.PART_DENIED


def test_the_next_payer_owes_before_the_client() -> None:
    with world.practice() as here:
        story = Story(here, copay=None, payer="MEDB")
        second = here.cover(story.case.client, here.aetna, rank=2)
        line = story.line("78.40", "CO*45*98**253*1.60", "PR*2*20")
        story.answer(remittance(story.claimed(line, "78.40"), paid="78.40", payer="MEDB"))
        open_item = OpenItem.objects.filter(account="receivable").exclude(balance=0).get()
        assert (open_item.coverage, open_item.balance) == (second, D("20.00"))


@pytest.mark.parametrize("again", ["the same bytes", "other envelope"])
def test_the_same_payment_posts_once(again: str) -> None:
    with world.practice() as here:
        story = Story(here)
        claims = story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96")
        story.answer(remittance(claims, paid="96"))
        before = Entry.objects.count()
        control = 1 if again == "the same bytes" else 77
        story.answer(remittance(claims, paid="96", control=control), name="again.835")
        assert Entry.objects.count() == before and Remittance.objects.count() == 1
        assert balance("in_transit") == D("96.00")


@pytest.mark.parametrize(
    ("line_paid", "claim_paid", "payment", "told"),
    [("95", "96", "96", "97530"), ("96", "95", "95", ""), ("96", "96", "97", "")],
)
def test_what_does_not_balance_is_held_whole(line_paid: str, claim_paid: str, payment: str, told: str) -> None:
    with world.practice() as here:
        story = Story(here)
        line = story.line(line_paid, "CO*45*72", "PR*3*30")
        story.answer(remittance(story.claimed(line, claim_paid), paid=payment))
        held = Remittance.objects.get()
        assert held.state == RemittanceState.HELD and "1.00" in held.trouble
        assert story.owed() == {"payer": D("168.00"), "client": D("30.00")}
        assert balance("in_transit") == 0 and story.claim.decision == Decision.NONE


def test_money_for_an_unknown_claim_waits_and_the_rest_posts() -> None:
    with world.practice() as here:
        story = Story(here)
        known = story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96")
        unknown = clp("999999", svc("97110", "50", "40", "CO*45*10"), charge="50", paid="40")
        story.answer(remittance(known + unknown, paid="136"))
        remitted = Remittance.objects.get()
        assert remitted.state == RemittanceState.POSTED
        assert remitted.trouble == "Not matched to lines of ours: 999999. Its 40.00 dollars wait as the payer’s credit."
        assert RemittanceClaim.objects.get(claim=None).control == "999999"
        credit = OpenItem.objects.get(account="credit")
        assert (credit.payer, credit.balance) == (here.aetna, D("-40.00"))
        assert balance("in_transit") == D("136.00") and story.owed() == {"client": D("30.00")}
        assert books.wrong() == []


def test_the_payers_own_adjustment_goes_to_its_balance() -> None:
    with world.practice() as here:
        story = Story(here)
        claims = story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96")
        story.answer(remittance(claims, paid="86", plb="PLB*1770000010*20261231*WO:OLD*10~"))
        assert balance("in_transit") == D("86.00") and balance("payer_balance") == D("10.00")
        assert books.wrong() == []


def test_a_line_without_its_number_is_matched_when_only_one_fits() -> None:
    with world.practice() as here:
        story = Story(here)
        line = story.line("96", "CO*45*72", "PR*3*30", control="")
        story.answer(remittance(story.claimed(line, "96"), paid="96"))
        assert story.owed() == {"client": D("30.00")}


def test_a_predetermination_is_never_posted() -> None:
    with world.practice() as here:
        story = Story(here)
        line = story.line("96", "CO*45*72", "PR*3*30")
        before = Entry.objects.count()
        story.answer(remittance(story.claimed(line, "96", status="25"), paid="0"))
        assert Entry.objects.count() == before and story.claim.decision == Decision.NONE


def test_a_payer_we_do_not_have_is_held() -> None:
    with world.practice() as here:
        story = Story(here)
        story.answer(remittance(story.claimed(story.line("126", "CO*45*72"), "126"), paid="126", payer="UNKNOWN"))
        held = Remittance.objects.get()
        assert (held.state, held.trouble) == (RemittanceState.HELD, "We have no payer with the number UNKNOWN.")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "."),
        (b"hello", "."),
        ("ISA*".encode("utf-16"), "."),
        (b"\x00\x01" * 300, "."),
        (remittance("", paid="0").replace(b"ALDER01        ", b"SOMEBODYELSE   "), "addressed to SOMEBODYELSE"),
        (remittance("", paid="0").replace(b"ST*835", b"ST*999").replace(b"HP*", b"XX*"), "."),
        (remittance("", paid="0").replace(b"*0*C*", b"*many*C*"), "."),
    ],
)
def test_what_cannot_be_read_is_set_aside_by_name(body: bytes, why: str) -> None:
    with world.practice() as here:
        story = Story(here)
        entries = Entry.objects.count()
        story.answer(body)
        aside = Interchange.objects.get(direction="in")
        assert aside.state == FileState.QUARANTINED and why in aside.trouble + "."
        assert Entry.objects.count() == entries and not Remittance.objects.exists()
        assert story.claim.delivery == Delivery.SENT


def test_a_truncated_file_changes_nothing_or_is_whole() -> None:
    with world.practice() as here:
        story = Story(here)
        body = remittance(story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96"), paid="96")
        for cut in range(1, len(body) - 60, 37):
            story.answer(body[:cut], name=f"{cut}.835")
            posted = Remittance.objects.filter(state=RemittanceState.POSTED).count()
            assert balance("in_transit") == posted * D("96.00")
        assert books.wrong() == []


def test_aging_is_the_ledger() -> None:
    with world.practice() as here:
        story = Story(here)
        story.answer(remittance(story.claimed(story.line("96", "CO*45*72", "PR*3*30"), "96"), paid="96"))
        assert reports.receivable_on(world.TODAY) == D("30.00") == reports.account_totals()["receivable"]
