"""A new client on one page: everything, or nothing and a sentence at each field that is wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from clients import actions as people
from clients.models import Authorization, Case, Client, Contact, Coverage, Payer, Referrer
from practice.models import AuditEvent
from practice.tenancy import tenant
from sessions.intake import Intake, take_in
from sessions.models import Session
from sessions.paying import payers_of, pays_first
from tests import world

PAGE = {
    "client-first_name": "June", "client-last_name": "Ortiz", "client-birth_on": "2019-04-02", "client-sex": "F",
    "client-phone": "(630) 555-0188", "client-street": "9 Elm St", "client-city": "Aurora", "client-state": "il",
    "client-zip": "60506-0001",
    "guarantor-relation": "mother", "guarantor-first_name": "Rosa", "guarantor-last_name": "Ortiz",
    "guarantor-email": "rosa@mail.example", "guarantor-birth_on": "1988-07-01", "guarantor-sex": "F",
    "coverage-member_id": "w123456780", "coverage-relation": "19", "coverage-starts_on": "2026-01-01",
    "coverage-copay": "30",
    "case-complaint": "Handwriting", "case-diagnoses": ["R27.8", "F82", "", ""], "case-cause": "illness",
    "authorization-number": "A55", "authorization-allowed": "12", "authorization-counts": "visits", "authorization-starts_on": "2026-06-15",
    "authorization-ends_on": "2026-09-15",
    "visit-date": "2026-06-16", "visit-time": "09:00", "visit-length": "45",
}  # fmt: skip
LATER = {"visit__date": "", "visit__time": ""}  # the length stands there beforehand
pytestmark = pytest.mark.django_db
TABLES = (Client, Contact, Coverage, Case, Authorization, Session)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as found:
        yield found


@pytest.fixture
def send(here: world.World, web: Any) -> Any:
    """Posts the page with some fields changed, as the front desk."""
    web.force_login(here.sam.user)
    chosen = {"coverage-payer": here.aetna.pk, "case-clinician": here.ot.pk, "visit-location": here.location.pk}

    def post(**changed: Any) -> Any:
        fields = {name.replace("__", "-"): value for name, value in changed.items()}
        return web.post(f"/p/{here.slug}/clients/new/", PAGE | chosen | fields)

    return post


def test_all_of_it_in_one_go(here: world.World, send: Any) -> None:
    answer = send()
    child = Client.objects.get(last_name="Ortiz")
    assert answer.status_code == 302 and answer.url.endswith(f"/clients/{child.pk}/")
    assert (child.phone, child.state, child.zip) == ("6305550188", "IL", "605060001")
    assert (child.guarantor.first_name, child.guarantor.street) == ("Rosa", "9 Elm St")
    link = child.contact_links.get()
    assert (link.relation, link.guardian) == ("mother", True)
    coverage = child.coverages.get()
    assert (coverage.member_id, coverage.subscriber, coverage.subscriber_birth_on) == (
        "W123456780", child.guarantor, date(1988, 7, 1),
    )  # fmt: skip
    case = child.cases.get()
    assert (case.discipline, [d.code for d in case.diagnoses.all()]) == ("OT", ["R27.8", "F82"])
    assert case.authorizations.get().allowed == 12
    session = child.sessions.get()
    assert (session.case, session.clinician, session.served_on) == (case, here.ot, date(2026, 6, 16))
    assert Client.objects.visible_to(here.alice).filter(pk=child.pk).exists()  # she treats her


def test_a_client_who_pays_herself_needs_no_more(here: world.World, send: Any) -> None:
    left_out = {name.replace("-", "__"): "" for name in PAGE if name.split("-")[0] in ("guarantor", "authorization")}
    answer = send(**left_out, coverage__payer="", coverage__member_id="", **LATER)
    assert answer.status_code == 302
    alone = Client.objects.get(last_name="Ortiz")
    assert (alone.coverages.count(), alone.sessions.count()) == (0, 0)
    assert (str(alone.guarantor), alone.contact_links.get().relation) == ("June Ortiz", "self")


DOCTOR = {"referrer__first_name": "Rita", "referrer__last_name": "Roe"}
LENGTH_ALONE = LATER | {"visit__length": "60"}
WRONG = [
    ({"client__birth_on": "2031-01-01"}, "client", "birth_on", "in the future"),
    ({"client__birth_on": ""}, "client", "birth_on", "Fill this in"),
    ({"client__phone": "555-0188"}, "client", "phone", "10 digits"),
    ({"client__zip": "6050"}, "client", "zip", "5 digits, or 9"),
    ({"client__state": "Il."}, "client", "state", "two letters"),
    ({"client__state": "QQ"}, "client", "state", "two letters"),
    ({"coverage__payer": ""}, "coverage", "payer", "Fill this in"),
    ({"guarantor__first_name": "", "guarantor__last_name": ""}, "guarantor", "first_name", "who the subscriber is"),
    ({"case__diagnoses": "M54.5"}, "case", "diagnoses", "M54.50"),
    ({"case__diagnoses": []}, "case", "diagnoses", "1 to 12 diagnoses"),
    ({"case__diagnoses": ["R27.8", "F82.99"]}, "case", "diagnoses", "F82.99 is not an ICD-10-CM code"),
    ({"case__cause": "work"}, "case", "accident_on", "day of the accident"),
    (
        {"case__cause": "auto", "case__accident_on": "2026-06-01"},
        "case",
        "accident_state",
        "state of the auto accident",
    ),
    ({"case__cause": "other", "case__accident_on": "2026-07-01"}, "case", "accident_on", "in the future"),
    ({"case__adjuster_phone": "12"}, "case", "adjuster_phone", "10 digits"),
    ({"case__referral_ends_on": "2026-07-01"}, "case", "referral_on", "first day of the referral"),
    ({"coverage__member_id": "w12 345"}, "coverage", "member_id", "Aetna IDs have W and 9 digits; this has 6"),
    ({"coverage__member_id": " - "}, "coverage", "member_id", "as it stands on the card"),
    ({"coverage__ends_on": "2025-12-31"}, "coverage", "ends_on", "before the first"),
    ({"coverage__visit_limit": "0"}, "coverage", "visit_limit", "at least 1"),
    ({"coverage__copay": "0"}, "coverage", "copay", "more than $0.00"),
    ({"guarantor__birth_on": "2031-01-01"}, "guarantor", "birth_on", "in the future"),
    ({"guarantor__phone": "12"}, "guarantor", "phone", "10 digits"),
    ({"guarantor__relation": ""}, "guarantor", "relation", "Fill this in"),
    ({"referrer__npi": "1770000011", **DOCTOR}, "referrer", "npi", "NPI"),
    ({"referrer__npi": "1770000069", **DOCTOR}, "referrer", "npi", "Alan Whitcomb with this NPI is on the list"),
    ({"referrer__npi": ""} | DOCTOR, "referrer", "npi", "Fill this in"),
    ({"authorization__allowed": "0"}, "authorization", "allowed", "at least one"),
    ({"authorization__ends_on": "2026-01-01"}, "authorization", "ends_on", "before the first"),
    ({"visit__length": "2"}, "visit", "length", "5"),
    ({"visit__date": ""}, "visit", "date", "Enter the day of the first visit, or clear the time"),
    ({"visit__date": "", "visit__length": ""}, "visit", "date", "or clear the time"),
    (LENGTH_ALONE, "visit", "date", "Enter the day of the first visit, or put the minutes back to 45"),
]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(here: world.World, send: Any) -> None:
    people.add_referrer(by=here.olivia, first_name="Alan", last_name="Whitcomb", npi="1770000069")
    before = [table.objects.count() for table in TABLES]
    for changed, section, field, words in WRONG:
        answer = send(**changed)
        assert answer.status_code == 422, changed
        errors = getattr(answer.context["form"], section).errors
        assert words in " ".join(errors.get(field, [])), (changed, errors)
        assert [table.objects.count() for table in TABLES] == before, changed
        sent = PAGE | {name.replace("__", "-"): value for name, value in changed.items()}
        for name in ("client-phone", "guarantor-email", "coverage-member_id", "case-complaint", "visit-time"):
            assert f'value="{sent[name]}"' in answer.text, (changed, name)  # what was typed is still there


def test_all_that_is_wrong_is_said_at_once(send: Any) -> None:
    answer = send(case__diagnoses="M54.5", guarantor__first_name="", guarantor__last_name="")
    form = answer.context["form"]
    assert (list(form.case.errors), list(form.guarantor.errors)) == (["diagnoses"], ["first_name"])
    assert "2 fields need another look" in answer.content.decode()


def test_a_taken_hour_is_said_at_the_time(here: world.World, send: Any) -> None:
    assert send().status_code == 302
    answer = send(client__first_name="Ada", client__birth_on="2018-01-01")
    assert "somebody else at that time" in " ".join(answer.context["form"].visit.errors["time"])
    assert not Client.objects.filter(first_name="Ada").exists()


def test_a_case_is_open_on_its_first_visit_whatever_zone_the_hour_was_sent_in(here: world.World) -> None:
    """Half past one at night in Greenwich is still the evening before in Aurora."""
    asked = Intake(
        clinician=here.ot,
        client={"first_name": "June", "last_name": "Ortiz", "birth_on": date(1960, 4, 2), "sex": "F"},
        case={"complaint": "Stroke", "diagnoses": ["R27.8"]},
        visit={
            "location": here.location,
            "starts_at": datetime(2026, 6, 10, 1, 30, tzinfo=UTC),
            "length": timedelta(minutes=45),
        },
    )
    taken = take_in(by=here.sam, zone=world.ZONE, asked=asked)
    assert taken.session is not None
    assert taken.case.opened_on == taken.session.served_on == date(2026, 6, 9)


def test_who_may_not_book_is_not_asked(here: world.World, web: Any) -> None:
    web.force_login(here.bob.user)
    assert b"First visit" not in web.get(f"/p/{here.slug}/clients/new/").content


# --- an ID that does not fit its payer -----------------------------------------------------------


def test_an_odd_member_id_is_kept_on_purpose(send: Any) -> None:
    odd = {"coverage__member_id": "W12 345 67"}
    told = send(**odd)
    assert "keep this ID" in told.text and 'value="W12 345 67"' in told.text
    assert "keep this ID" not in send(coverage__payer="").text  # asked only where it would help
    assert send(**odd, coverage__keep_odd_id="on").status_code == 302
    assert Coverage.objects.get().member_id == "W1234567"


# --- who pays -------------------------------------------------------------------------------------


def plan(here: world.World, name: str, plan_type: str) -> Payer:
    return people.add_payer(
        by=here.olivia, name=name, short_name=name, payer_id=name.upper()[:5], plan_type=plan_type,
        unit_rule="midpoint", filing_days=120,
    )  # fmt: skip


@pytest.mark.parametrize(("plan_type", "cause"), [("workers_comp", "work"), ("auto", "auto")])
def test_a_plan_for_an_accident_serves_its_case_alone(here: world.World, send: Any, plan_type: str, cause: str) -> None:
    own = plan(here, "Acme", plan_type)
    facts = {"case__cause": cause, "case__accident_on": "2026-06-01", "case__accident_state": "il"}
    sent = {"coverage__payer": own.pk, "coverage__member_id": "C 77", "case__claim_number": "C-77"}
    assert send(**sent, **facts).status_code == 302
    case, coverage, session = Case.objects.get(), Coverage.objects.get(), Session.objects.get()
    assert (coverage.case, case.accident_state, case.claim_number) == (case, "IL", "C-77")
    assert pays_first(session) == coverage and payers_of(session).findings == ()
    here.cover(case.client, here.aetna, rank=2)
    later = people.open_case(
        by=here.sam, client=case.client, discipline="OT", complaint="Hand", opened_on=world.TODAY, diagnoses=["R27.8"]
    )
    assert pays_first(here.booked(later)) == case.client.coverages.get(payer=here.aetna)


def test_a_plan_for_an_accident_asks_for_its_cause(here: world.World, send: Any) -> None:
    own = plan(here, "Acme", "workers_comp")
    answer = send(coverage__payer=own.pk)
    assert "pays after an accident" in " ".join(answer.context["form"].coverage.errors["payer"])
    assert not Client.objects.exists()


def test_employee_assistance_asks_for_its_visits_and_pays_for_so_many(here: world.World, send: Any) -> None:
    lyra = plan(here, "Lyra", "employee_assistance")
    answer = send(coverage__payer=lyra.pk)
    assert "how many visits" in " ".join(answer.context["form"].coverage.errors["visit_limit"])
    assert send(coverage__payer=lyra.pk, coverage__visit_limit="1").status_code == 302
    case, coverage = Case.objects.get(), Coverage.objects.get()
    assert (coverage.visit_limit, pays_first(Session.objects.get())) == (1, coverage)
    assert pays_first(here.booked(case, day=date(2026, 6, 22))) is None


# --- diagnoses, of the day of the visit --------------------------------------------------------------


def test_diagnoses_are_those_of_the_day_of_the_first_visit(send: Any) -> None:
    """No list of October is loaded here: what the nearest one does not know is asked about once."""
    later = {"visit__date": "2026-10-05", "authorization__number": "", "authorization__allowed": ""}
    refused = send(case__diagnoses="M54.5", case__keep_codes="on")
    assert (refused.status_code, list(refused.context["form"].case.errors)) == (422, ["diagnoses"])
    doubted = send(case__diagnoses="M54.5", **later)
    assert doubted.status_code == 422
    assert "in the list FY2026 April, the nearest there is; use M54.50" in doubted.text
    assert "The list of Oct 5 is not loaded here" in doubted.text and "Keep these codes as they are" in doubted.text
    assert 'value="M54.5"' in doubted.text
    assert send(case__diagnoses="M54.5", case__keep_codes="on", **later).status_code == 302


def test_the_search_asks_for_that_day(here: world.World, web: Any) -> None:
    web.force_login(here.sam.user)
    page = web.get(f"/p/{here.slug}/clients/new/").text
    address = "/p/alder/clients/diagnoses/?text=case-diagnoses&amp;day=visit-date"
    assert page.count(f'hx-get="{address}"') == 12
    names = {"text": "case-diagnoses", "day": "visit-date", "case-diagnoses": "M54.5"}
    ask = lambda day: web.get("/p/alder/clients/diagnoses/", names | {"visit-date": day}).text  # noqa: E731
    assert 'data-value="M54.50"' in ask("2026-06-20") and "From the list" not in ask("2026-06-20")
    assert "that of Nov 25" in ask("2026-11-25")


# --- a referrer who is not on the list ----------------------------------------------------------------


def test_a_new_referrer_comes_into_the_directory_and_onto_the_case(send: Any) -> None:
    assert send(referrer__npi="1558598797", **DOCTOR).status_code == 302
    assert str(Case.objects.get().referrer) == "Rita Roe" == str(Referrer.objects.get())


def test_one_of_the_list_or_a_new_one_not_both(here: world.World, send: Any) -> None:
    known = people.add_referrer(by=here.olivia, first_name="Alan", last_name="Whitcomb", npi="1770000069")
    answer = send(referrer__npi="1558598797", case__referrer=known.pk, **DOCTOR)
    assert "not both" in " ".join(answer.context["form"].referrer.errors["last_name"])


def test_who_may_not_change_the_directory_is_not_asked_for_one(here: world.World, web: Any) -> None:
    web.force_login(here.alice.user)
    assert b"New referrer" not in web.get(f"/p/{here.slug}/clients/new/").content


# --- a chart that is there already ----------------------------------------------------------------------


def test_a_chart_like_hers_is_shown_before_a_second_one(here: world.World, send: Any) -> None:
    assert send().status_code == 302
    first = Client.objects.get()
    again = {"client__first_name": "Juno", "visit__time": "11:00"}
    told = send(**again)
    assert (told.status_code, Client.objects.count(), Contact.objects.count()) == (409, 1, 1)
    assert f'<a href="/p/alder/clients/{first.pk}/">June Ortiz</a>, chart {first.number}, born Apr 2, 2019' in told.text
    assert "same birth date and last name, first names begin alike" in told.text
    assert 'value="Juno"' in told.text and 'value="Handwriting"' in told.text
    buttons = [part.split("</button>")[0] for part in told.text.split('<form class="intake"')[1].split("<button")[1:]]
    assert "anyway" not in buttons[0] and "Create anyway" in buttons[1]  # Enter presses the first
    assert 'name="anyway" value="1"' in buttons[1]
    assert send(**again, anyway="1").status_code == 302
    assert send(**again, anyway="1").status_code == 409  # it goes past what was shown, not past the one it made
    assert Client.objects.count() == 2


def test_what_was_looked_at_is_kept(here: world.World, send: Any) -> None:
    send()
    send()
    with tenant(here.practice, here.olivia):
        events = AuditEvent.objects.filter(verb="view about", member=here.sam)
        assert [event.client_id for event in events] == [Client.objects.get().pk]


ALIKE = [
    ({"client__birth_on": "2019-04-03"}, 302),
    ({"client__first_name": "Ada", "coverage__member_id": "W999999999"}, 302),
    ({"client__first_name": "Ada"}, 409),  # a twin on the same card, or the same person
    ({"client__last_name": "ORTÍZ", "client__phone": "none"}, 409),
    ({"client__first_name": "Ortiz", "client__last_name": "June"}, 409),
]


def test_alike_is_a_birthday_and_a_second_fact(send: Any) -> None:
    send()
    first = Client.objects.get()
    for changed, status in ALIKE:
        assert send(**changed, **LATER).status_code == status, changed
        Client.objects.exclude(pk=first.pk).update(birth_on=date(1900, 1, 1))


def test_a_chart_that_was_merged_away_is_not_meant(here: world.World, send: Any) -> None:
    send()
    kept = here.client().client
    Client.objects.filter(last_name="Ortiz").update(merged_into=kept, active=False)
    assert send(**LATER).status_code == 302


def test_a_chart_outside_her_caseload_is_said_and_not_named(here: world.World, send: Any, web: Any) -> None:
    other = here.client(first="Juanita", last="Ortiz", clinician=here.pt).client
    Client.objects.filter(pk=other.pk).update(birth_on=date(2019, 4, 2))
    Client.objects.filter(pk=other.pk).update(first_name="June")
    web.force_login(here.alice.user)
    told = send(**LATER)
    assert told.status_code == 409 and "A chart outside your caseload" in told.text
    assert str(other.number) not in told.text and f"/clients/{other.pk}/" not in told.text


# --- the API ----------------------------------------------------------------------------------------------

BODY: dict[str, Any] = {
    "client": {"first_name": "June", "last_name": "Ortiz", "birth_on": "1960-04-02", "sex": "F"},
    "case": {"complaint": "Stroke", "diagnoses": ["R27.8"], "cause": "illness"},
}


@pytest.fixture
def call(here: world.World, web: Any) -> Any:
    """Asks the API for a new client, as the front desk; each section takes what is given beside its own."""
    web.force_login(here.sam.user)
    keys = count(10_000_000)

    def post(**sections: Any) -> Any:
        body = BODY | {"clinician": here.ot.pk}
        for name, given in sections.items():
            body[name] = {**body.get(name, {}), **given} if isinstance(given, dict) else given
        headers = {"Idempotency-Key": str(next(keys))}
        return web.post("/api/v1/p/alder/clients/intake/", body, "application/json", headers=headers)

    return post


CARD = {"payer": 0, "member_id": "W123456780", "starts_on": "2026-01-01", "relation": "18"}


WRONG_BODIES: list[tuple[dict[str, Any], str, str]] = [
    ({"nickname": "J"}, "nickname", "no such field"),
    ({"client": {"nickname": "J"}}, "client.nickname", "no such field"),
    ({"case": {"discipline": "OT"}}, "case.discipline", "no such field"),
    ({"coverage": {**CARD, "rank": 2}}, "coverage.rank", "no such field"),
    ({"coverage": {**CARD, "member_id": "W1"}}, "coverage.member_id", "W and 9 digits"),
    ({"coverage": {**CARD, "relation": "19"}}, "guarantor.first_name", "who the subscriber is"),
    ({"client": {"phone": "12"}}, "client.phone", "10 digits"),
    (
        {"guarantor": {"first_name": "Rosa", "last_name": "Ortiz", "relation": "wife", "zip": "1"}},
        "guarantor.zip",
        "5 digits",
    ),
    ({"referrer": {"first_name": "Rita", "last_name": "Roe", "npi": "1558598790"}}, "referrer.npi", "NPI"),
]


def test_the_api_says_what_is_wrong_by_its_place(here: world.World, call: Any) -> None:
    for sections, field, words in WRONG_BODIES:
        if "coverage" in sections:
            sections = {**sections, "coverage": {**sections["coverage"], "payer": here.aetna.pk}}
        answer = call(**sections)
        assert answer.status_code == 400, sections
        assert list(answer.json()) == [field] and words in answer.json()[field][0], (sections, answer.json())
    assert not Client.objects.exists()


def test_the_api_answers_a_likeness_with_409(here: world.World, call: Any) -> None:
    number = call().json()["number"]
    told = call()
    assert (told.status_code, str(number) in told.json()["detail"]) == (409, True)
    shown = Client.objects.get(number=number)
    assert AuditEvent.objects.filter(verb="view about", member=here.sam, client_id=shown.pk).exists()
    made = call(create_anyway=True, coverage={**CARD, "payer": here.aetna.pk, "member_id": "X1", "keep_odd_id": True})
    assert made.status_code == 201
    assert Client.objects.get(pk=made.json()["client"]).coverages.get().member_id == "X1"


def test_the_api_names_no_chart_outside_her_caseload(here: world.World, call: Any, web: Any) -> None:
    """A name and a birthday would buy the number, with which a chart opens in an emergency."""
    number = call(clinician=here.pt.pk).json()["number"]
    web.force_login(here.alice.user)
    told = call()
    assert told.status_code == 409 and str(number) not in told.text
    assert told.json()["detail"].startswith("A chart outside your caseload may be this person's")


def test_the_api_adds_no_referrer_for_who_may_not(here: world.World, call: Any, web: Any) -> None:
    web.force_login(here.alice.user)
    answer = call(referrer={"first_name": "Rita", "last_name": "Roe", "npi": "1558598797"})
    assert answer.status_code == 403 and not Referrer.objects.exists()
