"""What the pages of files show: from rows to the context of a template."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.urls import reverse

from clients.documents.actions import latest_cards
from clients.documents.forms import CardForm, UploadForm
from clients.documents.models import CARDS, Document
from clients.documents.titles import sized
from clients.models import Client, Coverage
from practice.identifiers import whole
from practice.paging import page_context
from practice.permissions import Permission
from practice.templatetags.house import day
from practice.uploads import megabytes

PAGE = 20


def files(request: Any, client: Client, form: UploadForm | None = None) -> dict[str, Any]:
    """Context of clients/files.html."""
    slug, may = request.practice.slug, request.member.may(Permission.KEEP_DOCUMENTS)
    rows = Document.objects.kept().filter(client__in=client.ids).select_related("uploaded_by__user")
    page = Paginator(rows.order_by("-at", "-id"), PAGE).get_page(request.GET.get("page"))
    return {
        "files": [_file(row, slug, may) for row in page.object_list],
        "page": page_context(request, page),
        "form": (form or UploadForm()) if may else None,
        "upload_url": reverse("clients:add_files", args=[slug, client.pk]),
        "chart_url": reverse("clients:client", args=[slug, client.pk]),
        "removed": _removed(request, client) if may else None,
        "limits": _limits(settings.UPLOAD_FILES),
    }


def _limits(most: int) -> dict[str, Any]:
    """What the page says before anything is sent; the server looks again."""
    each = f"at most {megabytes()} MB"
    help = f"PDF, JPEG, PNG or TIFF, {each} each, up to {most} at once." if most > 1 else f"JPEG, PNG or TIFF, {each}."
    return {
        "bytes": settings.UPLOAD_BYTES,
        "files": most,
        "too_large": f"is larger than {megabytes()} MB. Send it smaller, or in parts.",
        "too_many": f"Choose at most {most} files at once." if most > 1 else "Choose one picture.",
        "help": help,
    }


def _file(row: Document, slug: str, may: bool) -> dict[str, Any]:
    return {
        "title": row.title,
        "url": reverse("clients:document", args=[slug, row.pk]),
        "kind": row.get_kind_display(),
        "added": f"{day(row.at)}, {row.uploaded_by}",
        "size": sized(row.size),
        "remove_url": reverse("clients:remove_document", args=[slug, row.pk]) if may else "",
    }


def _removed(request: Any, client: Client) -> dict[str, str] | None:
    """The file that was just taken out, with the way back."""
    pk = whole(request.GET.get("removed", ""))
    if not pk:
        return None
    mine = Document.objects.filter(client__in=client.ids)
    row = mine.filter(pk=pk).exclude(pk__in=mine.kept().values("pk")).first()
    if row is None:
        return None
    return {"title": row.title, "undo_url": reverse("clients:restore_document", args=[request.practice.slug, row.pk])}


def card(request: Any, coverage: Coverage, forms: dict[str, CardForm] | None = None) -> dict[str, Any]:
    """Context of clients/card.html. `forms`: by kind, those that hold an error."""
    slug, may, pictures = request.practice.slug, request.member.may(Permission.KEEP_DOCUMENTS), latest_cards(coverage)
    return {
        "payer": coverage.payer.short_name,
        "card_id": f"card-{coverage.pk}",
        "upload_url": reverse("clients:add_card", args=[slug, coverage.pk]),
        "sides": [
            {
                "word": "Front" if kind == CARDS[0] else "Back",
                "kind": kind.value,
                "url": reverse("clients:document", args=[slug, pictures[kind].pk]) if kind in pictures else "",
                "preview_url": reverse("clients:document_preview", args=[slug, pictures[kind].pk])
                if kind in pictures
                else "",
                "form": (forms or {}).get(kind.value) or CardForm(kind=kind.value, auto_id=f"{kind}-{coverage.pk}-%s")
                if may
                else None,
            }
            for kind in CARDS
        ],
        "limits": _limits(1),
        "chart_url": reverse("clients:client", args=[slug, coverage.client_id]),
    }
