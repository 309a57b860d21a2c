"""Doors to the two lists every chart draws on: payers with their rules, and who refers."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients import actions, lists
from clients.form_pages import Asked, ask
from clients.forms import PayerForm, ReferrerForm
from clients.models import Payer, Referrer
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.templatetags.house import plural

PAGE = ["GET", "HEAD", "POST"]
ROWS = 50


def _list(request: Any, rows: QuerySet, text: str, found: dict[str, Any]) -> HttpResponse:
    """A list with a find box; `found` says what it is of and how a row is shown."""
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    url = request.path
    context = {
        **found,
        "subtitle": f"{plural(page.paginator.count, found['noun'])}{' found' if text else ''}.",
        "text": text,
        "list_url": url,
        "clear_url": url if text else "",
        "rows": [found["show"](row, request.practice.slug) for row in page.object_list],
        "page": page_context(request, page),
    }
    if text:
        context["empty"] = {"title": f"Nothing matches “{text}”", "text": "", "clear_url": url}
    return render(request, "clients/directory.html", context)


@require_safe
@allows(Permission.EDIT_PAYERS, shows=NOBODY)
def payers(request: Any, slug: str) -> HttpResponse:
    """Payers by name, with what is asked of a claim to each."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:80]
    rows = Payer.objects.filter(Q(name__icontains=text) | Q(payer_id__istartswith=text)).order_by("name", "id")
    return _list(request, rows, text, {
        "title": "Payers", "noun": "payer", "heads": lists.PAYER_HEADS, "show": lists.payer,
        "find": "Name or payer ID", "add": {"label": "Add payer", "url": reverse("clients:add_payer", args=[slug])},
        "empty": {"title": "No payers yet", "text": "Add the plans that pay for your clients.", "clear_url": ""},
    })  # fmt: skip


def _payer(title: str, lead: str, slug: str) -> Asked:
    return Asked(title, lead, "Save payer", reverse("clients:payers", args=[slug]), {"kind": "Payer"})


@require_http_methods(PAGE)
@allows(Permission.EDIT_PAYERS, shows=NOBODY)
def add_payer(request: Any, slug: str) -> HttpResponse:
    """A plan that pays, with its rules."""
    asked = _payer("Add payer", "Its rules decide how units are counted and what its claims must carry.", slug)
    form = PayerForm(request.POST or None)
    return ask(request, form, asked, lambda **values: actions.add_payer(by=request.member, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_PAYERS, shows=NOBODY)
def edit_payer(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change a payer's rules."""
    payer = get_object_or_404(Payer, pk=pk)
    asked = _payer(payer.name, "Rules count from now on; what was charged stays as it is.", slug)
    form = PayerForm(request.POST or None, row=payer)
    return ask(request, form, asked, lambda **values: actions.edit_payer(by=request.member, payer=payer, **values))


@require_safe
@allows(Permission.SEE_CLIENTS, shows=NOBODY)
def referrers(request: Any, slug: str) -> HttpResponse:
    """Who refers and certifies, by name or NPI."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:80]
    rows = Referrer.objects.order_by("-active", "last_name", "first_name", "id")
    for word in text.split()[:4]:
        rows = rows.filter(Q(last_name__istartswith=word) | Q(first_name__istartswith=word) | Q(npi__startswith=word))
    may_edit = request.member.may(Permission.EDIT_CLIENTS)
    add = {"label": "Add referrer", "url": reverse("clients:add_referrer", args=[slug])} if may_edit else None
    return _list(request, rows, text, {
        "title": "Referrers", "noun": "referrer", "heads": lists.REFERRER_HEADS, "find": "Name or NPI", "add": add,
        "show": lambda row, slug: lists.referrer(row, slug if may_edit else ""),
        "empty": {"title": "No referrers yet", "text": "Physicians who send clients appear here.", "clear_url": ""},
    })  # fmt: skip


def _referrer(title: str, slug: str) -> Asked:
    return Asked(title, "A claim names who referred, by the NPI.", "Save referrer",
                 reverse("clients:referrers", args=[slug]), {"kind": "Referrer"})  # fmt: skip


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows=NOBODY)
def add_referrer(request: Any, slug: str) -> HttpResponse:
    """A practitioner who refers."""
    form = ReferrerForm(request.POST or None)
    asked = _referrer("Add referrer", slug)
    return ask(request, form, asked, lambda **values: actions.add_referrer(by=request.member, **values))


@require_http_methods(PAGE)
@allows(Permission.EDIT_CLIENTS, shows=NOBODY)
def edit_referrer(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change a practitioner of the directory."""
    found = get_object_or_404(Referrer, pk=pk)
    form = ReferrerForm(request.POST or None, row=found)
    asked = _referrer(f"{found.first_name} {found.last_name}", slug)
    return ask(
        request, form, asked, lambda **values: actions.edit_referrer(by=request.member, referrer=found, **values)
    )
