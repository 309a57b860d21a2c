"""Stories a billing office lives: who owes in the end, to the cent, through the real screens."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any
from urllib.parse import urlencode

import pytest
from django import test

from billing import books
from billing.actions import move_coverage, take_payment
from billing.models import BillingDay, Charge, Invoice, OpenItem, Payment
from claims import actions
from claims.models import Claim
from clients import actions as clients
from clients.models import Client, Contact, Coverage, Payer
from practice import work
from practice.findings import BadInput
from practice.models import Job, Membership
from tests import world
from tests.billing.families import child, parent
from tests.claims.remittances import clp, remittance, svc
from tests.claims.test_remittances import Story

pytestmark = pytest.mark.django_db


class Desk:
    """Somebody at a screen."""

    def __init__(self, web: test.Client, here: world.World, member: Membership) -> None:
        self.web, self.home = web, f"/p/{here.slug}/"
        web.force_login(member.user)

    def get(self, path: str) -> str:
        found = self.web.get(self.home + path)
        assert found.status_code == 200, (path, found.status_code)
        return found.content.decode()

    def post(self, path: str, **fields: object) -> str:
        """What stands on the page after it was sent and led on."""
        sent = self.web.post(self.home + path, fields, follow=True)
        assert sent.status_code == 200, (path, sent.status_code, sent.content.decode()[-3000:])
        return sent.content.decode()


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def owed_by(contact: Contact) -> D:
    return sum((item.balance for item in OpenItem.objects.filter(account="receivable", contact=contact)), D("0.00"))


def split(desk: Desk, client: int, first: Contact, other: Contact) -> None:
    desk.post(
        f"clients/{client}/sharing/",
        rule="percent",
        starts_on="2026-01-01",
        first=first.pk,
        other=other.pk,
        percent="60",
    )


def test_parents_share_sixty_to_forty(here: world.World, web: test.Client) -> None:
    """Story 8: 38.16 + 25.44; two invoices of one session; neither sees the other's."""
    story, desk = Story(here, copay=None), Desk(web, here, here.bob)
    client, mother = story.case.client, story.case.client.guarantor
    father = clients.add_contact(by=here.olivia, first_name="Theodore", last_name="Apart")
    clients.link_contact(by=here.olivia, client=client, contact=father, relation="father")
    split(desk, client.pk, mother, father)
    assert "pays 60% of the client’s share" in desk.get(f"clients/{client.pk}/")
    line = story.line("62.40", "CO*45*72", "PR*1*48**2*15.60")
    story.answer(remittance(story.claimed(line, "62.40"), paid="62.40"))
    assert (owed_by(mother), owed_by(father)) == (D("38.16"), D("25.44"))
    desk.post("invoices/make/", contact=[mother.pk, father.pk])
    hers, his = Invoice.objects.get(contact=mother), Invoice.objects.get(contact=father)
    assert (hers.total, his.total) == (D("38.16"), D("25.44"))
    assert {line.charge_id for line in hers.lines.all()} == {line.charge_id for line in his.lines.all()}
    for mine, amount, others in ((hers, "38.16", ("Theodore", "25.44")), (his, "25.44", ("38.16",))):
        page = desk.get(f"invoices/{mine.pk}/")
        assert amount in page and not any(other in page for other in others)
    assert books.wrong() == []


def test_a_takeback_takes_from_both(here: world.World, web: test.Client) -> None:
    story, desk = Story(here), Desk(web, here, here.bob)
    client, mother = story.case.client, story.case.client.guarantor
    father = clients.add_contact(by=here.olivia, first_name="Theodore", last_name="Apart")
    clients.link_contact(by=here.olivia, client=client, contact=father, relation="father")
    split(desk, client.pk, mother, father)  # the copay of 30.00 was hers alone by then
    line = story.line("62.40", "CO*45*72", "PR*1*48**2*15.60")
    story.answer(remittance(story.claimed(line, "62.40"), paid="62.40"))
    assert (owed_by(mother), owed_by(father)) == (D("38.16"), D("25.44"))
    back = svc(
        "97530", "-198", "-62.40", "CO*45*-72", "PR*1*-48**2*-15.60", control=story.claim.lines.get().control, units=3
    )
    claim = clp(story.claim.control, back, charge="-198", paid="-62.40", status="22")
    story.answer(remittance(claim, paid="-62.40", trace="T2", control=2, sign="D"), "b.835")
    assert (owed_by(mother), owed_by(father)) == (D("0.00"), D("0.00"))
    assert story.owed() == {"payer": D("198.00")} and books.wrong() == []


def test_a_copay_is_shared_at_once_and_a_self_paid_visit_too(here: world.World, web: test.Client) -> None:
    mother, father = parent(here, "Andrea"), parent(here, "Marcel")
    case = child(here, "Zuri", mother, father)
    desk = Desk(web, here, here.bob)
    split(desk, case.client.pk, mother, father)
    here.signed(case, ("97530", 38))
    insured = child(here, "Milo", mother, father)
    here.cover(insured.client, here.aetna, copay="30.01")
    split(desk, insured.client.pk, father, mother)
    here.signed(insured, ("97530", 38))
    here.answer_bells()
    assert (owed_by(mother), owed_by(father)) == (D("118.80") + D("12.00"), D("79.20") + D("18.01"))
    assert books.wrong() == []


def test_an_amount_of_each_visit_counts_the_days_other_charges(here: world.World) -> None:
    mother, father = parent(here, "Andrea"), parent(here, "Marcel")
    case = child(here, "Zuri", mother, father)
    clients.share_between(
        by=here.bob, client=case.client, rule="amount", starts_on=world.TODAY, first=mother, other=father,
        amount=D("100.00"),
    )  # fmt: skip
    here.signed(case, ("97530", 15), ("97110", 15))
    here.answer_bells()
    assert (owed_by(mother), owed_by(father)) == (D("100.00"), D("24.00"))


def test_a_mother_pays_for_two_children_at_once(here: world.World, web: test.Client) -> None:
    """Story 9: 63.60 and 30.00: one invoice, one payment of 93.60, spread to both."""
    mother, father = parent(here, "Andrea"), parent(here, "Marcel")
    desk, partner = Desk(web, here, here.bob), here.partner()
    for name, copay in (("Zuri", None), ("Milo", "30.00")):
        case = child(here, name, mother, father)
        here.cover(case.client, here.aetna, copay=copay)
        here.signed(case, ("97530", 45))
    here.answer_bells()
    claim = Claim.objects.get(client__first_name="Zuri")
    line = svc("97530", "198", "62.40", "CO*45*72", "PR*1*48**2*15.60", control=claim.lines.get().control, units=3)
    body = remittance(clp(claim.control, line, charge="198", paid="62.40"), paid="62.40")
    actions.submit(by=here.bob, claims=[claim.pk], undo=0)
    actions.store_inbound(partner=partner, name="a.835", body=body)
    here.answer_bells()
    assert owed_by(mother) == D("93.60")
    desk.post("invoices/make/", contact=[mother.pk])
    invoice = Invoice.objects.get()
    page = desk.get(f"invoices/{invoice.pk}/")
    assert invoice.total == D("93.60") and "Zuri Baptiste" in page and "Milo Baptiste" in page
    desk.post(
        f"invoices/{invoice.pk}/payment/", amount="93.60", method="card", received_on=str(world.TODAY),
        key="7d7a3b0e-0000-4000-8000-000000000001",
    )  # fmt: skip
    assert Payment.objects.get().amount == D("93.60") and owed_by(mother) == D("0.00")
    applied = OpenItem.objects.filter(account="receivable", contact=mother).count()
    assert applied == 2 and books.wrong() == []


# --- a coverage that was learnt late ----------------------------------------------------------------------


def eight_visits(here: world.World) -> tuple[Any, Any, list[Claim]]:
    """Aetna paid 96.00 for each of eight visits, and the client 30.00; what is learnt now is a plan of Blue Cross."""
    case = here.client(payer=here.aetna, copay="30.00")
    for n in range(8):
        here.signed(case, ("97530", 45), day=world.TODAY - timedelta(days=n + 1))
    here.answer_bells()
    partner, sent = here.partner(), list(Claim.objects.order_by("id"))
    actions.submit(by=here.bob, claims=[claim.pk for claim in sent], undo=0)
    work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
    told = "".join(answered(claim, "96", "CO*45*72", "PR*3*30") for claim in sent)
    actions.store_inbound(partner=partner, name="a.835", body=remittance(told, paid="768"))
    here.answer_bells()
    take_payment(
        by=here.sam, contact=case.client.guarantor, amount=D("240.00"), method="cash", received_on=world.TODAY, key="k"
    )  # fmt: skip
    return case, partner, sent


def answered(claim: Claim, paid: str, *cas: str, charge: str = "198", status: str = "1") -> str:
    line = svc("97530", charge, paid, *cas, control=claim.lines.get().control, units=3)
    return clp(claim.control, line, charge=charge, paid=paid, status=status)


def test_a_plan_learnt_late_moves_eight_visits(here: world.World, web: test.Client) -> None:
    """Story 18: Aetna 0; the client paid 240 and owes 200: credit 40."""
    case, partner, old = eight_visits(here)
    client, person = case.client, case.client.guarantor
    source, blue = client.coverages.get(), other_payer(here)
    clients.end_coverage(by=here.bob, coverage=source, ends_on=date(2025, 12, 31))
    target = plan_of(here, client, blue, copay=D("25.00"))
    desk = Desk(web, here, here.bob)
    plan = {
        "source": source.pk, "target": target.pk, "first": str(world.TODAY - timedelta(days=30)), "last": str(world.TODAY)
    }  # fmt: skip
    shown = desk.get(f"clients/{client.pk}/move-coverage/?" + urlencode(plan))
    assert shown.count("waits for the takeback") == 8 and "Move 8 visits" in shown and "$768.00" in shown
    assert Charge.objects.filter(reversed_by=None).count() == 8
    told = desk.post(f"clients/{client.pk}/move-coverage/", **plan)
    assert "8 visits moved to" in told
    here.answer_bells()
    assert held_by(person) == D("40.00") and owed_by(person) == D("0.00")
    assert owed_to(source) == D("-1344.00")  # 768 paid and 576 given up, until it takes them back
    back = "".join(answered(claim, "-96", "CO*45*-72", "PR*3*-30", charge="-198", status="22") for claim in old)
    body = remittance(back, paid="-768", trace="T2", control=2, sign="D")
    actions.store_inbound(partner=partner, name="b.835", body=body)
    here.answer_bells()
    assert owed_to(source) == D("0.00") and books.wrong() == []
    new = list(Claim.objects.filter(coverage=target).order_by("id"))
    assert [claim.frequency for claim in new] == ["1"] * 8 and not any(claim.replaces for claim in new)
    Claim.objects.filter(coverage=target).update(findings=[], worst="")
    actions.submit(by=here.bob, claims=[claim.pk for claim in new], undo=0)
    work.drain(among=Job.objects.filter(kind__startswith="claims.deliver"))
    paid = "".join(answered(claim, "95", "CO*45*78", "PR*3*25") for claim in new)
    body = remittance(paid, paid="760", trace="T3", control=3, payer=blue.payer_id)
    actions.store_inbound(partner=partner, name="c.835", body=body)
    here.answer_bells()
    assert (owed_to(source), owed_to(target), owed_by(person), held_by(person)) == (D(0), D(0), D(0), D("40.00"))
    assert books.wrong() == []


def other_payer(here: world.World) -> Payer:
    fields = {name: getattr(here.aetna, name) for name in ("plan_type", "unit_rule", "filing_days")}
    return Payer.objects.create(name="Blue Cross", short_name="Blue Cross", payer_id="00621", **fields)


def plan_of(here: world.World, client: Client, payer: Payer, **more: Any) -> Coverage:
    facts = {"member_id": "XYZ123456789", "starts_on": date(2026, 1, 1), "relation": "18"} | more
    return clients.add_coverage(by=here.bob, client=client, payer=payer, **facts)


def held_by(contact: Contact) -> D:
    return -sum((item.balance for item in OpenItem.objects.filter(account="credit", contact=contact)), D("0.00"))


def owed_to(coverage: Coverage) -> D:
    """What is open with a payer; less than nothing is what it will take back."""
    return sum((item.balance for item in OpenItem.objects.filter(coverage=coverage)), D("0.00"))


def test_what_a_payer_left_to_a_person_goes_back_when_the_visit_moves(here: world.World) -> None:
    """She paid a deductible of 48.00 that another plan does not know; she pays herself from now on: it pays that."""
    story = Story(here, copay=None)
    client = story.case.client
    line = story.line("78.00", "CO*45*72", "PR*1*48")
    story.answer(remittance(story.claimed(line, "78.00"), paid="78.00"))
    take_payment(
        by=here.sam, contact=client.guarantor, amount=D("48.00"), method="cash", received_on=world.TODAY, key="k"
    )  # fmt: skip
    source = client.coverages.get()
    days = move_coverage(
        by=here.bob, client=client, source=source, target=None, first=world.TODAY, last=world.TODAY
    )  # fmt: skip
    here.answer_bells()
    assert len(days) == 1 and owed_by(client.guarantor) == D("150.00") and held_by(client.guarantor) == D("0.00")
    assert owed_to(source) == D("-150.00")
    story.claim.refresh_from_db()
    assert not Claim.objects.exclude(pk=story.claim.pk).exists()
    assert "takes back" in story.claim.events.get(what="outdated").detail
    back = clp(
        story.claim.control, story.line("-78", "CO*45*-72", "PR*1*-48", charge="-198"), charge="-198", paid="-78", status="22"
    )  # fmt: skip
    story.answer(remittance(back, paid="-78", trace="T2", control=2, sign="D"), "b.835")
    assert owed_to(source) == D("0.00") and owed_by(client.guarantor) == D("150.00")
    assert books.wrong() == []


def test_what_cannot_move_says_why(here: world.World) -> None:
    case = here.client(payer=here.medicare)
    here.signed(case, ("97530", 45))
    here.answer_bells()
    client, source = case.client, case.client.coverages.get()
    blue = other_payer(here)
    past = plan_of(here, client, blue, rank=2, ends_on=world.TODAY - timedelta(days=1))
    speech = plan_of(here, client, blue, rank=3, disciplines=["SLP"], member_id="XYZ2")
    taken = plan_of(here, client, blue, rank=4, member_id="XYZ3")
    BillingDay.objects.create(
        client=client, served_on=world.TODAY, discipline="OT", coverage=taken, case=case
    )  # fmt: skip
    yesterday = world.TODAY - timedelta(days=1)
    for target, first, last, field, words in (
        (source, world.TODAY, world.TODAY, "target", "another plan"),
        (past, world.TODAY, yesterday, "last", "lies before"),
        (past, yesterday, yesterday, "first", "No charged visit"),
        (past, world.TODAY, world.TODAY, "target", "does not hold on Jun 15"),
        (speech, world.TODAY, world.TODAY, "target", "is not for the case or discipline"),
        (taken, world.TODAY, world.TODAY, "target", "by hand"),
        (None, world.TODAY, world.TODAY, "target", "Medicare covers Jun 15"),
    ):
        if target:
            target = Coverage.objects.select_related("payer").get(pk=target.pk)
        with pytest.raises(BadInput, match=words) as refused:
            move_coverage(by=here.bob, client=client, source=source, target=target, first=first, last=last)
        assert list(refused.value.errors) == [field]
    assert BillingDay.objects.filter(coverage=source).count() == 1 and owed_to(source) == D("198.00")


def test_a_year_of_days_moves_in_two_times(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = here.client(payer=here.aetna)
    for n in range(2):
        here.signed(case, ("97530", 45), day=world.TODAY - timedelta(days=n))
    here.answer_bells()
    monkeypatch.setattr("billing.actions.moving.MOST", 1)
    with pytest.raises(BadInput, match="two times"):
        move_coverage(
            by=here.bob, client=case.client, source=case.client.coverages.get(), target=None,
            first=world.TODAY - timedelta(days=9), last=world.TODAY,
        )  # fmt: skip


def test_at_check_in_the_guarantor_is_asked_for_her_part(here: world.World, web: test.Client) -> None:
    mother, father = parent(here, "Andrea"), parent(here, "Marcel")
    case = child(here, "Zuri", mother, father)
    here.cover(case.client, here.aetna, copay="30.00")
    session = here.booked(case)
    for rule, more, words in (
        ("percent", {"percent": D("60")}, "18.00"),
        ("amount", {"amount": D("20.00")}, "20.00"),
        ("service", {"codes": ["92507"]}, "92507 is shared with another guarantor"),
        ("whole", {}, "30.00"),
    ):
        clients.share_between(
            by=here.bob, client=case.client, rule=rule, starts_on=world.TODAY, first=mother, other=father, **more
        )  # fmt: skip
        assert words in Desk(web, here, here.sam).get(f"sessions/{session.pk}/check-in/")
