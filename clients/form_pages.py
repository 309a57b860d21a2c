"""A page with one form about a client, and the way back from it. Other apps use it for theirs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.models import Client


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
