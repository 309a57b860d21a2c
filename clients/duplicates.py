"""Heart. Whether two charts may be one person's, and why, in words.

Nicknames are not known and nothing is guessed from sound: a pair needs one of four facts.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

OWN_LETTERS = str.maketrans("øłđı", "oldi")


def folded(name: str) -> str:
    """Lowercase without accents, spaces, hyphens, apostrophes and dots: the database's `folded` in Python."""
    apart = unicodedata.normalize("NFKD", name)
    return re.sub("[\u0300-\u036f '’.,-]", "", apart).lower().translate(OWN_LETTERS)


@dataclass(frozen=True)
class Person:
    """What is compared. `plans` are (payer id, member ID); `id` is the chart's."""

    id: int
    first_name: str
    last_name: str
    birth_on: date
    phone: str = ""
    plans: frozenset[tuple[int, str]] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Likeness:
    """How sure, from 1 to 100, and why."""

    score: int
    reasons: tuple[str, ...]


def alike(a: Person, b: Person) -> Likeness | None:
    """Why two charts may be one person's; None when nothing says so."""
    same_birth, last = a.birth_on == b.birth_on, folded(a.last_name) == folded(b.last_name)
    first, other = folded(a.first_name), folded(b.first_name)
    found = []
    if same_birth and last and first == other:
        found.append((95, "same name and birth date"))
    elif same_birth and last and first[:2] == other[:2]:
        found.append((80, "same birth date and last name, first names begin alike"))
    elif same_birth and first == folded(b.last_name) and other == folded(a.last_name):
        found.append((85, "same birth date, first and last name exchanged"))
    if same_birth and a.phone and a.phone == b.phone and first[:1] == other[:1]:
        found.append((75, "same birth date and phone"))
    if a.plans & b.plans and same_birth:
        found.append((90, "same member ID with the same payer"))
    if not found:
        return None
    found.sort(reverse=True)
    return Likeness(min(99, found[0][0] + len(found) - 1), tuple(reason for _, reason in found))


def pairs(people: Iterable[Person]) -> list[tuple[Person, Person, Likeness]]:
    """All pairs that may be one person, surest first. Only those that share a key are compared."""
    by_key: dict[object, list[Person]] = {}
    for person in people:
        for key in _keys(person):
            by_key.setdefault((person.birth_on, key), []).append(person)
    found: dict[tuple[int, int], tuple[Person, Person, Likeness]] = {}
    for same in by_key.values():
        for a, b in combinations(sorted(same, key=lambda person: person.id), 2):
            if (a.id, b.id) not in found and (likeness := alike(a, b)):
                found[a.id, b.id] = (a, b, likeness)
    return sorted(found.values(), key=lambda pair: (-pair[2].score, pair[0].id, pair[1].id))


def _keys(person: Person) -> set[object]:
    """What a person must share with another, beside the birth date, to be compared at all."""
    first, last = folded(person.first_name), folded(person.last_name)
    phone = {("phone", person.phone)} if person.phone else set()
    return {("names", *sorted((first, last))), ("begins", last, first[:2])} | phone | set(person.plans)
