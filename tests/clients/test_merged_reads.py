"""What stands on any chart of a person is read on all of them; nothing that refers to a client is rewritten."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from billing import actions as billing
from billing import books
from billing.therapy_year import TherapyYears
from claims.filters import ClaimFilter
from claims.models import Claim
from clients import actions
from clients.coverage import Covered, Visit, payers
from clients.models import Case, Client, Coverage, Payer
from clients.paying import paid_by
from practice import clock
from practice.findings import BadInput, Conflict
from practice.tenancy import TenantModel, tenant
from sessions.forms import BookForm
from sessions.limits import known_of, shown
from sessions.paying import Paying
from tests import world
from tests.clients.test_merging import LATER, every_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Any:
    with world.practice() as here:
        yield here


def referring() -> dict[str, dict[int, int]]:
    """Of every table that names a client, which client each row names; without the pointer of merges."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if issubclass(model, TenantModel) and field.related_model is Client and field.name != "merged_into":
                rows = model._default_manager.values_list("pk", field.attname)  # type: ignore[misc]
                found[f"{model._meta.db_table}.{field.column}"] = dict(rows)
    return found


def kept(before: dict[str, dict[int, int]], after: dict[str, dict[int, int]]) -> None:
    for name, rows in before.items():
        assert {pk: after[name].get(pk) for pk in rows} == rows, name


def test_a_chart_with_everything_on_it_loses_and_rewrites_nothing(here: world.World) -> None:
    world.live_through_everything(here)
    here.answer_bells()
    named = referring()
    counts: dict[int, int] = {}
    for rows in named.values():
        for client in rows.values():
            counts[client] = counts.get(client, 0) + 1
    old = Client.objects.surviving().get(pk=max(counts, key=lambda pk: counts[pk]))
    tables = {name for name, rows in named.items() if old.pk in rows.values()}
    assert len(tables) >= 10, tables  # sessions, charges, claims, notices, files …: not an empty chart
    new = here.client(payer=here.aetna, first="Wally", member_id="W987654321").client
    here.answer_bells()
    rows, named = every_row(), referring()
    with clock.at(LATER):
        actions.merge_clients(by=here.bob, duplicate=old, into=new)
        here.answer_bells()
        billing.move_merged()
        merged = every_row()
        kept(named, referring())
        assert {table for table in rows if rows[table] - merged[table]} <= {"billing_openitem"}
        assert {table for table in merged if merged[table] - rows[table]} <= {
            "clients_clientmerge", "practice_auditevent", "billing_posting", "billing_entry", "billing_openitem",
        }  # fmt: skip
        assert books.wrong() == []
        billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))
        here.answer_bells()
        undone = every_row()
        kept(named, referring())
        assert {table for table in rows if rows[table] - undone[table]} <= {"billing_openitem"}
        assert books.wrong() == []


@pytest.fixture
def two(here: world.World) -> tuple[Case, Case]:
    """A duplicate with its case, plan and file, merged into a chart with another name; both cases open."""
    old, new = here.client(payer=here.medicare), here.client(first="Wally", discipline="PT", clinician=here.pt)
    here.filed(old.client, name="her order.pdf")
    actions.merge_clients(by=here.bob, duplicate=old.client, into=new.client)
    return Case.objects.get(pk=old.pk), Case.objects.get(pk=new.pk)


def test_the_booking_form_offers_the_cases_of_both(here: world.World, two: tuple[Case, Case]) -> None:
    old, new = two
    form = BookForm(member=here.alice, initial={"client": new.client.pk})
    assert form.initial["case"] == old.pk  # of what she treats there is one, on the old chart
    labels = {form.fields["case"].label_from_instance(case) for case in form.fields["case"].queryset}  # type: ignore[attr-defined]
    assert labels == {"Wally Nakamura · Stroke, left side weakness"}


def test_the_year_of_therapy_is_the_persons(here: world.World, two: tuple[Case, Case]) -> None:
    old, new = two
    here.signed(old, ("97530", 30))
    here.answer_bells()
    billing.record_outside_therapy(
        by=here.bob, client=old.client, year=2026, bucket="OT", amount=Decimal("500.00"), as_of=world.TODAY
    )
    tomorrow = world.TODAY + timedelta(days=1)
    sums = {TherapyYears({pk}, {2026}).before(pk, "OT", tomorrow) for pk in (old.client.pk, new.client.pk)}
    assert len(sums) == 1 and sums.pop() > 500


def test_who_pays_and_limits_are_the_persons(here: world.World, two: tuple[Case, Case]) -> None:
    old, new = two
    here.booked(new, clinician=here.pt)
    for client in (old.client.pk, new.client.pk):
        first = Paying({client}).first(client, new.visit(world.TODAY))
        assert first is not None and first.client_id == old.client.pk
        known = known_of([client])[client]
        assert [covered.name for covered in known.coverages] == ["Medicare"]
        assert [planned.visit.case for planned in known.visits] == [new.pk]


def test_one_plan_on_two_charts_pays_once(here: world.World) -> None:
    old, new = here.client(payer=here.aetna), here.client(payer=here.aetna)
    second = here.cover(new.client, here.medicare, rank=2)
    actions.merge_clients(by=here.bob, duplicate=old.client, into=new.client)
    mine, hers = (Coverage.objects.get(client=case.client, payer=here.aetna) for case in (new, old))
    actions.add_authorization(
        by=here.bob, case=old, coverage=hers, number="A7", allowed=5, starts_on=world.TODAY,
        ends_on=world.TODAY + timedelta(days=60),
    )  # fmt: skip
    told = Paying({new.client.pk}).of(new.client.pk, old.visit(world.TODAY))
    assert [covered.name for covered in told.order] == ["Aetna", "Medicare"] and told.findings == ()
    for coverage in (mine, hers):
        after = told.after(coverage.pk)
        assert after is not None and after.id == second.pk
    here.booked(old)
    known = known_of([new.client.pk])[new.client.pk]
    (leave,) = known.leaves[old.pk, told.order[0].id]
    assert leave.number == "A7" and known.allotment(old.pk, told.order[0].id).left(leave) == 4


def test_a_plan_on_two_charts_is_counted_once_after_one_row_ended(here: world.World) -> None:
    old, new = here.client(payer=here.aetna), here.client(payer=here.aetna)
    actions.merge_clients(by=here.bob, duplicate=old.client, into=new.client)
    hers = Coverage.objects.get(client=old.client)
    actions.add_authorization(
        by=here.bob, case=new, coverage=Coverage.objects.get(client=new.client), number="A7", allowed=3,
        starts_on=world.TODAY, ends_on=world.TODAY + timedelta(days=60),
    )  # fmt: skip
    actions.record_benefit(
        by=here.bob, coverage=hers, disciplines=["OT"], starts_on=date(2026, 1, 1), visit_limit=3, verified_how="phone"
    )
    with pytest.raises(BadInput, match="A7 is entered already"):
        actions.add_authorization(
            by=here.bob, case=new, coverage=hers, number="a7", allowed=3, starts_on=world.TODAY, ends_on=world.TODAY
        )
    days = [world.TODAY + timedelta(days=n) for n in range(6)]
    for day in days:
        here.booked(Case.objects.get(pk=new.pk), day=day)
    actions.end_coverage(by=here.bob, coverage=hers, ends_on=days[2])
    [told] = [told for told in shown(new.client) if len(told["left"]) > 1]
    assert told["left"] == [
        "Authorization A7: 3 visits, 0 used, 3 scheduled, none left, until Aug 14, 2026",
        "Aetna for OT: 3 visits, 0 used, 6 scheduled, 3 too many, until Dec 31, 2026",
    ]
    assert [said[:40] for said in told["warnings"][1:]] == [
        "Jun 18: Authorization A7 allowed 3 visit", "Jun 18: 4th visit of 2026: the plan pays",
    ]  # fmt: skip


def test_a_plan_on_two_charts_is_edited_on_either(here: world.World) -> None:
    old, new = here.client(payer=here.aetna), here.client(payer=here.aetna)
    actions.merge_clients(by=here.bob, duplicate=old.client, into=new.client)
    for case in (old, new):
        row = Coverage.objects.get(client=case.client)
        assert actions.edit_coverage(by=here.bob, coverage=row, copay=Decimal("25.00")).copay == Decimal("25.00")
    with pytest.raises(BadInput, match="Crosses Aetna W123456789, which has no last day"):
        actions.edit_coverage(by=here.bob, coverage=row, member_id="W111111111")  # two plans, both first
    with pytest.raises(BadInput, match="Aetna W123456789 stands on the chart already"):
        here.cover(new.client, here.aetna)


def test_an_authorization_by_api_for_the_plan_of_the_other_chart(
    here: world.World, two: tuple[Case, Case], web: Any
) -> None:
    old, new = two
    stranger = here.client(payer=here.aetna, first="Ida")
    web.force_login(here.olivia.user)
    for case, status in ((old, 201), (stranger, 404)):
        body = {"coverage": Coverage.objects.get(client=case.client).pk, "number": "A7", "allowed": 5,
                "starts_on": "2026-06-01", "ends_on": "2026-06-30"}  # fmt: skip
        answer = web.post(
            f"/api/v1/p/alder/cases/{new.pk}/authorizations/", body, content_type="application/json",
            headers={"Idempotency-Key": f"leave {case.pk}"},
        )  # fmt: skip
        assert answer.status_code == status, answer.content


def test_an_assistance_plan_on_two_charts_is_said_once(here: world.World) -> None:
    day = date(2026, 6, 1)
    payer = Payer(pk=1, short_name="Lyra", plan_type="employee_assistance")
    other = Payer(pk=2, short_name="Aetna", plan_type="commercial")
    rows = [
        Coverage(pk=n, payer=payer, client_id=n, member_id="L1", starts_on=day, visit_limit=3) for n in (1, 2)
    ]  # fmt: skip
    assert paid_by(rows, [], day) == "Lyra for 3 visits"
    rows.append(Coverage(pk=3, payer=other, client_id=1, member_id="W1", starts_on=day))
    assert paid_by(rows, [], day) == "Lyra for 3 visits, then Aetna"


def test_twins_in_the_heart() -> None:
    day = date(2026, 6, 1)
    visit = Visit(day, "OT", 1)
    one = Covered(1, 1, day, None, "Aetna", plan="a", chart=1)
    other = Covered(2, 1, day, None, "Aetna", plan="a", chart=2)
    same_chart = Covered(3, 2, day, None, "Aetna 2", plan="a", chart=1)
    told = payers([other, one, same_chart], [visit])[visit]
    assert [c.id for c in told.order] == [1, 3] and told.twins == ((2, 1),)
    assert told.has(1) and told.has(2) and told.has(3) and not told.has(4)
    assert told.stands_as(2) == 1 == told.stands_as(1) and told.after(2) == same_chart == told.after(1)


def test_lists_filters_and_tabs_follow(here: world.World, two: tuple[Case, Case], web: Any) -> None:
    old, new = two
    here.signed(old, ("97530", 30))
    here.answer_bells()
    assert Claim.objects.get().client_id == new.client.pk  # new work stands on the chart that lives
    for text in (str(old.client.number), str(new.client.number), "Wally"):
        assert ClaimFilter({"client": text}, queryset=Claim.objects.all()).qs.count() == 1, text
        assert {c.pk for c in Client.objects.find_charts(text)} == {old.client.pk, new.client.pk}, text
    web.force_login(here.olivia.user)
    for name, words, times in (
        ("sessions:notes", "note-row", 1), ("sessions:visits", "data-row", 1), ("sessions:plans", "plan-pairs", 2),
        ("clients:files", "her order.pdf", 1), ("sessions:limits", "Stroke, left side weakness", 2),
    ):  # fmt: skip
        for case in two:
            page = web.get(reverse(name, args=["alder", case.client.pk]))
            assert page.status_code == 200 and page.text.count(words) >= times, (name, page.text[-3000:])
    page = web.get(reverse("clients:list", args=["alder"])).text
    assert page.count("data-row") == 1 and "Medicare" in page
    api = web.get(f"/api/v1/p/alder/clients/{new.client.pk}/").json()
    assert [c["id"] for c in api["cases"]] == [old.pk, new.pk] and len(api["coverages"]) == 1


def test_an_undo_is_refused_once_its_plan_paid_for_the_other(here: world.World) -> None:
    old, new = here.client(payer=here.aetna).client, here.client()
    actions.merge_clients(by=here.bob, duplicate=old, into=new.client)
    with clock.at(LATER):
        here.signed(new, ("97530", 30))
        here.answer_bells()
        with pytest.raises(Conflict, match="one of its coverages"):
            billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))


def test_who_may_not_merge_is_told_so(here: world.World, web: Any) -> None:
    one, two = here.client().client, here.client(first="Ida", last="Sato").client
    for who, status in ((here.sam, 403), (here.alice, 403), (here.bob, 200)):
        web.force_login(who.user)
        for url in (
            reverse("clients:duplicates", args=["alder"]),
            reverse("clients:merge", args=["alder", one.pk, two.pk]),
        ):
            assert web.get(url).status_code == status, (who, url)
    assert "No two charts look like one person." in web.get(reverse("clients:duplicates", args=["alder"])).text
    itself = web.post(reverse("clients:merge", args=["alder", one.pk, one.pk]), {"keep": one.pk, "reason": "typed"})
    assert itself.status_code == 422 and "Choose two different charts" in itself.text and 'value="typed"' in itself.text
    with tenant(here.practice):
        assert not Client.objects.filter(merged_into__isnull=False).exists()
