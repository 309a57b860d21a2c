"""Charts that may be the person's who is about to get one."""

from dataclasses import dataclass

from clients import member_ids
from clients.duplicates import Likeness, Person, alike
from clients.models import Client


@dataclass(frozen=True)
class Twin:
    """A chart and why it may be the same person's."""

    client: Client
    likeness: Likeness


def person(client: Client) -> Person:
    """What is compared of a chart. Reads its coverages: fetch them with it."""
    plans = frozenset((coverage.payer_id, coverage.member_id) for coverage in client.coverages.all())
    return Person(client.pk, client.first_name, client.last_name, client.birth_on, client.phone, plans)


def twins_of(new: Person) -> list[Twin]:
    """The charts in use or not that may be hers, surest first. No merged ones: their people have another chart.

    Only charts with her birthday are read, which the database finds in one look; all four facts of the heart need it.
    """
    rows = Client.objects.filter(birth_on=new.birth_on, merged_into=None).prefetch_related("coverages")
    found = [Twin(row, likeness) for row in rows.order_by("id") if (likeness := alike(new, person(row)))]
    return sorted(found, key=lambda twin: -twin.likeness.score)


def plan(payer_id: int, member_id: str) -> frozenset[tuple[int, str]]:
    """A plan as it is compared."""
    return frozenset({(payer_id, member_ids.clean(member_id))})
