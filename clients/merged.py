"""Charts of one person that were merged: which belong together, and who said so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F, Q

from practice import clock
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel, current_practice_id

DOWN = """
WITH RECURSIVE chart(id) AS (
    SELECT unnest(%s::bigint[])
    UNION SELECT c.id FROM chart JOIN clients_client c ON c.practice_id = %s AND c.merged_into_id = chart.id
) SELECT id FROM chart
"""
BOTH_WAYS = """
WITH RECURSIVE chart(id) AS (
    SELECT unnest(%s::bigint[])
    UNION SELECT near.id FROM chart, LATERAL (
        SELECT merged_into_id AS id FROM clients_client
        WHERE practice_id = %s AND id = chart.id AND merged_into_id IS NOT NULL
        UNION ALL SELECT id FROM clients_client WHERE practice_id = %s AND merged_into_id = chart.id
    ) AS near
) SELECT id FROM chart
"""


def whole_charts(ids: list[int], *, up: bool = True) -> list[int]:
    """`ids` and what was merged into them; `up`: also what they were merged into, so all of each person's."""
    practice = current_practice_id()
    with connection.cursor() as cursor:
        cursor.execute(BOTH_WAYS if up else DOWN, [ids, practice, practice] if up else [ids, practice])
        return [id for (id,) in cursor.fetchall()]


PAIRS = """
WITH RECURSIVE pair(asked, id) AS (
    SELECT a, a FROM unnest(%s::bigint[]) AS a
    UNION SELECT pair.asked, near.id FROM pair, LATERAL (
        SELECT merged_into_id AS id FROM clients_client
        WHERE practice_id = %s AND id = pair.id AND merged_into_id IS NOT NULL
        UNION ALL SELECT id FROM clients_client WHERE practice_id = %s AND merged_into_id = pair.id
    ) AS near
) SELECT id, asked FROM pair
"""


def charts_of(asked: Iterable[int]) -> dict[int, list[int]]:
    """For each chart of the same people, to which of `asked` it belongs."""
    practice, found, ids = current_practice_id(), defaultdict[int, list[int]](list), sorted(asked)
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [ids, practice, practice])
        for id, mine in cursor.fetchall():
            found[id].append(mine)
    return found


def by_client[Row: Any](rows: Iterable[Row], homes: Mapping[int, Sequence[int]]) -> dict[int, list[Row]]:
    """Rows that have a client, by each of the charts that `charts_of` was asked for."""
    found = defaultdict[int, list[Row]](list)
    for row in rows:
        for client in homes[row.client_id]:
            found[client].append(row)
    return found


class Merged:
    """What a client knows of the charts that are one with hers."""

    @property
    def ids(self: Any) -> list[int]:
        """Every chart of this person, whichever of them this one is: for every read of all that is hers."""
        return whole_charts([self.pk])

    @property
    def taken_in(self: Any) -> list[int]:
        """This chart and those that were merged into it: what it brings along, or takes with it."""
        return whole_charts([self.pk], up=False)

    @property
    def survivor(self: Any) -> Any:
        """The chart at the end of the merges; herself when there was none."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


class ClientMerge(TenantModel):
    """That a person said two charts are one, or took it back (`undoes`). Insert only; what counts is `merged_into`."""

    client = TenantForeignKey("clients.Client", related_name="merges", help_text="the duplicate")
    into = TenantForeignKey("clients.Client", related_name="absorbed")
    reason = models.CharField(max_length=200, blank=True)
    undoes = TenantForeignKey("self", null=True, related_name="undone_by")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "undoes"], name="one_undoing_of_a_merge"),
            models.CheckConstraint(condition=~Q(client=F("into")), name="merge_of_two_charts"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} into {self.into_id}"
