"""Forms about clients. What is wrong with a value is said by the action; forms only read it."""

from typing import Any

from django import forms

from clients.models import Case, Coverage


class MemberIdForm(forms.Form):
    """The ID as it stands on the card."""

    member_id = forms.CharField(max_length=30, label="Member ID")


class AuthorizationForm(forms.Form):
    """A payer's leave to treat."""

    coverage = forms.ModelChoiceField(Coverage.objects.none(), label="Plan")
    number = forms.CharField(max_length=50, label="Authorization number")
    allowed = forms.IntegerField(min_value=1, max_value=999, label="Visits")
    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coverages = Coverage.objects.filter(client__in=case.client.survivor.ids).select_related("payer")
        self.fields["coverage"].queryset = coverages  # type: ignore[attr-defined]
        self.fields["coverage"].label_from_instance = lambda c: c.payer.name  # type: ignore[attr-defined]
        self.fields["coverage"].initial = coverages.first()
