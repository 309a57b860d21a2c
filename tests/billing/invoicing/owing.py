"""Many people who owe, written as rows: a test about hundreds does not sign hundreds of visits."""

from datetime import timedelta
from decimal import Decimal

from billing.models import Charge, Entry, OpenItem, Posting
from clients.models import Client, Contact
from practice import numbers
from tests import world

AMOUNT = Decimal("58.00")


def people(here: world.World, count: int, *, lines: int = 1, amount: Decimal = AMOUNT) -> list[int]:
    """So many guarantors with a client each, who owes for `lines` visits of an evaluation fee. Ids, in order."""
    place = {"street": "5 Oak Ave", "city": "Aurora", "state": "IL", "zip": "605061203"}
    contacts = Contact.objects.bulk_create(
        Contact(first_name=f"Pat{n:04}", last_name="Payer", **place) for n in range(count)
    )
    charts = numbers.take("chart", count, first=1001)
    clients = Client.objects.bulk_create(
        Client(
            number=number, first_name=f"Kim{n:04}", last_name="Payer", birth_on=world.TODAY, sex="F", guarantor=contact
        )
        for n, (number, contact) in enumerate(zip(charts, contacts, strict=True))
    )
    for line in range(lines):
        _owe(here, clients, amount, line)
    return [contact.pk for contact in contacts]


def _owe(here: world.World, clients: list[Client], amount: Decimal, line: int) -> None:
    served = world.TODAY - timedelta(days=1 + line)
    charges = Charge.objects.bulk_create(
        Charge(
            kind="fee", client=client, served_on=served, code="97110", units=1, minutes=15, clinician=here.ot,
            location=here.location, amount=amount,
        )
        for client in clients
    )  # fmt: skip
    postings = Posting.objects.bulk_create(
        Posting(kind="charge", key=f"owing:{charge.pk}", fingerprint="", posted_on=world.TODAY, entry_count=2)
        for charge in charges
    )
    Entry.objects.bulk_create(
        entry
        for client, charge, posting in zip(clients, charges, postings, strict=True)
        for entry in (
            Entry(
                posting=posting, account="receivable", reason="charge", amount=amount, charge=charge,
                contact_id=client.guarantor_id,
            ),
            Entry(posting=posting, account="income", reason="fee", amount=-amount, charge=charge),
        )
    )  # fmt: skip
    OpenItem.objects.bulk_create(
        OpenItem(
            account="receivable", charge=charge, contact_id=client.guarantor_id, balance=amount, since_on=world.TODAY
        )
        for client, charge in zip(clients, charges, strict=True)
    )
