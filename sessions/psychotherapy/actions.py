"""The verb about psychotherapy notes: write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.models import Discipline, Membership
from practice.permissions import Permission
from sessions.models import Session, SessionQuerySet
from sessions.psychotherapy.models import PsychotherapyNote

MOST = 20_000


def kept_by(member: Membership) -> SessionQuerySet:
    """The sessions of which `member` may keep a psychotherapy note, or has one from when they were hers."""
    if not member.may(Permission.WRITE_NOTE):
        return Session.objects.none()
    written = PsychotherapyNote.objects.filter(author=member)
    hers = Q(case__discipline=Discipline.MH, clinician__member=member)
    return Session.objects.filter(hers | Q(pk__in=written.values("session_id")))


def note_of(session: Session, member: Membership) -> PsychotherapyNote | None:
    return PsychotherapyNote.objects.filter(session=session, author=member).first()


@transaction.atomic
def write(*, by: Membership, session: Session, text: str, version: int | None = None) -> PsychotherapyNote:
    """Keep `text`, also an empty one, as the psychotherapy note of `by` about a session of mental health.

    `version` is the save the page stands on, 0 before the first; a newer one is a Conflict. None overwrites.
    """
    if not kept_by(by).filter(pk=session.pk).exists():
        raise PermissionDenied("Only the clinician of a session of mental health keeps a psychotherapy note of it.")
    if len(text) > MOST:
        raise BadInput(text=f"A psychotherapy note has at most {MOST:,} characters; this one has {len(text):,}")
    Session.objects.select_for_update(of=("self",)).get(pk=session.pk)  # two windows: one after the other
    note = note_of(session, by)
    if note is not None and version is not None and version != note.version:
        if note.text == text:
            return note  # the same, sent twice
        raise Conflict("This psychotherapy note was changed in another window. Both texts are kept until you choose.")
    now = clock.now()
    note = note or PsychotherapyNote(session=session, author=by, created_at=now, version=0)
    note.text, note.changed_at, note.version = text, now, note.version + 1
    note.save()
    audit.once("write psychotherapy note", session, [session.client_id], within=audit.SAME_DRAFT)
    return note
