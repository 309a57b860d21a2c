"""Form fields for what people type everywhere: dates, telephone numbers, ZIP codes, states."""

import re
from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"})


class _Digits(forms.CharField):
    """Digits; dots, dashes, spaces and brackets between them are what people write."""

    lengths: tuple[int, ...]
    words: str

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s().+-]", "", super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not (value.isascii() and value.isdigit() and len(value) in self.lengths):
            raise forms.ValidationError(self.words)


class PhoneField(_Digits):
    """A telephone number of the United States, as ten digits."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    lengths, words = (10,), "A phone number has 10 digits, the area code first"

    def to_python(self, value: Any) -> str:
        digits = super().to_python(value)
        return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


class ZipField(_Digits):
    """A ZIP code, five digits or nine."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    lengths, words = (5, 9), "A ZIP code has 5 or 9 digits"


class StateField(forms.CharField):
    """The two letters of a state."""

    KNOWN = frozenset(
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
        "OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP".split()
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2, **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").upper()

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value not in self.KNOWN:
            raise forms.ValidationError("Write a state with its two letters, such as IL")


class CodesField(forms.CharField):
    """Codes divided by commas or spaces, in the order they were written."""

    def clean(self, value: Any) -> Any:
        return [code for code in re.split(r"[,;\s]+", super().clean(value).upper()) if code]
