"""Statements: what a person owes on a day, visit by visit. One or many at once, the cost of asking the same."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from billing.actions.invoicing import DUE_AFTER
from billing.letters.frozen import kept, sender
from billing.letters.owing import Owed, credits_of, owed_by, printed
from billing.letters.shares import total
from billing.models import Statement
from clients.models import Contact
from practice import audit, numbers
from practice.models import Membership, local_today
from practice.money import ZERO

SERIES, FIRST_NUMBER = "statement", 1001


@transaction.atomic
def make_statements(*, by: Membership | None, contacts: Sequence[int], key: str) -> list[Statement]:
    """A statement for each person who owes something; the others are left alone.

    `key` is made when the form is shown: pressing twice makes each once. Who was told the same amount today already
    is not told again: hers of today is the answer. People are locked in order, so that two presses at once do not both
    count them.
    """
    people = list(Contact.objects.select_for_update().filter(pk__in=contacts).order_by("pk"))
    keys = {contact.pk: f"{key}:{contact.pk}" for contact in people}
    known = list(Statement.objects.filter(key__in=list(keys.values())))
    left = [contact for contact in people if contact.pk not in {row.contact_id for row in known}]
    owed = owed_by([contact.pk for contact in left])
    today = local_today()
    known += _of_today(owed, today)
    told_already = {row.contact_id for row in known}
    owing = [contact for contact in left if contact.pk in owed and contact.pk not in told_already]
    if not owing:
        return known
    head = sender()
    credits = credits_of(list(owed))
    rows = []
    for number, contact in zip(numbers.take(SERIES, len(owing), first=FIRST_NUMBER), owing, strict=True):
        told = printed(contact, owed[contact.pk], credits.get(contact.pk, ZERO), today, head)
        days = [row.charge.served_on for row in owed[contact.pk]]
        rows.append(
            Statement(
                number=number, contact=contact, stated_on=today, due_on=today + DUE_AFTER, first_on=min(days),
                last_on=max(days), owed=told["totals"]["owed"], credit=told["credit"], printed=kept(told),
                key=keys[contact.pk], made_by=by,
            )
        )  # fmt: skip
    made = Statement.objects.bulk_create(rows)
    audit.record_many("make statement", made)
    return [*known, *made]


def _of_today(owed: dict[int, list[Owed]], today: date) -> list[Statement]:
    """The last statement of today of each who owes what it says."""
    last = {row.contact_id: row for row in Statement.objects.filter(contact__in=owed, stated_on=today).order_by("id")}
    return [row for contact, row in last.items() if row.owed == total(each.share for each in owed[contact]).owed]
