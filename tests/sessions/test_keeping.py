"""Phrases and templates: kept by who writes, shared or not, bounded, changed by whose they are."""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from practice.findings import BadInput
from practice.models import AuditEvent
from sessions.note_kinds import Kind
from sessions.writing import keeping
from sessions.writing.keeping import keep_phrase, keep_template, phrases_of, remove, templates_of
from sessions.writing.models import NoteTemplate, Phrase
from sessions.writing.wording import shortcut_problem
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
TOL = {"shortcut": ".tol", "text": "Tolerated the session well."}
STROKE: dict[str, Any] = {"name": "Stroke", "kind": Kind.PROGRESS, "parts": {"objective": "Goal 1:"}}


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@given(st.text(max_size=22))
def test_a_shortcut_is_what_the_database_takes(text: str) -> None:
    good = 2 <= len(text) <= 20 and text[0] == "." and set(text[1:]) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert (shortcut_problem(text) == "") == good


def test_phrases_are_hers_or_shared(here: world.World) -> None:
    mine = keep_phrase(by=here.alice, shortcut=" .TOL ", text=" Tolerated the session well.\r\n")
    shared = keep_phrase(by=here.olivia, shared=True, **TOL)
    keep_phrase(by=here.carol, shortcut=".cga", text="Contact guard assist.")
    assert (mine.shortcut, mine.text) == (".tol", TOL["text"])
    assert list(phrases_of(here.alice)) == [mine, shared]  # her own stands first
    assert list(phrases_of(here.pt.member)) == [shared]
    changed = keep_phrase(by=here.alice, shortcut=".tol", text="Other words.", phrase=mine)
    assert changed.pk == mine.pk and Phrase.objects.get(pk=mine.pk).text == "Other words."
    remove(by=here.alice, kept=mine)
    assert list(phrases_of(here.alice)) == [shared]
    keep_phrase(by=here.alice, **TOL)  # the shortcut is free again
    verbs = AuditEvent.objects.filter(target="therapy_sessions.Phrase").values_list("verb", flat=True)
    assert set(verbs) == {"keep phrase", "remove phrase"}


def test_only_whose_they_are_changes_them(here: world.World) -> None:
    own, shared = keep_phrase(by=here.alice, **TOL), keep_phrase(by=here.alice, shared=True, **TOL)
    for kept, other in ((own, here.olivia), (own, here.carol), (shared, here.carol)):
        with pytest.raises(PermissionDenied):
            keep_phrase(by=other, shortcut=".x", text="x", phrase=kept)
        with pytest.raises(PermissionDenied):
            remove(by=other, kept=kept)
    keep_phrase(by=here.olivia, shortcut=".tol", text="The owner's words.", shared=True, phrase=shared)
    shared.refresh_from_db()
    assert (shared.text, shared.owner) == ("The owner's words.", here.alice)


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"shortcut": "tol"}, "shortcut", "a dot, then"),
        ({"shortcut": "." + "x" * 20}, "shortcut", "a dot, then"),
        ({"text": " \n"}, "text", "what the shortcut stands for"),
        ({"text": "x" * 601}, "text", "at most 600"),
    ],
)
def test_a_bad_phrase_says_which_field(here: world.World, change: dict[str, str], field: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        keep_phrase(by=here.alice, **TOL | change)
    assert list(refused.value.errors) == [field] and not Phrase.objects.exists()


def test_one_shortcut_once(here: world.World) -> None:
    keep_phrase(by=here.alice, **TOL)
    with pytest.raises(BadInput, match=".tol is taken"):
        keep_phrase(by=here.alice, **TOL)
    keep_phrase(by=here.carol, **TOL)
    shared = keep_phrase(by=here.alice, shared=True, **TOL)
    with pytest.raises(BadInput, match=".tol is taken"):
        keep_phrase(by=here.carol, shared=True, **TOL)
    with pytest.raises(BadInput, match=".tol is taken"):  # back to her own, where the word stands already
        keep_phrase(by=here.alice, phrase=shared, **TOL)


def test_the_database_refuses_the_impossible(here: world.World) -> None:
    def made(model: type, **fields: Any) -> Callable:
        return lambda: model.objects.create(owner=here.alice, **fields)  # type: ignore[attr-defined]

    keep_phrase(by=here.alice, **TOL)
    keep_phrase(by=here.alice, shared=True, **TOL)
    for name, write in {
        "shortcut_is_a_dot_and_word": made(Phrase, shortcut="tol", text="x"),
        "phrase_says_something": made(Phrase, shortcut=".x", text=""),
        "one_own_shortcut": made(Phrase, **TOL),
        "one_shared_shortcut": made(Phrase, shared=True, **TOL),
        "template_has_a_name": made(NoteTemplate, name="", kind="daily", plan="x"),
        "template_says_something": made(NoteTemplate, name="x", kind="daily"),
        "template_kind_known": made(NoteTemplate, name="x", kind="letter", plan="x"),
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()


def test_as_many_as_a_menu_shows(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_PHRASES", 2)
    monkeypatch.setattr(keeping, "MOST_TEMPLATES", 1)
    first = keep_phrase(by=here.alice, shortcut=".a", text="x")
    keep_phrase(by=here.alice, shortcut=".b", text="x")
    with pytest.raises(BadInput, match="You have 2 phrases already"):
        keep_phrase(by=here.alice, shortcut=".c", text="x")
    keep_phrase(by=here.alice, shortcut=".a", text="other", phrase=first)
    keep_phrase(by=here.carol, shortcut=".a", text="x")
    shared = [keep_phrase(by=here.alice, shortcut=f".s{i}", text="x", shared=True) for i in range(2)]
    with pytest.raises(BadInput, match="The practice has 2 phrases already"):
        keep_phrase(by=here.alice, shortcut=".a", text="x", shared=True, phrase=first)
    remove(by=here.alice, kept=shared[0])
    keep_phrase(by=here.alice, shortcut=".a", text="x", shared=True, phrase=first)
    keep_template(by=here.alice, **STROKE)
    with pytest.raises(BadInput, match="You have 1 templates already"):
        keep_template(by=here.alice, **STROKE)


def test_templates_are_kept_and_changed(here: world.World) -> None:
    mine = keep_template(by=here.alice, **STROKE)
    shared = keep_template(by=here.olivia, **STROKE | {"name": "Hip"}, shared=True)
    assert list(templates_of(here.alice)) == [shared, mine] and list(templates_of(here.carol)) == [shared]
    keep_template(by=here.alice, **STROKE | {"name": " Left ", "parts": {"plan": "\nGo on\r\nwith"}}, template=mine)
    mine.refresh_from_db()
    assert (mine.name, mine.objective, mine.plan) == ("Left", "", "Go on\nwith")
    with pytest.raises(PermissionDenied):
        keep_template(by=here.alice, **STROKE, template=shared)
    remove(by=here.olivia, kept=shared)
    assert list(templates_of(here.carol)) == []


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"name": " "}, "name", "Give the template a name"),
        ({"name": "x" * 61}, "name", "Give the template a name"),
        ({"parts": {"plan": " "}}, "subjective", "one part at least"),
        ({"parts": {"plan": "x" * 5001}}, "plan", "at most 5,000"),
    ],
)
def test_a_bad_template_says_which_field(here: world.World, change: dict[str, Any], field: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        keep_template(by=here.alice, **STROKE | change)
    assert list(refused.value.errors) == [field] and not NoteTemplate.objects.exists()


# --- doors -----------------------------------------------------------------------------------


def test_pages_keep_change_and_remove(here: world.World) -> None:
    web, base = signed_in(here.alice), "/p/alder/notes"
    assert "No phrases yet" in web.get(f"{base}/phrases/").text
    assert web.post(f"{base}/phrases/new/", TOL).status_code == 302
    bad = web.post(f"{base}/phrases/new/", {"shortcut": "tol", "text": "Kept on the page."})
    assert bad.status_code == 422 and "a dot, then" in bad.text and "Kept on the page." in bad.text
    row = Phrase.objects.get()
    assert ".tol" in web.get(f"{base}/phrases/").text and TOL["text"] in web.get(f"{base}/phrases/{row.pk}/").text
    web.post(f"{base}/phrases/{row.pk}/", TOL | {"shared": "on"})
    assert "Shared by Alice" in signed_in(here.carol).get(f"{base}/phrases/").text
    assert signed_in(here.carol).post(f"{base}/phrases/{row.pk}/", TOL).status_code == 403
    web.post(f"{base}/phrases/{row.pk}/remove/")
    assert web.get(f"{base}/phrases/{row.pk}/").status_code == 404
    skeleton = {"name": "Stroke", "kind": "progress", "objective": "Goal 1:\nGoal 2:"}
    assert "No templates yet" in web.get(f"{base}/templates/").text
    assert "Progress towards each goal" in unescape(web.get(f"{base}/templates/new/?kind=progress").text)
    renamed = unescape(web.post(f"{base}/templates/new/", skeleton | {"kind": "discharge", "renames": "yes"}).text)
    assert "Goals at discharge" in renamed and "Goal 2:" in renamed and not NoteTemplate.objects.exists()
    assert web.post(f"{base}/templates/new/", skeleton | {"name": ""}).status_code == 422
    assert web.post(f"{base}/templates/new/", skeleton).status_code == 302
    kept = NoteTemplate.objects.get()
    assert "Goal 2:" in web.get(f"{base}/templates/{kept.pk}/").text
    assert web.post(f"{base}/templates/{kept.pk}/", skeleton | {"name": "Hip"}).status_code == 302
    assert "Hip" in web.get(f"{base}/templates/").text
    web.post(f"{base}/templates/{kept.pk}/remove/")
    assert "No templates yet" in web.get(f"{base}/templates/").text
    assert signed_in(here.bob).get(f"{base}/phrases/").status_code == 403


def test_the_api_keeps(here: world.World) -> None:
    web, base = signed_in(here.alice), "/api/v1/p/alder"

    def send(method: str, path: str, **body: Any) -> Any:
        key = {"Idempotency-Key": str(uuid4())}
        return getattr(web, method)(f"{base}/{path}", body, content_type="application/json", headers=key)

    made = send("post", "phrases/", **TOL)
    assert made.status_code == 201 and made.json()["owner"] == "Alice Atherton"
    pk = made.json()["id"]
    assert send("put", f"phrases/{pk}/", shortcut=".tol", text="Other.", shared=True).json()["text"] == "Other."
    assert list(send("post", "phrases/", shortcut="tol", text="x").json()) == ["shortcut"]
    assert web.get(f"{base}/phrases/").json()["count"] == 1
    assert send("delete", f"phrases/{pk}/").status_code == 200
    assert web.get(f"{base}/phrases/").json()["count"] == 0
    made = send("post", "note-templates/", name="Stroke", kind="progress", objective="Goal 1:")
    pk = made.json()["id"]
    assert made.status_code == 201 and made.json()["objective"] == "Goal 1:"
    assert send("put", f"note-templates/{pk}/", name="Hip", kind="daily", plan="x").json()["objective"] == ""
    assert send("post", "note-templates/", name="Empty", kind="daily").status_code == 400
    assert send("delete", f"note-templates/{pk}/").status_code == 200
    assert web.get(f"{base}/note-templates/").json()["results"] == []
