"""Forms about money."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from billing.actions.therapy_year import BUCKETS
from billing.models import Method
from practice import money


class PaymentForm(forms.Form):
    """Money a person hands over."""

    amount = forms.CharField(max_length=16, label="Amount")
    method = forms.ChoiceField(choices=Method.choices)
    reference = forms.CharField(max_length=40, required=False, label="Check number or note")
    received_on = forms.DateField(label="Received", widget=forms.DateInput(attrs={"type": "date"}))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_amount(self) -> Decimal:
        try:
            return money.parse(self.cleaned_data["amount"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean_received_on(self) -> date:
        received = self.cleaned_data["received_on"]
        if received > self.today:
            raise forms.ValidationError("The day is in the future; money is posted today or earlier.")
        return received


class OutsideTherapyForm(forms.Form):
    """What other clinics billed in a year."""

    year = forms.IntegerField(min_value=2018, max_value=2100)
    bucket = forms.ChoiceField(choices=[(bucket, bucket) for bucket in BUCKETS], label="Threshold")
    amount = forms.DecimalField(max_digits=12, decimal_places=2, min_value=0, label="Allowed by Medicare, in dollars")
    as_of = forms.DateField(label="As of", widget=forms.DateInput(attrs={"type": "date"}))
