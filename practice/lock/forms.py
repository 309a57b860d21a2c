"""Forms of the lock. What is wrong with a value is said by the action; forms only read it."""

from django import forms

_digits = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}


class PinForm(forms.Form):
    """Six digits, and the password of whoever sets them."""

    pin = forms.CharField(
        label="New PIN",
        max_length=6,
        help_text="Six digits. Choose ones nobody would try first.",
        widget=forms.PasswordInput(attrs=_digits),
    )
    password = forms.CharField(
        label="Your password", max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class SecurityForm(forms.Form):
    """When an unused page locks."""

    minutes = forms.IntegerField(
        label="Lock after minutes without use", help_text="From 5 to 60. Most practices keep 15."
    )
