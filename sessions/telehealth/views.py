"""Doors of telehealth: how one session is held, and the meeting links of the practice."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from practice.findings import BadInput, Conflict
from practice.models import Clinician
from practice.permissions import NOBODY, Permission, allows
from practice.setup.tabs import tabs
from sessions.models import Session
from sessions.telehealth import actions
from sessions.telehealth.links import LONGEST
from sessions.telehealth.pages import IN_PERSON, LABELS
from sessions.views import after


@require_POST
@allows(Permission.BOOK_SESSION)
def set_telehealth(request: Any, slug: str, pk: int, place: str) -> HttpResponse:
    """Telehealth with the client at home (10) or elsewhere (02), or in person."""
    rows = Session.objects.visible_to(request.member).select_related("client")
    found = get_object_or_404(rows, pk=pk)
    chosen = "" if place == IN_PERSON else place
    if chosen not in LABELS:
        raise Http404
    try:
        actions.set_place(by=request.member, session=found, place=chosen)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, f"{LABELS[chosen]}.")
    return after(request, found)


class LinksForm(forms.Form):
    """The practice's link, and one of each clinician who has her own."""

    link = forms.CharField(
        required=False, max_length=LONGEST, label="The practice’s meeting link",
        help_text="Begins with https://. Shown beside telehealth sessions, to who may see them",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        known = actions.links_of()
        clinicians = list(Clinician.objects.filter(member__active=True).select_related("member__user").order_by("id"))
        own = {f"link.{row.pk}": known.get(row.pk, "") for row in clinicians}
        super().__init__(*args, **{"initial": {"link": known.get(None, ""), **own}, **kwargs})
        for row in clinicians:
            label = f"{row.name}’s own link"
            self.fields[f"link.{row.pk}"] = forms.CharField(required=False, max_length=LONGEST, label=label)

    @property
    def links(self) -> dict[int | None, str]:
        """By clinician, the practice's by None."""
        return {int(name[5:]) if name[5:] else None: url for name, url in self.cleaned_data.items()}


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_PRACTICE, shows=NOBODY)
def meeting_links(request: Any, slug: str) -> HttpResponse:
    """Where sessions by video are met."""
    form = LinksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_links(by=request.member, links=form.links)
        except BadInput as bad:
            for field, text in bad.errors.items():
                form.add_error(field, text)
        else:
            messages.success(request, "The meeting links are saved.")
            return redirect("sessions:meeting_links", slug)
    context = {"form": form, "tabs": tabs(request, "telehealth"), "cancel_url": reverse("setup:profile", args=[slug])}
    return render(request, "sessions/meeting_links.html", context, status=422 if form.errors else 200)
