"""Input that cannot be: each is said in words where it stands, nothing is written, and what was typed comes back."""

from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from sessions.actions import move
from sessions.models import Note, NoteDraft, ServiceLine, Session, SessionState
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
HUGE = "All of it. " * 95_326  # a megabyte
TYPED: dict[str, Any] = {"code": ["97110", "97140"], "minutes": ["33", "7"], **world.NOTE, "version": ""}
BAD = [
    pytest.param({"objective": HUGE}, "Objective has 1,048,586 characters; a part of a note has at most 20,000", id="1-MB"),
    pytest.param({"minutes": ["1560", "7"]}, "A day has 1,440 minutes", id="26-hours"),
    pytest.param({"minutes": ["9:00–35:00", "7"]}, "9:00–35:00", id="26-hours-of-times"),
    pytest.param({"minutes": ["9:30–8:00", "7"]}, "“9:30–8:00” stops before it starts", id="ends-before-it-starts"),
    pytest.param(
        {"minutes": ["9:00–9:30", "9:20–9:40"]}, "09:20–09:40 runs while 97110 does (09:00–09:30)", id="overlapping"
    ),
    pytest.param({"minutes": ["800", "800"]}, "A day has 1,440 minutes; together these are 1,600", id="together"),
    pytest.param({"minutes": ["", ""]}, "Add minutes to sign", id="without-minutes"),
    pytest.param({"assessment": " "}, "Add an assessment to sign", id="without-a-part"),
    pytest.param({"code": ["97110", "97130"]}, "97130 is an add-on; enter 97129 too", id="add-on-alone"),
]  # fmt: skip


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    return here.booked(here.client(payer=here.medicare))


def nothing_signed(session: Session) -> None:
    session.refresh_from_db()
    assert session.state == SessionState.SCHEDULED
    assert not Note.objects.exists() and not ServiceLine.objects.exists()


def test_what_was_typed_in_a_session_that_was_canceled_meanwhile_can_be_copied(
    here: world.World, session: Session
) -> None:
    move(by=here.sam, session=session, state="cancelled")
    for door in ("sign", "rows"):
        answer = signed_in(here.alice).post(f"/p/alder/sessions/{session.pk}/{door}/", TYPED)
        page = unescape(answer.text)
        assert answer.status_code == 409 and "What you typed and could not be kept" in page, door
        assert all(text in page for text in world.NOTE.values()) and "97110 33, 97140 7" in page
    assert not NoteDraft.objects.exists() and not Note.objects.exists()


@pytest.mark.parametrize(("change", "why"), BAD)
def test_signing_says_why_and_loses_nothing(
    here: world.World, session: Session, change: dict[str, Any], why: str
) -> None:
    sent = TYPED | change
    answer = signed_in(here.alice).post(f"/p/alder/sessions/{session.pk}/sign/", sent)
    page = unescape(answer.text)
    assert answer.status_code == 422 and why in page
    for part in world.NOTE:
        assert f">{sent[part]}</textarea>" in page
    for minutes in sent["minutes"]:
        assert f'value="{minutes}"' in page
    nothing_signed(session)


def test_an_autosave_of_a_megabyte_says_so_and_keeps_the_save_before(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/draft/"
    htmx = {"HX-Request": "true"}
    assert web.post(url, TYPED, headers=htmx).status_code == 200
    answer = web.post(url, TYPED | {"plan": HUGE, "version": 1}, headers=htmx)
    assert answer.status_code == 422 and "Plan has 1,048,586 characters" in answer.text
    assert NoteDraft.objects.get().parts == world.NOTE
    assert web.post(url, TYPED | {"plan": "Shorter.", "version": 1}, headers=htmx).status_code == 200
    assert NoteDraft.objects.get().plan == "Shorter."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"objective": HUGE}, "objective"),
        ({"lines": [{"code": "97110", "minutes": 1560}]}, "lines.0.minutes"),
        ({"lines": [{"code": "97110", "times": "9:00–35:00"}]}, "lines.0.times"),
        (
            {"lines": [{"code": "97110", "times": "9:00–9:30"}, {"code": "97140", "times": "9:20–9:40"}]},
            "line.1",
        ),
    ],
)
def test_the_api_names_the_field(here: world.World, session: Session, change: dict[str, Any], field: str) -> None:
    web, url = signed_in(here.alice), f"/api/v1/p/alder/sessions/{session.pk}/"
    body = {"lines": [{"code": "97110", "minutes": 33}], **world.NOTE, **change}
    answer = web.put(url + "draft/", body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 400 and list(answer.json()) == [field]
    sign = web.post(url + "sign/", content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    assert sign.status_code == 400 and not NoteDraft.objects.exists()
    nothing_signed(session)
