"""The one writer of the ledger: keys, balance, open items, reversals, and what the database refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing import books, ledger
from billing.actions import KeyReused, post, reverse
from billing.ledger import Party
from billing.models import Charge, Entry, OpenItem, Posting
from practice.findings import BadInput
from tests import world

D = Decimal


def a_charge(here: world.World) -> Charge:
    here.signed(here.client(payer=here.medicare), ("97110", 30))
    here.answer_bells()
    return Charge.objects.get()


def parties(charge: Charge) -> tuple[Party, Party]:
    assert charge.day is not None and charge.day.coverage_id is not None
    return Party.coverage(charge.day.coverage_id), Party.contact(charge.client.guarantor_id)


@pytest.mark.django_db
def test_a_key_writes_once() -> None:
    with world.practice() as here:
        charge = a_charge(here)
        payer, person = parties(charge)
        move = ledger.transfer(
            key="t1", on=world.TODAY, charge=charge.pk, source=payer, targets=[(person, D("10.00"))], reason="copay"
        )
        first, again = post([move], by=here.bob), post([move], by=here.bob)
        assert first == again and Posting.objects.filter(key="t1").count() == 1
        balances = dict(OpenItem.objects.values_list("contact_id", "balance"))
        assert balances == {None: D("106.00"), person.id: D("10.00")}


@pytest.mark.django_db
def test_a_key_with_other_content_is_refused() -> None:
    with world.practice() as here:
        charge = a_charge(here)
        payer, person = parties(charge)
        for amount in (D("10.00"), D("11.00")):
            move = ledger.transfer(
                key="t1", on=world.TODAY, charge=charge.pk, source=payer, targets=[(person, amount)], reason="copay"
            )
            if amount == D("10.00"):
                post([move], by=None)
            else:
                with pytest.raises(KeyReused):
                    post([move], by=None)
        assert OpenItem.objects.get(contact=person.id).balance == D("10.00")


@pytest.mark.django_db
def test_money_is_never_posted_in_the_future() -> None:
    with world.practice() as here:
        charge = a_charge(here)
        payer, _ = parties(charge)
        tomorrow = world.TODAY + timedelta(days=1)
        move = ledger.adjust(
            key="a", on=tomorrow, charge=charge.pk, amount=D("1.00"), party=payer, reason="small balance"
        )
        with pytest.raises(BadInput, match="in the future"):
            post([move], by=None)


@pytest.mark.django_db
def test_a_reversal_is_the_opposite_and_only_once() -> None:
    with world.practice() as here:
        charge = a_charge(here)
        posting = Posting.objects.get(key=f"charge:{charge.pk}")
        reverse(postings=[posting.pk], key="undo", on=world.TODAY, by=here.bob)
        reverse(postings=[posting.pk], key="undo", on=world.TODAY, by=here.bob)
        assert Posting.objects.get(reverses=posting).entries.count() == 2
        assert OpenItem.objects.get().balance == 0
        with pytest.raises(DatabaseError, match="one_reversal"), transaction.atomic():
            reverse(postings=[posting.pk], key="again", on=world.TODAY, by=here.bob)


@pytest.mark.django_db
def test_a_payers_own_money_is_posted_and_taken_back() -> None:
    """It names the payer as a whole, and nobody owes more or less for it."""
    with world.practice() as here:
        payer = Party.payer(here.medicare.pk)
        kept = ledger.provider_adjustment(key="plb", on=world.TODAY, amount=D("12.00"), payer=payer, memo="WO")
        held = ledger.receive(key="era", on=world.TODAY, amount=D("40.00"), holder=payer, into="remittance")
        written = post([kept], by=here.bob)
        assert not OpenItem.objects.exists()
        written |= post([held], by=here.bob)
        assert [(i.payer_id, i.balance) for i in OpenItem.objects.all()] == [(here.medicare.pk, D("-40.00"))]
        reverse(postings=list(written.values()), key="undo", on=world.TODAY, by=here.bob)
        entries = Entry.objects.filter(posting__reverses=written["plb"]).order_by("id")
        assert [(e.account, e.payer_id, e.amount) for e in entries] == [
            ("in_transit", None, D("12.00")),
            ("payer_balance", here.medicare.pk, D("-12.00")),
        ]
        assert OpenItem.objects.get().balance == 0
        assert post([], by=None) == {}
        assert books.wrong() == []


@pytest.mark.django_db
def test_the_database_refuses_an_unbalanced_posting() -> None:
    with world.practice() as here:
        charge = a_charge(here)
        with pytest.raises(DatabaseError, match="sum to 1"), transaction.atomic():
            posting = Posting.objects.create(kind="x", key="x", fingerprint="", posted_on=world.TODAY, entry_count=2)
            Entry.objects.create(posting=posting, account="bank", reason="deposit", amount=D("2.00"))
            Entry.objects.create(posting=posting, account="income", reason="fee", amount=D("-1.00"), charge=charge)
            _commit()
        with pytest.raises(DatabaseError, match="0 of 2 entries"), transaction.atomic():
            Posting.objects.create(kind="x", key="y", fingerprint="", posted_on=world.TODAY, entry_count=2)
            _commit()


@pytest.mark.django_db
def test_the_database_refuses_a_late_entry() -> None:
    with world.practice() as here:
        posting = Posting.objects.get(key=f"charge:{a_charge(here).pk}")
        with pytest.raises(DatabaseError, match="no entry may be added"), transaction.atomic():
            Entry.objects.create(posting=posting, account="bank", reason="deposit", amount=D("1.00"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"account": "receivable", "amount": "1"}, "receivable_names_charge_and_debtor"),
        ({"account": "credit", "amount": "1"}, "credit_names_holder"),
        ({"account": "piggy bank", "amount": "1"}, "entry_account_known"),
        ({"account": "bank", "amount": "0"}, "entry_not_zero"),
    ],
)
def test_the_database_refuses_a_shapeless_entry(columns: dict[str, str], constraint: str) -> None:
    with world.practice() as here:
        posting = Posting.objects.get(key=f"charge:{a_charge(here).pk}")
        with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
            Entry.objects.create(posting=posting, reason="x", **columns)


def _commit() -> None:
    """What a commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Histories(TestCase):
    """Whatever is posted in whatever order: entries sum to zero, open items are their sums."""

    @settings(max_examples=15)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["transfer", "adjust", "pay", "reverse", "again"]),
                st.integers(1, 20_000),
                st.integers(0, 30),
            ),
            max_size=12,
        )
    )
    def test_the_books_always_verify(self, steps: list[tuple[str, int, int]]) -> None:
        with world.practice() as here:
            charge = a_charge(here)
            payer, person = parties(charge)
            for number, (what, cents, days) in enumerate(steps):
                amount, on = D(cents) / 100, world.TODAY - timedelta(days=days)
                self._step(what, number, amount, on, charge, payer, person)
            assert books.wrong() == []

    def _step(self, what: str, number: int, amount: D, on: date, charge: Charge, payer: Party, person: Party) -> None:
        key = f"step{number}"
        if what == "transfer":
            move = ledger.transfer(
                key=key, on=on, charge=charge.pk, source=payer, targets=[(person, amount)], reason="coinsurance"
            )
            post([move], by=None)
        elif what == "adjust":
            post(
                [ledger.adjust(key=key, on=on, charge=charge.pk, amount=amount, party=payer, reason="courtesy")],
                by=None,
            )
        elif what == "pay":
            post([ledger.receive(key=key, on=on, amount=amount, holder=person, into="till")], by=None)
            post([ledger.apply(key=f"{key}a", on=on, holder=person, shares=[(charge.pk, amount)])], by=None)
        else:
            last = Posting.objects.filter(reverses=None, reversals=None).exclude(kind="charge").order_by("-id").first()
            if last:
                reverse(postings=[last.pk], key="undo", on=world.TODAY, by=None)
