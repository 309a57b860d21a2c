"""Verbs that put text into a draft: a part of an earlier note, or a template. What is typed stays above it."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from practice import audit
from practice.findings import BadInput
from practice.models import Membership
from sessions import actions, service_rows
from sessions.minutes import PARTS
from sessions.models import Note, NoteDraft, Session
from sessions.writing.copies import earlier
from sessions.writing.models import CopiedText, NoteTemplate
from sessions.writing.wording import put_in, stands


@transaction.atomic
def copy_from(
    *, by: Membership, session: Session, source: Note, parts: Sequence[str] = PARTS, version: int | None = None
) -> NoteDraft:
    """Copy parts of an earlier signed note of the same case into the draft of a session. Where from is kept."""
    if source not in earlier(session, by):
        raise BadInput(note="Copy from one of the last notes of this case")
    words = {part: getattr(source, part) for part in parts if part in PARTS and getattr(source, part).strip()}
    if not words:
        raise BadInput(parts="There is nothing to copy in this part")
    draft = _put(by, session, words, version)
    copied = [part for part, text in words.items() if stands(text, getattr(draft, part))]
    CopiedText.objects.bulk_create(CopiedText(session=session, part=part, source=source, by=by) for part in copied)
    audit.record("copy note text", session, client_id=session.client_id, parts=copied, source=source.pk)
    return draft


@transaction.atomic
def use_template(*, by: Membership, session: Session, template: NoteTemplate, version: int | None = None) -> NoteDraft:
    """Put the text of a template into the draft of a session."""
    draft = _put(by, session, template.parts, version)
    audit.record("use template", session, client_id=session.client_id, template=template.pk)
    return draft


def _put(by: Membership, session: Session, words: Mapping[str, str], version: int | None) -> NoteDraft:
    """The words below what the draft holds, everything else as it was."""
    draft = NoteDraft.objects.filter(session=session).select_related("assistant").first()
    before = draft.parts if draft else dict.fromkeys(PARTS, "")
    return actions.save_draft(
        by=by,
        session=session,
        parts={part: put_in(text, words.get(part, "")) for part, text in before.items()},
        lines=[row.typed for row in service_rows.rows(session, draft, None)],
        assistant=draft.assistant if draft else None,
        version=version,
    )
