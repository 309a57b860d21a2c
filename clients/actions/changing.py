"""What the verbs that change a row share: read what was typed, see whether the row is still what was seen, write."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from clients.fingerprints import fingerprint
from clients.models import Client
from practice import addresses
from practice.findings import BadInput, Conflict

CHANGED = "Somebody changed this after you opened it. Compare it with the chart; saving again keeps what stands here."
READERS: dict[str, Callable[[str], str]] = {
    "phone": addresses.phone,
    "fax": addresses.phone,
    "adjuster_phone": addresses.phone,
    "zip": addresses.zip_code,
    "state": addresses.state,
    "accident_state": addresses.state,
}
NAMES = {"first_name": "Enter the first name", "last_name": "Enter the last name"}


def read_person(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Names, addresses and numbers as they are kept. Raises BadInput with every field that cannot be read."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    errors: dict[str, str] = {}
    for name, reader in READERS.items():
        if isinstance(values.get(name), str):
            try:
                values[name] = reader(values[name])
            except ValueError as wrong:
                errors[name] = str(wrong)
    if values.get("email"):
        try:
            validate_email(values["email"])
        except ValidationError:
            errors["email"] = "Write an e-mail address such as name@mail.example"
    errors |= {name: words for name, words in NAMES.items() if values.get(name) == ""}
    if errors:
        raise BadInput(errors)
    return values


def locked[M: models.Model](row: M, seen: str = "", extra: Callable[[M], object] | None = None) -> M:
    """The row as it is now, held until the end of the transaction. `seen` is its fingerprint when it was opened.

    Of charts the one that lives is written to: raises Conflict for one that was merged. What stands on that one, a
    plan or a case, is shown on the other and changed from there.
    """
    now = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if isinstance(now, Client) and now.merged_into_id is not None:
        raise Conflict(f"This chart was merged into chart {now.survivor.number} meanwhile. Open that one.")
    if seen and seen != fingerprint(now, extra(now) if extra else ""):
        raise Conflict(CHANGED)
    return now


def write(row: models.Model, values: Mapping[str, Any]) -> dict[str, str]:
    """Save what differs; returns the values before, for the audit. Nothing different saves nothing."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, values[name])
    if before:
        row.save(update_fields=list(before))
    return {name: str(value)[:80] if value is not None else "" for name, value in before.items()}
