"""Verbs about clients and the people around them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from clients.actions.changing import locked, read_person, write
from clients.actions.sharing import refuse_while_shared
from clients.models import CareTeam, Client, ClientContact, Contact, Sight
from practice import audit, clock, numbers
from practice.findings import BadInput
from practice.models import Clinician, Membership, local_today

FIRST_CHART = 1001
REACHED = ("first_name", "last_name", "street", "city", "state", "zip", "phone", "email")  # what a contact has


@transaction.atomic
def add_contact(*, by: Membership, **fields: str) -> Contact:
    """A person who may be written to or owe."""
    contact = Contact.objects.create(**read_person(fields))
    audit.record("add contact", contact)
    return contact


@transaction.atomic
def add_client(*, by: Membership, birth_on: date, guarantor: Contact | None, zone: str, **fields: str) -> Client:
    """A client with the next chart number. `guarantor` owes her share; None: she herself, a contact with her address."""
    values = read_client({**fields, "birth_on": birth_on}, clock.today(zone))
    own = guarantor is None
    guarantor = guarantor or add_contact(by=by, **{name: values[name] for name in values if name in REACHED})
    client = Client.objects.create(number=numbers.take("chart", first=FIRST_CHART)[0], guarantor=guarantor, **values)
    audit.record("add client", client, client_id=client.pk)
    if own:
        link_contact(by=by, client=client, contact=guarantor, relation="self")
    return client


def read_client(fields: dict[str, Any], today: date) -> dict[str, Any]:
    """The fields as they are kept; raises BadInput with all that is wrong."""
    errors: dict[str, str] = {}
    values = fields
    try:
        values = read_person(fields)
    except BadInput as bad:
        errors |= bad.errors
    if "birth_on" in fields:
        errors |= _wrong_birth(fields["birth_on"], today)
    if errors:
        raise BadInput(errors)
    return values


def _wrong_birth(birth_on: date, today: date) -> dict[str, str]:
    if birth_on > today:
        return {"birth_on": "The birthday is in the future; check the year"}
    if birth_on.year < today.year - 130:
        return {"birth_on": "Nobody is that old; check the year"}
    return {}


@transaction.atomic
def edit_client(*, by: Membership, client: Client, seen: str = "", **fields: Any) -> Client:
    """Change what is known of a client. `seen`: the fingerprint of the row when it was opened; "" overwrites."""
    values = read_client(fields, local_today())
    now = locked(client, seen)
    if before := write(now, values):
        audit.record("edit client", now, client_id=now.pk, before=before)
    return now


@transaction.atomic
def deactivate_client(*, by: Membership, client: Client, reason: str) -> Client:
    """Take a client out of the lists; the chart number still finds her. What is open stays open."""
    if not reason.strip():
        raise BadInput(reason="Say why, such as “discharged” or “moved away”")
    now = locked(client)
    if write(now, {"active": False}):
        audit.record("deactivate client", now, client_id=now.pk, reason=reason.strip()[:200])
    return now


@transaction.atomic
def reactivate_client(*, by: Membership, client: Client) -> Client:
    """Put a client back into the lists."""
    now = locked(client)
    if write(now, {"active": True}):
        audit.record("reactivate client", now, client_id=now.pk)
    return now


@transaction.atomic
def link_contact(
    *,
    by: Membership,
    client: Client,
    contact: Contact,
    relation: str,
    guardian: bool = False,
    emergency: bool = False,
    sees: Iterable[str] = (),
) -> ClientContact:
    """How a contact stands to a client, and what she may be told or shown (`Sight`)."""
    locked(client)
    link = ClientContact.objects.create(
        client=client,
        contact=contact,
        **_standing(relation=relation, guardian=guardian, emergency=emergency, sees=sees),
    )
    audit.record("link contact", link, client_id=client.pk)
    return link


def _standing(*, relation: str, guardian: bool, emergency: bool, sees: Iterable[str]) -> dict[str, Any]:
    asked = list(sees)
    if not relation.strip():
        raise BadInput(relation="Say how the person stands to the client: mother, spouse, friend …")
    if unknown := [word for word in asked if word not in Sight.values]:
        raise BadInput(sees=f"“{unknown[0][:20]}” is nothing a person may see; choose from {', '.join(Sight.values)}")
    kept = [word for word in Sight.values if word in asked]
    return {"relation": relation.strip(), "guardian": guardian, "emergency": emergency, "sees": kept}


@transaction.atomic
def add_person(
    *,
    by: Membership,
    client: Client,
    relation: str,
    guardian: bool = False,
    emergency: bool = False,
    sees: Iterable[str] = (),
    pays: bool = False,
    **person: str,
) -> ClientContact:
    """A new contact of a client. With `pays` she owes the client's share from now on."""
    contact = add_contact(by=by, **person)
    link = link_contact(
        by=by, client=client, contact=contact, relation=relation, guardian=guardian, emergency=emergency, sees=sees
    )
    if pays:
        choose_guarantor(by=by, client=client, contact=contact)
    return link


@transaction.atomic
def edit_person(
    *,
    by: Membership,
    link: ClientContact,
    relation: str,
    guardian: bool = False,
    emergency: bool = False,
    sees: Iterable[str] = (),
    pays: bool = False,
    seen: str = "",
    **person: str,
) -> ClientContact:
    """Change a contact and how she stands to a client. Her name and address change for every client she belongs to."""
    values = read_person(person)
    standing = _standing(relation=relation, guardian=guardian, emergency=emergency, sees=sees)
    now = locked(link, seen, extra=person_seen)
    before = write(locked(now.contact), values) | write(now, standing)
    if before:
        audit.record("edit contact", now, client_id=now.client_id, before=before)
    if pays:
        choose_guarantor(by=by, client=now.client.survivor, contact=now.contact)
    return now


def person_seen(link: ClientContact) -> object:
    """What a fingerprint of a link says of the person behind it."""
    return [str(field.value_from_object(link.contact)) for field in link.contact._meta.concrete_fields]


@transaction.atomic
def end_person(*, by: Membership, link: ClientContact) -> None:
    """Take a contact off a client's chart. The person stays, where she subscribes a plan or owes."""
    if link.client.survivor.guarantor_id == link.contact_id:
        raise BadInput(contact=f"{link.contact} pays the client's share; choose another person for that first")
    if link.client.guarantor_id == link.contact_id:
        number = link.client.number
        raise BadInput(
            contact=f"{link.contact} pays the share of chart {number}, which was merged into this one; undo the merge first"
        )
    refuse_while_shared(link.client.survivor, "contact", link.contact_id)
    audit.record("end contact", link, client_id=link.client_id, contact=link.contact_id, relation=link.relation)
    link.delete()


@transaction.atomic
def choose_guarantor(*, by: Membership, client: Client, contact: Contact) -> Client:
    """Who owes the client's share from now on. What was charged before stays with whom it was charged to."""
    now = locked(client)
    if now.guarantor_id != contact.pk:
        refuse_while_shared(now, "pays")
    if before := write(now, {"guarantor_id": contact.pk}):
        audit.record("choose guarantor", now, client_id=now.pk, before=before)
    return now


@transaction.atomic
def assign(*, by: Membership, client: Client, clinician: Clinician) -> CareTeam:
    """Put a clinician on the client's care team, so that she may open the chart. Who is on it already stays."""
    if not clinician.member.active:
        raise BadInput(clinician=f"{clinician.name} does not work here any more; choose somebody who does")
    on_it = CareTeam.objects.filter(client__in=client.ids, clinician=clinician).first()
    if on_it:
        return on_it
    row, made = CareTeam.objects.get_or_create(client=locked(client), clinician=clinician)
    if made:
        audit.record("assign", row, client_id=client.pk, clinician=clinician.pk)
    return row


@transaction.atomic
def unassign(*, by: Membership, row: CareTeam) -> None:
    """Take a clinician off the care team. What she signed stays hers to read; the chart does not open any more.

    Charts of one person that were merged are one: she is taken off all of them. Who is off already stays so.
    """
    hers = CareTeam.objects.filter(client__in=row.client.ids, clinician=row.clinician_id)
    for each in hers.select_for_update(of=("self",)).order_by("pk"):
        audit.record("unassign", each, client_id=each.client_id, clinician=each.clinician_id)
        each.delete()
