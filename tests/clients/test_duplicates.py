"""Whether two charts look like one person's, and why."""

from datetime import date
from random import Random

import pytest

from clients.duplicates import Person, alike, folded, pairs

BORN = date(1955, 2, 3)
WALTER = Person(1, "Walter", "Nakamura", BORN, "6305550142", frozenset({(7, "W123456789")}))


@pytest.mark.parametrize(
    ("other", "score", "reasons"),
    [
        (Person(2, "WALTER", "Naka-mura", BORN), 95, ("same name and birth date",)),
        (Person(2, "Wally", "Nakamura", BORN), 80, ("same birth date and last name, first names begin alike",)),
        (Person(2, "Nakamura", "Walter", BORN), 85, ("same birth date, first and last name exchanged",)),
        (Person(2, "Walt", "Naka", BORN, "6305550142"), 75, ("same birth date and phone",)),
        (
            Person(2, "Ida", "Sato", BORN, "", frozenset({(7, "W123456789")})),
            90,
            ("same member ID with the same payer",),
        ),
        (
            Person(2, "Walter", "Nakamura", BORN, "6305550142"),
            96,
            ("same name and birth date", "same birth date and phone"),
        ),
    ],
)
def test_alike(other: Person, score: int, reasons: tuple[str, ...]) -> None:
    found = alike(WALTER, other)
    assert found is not None and (found.score, found.reasons) == (score, reasons)
    assert pairs([other, WALTER]) == [(WALTER, other, found)]


@pytest.mark.parametrize(
    "other",
    [
        Person(2, "Walter", "Nakamura", date(1956, 2, 3), "6305550142"),
        Person(2, "Ida", "Nakamura", BORN, "6305550142"),  # a twin at the same phone
        Person(2, "Ida", "Sato", BORN, "", frozenset({(8, "W123456789")})),
    ],
)
def test_not_alike(other: Person) -> None:
    assert alike(WALTER, other) is None
    assert pairs([WALTER, other]) == []


def test_folded() -> None:
    assert [folded(name) for name in ("Muñoz", "O’Brien", "De la-Cruz", "Søren", "Łukasz")] == [
        "munoz", "obrien", "delacruz", "soren", "lukasz",
    ]  # fmt: skip


def test_ten_thousand_of_one_birth_date_are_compared_by_key() -> None:
    rng = Random(1)
    people = [Person(n, f"{rng.randrange(10**6):06}", f"L{n}", BORN) for n in range(10_000)]
    assert pairs([*people, Person(10_000, people[5].first_name, "L5", BORN)]) != []
