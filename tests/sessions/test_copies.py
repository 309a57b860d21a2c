"""Copying from earlier notes and using templates: below what is typed, said where it is, kept, warned of at the end."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from practice.audit_words import facts, words
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from sessions import actions
from sessions.minutes import PARTS, Typed
from sessions.models import Note, NoteDraft, Session
from sessions.note_kinds import Kind
from sessions.writing import copies, inserting
from sessions.writing.keeping import keep_template
from sessions.writing.models import CopiedText
from sessions.writing.wording import put_in, stands
from tests import world
from tests.front_door import signed_in

texts = st.text(alphabet="ab \n", max_size=12)


# --- the heart -------------------------------------------------------------------------------


@given(texts, texts)
def test_nothing_typed_is_lost_and_nothing_stands_twice(typed: str, added: str) -> None:
    after = put_in(typed, added)
    assert after.startswith(typed.rstrip()) or not typed.strip()
    assert not added.strip() or stands(added, after)
    assert put_in(after, added) == after


@pytest.mark.parametrize(
    ("typed", "added", "after"),
    [
        ("", "Grip 14 kg.", "Grip 14 kg."),
        (" \n", "Grip 14 kg.\n", "Grip 14 kg."),
        ("Slept well. ", "Grip 14 kg.", "Slept well.\nGrip 14 kg."),
        ("Grip  14\nkg. Sore.", "Grip 14 kg.", "Grip  14\nkg. Sore."),
        ("Slept well.", " \n ", "Slept well."),
    ],
)
def test_text_goes_below(typed: str, added: str, after: str) -> None:
    assert put_in(typed, added) == after


# --- the verbs -------------------------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def last(here: world.World) -> Note:
    """A signed note of last week."""
    return here.signed(here.client(), ("97110", 33), day=world.TODAY - world.WEEK).notes.get()


@pytest.fixture
def session(here: world.World, last: Note) -> Session:
    return here.booked(last.session.case)


def save(here: world.World, session: Session, **parts: str) -> NoteDraft:
    whole = dict.fromkeys(PARTS, "") | parts
    return actions.save_draft(by=here.alice, session=session, parts=whole, lines=[Typed("97110", 33)])


@pytest.mark.django_db
def test_a_part_is_copied_below_what_is_typed_and_where_from_is_kept(
    here: world.World, session: Session, last: Note
) -> None:
    save(here, session, plan="More steps.", objective="Grip 15 kg.")
    draft = inserting.copy_from(by=here.alice, session=session, source=last, parts=["plan", "assessment", "plan"])
    assert draft.parts == {
        "subjective": "",
        "objective": "Grip 15 kg.",
        "assessment": world.NOTE["assessment"],
        "plan": f"More steps.\n{world.NOTE['plan']}",
    }
    assert draft.typed == [Typed("97110", 33)]
    assert set(CopiedText.objects.values_list("part", "source")) == {("plan", last.pk), ("assessment", last.pk)}
    row = AuditEvent.objects.get(verb="copy note text")
    assert row.client_id == session.client_id and world.NOTE["plan"] not in str(row.detail)
    assert words(row.verb, about_somebody=True) == "copied text of an earlier note into a note for"
    assert facts(row.detail) == "parts: plan, assessment"


@pytest.mark.django_db
def test_copied_into_an_empty_page_the_planned_codes_stay(here: world.World, session: Session, last: Note) -> None:
    draft = inserting.copy_from(by=here.alice, session=session, source=last)
    assert draft.parts == world.NOTE and [line.code for line in draft.typed] == ["97110", "97140"]


@pytest.mark.django_db
def test_it_is_said_until_the_words_change(here: world.World, session: Session, last: Note) -> None:
    inserting.copy_from(by=here.alice, session=session, source=last, parts=["plan", "objective"])
    draft = save(here, session, plan=world.NOTE["plan"] + " Next: stairs.", objective="Grip 14 kg. ")
    there = copies.unchanged(session, draft.parts)
    assert copies.say(there) == {
        "plan": "Copied from Jun 8: change what is no longer so",
        "objective": "Copied from Jun 8: change what is no longer so",
    }
    titles = {part: part.capitalize() for part in PARTS}
    assert copies.warn(there, titles) == "“Objective” and “Plan” still read as on Jun 8"
    draft = save(here, session, plan="Continue 1×/week.", objective="Grip 14 kg.")
    there = copies.unchanged(session, draft.parts)
    assert copies.warn(there, titles) == "“Objective” still reads as on Jun 8"
    draft = save(here, session, plan="Continue 1×/week.", objective="Grip 15 kg.")
    assert copies.unchanged(session, draft.parts) == {} and copies.warn({}, titles) == ""


@pytest.mark.django_db
def test_words_of_two_days_are_told_as_such(here: world.World, session: Session, last: Note) -> None:
    older = here.signed(session.case, ("97110", 20), day=world.TODAY - 2 * world.WEEK).notes.get()
    inserting.copy_from(by=here.alice, session=session, source=last, parts=["plan"])
    inserting.copy_from(by=here.alice, session=session, source=older, parts=["objective"])
    there = copies.unchanged(session, NoteDraft.objects.get(session=session).parts)
    assert copies.warn(there, dict(zip(PARTS, PARTS, strict=True))) == "“objective” and “plan” still read as before"


@pytest.mark.django_db
def test_signed_as_it_was_it_is_in_the_audit(here: world.World, session: Session, last: Note) -> None:
    inserting.copy_from(by=here.alice, session=session, source=last)
    save(here, session, **world.NOTE | {"plan": "Continue 1×/week."})
    note = actions.sign(by=here.alice, session=session)  # warned of, not refused
    row = AuditEvent.objects.get(verb="sign copied text")
    assert (row.target_id, row.detail) == (
        note.pk,
        {"parts": ["assessment", "objective", "subjective"], "sources": [last.pk]},
    )
    own = here.booked(session.case)
    save(here, own, **world.NOTE)  # the same words, typed
    actions.sign(by=here.alice, session=own)
    assert AuditEvent.objects.filter(verb="sign copied text").count() == 1


@pytest.mark.django_db
def test_only_the_case_and_only_before(here: world.World, session: Session, last: Note) -> None:
    other = here.signed(here.client(), ("97110", 20), day=world.TODAY - world.WEEK).notes.get()
    later = here.signed(session.case, ("97110", 20)).notes.get()
    assert (
        copies.earlier(session, here.alice) == [last]
        and copies.last_day(session, here.alice) == world.TODAY - world.WEEK
    )
    for source in (other, later):
        with pytest.raises(BadInput, match="one of the last notes of this case"):
            inserting.copy_from(by=here.alice, session=session, source=source)
    for i in range(copies.SHOWN):
        here.signed(session.case, ("97110", 20), day=world.TODAY - timedelta(days=1 + i % 5))
    assert len(copies.earlier(session, here.alice)) == copies.SHOWN and last not in copies.earlier(session, here.alice)
    assert copies.earlier(session, here.pt.member) == []
    assert not CopiedText.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_copied_is_said(here: world.World, session: Session, last: Note) -> None:
    with pytest.raises(BadInput, match="nothing to copy"):
        inserting.copy_from(by=here.alice, session=session, source=last, parts=["nonsense"])
    with pytest.raises(PermissionDenied):
        inserting.copy_from(by=here.olivia, session=session, source=last)
    save(here, session, plan="x" * 19_999)
    with pytest.raises(BadInput, match="at most 20,000"):
        inserting.copy_from(by=here.alice, session=session, source=last)
    with pytest.raises(Conflict):
        inserting.copy_from(by=here.alice, session=session, source=last, parts=["objective"], version=0)
    assert NoteDraft.objects.get().objective == "" and not CopiedText.objects.exists()
    signed = here.signed(session.case, ("97110", 20))
    with pytest.raises(Conflict, match="is signed"):
        inserting.copy_from(by=here.alice, session=signed, source=last)


@pytest.mark.django_db
def test_a_template_never_overwrites(here: world.World, session: Session) -> None:
    kept = keep_template(
        by=here.alice, name="Stroke", kind=Kind.DAILY, parts={"objective": "Grip L: R:", "plan": "Continue with"}
    )
    save(here, session, objective="Walked 40 m.")
    draft = inserting.use_template(by=here.alice, session=session, template=kept)
    assert (draft.objective, draft.plan, draft.subjective) == ("Walked 40 m.\nGrip L: R:", "Continue with", "")
    again = inserting.use_template(by=here.alice, session=session, template=kept)
    assert again.parts == draft.parts and not CopiedText.objects.exists()
    assert AuditEvent.objects.filter(verb="use template").count() == 2


# --- doors -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_copies_what_is_pressed_and_keeps_what_stands_on_it(
    here: world.World, session: Session, last: Note
) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    assert "Copy from Jun 8" in unescape(web.get(url).text)
    beside = unescape(web.get(url + "earlier/", headers={"HX-Request": "true"}).text)
    assert world.NOTE["plan"] in beside and f'value="{last.pk}:plan"' in beside and "<html" not in beside
    typed = {"code": ["97110"], "minutes": ["abc"], "plan": "More steps.", "version": ""}
    page = unescape(
        web.post(url + "insert/", {**typed, "copy": f"{last.pk}:plan"}, headers={"HX-Request": "true"}).text
    )
    assert f"More steps.\n{world.NOTE['plan']}" in page and 'value="abc"' in page
    assert "Copied from Jun 8: change what is no longer so" in page and "“Plan” still reads as on Jun 8" in page
    version = NoteDraft.objects.get().version
    saved = web.post(url + "draft/", {"plan": "Other words.", "version": version}, headers={"HX-Request": "true"}).text
    assert '<p class="copied" id="copied-plan" hx-swap-oob="true"></p>' in saved and "still reads" not in saved
    stale = web.post(url + "insert/", {**typed, "copy": str(last.pk)})
    assert stale.status_code == 409 and "More steps." in unescape(stale.text)
    assert web.post(url + "insert/", {"copy": "999999"}).status_code == 404
    assert web.post(url + "insert/", {"copy": f"{last.pk}:title"}).status_code == 404
    assert web.post(url + "insert/", {"copy": "", "template": "77"}).status_code == 404


@pytest.mark.django_db
def test_without_javascript_it_goes_by_a_page_of_its_own(here: world.World, session: Session, last: Note) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    page = unescape(web.get(url + "earlier/").text)
    assert "<html" in page and "Copy all" in page
    answer = web.post(url + "insert/", {"copy": str(last.pk)})
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert NoteDraft.objects.get().parts == world.NOTE
    refused = web.post(url + "insert/", {"copy": f"{last.pk}:subjective", "version": "99"})
    assert refused.status_code == 409
    signed = here.signed(session.case, ("97110", 20))
    looked = unescape(web.get(f"/p/alder/sessions/{signed.pk}/earlier/").text)
    assert world.NOTE["plan"] in looked and "Copy all" not in looked
    assert web.post(f"/p/alder/sessions/{signed.pk}/insert/", {"copy": str(last.pk)}).status_code == 409


@pytest.mark.django_db
def test_menus_offer_what_fits_the_kind(here: world.World, session: Session) -> None:
    keep_template(by=here.alice, name="Daily one", kind=Kind.DAILY, parts={"plan": "x"})
    keep_template(by=here.olivia, name="Report", kind=Kind.PROGRESS, parts={"plan": "x"}, shared=True)
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/insertable/"
    assert "Daily one" in web.get(url).text and "Report" not in web.get(url).text
    assert "Report" in web.get(url + "?kind=progress").text
    save(here, session)
    actions.save_draft(by=here.alice, session=session, parts={}, lines=[], kind=Kind.PROGRESS)
    assert "Report" in web.get(url).text


@pytest.mark.django_db
def test_the_api_copies(here: world.World, session: Session, last: Note) -> None:
    web, url = signed_in(here.alice), f"/api/v1/p/alder/sessions/{session.pk}/"

    def post(path: str, **body: Any) -> Any:
        return web.post(url + path, body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})

    [row] = web.get(url + "earlier-notes/").json()["notes"]
    assert (row["id"], row["served_on"], row["plan"]) == (last.pk, "2026-06-08", world.NOTE["plan"])
    answer = post("copy/", note=last.pk, parts=["plan"]).json()
    assert (answer["plan"], answer["objective"], answer["version"]) == (world.NOTE["plan"], "", 1)
    assert answer["copied"] == {"plan": "Copied from Jun 8: change what is no longer so"}
    assert post("copy/", note=last.pk, version=0).status_code == 409
    assert post("copy/", note=last.pk, parts=["title"]).status_code == 400
    assert post("copy/", note=here.signed(here.client(), ("97110", 9)).notes.get().pk).status_code == 404
    kept = keep_template(by=here.alice, name="Stroke", kind=Kind.DAILY, parts={"objective": "Grip:"})
    assert post("template/", template=kept.pk, version=1).json()["objective"] == "Grip:"
    assert post("template/", template=kept.pk + 99).status_code == 404
