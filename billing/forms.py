"""Forms about money."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from billing.codesets.thresholds import BUCKETS
from billing.models import Method
from billing.notices import Kind
from clients.models import Coverage
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
        return _dollars(self.cleaned_data["amount"])

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


KINDS = (
    (Kind.NECESSITY.value, "Not necessary by Medicare's rules for this client"),
    (Kind.LIMIT.value, "More, or more often, than Medicare pays for"),
    (Kind.EXCLUDED.value, "Never a Medicare benefit (voluntary notice)"),
)
REASON = "Medicare does not pay for this service for your condition."


class NoticeForm(forms.Form):
    """An advance notice to be filled. What is wrong with a value is said by the action."""

    coverage = forms.ModelChoiceField(Coverage.objects.none(), label="Plan", empty_label=None)
    codes = forms.MultipleChoiceField(
        label="Services Medicare may not pay for",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one service; a blank notice is never signed"},
    )
    kind = forms.ChoiceField(choices=KINDS, label="Why Medicare may not pay")
    starts_on = forms.DateField(label="First service on", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        max_length=240,
        label="Reason, as the client reads it",
        widget=forms.Textarea(attrs={"rows": 2, "wide": True}),
        error_messages={"required": "Say in plain words why Medicare may not pay"},
    )
    cost = forms.CharField(
        max_length=16,
        label="Estimated cost of a visit",
        help_text="One unit of each at your fees. Change it to what a visit will cost, within $100 or 25 %.",
        error_messages={"required": "Say what a visit will cost; nobody can decide without it"},
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    information = forms.CharField(
        max_length=240,
        required=False,
        label="Additional information",
        widget=forms.Textarea(attrs={"rows": 2, "wide": True}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, coverages: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coverage"].queryset = coverages  # type: ignore[attr-defined]
        self.fields["coverage"].label_from_instance = lambda c: c.payer.name  # type: ignore[attr-defined]
        self.fields["codes"].choices = codes  # type: ignore[attr-defined]

    def clean_cost(self) -> Decimal:
        return _dollars(self.cleaned_data["cost"])


class SignatureForm(forms.Form):
    """The client's choice and signature on a notice."""

    option = forms.TypedChoiceField(
        choices=[("1", "Option 1"), ("2", "Option 2"), ("3", "Option 3")],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the three options; we cannot choose for the client"},
    )
    signer = forms.CharField(
        max_length=80,
        label="Your full name",
        error_messages={"required": "The signer types her whole name"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(
        label="You are",
        choices=[
            ("self", "the client"),
            ("spouse", "the client's spouse"),
            ("parent", "the client's parent"),
            ("child", "the client's child"),
            ("legal guardian", "the client's legal guardian"),
            ("representative", "another representative"),
        ],
    )
    strokes = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, voluntary: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].required = not voluntary


class WithdrawalForm(forms.Form):
    """Why a notice counts no longer."""

    reason = forms.CharField(max_length=200, label="Why", error_messages={"required": "Say why it is withdrawn"})


def _dollars(text: str) -> Decimal:
    try:
        return money.parse(text)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from None
