"""Superbills: made of visits that we do not claim, and voided."""

from collections.abc import Collection

from django.db import transaction

from billing.letters.actions.voiding import said
from billing.letters.frozen import kept
from billing.letters.visits import LETTERS, MOST, Candidate, candidates, charges_of, letters_of, printed
from billing.models import Superbill, SuperbillLine, SuperbillVoid
from clients.models import Client
from practice import audit, numbers
from practice.findings import BadInput, Conflict
from practice.models import Membership, local_today
from practice.templatetags.house import day

SERIES, FIRST_NUMBER = "superbill", 1001


@transaction.atomic
def make_superbill(*, by: Membership, client: Client, charges: Collection[int], key: str) -> Superbill:
    """A superbill of some of a client's charges. A charge that may not stand on one refuses it, with the reason.

    The same key makes one; with other charges it is a Conflict.
    """
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    asked = set(charges)
    known = Superbill.objects.filter(key=key).first()
    if known:
        if (known.client_id, set(known.lines.values_list("charge", flat=True))) != (client.pk, asked):
            raise Conflict("This form made another superbill before. Open it again.")
        return known
    chosen = _chosen(client, asked)
    today = local_today()
    told = printed(client, chosen, today)
    [number] = numbers.take(SERIES, first=FIRST_NUMBER)
    superbill = Superbill.objects.create(
        number=number, client=client, made_on=today, charged=told["charged"], paid=told["paid"], printed=kept(told),
        key=key, made_by=by,
    )  # fmt: skip
    SuperbillLine.objects.bulk_create(
        SuperbillLine(superbill=superbill, charge=row.charge, charged=row.charge.amount, paid=row.paid)
        for row in chosen
    )
    audit.record("make superbill", superbill, client_id=client.pk, lines=len(chosen))
    return superbill


def _chosen(client: Client, asked: Collection[int]) -> list[Candidate]:
    if not 1 <= len(asked) <= MOST:
        raise BadInput(charges=f"Choose 1 to {MOST} visits")
    chosen = candidates(client, charges_of(client).filter(pk__in=asked))
    if len(chosen) != len(asked):
        raise BadInput(charges="One of the visits was taken back meanwhile. Open the page again")
    for row in chosen:
        if row.refusal:
            raise BadInput(charges=f"{row.charge.code} on {day(row.charge.served_on)}: {row.refusal}")
    if len(letters_of(chosen)) > len(LETTERS):
        raise BadInput(charges=f"These visits have more than {len(LETTERS)} diagnoses; make one superbill a case")
    return chosen


@transaction.atomic
def void_superbill(*, by: Membership, superbill: Superbill, reason: str) -> SuperbillVoid:
    """A superbill counts no longer; its visits may stand on another. Again is the same."""
    reason = said(reason)
    Client.objects.select_for_update(of=("self",)).get(pk=superbill.client_id)
    known = SuperbillVoid.objects.filter(superbill=superbill).first()
    if known:
        return known
    void = SuperbillVoid.objects.create(superbill=superbill, reason=reason, by=by)
    SuperbillLine.objects.filter(superbill=superbill).update(voided=True)
    audit.record("void superbill", superbill, client_id=superbill.client_id)
    return void
