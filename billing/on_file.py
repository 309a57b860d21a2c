"""From rows to the facts of `billing.notices`: the advance notices of clients, in two queries."""

from collections import defaultdict
from collections.abc import Iterable

from billing.advance_notices import AdvanceNotice
from billing.notices import Kind, Notice, Option
from clients.merged import charts_of


def notices_of(clients: Iterable[int]) -> dict[int, list[Notice]]:
    """The notices on file by client id, on whichever chart of hers, oldest first; none for who has none."""
    homes = charts_of(clients)
    rows = AdvanceNotice.objects.filter(client__in=homes).order_by("id")
    found: dict[int, list[Notice]] = defaultdict(list)
    for pk, client, coverage, codes, kind, starts_on, option, signed_on, ends_on in rows.values_list(
        "id", "client_id", "coverage_id", "codes", "kind", "starts_on",
        "signatures__option", "signatures__signed_on", "withdrawals__ends_on",
    ):  # fmt: skip
        notice = Notice(
            id=pk,
            coverage=coverage,
            codes=frozenset(codes),
            kind=Kind(kind),
            starts_on=starts_on,
            option=Option(option) if option else None,
            signed_on=signed_on,
            ends_on=ends_on,
        )
        for mine in homes[client]:
            found[mine].append(notice)
    return found
