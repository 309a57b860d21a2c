"""`verify_books` on true books, and on books that somebody with the owner's log-in has changed."""

import io
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from billing import books
from billing.actions import make_invoices, take_payment
from billing.models import Charge, Invoice, OpenItem
from billing.tasks import verify_all_books
from practice import clock
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import databases, world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here() -> Iterator[world.World]:
    """Committed: two visits, one corrected, an invoice and a part payment. Beside it a practice that stays true."""
    with clock.at(world.NOON):
        for slug in ("birch", "alder"):
            found = world.found(slug)
            with tenant(found.practice, found.olivia):
                live(found)
        yield found


def live(found: world.World) -> None:
    case = found.client()
    session = found.signed(case, ("97110", 45))
    found.signed(case, ("97140", 15))
    found.answer_bells()
    sessions.amend(by=found.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
    found.answer_bells()
    contact = case.client.guarantor
    make_invoices(by=found.bob, contacts=[contact.pk])
    take_payment(
        by=found.sam, contact=contact, amount=D("200.00"), method="cash", received_on=world.TODAY, key="all of it"
    )


def verify(*args: str) -> tuple[str, str, str]:
    """(what it says, what it complains of, how it ends)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_books", *args, stdout=out, stderr=err)
    except CommandError as failed:
        return out.getvalue(), err.getvalue(), str(failed)
    return out.getvalue(), err.getvalue(), ""


def change(owner: psycopg.Connection, table: str, statement: str, *values: Any) -> None:
    """What only the owner can do: past the triggers that keep rows as they are."""
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    done = owner.execute(statement, values)
    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert done.rowcount == 1, statement


def test_true_books_verify(here: world.World) -> None:
    assert verify() == ("alder: books verify\nbirch: books verify\n", "", "")
    assert verify("--practice", "birch") == ("birch: books verify\n", "", "")
    assert verify_all_books() == 0


def told(*claims: str) -> None:
    """The command fails, names the practice and each claim that does not hold, and leaves the other alone."""
    out, err, end = verify()
    lines = err.splitlines()
    assert out == "alder: does not verify\nbirch: books verify\n"
    assert end == f"{len(claims)} things are wrong"
    assert len(lines) == len(claims), err
    for line, claim in zip(lines, claims, strict=True):
        assert line.startswith("alder: ") and claim in line, err
    assert verify_all_books() == len(claims)


def live_charge(here: world.World) -> Charge:
    with tenant(here.practice):
        return Charge.objects.get(code="97110", reversed_by=None)


def test_an_entry_of_another_amount(here: world.World, owner: psycopg.Connection) -> None:
    charge = live_charge(here)
    entry = "UPDATE billing_entry SET amount = -115.99 WHERE charge_id = %s AND account = 'income'"
    change(owner, "billing_entry", entry, charge.pk)
    told(
        f"every posting balances and has its entries: charge:{charge.pk}: 2 of 2 entries sum to 0.01",
        f"a charge earned its amount once, a reversed one nothing: charge {charge.pk} of 116.00 earned 115.99",
    )


def test_an_entry_that_is_gone(here: world.World, owner: psycopg.Connection) -> None:
    charge = live_charge(here)
    entry = "DELETE FROM billing_entry WHERE charge_id = %s AND account = 'income'"
    change(owner, "billing_entry", entry, charge.pk)
    told(f"charge:{charge.pk}: 1 of 2 entries sum to 116.00", f"charge {charge.pk} of 116.00 earned 0")


def test_an_open_item_of_another_balance(here: world.World, owner: psycopg.Connection) -> None:
    charge = live_charge(here)
    change(owner, "billing_openitem", "UPDATE billing_openitem SET balance = 0.01 WHERE charge_id = %s", charge.pk)
    told(
        f"open items are the sums of their entries: receivable of charge {charge.pk}: kept 0.01, entries say 0.00",
        "aging is the receivable account: open items hold 0.01, the account 0.00",
    )


def test_an_open_item_that_is_gone(here: world.World, owner: psycopg.Connection) -> None:
    change(owner, "billing_openitem", "DELETE FROM billing_openitem WHERE account = 'credit' AND practice_id = %s",
           here.practice.pk)  # fmt: skip
    told("credit of charge 0: kept 0.00, entries say -24.00")


def test_an_open_item_that_is_too_many(here: world.World, owner: psycopg.Connection) -> None:
    with tenant(here.practice):
        contact = here.client(first="Rosa").client.guarantor_id
    new = "INSERT INTO billing_openitem (practice_id, account, contact_id, balance, since_on) VALUES (%s, 'credit', %s, -1, now())"
    change(owner, "billing_openitem", new, here.practice.pk, contact)
    told("credit of charge 0: kept -1.00, entries say 0.00")


def test_two_open_items_that_were_mixed_up(here: world.World, owner: psycopg.Connection) -> None:
    """Their sum still is the account's: only item by item it shows."""
    for code, cents in (("97110", "+ 0.05"), ("97140", "- 0.05")):
        with tenant(here.practice):
            charge = Charge.objects.get(code=code, reversed_by=None)
        change(owner, "billing_openitem", f"UPDATE billing_openitem SET balance = balance {cents} WHERE charge_id = %s",
               charge.pk)  # fmt: skip
    out, err, end = verify("--practice", "alder")
    assert end == "2 things are wrong" and "aging" not in err
    assert "kept 0.05, entries say 0.00" in err and "kept -0.05, entries say 0.00" in err


def test_a_charge_of_another_amount(here: world.World, owner: psycopg.Connection) -> None:
    charge = live_charge(here)
    change(owner, "billing_charge", "UPDATE billing_charge SET amount = 117 WHERE id = %s", charge.pk)
    told(f"charge {charge.pk} of 117.00 earned 116.00")


def test_a_reversal_that_says_something_else(here: world.World, owner: psycopg.Connection) -> None:
    entry = """UPDATE billing_entry SET reason = 'fee' WHERE account = 'income' AND practice_id = %s
               AND posting_id IN (SELECT id FROM billing_posting WHERE reverses_id IS NOT NULL)"""
    change(owner, "billing_entry", entry, here.practice.pk)
    told("a reversal is the opposite of its original: reverse:")


def test_a_charge_that_was_brought_back(here: world.World, owner: psycopg.Connection) -> None:
    """The reversal is written, the charge denies it. It would be billed again."""
    with tenant(here.practice):
        charge = Charge.objects.exclude(reversed_by=None).get()
    change(owner, "billing_charge", "UPDATE billing_charge SET reversed_by_id = NULL, location_id = location_id,"
           " code = '97112' WHERE id = %s", charge.pk)  # fmt: skip
    told(f"charge {charge.pk} of 174.00 earned 0.00")


def test_an_invoice_of_another_total(here: world.World, owner: psycopg.Connection) -> None:
    with tenant(here.practice):
        number = Invoice.objects.get().number
    change(owner, "billing_invoice", "UPDATE billing_invoice SET total = 1 WHERE practice_id = %s", here.practice.pk)
    told(f"an invoice is the sum of its lines: invoice {number} says 1.00, its lines 176.00")


def test_an_invoice_line_that_is_gone(here: world.World, owner: psycopg.Connection) -> None:
    line = "DELETE FROM billing_invoiceline WHERE owed = 60 AND practice_id = %s"
    change(owner, "billing_invoiceline", line, here.practice.pk)
    told("says 176.00, its lines 116.00")


def test_rebuild_mends_the_kept_figure(
    here: world.World, owner: psycopg.Connection, house_databases: databases.Databases
) -> None:
    with tenant(here.practice):
        before = sorted(OpenItem.objects.values_list("account", "charge", "contact", "balance", "since_on"), key=str)
    owner.execute("UPDATE billing_openitem SET balance = balance + 7 WHERE charge_id IS NOT NULL")
    owner.execute("DELETE FROM billing_openitem WHERE account = 'credit'")
    assert verify()[2]
    with databases.as_owner(house_databases):
        out, err, end = verify("--rebuild")
    assert (err, end) == ("", "") and out.startswith("8 open items remade\n")
    assert verify() == ("alder: books verify\nbirch: books verify\n", "", "")
    with tenant(here.practice):
        after = sorted(OpenItem.objects.values_list("account", "charge", "contact", "balance", "since_on"), key=str)
    assert after == before


def test_rebuild_invents_nothing_that_entries_do_not_say(
    here: world.World, owner: psycopg.Connection, house_databases: databases.Databases
) -> None:
    charge = live_charge(here)
    change(owner, "billing_charge", "UPDATE billing_charge SET amount = 117 WHERE id = %s", charge.pk)
    with databases.as_owner(house_databases):
        out, err, _ = verify("--rebuild")
    assert (
        "birch: books verify" in out and "birch" not in err
    )  # the owner sees all practices, and still tells them apart
    told(f"charge {charge.pk} of 117.00 earned 116.00")


def test_the_app_cannot_rebuild(here: world.World) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), tenant(here.practice):
        books.rebuild()
    assert verify()[2] == ""


def test_every_proof_has_a_claim_of_its_own() -> None:
    assert len({proof.claim for proof in books.PROOFS}) == len(books.PROOFS)
