"""Doors to the team: who works here, as what; inviting, roles, letting in and keeping out."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice import actions as house
from practice import form_pages
from practice.findings import BadInput, Conflict
from practice.models import Membership, Role
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.team import actions, invitations
from practice.team.forms import InviteForm, RolesForm
from practice.team.models import Invitation
from practice.templatetags.house import at_time, day, plural

PAGE = 50
ACTIVE = {"word": "Active", "kind": "ok", "icon": "check-circle"}
DISABLED = {"word": "Disabled", "kind": "mute", "icon": "no-symbol"}
INVITED = {"word": "Invited", "kind": "info", "icon": "envelope"}
EXPIRED = {"word": "Expired", "kind": "warn", "icon": "clock"}

# Help for who cannot get in: (URL name with slug and membership, button, what it does).
SIGN_IN_HELP = (
    ("team:reset_second_factor", "Reset second factor", "She sets up a new one at her next sign-in."),
    ("team:end_sign_ins", "End all sign-ins", "Every browser she is signed in on is out at its next click."),
)


@require_safe
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def team(request: Any, slug: str) -> HttpResponse:
    """People with their roles and state, and invitations that wait."""
    rows = Membership.objects.filter(practice=request.practice).select_related("user")
    rows = rows.prefetch_related("clinician_rows").order_by("-active", "user__last_name", "user__first_name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    zone = request.practice.zone
    waiting = Invitation.objects.filter(accepted_at=None, taken_back_at=None).select_related("by__user")
    context = {
        "subtitle": f"{plural(rows.filter(active=True).count(), 'person')} can sign in.".replace("persons", "people"),
        "people": [_person(member, slug, zone, request.member) for member in page.object_list],
        "invitations": [_invitation(row, slug, zone) for row in waiting.order_by("expires_at", "pk")[:PAGE]],
        "page": page_context(request, page),
    }
    return render(request, "practice/team.html", context)


def _person(member: Membership, slug: str, zone: str, me: Membership) -> dict[str, Any]:
    clinician = next(iter(member.clinician_rows.all()), None)
    return {
        "name": member.user.name,
        "email": member.user.email,
        "url": reverse("team:person", args=[slug, member.pk]),
        "you": member.pk == me.pk,
        "roles": [Role(role).label for role in member.roles],
        "treats": f"{clinician.credentials}, {clinician.level}" if clinician else "",
        "state": ACTIVE if member.active else DISABLED,
        "last": moment(member.user.last_login, zone) or "Never",
    }


def _invitation(row: Invitation, slug: str, zone: str) -> dict[str, Any]:
    word = "Ended" if row.over else "Open until"
    return {
        "email": row.email,
        "roles": [Role(role).label for role in row.roles],
        "state": EXPIRED if row.over else INVITED,
        "until": f"{word} {moment(row.expires_at, zone)}",
        "by": row.by.user.name,
        "again_url": reverse("team:again", args=[slug, row.pk]),
        "take_back_url": reverse("team:take_back", args=[slug, row.pk]),
    }


def moment(at: datetime | None, zone: str) -> str:
    """Nov 23, 9:52 AM in the practice's zone; "" for never."""
    return f"{day(at.astimezone(ZoneInfo(zone)).date())}, {at_time(at, zone)}" if at else ""


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def invite(request: Any, slug: str) -> HttpResponse:
    """Write to somebody who is to work here."""
    form = InviteForm(form_pages.typed(request))
    if request.method == "POST" and form_pages.done(form, lambda typed: invitations.invite(by=request.member, **typed)):
        messages.success(request, f"A letter is on its way to {form.cleaned_data['email']}.")
        return redirect("team:list", slug)
    return form_pages.answer(request, "practice/invite.html", form, _back(slug))


@require_POST
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def again(request: Any, slug: str, pk: int) -> HttpResponse:
    """A new letter; the link of the one before is dead."""
    invitation = get_object_or_404(Invitation, pk=pk)
    said = f"A new letter is on its way to {invitation.email}; the older link is dead."
    return _told(request, slug, said, lambda: invitations.send_again(by=request.member, invitation=invitation))


@require_POST
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def take_back(request: Any, slug: str, pk: int) -> HttpResponse:
    """The link of an invitation opens nothing any more."""
    invitation = get_object_or_404(Invitation, pk=pk)
    said = f"The invitation of {invitation.email} is taken back."
    return _told(request, slug, said, lambda: invitations.take_back(by=request.member, invitation=invitation))


@require_http_methods(["GET", "POST"])
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def person(request: Any, slug: str, pk: int) -> HttpResponse:
    """What one person may do, and whether she may come in."""
    member = _member(request, pk)
    form = RolesForm(form_pages.typed(request), initial={"roles": member.roles})
    if request.method == "POST" and form_pages.done(
        form, lambda typed: actions.change_roles(by=request.member, member=member, roles=typed["roles"])
    ):
        messages.success(request, f"{member.user.name} is now {member.title}, from the next click on.")
        return redirect("team:list", slug)
    member = _member(request, pk)
    context = {
        **_back(slug),
        "person": _person(member, slug, request.practice.zone, request.member),
        "active": member.active,
        "switch_url": reverse("team:disable" if member.active else "team:enable", args=[slug, pk]),
        "help": list(_help(slug, member)) if member.pk != request.member.pk else [],
    }
    return form_pages.answer(request, "practice/person.html", form, context)


def _help(slug: str, member: Membership) -> Any:
    for name, label, what in SIGN_IN_HELP:
        yield {"url": reverse(name, args=[slug, member.pk]), "label": label, "what": what}


@require_POST
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def reset_second_factor(request: Any, slug: str, pk: int) -> HttpResponse:
    """She lost her phone or key."""
    member = _member(request, pk)
    said = f"{member.user.name} sets up a new second step at her next sign-in."
    return _told(request, slug, said, lambda: house.reset_second_factor(by=request.member, member=member))


@require_POST
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def end_sign_ins(request: Any, slug: str, pk: int) -> HttpResponse:
    """A lost or stolen device."""
    member = _member(request, pk)
    said = f"{member.user.name} is signed out everywhere."
    return _told(request, slug, said, lambda: house.end_sign_ins(by=request.member, member=member))


@require_POST
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def disable(request: Any, slug: str, pk: int) -> HttpResponse:
    """Out at her next click."""
    member = _member(request, pk)
    said = f"{member.user.name} is out from the next click on. What she did stays."
    return _told(request, slug, said, lambda: actions.set_active(by=request.member, member=member, active=False))


@require_POST
@allows(Permission.MANAGE_TEAM, shows=NOBODY)
def enable(request: Any, slug: str, pk: int) -> HttpResponse:
    """In again, with the roles she had."""
    member = _member(request, pk)
    said = f"{member.user.name} can sign in again, as {member.title}."
    return _told(request, slug, said, lambda: actions.set_active(by=request.member, member=member, active=True))


def _told(request: Any, slug: str, said: str, verb: Any) -> HttpResponse:
    """Do it and say so, or say why not; back to the list."""
    try:
        verb()
    except (BadInput, Conflict) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("team:list", slug)


def _member(request: Any, pk: int) -> Membership:
    rows = Membership.objects.select_related("user").prefetch_related("clinician_rows")
    return get_object_or_404(rows, pk=pk, practice=request.practice)


def _back(slug: str) -> dict[str, Any]:
    url = reverse("team:list", args=[slug])
    return {"crumbs": [{"label": "Team", "url": url}], "cancel_url": url}
