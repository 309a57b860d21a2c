"""Co-signature: a note waits for its supervisor, who signs below or gives it back; what she sees, and nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from claims.facts import facts_of, with_everything
from claims.models import Claim
from claims.rules import documentation
from clients.models import CareTeam
from practice import actions as house
from practice import clock
from practice.audit_words import words
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Clinician, Role
from sessions.addenda import add_addendum
from sessions.models import Note, Session
from sessions.note_paper import paper
from sessions.writing import cosigning
from sessions.writing.cosigning import cosign, return_note
from sessions.writing.models import CoSignature, NoteReturn
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
REMARK = "Say how far she walked."


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    """Carol's, of a client whom Alice does not know."""
    found = here.signed(here.client(clinician=here.assistant), ("97110", 33), clinician=here.assistant)
    assert not CareTeam.objects.filter(clinician=here.ot).exists()
    return found


def waiting(member: Any) -> list[int]:
    return [note.session_id for note in cosigning.to_cosign(member)]


def stands(session: Session) -> cosigning.Standing:
    return cosigning.standing(Note.objects.get(session=session))


def third(here: world.World, supervisor: Clinician | None = None) -> Clinician:
    """Tess, a therapist; the supervisor of whoever is asked."""
    member = house.add_member(
        practice=here.practice, email=f"tess@{here.slug}.example", first_name="Tess", last_name="Third",
        roles=[Role.THERAPIST], password=world.PASSWORD,
    )  # fmt: skip
    return house.add_clinician(
        by=here.olivia, member=member, discipline="OT", credentials="OTR/L", npi=world.NPIS[3], taxonomy="225X00000X"
    )


# --- the verbs -------------------------------------------------------------------------------


def test_a_note_waits_and_is_signed_below(here: world.World, session: Session) -> None:
    before = Note.objects.filter(session=session).values().get()
    assert stands(session).waits_for == here.ot and waiting(here.alice) == [session.pk]
    first = cosign(by=here.alice, session=session)
    assert (first.signature, first.signed_by, first.author) == ("Alice Atherton, OTR/L", here.alice, here.carol)
    assert cosign(by=here.alice, session=session) == first
    assert waiting(here.alice) == [] and stands(session) == cosigning.Standing(signed=first)
    assert Note.objects.filter(session=session).values().get() == before
    row = AuditEvent.objects.get(verb="cosign")
    assert (row.target_id, row.client_id) == (before["id"], session.client_id)
    assert words(row.verb, about_somebody=True) == "co-signed a note for"


def test_who_works_by_herself_waits_for_nobody(here: world.World) -> None:
    session = here.signed(here.client(), ("97110", 33))
    assert stands(session) == cosigning.Standing()
    with pytest.raises(Conflict, match="wants no co-signature"):
        cosign(by=here.olivia, session=session)
    with pytest.raises(Conflict, match="not signed yet"):
        cosign(by=here.alice, session=here.booked(here.client(), clinician=here.assistant))


def test_nobody_else_signs_below(here: world.World, session: Session) -> None:
    for other in (here.carol, here.olivia, here.pt.member, here.bob, here.sam):
        with pytest.raises(PermissionDenied, match="Only the supervisor"):
            cosign(by=other, session=session)
        with pytest.raises(PermissionDenied, match="Only the supervisor"):
            return_note(by=other, session=session, remark=REMARK)
    assert not CoSignature.objects.exists() and not NoteReturn.objects.exists()


def test_it_goes_back_with_a_remark_and_comes_again(here: world.World, session: Session) -> None:
    first = return_note(by=here.alice, session=session, remark=f"  {REMARK}\r\n")
    assert return_note(by=here.alice, session=session, remark=REMARK) == first
    with pytest.raises(Conflict, match="given back already"):
        return_note(by=here.alice, session=session, remark="And how long.")
    assert (stands(session).remark, stands(session).returned_by) == (REMARK, "Alice Atherton")
    assert waiting(here.alice) == []
    assert [n.session_id for n in cosigning.given_back(here.alice)] == [session.pk]
    assert [n.session_id for n in cosigning.returned_to(here.carol)] == [session.pk]
    with clock.at(world.NOON + timedelta(minutes=5)):
        add_addendum(by=here.alice, session=session, text="Mine is no answer.")
        assert stands(session).returned
        add_addendum(by=here.carol, session=session, text="40 m with a cane.")
    assert waiting(here.alice) == [session.pk] and not stands(session).returned
    assert not cosigning.returned_to(here.carol).exists() and not cosigning.given_back(here.alice).exists()
    with clock.at(world.NOON + timedelta(minutes=9)):
        return_note(by=here.alice, session=session, remark=REMARK)  # a second time, for a second answer
    assert NoteReturn.objects.count() == 2 and waiting(here.alice) == []
    cosign(by=here.alice, session=session)  # she may think better of it
    with pytest.raises(Conflict, match="co-signed already, by Alice Atherton, OTR/L"):
        return_note(by=here.alice, session=session, remark=REMARK)


@pytest.mark.parametrize(("remark", "why"), [(" \n", "Write what is to be added"), ("x" * 1001, "at most 1,000")])
def test_a_remark_says_something_and_is_short(here: world.World, session: Session, remark: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        return_note(by=here.alice, session=session, remark=remark)
    assert not NoteReturn.objects.exists()


def test_another_supervisor_takes_over(here: world.World, session: Session) -> None:
    tess = third(here)
    Clinician.objects.filter(pk=here.assistant.pk).update(supervisor=tess)
    assert waiting(here.alice) == [] and waiting(tess.member) == [session.pk]
    assert not Session.objects.visible_to(here.alice).filter(pk=session.pk).exists()
    with pytest.raises(PermissionDenied):
        cosign(by=here.alice, session=session)
    assert cosign(by=tess.member, session=session).signature == "Tess Third, OTR/L"
    with pytest.raises(Conflict, match="co-signed already"):
        cosign(by=here.alice, session=session)


def test_who_needs_no_supervisor_any_more_leaves_her_notes_to_the_last(here: world.World, session: Session) -> None:
    Clinician.objects.filter(pk=here.assistant.pk).update(supervisor=None, assistant=False)
    assert waiting(here.alice) == [session.pk]
    assert Session.objects.visible_to(here.alice).filter(pk=session.pk).exists()
    cosign(by=here.alice, session=session)


# --- the database ----------------------------------------------------------------------------


def test_the_database_refuses_her_own_and_a_second(here: world.World, session: Session) -> None:
    note = Note.objects.get(session=session)
    with pytest.raises(IntegrityError, match="nobody_cosigns_herself"), transaction.atomic():
        CoSignature.objects.create(note=note, author=here.carol, signed_by=here.carol, signature="x")
    with pytest.raises(IntegrityError, match="cosignature_names_the_signer"), transaction.atomic():
        CoSignature.objects.create(note=note, author=here.alice, signed_by=here.carol, signature="x")
    with pytest.raises(IntegrityError, match="cosignature_names_the_signer"), transaction.atomic():
        with connection.cursor() as cursor:  # by raw SQL too
            cursor.execute(
                "INSERT INTO therapy_sessions_cosignature (practice_id, note_id, author_id, signed_by_id, signature,"
                " signed_at) VALUES (%s, %s, %s, %s, 'x', now())",
                [here.practice.pk, note.pk, here.olivia.pk, here.carol.pk],
            )
    cosign(by=here.alice, session=session)
    with pytest.raises(IntegrityError, match="one_cosignature"), transaction.atomic():
        CoSignature.objects.create(note=note, author=here.carol, signed_by=here.olivia, signature="x")
    with pytest.raises(IntegrityError, match="return_says_something"), transaction.atomic():
        NoteReturn.objects.create(note=note, remark="", by=here.alice)
    with pytest.raises(IntegrityError, match="one_cosignature_asked"), transaction.atomic():
        cosigning.ask(note=note, clinician=here.assistant)


# --- who sees what ---------------------------------------------------------------------------


def test_a_supervisor_sees_what_was_signed_under_her_and_no_more(here: world.World, session: Session) -> None:
    case = session.case
    unsigned = here.booked(case, clinician=here.assistant)
    by_another = here.signed(case, ("97110", 20), clinician=third(here))
    seen = set(Session.objects.visible_to(here.alice).values_list("pk", flat=True))
    assert session.pk in seen and not {unsigned.pk, by_another.pk} & seen
    assert session.pk not in Session.objects.visible_to(here.pt.member).values_list("pk", flat=True)
    web = signed_in(here.alice)
    page = unescape(web.get(f"/p/alder/sessions/{session.pk}/").text)
    assert "Co-sign and next" in page and f"/clients/{session.client_id}/" not in page
    assert web.get(f"/p/alder/sessions/{unsigned.pk}/").status_code == 404
    assert web.get(f"/p/alder/clients/{session.client_id}/").status_code == 404
    assert web.get(f"/p/alder/sessions/{session.pk}/note.pdf").status_code == 200


def test_only_who_signs_sees_the_buttons(here: world.World, session: Session) -> None:
    url = f"/p/alder/sessions/{session.pk}/"
    for member in (here.olivia, here.carol):
        page = unescape(signed_in(member).get(url).text)
        assert "Waits for co-signature by Alice Atherton, OTR/L" in page and "Co-sign and next" not in page
    assert signed_in(here.pt.member).post(url + "co-sign/").status_code == 404
    assert signed_in(here.bob).post(url + "co-sign/").status_code == 403
    assert not CoSignature.objects.exists()


# --- doors -----------------------------------------------------------------------------------


def test_the_list_counts_opens_and_goes_on(here: world.World, session: Session) -> None:
    later = here.signed(here.client(clinician=here.assistant), ("97110", 20), clinician=here.assistant)
    web, base = signed_in(here.alice), "/p/alder"
    assert web.get(f"{base}/notes/to-co-sign/count/").text == "2"
    page = unescape(web.get(f"{base}/notes/to-co-sign/").text)
    assert page.index(f"/sessions/{session.pk}/") < page.index(f"/sessions/{later.pk}/")
    answer = web.post(f"{base}/sessions/{session.pk}/co-sign/")
    assert (answer.status_code, answer["Location"]) == (302, f"{base}/sessions/{later.pk}/")
    refused = web.post(f"{base}/sessions/{later.pk}/return/", {"remark": " "})
    assert refused.status_code == 422 and "Write what is to be added" in refused.text
    answer = web.post(f"{base}/sessions/{later.pk}/return/", {"remark": REMARK})
    assert answer["Location"] == f"{base}/notes/to-co-sign/"
    page = unescape(web.get(f"{base}/notes/to-co-sign/").text)
    assert "Given back" in page and REMARK in page
    assert web.post(f"{base}/sessions/{later.pk}/return/", {"remark": "More."}).status_code == 409
    hers = unescape(signed_in(here.carol).get(f"{base}/notes/to-co-sign/").text)
    assert "Returned to you" in hers and REMARK in hers
    assert signed_in(here.carol).get(f"{base}/notes/to-co-sign/count/").text == "1"
    assert REMARK in unescape(signed_in(here.carol).get(f"{base}/sessions/{later.pk}/").text)
    add_addendum(by=here.carol, session=later, text="40 m with a cane.")
    assert "Answered by an addendum" in web.get(f"{base}/notes/to-co-sign/").text
    web.post(f"{base}/sessions/{later.pk}/co-sign/")
    assert web.get(f"{base}/notes/to-co-sign/count/").text == ""
    assert "No notes wait for you" in web.get(f"{base}/notes/to-co-sign/").text
    third(here)
    tess = signed_in(Clinician.objects.latest("pk").member)
    assert tess.post(f"{base}/sessions/{later.pk}/co-sign/").status_code == 404
    answer = signed_in(here.olivia).post(f"{base}/sessions/{later.pk}/co-sign/")
    assert answer.status_code == 409 and "co-signed already" in answer.text


def test_navigation_names_it_to_those_it_concerns(here: world.World) -> None:
    def named(member: Any) -> bool:
        return "/notes/to-co-sign/" in signed_in(member).get("/p/alder/clients/").text

    assert named(here.alice) and named(here.carol)
    assert not named(here.pt.member) and not named(here.olivia) and not named(here.bob)


def test_page_pdf_and_chart_say_how_it_stands(here: world.World, session: Session) -> None:
    owner = signed_in(here.olivia)
    assert paper(Note.objects.get())["cosigner"] == "Alice Atherton, OTR/L"
    assert "Waits for co-signature by Alice" in owner.get(f"/p/alder/clients/{session.client_id}/notes/").text
    cosign(by=here.alice, session=session)
    told = paper(Note.objects.get())
    assert (told["cosignature"], told["cosigner"]) == ("Alice Atherton, OTR/L", "")
    assert told["cosigned_at"] == "June 15, 2026, 12:00 PM CDT"
    for url in (f"sessions/{session.pk}/", f"clients/{session.client_id}/notes/"):
        page = unescape(owner.get(f"/p/alder/{url}").text)
        assert "Co-signed by Alice Atherton, OTR/L, Jun 15, 12:00 PM" in page and "Waits for" not in page


def test_the_api_says_and_does_the_same(here: world.World, session: Session) -> None:
    web, url = signed_in(here.alice), f"/api/v1/p/alder/sessions/{session.pk}/"

    def post(path: str, **body: Any) -> Any:
        key = {"Idempotency-Key": str(uuid4())}
        return web.post(url + path, body, content_type="application/json", headers=key)

    [row] = web.get("/api/v1/p/alder/notes/to-co-sign/").json()["results"]
    assert (row["session"], row["kind"], row["signature"]) == (session.pk, "daily", "Carol Castle, COTA/L")
    assert web.get(url).json()["cosigning"]["state"] == "waiting"
    assert post("return/", remark="x" * 1001).status_code == 400
    assert post("return/", remark=REMARK).json()["state"] == "returned"
    answer = post("co-sign/").json()
    assert (answer["state"], answer["signature"], answer["waits_for"]) == ("signed", "Alice Atherton, OTR/L", "")
    assert post("return/", remark=REMARK).status_code == 409
    alone = here.signed(here.client(), ("97110", 20))
    assert web.get(f"/api/v1/p/alder/sessions/{alone.pk}/").json()["cosigning"]["state"] == "not asked"


# --- claims ----------------------------------------------------------------------------------


def test_the_scrubber_warns_until_it_is_signed_below(here: world.World) -> None:
    session = here.signed(here.client(payer=here.medicare), ("97110", 33), clinician=here.assistant)
    here.answer_bells()

    def found() -> list[tuple[str, str]]:
        [claim] = with_everything(Claim.objects.all())
        return [(f.severity, f.detail) for f in documentation.cosigned(facts_of([claim])[claim.pk])]

    [(severity, why)] = found()
    assert severity == "may_be_denied" and "Alice Atherton has not co-signed it yet" in why
    cosign(by=here.alice, session=session)
    assert found() == []
