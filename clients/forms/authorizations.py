"""Forms about a payer's leave to treat, and the one of a member ID alone."""

from typing import Any

from django import forms

from clients.forms.base import CodesField, Group, HouseForm, choice, day, text, whole_number
from clients.models import Case, Counts, Coverage


class MemberIdForm(HouseForm):
    """The ID as it stands on the card."""

    member_id = forms.CharField(max_length=30, label="Member ID")


class LeaveForm(HouseForm):
    """A payer's leave to treat, of a plan that is known."""

    groups = (
        Group("", ("coverage", "number", "allowed", "counts", "starts_on", "ends_on")),
        Group("More", ("codes", "requested"), folded=True),
    )

    number = text("Authorization number", 50)
    allowed = whole_number("How many", required=True, most=999)
    counts = choice("It counts", Counts.choices, initial=Counts.VISITS)
    starts_on = day("From")
    ends_on = day("To")
    codes = CodesField(
        label="Only for these service codes",
        required=False,
        max_length=200,
        help_text="Such as 97530, 97110; empty: all",
    )
    requested = whole_number("Asked for", most=999, help_text="How many you asked the payer for")


class AuthorizationForm(LeaveForm):
    """A payer's leave to treat, and the plan that gave it."""

    coverage = forms.ModelChoiceField(Coverage.objects.none(), label="Plan", empty_label=None)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Coverage.objects.filter(client__in=case.client.ids).select_related("payer")
        coverages = rows.order_by("rank", "-starts_on")
        self.fields["coverage"].queryset = coverages  # type: ignore[attr-defined]
        self.fields["coverage"].label_from_instance = lambda c: f"{c.payer.name} {c.member_id}"  # type: ignore[attr-defined]
        self.fields["coverage"].initial = coverages.first()
