"""What pages with a form share: run a verb on what was typed, and say at the fields what is wrong."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from practice.findings import BadInput, Conflict

DATE = {"type": "date"}


def typed(request: Any) -> Any:
    """What a form is bound to: what was sent, also where that is nothing at all; None when it is only shown."""
    return request.POST if request.method == "POST" else None


def done(form: forms.Form, verb: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether `verb` did what the form asks; if not, the form says why, with everything typed in it."""
    if not form.is_valid():
        return False
    try:
        verb(form.cleaned_data)
    except (BadInput, Conflict) as refused:
        refuse(form, refused)
    return not form.errors


def refuse(form: forms.Form, refused: BadInput | Conflict) -> None:
    """Say on a form what a verb said: at its fields, or above them."""
    errors = refused.errors if isinstance(refused, BadInput) else {"": str(refused)}
    for field, text in errors.items():
        form.add_error(field if field in form.fields else None, text)


def answer(request: Any, template: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    """The page with its form; 422 when something in it is wrong."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day, chosen by the browser's own calendar."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=forms.DateInput(attrs=DATE))


def time_field(label: str) -> forms.TimeField:
    """A local time of day."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
