"""Doors to imports: send a file, see what a trial found, put it in, watch it, mend the rest."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.imports import actions, pages
from clients.imports.models import ClientImport
from practice import audit
from practice.exports import csv_file
from practice.findings import BadInput, Conflict
from practice.lock.marks import polled
from practice.permissions import NOBODY, Permission, allows
from practice.uploads import refusal
from practice.waiting import work_progress


class FileForm(forms.Form):
    """One file. What it is, and whether it can be read, the verbs say."""

    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )


def _source(pk: int) -> ClientImport:
    return get_object_or_404(ClientImport.objects.defer("body"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.IMPORT_CLIENTS, shows=NOBODY)
def imports(request: Any, slug: str) -> HttpResponse:
    """Send a file of clients, and the files that were sent."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST":
        try:
            source = _sent(request, form)
        except BadInput as bad:
            form.add_error("file", " ".join(bad.errors.values()))
        else:
            return redirect("clients:import", slug, source.pk)
    return render(request, "clients/imports.html", pages.files(request, form), status=422 if form.errors else 200)


def _sent(request: Any, form: FileForm) -> ClientImport:
    if sentence := refusal(request):
        raise BadInput(file=sentence)
    form.is_valid()
    file = form.cleaned_data.get("file")
    if not file:
        raise BadInput(file="Choose a file")
    return actions.take_file(by=request.member, file=file)


@require_safe
@allows(Permission.IMPORT_CLIENTS, shows=NOBODY)
def columns(request: Any, slug: str) -> HttpResponse:
    """A file with the names of all columns and nothing else, to begin with."""
    return csv_file("clients-to-import", pages.column_names(), [])


@require_safe
@allows(Permission.IMPORT_CLIENTS, shows="import")
def one_import(request: Any, slug: str, pk: int) -> HttpResponse:
    """What a trial found, how far it is, or what became of it."""
    source = _source(pk)
    audit.seen(source, client_id=None, section="import")
    return render(request, "clients/import.html", pages.one(request, source))


@polled
@require_safe
@allows(Permission.IMPORT_CLIENTS, shows=NOBODY)
def progress(request: Any, slug: str, pk: int) -> HttpResponse:
    """How far it is. When the work is done the page is read anew."""
    source = _source(pk)
    return work_progress(request, pages.progress(source, slug, actions.counts(source)))


@require_POST
@allows(Permission.IMPORT_CLIENTS)
def start(request: Any, slug: str, pk: int) -> HttpResponse:
    """Put the good rows in."""
    source = _source(pk)
    try:
        actions.start(by=request.member, source=source)
    except (BadInput, Conflict) as why:
        audit.seen(source, client_id=None, section="import")
        return render(request, "clients/import.html", {**pages.one(request, source), "refused": str(why)}, status=409)
    return redirect("clients:import", slug, pk)


@require_safe
@allows(Permission.IMPORT_CLIENTS, shows="import")
def mend(request: Any, slug: str, pk: int) -> HttpResponse:
    """The bad rows as a file, each with what to mend."""
    source = _source(pk)
    audit.record("export import", source)
    heads, rows = pages.to_mend(source)
    return csv_file("rows-to-mend", heads, rows)
