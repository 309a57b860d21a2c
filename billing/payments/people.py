"""Whose money a member may see: people who stand to a client she may know of."""

from django.db.models import Q, QuerySet

from clients.models import Client, Contact
from practice.models import Membership
from practice.permissions import Permission


def people_for(member: Membership) -> QuerySet[Contact]:
    """Contacts of the clients a member may know of."""
    if member.may(Permission.SEE_EVERY_CLIENT):
        return Contact.objects.all()
    mine = Client.objects.visible_to(member).values("pk")
    near = Contact.objects.filter(Q(guarantees__in=mine) | Q(client_links__client__in=mine))
    return Contact.objects.filter(pk__in=near.values("pk"))


def clients_of(contact: Contact) -> list[int]:
    """Ids of the clients whose share a person pays."""
    return list(contact.guarantees.order_by("pk").values_list("pk", flat=True))
