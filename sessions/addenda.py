"""Addenda: what is added to a signed note. The note itself stays as it was signed."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.models import Clinician, Membership
from sessions.models import Addendum, Note, Session

LONGEST = 5000
SENT_TWICE = timedelta(minutes=1)  # the same words by the same person meanwhile are one addendum


def writer(session: Session, member: Membership) -> Clinician | None:
    """As whom a member adds to the note of a session: its clinician or her supervisor; None for everybody else."""
    hers = session.clinician
    there = [hers, hers.supervisor] if hers.supervisor else [hers]
    return next((one for one in there if one.member_id == member.pk), None)


@transaction.atomic
def add_addendum(*, by: Membership, session: Session, text: str) -> Addendum:
    """Sign further words to a signed note. The same, sent twice, is one addendum."""
    # The lock lets the second of two presses see what the first has done.
    session = Session.objects.select_for_update(of=("self",)).select_related("clinician").get(pk=session.pk)
    note = Note.objects.filter(session=session).first()
    if note is None:
        raise Conflict("This session is not signed; its note can still be edited.")
    signer = writer(session, by)
    if signer is None:
        raise PermissionDenied("Only the clinician of a session or her supervisor adds to its note.")
    words = _checked(text)
    before = note.addenda.filter(text=words, signed_by=by, signed_at__gt=clock.now() - SENT_TWICE).first()
    if before:
        return before
    added = Addendum.objects.create(note=note, text=words, signed_by=by, signature=str(signer))
    audit.record("add addendum", added, client_id=session.client_id)
    return added


def _checked(text: str) -> str:
    """The words as they are kept, with the line ends of one kind. Raises BadInput."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise BadInput(text="The addendum is empty; write what is to be added to the note")
    if len(words) > LONGEST:
        raise BadInput(text="An addendum has at most 5,000 characters; write the rest as a second one")
    return words
