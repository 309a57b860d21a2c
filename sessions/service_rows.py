"""The service rows of a session's page: what stands in them, who may have helped, which codes may be added."""

from typing import Any

from sessions import forms, minutes
from sessions.assisting import assistants_for
from sessions.codes import QUICK, for_discipline
from sessions.descriptors import labels
from sessions.lines import current_lines
from sessions.models import Note, NoteDraft, PlanOfCare, Session


def services(session: Session, draft: NoteDraft | None, rows: list[forms.Row], keyboard: str) -> dict[str, Any]:
    """The part of sessions/panel.html that services.html shows. `keyboard`: what phones show at a box of minutes."""
    offered = [entry.code for entry in for_discipline(session.case.discipline)]
    called = labels([*offered, *QUICK.get(session.case.discipline, ()), *(row.code for row in rows)])
    return {
        "rows": [shown(row, called, keyboard) for row in rows],
        "assistants": _assistants(session, draft),
        "quick_codes": _quick(session, rows, called),
        "all_codes": [{"code": code, "label": called[code]} for code in offered],
    }


def rows(session: Session, draft: NoteDraft | None, note: Note | None) -> list[forms.Row]:
    """Signed minutes, or the draft's, or the codes planned for the day."""
    if note:
        kept = [line.typed for line in current_lines(session)]
    elif draft:
        kept = draft.typed
    else:
        plan = plan_on(session)
        kept = [minutes.Typed(code, None) for code in (plan.codes if plan else [])]
    return [forms.Row.of(position, line) for position, line in enumerate(kept, start=1)]


def plan_on(session: Session) -> PlanOfCare | None:
    """The plan of care in force on the day of a session."""
    plans = PlanOfCare.objects.filter(
        case_id=session.case_id, starts_on__lte=session.served_on, ends_on__gte=session.served_on
    )
    return plans.order_by("-pk").first()  # a later one corrects those before it


def shown(row: forms.Row, called: dict[str, str], keyboard: str = "numeric") -> dict[str, Any]:
    """A row of sessions/services.html; `called` is what people read beside each code."""
    return {
        "position": row.position,
        "code": row.code,
        "label": called.get(row.code, "Unknown code"),
        "modifiers": [],
        "attested": " ".join(row.typed.modifiers),
        "minutes": row.text,
        "minutes_error": row.error,
        "keyboard": keyboard if row.text.isdigit() or not row.text else "text",
        "colour": (row.position - 1) % 6 + 1,
    }


def _assistants(session: Session, draft: NoteDraft | None) -> list[dict[str, Any]]:
    """Who may have helped, to choose from."""
    there = assistants_for(session)
    chosen = draft.assistant_id if draft and draft.assistant_id else there[0].pk if len(there) == 1 else None
    return [{"id": one.pk, "name": one.name, "chosen": one.pk == chosen} for one in there]


def _quick(session: Session, rows: list[forms.Row], called: dict[str, str]) -> list[dict[str, str]]:
    there = {row.code for row in rows}
    codes = [code for code in QUICK.get(session.case.discipline, ()) if code not in there]
    return [{"code": code, "label": called[code]} for code in codes[:3]]
