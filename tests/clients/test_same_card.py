"""One card pays once: the same payer and member ID are refused in another order, for the same visits, by every door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from clients import actions
from clients.actions.coverages import crossing_problem
from clients.coverage import OWN_PLANS, Visit, serves
from clients.crossing import Place, repeated
from clients.models import Case, Coverage, Payer
from practice.findings import BadInput
from practice.tenancy import tenant
from tests import world
from tests.clients.import_files import good, written

FIRST = date(2026, 1, 1)
SAID = "Aetna W123456789 stands on the chart already: it pays first and has no last day. A card pays once; edit or end that one"


@pytest.fixture
def here(db: Any) -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.aetna)


def wrong(refused: Any) -> dict[str, str]:
    return refused.value.errors


# --- the heart ---------------------------------------------------------------------------------

DAYS = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
CASES = dict(enumerate(product(("illness", "work", "auto"), ("OT", "PT")), start=1))  # cause and discipline
VISITS = [
    Visit(FIRST + timedelta(days=n), discipline, case, cause) for n in range(42) for case, (cause, discipline) in CASES.items()
]  # fmt: skip


@st.composite
def rows(draw: Any, kind: str, id: int) -> Coverage:
    """A row of a card; one that is tied to a case treats what the case is for."""
    first, number = draw(DAYS), draw(st.sampled_from([None, *CASES]))
    disciplines = draw(st.frozensets(st.sampled_from(["OT", "PT"])))
    case = None
    if number:
        cause, discipline = CASES[number]
        case = Case(practice_id=1, pk=number, cause=cause, discipline=discipline)
        disciplines |= {discipline} if disciplines else set()
    last = draw(st.one_of(st.none(), st.integers(0, 20).map(lambda n: first + timedelta(days=n))))
    return Coverage(
        practice_id=1, pk=id, payer=Payer(practice_id=1, pk=1, plan_type=kind), member_id="W1", rank=draw(st.integers(1, 3)), case=case,
        disciplines=sorted(disciplines), starts_on=first, ends_on=last,
    )  # fmt: skip


KINDS = st.sampled_from(["commercial", *OWN_PLANS.values()])


@settings(max_examples=500)
@given(KINDS.flatmap(lambda kind: st.tuples(rows(kind, 1), rows(kind, 2))))
def test_a_card_repeats_where_two_of_its_rows_serve_one_visit_and_only_there(two: tuple[Coverage, Coverage]) -> None:
    one, other = two
    both = any(serves(one.facts, visit) and serves(other.facts, visit) for visit in VISITS)
    for mine, hers in ((one, other), (other, one)):
        assert ("member_id" in crossing_problem(mine, {hers.pk: hers})) == both
    other.member_id = "W2"
    assert "member_id" not in crossing_problem(one, {2: other})


def test_a_row_does_not_repeat_itself() -> None:
    held = Place(1, 1, None, frozenset(), FIRST, None, card="a")
    again = replace(held, id=2, rank=2)
    assert repeated(held, [held]) is None and repeated(held, [held, again]) == again


# --- the verbs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [{"rank": 2}, {"rank": 5}, {"rank": 2, "visit_limit": 3}, {"visit_limit": 3}, {"rank": 1}]
)
def test_a_card_is_refused_in_any_order(here: world.World, case: Case, more: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        here.cover(case.client, here.aetna, member_id="w 123-456-789", starts_on=world.TODAY, **more)
    assert wrong(refused) == {"member_id": SAID} and Coverage.objects.count() == 1


def test_what_is_there_is_named_as_the_chart_names_it(here: world.World, case: Case) -> None:
    there = case.client.coverages.get()
    for rank, said in ((2, "it pays second and runs until Dec 31, 2025"), (5, "it pays as number 5")):
        actions.edit_coverage(by=here.bob, coverage=there, rank=rank, ends_on=date(2025, 12, 31))
        with pytest.raises(BadInput, match=said):
            here.cover(case.client, here.aetna, starts_on=date(2025, 12, 31))


def test_days_disciplines_cases_and_payers_that_share_nothing_stay_allowed(here: world.World, case: Case) -> None:
    there = case.client.coverages.get()
    actions.edit_coverage(by=here.bob, coverage=there, ends_on=date(2025, 12, 31), disciplines=["OT"])
    here.cover(case.client, here.aetna, rank=2, disciplines=["PT"])
    here.cover(case.client, here.aetna, rank=3, disciplines=["OT"], starts_on=FIRST)
    here.cover(case.client, here.medicare, member_id="W123456789", rank=4)
    here.cover(here.client(first="Ida").client, here.aetna)
    assert Coverage.objects.count() == 5


def test_a_card_tied_to_a_case_and_the_same_for_all_cases(here: world.World, case: Case) -> None:
    """It would pay twice for an illness; for an injury at work the general row does not pay."""
    with pytest.raises(BadInput) as refused:
        here.cover(case.client, here.aetna, rank=2, case=case)
    assert wrong(refused) == {"member_id": SAID}
    fields = {"discipline": "OT", "opened_on": FIRST, "diagnoses": ["R27.8"]}
    hurt = actions.open_case(
        by=here.bob, client=case.client, complaint="Fall", cause="work", accident_on=FIRST, **fields
    )
    here.cover(case.client, here.aetna, rank=2, case=hurt)
    with pytest.raises(BadInput, match="it pays second"):
        here.cover(case.client, here.aetna, rank=3, case=hurt)
    assert Coverage.objects.count() == 2


def test_an_edit_a_longer_end_and_a_corrected_id_are_refused_alike(here: world.World, case: Case) -> None:
    second = here.cover(case.client, here.aetna, member_id="W222222222", rank=2, starts_on=FIRST)
    for name, value in (("member_id", "W123456789"), ("disciplines", ["OT"])):
        with pytest.raises(BadInput) as refused:
            actions.edit_coverage(by=here.bob, coverage=second, **{"member_id": "W123456789", name: value})
        assert wrong(refused) == {"member_id": SAID}
    with pytest.raises(BadInput) as refused:
        actions.correct_member_id(by=here.bob, coverage=second, member_id="W123456789")
    assert wrong(refused) == {"member_id": SAID}
    second.refresh_from_db()
    assert second.member_id == "W222222222"
    first = case.client.coverages.get(rank=1)
    actions.end_coverage(by=here.bob, coverage=first, ends_on=FIRST - timedelta(days=1))
    actions.correct_member_id(by=here.bob, coverage=second, member_id="W123456789")
    with pytest.raises(BadInput) as refused:
        actions.end_coverage(by=here.bob, coverage=first, ends_on=FIRST)
    assert list(wrong(refused)) == ["ends_on"] and "it pays second" in wrong(refused)["ends_on"]


def test_the_other_chart_of_a_merge_is_asked_too(here: world.World) -> None:
    old, new = here.client(payer=here.aetna).client, here.client().client
    actions.merge_clients(by=here.bob, duplicate=old, into=new)
    with pytest.raises(BadInput) as refused:
        here.cover(new, here.aetna, rank=2)
    assert wrong(refused) == {"member_id": SAID}


# --- the doors ---------------------------------------------------------------------------------


def test_the_form_says_it_at_the_member_id_and_offers_no_leave_to_keep_it(
    here: world.World, case: Case, web: Any
) -> None:
    web.force_login(here.bob.user)
    typed = {
        "payer": here.aetna.pk,
        "member_id": "W123-456-789",
        "rank": 2,
        "starts_on": "2026-01-01",
        "relation": "18",
    }
    answer = web.post(reverse("clients:add_coverage", args=["alder", case.client_id]), typed)
    form = answer.context["form"]
    assert answer.status_code == 422 and form.errors == {"member_id": [SAID]} and "keep_odd_id" not in form.fields
    assert form["member_id"].value() == "W123-456-789"
    body = {**typed, "member_id": "W123456789"}
    answer = web.post(
        f"/api/v1/p/alder/clients/{case.client_id}/coverages/", body, content_type="application/json",
        headers={"Idempotency-Key": "the same card"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()) == (400, {"member_id": [SAID]})
    with tenant(here.practice):
        assert Coverage.objects.count() == 1


def test_a_file_names_the_card_of_the_chart_and_of_a_row_before(here: world.World) -> None:
    later = {"Effective Date": "02/01/2026", "Priority": "2"}
    source = here.imported(written([good(1), good(1, **later), good(2)]))
    (row,) = source.rows.filter(outcome="bad")
    said = "Aetna W000000001 stands on the chart already: it pays first and has no last day. A card pays once; edit or end that one"
    assert (row.line, row.problems) == (3, [["Policy Number", said]])
