"""Forms of payments: at check-in, refunds, plans, and why a payment is taken back."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.models import Method, RefundMethod
from clients.forms.base import HouseForm, choice, day, text
from practice import money
from practice.money import ZERO


class DollarsField(forms.CharField):
    """An amount as people write it: $1,184 or 63.60."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=16, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return ZERO
        try:
            return money.parse(typed)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class CheckInForm(forms.Form):
    """What is taken at check-in: today's share and the balance apart, each with a box."""

    take_visit = forms.BooleanField(required=False, label="Take for today’s visit")
    for_visit = DollarsField(required=False, label="Today’s share")
    take_balance = forms.BooleanField(required=False, label="Take for the old balance")
    for_balance = DollarsField(required=False, label="Old balance")
    method = forms.ChoiceField(choices=Method.choices, label="Paid by")
    reference = forms.CharField(max_length=40, required=False, label="Check number or note")
    key = forms.UUIDField(widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """The arguments of `check_in`. What is not ticked is not taken."""
        data = self.cleaned_data
        return {
            "for_visit": data["for_visit"] if data["take_visit"] else ZERO,
            "for_balance": data["for_balance"] if data["take_balance"] else ZERO,
            "method": data["method"],
            "reference": data["reference"],
            "key": str(data["key"]),
        }


class RefundForm(HouseForm):
    """Credit that is given back."""

    amount = DollarsField(label="Amount")
    method = choice("Given back as", RefundMethod.choices)
    reference = text("Number of the check, or of the slip", 40, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        return super().values() | {"key": str(self.cleaned_data["key"])}


class PlanForm(HouseForm):
    """A payment plan."""

    total = DollarsField(label="In all")
    monthly = DollarsField(label="Each month")
    first_on = day("First payment on")


class CreditRuleForm(HouseForm):
    """From which amount on a refund is proposed."""

    keep_below = DollarsField(label="A credit below this may stay", help_text="Of others a refund is proposed")


def shown(amount: Decimal) -> str:
    """An amount as it stands in a field."""
    return f"{amount:.2f}"
