"""What cannot be invoiced yet: each reason from a real story, and each open amount in exactly one place."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from billing import books, reports
from billing.actions import make_invoices, take_payment
from billing.invoicing import never
from billing.invoicing.explaining import Told, explain
from billing.invoicing.ready import fresh, ready, told
from billing.invoicing.waiting import Place, Waiting, counts
from billing.invoicing.why_not import Reason
from billing.models import Charge, Invoice, OpenItem
from claims import actions as claims
from claims.models import Claim, Decision
from clients.models import Case, Contact
from practice import exports
from sessions import actions as sessions
from tests import world
from tests.billing.invoicing.owing import AMOUNT, people


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as found:
        yield found


def listed(place: Place | None = None) -> list[Told]:
    return explain(Waiting(place)[0:500])


def reasons() -> list[tuple[str, Reason, D | None]]:
    return sorted((row.who, row.reason, row.amount) for row in listed())


def each_amount_in_one_place() -> None:
    """Every open receivable: with a payer, in a person's letter to come, or on a letter; and nothing twice."""
    rows = [(row.place, row.ref) for row in Waiting()[0:5000]]
    assert len(rows) == len(set(rows)) == sum(counts().values())
    payers = {ref for place, ref in rows if place is Place.PAYER}
    apart = {ref for place, ref in rows if place in (Place.NEVER, Place.ASTRAY)}
    waiting, asked = {ref for place, ref in rows if place is Place.PERSON}, {row["contact"] for row in ready()}
    assert not waiting & asked
    movements = set(fresh().values_list("charge", "contact"))
    on_letters = set(Invoice.objects.values_list("lines__charge", "contact"))
    for item in OpenItem.objects.filter(account="receivable", balance__gt=0):
        key = item.charge_id, item.contact_id
        places = [
            item.pk in payers,
            item.pk in apart,
            key in movements and item.contact_id in waiting | asked,
            key in on_letters and key not in movements,
        ]
        assert places.count(True) == 1, (item, places)
    assert books.wrong() == []


@pytest.mark.django_db
def test_every_reason_has_its_story(here: world.World) -> None:
    here.partner()
    unsigned = here.booked(here.client(first="Una"), day=world.TODAY - timedelta(days=1))
    here.booked(here.client(first="Later"), day=world.TODAY + timedelta(days=1))
    gone = here.booked(here.client(first="Gone"), day=world.TODAY - timedelta(days=1))
    sessions.move(by=here.sam, session=gone, state="missed")
    here.signed(here.client(first="Fay"), ("97112", 15))
    hurt = here.client(first="Wes")
    Case.objects.filter(pk=hurt.pk).update(cause="work")
    here.signed(hurt, ("97530", 15))
    for name in ("Ada", "Dan", "Rex", "Sue"):
        here.signed(here.client(first=name, payer=here.aetna), ("97530", 15))
    rich = here.client(first="Cleo")
    here.signed(rich, ("97530", 15))
    here.answer_bells()
    by_name = {claim.client.first_name: claim for claim in Claim.objects.select_related("client")}
    sent = [by_name[name].pk for name in ("Ada", "Dan", "Rex")]
    claims.submit(by=here.bob, claims=sent, undo=0)
    Claim.objects.filter(pk=by_name["Dan"].pk).update(decision=Decision.DENIED, delivery="accepted")
    Claim.objects.filter(pk=by_name["Ada"].pk).update(delivery="accepted")
    Claim.objects.filter(pk=by_name["Rex"].pk).update(delivery="rejected")
    OpenItem.objects.create(account="credit", contact=rich.client.guarantor, balance=D("-70.00"), since_on=world.TODAY)
    here.signed(here.client(first="New"), ("97530", 15))
    assert reasons() == [
        ("Ada Nakamura", Reason.WITH_PAYER, D("66.00")),
        ("Cleo Nakamura", Reason.COVERED, D("66.00")),
        ("Dan Nakamura", Reason.DENIED, D("66.00")),
        ("Fay Nakamura", Reason.NO_FEE, None),
        ("New Nakamura", Reason.CHARGING, None),
        ("Rex Nakamura", Reason.REJECTED, D("66.00")),
        ("Sue Nakamura", Reason.NOT_SENT, D("66.00")),
        ("Una Nakamura", Reason.UNSIGNED, None),
        ("Wes Nakamura", Reason.NO_COVERAGE, None),
    ]
    texts = {row.who.split()[0]: row.text for row in listed()}
    assert texts["Fay"] == "No fee is set for 97112" and texts["Ada"] == "With Aetna since Jun 15"
    assert texts["Cleo"] == "Credit of $70.00 covers it"
    assert [row.session for row in listed(Place.UNSIGNED)] == [unsigned.pk]
    assert told(ready()) == []
    page = signed_in(here).get(f"/p/{here.slug}/invoices/?tab=waiting").content.decode()
    for words in (*texts.values(), "Enter coverage", "Mend the claim", "Apply the credit"):
        assert words in page, words


def signed_in(here: world.World) -> Web:
    web = Web()
    web.force_login(here.bob.user)
    return web


@pytest.mark.django_db
def test_each_open_amount_is_in_one_place_from_the_visit_to_the_payment(here: world.World) -> None:
    case = here.client(payer=here.aetna, copay="30.00")
    here.signed(case, ("97530", 45))
    here.answer_bells()
    contact = case.client.guarantor
    assert [(row.reason, row.amount) for row in listed()] == [(Reason.NOT_SENT, D("168.00"))]
    assert [(row.name, row.amount) for row in told(ready())] == [("Walter Nakamura", D("30.00"))]
    each_amount_in_one_place()
    [invoice] = make_invoices(by=here.bob, contacts=[contact.pk])
    each_amount_in_one_place()
    take_payment(
        by=here.sam, contact=contact, invoice=invoice, amount=D("50.00"), method="cash", received_on=world.TODAY, key="k"
    )  # fmt: skip
    each_amount_in_one_place()
    assert sorted((row.reason, row.text) for row in listed()) == [
        (Reason.NOT_SENT, "The claim to Aetna is not sent yet"),
        (Reason.ONLY_CREDIT, "Owes nothing and holds $20.00"),
    ]


@pytest.mark.django_db
def test_a_rule_that_forbids_takes_it_off_every_letter(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = people(here, 2)
    forbidden = Charge.objects.get(client__guarantor=one)
    for module in ("billing.invoicing.ready", "billing.invoicing.waiting"):
        monkeypatch.setattr(f"{module}.never_billed", lambda: Q(charge=forbidden))
    assert [row["contact"] for row in ready()] == [two]
    assert [(row.reason, row.text, row.charge) for row in listed()] == [
        (Reason.NEVER, "May not be billed: the plan forbids it", forbidden.pk)
    ]
    each_amount_in_one_place()
    monkeypatch.setattr(never, "because", lambda items: {item.pk: "Medicare as a QMB" for item in items})
    assert listed(Place.NEVER)[0].text == "May not be billed: Medicare as a QMB"


@pytest.mark.django_db
def test_what_no_letter_can_name_is_not_lost(here: world.World) -> None:
    """A charge that was taken back while a share of it is still open."""
    [one] = people(here, 1)
    charge = Charge.objects.get(client__guarantor=one)
    Charge.objects.filter(pk=charge.pk).update(reversed_by=charge.entries.first().posting_id)
    assert [(row.reason, row.charge, row.amount) for row in listed()] == [(Reason.ASTRAY, charge.pk, AMOUNT)]
    assert not ready().exists()


@pytest.mark.django_db
def test_the_lists_ask_as_often_for_many_as_for_a_few(here: world.World) -> None:
    web, figures = signed_in(here), []
    addresses = ("", "?tab=waiting", "?tab=open", "count/", "export/?tab=ready", "export/?tab=waiting")
    for count in (3, 247):
        ids = people(here, count)
        rich = Contact.objects.filter(pk__in=ids[: count // 2 + 1])
        OpenItem.objects.bulk_create(
            OpenItem(account="credit", contact=contact, balance=-AMOUNT, since_on=world.TODAY) for contact in rich
        )
        asked = []
        for address in addresses:
            web.get(f"/p/{here.slug}/invoices/{address}")
            with CaptureQueriesContext(connection) as queries:
                answer = web.get(f"/p/{here.slug}/invoices/{address}")
            assert answer.status_code == 200
            asked.append(len(queries))
        figures.append(asked[:-1])  # what waits is explained a thousand at a time
    assert figures[0] == figures[1]
    page = web.get(f"/p/{here.slug}/invoices/").content.decode()
    assert "1–50 of 124" in page and "Invoice all 124" in page
    assert web.get(f"/p/{here.slug}/invoices/count/").content == b"124"


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["ready", "waiting", "open"])
def test_a_name_that_is_a_formula_is_defused_in_the_file(here: world.World, tab: str) -> None:
    """OWASP, "CSV Injection": each of the signs that begin one."""
    ids = people(here, len(exports.FORMULA))
    for pk, sign in zip(ids, exports.FORMULA, strict=True):
        Contact.objects.filter(pk=pk).update(first_name=f"{sign}HYPERLINK(1)")
    if tab == "open":
        make_invoices(by=here.bob, contacts=ids)
    if tab == "waiting":
        OpenItem.objects.bulk_create(
            OpenItem(account="credit", contact_id=pk, balance=-AMOUNT, since_on=world.TODAY) for pk in ids
        )
    answer = signed_in(here).get(f"/p/{here.slug}/invoices/export/?tab={tab}")
    assert answer["Content-Disposition"] == f'attachment; filename="invoices-{tab}-2026-06-15.csv"'
    text = answer.content.decode("utf-8-sig")
    for sign in exports.FORMULA:
        assert f"'{sign}HYPERLINK(1)" in text, repr(sign)
    cells = [cell.strip('"') for line in text.split("\r\n") for cell in line.split(",")]
    assert not any(cell.startswith(exports.FORMULA) for cell in cells)
    assert "58.00" in cells


@pytest.mark.django_db
def test_odd_addresses_are_answered(here: world.World) -> None:
    web, base = signed_in(here), f"/p/{here.slug}/invoices/"
    for address in ("?tab=waiting&why=nothing", "?tab=²&page=-1", "?tab=waiting&page=99999999999", "export/?tab=x"):
        assert web.get(base + address).status_code == 200, address
    huge = 2**63
    for address in (f"runs/{huge}/", f"runs/{huge}/progress/", f"letters/{huge}/", "runs/1/", "letters/1/"):
        assert web.get(base + address).status_code == 404, address
    assert web.post(f"{base}runs/{huge}/letters/").status_code == 404
    many = [str(huge), "²", "-1", *map(str, range(10**17, 10**17 + 60))]
    for body in ({"contact": many}, {"contact": many, "key": "k"}):
        assert web.post(f"{base}make/", body).status_code == 302
    for key in ("", "\0", "é" * 9, "k"):
        assert web.post(f"{base}runs/", {"key": key}).status_code == 302
    assert not Invoice.objects.exists() and reports.open_invoices() == {}
