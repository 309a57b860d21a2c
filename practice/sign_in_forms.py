"""What is typed at the front door. Errors of the door itself are set by the views: they say little on purpose."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from practice.models import User

_one_time = forms.TextInput(
    attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "autofocus": True}
)


class PasswordForm(forms.Form):
    username = forms.EmailField(label="Email", max_length=254, error_messages={"required": "Enter your email"})
    password = forms.CharField(max_length=500, strip=False, error_messages={"required": "Enter your password"})
    username.error_messages["invalid"] = "Enter the whole email, like name@practice.com"


class CodeForm(forms.Form):
    code = forms.CharField(max_length=40, error_messages={"required": "Enter the code"}, widget=_one_time)


class ResetForm(forms.Form):
    email = forms.EmailField(max_length=254, error_messages={"required": "Enter your email"})
    email.error_messages["invalid"] = "Enter the whole email, like name@practice.com"


class NewPasswordForm(forms.Form):
    """A new password, held to the rules of the settings for `user`."""

    new_password = forms.CharField(
        label="New password",
        max_length=500,
        strip=False,
        help_text="Twelve characters or more; a few words that do not belong together are good.",
        error_messages={"required": "Enter a new password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password


class ConfirmForm(forms.Form):
    """A change of how she signs in asks for her password again."""

    password = forms.CharField(
        label="Your password now",
        max_length=500,
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(ConfirmForm, NewPasswordForm):
    field_order = ["password", "new_password"]


class AppForm(forms.Form):
    code = forms.CharField(label="Code", max_length=40, error_messages={"required": "Enter the code"}, widget=_one_time)


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label="Name of this passkey", max_length=40, help_text="So that you know it again: “Work laptop”"
    )
    credential = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)
