"""Forms of fees without a session. What is wrong with a value is said by the verb."""

from typing import Any

from django import forms

from billing.house_fees.kinds import KINDS
from clients.forms.base import HouseForm, choice, day
from sessions.models import Session


class VisitField(forms.ModelChoiceField):
    """A visit by its day and service."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.served_on:%b} {obj.served_on.day}, {obj.case.complaint} ({obj.get_state_display().lower()})"


class ClientFeeForm(HouseForm):
    """A fee for a client. With a visit the day is the visit's."""

    kind = choice("Fee", [(kind.value, kind.label) for kind in KINDS.values()])
    amount = forms.DecimalField(label="Amount in dollars", min_value=0, max_digits=8, decimal_places=2)
    session = VisitField(Session.objects.none(), required=False, label="Visit", empty_label="None")
    on = day("Day")
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, visits: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = visits  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        found = super().values()
        on = found["session"].served_on if found["session"] else found["on"]
        return {**found, "on": on, "key": str(found["key"])}
