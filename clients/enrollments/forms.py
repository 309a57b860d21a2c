"""Forms of enrollments. What is wrong with a value is said by the verb; forms only read it."""

from django import forms

from clients.enrollments.models import EnrollmentState
from practice.form_pages import date_field


class EnrollmentForm(forms.Form):
    """How a clinician stands with a payer, from when to when."""

    state = forms.ChoiceField(label="State", choices=EnrollmentState.choices)
    starts_on = date_field("From")
    ends_on = date_field("To", required=False)
    number = forms.CharField(
        max_length=30,
        required=False,
        label="The payer's number for her",
        help_text="Goes on the claim, where there is one",
    )
