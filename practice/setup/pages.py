"""Doors to the settings of the practice: its name and papers, its logo, its locations."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice import form_pages
from practice.models import Location, PracticeProfile
from practice.permissions import NOBODY, Permission, allows
from practice.setup import logo, places, profile
from practice.setup.forms import LocationForm, LogoForm, ProfileForm
from practice.setup.tabs import tabs

OPEN = {"word": "Open", "kind": "ok", "icon": "check-circle"}
CLOSED = {"word": "Closed", "kind": "mute", "icon": "no-symbol"}
PROFILE = (
    "legal_name", "npi", "tax_id", "taxonomy", "street", "city", "state", "zip", "phone", "email",
)  # fmt: skip
LOCATION = ("name", "street", "city", "state", "zip", "zone", "place_of_service", "npi", "closed_on")


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def practice_profile(request: Any, slug: str) -> HttpResponse:
    """Name, numbers and address of the practice."""
    known = PracticeProfile.objects.first()
    initial = {"name": request.practice.name, "zone": request.practice.zone}
    initial |= {field: getattr(known, field) for field in PROFILE} if known else {}
    form = ProfileForm(form_pages.typed(request), initial=initial, practice=request.practice)
    if request.method == "POST" and form_pages.done(
        form, lambda typed: profile.change_profile(by=request.member, **typed)
    ):
        for text in profile.warnings(PracticeProfile.objects.first()).values():
            messages.warning(request, text)
        messages.success(request, "Saved. Papers and claims carry it from now on.")
        return redirect("setup:profile", slug)
    return _profile_page(request, slug, form, LogoForm())


@require_POST
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def set_logo(request: Any, slug: str) -> HttpResponse:
    """A picture, drawn anew."""
    form = LogoForm(request.POST, request.FILES)

    def take(typed: dict[str, Any]) -> None:
        profile.set_logo(by=request.member, picture=typed["logo"].read(logo.MOST_BYTES + 1))

    if form_pages.done(form, take):
        messages.success(request, "The logo stands on new papers from now on.")
        return redirect("setup:profile", slug)
    known = PracticeProfile.objects.first()
    initial = {"name": request.practice.name, "zone": request.practice.zone}
    initial |= {field: getattr(known, field) for field in PROFILE} if known else {}
    return _profile_page(request, slug, ProfileForm(initial=initial, practice=request.practice), form)


def _profile_page(request: Any, slug: str, form: ProfileForm, picture: LogoForm) -> HttpResponse:
    context = {
        "tabs": tabs(request, "profile"),
        "form": form,
        "picture": picture,
        "logo": logo.shown(),
        "warnings": profile.warnings(PracticeProfile.objects.first()),
    }
    wrong = form.errors or picture.errors
    return render(request, "setup/profile.html", context, status=422 if wrong else 200)


@require_POST
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def remove_logo(request: Any, slug: str) -> HttpResponse:
    """Papers carry the drawing of the house again."""
    profile.remove_logo(by=request.member)
    return redirect("setup:profile", slug)


@require_safe
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def locations(request: Any, slug: str) -> HttpResponse:
    """Where sessions take place."""
    today = request.practice.today()
    rows = [
        {
            "name": row.name,
            "url": reverse("setup:location", args=[slug, row.pk]),
            "address": f"{row.street}, {row.city}, {row.state} {row.zip[:5]}",
            "zone": places.ZONES.get(row.zone, row.zone),
            "place": f"{row.place_of_service} {places.PLACES.get(row.place_of_service, '')}".strip(),
            "closed_on": row.closed_on,
            "state": CLOSED if row.closed_on and row.closed_on <= today else OPEN,
        }
        for row in Location.objects.order_by("closed_on", "name", "pk")
    ]
    return render(request, "setup/locations.html", {"tabs": tabs(request, "locations"), "rows": rows})


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def new_location(request: Any, slug: str) -> HttpResponse:
    """Add a place."""
    form = LocationForm(form_pages.typed(request), initial={"zone": request.practice.zone, "place_of_service": "11"})
    del form.fields["closed_on"]
    if request.method == "POST" and form_pages.done(
        form, lambda typed: places.save_location(by=request.member, **typed)
    ):
        messages.success(request, f"{form.cleaned_data['name']} can be booked from now on.")
        return redirect("setup:locations", slug)
    return _form(request, slug, form, "New location", "Add location", "locations")


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def location(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change or close a place."""
    found = get_object_or_404(Location, pk=pk)
    form = LocationForm(form_pages.typed(request), initial={field: getattr(found, field) for field in LOCATION})

    @transaction.atomic  # a page with what is wrong is no error: nothing else would take the closing back
    def save(typed: dict[str, Any]) -> None:
        closed_on = typed.pop("closed_on")
        if closed_on != found.closed_on:
            places.close_location(by=request.member, location=found, on=closed_on)
        places.save_location(by=request.member, location=found, **typed)

    if request.method == "POST" and form_pages.done(form, save):
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return redirect("setup:locations", slug)
    return _form(request, slug, form, found.name, "Save location", "locations")


def _form(request: Any, slug: str, form: Any, title: str, submit: str, tab: str) -> HttpResponse:
    url = reverse(f"setup:{tab}", args=[slug])
    context = {
        "title": title,
        "submit": submit,
        "crumbs": [
            {"label": "Settings", "url": reverse("setup:profile", args=[slug])},
            {"label": "Locations", "url": url},
        ],
        "cancel_url": url,
    }
    return form_pages.answer(request, "setup/form.html", form, context)
