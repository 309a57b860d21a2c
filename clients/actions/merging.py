"""Verbs about duplicates: two charts become one by a pointer, and apart again. No row but the pointer changes."""

from django.db import transaction

from clients.models import Client, ClientMerge
from practice import audit, work
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Membership

MERGING = "merge clients"


@transaction.atomic
def merge_clients(*, by: Membership, duplicate: Client, into: Client, reason: str = "") -> ClientMerge:
    """`duplicate` points at `into`; every read of all that is hers follows. Open balances are moved by billing.

    Both charts survive until then: one that was merged before is refused, so pointers never make a circle.
    """
    if duplicate.pk == into.pk:
        raise BadInput(into="Choose two different charts")
    charts = _held(duplicate.pk, into.pk)
    for chart in charts.values():
        if chart.merged_into_id is not None:
            end = chart.survivor
            raise Conflict(f"Chart {chart.number} was merged into chart {end.number}. Merge that one.")
    Client.objects.filter(pk=duplicate.pk).update(merged_into=into)
    row = ClientMerge.objects.create(client=duplicate, into=into, reason=reason.strip(), by=by)
    audit.record("merge client", duplicate, client_id=duplicate.pk, into=into.pk, into_number=into.number)
    audit.record("take in merged client", into, client_id=into.pk, chart=duplicate.pk, number=duplicate.number)
    work.ring("billing.move_merged")
    return row


@transaction.atomic
def unmerge_client(*, by: Membership, client: Client) -> ClientMerge:
    """Clear the pointer. What may speak against it is asked first by `billing.actions.unmerge`."""
    _held(client.pk)
    merge = last_merge(client)
    if merge is None:
        raise Conflict(f"Chart {client.number} is not merged into another.")
    Client.objects.filter(pk=client.pk).update(merged_into=None)
    row = ClientMerge.objects.create(client=client, into_id=merge.into_id, undoes=merge, by=by)
    audit.record("undo merge", client, client_id=client.pk, into=merge.into_id)
    return row


def last_merge(client: Client) -> ClientMerge | None:
    """The merge that holds for a chart."""
    return ClientMerge.objects.filter(client=client, undoes=None, undone_by=None).order_by("-id").first()


def _held(*ids: int) -> dict[int, Client]:
    """Charts as they are now, locked. One merge at a time in a practice: two that cross would make a circle."""
    one_at_a_time(MERGING)
    rows = Client.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < len(set(ids)):
        raise BadInput(into="There is no such chart in this practice")
    return found
