"""Addenda: words added to a signed note, by whom, once; on the session, in the chart and by API."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from practice import clock
from practice.audit_words import words
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from sessions.addenda import LONGEST, add_addendum
from sessions.models import Addendum, Note, Session
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
WORDS = "The grip was measured twice."


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    return here.signed(here.client(), ("97110", 33))


def kept() -> list[tuple[str, str]]:
    return list(Addendum.objects.values_list("signature", "text"))


# --- the verb --------------------------------------------------------------------------------


def test_words_are_added_in_a_chain_and_the_note_stays(here: world.World, session: Session) -> None:
    before = Note.objects.filter(session=session).values().get()
    first = add_addendum(by=here.alice, session=session, text=f"  {WORDS}\r\nLeft hand.\n")
    with clock.at(world.NOON + timedelta(hours=1)):
        add_addendum(by=here.alice, session=session, text="Splint ordered.")
    assert kept() == [
        ("Alice Atherton, OTR/L", f"{WORDS}\nLeft hand."),
        ("Alice Atherton, OTR/L", "Splint ordered."),
    ]
    assert (first.signed_at, first.signed_by) == (world.NOON, here.alice)
    assert Note.objects.filter(session=session).values().get() == before
    row = AuditEvent.objects.filter(verb="add addendum").earliest("pk")
    assert (row.target_id, row.client_id, row.detail) == (first.pk, session.client_id, {})
    assert words(row.verb, about_somebody=True) == "signed an addendum to a note for"


def test_the_signature_stays_as_it_was(here: world.World, session: Session) -> None:
    add_addendum(by=here.alice, session=session, text=WORDS)
    here.ot.credentials = "OTD, OTR/L"
    here.ot.save(update_fields=["credentials"])
    add_addendum(by=here.alice, session=session, text="More.")
    assert [name for name, _ in kept()] == ["Alice Atherton, OTR/L", "Alice Atherton, OTD, OTR/L"]


def test_pressed_twice_it_is_one(here: world.World, session: Session) -> None:
    first = add_addendum(by=here.alice, session=session, text=WORDS)
    with clock.at(world.NOON + timedelta(seconds=59)):
        assert add_addendum(by=here.alice, session=session, text=WORDS + "\n") == first
        assert AuditEvent.objects.filter(verb="add addendum").count() == 1
    with clock.at(world.NOON + timedelta(minutes=1)):
        assert add_addendum(by=here.alice, session=session, text=WORDS) != first
    assert len(kept()) == 2


def test_a_supervisor_adds_to_what_her_assistant_signed(here: world.World) -> None:
    session = here.signed(here.client(), ("97110", 33), clinician=here.assistant)
    add_addendum(by=here.carol, session=session, text=WORDS)
    add_addendum(by=here.alice, session=session, text=WORDS)  # the same words by somebody else
    assert kept() == [("Carol Castle, COTA/L", WORDS), ("Alice Atherton, OTR/L", WORDS)]


def test_nobody_else_adds(here: world.World, session: Session) -> None:
    for other in (here.carol, here.pt.member, here.olivia, here.sam):
        with pytest.raises(PermissionDenied, match="Only the clinician of a session or her supervisor"):
            add_addendum(by=other, session=session, text=WORDS)
    assert kept() == [] and not AuditEvent.objects.filter(verb="add addendum").exists()


def test_only_a_signed_note_has_addenda(here: world.World) -> None:
    with pytest.raises(Conflict, match="its note can still be edited"):
        add_addendum(by=here.alice, session=here.booked(here.client()), text=WORDS)
    assert kept() == []


@pytest.mark.parametrize(
    ("text", "why"), [(" \r\n ", "is empty; write"), ("x" * (LONGEST + 1), "at most 5,000 characters")]
)
def test_words_that_cannot_be_kept(here: world.World, session: Session, text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        add_addendum(by=here.alice, session=session, text=text)
    assert kept() == []
    add_addendum(by=here.alice, session=session, text="y" * LONGEST)
    assert len(kept()) == 1


# --- doors -----------------------------------------------------------------------------------


def test_the_page_shows_the_chain_and_asks_who_may(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    assert "Add an addendum" in web.get(url).text
    answer = web.post(url + "addenda/", {"text": f"{WORDS}\0\nA < B"})
    assert (answer.status_code, answer["Location"]) == (302, url)
    with clock.at(world.NOON + timedelta(days=1)):
        add_addendum(by=here.alice, session=session, text="Splint ordered.")
    page = unescape(web.get(url).text)
    assert page.index("A < B") < page.index("Jun 15, 12:00 PM") < page.index("Splint ordered.")
    assert "Signed by Alice Atherton, OTR/L, Jun 16, 12:00 PM" in page
    seen = unescape(signed_in(here.olivia).get(url).text)
    assert WORDS in seen and "Add an addendum" not in seen


def test_a_session_without_addenda_tells_others_nothing_of_them(here: world.World, session: Session) -> None:
    page = signed_in(here.olivia).get(f"/p/alder/sessions/{session.pk}/").text
    assert "Signed by" in page and "Addend" not in page


def test_what_is_wrong_is_said_and_nothing_is_lost(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/addenda/"
    answer = web.post(url, {"text": "Kept. " * 1000})
    assert answer.status_code == 422 and "at most 5,000 characters" in answer.text
    assert "Kept. Kept." in answer.text and '<details class="amend" open>' in answer.text
    assert web.post(url, {"text": " "}).status_code == 422
    unsigned = here.booked(here.client())
    refused = web.post(f"/p/alder/sessions/{unsigned.pk}/addenda/", {"text": WORDS})
    assert refused.status_code == 409 and "its note can still be edited" in refused.text
    assert signed_in(here.olivia).post(url, {"text": WORDS}).status_code == 403
    assert kept() == []


def test_the_chart_shows_addenda_beside_their_note(here: world.World, session: Session) -> None:
    add_addendum(by=here.alice, session=session, text=WORDS)
    here.signed(session.case, ("97110", 20))
    page = unescape(signed_in(here.alice).get(f"/p/alder/clients/{session.client_id}/notes/").text)
    assert page.count(WORDS) == page.count("<b>Addendum</b>") == 1
    assert page.count("Signed by Alice Atherton, OTR/L, Jun 15, 12:00 PM") == 3


def test_the_api_adds_and_shows(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/api/v1/p/alder/sessions/{session.pk}/"
    assert web.get(url).json()["addenda"] == []
    sent = {"content_type": "application/json", "headers": {"Idempotency-Key": str(uuid4())}}
    answer = web.post(url + "addenda/", {"text": WORDS}, **sent)
    added = {"text": WORDS, "signature": "Alice Atherton, OTR/L", "signed_at": answer.json()["signed_at"]}
    assert (answer.status_code, answer.json()) == (201, added)
    assert web.get(url).json()["addenda"] == [added]
    sent["headers"] = {"Idempotency-Key": str(uuid4())}
    long = web.post(url + "addenda/", {"text": "x" * 5001}, **sent)
    assert (long.status_code, list(long.json())) == (400, ["text"])
    unsigned = here.booked(here.client())
    sent["headers"] = {"Idempotency-Key": str(uuid4())}
    refused = web.post(f"/api/v1/p/alder/sessions/{unsigned.pk}/addenda/", {"text": WORDS}, **sent)
    assert refused.status_code == 409 and len(kept()) == 1
    assert web.get(f"/api/v1/p/alder/sessions/{unsigned.pk}/").json()["addenda"] == []
