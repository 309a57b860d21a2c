"""Verbs about files. Bytes are on the disk before their row commits: never a row without bytes."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from clients.actions.changing import locked
from clients.documents import content, titles
from clients.documents.models import CARDS, Change, Document, DocumentEvent, Kind
from clients.documents.store import store
from clients.models import Client, Coverage
from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.models import Membership
from practice.tenancy import current_practice_id
from practice.uploads import megabytes

ORPHAN_DAYS = 7  # longer than any transaction, and time to notice a database restored without its files


class Upload(Protocol):
    """Django's uploaded file, or anything with its two parts."""

    name: str

    def read(self) -> bytes: ...


class Damaged(Conflict):
    """The bytes are not those that were stored, or are gone."""


def add_documents(
    *, by: Membership, client: Client, kind: str, files: Iterable[Upload], coverage: Coverage | None = None
) -> list[Document]:
    """Put files into a chart: all of them, or none with a sentence for each that cannot be taken.

    The same file of the same kind again is the one that is there.
    """
    uploads = list(files)
    if not uploads:
        raise BadInput(file="Choose a file")
    if len(uploads) > settings.UPLOAD_FILES:
        raise BadInput(file=f"Choose at most {settings.UPLOAD_FILES} files at once")
    if (kind in CARDS) != (coverage is not None):
        raise BadInput(kind="A card is put on its coverage")
    saved: list[UUID] = []
    wrong: list[str] = []
    try:
        with transaction.atomic():
            if coverage is None:  # a card goes with its plan, on whichever chart that stands
                locked(client)
            made = [_add(by, client, kind, coverage, upload, saved, wrong) for upload in uploads]
            if wrong:
                raise BadInput(file="; ".join(wrong))
    except Exception:
        for key in saved:
            store().delete(current_practice_id(), key)
        raise
    return [document for document in made if document is not None]


def _add(
    by: Membership,
    client: Client,
    kind: str,
    coverage: Coverage | None,
    upload: Upload,
    saved: list[UUID],
    wrong: list[str],
) -> Document | None:
    body = upload.read()
    try:
        if len(body) > settings.UPLOAD_BYTES:
            raise content.Unfit(f"The file is larger than {megabytes()} MB. Send it smaller, or in parts")
        fit = content.judged(body)
        if coverage is not None and fit.content_type == content.ContentType.PDF:
            raise content.Unfit("A card is a picture: JPEG, PNG or TIFF")
    except content.Unfit as unfit:
        wrong.append(f"“{titles.cleaned(upload.name or '', ('',))}”: {unfit}")
        return None
    if wrong:
        return None
    digest = sha256(fit.body).hexdigest()
    same = client.documents.kept().filter(kind=kind, coverage=coverage, sha256=digest)
    return same.first() or _keep(by, client, kind, coverage, upload, fit, digest, saved)


def _keep(
    by: Membership,
    client: Client,
    kind: str,
    coverage: Coverage | None,
    upload: Upload,
    fit: content.Fit,
    digest: str,
    saved: list[UUID],
) -> Document:
    key = uuid4()
    saved.append(key)
    store().save(current_practice_id(), key, fit.body)
    document = Document.objects.create(
        client=client,
        coverage=coverage,
        kind=kind,
        title=titles.cleaned(upload.name or "", content.ENDINGS[fit.content_type]),
        content_type=fit.content_type,
        size=len(fit.body),
        sha256=digest,
        key=key,
        uploaded_by=by,
    )
    audit.record("add document", document, client_id=client.pk, kind=kind)
    return document


@transaction.atomic
def put_card(*, by: Membership, coverage: Coverage, kind: str, files: Iterable[Upload]) -> Document:
    """A picture of one side of a card. The one that was there is removed, not lost."""
    uploads = list(files)
    if kind not in CARDS:
        raise BadInput(kind="Say which side it is: front or back")
    if len(uploads) > 1:
        raise BadInput(file="Choose one picture for each side")
    (card,) = add_documents(by=by, client=coverage.client, kind=kind, files=uploads, coverage=coverage)
    for old in Document.objects.kept().filter(coverage=coverage, kind=kind).exclude(pk=card.pk):
        remove(by=by, document=old)
    return card


@transaction.atomic
def remove(*, by: Membership, document: Document) -> DocumentEvent:
    """Take a file out of the chart. It can be put back; its bytes stay until records may be destroyed."""
    return _change(by, document, Change.REMOVED, "remove document")


@transaction.atomic
def restore(*, by: Membership, document: Document) -> DocumentEvent:
    """Put a removed file back."""
    return _change(by, document, Change.RESTORED, "restore document")


def _change(by: Membership, document: Document, kind: Change, verb: str) -> DocumentEvent:
    event = DocumentEvent.objects.create(document=document, kind=kind, by=by)
    audit.record(verb, document, client_id=document.client_id)
    return event


def read(document: Document, *, verb: str) -> bytes:
    """A file's bytes, compared with their hash; who read them is kept. Raises Damaged, which is kept too."""
    try:
        body = store().read(current_practice_id(), document.key)
    except FileNotFoundError:
        body = b""
    whole = sha256(body).hexdigest() == document.sha256
    audit.record(verb if whole else "find document damaged", document, client_id=document.client_id)
    if not whole:
        raise Damaged("This file is not as it was stored, so it is not shown. Ask whoever keeps your backups for it.")
    return body


def sweep_orphans() -> int:
    """Delete bytes whose row never came: the process died, or what it did was rolled back. Says how many."""
    practice, place = current_practice_id(), store()
    old = list(place.saved_before(practice, clock.now() - timedelta(days=ORPHAN_DAYS)))
    known = set(Document.objects.filter(key__in=old).values_list("key", flat=True))
    orphans = [key for key in old if key not in known]
    for key in orphans:
        place.delete(practice, key)
    return len(orphans)


def latest_cards(coverage: Coverage) -> dict[str, Any]:
    """The picture of each side that counts, by kind."""
    rows = Document.objects.kept().filter(coverage=coverage, kind__in=CARDS).order_by("pk")
    return {Kind(row.kind): row for row in rows}
