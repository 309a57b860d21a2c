"""The signed note as a file: what an insurer asks of it, changes and addenda included; long ones over pages."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdf
import pytest

from clients.actions import merge_clients
from practice import clock
from practice.models import AuditEvent
from sessions import actions, note_paper
from sessions.addenda import add_addendum
from sessions.minutes import PARTS, Typed
from sessions.models import Note, Session
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    return here.signed(here.client(), ("97110", 33), ("97140", 22))


def paper(session: Session) -> dict[str, Any]:
    return note_paper.paper(Note.objects.get(session=session))


def fetch(here: world.World, session: Session) -> tuple[pypdf.PdfReader, str]:
    answer = signed_in(here.alice).get(f"/p/alder/sessions/{session.pk}/note.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="note-{session.pk}.pdf"'
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    return reader, " ".join("\n".join(page.extract_text() for page in reader.pages).split())


# --- what it says ----------------------------------------------------------------------------


def test_minutes_stand_as_they_are_now_with_what_changed_them(here: world.World, session: Session) -> None:
    with clock.at(world.NOON + timedelta(hours=1)):
        changes = [Typed("97110", 23), Typed("97140", 0), Typed("97165", 40), Typed("97530", 10, 5)]
        actions.amend(by=here.alice, session=session, corrections=changes, reason="Misread the clock")
    with clock.at(world.NOON + timedelta(hours=2)):
        actions.amend(by=here.alice, session=session, corrections=[Typed("97110", 24)], reason="Again")
    told = paper(session)
    assert [(line["code"], line["minutes"], line["timed"], line["by"]) for line in told["lines"]] == [
        ("97110", 24, True, ""),
        ("97165", 40, False, ""),
        ("97530", 15, True, "Alice Atherton, OTR/L 10 min, Carol Castle, COTA/L 5 min"),
    ]
    assert (told["timed_minutes"], told["total_minutes"]) == (39, 79)
    at = "June 15, 2026, {}:00 PM CDT"
    assert [(change["text"], change["reason"], change["at"]) for change in told["changes"]] == [
        ("97110: 33 min → 23 min (version 2)", "Misread the clock", at.format(1)),
        ("97140: 22 min → taken back (version 2)", "Misread the clock", at.format(1)),
        ("97165: added, 40 min (version 1)", "Misread the clock", at.format(1)),
        ("97530: added, 15 min (version 1)", "Misread the clock", at.format(1)),
        ("97110: 23 min → 24 min (version 3)", "Again", at.format(2)),
    ]
    assert {change["by"] for change in told["changes"]} == {"Alice Atherton"}


def test_attested_modifiers_and_times_stand_with_their_service(here: world.World) -> None:
    session = here.booked(here.client())
    typed = [Typed("97530", 25, times="9:02–9:27", modifiers=("59",))]
    actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=typed)
    actions.sign(by=here.alice, session=session)
    [line] = paper(session)["lines"]
    assert (line["modifiers"], line["times"], line["minutes"]) == ("59", "9:02–9:27", 25)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", []),
        ("  \n \n", []),
        ("One\nline.", ["One\nline."]),
        ("One.\r\n\r\n  - Two.\n \n\n\t\nThree.\n", ["One.", "  - Two.", "Three."]),
    ],
)
def test_text_is_told_in_paragraphs(text: str, kept: list[str]) -> None:
    assert note_paper.paragraphs(text) == kept


def test_a_merged_chart_prints_the_person_as_she_is_known(here: world.World, session: Session) -> None:
    kept = here.client(first="Walt").client
    merge_clients(by=here.olivia, duplicate=session.client, into=kept)
    told = paper(session)["client"]
    assert (told["name"], told["number"]) == ("Walt Nakamura", kept.number)


# --- who gets it -----------------------------------------------------------------------------


def test_it_is_linked_beside_the_signature_and_reading_it_is_kept(
    here: world.World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practice.pdf.render", lambda template, context: b"%PDF")
    web, url = signed_in(here.alice), f"/p/alder/sessions/{session.pk}/"
    assert f'href="{url}note.pdf"' in web.get(url).text
    last = AuditEvent.objects.latest("pk").pk
    assert web.get(url + "note.pdf").content == b"%PDF"
    row = AuditEvent.objects.get(pk__gt=last)
    assert (row.verb, row.client_id, row.member) == ("view signed note", session.client_id, here.alice)
    assert row.target == "therapy_sessions.Note"


def test_before_the_signature_there_is_none(here: world.World) -> None:
    session, web = here.booked(here.client()), signed_in(here.alice)
    url = f"/p/alder/sessions/{session.pk}/"
    actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97110", 20)])
    assert web.get(url + "note.pdf").status_code == 404
    assert "note.pdf" not in web.get(url).text
    assert not AuditEvent.objects.filter(verb="view signed note").exists()


# --- paper -----------------------------------------------------------------------------------


@pytest.mark.pdf
def test_a_note_can_be_read_back(here: world.World, session: Session) -> None:
    actions.amend(by=here.alice, session=session, corrections=[Typed("97110", 23)], reason="Misread the clock")
    add_addendum(by=here.alice, session=session, text="Splint <b>ordered</b> & fitted.")
    reader, text = fetch(here, session)
    for words in (
        "Alder Therapy LLC", "1 Alder St, Aurora, IL 60506", "Treatment note", "Walter Nakamura", "February 3, 1955",
        f"Chart {session.client.number}", "June 15, 2026", "Alder Street", "I69.354, R27.8", "Stroke, left side weakness",
        *world.NOTE.values(), "Subjective", "Objective", "Assessment", "Plan", "97110", "97140",
        "Total timed code minutes 45", "Total treatment minutes 45", "97110: 33 min → 23 min (version 2)",
        "Misread the clock", "Amended by Alice Atherton, June 15, 2026, 12:00 PM CDT", "Splint <b>ordered</b> & fitted.",
        "Signed electronically by Alice Atherton, OTR/L June 15, 2026, 12:00 PM CDT", f"Page 1 of {len(reader.pages)}",
    ):  # fmt: skip
        assert words in text, words
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"] and root["/Lang"] == "en"
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Treatment note, June 15, 2026", "Alder Therapy LLC")
    assert "/OpenAction" not in root and not [note for page in reader.pages for note in page.get("/Annots", [])]


@pytest.mark.pdf
def test_the_longest_note_runs_over_pages_and_loses_nothing(here: world.World) -> None:
    session = here.booked(here.client())
    parts = {name: f"{name} begins. " + ("So it went on. " * 1330)[: 20_000 - 60] + f" {name} ends." for name in PARTS}
    actions.save_draft(by=here.alice, session=session, parts=parts, lines=[Typed("97110", 33)])
    actions.sign(by=here.alice, session=session)
    add_addendum(by=here.alice, session=session, text="W" * 5000)
    reader, text = fetch(here, session)
    pages = len(reader.pages)
    assert 10 < pages < 40
    for name in PARTS:
        assert f"{name} begins." in text and f"{name} ends." in text
    for number, page in enumerate(reader.pages, start=1):
        shown = " ".join(page.extract_text().split())
        assert f"Page {number} of {pages}" in shown and f"Chart {session.client.number} · Walter Nakamura" in shown
    assert text.count("W") - text.count("Walter") == 5000
