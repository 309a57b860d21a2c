"""The audit row, written in the transaction of the act it tells of."""

from typing import Any

from django.db import models

from practice import tenancy
from practice.models import AuditEvent


def record(verb: str, target: models.Model, *, client_id: int | None = None, **detail: Any) -> AuditEvent:
    """Write that the present member did `verb` to `target`. `detail` is short and holds no note text."""
    return AuditEvent.objects.create(**_row(verb, target, client_id, detail))


def record_many(verb: str, targets: list[Any], **detail: Any) -> None:
    """One audit row for each of `targets`, in one statement."""
    AuditEvent.objects.bulk_create(
        AuditEvent(**_row(verb, target, getattr(target, "client_id", None), detail)) for target in targets
    )


def _row(verb: str, target: models.Model, client_id: int | None, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "member_id": tenancy.current().member_id,
        "verb": verb,
        "target": target._meta.label,
        "target_id": target.pk,
        "client_id": client_id,
        "detail": detail,
    }
