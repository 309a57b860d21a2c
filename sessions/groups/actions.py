"""Verbs about what is written of a group: who came, what is typed, and a signature for each note."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Membership
from practice.permissions import Permission
from practice.templatetags.house import plural
from sessions import actions, lifecycle, minutes
from sessions.groups.composing import MOST_WORDS, Own, lines_for, names_of_others, parts_for
from sessions.minutes import PARTS, Typed
from sessions.models import (
    Appointment,
    GroupDraft,
    Note,
    NoteDraft,
    Session,
    SessionEvent,
    SessionQuerySet,
    SessionState,
)

CAME = SessionState.ARRIVED
MARKS = (SessionState.ARRIVED, SessionState.MISSED, SessionState.CANCELLED)


def groups_of(member: Membership) -> QuerySet[Appointment]:
    """The groups a member may open: a therapist hers, for she knows everybody in them; who sees every client all."""
    rows = Appointment.objects.filter(group=True)
    if member.may(Permission.SEE_EVERY_CLIENT):
        return rows
    return rows.filter(pk__in=Session.objects.filter(clinician__member=member).values("appointment"))


def sessions_of(appointment: Appointment) -> SessionQuerySet:
    """The sessions of a group, by name."""
    rows = Session.objects.filter(appointment=appointment).select_related(
        "client", "case", "clinician__member__user", "location"
    )
    return rows.order_by("client__last_name", "client__first_name", "id")


# --- who came ---------------------------------------------------------------------------------------


@transaction.atomic
def mark(*, by: Membership, session: Session, state: str) -> Session:
    """Present, missed or canceled: one client of a group, from whatever she was marked before."""
    if state not in MARKS:
        raise BadInput(state="A client is marked present, missed or canceled")
    if session.state == state:
        return session  # pressed twice
    if not lifecycle.may_move(session.state, state):
        actions.move(by=by, session=session, state=SessionState.SCHEDULED)
    return actions.move(by=by, session=session, state=state)


@transaction.atomic
def mark_all_present(*, by: Membership, appointment: Appointment) -> int:
    """Everybody who was only planned has come; who was marked stays as she is. How many."""
    came = list(sessions_of(appointment).filter(state=SessionState.SCHEDULED))
    now = clock.now()
    rows = Session.objects.filter(pk__in=[each.pk for each in came], state=SessionState.SCHEDULED)
    if rows.update(state=CAME, state_changed_at=now) != len(came):
        raise Conflict("Somebody else changed this group; open it again.")
    SessionEvent.objects.bulk_create(SessionEvent(session=each, state=CAME, by=by) for each in came)
    audit.record_many(CAME, came)
    return len(came)


# --- what is typed ----------------------------------------------------------------------------------


def draft_of(appointment: int) -> GroupDraft | None:
    return GroupDraft.objects.filter(appointment=appointment).first()


@transaction.atomic
def save_group(
    *,
    by: Membership,
    appointment: Appointment,
    shared: Mapping[str, str],
    lines: Sequence[Typed],
    own: Mapping[int, Own],
    version: int | None = None,
) -> GroupDraft:
    """Keep what is being typed for a group. `own`: by session what is hers alone; who is left out stays as she was.

    `version` is the save the page stands on, 0 before the first; a newer one is a Conflict. None overwrites.
    Raises BadInput by field: a part, `line.0`, `own.<session>`.
    """
    one_at_a_time(f"draft of group {appointment.pk}")
    found = {row.pk: row for row in sessions_of(appointment)}
    _require_hers(found.values(), by)
    discipline = next(iter(found.values())).case.discipline
    _require_keepable(shared, lines, own, found, discipline)
    draft = draft_of(appointment.pk)
    written = {name: shared.get(name, "") for name in PARTS}
    typed = [line.kept for line in lines]
    mine = (draft.own if draft else {}) | {str(pk): each.kept for pk, each in own.items()}
    if draft is not None and version is not None and version != draft.version:
        if (draft.parts, draft.lines, draft.own) == (written, typed, mine):
            return draft  # the same, sent twice
        raise Conflict("This group was changed in another window. Both texts are kept until you choose.")
    draft = draft or GroupDraft(appointment=appointment, version=0)
    draft.shared, draft.lines, draft.own = written, typed, mine
    draft.saved_at, draft.saved_by, draft.version = clock.now(), by, draft.version + 1
    draft.save()
    clients = {row.client_id for row in found.values()}
    audit.once("write group draft", appointment, sorted(clients), within=audit.SAME_DRAFT)
    return draft


def _require_keepable(
    shared: Mapping[str, str],
    lines: Sequence[Typed],
    own: Mapping[int, Own],
    found: Mapping[int, Session],
    discipline: str,
) -> None:
    errors = {f"line.{index}": text for index, text in minutes.problems(lines, discipline).items()}
    errors |= {
        name: "A part of a note has at most 20,000 characters" for name in PARTS if len(shared.get(name, "")) > 20_000
    }
    codes = {line.code for line in lines}
    for pk, each in own.items():
        if pk not in found:
            errors[f"own.{pk}"] = "This session is not of this group"
        elif len(each.words) > MOST_WORDS:
            errors[f"own.{pk}"] = (
                f"An own line has at most {MOST_WORDS:,} characters; write more on the client's own page"
            )
        elif not {line.code for line in each.lines} <= codes:
            errors[f"own.{pk}"] = (
                "Add the code for all first; a code for one client alone is added on the client's own page"
            )
        elif wrong := minutes.problems(lines_for(lines, each), discipline):
            errors[f"own.{pk}"] = next(iter(wrong.values()))
    if errors:
        raise BadInput(errors)


def _require_hers(found: Iterable[Session], by: Membership) -> None:
    if any(session.clinician.member_id != by.pk for session in found):
        raise PermissionDenied("Only the clinician of a group writes and signs its notes.")


def note_draft(session: Session, draft: GroupDraft | None = None) -> NoteDraft | None:
    """What the note of one client would say: the group's draft put together for her, not saved; None without one."""
    if draft is None and session.appointment.group:
        draft = draft_of(session.appointment_id)
    if draft is None:
        return None
    own = draft.own_of(session.pk)
    lines = [line.kept for line in lines_for(draft.typed, own)]
    return NoteDraft(
        session=session, lines=lines, saved_at=draft.saved_at, saved_by_id=draft.saved_by_id, version=0,
        **parts_for(draft.parts, own),
    )  # fmt: skip


# --- the signatures ---------------------------------------------------------------------------------


def named_in(draft: GroupDraft | None, found: Sequence[Session], apart: Mapping[int, NoteDraft]) -> list[str]:
    """Names of clients that would stand in the note of another, who may have missed it. `apart`: notes that were begun
    on a session's own page, by session; they are signed as they stand.
    """
    names = {row.pk: (row.client.first_name, row.client.last_name) for row in found}
    own = {row.pk: draft.own_of(row.pk).words for row in found} if draft else {}
    own |= {row.pk: "\n".join(apart[row.pk].parts.values()) for row in found if row.pk in apart}
    return names_of_others(draft.parts if draft else {}, own, names)


def say_named(names: Sequence[str]) -> str:
    """The sentence about names; empty for none."""
    if not names:
        return ""
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    verb = "stands" if len(names) == 1 else "stand"
    return f"{listed} {verb} where others of the group will have it in their notes; take names of clients out"


@transaction.atomic
def sign_group(*, by: Membership, appointment: Appointment, names_checked: bool = False) -> list[Note]:
    """Sign the note of everybody who came: all, or none and what is missing. Who is signed already stays so.

    A note that was begun on the session's own page is signed as it stands there; all others are put together from the
    group's draft. Raises BadInput by `client.<session>`, and on `names` where a client's name would stand in the note
    of another; `names_checked`: the clinician has looked, and they are not.
    """
    one_at_a_time(f"draft of group {appointment.pk}")
    found = list(sessions_of(appointment))
    _require_hers(found, by)
    came = [row for row in found if row.state == CAME]
    if not came:
        raise BadInput(attendance="Nobody is marked present; mark who came first")
    errors = {
        f"client.{row.pk}": f"{row.client.name}: mark attendance" for row in found if row.state in lifecycle.PLANNED
    }
    draft = draft_of(appointment.pk)
    apart = {each.session_id: each for each in NoteDraft.objects.filter(session__in=came)}
    if not names_checked and (names := named_in(draft, found, apart)):
        errors["names"] = say_named(names)
    notes = []
    for session in came:
        try:
            with transaction.atomic():
                notes.append(_sign_one(by, session, draft, apart))
        except (BadInput, Conflict) as refused:
            text = " ".join(refused.errors.values()) if isinstance(refused, BadInput) else str(refused)
            errors[f"client.{session.pk}"] = f"{session.client.name}: {text}"
    if errors:
        raise BadInput(errors)
    audit.record("sign group", appointment, notes=len(notes))
    return notes


def _sign_one(by: Membership, session: Session, draft: GroupDraft | None, apart: Collection[int]) -> Note:
    hers = note_draft(session, draft) if draft and session.pk not in apart else None
    if hers is not None:
        actions.save_draft(by=by, session=session, parts=hers.parts, lines=hers.typed)
    return actions.sign(by=by, session=session)


def missing(row: Session, hers: NoteDraft | None) -> list[str]:
    """What a client's note lacks, in page order."""
    return minutes.missing_to_sign(hers.parts if hers else {}, hers.typed if hers else [])


def said(found: Sequence[Session]) -> str:
    """ "6 clients": those who are not out of it."""
    left = [row for row in found if row.state not in lifecycle.GONE]
    return plural(len(left), "client")
