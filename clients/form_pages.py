"""A page with one form, and the way back from it. Other apps use it for theirs.

In a dialog where htmx asks for it, and a page of its own otherwise; it posts to its own address, and what is wrong
comes back on the page with everything that was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.forms.base import HouseForm
from clients.models import Client
from practice.findings import BadInput, Conflict


def form_page(request: Any, form: Any, title: str, about: Client, lead: str) -> HttpResponse:
    """The form, with what is wrong in it; “Not now” leads to where the person came from."""
    back = request.GET.get("next", "")
    chart = reverse("clients:client", args=[request.practice.slug, about.pk])
    context = {
        "form": form,
        "title": title,
        "lead": f"{about.name}. {lead}",
        "submit": "Save",
        "back": {"label": "Not now", "url": back if _here(back) else chart},
    }
    return render(request, "clients/coverage_form.html", context, status=422 if form.errors else 200)


def _here(target: str) -> bool:
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def back_to(request: Any, slug: str, client_id: int) -> HttpResponse:
    """To where the person came from, else to the chart; never off this host."""
    target = request.GET.get("next", "")
    return redirect(target) if _here(target) else redirect("clients:client", slug, client_id)


@dataclass(frozen=True)
class Asked:
    """The words around a form. `home` is where one came from when the address does not say."""

    title: str
    lead: str
    submit: str
    home: str
    more: dict[str, Any] | None = None  # further context of the template


def ask(request: Any, form: HouseForm, asked: Asked, act: Callable[..., Any]) -> HttpResponse:
    """Show the form; when it is sent and in order, do `act` with its values and go back."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act(**form.values())
                return redirect(_back(request, asked.home))
            except BadInput as bad:
                form.refuse(bad)
            except Conflict as conflict:
                form.refuse(conflict)
        status = 422 if form.errors else 200
    context = {
        "form": form,
        "title": asked.title,
        "lead": asked.lead,
        "submit": asked.submit,
        "back": {"label": "Not now", "url": _back(request, asked.home)},
        **(asked.more or {}),
    }
    return render(request, "clients/form.html", context, status=status)


def _back(request: Any, home: str) -> str:
    target = request.GET.get("next", "")
    return target if _here(target) else home
