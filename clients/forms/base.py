"""What the forms share: groups of fields, what was seen of the row, and the sentences of a verb at their fields."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models

from clients.fingerprints import fingerprint
from practice.findings import BadInput, Conflict
from practice.models import Discipline

WIDE: dict[str, Any] = {"wide": True}


@dataclass(frozen=True)
class Group:
    """Fields under one title. A `folded` one is closed until one of its fields holds something or is wrong."""

    title: str
    names: tuple[str, ...]
    folded: bool = False
    help: str = ""


class HouseForm(forms.Form):
    """A form for a new row, or for one that is there (`row`)."""

    groups: tuple[Group, ...] = ()
    reads: tuple[str, ...] = ()  # attributes of the row that stand in fields of the same name
    within: tuple[str, ...] = ()  # fields that another one's partial draws

    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: models.Model | None = None, **kwargs: Any) -> None:
        self.row = row
        if row is not None:
            kwargs["initial"] = {**self.of(row), "seen": self.seen_of(row), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def of(self, row: Any) -> dict[str, Any]:
        """What the fields hold of a row."""
        return {name: getattr(row, name) for name in self.reads}

    def seen_of(self, row: Any) -> str:
        return fingerprint(row)

    def values(self) -> dict[str, Any]:
        """The arguments of the verb."""
        data = dict(self.cleaned_data)
        if self.row is None:
            data.pop("seen", None)
        return data

    def refuse(self, refused: BadInput | Conflict) -> None:
        """Show what the verb said; after a Conflict a second save is meant."""
        if isinstance(refused, Conflict):
            self.add_error(None, str(refused))
            if self.row is not None:
                self.row.refresh_from_db()
                typed: Any = self.data.copy()  # type: ignore[attr-defined]
                typed[self.add_prefix("seen")] = self.seen_of(self.row)
                self.data = typed
            return
        for name, sentence in refused.errors.items():
            self.add_error(name if name in self.fields else None, sentence)

    def sections(self) -> list[dict[str, Any]]:
        """The visible fields in their groups; those that no group names come first."""
        named = {*self.within, *(name for group in self.groups for name in group.names)}
        first = [field for field in self.visible_fields() if field.name not in named]
        found = [{"title": "", "fields": first, "folded": False, "open": True, "help": ""}] if first else []
        for group in self.groups:
            fields = [self[name] for name in group.names if name in self.fields]
            told = any(field.errors or _says(field) for field in fields)
            found.append(
                {"title": group.title, "fields": fields, "folded": group.folded, "open": told, "help": group.help}
            )
        return found


def _says(field: Any) -> bool:
    """Whether something stands in a field that is not its own default."""
    return field.value() not in (None, "", [], False, field.field.initial)


def day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def text(
    label: str, length: int, *, required: bool = True, wide: bool = False, help_text: str = "", **attrs: Any
) -> forms.CharField:
    """One line of text."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **({"wide": True} if wide else {}), **attrs})
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text, widget=widget)


def whole_number(
    label: str, *, required: bool = False, help_text: str = "", most: int = 9999, **kwargs: Any
) -> forms.IntegerField:
    """A whole number that is not negative."""
    return forms.IntegerField(
        label=label, required=required, min_value=0, max_value=most, help_text=help_text, **kwargs
    )


def dollars(label: str, *, help_text: str = "") -> forms.DecimalField:
    """An amount in dollars, empty for none."""
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=9, decimal_places=2, help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "placeholder": "$"}),
    )  # fmt: skip


def choice(label: str, choices: Any, *, required: bool = True, help_text: str = "", **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text=help_text, **kwargs)


def discipline_boxes(label: str, *, required: bool = False, help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=Discipline.choices, required=required, help_text=help_text,
        widget=forms.CheckboxSelectMultiple(attrs=WIDE),
    )  # fmt: skip


def yes(label: str, *, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class CodesField(forms.CharField):
    """Codes divided by commas or spaces, in the order they were written."""

    def to_python(self, value: Any) -> Any:
        return [code for code in re.split(r"[,;\s]+", (super().to_python(value) or "").upper()) if code]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)

    def run_validators(self, value: Any) -> None:
        super().run_validators(" ".join(value))


class ReasonForm(HouseForm):
    """Why something is done."""

    reason = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "wide": True}))


class DayForm(HouseForm):
    """The last day of something; the verb names its argument."""

    def __init__(self, *args: Any, name: str, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[name] = day(label)
