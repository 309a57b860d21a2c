"""What a claim will miss is said while its note is written, each with where it is mended; it keeps nothing from a signature."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from clients import actions as clients
from clients.models import Diagnosis
from practice.models import Clinician
from sessions import actions
from sessions.codes import CODES, RANGE_OF
from sessions.minutes import MOST, Typed
from sessions.models import Session
from sessions.note_kinds import Kind
from sessions.writing.billing_hints import hints_of
from sessions.writing.to_bill import PSYCHOTHERAPY, Hint, Written, to_bill
from tests import world
from tests.front_door import signed_in

DAY = date(2026, 6, 15)
COMPLETE = Written(Kind.DAILY, DAY, [Typed("97110", 33)])
TIMES = "09:00–09:45"


# --- the heart -------------------------------------------------------------------------------


def test_nothing_is_said_where_nothing_is_missing() -> None:
    assert to_bill(COMPLETE) == []
    assert to_bill(replace(COMPLETE, licence_until=DAY)) == []
    assert to_bill(replace(COMPLETE, insured=False, diagnosed=False, planned=False, npi=False, spent=["x"])) == []


@pytest.mark.parametrize(
    ("change", "text", "mend"),
    [
        ({"diagnosed": False}, "the case has no diagnosis", "diagnoses"),
        ({"planned": False, "needs_plan": True}, "no plan of care is in force on this day", "plan"),
        ({"spent": ["authorization A1 is used up"]}, "authorization A1 is used up", "authorization"),
        ({"npi": False}, "the NPI of the clinician is not on file", "clinician"),
        ({"licence_until": date(2026, 6, 14)}, "the license on file ended on Jun 14, 2026", "clinician"),
        ({"kind": Kind.PROGRESS, "assistant": True}, "a report by an assistant or a student does not count; a therapist writes it", ""),
        ({"kind": Kind.EVALUATION}, "no evaluation code is on the page", ""),
        ({"lines": [Typed("97130", 15)]}, "97130 is an add-on; enter 97129 too", ""),
        ({"lines": [Typed("90785", 10)]}, "90785 is an add-on; enter the service it adds to too", ""),
        ({"lines": [Typed("90834", 45)]}, "90834: enter when it started and stopped, such as 9:02–9:47", ""),
        ({"lines": [Typed("90834", 55, times=TIMES)]}, "55 minutes are 90837, not 90834", ""),
        ({"lines": [Typed("90837", 20, times=TIMES)]}, "20 minutes are 90832, not 90837", ""),
        ({"lines": [Typed("90832", 10, times=TIMES)]}, "90832: 10 minutes are too short for psychotherapy, which starts at 16", ""),
    ],
)  # fmt: skip
def test_each_thing_that_is_missing_is_said(change: dict[str, Any], text: str, mend: str) -> None:
    assert to_bill(replace(COMPLETE, **change)) == [Hint(text, mend)]


def test_what_is_there_is_not_said_to_be_missing() -> None:
    assert to_bill(replace(COMPLETE, planned=False)) == []  # a payer that does not ask for one
    assert to_bill(replace(COMPLETE, lines=[Typed("97130", 15)], elsewhere={"97129"})) == []
    assert to_bill(replace(COMPLETE, lines=[Typed("90834", None)])) == []  # the minutes are asked for elsewhere
    assert to_bill(replace(COMPLETE, lines=[Typed("nonsense", 10)])) == []
    evaluated = replace(COMPLETE, kind=Kind.EVALUATION, lines=[Typed("97165", 40)])
    assert to_bill(evaluated) == []
    assert to_bill(replace(evaluated, planned=False)) == [Hint("the evaluation has no plan of care yet", "plan")]


@given(st.sampled_from(sorted(PSYCHOTHERAPY)), st.integers(1, MOST))
def test_the_code_that_is_named_is_the_one_the_minutes_reach(code: str, minutes: int) -> None:
    found = to_bill(replace(COMPLETE, lines=[Typed(code, minutes, times=TIMES)]))
    reached = [each for first, each in RANGE_OF[code] if minutes >= first]
    if reached and reached[-1] == code:
        assert found == []
    else:
        assert len(found) == 1 and (not reached or f"are {reached[-1]}, not {code}" in found[0].text)


@given(st.lists(st.builds(Typed, st.sampled_from([*CODES, "x"]), st.none() | st.integers(0, MOST)), max_size=5))
def test_whatever_is_typed_is_answered(lines: list[Typed]) -> None:
    assert all(hint.text for hint in to_bill(replace(COMPLETE, lines=lines)))


# --- from rows to the page -------------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    return here.booked(here.client(payer=here.medicare))


def _take_diagnoses(here: world.World, session: Session) -> None:
    """The case has none, as one that was imported."""
    other = here.client()
    Diagnosis.objects.filter(case=other).update(position=F("position") + 10)
    Diagnosis.objects.filter(case=session.case).update(case=other)


def _without_plan(here: world.World) -> Session:
    """A session of a case that has no plan of care, of a client whose payer asks for one."""
    client = here.client(payer=here.medicare).client
    case = clients.open_case(
        by=here.olivia, client=client, discipline="OT", complaint="Hand weakness", opened_on=world.TODAY, diagnoses=["R27.8"],
    )  # fmt: skip
    return here.booked(case)


def said(session: Session, *codes: str, kind: Kind = Kind.DAILY) -> list[str]:
    fresh = Session.objects.select_related("case", "clinician__supervisor").get(pk=session.pk)
    return [hint.text for hint in hints_of(fresh, kind, [Typed(code, 15) for code in codes])]


@pytest.mark.django_db
def test_rows_tell_what_is_missing(here: world.World, session: Session) -> None:
    assert said(session, "97110") == []
    session = _without_plan(here)
    _take_diagnoses(here, session)
    Clinician.objects.filter(pk=here.ot.pk).update(npi="", licence_until=world.TODAY - world.WEEK)
    clients.add_authorization(
        by=here.olivia, case=session.case, coverage=session.client.coverages.get(), number="A1", allowed=1,
        starts_on=world.TODAY - world.WEEK, ends_on=world.TODAY,
    )  # fmt: skip
    here.signed(session.case, ("97110", 20), day=world.TODAY - world.WEEK)
    assert said(session, "97110") == [
        "the case has no diagnosis",
        "no plan of care is in force on this day",
        *[text for text in said(session) if text.startswith("authorization")],
        "the NPI of the clinician is not on file",
        "the license on file ended on Jun 8, 2026",
    ]
    assert any(text.startswith("authorization A1") for text in said(session))
    alone = here.booked(here.client())  # who pays herself
    assert said(alone, "97110") == ["the license on file ended on Jun 8, 2026"]


@pytest.mark.django_db
def test_an_assistant_stands_under_her_supervisors_npi(here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare), clinician=here.assistant)
    assert said(session, "97110") == []
    assert said(session, "97110", kind=Kind.PROGRESS) == [
        "a report by an assistant or a student does not count; a therapist writes it"
    ]


@pytest.mark.django_db
def test_a_parent_in_another_session_of_the_day_counts(here: world.World, session: Session) -> None:
    assert said(session, "97130") == ["97130 is an add-on; enter 97129 too"]
    here.signed(session.case, ("97129", 15))
    assert said(session, "97130") == []


@pytest.mark.django_db
def test_it_comes_with_the_page_and_each_save_and_keeps_nothing_from_a_signature(
    here: world.World, session: Session
) -> None:
    session = _without_plan(here)
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    page = unescape(web.get(url).text)
    assert "To bill: <span>no plan of care is in force on this day <a" in page and "?tab=plan" in page
    htmx = {"HX-Request": "true"}
    typed = {"code": ["97110", "97130"], "minutes": ["33", "15"], **world.NOTE}
    saved = unescape(web.post(url + "draft/", typed, headers=htmx).text)
    assert "97130 is an add-on; enter 97129 too" in saved and "no plan of care" in saved
    del typed["code"][1], typed["minutes"][1]
    web.post(url + "draft/", {**typed, "version": 1}, headers=htmx)
    assert actions.sign(by=here.alice, session=session)
    assert 'id="to-bill"' not in web.get(url).text


@pytest.mark.django_db
def test_links_go_where_she_may(here: world.World, session: Session) -> None:
    _take_diagnoses(here, session)
    Clinician.objects.filter(pk=here.ot.pk).update(npi="")
    url = f"/p/alder/sessions/{session.pk}/"
    page = unescape(signed_in(here.alice).get(url).text)
    assert f"/clients/cases/{session.case_id}/diagnoses/" in page
    assert "the NPI of the clinician is not on file" in page and "/settings/clinicians/" not in page
    here.alice.roles = ["therapist", "owner"]
    here.alice.save(update_fields=["roles"])
    page = unescape(signed_in(here.alice).get(url).text)
    assert f"/settings/clinicians/{here.ot.pk}/" in page
    assert "To bill" not in signed_in(here.olivia).get(url).text  # it is not hers to write


@pytest.mark.django_db
def test_the_api_answers_a_draft_with_it(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/api/v1/p/alder/sessions/{session.pk}/"
    body = {"lines": [{"code": "97130", "minutes": 15}], "kind": "discharge", "subjective": "x"}
    answer = web.put(url + "draft/", body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    assert answer.json()["missing"] == {
        "to_sign": "Add 3 parts of the note to sign",
        "to_bill": ["97130 is an add-on; enter 97129 too"],
        "copied": {},
    }
    signed = here.signed(here.client(), ("97110", 20))
    assert web.get(f"/api/v1/p/alder/sessions/{signed.pk}/").json()["missing"] is None


@pytest.mark.django_db
def test_it_costs_the_same_whatever_is_there(here: world.World, session: Session) -> None:
    def queries(*codes: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            said(session, *codes)
        return len(caught)

    here.signed(session.case, ("97110", 20))
    few = queries("97110")
    for i in range(4):
        here.signed(session.case, ("97110", 20), day=world.TODAY - (i + 1) * world.WEEK)
        here.signed(session.case, ("97140", 20))
    assert queries("97110", "97140", "97530", "97535", "97130") == few <= 25
