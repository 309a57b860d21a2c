"""Letters: an invoice voided and made anew, statements a parent understands, superbills, estimates."""

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django import test
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import actions as billing
from billing import books, ledger, reports
from billing.house_fees.actions import charge_fee
from billing.house_fees.kinds import KINDS
from billing.ledger import Account, Party
from billing.letters import actions as letters
from billing.letters import owing, pages, papers
from billing.letters.estimating import billed_so_far, warnings
from billing.letters.superbilling import MEDICARE
from billing.models import (
    Charge,
    ChargeKind,
    CreditNote,
    Entry,
    GoodFaithEstimate,
    Invoice,
    InvoiceLine,
    OpenItem,
    Statement,
    Superbill,
    SuperbillLine,
)
from billing.papers import history
from claims import actions as claims
from claims.models import Claim
from clients import actions as clients
from clients.models import Case, Diagnosis
from practice import clock
from practice.findings import BadInput, Conflict
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world
from tests.billing.families import parent

pytestmark = pytest.mark.django_db


def invoiced(here: world.World, case: Case | None = None) -> Invoice:
    """$176.00 of a client who pays himself: 2 units of 97110 and 1 of 97140."""
    case = case or here.client()
    here.signed(case, ("97110", 33), ("97140", 22))
    here.answer_bells()
    [invoice] = billing.make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
    return invoice


def pay(here: world.World, invoice: Invoice, amount: str, key: str = "k") -> None:
    billing.take_payment(
        by=here.sam, contact=invoice.contact, amount=D(amount), method="cash", received_on=world.TODAY, key=key
    )


# --- void and credit note ------------------------------------------------------------------------


def test_void_and_made_anew() -> None:
    """What is still open goes on the next invoice; what was paid stays where it was applied."""
    with world.practice() as here:
        first = invoiced(here)
        assert first.total == D("176.00")
        pay(here, first, "16.00")
        note = letters.void_invoice(by=here.bob, invoice=first, reason="  Wrong  address ", key="v")
        assert (note.number, note.total, note.reason, note.noted_on) == (
            1001,
            D("176.00"),
            "Wrong address",
            world.TODAY,
        )
        assert reports.open_invoices() == {}
        assert [row.amount for row in reports.to_invoice()] == [D("176.00")]
        counts = reports.count_invoices(world.TODAY, {})
        assert counts == {"open": 0, "overdue": 0, "paid": 0, "void": 1}
        for state, found in (("open", []), ("overdue", []), ("paid", []), ("void", [first])):
            assert list(reports.invoices_by_state(state, world.TODAY, {})) == found, state
        [second] = billing.make_invoices(by=here.bob, contacts=[first.contact_id])
        assert second.number == first.number + 1  # credit notes leave no gap among invoices
        assert reports.open_invoices() == {second.pk: D("160.00")}
        assert [*Invoice.objects.live()] == [second] and [*Invoice.objects.voided()] == [first]
        assert books.wrong() == []


def test_the_same_key_voids_once() -> None:
    with world.practice() as here:
        first = invoiced(here)
        note = letters.void_invoice(by=here.bob, invoice=first, reason="Twice", key="v")
        assert letters.void_invoice(by=here.bob, invoice=first, reason="Twice", key="v") == note
        with pytest.raises(Conflict, match="voided another invoice"):
            letters.void_invoice(by=here.bob, invoice=first, reason="Else", key="v")
        with pytest.raises(Conflict, match="void already, by credit note 1001"):
            letters.void_invoice(by=here.bob, invoice=first, reason="Again", key="w")
        for reason in ("  ", "x" * 201):
            with pytest.raises(BadInput, match="Say why"):
                letters.void_invoice(by=here.bob, invoice=first, reason=reason, key="x")
        assert CreditNote.objects.count() == 1


def refused(statement: str, *values: Any) -> str:
    with pytest.raises(DatabaseError) as told, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(told.value)


def test_the_database_refuses_to_change_an_invoice() -> None:
    with world.practice() as here:
        first = invoiced(here)
        for column in ("number", "contact_id", "total", "invoiced_on", "due_on"):
            assert "permission denied" in refused(f"UPDATE billing_invoice SET {column} = {column}")
        for column in ("owed", "charge_id", "entry_id", "invoice_id"):
            assert "permission denied" in refused(f"UPDATE billing_invoiceline SET {column} = {column}")
        assert "append-only" in refused("UPDATE billing_invoiceline SET voided = true")  # without its credit note
        letters.void_invoice(by=here.bob, invoice=first, reason="Wrong", key="v")
        assert "append-only" in refused("UPDATE billing_invoiceline SET voided = false")
        assert "permission denied" in refused("DELETE FROM billing_creditnote")
        [second] = billing.make_invoices(by=here.bob, contacts=[first.contact_id])
        line = InvoiceLine.objects.filter(invoice=second).first()
        assert line is not None
        with pytest.raises(DatabaseError, match="entry_on_one_invoice"), transaction.atomic():
            InvoiceLine.objects.create(
                invoice=first, entry=line.entry, charge=line.charge, charged=line.charged, insurance_paid=0,
                plan_discount=0, owed=line.owed,
            )  # fmt: skip


def test_the_proofs_see_a_half_voided_invoice() -> None:
    with world.practice() as here:
        first = invoiced(here)
        CreditNote.objects.create(
            number=1, invoice=first, total=first.total, noted_on=world.TODAY, reason="By hand", key="k", by=here.bob
        )
        [wrong] = books.wrong()
        assert "0 of 2 lines void, credit note 1" in wrong


def test_the_page_shows_that_it_is_void(web: test.Client) -> None:
    with world.practice() as here:
        first = invoiced(here)
        pay(here, first, "16.00")
        web.force_login(here.bob.user)
        page, void = (reverse(f"billing:{name}", args=[here.slug, first.pk]) for name in ("invoice", "void_invoice"))
        assert "Void this invoice" in web.get(page).content.decode()
        key = str(uuid.uuid4())
        answer = web.post(void, {"reason": " ", "key": key})
        assert answer.status_code == 422 and "Say why it is void" in answer.content.decode()
        assert "data-dialog-now" in answer.content.decode() and not CreditNote.objects.exists()
        assert web.post(void, {"reason": "Wrong <b>address", "key": key}).status_code == 302
        text = web.get(page).content.decode()
        assert "Void, credit note 1001 of June 15, 2026." in text and "Wrong &lt;b&gt;address" in text
        assert "Bob Biller voided it, credit note 1001" in text and "−$176.00" in text
        listed = reverse("billing:invoices", args=[here.slug])
        assert "No settled invoices yet" in web.get(f"{listed}?tab=paid").content.decode()
        rows = web.get(f"{listed}?tab=void").content.decode()
        assert page in rows and ">Void<" in rows and "Paid" not in rows
        exported = reverse("billing:export_invoices", args=[here.slug])
        file = b"".join(web.get(f"{exported}?tab=void")).decode()  # type: ignore[arg-type]
        assert f"{first.number}," in file and ",Void" in file
        assert "Void this invoice" not in text and "Record payment" not in text and "Pay by check" not in text
        again = web.post(void, {"reason": "Again", "key": str(uuid.uuid4())})
        assert again.status_code == 422 and "void already" in again.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_eight_void_and_invoice_at_once() -> None:
    """One credit note, and each cent on one invoice that counts."""
    with world.practice() as here:
        first = invoiced(here)
    errors: list[BaseException] = []

    def press(n: int) -> None:
        try:
            with clock.at(world.NOON), tenant(here.practice, here.bob):
                if n % 2:
                    letters.void_invoice(by=here.bob, invoice=first, reason="Wrong", key="v")
                billing.make_invoices(by=here.bob, contacts=[first.contact_id])
        except BaseException as error:
            errors.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=press, args=[n]) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert errors == []
    with clock.at(world.NOON), tenant(here.practice, here.bob):
        assert CreditNote.objects.count() == 1
        assert InvoiceLine.objects.filter(voided=False).count() == 2
        assert books.wrong() == []


# --- statements ----------------------------------------------------------------------------------


def answered(here: world.World) -> Case:
    """Aetna allowed part of $198.00, paid some and left some; a copay of $30.00 was moved before."""
    partner = here.partner()
    case = here.client(payer=here.aetna, copay="30.00")
    here.signed(case, ("97530", 38))
    here.answer_bells()
    claims.submit(by=here.bob, claims=[Claim.objects.get().pk], undo=0)
    here.exchange(partner)
    return case


def test_a_statement_closes_to_the_cent() -> None:
    with world.practice() as here:
        case = answered(here)
        [row] = letters.make_statements(by=here.bob, contacts=[case.client.guarantor_id], key="s")
        row.refresh_from_db()
        told = {name: D(amount) for name, amount in row.printed["totals"].items()}
        assert told["charged"] == D("198.00") and told["plan_discount"] > 0 and told["insurance_paid"] > 0
        assert told["allowed"] == told["charged"] - told["plan_discount"]
        assert told["allowed"] == told["insurance_paid"] + told["insurance_owes"] + told["others"] + told["share"]
        assert told["owed"] == told["share"] - told["given_up"] - told["paid"] == row.owed
        held = OpenItem.objects.get(account=Account.RECEIVABLE.value, contact=case.client.guarantor_id)
        assert held.balance == row.owed
        assert sum(map(D, row.printed["aging"]), D(0)) == row.owed
        assert (row.number, row.stated_on, row.due_on) == (1001, world.TODAY, world.TODAY + timedelta(days=21))
        assert row.printed["reasons"][0]["payer"] == "Aetna" and not row.printed["self_pay"]


def test_a_statement_is_frozen_and_the_next_one_is_another() -> None:
    with world.practice() as here:
        first = invoiced(here)
        person = first.contact_id
        [row] = letters.make_statements(by=here.bob, contacts=[person], key="s")
        assert letters.make_statements(by=here.bob, contacts=[person], key="s") == [row]
        pay(here, first, "76.00")
        row.refresh_from_db()
        assert row.owed == D("176.00") and "permission denied" in refused("UPDATE billing_statement SET owed = 1")
        [later] = letters.make_statements(by=here.bob, contacts=[person], key="t")
        assert (later.number, later.owed) == (1002, D("100.00"))
        later.refresh_from_db()
        lines = later.printed["clients"][0]["lines"]
        assert [(line["code"], line["paid"], line["owed"]) for line in lines] == [
            ("97110", "76.00", "40.00"), ("97140", "0.00", "60.00"),
        ]  # fmt: skip
        assert owing.statements_sent(person) == 2 == owing.statements_by([person, 0])[person]
        assert owing.statements_sent(person, since=world.TODAY + timedelta(days=1)) == 0
        pay(here, first, "100.00", "rest")
        assert letters.make_statements(by=here.bob, contacts=[person], key="u") == []
        assert owing.preview(first.contact, world.TODAY) is None


def test_siblings_stand_apart_and_credit_is_not_taken_off() -> None:
    with world.practice() as here:
        ann, ben = here.client(first="Ann"), here.client(first="Ben")
        clients.choose_guarantor(by=here.olivia, client=ben.client, contact=ann.client.guarantor)
        for case, code in ((ann, "97110"), (ben, "97140")):
            here.signed(case, (code, 15))
        here.answer_bells()
        parent = ann.client.guarantor
        told = owing.preview(parent, world.TODAY + timedelta(days=100))
        assert told is not None
        assert [(group["name"], group["owed"]) for group in told["clients"]] == [
            ("Ann Nakamura", D("58.00")), ("Ben Nakamura", D("60.00")),
        ]  # fmt: skip
        assert told["totals"]["owed"] == D("118.00") and told["credit"] == 0 and told["self_pay"]
        assert told["aging"] == [0, 0, 0, D("118.00"), 0]
        billing.take_payment(
            by=here.sam, contact=parent, amount=D("200.00"), method="cash", received_on=world.TODAY, key="over"
        )
        assert owing.credits_of([parent.pk]) == {parent.pk: D("82.00")}
        here.signed(ann, ("97110", 15))
        here.answer_bells()
        [row] = letters.make_statements(by=here.bob, contacts=[parent.pk], key="s")
        assert (row.owed, row.credit) == (D("58.00"), D("82.00"))


def test_a_fee_is_called_by_its_name_and_money_held_for_a_visit_is_no_credit() -> None:
    with world.practice() as here:
        case = here.client()
        client, person, yesterday = case.client, case.client.guarantor, world.TODAY - timedelta(days=1)
        charge_fee(by=here.bob, client=client, kind="records", amount=D("25.00"), on=yesterday, key="f")
        told = owing.preview(person, world.TODAY)
        assert told is not None and not told["self_pay"]
        [line] = told["clients"][0]["lines"]
        assert (line["label"], line["code"], line["why"]) == (KINDS["records"].label, "", "Fee")
        paper = papers.statement_of(told, number=None, on=world.TODAY, due=world.TODAY)
        assert paper["why"] == ["Without insurance: $25.00 fee."] and [row["word"] for row in paper["means"]] == ["Fee"]
        here.booked(case)
        visit = billing.ForVisit(client.pk, world.TODAY, D("30.00"))
        facts = {"by": here.sam, "contact": person, "method": "cash", "received_on": world.TODAY}
        billing.take_payment(amount=D("30.00"), key="held", visit=visit, **facts)
        assert OpenItem.objects.get(account=Account.CREDIT.value).balance == D("-30.00")
        assert owing.credits_of([person.pk]) == {}
        billing.take_payment(amount=D("32.00"), key="over", **facts)
        assert owing.credits_of([person.pk]) == {person.pk: D("7.00")}


def test_two_guarantors_read_nothing_of_each_other() -> None:
    with world.practice() as here:
        first = invoiced(here)
        other = parent(here, "Marcel")
        charge = Charge.objects.get(code="97140")
        mine, his = Party.contact(first.contact_id), Party.contact(other.pk)
        move = ledger.transfer(
            key="t", on=world.TODAY, charge=charge.pk, source=mine, targets=[(his, D("23.45"))], reason="other share"
        )
        billing.post([move], by=None)
        pay(here, first, "16.00")
        billing.take_payment(
            by=here.sam, contact=other, amount=D("23.45"), method="cash", received_on=world.TODAY, key="his"
        )
        events = " ".join(event["what"] for event in history(first))
        assert "paid $16.00" in events and "Marcel" not in events and "23.45" not in events
        told = owing.preview(first.contact, world.TODAY)
        assert told is not None and told["totals"]["others"] == D("23.45")
        page = render_to_string(
            "billing/statement_paper.html",
            {"paper": papers.statement_of(told, number=None, on=world.TODAY, due=world.TODAY)},
        )
        assert "$36.55" in page and "23.45" not in page and "Others" not in page
        assert page.count("Your part of this visit by agreement") == 1


def test_who_may_never_be_billed_is_sent_none() -> None:
    """A plan's protection learnt after the copay was moved: the ledger keeps it, no letter asks for it."""
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        here.signed(case, ("97530", 38))
        here.answer_bells()
        person = case.client.guarantor
        assert owing.preview(person, world.TODAY) is not None
        case.client.coverages.update(qmb=True)
        assert owing.preview(person, world.TODAY) is None and list(owing.people_owing()) == []
        assert letters.make_statements(by=here.bob, contacts=[person.pk], key="s") == []


def test_many_statements_ask_as_often_as_one() -> None:
    with world.practice() as here:
        people = []
        for n in range(12):
            case = here.client(first=f"N{n}")
            here.signed(case, ("97110", 15), day=world.TODAY - timedelta(days=n // 10))
            people.append(case.client.guarantor_id)
        here.answer_bells()
        counts = []
        for some in (people[:1], people[1:4], people[4:]):
            with CaptureQueriesContext(connection) as asked:
                made = letters.make_statements(by=here.bob, contacts=[*some, 0], key="s")
            counts.append(len(asked))
            assert [row.contact_id for row in made] == some
        assert len(set(counts)) == 1, counts
        assert {row["contact"] for row in owing.people_owing()} == set(people)


def test_statement_pages(web: test.Client) -> None:
    with world.practice() as here:
        first = invoiced(here)
        web.force_login(here.bob.user)
        home = reverse("billing:statements", args=[here.slug])
        new = reverse("billing:new_statement", args=[here.slug, first.contact_id])
        assert "No statements yet" in web.get(f"{home}?tab=made").content.decode()
        assert "Make 1 statement" in web.get(home).content.decode()
        preview = web.get(new).content.decode()
        assert "$176.00" in preview and "Make the statement" in preview and "good faith estimate" in preview
        assert not Statement.objects.exists()
        key = str(uuid.uuid4())
        for _ in range(2):
            assert web.post(new, {"key": key}).status_code == 302
        row = Statement.objects.get()
        page = web.get(reverse("billing:statement", args=[here.slug, row.pk])).content.decode()
        assert "Statement 1001" in page and "Account" in page and "Self-pay" in page
        assert web.post(reverse("billing:make_statements", args=[here.slug]), {"contact": []}).status_code == 302
        assert web.post(
            reverse("billing:make_statements", args=[here.slug]), {"contact": [first.contact_id], "key": "\0"}
        ).status_code == 302  # fmt: skip
        assert Statement.objects.count() == 1  # the same amount on the same day is the same letter
        told = web.get(home).content.decode()
        assert "Make 0 statements" in told and 'data-cents="17600">' in told  # listed, not ticked
        for days, ticked in ((21, 0), (22, 1)):
            later = world.TODAY + timedelta(days=days)
            context = pages.statement_list(list(owing.people_owing()), False, here.slug, here.bob, later)
            assert (len(context["rows"]), context["bulk"]["count"]) == (1, ticked)
        pay(here, first, "176.00")
        assert web.post(new, {"key": str(uuid.uuid4())}).status_code == 409
        assert "owes nothing today" in web.get(new).content.decode()
        assert "Nobody owes anything" in web.get(home).content.decode()


# --- superbills ----------------------------------------------------------------------------------


def own(here: world.World) -> tuple[Case, list[Charge]]:
    """A client who pays herself, with two charges of today."""
    case = here.client(first="Selma")
    here.signed(case, ("97110", 33), ("97140", 15))
    here.answer_bells()
    return case, list(Charge.objects.filter(client=case.client_id).order_by("id"))


def test_a_superbill_says_what_an_insurer_needs() -> None:
    with world.practice() as here:
        case, charges = own(here)
        billing.take_payment(
            by=here.sam, contact=case.client.guarantor, amount=D("100.00"), method="cash", received_on=world.TODAY,
            key="k",
        )  # fmt: skip
        row = letters.make_superbill(by=here.bob, client=case.client, charges=[c.pk for c in charges], key="s")
        row.refresh_from_db()
        told = row.printed
        assert (row.number, row.charged, row.paid) == (1001, D("176.00"), D("100.00"))
        assert told["client"]["birth_on"] == "1955-02-03" and told["client"]["town"] == "Aurora, IL 60506"
        assert told["clinicians"] == [{"name": "Alice Atherton, OTR/L", "npi": world.NPIS[1], "licence": ""}]
        assert (told["practice"]["npi"], told["practice"]["tax_id"]) == (world.NPIS[0], "36-4810277")
        assert told["referrers"] == [{"name": "Alan Whitcomb", "npi": world.NPIS[6]}] and told["plan"] is None
        assert [(each["letter"], each["code"]) for each in told["diagnoses"]] == [("A", "I69.354"), ("B", "R27.8")]
        lines = {line["code"]: line for line in told["lines"]}
        assert lines["97110"] | {"label": "", "paid": ""} == {
            "date": "2026-06-15", "place": "11", "code": "97110", "label": "", "modifiers": ["GO"], "units": 2,
            "pointers": "AB", "clinician": "Alice Atherton, OTR/L", "charged": "116.00", "given_up": "0.00", "paid": "",
        }  # fmt: skip
        assert books.wrong() == []


def test_a_visit_is_on_one_superbill_that_counts() -> None:
    with world.practice() as here:
        case, (first, second) = own(here)
        row = letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk], key="s")
        assert letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk], key="s") == row
        with pytest.raises(Conflict, match="another superbill"):
            letters.make_superbill(by=here.bob, client=case.client, charges=[second.pk], key="s")
        with pytest.raises(BadInput, match="on superbill 1001 already"):
            letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk, second.pk], key="t")
        with pytest.raises(DatabaseError, match="charge_on_one_superbill"), transaction.atomic():
            SuperbillLine.objects.create(superbill=row, charge=first, charged=first.amount, paid=0)
        assert "append-only" in refused("UPDATE billing_superbillline SET voided = true")
        void = letters.void_superbill(by=here.bob, superbill=row, reason="Wrong visit")
        assert letters.void_superbill(by=here.bob, superbill=row, reason="Other words") == void
        again = letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk, second.pk], key="t")
        assert (again.number, Superbill.objects.count()) == (1002, 2)
        assert books.wrong() == []


def test_a_visit_that_is_charged_anew_waits_for_its_superbill_to_be_void() -> None:
    with world.practice() as here:
        case, (first, second) = own(here)
        row = letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk], key="s")
        sessions.amend(
            by=here.alice, session=case.sessions.get(), corrections=[Typed("97110", 53)], reason="misread"
        )  # fmt: skip
        here.answer_bells()
        anew = Charge.objects.get(client=case.client_id, code="97110", reversed_by=None)
        assert anew.pk != first.pk
        with pytest.raises(BadInput, match="on superbill 1001 already"):
            letters.make_superbill(by=here.bob, client=case.client, charges=[anew.pk], key="t")
        letters.void_superbill(by=here.bob, superbill=row, reason="More minutes")
        both = letters.make_superbill(by=here.bob, client=case.client, charges=[anew.pk, second.pk], key="t")
        assert both.charged == anew.amount + second.amount


def test_what_may_not_stand_on_one() -> None:
    """Claimed by us, of Medicare, another client's, too many, none."""
    with world.practice() as here:
        case, (first, _) = own(here)
        aetna = here.client(payer=here.aetna, first="Ann")
        senior = here.client(payer=here.medicare, first="Ida")
        for each in (aetna, senior):
            here.signed(each, ("97530", 15))
        here.answer_bells()
        for each, words in ((aetna, "We bill Aetna for it"), (senior, MEDICARE)):
            charge = Charge.objects.get(client=each.client_id)
            with pytest.raises(BadInput) as told:
                letters.make_superbill(by=here.bob, client=each.client, charges=[charge.pk], key="s")
            assert words in str(told.value)
        here.cover(case.client, here.medicare)  # learnt late: the visit was covered all the same
        with pytest.raises(BadInput, match="cannot opt out"):
            letters.make_superbill(by=here.bob, client=case.client, charges=[first.pk], key="s")
        for charges in ([], [0], list(range(1, 62)), [Charge.objects.get(client=aetna.client_id).pk]):
            with pytest.raises(BadInput):
                letters.make_superbill(by=here.bob, client=case.client, charges=charges, key="s")
        assert not Superbill.objects.exists()


def test_what_the_client_chose_on_a_notice_may() -> None:
    """Option 2 of an advance notice: no claim to Medicare, so she may ask another insurer."""
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        notice = billing.prepare_notice(
            by=here.alice, client=case.client, coverage=case.client.coverages.get(), codes=["97110"], kind="necessity",
            reason="Not for your condition.", cost=D("58.00"), starts_on=world.TODAY, key="n",
        )  # fmt: skip
        billing.sign_notice(by=here.alice, notice=notice, option=2, signer="Walter Nakamura", relation="self")
        here.signed(case, ("97110", 15))
        here.answer_bells()
        here.cover(case.client, here.aetna, rank=2)
        charge = Charge.objects.get()
        row = letters.make_superbill(by=here.bob, client=case.client, charges=[charge.pk], key="s")
        assert row.printed["plan"] == {"payer": "Aetna", "member_id": "W123456789", "group": ""}


def test_more_diagnoses_than_a_form_has_letters() -> None:
    with world.practice() as here:
        case, _ = own(here)
        for n, discipline in enumerate(("OT", "PT", "OT")):
            more = clients.open_case(
                by=here.olivia, client=case.client, discipline=discipline, complaint=f"Another {n}",
                opened_on=world.TODAY, diagnoses=["I69.354"],
            )  # fmt: skip
            Diagnosis.objects.bulk_create(Diagnosis(case=more, position=9 + i, code=f"Z{n}{i}.0") for i in range(4))
            clinician = here.pt if discipline == "PT" else here.ot
            here.signed(more, ("97110", 15), clinician=clinician, day=world.TODAY - timedelta(days=n + 1))
        here.answer_bells()
        charges = list(Charge.objects.filter(reversed_by=None).order_by("id").values_list("pk", flat=True))
        Diagnosis.objects.bulk_create(Diagnosis(case=case, position=9 + i, code=f"Y{i}.0") for i in range(2))
        with pytest.raises(BadInput, match="more than 12 diagnoses"):
            letters.make_superbill(by=here.bob, client=case.client, charges=charges, key="s")


def test_superbill_pages(web: test.Client) -> None:
    with world.practice() as here:
        case, (first, second) = own(here)
        fee = Charge.objects.create(
            kind=ChargeKind.FEE, client=case.client, served_on=world.TODAY, code="NOSHW", clinician=here.ot,
            location=here.location, units=1, minutes=0, amount=D("40.00"),
        )  # fmt: skip
        web.force_login(here.bob.user)
        new = reverse("billing:new_superbill", args=[here.slug, case.client_id])
        page = web.get(new).content.decode()
        assert page.count('name="charge"') == 2 and "Fees are not services" in page and "GO" in page
        assert "No visits in these days" in web.get(f"{new}?start=2020-01-01&end=2020-02-01").content.decode()
        assert web.get(f"{new}?start=2020-02-01&end=2020-01-01").content.decode().count('name="charge"') == 2
        looked = web.post(new, {"charge": [first.pk], "look": "yes"}).content.decode()
        assert looked.count(" checked><span") == 1 and "97110" in looked and not Superbill.objects.exists()
        bad = web.post(new, {"charge": [fee.pk], "key": str(uuid.uuid4())})
        assert bad.status_code == 422 and "Fees are not services" in bad.content.decode()
        made = web.post(new, {"charge": [first.pk], "key": str(uuid.uuid4())})
        row = Superbill.objects.get()
        assert made["Location"] == reverse("billing:superbill", args=[here.slug, row.pk])
        text = web.get(made["Location"]).content.decode()
        assert "Superbill 1001" in text and "I69.354" in text and "is still to be paid" in text
        void = reverse("billing:void_superbill", args=[here.slug, row.pk])
        assert web.post(void, {"reason": ""}).status_code == 422
        assert web.post(void, {"reason": "Wrong visit"}).status_code == 302
        assert "Bob Biller voided it: Wrong visit" in web.get(made["Location"]).content.decode()
        here.cover(case.client, here.medicare)
        assert "Fill an advance notice" in web.get(new).content.decode()


# --- estimates -----------------------------------------------------------------------------------


def test_an_estimate_is_at_the_fees_of_the_place() -> None:
    with world.practice() as here:
        case = here.client()
        billing.set_fee(by=here.bob, code="97110", fee=D("70.00"), starts_on=world.TODAY, location=here.location)
        row = here.estimate(case, ("97110", 2, 10), ("97140", 1, 10))
        assert row.total == D("2000.00") and row.due_on == date(2026, 6, 18)
        row.refresh_from_db()
        assert [(line["code"], line["amount"]) for line in row.printed["lines"]] == [
            ("97110", "1400.00"), ("97140", "600.00"),
        ]  # fmt: skip
        assert [each["code"] for each in row.printed["diagnoses"]] == ["I69.354", "R27.8"]
        assert here.estimate(case, ("97110", 2, 10), ("97140", 1, 10)) == row
        with pytest.raises(Conflict, match="another estimate"):
            here.estimate(case, ("97110", 2, 11), ("97140", 1, 10))
        with pytest.raises(Conflict, match="another estimate"):  # other services that cost as much together
            here.estimate(case, ("97110", 1, 20), ("97140", 1, 10))
        assert "permission denied" in refused("UPDATE billing_goodfaithestimate SET total = 1")


@pytest.mark.parametrize(
    ("field", "services", "fields"),
    [
        ("starts_on", [], {"starts_on": world.TODAY - timedelta(days=1)}),
        ("ends_on", [], {"ends_on": world.TODAY + timedelta(days=365)}),
        ("ends_on", [], {"ends_on": world.TODAY - timedelta(days=1)}),
        ("asked_on", [], {"asked_on": world.TODAY + timedelta(days=1)}),
        ("frequency", [], {"frequency": " "}),
        ("services", [("97110", 1, 1)] * 2, {}),
        ("services", [(f"9711{n}", 1, 1) for n in range(9)], {}),
        ("services", [("99999", 1, 1)], {}),
        ("services", [("97116", 1, 1)], {}),  # no fee
        ("services", [("97110", 0, 1)], {}),
        ("services", [("97110", 1, 367)], {}),
        ("services", [("97165", 24, 366)], {}),  # above what a year can cost
    ],
)
def test_what_cannot_be_estimated(field: str, services: list[Any], fields: dict[str, Any]) -> None:
    with world.practice() as here:
        with pytest.raises(BadInput) as told:
            here.estimate(here.client(), *services, **fields)
        assert set(told.value.errors) == {field}
        assert not GoodFaithEstimate.objects.exists()


def test_a_bill_that_passes_it_by_400_is_told(web: test.Client) -> None:
    with world.practice() as here:
        case = here.client()
        row = here.estimate(case, ("97110", 1, 1))  # $58.00
        here.signed(case, ("97110", 100), ("97140", 40))
        here.answer_bells()
        billed = billed_so_far([case.client_id])[row.pk][1]
        assert billed == sum(charge.amount for charge in Charge.objects.filter(reversed_by=None)) >= D("458.00")
        [invoice] = billing.make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
        assert [(found.pk, over) for found, over in warnings([case.client_id])] == [(row.pk, billed - 58)]
        web.force_login(here.bob.user)
        text = web.get(reverse("billing:invoice", args=[here.slug, invoice.pk])).content.decode()
        assert f"Bills have passed good faith estimate {row.number} by ${billed - 58:,.2f}." in text
        page = web.get(reverse("billing:estimate", args=[here.slug, row.pk])).content.decode()
        assert "The bills have passed this estimate" in page
        listed = web.get(reverse("billing:estimates", args=[here.slug, case.client_id])).content.decode()
        assert "Passed" in listed
        assert billed_so_far([here.client().client_id]) == {}


def test_what_an_insurer_owes_is_not_billed_to_her() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna, copay="30.00")
        row = here.estimate(case)
        here.signed(case, ("97530", 38))
        here.answer_bells()
        assert billed_so_far([case.client_id])[row.pk][1] == D("30.00")
        assert Entry.objects.filter(reason="expected copay", contact__isnull=False).count() == 1


def test_estimate_pages(web: test.Client) -> None:
    with world.practice() as here:
        case = here.client()
        web.force_login(here.sam.user)
        new = reverse("billing:new_estimate", args=[here.slug, case.client_id])
        page = web.get(new).content.decode()
        assert "97110" in page and 'value="12"' in page
        sent = {
            "case": case.pk, "clinician": here.ot.pk, "location": here.location.pk, "frequency": "twice a week",
            "starts_on": "2026-06-22", "ends_on": "2026-12-21", "asked_on": "2026-06-15", "requested": "",
            "code_1": "97110", "units_1": "2", "visits_1": "12", "code_2": "97140", "units_2": "", "visits_2": "",
            "key": str(uuid.uuid4()),
        }  # fmt: skip
        bad = web.post(new, sent)
        assert bad.status_code == 422 and "97140: 1 to 24 units" in bad.content.decode()
        assert web.post(new, sent | {"code_2": ""}).status_code == 302
        row = GoodFaithEstimate.objects.get()
        assert (row.total, row.due_on, row.made_by) == (D("1392.00"), date(2026, 6, 16), here.sam)
        text = web.get(reverse("billing:estimate", args=[here.slug, row.pk])).content.decode()
        assert "Good faith estimate 1001" in text and "1-800-985-3059" in text and "$400" in text
        past = here.client(first="Olga")
        clients.close_case(by=here.olivia, case=past, closed_on=world.TODAY)
        assert (
            "No case is open"
            in web.get(reverse("billing:new_estimate", args=[here.slug, past.client_id])).content.decode()
        )
