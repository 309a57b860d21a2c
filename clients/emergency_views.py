"""Doors of emergency access: the page that asks why, and the end of it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clients import emergency_actions
from clients.emergency import endable_by
from practice.findings import BadInput, Conflict
from practice.permissions import NOBODY, Permission, allows


class EmergencyForm(forms.Form):
    """A chart as somebody knows it who knows the client, and why it must be read."""

    number = forms.IntegerField(min_value=1, max_value=10**9, label="Chart number")
    birth_on = forms.DateField(label="Birthday", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        max_length=emergency_actions.LONGEST,
        label="Why you must read it now",
        help_text="The owner reads this, and it stands on the chart.",
        widget=forms.TextInput(attrs={"wide": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.BREAK_GLASS, shows=NOBODY)
def open_chart(request: Any, slug: str) -> HttpResponse:
    """Open a chart outside one's caseload, to read, for an hour. Nobody is listed here."""
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = emergency_actions.open_chart(by=request.member, **form.cleaned_data)
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field, text)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            return redirect("clients:client", slug, found.pk)
    context = {"form": form, "cancel_url": reverse("clients:list", args=[slug])}
    return render(request, "clients/emergency.html", context, status=422 if form.errors else 200)


@require_POST
@allows(Permission.BREAK_GLASS)
def end(request: Any, slug: str, pk: int) -> HttpResponse:
    """End an access before its time: one's own, or anybody's for who may see the audit."""
    emergency_actions.end(by=request.member, access=get_object_or_404(endable_by(request.member), pk=pk))
    return redirect("audit:list" if request.member.may(Permission.SEE_AUDIT) else "clients:list", slug)
