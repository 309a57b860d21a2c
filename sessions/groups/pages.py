"""What the page of a group shows: from rows to the context of its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from practice import audit
from practice.permissions import Permission
from practice.templatetags.house import at_time, plural
from practice.templatetags.house import day as short_day
from sessions import conflicts, forms, minutes, service_rows
from sessions.badges import BADGES
from sessions.descriptors import labels
from sessions.groups import actions
from sessions.groups.composing import OFFERED
from sessions.groups.forms import Posted
from sessions.lifecycle import GONE, PLANNED
from sessions.minutes import PARTS, Typed
from sessions.models import Appointment, GroupDraft, NoteDraft, Session, SessionState
from sessions.note_kinds import Kind
from sessions.pages import time_range
from sessions.rooms.actions import where
from sessions.writing.kinds import SHEETS
from sessions.writing.pages import plain

MARKS = (
    (SessionState.ARRIVED, "Present", "check"),
    (SessionState.MISSED, "Missed", "x-mark"),
    (SessionState.CANCELLED, "Canceled", "x-mark"),
)


@dataclass
class Group:
    """A group as somebody looks at it."""

    appointment: Appointment
    sessions: list[Session]
    draft: GroupDraft | None
    apart: dict[int, NoteDraft]  # notes that were begun on the session's own page

    @classmethod
    def of(cls, appointment: Appointment) -> "Group":
        sessions = list(actions.sessions_of(appointment))
        apart = {row.session_id: row for row in NoteDraft.objects.filter(session__in=sessions)}
        return cls(appointment, sessions, actions.draft_of(appointment.pk), apart)

    @property
    def first(self) -> Session:
        return self.sessions[0]

    @property
    def came(self) -> list[Session]:
        return [row for row in self.sessions if row.state == SessionState.ARRIVED]

    @property
    def waiting(self) -> list[Session]:
        return [row for row in self.sessions if row.state in PLANNED]

    @property
    def left(self) -> list[Session]:
        return [row for row in self.sessions if row.state not in GONE]

    def wants(self, row: Session, draft: GroupDraft | None) -> list[str]:
        """What the note of one who came lacks."""
        hers = self.apart.get(row.pk) or (actions.note_draft(row, draft) if draft else None)
        return actions.missing(row, hers)

    def missing(self, draft: GroupDraft | None) -> str:
        """The one sentence beside the sign button."""
        if self.waiting:
            return f"Mark attendance of {plural(len(self.waiting), 'client')} to sign"
        if not self.came:
            return "Nobody is marked present"
        lacking = [wants for row in self.came if (wants := self.wants(row, draft))]
        if not lacking:
            return ""
        if all(each == lacking[0] for each in lacking):
            return minutes.say_missing(lacking[0])
        return f"{plural(len(lacking), 'note')} not complete; each says what it lacks"


def page(
    request: Any,
    group: Group,
    posted: Posted | None = None,
    *,
    errors: Sequence[str] = (),
    conflict: str = "",
) -> dict[str, Any]:
    """Context of sessions/group.html. `posted`: what stands on the page and may not be saved."""
    audit.seen(group.appointment, client_id=[row.client_id for row in group.sessions], section="group")
    slug, member, first = request.practice.slug, request.member, group.first
    args = [slug, group.appointment.pk]
    hers = first.clinician.member_id == member.pk and member.may(Permission.WRITE_NOTE)
    books = member.may(Permission.BOOK_SESSION)
    editable = hers and any(row.open or row.state == SessionState.HELD for row in group.sessions)
    standing = group.draft or _first_draft(group)
    url = {name: reverse(f"sessions:{name}", args=args) for name in URLS}
    return {
        "title": f"Group · {actions.said(group.sessions)}",
        "when": f"{first.served_on:%A}, {short_day(first.served_on)}, {time_range(first)}",
        "where": where(first),
        "repeats": series.pattern.words if (series := group.appointment.series) else "",
        "counts": _counts(group),
        "editable": editable,
        "reads": member.may(Permission.READ_NOTE),
        "marks": books,
        "waiting": len(group.waiting),
        "planned": books and bool(group.waiting),
        "booking": books,
        "url": url,
        "time_range": time_range(first),
        **_typed(group, posted, editable=editable),
        "clients": [
            _client(request, group, row, posted) | {"wants": _wants(group, row, standing)} for row in group.sessions
        ],
        "conflict": _conflict(group, posted, conflict, url["group"]) if conflict else None,
        "errors": list(errors),
        "back_url": reverse("sessions:calendar", args=[slug])
        + f"?view=day&on={first.served_on}&clinician={first.clinician_id}",
    }  # fmt: skip


def _conflict(group: Group, posted: Posted | None, message: str, url: str) -> dict[str, Any]:
    """Context of sessions/conflict.html: what all share and each client's own line, where another window has others."""
    draft = group.draft
    told = {"message": message, "version": draft.version if draft else "", "url": url}
    if draft is None or posted is None:
        return told
    titles = {name: part.title for name, part in SHEETS[Kind.DAILY].parts.items()}
    titles |= {f"words-{row.pk}": row.client.name for row in group.sessions if row.pk in posted.own}
    theirs = draft.parts | {f"words-{pk}": draft.own_of(pk).words for pk in posted.own}
    mine = posted.parts | {f"words-{pk}": own.words for pk, own in posted.own.items()}
    return told | {
        "there": conflicts.saved_line(draft, group.first.location.zone),
        "pairs": conflicts.pairs(titles, theirs, mine),
        "minutes": conflicts.minutes(draft.typed, posted.lines),
    }


URLS = (
    "group", "save_group", "change_group_rows", "attendance", "sign_group", "add_to_group", "move_group", "cancel_group",
)  # fmt: skip


def _typed(group: Group, posted: Posted | None, *, editable: bool) -> dict[str, Any]:
    """What all share: rows, parts, and what is missing."""
    rows = posted.rows if posted else _rows(group)
    draft = group.draft
    session = group.first
    called = service_rows.services(session, None, rows, "text")
    return {
        "rows": called["rows"],
        "quick_codes": called["quick_codes"],
        "all_codes": called["all_codes"],
        "writing": plain(posted.parts if posted else draft.parts if draft else dict.fromkeys(PARTS, "")),
        "version": (posted.version or "") if posted else draft.version if draft else "",
        **(live(group, posted) if editable else {}),
    }


def live(group: Group, posted: Posted | None) -> dict[str, Any]:
    """What changes with every save."""
    draft = group.draft
    standing = draft or _first_draft(group)
    shared = posted.parts if posted else draft.parts if draft else {}
    names = actions.named_in(draft, group.sessions, group.apart)
    needed = [name for name in PARTS if not shared.get(name, "").strip()]
    return {
        "save_line": f"Draft saved {at_time(draft.saved_at, group.first.location.zone)}"
        if draft
        else "Nothing typed yet",
        "missing": group.missing(standing),
        "needed": set(needed),
        "sign_label": f"Sign {plural(len(group.came), 'note')}" if group.came else "Sign notes",
        "sign_says": _sign_says(group),
        "names": actions.say_named(names),
        "names_checked": posted.names_checked if posted else False,
        "wants": {row.pk: _wants(group, row, standing) for row in group.sessions},
    }


def _first_draft(group: Group) -> GroupDraft:
    """What the page shows before anything was typed."""
    rows = [row.typed for row in _rows(group)]
    return GroupDraft(appointment=group.appointment, lines=[line.kept for line in rows])


def _sign_says(group: Group) -> str:
    count = len(group.came)
    if not count:
        return ""
    out = sum(row.state in GONE for row in group.sessions)
    rest = f" {plural(out, 'client')} without a note." if out else ""
    each = "One note is" if count == 1 else f"{count} notes are"
    return f"{each} signed in your name; a signature cannot be undone.{rest}"


def _wants(group: Group, row: Session, draft: GroupDraft | None) -> str:
    return minutes.say_missing(group.wants(row, draft)) if row.state == SessionState.ARRIVED else ""


def _rows(group: Group) -> list[forms.Row]:
    """The draft's codes, else the code of a group for as long as it was booked."""
    if group.draft:
        kept = group.draft.typed
    else:
        code = OFFERED.get(group.first.case.discipline)
        kept = [Typed(code, group.first.minutes_booked)] if code else []
    return [forms.Row.of(position, line) for position, line in enumerate(kept, start=1)]


def _counts(group: Group) -> str:
    words = (
        (len(group.came), "present"),
        (sum(row.state == SessionState.SIGNED for row in group.sessions), "signed"),
        (sum(row.state == SessionState.MISSED for row in group.sessions), "missed"),
        (sum(row.state == SessionState.CANCELLED for row in group.sessions), "canceled"),
        (len(group.waiting), "to mark"),
    )
    return ", ".join(f"{count} {word}" for count, word in words if count)


def _client(request: Any, group: Group, row: Session, posted: Posted | None) -> dict[str, Any]:
    slug, state = request.practice.slug, SessionState(row.state)
    word, kind, icon = BADGES[state]
    own = posted.own.get(row.pk) if posted else None
    if own is None:
        own = group.draft.own_of(row.pk) if group.draft else None
    reads = request.member.may(Permission.READ_NOTE)
    return {
        "pk": row.pk,
        "name": row.client.name,
        "about": row.case.complaint,
        "url": reverse("sessions:session", args=[slug, row.pk]) if reads else
               reverse("sessions:booking", args=[slug, row.pk]),
        "badge": {"word": word, "kind": kind, "icon": icon},
        "signed": state == SessionState.SIGNED,
        "out": state in GONE,
        "apart": row.pk in group.apart,
        "marks": [
            {"value": value.value, "label": label, "icon": icon, "current": state == value}
            for value, label, icon in MARKS
        ],
        "words": own.words if own else "",
        "minutes": [_box(group, row, each, posted) for each in (posted.rows if posted else _rows(group))],
    }  # fmt: skip


def _box(group: Group, row: Session, line: forms.Row, posted: Posted | None) -> dict[str, str]:
    box = f"minutes-{row.pk}-{line.code}"
    if posted:
        typed = posted.boxes.get(box, "")
    else:
        own = group.draft.own_of(row.pk) if group.draft else None
        typed = next((each.text for each in own.lines if each.code == line.code), "") if own else ""
    return {
        "name": box,
        "code": line.code,
        "text": typed,
        "all": line.text,
        "error": posted.wrong.get(box, "") if posted else "",
    }


def saved(group: Group, posted: Posted, errors: Mapping[str, str]) -> dict[str, Any]:
    """Context of sessions/group_saved.html: the answer of an autosave; a client's error stands in her row."""
    called = labels(row.code for row in posted.rows)
    shown = live(group, posted)
    hers = {pk: errors[f"own.{pk}"] for pk in shown["wants"] if f"own.{pk}" in errors}
    return {
        **shown,
        "wants": shown["wants"] | hers,
        "version": group.draft.version if group.draft else posted.version or "",
        "rows": [service_rows.shown(row, called) for row in posted.rows],
        "boxes": [{"name": box, "error": posted.wrong.get(box, "")} for box in posted.boxes],
        "errors": list(errors.values()),
        "part_names": PARTS,
    }
