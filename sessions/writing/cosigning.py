"""Co-signature: the note of who works under a supervisor waits, once signed, for hers.

The supervisor is the clinician's now; where she has none any more, the one she had when she signed. A note that was
given back waits for an addendum of its author, and then for the supervisor again. The note itself never changes.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.models import Clinician, Membership
from sessions.models import Addendum, Note, Session
from sessions.writing.models import LONGEST_REMARK, CoSignature, CosignatureAsked, NoteReturn


@dataclass(frozen=True)
class Standing:
    """How a signed note stands with its supervisor. `waits_for` is who is to co-sign, None when nobody is or she has.

    `remark`: what she gave it back with, "" unless its author still has to answer.
    """

    waits_for: Clinician | None = None
    signed: CoSignature | None = None
    remark: str = ""
    returned_by: str = ""
    returned_at: datetime | None = None

    @property
    def returned(self) -> bool:
        return bool(self.remark)


def ask(*, note: Note, clinician: Clinician) -> None:
    """Called by the signature, within it: who works under a supervisor waits for her."""
    if clinician.supervisor:
        CosignatureAsked.objects.create(note=note, supervisor=clinician.supervisor)


def needs() -> tuple[str | Prefetch, ...]:
    """What `standing` reads of a note, to be prefetched."""
    asked = CosignatureAsked.objects.select_related("supervisor__member__user")
    returns = NoteReturn.objects.select_related("by__user")
    return Prefetch("asked", asked), "cosignatures", Prefetch("returns", returns), "addenda"


def standing(note: Note) -> Standing:
    """Reads what `needs` names, and `note.session.clinician.supervisor`."""
    asked = next(iter(note.asked.all()), None)
    signed = next(iter(note.cosignatures.all()), None)
    if asked is None or signed:
        return Standing(signed=signed)
    waits_for = note.session.clinician.supervisor or asked.supervisor
    last = max(note.returns.all(), key=lambda row: row.pk, default=None)
    answers = [row.signed_at for row in note.addenda.all() if row.signed_by_id == note.signed_by_id]
    if last is None or any(at >= last.at for at in answers):
        return Standing(waits_for)
    return Standing(waits_for, None, last.remark, last.by.user.name, last.at)


def to_cosign(member: Membership) -> QuerySet[Note]:
    """Signed notes that wait for `member`, oldest first: those she has not given back, or that were answered since."""
    return _waiting(_asked_of(member), returned=False)


def given_back(member: Membership) -> QuerySet[Note]:
    """Notes of which `member` asked for a word more, and that wait for it."""
    return _waiting(_asked_of(member), returned=True)


def returned_to(member: Membership) -> QuerySet[Note]:
    """Notes that `member` signed and was given back, and that wait for her addendum."""
    return _waiting(Q(signed_by=member), returned=True)


def cosigners_of(sessions: QuerySet[Session]) -> dict[int, str]:
    """By session whose co-signature its note waits for, in one query."""
    who = ("supervisor__member__user", "note__session__clinician__supervisor__member__user")
    rows = CosignatureAsked.objects.filter(note__session__in=sessions, note__cosignatures=None).select_related(*who)
    return {row.note.session_id: (row.note.session.clinician.supervisor or row.supervisor).name for row in rows}


def _asked_of(member: Membership) -> Q:
    now = Q(session__clinician__supervisor__member=member)
    return now | Q(session__clinician__supervisor=None, asked__supervisor__member=member)


def _waiting(whose: Q, *, returned: bool) -> QuerySet[Note]:
    """Without a co-signature: `returned`, those whose author has not answered the last remark; else the others."""
    last = NoteReturn.objects.filter(note=OuterRef("pk")).order_by("-pk").values("at")[:1]
    answers = Addendum.objects.filter(note=OuterRef("pk"), signed_by=OuterRef("signed_by")).order_by("-pk")
    rows = Note.objects.filter(whose, asked__isnull=False, cosignatures__isnull=True).annotate(
        returned_at=Subquery(last), answered_at=Subquery(answers.values("signed_at")[:1])
    )
    if returned:
        rows = rows.filter(Q(answered_at=None) | Q(answered_at__lt=F("returned_at")), returned_at__isnull=False)
    else:
        rows = rows.filter(Q(returned_at=None) | Q(answered_at__gte=F("returned_at")))
    return rows.order_by("session__starts_at", "pk")


@transaction.atomic
def cosign(*, by: Membership, session: Session) -> CoSignature:
    """Sign the note of somebody who works under `by`. Pressed twice it is one signature."""
    note = _locked(session)
    state = standing(note)
    if state.signed and state.signed.signed_by_id == by.pk:
        return state.signed
    supervisor = _require_supervisor(note, state, by)
    signed = CoSignature.objects.create(note=note, author_id=note.signed_by_id, signed_by=by, signature=str(supervisor))
    audit.record("cosign", note, client_id=session.client_id)
    return signed


@transaction.atomic
def return_note(*, by: Membership, session: Session, remark: str) -> NoteReturn:
    """Give a note back to who signed it, with what is to be added. The same, sent twice, is one return."""
    note = _locked(session)
    state = standing(note)
    _require_supervisor(note, state, by)
    words = remark.replace("\r\n", "\n").strip()
    if not words:
        raise BadInput(remark="Write what is to be added, so that it can be")
    if len(words) > LONGEST_REMARK:
        raise BadInput(remark=f"A remark has at most {LONGEST_REMARK:,} characters; this one has {len(words):,}")
    last = note.returns.last()
    if state.returned and last and last.remark == words:
        return last
    if state.returned:
        raise Conflict("This note was given back already and waits for an addendum.")
    row = NoteReturn.objects.create(note=note, remark=words, by=by, at=clock.now())
    audit.record("return note", note, client_id=session.client_id)
    return row


def _locked(session: Session) -> Note:
    """The note as it is now; the lock lets the second of two presses see what the first has done."""
    whose = ("clinician__supervisor__member__user", "location")
    held = Session.objects.select_for_update(of=("self",)).select_related(*whose).get(pk=session.pk)
    note = Note.objects.filter(session=held).prefetch_related(*needs()).first()
    if note is None:
        raise Conflict("This session is not signed yet.")
    note.session = held
    return note


def _require_supervisor(note: Note, state: Standing, by: Membership) -> Clinician:
    if state.signed:
        raise Conflict(f"This note is co-signed already, by {state.signed.signature}.")
    if state.waits_for is None:
        raise Conflict("This note wants no co-signature.")
    if state.waits_for.member_id != by.pk or note.signed_by_id == by.pk:
        raise PermissionDenied("Only the supervisor of who signed a note co-signs it, or gives it back.")
    return state.waits_for
