"""The form of who owes a client's share."""

from datetime import date
from typing import Any

from django import forms

from clients.forms.base import CodesField, Group, HouseForm, choice, day, dollars
from clients.models import Client, Contact, ShareRule


class SharingForm(HouseForm):
    """Two people by a rule, or one guarantor again."""

    groups = (
        Group("", ("rule", "starts_on")),
        Group("Between", ("first", "other")),
        Group("The first person owes", ("percent", "amount", "codes"), help="What the chosen way asks for."),
    )

    rule = choice("How", ShareRule.choices)
    starts_on = day("From visits on")
    first = forms.ModelChoiceField(Contact.objects.none(), required=False, empty_label="Choose a person", label="First")
    other = forms.ModelChoiceField(
        Contact.objects.none(), required=False, empty_label="Choose a person", label="Other", help_text="Owes the rest"
    )
    percent = forms.DecimalField(required=False, max_digits=5, decimal_places=2, help_text="Of every share, as 60")
    amount = dollars("Up to, of each visit")
    codes = CodesField(required=False, max_length=200, label="All of these services", help_text="Such as 97530, 97110")

    def __init__(self, *args: Any, client: Client, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"rule": ShareRule.PERCENT, "starts_on": today, "first": client.guarantor_id}
        super().__init__(*args, **kwargs)
        linked = Contact.objects.filter(client_links__client__in=client.ids)
        people = (
            (linked | Contact.objects.filter(pk=client.guarantor_id)).distinct().order_by("last_name", "first_name")
        )
        for name in ("first", "other"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
