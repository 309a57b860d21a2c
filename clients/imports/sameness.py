"""Heart. When two rows, or a row and a chart, speak of the same client and the same plan, and in what they differ."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from clients.imports.columns import folded

type Key = tuple[str, ...]

PERSON = ("first_name", "last_name", "birth_on", "sex", "street", "city", "state", "zip", "phone", "email")
PLAN = ("group_number", "rank", "ends_on", "relation", "copay", "visit_limit")
EXACT = ("birth_on", "sex", "zip", "phone", "rank", "ends_on", "relation", "copay", "visit_limit")


def fingerprint(values: Mapping[str, Any]) -> str:
    """32 signs that are the same for the same facts, in whatever order and words the columns stood."""
    facts = sorted((name, _folded(value)) for name, value in values.items())
    return sha256(repr(facts).encode()).hexdigest()[:32]


def _folded(value: Any) -> str:
    return " ".join(value.casefold().split()) if isinstance(value, str) else repr(value)


def named(first: str, last: str, birth_on: date) -> Key:
    """By name and birthday: how a person is found who has no number. Accents count, capitals and signs do not."""
    return ("name", folded(first), folded(last), birth_on.isoformat())


def numbered(reference: str) -> Key:
    """By the number of the system the file comes from."""
    return ("number", reference.casefold())


def keys(values: Mapping[str, Any]) -> tuple[Key, ...]:
    """Under which a client is looked for; her number goes before her name."""
    name = named(values["first_name"], values["last_name"], values["birth_on"])
    return (numbered(values["reference"]), name) if values.get("reference") else (name,)


def differing(given: Mapping[str, Any], there: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """The facts that a row gives and that are not so on the other side. What a row leaves out is no fact."""
    return [
        name for name in names if given.get(name) not in (None, "") and not _same(name, given[name], there.get(name))
    ]


def _same(name: str, given: Any, there: Any) -> bool:
    if name in EXACT:
        return bool(given == there)
    return folded(str(given)) == folded(str(there or ""))
