"""Forms of a chart: what is refused stands at its field and nothing typed is lost; what is right is kept clean."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from clients import actions
from clients.crossing import Place, crossed
from clients.forms import CoverageForm
from clients.models import Authorization, Benefit, Case, Client, ClientContact, Contact, Coverage, Referrer
from practice import addresses
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from tests import world

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 1)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.aetna)


def card(here: world.World, **fields: Any) -> dict[str, Any]:
    return {
        "payer": here.medicare.pk, "member_id": "1EG4TE5MK73", "rank": 2, "starts_on": "2026-01-01", "relation": "18",
        **fields,
    }  # fmt: skip


def post(web: Any, here: world.World, path: str, data: dict[str, Any]) -> Any:
    web.force_login(here.bob.user)
    return web.post(f"/p/alder/clients/{path}", data)


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422
    return {name: " ".join(texts) for name, texts in answer.context["form"].errors.items()}


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data", "field", "sentence"),
    [
        ("{client}/edit/", {"birth_on": "2026-06-16"}, "birth_on", "in the future"),
        ("{client}/edit/", {"zip": "6050"}, "zip", "5 digits, or 9"),
        ("{client}/edit/", {"phone": "555-0142"}, "phone", "10 digits"),
        ("{client}/edit/", {"state": "Illinois"}, "state", "two letters, such as IL"),
        ("{client}/edit/", {"email": "w@mail"}, "email", "name@mail.example"),
        ("{client}/coverages/add/", {"member_id": "1EG4"}, "member_id", "11 characters; this has 4"),
        ("{client}/coverages/add/", {"rank": 1}, "starts_on", "Crosses Aetna W123456789, which has no last day; end"),
        ("{client}/coverages/add/", {"ends_on": "2025-12-31"}, "ends_on", "before the first"),
        ("{client}/coverages/add/", {"relation": "19"}, "subscriber", "Say who the subscriber is"),
        ("{client}/coverages/add/", {"copay": "0"}, "copay", "more than $0.00"),
        ("cases/{case}/authorization/", {"allowed": "0"}, "allowed", "at least one visit"),
        ("cases/{case}/authorization/", {"codes": "975, 97110"}, "codes", "975 is not a service code"),
        ("cases/{case}/diagnoses/", {"diagnoses": ["M54.5"]}, "diagnoses", "use M54.50, M54.51 or M54.59"),
        ("cases/{case}/diagnoses/", {"diagnoses": ["F82", "f82"]}, "diagnoses", "F82 stands there twice"),
        ("cases/{case}/", {"cause": "work"}, "accident_on", "Enter the day of the accident"),
        ("cases/{case}/", {"cause": "auto", "accident_on": "2026-05-01"}, "accident_state", "Enter the state"),
        ("referrers/add/", {"npi": "1234567894"}, "npi", "wrong digit"),
    ],
)
def test_bad_input_is_said_at_its_field(
    path: str, data: dict[str, Any], field: str, sentence: str, here: world.World, case: Case, web: Any
) -> None:
    leave = {"coverage": case.client.coverages.get().pk, "number": "A1", "allowed": 5, "counts": "visits", "starts_on": "2026-06-01",
             "ends_on": "2026-06-30"}  # fmt: skip
    good = {
        "edit": {"first_name": "Walt", "last_name": "Nakamura", "birth_on": "1955-02-03", "sex": "M"},
        "add": card(here) if "coverages" in path else {"first_name": "Rita", "last_name": "Roe"},
        "authorization": leave,
        "diagnoses": {},
    }.get(path.rstrip("/").split("/")[-1], {"complaint": "Hip", "opened_on": "2026-06-01"})
    before = [
        list(model.objects.order_by("pk").values()) for model in (Client, Coverage, Case, Authorization, Referrer)
    ]
    answer = post(web, here, path.format(client=case.client_id, case=case.pk), {**good, **data})
    assert sentence in errors(answer)[field]
    for name, value in {**good, **data}.items():  # nothing typed is lost
        assert str(answer.context["form"][name].value()) == str(value)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Client, Coverage, Case, Authorization, Referrer)
    ]


def test_coverages_cross_only_in_the_same_place() -> None:
    held = Place(1, 1, None, frozenset(), FIRST, date(2026, 6, 30))

    def place(**fields: Any) -> Place:
        return Place(
            **{
                "id": 2,
                "rank": 1,
                "case": None,
                "disciplines": frozenset(),
                "starts_on": date(2026, 6, 30),
                "ends_on": None,
                **fields,
            }
        )

    assert crossed(place(), [held]) == held == crossed(held, [place(), held]).__class__(*vars(held).values())
    assert crossed(place(starts_on=date(2026, 7, 1)), [held]) is None
    assert crossed(place(rank=2), [held]) is None
    assert crossed(place(case=5), [held]) is None
    assert crossed(place(id=1), [held]) is None
    assert crossed(place(limited=True), [held]) is None and crossed(place(own="auto"), [held]) is None
    limited = Place(4, 1, None, frozenset(), FIRST, None, limited=True)
    assert crossed(place(limited=True), [held, limited]) == limited
    ot = Place(3, 1, None, frozenset({"OT"}), FIRST, None)
    assert crossed(place(disciplines=frozenset({"SLP"})), [ot]) is None
    assert crossed(place(disciplines=frozenset({"SLP", "OT"})), [ot]) == ot
    assert crossed(place(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)), [held]) is None


@pytest.mark.parametrize(
    ("reader", "typed", "kept"),
    [
        (addresses.phone, "+1 (630) 555-0142", "6305550142"),
        (addresses.phone, "", ""),
        (addresses.zip_code, "60506-0001", "605060001"),
        (addresses.state, " il", "IL"),
    ],
)
def test_numbers_are_kept_as_claims_carry_them(reader: Any, typed: str, kept: str) -> None:
    assert reader(typed) == kept


# --- what is right -----------------------------------------------------------------------------


def test_a_coverage_is_kept_clean_with_a_new_subscriber(here: world.World, case: Case, web: Any) -> None:
    own = {"name": "Lyra", "short_name": "Lyra", "payer_id": "LYRA1", "plan_type": "employee_assistance"}
    lyra = actions.add_payer(by=here.olivia, **(world.PAYERS[0] | own)).pk
    typed = card(here, payer=lyra, member_id="1eg4-te5 mk73", relation="19", new_first="Ann", new_last="Roe", disciplines=["OT"],
                 visit_limit="3", subscriber_birth_on="1970-01-02", subscriber_sex="F")  # fmt: skip
    answer = post(web, here, f"{case.client_id}/coverages/add/", typed)
    assert answer.status_code == 302 and answer["Location"] == f"/p/alder/clients/{case.client_id}/"
    made = Coverage.objects.get(client=case.client, rank=2)
    assert (made.member_id, str(made.subscriber), made.disciplines, made.visit_limit) == (
        "1EG4TE5MK73",
        "Ann Roe",
        ["OT"],
        3,
    )


def test_an_id_of_a_damaged_card_is_kept_once_that_is_said(here: world.World, case: Case, web: Any) -> None:
    path = f"{case.client_id}/coverages/add/"
    refused = post(web, here, path, card(here, member_id="1EG4"))
    assert "keep_odd_id" in refused.context["form"].fields
    assert post(web, here, path, card(here, member_id="1EG4", keep_odd_id="on")).status_code == 302
    assert Coverage.objects.get(client=case.client, rank=2).member_id == "1EG4"


def test_two_people_who_change_one_coverage_are_told(here: world.World, case: Case, web: Any) -> None:
    coverage = case.client.coverages.get()
    form = CoverageForm(client=case.client, row=coverage)
    seen = form["seen"].value()
    actions.edit_coverage(by=here.sam, coverage=coverage, group_number="77")
    typed = card(here, payer=here.aetna.pk, member_id="W123456789", rank=1, group_number="99", seen=seen)
    answer = post(web, here, f"coverages/{coverage.pk}/", typed)
    assert "Somebody changed this after you opened it" in errors(answer)["__all__"]
    coverage.refresh_from_db()
    assert coverage.group_number == "77"
    again = typed | {"seen": answer.context["form"]["seen"].value()}
    assert post(web, here, f"coverages/{coverage.pk}/", again).status_code == 302
    coverage.refresh_from_db()
    assert coverage.group_number == "99"
    assert AuditEvent.objects.filter(verb="edit coverage").count() == 2


def test_the_payer_of_a_plan_changes_until_something_was_charged_to_it(here: world.World, case: Case, web: Any) -> None:
    coverage = case.client.coverages.get()
    chosen = card(here, rank=1)
    assert post(web, here, f"coverages/{coverage.pk}/", chosen).status_code == 302  # the wrong one was chosen
    here.signed(case, ("97530", 30))
    here.answer_bells()
    back = card(here, payer=here.aetna.pk, member_id="W123456789", rank=1)
    answer = post(web, here, f"coverages/{coverage.pk}/", back)
    said = "Visits were charged to Medicare on this plan. End it and add the new one"
    assert errors(answer) == {"payer": said} and answer.context["form"]["member_id"].value() == "W123456789"
    api = f"/api/v1/p/alder/coverages/{coverage.pk}/"
    headers = {"Idempotency-Key": "another payer"}
    answer = web.patch(api, {"payer": here.aetna.pk, "rank": 2}, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"payer": [said]}), answer.json()
    coverage.refresh_from_db()
    assert (coverage.payer_id, coverage.rank) == (here.medicare.pk, 1)
    headers = {"Idempotency-Key": "the same payer"}
    answer = web.patch(api, {"payer": here.medicare.pk, "rank": 2}, content_type="application/json", headers=headers)
    assert answer.status_code == 200 and Coverage.objects.get().rank == 2


def test_benefits_by_api_say_when_they_were_verified(here: world.World, case: Case, web: Any) -> None:
    web.force_login(here.bob.user)
    url = f"/api/v1/p/alder/coverages/{case.client.coverages.get().pk}/benefits/"
    body = {"disciplines": ["OT"], "starts_on": "2026-01-01", "verified_how": "phone"}

    def call(**more: Any) -> Any:
        headers = {"Idempotency-Key": f"verified {more}"}
        return web.post(url, body | more, content_type="application/json", headers=headers)

    assert call(verified_at="2026-03-02T12:00:00-06:00").status_code == 201
    assert call(verified_at="2026-02-02T12:00:00-06:00", visit_limit=9).status_code == 201  # found in the post later
    newest = Benefit.objects.order_by("-verified_at")
    assert [(row.verified_at.date().isoformat(), row.visit_limit) for row in newest] == [
        ("2026-03-02", None), ("2026-02-02", 9),
    ]  # fmt: skip
    assert list(call(verified_at="2030-01-01T00:00:00Z").json()) == ["verified_at"]
    assert call().json()["verified_at"][:10] == world.TODAY.isoformat()


def test_a_guardian_pays_sees_and_goes(here: world.World, case: Case, web: Any) -> None:
    client = case.client
    typed = {"first_name": "Ann", "last_name": "Roe", "relation": "mother", "guardian": "on", "pays": "on",
             "sees": ["schedule", "billing"], "phone": "630-555-0142"}  # fmt: skip
    assert post(web, here, f"{client.pk}/people/add/", typed).status_code == 302
    link = ClientContact.objects.get(client=client, relation="mother")
    client.refresh_from_db()
    assert (client.guarantor_id, link.guardian, link.sees, link.contact.phone) == (
        link.contact_id, True, ["schedule", "billing"], "6305550142",
    )  # fmt: skip
    with pytest.raises(BadInput, match="choose another person"):
        actions.end_person(by=here.bob, link=link)
    other = ClientContact.objects.get(client=client, relation="self")
    actions.edit_person(by=here.bob, link=other, relation="self", pays=True, first_name="Walter", last_name="Nakamura")
    link.client.refresh_from_db()
    actions.end_person(by=here.bob, link=link)
    assert not ClientContact.objects.filter(pk=link.pk).exists() and Contact.objects.filter(pk=link.contact_id).exists()


def test_benefits_are_new_rows_and_open_filled_with_the_last(here: world.World, case: Case, web: Any) -> None:
    coverage = case.client.coverages.get()
    path = f"coverages/{coverage.pk}/benefits/"
    typed = {
        "disciplines": ["OT", "SLP"], "kind": "all", "network": "in", "starts_on": "2026-01-01", "copay_per": "visit",
        "limit_year": "calendar", "plan_year_month": 1, "visit_limit": 20, "used_elsewhere": 6, "verified_how": "phone",
        "verified_on": "2026-06-12", "verified_name": "Kim", "deductible": "500", "deductible_met": "600",
    }  # fmt: skip
    assert "More was met" in errors(post(web, here, path, typed))["deductible_met"]
    assert (
        "future"
        in errors(post(web, here, path, {**typed, "deductible_met": "", "verified_on": "2026-06-16"}))["verified_on"]
    )
    assert post(web, here, path, {**typed, "deductible_met": "100"}).status_code == 302
    made = Benefit.objects.get()
    assert (made.disciplines, made.visit_limit, made.deductible_met) == (["OT", "SLP"], 20, Decimal("100.00"))
    page = web.get(f"/p/alder/clients/{path}")
    assert page.context["form"]["visit_limit"].value() == 20 and "(Kim)" in page.text


def test_an_authorization_of_units_is_entered_and_withdrawn(here: world.World, case: Case, web: Any) -> None:
    typed = {"coverage": case.client.coverages.get().pk, "number": "a-7", "allowed": 48, "counts": "units",
             "codes": "97530, 97110", "requested": 60, "starts_on": "2026-06-01", "ends_on": "2026-08-31"}  # fmt: skip
    assert post(web, here, f"cases/{case.pk}/authorization/", typed).status_code == 302
    made = Authorization.objects.get()
    assert (made.number, made.allowed, made.counts, made.codes, made.requested) == (
        "A-7",
        48,
        "units",
        ["97530", "97110"],
        60,
    )
    assert "required" in errors(post(web, here, f"authorizations/{made.pk}/withdraw/", {"reason": ""}))["reason"]
    assert post(web, here, f"authorizations/{made.pk}/withdraw/", {"reason": "a slip"}).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_on == world.TODAY
    with pytest.raises(Conflict, match="already"):
        actions.withdraw_authorization(by=here.bob, authorization=made, reason="again")


def test_a_case_opens_closes_and_opens_again(here: world.World, case: Case, web: Any) -> None:
    typed = {"discipline": "PT", "complaint": "Whiplash", "opened_on": "2026-06-10", "cause": "auto", "accident_on": "2026-06-01",
             "accident_state": "il", "claim_number": "C-9", "diagnoses": ["", "m54.50", "M54.2"]}  # fmt: skip
    assert post(web, here, f"{case.client_id}/cases/open/", typed).status_code == 302
    made = Case.objects.get(complaint="Whiplash")
    assert (actions.codes_of(made), made.accident_state) == (["M54.50", "M54.2"], "IL")
    early = (made.opened_on - timedelta(days=1)).isoformat()
    assert "opened on Jun 10" in errors(post(web, here, f"cases/{made.pk}/close/", {"closed_on": early}))["closed_on"]
    assert post(web, here, f"cases/{made.pk}/close/", {"closed_on": "2026-06-15"}).status_code == 302
    actions.reopen_case(by=here.bob, case=made)
    made.refresh_from_db()
    assert made.closed_on is None


def test_a_client_without_a_reason_stays_in_use(here: world.World, case: Case) -> None:
    with pytest.raises(BadInput, match="Say why"):
        actions.deactivate_client(by=here.sam, client=case.client, reason=" ")
    case.client.refresh_from_db()
    assert case.client.active
