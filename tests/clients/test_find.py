"""The find box: names without accents in either order, birth dates, phones. How fast: tests/benchmarks/find.py."""

from datetime import date

import pytest

from clients.models import Client
from clients.names import as_day
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with world.practice() as here:
        for first, last in (
            ("Lucía", "Muñoz"),
            ("Ann-Marie", "O’Brien"),
            ("Søren", "De la Cruz"),
            ("Walter", "Nakamura"),
        ):
            client = here.client(first=first, last=last).client
            Client.objects.filter(pk=client.pk).update(phone=f"630555{client.number:04}")
        Client.objects.filter(last_name="Muñoz").update(birth_on=date(1961, 7, 9))
        yield here


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Munoz", ["Muñoz"]),
        ("MUÑ", ["Muñoz"]),
        ("lucia mun", ["Muñoz"]),
        ("munoz luc", ["Muñoz"]),
        ("obrien", ["O’Brien"]),
        ("O'Brien annm", ["O’Brien"]),
        ("soren", ["De la Cruz"]),
        ("delacruz", ["De la Cruz"]),
        ("7/9/1961", ["Muñoz"]),
        ("1961-07-09", ["Muñoz"]),
        ("1004", ["Nakamura"]),
        ("5551002", ["O’Brien"]),
        ("munoz walter", []),
        ("uñoz", []),
        ("2/30/1961", []),
        ("\0", ["De la Cruz", "Muñoz", "Nakamura", "O’Brien"]),
    ],
)
def test_a_client_is_found_by(people: world.World, text: str, found: list[str]) -> None:
    rows = Client.objects.find_people(text).order_by("last_name")
    assert [row.last_name for row in rows] == found


def test_what_was_found_is_sorted_by_itself(people: world.World) -> None:
    rows = Client.objects.find_people("s").by_name("s")
    assert "LOWER" in str(rows.query)
    assert [row.last_name for row in Client.objects.find_people("").by_name()] == [
        "De la Cruz", "Muñoz", "Nakamura", "O’Brien",
    ]  # fmt: skip


def test_days_as_people_write_them() -> None:
    assert as_day("2/3/1955") == as_day("02-03-1955") == as_day("1955-02-03") == date(1955, 2, 3)
    assert as_day("13/45/1955") is None and as_day("nakamura") is None
