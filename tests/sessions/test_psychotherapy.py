"""Psychotherapy notes: their author reads and writes them; for everybody else, the database included, there are none."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client as Web

from clients import actions as clients
from practice import actions as house
from practice import clock, tenancy
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Clinician, IdempotencyKey, Membership, Role
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.calendar.actions import reschedule
from sessions.models import PsychotherapyNote, Session
from sessions.psychotherapy import actions
from tests import world

pytestmark = pytest.mark.django_db
TEXT = world.PRIVATE
TABLE = "therapy_sessions_psychotherapynote"


class Practice(world.World):
    """With Mona and Nils, who treat in mental health."""

    mona: Clinician
    nils: Clinician
    session: Session

    @property
    def url(self) -> str:
        return f"/p/{self.slug}/sessions/{self.session.pk}/psychotherapy-note/"


def treats(here: world.World, first: str, npi: str) -> Clinician:
    member = house.add_member(
        practice=here.practice, email=f"{first.lower()}@{here.slug}.example", first_name=first, last_name="Moody",
        roles=[Role.THERAPIST], password=world.PASSWORD,
    )  # fmt: skip
    return house.add_clinician(
        by=here.olivia, member=member, discipline="MH", credentials="LCPC", npi=npi, taxonomy="101YM0800X"
    )


@pytest.fixture
def here() -> Iterator[Any]:
    """Entered as Mona, who sees Walter today."""
    with world.practice() as here:
        here.__class__ = Practice
        here.mona, here.nils = treats(here, "Mona", world.NPIS[3]), treats(here, "Nils", world.NPIS[4])
        case = here.client(discipline="MH", clinician=here.mona)
        here.session = here.booked(case, clinician=here.mona)
        with tenant(here.practice, here.mona.member):
            yield here


def write(here: Practice, text: str = TEXT, version: int | None = 0, by: Membership | None = None) -> PsychotherapyNote:
    return actions.write(by=by or here.mona.member, session=here.session, text=text, version=version)


def browser(member: Membership) -> Web:
    web = Web()
    web.force_login(member.user)
    return web


def put(web: Web, here: Practice, **body: Any) -> Any:
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    return web.put(f"/api/v1{here.url}", json.dumps(body), content_type="application/json", **key)


def others(here: Practice) -> list[Membership]:
    return [here.olivia, here.bob, here.sam, here.nils.member]


# --- the verb --------------------------------------------------------------------------------------


def test_it_is_written_changed_and_emptied(here: Practice) -> None:
    first = write(here)
    assert (first.text, first.version, first.author_id) == (TEXT, 1, here.mona.member_id)
    with clock.at(world.NOON + timedelta(minutes=5)):
        second = write(here, "Less.", 1)
        assert (second.pk, second.version, second.changed_at) == (first.pk, 2, clock.now())
    assert second.created_at == first.created_at
    assert write(here, "", 2).text == ""
    assert PsychotherapyNote.objects.count() == 1


def test_a_stale_save_is_a_conflict_and_the_same_sent_twice_is_none(here: Practice) -> None:
    write(here)
    assert write(here, TEXT, 0).version == 1
    with pytest.raises(Conflict, match="changed in another window"):
        write(here, "From the other window.", 0)
    assert PsychotherapyNote.objects.get().text == TEXT
    assert write(here, "Whatever there is.", None).version == 2


def test_it_is_kept_for_sessions_of_mental_health_by_their_clinician(here: Practice) -> None:
    with tenant(here.practice, here.nils.member), pytest.raises(PermissionDenied):
        write(here, by=here.nils.member)
    movement = here.booked(here.client())
    with tenant(here.practice, here.alice), pytest.raises(PermissionDenied):
        actions.write(by=here.alice, session=movement, text=TEXT)
    here.mona.member.roles = [Role.SCHEDULER]
    with pytest.raises(PermissionDenied):
        write(here)
    assert not PsychotherapyNote.objects.exists()


def test_it_is_bounded(here: Practice) -> None:
    with pytest.raises(BadInput) as refused:
        write(here, "a" * 20_001)
    assert refused.value.errors["text"] == "A psychotherapy note has at most 20,000 characters; this one has 20,001"
    assert len(write(here, "a" * 20_000).text) == 20_000


# --- the database ----------------------------------------------------------------------------------


def test_another_member_sees_and_changes_no_row_by_raw_sql(here: Practice) -> None:
    note = write(here)
    for member in others(here):
        with tenant(here.practice, member), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {TABLE}")
            assert cursor.fetchone()[0] == 0
            cursor.execute(f"UPDATE {TABLE} SET text = 'gone', author_id = %s", [member.pk])
            assert cursor.rowcount == 0
            assert not PsychotherapyNote.objects.filter(pk=note.pk).exists()
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(f"DELETE FROM {TABLE}")
    assert PsychotherapyNote.objects.get().text == TEXT


def test_no_note_is_written_or_given_away_in_the_name_of_another(here: Practice) -> None:
    note = write(here)
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(f"UPDATE {TABLE} SET author_id = %s", [here.olivia.pk])
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(f"DELETE FROM {TABLE}")
    with tenant(here.practice, here.olivia):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            PsychotherapyNote(session=here.session, author=here.nils.member, text="Forged.").save()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            PsychotherapyNote.objects.bulk_create(
                [PsychotherapyNote(session=here.session, author=here.mona.member, text="Forged.", version=9)]
            )
    assert PsychotherapyNote.objects.get().author_id == note.author_id


def test_who_is_nobody_as_a_worker_gets_an_error_and_no_row() -> None:
    with world.practice() as here:
        here.counseled(TEXT)
    with pytest.raises(DatabaseError, match="bigint"), tenant(here.practice):
        list(PsychotherapyNote.objects.all())


@pytest.mark.django_db(transaction=True)
def test_a_lost_policy_is_found(owner: psycopg.Connection) -> None:
    owner.execute(f"DROP POLICY private ON {TABLE}")
    assert tenancy.unprotected() == [f"{TABLE} is seen by others than its author; say private_to to ProtectTable"]
    owner.execute(f"CREATE POLICY private ON {TABLE} USING (true)")  # permissive: it would hide nothing
    assert len(tenancy.unprotected()) == 1


# --- who else might see it -------------------------------------------------------------------------


def test_pages_and_api_know_it_for_its_author_only(here: Practice) -> None:
    write(here)
    hers = browser(here.mona.member)
    assert TEXT in hers.get(here.url).text
    assert hers.get(f"/api/v1{here.url}").json()["text"] == TEXT
    for member in others(here):
        web = browser(member)
        answers = [web.get(here.url), web.post(here.url, {"text": "x"}), web.get(f"/api/v1{here.url}")]
        answers.append(put(web, here, text="x", version=1))
        assert [answer.status_code for answer in answers] == [404] * 4, member.roles
        assert not any(TEXT in answer.text for answer in answers)
    assert PsychotherapyNote.objects.get().text == TEXT


def test_the_session_offers_it_to_its_author_and_never_holds_it(here: Practice) -> None:
    write(here)
    page = f"/p/{here.slug}/sessions/{here.session.pk}/"
    hers, owners = browser(here.mona.member).get(page).text, browser(here.olivia).get(page).text
    assert f'hx-get="{here.url}"' in hers and "psychotherapy" not in owners.lower()
    assert TEXT not in hers + owners


def test_nothing_else_of_the_house_holds_it(here: Practice, caplog: pytest.LogCaptureFixture) -> None:
    """Search, chart, exports and the note's own API, for its author and for the owner; and no log line."""
    caplog.set_level(logging.DEBUG)
    web = browser(here.mona.member)
    assert put(web, here, text=TEXT).status_code == 200
    assert put(web, here, text="Stale.", version=9).status_code == 409
    client, found = here.session.client_id, []
    asked, rest = TEXT[:12], TEXT[12:30]  # a page may repeat what was searched for
    for who in (web, browser(here.olivia)):
        for address in (
            f"find/?q={asked}", f"clients/?q={asked}", f"clients/{client}/", f"clients/{client}/?tab=notes",
            f"clients/{client}/notes/", f"clients/{client}/visits/", "today/", "audit/", "audit/export/",
        ):  # fmt: skip
            answer = who.get(f"/p/{here.slug}/{address}")
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (200, 403)
            found += [address] if rest.encode() in body else []
        found += ["api"] if rest in who.get(f"/api/v1/p/{here.slug}/sessions/{here.session.pk}/").text else []
    assert found == []
    assert rest not in caplog.text


def test_no_other_module_asks_for_it() -> None:
    """So that no export, paper, search or claim can hold it, not even where its author makes one."""
    root = Path(__file__).parents[2]
    named = {
        str(path.relative_to(root))
        for app in ("practice", "clients", "sessions", "billing", "claims")
        for path in (root / app).rglob("*.py")
        if re.search("PsychotherapyNote|psychotherapy_notes", path.read_text()) and "migrations" not in path.parts
    }
    apart = {f"sessions/psychotherapy/{name}.py" for name in ("actions", "api", "models")}
    assert named == {"sessions/models.py", "sessions/api_urls.py", *apart}


def test_the_audit_says_that_it_was_written_and_looked_at_and_no_more(here: Practice) -> None:
    web = browser(here.mona.member)
    assert put(web, here, text=TEXT).status_code == 200
    web.get(here.url)
    with tenant(here.practice, here.olivia):
        rows = AuditEvent.objects.filter(verb__contains="psychotherapy")
        assert sorted(rows.values_list("verb", "target", "target_id", "client_id")) == [
            (verb, "therapy_sessions.Session", here.session.pk, here.session.client_id)
            for verb in ("view psychotherapy note", "write psychotherapy note")
        ]
        assert [row.detail for row in rows] == [{}, {}]
    told = browser(here.olivia).get(f"/p/{here.slug}/audit/").text
    assert "wrote in a psychotherapy note of" in told and "viewed the psychotherapy note of" in told
    assert TEXT not in told


def test_the_answer_kept_with_a_key_does_not_hold_it(here: Practice) -> None:
    answer = put(browser(here.mona.member), here, text=TEXT)
    assert answer.json().keys() == {"version", "changed_at"}
    assert TEXT not in json.dumps(list(IdempotencyKey.objects.values_list("content", "answer")))


# --- what happens to its session -------------------------------------------------------------------


def test_it_stays_with_its_author_when_the_session_goes_to_another(here: Practice) -> None:
    write(here)
    with tenant(here.practice, here.sam):
        reschedule(
            by=here.sam, session=here.session, starts_at=here.session.starts_at, length=timedelta(minutes=45),
            clinician=here.nils,
        )  # fmt: skip
    assert TEXT in browser(here.mona.member).get(here.url).text
    his = browser(here.nils.member)
    assert TEXT not in his.get(here.url).text
    assert put(his, here, text="His own.").status_code == 200
    with tenant(here.practice, here.nils.member):
        assert PsychotherapyNote.objects.get().text == "His own."
    assert PsychotherapyNote.objects.get().text == TEXT


def test_charts_that_are_merged_and_sessions_that_are_signed_keep_it(here: Practice) -> None:
    write(here)
    with tenant(here.practice, here.olivia):
        other = here.client(first="Wally", discipline="MH", clinician=here.nils).client
        clients.merge_clients(by=here.olivia, duplicate=here.session.client, into=other)
    sessions.save_draft(by=here.mona.member, session=here.session, parts=world.NOTE, lines=[])
    assert TEXT in browser(here.mona.member).get(here.url).text
    with tenant(here.practice, here.nils.member):  # who treats the chart that lives
        assert browser(here.nils.member).get(here.url).status_code == 404
    Session.objects.filter(pk=here.session.pk).update(state="signed")
    assert write(here, "After the signature.", 1).version == 2


# --- the page --------------------------------------------------------------------------------------


def test_the_form_saves_tells_a_conflict_with_both_texts_and_refuses_too_much(here: Practice) -> None:
    web = browser(here.mona.member)
    assert "Nothing typed yet" in web.get(here.url).text
    assert web.post(here.url, {"text": TEXT, "version": ""}).status_code == 302
    saved = web.post(here.url, {"text": "Two.", "version": "1"}, headers={"HX-Request": "true"})
    assert saved.status_code == 200 and 'id="psychotherapy-version" value="2"' in saved.text
    fragment = web.post(here.url, {"text": "Mine.", "version": "1"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 409 and "Two." in fragment.text and 'data-keep="2"' in fragment.text
    page = web.post(here.url, {"text": "Mine.", "version": "1"})
    assert page.status_code == 409 and "Two." in page.text and ">Mine.</textarea>" in page.text
    long = web.post(here.url, {"text": "a" * 20_001, "version": "2"}, headers={"HX-Request": "true"})
    assert long.status_code == 422 and "at most 20,000 characters" in long.text
    long = web.post(here.url, {"text": "a" * 20_001, "version": "2"})
    assert long.status_code == 422 and "at most 20,000 characters" in long.text and "a" * 20_001 in long.text
    assert PsychotherapyNote.objects.get().text == "Two."
