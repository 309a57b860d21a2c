"""Forms of write-offs. What is wrong with a value is said by the verb; forms only read it."""

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from billing.models import OpenItem
from billing.write_offs.rules import PAYERS_SHARE, PERSONS_SHARE
from clients.forms.base import WIDE, HouseForm, ReasonForm, day, text, whole_number
from practice import money


class DollarsField(forms.CharField):
    """An amount as people write it: “$1,184.00”."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"max_length": 16, "widget": widget, **kwargs})

    def clean(self, value: Any) -> Decimal | str:
        typed = super().clean(value)
        try:
            return money.parse(typed)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


def words(kind: str) -> str:
    """A kind as a page says it: “Bad debt”, “QMB”."""
    return kind[:1].upper() + kind[1:]


def _kinds(debts: Iterable[OpenItem]) -> list[Any]:
    """The kinds that fit who owes; in two groups where a payer and a person do."""
    persons, payers = [(kind, words(kind)) for kind in PERSONS_SHARE], [(kind, words(kind)) for kind in PAYERS_SHARE]
    owe = {bool(item.coverage_id) for item in debts}
    if owe == {True, False}:
        return [("", "Choose one"), ("What a person owes", persons), ("What a payer owes", payers)]
    return [("", "Choose one"), *(payers if True in owe else persons)]


class WriteOffForm(HouseForm):
    """Give up what one party owes of a charge."""

    debt = forms.ChoiceField(label="Who owes", error_messages={"invalid_choice": "She owes nothing of it by now"})
    kind = forms.ChoiceField(label="Kind", error_messages={"required": "Choose the kind; each is a line of its own"})
    amount = DollarsField(label="Amount")
    reason = text("Reason", 200, wide=True, help_text="Who approves it reads this, and who audits the books.")
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, debts: Sequence[OpenItem], **kwargs: Any) -> None:
        self.debts = {str(item.pk): item for item in debts}
        first = {"amount": f"{debts[0].balance:.2f}"} if debts else {}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["debt"].choices = [(pk, owing(item)) for pk, item in self.debts.items()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = _kinds(debts)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        data = super().values()
        return data | {"debt": self.debts[data["debt"]], "key": str(data["key"])}


def owing(item: OpenItem) -> str:
    """Who owes how much: “Walter Nakamura, $63.60”."""
    who = item.coverage.payer.short_name if item.coverage else str(item.contact)
    return f"{who}, {money.show(item.balance)}"


class TakeBackForm(ReasonForm):
    """Why a write-off is taken back."""


class LimitForm(HouseForm):
    """What somebody may write off alone."""

    amount = DollarsField(label="Limit in dollars of one charge")


class SmallRuleForm(HouseForm):
    """Which balances are small."""

    amount = DollarsField(label="A person owes in all at most")
    statements = whole_number("After how many statements", required=True, most=12)


class SmallRunForm(forms.Form):
    """What the preview showed."""

    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    total = forms.DecimalField(max_digits=12, decimal_places=2, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)


class HardshipForm(HouseForm):
    """A household that cannot pay."""

    household_size = whole_number("People in the household", required=True, most=30)
    income = DollarsField(label="Income of the household a year")
    proof = text("Proof", 200, wide=True, help_text="What you looked at: pay stubs, a tax return, a benefit letter.")
    starts_on = day("From")
    ends_on = day("To", help_text="A year at most.")


class PeriodForm(forms.Form):
    """From when to when, both days included."""

    start = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), label="From")
    end = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), label="To")


class DecisionForm(forms.Form):
    """Approve or reject, with a remark."""

    approved = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")
    remark = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput(attrs={**WIDE, "autocomplete": "off"})
    )
