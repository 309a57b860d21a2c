"""The kind of a note: proposed by its codes, chosen by a press, asked for in its own words, frozen by the signature."""

from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Web
from hypothesis import given
from hypothesis import strategies as st

from practice.findings import BadInput
from sessions import actions
from sessions.codes import CODES
from sessions.minutes import PARTS, Typed
from sessions.models import Note, NoteDraft, Session
from sessions.note_kinds import Kind
from sessions.note_paper import paper
from sessions.writing import kinds
from tests import world
from tests.front_door import signed_in

EVALUATIONS = {code for code, entry in CODES.items() if entry.evaluation}
codes = st.lists(st.sampled_from(sorted(CODES)), max_size=4)


# --- the heart -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "kind"),
    [
        ([], Kind.DAILY),
        (["97110", "nonsense"], Kind.DAILY),
        (["97165"], Kind.EVALUATION),
        (["97110", "97163"], Kind.EVALUATION),
        (["92523"], Kind.EVALUATION),
        (["90791"], Kind.EVALUATION),
        (["97168"], Kind.REEVALUATION),
        (["97164", "97140"], Kind.REEVALUATION),
        (["97168", "97166"], Kind.EVALUATION),
    ],
)
def test_codes_propose_a_kind(there: list[str], kind: Kind) -> None:
    assert kinds.proposed(there) == kind


def test_each_kind_asks_for_every_part_in_its_own_words() -> None:
    assert list(kinds.SHEETS) == [Kind.DAILY, Kind.PROGRESS, Kind.EVALUATION, Kind.REEVALUATION, Kind.DISCHARGE]
    for sheet in kinds.SHEETS.values():
        assert tuple(sheet.parts) == PARTS and set(sheet.needed) <= set(PARTS)
        assert len({part.asks for part in sheet.parts.values()}) == 4
        assert len({part.title for part in sheet.parts.values()}) == 4


@given(codes, codes)
def test_a_draft_follows_its_codes_until_somebody_chooses(before: list[str], now: list[str]) -> None:
    assert kinds.kept(None, None, before, now) == kinds.proposed(now)
    assert kinds.kept(None, kinds.proposed(before), before, now) == kinds.proposed(now)


@given(st.sampled_from(Kind), st.sampled_from(Kind), codes, codes)
def test_a_choice_stays(chosen: Kind, before: Kind, first: list[str], now: list[str]) -> None:
    assert kinds.kept(chosen, before, first, now) == chosen
    if before != kinds.proposed(first):
        assert kinds.kept(None, before, first, now) == before


@pytest.mark.parametrize(
    ("kind", "empty", "sentence"),
    [
        (Kind.DAILY, ["assessment"], "Add an assessment to sign"),
        (Kind.PROGRESS, ["assessment"], "Add “Why skilled care goes on” to sign"),
        (Kind.EVALUATION, ["subjective", "plan"], "Add “History” and “Goals and plan” to sign"),
        (Kind.DISCHARGE, ["subjective"], ""),
        (Kind.DISCHARGE, ["subjective", "plan"], "Add “What is next” to sign"),
        (Kind.REEVALUATION, list(PARTS), "Add 4 parts of the note to sign"),
    ],
)
def test_what_is_missing_is_said_in_the_words_of_the_page(kind: Kind, empty: list[str], sentence: str) -> None:
    parts = {name: "" if name in empty else "x" for name in PARTS}
    missing = kinds.missing_to_sign(kind, parts, [Typed("97110", 20)])
    assert kinds.say_missing(kind, missing) == sentence
    assert kinds.missing_to_sign(kind, parts, [])[0] == "minutes"


# --- draft, signature, doors -----------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    return here.booked(here.client())


def save(here: world.World, session: Session, *there: str, **more: Any) -> NoteDraft:
    lines = [Typed(code, 40) for code in there]
    return actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=lines, **more)


@pytest.mark.django_db
def test_the_draft_keeps_it_and_the_signature_freezes_it(here: world.World, session: Session) -> None:
    assert save(here, session, "97110").kind == Kind.DAILY
    assert save(here, session, "97165").kind == Kind.EVALUATION
    assert save(here, session, "97168").kind == Kind.REEVALUATION
    chosen = save(here, session, "97110", kind=Kind.PROGRESS)
    assert (chosen.kind, chosen.parts) == (Kind.PROGRESS, world.NOTE)
    assert save(here, session, "97110", "97165").kind == Kind.PROGRESS
    save(here, session, "97110")
    note = actions.sign(by=here.alice, session=session)
    assert note.kind == Kind.PROGRESS
    told = paper(note)
    assert (told["title"], told["parts"][1]["name"]) == ("Progress report", "Progress towards each goal")


@pytest.mark.django_db
def test_the_same_sent_twice_is_one_also_with_its_kind(here: world.World, session: Session) -> None:
    first = save(here, session, "97110", kind=Kind.PROGRESS, version=0)
    assert save(here, session, "97110", kind=Kind.PROGRESS, version=0).version == first.version


@pytest.mark.django_db
def test_a_kind_needs_what_it_asks_for(here: world.World, session: Session) -> None:
    parts = world.NOTE | {"subjective": ""}
    lines = [Typed("97110", 20)]
    actions.save_draft(by=here.alice, session=session, parts=parts, lines=lines, kind=Kind.PROGRESS)
    with pytest.raises(BadInput, match="Add “Client’s report” to sign"):
        actions.sign(by=here.alice, session=session)
    assert not Note.objects.exists()
    actions.save_draft(by=here.alice, session=session, parts=parts, lines=lines, kind=Kind.DISCHARGE)
    assert actions.sign(by=here.alice, session=session).subjective == ""


@pytest.mark.django_db
def test_the_page_changes_the_kind_and_loses_nothing(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    typed = {"code": ["97110"], "minutes": ["33"], **world.NOTE}
    page = unescape(web.get(url).text)
    assert 'id="kind-daily"' in page and "What the client reports" in page
    page = unescape(web.post(url + "rows/", {**typed, "choose": "progress"}).text)
    assert "Progress towards each goal" in page and world.NOTE["objective"] in page and 'value="33"' in page
    assert pressed(page) == "progress"
    version = NoteDraft.objects.get().version
    web.post(url + "draft/", {**typed, "version": version})  # an autosave says nothing of it
    assert NoteDraft.objects.get().kind == Kind.PROGRESS
    web.post(url + "rows/", {**typed, "version": version + 1, "choose": "nonsense"})
    assert NoteDraft.objects.get().kind == Kind.PROGRESS
    missing = htmx(web, url + "draft/", {**typed, "assessment": "", "version": version + 2})
    assert "Add “Why skilled care goes on” to sign" in missing
    stale = web.post(url + "rows/", {**typed, "choose": "discharge", "version": 1, "plan": "Other"})
    assert stale.status_code == 409 and pressed(unescape(stale.text)) == "discharge"  # what was pressed still shows
    assert NoteDraft.objects.get().kind == Kind.PROGRESS


@pytest.mark.django_db
def test_an_evaluation_code_brings_its_questions(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    page = unescape(web.post(url + "rows/", {"code": ["97110"], "minutes": [""], "add": "97165"}).text)
    assert pressed(page) == "evaluation" and "Goals that can be measured" in page


@pytest.mark.django_db
def test_chart_and_page_show_a_signed_kind(here: world.World, session: Session) -> None:
    save(here, session, "97110", kind=Kind.DISCHARGE)
    actions.sign(by=here.alice, session=session)
    web = signed_in(here.alice)
    for url in (f"sessions/{session.pk}/", f"clients/{session.client_id}/notes/"):
        page = unescape(web.get(f"/p/alder/{url}").text)
        assert "Discharge summary" in page and "Goals at discharge" in page and "kind-daily" not in page


@pytest.mark.django_db
def test_the_api_takes_and_shows_it(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/api/v1/p/alder/sessions/{session.pk}/"

    def put(**body: Any) -> Any:
        key = {"Idempotency-Key": str(uuid4())}
        whole = {"lines": [{"code": "97165", "minutes": 40}], **world.NOTE, **body}
        return web.put(url + "draft/", whole, content_type="application/json", headers=key)

    assert put().json()["draft"]["kind"] == "evaluation"
    assert put(version=1, kind="progress").json()["draft"]["kind"] == "progress"
    assert put(version=2).json()["draft"]["kind"] == "progress"
    assert list(put(version=3, kind="letter").json()) == ["kind"]
    web.post(url + "sign/", content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    assert web.get(url).json()["note"]["kind"] == "progress"


def pressed(page: str) -> str:
    """The kind whose button is down."""
    button = page[: page.index('aria-pressed="true"')].rpartition('value="')[2]
    return button.partition('"')[0]


def htmx(web: Web, url: str, body: dict[str, Any]) -> str:
    return unescape(web.post(url, body, headers={"HX-Request": "true"}).text)
