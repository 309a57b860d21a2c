"""Charts that may be one person's: those that are there, and one who is about to get one."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from clients import member_ids
from clients.duplicates import Likeness, Person, alike
from clients.models import Client, Coverage


@dataclass(frozen=True)
class Twin:
    """A chart and why it may be the same person's."""

    client: Client
    likeness: Likeness


def people(charts: QuerySet[Client]) -> list[Person]:
    """Charts as the heart compares them, in two queries."""
    plans: dict[int, set[tuple[int, str]]] = defaultdict(set)
    held = Coverage.objects.filter(client__in=charts.values("pk"))
    for client, payer, member_id in held.values_list("client_id", "payer_id", "member_id"):
        plans[client].add((payer, member_id))
    rows = charts.values_list("id", "first_name", "last_name", "birth_on", "phone")
    return [Person(*row, frozenset(plans[row[0]])) for row in rows]


def twins_of(new: Person) -> list[Twin]:
    """The charts in use or not that may be hers, surest first. No merged ones: their people have another chart.

    Only charts with her birthday are read, which the database finds in one look; all four facts of the heart need it.
    """
    born = people(Client.objects.surviving().filter(birth_on=new.birth_on))
    found = {person.id: likeness for person in born if (likeness := alike(new, person))}
    rows = Client.objects.filter(pk__in=found).order_by("id")
    return sorted((Twin(row, found[row.pk]) for row in rows), key=lambda twin: -twin.likeness.score)


def plan(payer_id: int, member_id: str) -> frozenset[tuple[int, str]]:
    """A plan as it is compared."""
    return frozenset({(payer_id, member_ids.clean(member_id))})
