"""Forms of the team. What is wrong with a value is said by the verb; forms only read it."""

from django import forms

from practice.models import Role
from practice.permissions import MEANS


class RolesForm(forms.Form):
    """Roles stack: each tick adds."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role", "invalid_choice": "Choose roles of the list"},
    )

    @property
    def options(self) -> list[tuple[forms.boundfield.BoundWidget, str]]:
        """The tick boxes, each with what its role means."""
        return [(box, MEANS[str(box.data["value"])]) for box in self["roles"]]


class InviteForm(RolesForm):
    """Whom to write to, and as what she comes in."""

    email = forms.EmailField(
        label="Email",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "wide": True}),
        error_messages={"invalid": "Write the email as name@host, such as dana@clinic.com"},
    )
    field_order = ["email", "roles"]


class WelcomeForm(forms.Form):
    """Somebody new says her name and chooses a password."""

    first_name = forms.CharField(
        max_length=35, label="First name", widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        max_length=60, label="Last name", widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label="Password",
        help_text="At least 12 characters; a sentence is good. Not one that many people use.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
