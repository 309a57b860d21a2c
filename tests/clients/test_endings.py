"""Before a client is made inactive or a plan ends, the dialog says which visits hang on it; nothing happens to them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from clients import actions
from clients.models import Case, Coverage
from sessions import actions as sessions
from sessions.models import Session, SessionState
from tests import world

pytestmark = pytest.mark.django_db
CHART = "Walter Nakamura. The chart stays, and its number finds it."
PLAN = "Visits after that day go to the next plan."


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.aetna)


def said(web: Any, here: world.World, name: str, pk: int, data: dict[str, str] | None = None) -> str:
    """The words of a dialog; with `data` those it comes back with."""
    web.force_login(here.bob.user)
    url = reverse(f"clients:{name}", args=["alder", pk])
    answer = web.get(url) if data is None else web.post(url, data)
    assert answer.status_code == (200 if data is None else 422)
    assert answer.context["lead"] in answer.text.replace("&#x27;", "'")
    return answer.context["lead"]


def test_visits_that_are_booked_are_told_before_a_client_is_made_inactive(
    here: world.World, case: Case, web: Any
) -> None:
    assert said(web, here, "deactivate", case.client_id) == CHART
    here.signed(case, ("97530", 30))
    off = here.booked(case, day=world.TODAY + timedelta(days=90))
    sessions.move(by=here.sam, session=off, state=SessionState.CANCELLED)
    here.booked(case, day=world.TODAY - timedelta(days=1))
    here.booked(here.client(first="Ida"))
    assert said(web, here, "deactivate", case.client_id) == CHART
    one = here.booked(case)
    words = f"{CHART} 1 visit is booked, on Jun 15. It stays booked until somebody cancels it."
    assert said(web, here, "deactivate", case.client_id) == words
    last = here.booked(case, day=date(2027, 1, 4))
    Session.objects.filter(pk=last.pk).update(state=SessionState.HELD)  # takes the clinician's time too
    words = f"{CHART} 2 visits are booked, the last on Jan 4, 2027. They stay booked until somebody cancels them."
    assert said(web, here, "deactivate", case.client_id, {"reason": ""}) == words
    actions.deactivate_client(by=here.bob, client=case.client, reason="moved away")
    states = Session.objects.filter(pk__in=[one.pk, last.pk]).order_by("pk").values_list("state", flat=True)
    assert list(states) == [SessionState.SCHEDULED, SessionState.HELD]


def test_visits_of_a_plan_are_told_before_it_ends(here: world.World, case: Case, web: Any) -> None:
    first = case.client.coverages.get()
    second = here.cover(case.client, here.medicare, rank=2, starts_on=date(2026, 6, 10))
    other = here.cover(case.client, here.aetna, member_id="W222222222", rank=3, disciplines=["PT"])
    leads = {plan: f"Walter Nakamura, {plan.payer.name}. {PLAN}" for plan in (first, second, other)}
    for plan, lead in leads.items():
        assert said(web, here, "end_coverage", plan.pk) == lead
    here.signed(case, ("97530", 30), day=date(2026, 6, 1))
    lead = f"{leads[first]} The last signed visit it pays for was on Jun 1."
    assert said(web, here, "end_coverage", first.pk) == lead
    here.booked(case, day=date(2026, 6, 20))
    assert said(web, here, "end_coverage", first.pk) == f"{lead} 1 visit is booked on it, on Jun 20."
    here.booked(case, day=date(2026, 7, 3))
    booked = "2 visits are booked on it, the last on Jul 3."
    assert said(web, here, "end_coverage", first.pk, {"ends_on": ""}) == f"{lead} {booked}"
    assert said(web, here, "end_coverage", second.pk) == f"{leads[second]} {booked}"
    assert said(web, here, "end_coverage", other.pk) == leads[other]


def test_a_plan_for_some_visits_and_the_row_of_a_merged_chart(here: world.World, case: Case, web: Any) -> None:
    first = case.client.coverages.get()
    some = world.PAYERS[1] | {"payer_id": "SOME1", "name": "Some visits", "short_name": "Some visits"}
    limited = here.cover(case.client, actions.add_payer(by=here.bob, **some), member_id="W123456780", visit_limit=1)
    for n in (1, 2, 3):
        here.booked(case, day=world.TODAY + timedelta(days=n))
    assert said(web, here, "end_coverage", limited.pk).endswith("plan. 1 visit is booked on it, on Jun 16.")
    assert said(web, here, "end_coverage", first.pk).endswith("3 visits are booked on it, the last on Jun 18.")
    again = here.client(payer=here.aetna).client
    actions.merge_clients(by=here.bob, duplicate=case.client, into=again)
    for plan in Coverage.objects.filter(payer=here.aetna):
        assert said(web, here, "end_coverage", plan.pk).endswith("3 visits are booked on it, the last on Jun 18.")
    assert "3 visits are booked, the last on Jun 18." in said(web, here, "deactivate", again.pk)
