"""Money of merged charts: what the duplicate's guarantor owes for her becomes the survivor's guarantor's, by transfer."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import F, Max, Q

from billing import ledger
from billing.actions.holding import lock
from billing.actions.posting import post, reverse
from billing.ledger import Account, Movement, Party
from billing.models import Charge, Entry, OpenItem, Posting
from billing.payments.held import kept_for_visits
from clients.actions import last_merge, unmerge_client
from clients.models import Authorization, Client, ClientMerge
from practice.findings import Conflict
from practice.models import Membership, local_today
from practice.money import ZERO
from sessions.models import Session, SessionEvent

SAME = Q(client__guarantor=F("into__guarantor"))


@transaction.atomic
def move_merged() -> bool:
    """Move open items of all merges that hold. Who owes is a person: with one guarantor there is nothing to do.

    A later posting on an old charge is moved too; each key names the last entry it answers, so twice does once.
    """
    holding = ClientMerge.objects.filter(undoes=None, undone_by=None).select_related("client", "into")
    today = local_today()
    for merge in holding.exclude(SAME).order_by("id"):
        source, target = merge.client.guarantor_id, merge.into.survivor.guarantor_id
        if source != target:
            lock(Q(pk__in=(source, target)))
            post([*_owed(merge, source, target, today), *_credit(merge, source, target, today)], by=None)
    return False


def _owed(merge: ClientMerge, source: int, target: int, today: date) -> Iterator[Movement]:
    items = OpenItem.objects.select_for_update(of=("self",)).filter(
        account=Account.RECEIVABLE.value, contact=source, charge__client__in=merge.client.taken_in
    )
    for item in items.exclude(balance=0).order_by("id"):
        mine = Entry.objects.filter(charge=item.charge_id, contact=source, account=Account.RECEIVABLE.value)
        last = mine.aggregate(last=Max("id"))["last"]
        yield ledger.transfer(
            key=f"merge:{merge.pk}:{item.charge_id}:{last}", on=today, charge=item.charge_id or 0,
            source=Party.contact(source), targets=[(Party.contact(target), item.balance)], reason="other share",
        )  # fmt: skip


def _credit(merge: ClientMerge, source: int, target: int, today: date) -> Iterator[Movement]:
    """Credit is a person's: it moves only when she answers for nobody else, and what waits for a visit later."""
    others = Client.objects.filter(guarantor=source).exclude(pk__in=merge.client.taken_in)
    items = OpenItem.objects.select_for_update(of=("self",)).filter(account=Account.CREDIT.value, contact=source)
    for item in items.exclude(balance=0):
        amount = -item.balance - sum((row.left for row in kept_for_visits([source])), ZERO)
        if others.exists() or amount <= ZERO:
            return
        mine = Entry.objects.filter(contact=source, account=Account.CREDIT.value)
        last = mine.aggregate(last=Max("id"))["last"]
        yield ledger.move_credit(
            key=f"merge:{merge.pk}:credit:{last}", on=today, amount=amount,
            source=Party.contact(source), target=Party.contact(target),
        )  # fmt: skip


@transaction.atomic
def unmerge(*, by: Membership, client: Client) -> ClientMerge:
    """Take a merge back, with its transfers. Refused once something was posted, signed or booked since."""
    merge = last_merge(client)
    if merge is None:
        raise Conflict(f"Chart {client.number} is not merged into another.")
    moved = Posting.objects.filter(key__startswith=f"merge:{merge.pk}:")
    if reason := _since(merge, client.taken_in):
        raise Conflict(f"Chart {client.number} stays merged: {reason}.")
    row = unmerge_client(by=by, client=client)
    ids = list(moved.values_list("pk", flat=True))
    reverse(postings=ids, key=f"unmerge:{merge.pk}", on=local_today(), by=by, memo="merge undone")
    return row


def _since(merge: ClientMerge, charts: list[int]) -> str:
    """What came since for the old chart's things, in words; empty when nothing."""
    hers = Q(session__client__in=charts) | Q(session__case__client__in=charts)
    if SessionEvent.objects.filter(hers, at__gt=merge.at).exists():
        return "a session of hers was signed or moved since"
    if Session.objects.filter(case__client__in=charts).exclude(client__in=charts).exists():
        return "a session was booked for one of its cases since"
    since = Posting.objects.filter(made_at__gt=merge.at).exclude(key__startswith=f"merge:{merge.pk}:")
    if since.filter(entries__charge__client__in=charts).exists():
        return "money was posted on one of its charges since"
    if Charge.objects.filter(day__coverage__client__in=charts).exclude(client__in=charts).exists():
        return "a visit of the other chart was charged to one of its coverages"
    leaves = Authorization.objects.all()
    if (
        leaves.filter(case__client__in=charts).exclude(coverage__client__in=charts).exists()
        or leaves.filter(coverage__client__in=charts).exclude(case__client__in=charts).exists()
    ):
        return "an authorization joins a case and a plan of both charts"
    credited = Posting.objects.filter(key__startswith=f"merge:{merge.pk}:credit:")
    people = Entry.objects.filter(posting__in=credited).values("contact")
    if since.filter(entries__account=Account.CREDIT.value, entries__contact__in=people).exists():
        return "its credit was used since"
    return ""
