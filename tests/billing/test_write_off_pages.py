"""Write-offs through the screens and by API: the story of the biller and the owner, lists, limits, the small balances."""

from collections.abc import Iterator
from decimal import Decimal as D
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Web

from billing import actions as billing
from billing import books
from billing.models import Charge, Entry, HardshipRecord, OpenItem, WriteOff, WriteOffDecision, WriteOffLimit
from practice.models import Membership
from tests import world
from tests.billing import debts
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
BASE, API = "/p/alder", "/api/v1/p/alder"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def page(web: Web, address: str, status: int = 200) -> str:
    answer = web.get(f"{BASE}/{address}", follow=True)
    assert answer.status_code == status, address
    return unescape(answer.text)


def asked(charge: Charge, amount: str, kind: str = "bad debt", **said: Any) -> dict[str, Any]:
    debt = OpenItem.objects.get(charge=charge, contact__isnull=False)
    return {"debt": debt.pk, "kind": kind, "amount": amount, "reason": "No answer", "key": str(uuid4())} | said


def call(member: Membership, method: str, address: str, body: Any = None, status: int = 200) -> Any:
    sent = {"data": body, "content_type": "application/json", "headers": {"Idempotency-Key": str(uuid4())}}
    answer = getattr(signed_in(member), method)(f"{API}/{address}", **sent if method != "get" else {"data": body})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_biller_asks_and_the_owner_approves(here: world.World) -> None:
    """Story 23: still owed until the owner approves; the biller cannot approve her own."""
    charge = debts.share(here)
    assert debts.owed(charge) == {"person": D("63.60")}
    bob, olivia, address = signed_in(here.bob), signed_in(here.olivia), f"charges/{charge.pk}/"
    assert f"{BASE}/{address}write-off/" in page(bob, address)
    form = page(bob, f"{address}write-off/")
    assert 'value="63.60"' in form and "Walter Nakamura, $63.60" in form and "Above $50.00" in form
    answer = bob.post(f"{BASE}/{address}write-off/", asked(charge, "$63.60"), follow=True)
    assert "$63.60 waits for another person's approval. It is owed until then." in unescape(answer.text)
    assert debts.owed(charge) == {"person": D("63.60")} and not Entry.objects.filter(reason="bad debt").exists()
    row = WriteOff.objects.get()
    own = page(bob, f"write-offs/{row.pk}/")
    assert "You asked for it; another person approves." in own and "Approve" not in own.replace("approve", "")
    assert bob.post(f"{BASE}/write-offs/{row.pk}/decide/", {"approved": "yes"}).status_code == 403
    assert debts.owed(charge) == {"person": D("63.60")} and not WriteOffDecision.objects.exists()
    assert olivia.get(f"{BASE}/write-offs/count/").text == "1" and bob.get(f"{BASE}/write-offs/count/").text == ""
    listed = page(olivia, "write-offs/")
    assert (
        "Walter Nakamura" in listed and "$63.60" in listed and "No answer" in listed and "Bob Biller, Jun 15" in listed
    )
    shown = page(olivia, f"write-offs/{row.pk}/")
    assert "Owed after approval" in shown and "$0.00" in shown
    done = olivia.post(f"{BASE}/write-offs/{row.pk}/decide/", {"approved": "yes", "remark": "Let it go"}, follow=True)
    assert "$63.60 is written off." in done.text and "Nothing waits" in done.text
    assert debts.owed(charge) == {}
    assert [(e.account, e.amount) for e in Entry.objects.filter(reason="bad debt")] == [("adjustment", D("63.60"))]
    assert "Let it go" in page(bob, f"write-offs/{row.pk}/") and olivia.get(f"{BASE}/write-offs/count/").text == ""
    kinds = page(bob, "write-offs/?tab=kinds")
    assert "Bad debt" in kinds and "$63.60" in kinds and "Contractual" in kinds and "$72.00" in kinds
    assert "Written off" in page(bob, "write-offs/?tab=decided") and "Bad debt, $63.60" in page(bob, address)
    assert books.wrong() == []


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(here: world.World) -> None:
    charge = debts.insured(here, copay="30.00")
    web, url = signed_in(here.bob), f"{BASE}/charges/{charge.pk}/write-off/"
    form = page(web, f"charges/{charge.pk}/write-off/")
    assert "What a person owes" in form and "What a payer owes" in form and "Aetna, $168.00" in form
    assert 'value="30.00"' in form  # the person first
    for said, words in (
        ({"amount": "a lot"}, "is not an amount of money"),
        ({"amount": "30.01"}, "Only $30.00 is owed"),
        ({"amount": "NaN"}, "is not an amount of money"),
        ({"kind": ""}, "Choose the kind"),
        ({"kind": "capitation"}, "does not fit what a person owes"),
        ({"kind": "courtesy"}, "Record the client's hardship first"),
        ({"debt": "1"}, "She owes nothing of it by now"),
        ({"reason": ""}, "This field is required"),
    ):
        answer = web.post(url, asked(charge, "30.00", reason="Kept words.") | said)
        assert answer.status_code == 422 and words in unescape(answer.text), said
        assert "Kept words." in answer.text or "reason" in said
    assert not WriteOff.objects.exists() and "Record hardship" in form


def test_a_key_with_other_words_is_a_conflict(here: world.World) -> None:
    charge = debts.self_paid(here)
    web, url = signed_in(here.bob), f"{BASE}/charges/{charge.pk}/write-off/"
    form = asked(charge, "5.00")
    assert [web.post(url, form).status_code for _ in range(2)] == [302, 302]
    again = web.post(url, form | {"amount": "6.00"})
    assert again.status_code == 422 and "wrote something off before" in again.text
    assert debts.owed(charge) == {"person": D("53.00")}


def test_a_charge_of_which_nothing_is_owed_has_no_button(here: world.World) -> None:
    charge = debts.self_paid(here)
    debts.given_up(here, charge, "58.00", by=here.olivia)
    shown = page(signed_in(here.bob), f"charges/{charge.pk}/")
    assert f"charges/{charge.pk}/write-off/" not in shown and "Bad debt, $58.00" in shown


def test_the_owner_rejects_and_a_posted_one_is_taken_back(here: world.World) -> None:
    charge = debts.self_paid(here)
    waiting, posted = debts.given_up(here, charge, "55.00", key="a"), debts.given_up(here, charge, "3.00", key="b")
    olivia, bob = signed_in(here.olivia), signed_in(here.bob)
    answer = olivia.post(f"{BASE}/write-offs/{waiting.pk}/decide/", {"approved": "no"}, follow=True)
    assert "Rejected: $55.00 stays owed." in answer.text
    late = olivia.post(f"{BASE}/write-offs/{waiting.pk}/decide/", {"approved": "yes"})
    assert late.status_code == 422 and WriteOffDecision.objects.filter(approved=False).count() == 1
    url = f"{BASE}/write-offs/{posted.pk}/take-back/"
    assert bob.post(url, {"reason": ""}).status_code == 422 and debts.owed(charge) == {"person": D("55.00")}
    back = bob.post(url, {"reason": "She paid by mail"}, follow=True)
    assert "Taken back: $3.00 is owed again." in back.text and debts.owed(charge) == {"person": D("58.00")}
    assert bob.post(url, {"reason": "again"}).status_code == 422
    decided = page(bob, "write-offs/?tab=decided")
    assert "Taken back" in decided and "Rejected" in decided


def test_less_is_owed_by_now(here: world.World) -> None:
    charge = debts.self_paid(here)
    row = debts.given_up(here, charge, "58.00")
    debts.given_up(here, debts.self_paid(here, first="Ann"), "58.00", key="other")
    billing.take_payment(
        by=here.sam, contact=charge.client.guarantor, amount=D("1.00"), method="cash", received_on=world.TODAY, key="p"
    )
    answer = signed_in(here.olivia).post(f"{BASE}/write-offs/{row.pk}/decide/", {"approved": "yes", "remark": "Kept"})
    assert answer.status_code == 422 and "$57.00 is owed now, less than the $58.00 asked for." in answer.text
    assert "Kept" in answer.text and debts.owed(charge) == {"person": D("57.00")}


def test_limits_are_set_by_an_owner(here: world.World) -> None:
    web = signed_in(here.olivia)
    shown = page(web, "write-offs/limits/")
    assert "Bob Biller" in shown and "$50.00" in shown and "No limit" in shown and "Sam" not in shown.split("<main")[1]
    url = f"write-offs/limits/{here.bob.pk}/"
    assert 'value="50.00"' in page(web, url)
    assert web.post(f"{BASE}/{url}", {"amount": "-1"}).status_code == 422
    assert web.post(f"{BASE}/{url}", {"amount": "120"}).status_code == 302
    assert WriteOffLimit.objects.get().amount == D("120.00") and "$120.00" in page(web, "write-offs/limits/")
    own = web.post(f"{BASE}/write-offs/limits/{here.olivia.pk}/", {"amount": "1"})
    assert own.status_code == 422 and "another owner does" in own.text
    assert web.get(f"{BASE}/write-offs/limits/{here.sam.pk}/").status_code == 404


def test_hardship_is_recorded_in_the_chart(here: world.World) -> None:
    client = debts.insured(here, copay="30.00").client
    web, url = signed_in(here.bob), f"clients/{client.pk}/hardships/"
    assert f"{BASE}/{url}" in page(web, f"clients/{client.pk}/?tab=billing")
    assert f"{BASE}/{url}" not in page(signed_in(here.alice), f"clients/{client.pk}/?tab=billing")
    assert "No hardship recorded" in page(web, url)
    form = page(web, f"{url}new/")
    assert 'value="2026-06-15"' in form and 'value="2027-06-14"' in form
    said = {
        "household_size": "3", "income": "$21,000.00", "proof": "Pay stubs", "starts_on": "2026-06-15",
        "ends_on": "2026-12-15",
    }  # fmt: skip
    wrong = web.post(f"{BASE}/{url}new/", said | {"ends_on": "2026-06-14"})
    assert wrong.status_code == 422 and "The last day is before the first" in wrong.text and "Pay stubs" in wrong.text
    assert web.post(f"{BASE}/{url}new/", said).status_code == 302
    row = HardshipRecord.objects.get()
    assert (row.household_size, row.income, row.by) == (3, D("21000.00"), here.bob)
    shown = page(web, url)
    assert "3 on $21,000.00 a year" in shown and "In force" in shown and "Jun 15 – Dec 15" in shown


def test_small_balances_are_shown_before_they_go(here: world.World) -> None:
    olivia, bob = signed_in(here.olivia), signed_in(here.bob)
    assert "No rule yet" in page(bob, "write-offs/small-balances/")
    wrong = olivia.post(f"{BASE}/write-offs/small-balances/rule/", {"amount": "30", "statements": "1"})
    assert wrong.status_code == 422 and "at most $25.00" in wrong.text
    assert (
        olivia.post(f"{BASE}/write-offs/small-balances/rule/", {"amount": "9.99", "statements": "1"}).status_code == 302
    )
    assert "No small balances" in page(bob, "write-offs/small-balances/")
    case = world.small_debt(here)
    shown = page(bob, "write-offs/small-balances/")
    assert "at most $9.99 in all, after 1 statement" in shown and "Write off 1 balance, $8.00" in shown
    form = {"count": "1", "total": "8.00", "key": str(uuid4())}
    stale = bob.post(f"{BASE}/write-offs/small-balances/", form | {"total": "9.00"})
    assert stale.status_code == 422 and "Look at the list again" in stale.text and not WriteOff.objects.exists()
    done = bob.post(f"{BASE}/write-offs/small-balances/", form, follow=True)
    assert "1 small balance written off." in done.text and "Bob Biller wrote off 1 small balance, $8.00" in done.text
    charge = Charge.objects.get(client=case.client)
    assert debts.owed(charge) == {}
    run = WriteOff.objects.get().run
    assert run is not None
    undone = bob.post(f"{BASE}/write-offs/small-balances/runs/{run.pk}/undo/", follow=True)
    assert "1 balance owed again." in undone.text and "All of it was taken back." in undone.text
    again = bob.post(f"{BASE}/write-offs/small-balances/runs/{run.pk}/undo/", follow=True)
    assert "taken back already" in again.text and debts.owed(charge) == {"person": D("8.00")}
    assert 'value="9.99"' in page(olivia, "write-offs/small-balances/rule/")


def test_a_period_is_chosen(here: world.World) -> None:
    debts.given_up(here, debts.self_paid(here), "5.00")
    web = signed_in(here.bob)
    assert "$5.00" in page(web, "write-offs/?tab=kinds&start=2026-06-15&end=2026-06-15")
    assert "Nothing was given up in this time" in page(web, "write-offs/?tab=kinds&start=2026-05-01&end=2026-06-14")
    assert "Choose two days." in page(web, "write-offs/?tab=kinds&start=soon")


# --- by API ----------------------------------------------------------------------------------


def test_the_same_by_api(here: world.World) -> None:
    charge = debts.self_paid(here)
    new, said = f"charges/{charge.pk}/write-offs/", {"contact": charge.client.guarantor_id, "kind": "bad debt"}
    told = call(here.bob, "post", new, said | {"coverage": 1, "amount": "1.00", "reason": "x"}, 400)
    assert told == {"contact": ["Name a coverage or a contact, whoever owes"]}
    made = call(here.bob, "post", new, said | {"amount": "58.00", "reason": "No answer"}, 201)
    assert (made["state"], made["amount"], made["asked_by"], made["remark"]) == ("waiting", "58.00", "Bob Biller", "")
    one = f"write-offs/{made['id']}/"
    assert call(here.bob, "get", "write-offs/")["count"] == 1 and call(here.bob, "get", one) == made
    call(here.bob, "post", f"{one}decide/", {"approved": True}, 403)
    done = call(here.olivia, "post", f"{one}decide/", {"approved": True, "remark": "Let it go"})
    assert (done["state"], done["decided_by"], done["remark"]) == ("written off", "Olivia Owner", "Let it go")
    assert call(here.bob, "get", "write-off-totals/") == [{"kind": "bad debt", "amount": "58.00"}]
    assert call(here.bob, "get", "write-off-totals/", {"end": "2026-06-01"}) == []
    call(here.bob, "get", "write-off-totals/", {"end": "soon"}, 400)
    assert call(here.bob, "post", f"{one}take-back/", {"reason": "She paid"})["state"] == "taken back"
    call(here.bob, "post", f"{one}take-back/", {"reason": "She paid"}, 409)
    assert debts.owed(charge) == {"person": D("58.00")}
    assert call(here.bob, "get", "write-offs/", {"state": "decided"})["count"] == 1
    again = call(here.bob, "post", new, said | {"amount": "58.00", "reason": "No answer"}, 201)
    assert call(here.olivia, "post", f"write-offs/{again['id']}/decide/", {"approved": False})["state"] == "rejected"


def test_a_payers_share_limits_hardship_and_small_balances_by_api(here: world.World) -> None:
    charge = debts.insured(here, copay="30.00")
    said = {"coverage": debts.payer(charge).id, "kind": "timely filing", "amount": "5.00", "reason": "121 days"}
    assert call(here.bob, "post", f"charges/{charge.pk}/write-offs/", said, 201)["state"] == "written off"
    limit = {"member": here.bob.pk, "amount": "75.00"}
    assert call(here.olivia, "post", "write-off-limits/", limit, 201) == limit
    rows = call(here.olivia, "get", "write-off-limits/")["results"]
    assert sorted((row["amount"] or "") for row in rows) == ["", "75.00"]
    record = {
        "household_size": 2, "income": "9000.00", "proof": "Tax return", "starts_on": "2026-06-15",
        "ends_on": "2026-09-15",
    }  # fmt: skip
    at = f"clients/{charge.client_id}/hardships/"
    made = call(here.bob, "post", at, record, 201)
    assert made == record | {"id": made["id"]} and call(here.bob, "get", at)["results"] == [made]
    assert call(here.bob, "get", "small-balances/")["results"] == []
    rule = {"amount": "9.99", "statements": 1}
    assert call(here.olivia, "put", "small-balance-rule/", rule) == rule
    case = world.small_debt(here)
    [small] = call(here.bob, "get", "small-balances/")["results"]
    assert (small["contact"], small["amount"]) == (case.client.guarantor_id, "8.00")
    run = call(here.bob, "post", "small-balances/", {"count": 1, "total": "8.00"}, 201)
    assert run["write_offs"] == 1
    assert call(here.bob, "post", f"small-balance-runs/{run['id']}/undo/", {}) == run
    call(here.bob, "post", f"small-balance-runs/{run['id']}/undo/", {}, 409)
