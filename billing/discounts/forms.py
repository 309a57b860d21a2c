"""Forms of sliding fees. What is wrong with a value is said by the verb."""

from django import forms

from clients.forms.base import HouseForm, day, text


class SlidingFeeForm(HouseForm):
    """A discount by income."""

    yearly_income = forms.DecimalField(
        label="Household income a year", min_value=0, max_digits=11, decimal_places=2, help_text="In dollars"
    )
    household_size = forms.IntegerField(label="People in the household", min_value=1, max_value=30)
    percent = forms.IntegerField(
        label="Discount, percent", min_value=1, max_value=100, help_text="Of the usual fee, as your policy says"
    )
    proof = text("What you saw", 120, wide=True, help_text="Such as two pay stubs, a tax return")
    valid_from = day("From")
    valid_until = day("Until", help_text="At most a year; then income is asked again")


class EndForm(HouseForm):
    """The last day of a discount, and why."""

    last_on = day("Last day")
    reason = text("Why", 120, wide=True)
