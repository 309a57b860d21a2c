"""Doors to a client's files: the list, putting in, taking out, reading. Every reading is kept in the audit."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from clients.documents import actions, content, pages
from clients.documents.forms import CardForm, UploadForm
from clients.documents.models import Document
from clients.models import Client, Coverage
from practice import audit
from practice.findings import BadInput, Conflict
from practice.permissions import Permission, allows
from practice.uploads import refusal

SANDBOX = "sandbox; default-src 'none'"


def documents(request: Any) -> Any:
    """Files of the clients the person may know of, removed ones too: they can be put back."""
    return Document.objects.filter(client__in=Client.objects.visible_to(request.member))


def _coverage(request: Any, pk: int) -> Coverage:
    mine = Client.objects.visible_to(request.member)
    return get_object_or_404(Coverage.objects.select_related("payer", "client"), pk=pk, client__in=mine)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="files")
def files(request: Any, slug: str, pk: int) -> HttpResponse:
    """A client's files, newest first, for her chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    audit.seen(client, client_id=client.pk, section="files")
    return render(request, "clients/files.html", pages.files(request, client))


@require_POST
@allows(Permission.KEEP_DOCUMENTS)
def add_files(request: Any, slug: str, pk: int) -> HttpResponse:
    """Put files into the chart."""
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=pk)
    form = UploadForm(request.POST, request.FILES)
    if _sent_whole(request, form):
        try:
            actions.add_documents(
                by=request.member, client=client, kind=form.cleaned_data["kind"], files=form.cleaned_data["file"]
            )
        except BadInput as bad:
            _tell(form, bad)
        except Conflict as merged:
            form.add_error("file", str(merged))
        else:
            return redirect("clients:files", slug, pk)
    return render(request, "clients/files.html", pages.files(request, client, form), status=422)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="card")
def card(request: Any, slug: str, pk: int) -> HttpResponse:
    """Both sides of the card of a coverage, for the chart."""
    coverage = _coverage(request, pk)
    audit.seen(coverage, client_id=coverage.client_id, section="card")
    return render(request, "clients/card.html", pages.card(request, coverage))


@require_POST
@allows(Permission.KEEP_DOCUMENTS)
def add_card(request: Any, slug: str, pk: int) -> HttpResponse:
    """Put a picture of a side, in the place of the one that was there."""
    coverage, side = _coverage(request, pk), request.POST.get("side", "")
    form = CardForm(request.POST, request.FILES, kind=side, auto_id=f"{side}-{pk}-%s")
    if _sent_whole(request, form):
        try:
            actions.put_card(by=request.member, coverage=coverage, kind=side, files=form.cleaned_data["file"])
        except BadInput as bad:
            _tell(form, bad)
        else:
            return redirect("clients:card", slug, pk)
    return render(request, "clients/card.html", pages.card(request, coverage, {side: form}), status=422)


def _sent_whole(request: Any, form: Any) -> bool:
    """Whether the form is in order and its files were read to their end."""
    whole = form.is_valid()
    if sentence := refusal(request):
        form.add_error("file", sentence)
    return whole and not sentence


def _tell(form: Any, bad: BadInput) -> None:
    for field, text in bad.errors.items():
        form.add_error(field if field in form.fields else None, text)


@require_POST
@allows(Permission.KEEP_DOCUMENTS)
def remove_document(request: Any, slug: str, pk: int) -> HttpResponse:
    """Take a file out of the chart; the list then offers to put it back."""
    document = get_object_or_404(documents(request), pk=pk)
    actions.remove(by=request.member, document=document)
    address = reverse("clients:files", args=[slug, document.client_id])
    return redirect(f"{address}?{urlencode({'removed': pk})}")


@require_POST
@allows(Permission.KEEP_DOCUMENTS)
def restore_document(request: Any, slug: str, pk: int) -> HttpResponse:
    """Put a removed file back."""
    document = get_object_or_404(documents(request), pk=pk)
    actions.restore(by=request.member, document=document)
    return redirect("clients:files", slug, document.client_id)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="document")
def document(request: Any, slug: str, pk: int) -> HttpResponse:
    """The file, to be saved."""
    found = get_object_or_404(documents(request).kept(), pk=pk)
    try:
        return attachment(found)
    except actions.Damaged as damaged:
        return render(request, "clients/document_damaged.html", _damaged(slug, found, damaged), status=409)


@require_safe
@allows(Permission.SEE_CLIENTS, shows="document")
def document_preview(request: Any, slug: str, pk: int) -> HttpResponse:
    """A small picture of a picture."""
    found = get_object_or_404(documents(request).kept(), pk=pk)
    if not found.is_image:
        raise Http404
    try:
        body = actions.read(found, verb="view document")
    except actions.Damaged as damaged:
        return render(request, "clients/document_damaged.html", _damaged(slug, found, damaged), status=409)
    return _guarded(content.preview(body, content.ContentType(found.content_type)), "image/png")


def _damaged(slug: str, found: Document, damaged: actions.Damaged) -> dict[str, str]:
    return {"why": str(damaged), "chart_url": reverse("clients:client", args=[slug, found.client_id])}


def attachment(found: Document) -> HttpResponse:
    """A file's bytes under its stored type, never shown inside our pages. Raises Damaged.

    Whole, not streamed: a stream would outlive the practice that was entered, and its hash could
    only be compared when half of it is sent. A file has UPLOAD_BYTES at most.
    """
    response = _guarded(actions.read(found, verb="export document"), found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.title)
    return response


def _guarded(body: bytes, content_type: str) -> HttpResponse:
    headers = {
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(body, content_type=content_type, headers=headers)
