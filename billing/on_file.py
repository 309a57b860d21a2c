"""From rows to the facts of `billing.notices`: the advance notices of clients, in one query."""

from collections import defaultdict
from collections.abc import Iterable

from billing.advance_notices import AdvanceNotice
from billing.notices import Kind, Notice, Option


def notices_of(clients: Iterable[int]) -> dict[int, list[Notice]]:
    """The notices on file by client id, oldest first; none for who has none."""
    rows = AdvanceNotice.objects.filter(client__in=clients).order_by("id")
    found: dict[int, list[Notice]] = defaultdict(list)
    for pk, client, coverage, codes, kind, starts_on, option, signed_on, ends_on in rows.values_list(
        "id", "client_id", "coverage_id", "codes", "kind", "starts_on",
        "signatures__option", "signatures__signed_on", "withdrawals__ends_on",
    ):  # fmt: skip
        found[client].append(
            Notice(
                id=pk,
                coverage=coverage,
                codes=frozenset(codes),
                kind=Kind(kind),
                starts_on=starts_on,
                option=Option(option) if option else None,
                signed_on=signed_on,
                ends_on=ends_on,
            )
        )
    return found
