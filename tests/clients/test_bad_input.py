"""What the verbs of the chart refuse, each at its field; and that a refusal leaves nothing behind."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clients import actions
from clients.models import Authorization, Benefit, Case, Coverage
from practice import clock
from practice.findings import BadInput
from tests import world

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.aetna)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("disciplines", []),
        ("disciplines", ["XX"]),
        ("ends_on", date(2025, 12, 31)),
        ("coinsurance", 101),
        ("copay", 0),
        ("visit_limit", 0),
        ("authorization_from", -1),
        ("deductible_met", 600),
        ("deductible_met", -1),
        ("out_of_pocket", -1),
        ("family_out_of_pocket_met", -1),
        ("verified_at", datetime(2030, 1, 1, tzinfo=UTC)),
        ("plan_year_month", 13),
    ],
)
def test_a_benefit(here: world.World, case: Case, field: str, value: Any) -> None:
    given = {"disciplines": ["OT"], "starts_on": date(2026, 1, 1), "verified_how": "phone", "deductible": 500}
    with pytest.raises(BadInput) as refused:
        actions.record_benefit(by=here.bob, coverage=case.client.coverages.get(), **{**given, field: value})
    assert list(refused.value.errors) == [field] and not Benefit.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("allowed", 0),
        ("requested", 0),
        ("ends_on", date(2026, 5, 31)),
        ("number", "  "),
        ("counts", "hours"),
        ("codes", ["9753"]),
    ],
)
def test_an_authorization(here: world.World, case: Case, field: str, value: Any) -> None:
    given = {"number": "A1", "allowed": 6, "starts_on": FIRST, "ends_on": LAST}
    with pytest.raises(BadInput) as refused:
        actions.add_authorization(
            by=here.bob, case=case, coverage=case.client.coverages.get(), **{**given, field: value}
        )
    assert list(refused.value.errors) == [field] and not Authorization.objects.exists()


def test_an_authorization_is_entered_once(here: world.World, case: Case) -> None:
    given: dict[str, Any] = {"by": here.bob, "case": case, "coverage": case.client.coverages.get(), "allowed": 6}
    first = actions.add_authorization(number="A 12", starts_on=FIRST, ends_on=LAST, **given)
    with pytest.raises(BadInput) as refused:
        actions.add_authorization(number=" a1 2", starts_on=LAST, ends_on=LAST + timedelta(days=9), **given)
    assert refused.value.errors == {
        "number": "A 12 is entered already, Jun 1 to Jun 30; withdraw that one first, or change the days"
    }
    actions.add_authorization(number="A13", starts_on=FIRST, ends_on=LAST, **given)  # another one
    later = LAST + timedelta(days=1)
    actions.add_authorization(number="A12", starts_on=later, ends_on=later, **given)  # prolonged
    second = here.cover(case.client, here.medicare, rank=2)
    actions.add_authorization(number="A12", starts_on=FIRST, ends_on=LAST, **given | {"coverage": second})
    actions.withdraw_authorization(by=here.bob, authorization=first, reason="a slip")
    actions.add_authorization(number="A12", starts_on=FIRST, ends_on=LAST, codes=["97110"], **given)
    actions.add_authorization(number="A12", starts_on=FIRST, ends_on=LAST, codes=["97530"], **given)  # so much of each
    with pytest.raises(BadInput, match="A12 is entered already"):
        actions.add_authorization(number="A12", starts_on=FIRST, ends_on=FIRST, codes=["97140", "97530"], **given)


def test_an_authorization_of_somebody_elses_plan(here: world.World, case: Case) -> None:
    hers = here.client(payer=here.aetna, first="Ada").client.coverages.get()
    with pytest.raises(BadInput, match="Choose a plan of this client"):
        actions.add_authorization(
            by=here.bob, case=case, coverage=hers, number="A1", allowed=6, starts_on=FIRST, ends_on=LAST
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("member_id", ""),
        ("relation", "friend"),
        ("relation", "01"),
        ("subscriber_sex", "X"),
        ("subscriber_birth_on", date(2030, 1, 1)),
        ("disciplines", ["XX"]),
        ("rank", 0),
        ("visit_limit", 0),
        ("copay", 0),
        ("ends_on", date(2026, 5, 31)),
    ],
)
def test_a_coverage(here: world.World, case: Case, field: str, value: Any) -> None:
    given = {"member_id": "W222222222", "rank": 2, "starts_on": FIRST}
    with pytest.raises(BadInput) as refused:
        actions.add_coverage(by=here.bob, client=case.client, payer=here.aetna, **{**given, field: value})
    at = "subscriber" if value == "01" else field
    assert list(refused.value.errors) == [at] and Coverage.objects.count() == 1


def test_a_coverage_of_somebody_elses_case_and_an_end_before_its_first_day(here: world.World, case: Case) -> None:
    other = here.client(first="Ada")
    with pytest.raises(BadInput, match="Choose a case of this client"):
        actions.add_coverage(
            by=here.bob, client=case.client, payer=here.aetna, member_id="W222222222", rank=2, starts_on=FIRST,
            case=other,
        )  # fmt: skip
    with pytest.raises(BadInput, match="It began on"):
        actions.end_coverage(by=here.bob, coverage=case.client.coverages.get(), ends_on=date(2024, 12, 31))


def test_a_later_end_that_crosses_the_next_plan(here: world.World, case: Case) -> None:
    old = case.client.coverages.get()
    for last in (date(2026, 3, 31), date(2026, 1, 31), date(2026, 2, 28)):  # the last is later and crosses nothing
        assert actions.end_coverage(by=here.bob, coverage=old, ends_on=last).ends_on == last
    new = here.cover(case.client, here.medicare, starts_on=date(2026, 4, 1))
    with pytest.raises(BadInput) as refused:
        actions.end_coverage(by=here.bob, coverage=old, ends_on=date(2026, 4, 1))
    assert refused.value.errors["ends_on"].startswith(f"Crosses Medicare {new.member_id}, which has no last day")
    old.refresh_from_db()
    assert old.ends_on == date(2026, 2, 28)


def test_a_withdrawal_a_standing_and_a_client_need_words(here: world.World, case: Case) -> None:
    leave = actions.add_authorization(
        by=here.bob, case=case, coverage=case.client.coverages.get(), number="A1", allowed=6, starts_on=FIRST,
        ends_on=LAST,
    )  # fmt: skip
    with pytest.raises(BadInput, match="Say why"):
        actions.withdraw_authorization(by=here.bob, authorization=leave, reason=" ")
    with pytest.raises(BadInput, match="Say why"):
        actions.deactivate_client(by=here.bob, client=case.client, reason=" ")
    person = {"first_name": "Ann", "last_name": "Kin"}
    with pytest.raises(BadInput, match="Say how the person stands"):
        actions.add_person(by=here.bob, client=case.client, relation=" ", **person)
    with pytest.raises(BadInput, match="nothing a person may see"):
        actions.add_person(by=here.bob, client=case.client, relation="sister", sees=["all"], **person)


def test_a_case_keeps_its_discipline_and_opens_before_it_closes(here: world.World, case: Case) -> None:
    actions.edit_case(by=here.bob, case=case, discipline="OT")
    with pytest.raises(BadInput, match="charged as Occupational therapy; close this case and open another"):
        actions.edit_case(by=here.bob, case=case, discipline="PT")
    actions.close_case(by=here.bob, case=case, closed_on=world.TODAY)
    with pytest.raises(BadInput) as refused:
        actions.edit_case(by=here.bob, case=case, opened_on=world.TODAY + timedelta(days=1))
    assert list(refused.value.errors) == ["opened_on"] and "it opens that day or earlier" in str(refused.value)


def test_one_number_stands_once_in_the_directory(here: world.World, case: Case) -> None:
    first, twin = case.referrer, {"first_name": "Al", "last_name": "Whitcomb", "npi": f" {case.referrer.npi} "}
    with pytest.raises(BadInput, match="Alan Whitcomb with this NPI is on the list; choose that one"):
        actions.add_referrer(by=here.bob, **twin)
    actions.edit_referrer(by=here.bob, referrer=first, active=False)
    second = actions.add_referrer(by=here.bob, **twin)
    actions.edit_referrer(by=here.bob, referrer=second, phone="(630) 555-0142")
    with pytest.raises(BadInput, match="Al Whitcomb with this NPI"):
        actions.edit_referrer(by=here.bob, referrer=first, active=True)


def test_what_is_edited_is_kept_once(here: world.World, case: Case) -> None:
    actions.edit_case(by=here.bob, case=case, onset_on=FIRST)
    actions.set_diagnoses(by=here.bob, case=case, diagnoses=["R27.8"])
    actions.set_diagnoses(by=here.bob, case=case, diagnoses=["R27.8"])
    case.refresh_from_db()
    assert case.onset_on == FIRST and [row.code for row in case.diagnoses.all()] == ["R27.8"]
    edited = actions.edit_referrer(by=here.bob, referrer=case.referrer, phone="(630) 555-0142")
    assert edited.phone == "6305550142"
    with pytest.raises(BadInput, match="wrong digit"):
        actions.edit_referrer(by=here.bob, referrer=case.referrer, npi="1770000011")
    actions.deactivate_client(by=here.bob, client=case.client, reason="moved away")
    assert actions.reactivate_client(by=here.bob, client=case.client).active


@pytest.mark.parametrize("code", ["M54.5", "XYZ"])
def test_a_code_of_a_day_without_a_list_is_kept_only_when_that_is_said(
    code: str, here: world.World, case: Case, web: Any
) -> None:
    before = actions.codes_of(case)
    with clock.at(datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo(world.ZONE))):
        web.force_login(here.bob.user)
        page = web.post(f"/p/alder/clients/cases/{case.pk}/diagnoses/", {"diagnoses": [code, "R27.8"]})
        assert page.status_code == 422 and f"{code} is not" in page.text and f'value="{code}"' in page.text
        assert "the list FY2026 April, the nearest there is" in page.text
        assert "The list of Nov 25 is not loaded here" in page.text
        address = f"/api/v1/p/alder/cases/{case.pk}/diagnoses/"
        asked = {"diagnoses": [code, "R27.8"]}
        put = lambda key: web.put(address, asked, content_type="application/json", headers={"Idempotency-Key": key})  # noqa: E731
        answer = put("a code in doubt")
        assert (answer.status_code, sorted(answer.json())) == (400, ["diagnoses", "keep_codes"])
        assert actions.codes_of(case) == before
        web.post(f"/p/alder/clients/cases/{case.pk}/diagnoses/", {"diagnoses": [code, "R27.8"], "keep_codes": "on"})
        assert actions.codes_of(case) == [code, "R27.8"]
        assert put("a code that stands there").status_code == 200


def test_what_the_list_of_the_day_refuses_cannot_be_kept(here: world.World, case: Case) -> None:
    with pytest.raises(BadInput) as refused:
        actions.set_diagnoses(by=here.bob, case=case, diagnoses=["M54.5"], keep_codes=True)
    assert list(refused.value.errors) == ["diagnoses"]
