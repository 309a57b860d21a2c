"""Forms of fees. What is wrong with a value is said by the verb."""

from typing import Any

from django import forms

from billing.house_fees.kinds import KINDS
from clients.forms.base import HouseForm, choice, day, dollars
from clients.models import Payer
from practice.models import Location
from sessions.codes import CODES


class FeeForm(HouseForm):
    """The usual fee of a code from a day on."""

    code = forms.ChoiceField(label="Service")
    fee = forms.DecimalField(label="Dollars a unit", min_value=0, max_digits=9, decimal_places=2)
    starts_on = day("From", help_text="Visits of this day and later are charged by it")
    location = forms.ModelChoiceField(
        Location.objects.none(), required=False, label="Location", empty_label="Everywhere else"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(code, f"{code} {fact.label}") for code, fact in sorted(CODES.items())]  # type: ignore[attr-defined]
        self.fields["location"].queryset = Location.objects.order_by("name", "pk")  # type: ignore[attr-defined]


class RateForm(FeeForm):
    """What a payer's contract allows for a code from a day on."""

    field_order = ["payer", "code", "fee", "starts_on", "location"]
    payer = forms.ModelChoiceField(Payer.objects.none(), label="Payer", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = Payer.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["starts_on"].help_text = "Estimates for visits of this day and later follow it"

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["rate"] = found.pop("fee")
        return found


class ScheduleForm(HouseForm):
    """A whole schedule, pasted or sent."""

    text = forms.CharField(
        label="Rows",
        required=False,
        max_length=500_000,
        strip=False,
        help_text="Copied from a spreadsheet, with the names Code, Fee, From, and where needed Location and Payer above",
        widget=forms.Textarea(attrs={"rows": 10, "wide": True, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label="Or a CSV file", required=False, widget=forms.FileInput(attrs={"wide": True, "accept": ".csv,text/csv"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("file"):
            raise forms.ValidationError("Paste the rows, or choose a file")
        return data

    @property
    def body(self) -> bytes:
        """What was sent, as bytes: the file where there is one."""
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].encode()


class HouseFeeForm(HouseForm):
    """What is charged without a session; empty for none."""

    kind = choice("Fee", [(kind.value, kind.label) for kind in KINDS.values()])
    amount = dollars("Amount", help_text="The same for everybody. Empty: it is not charged")
