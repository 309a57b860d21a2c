"""Two charts become one and apart again: nothing is rewritten, lists follow, money moves by transfer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum
from django.urls import reverse

from billing import actions as billing
from billing import books, reports
from billing.models import OpenItem, Posting
from clients import actions
from clients.models import Client
from practice import clock
from practice.findings import BadInput, Conflict
from practice.tenancy import TenantModel, tenant
from tests import world

LATER = world.NOON + timedelta(hours=1)
pytestmark = pytest.mark.django_db


CHECKED = {"claims_claim": " - 'worst' - 'findings' - 'checked_at'"}  # a claim that waits is checked again


def every_row() -> dict[str, set[str]]:
    """Every row of every walled table, but for the pointer of merges and what the last check of a claim said."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if issubclass(model, TenantModel):
                table = model._meta.db_table
                but = CHECKED.get(table, "")
                cursor.execute(f"SELECT (to_jsonb(t) - 'merged_into_id'{but})::text FROM {table} t")
                found[table] = {row for (row,) in cursor.fetchall()}
    return found


def owed() -> Decimal:
    return OpenItem.objects.filter(account="receivable").aggregate(sum=Sum("balance"))["sum"]


def owed_by(contact: Any) -> Decimal:
    rows = OpenItem.objects.filter(account="receivable", contact=contact)
    return rows.aggregate(sum=Sum("balance", default=Decimal(0)))["sum"]


@pytest.fixture
def here() -> Any:
    with world.practice() as here:
        yield here


@pytest.fixture
def two(here: world.World) -> tuple[Client, Client]:
    """A duplicate with a charged visit and a credit, and the chart it is merged into."""
    old = here.client(payer=here.aetna, copay="30.00")
    here.signed(old, ("97530", 30))
    here.answer_bells()
    billing.take_payment(
        by=here.sam, contact=here.client().client.guarantor, amount=Decimal("5.00"), method="cash",
        received_on=world.TODAY, key="another",
    )  # fmt: skip
    return old.client, here.client(payer=here.medicare).client


def test_merge_and_undo_rewrite_nothing(here: world.World, two: tuple[Client, Client]) -> None:
    old, new = two
    before, total = every_row(), owed()
    assert owed_by(old.guarantor) == Decimal("30.00") and total == Decimal("132.00")
    with clock.at(LATER):
        actions.merge_clients(by=here.bob, duplicate=old, into=new, reason="twice at the desk")
        here.answer_bells()
        billing.move_merged()
        after = every_row()
        changed = {table for table in before if before[table] - after[table]}
        assert changed <= {"billing_openitem"}  # the one kept figure
        assert {table for table in after if after[table] - before[table]} == {
            "clients_clientmerge", "practice_auditevent", "billing_posting", "billing_entry", "billing_openitem",
        }  # fmt: skip
        assert (owed_by(old.guarantor), owed_by(new.guarantor), owed()) == (0, Decimal("30.00"), total)
        assert Posting.objects.filter(kind="transfer", key__startswith="merge:").count() == 1
        assert books.wrong() == []
        billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))
        billing.move_merged()
        assert (owed_by(old.guarantor), owed_by(new.guarantor), owed()) == (Decimal("30.00"), 0, total)
        assert books.wrong() == [] and Client.objects.get(pk=old.pk).merged_into is None
        with pytest.raises(Conflict, match="is not merged"):
            billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))


def test_credit_moves_with_her(here: world.World, two: tuple[Client, Client]) -> None:
    old, new = two
    billing.take_payment(
        by=here.sam, contact=old.guarantor, amount=Decimal("50.00"), method="cash", received_on=world.TODAY, key="k"
    )
    with clock.at(LATER):
        actions.merge_clients(by=here.bob, duplicate=old, into=new)
        billing.move_merged()
        assert reports.standing_of(new)[2] == Decimal("20.00") and reports.standing_of(old)[2] == 0
        billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))
        assert reports.standing_of(old)[2] == Decimal("20.00") and books.wrong() == []


def test_undo_is_refused_once_something_new_stands_on_it(here: world.World, two: tuple[Client, Client]) -> None:
    old, new = two
    with clock.at(LATER):
        actions.merge_clients(by=here.bob, duplicate=old, into=new)
        booked = here.booked(old.cases.get())
        assert booked.client_id == new.pk
        with pytest.raises(Conflict, match="a session was booked for one of its cases since"):
            billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))
    with clock.at(LATER + timedelta(hours=1)):
        billing.move_merged()
        billing.take_payment(
            by=here.sam, contact=new.guarantor, amount=Decimal("30.00"), method="cash",
            received_on=world.TODAY, key="k",
        )  # fmt: skip
    assert Client.objects.get(pk=old.pk).merged_into_id == new.pk


def test_what_is_the_old_charts_pays_for_the_new(here: world.World) -> None:
    """A coverage on the old chart pays for a session of the chart that lives."""
    old, new = here.client(payer=here.aetna).client, here.client()
    actions.merge_clients(by=here.bob, duplicate=old, into=new.client)
    here.signed(new, ("97530", 30))
    here.answer_bells()
    assert OpenItem.objects.get(account="receivable").coverage_id == old.coverages.get().pk


def test_chains_hold_and_circles_do_not(here: world.World) -> None:
    a, b, c = (here.client(first=first).client for first in ("Ann", "Bea", "Cat"))
    actions.merge_clients(by=here.bob, duplicate=a, into=b)
    actions.merge_clients(by=here.bob, duplicate=b, into=c)
    assert sorted(c.ids) == sorted([a.pk, b.pk, c.pk]) and Client.objects.get(pk=a.pk).survivor == c
    for duplicate, into, problem in ((c, a, Conflict), (a, c, Conflict), (c, c, BadInput)):
        with pytest.raises(problem):
            actions.merge_clients(by=here.bob, duplicate=duplicate, into=into)
    found = Client.objects.find_people(str(a.number))
    assert list(found) == [c] and list(Client.objects.find_people("ann")) == [c]
    assert a not in Client.objects.surviving()


def test_a_therapist_of_either_chart_has_both(here: world.World) -> None:
    old, new = here.client().client, here.client(clinician=here.pt).client
    assert list(Client.objects.visible_to(here.alice)) == [old]
    actions.merge_clients(by=here.bob, duplicate=old, into=new)
    assert set(Client.objects.visible_to(here.alice)) == {old, new}


def test_no_merge_across_practices() -> None:
    with world.practice("birch") as there:
        stranger = there.client().client
    with world.practice() as here, pytest.raises(BadInput, match="no such chart in this practice"):
        actions.merge_clients(by=here.bob, duplicate=here.client().client, into=stranger)


@pytest.mark.django_db(transaction=True)
def test_two_merges_that_cross_make_no_circle() -> None:
    with world.practice() as here:
        a, b = here.client().client, here.client().client
    start = Barrier(2)

    def merge(duplicate: Client, into: Client) -> str:
        try:
            start.wait(timeout=30)
            with tenant(here.practice, here.bob):
                actions.merge_clients(by=here.bob, duplicate=duplicate, into=into)
            return "merged"
        except Conflict:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(merge, a, b), pool.submit(merge, b, a)]
        assert sorted(end.result(timeout=60) for end in ends) == ["merged", "refused"]
    with tenant(here.practice):
        assert Client.objects.filter(merged_into__isnull=False).count() == 1


def test_the_pages_lead_to_the_chart_that_lives(web: Any) -> None:
    with world.practice() as here:
        old, new = here.client(payer=here.aetna).client, here.client().client
        ida = here.client(first="Ida").client
    web.force_login(here.bob.user)
    pairs = web.get(reverse("clients:duplicates", args=["alder"]))
    assert "same name and birth date" in pairs.text and "Ida" not in pairs.text
    way = reverse("clients:merge", args=["alder", old.pk, new.pk])
    assert f'value="{old.pk}" checked' in web.get(way).text  # it has a coverage, so more was done on it
    assert web.post(way, {}).status_code == 422
    done = web.post(way, {"keep": new.pk, "reason": "twice"}, follow=True)
    assert f"Chart {old.number} was merged into this one." in done.text and "W123456789" in done.text
    assert web.post(way, {"keep": new.pk}).status_code == 409
    chart = web.get(reverse("clients:client", args=["alder", old.pk]))
    assert chart["Location"] == reverse("clients:client", args=["alder", new.pk]) + f"?merged={old.pk}"
    undone = web.post(reverse("billing:unmerge", args=["alder", old.pk]), follow=True)
    assert f"Chart {old.number} stands alone again." in undone.text
    with tenant(here.practice):
        assert Client.objects.filter(merged_into__isnull=False).count() == 0 and ida.merged_into is None
