"""Verbs about clients and the people around them."""

from datetime import date

from django.db import transaction

from clients.models import CareTeam, Client, ClientContact, Contact
from practice import audit, clock, numbers
from practice.findings import BadInput
from practice.models import Clinician, Membership

FIRST_CHART = 1001


@transaction.atomic
def add_contact(*, by: Membership, **fields: str) -> Contact:
    """A person who may be written to or owe."""
    contact = Contact.objects.create(**fields)
    audit.record("add contact", contact)
    return contact


@transaction.atomic
def add_client(*, by: Membership, birth_on: date, guarantor: Contact, zone: str, **fields: str) -> Client:
    """A client with the next chart number. `guarantor` owes her share."""
    if birth_on > clock.today(zone):
        raise BadInput(birth_on="The birthday is in the future; check the year")
    client = Client.objects.create(
        number=numbers.take("chart", first=FIRST_CHART)[0], birth_on=birth_on, guarantor=guarantor, **fields
    )
    audit.record("add client", client, client_id=client.pk)
    return client


@transaction.atomic
def link_contact(
    *, by: Membership, client: Client, contact: Contact, relation: str, guardian: bool = False
) -> ClientContact:
    """How a contact stands to a client."""
    link = ClientContact.objects.create(client=client, contact=contact, relation=relation, guardian=guardian)
    audit.record("link contact", link, client_id=client.pk)
    return link


@transaction.atomic
def assign(*, by: Membership, client: Client, clinician: Clinician) -> CareTeam:
    """Put a clinician on the client's care team, so that she may open the chart."""
    row, _ = CareTeam.objects.get_or_create(client=client, clinician=clinician)
    audit.record("assign", row, client_id=client.pk, clinician=clinician.pk)
    return row
