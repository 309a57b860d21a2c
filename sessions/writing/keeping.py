"""Verbs about what is kept to write with: templates and phrases, one's own or shared with the practice."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from practice import audit, clock
from practice.findings import BadInput
from practice.models import Membership
from practice.permissions import Permission
from sessions.minutes import PARTS
from sessions.note_kinds import Kind
from sessions.writing.models import Kept, NoteTemplate, Phrase
from sessions.writing.wording import shortcut_problem

MOST_PHRASES, LONGEST_PHRASE = 60, 600  # each: one's own, and shared
MOST_TEMPLATES, LONGEST_PART, LONGEST_NAME = 40, 5000, 60


def phrases_of(member: Membership) -> QuerySet[Phrase]:
    """Her own and the shared ones, by shortcut; her own first where both are called the same."""
    return Phrase.objects.filter(_hers(member)).select_related("owner__user").order_by("shortcut", "shared", "pk")


def templates_of(member: Membership) -> QuerySet[NoteTemplate]:
    return NoteTemplate.objects.filter(_hers(member)).select_related("owner__user").order_by("kind", "name", "pk")


def _hers(member: Membership) -> Q:
    return Q(removed_at=None) & (Q(owner=member) | Q(shared=True))


def may_change(kept: Kept, member: Membership) -> bool:
    """Who keeps it; of what is shared also who may change the practice's settings."""
    return kept.owner_id == member.pk or (kept.shared and member.may(Permission.MANAGE_PRACTICE))


@transaction.atomic
def keep_phrase(
    *, by: Membership, shortcut: str, text: str, shared: bool = False, phrase: Phrase | None = None
) -> Phrase:
    """Keep words behind a shortcut: new ones, or others in the place of `phrase`."""
    shortcut, text = shortcut.strip().lower(), text.replace("\r\n", "\n").strip()
    if problem := shortcut_problem(shortcut):
        raise BadInput(shortcut=problem)
    if not text:
        raise BadInput(text="Write what the shortcut stands for")
    if len(text) > LONGEST_PHRASE:
        raise BadInput(text=f"A phrase has at most {LONGEST_PHRASE} characters; this one has {len(text):,}")
    row = _changed(by, phrase, Phrase(owner=by), shared, MOST_PHRASES, "phrases")
    row.shortcut, row.text = shortcut, text
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise BadInput(shortcut=f"{shortcut} is taken; choose another, or change that phrase") from None
    audit.record("keep phrase", row)
    return row


@transaction.atomic
def keep_template(
    *,
    by: Membership,
    name: str,
    kind: Kind,
    parts: Mapping[str, str],
    shared: bool = False,
    template: NoteTemplate | None = None,
) -> NoteTemplate:
    """Keep a skeleton of a kind of note: a new one, or another text in the place of `template`."""
    words = {part: parts.get(part, "").replace("\r\n", "\n").strip("\n") for part in PARTS}
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise BadInput(name=f"Give the template a name of at most {LONGEST_NAME} characters")
    if not any(text.strip() for text in words.values()):
        raise BadInput(subjective="Write text for one part at least")
    if long := [part for part, text in words.items() if len(text) > LONGEST_PART]:
        raise BadInput(dict.fromkeys(long, f"A part of a template has at most {LONGEST_PART:,} characters"))
    row = _changed(by, template, NoteTemplate(owner=by), shared, MOST_TEMPLATES, "templates")
    row.name, row.kind = name.strip(), kind
    for part, text in words.items():
        setattr(row, part, text)
    row.save()
    audit.record("keep template", row)
    return row


@transaction.atomic
def remove(*, by: Membership, kept: Phrase | NoteTemplate) -> None:
    """Out of every menu. Notes that were written with it stay as they are."""
    _require_hers(kept, by)
    kept.removed_at = clock.now()
    kept.save(update_fields=["removed_at"])
    audit.record("remove phrase" if isinstance(kept, Phrase) else "remove template", kept)


def _changed[Row: (Phrase, NoteTemplate)](
    by: Membership, before: Row | None, new: Row, shared: bool, most: int, called: str
) -> Row:
    """The row to write, with whom it is shared; as many as a menu can show."""
    row = before or new
    if before:
        _require_hers(before, by)
    if before is None or before.shared != shared:
        whose = Q(shared=True) if shared else Q(shared=False, owner=row.owner)
        if type(row).objects.filter(whose, removed_at=None).count() >= most:
            whom = "The practice has" if shared else "You have"
            raise BadInput(shared=f"{whom} {most} {called} already; remove one first")
    row.shared, row.changed_at = shared, clock.now()
    return row


def _require_hers(kept: Kept, by: Membership) -> None:
    if not may_change(kept, by):
        raise PermissionDenied("Only who keeps this, or an owner where it is shared, changes it.")
