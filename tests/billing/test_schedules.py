"""The schedule of fees: what may be changed, taking a whole one, and what its pages show."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Web
from hypothesis import given
from hypothesis import strategies as st

from billing import actions
from billing.fees import Fees, Rates
from billing.models import Charge, ContractRate, FeeSchedule
from billing.schedules import rows
from billing.schedules.rows import NewPrice, read
from billing.schedules.standing import Standing, by_place, prices, repriced, standing
from clients.models import Payer
from practice.findings import BadInput
from practice.models import AuditEvent, Location
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

pytestmark = pytest.mark.django_db
TODAY, DAY = world.TODAY, timedelta(days=1)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def elsewhere(here: world.World) -> Location:
    one = here.location
    return Location.objects.create(
        name="Fox River", street="88 Fox River Dr", city=one.city, state=one.state, zip=one.zip
    )


@pytest.fixture
def web(here: world.World) -> Web:
    browser = Web()
    browser.force_login(here.bob.user)
    return browser


def said() -> list[tuple[Any, ...]]:
    return list(FeeSchedule.objects.order_by("pk").values_list("code", "starts_on", "location", "fee"))


# --- the past --------------------------------------------------------------------------------


def test_a_fee_that_charged_is_not_changed(here: world.World, elsewhere: Location) -> None:
    session = here.signed(here.client(), ("97530", 45))
    actions.post_charges()
    before = said()
    told = "Visits up to Jun 15 were charged by the fee that stands; let the new one begin on Jun 16 or later"
    for starts_on, location in ((date(2020, 1, 1), None), (TODAY, None), (TODAY, here.location)):
        with pytest.raises(BadInput) as refused:
            actions.set_fee(by=here.bob, code="97530", fee=D("70.00"), starts_on=starts_on, location=location)
        assert refused.value.errors == {"starts_on": told}
    assert said() == before
    actions.set_fee(by=here.bob, code="97530", fee=D("66.00"), starts_on=TODAY)  # the same price says nothing new
    actions.set_fee(by=here.bob, code="97530", fee=D("70.00"), starts_on=TODAY, location=elsewhere)
    actions.set_fee(by=here.bob, code="97530", fee=D("70.00"), starts_on=TODAY + DAY)
    actions.set_fee(by=here.bob, code="97530", fee=D("72.00"), starts_on=TODAY + DAY)  # to come, and nobody met it
    sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 30)], reason="misread")
    actions.post_charges()
    assert Charge.objects.get(reversed_by=None).amount == D("132.00")


def test_a_location_that_charges_by_its_own_leaves_the_practices_free(here: world.World) -> None:
    actions.set_fee(by=here.bob, code="97530", fee=D("70.00"), starts_on=TODAY, location=here.location)
    here.signed(here.client(), ("97530", 15))
    actions.post_charges()
    actions.set_fee(by=here.bob, code="97530", fee=D("80.00"), starts_on=TODAY)
    assert Fees().on(TODAY)["97530"] == D("80.00") and Fees().on(TODAY, here.location.pk)["97530"] == D("70.00")


@pytest.mark.parametrize("starts_on", [date(1999, 12, 31), date(2100, 1, 1)])
def test_a_day_nobody_means(here: world.World, starts_on: date) -> None:
    with pytest.raises(BadInput, match="between 2000 and 2099"):
        actions.set_fee(by=here.bob, code="97530", fee=D("70.00"), starts_on=starts_on)


# --- a whole one -----------------------------------------------------------------------------

TABLE = """Code\tFee\tFrom\tLocation\tPayer
97112\t$52.00\t7/1/2026\t\t
97112\t55\t2026-07-01\tfox river\t
97530\t42.00\t07/01/2026\t\tAETNA

"""


def test_a_schedule_is_taken_whole(here: world.World, elsewhere: Location) -> None:
    july = date(2026, 7, 1)
    for _ in range(2):
        assert actions.import_fees(by=here.bob, body=TABLE.encode()) == (2, 1)
        assert Fees().on(july)["97112"] == D("52.00") and Fees().on(july, elsewhere.pk)["97112"] == D("55.00")
        assert Rates([here.aetna.pk]).on(here.aetna.pk, july) == {"97530": D("42.00")}
    assert FeeSchedule.objects.count() == 8 and ContractRate.objects.count() == 1
    assert AuditEvent.objects.filter(verb="set fee").count() == 4


WRONG = """code,fee,from,location,payer
99999,52.00,2026-07-01,,
97112,0,2026-07-01,,
97112,52.00,1999-07-01,,
97112,fifty,soon,,
,,,Nowhere,Nobody
97112,52.00,2026-07-01,Nowhere,
97116,52.00,2026-07-01,,Nobody
97116,52.00,2026-07-01,,
97116,53.00,2026-07-01,,
"97140"x,1,2026-07-01,,
"""


def test_nothing_is_taken_where_anything_is_wrong(here: world.World) -> None:
    before = said()
    with pytest.raises(BadInput) as refused:
        actions.import_fees(by=here.bob, body=WRONG.encode())
    assert refused.value.errors == {
        "line 5, fee": "“fifty” is not an amount of money",
        "line 5, from": refused.value.errors["line 5, from"],
        "line 6, code": "The code is missing",
        "line 6, fee": "The fee is missing",
        "line 6, from": "The from is missing",
        "line 11": refused.value.errors["line 11"],
    }
    rest = "\n".join(line for n, line in enumerate(WRONG.splitlines(), start=1) if n not in (5, 6, 11))
    with pytest.raises(BadInput) as refused:
        actions.import_fees(by=here.bob, body=rest.encode())
    assert refused.value.errors == {
        "line 2, code": "99999 is not a service code this practice knows",
        "line 3, fee": "It is more than nothing and at most 10,000 dollars a unit",
        "line 4, from": "A fee begins between 2000 and 2099",
        "line 5, location": "There is no location “Nowhere”",
        "line 6, payer": "There is no payer “Nobody”",
        "line 8, code": "Line 7 says the same code, day, location and payer",
    }
    assert said() == before and not ContractRate.objects.exists()


def test_a_name_that_two_payers_have_is_asked_about_and_the_payer_id_taken(here: world.World) -> None:
    twin = Payer.objects.get(pk=here.aetna.pk)
    twin.pk, twin.name, twin.payer_id = None, "Aetna of Ohio", "OH001"  # its short name is the same
    twin.save()
    table = "code,fee,from,location,payer\n97530,42.00,2026-07-01,,{}\n"
    with pytest.raises(BadInput) as refused:
        actions.import_fees(by=here.bob, body=table.format("Aetna").encode())
    assert refused.value.errors == {"line 2, payer": "Two payers are called “Aetna”; write the payer ID"}
    actions.import_fees(by=here.bob, body=table.format(here.aetna.payer_id).encode())
    assert ContractRate.objects.get().payer == here.aetna


def test_a_schedule_neither_stands_alone_nor_changes_the_past(here: world.World, elsewhere: Location) -> None:
    here.signed(here.client(), ("97530", 45))
    actions.post_charges()
    before = said()
    for line, told in (
        ("97112,52.00,2026-07-01,Fox River", {"line 2, location"}),
        ("97112,52.00,2026-07-01,Fox River\n97112,50.00,2026-07-02,", {"line 2, location"}),
        ("97530,70.00,2026-06-01,\n97110,70.00,2026-06-01,", {"line 2, from"}),
    ):
        with pytest.raises(BadInput) as refused:
            actions.import_fees(by=here.bob, body=f"Code,Fee,From,Location\n{line}".encode())
        assert set(refused.value.errors) == told and said() == before


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no column names"),
        (b"Code,Fee\n97110,58\n", "there is no From"),
        (b"Price,Since\n97110,1\n", "there is no Code and no From"),
        (b"x" * 500_001, "500 KB"),
        (b"%PDF-1.7", "no CSV file"),
    ],
)
def test_a_table_that_cannot_be_read(body: bytes, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(body)
    assert list(refused.value.errors) == ["text"] and told in refused.value.errors["text"]


def test_how_much_is_said_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    table = b"Code,Fee,From\n" + b"97110,x,2026-07-01\n" * 40
    with pytest.raises(BadInput) as refused:
        read(table)
    assert len(refused.value.errors) == 31 and refused.value.errors["text"] == "10 more cells are wrong"
    monkeypatch.setattr(rows, "MOST_ROWS", 39)
    with pytest.raises(BadInput, match="at most 39 rows"):
        read(table)


def test_a_short_row_is_read() -> None:
    assert read(b"Code,Fee,From,Location\n97110,58,2026-07-01\n") == [NewPrice(2, "97110", D("58"), date(2026, 7, 1))]


# --- hearts ----------------------------------------------------------------------------------


def test_what_holds_and_what_comes() -> None:
    known = [
        ("97110", date(2026, 1, 1), None, D("58")), ("97110", date(2026, 6, 15), None, D("59")),
        ("97110", date(2027, 1, 1), None, D("61")), ("97110", date(2028, 1, 1), None, D("62")),
        ("97110", date(2026, 7, 1), 7, D("70")), ("97112", date(2026, 1, 1), None, D("52")),
    ]  # fmt: skip
    assert standing(known, TODAY) == [
        Standing("97110", None, D("59"), date(2026, 6, 15), D("61"), date(2027, 1, 1)),
        Standing("97110", 7, None, None, D("70"), date(2026, 7, 1)),
        Standing("97112", None, D("52"), date(2026, 1, 1), None, None),
    ]
    assert standing([], TODAY) == []


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from([None, 1]), st.integers(1, 5)), max_size=8), st.data())
def test_what_is_not_repriced_costs_the_same(known: list[tuple[int, int | None, int]], data: st.DataObject) -> None:
    def row(day: int, place: int | None, fee: int) -> tuple[str, date, int | None, D]:
        return ("97110", date(2026, 6, day), place, D(fee))

    old = list({(day, place): row(day, place, fee) for day, place, fee in known}.values())
    day, place, fee = data.draw(st.tuples(st.integers(1, 20), st.sampled_from([None, 1]), st.integers(1, 5)))
    new = [*(each for each in old if each[1:3] != (date(2026, 6, day), place)), row(day, place, fee)]
    used = [("97110", date(2026, 6, n), where) for n in range(1, 25) for where in (1, 2)]
    before, after = by_place(old), by_place(new)
    moved = [on for _, on, where in used if prices(before, on, where) != prices(after, on, where)]
    assert repriced(old, [row(day, place, fee)], used) == ({"97110": max(moved)} if moved else {})


# --- pages -----------------------------------------------------------------------------------


def test_codes_that_visits_wait_for_come_first(here: world.World, web: Web) -> None:
    here.signed(here.client(), ("97112", 30))
    base = f"/p/{here.slug}/fees/"
    page = web.get(base).content.decode()
    assert "Visits wait for these fees" in page and f"{base}new/?code=97112" in page
    answer = web.post(f"{base}new/?code=97112", {"code": "97112", "fee": "52.00", "starts_on": "2026-06-15"})
    assert answer.status_code == 302 and "Visits wait" not in web.get(base).content.decode()
    here.answer_bells()
    assert Charge.objects.get().amount == D("104.00")
    refused = web.post(f"{base}new/", {"code": "97112", "fee": "53.00", "starts_on": "2026-06-15"})
    assert refused.status_code == 422 and "let the new one begin on Jun 16 or later" in refused.content.decode()
    assert 'value="53.00"' in refused.content.decode()
    assert web.get(f"{base}codes/99999/").status_code == 404
    assert "$52.00" in web.get(f"{base}codes/97112/").content.decode()


def test_rates_have_their_list_and_filter(here: world.World, web: Web) -> None:
    base = f"/p/{here.slug}/fees/"
    assert "No contract rates yet" in web.get(f"{base}?tab=contracts").content.decode()
    told = {"payer": here.aetna.pk, "code": "97530", "fee": "42.00", "starts_on": "2026-07-01"}
    assert web.post(f"{base}rates/new/", told).status_code == 302
    page = web.get(f"{base}?tab=contracts&payer={here.aetna.pk}").content.decode()
    assert "$42.00 from Jul 1" in page and "None yet" in page
    assert "$42.00" not in web.get(f"{base}?tab=contracts&payer={here.medicare.pk}").content.decode()
    assert "Aetna" in web.get(f"{base}codes/97530/").content.decode()


def test_a_schedule_by_its_page(here: world.World, web: Web) -> None:
    url = f"/p/{here.slug}/fees/import/"
    assert web.post(url, {"text": " "}).status_code == 422
    bad = web.post(url, {"text": "Code,Fee,From\n97112,fifty,2026-07-01\n"})
    assert bad.status_code == 422 and "Line 2, fee: “fifty” is not an amount" in bad.content.decode()
    assert "97112,fifty" in bad.content.decode() and FeeSchedule.objects.count() == 6
    assert "names the columns" in web.post(url, {"text": "Code,Fee\n97112,5"}).content.decode()
    file = SimpleUploadedFile("fees.csv", b"Code,Fee,From\n97112,52.00,2026-07-01\n")
    assert web.post(url, {"file": file}).status_code == 302
    assert FeeSchedule.objects.get(code="97112").fee == D("52.00")


def test_fees_by_api(here: world.World, web: Web) -> None:
    base = f"/api/v1/p/{here.slug}/"

    def post(address: str, body: dict[str, Any], key: str) -> Any:
        return web.post(base + address, body, content_type="application/json", headers={"Idempotency-Key": key})

    price = {"code": "97112", "starts_on": "2026-07-01"}
    assert post("fees/", {**price, "fee": "52.00"}, "key 00001").json()["location"] is None
    assert "location" in post("fees/", {**price, "fee": "5.00", "location": 10**9}, "key 00002").json()
    rate = {**price, "rate": "42.00", "payer": here.aetna.pk, "location": here.location.pk}
    assert post("contract-rates/", rate, "key 00003").json()["location"] == here.location.pk
    assert post("fees/import/", {"text": "Code,Fee,From\nx,1,2026-07-01"}, "key 00004").status_code == 400
    assert post("fees/import/", {"text": TABLE.replace("fox river", "alder street")}, "key 00005").json() == {
        "fees": 2, "rates": 1,
    }  # fmt: skip
    assert [row["fee"] for row in web.get(f"{base}fees/?code=97112").json()["results"]] == ["55.00", "52.00"]
    assert web.get(f"{base}fees/").json()["count"] == 8
    assert web.get(f"{base}contract-rates/?payer={here.aetna.pk}&code=97530").json()["count"] == 1
    assert web.get(f"{base}contract-rates/?payer=x").json()["count"] == 0
