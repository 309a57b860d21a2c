"""Verbs about two guarantors of one client."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from clients.actions.changing import locked
from clients.models import Client, ClientContact, Contact
from clients.share_models import GuarantorShare
from clients.shares import Rule, problem
from clients.sharing import sharing_today
from practice import audit
from practice.findings import BadInput
from practice.models import Membership, local_today
from practice.money import LARGEST
from practice.templatetags.house import day

OLDEST = timedelta(days=366)


@transaction.atomic
def share_between(
    *,
    by: Membership,
    client: Client,
    rule: str,
    starts_on: date,
    first: Contact | None = None,
    other: Contact | None = None,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
    codes: Sequence[str] = (),
) -> GuarantorShare:
    """Who owes the client's share of visits from a day on: two people by percent, by an amount of each visit or by
    service, or (`whole`) the guarantor alone again. What was charged before stays with whom it was charged to.
    """
    if rule not in list(Rule):
        raise BadInput(rule=f"Choose one of {', '.join(Rule)}")
    if abs(starts_on - local_today()) > OLDEST:
        raise BadInput(starts_on="The day is more than a year away; check the year")
    now = locked(client)
    row = _asked(now, Rule(rule), starts_on, (first, other), percent, amount, codes)
    wrong = problem(row.facts) | _strangers(now, {"first": first, "other": other} if row.first else {})
    if (row.amount and row.amount > LARGEST) or (row.percent and row.percent != round(row.percent, 2)):
        wrong |= {"amount" if row.amount else "percent": "That is more, or finer, than this system can hold"}
    if wrong:
        raise BadInput(wrong)
    row.by = by
    row.save()
    audit.record(
        "share between guarantors", row, client_id=client.pk, rule=rule, starts_on=starts_on.isoformat(),
        first=row.first_id, other=row.other_id, percent=str(percent or ""), amount=str(amount or ""), codes=row.codes,
    )  # fmt: skip
    return row


def _asked(
    client: Client,
    rule: Rule,
    starts_on: date,
    people: tuple[Contact | None, Contact | None],
    percent: Decimal | None,
    amount: Decimal | None,
    codes: Sequence[str],
) -> GuarantorShare:
    """The row, without what its rule does not speak of."""
    first, other = (None, None) if rule is Rule.WHOLE else people
    return GuarantorShare(
        client=client,
        starts_on=starts_on,
        rule=rule.value,
        first=first,
        other=other,
        percent=percent if rule is Rule.PERCENT else None,
        amount=amount if rule is Rule.AMOUNT else None,
        codes=sorted({code.strip().upper() for code in codes if code.strip()}) if rule is Rule.SERVICE else [],
    )


def _strangers(client: Client, people: dict[str, Contact | None]) -> dict[str, str]:
    """Who is asked to pay must stand on the chart: somebody decided that she is told of it."""
    known = set(ClientContact.objects.filter(client__in=client.ids).values_list("contact", flat=True))
    known.add(client.guarantor_id)
    return {
        name: f"{contact} is not on this chart; add her to it first"
        for name, contact in people.items()
        if contact and contact.pk not in known
    }


def refuse_while_shared(client: Client, field: str, contact: int | None = None) -> None:
    """BadInput where a rule names the people: it would go on without saying so."""
    if found := sharing_today(client, contact):
        since = day(found.starts_on)
        raise BadInput(
            {field: f"The client’s share is split between two people from {since}; choose one guarantor there first"}
        )
