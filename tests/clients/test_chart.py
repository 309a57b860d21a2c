"""The chart: its tabs, what each role sees in them, and the list that leaves inactive clients out."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client as Web

from clients import actions
from clients.models import Case, Client
from practice import actions as house
from practice.findings import BadInput
from practice.models import AuditEvent
from practice.team.actions import set_active
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def url_of(case: Case, rest: str = "") -> str:
    return f"/p/alder/clients/{case.client_id}/{rest}"


def test_each_tab_stands_in_the_address_and_holds_its_region(here: world.World, web: Any) -> None:
    case = here.client(payer=here.medicare)
    web.force_login(here.olivia.user)
    for tab, regions in {
        "visits": ["limits/", "visits/"], "notes": ["notes/"], "plan": ["plans/"], "billing": [
            "payers/", "ledger/", "sliding-fees/", "hardships/", "fees/", "superbills/", "estimates/", "notices/",
        ], "wrong": ["limits/", "visits/"],
    }.items():  # fmt: skip
        page = web.get(url_of(case), {"tab": tab}).text
        lazy = re.findall(r'class="lazy pad" hx-get="([^"]+)"', page)
        assert [region for region in lazy if "files" not in region] == [url_of(case, each) for each in regions]
        [current] = re.findall(r'<nav class="tabs".*?aria-current="page">([^<]+)<', page, re.S)
        assert current == {"plan": "Plan and goals", "wrong": "Visits"}.get(tab, tab.capitalize())


def test_a_role_that_may_not_look_is_told_so(here: world.World, web: Any) -> None:
    case = here.client(payer=here.aetna)
    web.force_login(here.sam.user)
    assert "Your role does not read notes" in web.get(url_of(case), {"tab": "notes"}).text
    assert "Your role does not see the ledger" in web.get(url_of(case), {"tab": "billing"}).text
    web.force_login(here.bob.user)
    notes = web.get(url_of(case), {"tab": "notes"}).text
    assert "Your role does not read notes" in notes and url_of(case, "notes/") not in notes


def test_signed_notes_come_newest_first_and_unsigned_not_at_all(here: world.World, web: Any) -> None:
    case = here.client()
    for on in (date(2026, 6, 1), date(2026, 6, 8)):
        here.signed(case, ("97110", 30), day=on)
    here.booked(case)
    web.force_login(here.alice.user)
    page = web.get(url_of(case, "notes/")).text
    assert re.findall(r'/sessions/\d+/">([^<]+)</a></h3>', page) == ["Jun 8", "Jun 1"]
    assert page.count("Grip 14 kg.") == 2 and "Alice Atherton, OTR/L" in page


def test_the_head_says_what_matters_now(here: world.World, web: Any) -> None:
    case = here.client(payer=here.aetna)
    actions.add_authorization(
        by=here.bob, case=case, coverage=case.client.coverages.get(), number="A1", allowed=3,
        starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30),
    )  # fmt: skip
    here.signed(case, ("97110", 30))
    here.booked(case, day=date(2026, 6, 16))
    web.force_login(here.alice.user)
    facts = re.findall(r"<b>([^<]+)</b><span>([^<]+)", web.get(url_of(case, "facts/")).text)
    assert facts == [("1", "authorized visits left; ask for more"), ("Aug 14", "plan of care ends")]


def test_inactive_clients_leave_the_list_and_their_number_finds_them(here: world.World, web: Any) -> None:
    case = here.client()
    here.client(first="Rosa", last="Delgado")
    actions.deactivate_client(by=here.sam, client=case.client, reason="moved away")
    web.force_login(here.sam.user)
    names = lambda **query: re.findall(  # noqa: E731
        r'<td role="cell"><a class="plain"[^>]*>([^<]+)</a>', web.get("/p/alder/clients/", query).text
    )
    assert names() == ["Rosa Delgado"] and names(q="nak") == []
    assert names(show="inactive") == ["Walter Nakamura"] == names(q=str(case.client.number))
    assert "This client is inactive." in web.get(url_of(case)).text


def test_a_merged_chart_leads_to_the_other(here: world.World, web: Any) -> None:
    kept, twice = here.client().client, here.client()
    twice.client.merged_into = kept
    twice.client.save(update_fields=["merged_into"])
    web.force_login(here.olivia.user)
    led = web.get(url_of(twice))
    assert led["Location"] == f"/p/alder/clients/{kept.pk}/?merged={twice.client.pk}"
    assert f"Chart {twice.client.number} was merged into this one." in web.get(led["Location"]).text
    again = web.get(url_of(twice).replace(str(twice.client.pk), str(kept.pk))).text  # not by the address of the other
    assert f"Chart {twice.client.number} was merged into this one." in again
    assert f"/clients/{twice.client.pk}/unmerge/" in again


def test_the_care_team_says_who_opens_the_chart(here: world.World, web: Any) -> None:
    """A colleague covers, and leaves again; who booked her put her on the team."""
    case = here.client(payer=here.aetna)
    client, peter = case.client, Web()
    peter.force_login(here.pt.member.user)
    web.force_login(here.sam.user)
    assert peter.get(url_of(case)).status_code == 404
    add = url_of(case, "care-team/add/")
    assert "Alice" not in web.get(add).text and web.post(add, {"clinician": ""}).status_code == 422
    assert web.post(add, {"clinician": here.pt.pk}).status_code == 302
    assert peter.get(url_of(case)).status_code == 200
    page = web.get(url_of(case)).text
    [off] = re.findall(r'href="([^"]+)"[^>]*aria-label="Take Peter Porter', page)
    assert peter.post(off).status_code == 403 and peter.get(add).status_code == 403
    assert web.post(off).status_code == 302 and web.post(off).status_code == 404
    assert peter.get(url_of(case)).status_code == 404
    told = AuditEvent.objects.filter(verb__in=["assign", "unassign"], client_id=client.pk, member=here.sam)
    assert [row.verb for row in told.order_by("pk")] == ["assign", "unassign"]


def test_nobody_who_left_joins_a_care_team_and_who_is_on_it_stays_once(here: world.World) -> None:
    client = here.client().client
    twin = here.client(first="Walt").client
    actions.merge_clients(by=here.bob, duplicate=twin, into=client)
    before = AuditEvent.objects.count()
    assert actions.assign(by=here.sam, client=twin, clinician=here.ot).client == client
    assert AuditEvent.objects.count() == before
    set_active(by=here.olivia, member=here.pt.member, active=False)
    here.pt.member.refresh_from_db()
    with pytest.raises(BadInput, match="Peter Porter does not work here any more"):
        actions.assign(by=here.sam, client=client, clinician=here.pt)


def test_who_is_taken_off_is_off_every_merged_chart_and_told_once(here: world.World, web: Any) -> None:
    case = here.client()
    client, twin = case.client, here.client(first="Walt").client
    actions.merge_clients(by=here.bob, duplicate=twin, into=client)
    web.force_login(here.sam.user)
    assert web.get(url_of(case)).text.count('aria-label="Take Alice Atherton') == 1
    row = client.care_team.get()
    for _ in range(2):
        actions.unassign(by=here.sam, row=row)
    assert not Client.objects.visible_to(here.alice).filter(pk=client.pk).exists()
    told = AuditEvent.objects.filter(verb="unassign").order_by("pk")
    assert [each.client_id for each in told] == [client.pk, twin.pk]


def test_who_books_a_client_she_cannot_see_joins_no_care_team(here: world.World, web: Any) -> None:
    case = here.client()
    web.force_login(here.pt.member.user)
    slot = {"case": case.pk, "clinician": here.pt.pk, "location": here.location.pk}
    page = slot | {"date": "2026-06-16", "time": "20:00", "length": "45"}
    assert web.post("/p/alder/sessions/book/", page).status_code == 422
    sent, key = slot | {"starts_at": "2026-06-16T15:00:00Z", "minutes": 45}, {"Idempotency-Key": "book unseen"}
    assert web.post("/api/v1/p/alder/sessions/", sent, "application/json", headers=key).status_code == 404
    assert not here.pt.caseload.exists()


def test_who_is_booked_may_open_the_chart(here: world.World) -> None:
    case = here.client(clinician=here.ot)
    member = house.add_member(
        practice=here.practice, email="tess@alder.example", first_name="Tess", last_name="Team", roles=["therapist"],
        password=world.PASSWORD,
    )  # fmt: skip
    second = house.add_clinician(by=here.olivia, member=member, discipline="OT", credentials="OTR/L", npi=world.NPIS[5])
    assert not Client.objects.visible_to(second.member).exists()
    here.booked(case, clinician=second)
    assert Client.objects.visible_to(second.member).get() == case.client


def test_a_therapist_may_change_diagnoses_and_nothing_else(here: world.World, web: Any) -> None:
    case = here.client(payer=here.aetna)
    web.force_login(here.alice.user)
    forms = set(re.findall(r'href="(/p/alder/clients/[^"]+)" hx-get', web.get(url_of(case)).text))
    assert forms == {f"/p/alder/clients/cases/{case.pk}/diagnoses/"}
