"""Doors of rooms: the list of a practice's, a new one, another word on an old one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from practice.findings import BadInput
from practice.models import Location
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.setup.tabs import tabs
from sessions.models import Room
from sessions.rooms import actions

PAGE = 50
OPEN = {"word": "Open", "kind": "ok", "icon": "check-circle"}
CLOSED = {"word": "Closed", "kind": "mute", "icon": "x-mark"}


class RoomForm(forms.Form):
    """A room."""

    name = forms.CharField(max_length=40, help_text="Such as Gym or Room 2")
    location = forms.ModelChoiceField(Location.objects.none())
    places = forms.IntegerField(min_value=1, max_value=99, initial=1, label="Clients it holds")
    closed = forms.BooleanField(required=False, label="Closed: offered no more; what is booked in it stays")

    def __init__(self, *args: Any, room: Room | None = None, **kwargs: Any) -> None:
        stands = {name: getattr(room, name) for name in ("name", "places", "closed")} if room else {}
        super().__init__(*args, **{"initial": stands, **kwargs})
        self.fields["location"].queryset = Location.objects.order_by("id")  # type: ignore[attr-defined]
        self.fields["location"].empty_label = None  # type: ignore[attr-defined]
        if room:
            del self.fields["location"]
        else:
            del self.fields["closed"]


@require_safe
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def rooms(request: Any, slug: str) -> HttpResponse:
    """The rooms of all locations."""
    found = Room.objects.select_related("location").order_by("closed", "location_id", "name", "id")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "name": row.name,
            "url": reverse("sessions:room", args=[slug, row.pk]),
            "location": row.location.name,
            "places": row.places,
            "state": CLOSED if row.closed else OPEN,
        }
        for row in page.object_list
    ]
    context = {"tabs": tabs(request, "rooms"), "rows": rows, "page": page_context(request, page)}
    return render(request, "sessions/rooms.html", context)


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def new_room(request: Any, slug: str) -> HttpResponse:
    """Add a room."""
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_room(by=request.member, **form.cleaned_data)
        except BadInput as bad:
            _refuse(form, bad)
        else:
            messages.success(request, f"{form.cleaned_data['name']} can be booked from now on.")
            return redirect("sessions:rooms", slug)
    return _form(request, slug, form, "New room", "Add room")


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def room(request: Any, slug: str, pk: int) -> HttpResponse:
    """Change or close a room."""
    found = get_object_or_404(Room.objects.select_related("location"), pk=pk)
    form = RoomForm(request.POST or None, room=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_room(by=request.member, location=found.location, room=found, **form.cleaned_data)
        except BadInput as bad:
            _refuse(form, bad)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("sessions:rooms", slug)
    return _form(request, slug, form, f"{found.name}, {found.location.name}", "Save room")


def _refuse(form: RoomForm, bad: BadInput) -> None:
    for field, text in bad.errors.items():
        form.add_error(field, text)


def _form(request: Any, slug: str, form: RoomForm, title: str, submit: str) -> HttpResponse:
    url = reverse("sessions:rooms", args=[slug])
    crumbs = [{"label": "Settings", "url": reverse("setup:profile", args=[slug])}, {"label": "Rooms", "url": url}]
    context = {"form": form, "title": title, "submit": submit, "crumbs": crumbs, "cancel_url": url}
    return render(request, "setup/form.html", context, status=422 if form.errors else 200)
