"""Doors of what is kept to write with: one's phrases and templates, and the practice's."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice.form_pages import answer, done, typed
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from sessions.note_kinds import Kind
from sessions.writing import keeping
from sessions.writing.forms import PhraseForm, TemplateForm
from sessions.writing.kinds import SHEETS
from sessions.writing.models import NoteTemplate, Phrase

LIST = 40


def _tabs(request: Any, current: str) -> list[dict[str, Any]]:
    names = {"phrases": "Phrases", "templates": "Templates"}
    slug = request.practice.slug
    return [
        {"label": label, "url": reverse(f"sessions:{name}", args=[slug]), "count": None, "current": name == current}
        for name, label in names.items()
    ]


def _whose(row: Phrase | NoteTemplate, request: Any) -> str:
    if not row.shared:
        return "Mine"
    return "Shared by me" if row.owner_id == request.member.pk else f"Shared by {row.owner.user.name}"


def _list(request: Any, slug: str, what: str, rows: Any, show: Any) -> HttpResponse:
    page = Paginator(rows, LIST).get_page(request.GET.get("page"))
    shown = [
        show(row)
        | {
            "whose": _whose(row, request),
            "url": reverse(f"sessions:{what}", args=[slug, row.pk]) if keeping.may_change(row, request.member) else "",
        }
        for row in page.object_list
    ]
    context = {
        "rows": shown,
        "page": page_context(request, page),
        "what": what,
        "tabs": _tabs(request, f"{what}s"),
        "new_url": reverse(f"sessions:new_{what}", args=[slug]),
    }
    return render(request, "sessions/kept.html", context)


@require_safe
@allows(Permission.WRITE_NOTE, shows=NOBODY)
def phrases(request: Any, slug: str) -> HttpResponse:
    """Her phrases and the shared ones."""
    rows = keeping.phrases_of(request.member)
    return _list(request, slug, "phrase", rows, lambda row: {"name": row.shortcut, "about": row.text})


@require_safe
@allows(Permission.WRITE_NOTE, shows=NOBODY)
def templates(request: Any, slug: str) -> HttpResponse:
    """Her templates and the shared ones."""
    rows = keeping.templates_of(request.member)
    return _list(request, slug, "template", rows, lambda row: {"name": row.name, "about": SHEETS[Kind(row.kind)].title})


@require_http_methods(["GET", "POST"])
@allows(Permission.WRITE_NOTE, shows=NOBODY)
def phrase(request: Any, slug: str, pk: int | None = None) -> HttpResponse:
    """A new phrase, or another text for one."""
    row = _found(keeping.phrases_of(request.member), pk) if pk else None
    initial = {"shortcut": row.shortcut, "text": row.text, "shared": row.shared} if row else {}
    form = PhraseForm(typed(request), initial=initial)
    if form.is_bound and done(form, lambda data: keeping.keep_phrase(by=request.member, phrase=row, **data)):
        return redirect("sessions:phrases", slug)
    return _form(request, slug, "phrase", form, row)


@require_http_methods(["GET", "POST"])
@allows(Permission.WRITE_NOTE, shows=NOBODY)
def template(request: Any, slug: str, pk: int | None = None) -> HttpResponse:
    """A new template, or another text for one. `kind` in the address says what its parts are called."""
    row = _found(keeping.templates_of(request.member), pk) if pk else None
    asked = request.POST.get("kind") or request.GET.get("kind") or (row.kind if row else "")
    kind = Kind(asked) if asked in set(Kind) else Kind.DAILY
    initial = {"kind": kind} | ({"name": row.name, "shared": row.shared, **row.parts} if row else {})
    if "renames" in request.POST:
        form = TemplateForm(kind=kind, initial=request.POST.dict() | {"shared": "shared" in request.POST})
        return _form(request, slug, "template", form, row)
    form = TemplateForm(typed(request), kind=kind, initial=initial)

    def keep(data: dict[str, Any]) -> None:
        about = {"name": data["name"], "kind": Kind(data["kind"]), "shared": data["shared"]}
        keeping.keep_template(by=request.member, parts=form.parts(), template=row, **about)

    if form.is_bound and done(form, keep):
        return redirect("sessions:templates", slug)
    return _form(request, slug, "template", form, row)


def _form(request: Any, slug: str, what: str, form: Any, row: Phrase | NoteTemplate | None) -> HttpResponse:
    context = {
        "what": what,
        "title": f"Change the {what}" if row else f"New {what}",
        "back_url": reverse(f"sessions:{what}s", args=[slug]),
        "remove_url": reverse(f"sessions:remove_{what}", args=[slug, row.pk]) if row else "",
    }
    return answer(request, "sessions/kept_form.html", form, context)


@require_POST
@allows(Permission.WRITE_NOTE)
def remove_phrase(request: Any, slug: str, pk: int) -> HttpResponse:
    """Out of the menu."""
    keeping.remove(by=request.member, kept=_found(keeping.phrases_of(request.member), pk))
    return redirect("sessions:phrases", slug)


@require_POST
@allows(Permission.WRITE_NOTE)
def remove_template(request: Any, slug: str, pk: int) -> HttpResponse:
    """Out of the menu."""
    keeping.remove(by=request.member, kept=_found(keeping.templates_of(request.member), pk))
    return redirect("sessions:templates", slug)


def _found(rows: Any, pk: int | None) -> Any:
    """One that she may see; whether she may change it is for the verb."""
    return get_object_or_404(rows, pk=pk)
