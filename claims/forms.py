"""Forms about claims."""

from datetime import date
from typing import Any

from django import forms

from clients.forms.base import HouseForm, day
from clients.models import Client, Coverage

SELF_PAY = "The client pays herself"


class PlanField(forms.ModelChoiceField):
    """A plan of the client, with its dates; empty is self-pay."""

    def label_from_instance(self, obj: Any) -> str:
        until = f"to {obj.ends_on:%b %d, %Y}" if obj.ends_on else "on"
        return f"{obj.payer.short_name} {obj.member_id}, from {obj.starts_on:%b %d, %Y} {until}"


class MoveForm(HouseForm):
    """From which plan to which, and the visits of which days."""

    source = PlanField(Coverage.objects.none(), required=False, empty_label=SELF_PAY, label="Stand on now")
    target = PlanField(Coverage.objects.none(), required=False, empty_label=SELF_PAY, label="Should stand on")
    first = day("From visits on")
    last = day("To visits on")

    def __init__(self, *args: Any, client: Client, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"first": date(today.year, 1, 1), "last": today})
        super().__init__(*args, **kwargs)
        plans = Coverage.objects.filter(client__in=client.ids).select_related("payer").order_by("starts_on", "rank")
        for name in ("source", "target"):
            self.fields[name].queryset = plans  # type: ignore[attr-defined]
        del self.fields["seen"]
