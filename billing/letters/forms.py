"""Forms of letters. What is wrong with a value is said by the verb; forms only read it."""

import uuid
from datetime import date
from typing import Any

from django import forms

from billing.letters.actions.estimates import MOST_CODES
from clients.models import Case
from practice.form_pages import date_field
from practice.models import Clinician, Location


class ReasonForm(forms.Form):
    """Why a letter counts no longer."""

    reason = forms.CharField(
        max_length=200, label="Why", error_messages={"required": "Say why it is void; the next reader will ask"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "void_%s"} | kwargs)  # it stands beside another form


class VoidForm(ReasonForm):
    """The same for an invoice, whose credit note is made once."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class KeyForm(forms.Form):
    """The key of a form that has nothing else to be read."""

    key = forms.UUIDField()


def key_of(request: Any) -> str:
    """The key that was sent; one that cannot be is as good as none."""
    form = KeyForm(request.POST)
    return str(form.cleaned_data["key"]) if form.is_valid() else str(uuid.uuid4())


class PeriodForm(forms.Form):
    """Which visits are looked at."""

    start = date_field("From")
    end = date_field("To")


class EstimateForm(forms.Form):
    """What an estimate is of. The services stand in rows of their own: code, units, visits."""

    case = forms.ModelChoiceField(Case.objects.none(), empty_label=None, label="For")
    clinician = forms.ModelChoiceField(Clinician.objects.none(), empty_label=None)
    location = forms.ModelChoiceField(Location.objects.none(), empty_label=None)
    frequency = forms.CharField(max_length=60, label="How often", help_text="“Once a week”, as the client reads it")
    starts_on = date_field("First visit")
    ends_on = date_field("Last visit", help_text="At most twelve months after the first")
    asked_on = date_field("Asked or booked on")
    requested = forms.ChoiceField(
        label="Why now", choices=[("", "A visit was booked"), ("yes", "The client asked")], required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cases: Any, clinicians: Any, locations: Any, codes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["case"].queryset, fields["clinician"].queryset = cases, clinicians
        fields["location"].queryset = locations
        for n in range(1, MOST_CODES + 1):
            fields[f"code_{n}"] = forms.ChoiceField(
                choices=[("", "None"), *codes], required=False, label=f"Service {n}"
            )
            fields[f"units_{n}"] = forms.IntegerField(required=False, label=f"Units a visit, service {n}")
            fields[f"visits_{n}"] = forms.IntegerField(required=False, label=f"Visits, service {n}")

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """(code, units, visits) as bound fields, for the page."""
        return [(self[f"code_{n}"], self[f"units_{n}"], self[f"visits_{n}"]) for n in range(1, MOST_CODES + 1)]

    def asked(self) -> dict[str, Any]:
        """What the verb takes, from a form that is valid; a row without a code is left out."""
        data = self.cleaned_data
        services = [
            (data[f"code_{n}"], data[f"units_{n}"] or 0, data[f"visits_{n}"] or 0)
            for n in range(1, MOST_CODES + 1)
            if data[f"code_{n}"]
        ]
        names = ("case", "clinician", "location", "frequency", "starts_on", "ends_on", "asked_on")
        return {name: data[name] for name in names} | {
            "services": services,
            "requested": data["requested"] == "yes",
            "key": str(data["key"]),
        }


def period(request: Any, today: date, days: Any) -> tuple[date, date]:
    """The days asked for in the address; without them, or where they cannot be, the last `days` until today."""
    form = PeriodForm(request.GET)
    if form.is_valid() and form.cleaned_data["start"] <= form.cleaned_data["end"]:
        return form.cleaned_data["start"], form.cleaned_data["end"]
    return today - days, today
