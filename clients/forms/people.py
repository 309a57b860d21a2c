"""Forms about the client and the people around her."""

from typing import Any

from django import forms

from clients.actions import person_seen
from clients.fingerprints import fingerprint
from clients.forms.base import Group, HouseForm, choice, day, text, yes
from clients.models import Client, ClientContact, Sight
from practice.models import Clinician

SEXES = (("F", "Female"), ("M", "Male"), ("U", "Not known"))
ADDRESS = ("street", "city", "state", "zip")


class AddressForm(HouseForm):
    """Where a person lives and is reached."""

    phone = text("Phone", 30, required=False, inputmode="tel")
    email = text("Email", 254, required=False, inputmode="email")
    street = text("Street", 55, required=False, wide=True)
    city = text("City", 30, required=False)
    state = text("State", 20, required=False, help_text="Two letters")
    zip = text("ZIP", 12, required=False, inputmode="numeric")


class ClientForm(AddressForm):
    """What a claim asks about the client herself."""

    reads = ("first_name", "last_name", "birth_on", "sex", "phone", "email", *ADDRESS)
    groups: tuple[Group, ...] = (
        Group("Name", ("first_name", "last_name", "birth_on", "sex")),
        Group("Address and phone", (*ADDRESS, "phone", "email")),
    )

    first_name = text("First name", 35)
    last_name = text("Last name", 60)
    birth_on = day("Born")
    sex = choice("Sex", SEXES, help_text="As the payer has it")


class CareForm(HouseForm):
    """Who joins the care team: of those who work here and are not on it."""

    clinician = forms.ModelChoiceField(Clinician.objects.none(), empty_label="Choose a clinician")

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Clinician.objects.filter(member__active=True).exclude(caseload__client__in=client.ids)
        free = free.select_related("member__user").order_by("member__user__last_name", "pk")
        self.fields["clinician"].queryset = free  # type: ignore[attr-defined]


class PersonForm(AddressForm):
    """A contact and how she stands to the client."""

    groups: tuple[Group, ...] = (
        Group("Person", ("first_name", "last_name", "relation")),
        Group("Role", ("guardian", "emergency", "pays")),
        Group("May be told or shown", ("sees",), help="Nothing, unless it is ticked."),
        Group("Address and phone", ("phone", "email", *ADDRESS)),
    )

    first_name = text("First name", 35)
    last_name = text("Last name", 60)
    relation = text("Relation to the client", 20, help_text="Mother, father, spouse, friend …")
    guardian = yes("Guardian: signs for the client")
    emergency = yes("Call in an emergency")
    pays = yes("Pays the client’s share from now on")
    sees = forms.MultipleChoiceField(
        label="Of this chart",
        choices=Sight.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"wide": True}),
    )

    def of(self, row: ClientContact) -> dict[str, Any]:
        person = {name: getattr(row.contact, name) for name in ("first_name", "last_name", "phone", "email", *ADDRESS)}
        standing = {name: getattr(row, name) for name in ("relation", "guardian", "emergency", "sees")}
        return {**person, **standing, "pays": row.client.survivor.guarantor_id == row.contact_id}

    def seen_of(self, row: ClientContact) -> str:
        return fingerprint(row, person_seen(row))
