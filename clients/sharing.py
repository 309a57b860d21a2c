"""Who owes the shares of clients: from rows to the heart's rules."""

from collections import defaultdict
from collections.abc import Collection

from clients.merged import by_client, charts_of
from clients.models import Client, GuarantorShare
from clients.shares import Share, in_force
from practice.models import local_today


def rules_of(clients: Collection[int]) -> dict[int, list[Share]]:
    """The rules of clients, on whichever chart of theirs they were said, in two statements."""
    homes = charts_of(clients)
    rows = by_client(GuarantorShare.objects.filter(client__in=homes).order_by("id"), homes)
    return defaultdict(list, {client: [row.facts for row in found] for client, found in rows.items()})


def sharing_today(client: Client, contact: int | None = None) -> Share | None:
    """The rule that holds today, else the next that begins; of a person if one is named."""
    today, rules = local_today(), rules_of({client.pk})[client.pk]
    days = sorted({today, *(rule.starts_on for rule in rules if rule.starts_on > today)})
    found = (in_force(rules, each) for each in days)
    return next((rule for rule in found if rule and contact in (None, rule.first, rule.other)), None)
