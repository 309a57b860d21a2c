"""Forms of the settings. What is wrong with a value is said by the verb; forms only read it."""

from typing import Any

from django import forms

from practice.form_pages import date_field, time_field
from practice.models import Clinician, Discipline, Location, Membership, Practice
from practice.setup.clinicians import LEVELS
from practice.setup.models import Weekday
from practice.setup.places import PLACES, STATES, ZONES
from practice.taxonomies import CODES, STUDENT

STATE_CHOICES = [("", "Choose"), *((state, state) for state in STATES)]
WIDE = {"wide": True}


def _zones(*kept: str) -> list[tuple[str, str]]:
    others = {zone: zone for zone in kept if zone and zone not in ZONES}
    return [(zone, f"{word} ({zone})") for zone, word in ZONES.items()] + list(others.items())


def text(label: str, most: int, help_text: str = "", *, required: bool = True, **attrs: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        max_length=most, label=label, help_text=help_text, required=required, widget=forms.TextInput(attrs=attrs)
    )


class ProfileForm(forms.Form):
    """What people call the practice, and what its papers say."""

    name = text("Name", 100, "What people see on every page")
    zone = forms.ChoiceField(label="Time zone")
    legal_name = text("Legal name", 60, "As on the tax return; claims and invoices carry it")
    npi = text("NPI", 20, "Of the practice (type 2), ten digits", inputmode="numeric")
    tax_id = text("Tax ID (EIN)", 20, "Nine digits", inputmode="numeric")
    taxonomy = text("Taxonomy", 20, "193200000X for several disciplines, 193400000X for one")
    street = text("Street", 55, "Not a PO box", wide=True)
    city = text("City", 30)
    state = forms.ChoiceField(label="State", choices=STATE_CHOICES)
    zip = text("ZIP", 15, "With the four added digits", inputmode="numeric")
    phone = text("Phone", 20, inputmode="tel")
    email = text("Email", 254, "On invoices, for questions", inputmode="email")

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = _zones(practice.zone)  # type: ignore[attr-defined]


class LogoForm(forms.Form):
    """A picture for papers and the invitation."""

    logo = forms.FileField(
        label="Picture",
        max_length=200,
        help_text="PNG, JPEG or WebP, at most 1 MB",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": "Choose a picture", "empty": "This file is empty; choose another"},
    )


class LocationForm(forms.Form):
    """A place of treatment, its clock and its number on claims."""

    name = text("Name", 60, "What people call it: “Fox River Clinic”", wide=True)
    street = text("Street", 55, wide=True)
    city = text("City", 30)
    state = forms.ChoiceField(label="State", choices=STATE_CHOICES)
    zip = text("ZIP", 15, inputmode="numeric")
    zone = forms.ChoiceField(label="Time zone", help_text="The date of a session is the date here")
    place_of_service = forms.ChoiceField(
        label="Place of service", choices=[(code, f"{code} {word}") for code, word in PLACES.items()]
    )
    npi = text("NPI", 20, "Only if the place has its own", required=False, inputmode="numeric")
    closed_on = date_field("Closed from", required=False, help_text="Nothing is booked there from this day on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = _zones(self.initial.get("zone", ""))  # type: ignore[attr-defined]


class ClinicianForm(forms.Form):
    """Who treats, as what, under whom, with which license."""

    member = forms.ModelChoiceField(Membership.objects.none(), label="Person", widget=forms.Select(attrs=WIDE))
    discipline = forms.ChoiceField(label="Discipline", choices=Discipline.choices)
    level = forms.ChoiceField(
        label="Level", choices=list(LEVELS.items()), help_text="Assistants and students need a supervisor"
    )
    credentials = text("Credentials", 20, "As they stand behind her name: OTR/L")
    npi = text("NPI", 20, "Therapists need one", required=False, inputmode="numeric")
    taxonomy = forms.ChoiceField(label="Taxonomy", required=False)
    supervisor = forms.ModelChoiceField(
        Clinician.objects.none(), label="Supervisor", required=False, empty_label="None", help_text="Same discipline"
    )
    licence_number = text("License number", 30, required=False)
    licence_state = forms.ChoiceField(label="License state", choices=STATE_CHOICES, required=False)
    licence_until = date_field("Licensed until", required=False)

    def __init__(self, *args: Any, clinician: Clinician | None, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["taxonomy"].choices = _taxonomies(clinician.taxonomy if clinician else "")
        therapists = Clinician.objects.filter(assistant=False, student=False).select_related("member__user")
        fields["supervisor"].queryset = therapists.exclude(pk=clinician.pk if clinician else 0).order_by("pk")
        if clinician:
            del fields["member"]
            return
        members = Membership.objects.filter(practice=practice, active=True).select_related("user")
        treating = Clinician.objects.values("member")
        fields["member"].queryset = members.exclude(pk__in=treating).order_by("user__last_name")


def _taxonomies(kept: str) -> list[Any]:
    """Codes under their disciplines; the one that is kept too, whatever it is."""
    groups = [
        (f"{discipline}, {level}", [(code, f"{code} {word}") for code, word in codes.items()])
        for (discipline, level), codes in CODES.items()
        if codes
    ]
    known = {STUDENT, *(code for codes in CODES.values() for code in codes)}
    others = [("Student", [(STUDENT, f"{STUDENT} Student")])]
    if kept and kept not in known:
        others.append(("On file", [(kept, kept)]))
    return [("", "The usual one for discipline and level"), *groups, *others]


class HoursForm(forms.Form):
    """Hours on some weekdays at a location."""

    location = forms.ModelChoiceField(Location.objects.none(), label="Location", empty_label=None)
    weekdays = forms.TypedMultipleChoiceField(
        label="Days", choices=Weekday.choices, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day of the week"},
    )  # fmt: skip
    starts = time_field("From")
    ends = time_field("To")
    from_on = date_field("First day")
    until_on = date_field("Last day", required=False)

    def __init__(self, *args: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changing:
            del self.fields["weekdays"]
        self.fields["location"].queryset = Location.objects.order_by("pk")  # type: ignore[attr-defined]
